"""The dialog with a notice's own text around a clause, and what the notice says of itself."""

from __future__ import annotations

from html import escape

import streamlit as st

from app.navigation import link_to
from app.parts.audited import shown_once
from app.parts.notice_text import notice_html
from app.parts.provenance import fact_list
from app.texts import Texts
from indexer.index import Index
from indexer.records import Clause, Notice

__all__ = ["notice_button"]

# Characters of the notice shown before and after the clause, a little more where a block is longer. Few before, so that
# the clause itself is in sight when the dialog opens.
BEFORE, AFTER = 150, 500


def notice_button(index: Index, clause: Clause, *, key: str, texts: Texts, label: str | None = None) -> None:
    """A button that opens the notice at the clause."""
    if st.button(label or texts("see_source"), key=key, type="tertiary", icon=":material/article:"):
        st.dialog(texts("source_title"), width="medium")(_show)(index, clause, texts)


def _show(index: Index, clause: Clause, texts: Texts) -> None:
    notice = index.notice(clause.doc_id)
    shown_once(index, "read", notice.doc_id, shown=[notice.doc_id])
    facts = [
        (texts("issuers"), "、".join(notice.issuers)),
        (texts("doc_number"), notice.doc_number or ""),
        (texts("issued_on"), notice.issued_on or ""),
        (texts("published_on"), notice.published_on or ""),
        (texts("place"), str(notice.place)),
        (texts("level"), texts(f"level_{notice.level}") if notice.level else ""),
        (texts("file"), "\n".join(source.path for source in index.sources(notice.doc_id))),
        (texts("address"), notice.source.url or ""),
        (texts("warnings"), "\n".join(notice.warnings)),
    ]
    st.html(f'<div class="tw-notice-title">{escape(notice.title)}</div>{fact_list(facts)}')
    link_to(
        "archive", texts("open_whole"), texts, icon=":material/open_in_full:",
        notice=notice.doc_id, clause=clause.clause_id,
    )  # fmt: skip
    whole = st.toggle(texts("whole_notice"), key="whole_notice")
    st.html(f'<div class="tw-body">{_body(notice, clause, texts, whole=whole)}</div>')


def _body(notice: Notice, clause: Clause, texts: Texts, *, whole: bool) -> str:
    """The body around the clause as HTML, the clause marked, its units beside it."""
    if whole:
        return notice_html(notice, texts, here=clause.clause_id)
    first, last = max(0, clause.start - BEFORE), min(len(notice.body), clause.end + AFTER)
    omitted = f'<div class="tw-omitted">{escape(texts("omitted"))}</div>'
    text = notice_html(notice, texts, here=clause.clause_id, window=(first, last))
    return f"{omitted if first else ''}{text}{omitted if last < len(notice.body) else ''}"

"""One notice as a document: what it says of itself, its outline, its text with the units beside it, and its sources."""

from __future__ import annotations

from html import escape

import streamlit as st

from app.archive.address import back_to_list, keep_notice, read_clause, show_clause
from app.archive.chosen_clause import chosen_clause
from app.archive.notice_head import notice_head
from app.archive.pending import pending_line
from app.archive.script import follow_clause_links, follow_document
from app.archive.who_corrected import corrected_clauses
from app.parts.audited import shown_once
from app.parts.notice_text import Entry, anchor_of, notice_html, outline
from app.texts import Texts
from indexer.errors import UsageError
from indexer.index import Index
from indexer.layout import ClauseBlock, Grid, lay_out
from indexer.records import Clause, Notice

__all__ = ["reading"]


def reading(index: Index, doc_id: str, texts: Texts) -> None:
    """Draw the notice, at the clause that the address names."""
    st.button(
        texts("archive_back"), key="back to the list", type="tertiary", icon=":material/arrow_back:", shortcut="Alt+L",
        on_click=_leave,
    )  # fmt: skip
    if st.session_state.pop(_LEAVING, False):
        back_to_list(texts)
    try:
        notice = index.notice(doc_id)
    except UsageError:
        _not_here(doc_id, texts)
        return
    shown_once(index, "read", doc_id, shown=[doc_id])
    keep_notice(doc_id, read_clause())
    clause = next((each for each in notice.clauses if each.clause_id == read_clause()), None)
    entries = outline(notice)
    with st.sidebar:
        st.html(_outline(entries, texts, where="side"))
    pending_line(index, texts)
    notice_head(index, notice, texts)
    if read_clause() and clause is None:
        st.info(texts("archive_no_clause"), icon=":material/help:")
    corrected = corrected_clauses(index, notice, texts)
    follow_clause_links(notice.doc_id, key="clause links", chosen=show_clause)
    st.html(
        f"{_outline(entries, texts, where='page')}"
        f'<p class="tw-legend tw-screen">{escape(texts("archive_choose_hint"))}</p>'
        f'<article class="tw-body tw-document" lang="zh">{_text(notice, clause, texts, corrected)}</article>'
    )
    if clause is not None:
        chosen_clause(index, notice, clause, texts)
    follow_document(notice.doc_id, clause.clause_id if clause else None, _place(notice, clause), key="document")


_LEAVING = "leaving the notice"


def _leave() -> None:
    """A callback cannot go to another address; the page does, once it runs."""
    st.session_state[_LEAVING] = True


def _text(notice: Notice, clause: Clause | None, texts: Texts, corrected: dict[str, str]) -> str:
    if not notice.body.strip():
        return f'<p class="tw-silence">{escape(texts("archive_empty_notice"))}</p>'
    return notice_html(notice, texts, here=clause.clause_id if clause else None, chosen=True, corrected=corrected)


def _place(notice: Notice, clause: Clause | None) -> str | None:
    """The id of the block that shows the clause."""
    if clause is None:
        return None
    for block in lay_out(notice):
        if isinstance(block, ClauseBlock) and block.clause.clause_id == clause.clause_id:
            return anchor_of(block.start)
        if isinstance(block, Grid) and any(
            row.clause and row.clause.clause_id == clause.clause_id for row in block.rows
        ):
            return anchor_of(clause.start)
    return None


def _outline(entries: list[Entry], texts: Texts, *, where: str) -> str:
    """The outline as links: at the side, and on narrow screens in the page, to be opened."""
    if not entries:
        return "<span></span>"
    links = "".join(
        f'<li class="tw-level-{entry.level}"><a href="#{entry.anchor}">{escape(entry.text)}</a></li>'
        for entry in entries
    )
    name = escape(texts("archive_outline"))
    listed = f'<nav class="tw-outline tw-outline-{where}" aria-label="{name}"><ul>{links}</ul></nav>'
    if where == "side":
        return f'<div class="tw-section">{name}</div>{listed}'
    return f'<details class="tw-outline-fold"><summary>{name}</summary>{listed}</details>'


def _not_here(doc_id: str, texts: Texts) -> None:
    """The address names a notice that the archive does not have, or not any more."""
    with st.container(border=True, key="no-such-notice"):
        st.html(
            f'<div class="tw-answer-title">{escape(texts("archive_not_here"))}</div>'
            f'<div class="tw-silence">{escape(texts("archive_not_here_hint", doc_id=doc_id))}</div>'
        )

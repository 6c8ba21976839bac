"""The dialog with a notice's own text around a clause, and what the notice says of itself."""

from __future__ import annotations

from html import escape

import streamlit as st

from app.navigation import link_to
from app.parts.marking import Mark, marked
from app.texts import Texts
from indexer.index import Index
from indexer.records import Clause, Notice

__all__ = ["notice_button"]

# Characters of the notice shown before and after the clause, a little more where that makes a whole line. Few before,
# so that the clause itself is in sight when the dialog opens.
BEFORE, AFTER = 150, 500


def notice_button(index: Index, clause: Clause, *, key: str, texts: Texts, label: str | None = None) -> None:
    """A button that opens the notice at the clause."""
    if st.button(label or texts("see_source"), key=key, type="tertiary", icon=":material/article:"):
        st.dialog(texts("source_title"), width="medium")(_show)(index, clause, texts)


def _show(index: Index, clause: Clause, texts: Texts) -> None:
    notice = index.notice(clause.doc_id)
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
    rows = "".join(f"<dt>{escape(label)}</dt><dd>{escape(text)}</dd>" for label, text in facts if text)
    st.html(f'<div class="tw-notice-title">{escape(notice.title)}</div><dl class="tw-head">{rows}</dl>')
    link_to(
        "archive", texts("open_whole"), texts, icon=":material/open_in_full:",
        notice=notice.doc_id, clause=clause.clause_id,
    )  # fmt: skip
    whole = st.toggle(texts("whole_notice"), key="whole_notice")
    st.html(f'<div class="tw-body">{_body(notice, clause, texts, whole=whole)}</div>')


def _body(notice: Notice, clause: Clause, texts: Texts, *, whole: bool) -> str:
    """The body around the clause as HTML, the clause and the units named for it marked."""
    body = notice.body
    first, last = (0, len(body)) if whole else _window(body, clause.start, clause.end)
    omitted = f'<div class="tw-omitted">{escape(texts("omitted"))}</div>'
    text = marked(body[first:last], [(start - first, end - first, style) for start, end, style in _marks(clause)])
    return f"{omitted if first else ''}{text}{omitted if last < len(body) else ''}"


def _marks(clause: Clause) -> list[Mark]:
    """The units named for the clause, and what of the clause lies between them."""
    marks: list[Mark] = []
    at = clause.start
    for start, end in sorted({(unit.start, unit.end) for unit in clause.units}):
        marks += [(at, min(start, clause.end), "here"), (start, end, "unit")]
        at = max(at, end)
    return [*marks, (at, clause.end, "here")]


def _window(body: str, start: int, end: int) -> tuple[int, int]:
    """The part of the body to show, from the beginning of a line to the end of one where lines are not too long."""
    first, last = max(0, start - BEFORE), min(len(body), end + AFTER)
    line_start, line_end = body.rfind("\n", max(0, first - BEFORE), first) + 1, body.find("\n", last, last + AFTER)
    return line_start if first and line_start else first, line_end if line_end >= 0 else last

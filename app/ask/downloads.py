"""All clauses found as files: a table for spreadsheets, a document with footnotes, Markdown. Made when asked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import streamlit as st

from app.parts.audited import exported
from app.parts.basket import WORD
from app.texts import Texts
from indexer.exports import (
    FoundClause,
    csv_text,
    hits_sheet,
    markdown_text,
    quotations_document,
    write_workbook,
)
from indexer.exports.citations import quotation_of

__all__ = ["downloads", "file_stem"]

_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What some system does not allow in a file's name.
_FORBIDDEN = re.compile(r'[\\/:*?"<>|？\x00-\x1f]+')
STEM_CHARACTERS = 30


def downloads(question: str, found: Sequence[FoundClause], texts: Texts) -> None:
    """A button that unfolds the formats."""
    formats: tuple[tuple[str, str, str, Callable[[], str | bytes]], ...] = (
        ("ask_excel", "xlsx", _EXCEL, lambda: write_workbook([hits_sheet(question, found)])),
        ("basket_word", "docx", WORD, lambda: _document(question, found)),
        ("ask_csv", "csv", "text/csv", lambda: csv_text(hits_sheet(question, found))),
        ("ask_markdown", "md", "text/markdown", lambda: markdown_text([hits_sheet(question, found)])),
    )
    clause_ids = [each.clause.clause_id for each in found]
    with st.popover(texts("ask_export", n=len(found)), key="export", icon=":material/download:"):
        for label, ending, mime, content in formats:
            name = f"{file_stem(question)}.{ending}"
            st.download_button(
                texts(label), exported(name, content, shown=clause_ids), file_name=name, mime=mime, key=f"export {ending}",
                on_click="ignore", width="stretch",
            )  # fmt: skip


def file_stem(question: str) -> str:
    """A name for the files that says what was asked.

    >>> file_stem("补贴多少？")
    '条文 补贴多少'
    """
    return f"条文 {_FORBIDDEN.sub(' ', question)[:STEM_CHARACTERS].strip(' .')}".strip()


def _document(question: str, found: Sequence[FoundClause]) -> bytes:
    return quotations_document(question, [quotation_of(each.notice, each.clause) for each in found])

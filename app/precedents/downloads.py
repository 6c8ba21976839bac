"""The precedents of the whole draft as files: Word with footnotes, and a workbook."""

from __future__ import annotations

import streamlit as st

from app.parts.audited import exported
from app.parts.basket import WORD
from app.precedents.looked_up import LookedUp, shared_wording, with_notices
from app.texts import Texts
from indexer.exports import FoundPrecedent, precedent_sections, precedent_sheet, sections_document, write_workbook
from indexer.index import Index
from indexer.precedents import ClausePrecedents

__all__ = ["downloads"]

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def downloads(index: Index, state: LookedUp, name: str, texts: Texts) -> None:
    """The two buttons; a file is written when it is asked for, and not before every clause was looked up."""
    title = name or texts("precedents_draft")

    def found() -> list[tuple[ClausePrecedents, list[FoundPrecedent]]]:
        return [
            (state.found[at], with_notices(index, shared_wording(state.found[at]))) for at in range(len(state.clauses))
        ]

    with st.popover(texts("precedents_downloads"), icon=":material/download:", type="tertiary"):
        st.download_button(
            texts("precedents_word"),
            exported("tiaowen-precedents.docx", lambda: sections_document(title, precedent_sections(found()))),
            file_name="tiaowen-precedents.docx", mime=WORD, key="precedents word", icon=":material/description:",
            on_click="ignore", disabled=not state.complete,
        )  # fmt: skip
        st.download_button(
            texts("precedents_workbook"),
            exported("tiaowen-precedents.xlsx", lambda: write_workbook([precedent_sheet(title, found())])),
            file_name="tiaowen-precedents.xlsx", mime=WORKBOOK, key="precedents workbook", icon=":material/table:",
            on_click="ignore", disabled=not state.complete,
        )  # fmt: skip

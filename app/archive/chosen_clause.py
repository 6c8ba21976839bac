"""What can be done with the clause that was chosen: a bar at the foot of the screen, beside which the text stays in sight."""

from __future__ import annotations

import streamlit as st

from app.archive.address import show_clause
from app.archive.correcting import correct_units
from app.identity import may
from app.navigation import link_to
from app.parts.basket import basket_button
from app.parts.provenance import heading_path
from app.texts import Texts
from indexer.exports.citations import quotation_of
from indexer.index import Index
from indexer.records import Clause, Notice

__all__ = ["chosen_clause"]


def chosen_clause(index: Index, notice: Notice, clause: Clause, texts: Texts) -> None:
    """Draw the bar: where the clause stands; basket, citation, correction, precedents; close."""
    quotation = quotation_of(notice, clause)
    with st.container(key="chosen", horizontal=True, vertical_alignment="center", gap="small"):
        st.html(f'<div class="tw-path">{heading_path(clause) or "¶"}</div>')
        basket_button(clause, key=f"chosen {clause.clause_id}", texts=texts)
        with st.popover(texts("archive_cite"), icon=":material/format_quote:", type="tertiary"):
            st.code(quotation.source, language=None, wrap_lines=True)
            st.code(f"{quotation.text}\n——{quotation.source}", language=None, wrap_lines=True)
        if may("edit") and st.button(
            texts("archive_correct_units"), key="correct units", icon=":material/edit:", type="tertiary"
        ):
            st.dialog(texts("archive_correct_units"), width="medium")(correct_units)(index, notice, clause, texts)
        link_to("ask", texts("archive_similar"), texts, icon=":material/search:", q=clause.text[:200])
        st.button(
            texts("archive_close"), key="close clause", icon=":material/close:", type="tertiary", on_click=show_clause,
            args=(None,), shortcut="Escape",
        )  # fmt: skip

"""What one can do with a clause: put it into the basket, copy it with its citation, see it in the notice."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from app.parts.basket import basket_button
from app.parts.notice_view import notice_button
from app.texts import Texts
from indexer.exports import Quotation
from indexer.exports.citations import quotation_of
from indexer.index import Index
from indexer.records import Clause, Notice

__all__ = ["clause_actions", "copy_button"]


@st.fragment
def clause_actions(index: Index, clause: Clause, notice: Notice, *, key: str, texts: Texts) -> None:
    """The three buttons in a row; a click draws this row alone again, and the whole page where the basket changes."""
    with st.container(horizontal=True, horizontal_alignment="right", gap="small", key=f"actions {key}"):
        if basket_button(clause, key=key, texts=texts):
            st.rerun()
        copy_button([quotation_of(notice, clause)], key=key, texts=texts)
        notice_button(index, clause, key=key, texts=texts)


def copy_button(quotations: Sequence[Quotation], *, key: str, texts: Texts) -> None:
    """A button that unfolds the quotations with their sources as text, which has a button to copy it."""
    with st.popover(texts("copy_cited"), key=f"copy {key}", type="tertiary", icon=":material/content_copy:"):
        st.code("\n\n".join(f"{each.text}\n——{each.source}" for each in quotations), language=None, wrap_lines=True)

"""Long lists are drawn as far as a reader looks: the first rows, and a button for more."""

from __future__ import annotations

import streamlit as st

from app.texts import Texts

__all__ = ["more_button", "n_drawn"]


def n_drawn(name: str, at_first: int) -> int:
    """How many rows of the list the reader has asked for."""
    return int(st.session_state.get(f"rows {name}", at_first))


def more_button(name: str, n_shown: int, total: int, texts: Texts, *, step: int, label: str) -> None:
    """A button that shows `step` more rows; none where all are shown."""
    if n_shown < total:
        st.button(
            texts(label, n=min(total - n_shown, step)), key=f"more {name}", icon=":material/expand_more:",
            on_click=_show, args=(name, n_shown + step),
        )  # fmt: skip


def _show(name: str, n_rows: int) -> None:
    st.session_state[f"rows {name}"] = n_rows

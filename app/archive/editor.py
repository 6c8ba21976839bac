"""Who is at work: a name for what is kept with it, asked once a session."""

from __future__ import annotations

import streamlit as st

from app.identity import who
from app.texts import Texts

__all__ = ["editor_field", "known_editor"]

# In the session, apart from the widget, whose value is gone once it is not drawn.
_NAME = "editor name"
_LONGEST = 100


def known_editor() -> str:
    """The name of whoever is signed in, or that was given in this session; empty where none was."""
    return who().name or str(st.session_state.get(_NAME, ""))


def editor_field(texts: Texts, *, key: str) -> str:
    """A field for the name; gives it without blanks around it, empty where none was given.

    Whoever is signed in has a name, and no field.
    """
    if name := who().name:
        return name
    given = st.text_input(
        texts("archive_editor"), value=known_editor(), key=f"editor {key}", max_chars=_LONGEST,
        help=texts("archive_editor_help"), autocomplete="name",
    )  # fmt: skip
    st.session_state[_NAME] = (given or "").strip()
    return known_editor()

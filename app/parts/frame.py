"""What every page has around it: style sheet, name, and the switch of the language."""

from __future__ import annotations

from html import escape
from pathlib import Path

import streamlit as st

from app.state import chosen_language
from app.texts import LANGUAGE_NAMES, LANGUAGES, Texts

__all__ = ["frame"]

_STYLE = Path(__file__).resolve().parent.parent / "style.css"


def frame() -> Texts:
    """Draw the head of the page; gives the texts in the language chosen."""
    texts = Texts(chosen_language())
    st.html(_STYLE)
    with st.container(key="masthead", horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.html(
            f'<div class="tw-brand"><span class="tw-name">{escape(texts("brand"))}</span>'
            f'<span class="tw-tagline">{escape(texts("tagline"))}</span></div>',
            width="content",
        )
        st.segmented_control(
            texts("language"), LANGUAGES, key="language", default=texts.language, required=True, on_change=_remember,
            format_func=lambda language: LANGUAGE_NAMES[language], label_visibility="collapsed",
        )  # fmt: skip
    return texts


def _remember() -> None:
    """Keep the language in the address; without it the page is in Chinese."""
    language = chosen_language()
    if language == LANGUAGES[0]:
        st.query_params.pop("lang", None)
    else:
        st.query_params["lang"] = language

"""The questions of this session, newest first, each one click away. They stand nowhere but in the session."""

from __future__ import annotations

from html import escape

import streamlit as st

from app.ask.asking import ask_again
from app.parts.plain_label import plain_label
from app.texts import Texts

__all__ = ["MOST", "history_list", "history_menu", "remember"]

MOST = 20
_HISTORY = "questions asked"  # in the session
_MENU = "history"
_CLEAR = ""  # the last entry of the menu; no question is empty


def remember(question: str) -> None:
    """Put the question first; what was asked before is not listed twice."""
    st.session_state[_HISTORY] = list(dict.fromkeys([question, *_asked()]))[:MOST]


def history_menu(question: str, texts: Texts) -> None:
    """A menu of the questions asked before this one, for beside it; nothing where there are none."""
    others = [other for other in _asked() if other != question]
    if others:
        st.menu_button(
            texts("ask_history"), [*others, _CLEAR], key=_MENU, icon=":material/history:", on_click=_act,
            format_func=lambda question: plain_label(question) if question else texts("ask_history_clear"),
        )  # fmt: skip


def history_list(texts: Texts) -> None:
    """The questions asked as buttons, for the page without a question."""
    if not _asked():
        return
    st.html(f'<h2 class="tw-section">{escape(texts("ask_history"))}</h2>')
    with st.container(key="history_list", gap="xsmall"):
        for number, question in enumerate(_asked()):
            st.button(
                plain_label(question), key=f"asked {number}", on_click=ask_again, args=(question,), width="stretch",
                icon=":material/history:",
            )  # fmt: skip
        st.button(
            texts("ask_history_clear"), key="clear history", type="tertiary", icon=":material/delete:", on_click=_clear
        )


def _asked() -> list[str]:
    return list(st.session_state.get(_HISTORY, ()))


def _act() -> None:
    """What a choice in the menu does."""
    chosen = st.session_state[_MENU]
    if chosen:
        ask_again(chosen)
    else:
        _clear()


def _clear() -> None:
    st.session_state[_HISTORY] = []

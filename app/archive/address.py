"""What the page's address says: which part of the page, which notice and clause are read, what was chosen by name.

What a widget shows depends on the language, so choices stand in the address by their names, put there by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Literal, TypeAlias, get_args

import streamlit as st

from app.navigation import open_page
from app.texts import Texts

__all__ = [
    "VIEWS",
    "View",
    "back_to_list",
    "chosen_view",
    "forget_notice",
    "keep_notice",
    "named_choice",
    "named_choices",
    "named_order",
    "open_view",
    "page_switch",
    "read_clause",
    "read_notice",
    "remember_list",
    "show_clause",
    "view_switch",
]

View: TypeAlias = Literal["list", "add", "corrections", "build", "left"]
VIEWS: Final[tuple[View, ...]] = get_args(View)
_VIEW, _NOTICE, _CLAUSE = "view", "notice", "clause"
# In the session: the address that the list had when a notice was opened from it.
_LIST = "archive list left"
_READ = "notice read"
_ELSEWHERE = ("lang", "basket", _NOTICE, _CLAUSE)


def chosen_view() -> View:
    """The part of the page that the address names, the list where it names none."""
    named = st.query_params.get(_VIEW)
    return next((view for view in VIEWS if view == named), VIEWS[0])


def view_switch(texts: Texts) -> None:
    """The buttons that lead from one part of the page to another."""
    named_choice(texts("archive_views"), VIEWS, name=_VIEW, shown=lambda view: texts(f"archive_{view}"), hidden=True)


def open_view(view: View, texts: Texts) -> None:
    """Go to another part of the page."""
    open_page("archive", texts, view=view)


def read_notice() -> str | None:
    """The doc_id of the notice that the address names."""
    return st.query_params.get(_NOTICE) or None


def keep_notice(doc_id: str, clause_id: str | None) -> None:
    """Have the browser's address name what is read.

    A link from a page to itself changes what the page is told, but leaves what widgets had put into the browser's
    address: said anew once, it stands there alone.
    """
    if st.session_state.get(_READ) != doc_id:
        st.session_state[_READ] = doc_id
        st.query_params[_NOTICE] = doc_id
        show_clause(clause_id)


def forget_notice() -> None:
    """No notice is read: the next one is said to the browser again."""
    st.session_state.pop(_READ, None)


def read_clause() -> str | None:
    """The clause_id that the address names."""
    return st.query_params.get(_CLAUSE) or None


def show_clause(clause_id: str | None) -> None:
    """Have the address name the clause, or none."""
    if clause_id:
        st.query_params[_CLAUSE] = clause_id
    else:
        st.query_params.pop(_CLAUSE, None)


def remember_list() -> None:
    """Keep the address of the list, for coming back to it from a notice."""
    st.session_state[_LIST] = {key: st.query_params.get_all(key) for key in st.query_params if key not in _ELSEWHERE}


def back_to_list(texts: Texts) -> None:
    """Go back to the list as it was left."""
    open_page("archive", texts, **st.session_state.get(_LIST, {}))


def named_choice(
    label: str, options: Sequence[str], *, name: str, shown: Callable[[str], str], hidden: bool = False
) -> str:
    """One of the options as buttons in a row, kept in the address under the name; the first one where it names none."""
    _as_addressed(name, options)
    chosen = st.segmented_control(
        label, options, key=name, required=True, format_func=shown, on_change=_remember, args=(name, options[0]),
        label_visibility="collapsed" if hidden else "visible",
    )  # fmt: skip
    return str(chosen or options[0])


def named_order(label: str, options: Sequence[str], *, name: str, shown: Callable[[str], str]) -> str:
    """As `named_choice`, from a list that opens."""
    _as_addressed(name, options)
    chosen = st.selectbox(
        label, options, key=name, format_func=shown, on_change=_remember, args=(name, options[0]), width=220
    )
    return str(chosen or options[0])


def named_choices(label: str, options: Sequence[str], *, name: str, shown: Callable[[str], str]) -> list[str]:
    """Any of the options as pills, kept in the address under the name."""
    _set(name, [option for option in st.query_params.get_all(name) if option in options])
    chosen = st.pills(
        label, options, key=name, selection_mode="multi", format_func=shown, on_change=_remember, args=(name, None)
    )
    return list(chosen or [])


def page_switch(n_pages: int, *, name: str) -> int:
    """The buttons that lead from page to page, kept in the address; gives the page, from 1. Nothing for one page."""
    if n_pages < 2:
        return 1
    return min(st.pagination(n_pages, key=name, bind="query-params"), n_pages)


def _as_addressed(name: str, options: Sequence[str]) -> None:
    """Have the widget show what the address says: that is what counts, whoever changed it."""
    asked = st.query_params.get(name)
    _set(name, asked if asked in options else options[0])


def _set(name: str, value: str | list[str] | None) -> None:
    """Have the widget show the value; nothing is sent where it does already, so that no click meanwhile is lost."""
    if st.session_state.get(name) != value:
        st.session_state[name] = value


def _remember(name: str, default: str | None) -> None:
    """Put what was chosen into the address; the default needs no place there."""
    chosen = st.session_state.get(name)
    if not chosen or chosen == default:
        st.query_params.pop(name, None)
    else:
        st.query_params[name] = chosen

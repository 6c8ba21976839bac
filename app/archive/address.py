"""What the page's address says: which part of the page, which notice and clause are read, what was chosen by name.

What a widget shows depends on the language, so choices stand in the address by their names, put there by hand.
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, get_args

import streamlit as st

from app.address import one_of
from app.identity import may
from app.navigation import open_page
from app.texts import Texts

__all__ = [
    "VIEWS",
    "View",
    "back_to_list",
    "chosen_view",
    "forget_notice",
    "keep_notice",
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
_FOR_ALL: Final[tuple[View, ...]] = ("list", "left")
_VIEW, _NOTICE, _CLAUSE = "view", "notice", "clause"
# In the session: the address that the list had when a notice was opened from it.
_LIST = "archive list left"
_READ = "notice read"
_ELSEWHERE = ("lang", "basket", _NOTICE, _CLAUSE)


def chosen_view() -> View:
    """The part of the page that the address names; the list where it names none, or one that is for editors."""
    named = st.query_params.get(_VIEW)
    return next((view for view in _views() if view == named), VIEWS[0])


def _views() -> tuple[View, ...]:
    """The parts of the page for whoever asks."""
    return VIEWS if may("edit") else _FOR_ALL


def view_switch(texts: Texts) -> None:
    """The buttons that lead from one part of the page to another."""
    one_of("archive", _VIEW, _views(), label=texts("archive_views"), show=lambda view: texts(f"archive_{view}"))


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


def page_switch(n_pages: int, *, name: str) -> int:
    """The buttons that lead from page to page, kept in the address; gives the page, from 1. Nothing for one page."""
    if n_pages < 2:
        return 1
    return min(st.pagination(n_pages, key=name, bind="query-params"), n_pages)

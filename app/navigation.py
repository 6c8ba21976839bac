"""The five pages, and the ways from one to another: a link, or a switch by a button, both without loading anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Final, Literal, TypeAlias, get_args

import streamlit as st

from app.texts import Texts
from indexer.access.roles import Act
from indexer.index import Index

__all__ = ["ACTS", "PAGES", "PageName", "drawer", "link_to", "open_page", "page_of"]

PageName: TypeAlias = Literal["ask", "precedents", "duties", "archive", "evaluate"]

PAGES: Final[tuple[PageName, ...]] = get_args(PageName)
_ICONS: Final[Mapping[PageName, str]] = {
    "ask": ":material/search:",
    "precedents": ":material/content_copy:",
    "duties": ":material/assignment_ind:",
    "archive": ":material/folder_open:",
    "evaluate": ":material/analytics:",
}

# What one must be allowed to do to be shown a page.
ACTS: Final[Mapping[PageName, Act]] = {
    "ask": "read", "precedents": "read", "duties": "read", "archive": "read", "evaluate": "evaluate",
}  # fmt: skip


def page_of(name: PageName, texts: Texts, run: Callable[[], None] | None = None, *, listed: bool = True) -> st.Page:
    """The page as Streamlit knows it: what two calls give for one name is one page; `run` draws it.

    One that is not `listed` stands in no menu, and still has its address.
    """
    return st.Page(
        run or _drawn_elsewhere, title=texts(f"page_{name}"), icon=_ICONS[name], url_path=name, default=name == PAGES[0],
        visibility="visible" if listed else "hidden",
    )  # fmt: skip


def drawer(name: PageName) -> Callable[[Index, Texts], None]:
    """What draws the page below its head, from the package of its name; the others are not loaded."""
    draw: Callable[[Index, Texts], None] = import_module(f"app.{name}").page
    return draw


def open_page(name: PageName, texts: Texts, /, **address: str | list[str]) -> None:
    """Leave this page for another, with what its address is to say."""
    st.switch_page(page_of(name, texts), query_params=address)


def link_to(
    name: PageName, label: str, texts: Texts, /, *, icon: str | None = None, **address: str | list[str]
) -> None:
    """Draw a link to another page, with what its address is to say; it opens in a tab of its own as any link does."""
    st.page_link(page_of(name, texts), label=label, icon=icon, query_params=address)


def _drawn_elsewhere() -> None:
    """Never called: a link needs the page's address alone."""

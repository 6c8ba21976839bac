"""What every page has around it: style sheet, name, language, the basket at the side, and what is shown when something fails."""

from __future__ import annotations

import logging
from functools import cache
from html import escape
from pathlib import Path

import streamlit as st

from app.identity import not_for, reader_now, refused, sign_in, signed_in
from app.index_setup import index_setup, trouble
from app.navigation import ACTS, PAGES, PageName, drawer, page_of
from app.parts.audited import on_the_page
from app.parts.basket import basket_at_the_side, keep_basket
from app.state import chosen_language, live_index, remember_language
from app.texts import LANGUAGE_NAMES, LANGUAGES, Texts
from indexer.errors import AccessDenied, IndexFault, LoginRefused, TiaowenError
from indexer.index import Index
from indexer.logs import marked

__all__ = ["ICON", "pages_shown", "show"]

_STYLES = Path(__file__).resolve().parent / "styles"
# Given outright: for a page without one Streamlit has the browser ask another machine for its icon.
ICON = (_STYLES / "icon.svg").read_text(encoding="utf-8")
# In the session: the page drawn last, and by page the address it had when it was left.
_PAGE, _LEFT = "page drawn last", "addresses left"
# Parts of the address that belong to no page.
_EVERYWHERE = ("lang", "basket")


def pages_shown() -> list[PageName]:
    """The pages for whoever asks: all but those that their role may not use."""
    try:
        reader = reader_now()
    except TiaowenError:
        reader = None
    return [name for name in PAGES if ACTS[name] == "read" or (reader is not None and reader.may(ACTS[name]))]


def show(name: PageName) -> None:
    """Draw the page of the name with its head; what fails is said in its place, never as a traceback."""
    texts = Texts(chosen_language())
    _return_to_where_it_was_left(name, texts)
    keep_basket()
    st.html(f"<style>{_style_sheet(name)}</style>")
    _masthead(name, texts)
    try:
        reader = reader_now()
    except LoginRefused as error:
        refused(error, texts)
        return
    except TiaowenError as error:  # it may not listen here, or a login or a key opens nothing
        trouble(error, texts)
        reader = None
        if not isinstance(error, AccessDenied):
            return
    if reader is None:
        sign_in(texts)
        return
    if not reader.may(ACTS[name]):
        not_for(reader, texts)
        with st.sidebar:
            signed_in(reader, texts)
        return
    try:
        with st.spinner(texts("opening")):
            index = live_index(reader)
    except IndexFault as fault:
        if reader.may("edit"):
            index_setup(fault, texts)
        else:
            trouble(fault, texts)
        return
    except TiaowenError as error:
        trouble(error, texts)
        return
    try:
        on_the_page(index)
        drawer(name)(index, texts)
        with st.sidebar:
            signed_in(reader, texts)
            basket_at_the_side(index, texts)
            _archive(index, texts)
    except TiaowenError as error:
        trouble(error, texts)
    except Exception:
        _crash(name, texts)
    _note_address(name)


def _return_to_where_it_was_left(name: PageName, texts: Texts) -> None:
    """Come back to a page as it was left, unless the address says something of its own."""
    before = st.session_state.get(_PAGE)
    st.session_state[_PAGE] = name
    left = st.session_state.setdefault(_LEFT, {})
    if before not in (None, name) and left.get(name) and not _own_address():
        st.switch_page(page_of(name, texts), query_params=left[name])


def _note_address(name: PageName) -> None:
    st.session_state[_LEFT][name] = _own_address()


def _own_address() -> dict[str, list[str]]:
    """What the address says for this page alone."""
    return {key: st.query_params.get_all(key) for key in st.query_params if key not in _EVERYWHERE}


def _masthead(name: PageName, texts: Texts) -> None:
    with st.container(key="masthead", horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.html(
            f'<div class="tw-brand"><h1 class="tw-name">{escape(texts(f"page_{name}"))}</h1>'
            f'<span class="tw-tagline">{escape(texts(f"tagline_{name}"))}</span></div>',
            width="content",
        )
        st.segmented_control(
            texts("language"), LANGUAGES, key="language", default=texts.language, required=True,
            on_change=_switch_language, format_func=lambda language: LANGUAGE_NAMES[language],
            label_visibility="collapsed",
        )  # fmt: skip


def _switch_language() -> None:
    remember_language(st.session_state["language"])


@cache
def _style_sheet(name: PageName) -> str:
    """The rules for every page, then the page's own."""
    own = _STYLES / f"{name}.css"
    return "\n".join(path.read_text(encoding="utf-8") for path in (_STYLES / "frame.css", own) if path.exists())


def _crash(name: PageName, texts: Texts) -> None:
    """A mistake of the program: its traceback goes to the log, the reader gets a mark to find it there by."""
    mark = marked(logging.getLogger(__name__), "page %s failed", name)
    with st.container(border=True, key="crash"):
        st.html(
            f'<div class="tw-answer-title">{escape(texts("crash"))}</div>'
            f'<div class="tw-silence">{escape(texts("crash_hint", mark=mark))}</div>'
        )
        st.button(texts("again"), key="again", type="primary", icon=":material/refresh:")


def _archive(index: Index, texts: Texts) -> None:
    """How large and how old the archive is."""
    manifest, years = index.manifest, index.years()
    lines = [texts("archive_size", notices=manifest.n_notices, clauses=manifest.n_clauses)]
    if years:
        lines.append(texts("archive_years", first=years[0], last=years[-1]))
    lines.append(texts("archive_built", date=manifest.built_at[:10]))
    body = "".join(f"<div>{escape(line)}</div>" for line in lines)
    st.html(f'<div class="tw-archive"><b>{escape(texts("archive"))}</b>{body}</div>')

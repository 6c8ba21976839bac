"""The page for drafts: who wrote it before and how, what to look at before it is issued, and the basket."""

from __future__ import annotations

from html import escape
from typing import Literal, TypeAlias, get_args

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.navigation import link_to
from app.parts.filters import clear_button, filter_panel
from app.precedents.address import chosen, key_of, remember
from app.precedents.basket_view import basket_view
from app.precedents.check import check
from app.precedents.clause_view import clause_view
from app.precedents.downloads import downloads
from app.precedents.entry import draft_line, entry, unreadable
from app.precedents.given_draft import GivenDraft, current_draft, drop_draft
from app.precedents.looked_up import LookedUp, findings_of, look_up_one, look_up_rest, looked_up
from app.precedents.overview import chosen_clause, clause_choice, clause_list, summary
from app.texts import Texts
from indexer.drafts import Finding
from indexer.errors import TiaowenError
from indexer.index import Index
from indexer.records import Filters

__all__ = ["page"]

Show: TypeAlias = Literal["clauses", "check", "basket"]
SHOWS: tuple[Show, ...] = get_args(Show)


def page(index: Index, texts: Texts) -> None:
    """Draw the page."""
    with st.sidebar:
        filters = filter_panel(index, texts)
    draft, lost = _draft(texts)
    show = chosen("show", SHOWS, "clauses")
    st.segmented_control(
        texts("precedents_shows"), SHOWS, key=key_of("show"), required=True, on_change=remember,
        args=("show", "clauses"), format_func=lambda option: texts(f"precedents_show_{option}"),
        label_visibility="collapsed",
    )  # fmt: skip
    if show == "basket":
        basket_view(index, texts, has_draft=draft is not None)
    elif draft is None:
        entry(texts, lost=lost)
    elif show == "check":
        draft_line(draft, texts)
        check(index, draft, texts)
    else:
        draft_line(draft, texts)
        _clauses(index, draft, filters, texts)


def _draft(texts: Texts) -> tuple[GivenDraft | None, bool]:
    """The draft at hand; one in the address that cannot be read is said and dropped."""
    try:
        return current_draft()
    except TiaowenError as error:
        drop_draft()
        unreadable(error, texts)
        return None, False


def _clauses(index: Index, draft: GivenDraft, filters: Filters, texts: Texts) -> None:
    """The draft at a glance, one of its clauses, and while there are others to look up, a bar."""
    state = looked_up(index, draft, filters)
    if not state.clauses:
        st.info(texts("precedents_no_clauses"), icon=":material/edit:")
        return
    _, findings = findings_of(index, draft)
    at = chosen_clause(state)
    progress = st.container()
    with progress, st.spinner(texts("precedents_working_first")):
        found = look_up_one(index, state, at, filters=filters)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        with st.container(width="content"):
            summary(state, len(findings), texts)
        downloads(index, state, draft.name, texts)
    _own_notice(index, state, texts)
    with _place_of_the_clause(state, findings, texts):
        if not found.precedents and filters:
            st.html(f'<div class="tw-silence">{escape(texts("filter_nothing"))}</div>')
            clear_button(index, texts, key="clear in the page")
        clause_view(index, state, found, at, texts)
    if not state.complete:
        with progress:
            look_up_rest(index, state, filters=filters, texts=texts)


def _place_of_the_clause(state: LookedUp, findings: list[Finding], texts: Texts) -> DeltaGenerator:
    """Draw the choice of a clause, above or at the side; gives where the clause goes."""
    if st.query_params.get("tab") == "compare":
        clause_choice(state, texts)
        return st.container()
    side, main = st.columns([1, 2], gap="medium")
    with side:
        clause_list(state, findings, texts)
    return main


def _own_notice(index: Index, state: LookedUp, texts: Texts) -> None:
    """That the draft is in the archive already, and is no precedent of itself."""
    for doc_id in sorted(state.own):
        with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
            st.html(f'<div class="tw-meta">{escape(texts("precedents_own_notice"))}</div>', width="content")
            link_to("archive", index.notice(doc_id).title, texts, icon=":material/article:", notice=doc_id)

"""One clause of the draft: what it says, and in three views its precedents, a comparison, and where its wording comes from."""

from __future__ import annotations

from html import escape
from typing import Literal, TypeAlias, get_args

import streamlit as st

from app.parts.chips import clause_facts, fact_chips, unit_chips
from app.precedents.address import chosen, key_of, remember
from app.precedents.comparison import comparison
from app.precedents.lineage import lineage
from app.precedents.looked_up import LookedUp, with_notices
from app.precedents.overview import clause_name, step_buttons
from app.precedents.precedent_list import from_basket, precedent_list
from app.texts import Texts
from indexer.index import Index
from indexer.precedents import ClausePrecedents
from indexer.records import Clause

__all__ = ["clause_view"]

View: TypeAlias = Literal["list", "compare", "lineage"]
VIEWS: tuple[View, ...] = get_args(View)


def clause_view(index: Index, state: LookedUp, found: ClausePrecedents, at: int, texts: Texts) -> None:
    """Draw the clause and the view chosen."""
    clause = state.clauses[at]
    view = chosen("tab", VIEWS, "list")
    _head(clause, found, at, len(state.clauses), texts)
    if view != "compare":  # which shows the text itself
        _own_text(clause, texts)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.segmented_control(
            texts("precedents_views"), VIEWS, key=key_of("tab"), required=True, on_change=remember,
            args=("tab", "list"), format_func=lambda option: texts(f"precedents_view_{option}"),
            label_visibility="collapsed",
        )  # fmt: skip
        step_buttons(at, len(state.clauses), texts)
    if view == "list":
        precedent_list(index, found, texts)
    elif view == "compare":
        own = from_basket(index, found.text) if st.query_params.get("own") == "1" else []
        comparison(clause, [*own, *with_notices(index, found.precedents)], places=index.places(), texts=texts)
    else:
        lineage(index, found, texts)


def _head(clause: Clause, found: ClausePrecedents, at: int, n: int, texts: Texts) -> None:
    """Which clause it is, and of how many."""
    plain = f'<span class="tw-cited">{escape(texts("precedents_boilerplate"))}</span>' if found.boilerplate else ""
    position = escape(texts("precedents_position", at=at + 1, n=n))
    st.html(f'<h2 class="tw-clause">{escape(clause_name(clause, texts))}{plain}<span>{position}</span></h2>')


def _own_text(clause: Clause, texts: Texts) -> None:
    """What the clause says, under which headings, and for whom."""
    path = " › ".join(clause.headings[:-1])
    st.html(
        f'<div class="tw-own">{f"<div class=tw-path>{escape(path)}</div>" if path else ""}'
        f'<div class="tw-text">{escape(clause.text)}</div>{unit_chips(clause.units, texts)}'
        f"{fact_chips(clause_facts(clause, texts))}</div>"
    )

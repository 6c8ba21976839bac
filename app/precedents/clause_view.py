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
from app.precedents.overview import step_buttons
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
    _head(clause, found, at, len(state.clauses), texts)
    view = chosen("tab", VIEWS, "list")
    st.segmented_control(
        texts("precedents_views"), VIEWS, key=key_of("tab"), required=True, on_change=remember, args=("tab", "list"),
        format_func=lambda option: texts(f"precedents_view_{option}"), label_visibility="collapsed",
    )  # fmt: skip
    if view == "list":
        precedent_list(index, found, texts)
    elif view == "compare":
        own = from_basket(index, found.text) if st.query_params.get("own") == "1" else []
        comparison(clause, [*own, *with_notices(index, found.precedents)], places=index.places(), texts=texts)
    else:
        lineage(index, found, texts)


def _head(clause: Clause, found: ClausePrecedents, at: int, n: int, texts: Texts) -> None:
    """Which clause it is and what it says, with the ways to its neighbours."""
    name = clause.headings[-1] if clause.headings else clause.number or texts("precedents_clause", n=at + 1)
    plain = f'<span class="tw-cited">{escape(texts("precedents_boilerplate"))}</span>' if found.boilerplate else ""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.html(
            f'<h2 class="tw-clause">{escape(name)}{plain}<span>{escape(texts("precedents_position", at=at + 1, n=n))}</span></h2>',
            width="content",
        )
        step_buttons(at, n, texts)
    path = " › ".join(clause.headings[:-1])
    st.html(
        f'<div class="tw-own">{f"<div class=tw-path>{escape(path)}</div>" if path else ""}'
        f'<div class="tw-text">{escape(clause.text)}</div>{unit_chips(clause.units, texts)}'
        f"{fact_chips(clause_facts(clause, texts))}</div>"
    )

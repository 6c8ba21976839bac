"""The counts below the filters: how many of the clauses found each value has; a click on a value restricts to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.ask.asking import LISTED
from app.parts.filters import FILTER_KEYS, level_pills
from app.parts.plain_label import plain_label
from app.texts import Texts
from indexer.index import Index
from indexer.records import Filters
from indexer.search.facets import Facet, FacetValue

__all__ = ["facet_counts"]

# Values shown of a facet at first, and on demand.
AT_FIRST, ON_DEMAND = 6, 30
_MORE = "facets shown in full"  # in the session

Counts = Mapping[Facet, tuple[FacetValue, ...]]


def facet_counts(
    index: Index,
    slots: Mapping[Facet, DeltaGenerator],
    counts: Counts | None,
    *,
    filters: Filters,
    texts: Texts,
) -> None:
    """Fill the places below the filters with the counts; without any only with the levels.

    The levels are a filter of their own, whose labels carry the counts.
    """
    with slots["levels"]:
        of_level = None if counts is None else {each.value: each.n for each in counts["levels"]}
        level_pills(index, texts, counts=of_level)
    if counts is None:
        return
    for facet, values in counts.items():
        if facet == "levels" or not values:
            continue
        if facet == "years" and len(index.years()) < 2:
            continue
        with slots[facet]:
            _pills(index, facet, values, filters, texts)
    with slots["units"]:
        st.caption(texts("facet_legend", n=LISTED))


def _pills(index: Index, facet: Facet, values: Sequence[FacetValue], filters: Filters, texts: Texts) -> None:
    """One button a value, the chosen ones pressed; a further button for more of them."""
    open_ones: set[str] = st.session_state.setdefault(_MORE, set())
    limit = ON_DEMAND if facet in open_ones else AT_FIRST
    chosen = _chosen(facet, filters)
    shown = [each for at, each in enumerate(values) if at < limit or each.value in chosen]
    if facet == "years":
        shown.sort(key=lambda each: each.value)
    counts = {each.value: each.n for each in shown}
    key = f"facet {facet}"
    st.session_state[key] = [value for value in counts if value in chosen]
    st.pills(
        texts("facet_label", name=texts(f"filter_{facet}")), list(counts), key=key, selection_mode="multi",
        format_func=lambda value: f"{plain_label(value)} · {counts[value]}", label_visibility="collapsed",
        on_change=_choose, args=(facet, tuple(counts), tuple(index.years())),
    )  # fmt: skip
    if len(values) > AT_FIRST:
        label = texts("facet_less") if facet in open_ones else texts("facet_more", n=min(len(values), ON_DEMAND))
        st.button(label, key=f"more {facet}", type="tertiary", on_click=_toggle, args=(facet,))


def _chosen(facet: Facet, filters: Filters) -> tuple[str, ...]:
    """The values chosen; a range of years chooses a value only where it is a single year."""
    if facet == "years":
        return (str(filters.years[0]),) if filters.years and filters.years[0] == filters.years[1] else ()
    values: tuple[str, ...] = getattr(filters, facet)
    return values


def _choose(facet: Facet, shown: Sequence[str], years: Sequence[int]) -> None:
    """Bring the filter to what is pressed; what it restricts to beside the values shown stays."""
    pressed: list[str] = st.session_state[f"facet {facet}"]
    key = FILTER_KEYS[facet]
    if facet == "years":
        before = st.session_state.get(key)
        new = [year for year in pressed if before != (int(year), int(year))]  # another year takes the place of one
        st.session_state[key] = (int(new[-1]), int(new[-1])) if new else (years[0], years[-1])
        return
    kept = [value for value in st.session_state.get(key, []) if value not in shown]
    st.session_state[key] = [*kept, *pressed]


def _toggle(facet: Facet) -> None:
    st.session_state[_MORE] = st.session_state[_MORE] ^ {facet}

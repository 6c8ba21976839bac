"""The filters at the side, made of the index's own values and kept in the address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, cast

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.texts import Texts
from indexer.index import Index
from indexer.records import LEVELS, Filters, Level
from indexer.search.facets import Facet

__all__ = ["FILTER_KEYS", "clear_button", "filter_panel", "fitting", "level_pills", "set_filters"]

# By field of `Filters`, the key of its widget, which is its name in the address.
FILTER_KEYS: Final[Mapping[Facet, str]] = {
    "places": "place",
    "years": "years",
    "levels": "level",
    "kinds": "kind",
    "units": "unit",
}


# In the session: the whole range of years when the filters were drawn last.
_WHOLE = "whole range of years"


def filter_panel(
    index: Index, texts: Texts, *, slots: dict[Facet, DeltaGenerator] | None = None, by_unit: bool = True
) -> Filters:
    """Draw the filters; gives what is chosen. A page that has its own way to a unit draws none for units.

    `slots` gets a place below each filter, by its field, to say how many clauses each value has. The place of the
    levels is left for `level_pills`, whose labels say it.
    """
    st.subheader(texts("filters"), anchor=False)
    places = _choice(index.places(), "places", texts, hint=texts("filter_places_help"))
    _keep_place(slots, "places")
    span = _years(index.years(), texts)
    _keep_place(slots, "years")
    levels = _levels(index)
    if slots is None:
        level_pills(index, texts)
    _keep_place(slots, "levels")
    kinds = _choice(index.kinds(), "kinds", texts)
    _keep_place(slots, "kinds")
    units = _choice(index.unit_names(), "units", texts) if by_unit else ()
    _keep_place(slots, "units")
    filters = Filters(places=places, years=span, levels=tuple(levels), units=units, kinds=kinds)
    if filters:
        clear_button(index, texts, key="clear at the side")
    return filters


def level_pills(index: Index, texts: Texts, *, counts: Mapping[str, int] | None = None) -> None:
    """The buttons of the levels, with the counts in their labels where there are some."""
    found = {notice.level for notice in index.notices()}
    levels = [level for level in LEVELS if level in found]

    def label(level: Level) -> str:
        name = texts(f"level_{level}")
        return name if counts is None else f"{name} · {counts.get(level, 0)}"

    # The address would hold what the buttons say, which depends on the language: hence by name, and by hand.
    st.pills(
        texts("filter_levels"), levels, key=FILTER_KEYS["levels"], selection_mode="multi", on_change=_remember_levels,
        default=_levels(index), format_func=label,
    )  # fmt: skip


def clear_button(index: Index, texts: Texts, *, key: str) -> None:
    """A button that takes all filters off."""
    st.button(texts("filter_clear"), key=key, icon=":material/filter_alt_off:", on_click=_clear, args=(index.years(),))


def _choice(options: Iterable[str], field: Facet, texts: Texts, *, hint: str | None = None) -> tuple[str, ...]:
    chosen = st.multiselect(
        texts(f"filter_{field}"), options, key=FILTER_KEYS[field], bind="query-params",
        placeholder=texts("filter_any"), help=hint,
    )  # fmt: skip
    return tuple(chosen)


def _keep_place(slots: dict[Facet, DeltaGenerator] | None, field: Facet) -> None:
    if slots is not None:
        slots[field] = st.container(key=f"facet of {field}", gap="xsmall")


def _levels(index: Index) -> list[Level]:
    """The levels chosen: on the page, else by the address."""
    found = {notice.level for notice in index.notices()}
    named = st.session_state.get(FILTER_KEYS["levels"], st.query_params.get_all(FILTER_KEYS["levels"]))
    return [cast("Level", level) for level in named or [] if level in found]


def _years(years: Sequence[int], texts: Texts) -> tuple[int, int] | None:
    """The range chosen; None for the whole range, which notices without a date pass as well."""
    if len(years) < 2:
        return None
    key, whole = FILTER_KEYS["years"], (years[0], years[-1])
    before = st.session_state.get(_WHOLE)
    if before != whole:  # another generation holds other years: who restricted nothing still restricts nothing
        st.session_state[_WHOLE] = whole
        if before is not None and tuple(st.session_state.get(key, before)) == before:
            st.session_state[key] = whole
    first, last = st.slider(texts("filter_years"), whole[0], whole[1], whole, key=key, bind="query-params")
    return None if (first, last) == whole else (int(first), int(last))


def fitting(index: Index, filters: Filters) -> Filters:
    """The filters as far as the panel can show them: what the archive has, and years as its own."""
    years, levels = index.years(), {notice.level for notice in index.notices()}
    span = filters.years
    if span and len(years) > 1:
        first, last = (min(max(year, years[0]), years[-1]) for year in span)
        span = None if (first, last) == (years[0], years[-1]) else (first, last)
    return Filters(
        places=tuple(place for place in filters.places if place in index.places()),
        years=span if len(years) > 1 else None,
        levels=tuple(level for level in filters.levels if level in levels),
        units=tuple(unit for unit in filters.units if unit in index.unit_names()),
        kinds=tuple(kind for kind in filters.kinds if kind in index.kinds()),
    )


def set_filters(index: Index, filters: Filters) -> None:
    """Have the panel show these filters, as far as it can, here and in the address."""
    _set(index.years(), fitting(index, filters))


def _clear(years: Sequence[int]) -> None:
    """Every filter to what restricts nothing, here and in the address."""
    _set(years, Filters())


def _set(years: Sequence[int], filters: Filters) -> None:
    for field, key in FILTER_KEYS.items():
        if field != "years":
            st.session_state[key] = list(getattr(filters, field))
    if len(years) > 1:
        st.session_state[FILTER_KEYS["years"]] = filters.years or (years[0], years[-1])
    _remember_levels()


def _remember_levels() -> None:
    """Keep the levels in the address."""
    key = FILTER_KEYS["levels"]
    st.query_params[key] = st.session_state[key]

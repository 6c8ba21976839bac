"""The filters at the side, made of the index's own values and kept in the address."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import streamlit as st

from app.texts import Texts
from indexer.index import Index
from indexer.records import LEVELS, Filters, Level

__all__ = ["clear_button", "filter_panel"]

# Keys of the widgets, and names in the address.
_PLACES, _YEARS, _LEVELS, _UNITS = "place", "years", "level", "unit"


def filter_panel(index: Index, texts: Texts, *, by_unit: bool = True) -> Filters:
    """Draw the filters; gives what is chosen. A page that has its own way to a unit draws none for units."""
    found = {notice.level for notice in index.notices()}
    levels = [level for level in LEVELS if level in found]
    years = index.years()
    st.subheader(texts("filters"), anchor=False)
    places = st.multiselect(
        texts("filter_places"), index.places(), key=_PLACES, bind="query-params",
        placeholder=texts("filter_any"), help=texts("filter_places_help"),
    )  # fmt: skip
    span = _years(years, texts)
    # The address would hold what the buttons say, which depends on the language: hence by name, and by hand.
    chosen = st.pills(
        texts("filter_levels"), levels, key=_LEVELS, selection_mode="multi", on_change=_remember_levels,
        default=[level for level in st.query_params.get_all(_LEVELS) if level in levels],
        format_func=lambda level: texts(f"level_{level}"),
    )  # fmt: skip
    units = _units(index, texts) if by_unit else []
    filters = Filters(
        places=tuple(places), years=span, levels=tuple(cast("list[Level]", chosen or [])), units=tuple(units)
    )
    if filters:
        clear_button(index, texts, key="clear at the side")
    return filters


def clear_button(index: Index, texts: Texts, *, key: str) -> None:
    """A button that takes all filters off."""
    st.button(texts("filter_clear"), key=key, icon=":material/filter_alt_off:", on_click=_clear, args=(index.years(),))


def _units(index: Index, texts: Texts) -> list[str]:
    return st.multiselect(
        texts("filter_units"), index.unit_names(), key=_UNITS, bind="query-params", placeholder=texts("filter_any")
    )


def _years(years: Sequence[int], texts: Texts) -> tuple[int, int] | None:
    """The range chosen; None for the whole range, which notices without a date pass as well."""
    if len(years) < 2:
        return None
    first, last = st.slider(
        texts("filter_years"), years[0], years[-1], (years[0], years[-1]), key=_YEARS, bind="query-params"
    )
    return None if (first, last) == (years[0], years[-1]) else (int(first), int(last))


def _clear(years: Sequence[int]) -> None:
    """Every filter to what restricts nothing, here and in the address."""
    for key in (_PLACES, _LEVELS, _UNITS):
        st.session_state[key] = []
    if len(years) > 1:
        st.session_state[_YEARS] = (years[0], years[-1])
    _remember_levels()


def _remember_levels() -> None:
    """Keep the levels in the address."""
    st.query_params[_LEVELS] = st.session_state[_LEVELS]

"""The view of the whole archive: how many tasks, of whom, by when, in which fields, and which name no unit."""

from __future__ import annotations

from html import escape

import streamlit as st

from app.duties.conditions import conditions
from app.duties.counted import counted, narrowed, narrowed_load
from app.duties.downloads import archive_files
from app.duties.listing import listing
from app.duties.spread import field_sums, unit_bars, unit_heat
from app.duties.today import today
from app.parts.audited import shown_once
from app.parts.filters import clear_button
from app.texts import Texts
from indexer.duties import ArchiveLoad, LedgerFilter
from indexer.index import Index
from indexer.records import Filters

__all__ = ["archive_view"]


def archive_view(index: Index, filters: Filters, texts: Texts) -> None:
    """The load of the archive under the filters at the side and the conditions on the list."""
    with st.spinner(texts("duties_counting")):
        whole = narrowed_load(index, filters, LedgerFilter(), today())
    shown = [each.task.clause_id for each in whole.tasks]
    shown_once(index, "asked", f"archive {filters}", shown=shown, what="duties of the archive")
    _head(whole, filters, texts)
    if not whole.tasks:
        _nothing(index, filters, texts)
        return
    ended = counted(index).ended
    wanted = conditions(whole.tasks, texts, of_unit=False, ended=ended)
    tasks = narrowed(index, filters, wanted, today())

    def load() -> ArchiveLoad:
        with st.spinner(texts("duties_counting")):
            return narrowed_load(index, filters, wanted, today())

    listing(
        index, tasks, texts, form="archive", total=len(whole.tasks), wanted=wanted, ended=ended,
        files=lambda: archive_files(
            tasks, lambda: narrowed_load(index, filters, wanted, today()), _subject(filters), ended=ended
        ),
        spread=lambda: _spread(load(), texts),
    )  # fmt: skip


def _subject(filters: Filters) -> str:
    """What files are named for: the places chosen, or the archive."""
    return "、".join(filters.places) or "文件库"


def _nothing(index: Index, filters: Filters, texts: Texts) -> None:
    text = texts("filter_nothing" if filters else "duties_archive_empty")
    st.html(f'<div class="tw-silence">{escape(text)}</div>')
    if filters:
        clear_button(index, texts, key="clear in the page")


def _head(load: ArchiveLoad, filters: Filters, texts: Texts) -> None:
    """How much there is, in four figures."""
    facts = [
        texts("duties_total", n=len(load.tasks)),
        texts("duties_notices_total", n=len(load.notices)),
        texts("duties_units_total", n=len(load.units)),
        texts("duties_without_unit", n=len(load.without_unit)),
    ]
    title = "、".join(filters.places) or texts("duties_view_archive")
    st.html(
        f'<div class="tw-unit-head"><h2>{escape(title)}</h2></div>'
        f'<div class="tw-counts">{"".join(f"<span>{escape(fact)}</span>" for fact in facts)}</div>'
    )


def _spread(load: ArchiveLoad, texts: Texts) -> None:
    unit_bars(load.units, texts, title=texts("duties_load"))
    unit_heat(load.units, texts)
    field_sums(load.tasks, texts)

"""What takes seconds in a large archive, counted once a generation for all readers.

Keys are the generation and what was asked for; nothing of a session is in them or in what is kept. What is kept is shared,
and nobody changes it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import streamlit as st
from msgspec import Struct

from app.state import generation_key
from indexer.duties import (
    ArchiveLoad,
    ArchiveTask,
    LedgerFilter,
    UnitChoice,
    UnitDuties,
    duties_of_unit,
    endings,
    find_unit,
    listed,
    load_of_archive,
    load_of_tasks,
    newest_first,
    tasks_within,
    unit_choices,
)
from indexer.index import Index
from indexer.records import Filters, Link

__all__ = ["Counted", "breakdown", "counted", "duties", "narrowed", "narrowed_load"]


class Counted(Struct, frozen=True):
    """The tasks of the whole archive, what of it is no longer in force, and its units to choose from."""

    load: ArchiveLoad
    ended: Mapping[str, Link]
    choices: tuple[UnitChoice, ...]
    by_notice: Mapping[str, tuple[ArchiveTask, ...]]


_AS_WRITTEN: dict[str | type[Any], Callable[[Any], Any]] = {Filters: repr, LedgerFilter: repr}


def counted(index: Index) -> Counted:
    """The archive's tasks; seconds for a large archive at the first call of a generation."""
    return _counted(generation_key(index), index)


def duties(index: Index, name: str, seat: str, filters: Filters) -> UnitDuties:
    """The unit's tasks under the filters; raises UnitUnsettled as `find_unit` does."""
    return _duties(generation_key(index), index, name, seat, filters)


def narrowed(index: Index, filters: Filters, wanted: LedgerFilter, today: date) -> tuple[ArchiveTask, ...]:
    """The archive's tasks under the filters at the side and the conditions on the list."""
    if not filters and not wanted:
        return counted(index).load.tasks
    return _narrowed(generation_key(index), index, filters, wanted, today)


def narrowed_load(index: Index, filters: Filters, wanted: LedgerFilter, today: date) -> ArchiveLoad:
    """The load that these tasks are; of a large archive it takes seconds the first time."""
    if not filters and not wanted:
        return counted(index).load
    return _narrowed_load(generation_key(index), index, filters, wanted, today)


def breakdown(index: Index, doc_id: str) -> tuple[ArchiveTask, ...]:
    """The tasks of one notice; none where it assigns nothing."""
    return counted(index).by_notice.get(doc_id, ())


@st.cache_resource(max_entries=2, show_spinner=False)
def _counted(generation: tuple[str, str, str], _index: Index) -> Counted:
    load = load_of_tasks(newest_first(load_of_archive(_index).tasks))
    by_notice: dict[str, list[ArchiveTask]] = {}
    for each in load.tasks:
        by_notice.setdefault(each.notice.doc_id, []).append(each)
    return Counted(
        load=load,
        ended=endings(_index),
        choices=unit_choices(load, _index.member_names()),
        by_notice={doc_id: tuple(tasks) for doc_id, tasks in by_notice.items()},
    )


@st.cache_resource(max_entries=64, show_spinner=False, hash_funcs=_AS_WRITTEN)
def _duties(generation: tuple[str, str, str], _index: Index, name: str, seat: str, filters: Filters) -> UnitDuties:
    return duties_of_unit(_index, find_unit(_index, name, seat=seat), filters=filters)


@st.cache_resource(max_entries=16, show_spinner=False, hash_funcs=_AS_WRITTEN)
def _narrowed(
    generation: tuple[str, str, str], _index: Index, filters: Filters, wanted: LedgerFilter, today: date
) -> tuple[ArchiveTask, ...]:
    whole = counted(_index)
    return tuple(listed(tasks_within(whole.load, filters), wanted, today=today, ended=whole.ended))


@st.cache_resource(max_entries=8, show_spinner=False, hash_funcs=_AS_WRITTEN)
def _narrowed_load(
    generation: tuple[str, str, str], _index: Index, filters: Filters, wanted: LedgerFilter, today: date
) -> ArchiveLoad:
    return load_of_tasks(narrowed(_index, filters, wanted, today), filters=filters)

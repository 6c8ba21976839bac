"""How the tasks of an archive are spread: over units, years, fields and months, and which lack a unit.

A unit here is a body with a seat: 市民政局 of 云泽市 and of 望津市 are two. Spellings of one name count together (市发改委,
市发展改革委); names before and after a reform stay apart, because who bears a load is who was named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from msgspec import Struct, field

from indexer.duties.fields import field_of_notice, field_of_task
from indexer.duties.names import level_of_name, place_of_name
from indexer.duties.tasks import Task, tasks_of
from indexer.index import Index
from indexer.index.place_names import is_at
from indexer.notices.agencies import function_of, functions_of
from indexer.records import ROLES, Filters, Notice, Place, UnitMention

__all__ = [
    "ArchiveLoad",
    "ArchiveTask",
    "NoticeLoad",
    "UnitLoad",
    "load_of_archive",
    "load_of_tasks",
    "seat_of",
    "tasks_within",
]


class ArchiveTask(Struct, frozen=True):
    """One task with the head of its notice and its policy field."""

    task: Task
    notice: Notice  # body and clauses are left out
    field: str


class NoticeLoad(Struct, frozen=True):
    """How many tasks one notice assigns."""

    notice: Notice
    n_tasks: int
    n_without_unit: int
    n_dated: int  # with a last day
    field: str


class UnitLoad(Struct):
    """The tasks of one unit by role, year and field; a task in which it is named twice counts once, in the strongest role."""

    name: str
    seat: str  # the place whose unit it is; empty where the notices say none
    function: str | None
    roles: Counter[str] = field(default_factory=Counter)
    years: Counter[int | None] = field(default_factory=Counter)
    lead_years: Counter[int | None] = field(default_factory=Counter)
    fields: Counter[str] = field(default_factory=Counter)
    surfaces: Counter[str] = field(default_factory=Counter)
    inherited: int = 0

    @property
    def n_tasks(self) -> int:
        """All tasks, whatever the role."""
        return self.roles.total()

    @property
    def n_lead(self) -> int:
        """The tasks that it leads."""
        return self.roles["lead"]


class ArchiveLoad(Struct, frozen=True):
    """The load of an archive; units by the tasks they lead, then by all their tasks, then by name."""

    filters: Filters
    notices: tuple[NoticeLoad, ...]
    units: tuple[UnitLoad, ...]
    tasks: tuple[ArchiveTask, ...]

    @property
    def years(self) -> list[int]:
        """The years of the notices that assign tasks."""
        return sorted({year for each in self.notices if each.n_tasks and (year := each.notice.year) is not None})

    @property
    def fields(self) -> list[str]:
        """The fields that occur, most tasks first."""
        counts = Counter(each.field for each in self.tasks)
        return sorted(counts, key=lambda name: (-counts[name], name))

    @property
    def without_unit(self) -> list[ArchiveTask]:
        """The tasks that name no unit where nearly all of their section do."""
        return [each for each in self.tasks if not each.task.units]

    def deadlines(self) -> list[ArchiveTask]:
        """The tasks with a last day, earliest first."""
        dated = [each for each in self.tasks if each.task.deadline and each.task.deadline.ends_on]
        return sorted(dated, key=lambda each: (_last_day(each.task), each.task.clause_id))


def _last_day(task: Task) -> str:
    return (task.deadline.ends_on or "") if task.deadline else ""


def load_of_archive(index: Index, *, filters: Filters | None = None) -> ArchiveLoad:
    """The load of the notices that pass the filters; `filters.units` restricts to tasks that name one of the units."""
    filters = filters or Filters()
    notices: list[NoticeLoad] = []
    found: list[ArchiveTask] = []
    for head in _heads(index, filters):
        tasks = tasks_of(index.notice(head.doc_id))
        if filters.units:
            tasks = tuple(task for task in tasks if _names_any(task, filters.units))
        main = field_of_notice(tasks)
        notices.append(_notice_load(head, tasks, main))
        found += [ArchiveTask(task, head, field_of_task(task, notice_field=main)) for task in tasks]
    return ArchiveLoad(filters, tuple(notices), tuple(_units(found)), tuple(found))


def load_of_tasks(tasks: Sequence[ArchiveTask], *, filters: Filters | None = None) -> ArchiveLoad:
    """The load that these tasks are, with the notices that assign them; `filters` only says what they passed.

    Each notice's field is that of most of the tasks given.
    """
    by_notice: dict[str, list[ArchiveTask]] = {}
    for each in tasks:
        by_notice.setdefault(each.notice.doc_id, []).append(each)
    notices = tuple(
        _notice_load(of_one[0].notice, [each.task for each in of_one], _most_frequent(each.field for each in of_one))
        for of_one in by_notice.values()
    )
    return ArchiveLoad(filters or Filters(), notices, tuple(_units(tasks)), tuple(tasks))


def tasks_within(load: ArchiveLoad, filters: Filters) -> list[ArchiveTask]:
    """The load's tasks that `load_of_archive` would find under the filters, without reading the notices again."""
    passing = {each.notice.doc_id for each in load.notices if _passes(each.notice, filters)}
    return [each for each in load.tasks if each.notice.doc_id in passing and _names_any(each.task, filters.units)]


def _names_any(task: Task, units: Sequence[str]) -> bool:
    """Whether the task names one of the units; any does where none is asked for."""
    return not units or any(unit.name in units for unit in task.units)


def _notice_load(head: Notice, tasks: Sequence[Task], main: str) -> NoticeLoad:
    return NoticeLoad(
        notice=head,
        n_tasks=len(tasks),
        n_without_unit=sum(not task.units for task in tasks),
        n_dated=sum(bool(_last_day(task)) for task in tasks),
        field=main,
    )


def _most_frequent(fields: Iterable[str]) -> str:
    counts = Counter(fields)
    return min(counts, key=lambda name: (-counts[name], name))


def _heads(index: Index, filters: Filters) -> list[Notice]:
    """The heads of the notices that pass, oldest first."""
    heads = [head for head in index.notices() if _passes(head, filters)]
    return sorted(heads, key=lambda head: (head.issued_on or head.published_on or "", head.doc_id))


def _passes(head: Notice, filters: Filters) -> bool:
    """As `Index.allowed` decides, without the units."""
    first, last = filters.years or (0, 9999)
    return (
        (not filters.places or any(is_at(_parts(head), name) for name in filters.places))
        and (filters.years is None or (head.year is not None and first <= head.year <= last))
        and (not filters.levels or head.level in filters.levels)
        and (not filters.kinds or head.kind in filters.kinds)
        and (not filters.doc_ids or head.doc_id in filters.doc_ids)
    )


def _units(tasks: Iterable[ArchiveTask]) -> Iterator[UnitLoad]:
    loads: dict[tuple[str, str], UnitLoad] = {}
    for each in tasks:
        year = each.notice.year
        for mention in _strongest(each.task):
            seat = seat_of(mention.name, each.notice)
            load = loads.get((mention.name, seat))
            if load is None:
                load = loads[mention.name, seat] = UnitLoad(mention.name, seat, function_of(mention.name))
            load.roles[mention.role] += 1
            load.years[year] += 1
            load.lead_years[year] += mention.role == "lead"
            load.fields[each.field] += 1
            load.surfaces[mention.surface] += 1
            load.inherited += mention.inherited
    yield from sorted(loads.values(), key=lambda load: (-load.n_lead, -load.n_tasks, load.name, load.seat))


def _strongest(task: Task) -> list[UnitMention]:
    """One mention a name: that of the strongest role, the unit's own before an inherited one."""
    found: dict[str, UnitMention] = {}
    for mention in sorted(task.units, key=lambda unit: (ROLES.index(unit.role), unit.inherited, unit.start)):
        found.setdefault(mention.name, mention)
    return list(found.values())


def seat_of(name: str, notice: Notice) -> str:
    """The place whose unit a name in a notice is: 市民政局 in a notice of 云泽市砚湖区 is 云泽市's.

    Empty where the name says its place, or the notice's place is not known at the level that the name says.
    """
    return _seat(name, notice.place)


@lru_cache(maxsize=2**16)  # an archive's notices name the same units of the same places again and again
def _seat(name: str, place: Place) -> str:
    level = level_of_name(name)
    parts = place.province, place.city, place.district
    if place_of_name(name) or (not functions_of(name) and any(part and part[:2] in name for part in parts)):
        return ""
    if level == "省":
        return place.province or ""
    if level == "市":
        return place.city or ""
    if level in ("区", "县"):
        return place.district or ""
    return place.district or place.city or place.province or ""


def _parts(notice: Notice) -> tuple[str | None, ...]:
    return notice.place.province, notice.place.city, notice.place.district

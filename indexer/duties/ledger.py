"""Tasks as a ledger: which pass what a reader asks for, which have run past their last day, and how they fall on months.

Whether a task was done stands in no notice; `overdue` says no more than that its last day is past.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Literal, Protocol, TypeAlias, TypeVar, get_args

from msgspec import Struct

from indexer.duties.tasks import Task
from indexer.duties.unit_duties import Duty
from indexer.index import Index
from indexer.records import Link, Notice, Role

__all__ = [
    "DUES",
    "Due",
    "LedgerFilter",
    "ListedTask",
    "MonthLoad",
    "by_month",
    "due_of",
    "endings",
    "listed",
    "newest_first",
]

Due: TypeAlias = Literal["overdue", "ahead", "open", "undated"]
DUES: tuple[Due, ...] = get_args(Due)

# What ends a notice; a correction or an amendment leaves its tasks in force.
_ENDS = ("repealed_by", "replaced_by")


class ListedTask(Protocol):
    """A task of a unit or of an archive, with its notice's head and its field."""

    @property
    def task(self) -> Task:
        """The task."""

    @property
    def notice(self) -> Notice:
        """The head of its notice."""

    @property
    def field(self) -> str:
        """Its policy field."""


_Listed = TypeVar("_Listed", bound=ListedTask)


class LedgerFilter(Struct, frozen=True):
    """What of a ledger is wanted; an empty field restricts nothing, values within a field are alternatives."""

    roles: tuple[Role, ...] = ()  # of the unit whose ledger it is; else of any unit of the task
    fields: tuple[str, ...] = ()
    dues: tuple[Due, ...] = ()
    in_force: bool = False  # without the tasks of notices that another one ended
    unassigned: bool = False  # only the tasks that name no unit
    words: tuple[str, ...] = ()  # each stands somewhere in the row

    def __bool__(self) -> bool:
        return bool(self.roles or self.fields or self.dues or self.in_force or self.unassigned or self.words)


class MonthLoad(Struct, frozen=True):
    """How many tasks have their last day in a month, and how many of these days are past."""

    month: str  # 2023-06
    overdue: int
    ahead: int


def due_of(task: Task, today: date) -> Due:
    """Whether the last day is past, still to come (today included), left open (长期, 每月10日前), or not named at all."""
    if task.deadline is None:
        return "undated"
    if not task.deadline.ends_on:
        return "open"
    return "overdue" if task.deadline.ends_on < today.isoformat() else "ahead"


def endings(index: Index) -> dict[str, Link]:
    """By doc_id of a notice that another one of the archive repeals or replaces: the link to that other one."""
    found: dict[str, Link] = {}
    for head in index.notices():
        for link in index.links_of(head.doc_id):
            if link.relation in _ENDS:
                found.setdefault(head.doc_id, link)
    return found


def listed(tasks: Iterable[_Listed], wanted: LedgerFilter, *, today: date, ended: Mapping[str, Link]) -> list[_Listed]:
    """The tasks that pass, in their order; `ended` is what `endings` gives."""
    return [each for each in tasks if _passes(each, wanted, today, ended)] if wanted else list(tasks)


def newest_first(tasks: Iterable[_Listed]) -> list[_Listed]:
    """The tasks of the latest notice first; those of one notice stay in the order of its text."""
    return sorted(tasks, key=lambda each: (_date(each.notice), each.notice.doc_id), reverse=True)


def _date(notice: Notice) -> str:
    return notice.issued_on or notice.published_on or ""


def by_month(tasks: Iterable[ListedTask], *, today: date) -> list[MonthLoad]:
    """The months in which tasks have their last day, earliest first; tasks without one are left out."""
    counts: dict[str, dict[Due, int]] = {}
    for each in tasks:
        due = due_of(each.task, today)
        if due in ("overdue", "ahead") and each.task.deadline and each.task.deadline.ends_on:
            of_month = counts.setdefault(each.task.deadline.ends_on[:7], {"overdue": 0, "ahead": 0})
            of_month[due] += 1
    return [MonthLoad(month, counts[month]["overdue"], counts[month]["ahead"]) for month in sorted(counts)]


def _passes(each: ListedTask, wanted: LedgerFilter, today: date, ended: Mapping[str, Link]) -> bool:
    return (
        (not wanted.roles or not _roles(each).isdisjoint(wanted.roles))
        and (not wanted.fields or each.field in wanted.fields)
        and (not wanted.dues or due_of(each.task, today) in wanted.dues)
        and not (wanted.in_force and each.notice.doc_id in ended)
        and not (wanted.unassigned and each.task.units)
        and (not wanted.words or _says(each, wanted.words))
    )


def _roles(each: ListedTask) -> set[Role]:
    return {each.role} if isinstance(each, Duty) else {unit.role for unit in each.task.units}


def _says(each: ListedTask, words: Sequence[str]) -> bool:
    """Whether each word stands in one of the row's texts; letters of either case."""
    task, notice = each.task, each.notice
    units = [part for unit in task.units for part in (unit.surface, unit.name)]
    texts = [task.name, task.measures, *task.goals, task.deadline.text if task.deadline else "", *units, *task.persons]
    said = "\n".join([*texts, *task.headings, notice.title, notice.doc_number or "", str(notice.place)]).lower()
    return all(word.lower() in said for word in words)

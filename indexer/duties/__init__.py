"""Who has to do what: the tasks of a notice, of a unit under every name it has had, and of a whole archive."""

from __future__ import annotations

from indexer.duties.archive_load import ArchiveLoad, ArchiveTask, UnitLoad, load_of_archive, load_of_tasks, tasks_within
from indexer.duties.ledger import (
    DUES,
    Due,
    LedgerFilter,
    ListedTask,
    MonthLoad,
    by_month,
    due_of,
    endings,
    listed,
    newest_first,
)
from indexer.duties.names import find_notice, find_unit, notices_named
from indexer.duties.tasks import Task, tasks_of
from indexer.duties.unit_choices import UnitChoice, seats_of, unit_choices
from indexer.duties.unit_duties import Duty, UnitDuties, duties_of_unit, narrowed_duties

__all__ = [
    "DUES",
    "ArchiveLoad",
    "ArchiveTask",
    "Due",
    "Duty",
    "LedgerFilter",
    "ListedTask",
    "MonthLoad",
    "Task",
    "UnitChoice",
    "UnitDuties",
    "UnitLoad",
    "by_month",
    "due_of",
    "duties_of_unit",
    "endings",
    "find_notice",
    "find_unit",
    "listed",
    "load_of_archive",
    "load_of_tasks",
    "narrowed_duties",
    "newest_first",
    "notices_named",
    "seats_of",
    "tasks_of",
    "tasks_within",
    "unit_choices",
]

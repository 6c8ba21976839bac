"""Who has to do what: the tasks of a notice, of a unit under every name it has had, and of a whole archive."""

from __future__ import annotations

from indexer.duties.archive_load import ArchiveLoad, load_of_archive
from indexer.duties.names import find_notice, find_unit
from indexer.duties.tasks import Task, tasks_of
from indexer.duties.unit_duties import Duty, UnitDuties, duties_of_unit

__all__ = [
    "ArchiveLoad",
    "Duty",
    "Task",
    "UnitDuties",
    "duties_of_unit",
    "find_notice",
    "find_unit",
    "load_of_archive",
    "tasks_of",
]

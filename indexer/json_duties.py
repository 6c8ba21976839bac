"""The JSON objects of `duties`: tasks of a unit, of notices, of an archive."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from indexer.duties.archive_load import ArchiveLoad, ArchiveTask, UnitLoad
from indexer.duties.tasks import Task
from indexer.duties.unit_duties import Duty, UnitDuties
from indexer.exports.citations import citation
from indexer.json_shapes import deadline_object, unit_object
from indexer.records import Notice

__all__ = ["archive_object", "breakdown_object", "head_object", "unit_duties_object"]

JsonObject: TypeAlias = dict[str, Any]


def breakdown_object(notice: Notice, tasks: Sequence[Task]) -> JsonObject:
    """One notice with its tasks, as `duties --notice` writes it."""
    return head_object(notice) | {"n_tasks": len(tasks), "tasks": [_task(notice, task) for task in tasks]}


def unit_duties_object(found: UnitDuties) -> JsonObject:
    """A unit's tasks and the names they were found under, as `duties --unit` writes it."""
    return {
        "unit": found.unit.asked,
        "names": [
            {"name": n.name, "relation": n.relation, "n_tasks": n.n_tasks, "first_year": n.first_year, "last_year": n.last_year}
            for n in found.names
        ],
        "n_tasks": len(found.duties),
        "tasks": [_duty(duty) for duty in found.duties],
    }  # fmt: skip


def archive_object(load: ArchiveLoad) -> JsonObject:
    """The load of an archive, as `duties --archive` writes it; deadlines by month, earliest first."""
    return {
        "n_notices": len(load.notices),
        "n_tasks": len(load.tasks),
        "notices": [
            head_object(each.notice)
            | {
                "n_tasks": each.n_tasks,
                "n_without_unit": each.n_without_unit,
                "n_dated": each.n_dated,
                "field": each.field,
            }
            for each in load.notices
        ],
        "units": [_unit_load(unit) for unit in load.units],
        "fields": {field: sum(each.field == field for each in load.tasks) for field in load.fields},
        "without_unit": [_archive_task(each) for each in load.without_unit],
        "deadlines": _months(load),
    }


def head_object(notice: Notice) -> JsonObject:
    """A notice without what it says."""
    return {
        "doc_id": notice.doc_id,
        "title": notice.title,
        "doc_number": notice.doc_number,
        "issuers": list(notice.issuers),
        "issued_on": notice.issued_on,
        "year": notice.year,
        "place": str(notice.place),
        "level": notice.level,
        "source": {"path": notice.source.path, "url": notice.source.url},
    }


def _task(notice: Notice, task: Task) -> JsonObject:
    return {
        "serial": task.serial,
        "clause_id": task.clause_id,
        "task": task.name,
        "measures": task.measures,
        "goals": list(task.goals),
        "deadline": task.deadline.text if task.deadline else None,
        "deadline_value": deadline_object(task.deadline) if task.deadline else None,
        "units": [unit_object(unit) for unit in task.units],
        "persons": list(task.persons),
        "headings": list(task.headings),
        "place_in_notice": task.place,
        "citation": citation(notice, task.place),
    }


def _duty(duty: Duty) -> JsonObject:
    return {
        "name": duty.name,
        "relation": duty.relation,
        "role": duty.role,
        "inherited": duty.inherited,
        "through": duty.through,
        "field": duty.field,
        "notice": head_object(duty.notice),
    } | _task(duty.notice, duty.task)


def _archive_task(each: ArchiveTask) -> JsonObject:
    return {"doc_id": each.notice.doc_id, "title": each.notice.title, "field": each.field} | _task(
        each.notice, each.task
    )


def _unit_load(unit: UnitLoad) -> JsonObject:
    return {
        "unit": unit.name,
        "seat": unit.seat,
        "function": unit.function,
        "surfaces": sorted(unit.surfaces),
        "n_tasks": unit.n_tasks,
        "lead": unit.roles["lead"],
        "responsible": unit.roles["responsible"],
        "support": unit.roles["support"],
        "inherited": unit.inherited,
        "years": {str(year): n for year, n in sorted(unit.years.items(), key=lambda pair: pair[0] or 0)},
        "lead_years": {str(year): n for year, n in sorted(unit.lead_years.items(), key=lambda pair: pair[0] or 0) if n},
        "fields": dict(sorted(unit.fields.items(), key=lambda pair: (-pair[1], pair[0]))),
    }


def _months(load: ArchiveLoad) -> list[JsonObject]:
    months: dict[str, list[JsonObject]] = {}
    for each in load.deadlines():
        deadline = each.task.deadline
        if deadline and deadline.ends_on:
            item = {
                "clause_id": each.task.clause_id,
                "task": each.task.name,
                "ends_on": deadline.ends_on,
                "deadline": deadline.text,
            }
            months.setdefault(deadline.ends_on[:7], []).append(item)
    return [{"month": month, "n_tasks": len(items), "tasks": items} for month, items in months.items()]

"""Deadlines as an iCalendar file (RFC 5545): an all-day event on the last day of each task that has one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from indexer.duties.tasks import Task
from indexer.exports.breakdown import ROLE_NAMES, flowing, last_day, units_text
from indexer.exports.citations import citation
from indexer.exports.sheets import writable
from indexer.records import Notice

if TYPE_CHECKING:
    from icalendar import Event

__all__ = ["calendar_of"]

_WARNED = timedelta(days=-7)  # before the day


def calendar_of(tasks: Iterable[tuple[Notice, Task]], *, name: str) -> tuple[bytes, int]:
    """The calendar, and how many tasks it leaves out because no last day is known (长期, 每月10日前).

    Events are named by the clause, so that a calendar taken anew replaces its events instead of doubling them; the stamp
    is the notice's own date, so that the same archive gives the same file.
    """
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//tiaowen//deadlines//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", writable(name))
    left_out = 0
    for notice, task in tasks:
        day = last_day(task.deadline)
        if day is None:
            left_out += 1
        else:
            calendar.add_component(_event(notice, task, day))
    return calendar.to_ical(), left_out


def _event(notice: Notice, task: Task, day: date) -> Event:
    from icalendar import Alarm
    from icalendar import Event as NewEvent

    units = units_text(task.of_role("lead")) or units_text(task.of_role("responsible"))
    event = NewEvent()
    event.add("uid", f"{task.clause_id}@tiaowen")
    event.add("dtstamp", _stamp(notice))
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))  # the day after, as all-day events have it
    event.add("transp", "TRANSPARENT")
    event.add("summary", writable(f"{task.name}（{units}）" if units else task.name))
    event.add("description", writable(_description(notice, task)))
    event.add("categories", ["任务时限"])
    if notice.source.url:
        event.add("url", notice.source.url)
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", writable(task.name or "任务时限"))
    alarm.add("trigger", _WARNED)
    event.add_component(alarm)
    return event


def _description(notice: Notice, task: Task) -> str:
    lines = [flowing(task), "；".join(task.goals), f"时限：{task.deadline.text}" if task.deadline else ""]
    lines += [
        f"{name}单位：{units_text(task.of_role(role))}" for role, name in ROLE_NAMES.items() if task.of_role(role)
    ]
    return "\n".join([*(line for line in lines if line), f"出处：{citation(notice, task.place)}"])


def _stamp(notice: Notice) -> datetime:
    issued = notice.issued_on or notice.published_on
    return datetime.fromisoformat(issued or "1970-01-01").replace(tzinfo=UTC)

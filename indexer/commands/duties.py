"""The command `duties`: the tasks of a unit, of notices or of an archive, as lines, JSON or a file."""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from indexer.errors import UsageError
from indexer.named_filters import roles_named
from indexer.records import Filters, Role

if TYPE_CHECKING:  # heavy modules are imported where they are needed, so that --help stays instant
    from indexer.duties import ArchiveLoad, Task, UnitDuties
    from indexer.exports import Sheet
    from indexer.index import Index
    from indexer.records import Notice

__all__ = ["add_options", "run_duties"]

_FORMATS = {
    "xlsx": "an Excel workbook: an overview and a sheet for each notice",
    "docx": "a Word document; sources are footnotes",
    "csv": "one table with a byte order mark, as Excel wants it (- for stdout)",
    "md": "Markdown tables (- for stdout)",
    "ics": "a calendar of the deadlines (- for stdout)",
    "bib": "the notices as BibTeX entries (- for stdout)",
}
_BINARY = ("xlsx", "docx")
_MOST_SHOWN = 30  # units, and months, of an archive that are shown to a person

_Found: TypeAlias = "Notices | UnitDuties | ArchiveLoad"
Notices: TypeAlias = "list[tuple[Notice, tuple[Task, ...]]]"


def add_options(parser: argparse.ArgumentParser, *, given: Callable[[str], str]) -> None:
    """Add what the command takes; --index, --place, --year and --level are those of every command."""
    asked = parser.add_mutually_exclusive_group(required=True)
    asked.add_argument(
        "--unit", dest="of_unit", type=given, metavar="NAME", help="all tasks of a unit, under every name"
    )
    asked.add_argument(
        "--notice", type=given, action="append", metavar="ID", help="the tasks of a notice: doc_id, 文号 or title"
    )
    asked.add_argument("--archive", action="store_true", help="who bears how many tasks, by year and by field")
    parser.add_argument(
        "--role",
        type=given,
        action="append",
        default=[],
        metavar="ROLE",
        help="only as 牵头, 责任 or 配合 (with --unit)",
    )
    parser.set_defaults(unit=[])
    output = parser.add_mutually_exclusive_group()
    output.add_argument("--json", action="store_true", help="JSON objects (the default in a pipe)")
    for name, what in _FORMATS.items():
        default = {} if name in _BINARY else {"nargs": "?", "const": "-"}
        output.add_argument(f"--{name}", type=given, metavar="OUT", help=what, **default)  # type: ignore[arg-type]


def run_duties(
    options: argparse.Namespace,
    filters: Filters,
    *,
    json: bool,
    write: Callable[[str], None],
    say: Callable[[str], None],
) -> Iterator[dict[str, Any] | str]:
    """JSON objects, or lines for a person, or a file written and a line said about it."""
    roles = _roles(options)
    chosen = next(((name, path) for name in _FORMATS if (path := getattr(options, name)) is not None), None)
    if chosen is not None and chosen[1] != "-":
        _check_target(Path(chosen[1]), chosen[0])
    from indexer.index import open_index

    with open_index(options.index) as index:
        found = _found(index, options, filters, roles)
        if chosen is not None and chosen[1] != "-":
            from indexer.audit import note

            note(index, None, "exported", what=Path(chosen[1]).name)
    if chosen is not None:
        for line in _export(found, *chosen, write=write):
            say(line)
    elif json:
        yield from _objects(found)
    else:
        yield from _lines(found)


def _found(index: Index, options: argparse.Namespace, filters: Filters, roles: Sequence[Role]) -> _Found:
    from indexer.duties import duties_of_unit, find_notice, find_unit, load_of_archive, tasks_of

    if options.of_unit:
        return duties_of_unit(index, find_unit(index, options.of_unit), filters=filters, roles=roles)
    if options.archive:
        return load_of_archive(index, filters=filters)
    if filters:
        raise UsageError("--place, --year and --level go with --unit or --archive; a notice is named outright")
    notices = {notice.doc_id: notice for notice in (find_notice(index, asked) for asked in options.notice)}
    return [(notice, tasks_of(notice)) for notice in notices.values()]


def _roles(options: argparse.Namespace) -> tuple[Role, ...]:
    if options.role and not options.of_unit:
        raise UsageError("--role goes with --unit")
    return roles_named(options.role)


# --- files ---------------------------------------------------------------------------------------


def _check_target(path: Path, form: str) -> None:
    """Raise UsageError for a file that cannot be written, before the work is done."""
    if path.is_dir():
        raise UsageError(f"{path}: is a folder; give a file such as {path / f'tasks.{form}'}")
    if not path.absolute().parent.is_dir():
        raise UsageError(f"{path}: there is no folder {path.parent}; make it first")
    if not os.access(path if path.exists() else path.absolute().parent, os.W_OK):
        raise UsageError(f"{path}: cannot be written; give another file")


def _export(found: _Found, form: str, path: str, *, write: Callable[[str], None]) -> Iterator[str]:
    """Write the file; the lines to be said of it."""
    if path == "-" and form in _BINARY:
        raise UsageError(f"--{form} needs a file to write to")
    content, left_out = _content(found, form)
    if path == "-":
        write((content if isinstance(content, str) else content.decode()).rstrip("\r\n"))
    else:
        _replace(Path(path), content.encode() if isinstance(content, str) else content)
        yield f"{_n_tasks(found)} tasks in {path}"
    if left_out:
        yield f"{left_out} tasks have no last day and are not in the calendar"


def _replace(path: Path, content: bytes) -> None:
    """The file as a whole or not at all: an old one stays until the new one is complete."""
    try:
        with tempfile.NamedTemporaryFile(dir=path.absolute().parent, prefix=f".{path.name}-", delete=False) as stream:
            stream.write(content)
        os.chmod(stream.name, path.stat().st_mode if path.exists() else 0o644)
        os.replace(stream.name, path)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({error.strerror}); give another file") from error


def _content(found: _Found, form: str) -> tuple[bytes | str, int]:
    """The file's content, and how many tasks it leaves out."""
    from indexer import exports

    if form == "docx":
        return _document(found), 0
    if form == "ics":
        return exports.calendar_of(_tasks(found), name="任务时限")
    if form == "bib":
        places: dict[str, list[str]] = {}
        for notice, task in _tasks(found):
            places.setdefault(notice.doc_id, []).append(task.place)
        notices = {notice.doc_id: notice for notice, _ in _tasks(found)}
        return exports.bibliography(notices.values(), places=places if _is_of_unit(found) else {}), 0
    sheets = _sheets(found)
    if form == "xlsx":
        return exports.write_workbook(sheets), 0
    if form == "md":
        return exports.markdown_text(sheets), 0
    one_notice = isinstance(found, list) and len(found) == 1
    return exports.csv_text(sheets[1] if one_notice else exports.task_sheet(_tasks(found))), 0


def _sheets(found: _Found) -> list[Sheet]:
    from indexer import exports
    from indexer.duties import ArchiveLoad, UnitDuties

    if isinstance(found, UnitDuties):
        return exports.unit_sheets(found)
    return exports.archive_sheets(found) if isinstance(found, ArchiveLoad) else exports.breakdown_sheets(found)


def _document(found: _Found) -> bytes:
    from indexer import exports
    from indexer.duties import ArchiveLoad, UnitDuties

    if isinstance(found, UnitDuties):
        return exports.unit_document(found)
    return exports.archive_document(found) if isinstance(found, ArchiveLoad) else exports.breakdown_document(found)


def _tasks(found: _Found) -> list[tuple[Notice, Task]]:
    """Every task with the head of its notice."""
    from indexer.duties import ArchiveLoad, UnitDuties

    if isinstance(found, UnitDuties):
        return [(duty.notice, duty.task) for duty in found.duties]
    if isinstance(found, ArchiveLoad):
        return [(each.notice, each.task) for each in found.tasks]
    return [(notice, task) for notice, tasks in found for task in tasks]


def _n_tasks(found: _Found) -> int:
    return len(_tasks(found))


def _is_of_unit(found: _Found) -> bool:
    from indexer.duties import UnitDuties

    return isinstance(found, UnitDuties)


# --- what is written to stdout -------------------------------------------------------------------


def _objects(found: _Found) -> Iterator[dict[str, Any]]:
    from indexer.duties import ArchiveLoad, UnitDuties
    from indexer.json_duties import archive_object, breakdown_object, unit_duties_object

    if isinstance(found, UnitDuties):
        yield unit_duties_object(found)
    elif isinstance(found, ArchiveLoad):
        yield archive_object(found)
    else:
        yield from (breakdown_object(notice, tasks) for notice, tasks in found)


def _lines(found: _Found) -> Iterable[str]:
    from indexer.duties import ArchiveLoad, UnitDuties

    if isinstance(found, UnitDuties):
        return _unit_lines(found)
    return _archive_lines(found) if isinstance(found, ArchiveLoad) else _notice_lines(found)


def _notice_lines(found: Notices) -> Iterator[str]:
    for notice, tasks in found:
        yield f"{notice.title}　{notice.doc_number or ''}　{len(tasks)}项任务"
        for task in tasks:
            yield from _task_lines(task)


def _unit_lines(found: UnitDuties) -> Iterator[str]:
    from indexer.exports.breakdown import RELATIONS, role_text
    from indexer.exports.citations import notice_citation

    named = "；".join(f"{n.name}（{RELATIONS[n.relation]}，{n.n_tasks}项）" for n in found.names)
    yield f"{found.unit.asked}　{len(found.duties)}项任务　{named}"
    shown = ""
    for duty in found.duties:
        if duty.notice.doc_id != shown:
            shown = duty.notice.doc_id
            yield notice_citation(duty.notice)
        yield from _task_lines(duty.task, role=f"{role_text(duty)}　")


def _task_lines(task: Task, *, role: str = "") -> Iterator[str]:
    from indexer.exports.breakdown import ROLE_NAMES, goals_text, units_text

    yield f"{task.serial:>4}. {role}{task.name}　[{task.place}]"
    yield from (f"      {line}" for line in goals_text(task).split("\n") if line)
    units = [f"{name}:{said}" for of_role, name in ROLE_NAMES.items() if (said := units_text(task.of_role(of_role)))]
    yield f"      → {'  '.join(units) or '没有写明单位'}"


def _archive_lines(load: ArchiveLoad) -> Iterator[str]:
    from itertools import groupby

    yield f"{len(load.notices)}个文件，{len(load.tasks)}项任务，{len(load.without_unit)}项没有写明单位"
    yield "—— 领域　" + "　".join(f"{name} {sum(each.field == name for each in load.tasks)}" for name in load.fields)
    yield f"—— 单位（按牵头任务数，前{_MOST_SHOWN}个，共{len(load.units)}个）"
    for unit in load.units[:_MOST_SHOWN]:
        years = "　".join(f"{year}:{n}" for year, n in sorted(unit.years.items(), key=lambda pair: pair[0] or 0))
        yield f"{unit.n_lead:>4} 牵头 {unit.n_tasks:>4} 合计　{unit.seat}{unit.name}　{years}"
    yield f"—— 时限（最近{_MOST_SHOWN}个月份）"
    months = [(month, len(list(group))) for month, group in groupby(load.deadlines(), key=_month)]
    yield from (f"{month}　{n}项" for month, n in months[-_MOST_SHOWN:])


def _month(each: Any) -> str:  # noqa: ANN401 (a task of the archive, whose module is heavy)
    return str(each.task.deadline.ends_on)[:7]

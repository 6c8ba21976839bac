"""What the sheets of tasks say: the breakdown of a notice (任务分解表), the tasks of a unit, the load of an archive."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby

from indexer.duties.archive_load import ArchiveLoad, ArchiveTask, UnitLoad
from indexer.duties.tasks import Task
from indexer.duties.unit_duties import Duty, UnitDuties
from indexer.exports.citations import in_title_marks, notice_citation
from indexer.exports.sheets import Sheet, SheetColumn, Value
from indexer.notices.header.titling import issued_titles
from indexer.records import Deadline, Notice, Role, UnitMention

__all__ = [
    "RELATIONS",
    "ROLE_NAMES",
    "archive_sheets",
    "bare_title",
    "breakdown_sheets",
    "goals_text",
    "last_day",
    "notice_line",
    "role_text",
    "task_sheet",
    "unit_sheets",
    "units_text",
]

ROLE_NAMES: Mapping[Role, str] = {"lead": "牵头", "responsible": "责任", "support": "配合"}
RELATIONS: Mapping[str, str] = {
    "same": "同一单位", "former": "曾用名", "successor": "后继单位", "possible": "可能是该单位", "branch": "分支机构", "head": "上级机构",
}  # fmt: skip

# 序号, 重点任务, … as tables of this kind have them; 截止日 is a real day, to sort and to filter by.
_NUMBER = SheetColumn("序号", 6, "number", centred=True)
_TASK = SheetColumn("重点任务", 22)
_MEASURES = SheetColumn("具体举措", 58)
_GOALS = SheetColumn("目标与时限", 34)
_DAY = SheetColumn("截止日", 12, "date", centred=True)
_LEAD = SheetColumn("牵头单位", 20)
_RESPONSIBLE = SheetColumn("责任单位", 26)
_SUPPORT = SheetColumn("配合单位", 26)
_PERSONS = SheetColumn("责任人", 10, centred=True)
_PLACE = SheetColumn("出处", 18)
_UNASSIGNED = "（未明确责任单位）"
_INHERITED = "（统一规定）"
_TIME_LIMIT = "完成时限："
_BREAK_IN_SENTENCE = re.compile(r"(?<![。；;：:！!？?\n])\n")
# An archive of more notices has one sheet of all tasks instead of one a notice: nobody leafs through hundreds.
_MOST_SHEETS = 60


# --- one notice, or several ----------------------------------------------------------------------


def breakdown_sheets(notices: Sequence[tuple[Notice, Sequence[Task]]]) -> list[Sheet]:
    """One sheet a notice; of several notices first an overview that leads to them."""
    names = _sheet_names(notice for notice, _ in notices)
    sheets = [_breakdown(notice, tasks, name) for (notice, tasks), name in zip(notices, names, strict=True)]
    return [_overview(notices, names), *sheets]


def _breakdown(notice: Notice, tasks: Sequence[Task], name: str) -> Sheet:
    columns, rows = _task_table(tasks)
    return Sheet(
        name, f"{_bare_title(notice)}任务分解表", columns, rows, note=notice_line(notice, tasks) + _groups(tasks)
    )


def _task_table(tasks: Sequence[Task]) -> tuple[tuple[SheetColumn, ...], tuple[tuple[Value, ...], ...]]:
    """Columns and rows; 责任单位 has a column where a task names units in that role."""
    responsible = any(task.of_role("responsible") for task in tasks)
    persons = any(task.persons for task in tasks)
    columns = [_NUMBER, _TASK, _MEASURES, _GOALS, _DAY, _LEAD, _RESPONSIBLE, _SUPPORT, _PERSONS, _PLACE]
    empty = {_LEAD.name: not any(task.of_role("lead") for task in tasks),
             _SUPPORT.name: not any(task.of_role("support") for task in tasks),
             _PERSONS.name: not persons}  # fmt: skip
    columns = [
        SheetColumn(c.name, 9, c.kind, c.centred) if empty.get(c.name) else c
        for c in columns
        if responsible or c is not _RESPONSIBLE
    ]
    rows = []
    for task in tasks:
        cells: list[Value] = [task.serial, task.name, flowing(task), goals_text(task), last_day(task.deadline)]
        cells.append(units_text(task.of_role("lead")) or ("" if task.units else _UNASSIGNED))
        if responsible:
            cells.append(units_text(task.of_role("responsible")))
        cells += [units_text(task.of_role("support")), "、".join(task.persons), task.place]
        rows.append(tuple(cells))
    return tuple(columns), tuple(rows)


def _groups(tasks: Sequence[Task]) -> str:
    """The members of the groups that the tasks name, a line a group; empty without any."""
    surfaces: dict[tuple[str, ...], dict[str, None]] = {}
    for unit in (unit for task in tasks for unit in task.units if unit.members):
        surfaces.setdefault(unit.members, {})[unit.surface] = None
    return "".join(f"\n{'、'.join(named)}：{'、'.join(members)}" for members, named in surfaces.items())


def _overview(notices: Sequence[tuple[Notice, Sequence[Task]]], names: Sequence[str]) -> Sheet:
    columns = (
        _NUMBER, SheetColumn("文件", 58), SheetColumn("文号", 24), SheetColumn("发文机关", 26),
        SheetColumn("成文日期", 12, "date", centred=True), SheetColumn("地区", 18), SheetColumn("任务数", 9, "number", centred=True),
        SheetColumn("有时限", 9, "number", centred=True), SheetColumn("未明确单位", 12, "number", centred=True), SheetColumn("来源", 40),
    )  # fmt: skip
    rows = tuple(
        (
            row,
            notice.title,
            notice.doc_number or "",
            "、".join(notice.issuers),
            _day(notice.issued_on or notice.published_on),
            str(notice.place),
            len(tasks),
            sum(last_day(task.deadline) is not None for task in tasks),
            sum(not task.units for task in tasks),
            notice.source.url or notice.source.path,
        )
        for row, (notice, tasks) in enumerate(notices, 1)
    )
    n_tasks = sum(len(tasks) for _, tasks in notices)
    return Sheet(
        "总览", "任务分解总览", columns, rows, note=f"{len(notices)}个文件，{n_tasks}项任务", links=tuple(names)
    )


# --- one unit ------------------------------------------------------------------------------------


def unit_sheets(found: UnitDuties) -> list[Sheet]:
    """An overview of the names and notices, then a sheet a notice with the unit's tasks in it."""
    groups = [(notice, list(duties)) for notice, duties in groupby(found.duties, key=lambda duty: duty.notice)]
    names = _sheet_names(notice for notice, _ in groups)
    return [
        _unit_overview(found, groups, names),
        _names_sheet(found),
        *(_unit_notice(found, *group, name) for group, name in zip(groups, names, strict=True)),
    ]


def _unit_overview(found: UnitDuties, groups: Sequence[tuple[Notice, list[Duty]]], names: Sequence[str]) -> Sheet:
    columns = (
        _NUMBER, SheetColumn("文件", 58), SheetColumn("文号", 24), SheetColumn("年份", 8, "number", centred=True), SheetColumn("地区", 18),
        SheetColumn("文件中的名称", 22), *(SheetColumn(name, 8, "number", centred=True) for name in ROLE_NAMES.values()),
        SheetColumn("统一规定", 10, "number", centred=True), SheetColumn("合计", 8, "number", centred=True),
    )  # fmt: skip
    rows = tuple(
        (
            row,
            notice.title,
            notice.doc_number or "",
            notice.year,
            str(notice.place),
            "、".join(dict.fromkeys(duty.name for duty in duties)),
            *(sum(duty.role == role for duty in duties) for role in ROLE_NAMES),
            sum(duty.inherited for duty in duties),
            len(duties),
        )
        for row, (notice, duties) in enumerate(groups, 1)
    )
    roles = "，".join(f"{name}{found.in_role(role)}项" for role, name in ROLE_NAMES.items())
    note = f"{len(groups)}个文件，{len(found.duties)}项任务：{roles}"
    return Sheet("总览", f"{found.unit.asked}任务总览", columns, rows, note=note, links=tuple(names))


def _names_sheet(found: UnitDuties) -> Sheet:
    columns = (
        SheetColumn("名称", 28), SheetColumn("与所查名称的关系", 20), SheetColumn("任务数", 9, "number", centred=True),
        SheetColumn("最早", 8, "number", centred=True), SheetColumn("最晚", 8, "number", centred=True),
    )  # fmt: skip
    rows = tuple((n.name, RELATIONS[n.relation], n.n_tasks, n.first_year, n.last_year) for n in found.names)
    return Sheet("名称沿革", f"{found.unit.asked}：按哪些名称查到", columns, rows)


def _unit_notice(found: UnitDuties, notice: Notice, duties: Sequence[Duty], name: str) -> Sheet:
    columns, rows = _task_table([duty.task for duty in duties])
    columns = (*columns[:4], columns[4], SheetColumn("本单位角色", 11, centred=True), *columns[5:])
    marked = [(*row[:5], role_text(duty), *row[5:]) for row, duty in zip(rows, duties, strict=True)]
    title = f"{found.unit.asked}在{_bare_title(notice)}中的任务"
    return Sheet(name, title, columns, tuple(marked), note=notice_line(notice))


def role_text(duty: Duty) -> str:
    """The unit's role in the task: 牵头, 责任（统一规定）, 配合（作为工作专班成员单位）."""
    remark = _INHERITED if duty.inherited else ""
    return ROLE_NAMES[duty.role] + remark + (f"（作为{duty.through}）" if duty.through else "")


# --- an archive ----------------------------------------------------------------------------------


def archive_sheets(load: ArchiveLoad) -> list[Sheet]:
    """Overview, units by year and by field, tasks without unit, deadlines by day; then a sheet a notice or one of all."""
    by_notice: dict[str, list[Task]] = {}
    for found in load.tasks:
        by_notice.setdefault(found.notice.doc_id, []).append(found.task)
    with_tasks = [
        (each.notice, by_notice[each.notice.doc_id]) for each in load.notices if each.notice.doc_id in by_notice
    ]
    detail: list[Sheet]
    if len(with_tasks) <= _MOST_SHEETS:
        overview, *detail = breakdown_sheets(with_tasks)
    else:
        overview = _overview(with_tasks, ())
        detail = [_all_tasks("全部任务", "全部任务", load.tasks)]
    return [
        overview,
        _unit_years(load),
        _unit_fields(load),
        _all_tasks("未明确单位", "同类任务都写明单位而本条没有写明的任务", load.without_unit),
        _all_tasks("时限", "有截止日的任务，按日期排列", load.deadlines()),
        *detail,
    ]


def _unit_columns() -> tuple[SheetColumn, ...]:
    return (
        SheetColumn("单位", 26), SheetColumn("所在地", 14), SheetColumn("职能", 18),
        *(SheetColumn(name, 8, "number", centred=True) for name in ROLE_NAMES.values()), SheetColumn("合计", 8, "number", centred=True),
    )  # fmt: skip


def _unit_cells(unit: UnitLoad) -> tuple[Value, ...]:
    return (unit.name, unit.seat, unit.function or "", *(unit.roles[role] for role in ROLE_NAMES), unit.n_tasks)


def _unit_years(load: ArchiveLoad) -> Sheet:
    columns = (*_unit_columns(), *(SheetColumn(str(year), 7, "number", centred=True) for year in load.years))
    rows = tuple((*_unit_cells(unit), *(unit.years[year] or None for year in load.years)) for unit in load.units)
    return Sheet("单位×年度", "各单位各年度任务数", columns, rows, note="按牵头任务数、任务总数排列；年度取发文年")


def _unit_fields(load: ArchiveLoad) -> Sheet:
    columns = (*_unit_columns(), *(SheetColumn(name, 12, "number", centred=True) for name in load.fields))
    rows = tuple((*_unit_cells(unit), *(unit.fields[name] or None for name in load.fields)) for unit in load.units)
    return Sheet(
        "单位×领域",
        "各单位各领域任务数",
        columns,
        rows,
        note="领域按政府信息公开主题分类，由任务名称和首个单位的职能判定",
    )


def task_sheet(tasks: Sequence[tuple[Notice, Task]]) -> Sheet:
    """All tasks in one table, each row with its notice, for formats that have no sheets."""
    return _listed("任务", "任务清单", [(notice, task, None) for notice, task in tasks])


def _all_tasks(name: str, title: str, tasks: Sequence[ArchiveTask]) -> Sheet:
    return _listed(name, title, [(each.notice, each.task, each.field) for each in tasks])


def _listed(name: str, title: str, tasks: Sequence[tuple[Notice, Task, str | None]]) -> Sheet:
    """Tasks of several notices, with their fields where these are known."""
    fields = any(field is not None for _, _, field in tasks)
    columns = (
        _NUMBER, SheetColumn("文件", 44), SheetColumn("地区", 18), SheetColumn("年份", 8, "number", centred=True),
        *((SheetColumn("领域", 20),) if fields else ()), _TASK, _MEASURES, _GOALS, _DAY, _LEAD, _RESPONSIBLE, _SUPPORT, _PERSONS, _PLACE,
    )  # fmt: skip
    rows = tuple(
        (
            row,
            notice_citation(notice),
            str(notice.place),
            notice.year,
            *((field,) if fields else ()),
            task.name,
            flowing(task),
            goals_text(task),
            last_day(task.deadline),
            *(units_text(task.of_role(role)) for role in ROLE_NAMES),
            "、".join(task.persons),
            task.place,
        )
        for row, (notice, task, field) in enumerate(tasks, 1)
    )
    return Sheet(name, title, columns, rows, note=f"{len(rows)}项任务")


# --- cells ---------------------------------------------------------------------------------------


def units_text(units: Iterable[UnitMention]) -> str:
    """The units as written, joined by 、; those of a statement for the whole notice marked, an open list ended by 等."""
    return "、".join(u.surface + (_INHERITED if u.inherited else "") + ("等" if u.open_ended else "") for u in units)


def goals_text(task: Task) -> str:
    """The goals, and on a line of its own the time limit in the notice's words."""
    lines = ["；".join(goal.rstrip("。；;，,") for goal in task.goals)] if task.goals else []
    if task.deadline:
        lines.append(_TIME_LIMIT + task.deadline.text)
    return "\n".join(lines)


def flowing(task: Task) -> str:
    """The measures; of running text the line breaks of a page's lay-out, those inside a sentence, are taken out."""
    return task.measures if task.of_table else _BREAK_IN_SENTENCE.sub("", task.measures)


def last_day(deadline: Deadline | None) -> date | None:
    """The last day of a deadline that has one."""
    return date.fromisoformat(deadline.ends_on) if deadline and deadline.ends_on else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def notice_line(notice: Notice, tasks: Sequence[Task] = ()) -> str:
    """文号, issuers, date and place of a notice in a line, with how many tasks follow."""
    facts = [notice.doc_number, "、".join(notice.issuers), notice.issued_on or notice.published_on, str(notice.place)]
    return "　".join(fact for fact in [*facts, f"{len(tasks)}项任务" if tasks else None] if fact)


def _bare_title(notice: Notice) -> str:
    return in_title_marks(bare_title(notice))


def bare_title(notice: Notice) -> str:
    """What a notice is about: its title without 关于印发 … 的通知 around it."""
    return next(iter(issued_titles(notice.title)), notice.title)


_FORBIDDEN_IN_NAME = str.maketrans(dict.fromkeys("[]:*?/\\'", "_"))
_LONGEST_NAME = 31  # characters that a sheet's name may have


def _sheet_names(notices: Iterable[Notice]) -> list[str]:
    """A name for each notice's sheet: number and the beginning of its subject, at most 31 characters, all different."""
    return [
        f"{row}.{_bare_title(notice)[1:-1].translate(_FORBIDDEN_IN_NAME)}"[:_LONGEST_NAME]
        for row, notice in enumerate(notices, 1)
    ]

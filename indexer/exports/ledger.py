"""A ledger of tasks (任务台账) as one sheet: a row a task with its notice, whether that is in force, and how its time limit stands."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TypeVar

from indexer.duties.ledger import Due, ListedTask, due_of
from indexer.duties.unit_duties import Duty
from indexer.exports.breakdown import ROLE_NAMES, flowing, last_day, role_text, units_text
from indexer.exports.citations import notice_citation
from indexer.exports.sheets import Sheet, SheetColumn, Value
from indexer.records import Link, Relation

__all__ = ["DUE_NAMES", "ENDED_NAMES", "file_name", "ledger_sheet"]

DUE_NAMES: Mapping[Due, str] = {"overdue": "已过期限", "ahead": "未到期限", "open": "没有截止日", "undated": "未写期限"}
ENDED_NAMES: Mapping[Relation, str] = {"repealed_by": "已废止", "replaced_by": "已被替代"}

_COLUMNS = (
    SheetColumn("序号", 6, "number", centred=True), SheetColumn("重点任务", 22), SheetColumn("具体举措", 50), SheetColumn("本单位角色", 12, centred=True),
    *(SheetColumn(f"{name}单位", 22) for name in ROLE_NAMES.values()),
    SheetColumn("时限", 18), SheetColumn("截止日", 12, "date", centred=True), SheetColumn("期限状态", 11, centred=True), SheetColumn("目标", 26),
    SheetColumn("责任人", 10, centred=True), SheetColumn("文件", 40), SheetColumn("地区", 16), SheetColumn("年份", 7, "number", centred=True),
    SheetColumn("领域", 18), SheetColumn("文件效力", 10, centred=True), SheetColumn("出处", 16),
)  # fmt: skip
_ROLE_COLUMN = 3
# What systems forbid in the names of files, and what would hide them or go up a folder.
_FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]+')
_LONGEST_NAME = 60  # characters; in UTF-8 180 bytes of the 255 that a file's name may have

_Cell = TypeVar("_Cell")


def ledger_sheet(tasks: Sequence[ListedTask], title: str, *, today: date, ended: Mapping[str, Link]) -> Sheet:
    """The tasks in the order given; the column of the unit's own role is left out where the ledger is no unit's."""
    rows = tuple(_row(number, each, today, ended) for number, each in enumerate(tasks, 1))
    of_unit = any(isinstance(each, Duty) for each in tasks)
    note = f"{len(rows)}项任务；期限状态按{today.isoformat()}判定，任务是否完成文件中没有记载"
    columns = _COLUMNS if of_unit else _without_role(_COLUMNS)
    return Sheet("任务清单", title, columns, rows if of_unit else tuple(map(_without_role, rows)), note=note)


def _row(number: int, each: ListedTask, today: date, ended: Mapping[str, Link]) -> tuple[Value, ...]:
    task, notice = each.task, each.notice
    link = ended.get(notice.doc_id)
    return (
        number,
        task.name,
        flowing(task),
        role_text(each) if isinstance(each, Duty) else "",
        *(units_text(task.of_role(role)) for role in ROLE_NAMES),
        task.deadline.text if task.deadline else "",
        last_day(task.deadline),
        DUE_NAMES[due_of(task, today)],
        "；".join(task.goals),
        "、".join(task.persons),
        notice_citation(notice),
        str(notice.place),
        notice.year,
        each.field,
        ENDED_NAMES[link.relation] if link else "",
        task.place,
    )


def _without_role(cells: tuple[_Cell, ...]) -> tuple[_Cell, ...]:
    return cells[:_ROLE_COLUMN] + cells[_ROLE_COLUMN + 1 :]


def file_name(subject: str, kind: str, ending: str) -> str:
    """A file's name that every system takes: 市民政局任务清单.xlsx; a long subject is cut, not the ending.

    >>> file_name('关于"十四五"/规划的通知', "任务分解表", "docx")
    '关于_十四五_规划的通知任务分解表.docx'
    """
    bare = _FORBIDDEN.sub("_", subject).strip(" ._")[: _LONGEST_NAME - len(kind)]
    return f"{bare}{kind}.{ending}"

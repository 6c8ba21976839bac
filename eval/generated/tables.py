"""Task tables: their columns, merged cells, section rows and page breaks; as a grid, as pipes, as one cell a line."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from eval.generated.assignments import WrittenUnit, units_of
from eval.generated.numbering import chinese
from eval.generated.quantities import WrittenDeadline, WrittenTarget, cell_deadline, person
from eval.generated.truth import Line, WrittenClause
from eval.generated.wording import Vocabulary
from indexer.records import Cell, Role, Table

__all__ = ["WrittenTable", "write_table"]

_NAMES = {
    "serial": ("序号", "序号", "编号"),
    "task": ("重点任务", "工作任务", "主要任务", "任务名称"),
    "measure": ("具体举措", "工作举措", "具体内容", "主要内容"),
    "goal": ("工作目标", "主要目标", "目标要求"),
    "when": ("完成时限", "完成时间", "时间节点"),
    "responsible": ("责任单位", "责任部门"),
    "lead": ("牵头单位", "牵头部门"),
    "support": ("配合单位", "参与单位", "协办单位"),
    "person": ("责任人", "责任领导"),
}
_ROLES: dict[str, Role] = {"responsible": "responsible", "lead": "lead", "support": "support"}
_UNIT_SETS = (
    ("responsible",),
    ("responsible",),
    ("lead", "support"),
    ("lead", "support"),
    ("lead", "responsible"),
    ("lead",),
)


@dataclass(frozen=True, slots=True)
class WrittenTable:
    """The lines that show a table, and a clause for each of its rows."""

    lines: tuple[Line, ...]
    clauses: tuple[WrittenClause, ...]


@dataclass(slots=True)
class _Row:
    """One task row: cell texts by column, and its truth."""

    cells: dict[str, str]
    merged: set[str]  # columns whose cell belongs to the row above
    section: str
    task: str
    units: tuple[WrittenUnit, ...]
    deadline: WrittenDeadline | None
    targets: tuple[WrittenTarget, ...]
    persons: tuple[str, ...]


def write_table(
    rng: random.Random,
    words: Vocabulary,
    *,
    form: str,
    path: tuple[str, ...],
    above: tuple[WrittenUnit, ...] = (),
) -> WrittenTable:
    """A task table of three to nine rows in the form grid, pipes or cells; `above` holds for every row."""
    columns = _columns(rng, form)
    names = {column: rng.choice(_NAMES[column]) for column in columns}
    rows = _rows(rng, words, columns, form)
    clauses = []
    for row in rows:
        content = next(column for column in ("measure", "goal", "task") if column in columns)
        first = row.cells[content]  # a task beside its goal may be read as text or as heading
        last = row.cells["goal"] if "goal" in columns else first
        where = (*path, *((row.section,) if row.section else ()), *((row.task,) if "measure" in columns else ()))
        clauses.append(
            WrittenClause(where, first, last, "row", row.units + above, row.deadline, row.targets, row.persons)
        )
    show = {"grid": _grid, "pipes": _pipes, "cells": _cells}[form]
    return WrittenTable(tuple(show(rng, columns, names, rows)), tuple(clauses))


def _columns(rng: random.Random, form: str) -> list[str]:
    """The columns from left to right: what is to be done side by side, then who and when in either order."""
    columns = ["serial"] if form == "cells" or rng.random() < 0.85 else []
    columns.append("task")
    if rng.random() < 0.6:
        columns.append("measure")
    if rng.random() < 0.4:
        columns.append("goal")
    tail = [["when"]] if rng.random() < 0.6 else []
    tail.append(list(rng.choice(_UNIT_SETS)))
    if rng.random() < 0.3:
        tail.append(["person"])
    rng.shuffle(tail)
    return columns + [column for group in tail for column in group]


def _rows(rng: random.Random, words: Vocabulary, columns: list[str], form: str) -> list[_Row]:
    sectioned = form == "grid" and rng.random() < 0.25
    shares = "measure" in columns and rng.random() < 0.5  # one task over several rows
    shared_tail = form == "grid" and shares and rng.random() < 0.4
    rows: list[_Row] = []
    task_number, section_number, section = 0, 0, ""
    while len(rows) < 3 or rng.random() < 0.75 and len(rows) < 9:
        if sectioned and (not rows or rng.random() < 0.25):
            section_number += 1
            section = f"{chinese(section_number)}、{words.title()}"
        task_number += 1
        task = words.title() if "measure" in columns else _content(rng, words)
        above: _Row | None = None
        for _ in range(rng.randint(2, 3) if shares and rng.random() < 0.5 else 1):
            row = _row(rng, words, columns, form, serial=str(task_number), task=task)
            row.section = section
            if above is not None:
                _merge(row, above, shared_tail)
            rows.append(row)
            above = row
    return rows


def _merge(row: _Row, above: _Row, shared_tail: bool) -> None:
    """Puts serial number and task, sometimes units and person too, into the cells of the row above."""
    row.merged = {column for column in ("serial", "task") if column in row.cells}
    if shared_tail:
        row.units, row.persons = above.units, above.persons
        row.merged |= {column for column in (*_ROLES, "person") if column in row.cells}
    for column in row.merged:
        row.cells[column] = above.cells[column]


def _content(rng: random.Random, words: Vocabulary) -> str:
    return words.measure() + rng.choice(["", "。"])


def _row(rng: random.Random, words: Vocabulary, columns: list[str], form: str, *, serial: str, task: str) -> _Row:
    cells = {"serial": serial, "task": task}
    targets: tuple[WrittenTarget, ...] = ()
    if "measure" in columns:
        cells["measure"] = _content(rng, words)
        if form == "grid" and rng.random() < 0.12:
            cells["measure"] = f"1.{words.measure()}；\n2.{words.measure()}。"
    if "goal" in columns:
        goal = words.goals(rng.randint(1, 2), with_deadline=False)
        cells["goal"], targets = goal.text.rstrip("。") + rng.choice(["", "。"]), goal.targets
    units: tuple[WrittenUnit, ...] = ()
    lists = [column for column in columns if column in _ROLES]
    drawn = words.take_units(6)
    for column in lists:
        count = rng.choice([1, 1, 2]) if column == "lead" else rng.randint(1, 3)
        if column == "support" and form != "cells" and rng.random() < 0.12:
            cells[column] = rng.choice(["", "—", "/"])
            continue
        chosen, drawn = drawn[:count], drawn[count:]
        units += units_of(chosen, _ROLES[column], "table_column")
        cells[column] = ("\n" if form == "grid" and rng.random() < 0.15 else "、").join(chosen)
    deadline = cell_deadline(rng, words.year, words.month) if "when" in columns else None
    if deadline is not None:
        cells["when"] = deadline.text
    persons: tuple[str, ...] = ()
    if "person" in columns:
        persons = (person(rng),)
        cells["person"] = persons[0]
    return _Row(cells, set(), "", task, units, deadline, targets, persons)


# --- the forms ---------------------------------------------------------------------------------


def _grid(rng: random.Random, columns: list[str], names: dict[str, str], rows: Sequence[_Row]) -> list[Line]:
    header = _header(rng, columns, names)
    lines: list[tuple[Cell, ...]] = list(header)
    section = ""
    repeats = rng.random() < 0.15 and len(rows) > 4
    turn = len(rows) // 2
    for place, row in enumerate(rows):
        if repeats and place == turn and not row.merged:
            lines += header
        if row.section != section:
            section = row.section
            lines.append((Cell(section), *(Cell(section, merged=True) for _ in columns[1:])))
        lines.append(tuple(Cell(row.cells[column], merged=column in row.merged) for column in columns))
    return [Line("table", table=Table(tuple(lines), len(header) if rng.random() < 0.5 else 0))]


def _header(rng: random.Random, columns: list[str], names: dict[str, str]) -> list[tuple[Cell, ...]]:
    plain = tuple(Cell(names[column]) for column in columns)
    if not ({"lead", "support"} <= set(columns) and rng.random() < 0.5):
        return [plain]
    upper: list[Cell] = []
    lower: list[Cell] = []
    for column in columns:
        grouped = column in ("lead", "support")
        upper.append(Cell("责任分工", merged=column == "support") if grouped else Cell(names[column]))
        lower.append(Cell(names[column], merged=not grouped))
    return [tuple(upper), tuple(lower)]


def _pipes(rng: random.Random, columns: list[str], names: dict[str, str], rows: Sequence[_Row]) -> list[Line]:
    repeats = rng.random() < 0.5
    gaps = any(not row.cells[c] or (not repeats and c in row.merged) for row in rows for c in columns)
    framed = gaps or rng.random() < 0.6  # without a frame an empty first cell would leave no trace
    lines = [[names[column] for column in columns]]
    if framed and rng.random() < 0.4:
        lines.append(["---"] * len(columns))
    for row in rows:
        lines.append([row.cells[c] if repeats or c not in row.merged else "" for c in columns])
    return [Line("table", text=f"| {' | '.join(line)} |" if framed else " | ".join(line)) for line in lines]


def _cells(rng: random.Random, columns: list[str], names: dict[str, str], rows: Sequence[_Row]) -> list[Line]:
    lines = [Line("table", text=names[column]) for column in columns]
    for row in rows:
        lines += [Line("table", text=row.cells[column]) for column in columns if column not in row.merged]
    return lines

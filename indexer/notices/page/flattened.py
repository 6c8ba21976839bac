"""Task tables that a page flattened: to pipes, or to one cell a paragraph.

What a flattened table loses is put back: cells merged down a column hold for the rows below, a page break's repeated
number and title open no new group, section headings between rows head the rows that follow.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from msgspec import Struct

from indexer.notices.agencies import is_unit_name
from indexer.notices.header.elements import is_date_line
from indexer.notices.numbering import ATTACHMENT, read_label
from indexer.notices.page.tables import (
    UNIT_COLUMNS,
    ColumnRole,
    Row,
    RowCell,
    TaskTable,
    column_role,
    header_roles,
    nest,
    row_of,
    with_headings,
)
from indexer.notices.units import read_unit_list

__all__ = ["flattened_table", "is_unit_cell", "pipe_table"]

# --- to pipes --------------------------------------------------------------------------


def _pipes_begin(lines: Sequence[str], at: int) -> bool:
    """Whether a row begins at lines[at]: it holds pipes, or it is a first cell with the next one below (| 主要内容).

    A paragraph above a row that stands whole on its line (| 序号 | 任务 | 牵头单位 |) is not a part of the table.
    """
    if "|" in lines[at]:
        return True
    return at + 1 < len(lines) and lines[at + 1].startswith("|") and lines[at + 1].count("|") <= 2


def pipe_table(lines: Sequence[str], start: int) -> tuple[TaskTable, int] | None:
    """The table that pipes spell from lines[start], and the line behind it; None when no table begins there.

    A row ends at a line that ends in a pipe, or at a line's end when all its cells stand on that line. Rows with
    fewer cells than columns lack their leading cells, which were merged down.
    """
    if not _pipes_begin(lines, start):
        return None
    header, at = _piperow_of(lines, start, width=0)
    roles = header_roles(header) if header else None
    if roles is None:
        return None
    raw: list[list[str]] = []
    while at < len(lines):
        if not _row_begins(lines, at):
            break
        cells, after = _piperow_of(lines, at, width=len(header))
        if after == at:
            break
        at = after
        if cells and cells != header and not all(set(c) <= set("-: ") for c in cells):
            raw.append(cells)
    if not raw:
        return None
    n = len(header)
    short = [n - len(r) > 0 for r in raw]
    roles = with_headings(roles, header, [i == 0 and any(short) for i in range(n)])
    if any(short) and roles[0] == "content":
        roles = ["heading", *roles[1:]]
    rows: list[Row] = []
    above: list[str] = [""] * n
    for cells in raw:
        cells = [*above[: n - len(cells)], *cells][:n] if len(cells) < n else cells[:n]
        cells = [
            a if not c and roles[j] in ("heading", "number") else c
            for j, (a, c) in enumerate(zip(above, cells, strict=True))
        ]
        above = cells
        rows.append(row_of((), roles, cells, header))
    return TaskTable(tuple(header), tuple(rows)), at


def _row_begins(lines: Sequence[str], at: int) -> bool:
    """Whether a row begins at lines[at]: a pipe follows soon, before anything that only running text has."""
    if ATTACHMENT.match(lines[at]):
        return False
    return any("|" in line for line in lines[at : at + 4]) and not (
        len(lines[at]) > 60 and "|" not in lines[at] and not lines[at + 1 : at + 2]
    )


def _piperow_of(lines: Sequence[str], start: int, *, width: int) -> tuple[list[str], int]:
    cells = [""]
    at = start
    while at < len(lines):
        line = lines[at]
        at += 1
        pieces = line.split("|")
        if at - 1 == start and len(pieces) > 2 and not pieces[0].strip():
            pieces = pieces[1:]  # a leading pipe, as in Markdown
        cells[-1] += ("\n" if cells[-1] and pieces[0].strip() else "") + pieces[0].strip()
        cells += [p.strip() for p in pieces[1:]]
        if len(pieces) > 1 and not pieces[-1].strip():
            cells.pop()
            if cells and not cells[-1] and len(cells) > max(1, width):
                cells.pop()
            break
        if at - 1 == start and len(pieces) > 1 and len(pieces) >= max(3, width):
            break
    return [_join_title(c) for c in cells], at


def _join_title(cell: str) -> str:
    """A short cell broken over lines is one phrase (编制商贸物流 / 专项规划); numbered lines stay apart."""
    lines = cell.split("\n")
    if len(lines) > 1 and len(cell) <= 40 and not any(read_label(x) for x in lines) and not re.search("[。;；]", cell):
        return "".join(lines)
    return cell


# --- to one cell a paragraph -----------------------------------------------------------

_NUMBER_CELL = re.compile(r"^\d{1,3}[.、]?$")
_DATE_CELL = re.compile(r"^(?:\d{4}年?)?[^。;；]{0,12}(?:\d{1,2}月|年|季度|全年|长期|持续|底)[^。;；]{0,10}$")
_NAME_CELL = re.compile(r"^[一-鿿]{1,2}\s*[一-鿿]{1,2}(?:[、,，\s]+[一-鿿]{1,2}\s*[一-鿿]{1,2})*$")


_SHORT_CELL = re.compile(r"^[^。；;\d]{2,40}$")
_KNOWN_BY_FORM: dict[ColumnRole, re.Pattern[str]] = {"deadline": _DATE_CELL, "person": _NAME_CELL}
_MAX_COLUMNS = 10


def flattened_table(lines: Sequence[str], start: int) -> tuple[TaskTable, int] | None:
    """The table whose cells stand one a paragraph from lines[start], and the line behind it; None if there is none.

    Rows are told apart by their unit cell, the one column that can be known by what it holds: what lies between two
    unit cells is a row, with its number, title and section headings in front.
    """
    header: list[str] = []
    at = start
    if any(column_role(x) == "number" for x in lines[start + 1 : start + _MAX_COLUMNS]) and _leads_to_number(
        lines, start
    ):
        return None  # what stands before 序号 is the table's title
    while at < len(lines) and column_role(lines[at]) and lines[at] not in header and len(header) < _MAX_COLUMNS:
        header.append(lines[at])
        at += 1
    roles = header_roles(header) if len(header) >= 3 else None
    if roles is None or not any(r in UNIT_COLUMNS for r in roles):
        return None
    columns = _FlatColumns.of(roles, header)
    rows: list[Row] = []
    above = Row((), "", (), ())
    pending: list[str] = []
    end = at
    while at < len(lines) and not _ends_table(lines[at]):
        line = lines[at]
        at += 1
        if not pending and line in header:
            continue  # the header row again after a page break
        if columns.opensrow_of(line, pending, above):
            # the row before ends in a unit cell that no rule knows: its place tells what it is
            first = columns.units[0]
            above = columns.row(pending[:-1], above, [RowCell(first.role, pending[-1], first.name)])
            rows.append(above)
            pending = []
        if not (pending and is_unit_cell(line)):
            pending.append(line)
            continue
        cells, at = columns.cells_from(lines, at - 1)
        above = columns.row(pending, above, cells)
        rows.append(above)
        pending = []
        end = at
    return (TaskTable(tuple(header), tuple(rows)), end) if len(rows) >= 2 else None


def _leads_to_number(lines: Sequence[str], start: int) -> bool:
    """Whether nothing but column names stands between lines[start] and a 序号 below it."""
    for line in lines[start + 1 :]:
        role = column_role(line)
        if role is None:
            return False
        if role == "number":
            return True
    return False


def _ends_table(line: str) -> bool:
    return bool(ATTACHMENT.match(line) and len(line) < 40) or is_date_line(line)


class _Named(NamedTuple):
    """A column of a flattened table."""

    role: ColumnRole
    name: str


class _FlatColumns(Struct, frozen=True):
    """Which columns a flattened table has before, at and behind its units."""

    units: tuple[_Named, ...]
    before: tuple[_Named, ...]  # deadline and persons in front of the units
    behind: tuple[_Named, ...]
    has_title: bool
    titles: tuple[str, ...]  # names of the columns of number and title
    content: str  # names of the columns whose cells make the content, which can't be told apart

    @staticmethod
    def of(roles: Sequence[ColumnRole], names: Sequence[str]) -> _FlatColumns:
        places = [i for i, r in enumerate(roles) if r in UNIT_COLUMNS]
        columns = [_Named(*column) for column in zip(roles, names, strict=True)]
        named = with_headings(list(roles), names, [r == "content" for r in roles])
        has_title = "heading" in named or ("number" in roles and roles.count("content") >= 2)
        number = next((c.name for c in columns if c.role == "number"), "")
        content = [c.name for c in columns if c.role == "content"]
        return _FlatColumns(
            units=tuple(columns[i] for i in places),
            before=tuple(c for c in columns[: places[0]] if c.role in _KNOWN_BY_FORM),
            behind=tuple(c for c in columns[places[-1] + 1 :] if c.role in _KNOWN_BY_FORM),
            has_title=has_title,
            titles=(number, *content[:1]) if has_title else (number,),
            content="/".join(content[has_title:]),
        )

    def opensrow_of(self, line: str, pending: Sequence[str], above: Row) -> bool:
        """Whether the line is the next 序号, while the row before is still waiting for its unit cell."""
        if not _NUMBER_CELL.match(line) or not pending or not _SHORT_CELL.match(pending[-1]):
            return False
        if sum(not _is_section(x) for x in pending) < 2 or _is_section(pending[-1]):
            return False
        numbers = [int(re.sub(r"\D", "", x)) for x in (above.number, pending[0]) if _NUMBER_CELL.match(x)]
        return bool(numbers) and int(re.sub(r"\D", "", line)) == numbers[-1] + 1

    def cells_from(self, lines: Sequence[str], at: int) -> tuple[list[RowCell], int]:
        """The unit cells that begin at lines[at], the cells behind them, and where the row ends."""
        cells: list[RowCell] = []
        for column in self.units:
            if at < len(lines) and (not cells or is_unit_cell(lines[at])):
                cells.append(RowCell(column.role, lines[at], column.name))
                at += 1
        for k, column in enumerate(self.behind):
            if at < len(lines) and self._fits(column.role, lines, at, self.behind[k + 1 : k + 2]):
                cells.append(RowCell(column.role, lines[at], column.name))
                at += 1
        return cells, at

    @staticmethod
    def _fits(role: ColumnRole, lines: Sequence[str], at: int, following: Sequence[_Named]) -> bool:
        """Whether lines[at] is the column's cell, by its own form or because the next line is the next column's."""
        if _NUMBER_CELL.match(lines[at]):
            return False
        if _KNOWN_BY_FORM[role].match(lines[at]):
            return True
        next_fits = at + 1 < len(lines) and any(_KNOWN_BY_FORM[c.role].match(lines[at + 1]) for c in following)
        return bool(next_fits and _SHORT_CELL.match(lines[at]))

    def row(self, pending: list[str], above: Row, cells: Sequence[RowCell]) -> Row:
        """The row that the lines in front of its unit cell and that cell make; takes what heads it off `pending`."""
        sections, number, titles = above.sections, above.number, above.titles
        while len(pending) > 1 and _is_section(pending[0]):
            sections = nest(sections, pending.pop(0))
            number, titles = "", ()
        if len(pending) > 1 and _NUMBER_CELL.match(pending[0]):
            number = pending.pop(0)
            titles = (pending.pop(0),) if self.has_title and len(pending) > 1 else ()
        extra: list[RowCell] = []
        for column in reversed(self.before):
            if len(pending) > 1 and _KNOWN_BY_FORM[column.role].match(pending[-1]):
                extra.insert(0, RowCell(column.role, pending.pop(), column.name))
        content = RowCell("content", "\n".join(pending), self.content)
        return Row(sections, number, titles, (content, *extra, *cells), self.titles[: 1 + len(titles)])


def _is_section(line: str) -> bool:
    """A heading between rows: 一、强化统筹推进; not a numbered measure, which ends a sentence."""
    label = read_label(line)
    return bool(label and label.style in ("cn", "cn_paren", "chapter") and "。" not in line and len(line) <= 60)


def is_unit_cell(line: str) -> bool:
    """Whether a paragraph holds nothing but unit names: 区发改局、区委组织部,各街镇."""
    if "。" in line or len(line) > 400 or _NUMBER_CELL.match(line):
        return False
    found = read_unit_list(line, 0, rule="table_column")
    if not found.mentions or not all(is_unit_name(m.surface) for m in found.mentions):
        return False
    named = sum(len(m.surface) for m in found.mentions)
    return named >= 0.6 * len(re.sub(r"[\s、,，;；()（）]|以下简称.*?[)）]|按职责分工负责|等", "", line))

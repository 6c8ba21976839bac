"""Task tables: real grids, and grids that a page flattened to pipes or to one cell a paragraph.

A table counts as one of tasks when its header row names at least two known columns; each row becomes a clause. What a
flattened table loses is put back: cells merged down a column hold for the rows below, a page break's repeated number
and title open no new group, section headings between rows head the rows that follow.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from indexer.notices.agencies import is_unit_name
from indexer.notices.elements import is_date_line
from indexer.notices.numbering import ATTACHMENT, read_label
from indexer.notices.units import read_unit_list
from indexer.records import Table

__all__ = ["ColumnRole", "Row", "TaskTable", "flattened_table", "pipe_table", "read_grid"]

ColumnRole: TypeAlias = Literal[
    "number", "heading", "content", "deadline", "responsible", "lead", "support", "person", "note"
]


@dataclass(frozen=True, slots=True)
class Row:
    """One task: headings above it inside the table, and its cells with the role of their column, in column order."""

    sections: tuple[str, ...]  # section headings between rows, outermost first
    number: str  # 序号, empty when the table has none
    titles: tuple[str, ...]  # heading cells, e.g. 重点任务; inherited down merged cells
    cells: tuple[tuple[ColumnRole, str], ...]  # the others, never empty text


@dataclass(frozen=True, slots=True)
class TaskTable:
    """A table of tasks: its header cells as written, and its rows."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]


# Column names, most specific first. 主要目标及时间节点 is content: the target stands in it.
_COLUMNS: tuple[tuple[ColumnRole, re.Pattern[str]], ...] = (
    ("number", re.compile(r"^(?:序号|编号|序|No\.?)$", re.I)),
    ("person", re.compile(r"责任人|负责人|联系人|(?:责任|分管|牵头|市级|区级|县级|包[联抓保])领导|领办人")),
    ("support", re.compile(r"(?:配合|参与|参加|协办|协同|协助|协作|支持)(?:责任)?(?:单位|部门|处室)")),
    ("lead", re.compile(r"牵头(?:责任|办理|负责)?(?:单位|部门|处室)?$|牵头单位")),
    (
        "responsible",
        re.compile(r"(?:责任|主办|承办|分办|落实|实施|主责|办理|主管|指导|负责)(?:责任)?(?:单位|部门|主体|处室|科室)"),
    ),
    ("note", re.compile(r"^备\s*注$")),
    ("content", re.compile(r"目标|举措|措施|内容|要求|成果|标准|做法|事项")),
    ("deadline", re.compile(r"时限|期限|时间|节点|进度|完成时")),
    ("content", re.compile(r"任务|工作|项目|类别|领域|分类|要点|指标|方向|名称|环节|条目")),
)
_HEADING_NAME = re.compile(r"重点任务|工作目标|类别|领域|分类|方向|任务类|主要任务|目标任务|大项|一级|环节|板块")
_DETAIL_NAME = re.compile(r"举措|措施|内容|具体|做法|事项|要点|细化|分解")
_MAX_HEADER = 16


def column_role(text: str) -> ColumnRole | None:
    """The role that a header cell gives its column, or None when the text is no known column name."""
    name = re.sub(r"\s+", "", text)
    if (
        not name
        or len(name) > _MAX_HEADER
        or read_label(name)
        or re.search(r"[。,，;；:：]|\d{4}|(?:清单|分解表|一览表|方案|计划表|分工表|台账)$", name)
    ):
        return None
    for role, pattern in _COLUMNS:
        if pattern.search(name):
            return role
    return None


def _header_roles(cells: Sequence[str]) -> list[ColumnRole] | None:
    """Roles of a header row, or None when it is none: two known columns, one of them a unit or two of content."""
    roles = [column_role(c) for c in cells]
    known = [r for r in roles if r]
    units = [r for r in known if r in _UNIT_COLUMNS]
    if len(known) < 2 or len(known) < 0.6 * len([c for c in cells if c.strip()]):
        return None
    if not units and not ("number" in known and "content" in known and len(known) >= 3):
        return None
    # A column of no known name is content only where there is no other: 推广范围, 依据文件 say something beside the task.
    return [r or ("note" if "content" in known else "content") for r in roles]


def _with_headings(roles: list[ColumnRole], names: Sequence[str], merged: Sequence[bool]) -> list[ColumnRole]:
    """Which content columns head a row rather than being its content.

    The first of three or more; of two, the first when its cells are merged down or its name says so
    (重点任务 | 具体举措), never a lone one.
    """
    content = [i for i, r in enumerate(roles) if r == "content"]
    heading: list[int] = []
    if len(content) >= 3:
        heading = [content[0]] + [i for i in content[1:-1] if merged[i] and not _DETAIL_NAME.search(names[i])]
    elif len(content) == 2:
        first, second = content
        if merged[first] or (_HEADING_NAME.search(names[first]) and _DETAIL_NAME.search(names[second])):
            heading = [first]
    return ["heading" if i in heading else r for i, r in enumerate(roles)]


# --- real grids ----------------------------------------------------------------------------------


def read_grid(table: Table) -> TaskTable | None:
    """The tasks of a resolved grid, or None when no header row names known columns."""
    rows = [[c.text.strip() for c in r] for r in table.rows]
    top = next((i for i, r in enumerate(rows[:4]) if _header_roles(r)), None)
    if top is None:
        return None
    depth = max(1, table.n_header_rows - top)
    while top + depth < len(rows) and all(not c or c in rows[top] or column_role(c) for c in rows[top + depth]):
        depth += 1  # a header of several rows: 责任分工 over 牵头单位 | 配合单位
    names = list(rows[top])
    for extra in rows[top + 1 : top + depth]:
        names = [a if a == b or not b else a + b for a, b in zip(names, extra, strict=True)]
    roles = _header_roles(names) or _header_roles(rows[top])
    if roles is None:
        return None
    n = len(names)
    data = [(r, table.rows[top + depth + i]) for i, r in enumerate(rows[top + depth :]) if r != rows[top] and any(r)]
    down = [any(r[1][j].merged and _same_as_above(data, i, j) for i, r in enumerate(data)) for j in range(n)]
    roles = _with_headings(roles, names, down)
    out: list[Row] = []
    sections: tuple[str, ...] = ()
    for texts, cells in data:
        whole = {t for t in texts if t}
        if len(whole) == 1 and n > 1 and sum(c.merged for c in cells) >= n - 1 - texts.count(""):
            sections = _nest(sections, whole.pop())
            continue
        out.append(_row(sections, roles, texts))
    return TaskTable(tuple(names), tuple(_fill_down(out)))


def _same_as_above(data: Sequence[tuple[list[str], object]], i: int, j: int) -> bool:
    return i > 0 and data[i][0][j] == data[i - 1][0][j]


def _row(sections: tuple[str, ...], roles: Sequence[ColumnRole], texts: Sequence[str]) -> Row:
    number = next((t for r, t in zip(roles, texts, strict=True) if r == "number"), "")
    titles = tuple(t for r, t in zip(roles, texts, strict=True) if r == "heading" and t)
    cells = tuple((r, t) for r, t in zip(roles, texts, strict=True) if r not in ("number", "heading") and t)
    return Row(sections, number, titles, cells)


def _fill_down(rows: Sequence[Row]) -> list[Row]:
    """Rows whose number and titles are missing belong to the row above (merged cells lost on the way)."""
    out: list[Row] = []
    for row in rows:
        above = out[-1] if out else None
        if above and not row.number and not row.titles and row.sections == above.sections:
            row = Row(row.sections, above.number, above.titles, row.cells)
        out.append(row)
    return out


def _nest(sections: tuple[str, ...], heading: str) -> tuple[str, ...]:
    """The section path after `heading`: its label closes sections of its rank and below."""
    label = read_label(heading)
    if label is None:
        return (heading,)
    kept = [s for s in sections for own in (read_label(s),) if own and own.rank < label.rank]
    return (*kept, heading)


# --- flattened to pipes --------------------------------------------------------------------------


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
    header, at = _pipe_row(lines, start, width=0)
    roles = _header_roles(header) if header else None
    if roles is None:
        return None
    raw: list[list[str]] = []
    while at < len(lines):
        if not _row_begins(lines, at):
            break
        cells, after = _pipe_row(lines, at, width=len(header))
        if after == at:
            break
        at = after
        if cells and cells != header and not all(set(c) <= set("-: ") for c in cells):
            raw.append(cells)
    if not raw:
        return None
    n = len(header)
    short = [n - len(r) > 0 for r in raw]
    roles = _with_headings(roles, header, [i == 0 and any(short) for i in range(n)])
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
        rows.append(_row((), roles, cells))
    return TaskTable(tuple(header), tuple(rows)), at


def _row_begins(lines: Sequence[str], at: int) -> bool:
    """Whether a row begins at lines[at]: a pipe follows soon, before anything that only running text has."""
    if ATTACHMENT.match(lines[at]):
        return False
    return any("|" in line for line in lines[at : at + 4]) and not (
        len(lines[at]) > 60 and "|" not in lines[at] and not lines[at + 1 : at + 2]
    )


def _pipe_row(lines: Sequence[str], start: int, *, width: int) -> tuple[list[str], int]:
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
    """A short cell broken over lines is one phrase (组织编制十大行业 / 布局规划); numbered lines stay apart."""
    lines = cell.split("\n")
    if len(lines) > 1 and len(cell) <= 40 and not any(read_label(x) for x in lines) and not re.search("[。;；]", cell):
        return "".join(lines)
    return cell


# --- flattened to one cell a paragraph -----------------------------------------------------------

_NUMBER_CELL = re.compile(r"^\d{1,3}[.、]?$")
_DATE_CELL = re.compile(r"^(?:\d{4}年?)?[^。;；]{0,12}(?:\d{1,2}月|年|季度|全年|长期|持续|底)[^。;；]{0,10}$")
_NAME_CELL = re.compile(r"^[一-鿿]{1,2}\s*[一-鿿]{1,2}(?:[、,，\s]+[一-鿿]{1,2}\s*[一-鿿]{1,2})*$")


_SHORT_CELL = re.compile(r"^[^。；;\d]{2,40}$")
_UNIT_COLUMNS = ("responsible", "lead", "support")
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
    roles = _header_roles(header) if len(header) >= 3 else None
    if roles is None or not any(r in _UNIT_COLUMNS for r in roles):
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
        if columns.opens_row(line, pending, above):
            # the row before ends in a unit cell that no rule knows: its place tells what it is
            above = columns.row(pending[:-1], above, [(columns.units[0], pending[-1])])
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


@dataclass(frozen=True, slots=True)
class _FlatColumns:
    """Which columns a flattened table has before, at and behind its units."""

    units: tuple[ColumnRole, ...]
    before: tuple[ColumnRole, ...]  # deadline and persons in front of the units
    behind: tuple[ColumnRole, ...]
    has_title: bool

    @staticmethod
    def of(roles: Sequence[ColumnRole], names: Sequence[str]) -> _FlatColumns:
        places = [i for i, r in enumerate(roles) if r in _UNIT_COLUMNS]
        named = _with_headings(list(roles), names, [r == "content" for r in roles])
        return _FlatColumns(
            units=tuple(roles[i] for i in places),
            before=tuple(r for r in roles[: places[0]] if r in _KNOWN_BY_FORM),
            behind=tuple(r for r in roles[places[-1] + 1 :] if r in _KNOWN_BY_FORM),
            has_title="heading" in named or ("number" in roles and roles.count("content") >= 2),
        )

    def opens_row(self, line: str, pending: Sequence[str], above: Row) -> bool:
        """Whether the line is the next 序号, while the row before is still waiting for its unit cell."""
        if not _NUMBER_CELL.match(line) or not pending or not _SHORT_CELL.match(pending[-1]):
            return False
        if sum(not _is_section(x) for x in pending) < 2 or _is_section(pending[-1]):
            return False
        numbers = [int(re.sub(r"\D", "", x)) for x in (above.number, pending[0]) if _NUMBER_CELL.match(x)]
        return bool(numbers) and int(re.sub(r"\D", "", line)) == numbers[-1] + 1

    def cells_from(self, lines: Sequence[str], at: int) -> tuple[list[tuple[ColumnRole, str]], int]:
        """The unit cells that begin at lines[at], the cells behind them, and where the row ends."""
        cells: list[tuple[ColumnRole, str]] = []
        for role in self.units:
            if at < len(lines) and (not cells or is_unit_cell(lines[at])):
                cells.append((role, lines[at]))
                at += 1
        for k, role in enumerate(self.behind):
            if at < len(lines) and self._fits(role, lines, at, self.behind[k + 1 : k + 2]):
                cells.append((role, lines[at]))
                at += 1
        return cells, at

    @staticmethod
    def _fits(role: ColumnRole, lines: Sequence[str], at: int, following: Sequence[ColumnRole]) -> bool:
        """Whether lines[at] is the column's cell, by its own form or because the next line is the next column's."""
        if _NUMBER_CELL.match(lines[at]):
            return False
        if _KNOWN_BY_FORM[role].match(lines[at]):
            return True
        next_fits = at + 1 < len(lines) and any(_KNOWN_BY_FORM[r].match(lines[at + 1]) for r in following)
        return bool(next_fits and _SHORT_CELL.match(lines[at]))

    def row(self, pending: list[str], above: Row, cells: Sequence[tuple[ColumnRole, str]]) -> Row:
        """The row that the lines in front of its unit cell and that cell make; takes what heads it off `pending`."""
        sections, number, titles = above.sections, above.number, above.titles
        while len(pending) > 1 and _is_section(pending[0]):
            sections = _nest(sections, pending.pop(0))
            number, titles = "", ()
        if len(pending) > 1 and _NUMBER_CELL.match(pending[0]):
            number = pending.pop(0)
            titles = (pending.pop(0),) if self.has_title and len(pending) > 1 else ()
        extra: list[tuple[ColumnRole, str]] = []
        for role in reversed(self.before):
            if len(pending) > 1 and _KNOWN_BY_FORM[role].match(pending[-1]):
                extra.insert(0, (role, pending.pop()))
        return Row(sections, number, titles, (("content", "\n".join(pending)), *extra, *cells))


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

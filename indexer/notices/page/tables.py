"""Task tables: what their columns mean, and real grids; those that a page flattened are in `flattened`.

A table counts as one of tasks when its header row names at least two known columns; each row becomes a clause.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal, NamedTuple, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from indexer.notices.numbering import read_label
from indexer.notices.quantities.deadlines import find_deadline
from indexer.records import Cell, Table

__all__ = [
    "UNIT_COLUMNS",
    "ColumnRole",
    "Row",
    "RowCell",
    "TaskTable",
    "column_role",
    "header_roles",
    "join_grids",
    "nest",
    "read_grid",
    "row_of",
    "with_headings",
]

ColumnRole: TypeAlias = Literal[
    "number", "heading", "content", "deadline", "responsible", "lead", "support", "person", "note"
]


UNIT_COLUMNS: tuple[ColumnRole, ...] = ("responsible", "lead", "support")


class RowCell(NamedTuple):
    """A cell of a task with the role and the name of its column."""

    role: ColumnRole
    text: str
    name: str = ""


class Row(Struct, frozen=True):
    """One task: headings above it inside the table, and its cells with the role of their column, in column order."""

    sections: tuple[str, ...]  # section headings between rows, outermost first
    number: str  # 序号, empty when the table has none
    titles: tuple[str, ...]  # heading cells, e.g. 重点任务; inherited down merged cells
    cells: tuple[RowCell, ...]  # the others, never empty text
    title_names: tuple[str, ...] = ()  # the columns of number and titles, as far as they are known


class TaskTable(Struct, frozen=True):
    """A table of tasks: its header cells as written, and its rows."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]


# Column names, most specific first. 主要目标及时间节点 is content: the target stands in it.
_COLUMNS: tuple[tuple[ColumnRole, re.Pattern[str]], ...] = (
    ("number", re.compile(r"^(?:序号|编号|序|No\.?)$", re.I)),
    ("person", re.compile(r"责任人|负责人|联系人|领导(?!小组|机构|班子|批示|意见)|领办人")),
    ("support", re.compile(r"(?:配合|参与|参加|协办|协同|协助|协作|支持)(?:责任)?(?:单位|部门|处室)")),
    ("lead", re.compile(r"牵头(?:责任|办理|负责)?(?:单位|部门|处室)?$|牵头单位|主办(?:责任)?(?:单位|部门|处室)")),
    (
        "responsible",
        re.compile(
            r"(?:责任|承办|分办|落实|实施|主责|办理|主管|指导|负责|兑现|受理|经办|发放)(?:责任)?(?:单位|部门|主体|处室|科室)"
        ),
    ),
    # what stands beside a task and is no part of it
    ("note", re.compile(r"^备\s*注|^说\s*明$|依据|条款|推广范围|联系(?:方式|电话)|电话|来源|出处|页码")),
    ("content", re.compile(r"目标|举措|措施|内容|要求|成果|标准|做法|事项")),
    ("deadline", re.compile(r"时限|期限|时间|节点|进度|完成时")),
    ("content", re.compile(r"任务|工作|项目|类别|领域|分类|要点|指标|方向|名称|环节|条目")),
)
_NO_COLUMN = re.compile(r"[。,\uff0c;\uff1b:\uff1a]|\d{4}|(?:清单|分解表|一览表|方案|计划表|分工表|台账)$")
_HEADING_NAME = re.compile(r"重点任务|工作目标|类别|领域|分类|方向|任务类|主要任务|目标任务|大项|一级|环节|板块")
_DETAIL_NAME = re.compile(r"举措|措施|内容|具体|做法|事项|要点|细化|分解")
_EMPTY = re.compile(r"[—－–\-/／\s]*$")  # a dash stands for nothing
_TOTAL = re.compile(r"(?:合|总|小)\s*计$")  # a row of sums is no task
_BARE_END = re.compile(r"完成|办结|到位|以?前|止|内|底|[\s，,。；;、()（）至到于在]")
_FEWEST_WORDS = 4  # Chinese characters of a cell that tells something
_MOST_BARE = 0.5
# 改革举措 | 主要内容: the first column gives what the second describes its name
_TITLE_NAME = re.compile(r"(?:举措|事项|任务|项目|工作|名称)$")
_TEXT_NAME = re.compile(r"^(?:主要|具体|工作|建设|项目|任务|改革)?内容")
_LONGEST_HEADER = 40  # characters of a header cell with blanks inside
MAX_HEADER = 16


def column_role(text: str) -> ColumnRole | None:
    """The role that a header cell gives its column, or None when the text is no known column name."""
    if len(text) > _LONGEST_HEADER:
        return None
    name = "".join(text.split())
    return _role_of_name(name) if 0 < len(name) <= MAX_HEADER else None


@lru_cache(maxsize=2**12)
def _role_of_name(name: str) -> ColumnRole | None:
    if _NO_COLUMN.search(name) or read_label(name):
        return None
    return next((role for role, pattern in _COLUMNS if pattern.search(name)), None)


def header_roles(cells: Sequence[str]) -> list[ColumnRole] | None:
    """Roles of a header row, or None when it is none: two known columns, one of them a unit or two of content."""
    roles = [column_role(c) for c in cells]
    known = [r for r in roles if r]
    units = [r for r in known if r in UNIT_COLUMNS]
    if len(known) < 2 or len(known) < 0.6 * len([c for c in cells if c.strip()]):
        return None
    if not units and not ("number" in known and "content" in known and len(known) >= 3):
        return None
    return [r or "content" for r in roles]  # 补贴对象, 投资规模: what no name tells is a part of the task


def with_headings(roles: list[ColumnRole], names: Sequence[str], merged: Sequence[bool]) -> list[ColumnRole]:
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
        named = _HEADING_NAME.search(names[first]) and _DETAIL_NAME.search(names[second])
        if merged[first] or named or (_TITLE_NAME.search(names[first]) and _TEXT_NAME.search(names[second])):
            heading = [first]
    return ["heading" if i in heading else r for i, r in enumerate(roles)]


# --- real grids ----------------------------------------------------------------------------------


def join_grids(first: Table, second: Table) -> Table | None:
    """The one table that a page break cut in two, or None where the second is a table of its own.

    A printed table goes on below the break with columns of the same number, under its header again or under none.
    """
    if not first.rows or not second.rows or len(first.rows[0]) != len(second.rows[0]):
        return None
    top = [[c.text.strip() for c in r] for r in first.rows[:4]]
    header = next((r for r in top if header_roles(r)), None)
    below = [c.text.strip() for c in second.rows[0]]
    if header is None or (below != header and (header_roles(below) or second.n_header_rows)):
        return None
    if below == header:
        return Table(first.rows + second.rows, first.n_header_rows)
    return Table((*first.rows, tuple(map(Cell, header)), *second.rows), first.n_header_rows)


def read_grid(table: Table) -> TaskTable | None:
    """The tasks of a resolved grid, or None when no header row names known columns."""
    rows = [["" if _EMPTY.match(t) else t for t in (c.text.strip() for c in r)] for r in table.rows]
    top = next((i for i, r in enumerate(rows[:4]) if header_roles(r)), None)
    if top is None:
        return None
    depth = max(1, table.n_header_rows - top)
    while top + depth < len(rows) and all(not c or c in rows[top] or column_role(c) for c in rows[top + depth]):
        depth += 1  # a header of several rows: 责任分工 over 牵头单位 | 配合单位
    names = list(rows[top])
    for extra in rows[top + 1 : top + depth]:
        names = [a if a == b or not b else a + b for a, b in zip(names, extra, strict=True)]
    roles = header_roles(names) or header_roles(rows[top])
    if roles is None:
        return None
    n = len(names)
    data = _without_page_breaks(
        [(r, table.rows[top + depth + i]) for i, r in enumerate(rows[top + depth :]) if any(r)], rows[top : top + depth]
    )
    roles = [
        "note" if column_role(names[j]) is None and _says_little([r[0][j] for r in data]) else role
        for j, role in enumerate(roles)
    ]
    roles = [
        "content" if role == "deadline" and _says_more([r[0][j] for r in data]) else role
        for j, role in enumerate(roles)
    ]
    down = [any(r[1][j].merged and _same_as_above(data, i, j) for i, r in enumerate(data)) for j in range(n)]
    roles = with_headings(roles, names, down)
    out: list[Row] = []
    sections: tuple[str, ...] = ()
    for texts, cells in data:
        if any(_TOTAL.match(t) for t in texts[:3]):
            continue
        whole = {t for t in texts if t}
        if len(whole) == 1 and n > 1 and sum(c.merged for c in cells) >= n - 1 - texts.count(""):
            sections = nest(sections, whole.pop())
            continue
        out.append(row_of(sections, roles, _said_once(texts, cells, roles), names))
    return TaskTable(tuple(names), tuple(_fill_down(out)))


_Line: TypeAlias = tuple[list[str], tuple[Cell, ...]]  # the texts of a row, and its cells
_SENTENCE_END = "。；;！!"


def _without_page_breaks(lines: Sequence[_Line], header: Sequence[list[str]]) -> list[_Line]:
    """The rows without the header that each page repeats; a row that a page break cut in two is one again.

    Its second half stands right behind the repeated header, fills no cell that the first half left empty, and goes on
    with a cell that ended in the middle of a sentence.
    """
    out: list[_Line] = []
    new_page = False
    for texts, cells in lines:
        if texts in header:
            new_page = bool(out)
            continue
        if new_page and out and _goes_on(out[-1][0], texts):
            above = out[-1][0]
            joined = [a if b == a else a + b for a, b in zip(above, texts, strict=True)]
            out[-1] = (joined, out[-1][1])
        else:
            out.append((texts, cells))
        new_page = False
    return out


def _goes_on(above: Sequence[str], below: Sequence[str]) -> bool:
    """Whether a row is the second half of the row above."""
    parts = [(a, b) for a, b in zip(above, below, strict=True) if b and b != a]
    return (
        bool(parts)
        and all(a for a, _ in parts)
        and any(a[-1] not in _SENTENCE_END for a, _ in parts)
        and not any(read_label(b) or b.isdecimal() for _, b in parts)
    )


def _said_once(texts: Sequence[str], cells: Sequence[Cell], roles: Sequence[ColumnRole]) -> list[str]:
    """The texts of a row; a cell merged across 牵头单位 and 配合单位 names its units under the first of them only."""
    said = list(texts)
    for j in range(1, len(said)):
        across = cells[j].merged and texts[j] == texts[j - 1]
        if across and roles[j] in UNIT_COLUMNS and roles[j - 1] in UNIT_COLUMNS:
            said[j] = ""
    return said


def _says_little(cells: Sequence[str]) -> bool:
    """Whether a column of no known name holds bare figures or a word or two: 860, 第（一）条."""
    said = [cell for cell in cells if cell]
    return sum(len(re.findall(r"[一-鿿]", cell)) < _FEWEST_WORDS for cell in said) > _MOST_BARE * len(said)


def _says_more(cells: Sequence[str]) -> bool:
    """Whether a column of dates says what is to happen by them: 2021年9月底前全部竣工; not 12月底前完成."""
    said = [(cell, found) for cell in cells if cell for found in (find_deadline(cell),) if found]
    more = [cell for cell, found in said if _BARE_END.sub("", cell.replace(found.text, "", 1))]
    return len(more) > _MOST_BARE * len(said)


def _same_as_above(data: Sequence[tuple[list[str], object]], i: int, j: int) -> bool:
    return i > 0 and data[i][0][j] == data[i - 1][0][j]


def row_of(sections: tuple[str, ...], roles: Sequence[ColumnRole], texts: Sequence[str], names: Sequence[str]) -> Row:
    """The row that the cells make under columns of these roles and names; empty cells are left out."""
    all_cells = [RowCell(*cell) for cell in zip(roles, texts, names, strict=True) if cell[1]]
    number = next((c for c in all_cells if c.role == "number"), RowCell("number", ""))
    titles = [c for c in all_cells if c.role == "heading"]
    cells = tuple(c for c in all_cells if c.role not in ("number", "heading"))
    return Row(sections, number.text, tuple(c.text for c in titles), cells, (number.name, *(c.name for c in titles)))


def _fill_down(rows: Sequence[Row]) -> list[Row]:
    """Rows whose number and titles are missing belong to the row above (merged cells lost on the way)."""
    out: list[Row] = []
    for row in rows:
        above = out[-1] if out else None
        if above and not row.number and not row.titles and row.sections == above.sections:
            row = replace(row, number=above.number, titles=above.titles, title_names=above.title_names)
        out.append(row)
    return out


def nest(sections: tuple[str, ...], heading: str) -> tuple[str, ...]:
    """The section path after `heading`: its label closes sections of its rank and below."""
    label = read_label(heading)
    if label is None:
        return (heading,)
    kept = [s for s in sections for own in (read_label(s),) if own and own.rank < label.rank]
    return (*kept, heading)

"""Rows of a table as a grid: columns in the order of the table's head, merged cells once, over all their rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TypeAlias

from indexer.layout.blocks import Grid, GridCell, GridRow
from indexer.layout.lines import bare
from indexer.records import Clause, Column

__all__ = ["JOINT", "Span", "grid_of"]

Span: TypeAlias = tuple[int, int]
# A column by its name and, where several have one name, by which of them it is.
_Key: TypeAlias = tuple[str, int]
JOINT = "/"  # between the names of a column that stands under two cells of the head


def grid_of(body: str, rows: Sequence[Clause], *, header: Sequence[Span], sections: Sequence[Span]) -> Grid:
    """The grid of the rows; `header` are the lines that name columns, `sections` headings that stand between rows."""
    cells = [_by_key(row.columns) for row in rows]
    named = _named(body, header, {key for found in cells for key in found})
    keys = _order(list(named), cells)
    columns = tuple((key[0], tuple(named.get(key, ()))) for key in keys)
    lines: list[GridRow] = []
    left = list(sections)
    for at, (row, found) in enumerate(zip(rows, cells, strict=True)):
        first = min((column.start for column in found.values()), default=row.start)
        own = [column.start for key, column in found.items() if at == 0 or cells[at - 1].get(key) != column]
        while left and left[0][0] < min(own, default=first):
            lines.append(_section(left.pop(0), len(keys)))
        lines.append(GridRow(row, tuple(_cell(cells, at, key, sections) for key in keys)))
    lines += [_section(section, len(keys)) for section in left]
    return Grid(columns, tuple(lines))


def _named(body: str, header: Sequence[Span], keys: set[_Key]) -> dict[_Key, list[Span]]:
    """Which lines of the head name which column: 具体举措 and 时间节点 both name 具体举措/时间节点."""
    named: dict[_Key, list[Span]] = {}
    for span, (name, nth) in zip(header, _numbered([body[a:b] for a, b in header]), strict=True):
        joint = next((key for key in keys if name in key[0].split(JOINT) and JOINT in key[0]), None)
        named.setdefault((name, nth) if (name, nth) in keys or joint is None else joint, []).append(span)
    return named


def _section(span: Span, n_columns: int) -> GridRow:
    return GridRow(None, (GridCell(*span, columns=n_columns),))


def _cell(cells: Sequence[dict[_Key, Column]], at: int, key: _Key, sections: Sequence[Span]) -> GridCell | None:
    """The row's cell in the column; None where it is the one of the row above, as long as nothing stands between."""
    column = cells[at].get(key)
    if column is None:
        return GridCell(0, 0)
    if at and cells[at - 1].get(key) == column:
        return None
    rows = 1
    while at + rows < len(cells) and cells[at + rows].get(key) == column:
        rows += 1
    return GridCell(column.start, column.end, rows=rows)


def _by_key(columns: Sequence[Column]) -> dict[_Key, Column]:
    """A row's cells by column."""
    return dict(zip(_numbered([column.name for column in columns]), columns, strict=True))


def _numbered(names: Sequence[str]) -> list[_Key]:
    """Each name with how often it stood before."""
    seen: Counter[str] = Counter()
    keys = []
    for name in map(bare, names):
        keys.append((name, seen[name]))
        seen[name] += 1
    return keys


def _order(header: list[_Key], cells: Sequence[dict[_Key, Column]]) -> list[_Key]:
    """Every column once: as the head has them, one that it does not name where a row has it."""
    keys = list(header)
    for row in cells:
        before = -1
        for key in row:
            if key in keys:
                before = keys.index(key)
            else:
                before += 1
                keys.insert(before, key)
    used = {key for row in cells for key in row}
    return [key for key in keys if key in used or key in header]

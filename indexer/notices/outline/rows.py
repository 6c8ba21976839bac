"""Rows of a task table laid out in the body: headings first, then content cells, then what the other columns say.

A row's content cells stand together in the body, whatever the column order was, so that a clause is one stretch of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from msgspec import Struct

from indexer.notices.numbering import chinese_number, read_label
from indexer.notices.page.tables import ColumnRole, Row, RowCell
from indexer.notices.quantities.deadlines import read_deadline
from indexer.notices.units import UnitList, read_unit_list
from indexer.notices.units.persons import split_persons
from indexer.records import Column, Deadline, Role

__all__ = ["RowCells", "lay_cells", "lay_headings", "row_path"]

Put = Callable[[str], int]  # appends a line to the body, gives its start
Mark = Callable[[str, int, int], None]  # names a stretch of the body

_AROUND_NUMBER = re.compile(r"[\s.、\uff0e（）()]")
_UNIT_ROLES: dict[ColumnRole, Role] = {"responsible": "responsible", "lead": "lead", "support": "support"}


class RowCells(Struct, frozen=True):
    """What a row's cells say, located in the body; `span` is None for a row without content."""

    span: tuple[int, int] | None
    lists: tuple[UnitList, ...]
    persons: tuple[str, ...]
    deadline: Deadline | None
    columns: tuple[Column, ...]


def lay_headings(row: Row, above: Row | None, put: Put, mark: Mark) -> tuple[Column, ...] | None:
    """Lay out the headings that differ from the row above; the columns of number and titles, None in the same group."""
    for k, section in enumerate(row.sections):
        if above is None or row.sections[: k + 1] != above.sections[: k + 1]:
            _lay(section, "heading", put, mark)
    if above is not None and (row.sections, row.number, row.titles) == (above.sections, above.number, above.titles):
        return None
    columns: list[Column] = []
    texts = (row.number, *row.titles)
    for text, name in zip(texts, (*row.title_names, *[""] * len(texts)), strict=False):
        if text:
            start = _lay(text, "heading", put, mark)
            columns.append(Column(name, start, start + len(text)))
    return tuple(columns)


def lay_cells(row: Row, put: Put, mark: Mark) -> RowCells:
    """Lay out the row's cells, content first, and read units, persons and the deadline from their columns."""
    content = [cell for cell in row.cells if cell.role == "content"]
    if not content and row.titles:  # a row whose only text is its title: the title is the content
        content = [RowCell("content", row.titles[-1], row.title_names[-1] if row.title_names else "")]
    starts = [put(cell.text) for cell in content]
    span = (starts[0], starts[-1] + len(content[-1].text)) if content else None
    columns = [Column(cell.name, start, start + len(cell.text)) for cell, start in zip(content, starts, strict=True)]
    lists: list[UnitList] = []
    persons: list[str] = []
    deadline: Deadline | None = None
    for role, text, name in row.cells:
        if role == "content":
            continue
        start = _lay(text, f"cell_{role}", put, mark)
        columns.append(Column(name, start, start + len(text)))
        if role in _UNIT_ROLES:
            lists.append(read_unit_list(text, start, rule="table_column", default=_UNIT_ROLES[role]))
        elif role == "person":
            persons += split_persons(text)
        elif role == "deadline":
            deadline = read_deadline(text, start)
    return RowCells(span, tuple(lists), tuple(persons), deadline, tuple(columns))


def row_path(row: Row, *, nth: int, serial: int) -> list[str]:
    """The row's place in the table's own numbering: section numbers, 序号, and its place within the 序号.

    A table without 序号 numbers its rows r1, r2, … from the top.
    """
    path = [str(label.value) if label else "s" for label in map(read_label, row.sections)]
    try:
        number = str(chinese_number(_AROUND_NUMBER.sub("", row.number))) if row.number else ""
    except ValueError:  # 序号 such as A-1: the row's place in the table stands in
        number = ""
    if not number:
        return [*path, f"r{serial}"]
    return [*path, number if nth == 1 else f"{number}-{nth}"]


def _lay(text: str, kind: str, put: Put, mark: Mark) -> int:
    start = put(text)
    mark(kind, start, start + len(text))
    return start

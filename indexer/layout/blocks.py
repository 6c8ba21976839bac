"""What a body is set from; each block holds stretches of it, by offsets into `Notice.body`."""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

from indexer.records import Clause

__all__ = ["Block", "ClauseBlock", "Grid", "GridCell", "GridRow", "Line", "LineKind", "spans"]

LineKind: TypeAlias = Literal[
    "title", "number", "addressees", "heading", "part", "unit_line", "attachment", "close", "text"
]


class Line(Struct, frozen=True):
    """A line of the body outside of clauses; a heading's level counts from 1."""

    kind: LineKind
    start: int
    end: int
    level: int = 0


class ClauseBlock(Struct, frozen=True):
    """A clause with its label and run-in title before it and its unit line behind it: `body[start:end]`."""

    clause: Clause
    start: int
    end: int


class GridCell(Struct, frozen=True):
    """A cell of a table: `body[start:end]`, over several rows where it is merged; empty where start is end."""

    start: int
    end: int
    rows: int = 1
    columns: int = 1


class GridRow(Struct, frozen=True):
    """A row: its cells by column, None in the place of one that reaches down from above. Headings between rows have no clause."""

    clause: Clause | None
    cells: tuple[GridCell | None, ...]


class Grid(Struct, frozen=True):
    """A table: its columns, each a name and where the body has it (a column under two cells of the head twice), and its rows."""

    columns: tuple[tuple[str, tuple[tuple[int, int], ...]], ...]
    rows: tuple[GridRow, ...]


Block: TypeAlias = Line | ClauseBlock | Grid


def spans(block: Block) -> list[tuple[int, int]]:
    """The stretches of the body that the block holds, in the order of the body."""
    if not isinstance(block, Grid):
        return [(block.start, block.end)]
    held = [span for _, found in block.columns for span in found]
    held += [(cell.start, cell.end) for row in block.rows for cell in row.cells if cell and cell.end > cell.start]
    return sorted(held)

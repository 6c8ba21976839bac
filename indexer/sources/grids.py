"""Full grids from cells that cover several rows and columns, in whatever format they were drawn."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from indexer.records import Cell, Table

__all__ = ["MAX_CELLS", "Placed", "full_grid", "says_by_columns"]

# A grid of more cells than this is a mistake in the file's spans, not a table of a notice.
MAX_CELLS = 200_000


class Placed(NamedTuple):
    """A cell as it was drawn: its upper left place, how many rows and columns it covers, its text."""

    row: int
    column: int
    n_rows: int
    n_columns: int
    text: str
    goes_on: bool = False  # repeats a cell above that a page break cut


def full_grid(cells: Iterable[Placed], *, n_header_rows: int = 0) -> Table | None:
    """The rectangular table of the cells, or None where there is no text or more than `MAX_CELLS` places.

    A merged cell's text stands in every place it covers; of cells that overlap the first one stays. Rows without text
    and columns in which no cell begins (rule `phantom_columns`) are left out; `n_header_rows` counts drawn rows.
    """
    placed = [cell for cell in cells if cell.n_rows > 0 and cell.n_columns > 0]
    n_rows = max((cell.row + cell.n_rows for cell in placed), default=0)
    n_columns = max((cell.column + cell.n_columns for cell in placed), default=0)
    if n_rows * n_columns > MAX_CELLS or not any(cell.text for cell in placed):
        return None
    grid: list[list[Cell | None]] = [[None] * n_columns for _ in range(n_rows)]
    begins: set[int] = set()
    for cell in placed:
        begins.add(cell.column)
        for row in range(cell.row, cell.row + cell.n_rows):
            for column in range(cell.column, cell.column + cell.n_columns):
                if grid[row][column] is None:
                    grid[row][column] = Cell(cell.text, merged=cell.goes_on or (row, column) != (cell.row, cell.column))
    columns = sorted(begins)
    kept = [i for i, row in enumerate(grid) if any(cell and cell.text for cell in row)]
    rows = tuple(tuple(grid[i][column] or Cell("") for column in columns) for i in kept)
    n_header = sum(i < n_header_rows for i in kept)
    return Table(rows, n_header if n_header < len(rows) else 0)


def says_by_columns(table: Table) -> bool:
    """Whether a row has text in two cells of its own; else the table is a frame around text, or a list.

    Rule `layout_table` for drawn tables: a letter in a box, a column of paragraphs. Not: a table of one row with a
    number and what belongs to it.
    """
    return any(sum(bool(cell.text) and not cell.merged for cell in row) > 1 for row in table.rows)

"""Clauses of task tables: a row is one, with merged cells resolved and its headings laid out above it."""

from __future__ import annotations

from indexer.notices.outline.drafting import Drafting
from indexer.notices.outline.rows import lay_cells, lay_headings, row_path
from indexer.notices.page.tables import Row, TaskTable
from indexer.records import Column

__all__ = ["TableClauses"]


class TableClauses:
    """The rows of a part's tables as clauses, numbered on from table to table."""

    def __init__(self, drafting: Drafting) -> None:
        self.drafting = drafting
        self.row_heads: tuple[Column, ...] = ()  # number and titles of the group of rows so far
        self.n_rows = self.row_serial = 0

    def restart(self) -> None:
        """Count rows from one again: another part begins."""
        self.row_serial = 0

    def read(self, table: TaskTable) -> None:
        """Lay out a table and draft a clause a row."""
        for name in table.header:
            if name:
                self.drafting.body.lay("table_header", name)
        above: Row | None = None
        for row in table.rows:
            self._read_row(row, above)
            above = row
        self.drafting.serial = 0

    def _read_row(self, row: Row, above: Row | None) -> None:
        opened = lay_headings(row, above, self.drafting.body.put, self.drafting.body.mark)
        if opened is not None:
            self.n_rows, self.row_heads = 0, opened
        self.n_rows += 1
        self.row_serial += 1
        cells = lay_cells(row, self.drafting.body.put, self.drafting.body.mark)
        for read in cells.lists:
            self.drafting.learn(read)
        if cells.span is None:
            return
        units = [m for read in cells.lists for m in read.mentions]
        heading = " ".join((row.number, *row.titles)).strip()
        self.drafting.serial = 0
        self.drafting.emit(
            [*self.drafting.path(), *row_path(row, nth=self.n_rows, serial=self.row_serial)],
            *cells.span,
            number=row.number,
            headings=(
                *self.drafting.part_heading,
                *(f.heading for f in self.drafting.stack),
                *row.sections,
                *([heading] if heading else []),
            ),
            units=[*units, *self.drafting.captions, *(self.drafting.wide if units else ())],
            deadline=cells.deadline,
            persons=cells.persons,
            columns=(*self.row_heads, *cells.columns),
        )

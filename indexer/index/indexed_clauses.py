"""The clauses of an archive as the legs index them, in the order of their rows."""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np

from indexer.index.notice_columns import Rows
from indexer.index.passage import IndexedClause, marks_of
from indexer.index.sqlite_file import SqliteFile

__all__ = ["IndexedClauses"]


class IndexedClauses:
    """What the lexical and the dense leg are written from."""

    def __init__(self, file: SqliteFile, n_clauses: int) -> None:
        """The clauses of an archive's file."""
        self._file = file
        self._n_clauses = n_clauses

    def all(self, *, size: int = 2048) -> Iterator[list[IndexedClause]]:
        """All clauses, `size` at a time."""
        for first in range(0, self._n_clauses, size):
            yield self._between(first, first + size)

    def of(self, rows: Rows, *, size: int = 2048) -> Iterator[list[IndexedClause]]:
        """The clauses of the rows (sorted), about `size` at a time."""
        batch: list[IndexedClause] = []
        for run in np.split(rows, np.flatnonzero(np.diff(rows) != 1) + 1) if len(rows) else ():
            for first in range(int(run[0]), int(run[-1]) + 1, size):
                batch += self._between(first, min(first + size, int(run[-1]) + 1))
                if len(batch) >= size:
                    yield batch
                    batch = []
        yield batch

    def _between(self, first: int, end: int) -> list[IndexedClause]:
        """The clauses of the rows from `first` up to `end`."""
        units: dict[int, dict[str, None]] = {}
        for row, surface, name in self._file.rows(
            "SELECT r.row, u.surface, u.name FROM rows r JOIN units u ON u.clause = r.clause "
            "WHERE r.row >= ? AND r.row < ? ORDER BY r.row, u.ordinal",
            first,
            end,
        ):
            units.setdefault(row, {}).update({surface: None, name: None})
        found = self._file.rows(
            "SELECT r.row, n.title, c.headings, c.text, n.province, n.city, n.district, c.passage_sha256, n.level "
            "FROM clauses c JOIN rows r ON r.clause = c.id JOIN notices n ON n.doc_id = c.doc_id "
            "WHERE r.row >= ? AND r.row < ? ORDER BY r.row",
            first,
            end,
        )
        return [
            IndexedClause(
                row=row[0],
                title=row[1],
                headings=tuple(json.loads(row[2])),
                text=row[3],
                units=tuple(units.get(row[0], ())),
                place="".join(part or "" for part in row[4:7]),
                passage_sha256=row[7],
                marks=marks_of((row[4], row[5], row[6]), row[8]),
            )
            for row in found
        ]

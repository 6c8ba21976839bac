"""The notices, clauses and units of a generation, read from SQLite."""

from __future__ import annotations

import itertools
import json
import sqlite3
import threading
import zlib
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import quote

import numpy as np
import numpy.typing as npt

from indexer.errors import IndexDamaged, NotInArchive, UsageError
from indexer.index.correction_rows import StoredCorrection, correction_of_row
from indexer.index.passage import IndexedClause
from indexer.index.place_names import Parts, places_at, with_parents
from indexer.index.row_sets import lies_in
from indexer.index.rows import (
    CLAUSE_COLUMNS,
    NOTICE_COLUMNS,
    SOURCE_COLUMNS,
    UNIT_COLUMNS,
    StoredPage,
    clause_of_row,
    notice_of_row,
    source_of_row,
    unit_of_row,
)
from indexer.records import Clause, Filters, Link, Notice, Skipped, Source, UnitMention

__all__ = ["Archive", "Rows"]

# Row numbers of clauses, sorted.
Rows: TypeAlias = npt.NDArray[np.int64]

_Value: TypeAlias = str | int | None

_NOTICE = ", ".join(f"n.{column}" for column in NOTICE_COLUMNS)
_CLAUSE = ", ".join(f"c.{column}" for column in CLAUSE_COLUMNS)
_UNIT = ", ".join(f"u.{column}" for column in UNIT_COLUMNS)
_SOURCE = ", ".join(f"s.{column}" for column in SOURCE_COLUMNS)
_KEPT = "FROM notices n JOIN sources s ON s.doc_id = n.doc_id AND s.kept"
# A list of values as one bound parameter: any number of them, and the statement stays the same.
_LISTED = "(SELECT value FROM json_each(?))"
_MEMBERS = "units u JOIN json_each(u.members) m ON u.members <> '[]'"
_PLACE_KEY = "coalesce(province, '') || '/' || coalesce(city, '') || '/' || coalesce(district, '')"


class Archive:
    """Everything the notices say, read-only; safe under threads, each reading through a connection of its own.

    Row numbers count clauses from 0 in the order of their ids; both legs number clauses the same way.
    """

    def __init__(self, path: Path) -> None:
        """Open the file; raises IndexDamaged where it is no archive."""
        self.path = path
        self._idle: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._closed = False
        self.n_notices = int(self._rows("SELECT count(*) FROM notices")[0][0])
        self.n_sources = int(self._rows("SELECT count(*) FROM sources")[0][0])
        self.n_clauses = int(self._rows("SELECT count(*) FROM clauses")[0][0])

    def close(self) -> None:
        """Give the connections back; reading afterwards is a mistake."""
        with self._lock:
            self._closed = True
            while self._idle:
                self._idle.pop().close()

    # --- notices -------------------------------------------------------------------------------

    def notice(self, doc_id: str) -> Notice:
        """The whole notice; raises UsageError for an id that is not in the archive."""
        found = self._rows(
            f"SELECT {_NOTICE}, {_SOURCE} {_KEPT} WHERE n.doc_id = ?",
            doc_id,
        )
        if not found:
            raise NotInArchive(f"{doc_id}: no such notice in the archive; see the doc_id of a hit")
        clauses = self._clauses(f"SELECT c.id, {_CLAUSE} FROM clauses c WHERE c.doc_id = ? ORDER BY c.ordinal", doc_id)
        row = found[0]
        return notice_of_row(row, source_of_row(row[len(NOTICE_COLUMNS) :]), tuple(clauses))

    def notices(self) -> list[Notice]:
        """The heads of all notices by doc_id: `body` is empty and `clauses` are none."""
        columns = _NOTICE.replace("n.body", "''")
        found = self._rows(f"SELECT {columns}, {_SOURCE} {_KEPT} ORDER BY n.doc_id")
        return [notice_of_row(row, source_of_row(row[len(NOTICE_COLUMNS) :]), ()) for row in found]

    def sources(self, doc_id: str) -> list[Source]:
        """Every file in which the notice was found; first the one it was read from, then the others by path."""
        found = self._rows(
            f"SELECT {_SOURCE} FROM sources s WHERE s.doc_id = ? ORDER BY s.kept DESC, s.path",
            doc_id,
        )
        return [source_of_row(row) for row in found]

    def all_sources(self) -> list[tuple[Source, str, bool]]:
        """Every file by path, with the doc_id of its notice and whether the notice was read from this one."""
        found = self._rows(f"SELECT {_SOURCE}, s.doc_id, s.kept FROM sources s ORDER BY s.path")
        return [(source_of_row(row), row[-2], bool(row[-1])) for row in found]

    def pages(self) -> Iterator[StoredPage]:
        """What is stored of every file for recognising its notice elsewhere, by path, without its content."""
        for row in self._rows("SELECT path, text_id, facts, sketch FROM pages ORDER BY path"):
            yield StoredPage(*row)

    def page_content(self, path: str) -> str:
        """The content of a stored page, for comparing it with another; raises UsageError for a path it does not have."""
        found = self._rows("SELECT content FROM pages WHERE path = ?", path)
        if not found:
            raise UsageError(f"{path}: no such file in the archive")
        return zlib.decompress(found[0][0]).decode("utf-8", "surrogatepass")

    def skipped(self) -> list[Skipped]:
        """Every file that the build left out, by path, with the reason."""
        return [Skipped(*row) for row in self._rows("SELECT path, reason FROM skipped ORDER BY path")]

    def duplicates(self) -> list[Skipped]:
        """Every file whose notice is kept once, from another: `same text as PATH`, or `same notice as PATH`; by path."""
        found = self._rows(
            "SELECT s.path, p.text_id = s.doc_id, kept.path FROM sources s JOIN pages p ON p.path = s.path "
            "JOIN sources kept ON kept.doc_id = s.doc_id AND kept.kept WHERE NOT s.kept ORDER BY s.path"
        )
        return [Skipped(path, f"same {'text' if alike else 'notice'} as {other}") for path, alike, other in found]

    def titles(self) -> list[tuple[str, str]]:
        """The doc_id and the title of every notice, by doc_id."""
        return self._rows("SELECT doc_id, title FROM notices ORDER BY doc_id")

    def years(self) -> list[int]:
        """The years that notices are from, sorted."""
        return [row[0] for row in self._rows("SELECT DISTINCT year FROM notices WHERE year IS NOT NULL ORDER BY year")]

    def kinds(self) -> list[str]:
        """The 文种 of all notices, sorted."""
        return sorted(row[0] for row in self._rows("SELECT DISTINCT kind FROM notices WHERE kind IS NOT NULL"))

    def doc_ids(self) -> frozenset[str]:
        """The ids of all notices."""
        return frozenset(row[0] for row in self._rows("SELECT doc_id FROM notices"))

    def digests(self) -> dict[str, tuple[str, str]]:
        """By doc_id the digest of what a notice says, and that of its corrections by hand."""
        found = self._rows("SELECT doc_id, sha256, corrections_sha256 FROM notices")
        return {doc_id: (digest, corrections) for doc_id, digest, corrections in found}

    def kept_instead(self, doc_id: str) -> str | None:
        """The doc_id under which a notice is kept whose text of that id is another page's; None where none is."""
        found = self._rows(
            "SELECT s.doc_id FROM pages p JOIN sources s ON s.path = p.path WHERE p.text_id = ? ORDER BY 1 LIMIT 1",
            doc_id,
        )
        return found[0][0] if found else None

    def corrections(self, doc_id: str | None = None) -> list[StoredCorrection]:
        """What an editor corrected by hand in the notice, or in all by doc_id, as far as the build knew of it."""
        where, values = ("", ()) if doc_id is None else ("WHERE doc_id = ? ", (doc_id,))
        found = self._rows(
            f"SELECT correction, parsed, unapplied FROM corrections {where}ORDER BY doc_id, ordinal", *values
        )
        return [correction_of_row(*row) for row in found]

    def corrections_digests(self) -> dict[str, str]:
        """By doc_id, for notices that have any, the digest of their corrections (`corrections_digest`)."""
        return dict(self._rows("SELECT doc_id, corrections_sha256 FROM notices WHERE corrections_sha256 <> ''"))

    def links_of(self, doc_id: str) -> list[Link]:
        """What the notice is to others of the archive, by relation, then by the other's doc_id."""
        found = self._rows(
            "SELECT doc_id, other_doc_id, relation FROM links WHERE doc_id = ? ORDER BY relation, other_doc_id", doc_id
        )
        return [Link(*row) for row in found]

    def links(self) -> list[Link]:
        """All links, by doc_id; each stands in both directions."""
        return [Link(*row) for row in self._rows("SELECT doc_id, other_doc_id, relation FROM links ORDER BY 1, 2, 3")]

    def contents(self) -> dict[str, tuple[int, int]]:
        """By doc_id how many clauses a notice has, and how many units by their canonical names."""
        found = self._rows(
            "SELECT n.doc_id, n.n_clauses, count(DISTINCT u.name) FROM notices n LEFT JOIN clauses c ON c.doc_id = n.doc_id "
            "LEFT JOIN units u ON u.clause = c.id GROUP BY n.doc_id"
        )
        return {doc_id: (n_clauses, n_units) for doc_id, n_clauses, n_units in found}

    def doc_ids_of(self, rows: Rows) -> frozenset[str]:
        """The notices that have a clause in the rows."""
        found = self._rows(f"SELECT DISTINCT doc_id FROM clauses WHERE row IN {_LISTED}", json.dumps(rows.tolist()))
        return frozenset(row[0] for row in found)

    # --- clauses -------------------------------------------------------------------------------

    def clauses(self, clause_ids: Sequence[str]) -> list[Clause]:
        """The clauses in the order asked for; raises UsageError for an id that is not in the archive."""
        found = {
            clause.clause_id: clause
            for clause in self._clauses(
                f"SELECT c.id, {_CLAUSE} FROM clauses c WHERE c.clause_id IN {_LISTED}", json.dumps(list(clause_ids))
            )
        }
        missing = [clause_id for clause_id in clause_ids if clause_id not in found]
        if missing:
            raise NotInArchive(f"{missing[0]}: no such clause in the archive; see the clause_id of a hit")
        return [found[clause_id] for clause_id in clause_ids]

    def ordinals(self, rows: Sequence[int]) -> list[int]:
        """The places of the rows' clauses in their notices, counted from 0, in the order given."""
        found = dict(self._rows(f"SELECT row, ordinal FROM clauses WHERE row IN {_LISTED}", json.dumps(list(rows))))
        return [found[row] for row in rows]

    def clause_ids(self, rows: Sequence[int]) -> list[str]:
        """The ids of the rows, in the order given."""
        found = dict(self._rows(f"SELECT row, clause_id FROM clauses WHERE row IN {_LISTED}", json.dumps(list(rows))))
        return [found[row] for row in rows]

    def clauses_of_units(self, names: Sequence[str], *, allowed: Rows | None = None) -> list[Clause]:
        """The clauses that name one of the units by its canonical name, by notice and in the order of its text."""
        return self._clauses_in_rows(self._rows_of_units(names), allowed)

    def _clauses_in_rows(self, rows: Rows, allowed: Rows | None) -> list[Clause]:
        """The clauses of the rows that are allowed, by notice and in the order of its text."""
        if allowed is not None:
            rows = np.intersect1d(rows, allowed, assume_unique=True)
        return self._clauses(
            f"SELECT c.id, {_CLAUSE} FROM clauses c WHERE c.row IN {_LISTED} ORDER BY c.doc_id, c.ordinal",
            json.dumps(rows.tolist()),
        )

    def clauses_of_members(self, names: Sequence[str], *, allowed: Rows | None = None) -> list[Clause]:
        """The clauses that name a group of which one of the units is a member, by notice and in the order of its text."""
        found = self._rows(
            f"SELECT DISTINCT c.row FROM {_MEMBERS} JOIN clauses c ON c.id = u.clause WHERE m.value IN {_LISTED} ORDER BY c.row",
            json.dumps(list(names)),
        )
        return self._clauses_in_rows(np.fromiter((row[0] for row in found), dtype=np.int64, count=len(found)), allowed)

    def member_names(self, of: Collection[str] | None = None) -> list[str]:
        """The canonical names of all members of groups, or of those that the notices name, sorted."""
        where, values = _of_notices("JOIN clauses c ON c.id = u.clause WHERE", of)
        found = self._rows(f"SELECT DISTINCT m.value FROM {_MEMBERS} {where} ORDER BY m.value", *values)
        return [row[0] for row in found]

    def unit_names(self, of: Collection[str] | None = None) -> list[str]:
        """The canonical names of all units, or of those that the notices name, sorted."""
        where, values = _of_notices("JOIN clauses c ON c.id = u.clause WHERE", of)
        return [row[0] for row in self._rows(f"SELECT DISTINCT u.name FROM units u {where} ORDER BY u.name", *values)]

    def headings(self, of: Collection[str] | None = None) -> list[str]:
        """Every heading that a clause, or one of the notices' clauses, stands under, once, sorted."""
        where, values = _of_notices("WHERE", of)
        paths = self._rows(f"SELECT DISTINCT headings FROM clauses c {where}", *values)
        return sorted({heading for path in paths for heading in json.loads(path[0])})

    def among(self, clause_ids: Sequence[str], rows: Rows) -> frozenset[str]:
        """Those of the clauses that lie in the rows."""
        found = self._rows(
            f"SELECT row, clause_id FROM clauses WHERE clause_id IN {_LISTED}", json.dumps(list(clause_ids))
        )
        inside = lies_in(np.fromiter((row for row, _ in found), dtype=np.int64, count=len(found)), rows)
        return frozenset(clause_id for (_, clause_id), lies in zip(found, inside, strict=True) if lies)

    def indexed_clauses(self, *, size: int = 2048) -> Iterator[list[IndexedClause]]:
        """All clauses in the order of their rows, as the legs index them, `size` at a time."""
        for first in range(0, self.n_clauses, size):
            yield self._indexed(first, first + size)

    def indexed_rows(self, rows: Rows, *, size: int = 2048) -> Iterator[list[IndexedClause]]:
        """The clauses of the rows (sorted) as the legs index them, about `size` at a time."""
        batch: list[IndexedClause] = []
        for run in np.split(rows, np.flatnonzero(np.diff(rows) != 1) + 1) if len(rows) else ():
            for first in range(int(run[0]), int(run[-1]) + 1, size):
                batch += self._indexed(first, min(first + size, int(run[-1]) + 1))
                if len(batch) >= size:
                    yield batch
                    batch = []
        yield batch

    def runs(self) -> dict[str, tuple[str, int, int]]:
        """By doc_id the digest of what a notice says, the row of its first clause, and how many it has."""
        found = self._rows("SELECT doc_id, sha256, coalesce(first_row, 0), n_clauses FROM notices")
        return {doc_id: (digest, first, n) for doc_id, digest, first, n in found}

    def passage_rows(self) -> dict[str, int]:
        """For every passage's hash a row whose vector is that of the passage."""
        return dict(self._rows("SELECT passage_sha256, row FROM clauses"))

    # --- filters -------------------------------------------------------------------------------

    def allowed(self, filters: Filters, places: Collection[Parts] | None = None) -> Rows | None:
        """The rows that pass, sorted; None where nothing is restricted. Values of one field are alternatives.

        A place passes by `is_at`, with the parents that `with_parents` gives it, or where it is one of the `places`, if
        these are given; a year by 成文日期 else 发布日期 (a notice without either never passes a year), a unit by its exact
        canonical name.
        """
        if not filters:
            return None
        rows = self._rows_of_notices(filters, places)
        if filters.units:
            of_units = self._rows_of_units(filters.units)
            rows = of_units if rows is None else np.intersect1d(rows, of_units, assume_unique=True)
        return rows

    def rows_of(self, doc_ids: Collection[str], *, others: bool = False) -> Rows:
        """The rows of the notices, or of all others, sorted."""
        return self._rows_where([f"doc_id {'NOT ' * others}IN {_LISTED}"], [json.dumps(sorted(doc_ids))])

    def _rows_of_notices(self, filters: Filters, at: Collection[Parts] | None) -> Rows | None:
        """The rows of the notices that pass; None where no field of the notice is restricted."""
        conditions: list[str] = []
        values: list[_Value] = []
        if filters.places:
            if at is None:
                at = places_at(self.whole_places, filters.places)
            conditions.append(f"{_PLACE_KEY} IN {_LISTED}")
            values.append(json.dumps(sorted("/".join(part or "" for part in place) for place in at)))
        if filters.years is not None:
            conditions.append("year BETWEEN ? AND ?")
            values.extend(filters.years)
        for column, wanted in (("level", filters.levels), ("kind", filters.kinds), ("doc_id", filters.doc_ids)):
            if wanted:
                conditions.append(f"{column} IN {_LISTED}")
                values.append(json.dumps(list(wanted)))
        return self._rows_where(conditions, values) if conditions else None

    def _rows_where(self, conditions: Sequence[str], values: Sequence[_Value]) -> Rows:
        """The rows of the notices that pass the conditions, sorted."""
        runs = self._rows(
            "SELECT first_row, n_clauses FROM notices "
            f"WHERE n_clauses > 0 AND {' AND '.join(conditions)} ORDER BY first_row",
            *values,
        )
        if not runs:
            return np.empty(0, dtype=np.int64)
        return np.concatenate([np.arange(first, first + count, dtype=np.int64) for first, count in runs])

    def _rows_of_units(self, names: Sequence[str]) -> Rows:
        found = self._rows(
            "SELECT DISTINCT c.row FROM units u JOIN clauses c ON c.id = u.clause "
            f"WHERE u.name IN {_LISTED} ORDER BY c.row",
            json.dumps(list(names)),
        )
        return np.fromiter((row[0] for row in found), dtype=np.int64, count=len(found))

    @cached_property
    def whole_places(self) -> dict[Parts, Parts]:
        """Every place of the archive, which never changes, with what other places of it tell of where it lies."""
        return with_parents(self._places())

    def _places(self) -> list[Parts]:
        return self._rows("SELECT DISTINCT province, city, district FROM notices")

    # --- reading -------------------------------------------------------------------------------

    def _clauses(self, sql: str, *values: _Value) -> list[Clause]:
        """The clauses of rows `c.id, CLAUSE_COLUMNS`, with their units, in the order of the rows."""
        found = self._rows(sql, *values)
        units: dict[int, tuple[UnitMention, ...]] = {}
        mentions = self._rows(
            f"SELECT u.clause, {_UNIT} FROM units u WHERE u.clause IN {_LISTED} ORDER BY u.clause, u.ordinal",
            json.dumps([row[0] for row in found]),
        )
        for key, group in itertools.groupby(mentions, key=lambda row: int(row[0])):
            units[key] = tuple(unit_of_row(row[1:]) for row in group)
        return [clause_of_row(row[1:], units.get(row[0], ())) for row in found]

    def _indexed(self, first: int, end: int) -> list[IndexedClause]:
        """The clauses of the rows from `first` up to `end`."""
        units: dict[int, dict[str, None]] = {}
        for row, surface, name in self._rows(
            "SELECT c.row, u.surface, u.name FROM clauses c JOIN units u ON u.clause = c.id "
            "WHERE c.row >= ? AND c.row < ? ORDER BY c.row, u.ordinal",
            first,
            end,
        ):
            units.setdefault(row, {}).update({surface: None, name: None})
        found = self._rows(
            "SELECT c.row, n.title, c.headings, c.text, n.province, n.city, n.district, c.passage_sha256 "
            "FROM clauses c JOIN notices n ON n.doc_id = c.doc_id WHERE c.row >= ? AND c.row < ? ORDER BY c.row",
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
            )
            for row in found
        ]

    def _rows(self, sql: str, *values: _Value) -> list[Any]:
        """What the statement gives; raises IndexDamaged where the file cannot be read as an archive."""
        try:
            with self._connection() as connection, closing(connection.execute(sql, values)) as cursor:
                return cursor.fetchall()
        except sqlite3.DatabaseError as error:
            raise IndexDamaged(f"{self.path}: cannot be read ({error}); build the index again") from error

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """A connection that no other thread uses meanwhile; as many are kept as were ever needed at once."""
        with self._lock:
            if self._closed:
                raise UsageError(f"{self.path}: this index was closed; open it again with open_index")
            connection = self._idle.pop() if self._idle else None
        connection = connection or _connect(self.path)
        try:
            yield connection
        finally:
            with self._lock:
                keep = not self._closed
                if keep:
                    self._idle.append(connection)
            if not keep:
                connection.close()


def _of_notices(where: str, doc_ids: Collection[str] | None) -> tuple[str, tuple[str, ...]]:
    """The end of a statement that asks for clauses `c` of these notices alone, and what it binds; nothing for all."""
    return ("", ()) if doc_ids is None else (f"{where} c.doc_id IN {_LISTED}", (json.dumps(sorted(doc_ids)),))


def _connect(path: Path) -> sqlite3.Connection:
    """A reading connection; a generation never changes once it is written, hence `immutable` (no locks, no journal)."""
    return sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1", uri=True, check_same_thread=False)

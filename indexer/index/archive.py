"""The notices, clauses and units of a generation, read from SQLite."""

from __future__ import annotations

import itertools
import json
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import numpy as np

from indexer.errors import NotInArchive, UsageError
from indexer.index.correction_rows import StoredCorrection, correction_of_row
from indexer.index.indexed_clauses import IndexedClauses
from indexer.index.notice_columns import NoticeColumns, Rows, rows_in_runs
from indexer.index.passage import level_mark
from indexer.index.place_names import Parts, full_names, places_at, with_parents
from indexer.index.row_sets import common, lies_in
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
from indexer.index.sqlite_file import SqliteFile, Value
from indexer.records import Clause, Filters, Link, Notice, Skipped, Source, UnitMention

__all__ = ["Archive", "Rows"]

_T = TypeVar("_T")

_NOTICE = ", ".join(f"n.{column}" for column in NOTICE_COLUMNS)
_CLAUSE = ", ".join(f"c.{column}" for column in CLAUSE_COLUMNS)
_UNIT = ", ".join(f"u.{column}" for column in UNIT_COLUMNS)
_SOURCE = ", ".join(f"s.{column}" for column in SOURCE_COLUMNS)
_KEPT = "FROM notices n JOIN sources s ON s.doc_id = n.doc_id AND s.kept"
# A list of values as one bound parameter: any number of them, and the statement stays the same.
_LISTED = "(SELECT value FROM json_each(?))"
_NUMBERED = "clauses c JOIN rows r ON r.clause = c.id"
_MEMBERS = "units u JOIN json_each(u.members) m ON u.members <> '[]'"

# Clauses whose rows are remembered by their ids, at the least.
NAMED_LATELY = 20_000


class Archive:
    """Everything the notices say, read-only; safe under threads, each reading through a connection of its own.

    Row numbers count clauses from 0 in the order of their ids; both legs number clauses the same way.
    """

    def __init__(self, path: Path) -> None:
        """Open the file; raises IndexDamaged where it is no archive."""
        self.path = path
        self._file = SqliteFile(path)
        self._named_lately: dict[
            str, int
        ] = {}  # rows by clause_id: what was just found is what filters are asked about
        self.n_notices = int(self._file.rows("SELECT count(*) FROM notices")[0][0])
        self.n_sources = int(self._file.rows("SELECT count(*) FROM sources")[0][0])
        self.n_clauses = int(self._file.rows("SELECT count(*) FROM clauses")[0][0])
        self.indexed = IndexedClauses(self._file, self.n_clauses)

    def close(self) -> None:
        """Give the connections back; reading afterwards is a mistake."""
        self._file.close()

    # --- notices -------------------------------------------------------------------------------

    def notice(self, doc_id: str) -> Notice:
        """The whole notice; raises UsageError for an id that is not in the archive."""
        found = self._file.rows(
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
        found = self._file.rows(f"SELECT {columns}, {_SOURCE} {_KEPT} ORDER BY n.doc_id")
        return [notice_of_row(row, source_of_row(row[len(NOTICE_COLUMNS) :]), ()) for row in found]

    def sources(self, doc_id: str) -> list[Source]:
        """Every file in which the notice was found; first the one it was read from, then the others by path."""
        found = self._file.rows(
            f"SELECT {_SOURCE} FROM sources s WHERE s.doc_id = ? ORDER BY s.kept DESC, s.path",
            doc_id,
        )
        return [source_of_row(row) for row in found]

    def all_sources(self) -> list[tuple[Source, str, bool]]:
        """Every file by path, with the doc_id of its notice and whether the notice was read from this one."""
        found = self._file.rows(f"SELECT {_SOURCE}, s.doc_id, s.kept FROM sources s ORDER BY s.path")
        return [(source_of_row(row), row[-2], bool(row[-1])) for row in found]

    def states(self) -> dict[str, str]:
        """What the file system said of files when the archive was made, by path (`sources.file_state`)."""
        return dict(self._file.rows("SELECT path, state FROM states"))

    def pages(self) -> Iterator[StoredPage]:
        """What is stored of every file for recognising its notice elsewhere, by path, without its content."""
        for row in self._file.rows("SELECT path, text_id, facts, sketch FROM pages ORDER BY path"):
            yield StoredPage(*row)

    def page_content(self, path: str) -> str:
        """The content of a stored page, for comparing it with another; raises UsageError for a path it does not have."""
        found = self._file.rows("SELECT content FROM pages WHERE path = ?", path)
        if not found:
            raise UsageError(f"{path}: no such file in the archive")
        return zlib.decompress(found[0][0]).decode("utf-8", "surrogatepass")

    def skipped(self) -> list[Skipped]:
        """Every file that the build left out, by path, with the reason."""
        return [Skipped(*row) for row in self._file.rows("SELECT path, reason FROM skipped ORDER BY path")]

    def duplicates(self) -> list[Skipped]:
        """Every file whose notice is kept once, from another: `same text as PATH`, or `same notice as PATH`; by path."""
        found = self._file.rows(
            "SELECT s.path, p.text_id = s.doc_id, kept.path FROM sources s JOIN pages p ON p.path = s.path "
            "JOIN sources kept ON kept.doc_id = s.doc_id AND kept.kept WHERE NOT s.kept ORDER BY s.path"
        )
        return [Skipped(path, f"same {'text' if alike else 'notice'} as {other}") for path, alike, other in found]

    def titles(self, of: Collection[str] | None = None) -> list[tuple[str, str]]:
        """The doc_id and the title of every notice, or of these, by doc_id."""
        where, values = _of_notices("WHERE", of)
        return self._file.rows(f"SELECT c.doc_id, c.title FROM notices c {where} ORDER BY c.doc_id", *values)

    def doc_numbers(self, of: Collection[str] | None = None) -> list[tuple[str, str]]:
        """The doc_id and the 发文字号 of every notice, or of these, as far as they have one, by doc_id."""
        where, values = _of_notices("AND", of)
        return self._file.rows(
            f"SELECT c.doc_id, c.doc_number FROM notices c WHERE c.doc_number IS NOT NULL {where} ORDER BY c.doc_id",
            *values,
        )

    def places(self) -> list[str]:
        """The full names of all places that notices are from, sorted."""
        return full_names(self.whole_places)

    def years(self) -> list[int]:
        """The years that notices are from, sorted."""
        return [
            row[0] for row in self._file.rows("SELECT DISTINCT year FROM notices WHERE year IS NOT NULL ORDER BY year")
        ]

    def kinds(self) -> list[str]:
        """The 文种 of all notices, sorted."""
        return sorted(row[0] for row in self._file.rows("SELECT DISTINCT kind FROM notices WHERE kind IS NOT NULL"))

    def doc_ids(self) -> frozenset[str]:
        """The ids of all notices."""
        return frozenset(row[0] for row in self._file.rows("SELECT doc_id FROM notices"))

    def digests(self) -> dict[str, tuple[str, str]]:
        """By doc_id the digest of what a notice says, and that of its corrections by hand."""
        found = self._file.rows("SELECT doc_id, sha256, corrections_sha256 FROM notices")
        return {doc_id: (digest, corrections) for doc_id, digest, corrections in found}

    def kept_instead(self, doc_id: str) -> str | None:
        """The doc_id under which a notice is kept whose text of that id is another page's; None where none is."""
        found = self._file.rows(
            "SELECT s.doc_id FROM pages p JOIN sources s ON s.path = p.path WHERE p.text_id = ? ORDER BY 1 LIMIT 1",
            doc_id,
        )
        return found[0][0] if found else None

    def corrections(self, doc_id: str | None = None) -> list[StoredCorrection]:
        """What an editor corrected by hand in the notice, or in all by doc_id, as far as the build knew of it."""
        where, values = ("", ()) if doc_id is None else ("WHERE doc_id = ? ", (doc_id,))
        found = self._file.rows(
            f"SELECT correction, parsed, unapplied FROM corrections {where}ORDER BY doc_id, ordinal", *values
        )
        return [correction_of_row(*row) for row in found]

    def corrections_digests(self) -> dict[str, str]:
        """By doc_id, for notices that have any, the digest of their corrections (`corrections_digest`)."""
        return dict(self._file.rows("SELECT doc_id, corrections_sha256 FROM notices WHERE corrections_sha256 <> ''"))

    def links_of(self, doc_id: str) -> list[Link]:
        """What the notice is to others of the archive, by relation, then by the other's doc_id."""
        found = self._file.rows(
            "SELECT doc_id, other_doc_id, relation FROM links WHERE doc_id = ? ORDER BY relation, other_doc_id", doc_id
        )
        return [Link(*row) for row in found]

    def links(self) -> list[Link]:
        """All links, by doc_id; each stands in both directions."""
        return [
            Link(*row) for row in self._file.rows("SELECT doc_id, other_doc_id, relation FROM links ORDER BY 1, 2, 3")
        ]

    def contents(self) -> dict[str, tuple[int, int]]:
        """By doc_id how many clauses a notice has, and how many units by their canonical names."""
        found = self._file.rows(
            "SELECT n.doc_id, n.n_clauses, count(DISTINCT u.name) FROM notices n LEFT JOIN clauses c ON c.doc_id = n.doc_id "
            "LEFT JOIN units u ON u.clause = c.id GROUP BY n.doc_id"
        )
        return {doc_id: (n_clauses, n_units) for doc_id, n_clauses, n_units in found}

    def doc_ids_of(self, rows: Rows) -> frozenset[str]:
        """The notices that have a clause in the rows."""
        found = self._file.rows(
            f"SELECT DISTINCT c.doc_id FROM {_NUMBERED} WHERE r.row IN {_LISTED}", json.dumps(rows.tolist())
        )
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
        return _each(clause_ids, found)

    def wordings(self, clause_ids: Sequence[str]) -> list[tuple[str, bool]]:
        """Of each clause the text and whether it names a unit, in the order asked for; as `clauses`."""
        sql = (
            "SELECT c.clause_id, c.text, EXISTS (SELECT 1 FROM units u WHERE u.clause = c.id) "
            f"FROM clauses c WHERE c.clause_id IN {_LISTED}"
        )
        rows = self._file.rows(sql, json.dumps(list(clause_ids)))
        return _each(clause_ids, {clause_id: (text, bool(names_unit)) for clause_id, text, names_unit in rows})

    def ordinals(self, rows: Sequence[int]) -> list[int]:
        """The places of the rows' clauses in their notices, counted from 0, in the order given."""
        found = dict(
            self._file.rows(
                f"SELECT r.row, c.ordinal FROM {_NUMBERED} WHERE r.row IN {_LISTED}", json.dumps(list(rows))
            )
        )
        return [found[row] for row in rows]

    def clause_ids(self, rows: Sequence[int]) -> list[str]:
        """The ids of the rows, in the order given."""
        found = dict(self._file.rows(f"SELECT row, clause_id FROM rows WHERE row IN {_LISTED}", json.dumps(list(rows))))
        ids = [found[row] for row in rows]
        if len(self._named_lately) > NAMED_LATELY:
            self._named_lately = {}
        self._named_lately.update(zip(ids, rows, strict=True))
        return ids

    def clauses_of_units(self, names: Sequence[str], *, allowed: Rows | None = None) -> list[Clause]:
        """The clauses that name one of the units by its canonical name, by notice and in the order of its text."""
        return self._clauses_in_rows(self._rows_of_units(names), allowed)

    def _clauses_in_rows(self, rows: Rows, allowed: Rows | None) -> list[Clause]:
        """The clauses of the rows that are allowed, by notice and in the order of its text."""
        if allowed is not None:
            rows = common(rows, allowed)
        return self._clauses(
            f"SELECT c.id, {_CLAUSE} FROM {_NUMBERED} WHERE r.row IN {_LISTED} ORDER BY c.doc_id, c.ordinal",
            json.dumps(rows.tolist()),
        )

    def clauses_of_members(self, names: Sequence[str], *, allowed: Rows | None = None) -> list[Clause]:
        """The clauses that name a group of which one of the units is a member, by notice and in the order of its text."""
        found = self._file.rows(
            f"SELECT DISTINCT r.row FROM {_MEMBERS} JOIN rows r ON r.clause = u.clause WHERE m.value IN {_LISTED} ORDER BY r.row",
            json.dumps(list(names)),
        )
        return self._clauses_in_rows(np.fromiter((row[0] for row in found), dtype=np.int64, count=len(found)), allowed)

    def member_names(self, of: Collection[str] | None = None) -> list[str]:
        """The canonical names of all members of groups, or of those that the notices name, sorted."""
        where, values = _of_notices("JOIN clauses c ON c.id = u.clause WHERE", of)
        found = self._file.rows(f"SELECT DISTINCT m.value FROM {_MEMBERS} {where} ORDER BY m.value", *values)
        return [row[0] for row in found]

    def unit_names(self, of: Collection[str] | None = None) -> list[str]:
        """The canonical names of all units, or of those that the notices name, sorted."""
        where, values = _of_notices("JOIN clauses c ON c.id = u.clause WHERE", of)
        return [
            row[0] for row in self._file.rows(f"SELECT DISTINCT u.name FROM units u {where} ORDER BY u.name", *values)
        ]

    def headings(self, of: Collection[str] | None = None) -> list[str]:
        """Every heading that a clause, or one of the notices' clauses, stands under, once, sorted."""
        where, values = _of_notices("WHERE", of)
        paths = self._file.rows(f"SELECT DISTINCT headings FROM clauses c {where}", *values)
        return sorted({heading for path in paths for heading in json.loads(path[0])})

    def headings_counted(self, of: Collection[str] | None = None) -> dict[str, int]:
        """Every heading that a clause, or one of the notices' clauses, stands under, with the number of these clauses."""
        where, values = _of_notices("WHERE", of)
        counted: dict[str, int] = {}
        for path, n in self._file.rows(f"SELECT headings, count(*) FROM clauses c {where} GROUP BY headings", *values):
            for heading in json.loads(path):
                counted[heading] = counted.get(heading, 0) + n
        return counted

    def among(self, clause_ids: Sequence[str], rows: Rows) -> frozenset[str]:
        """Those of the clauses that lie in the rows."""
        known = self._named_lately
        found = {clause_id: known[clause_id] for clause_id in clause_ids if clause_id in known}
        if missing := [clause_id for clause_id in clause_ids if clause_id not in found]:
            sql = f"SELECT c.clause_id, r.row FROM {_NUMBERED} WHERE c.clause_id IN {_LISTED}"
            found.update(self._file.rows(sql, json.dumps(missing)))
        inside = lies_in(np.fromiter(found.values(), dtype=np.int64, count=len(found)), rows)
        return frozenset(itertools.compress(found, inside))

    def runs(self) -> dict[str, tuple[str, int, int]]:
        """By doc_id the digest of what a notice says, the row of its first clause, and how many it has."""
        found = self._file.rows(
            "SELECT n.doc_id, n.sha256, coalesce(r.first_row, 0), n.n_clauses FROM notices n LEFT JOIN runs r ON r.doc_id = n.doc_id"
        )
        return {doc_id: (digest, first, n) for doc_id, digest, first, n in found}

    def passages(self, rows: Rows) -> set[str]:
        """The hashes of the passages of the rows' clauses."""
        found = self._file.rows(
            f"SELECT DISTINCT c.passage_sha256 FROM {_NUMBERED} WHERE r.row IN {_LISTED}", json.dumps(rows.tolist())
        )
        return {sha256 for (sha256,) in found}

    def rows_of_passages(self, hashes: Collection[str]) -> dict[str, int]:
        """By the passage's hash a row that has it, for those that there are; reads every clause once."""
        found = self._file.rows(
            f"SELECT c.passage_sha256, r.row FROM {_NUMBERED} WHERE c.passage_sha256 IN {_LISTED}",
            json.dumps(sorted(hashes)),
        )
        return dict(found)

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
            rows = of_units if rows is None else common(rows, of_units)
        return rows

    def marks(self, filters: Filters, places: Collection[Parts]) -> frozenset[str] | None:
        """Marks of which all clauses have one that pass, as `allowed`, and few others; None where there are no such."""
        if filters.places:
            return self._columns.regions(filters, places)
        return frozenset(map(level_mark, filters.levels)) or None

    def rows_of(self, doc_ids: Collection[str], *, others: bool = False) -> Rows:
        """The rows of the notices, or of all others, sorted."""
        found = self._file.rows(
            f"SELECT first_row, n_clauses FROM runs WHERE doc_id {'NOT ' * others}IN {_LISTED} ORDER BY first_row",
            json.dumps(sorted(doc_ids)),
        )
        first, count = np.array(found, dtype=np.int64).reshape(-1, 2).T
        return rows_in_runs(first, count)

    def _rows_of_notices(self, filters: Filters, at: Collection[Parts] | None) -> Rows | None:
        """The rows of the notices that pass; None where no field of the notice is restricted."""
        rows = None
        if filters.places or filters.years is not None or filters.levels or filters.kinds:
            if at is None:
                at = places_at(self.whole_places, filters.places)
            rows = self._columns.rows(filters, at)
        if filters.doc_ids:
            named = self.rows_of(filters.doc_ids)
            rows = named if rows is None else common(rows, named)
        return rows

    @cached_property
    def _columns(self) -> NoticeColumns:
        """What filters ask of the notices, which never change."""
        return NoticeColumns(
            self._file.rows(
                "SELECT r.first_row, r.n_clauses, n.year, n.level, n.kind, n.province, n.city, n.district "
                "FROM notices n JOIN runs r ON r.doc_id = n.doc_id"
            )
        )

    def _rows_of_units(self, names: Sequence[str]) -> Rows:
        found = self._file.rows(
            f"SELECT DISTINCT r.row FROM units u JOIN rows r ON r.clause = u.clause WHERE u.name IN {_LISTED} ORDER BY r.row",
            json.dumps(list(names)),
        )
        return np.fromiter((row[0] for row in found), dtype=np.int64, count=len(found))

    @cached_property
    def whole_places(self) -> dict[Parts, Parts]:
        """Every place of the archive, which never changes, with what other places of it tell of where it lies."""
        return with_parents(self._places())

    def _places(self) -> list[Parts]:
        return self._file.rows("SELECT DISTINCT province, city, district FROM notices")

    # --- reading -------------------------------------------------------------------------------

    def _clauses(self, sql: str, *values: Value) -> list[Clause]:
        """The clauses of rows `c.id, CLAUSE_COLUMNS`, with their units, in the order of the rows."""
        found = self._file.rows(sql, *values)
        units: dict[int, tuple[UnitMention, ...]] = {}
        mentions = self._file.rows(
            f"SELECT u.clause, {_UNIT} FROM units u WHERE u.clause IN {_LISTED} ORDER BY u.clause, u.ordinal",
            json.dumps([row[0] for row in found]),
        )
        for key, group in itertools.groupby(mentions, key=lambda row: int(row[0])):
            units[key] = tuple(unit_of_row(row[1:]) for row in group)
        return [clause_of_row(row[1:], units.get(row[0], ())) for row in found]


def _each(clause_ids: Sequence[str], found: Mapping[str, _T]) -> list[_T]:
    """What was found of each clause; raises NotInArchive for one that was not."""
    missing = [clause_id for clause_id in clause_ids if clause_id not in found]
    if missing:
        raise NotInArchive(f"{missing[0]}: no such clause in the archive; see the clause_id of a hit")
    return [found[clause_id] for clause_id in clause_ids]


def _of_notices(where: str, doc_ids: Collection[str] | None) -> tuple[str, tuple[str, ...]]:
    """The end of a statement that asks for clauses or notices `c` of these notices alone, and what it binds; nothing for all."""
    return ("", ()) if doc_ids is None else (f"{where} c.doc_id IN {_LISTED}", (json.dumps(sorted(doc_ids)),))

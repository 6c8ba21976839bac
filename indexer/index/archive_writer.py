"""A new archive, written notice by notice; what did not change is copied from the archive before."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self

from indexer.errors import UnreadableNotice
from indexer.index.correction_rows import CORRECTION_COLUMNS, StoredCorrection, correction_row, corrections_digest
from indexer.index.generations import not_written
from indexer.index.passage import passage, passage_sha256
from indexer.index.rows import (
    CLAUSE_COLUMNS,
    NOTICE_COLUMNS,
    NUMBERING,
    PAGE_COLUMNS,
    SCHEMA,
    SOURCE_COLUMNS,
    UNIT_COLUMNS,
    StoredPage,
    clause_row,
    notice_row,
    source_row,
    unit_row,
)
from indexer.index.sqlite_file import READ_ONLY, uri_of
from indexer.records import Link, Notice, Skipped, Source

__all__ = ["ArchiveWriter"]


def _insert(table: str, columns: Sequence[str]) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"


_STORED_COLUMNS = (*NOTICE_COLUMNS, "sha256", "n_clauses", "corrections_sha256")
_ADD_NOTICE = _insert("notices", _STORED_COLUMNS)
_ADD_CLAUSE = _insert("clauses", ("id", *CLAUSE_COLUMNS, "ordinal", "passage_sha256"))
_ADD_UNIT = _insert("units", ("clause", "ordinal", *UNIT_COLUMNS))
_ADD_SOURCE = _insert("sources", (*SOURCE_COLUMNS, "doc_id", "kept"))
_ADD_PAGE = _insert("pages", PAGE_COLUMNS)
_ADD_STATE = _insert("states", ("path", "state"))
_ADD_SKIPPED = _insert("skipped", ("path", "reason"))
_ADD_CORRECTION = _insert("corrections", ("doc_id", *CORRECTION_COLUMNS))
_ADD_LINK = _insert("links", ("doc_id", "other_doc_id", "relation"))

# A list of values as one bound parameter.
_LISTED = "(SELECT value FROM json_each(?))"


# What SQLite complains of where the file system does not let it write; its other complaints are mistakes of this program.
_OF_FILES = frozenset(
    {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM}
)


# Of the pages before, how many may be gone or new for the archive to be made from a copy of the file before; of its room,
# how much may be left empty; and by how much it may grow or shrink before the planner of questions is told anew.
_MOST_GONE = 0.2
_MOST_EMPTY = 0.2
_MOST_OTHER = 0.1
_CACHE = 64 * 1024  # kibibytes: identifiers come in no order, and their indexes are written all over


class ArchiveWriter:
    """An archive in the making. Nothing may read it before `finish`.

    `previous` is the archive from which `copy` takes notices that did not change. Where most of its pages stay, its file is
    copied, and what is not asked for again is taken out.
    """

    def __init__(self, path: Path, *, previous: Path | None = None) -> None:
        """Begin an empty archive in a file that does not exist yet; raises UsageError where it cannot be written."""
        self.path = path
        self._clauses = 0
        self._previous = previous
        self._copied = path.with_name(f"{path.name}.copied")
        self._thread = ThreadPoolExecutor(1)
        self._copying: Future[Path] | None = None
        # What came with the file before and was not asked for yet: notices by doc_id, and sources by path.
        self._inherited: set[str] = set()
        self._inherited_sources: dict[str, tuple[object, ...]] = {}
        self._connection = self._open()
        try:
            self._connection.executescript(SCHEMA)
            self._begin()
        except sqlite3.Error as error:
            self._closed(error)
            raise

    def _open(self) -> sqlite3.Connection:
        try:
            return sqlite3.connect(uri_of(self.path), isolation_level=None, uri=True)
        except sqlite3.OperationalError as error:
            raise not_written(self.path, error) from error

    def _begin(self) -> None:
        execute = self._connection.execute
        # A killed build is thrown away whole: no journal, and one sync when the archive is complete.
        execute("PRAGMA journal_mode = OFF")
        execute("PRAGMA synchronous = OFF")
        execute(f"PRAGMA cache_size = -{_CACHE}")
        if self._previous is not None:
            execute("ATTACH DATABASE ? AS previous", (uri_of(self._previous, READ_ONLY),))
        execute("BEGIN")

    def anticipate(self) -> None:
        """Begin to copy the file before, which will most likely be asked for; other work may go on meanwhile."""
        if self._previous is not None and self._copying is None:
            self._copying = self._thread.submit(shutil.copyfile, self._previous, self._copied)

    def _inherit(self) -> None:
        """Go on in a copy of the file before."""
        self.anticipate()
        assert self._copying is not None
        self._connection.close()
        try:
            os.replace(self._copying.result(), self.path)
        except OSError as error:
            raise not_written(self.path, error.strerror) from error
        self._connection = self._open()
        self._begin()
        execute = self._connection.execute
        self._clauses = execute("SELECT coalesce(max(id), -1) + 1 FROM main.clauses").fetchone()[0]
        self._inherited = {doc_id for (doc_id,) in execute("SELECT doc_id FROM main.notices")}
        columns = ", ".join((*SOURCE_COLUMNS, "doc_id", "kept"))
        self._inherited_sources = {row[0]: row for row in execute(f"SELECT {columns} FROM main.sources")}
        for table in ("links", "skipped", "states"):
            execute(f"DELETE FROM main.{table}")

    def __enter__(self) -> Self:
        """The writer itself; leaving the block closes the file."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file, finished or not; raises UsageError where it was left because it cannot be written."""
        self._closed(error)

    def _closed(self, error: BaseException | None) -> None:
        self._connection.close()
        self._thread.shutdown(cancel_futures=True)
        # In the low eight bits; the others say more exactly what could not be done.
        if isinstance(error, sqlite3.OperationalError) and (error.sqlite_errorcode & 0xFF) in _OF_FILES:
            raise not_written(self.path, error) from error

    def add(self, notice: Notice, *, corrections: Sequence[StoredCorrection] = ()) -> None:
        """Store a notice with its clauses, its units, the file it was read from and what was corrected in it by hand.

        Raises UnreadableNotice where a clause's id is not the notice's own or occurs twice: ids are what judgements and
        citations refer to, and must be unambiguous.
        """
        _check_ids(notice)
        if notice.doc_id in self._inherited:
            self._drop([notice.doc_id])
        notice_values, clause_values = notice_row(notice), [clause_row(clause) for clause in notice.clauses]
        units = [[unit_row(unit) for unit in clause.units] for clause in notice.clauses]
        digest = hashlib.sha256(json.dumps([notice_values, clause_values, units]).encode()).hexdigest()
        execute, executemany = self._connection.execute, self._connection.executemany
        corrections_sha256 = corrections_digest(stored.correction for stored in corrections)
        execute(_ADD_NOTICE, (*notice_values, digest, len(clause_values), corrections_sha256))
        executemany(
            _ADD_CORRECTION,
            ((notice.doc_id, *correction_row(at, stored)) for at, stored in enumerate(corrections)),
        )
        first = self._clauses
        executemany(
            _ADD_CLAUSE,
            (
                (first + ordinal, *values, ordinal, passage_sha256(passage(notice, clause)))
                for ordinal, (values, clause) in enumerate(zip(clause_values, notice.clauses, strict=True))
            ),
        )
        executemany(
            _ADD_UNIT,
            (
                (first + ordinal, position, *values)
                for ordinal, mentions in enumerate(units)
                for position, values in enumerate(mentions)
            ),
        )
        self._clauses += len(clause_values)
        self.add_source(notice.source, notice.doc_id, kept=True)

    def remove(self, doc_id: str) -> None:
        """Take a notice added before out again, with all that `add` stored: another page of it is kept instead."""
        self._drop([doc_id])
        for (path,) in self._connection.execute("DELETE FROM main.sources WHERE doc_id = ? RETURNING path", (doc_id,)):
            self._inherited_sources.pop(path, None)

    def _drop(self, doc_ids: Collection[str]) -> None:
        """Take notices with their clauses, units and corrections out."""
        listed = (json.dumps(sorted(doc_ids)),)
        execute = self._connection.execute
        execute(
            f"DELETE FROM main.units WHERE clause IN (SELECT id FROM main.clauses WHERE doc_id IN {_LISTED})", listed
        )
        for table in ("clauses", "notices", "corrections"):
            execute(f"DELETE FROM main.{table} WHERE doc_id IN {_LISTED}", listed)
        self._inherited.difference_update(doc_ids)

    def add_source(self, source: Source, doc_id: str, *, kept: bool) -> None:
        """Store a file in which the notice was found; `kept` says that the notice was read from this one."""
        row = (*source_row(source), doc_id, int(kept))
        if self._inherited_sources.get(source.path) == row:
            del self._inherited_sources[source.path]  # it stands there already
            return
        if self._inherited_sources.pop(source.path, None) is not None:
            self._connection.execute("DELETE FROM main.sources WHERE path = ?", (source.path,))
        self._connection.execute(_ADD_SOURCE, row)

    def copy(self, doc_ids: Collection[str]) -> None:
        """Take notices with their clauses, units and corrections over from the previous archive, without their sources."""
        wanted = set(doc_ids) - self._inherited
        self._inherited.difference_update(doc_ids)
        if not wanted:
            return
        execute = self._connection.execute
        # In the order in which they stand there, so that one file is read and the other written from end to end.
        execute("CREATE TEMP TABLE copied (doc_id TEXT PRIMARY KEY, shift INTEGER) WITHOUT ROWID")
        found = execute(
            "SELECT n.doc_id, n.n_clauses, coalesce((SELECT min(id) FROM previous.clauses c WHERE c.doc_id = n.doc_id), 0) "
            "FROM previous.notices n JOIN json_each(?) wanted ON wanted.value = n.doc_id ORDER BY 3, 1",
            (json.dumps(sorted(wanted)),),
        ).fetchall()
        shifts = []
        for doc_id, n_clauses, first in found:
            shifts.append((doc_id, self._clauses - first))
            self._clauses += n_clauses
        self._connection.executemany("INSERT INTO copied VALUES (?, ?)", shifts)
        columns = ", ".join(_STORED_COLUMNS)
        execute(
            f"INSERT INTO notices ({columns}) SELECT {columns} FROM previous.notices WHERE doc_id IN (SELECT doc_id FROM copied)"
        )
        execute(
            "INSERT INTO corrections SELECT * FROM previous.corrections WHERE doc_id IN (SELECT doc_id FROM copied)"
        )
        columns = ", ".join((*CLAUSE_COLUMNS, "ordinal", "passage_sha256"))
        own = ", ".join(f"c.{column}" for column in (*CLAUSE_COLUMNS, "ordinal", "passage_sha256"))
        execute(
            f"INSERT INTO clauses (id, {columns}) SELECT c.id + w.shift, {own} FROM previous.clauses c "
            "JOIN copied w ON w.doc_id = c.doc_id ORDER BY c.id"
        )
        own = ", ".join(f"u.{column}" for column in ("ordinal", *UNIT_COLUMNS))
        execute(
            f"INSERT INTO units (clause, ordinal, {', '.join(UNIT_COLUMNS)}) SELECT u.clause + w.shift, {own} "
            "FROM previous.units u JOIN previous.clauses c ON c.id = u.clause JOIN copied w ON w.doc_id = c.doc_id "
            "ORDER BY u.clause, u.ordinal"
        )
        execute("DROP TABLE copied")

    def add_page(self, page: StoredPage, content: str) -> None:
        """Store what the next build needs of a file to recognise its notice elsewhere."""
        packed = zlib.compress(content.encode("utf-8", "surrogatepass"), 1)
        self._connection.execute(_ADD_PAGE, (page.path, page.text_id, page.facts, page.sketch, packed))

    def copy_pages(self, paths: Collection[str]) -> None:
        """Take what the previous archive has of the files over; asked for before anything is added."""
        execute, listed = self._connection.execute, (json.dumps(sorted(paths)),)
        (n_before,) = execute("SELECT count(*) FROM previous.pages").fetchone()
        if self._previous is None or self._clauses or len(paths) < (1 - _MOST_GONE) * n_before:
            execute(
                f"INSERT INTO pages SELECT * FROM previous.pages WHERE path IN {_LISTED} ORDER BY path",
                listed,
            )
            return
        self._inherit()
        self._connection.execute(f"DELETE FROM main.pages WHERE path NOT IN {_LISTED}", listed)

    def remove_page(self, path: str) -> None:
        """Forget a file that gives no notice after all."""
        self._connection.execute("DELETE FROM main.pages WHERE path = ?", (path,))

    def content(self, path: str) -> str:
        """The content of a file whose page was added or copied."""
        (packed,) = self._connection.execute("SELECT content FROM main.pages WHERE path = ?", (path,)).fetchone()
        return zlib.decompress(packed).decode("utf-8", "surrogatepass")

    def add_links(self, links: Iterable[Link]) -> None:
        """Store what notices are to one another."""
        rows = ((link.doc_id, link.other_doc_id, link.relation) for link in links)
        self._connection.executemany(_ADD_LINK, rows)

    def add_states(self, states: Mapping[str, str]) -> None:
        """Store what the file system says of files, by path."""
        self._connection.executemany(_ADD_STATE, sorted(states.items()))

    def add_skipped(self, skipped: Iterable[Skipped]) -> None:
        """Store the files that gave no notice, with their reasons."""
        self._connection.executemany(_ADD_SKIPPED, ((file.path, file.reason) for file in skipped))

    def finish(self) -> str:
        """Number the clauses by their ids and close the archive; gives the hash of all that its notices say.

        The hash is of every field of every notice except its source, by doc_id: it depends neither on where the files
        lay nor on the order in which they were read.
        """
        execute = self._connection.execute
        self._thread.shutdown(cancel_futures=True)
        self._copied.unlink(missing_ok=True)  # it was not asked for after all
        if self._inherited:
            self._drop(self._inherited)
        execute(f"DELETE FROM main.sources WHERE path IN {_LISTED}", (json.dumps(sorted(self._inherited_sources)),))
        for statement in NUMBERING:
            execute(statement)
        corpus = hashlib.sha256()
        for doc_id, digest in execute("SELECT doc_id, sha256 FROM notices ORDER BY doc_id"):
            corpus.update(f"{doc_id} {digest}\n".encode())
        execute("COMMIT")
        self._tidy()
        return corpus.hexdigest()

    def _tidy(self) -> None:
        """Give room back that is left empty, and tell SQLite's planner how much there is, where that has become another."""
        execute = self._connection.execute
        (n_empty,), (n_pages,) = (
            execute(f"PRAGMA main.{name}").fetchone() for name in ("freelist_count", "page_count")
        )
        if n_empty > _MOST_EMPTY * n_pages:
            execute("VACUUM main")
        if execute("SELECT count(*) FROM main.sqlite_schema WHERE name = 'sqlite_stat1'").fetchone()[0]:
            told = execute("SELECT stat FROM main.sqlite_stat1 WHERE idx = 'clauses_of_notice'").fetchone()
            (n,) = execute("SELECT count(*) FROM main.clauses").fetchone()
            if told is not None and abs(int(told[0].split()[0]) - n) <= _MOST_OTHER * n:
                return
        execute("ANALYZE main")


def _check_ids(notice: Notice) -> None:
    """Raises UnreadableNotice where a clause's id is foreign to the notice or occurs twice."""
    seen: set[str] = set()
    for clause in notice.clauses:
        wrong = ""
        if clause.doc_id != notice.doc_id or not clause.clause_id.startswith(f"{notice.doc_id}:"):
            wrong = f"clause id {clause.clause_id} does not begin with the notice's own id {notice.doc_id}"
        elif clause.clause_id in seen:
            wrong = f"clause id {clause.clause_id} occurs twice"
        if wrong:
            raise UnreadableNotice(notice.source.path, f"{wrong}; report this file as a fault of the parser")
        seen.add(clause.clause_id)

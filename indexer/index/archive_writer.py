"""A new archive, written notice by notice; what did not change is copied from the archive before."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zlib
from collections.abc import Iterable, Sequence
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
_ADD_SKIPPED = _insert("skipped", ("path", "reason"))
_ADD_CORRECTION = _insert("corrections", ("doc_id", *CORRECTION_COLUMNS))
_ADD_LINK = _insert("links", ("doc_id", "other_doc_id", "relation"))


# What SQLite complains of where the file system does not let it write; its other complaints are mistakes of this program.
_OF_FILES = frozenset(
    {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM}
)


class ArchiveWriter:
    """An archive in the making. Nothing may read it before `finish`.

    `previous` is the archive from which `copy` takes notices that did not change.
    """

    def __init__(self, path: Path, *, previous: Path | None = None) -> None:
        """Begin an empty archive in a file that does not exist yet; raises UsageError where it cannot be written."""
        self.path = path
        self._clauses = 0
        try:
            self._connection = sqlite3.connect(path, isolation_level=None)
        except sqlite3.OperationalError as error:
            raise not_written(path, error) from error
        try:
            # A killed build is thrown away whole: no journal, and one sync when the archive is complete.
            self._connection.execute("PRAGMA journal_mode = OFF")
            self._connection.execute("PRAGMA synchronous = OFF")
            self._connection.executescript(SCHEMA)
            if previous is not None:
                self._connection.execute("ATTACH DATABASE ? AS previous", (str(previous),))
            self._connection.execute("BEGIN")
        except sqlite3.Error as error:
            self._closed(error)
            raise

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
        # In the low eight bits; the others say more exactly what could not be done.
        if isinstance(error, sqlite3.OperationalError) and (error.sqlite_errorcode & 0xFF) in _OF_FILES:
            raise not_written(self.path, error) from error

    def add(self, notice: Notice, *, corrections: Sequence[StoredCorrection] = ()) -> None:
        """Store a notice with its clauses, its units, the file it was read from and what was corrected in it by hand.

        Raises UnreadableNotice where a clause's id is not the notice's own or occurs twice: ids are what judgements and
        citations refer to, and must be unambiguous.
        """
        _check_ids(notice)
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
        execute = self._connection.execute
        execute("DELETE FROM main.units WHERE clause IN (SELECT id FROM main.clauses WHERE doc_id = ?)", (doc_id,))
        execute("DELETE FROM main.clauses WHERE doc_id = ?", (doc_id,))
        execute("DELETE FROM main.notices WHERE doc_id = ?", (doc_id,))
        execute("DELETE FROM main.corrections WHERE doc_id = ?", (doc_id,))
        execute("DELETE FROM main.sources WHERE doc_id = ?", (doc_id,))

    def add_source(self, source: Source, doc_id: str, *, kept: bool) -> None:
        """Store a file in which the notice was found; `kept` says that the notice was read from this one."""
        self._connection.execute(_ADD_SOURCE, (*source_row(source), doc_id, int(kept)))

    def copy(self, doc_id: str) -> None:
        """Take a notice with its clauses, units and corrections over from the previous archive, without its sources."""
        execute = self._connection.execute
        columns = ", ".join(_STORED_COLUMNS)
        execute(f"INSERT INTO notices ({columns}) SELECT {columns} FROM previous.notices WHERE doc_id = ?", (doc_id,))
        execute("INSERT INTO corrections SELECT * FROM previous.corrections WHERE doc_id = ?", (doc_id,))
        columns = ", ".join((*CLAUSE_COLUMNS, "ordinal", "passage_sha256"))
        added = execute(
            f"INSERT INTO clauses (id, {columns}) SELECT ? + ordinal, {columns} FROM previous.clauses WHERE doc_id = ?",
            (self._clauses, doc_id),
        ).rowcount
        columns = ", ".join(f"u.{column}" for column in ("ordinal", *UNIT_COLUMNS))
        execute(
            f"INSERT INTO units (clause, ordinal, {', '.join(UNIT_COLUMNS)}) SELECT ? + c.ordinal, {columns} "
            "FROM previous.clauses c JOIN previous.units u ON u.clause = c.id WHERE c.doc_id = ?",
            (self._clauses, doc_id),
        )
        self._clauses += added

    def add_page(self, page: StoredPage, content: str) -> None:
        """Store what the next build needs of a file to recognise its notice elsewhere."""
        packed = zlib.compress(content.encode("utf-8", "surrogatepass"), 1)
        self._connection.execute(_ADD_PAGE, (page.path, page.text_id, page.facts, page.sketch, packed))

    def copy_page(self, path: str) -> None:
        """Take what the previous archive has of a file over."""
        self._connection.execute("INSERT INTO pages SELECT * FROM previous.pages WHERE path = ?", (path,))

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

    def add_skipped(self, skipped: Iterable[Skipped]) -> None:
        """Store the files that gave no notice, with their reasons."""
        self._connection.executemany(_ADD_SKIPPED, ((file.path, file.reason) for file in skipped))

    def finish(self) -> str:
        """Number the clauses by their ids and close the archive; gives the hash of all that its notices say.

        The hash is of every field of every notice except its source, by doc_id: it depends neither on where the files
        lay nor on the order in which they were read.
        """
        execute = self._connection.execute
        execute(
            "CREATE TEMP TABLE ranks AS "
            "SELECT id, row_number() OVER (ORDER BY clause_id) - 1 AS row FROM clauses ORDER BY id"
        )
        execute("CREATE UNIQUE INDEX temp.rank_of ON ranks (id, row)")
        execute("UPDATE clauses SET row = (SELECT row FROM ranks WHERE ranks.id = clauses.id)")
        execute("UPDATE notices SET first_row = (SELECT min(row) FROM clauses WHERE clauses.doc_id = notices.doc_id)")
        corpus = hashlib.sha256()
        for doc_id, digest in execute("SELECT doc_id, sha256 FROM notices ORDER BY doc_id"):
            corpus.update(f"{doc_id} {digest}\n".encode())
        execute("COMMIT")
        execute("ANALYZE main")
        return corpus.hexdigest()


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

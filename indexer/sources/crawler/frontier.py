"""Which pages are known, what came of each, and which are still to be asked for: one SQLite file.

A page leaves the pending ones in the same transaction in which its result and the links found on it are written, after its
bytes are on disk. So a process killed at any moment loses nothing, and what it had done is not done again: only the one
page of each site that was being asked for is asked for once more.

A run is one visit to every page known and found. It ends when nothing is pending; until then the next process continues it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, TypeAlias

from indexer.errors import TiaowenError, UsageError
from indexer.sources.crawler.sources_file import host_of

__all__ = ["Found", "Frontier", "Kind", "Outcome", "Page", "Reply", "Result", "now"]

Kind: TypeAlias = Literal["listing", "detail", "attachment"]
# listed: a listing page was read. moved: a redirect, whose target is a page of its own.
Outcome: TypeAlias = Literal["new", "changed", "unchanged", "gone", "listed", "moved", "robots", "failed"]

FOLDER = ".fetch"  # hidden, so that a build over the files does not take it for a notice
_FILE = "frontier.sqlite"
_VERSION = 1

_SCHEMA = (
    """
    CREATE TABLE pages (
        url TEXT PRIMARY KEY, source TEXT NOT NULL, kind TEXT NOT NULL, host TEXT NOT NULL,
        linked_by TEXT, link_text TEXT NOT NULL, number INTEGER NOT NULL, depth INTEGER NOT NULL, hops INTEGER NOT NULL,
        pending INTEGER NOT NULL,                       -- 1: still to be asked for in this run
        run INTEGER, outcome TEXT, reason TEXT,         -- what came of it when it was last asked for
        gone_at TEXT,                                   -- since when the site says that it is gone
        etag TEXT, last_modified TEXT, rules TEXT,      -- for conditional requests, and the rules its links were read by
        sha256 TEXT, path TEXT, fetched_at TEXT, checked_at TEXT
    ) STRICT
    """,
    "CREATE INDEX pages_pending ON pages (pending) WHERE pending = 1",
    "CREATE INDEX pages_run ON pages (run, outcome)",
    "CREATE TABLE runs (run INTEGER PRIMARY KEY, began_at TEXT NOT NULL, ended_at TEXT) STRICT",
)


@dataclass(frozen=True, slots=True)
class Found:
    """An address to be asked for, and where it was found."""

    url: str
    source: str
    kind: Kind
    linked_by: str | None = None
    link_text: str = ""
    number: int = 0  # of a listing page: how many pages it is behind the start page, or its {n}
    depth: int = 0  # of a notice: how many notices lie between it and the listing
    hops: int = 0  # how many redirects led to it


@dataclass(frozen=True, slots=True)
class Page(Found):
    """A page to be asked for, with what is known of it from before."""

    etag: str | None = None
    last_modified: str | None = None
    rules: str | None = None
    sha256: str | None = None
    path: str | None = None  # of its file, relative to the folder


@dataclass(frozen=True, slots=True)
class Reply:
    """What the site sent with a page, as far as the next visit needs it."""

    etag: str | None = None
    last_modified: str | None = None
    rules: str | None = None
    sha256: str | None = None
    path: str | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a page."""

    url: str
    source: str
    outcome: Outcome
    reason: str


def now() -> str:
    """The time in UTC, ISO 8601, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


class Frontier:
    """The pages of a folder of fetched files. One process at a time has it."""

    def __init__(self, folder: Path, sources: Collection[str]) -> None:
        """Open or make it; raises UsageError where another fetch has it, TiaowenError where it is damaged.

        Pages of other sources than these stay as they are.
        """
        self._path = folder / FOLDER / _FILE
        self._sources = sorted(sources)
        self._run = 0
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"{folder}: cannot be written ({error.strerror}); give another folder") from error
        with self._reported():
            self._database = sqlite3.connect(self._path, isolation_level=None, timeout=0.5)
        try:
            self._prepare()
        except TiaowenError:
            self._database.close()
            raise

    def _prepare(self) -> None:
        """Take the file for this process alone, and make its tables if it has none."""
        with self._reported():
            self._database.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._database.execute("PRAGMA journal_mode = WAL")
            # Whole after a kill and after a power failure, which may take the last pages back: they are asked for again.
            self._database.execute("PRAGMA synchronous = NORMAL")
            with self._transaction():
                version = self._database.execute("PRAGMA user_version").fetchone()[0]
                if version not in (0, _VERSION):
                    raise UsageError(f"{self._path}: was written by another version of this program; use a new folder")
                if version == 0:
                    for statement in _SCHEMA:
                        self._database.execute(statement)
                    self._database.execute(f"PRAGMA user_version = {_VERSION}")

    def close(self) -> None:
        """Let others have it."""
        self._database.close()

    def begin(self, starts: Sequence[Found]) -> bool:
        """Begin a run, or continue the one that was broken off; gives whether it was. The start pages are in it.

        A new run asks for every page again, except those that are gone: they come back when a page links to them.
        """
        with self._reported(), self._transaction():
            row = self._database.execute("SELECT run FROM runs WHERE ended_at IS NULL").fetchone()
            if row is None:
                cursor = self._database.execute("INSERT INTO runs (began_at) VALUES (?)", (now(),))
                self._run = int(cursor.lastrowid or 0)
                self._database.execute(
                    f"UPDATE pages SET pending = 1 WHERE gone_at IS NULL AND {self._ours()}", self._sources
                )
            else:
                self._run = int(row[0])
            self._add(starts)
        return row is not None

    def end(self) -> None:
        """The run is over: the next one begins anew."""
        with self._reported(), self._transaction():
            self._database.execute("UPDATE runs SET ended_at = ? WHERE run = ?", (now(), self._run))

    def next_page(self, without: Collection[str], hosts: Collection[str]) -> Page | None:
        """The pending page that was found first, leaving out the addresses and the hosts named; None where there is none.

        Pages that failed when they were last asked for come last, so that they do not keep the others waiting.
        """
        for order in ("outcome IS NOT 'failed'", "outcome = 'failed'"):
            with self._reported():
                row = self._database.execute(
                    "SELECT url, source, kind, linked_by, link_text, number, depth, hops,"
                    " etag, last_modified, rules, sha256, path FROM pages INDEXED BY pages_pending"
                    f" WHERE pending = 1 AND {order} AND {self._ours()}"
                    f" AND host NOT IN ({_marks(hosts)}) AND url NOT IN ({_marks(without)})"
                    " ORDER BY rowid LIMIT 1",
                    [*self._sources, *hosts, *without],
                ).fetchone()
            if row is not None:
                return Page(*row)
        return None

    def finish(
        self,
        page: Found,
        outcome: Outcome,
        *,
        reason: str = "",
        reply: Reply | None = None,
        found: Iterable[Found] = (),
    ) -> None:
        """Write down what came of a page and what it links to; without a reply, what was known of it stays."""
        time = now()
        with self._reported(), self._transaction():
            self._add(found)
            self._database.execute(
                "UPDATE pages SET pending = 0, run = ?, outcome = ?, reason = ?, checked_at = ?,"
                " gone_at = CASE WHEN ? = 'gone' THEN ? WHEN ? IN ('failed', 'robots') THEN gone_at END WHERE url = ?",
                (self._run, outcome, reason, time, outcome, time, outcome, page.url),
            )
            if reply is not None:
                self._database.execute(
                    "UPDATE pages SET etag = ?, last_modified = ?, rules = ?, sha256 = ?, path = ?, fetched_at = ?"
                    " WHERE url = ?",
                    (reply.etag, reply.last_modified, reply.rules, reply.sha256, reply.path, time, page.url),
                )

    def counts(self) -> dict[Outcome, int]:
        """How many notices and attachments had each outcome in this run; `listed` counts listing pages."""
        with self._reported():
            rows = self._database.execute(
                "SELECT outcome, count(*) FROM pages WHERE run = ? GROUP BY outcome", (self._run,)
            )
            return dict(rows.fetchall())

    def results(self, outcome: Outcome) -> Iterator[Result]:
        """The pages with an outcome in this run, by address."""
        with self._reported():
            rows = self._database.execute(
                "SELECT url, source, outcome, reason FROM pages WHERE run = ? AND outcome = ? ORDER BY url",
                (self._run, outcome),
            ).fetchall()
        return (Result(*row) for row in rows)

    def progress(self) -> tuple[int, int]:
        """How many pages of this run are done, and how many are known to be still pending."""
        with self._reported():
            done = self._database.execute("SELECT count(*) FROM pages WHERE run = ?", (self._run,)).fetchone()[0]
            left = self._database.execute(
                f"SELECT count(*) FROM pages WHERE pending = 1 AND {self._ours()}", self._sources
            ).fetchone()[0]
        return int(done), int(left)

    def _add(self, found: Iterable[Found]) -> None:
        """Make pages pending that are not known, that were gone before this run, or whose source is no more."""
        for one in found:
            row = self._database.execute("SELECT source, gone_at, run FROM pages WHERE url = ?", (one.url,)).fetchone()
            if row is not None and row[0] in self._sources:
                if row[1] is not None and row[2] != self._run:
                    self._database.execute("UPDATE pages SET pending = 1 WHERE url = ?", (one.url,))
                continue
            self._database.execute(
                "INSERT INTO pages (url, source, kind, host, linked_by, link_text, number, depth, hops, pending)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1) ON CONFLICT (url) DO UPDATE SET source = excluded.source,"
                " kind = excluded.kind, linked_by = excluded.linked_by, number = excluded.number, pending = 1,"
                " sha256 = NULL, path = NULL, etag = NULL, last_modified = NULL, rules = NULL",
                (one.url, one.source, one.kind, host_of(one.url), one.linked_by, one.link_text, one.number, one.depth,
                 one.hops),
            )  # fmt: skip

    def _ours(self) -> str:
        return f"source IN ({_marks(self._sources)})"

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._database.execute("COMMIT")
        except BaseException:
            if self._database.in_transaction:  # SQLite itself ends one for which there is no room
                self._database.execute("ROLLBACK")
            raise

    @contextmanager
    def _reported(self) -> Iterator[None]:
        """What SQLite complains of, in this program's words."""
        try:
            yield
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                folder = self._path.parent.parent
                raise UsageError(
                    f"{folder}: another fetch is writing there; wait for it or give another folder"
                ) from error
            raise TiaowenError(f"{self._path}: cannot be used ({error})") from error
        except sqlite3.DatabaseError as error:
            raise TiaowenError(
                f"{self._path}: is damaged ({error}); delete it: the files stay, and every page is asked for again"
            ) from error


def _marks(values: Collection[str]) -> str:
    return ", ".join("?" * len(values))

"""A file of SQLite that is only read, by any number of threads, each through a connection of its own."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import quote

from indexer.errors import IndexDamaged, UsageError

__all__ = ["READ_ONLY", "SqliteFile", "Value", "uri_of"]

# How to open a file that never changes, hence `immutable` (no locks, no journal).
READ_ONLY = "?mode=ro&immutable=1"
# What a statement is given.
Value: TypeAlias = str | int | None

# Of pages for each connection, in place of SQLite's two megabytes: of a large archive those hold no more than an index's
# upper levels.
CACHE_KB = 16_000


class SqliteFile:
    """The file; as many connections are kept as were ever needed at once."""

    def __init__(self, path: Path) -> None:
        """A file that never changes once it is written; nothing is opened before the first statement."""
        self.path = path
        self._idle: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._closed = False

    def close(self) -> None:
        """Give the connections back; reading afterwards raises UsageError."""
        with self._lock:
            self._closed = True
            while self._idle:
                self._idle.pop().close()

    def rows(self, sql: str, *values: Value) -> list[Any]:
        """What the statement gives; raises IndexDamaged where the file cannot be read as what it should be."""
        try:
            with self._connection() as connection, closing(connection.execute(sql, values)) as cursor:
                return cursor.fetchall()
        except sqlite3.DatabaseError as error:
            raise IndexDamaged(f"{self.path}: cannot be read ({error}); build the index again") from error

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """A connection that no other thread uses meanwhile."""
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


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(uri_of(path, READ_ONLY), uri=True, check_same_thread=False)
    connection.execute(f"PRAGMA cache_size = -{CACHE_KB}")
    return connection


def uri_of(path: Path, how: str = "") -> str:
    """The file as SQLite takes it where it is told how to open it."""
    return f"file:{quote(str(path.absolute()))}{how}"

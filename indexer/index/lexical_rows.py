"""Which row each clause of a lexical leg has now, and what is no longer there: told beside files that never change.

A clause is written under a number, its key: the row it had then. A leg that was written in one go has no more to say. After
a change `rows.npy` gives the row of each key, −1 for a clause that is gone, and `gone.msgpack` in how many of those each term
stands, by field, since tantivy goes on counting them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from indexer.errors import IndexDamaged

__all__ = ["Rows", "read_rows", "write_rows"]

_ROWS = "rows.npy"
_GONE = "gone.msgpack"

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Rows:
    """Where the clauses of a leg stand: `row_of` by key."""

    row_of: Numbers
    gone: Mapping[str, Mapping[str, int]] = field(default_factory=dict)  # field → term → clauses that are gone

    @property
    def n_keys(self) -> int:
        """How many clauses were ever written."""
        return len(self.row_of)

    def now(self, keys: Numbers) -> Numbers:
        """The rows of the keys."""
        return self.row_of[keys]

    def keys(self, rows: Numbers) -> Numbers:
        """The keys of the rows."""
        return self._key_of[rows]

    def gone_with(self, field: str, term: str) -> int:
        """In how many clauses that are gone the field had the term."""
        return self.gone[field].get(term, 0) if field in self.gone else 0

    @cached_property
    def _key_of(self) -> Numbers:
        there = np.flatnonzero(self.row_of >= 0)
        found = np.empty(len(there), dtype=np.int64)
        found[self.row_of[there]] = there
        return found


def read_rows(directory: Path, n_clauses: int) -> Rows:
    """The rows of a leg with so many clauses; raises IndexDamaged where what tells them cannot be read or cannot be."""
    path = directory / _ROWS
    if not path.exists():
        return Rows(np.arange(n_clauses))
    try:
        rows = np.load(path, allow_pickle=False)
        if rows.dtype != np.int64 or not np.array_equal(np.sort(rows[rows >= 0]), np.arange(n_clauses)):
            raise ValueError(f"{rows.dtype} of shape {rows.shape}")
        path = directory / _GONE
        gone = msgspec.msgpack.decode(path.read_bytes(), type=dict[str, dict[str, int]])
    except (OSError, ValueError, EOFError, msgspec.MsgspecError) as error:
        reason = " ".join(str(error).split())
        raise IndexDamaged(f"{path}: does not say where clauses stand ({reason}); build the index again") from error
    return Rows(rows, gone)


def write_rows(directory: Path, rows: Rows) -> None:
    """Write the rows into the leg's folder; raises OSError where that cannot be done."""
    np.save(directory / _ROWS, rows.row_of)
    (directory / _GONE).write_bytes(msgspec.msgpack.encode(rows.gone))

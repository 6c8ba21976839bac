"""Which row each clause of a lexical leg has now, and what is no longer there: told beside files that never change.

A leg that was written in one go has no more to say than its files do. After a change `rows.npy` gives the row of each key
(`row_keys.py`), and `gone.msgpack` in how many of the clauses that are gone each term stands, by field, since tantivy goes on
counting them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import numpy as np

from indexer.errors import IndexDamaged
from indexer.index.row_keys import Keys

__all__ = ["Rows", "read_rows", "write_rows"]

_ROWS = "rows.npy"
_GONE = "gone.msgpack"


@dataclass(frozen=True)
class Rows:
    """Where the clauses of a leg stand, and what of it is gone."""

    keys: Keys
    gone: Mapping[str, Mapping[str, int]] = field(default_factory=dict)  # field → term → clauses that are gone

    def gone_with(self, field: str, term: str) -> int:
        """In how many clauses that are gone the field had the term."""
        return self.gone[field].get(term, 0) if field in self.gone else 0


def read_rows(directory: Path, n_clauses: int) -> Rows:
    """The rows of a leg with so many clauses; raises IndexDamaged where what tells them cannot be read or cannot be."""
    path = directory / _ROWS
    if not path.exists():
        return Rows(Keys.in_order(n_clauses))
    try:
        rows = np.load(path, allow_pickle=False)
        if rows.dtype != np.int64 or rows.ndim != 1:
            raise ValueError(f"{rows.dtype} of shape {rows.shape}")
        keys = Keys(rows)
        if keys.n_clauses != n_clauses or not keys.are_sound:
            raise ValueError(f"{keys.n_clauses} clauses in {n_clauses} rows")
        path = directory / _GONE
        gone = msgspec.msgpack.decode(path.read_bytes(), type=dict[str, dict[str, int]])
    except (OSError, ValueError, EOFError, msgspec.MsgspecError) as error:
        reason = " ".join(str(error).split())
        raise IndexDamaged(f"{path}: does not say where clauses stand ({reason}); build the index again") from error
    return Rows(keys, gone)


def write_rows(directory: Path, rows: Rows) -> None:
    """Write the rows into the leg's folder; raises OSError where that cannot be done."""
    np.save(directory / _ROWS, rows.keys.row_of)
    (directory / _GONE).write_bytes(msgspec.msgpack.encode(rows.gone))

"""Which row each clause of a lexical leg has now, and what is no longer there: told beside files that never change.

A leg that was written in one go has no more to say than its files do. After a change `rows.npy` gives the row of each key
(`row_keys.py`), and `gone.msgpack` in how many of the clauses that are gone each term stands, since tantivy goes on counting
them until it puts files together; hence by segment, which is what tantivy calls a set of its files.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, reduce
from pathlib import Path

import msgspec
import numpy as np
from msgspec import Struct

from indexer.errors import IndexDamaged
from indexer.index.row_keys import Keys

__all__ = ["Gone", "Rows", "read_rows", "write_rows"]

_ROWS = "rows.npy"
_GONE = "gone.msgpack"


class Gone(Struct):
    """The clauses that are gone from a segment: how many, and by field in how many of them each term stands."""

    n: int = 0
    terms: dict[str, dict[str, int]] = {}

    def plus(self, other: Gone) -> Gone:
        """These and others together."""
        terms = {
            field: dict(Counter(self.terms.get(field, {})) + Counter(other.terms.get(field, {})))
            for field in {**self.terms, **other.terms}
        }
        return Gone(self.n + other.n, terms)


@dataclass(frozen=True)
class Rows:
    """Where the clauses of a leg stand, and what of it is gone."""

    keys: Keys
    gone: Mapping[str, Gone] = field(default_factory=dict)  # by segment

    def gone_with(self, field: str, term: str) -> int:
        """In how many clauses that are gone, and still counted, the field had the term."""
        return self._terms[field].get(term, 0) if field in self._terms else 0

    @cached_property
    def n_counted(self) -> int:
        """How many clauses tantivy counts: those that are there, and those that are gone and still in its files."""
        return self.keys.n_clauses + sum(found.n for found in self.gone.values())

    @cached_property
    def _terms(self) -> dict[str, dict[str, int]]:
        return reduce(Gone.plus, self.gone.values(), Gone()).terms


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
        gone = msgspec.msgpack.decode(path.read_bytes(), type=dict[str, Gone])
    except (OSError, ValueError, EOFError, msgspec.MsgspecError) as error:
        reason = " ".join(str(error).split())
        raise IndexDamaged(f"{path}: does not say where clauses stand ({reason}); build the index again") from error
    return Rows(keys, gone)


def write_rows(directory: Path, rows: Rows) -> None:
    """Write the rows into the leg's folder; raises OSError where that cannot be done."""
    np.save(directory / _ROWS, rows.keys.row_of)
    (directory / _GONE).write_bytes(msgspec.msgpack.encode(rows.gone))

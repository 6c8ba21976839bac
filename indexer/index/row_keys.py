"""Files that a change adds to instead of writing them anew: each clause stands in them under a number of its own, its key.

A file that is written in one go has its clauses in the order of their rows: the key of a clause is its row. A change leaves
them where they are and counts on for those that are new; which row each key has now, and which are gone, is told beside.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from indexer.index.changes import Changes

__all__ = ["MOST_GONE", "MOST_NEW", "Keys", "Numbers"]

# Of the clauses, how many may be new, and how many of all ever written may be gone, for a change to be written as one.
# What is gone stays in the files and is read past.
MOST_NEW = 0.1
MOST_GONE = 0.2

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Keys:
    """The row of each key, −1 for a clause that is gone."""

    row_of: Numbers

    @classmethod
    def in_order(cls, n: int) -> Keys:
        """Those of so many clauses that were written in one go."""
        return cls(np.arange(n))

    def __len__(self) -> int:
        """How many clauses were ever written."""
        return len(self.row_of)

    @property
    def there(self) -> npt.NDArray[np.bool_]:
        """By key whether the clause is still there."""
        return self.row_of >= 0

    @cached_property
    def n_clauses(self) -> int:
        """How many clauses are there."""
        return int(self.there.sum())

    @property
    def are_sound(self) -> bool:
        """Whether each row from 0 on has one key."""
        rows = self.row_of[self.there]
        return not len(rows) or (
            int(rows.max()) < len(rows) and bool((np.bincount(rows, minlength=len(rows)) == 1).all())
        )

    def now(self, keys: Numbers) -> Numbers:
        """The rows of the keys."""
        return self.row_of[keys]

    def of(self, rows: Numbers) -> Numbers:
        """The keys of the rows."""
        return self._key_of[rows]

    def bear(self, changes: Changes) -> bool:
        """Whether a change is slight enough to be written as one."""
        n = len(self) + len(changes.added)
        return (
            len(changes.added) <= MOST_NEW * len(changes.moved)
            and len(self) - self.n_clauses + changes.n_gone <= MOST_GONE * n
        )

    def after(self, changes: Changes) -> Keys:
        """The keys when what is new was written behind what is there."""
        there = self.there
        now = np.full(len(self), -1, dtype=np.int64)
        now[there] = changes.moved[self.row_of[there]]
        return Keys(np.concatenate([now, changes.added]))

    @cached_property
    def _key_of(self) -> Numbers:
        keys = np.flatnonzero(self.there)
        found = np.empty(len(keys), dtype=np.int64)
        found[self.row_of[keys]] = keys
        return found

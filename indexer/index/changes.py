"""What a new archive has in common with the one before: which clauses stand there word for word, and where."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from indexer.index.archive import Archive

__all__ = ["Changes", "changes_between"]


@dataclass(frozen=True, slots=True)
class Changes:
    """By earlier row the row now, −1 for a clause that is gone; and the rows, sorted, that are new."""

    moved: npt.NDArray[np.int64]
    added: npt.NDArray[np.int64]

    @property
    def n_gone(self) -> int:
        """How many clauses are gone."""
        return int((self.moved < 0).sum())


def changes_between(earlier: Archive, later: Archive) -> Changes:
    """What changed, notice by notice: one of which anything at all differs counts as gone, and as new.

    A notice's clauses stand in one run of rows in the order of their ids, so the runs of a notice that is the same in both
    match row by row.
    """
    before, now = earlier.runs(), later.runs()
    moved = np.full(earlier.n_clauses, -1, dtype=np.int64)
    is_new = np.ones(later.n_clauses, dtype=bool)
    for doc_id, (digest, first, n) in now.items():
        found = before.get(doc_id)
        if found is not None and found[0] == digest and n:
            moved[found[1] : found[1] + n] = np.arange(first, first + n)
            is_new[first : first + n] = False
    return Changes(moved, np.flatnonzero(is_new))

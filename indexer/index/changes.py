"""What a new archive has in common with the one before: which clauses stand there word for word, and where."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from indexer.index.archive import Archive

__all__ = ["Before", "Changes", "changes_between"]


@dataclass(frozen=True, slots=True)
class Changes:
    """By earlier row the row now, −1 for a clause that is gone; and the rows, sorted, that are new.

    A notice of which anything differs is `gone` and `new`.
    """

    moved: npt.NDArray[np.int64]
    added: npt.NDArray[np.int64]
    gone: Collection[str] = ()  # doc_ids
    new: Collection[str] = ()

    @property
    def n_gone(self) -> int:
        """How many clauses are gone."""
        return int((self.moved < 0).sum())


@dataclass(frozen=True, slots=True)
class Before:
    """What a file beside the archive may be made from: the one of the generation before, and what changed since."""

    file: Path
    archive: Archive
    gone: Collection[str]  # doc_ids of the archive before
    new: Collection[str]  # doc_ids of the new archive


def changes_between(earlier: Archive, later: Archive) -> Changes:
    """What changed, notice by notice: one of which anything at all differs counts as gone, and as new.

    A notice's clauses stand in one run of rows in the order of their ids, so the runs of a notice that is the same in both
    match row by row.
    """
    before, now = earlier.runs(), later.runs()
    moved = np.full(earlier.n_clauses, -1, dtype=np.int64)
    is_new = np.ones(later.n_clauses, dtype=bool)
    new = []
    for doc_id, (digest, first, n) in now.items():
        found = before.get(doc_id)
        if found is None or found[0] != digest:
            new.append(doc_id)
        elif n:
            moved[found[1] : found[1] + n] = np.arange(first, first + n)
            is_new[first : first + n] = False
    gone = [doc_id for doc_id in before if doc_id not in now or now[doc_id][0] != before[doc_id][0]]
    return Changes(moved, np.flatnonzero(is_new), gone, new)

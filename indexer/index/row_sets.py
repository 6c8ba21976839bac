"""Sorted rows of clauses: which lie among others, and two sets as one."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["common", "lies_in", "merged"]


def lies_in(rows: npt.NDArray[np.int64], allowed: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """For each of a few rows whether it is one of the allowed ones, which are sorted and may be millions."""
    if not len(allowed):
        return np.zeros(len(rows), dtype=np.bool_)
    at = np.minimum(np.searchsorted(allowed, rows), len(allowed) - 1)
    found: npt.NDArray[np.bool_] = allowed[at] == rows
    return found


def merged(one: npt.NDArray[np.int64], other: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The rows of both, each once and sorted as they are: a stable sort of two sorted runs only puts them together."""
    rows = np.sort(np.concatenate([one, other]), kind="stable")
    found: npt.NDArray[np.int64] = rows[np.diff(rows, prepend=-1) > 0]
    return found


def common(one: npt.NDArray[np.int64], other: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The rows that are in both, sorted as they are."""
    few, many = sorted((one, other), key=len)
    return few[lies_in(few, many)]

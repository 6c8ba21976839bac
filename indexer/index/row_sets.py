"""Which rows lie among others."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["lies_in"]


def lies_in(rows: npt.NDArray[np.int64], allowed: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """For each of a few rows whether it is one of the allowed ones, which are sorted and may be millions."""
    if not len(allowed):
        return np.zeros(len(rows), dtype=np.bool_)
    at = np.minimum(np.searchsorted(allowed, rows), len(allowed) - 1)
    found: npt.NDArray[np.bool_] = allowed[at] == rows
    return found

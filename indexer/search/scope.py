"""Which clauses may answer: those that pass the plan's filters, and those of notices that cover the place named."""

from __future__ import annotations

from functools import reduce

import numpy as np

from indexer.index import Index, Rows
from indexer.records import Plan

__all__ = ["scope"]


def scope(index: Index, planned: Plan) -> Rows | None:
    """The sorted rows of the clauses among which the answer is looked for; None where nothing is restricted."""
    own = index.allowed(planned.filters)
    if own is None or not planned.covering:
        return own
    others = [rows for filters in planned.covering if (rows := index.allowed(filters)) is not None]
    return reduce(np.union1d, others, own)

"""Which clauses may answer: those that pass the plan's filters, and those of notices that cover the place named."""

from __future__ import annotations

from functools import reduce
from operator import or_

from indexer.index import Index, Scope
from indexer.records import Plan

__all__ = ["scope"]


def scope(index: Index, planned: Plan) -> Scope | None:
    """The clauses among which the answer is looked for; None where nothing is restricted."""
    own = index.allowed(planned.filters)
    if own is None or not planned.covering:
        return own
    others = [more for filters in planned.covering if (more := index.allowed(filters)) is not None]
    return reduce(or_, others, own)

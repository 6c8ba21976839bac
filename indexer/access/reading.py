"""The index that a reader may see."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from indexer.access.collections import Assignment, assignment_of
from indexer.access.configuration import Access, read_access
from indexer.access.roles import Reader, require
from indexer.access.view import restricted
from indexer.index import Index

__all__ = ["for_reader"]

_ASSIGNMENTS: WeakKeyDictionary[Index, tuple[str, Assignment]] = WeakKeyDictionary()


def for_reader(index: Index, reader: Reader, *, access: Access | None = None) -> Index:
    """The index as the reader may see it, by what `access.toml` says at this moment; the index itself where that is all.

    Raises AccessDenied for a reader who may not read, UsageError where the file is wrong: nothing is shown then.
    """
    require(reader, "read")
    if reader.collections is None:
        return index
    access = read_access(index.directory) if access is None else access
    return restricted(index, _assignment(index, access).visible(reader.collections))


def _assignment(index: Index, access: Access) -> Assignment:
    """What a generation's notices are assigned to: reckoned once for what is set up."""
    known = _ASSIGNMENTS.get(index)
    if known is None or known[0] != access.assignment_sha256:
        known = (access.assignment_sha256, assignment_of(index.archive, access))
        _ASSIGNMENTS[index] = known
    return known[1]

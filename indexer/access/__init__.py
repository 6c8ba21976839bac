"""Who may read what, and who may do what.

| module | idea |
|---|---|
| `roles` | what each role may do, and somebody who has some |
| `configuration` | the file `access.toml` |
| `collections` | which collection each notice belongs to |
| `visible_archive` | an archive without what may not be seen |
| `view` | an index without what may not be seen, as an index like any other |
| `reading` | the view that a reader has |
| `keys` | keys of programs: made, known again, revoked |
| `login` | who somebody is by the claims of a login |
| `listening` | whether a server may listen without asking who is there |
"""

from __future__ import annotations

from indexer.access.collections import Assignment, assignment_of
from indexer.access.configuration import Access, is_configured, read_access
from indexer.access.reading import for_reader
from indexer.access.roles import LOCAL, Reader, RoleName, require
from indexer.access.view import RestrictedIndex, restricted
from indexer.access.visible_archive import Visible

__all__ = [
    "LOCAL",
    "Access",
    "Assignment",
    "Reader",
    "RestrictedIndex",
    "RoleName",
    "Visible",
    "assignment_of",
    "for_reader",
    "is_configured",
    "read_access",
    "require",
    "restricted",
]

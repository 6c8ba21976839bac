"""Who may read what, and who may do what: collections of notices, readers with roles, and views of an index."""

from __future__ import annotations

from indexer.access.view import RestrictedIndex, restricted
from indexer.access.visible_archive import Visible

__all__ = ["RestrictedIndex", "Visible", "restricted"]

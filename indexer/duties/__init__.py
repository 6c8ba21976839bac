"""Who has to do what: the tasks of a notice, of a unit under every name it has had, and of a whole archive."""

from __future__ import annotations

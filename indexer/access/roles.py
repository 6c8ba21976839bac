"""What each role may do: one table. Which notices somebody may read is another matter, see `collections.py`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, TypeAlias, get_args

from msgspec import Struct

from indexer.errors import AccessDenied

__all__ = ["ALLOWED", "LOCAL", "ROLE_NAMES", "Act", "Reader", "RoleName", "require"]

RoleName: TypeAlias = Literal["reader", "editor", "evaluator", "admin"]
ROLE_NAMES: Final[tuple[RoleName, ...]] = get_args(RoleName)

# read: search, ask, look up, check a draft. edit: corrections, uploads, builds. evaluate: judge, measure, compare.
# administer: collections, keys, the audit.
Act: TypeAlias = Literal["read", "export", "edit", "evaluate", "administer"]

ALLOWED: Mapping[RoleName, frozenset[Act]] = MappingProxyType(
    {
        "reader": frozenset[Act]({"read", "export"}),
        "editor": frozenset[Act]({"read", "export", "edit"}),
        "evaluator": frozenset[Act]({"read", "export", "evaluate"}),
        "admin": frozenset[Act](get_args(Act)),
    }
)


class Reader(Struct, frozen=True):
    """Somebody, or a program, that asks; made from a key, from a login, or `LOCAL` where nobody has to say who they are."""

    name: str
    roles: tuple[RoleName, ...]
    collections: frozenset[str] | None  # whose notices may be read; None for all there are
    key_id: str | None = None  # of the key that was shown

    def may(self, act: Act) -> bool:
        """Whether one of the roles may do it."""
        return any(act in ALLOWED[role] for role in self.roles)


# Whoever works at this machine where no access is set up: the files are theirs to read anyway.
LOCAL = Reader("", ("admin",), None)


def require(reader: Reader | None, act: Act) -> None:
    """Raises AccessDenied where the reader may not do it; None is this machine's own command line, which may."""
    if reader is not None and not reader.may(act):
        roles = "、".join(reader.roles) or "no role"
        raise AccessDenied(f"{reader.name or 'this reader'} ({roles}) may not {act}; ask whoever runs this archive")

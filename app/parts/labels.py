"""Text of readers and of notices in the labels of widgets, which read Markdown."""

from __future__ import annotations

__all__ = ["plain_label"]

_MARKS = str.maketrans({mark: f"\\{mark}" for mark in r"\`*_{}[]()<>#+-.!|~:$^"})


def plain_label(text: str) -> str:
    """The text as a label that shows it as it is.

    >>> plain_label("a*b*")
    'a\\\\*b\\\\*'
    """
    return text.translate(_MARKS)

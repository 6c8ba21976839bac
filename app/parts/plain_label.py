"""Text of notices and readers inside labels of widgets, which read Markdown."""

from __future__ import annotations

__all__ = ["plain_label"]

# What Markdown would read in a label: a question or a notice may hold anything.
_MARKDOWN = str.maketrans({mark: f"\\{mark}" for mark in r"\`*_{}[]()<>#+-.!|~:$^"})


def plain_label(text: str) -> str:
    r"""The text as a label shows it letter by letter.

    >>> plain_label("*5%*")
    '\\*5%\\*'
    """
    return text.translate(_MARKDOWN)

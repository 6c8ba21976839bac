"""Brackets of every width and kind, and what stands outside them."""

from __future__ import annotations

import re
from collections.abc import Callable

__all__ = ["CLOSE", "OPEN", "bracket_spans", "closes", "top_level"]

OPEN, CLOSE = "(（〔【[〈<", ")）〕】]〉>"
_ANY = re.compile(f"[{re.escape(OPEN + CLOSE)}]")


def bracket_spans(text: str, *, left_open: Callable[[str], bool] | None = None) -> list[tuple[int, int]]:
    """Outermost bracket pairs as (start, end) with the brackets included.

    An opening bracket that nothing closes is ignored, unless `left_open` accepts the text from it on: then it runs to
    the end (`（责任单位：市民政局` at the end of a paragraph).
    """
    spans: list[tuple[int, int]] = []
    stack: list[int] = []
    for m in _ANY.finditer(text):
        if m.group(0) in OPEN:
            stack.append(m.start())
        elif stack:
            start = stack.pop()
            if not stack:
                spans.append((start, m.end()))
    if left_open and stack:
        label = next((i for i in stack if left_open(text[i : i + 40])), None)
        if label is not None:
            spans = [(a, b) for a, b in spans if b <= label] + [(label, len(text))]
    return spans


def closes(text: str) -> bool:
    """Whether the text is one bracket from its first character to its last: (责任单位：各区政府(管委会))."""
    depth = 0
    for i, c in enumerate(text):
        depth += (c in OPEN) - (c in CLOSE)
        if depth <= 0:
            return i == len(text) - 1 and i > 0
    return False


def top_level(text: str, start: int, end: int, marks: str) -> list[int]:
    """Places of `marks` in text[start:end] that stand outside brackets."""
    places: list[int] = []
    depth = 0
    for i in range(start, end):
        c = text[i]
        if c in OPEN:
            depth += 1
        elif c in CLOSE:
            depth = max(0, depth - 1)
        elif depth == 0 and c in marks:
            places.append(i)
    return places

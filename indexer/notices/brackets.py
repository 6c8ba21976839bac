"""Brackets of every width and kind, and what stands outside them.

Round and square brackets close one another (〔 opens, ） closes: a common misprint); angle brackets are a family of
their own, since < and > also compare numbers. A bracket that has no partner is an ordinary character.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

__all__ = ["CLOSE", "OPEN", "bracket_spans", "closes", "has_bracket", "outside", "top_level"]

OPEN, CLOSE = "(（〔【[〈<", ")）〕】]〉>"
_MARK = f"[{re.escape(OPEN + CLOSE)}]"
_NO_MARK = f"[^{re.escape(OPEN + CLOSE)}]"
# A pair with no other bracket inside, as most are; else a single bracket, whose partner has still to be found.
# It begins with a plain class of characters, which passes over a text fast.
_PAIR_OR_MARK = re.compile(rf"{_MARK}(?:(?<=[(（〔【\[]){_NO_MARK}*+[)）〕】\]])?")
_ANGLES = "〈<〉>"


def has_bracket(text: str) -> bool:
    """Whether an opening bracket stands in the text."""
    return (
        "（" in text or "(" in text or "〔" in text or "【" in text or "[" in text or "〈" in text or "<" in text
    )  # fmt: skip


def _paired(text: str, start: int, end: int) -> tuple[list[tuple[int, int]], list[int]]:
    """Outermost pairs in text[start:end], brackets included, and the opening brackets that nothing closes."""
    pairs: list[tuple[int, int]] = []
    stack: list[int] = []
    for m in _PAIR_OR_MARK.finditer(text, start, end):
        at, behind = m.span()
        if behind > at + 1:
            pairs.append((at, behind))
            continue
        mark = text[at]
        if mark in OPEN:
            stack.append(at)
            continue
        if mark in _ANGLES:
            if not stack or text[stack[-1]] not in _ANGLES:
                continue
        else:
            while stack and text[stack[-1]] in _ANGLES:
                stack.pop()
            if not stack:
                continue
        opened = stack.pop()
        while pairs and pairs[-1][0] > opened:
            pairs.pop()
        pairs.append((opened, at + 1))
    return pairs, stack


@lru_cache(maxsize=256)
def _paired_whole(text: str) -> tuple[tuple[tuple[int, int], ...], tuple[int, ...]]:
    """The same for a whole text, which several rules look at one after the other."""
    pairs, unclosed = _paired(text, 0, len(text))
    return tuple(pairs), tuple(unclosed)


def bracket_spans(text: str, *, left_open: Callable[[str], bool] | None = None) -> list[tuple[int, int]]:
    """Outermost bracket pairs as (start, end) with the brackets included.

    An opening bracket that nothing closes is ignored, unless `left_open` accepts the text from it on: then it runs to
    the end (`（责任单位：市民政局` at the end of a paragraph).
    """
    if not has_bracket(text):
        return []
    pairs, unclosed = _paired_whole(text)
    spans = list(pairs)
    if left_open and unclosed:
        label = next((i for i in unclosed if left_open(text[i : i + 60])), None)
        if label is not None:
            spans = [(a, b) for a, b in spans if b <= label] + [(label, len(text))]
    return spans


def closes(text: str) -> bool:
    """Whether the text is one bracket from its first character to its last: (责任单位：各区政府(管委会))."""
    if len(text) < 2 or text[0] not in OPEN or text[-1] not in CLOSE:
        return False
    return _paired_whole(text)[0] == ((0, len(text)),)


@lru_cache(maxsize=32)
def _one_of(marks: str) -> re.Pattern[str]:
    return re.compile(f"[{re.escape(marks)}]")


def outside(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The stretches of text[start:end] outside brackets, in order."""
    stretches: list[tuple[int, int]] = []
    for a, b in _paired(text, start, end)[0]:
        stretches.append((start, a))
        start = b
    stretches.append((start, end))
    return stretches


def top_level(text: str, start: int, end: int, marks: str) -> list[int]:
    """Places of `marks` in text[start:end] that stand outside brackets."""
    pattern = _one_of(marks)
    if not has_bracket(text[start:end]):
        return [m.start() for m in pattern.finditer(text, start, end)]
    return [m.start() for a, b in outside(text, start, end) for m in pattern.finditer(text, a, b)]

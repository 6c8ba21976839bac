"""What a text changes of another, word by word."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, TypeAlias

from msgspec import Struct

__all__ = ["Difference", "differences"]

Kind: TypeAlias = Literal["equal", "delete", "insert"]

# Letters that two texts must have in common between two changes for that to be shown as common: 的 alone, kept between
# two words that were replaced, makes three changes of one.
_LEAST_EQUAL = 2


class Difference(Struct, frozen=True):
    """A stretch of words: in both texts, only in the baseline (delete), or only in the text (insert)."""

    kind: Kind
    text: str


def differences(baseline: str, text: str) -> tuple[Difference, ...]:
    """The stretches in reading order; of a replacement what was deleted comes first.

    equal and insert put together give the text, character for character, equal and delete the baseline but for widths:
    ，and , are equal (NFKC), and the text's is shown. Words are those of the dictionary (jieba), so that a changed word
    is never shown as half of one.
    """
    from rapidfuzz.distance import Indel

    old, new = _words(baseline), _words(text)
    pieces: list[tuple[bool, str, str]] = []  # whether equal, then what the baseline has and what the text has
    for step in Indel.opcodes(_folded(old), _folded(new)):
        removed, added = "".join(old[step.src_start : step.src_end]), "".join(new[step.dest_start : step.dest_end])
        pieces.append((step.tag == "equal", removed, added))
    return tuple(_stretches(_joined(pieces)))


def _words(text: str) -> list[str]:
    # The dictionary is loaded by the first call.
    import rjieba

    words: list[str] = rjieba.cut(text)
    return words


def _folded(words: Sequence[str]) -> list[str]:
    return [unicodedata.normalize("NFKC", word) for word in words]


def _joined(pieces: Sequence[tuple[bool, str, str]]) -> Iterator[tuple[bool, str, str]]:
    """The pieces, with those that are too short to be called equal taken into the changes around them."""
    removed = added = ""
    for number, (equal, old, new) in enumerate(pieces):
        inside = 0 < number < len(pieces) - 1
        if equal and not (inside and sum(map(str.isalnum, old)) < _LEAST_EQUAL):
            if removed or added:
                yield False, removed, added
            yield True, old, new
            removed = added = ""
        else:
            removed, added = removed + old, added + new
    if removed or added:
        yield False, removed, added


def _stretches(pieces: Iterable[tuple[bool, str, str]]) -> Iterator[Difference]:
    for equal, old, new in pieces:
        if equal:
            yield Difference("equal", new)
            continue
        if old:
            yield Difference("delete", old)
        if new:
            yield Difference("insert", new)

"""A text that is longer than a model takes, in parts that it takes, so that none of it is left unread."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

__all__ = ["in_parts", "joined"]

# Where a text may be cut, the better places first: at a line's end, a sentence's, a phrase's; else between characters.
_ENDS = ("\n", "。！？；;!?", "，、,: ：")


def in_parts(text: str, fits: Callable[[str], bool]) -> list[str]:
    """The text cut in two near its middle until every part fits; joined, the parts are the text.

    A single character is never cut, whether it fits or not.
    """
    if len(text) < 2 or fits(text):
        return [text]
    at = _cut(text)
    return [*in_parts(text[:at], fits), *in_parts(text[at:], fits)]


def _cut(text: str) -> int:
    """The end nearest to the middle of the best kind that stands in the middle half of the text."""
    middle = len(text) // 2
    for ends in _ENDS:
        places = [at for at in range(len(text) // 4 + 1, len(text) - len(text) // 4) if text[at - 1] in ends]
        if places:
            return min(places, key=lambda at: abs(at - middle))
    return middle


def joined(vectors: npt.NDArray[np.float32], parts: Sequence[Sequence[str]]) -> npt.NDArray[np.float32]:
    """One unit vector a text from those of its parts: their mean, a part counting by its characters."""
    starts = np.cumsum([0, *map(len, parts[:-1])])
    weights = np.array([max(1, len(part)) for of_text in parts for part in of_text], dtype=np.float32)
    sums = np.add.reduceat(vectors * weights[:, None], starts, axis=0)
    lengths = np.linalg.norm(sums, axis=1, keepdims=True)
    unit: npt.NDArray[np.float32] = np.divide(sums, lengths, out=np.zeros_like(sums), where=lengths > 0)
    return unit

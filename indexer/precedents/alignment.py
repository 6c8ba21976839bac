"""How much of one wording stands in another, and whether it was copied, adapted or only says something alike.

Aligned are the masked wordings (`wording`), by longest common subsequence (rapidfuzz, bit-parallel). A
single letter in common means nothing in Chinese, so only runs of several letters count, and what is left is aligned again:
a sentence moved to the end is shared as well. Cosine of vectors plays no part here: it says that two clauses speak of the
same, not that one was written with the other on the desk.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

from indexer.precedents.wording import FIGURE, Wording

__all__ = [
    "LABELS",
    "LEAST_ADAPTED",
    "Label",
    "Likeness",
    "alike",
    "likeness",
    "shared_letters",
    "shared_runs",
    "shingles",
    "stands_in",
]

Label: TypeAlias = Literal["verbatim", "adapted", "similar"]

LABELS: tuple[Label, ...] = ("verbatim", "adapted", "similar")

# Chosen on the tune half of eval/precedents, whose 176 pairs they label right (`python -m eval precedents`).
LEAST_RUN = 5  # letters in common, one after another, from which they count as shared
LEAST_ADAPTED = 0.4  # of a text's wording

# Alignments of one pair: after the first, what was moved; more find next to nothing.
_PASSES = 3
# Private characters that stand for what is shared already, one on each side, so that they never match.
_DONE, _OTHER_DONE = "\ue010", "\ue011"


class Likeness(Struct, frozen=True):
    """What a text is to one that was found, told from the first one's side.

    verbatim (照搬): every sentence of the text stands in the other, word for word and with the same figures, from the
    beginning to the end of a part of a sentence there; the other may go on. adapted (改写): at least LEAST_ADAPTED of the
    text's wording stands there. similar (相近): less does. What differs between places by nature is masked (`wording`).
    """

    label: Label
    share: float  # of the text's own wording (letters and masks) that stands in the other in shared runs, 0 to 1
    share_of_found: float  # of the other's wording that stands in the text


def likeness(own: Wording, other: Wording) -> Likeness:
    """How the wording `own` relates to `other`; a text without wording is similar to anything, with share 0."""
    shared = sum(size for _, _, size in shared_runs(own.template, other.template))
    of_found = shared / len(other) if len(other) else 0.0
    if stands_in(own, other):
        return Likeness("verbatim", 1.0, max(of_found, min(1.0, len(own) / len(other))))
    share = shared / len(own) if len(own) else 0.0
    return Likeness("adapted" if share >= LEAST_ADAPTED else "similar", share, of_found)


def alike(one: Wording, other: Wording) -> float:
    """The share of the shorter wording that stands in the longer: the same either way round, 0 to 1."""
    shorter = min(len(one), len(other))
    if not shorter:
        return 0.0
    if one.template == other.template:
        return 1.0
    return shared_letters(one.template, other.template) / shorter


def shared_letters(one: str, other: str) -> int:
    """How many letters of two templates stand in shared runs: the same either way round."""
    first, second = sorted((one, other))
    return sum(size for _, _, size in shared_runs(first, second))


def shared_runs(own: str, other: str) -> list[tuple[int, int, int]]:
    """The runs that two templates share, (start in own, start in other, length), by start in own; none overlap."""
    from rapidfuzz.distance import LCSseq

    runs: list[tuple[int, int, int]] = []
    left, right = own, other
    for _ in range(_PASSES):
        blocks = LCSseq.editops(left, right).as_matching_blocks()
        found = [(block.a, block.b, block.size) for block in blocks if block.size >= LEAST_RUN]
        if not found:
            break
        runs += found
        for start, other_start, size in found:
            left = f"{left[:start]}{_DONE * size}{left[start + size :]}"
            right = f"{right[:other_start]}{_OTHER_DONE * size}{right[other_start + size :]}"
    return sorted(runs)


def shingles(template: str) -> frozenset[str]:
    """The stretches of LEAST_RUN letters of a template; two that have none in common share no run."""
    return frozenset(template[at : at + LEAST_RUN] for at in range(max(1, len(template) - LEAST_RUN + 1)))


def stands_in(own: Wording, other: Wording) -> bool:
    """Whether every sentence of `own` stands in `other` as it is, with the same figures."""
    return bool(own.sentences) and all(_sentence_stands_in(own, start, end, other) for start, end in own.sentences)


def _sentence_stands_in(own: Wording, start: int, end: int, other: Wording) -> bool:
    """Whether a sentence stands there whole: 得转租 does not stand in 不得转租."""
    sentence = own.template[start:end]
    figures = _figures(own, start, end)
    at = other.template.find(sentence)
    while at >= 0:
        after = at + len(sentence)
        if at in other.breaks and after in other.breaks and _figures(other, at, after) == figures:
            return True
        at = other.template.find(sentence, at + 1)
    return False


def _figures(wording: Wording, start: int, end: int) -> tuple[str, ...]:
    first = wording.template.count(FIGURE, 0, start)
    return wording.figures[first : first + wording.template.count(FIGURE, start, end)]

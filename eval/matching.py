"""Which predicted clause stands for which judged one, and the counts that every score is made of.

A predicted clause matches a judged one when, white space removed, it contains the judged `quote`, ends where
`end_quote` ends (a trailing 。 or ； aside), and contains no other judged clause's quote; one to one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eval.gold import GoldClause, squeeze
from indexer.records import Clause

__all__ = ["Alignment", "Tally", "align", "holds"]

_TRAILING = "。;"  # after squeeze, which folds ； to ;


@dataclass(frozen=True, slots=True)
class Tally:
    """How many were right, said and judged; adds up over notices."""

    right: int = 0
    said: int = 0
    judged: int = 0

    def __add__(self, other: Tally) -> Tally:
        """The two tallies counted together."""
        return Tally(self.right + other.right, self.said + other.said, self.judged + other.judged)

    @property
    def precision(self) -> float:
        """Share of what was said that is right; 1 where nothing was said and nothing judged, 0 where only judged."""
        return self.right / self.said if self.said else float(not self.judged)

    @property
    def recall(self) -> float:
        """Share of what was judged that was said; 1 where nothing was judged and nothing said."""
        return self.right / self.judged if self.judged else float(not self.said)

    @property
    def f1(self) -> float:
        """Harmonic mean of the two: 2·right / (said + judged)."""
        total = self.said + self.judged
        return 2 * self.right / total if total else 1.0


@dataclass(frozen=True, slots=True)
class Alignment:
    """Which predicted clause stands for which judged one in one notice."""

    pairs: tuple[tuple[GoldClause, Clause], ...]
    missed: tuple[GoldClause, ...]
    spurious: tuple[Clause, ...]


def align(judged: Sequence[GoldClause], clauses: Sequence[Clause]) -> Alignment:
    """One-to-one matches between judged and predicted clauses of one notice, by the rule above."""
    texts = [squeeze(clause.text) for clause in clauses]
    taken: set[int] = set()
    pairs: list[tuple[GoldClause, Clause]] = []
    missed: list[GoldClause] = []
    for gold in judged:
        row = next((row for row, text in enumerate(texts) if row not in taken and _matches(text, gold, judged)), None)
        if row is None:
            missed.append(gold)
        else:
            taken.add(row)
            pairs.append((gold, clauses[row]))
    spurious = tuple(clause for row, clause in enumerate(clauses) if row not in taken)
    return Alignment(tuple(pairs), tuple(missed), spurious)


def holds(text: str, quote: str) -> bool:
    """Whether a squeezed clause holds a quote; the last 。 or ； of a quote may lie outside the clause."""
    quote = squeeze(quote)
    return quote in text or text.endswith(quote.rstrip(_TRAILING))


def _ends(text: str, end_quote: str) -> bool:
    return text.rstrip(_TRAILING).endswith(squeeze(end_quote).rstrip(_TRAILING))


def _matches(text: str, gold: GoldClause, judged: Sequence[GoldClause]) -> bool:
    if not (holds(text, gold.quote) and _ends(text, gold.end_quote)):
        return False
    return not any(other is not gold and holds(text, other.quote) for other in judged)

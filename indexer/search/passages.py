"""How much of what a long clause has of a question stands together, in one passage of it.

A chapter of a report without numbers is one clause of thousands of characters: it has most words of any question somewhere.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping

from indexer.index import Index

__all__ = ["PASSAGE", "passage_share", "topic_rarities"]

PASSAGE = 300  # characters: about what a reader sees at once
_MOST_TERMS = 24  # everyday words stand in every passage, and a pasted draft has many


def topic_rarities(index: Index, topic: str) -> dict[str, float]:
    """The rarest terms of a topic that some clause has, each with its rarity."""
    n = index.manifest.n_clauses
    found = {term: math.log(1 + n / (1 + count)) for term, count in index.frequencies(topic).items() if count}
    return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))[:_MOST_TERMS])


def passage_share(text: str, rarities: Mapping[str, float]) -> float:
    """The share, 0 to 1, that the passage with most of the terms has of all that the text of a clause has, by rarity.

    1 for a text no longer than a passage, and for one that has none of the terms.
    """
    if len(text) <= PASSAGE:
        return 1.0
    present = [term for term in rarities if term in text]
    whole = sum(rarities[term] for term in present)
    found = sorted((at, term) for term in present for at in _places(text, term)) if len(present) > 1 else []
    if not found:
        return 1.0
    inside: Counter[str] = Counter()
    held = best = 0.0
    first = 0
    for at, term in found:
        held += 0.0 if inside[term] else rarities[term]
        inside[term] += 1
        while found[first][0] < at - PASSAGE:
            gone = found[first][1]
            inside[gone] -= 1
            held -= 0.0 if inside[gone] else rarities[gone]
            first += 1
        best = max(best, held)
    return min(1.0, best / whole)


def _places(text: str, term: str) -> list[int]:
    places, at = [], text.find(term)
    while at >= 0:
        places.append(at)
        at = text.find(term, at + 1)
    return places

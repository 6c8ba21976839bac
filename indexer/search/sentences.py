"""The sentences of a clause that answer, as spans of the notice's body, and the check that a quotation stands there."""

from __future__ import annotations

import logging
import math
import re
from collections.abc import Sequence

from indexer.records import Clause, Notice, Statement
from indexer.search.facts import find_facts
from indexer.search.questions import Fact

__all__ = ["answering_sentences", "verified"]

_SENTENCE = re.compile(r"[^。;\uff1b!?\uff01\uff1f\n]+[。;\uff1b!?\uff01\uff1f]?")
_LEADING = re.compile(r"^[\s,\uff0c、]+")
# A clause up to this long is quoted whole: cutting it saves the reader nothing.
SHORT_CLAUSE = 120
# A second sentence is quoted beside the best one where it answers nearly as well.
SECOND_SENTENCE = 0.4
# What a sentence that states the kind of fact wanted gains, in shares of the best overlap.
FACT_BONUS = 1.0


def answering_sentences(
    clause: Clause, topic: str, facts: tuple[Fact, ...], context: Sequence[str]
) -> list[tuple[int, int]]:
    """The one or two sentences that share most of the topic's rare character pairs, in the order of the text.

    How rare a pair is counts over `context`, the texts of the other clauses found. Where a fact is wanted, sentences
    that state one come first.
    """
    spans = _sentences(clause.text)
    if len(clause.text) <= SHORT_CLAUSE or len(spans) <= 1:
        return [(clause.start, clause.end)]
    weights = _rarity(topic, context)
    overlap = [sum(weights.get(pair, 0.0) for pair in _pairs(clause.text[a:b])) for a, b in spans]
    best_overlap = max(overlap) or 1.0
    scores = [
        value + (FACT_BONUS * best_overlap if any(find_facts(f, clause.text[a:b], topic) for f in facts) else 0.0)
        for value, (a, b) in zip(overlap, spans, strict=True)
    ]
    best = max(scores)
    order = sorted(range(len(spans)), key=lambda i: (-scores[i], i))[:2]
    kept = sorted(i for i in order if scores[i] >= SECOND_SENTENCE * best)
    return [(clause.start + spans[i][0], clause.start + spans[i][1]) for i in kept]


def verified(notice: Notice, clause: Clause, start: int, end: int) -> Statement | None:
    """The quotation of `body[start:end]`, or None with a logged error where it does not lie in the clause."""
    inside = clause.start <= start < end <= clause.end
    in_unit_line = any(unit.start <= start < end <= unit.end for unit in clause.units)
    text = notice.body[start:end]
    if not (inside or in_unit_line) or (inside and text != clause.text[start - clause.start : end - clause.start]):
        logging.getLogger(__name__).error(
            "%s: quotation %d-%d does not stand in the clause", clause.clause_id, start, end
        )
        return None
    return Statement(text=text, clause_id=clause.clause_id, start=start, end=end)


def _sentences(text: str) -> list[tuple[int, int]]:
    """Spans of the sentences of a text, without leading blanks."""
    spans: list[tuple[int, int]] = []
    for match in _SENTENCE.finditer(text):
        start = match.start() + len(match.group()) - len(_LEADING.sub("", match.group()))
        end = match.start() + len(match.group().rstrip())
        if end - start >= 2:
            spans.append((start, end))
    return spans


def _pairs(text: str) -> set[str]:
    """Character pairs inside runs of letters, digits and Chinese characters."""
    return {run[i : i + 2] for run in re.findall(r"\w+", text) for i in range(len(run) - 1)}


def _rarity(topic: str, context: Sequence[str]) -> dict[str, float]:
    """The weight of each pair of the topic: the logarithm of how few of the texts have it."""
    sets = [_pairs(text) for text in context]
    return {pair: math.log(1 + (len(sets) + 1) / (1 + sum(pair in found for found in sets))) for pair in _pairs(topic)}

"""What a clause gains in the ranking: for passing what a question only hints at, for the place named, for what it holds.

A clause without units cannot say who is responsible, nor one without an amount how much: of clauses that are equally near,
those that hold the kind of answer asked for come first.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from indexer.index import Index
from indexer.records import Filters, Plan
from indexer.search.facts import states
from indexer.search.passages import PASSAGE, passage_share, topic_rarities
from indexer.search.questions import facts_asked

__all__ = ["BoostWeights", "boosted", "with_answers_first"]


@dataclass(frozen=True, slots=True)
class BoostWeights:
    """What a clause gains, in standard deviations of the fused scores: for a field of `Plan.boosts` and for what it holds.

    The place's is as great as may be without a loss (`python -m eval.sweep`): who names a city wants its own notices first.
    The other fields are rarely hinted at. What a clause holds matters the more, the more others the archive has.
    """

    places: float = 3.0
    years: float = 0.3
    levels: float = 0.3
    units: float = 0.3
    doc_ids: float = 0.5
    names_units: float = 2.0  # where it is asked who is responsible
    states_fact: float = 1.0  # where an amount, a share, a time … is asked for
    scattered: float = 0.25  # of the lexical score, for what a long clause has of the topic outside its best passage


# Clauses behind this rank are not read to see what they hold: no bonus would bring them up to the first ten.
LOOKED_AT = 60
# And behind this one not to see whether what they have of the topic stands together. A draft has many words, of which any long
# clause has some: of more clauses it is worth to know.
READ_FOR_PASSAGES = 14
READ_FOR_PASSAGES_OF_DRAFTS = 24


def boosted(index: Index, planned: Plan, scores: Mapping[str, float], weights: BoostWeights) -> dict[str, float]:
    """The scores by clause_id with the bonus of each.

    Each field counts by itself, so a clause of the year named in another place gains for the year. A bonus is
    measured in standard deviations, since each mode and each way of fusing has its own unit of score.
    """
    raised = dict(scores)
    spread = _spread(scores.values())
    if not spread:
        return raised
    for filters, weight in _fields(planned.boosts, weights):
        for clause_id in index.passing(list(scores), filters):
            raised[clause_id] += weight * spread
    return raised


def with_answers_first(
    index: Index,
    planned: Plan,
    scores: Mapping[str, float],
    weights: BoostWeights,
    *,
    lexical: Mapping[str, float] = MappingProxyType({}),
) -> dict[str, float]:
    """The scores by clause_id with what the nearest clauses gain for holding the kind of answer asked for.

    A long clause loses of its lexical score (`lexical`, by clause_id) for words that do not stand together in it. How near
    they are remains what `scores` says: that a clause holds an amount is no sign that it holds the right one.
    """
    raised = dict(scores)
    spread = _spread(scores.values())
    facts = facts_asked(planned.text) if planned.intent in ("targets", "measures", "comparison") else ()
    weight = weights.names_units if planned.intent == "units" else weights.states_fact if facts else 0.0
    n_passages = READ_FOR_PASSAGES_OF_DRAFTS if planned.intent == "wording" else READ_FOR_PASSAGES
    if spread and (weight or (lexical and weights.scattered)):
        looked_at = LOOKED_AT if weight else n_passages
        nearest = sorted(raised, key=lambda clause_id: (-raised[clause_id], clause_id))[:looked_at]
        rarities: dict[str, float] | None = None
        for rank, (clause_id, (text, names_unit)) in enumerate(zip(nearest, index.wordings(nearest), strict=True)):
            if weight and (states(facts, text, planned.text) if facts else names_unit):
                raised[clause_id] += weight * spread
            if rank < n_passages and len(text) > PASSAGE and (covered := lexical.get(clause_id, 0.0)):
                rarities = topic_rarities(index, planned.topic) if rarities is None else rarities
                raised[clause_id] -= weights.scattered * covered * (1.0 - passage_share(text, rarities))
    return raised


def _spread(scores: Collection[float]) -> float:
    """The standard deviation of the scores; 0 where all are equal. `statistics.pstdev` reckons in fractions, far slower."""
    if not scores or min(scores) == max(scores):
        return 0.0
    mean = math.fsum(scores) / len(scores)
    return math.sqrt(math.fsum((score - mean) ** 2 for score in scores) / len(scores))


def _fields(boosts: Filters, weights: BoostWeights) -> list[tuple[Filters, float]]:
    """Each field of the boosts as a filter of its own, with what passing it is worth."""
    fields = (
        (Filters(places=boosts.places), weights.places),
        (Filters(years=boosts.years), weights.years),
        (Filters(levels=boosts.levels), weights.levels),
        (Filters(units=boosts.units), weights.units),
        (Filters(doc_ids=boosts.doc_ids), weights.doc_ids),
    )
    return [(filters, weight) for filters, weight in fields if filters]

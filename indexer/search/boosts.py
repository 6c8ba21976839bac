"""What a clause gains in the ranking where it passes what a question only hints at, or the place that it names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import pstdev

from indexer.index import Index
from indexer.records import Filters, Plan

__all__ = ["BoostWeights", "boosted"]


@dataclass(frozen=True, slots=True)
class BoostWeights:
    """What a clause gains for a field of `Plan.boosts` that it passes, in standard deviations of the fused scores.

    The place's is as great as may be without a loss (`python -m eval.sweep`): who names a city wants its own notices first.
    The other fields are rarely hinted at.
    """

    places: float = 3.0
    years: float = 0.3
    levels: float = 0.3
    units: float = 0.3
    doc_ids: float = 0.5


def boosted(index: Index, planned: Plan, scores: Mapping[str, float], weights: BoostWeights) -> dict[str, float]:
    """The scores by clause_id with the bonus of each; the same scores where the plan has no boosts.

    Each field counts by itself, so a clause of the year named in another place gains for the year. A bonus is
    measured in standard deviations, since each mode and each way of fusing has its own unit of score.
    """
    raised = dict(scores)
    spread = pstdev(scores.values()) if planned.boosts and len(scores) > 1 else 0.0
    if not spread:
        return raised
    for filters, weight in _fields(planned.boosts, weights):
        for clause_id in index.passing(list(scores), filters):
            raised[clause_id] += weight * spread
    return raised


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

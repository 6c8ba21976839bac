"""Ranked clauses for a query: a lexical and a dense leg, fused; ties broken by clause_id, so results repeat exactly."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import TypeAlias

from msgspec.structs import replace

from indexer.errors import IndexDamaged, UsageError
from indexer.index import Index, Scope
from indexer.records import Hit, Mode, Plan, Query
from indexer.search.boosts import BoostWeights, boosted, with_answers_first
from indexer.search.plan import plan
from indexer.search.scope import scope

__all__ = ["DEFAULTS", "Found", "SearchParameters", "check_request", "fuse", "retrieve", "search", "search_batch"]

Leg: TypeAlias = list[tuple[str, float]]  # clause_id and score, best first

# From so many clauses on the legs are asked at the same time; below, handing one over takes what it saves.
SIDE_BY_SIDE_FROM = 50_000

MODES: tuple[Mode, ...] = ("hybrid", "lexical", "dense")


@dataclass(frozen=True, slots=True)
class SearchParameters:
    """Every number that retrieval depends on; `python -m eval.sweep` measures the neighbours of the defaults.

    nDCG@10 on the samples' tune questions, and on 576 written questions over 3,638 public clauses in staff wording and
    in a hurry: dense weight 0 gives 0.83 · 0.77 · 0.77, 0.3 gives 0.87 · 0.86 · 0.84, 0.5 gives 0.88 · 0.88 · 0.86, 0.7
    gives 0.87 · 0.87 · 0.86, 1 gives 0.85 · 0.82 · 0.78. The weight of headings matters little (0 to 1: within 0.01).
    """

    depth: int = 200  # clauses asked of each leg
    dense_weight: float = 0.5  # of the fused score; the rest is lexical
    field_weights: tuple[tuple[str, float], ...] = (
        ("title", 0.5),
        ("headings", 0.5),
        ("text", 1.0),
        ("units", 0.5),
        ("place", 0.5),
    )
    boosts: BoostWeights = BoostWeights()
    reranked: int = 50  # clauses given to the reranker, where the index has one


DEFAULTS = SearchParameters()


@dataclass(frozen=True, slots=True)
class Found:
    """The ranked hits of one plan, and by clause_id what their scores are made of."""

    hits: tuple[Hit, ...]
    lexical: Mapping[str, float]  # share of the question's rarity, 0 to 1
    dense: Mapping[str, float]  # cosine, -1 to 1
    nearness: Mapping[str, float]  # fused, with what the plan adds, without what a clause gains by what it holds


def search(
    index: Index, query: Query, *, k: int = 10, mode: Mode = "hybrid", parameters: SearchParameters = DEFAULTS
) -> list[Hit]:
    """The k best clauses, best first; raises UsageError for k below 1, an empty query or an unknown mode."""
    check_request(query, k=k, mode=mode)
    return list(retrieve(index, plan(index, query), k=k, mode=mode, parameters=parameters).hits)


def search_batch(
    index: Index,
    queries: Sequence[Query],
    *,
    k: int = 10,
    mode: Mode = "hybrid",
    parameters: SearchParameters = DEFAULTS,
) -> list[list[Hit]]:
    """The hits of each query, in order; raises IndexDamaged where a leg found nothing for any of several queries.

    A lexical leg whose tokens never match looks like a working hybrid search; only the whole batch shows it.
    """
    results = [search(index, query, k=k, mode=mode, parameters=parameters) for query in queries]
    found = [hit for hits in results for hit in hits]
    if len(queries) > 1 and index.manifest.n_clauses:
        if mode != "dense" and not any(hit.lexical_rank for hit in found):
            raise IndexDamaged(
                f"{index.address}: the lexical leg found nothing for {len(queries)} queries; rebuild the index"
            )
        if mode != "lexical" and not any(hit.dense_rank for hit in found):
            raise IndexDamaged(
                f"{index.address}: the dense leg found nothing for {len(queries)} queries; rebuild the index"
            )
    return results


def retrieve(
    index: Index, planned: Plan, *, k: int = 10, mode: Mode = "hybrid", parameters: SearchParameters = DEFAULTS
) -> Found:
    """The k best clauses for a plan, under its filters; for duties the clauses of the unit asked about come first."""
    parameters = dataclasses.replace(parameters, depth=max(parameters.depth, k))
    passes = [scope(index, planned)]
    if planned.intent == "duties" and planned.units and not planned.filters.units:
        passes.insert(0, index.allowed(replace(planned.filters, units=planned.units)))
    hits: list[Hit] = []
    lexical: dict[str, float] = {}
    dense: dict[str, float] = {}
    nearness: dict[str, float] = {}
    for number, allowed in enumerate(passes):
        if (allowed is not None and len(allowed) == 0) or len(hits) >= k:
            continue
        legs = _legs(index, planned, allowed, mode=mode, parameters=parameters)
        seen = {hit.clause_id for hit in hits}
        left = k - len(hits)
        # later passes rank below earlier ones: each pass has its own unit of score
        offset = float(len(passes) - 1 - number)
        near = boosted(index, planned, fuse(*legs, mode, parameters), parameters.boosts)
        lexical_part = dict(legs[0]) if mode == "hybrid" else {}
        answering = with_answers_first(index, planned, near, parameters.boosts, lexical=lexical_part)
        scores = _reranked(index, planned, answering, mode, parameters)
        hits += [
            replace(hit, rank=len(seen) + rank, score=hit.score + offset)
            for rank, hit in enumerate(islice(_ranked(planned, *legs, scores, seen), left), 1)
        ]
        for store, found in ((lexical, dict(legs[0])), (dense, dict(legs[1])), (nearness, near)):
            store.update({clause_id: score for clause_id, score in found.items() if clause_id not in store})
    return Found(hits=tuple(hits[:k]), lexical=lexical, dense=dense, nearness=nearness)


def _legs(
    index: Index, planned: Plan, allowed: Scope | None, *, mode: Mode, parameters: SearchParameters
) -> tuple[Leg, Leg]:
    """What the lexical and the dense leg find; an empty list for a leg that the mode leaves out."""

    def by_words() -> Leg:
        return index.lexical(planned.topic, parameters.depth, allowed=allowed, weights=dict(parameters.field_weights))

    def by_meaning() -> Leg:
        return index.dense(planned.topic, parameters.depth, allowed=allowed)

    if mode != "hybrid":
        return (by_words(), []) if mode == "lexical" else ([], by_meaning())
    if index.manifest.n_clauses < SIDE_BY_SIDE_FROM:
        return by_words(), by_meaning()
    dense = _beside().submit(by_meaning)  # both libraries let other threads run meanwhile
    return by_words(), dense.result()


@cache
def _beside() -> ThreadPoolExecutor:
    """Threads for the second leg, for as many questions at once as there are processors, and some that wait."""
    return ThreadPoolExecutor(2 * (os.cpu_count() or 1), thread_name_prefix="dense")


def _ranked(
    planned: Plan, lexical: Leg, dense: Leg, scores: Mapping[str, float], seen: Collection[str]
) -> Iterator[Hit]:
    """The clauses of both legs that were not seen before by score, ties by clause_id."""
    lexical_rank = {clause_id: rank for rank, (clause_id, _) in enumerate(lexical, 1)}
    dense_rank = {clause_id: rank for rank, (clause_id, _) in enumerate(dense, 1)}
    for rank, (clause_id, score) in enumerate(sorted(scores.items(), key=lambda pair: (-pair[1], pair[0])), 1):
        if clause_id not in seen:
            yield Hit(
                query_id=planned.query.query_id,
                clause_id=clause_id,
                rank=rank,
                score=score,
                lexical_rank=lexical_rank.get(clause_id),
                dense_rank=dense_rank.get(clause_id),
            )


def _reranked(
    index: Index, planned: Plan, scores: Mapping[str, float], mode: Mode, parameters: SearchParameters
) -> Mapping[str, float]:
    """The scores with the best clauses in the reranker's order, above all others; the same ones where there is none."""
    if mode != "hybrid":
        return scores
    best = sorted(scores, key=lambda clause_id: (-scores[clause_id], clause_id))[: parameters.reranked]
    relevance = index.relevance(planned.query.text, best)
    if relevance is None:
        return scores
    top = max(scores.values(), default=0.0)
    return {**scores, **{clause_id: top + value for clause_id, value in relevance.items()}}


def fuse(lexical: Leg, dense: Leg, mode: Mode, parameters: SearchParameters = DEFAULTS) -> dict[str, float]:
    """Fused scores: the weighted sum of the legs' scores; in a mode of one leg, that leg's own scores.

    The lexical score is the share of the question's words that a clause covers, rare ones counting more, the dense one
    a cosine: both mean the same for every question, which standardised scores do not (of a question that one clause
    answers word for word they make as much as of one that only shares an everyday word with its best). A clause that a
    leg of full depth did not return counts there as that leg's last one, since it may lie right behind it.
    """
    if mode != "hybrid":
        return dict(lexical if mode == "lexical" else dense)
    scores = dict.fromkeys([clause_id for leg in (lexical, dense) for clause_id, _ in leg], 0.0)
    for leg, weight in ((lexical, 1.0 - parameters.dense_weight), (dense, parameters.dense_weight)):
        own = dict(leg)
        last = leg[-1][1] if len(leg) >= parameters.depth else 0.0
        for clause_id in scores:
            scores[clause_id] += weight * own.get(clause_id, last)
    return scores


def check_request(query: Query, *, k: int = 10, mode: str = "hybrid") -> None:
    """Raise UsageError for k below 1, an empty query or an unknown mode."""
    if k < 1:
        raise UsageError(f"k must be 1 or more, not {k}")
    if not query.text.strip():
        raise UsageError(f"query {query.query_id} is empty; give a question or a sentence")
    if mode not in MODES:
        raise UsageError(f"unknown mode {mode}; one of {', '.join(MODES)}")

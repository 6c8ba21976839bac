"""Which clauses of an archive match a question, each by itself: by a measured rule, for being told of them unasked.

A ranking always has a first clause; whoever is told of new clauses wants those alone that are about the question. So each
clause near it is judged by how near it is by words and by meaning, and how far it stays behind the nearest one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from indexer.index import Index
from indexer.records import Clause, Hit, Query
from indexer.search import ask
from indexer.search.plan import plan
from indexer.search.retrieve import Found, retrieve
from indexer.search.silence import lacks_what_is_named

__all__ = ["DEPTH", "ClauseSigns", "MatchParameters", "Matched", "clause_signs", "matched_clauses"]

# Clauses near a question that are judged, and known once its news were seen.
DEPTH = 200


@dataclass(frozen=True, slots=True)
class ClauseSigns:
    """What tells a clause that is about a question from its neighbours."""

    dense: float  # cosine
    lexical: float  # share of the question's rarity that the clause covers
    behind: float  # fused score of the nearest clause less this one's
    wording: bool  # the question is a drafted sentence, to which similar wording is wanted


@dataclass(frozen=True, slots=True)
class MatchParameters:
    """Weights of the signs (a logistic regression) and the least sum, by `python -m eval.fit_alerts` on the tune questions.

    The least sum is the one with the best F1 there, precision and recall counting the same; what the rule reaches on
    notices that an archive did not have before stands in `eval/alerts.md`.
    """

    dense: float = 7.92
    lexical: float = 6.23
    behind: float = -16.10
    wording: float = 2.05
    constant: float = -6.63
    least: float = -0.93


DEFAULTS = MatchParameters()


@dataclass(frozen=True, slots=True)
class Matched:
    """A clause near a question, and whether it matches."""

    hit: Hit
    clause: Clause
    matches: bool


def matched_clauses(index: Index, query: Query, *, parameters: MatchParameters = DEFAULTS) -> list[Matched]:
    """The clauses near the question, nearest first; of a question for a unit's tasks exactly those, and all match.

    Where the question names a place, a year or a number that the archive does not have, a clause matches only if it speaks
    of that itself. Raises UsageError as `search` does.
    """
    planned = plan(index, query)
    if planned.intent == "duties":
        hits = ask(index, query, k=DEPTH).hits
        return [Matched(hit, clause, True) for hit, clause in _with_clauses(index, hits)]
    found = retrieve(index, planned, k=DEPTH)
    signs = clause_signs(found, wording=planned.intent == "wording")
    return [
        Matched(
            hit,
            clause,
            likely(signs[clause.clause_id], parameters) >= parameters.least
            and not lacks_what_is_named(planned, [clause]),
        )
        for hit, clause in _with_clauses(index, found.hits)
    ]


def clause_signs(found: Found, *, wording: bool) -> dict[str, ClauseSigns]:
    """By clause_id the signs of every clause retrieved; a leg that missed one counts as its last."""
    least_dense = min(found.dense.values(), default=0.0)
    best = max(found.nearness.values(), default=0.0)
    return {
        hit.clause_id: ClauseSigns(
            dense=found.dense.get(hit.clause_id, least_dense),
            lexical=found.lexical.get(hit.clause_id, 0.0),
            behind=best - found.nearness[hit.clause_id],
            wording=wording,
        )
        for hit in found.hits
    }


def likely(signs: ClauseSigns, parameters: MatchParameters) -> float:
    """How likely the clause is about the question, as a logit."""
    return (
        parameters.constant
        + parameters.dense * signs.dense
        + parameters.lexical * signs.lexical
        + parameters.behind * signs.behind
        + parameters.wording * signs.wording
    )


def _with_clauses(index: Index, hits: tuple[Hit, ...]) -> Iterator[tuple[Hit, Clause]]:
    return zip(hits, index.clauses([hit.clause_id for hit in hits]), strict=True)

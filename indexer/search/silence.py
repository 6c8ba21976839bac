"""When to be silent, and the reason given: by measured signs, since a wrong answer and a needless silence both cost."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from indexer.duplicates.titles import numbers_in
from indexer.index import Index
from indexer.index.tokens import tokens
from indexer.records import Clause, Plan, Silence
from indexer.search.facts import shares_figure, states
from indexer.search.questions import asks_only_facts, facts_asked
from indexer.search.retrieve import Found, fuse

__all__ = ["MatchSigns", "confidence", "lacks_what_is_named", "match_signs", "reason_for_silence"]


@dataclass(frozen=True, slots=True)
class MatchSigns:
    """What tells a clause that answers from the nearest one that does not."""

    dense: float  # cosine of the best clause
    coverage: float  # share of the topic's terms in the best clause, rare terms counting more
    lead: float  # fused score of the best clause above the fifth nearest, without what the plan adds
    agree: bool  # both legs have the best clause among their first three
    own: bool  # the best clause is of the place named, not of one that covers it


@dataclass(frozen=True, slots=True)
class SilenceParameters:
    """Weights of the signs (a logistic regression, by `python -m eval.fit_silence`) and thresholds of the rules.

    The area under the curve is 0.93 on the samples' tune questions and 0.87 on public clauses, where the unanswerable
    question is an answerable one whose clause was left out and near neighbours remain. The threshold lies below those
    that the command prints, since questions in everyday words share fewer terms with the clause that answers them.
    """

    dense: float = 6.39
    coverage: float = 1.46
    lead: float = 12.8
    agree: float = 0.25
    own: float = 7.31
    constant: float = -12.58
    least_confidence: float = -2.2
    fact_clauses: int = 3  # a wanted fact must stand in one of the best so many clauses …
    fact_margin: float = 0.05  # … that lie at most this far below the best one's fused score


DEFAULTS = SilenceParameters()


def reason_for_silence(
    index: Index, planned: Plan, found: Found, clauses: Sequence[Clause], *, parameters: SilenceParameters = DEFAULTS
) -> Silence | None:
    """The reason not to answer from these ranked clauses, or None."""
    if not clauses or lacks_what_is_named(planned, clauses):
        return "not_in_archive"
    if planned.intent == "wording":
        return None
    clauses = sorted(clauses, key=lambda clause: -found.nearness[clause.clause_id])
    if confidence(match_signs(index, planned, found), parameters=parameters) < parameters.least_confidence:
        return "not_in_archive"
    return None if _states_facts(planned, found, clauses, parameters) else "insufficient_match"


def lacks_what_is_named(planned: Plan, clauses: Sequence[Clause]) -> bool:
    """Whether a question has no topic, or names a place, a year or a number that neither the archive nor a clause has."""
    if "no_topic" in planned.notes:
        return True
    if planned.unknown_places and not _mentioned(planned.unknown_places, clauses[:3]):
        return True
    return _year_missing(planned, clauses) or _number_missing(planned, clauses)


def match_signs(index: Index, planned: Plan, found: Found) -> MatchSigns:
    """The signs of how well the nearest of the hits matches; raises ValueError where nothing was found."""
    hit = max(found.hits, key=lambda hit: (found.nearness[hit.clause_id], -hit.rank))
    best = index.clause(hit.clause_id)
    weights = {
        term: math.log(1 + index.manifest.n_clauses / (1 + count))
        for term, count in index.frequencies(planned.topic).items()
    }
    present = set(tokens(" ".join((*best.headings, best.text))))
    total = sum(weights.values())
    nearness = fuse(list(found.lexical.items()), list(found.dense.items()), "hybrid")
    fifth = sorted(nearness.values(), reverse=True)[:5][-1]
    return MatchSigns(
        dense=found.dense.get(best.clause_id, min(found.dense.values(), default=0.0)),
        coverage=sum(weight for term, weight in weights.items() if term in present) / total if total else 0.0,
        lead=nearness.get(best.clause_id, fifth) - fifth,
        agree=(hit.lexical_rank or 99) <= 3 and (hit.dense_rank or 99) <= 3,
        own=not planned.covering or best.clause_id in index.passing([best.clause_id], planned.filters),
    )


def confidence(signs: MatchSigns, *, parameters: SilenceParameters = DEFAULTS) -> float:
    """How likely the best clause answers, as a logit; 0 is even."""
    return (
        parameters.constant
        + parameters.dense * signs.dense
        + parameters.coverage * signs.coverage
        + parameters.lead * signs.lead
        + parameters.agree * signs.agree
        + parameters.own * signs.own
    )


def _states_facts(planned: Plan, found: Found, clauses: Sequence[Clause], parameters: SilenceParameters) -> bool:
    """Whether the best clauses state the kind of fact that is asked for; True where none is."""
    question = planned.text
    if planned.intent not in ("targets", "measures") or not asks_only_facts(question):
        return True
    facts = facts_asked(question)
    least = found.nearness[clauses[0].clause_id] - parameters.fact_margin
    near = [clause for clause in clauses if found.nearness[clause.clause_id] >= least][: parameters.fact_clauses]
    pointed_at = [clause for clause in near if shares_figure(clause.text, question)]
    return any(states(facts, _with_deadline(clause), question) for clause in pointed_at or near)


def _with_deadline(clause: Clause) -> str:
    """The clause's text with its deadline, which may stand in a table column, a line of its own or a heading."""
    return f"{clause.text}。到{clause.deadline.text}" if clause.deadline else clause.text


def _mentioned(places: Sequence[str], clauses: Sequence[Clause]) -> bool:
    """Whether the best clauses speak of one of the places themselves."""
    return any(place in clause.text for place in places for clause in clauses)


def _year_missing(planned: Plan, clauses: Sequence[Clause]) -> bool:
    """Whether the place has no notice of the year named, and no clause found speaks of that year (2023-2027年)."""
    if "year_not_in_archive" not in planned.notes:
        return False
    years = set(re.findall(r"(?:19|20)\d{2}", planned.query.text))
    return not any(year in " ".join((*clause.headings, clause.text)) for year in years for clause in clauses)


def _number_missing(planned: Plan, clauses: Sequence[Clause]) -> bool:
    """Whether no notice bears the 发文字号 named, and no clause found refers to it."""
    missing = [part.value for part in planned.parts if part.kind == "doc_number" and part.effect == "missing"]
    referred = {number for clause in clauses for number in numbers_in(clause.text)}
    return any(not any(number.endswith(other) or other.endswith(number) for other in referred) for number in missing)

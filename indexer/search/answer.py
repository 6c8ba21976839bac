"""Answers without a language model: units with roles, facts, or the sentences that answer, each a located quotation.

Which clauses count as the answer is decided by their fused score against the best one; see `AnswerParameters`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from msgspec.structs import replace

from indexer.index import Index
from indexer.records import (
    Answer,
    AnswerUnit,
    Clause,
    Conflict,
    Hit,
    Plan,
    Query,
    Role,
    Statement,
    UnitMention,
)
from indexer.search.conflicts import conflicting_figures, contradicting_clauses
from indexer.search.duties import of_own_bodies, of_units_named
from indexer.search.plan import plan
from indexer.search.questions import excepted_units, facts_asked, roles_asked, unit_kind_asked
from indexer.search.retrieve import DEFAULTS, SearchParameters, check_request, retrieve
from indexer.search.sentences import answering_sentences, verified
from indexer.search.silence import reason_for_silence

__all__ = ["AnswerParameters", "ask"]


@dataclass(frozen=True, slots=True)
class AnswerParameters:
    """Which of the ranked clauses make the answer; margins are differences of fused scores.

    Chosen by the F1 of units on the tune questions, which `python -m eval answers` prints: a second clause of the same
    notice adds more wrong units than right ones, one of another notice helps where no place is named.
    """

    depth: int = 20  # ranked clauses looked at
    unit_margin: float = 0.1  # a clause with units must lie this near to the best clause
    notice_margin: float = 0.02  # another notice's clause this near to the first one answers as well
    place_share: float = 0.5  # of the best score, for a question across places: the best clause of each notice …
    places: int = 12  # … of at most so many, looked for down to the last clause that retrieval gives
    sentence_margin: float = 0.1
    sentence_clauses: int = 3
    draft_clauses: int = 5  # precedents quoted for a pasted sentence


ANSWERS = AnswerParameters()


def ask(
    index: Index,
    query: Query,
    *,
    k: int = 10,
    parameters: SearchParameters = DEFAULTS,
    answers: AnswerParameters = ANSWERS,
) -> Answer:
    """The answer to a question, or a reason for silence with the nearest k clauses as hits.

    Every statement is verified against the notice before it is returned. Raises UsageError as `search` does.
    """
    check_request(query, k=k)
    planned = plan(index, query)
    if planned.intent == "duties":
        return _duties(index, planned)
    depth = parameters.depth if planned.compares else answers.depth
    found = retrieve(index, planned, k=max(k, depth), parameters=parameters)
    looked_at = found.hits[:depth]  # whatever k is: how many clauses are listed must not change the answer
    ranked = list(zip(looked_at, index.clauses([hit.clause_id for hit in looked_at]), strict=True))
    reason = reason_for_silence(index, planned, found, [clause for _, clause in ranked])
    units: tuple[AnswerUnit, ...] = ()
    chosen: list[Clause] = []
    contradicting: tuple[Clause, Clause] | None = None
    if reason is None:
        if _wants_units(planned):
            chosen = _unit_clauses(planned, ranked, found.nearness, answers)
            units = tuple(row for clause in chosen for row in _rows(clause, _mentions_asked(planned, clause)))
            contradicting = contradicting_clauses(chosen)
            reason = "no_unit_named" if not chosen else "conflicting_units" if contradicting else None
        else:
            chosen = _text_clauses(planned, ranked, answers)
    statements = () if reason else _statements(index, planned, chosen, [clause for _, clause in ranked])
    return Answer(
        query=query,
        plan=planned,
        kind=planned.intent,
        abstained=reason,
        units=() if reason else units,
        statements=statements,
        hits=found.hits[:k],
        conflicts=_conflicts(index, planned, chosen, [clause for _, clause in ranked], contradicting),
    )


# --- units ---------------------------------------------------------------------------------------


def _wants_units(planned: Plan) -> bool:
    return planned.intent == "units"


def _unit_clauses(
    planned: Plan, ranked: Sequence[tuple[Hit, Clause]], nearness: Mapping[str, float], answers: AnswerParameters
) -> list[Clause]:
    """The clauses whose units answer: near the best hit, with units; across places one of each notice."""
    if not ranked:
        return []
    best = max(nearness[clause.clause_id] for _, clause in ranked)
    naming = [(nearness[clause.clause_id], clause) for _, clause in ranked if _mentions_asked(planned, clause)]
    if planned.compares:
        across = (clause for score, clause in naming if score >= answers.place_share * best)
        return _first_of_each_notice(across)[: answers.places]
    near = [(score, clause) for score, clause in naming if score >= best - answers.unit_margin]
    if not near or planned.filters.places:
        return [clause for _, clause in near[:1]]
    least = near[0][0] - answers.notice_margin
    return _first_of_each_notice(clause for score, clause in near if score >= least)[:2]


def _first_of_each_notice(clauses: Iterable[Clause]) -> list[Clause]:
    first: dict[str, Clause] = {}
    for clause in clauses:
        first.setdefault(clause.doc_id, clause)
    return list(first.values())


def _mentions_asked(planned: Plan, clause: Clause) -> list[UnitMention]:
    """The clause's units that the question wants: of the role it names, of the kind it names, without those it excepts.

    A role or kind that the clause does not have restricts nothing: who 负责 is answered by the 牵头单位 where there is
    only that.
    """
    text = planned.text
    mentions = list(clause.units)
    excepted = excepted_units(text)
    if excepted:
        mentions = [mention for mention in mentions if not any(part in mention.surface for part in excepted)]
    kind = unit_kind_asked(text)
    if kind and any(mention.surface.endswith(kind) for mention in mentions):
        return [mention for mention in mentions if mention.surface.endswith(kind)]
    role = _one_role(roles_asked(text))
    if role and any(mention.role == role for mention in mentions):
        mentions = [mention for mention in mentions if mention.role == role]
    return mentions


def _one_role(roles: tuple[Role, ...]) -> Role | None:
    """The role that restricts: 牵头 or 配合 named alone; 负责 restricts nothing, since it is said of every role."""
    return roles[0] if len(roles) == 1 and roles[0] != "responsible" else None


def _rows(clause: Clause, mentions: Iterable[UnitMention]) -> list[AnswerUnit]:
    rows = [
        AnswerUnit(
            name=mention.name,
            surface=mention.surface,
            role=mention.role,
            inherited=mention.inherited,
            clause_id=clause.clause_id,
        )
        for mention in mentions
    ]
    return list(dict.fromkeys(rows))


# --- duties --------------------------------------------------------------------------------------


def _duties(index: Index, planned: Plan) -> Answer:
    """Every clause of the units asked about, in the notices' order, under the plan's filters and the role asked."""
    clauses = index.clauses_of_units(planned.units, allowed=index.allowed(planned.filters))
    local = _with_place_in_name(planned)
    if local:
        found = {c.clause_id for c in clauses}
        elsewhere = index.allowed(replace(planned.filters, places=()))
        clauses += [c for c in index.clauses_of_units(local, allowed=elsewhere) if c.clause_id not in found]
    names = set(planned.units)
    words = [part.value for part in planned.parts if part.kind == "unit"]
    clauses = of_own_bodies(index, clauses, planned.filters, names, words)
    clauses = of_units_named(clauses, names, words, planned.filters.places)
    role = _one_role(roles_asked(planned.text))
    if role:
        of_role = [c for c in clauses if any(m.name in names and m.role == role for m in c.units)]
        clauses = of_role or clauses
    hits = tuple(
        Hit(
            query_id=planned.query.query_id,
            clause_id=clause.clause_id,
            rank=rank,
            score=1.0,
            lexical_rank=None,
            dense_rank=None,
        )
        for rank, clause in enumerate(clauses, 1)
    )
    units = tuple(
        row
        for clause in clauses
        for row in _rows(clause, (mention for mention in clause.units if mention.name in names))
    )
    statements = tuple(
        statement
        for clause in clauses
        if (statement := verified(index.notice(clause.doc_id), clause, clause.start, clause.end)) is not None
    )
    return Answer(
        query=planned.query,
        plan=planned,
        kind="duties",
        abstained=None if clauses else "not_in_archive",
        units=units,
        statements=statements,
        hits=hits,
    )


def _with_place_in_name(planned: Plan) -> list[str]:
    """The units asked about whose name holds the place asked about: 砚湖区政府 has duties in 云泽市's notices too."""
    if planned.query.filters.places:
        return []
    tails = [m.group(0) for place in planned.filters.places if (m := _LAST_PLACE.search(place))]
    return [unit for unit in planned.units if any(tail[:-1] in unit for tail in tails if len(tail) > 2)]


# 云泽市砚湖区 → 砚湖区
_LAST_PLACE = re.compile(r"[^省市区县州]+[省市区县州]$")


# --- contradictions ------------------------------------------------------------------------------


def _conflicts(
    index: Index,
    planned: Plan,
    chosen: Sequence[Clause],
    found: Sequence[Clause],
    contradicting: tuple[Clause, Clause] | None,
) -> tuple[Conflict, ...]:
    """Where the notices quoted contradict themselves on what is asked, both places as verified quotations."""
    spans: list[tuple[Literal["figures", "units"], list[tuple[Clause, int, int]]]] = []
    if contradicting:
        spans.append(("units", [(clause, clause.units[0].start, clause.units[0].end) for clause in contradicting]))
    for pair in conflicting_figures(chosen, found, planned.text):
        spans.append(("figures", [(figures.clause, figures.start, figures.end) for figures in pair]))
    conflicts = []
    for about, places in spans:
        told = [verified(index.notice(clause.doc_id), clause, start, end) for clause, start, end in places]
        first, second = told
        if first and second:
            conflicts.append(Conflict(about=about, first=first, second=second))
    return tuple(conflicts)


# --- text ----------------------------------------------------------------------------------------


def _text_clauses(planned: Plan, ranked: Sequence[tuple[Hit, Clause]], answers: AnswerParameters) -> list[Clause]:
    """The clauses to quote from: the nearest ones, or for a comparison the best of each notice."""
    best = ranked[0][0].score if ranked else 0.0
    if planned.compares:
        across = (clause for hit, clause in ranked if hit.score >= answers.place_share * best)
        return _first_of_each_notice(across)[: answers.places]
    if planned.intent == "wording":
        return [clause for _, clause in ranked[: answers.draft_clauses]]
    near = [clause for hit, clause in ranked if hit.score >= best - answers.sentence_margin]
    return near[: answers.sentence_clauses]


def _statements(
    index: Index, planned: Plan, chosen: Sequence[Clause], context: Sequence[Clause]
) -> tuple[Statement, ...]:
    """The verified quotations of the chosen clauses, in their order."""
    notices = {doc_id: index.notice(doc_id) for doc_id in {clause.doc_id for clause in chosen}}
    spans: list[tuple[Clause, int, int]] = []
    for clause in chosen:
        if planned.intent == "wording":
            spans.append((clause, clause.start, clause.end))
        else:
            facts = facts_asked(planned.text)
            spans += [
                (clause, start, end)
                for start, end in answering_sentences(clause, planned.topic, facts, [other.text for other in context])
            ]
    made = (verified(notices[clause.doc_id], clause, start, end) for clause, start, end in spans)
    return tuple(statement for statement in made if statement is not None)

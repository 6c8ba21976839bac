"""The pool: clauses among the first of several runs that nobody has judged, with what a judge needs to see.

The order within a question is by a hash of the ids, so that it does not tell a judge which run found a clause, nor how far up.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eval.trec import Grades, Run
from indexer.errors import UsageError

if TYPE_CHECKING:
    from indexer.index import Index

__all__ = ["GRADES", "Pooled", "pool", "pooled"]

GRADES = {0: "does not answer", 1: "answers in part, or is the closest related", 2: "answers"}


@dataclass(frozen=True, slots=True)
class Pooled:
    """One clause to be judged for one question; `grade` is None until somebody did."""

    query_id: str
    query: str
    clause_id: str
    notice: str  # title of the notice
    context: str  # the headings above the clause, from the top
    text: str
    units: str  # the units responsible, as a judge of a question for units needs them
    grade: int | None = None


def pool(
    index: Index, texts: Mapping[str, str], runs: Mapping[str, Run], judged: Grades, *, depth: int
) -> list[Pooled]:
    """The unjudged clauses among the first `depth` of every run, by question; `texts` are the questions by id.

    Raises UsageError for a run with a question that is not in `texts`, or a clause that is not in the index.
    """
    rows: list[Pooled] = []
    wanted = _wanted(texts, runs, depth)
    for query_id, clause_ids in wanted.items():
        unjudged = [clause_id for clause_id in clause_ids if clause_id not in judged.get(query_id, {})]
        unjudged.sort(key=lambda clause_id: hashlib.sha256(f"{query_id} {clause_id}".encode()).digest())
        rows += [pooled(index, query_id, texts[query_id], clause_id) for clause_id in unjudged]
    return rows


def _wanted(texts: Mapping[str, str], runs: Mapping[str, Run], depth: int) -> dict[str, set[str]]:
    """query_id → the clauses among the first of any run, in the order of `texts`."""
    for name, run in runs.items():
        foreign = next((query_id for query_id in run if query_id not in texts), None)
        if foreign is not None:
            raise UsageError(f"the run {name} has a question {foreign} that is not asked; name its gold or --queries")
    return {
        query_id: {clause_id for run in runs.values() for clause_id, _ in list(run.get(query_id, ()))[:depth]}
        for query_id in texts
    }


def pooled(index: Index, query_id: str, text: str, clause_id: str) -> Pooled:
    """A clause with what its judge needs to see; raises UsageError where the index has it not."""
    clause = index.clause(clause_id)
    return Pooled(
        query_id=query_id,
        query=text,
        clause_id=clause_id,
        notice=index.notice(clause.doc_id).title,
        context=" › ".join(clause.headings),
        text=clause.text,
        units="、".join(dict.fromkeys(unit.surface for unit in clause.units)),
    )

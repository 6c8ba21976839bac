"""Answers that are not found where they should be: the rank expected, the ranks found, and what lost them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from eval.gold import GoldQuery
from eval.judging import UNRESOLVED, Judged
from eval.tables import Table
from eval.trec import Run

if TYPE_CHECKING:
    from indexer.index import Index

__all__ = ["CUT", "LOSSES", "Loss", "Miss", "clause_id_of", "find_misses", "lost_by", "miss_tables", "miss_values"]

CUT = 10  # ranks that a person looks through

Loss: TypeAlias = Literal["filter", "lexical leg", "dense leg", "both legs", "fusion", "no clause"]
LOSSES: dict[Loss, str] = {
    "filter": "the planner's filters leave its notice out",
    "lexical leg": "by meaning it would be there",
    "dense leg": "by words it would be there",
    "both legs": "neither leg has it so far up",
    "fusion": "each leg alone has it so far up",
    "no clause": "the judged quote stands in no clause",
}


@dataclass(frozen=True, slots=True)
class Miss:
    """One clause judged relevant that is found behind its place, or not at all."""

    query_id: str
    clause: str  # doc of the gold records and the clause's place in it: s06:2.1
    grade: int
    expected: int  # the last rank that a perfect run would give it
    found: int | None  # in the hybrid run; None beyond the clauses asked for
    lexical: int | None
    dense: int | None
    lost_by: Loss

    @property
    def unseen(self) -> bool:
        """Whether it is not among the first ten."""
        return self.found is None or self.found > CUT


def find_misses(index: Index, queries: Sequence[GoldQuery], judged: Judged, runs: Mapping[str, Run]) -> list[Miss]:
    """Every relevant clause behind its place, those not found first; `runs` are those of the three modes."""
    docs = {doc_id: doc for doc, doc_id in judged.doc_ids.items()}
    misses = [miss for query in queries for miss in _misses(index, query, judged.grades[query.query_id], runs, docs)]
    return sorted(misses, key=lambda miss: (-(miss.found or 10**6), miss.query_id, miss.clause))


def _misses(
    index: Index, query: GoldQuery, grades: Mapping[str, int], runs: Mapping[str, Run], docs: Mapping[str, str]
) -> Iterator[Miss]:
    ranks = {
        mode: {clause_id: rank for rank, (clause_id, _) in enumerate(run.get(query.query_id, ()), 1)}
        for mode, run in runs.items()
    }
    relevant = {clause_id: grade for clause_id, grade in grades.items() if grade > 0}
    for clause_id, grade in relevant.items():
        expected = sum(other >= grade for other in relevant.values())
        found, lexical, dense = (ranks[mode].get(clause_id) for mode in ("hybrid", "lexical", "dense"))
        if found is not None and found <= expected:
            continue
        if clause_id.startswith(UNRESOLVED):
            loss: Loss = "no clause"
        elif found is None and not _lets_through(index, query, clause_id):
            loss = "filter"
        else:
            loss = lost_by(lexical, dense, limit=expected)
        yield Miss(query.query_id, _name(clause_id, docs), grade, expected, found, lexical, dense, loss)


def lost_by(lexical: int | None, dense: int | None, *, limit: int) -> Loss:
    """Which leg has a clause behind rank `limit`; fusion where neither has."""
    by_words, by_meaning = (rank is not None and rank <= limit for rank in (lexical, dense))
    if by_words and by_meaning:
        return "fusion"
    if by_words:
        return "dense leg"
    return "lexical leg" if by_meaning else "both legs"


def _lets_through(index: Index, query: GoldQuery, clause_id: str) -> bool:
    """Whether what the planner read in the question leaves the clause's notice in."""
    from msgspec.structs import replace

    from indexer.records import Query
    from indexer.search import plan

    doc_id = clause_id.partition(":")[0]
    filters = plan(index, Query(query.text, query.query_id)).filters
    if filters.doc_ids and doc_id not in filters.doc_ids:
        return False
    rows = index.allowed(replace(filters, doc_ids=(doc_id,)))
    return rows is None or len(rows) > 0


def _name(clause_id: str, docs: Mapping[str, str]) -> str:
    if clause_id.startswith(UNRESOLVED):
        return clause_id.removeprefix(UNRESOLVED).partition(":")[0]
    doc_id, _, path = clause_id.partition(":")
    return f"{docs.get(doc_id, doc_id)}:{path}"


def clause_id_of(miss: Miss, judged: Judged) -> str | None:
    """The clause of a miss; None where the judged quote stands in none."""
    doc, colon, path = miss.clause.partition(":")
    return f"{judged.doc_ids.get(doc, doc)}:{path}" if colon else None


def miss_tables(misses: Sequence[Miss]) -> tuple[Table, Table]:
    """What lost the relevant clauses, as counts; and every one of them with its ranks."""
    beyond = Counter(miss.lost_by for miss in misses if miss.unseen)
    all_of_them = Counter(miss.lost_by for miss in misses)
    counts = tuple(
        (loss, str(beyond[loss]), str(all_of_them[loss]), meaning)
        for loss, meaning in LOSSES.items()
        if all_of_them[loss]
    )
    summary = Table(
        "What lost relevant clauses",
        ("lost by", f"beyond rank {CUT}", "behind their place", "meaning"),
        counts,
        "A clause's place is the last rank that a perfect run would give it; so far up is up to that rank.",
        words=1,
    )
    rows = tuple(
        (
            miss.query_id,
            str(miss.expected),
            *(str(rank or "-") for rank in (miss.found, miss.lexical, miss.dense)),
            str(miss.grade),
            miss.clause,
            miss.lost_by,
        )
        for miss in misses
    )
    columns = ("question", "expected rank", "found", "lexical", "dense", "grade", "clause", "lost by")
    return summary, Table("Relevant clauses behind their place", columns, rows, words=2)


def miss_values(misses: Sequence[Miss]) -> list[dict[str, object]]:
    """The misses as JSON values."""
    keys = ("query_id", "clause", "grade", "expected", "found", "lexical", "dense", "lost_by")
    return [{key: getattr(miss, key) for key in keys} for miss in misses]

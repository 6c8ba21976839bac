"""How well the clauses that answer a question are found: trec_eval measures through ir_measures, by retrieval mode."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from eval.gold import GoldQuery
from eval.intervals import bootstrap_interval, randomisation_p
from eval.judging import Judged
from eval.trec import Grades, Run, write_qrels, write_run
from indexer.records import Mode, Query

if TYPE_CHECKING:
    from indexer.index import Index

__all__ = [
    "DEPTH",
    "LEAST_JUDGED",
    "MEASURES",
    "MODES",
    "RetrievalReport",
    "judged_warnings",
    "mean",
    "measure",
    "retrievable",
    "retrieve",
    "score_retrieval",
    "score_runs",
    "write_runs",
]

MEASURES = ("nDCG@10", "R@10", "R@100", "RR@10", "Judged@10")
MODES: tuple[Mode, ...] = ("hybrid", "lexical", "dense")
DEPTH = 100  # results asked for, as R@100 needs them
LEAST_JUDGED = 0.8  # Judged@10 below which two runs may differ by what nobody judged


@dataclass(frozen=True, slots=True)
class RetrievalReport:
    """The measures of every run for every question."""

    queries: tuple[GoldQuery, ...]
    scores: Mapping[str, Mapping[str, Mapping[str, float]]]  # run → measure → query_id → value
    first_relevant: Mapping[str, Mapping[str, int | None]]  # run → query_id → rank of the first relevant clause
    unresolved: tuple[str, ...]  # one line for each judged quote that no clause holds

    def values(self, run: str, measure_name: str, queries: Iterable[GoldQuery] | None = None) -> list[float]:
        """One value a question, in the order of the questions."""
        chosen = self.queries if queries is None else queries
        return [self.scores[run][measure_name][query.query_id] for query in chosen]

    def interval(self, run: str, measure_name: str) -> tuple[float, float]:
        """The 95 % bootstrap interval of the mean."""
        return bootstrap_interval(self.values(run, measure_name))

    def p_value(self, first: str, second: str, measure_name: str = "nDCG@10") -> float:
        """The paired randomisation test's two-sided p between two runs."""
        return randomisation_p(self.values(first, measure_name), self.values(second, measure_name))


def mean(values: Sequence[float]) -> float:
    """The arithmetic mean; 0 where there is nothing."""
    return sum(values) / len(values) if values else 0.0


def retrievable(queries: Iterable[GoldQuery], grades: Grades | None = None) -> list[GoldQuery]:
    """The questions whose ranking is scored: answerable, and not a list of one unit's duties, which is looked up.

    `grades` may say of a question without a judged quote that a clause is relevant.
    """
    return [
        query
        for query in queries
        if query.answerable
        and query.type != "duties"
        and (query.relevant or any(grade > 0 for grade in (grades or {}).get(query.query_id, {}).values()))
    ]


def retrieve(index: Index, queries: Iterable[GoldQuery], mode: Mode) -> dict[str, list[tuple[str, float]]]:
    """query_id → its clauses by one retrieval mode, best first, at most DEPTH."""
    from indexer.search import search

    return {
        query.query_id: [
            (hit.clause_id, hit.score) for hit in search(index, Query(query.text, query.query_id), k=DEPTH, mode=mode)
        ]
        for query in queries
    }


def judged_warnings(judged_at_10: Mapping[str, float]) -> list[str]:
    """One sentence on the runs of whose first ten clauses too few are judged; none where all have enough."""
    few = {run: share for run, share in judged_at_10.items() if share < LEAST_JUDGED}
    if not few:
        return []
    shares = ", ".join(f"{run} {share:.2f}" for run, share in few.items())
    return [
        f"Judged@10 is below {LEAST_JUDGED} ({shares}): clauses that nobody judged count as not relevant, so measures "
        "are lower bounds, and runs may differ by what is unjudged; python -m eval pool lists what to judge."
    ]


def measure(grades: Grades, run: Run) -> dict[str, dict[str, float]]:
    """measure → query_id → value for every judged question; one without a result scores 0.

    Ranks decide, not scores: equal scores keep the run's order.
    """
    import ir_measures

    measures = [ir_measures.parse_measure(name) for name in MEASURES]
    qrels = {query_id: dict(judged) for query_id, judged in grades.items()}
    ranked = {
        query_id: {clause_id: float(len(rows) - place) for place, (clause_id, _) in enumerate(rows)}
        for query_id, rows in run.items()
        if rows and query_id in qrels
    }
    values = {name: dict.fromkeys(qrels, 0.0) for name in MEASURES}
    for metric in ir_measures.iter_calc(measures, qrels, ranked):
        values[str(metric.measure)][metric.query_id] = float(metric.value)
    return values


def score_retrieval(
    index: Index, queries: Iterable[GoldQuery], judged: Judged, *, more: Mapping[str, tuple[Run, Judged]] | None = None
) -> tuple[RetrievalReport, dict[str, Run]]:
    """The measures of the three modes, and the runs; `more` adds runs with judgements of their own."""
    chosen = retrievable(queries, judged.grades)
    runs: dict[str, tuple[Run, Judged]] = {mode: (retrieve(index, chosen, mode), judged) for mode in MODES}
    runs |= more or {}
    return score_runs(chosen, judged, runs), {name: run for name, (run, _) in runs.items()}


def score_runs(chosen: Sequence[GoldQuery], judged: Judged, runs: Mapping[str, tuple[Run, Judged]]) -> RetrievalReport:
    """The measures of runs over the chosen questions, each by the judgements beside it."""
    scores: dict[str, dict[str, dict[str, float]]] = {}
    first: dict[str, dict[str, int | None]] = {}
    for name, (run, known) in runs.items():
        grades = {query.query_id: known.grades[query.query_id] for query in chosen}
        scores[name] = measure(grades, run)
        first[name] = {query_id: _first_relevant(run.get(query_id, ()), grades[query_id]) for query_id in grades}
    unresolved = tuple(f"{query_id}: {entry.doc} {entry.quote!r}" for query_id, entry in judged.unresolved)
    return RetrievalReport(tuple(chosen), scores, first, unresolved)


def _first_relevant(rows: Sequence[tuple[str, float]], grades: Mapping[str, int]) -> int | None:
    return next((rank for rank, (clause_id, _) in enumerate(rows, start=1) if grades.get(clause_id, 0) > 0), None)


def write_runs(folder: Path, runs: Mapping[str, Run], judged: Judged) -> None:
    """Write each run as a TREC run file, and the judgements as `qrels.txt`, into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, run in runs.items():
        write_run(folder / f"{name}.run", run, tag=name)
    write_qrels(folder / "qrels.txt", judged.grades)

"""Two or more runs on the same judgements: each measure with its paired difference from the first, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eval.charts import Interval, IntervalChart
from eval.intervals import Difference, paired_difference
from eval.retrieval import MEASURES, judged_warnings, mean, measure
from eval.tables import Table
from eval.trec import Grades, Run
from indexer.errors import UsageError

__all__ = [
    "Compared",
    "QueryDifference",
    "compare",
    "comparison_table",
    "comparison_values",
    "difference_cells",
    "differences_by_query",
    "differences_table",
]


@dataclass(frozen=True, slots=True)
class Compared:
    """A run beside the one it is compared with, measure by measure."""

    name: str
    baseline: str
    n_queries: int
    means: Mapping[str, float]  # measure → mean over all judged questions
    baseline_means: Mapping[str, float]
    differences: Mapping[str, Difference]  # measure → this run less the baseline
    absent: int = 0  # judged questions for which the baseline has no line; they score 0 there


@dataclass(frozen=True, slots=True)
class QueryDifference:
    """One question's value of a measure in two runs."""

    query_id: str
    baseline: float
    other: float

    @property
    def difference(self) -> float:
        """By how much the other run is better."""
        return self.other - self.baseline


def compare(grades: Grades, runs: Mapping[str, Run]) -> list[Compared]:
    """Every run after the first against the first; raises UsageError for a run of other questions.

    Counted are the questions with a relevant clause that at least one of the runs has; in a run without it, it scores 0.
    """
    grades = _compared(grades, runs)
    scores = {name: measure(grades, run) for name, run in runs.items()}
    baseline, *others = runs
    return [
        Compared(
            name=name,
            baseline=baseline,
            n_queries=len(grades),
            means={m: mean(list(scores[name][m].values())) for m in MEASURES},
            baseline_means={m: mean(list(scores[baseline][m].values())) for m in MEASURES},
            differences={
                m: paired_difference(*([scores[run][m][query_id] for query_id in grades] for run in (name, baseline)))
                for m in MEASURES
            },
            absent=sum(query_id not in runs[baseline] for query_id in grades),
        )
        for name in others
    ]


def differences_by_query(grades: Grades, baseline: Run, other: Run, measure_name: str) -> list[QueryDifference]:
    """Every compared question, the greatest loss first and the greatest gain last; raises UsageError as `compare` does."""
    counted = _compared(grades, {"baseline": baseline, "other": other})
    ours, theirs = (measure(counted, run)[measure_name] for run in (baseline, other))
    rows = [QueryDifference(query_id, ours[query_id], theirs[query_id]) for query_id in counted]
    return sorted(rows, key=lambda row: (row.difference, row.query_id))


def _compared(grades: Grades, runs: Mapping[str, Run]) -> dict[str, Mapping[str, int]]:
    """The questions with a relevant clause that at least one of the runs has."""
    for name, run in runs.items():
        _reject_other_questions(name, run, grades)
    return {
        query_id: judged
        for query_id, judged in grades.items()
        if any(grade > 0 for grade in judged.values()) and any(query_id in run for run in runs.values())
    }


def _reject_other_questions(name: str, run: Run, grades: Grades) -> None:
    """Raise UsageError where no question of the run is judged: it belongs to other questions."""
    if not any(query_id in grades for query_id in run):
        asked, judged = next(iter(run), "none"), next(iter(grades), "none")
        raise UsageError(
            f"no question of the run {name} is judged (it has {asked}, the judgements have {judged}); "
            "runs and judgements must have the same question ids"
        )


def difference_cells(difference: Difference) -> tuple[str, str, str]:
    """Difference, interval and p as they stand in a table."""
    return (
        f"{difference.mean:+.3f}",
        f"{difference.low:+.3f} to {difference.high:+.3f}",
        f"{difference.p:.4f}",
    )


def comparison_table(compared: Compared) -> Table:
    """One row a measure: both means, the difference with its interval, p, and questions better and worse."""
    rows = tuple(
        (
            name,
            f"{compared.baseline_means[name]:.3f}",
            f"{compared.means[name]:.3f}",
            *difference_cells(difference),
            str(difference.better),
            str(difference.worse),
        )
        for name, difference in compared.differences.items()
    )
    columns = ("measure", compared.baseline, compared.name, "difference", "95 % interval", "p", "better", "worse")
    notes = [f"{compared.n_queries} judged questions; paired randomisation test, two-sided."]
    if compared.absent:
        notes.append(f"{compared.absent} of them are not in {compared.baseline} and score 0 there.")
    shares = {compared.baseline: compared.baseline_means["Judged@10"], compared.name: compared.means["Judged@10"]}
    chart = IntervalChart(
        f"{compared.name} less {compared.baseline}",
        tuple(Interval(name, d.mean, d.low, d.high) for name, d in compared.differences.items() if name != "Judged@10"),
        zero=True,
    )
    title = f"{compared.name} against {compared.baseline}"
    return Table(title, columns, rows, " ".join([*notes, *judged_warnings(shares)]), chart=chart)


def differences_table(
    rows: Sequence[QueryDifference], names: tuple[str, str], questions: Mapping[str, str], *, measure_name: str
) -> Table:
    """One row a question: both values, the difference and the question's text."""
    cells = tuple(
        (
            row.query_id,
            f"{row.baseline:.3f}",
            f"{row.other:.3f}",
            f"{row.difference:+.3f}",
            questions.get(row.query_id, ""),
        )
        for row in rows
    )
    columns = ("question id", *names, "difference", "question")
    return Table(f"{measure_name} by question", columns, cells, words=1)


def comparison_values(compared: Compared) -> dict[str, Any]:
    """The comparison as JSON values, by measure."""
    return {
        name: {
            "baseline": round(compared.baseline_means[name], 4),
            "mean": round(compared.means[name], 4),
            "difference": round(difference.mean, 4),
            "low": round(difference.low, 4),
            "high": round(difference.high, 4),
            "p": round(difference.p, 4),
        }
        for name, difference in compared.differences.items()
    }

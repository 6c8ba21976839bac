"""Everything that is measured of one index on one set of questions, with progress: a minute's work for whoever waits.

The figures are those of `python -m eval retrieval` and `answers`, without the windows.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from eval.answers import AnswerReport, answer_row
from eval.configurations import Configuration, ranked
from eval.coverage import Coverage, ranked_by_confidence
from eval.gold import GoldQuery
from eval.intervals import bootstrap_interval
from eval.judging import Judged
from eval.misses import Miss, find_misses
from eval.question_sets import Fitted
from eval.retrieval import MEASURES, MODES, RetrievalReport, mean, retrievable, score_runs
from eval.trec import Run
from indexer.errors import UsageError
from indexer.records import Query

if TYPE_CHECKING:
    from indexer.index import Index

__all__ = [
    "FORMS",
    "Form",
    "MeanWithInterval",
    "Measurement",
    "Stage",
    "StageProgress",
    "form_of",
    "intervals_of",
    "measure_run",
    "measure_system",
]

Stage: TypeAlias = Literal["hybrid", "lexical", "dense", "answers", "coverage"]
StageProgress: TypeAlias = Callable[[Stage, int, int], None]

# How a question is asked. Up to so many characters it is short: a quarter of the samples' plain questions are.
SHORT = 18
Form: TypeAlias = Literal["staff", "short", "draft"]
FORMS: tuple[Form, ...] = ("staff", "short", "draft")


@dataclass(frozen=True, slots=True)
class MeanWithInterval:
    """A mean over questions with its 95 % bootstrap interval."""

    mean: float
    low: float
    high: float
    n: int  # questions


@dataclass(frozen=True, slots=True)
class Measurement:
    """What was measured of a system on a set of questions."""

    fitted: Fitted
    retrieval: RetrievalReport  # by mode
    runs: Mapping[str, Run]  # by mode
    figures: Mapping[str, Mapping[str, MeanWithInterval]]  # mode → measure
    forms: Mapping[Form, Mapping[str, MeanWithInterval]]  # form → mode → nDCG@10
    misses: tuple[Miss, ...]
    answers: AnswerReport
    unit_f1: MeanWithInterval
    coverage: Coverage
    seconds: float


def form_of(query: GoldQuery) -> Form:
    """Whether a question is a drafted sentence, a few words, or a sentence as staff write it."""
    if query.type == "precedent":
        return "draft"
    return "short" if len(query.text) <= SHORT else "staff"


def measure_system(index: Index, fitted: Fitted, *, progress: StageProgress = lambda *_: None) -> Measurement:
    """Retrieval by its three modes and answers; raises UsageError where no question has a relevant clause."""
    began = time.perf_counter()
    judged = fitted.judged
    asked = retrievable(fitted.queries, judged.grades)
    if not asked:
        raise UsageError("no question has a relevant clause; add judgements with a grade of 1 or 2")
    runs: dict[str, Run] = {}
    for mode in MODES:
        runs[mode] = ranked(index, asked, Configuration(mode), progress=_stage(progress, mode))
    report = score_runs(asked, judged, {mode: (run, judged) for mode, run in runs.items()})
    answers = _answers(index, fitted.queries, judged, _stage(progress, "answers"))
    progress("coverage", 0, 1)
    said = [row.query.query_id for row in answers.rows if row.abstained is None]
    return Measurement(
        fitted=fitted,
        retrieval=report,
        runs=runs,
        figures={mode: intervals_of(report, mode) for mode in MODES},
        forms=_forms(report),
        misses=tuple(find_misses(index, asked, judged, runs)),
        answers=answers,
        unit_f1=_interval(answers.unit_f1),
        coverage=ranked_by_confidence(index, fitted.queries, judged, answered=said),
        seconds=time.perf_counter() - began,
    )


def measure_run(
    index: Index, fitted: Fitted, configuration: Configuration, *, progress: StageProgress = lambda *_: None
) -> tuple[Run, Mapping[str, MeanWithInterval]]:
    """The run of one configuration, and its figures by measure."""
    asked = retrievable(fitted.queries, fitted.judged.grades)
    run = ranked(index, asked, configuration, progress=_stage(progress, configuration.mode))
    report = score_runs(asked, fitted.judged, {"run": (run, fitted.judged)})
    return run, intervals_of(report, "run")


def intervals_of(report: RetrievalReport, run: str) -> dict[str, MeanWithInterval]:
    """Every measure of a run with its interval."""
    return {name: _interval(report.values(run, name)) for name in MEASURES}


def _forms(report: RetrievalReport) -> dict[Form, dict[str, MeanWithInterval]]:
    """nDCG@10 by mode of the questions of every form that occurs."""
    by_form: dict[Form, list[GoldQuery]] = {form: [q for q in report.queries if form_of(q) == form] for form in FORMS}
    return {
        form: {mode: _interval(report.values(mode, "nDCG@10", chosen)) for mode in MODES}
        for form, chosen in by_form.items()
        if chosen
    }


def _interval(values: Sequence[float]) -> MeanWithInterval:
    return MeanWithInterval(mean(values), *bootstrap_interval(values), len(values))


def _answers(
    index: Index, queries: Sequence[GoldQuery], judged: Judged, progress: Callable[[int, int], None]
) -> AnswerReport:
    from indexer.search import ask

    rows = []
    for done, query in enumerate(queries):
        progress(done, len(queries))
        rows.append(answer_row(query, ask(index, Query(query.text, query.query_id)), judged, index))
    return AnswerReport(tuple(rows))


def _stage(progress: StageProgress, stage: Stage) -> Callable[[int, int], None]:
    return lambda done, total: progress(stage, done, total)

"""Coverage against error: what is gained by answering only where the system is surest (a risk–coverage curve).

Every question is taken as if it were answered from its best clause, and ranked by the confidence by which silence is
decided (`indexer.search.silence.confidence`). It is an error to answer from a clause that is not judged relevant, which an
unanswerable question always is. The area under the curve is the mean error over all numbers of questions answered
(AURC: Geifman, Uziel and El-Yaniv, ICLR 2019); lower is better.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from eval.charts import Curve, CurveChart
from eval.gold import GoldQuery
from eval.judging import Judged
from eval.tables import Table

if TYPE_CHECKING:
    from indexer.index import Index
    from indexer.records import Plan
    from indexer.search.retrieve import Found
    from indexer.search.silence import MatchSigns

__all__ = ["Coverage", "Ranked", "coverage_table", "coverage_values", "ranked_by_confidence", "signs_of_best"]

LEVELS = (0.1, 0.25, 0.5, 0.75, 0.9, 1.0)  # shares of questions answered that the table shows
_LEAST_SHOWN = 0.05  # where the drawn line begins: the error of a handful of questions jumps about
_DEPTH = 20  # clauses looked at, as answers do


@dataclass(frozen=True, slots=True)
class Ranked:
    """One question with what decides whether it is answered."""

    query_id: str
    confidence: float  # a logit; minus infinity where nothing was found
    right: bool  # whether the best clause is judged relevant
    answerable: bool


@dataclass(frozen=True, slots=True)
class Point:
    """Answering every question at least so sure."""

    threshold: float
    coverage: float  # share of all questions that is answered
    error: float  # share of the answered ones that is wrong
    answerable: float  # share of the answerable ones that is answered
    unanswerable: float  # share of the unanswerable ones that is answered


@dataclass(frozen=True, slots=True)
class Coverage:
    """Questions, the surest first, and those that the system answers with all of its rules."""

    rows: tuple[Ranked, ...]
    answered: frozenset[str] = frozenset()
    questions: str = "all questions"  # which they are, in words

    @property
    def curve(self) -> list[Point]:
        """One point for each confidence that occurs, the highest first."""
        points = []
        for number, row in enumerate(self.rows, 1):
            following = self.rows[number].confidence if number < len(self.rows) else None
            if row.confidence != following and math.isfinite(row.confidence):
                points.append(self._point(row.confidence, self.rows[:number]))
        return points

    @property
    def area(self) -> float:
        """The mean error over all numbers of questions answered."""
        return _area([not row.right for row in self.rows])

    @property
    def best_area(self) -> float:
        """The area if every right question came before every wrong one."""
        return _area(sorted(not row.right for row in self.rows))

    @property
    def error(self) -> float:
        """The error of answering everything, which is also the area of an order by chance."""
        return sum(not row.right for row in self.rows) / len(self.rows) if self.rows else 0.0

    @property
    def system(self) -> Point:
        """Where the system stands with all of its rules for silence."""
        said = [row for row in self.rows if row.query_id in self.answered]
        return self._point(min((row.confidence for row in said), default=math.nan), said)

    def _point(self, threshold: float, said: Sequence[Ranked]) -> Point:
        answerable, unanswerable = (sum(row.answerable is kind for row in self.rows) for kind in (True, False))
        return Point(
            threshold=threshold,
            coverage=_share(len(said), len(self.rows)),
            error=_share(sum(not row.right for row in said), len(said)),
            answerable=_share(sum(row.answerable for row in said), answerable),
            unanswerable=_share(sum(not row.answerable for row in said), unanswerable),
        )


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _area(wrong: Sequence[bool]) -> float:
    """The mean of the error among the first 1, 2, … of them."""
    errors = [sum(wrong[:n]) / n for n in range(1, len(wrong) + 1)]
    return sum(errors) / len(errors) if errors else 0.0


def ranked_by_confidence(
    index: Index, queries: Sequence[GoldQuery], judged: Judged, *, answered: Collection[str]
) -> Coverage:
    """The questions of the test split (all where there is none), the surest first; `answered` are the system's own.

    Silence is fitted on the tune questions, so they would flatter it. Duties are looked up and drafts always quoted:
    neither is decided by confidence, and both are left out.
    """
    from indexer.records import Query
    from indexer.search.plan import plan
    from indexer.search.silence import confidence

    test = [query for query in queries if query.split == "test"]
    rows: list[Ranked] = []
    for query in test or queries:
        planned = plan(index, Query(query.text, query.query_id))
        if planned.intent in ("duties", "wording") or query.type in ("duties", "precedent"):
            continue
        found, signs = signs_of_best(index, planned)
        best = found.hits[0].clause_id if found.hits else ""
        right = judged.grades.get(query.query_id, {}).get(best, 0) > 0 and query.answerable
        sure = confidence(signs) if signs else -math.inf
        rows.append(Ranked(query.query_id, sure, right, query.answerable))
    rows.sort(key=lambda row: (-row.confidence, row.query_id))
    which = "test questions" if test else "all questions"
    return Coverage(tuple(rows), frozenset(answered), f"{len(rows)} {which} without duties and drafts")


def signs_of_best(index: Index, planned: Plan) -> tuple[Found, MatchSigns | None]:
    """What is retrieved for a plan, and how well the best clause matches; None where nothing is found."""
    from indexer.search.retrieve import retrieve
    from indexer.search.silence import match_signs

    found = retrieve(index, planned, k=_DEPTH)
    if not found.hits:
        return found, None
    return found, match_signs(index, planned, found)


def coverage_table(coverage: Coverage) -> Table:
    """The curve at some levels, the system's own point, and the areas in the note."""
    curve = coverage.curve
    chosen = {
        level: next((point for point in curve if point.coverage >= level - 1e-9), None) for level in LEVELS if curve
    }
    rows = [(f"{level:.0%}", *_cells(point)) for level, point in chosen.items() if point]
    said = bool(coverage.answered.intersection(row.query_id for row in coverage.rows))
    if said:
        rows.append(("system", *_cells(coverage.system)))
    note = (
        f"{coverage.questions}; answered from the best clause, wrong where that is not judged relevant. Area under the "
        f"curve {coverage.area:.3f} (in the best order {coverage.best_area:.3f}, by chance {coverage.error:.3f}). "
        "The system also has rules that no confidence shows: places, years, facts and units that the archive lacks."
    )
    columns = (
        "questions answered",
        "confidence at least",
        "share answered",
        "error among them",
        "answerable answered",
        "unanswerable answered",
    )
    chart = CurveChart(
        "Error among the answered, by share of questions answered",
        "share of questions answered",
        (Curve("by confidence", tuple((p.coverage, p.error) for p in curve if p.coverage >= _LEAST_SHOWN)),),
        (("system", coverage.system.coverage, coverage.system.error),) if said else (),
    )
    return Table("Coverage and error", columns, tuple(rows), note, chart=chart)


def _cells(point: Point) -> tuple[str, ...]:
    shares = (point.coverage, point.error, point.answerable, point.unanswerable)
    return (f"{point.threshold:.2f}", *(f"{share:.3f}" for share in shares))


def coverage_values(coverage: Coverage) -> dict[str, Any]:
    """The curve and its areas as JSON values."""
    return {
        "questions": len(coverage.rows),
        "area": round(coverage.area, 4),
        "best_area": round(coverage.best_area, 4),
        "error": round(coverage.error, 4),
        "system": {"coverage": round(coverage.system.coverage, 4), "error": round(coverage.system.error, 4)},
        "curve": [[round(p.threshold, 4), round(p.coverage, 4), round(p.error, 4)] for p in coverage.curve],
    }

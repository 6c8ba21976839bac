"""Whether two judges mean the same: Cohen's κ over what both judged, plain and weighted by how far apart they are."""

from __future__ import annotations

import math
import warnings
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from eval.judgements.pool import GRADES
from eval.judgements.sheets import Sheet
from eval.tables import Table
from indexer.errors import UsageError

__all__ = ["Agreement", "agreement", "agreement_tables", "agreement_values", "disagreements", "merged"]

# How a disagreement weighs: as any other, by its distance, by the square of its distance (Cohen 1960, 1968).
WEIGHTS: dict[str, str | None] = {"κ": None, "κ, linear weights": "linear", "κ, quadratic weights": "quadratic"}


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two judges over the same clauses."""

    pairs: Mapping[tuple[int, int], int]  # (grade of the first, of the second) → how often
    kappas: Mapping[str, float]  # nan where both gave every clause one and the same grade: chance explains everything
    first_only: int  # judged by the first alone
    second_only: int

    @property
    def n_pairs(self) -> int:
        """Clauses that both judged."""
        return sum(self.pairs.values())

    @property
    def share(self) -> float:
        """Share of them with the same grade."""
        return sum(count for (one, other), count in self.pairs.items() if one == other) / self.n_pairs


def agreement(first: Sheet, second: Sheet) -> Agreement:
    """How far two judges agree; raises UsageError where they judged nothing in common."""
    ours, theirs = first.places.keys(), second.places.keys()
    both = sorted(ours & theirs)
    if not both:
        raise UsageError("the two files judge no clause in common; give two judgements of the same pool")
    grades = [(first.grades[query_id][clause_id], second.grades[query_id][clause_id]) for query_id, clause_id in both]
    return Agreement(
        Counter(grades),
        {name: _kappa(grades, weights) for name, weights in WEIGHTS.items()},
        len(ours - theirs),
        len(theirs - ours),
    )


def _kappa(grades: list[tuple[int, int]], weights: str | None) -> float:
    from sklearn.exceptions import UndefinedMetricWarning
    from sklearn.metrics import cohen_kappa_score

    labels = sorted({*GRADES, *(grade for pair in grades for grade in pair)})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UndefinedMetricWarning)  # what is undefined is said to be so
        ours, theirs = zip(*grades, strict=True)
        return float(cohen_kappa_score(ours, theirs, weights=weights, labels=labels))


def disagreements(first: Sheet, second: Sheet) -> list[str]:
    """One line for each clause that two judges graded differently, with where each said so."""
    lines = []
    for query_id, clause_id in sorted(first.places.keys() & second.places.keys()):
        one, other = first.grades[query_id][clause_id], second.grades[query_id][clause_id]
        if one != other:
            where = first.places[query_id, clause_id], second.places[query_id, clause_id]
            lines.append(f"{query_id} {clause_id}: {one} ({where[0]}), {other} ({where[1]})")
    return lines


def merged(sheets: list[Sheet], *, different: str = "refuse") -> dict[str, dict[str, int]]:
    """The grades of several sheets as one; where they differ, the `lower` or the `higher` one, or UsageError."""
    grades: dict[str, dict[str, int]] = {}
    places: dict[tuple[str, str], str] = {}
    for sheet in sheets:
        for (query_id, clause_id), where in sheet.places.items():
            judged, new = grades.setdefault(query_id, {}), sheet.grades[query_id][clause_id]
            old = judged.get(clause_id, new)
            if old != new and different == "refuse":
                raise UsageError(
                    f"{where}: {clause_id} has grade {new} for {query_id}, but {old} at {places[query_id, clause_id]}; "
                    "settle it, or choose --different lower or higher"
                )
            judged[clause_id] = min(old, new) if different == "lower" else max(old, new)
            places.setdefault((query_id, clause_id), where)
    return grades


def agreement_tables(found: Agreement) -> list[Table]:
    """κ and its kin, and how often each pair of grades was given."""
    rows = [("same grade", f"{found.share:.3f}")]
    rows += [(name, "undefined" if math.isnan(value) else f"{value:.3f}") for name, value in found.kappas.items()]
    note = f"{found.n_pairs} clauses that both judged; {found.first_only} only the first, {found.second_only} only the second."
    if any(math.isnan(value) for value in found.kappas.values()):
        note += " κ is undefined where every clause has one and the same grade."
    labels = sorted({*GRADES, *(grade for pair in found.pairs for grade in pair)})
    counts = tuple((f"first {one}", *(str(found.pairs.get((one, other), 0)) for other in labels)) for one in labels)
    columns = ("grades", *(f"second {other}" for other in labels))
    return [Table("Agreement", ("what", "value"), tuple(rows), note), Table("Grades given", columns, counts)]


def agreement_values(found: Agreement) -> dict[str, Any]:
    """The agreement as JSON values; null where κ is undefined."""
    kappas = {name: None if math.isnan(value) else round(value, 4) for name, value in found.kappas.items()}
    return {
        "pairs": found.n_pairs,
        "same": round(found.share, 4),
        "kappa": kappas["κ"],
        "kappa_linear": kappas["κ, linear weights"],
        "kappa_quadratic": kappas["κ, quadratic weights"],
        "first_only": found.first_only,
        "second_only": found.second_only,
        "grades": [[one, other, count] for (one, other), count in sorted(found.pairs.items())],
    }

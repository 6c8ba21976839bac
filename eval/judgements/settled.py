"""Two judges of a kept pool: their sheets to compute κ from, where they differ, and one set of judgements of all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from eval.judgements.kept import Kept, Place
from eval.judgements.pool import Pooled
from eval.judgements.sheets import Sheet

if TYPE_CHECKING:
    from indexer.index import Index

__all__ = ["Dispute", "Settlement", "disputes", "judged_rows", "settlement", "sheet_of"]


@dataclass(frozen=True, slots=True)
class Dispute:
    """A clause that judges graded differently; `settled` is None until somebody decided."""

    place: Place
    grades: dict[str, int]  # judge → grade
    settled: int | None


@dataclass(frozen=True, slots=True)
class Settlement:
    """All judges' grades as one; disputed clauses that nobody decided are left out and counted."""

    grades: dict[str, dict[str, int]]
    undecided: int


def sheet_of(kept: Kept, judge: str) -> Sheet:
    """One judge's grades as a sheet, for `agreement`."""
    judged = kept.grades.get(judge, {})
    grades: dict[str, dict[str, int]] = {}
    for query_id, clause_id in (place for place in kept.pool.places if place in judged):
        grades.setdefault(query_id, {})[clause_id] = judged[query_id, clause_id]
    places = {place: judge for place in kept.pool.places if place in judged}
    return Sheet(grades, places, len(kept.open_places(judge)))


def disputes(kept: Kept) -> list[Dispute]:
    """Every clause on which any two judges differ, in the order of the pool."""
    found = []
    for place in kept.pool.places:
        grades = {judge: judged[place] for judge, judged in kept.grades.items() if place in judged}
        if len(set(grades.values())) > 1:
            found.append(Dispute(place, grades, kept.settled.get(place)))
    return found


def settlement(kept: Kept) -> Settlement:
    """What the judges agree on, and what was decided of the rest."""
    merged: dict[str, dict[str, int]] = {}
    undecided = 0
    for place in kept.pool.places:
        said = {judged[place] for judged in kept.grades.values() if place in judged}
        if len(said) > 1 and place not in kept.settled:
            undecided += 1
        elif said:
            merged.setdefault(place[0], {})[place[1]] = kept.settled[place] if len(said) > 1 else said.pop()
    return Settlement(merged, undecided)


def judged_rows(index: Index, kept: Kept, grades: dict[str, dict[str, int]]) -> list[Pooled]:
    """The graded clauses with what a reader of the sheet needs; what the archive has lost keeps its ids and grade."""
    from dataclasses import replace

    from eval.judgements.pool import pooled
    from indexer.errors import UsageError

    texts = kept.pool.texts
    rows: list[Pooled] = []
    for query_id, judged in grades.items():
        for clause_id, grade in judged.items():
            try:
                row = pooled(index, query_id, texts[query_id], clause_id)
            except UsageError:
                row = Pooled(query_id, texts[query_id], clause_id, "", "", "", "")
            rows.append(replace(row, grade=grade))
    return rows

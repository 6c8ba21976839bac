"""Units with roles, persons, deadlines and targets, clause by clause.

What a missed clause should have named counts as missed, and what a spurious clause names counts as wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TypeVar

from eval.gold import GoldClause, squeeze
from eval.matching import Alignment, Tally, align
from indexer.records import Clause, UnitMention

__all__ = ["FIELDS", "judged_roles", "score_notice", "scored_units"]

FIELDS = (
    "clauses",
    "units",
    "units + roles",
    "inherited units",
    "persons",
    "deadlines (exact)",
    "deadlines (overlapping)",
    "targets (exact)",
    "targets (overlapping)",
)

Key = TypeVar("Key")


def _tally(
    alignment: Alignment,
    judged_keys: Callable[[GoldClause], Collection[Key]],
    said_keys: Callable[[Clause], Collection[Key]],
    same: Callable[[Key, Key], bool] | None = None,
) -> Tally:
    """Keys right, said and judged over an alignment; `same` decides instead of equality, one to one."""
    right = said = judged = 0
    for gold, clause in alignment.pairs:
        wanted, found = judged_keys(gold), said_keys(clause)
        right += _agreeing(wanted, found, same)
        said += len(found)
        judged += len(wanted)
    said += sum(len(said_keys(clause)) for clause in alignment.spurious)
    judged += sum(len(judged_keys(gold)) for gold in alignment.missed)
    return Tally(right, said, judged)


def _agreeing(wanted: Collection[Key], found: Collection[Key], same: Callable[[Key, Key], bool] | None) -> int:
    if same is None:
        return len(set(wanted) & set(found))
    left = list(found)
    right = 0
    for key in wanted:
        match = next((row for row, other in enumerate(left) if same(key, other)), None)
        if match is not None:
            del left[match]
            right += 1
    return right


def _overlap(one: str, other: str) -> bool:
    return one in other or other in one


def _judged_units(gold: GoldClause) -> set[str]:
    return {squeeze(surface) for surface, _ in gold.units}


def judged_roles(gold: GoldClause) -> set[tuple[str, str]]:
    """(surface, role) of every unit the judges read in the clause."""
    return {(squeeze(surface), role) for surface, role in gold.units}


def _may_stand(gold: GoldClause | None, unit: UnitMention) -> bool:
    """Whether a mention is scored with the roles; one that is judged only as inherited is allowed, not asked for."""
    if gold is None:
        return True
    surface = squeeze(unit.surface)
    return surface in _judged_units(gold) or surface not in {squeeze(name) for name in gold.inherited}


def scored_units(alignment: Alignment) -> dict[str, list[UnitMention]]:
    """clause_id → its mentions that are scored."""
    rows: list[tuple[GoldClause | None, Clause]] = [
        *alignment.pairs,
        *((None, clause) for clause in alignment.spurious),
    ]
    return {clause.clause_id: [unit for unit in clause.units if _may_stand(gold, unit)] for gold, clause in rows}


def _inherited(alignment: Alignment) -> Tally:
    """Units that apply by a statement outside the clause, where the judges listed them apart from the roles."""
    tally = Tally(judged=sum(len(gold.inherited) for gold in alignment.missed))
    for gold, clause in alignment.pairs:
        wanted = {squeeze(name) for name in gold.inherited}
        found = {squeeze(unit.surface) for unit in clause.units if unit.inherited} - _judged_units(gold)
        found |= wanted & {squeeze(unit.surface) for unit in clause.units}
        tally += Tally(len(wanted & found), len(found), len(wanted))
    return tally


def score_notice(judged: Sequence[GoldClause], clauses: Sequence[Clause]) -> dict[str, Tally]:
    """Field → tally for one notice; the fields are FIELDS."""
    alignment = align(judged, clauses)
    units = scored_units(alignment)

    def said_units(clause: Clause) -> set[str]:
        return {squeeze(unit.surface) for unit in units[clause.clause_id]}

    def said_roles(clause: Clause) -> set[tuple[str, str]]:
        return {(squeeze(unit.surface), unit.role) for unit in units[clause.clause_id]}

    def judged_deadline(gold: GoldClause) -> tuple[str, ...]:
        return (squeeze(gold.deadline),) if gold.deadline else ()

    def said_deadline(clause: Clause) -> tuple[str, ...]:
        return (squeeze(clause.deadline.text),) if clause.deadline else ()

    def judged_targets(gold: GoldClause) -> list[str]:
        return sorted({squeeze(target) for target in gold.targets})

    def said_targets(clause: Clause) -> list[str]:
        return sorted({squeeze(target.text) for target in clause.targets})

    return {
        "clauses": Tally(len(alignment.pairs), len(clauses), len(judged)),
        "units": _tally(alignment, _judged_units, said_units),
        "units + roles": _tally(alignment, judged_roles, said_roles),
        "inherited units": _inherited(alignment),
        "persons": _tally(
            alignment,
            lambda gold: {squeeze(person) for person in gold.persons},
            lambda clause: {squeeze(person) for person in clause.persons},
        ),
        "deadlines (exact)": _tally(alignment, judged_deadline, said_deadline),
        "deadlines (overlapping)": _tally(alignment, judged_deadline, said_deadline, _overlap),
        "targets (exact)": _tally(alignment, judged_targets, said_targets),
        "targets (overlapping)": _tally(alignment, judged_targets, said_targets, _overlap),
    }

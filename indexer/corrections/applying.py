"""A notice with its corrections: what the parser read, put right as an editor said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from indexer.corrections.values import field_value, occurrences
from indexer.errors import UsageError
from indexer.index.correction_rows import StoredCorrection
from indexer.notices.quantities.deadlines import resolve
from indexer.records import Clause, ClauseUnit, HandCorrection, Notice, UnitMention

__all__ = ["BY_HAND", "Unapplied", "apply", "corrected", "header_values"]

BY_HAND = "by_hand"  # the rule that a unit mention bears which an editor named


class Unapplied(Struct, frozen=True):
    """A correction that does not fit the notice any more, and why, in one line."""

    correction: HandCorrection
    reason: str


def apply(notice: Notice, corrections: Sequence[HandCorrection]) -> tuple[Notice, tuple[Unapplied, ...]]:
    """The notice with its corrections in order, and those that do not fit it; of other notices' none may be given.

    The doc_id stays. Where the parser reads something else by now than it did for the editor, the correction holds all
    the same, with a warning in the notice. A unit is located where the notice names it: in the clause, in its unit line,
    else nearest by.
    """
    header = header_values(corrections)
    made = _in_its_year(replace(notice, **header), notice.year) if header else notice
    warnings: list[str] = [_changed(each, notice) for each in corrections if each.field in header]
    unapplied: list[Unapplied] = []
    clauses = {clause.clause_id: clause for clause in made.clauses}
    for each in (each for each in corrections if each.field == "units"):
        clause = clauses.get(each.clause_id or "")
        located = None if clause is None else _located(each.after, clause, made)
        if clause is None:
            unapplied.append(Unapplied(each, f"{each.clause_id}: the notice has no such clause any more"))
        elif isinstance(located, str):
            unapplied.append(Unapplied(each, f"{located} does not stand in the notice any more"))
        elif located is not None:
            clauses[clause.clause_id] = replace(clause, units=located)
            warnings.append(_changed(each, notice))
    warnings = [warning for warning in warnings if warning]
    if clauses or warnings:
        made = replace(made, clauses=tuple(clauses.values()), warnings=(*made.warnings, *warnings))
    return made, tuple(unapplied)


def corrected(notice: Notice, corrections: Sequence[HandCorrection]) -> tuple[Notice, list[StoredCorrection]]:
    """The notice with its corrections, and of each what the parser read there and why it is not applied, if so."""
    made, unapplied = apply(notice, corrections)
    reasons = {each.correction.correction_id: each.reason for each in unapplied}
    return made, [
        StoredCorrection(each, _parsed(each, notice), reasons.get(each.correction_id)) for each in corrections
    ]


def header_values(corrections: Sequence[HandCorrection]) -> dict[str, Any]:
    """The fields of the header that are corrected, with their values."""
    return {each.field: each.after for each in corrections if each.field != "units"}


def _parsed(correction: HandCorrection, notice: Notice) -> Any:  # noqa: ANN401 - a FieldValue, of whatever field
    """What the parser read there now; what it read for the editor where the clause is gone."""
    try:
        return field_value(notice, correction.field, correction.clause_id)
    except UsageError:
        return correction.before


def _changed(correction: HandCorrection, notice: Notice) -> str:
    """The warning that the parser reads another value by now than it did for the editor; empty where it does not."""
    if _parsed(correction, notice) == correction.before:
        return ""
    where = correction.clause_id or correction.field
    return (
        f"人工更正 {correction.correction_id} 之后识别结果已变,更正仍有效 "
        f"({where}: the parser reads something else since this was corrected by hand; the correction holds)"
    )


def _in_its_year(notice: Notice, year: int | None) -> Notice:
    """The notice, with the days of deadlines that name no year taken from its year, if that was corrected."""
    if notice.year == year:
        return notice
    return replace(notice, clauses=tuple(_with_days(clause, notice.year) for clause in notice.clauses))


def _with_days(clause: Clause, year: int | None) -> Clause:
    deadline = clause.deadline
    if deadline is None or (deadline.ends_on and not deadline.year_assumed):
        return clause
    bare = replace(deadline, begins_on=None, ends_on=None, year_assumed=False)
    return replace(clause, deadline=resolve(bare, year))


def _located(units: object, clause: Clause, notice: Notice) -> tuple[UnitMention, ...] | str:
    """The units as mentions by hand; the surface of the first that stands nowhere."""
    found: list[UnitMention] = []
    taken: set[tuple[int, int]] = set()
    for unit in units if isinstance(units, tuple) else ():
        assert isinstance(unit, ClauseUnit)
        mention = _mention(unit, clause, notice, taken)
        if mention is None:
            return unit.surface
        taken.add((mention.start, mention.end))
        found.append(mention)
    return tuple(found)


def _mention(unit: ClauseUnit, clause: Clause, notice: Notice, taken: set[tuple[int, int]]) -> UnitMention | None:
    """The unit where the notice names it, beside those that were located before it; None where it does not."""
    for read in clause.units:
        if read.surface == unit.surface and (read.start, read.end) not in taken:
            members = read.members if read.name == unit.name else ()
            return replace(read, name=unit.name, role=unit.role, rule=BY_HAND, members=members)
    places = occurrences(unit.surface, notice.body)
    if not places:
        return None
    lines = _unit_lines(clause, notice)

    def nearness(place: tuple[int, int]) -> tuple[bool, int, int, int]:
        start, end = place
        inside = clause.start <= start and end <= clause.end
        in_line = any(first <= start and end <= last for first, last in lines)
        away = max(clause.start - end, start - clause.end, 0)
        return place in taken, 0 if inside else 1 if in_line else 2, away, start

    start, end = min(places, key=nearness)
    return UnitMention(unit.surface, unit.name, unit.role, inherited=False, start=start, end=end, rule=BY_HAND)


def _unit_lines(clause: Clause, notice: Notice) -> list[tuple[int, int]]:
    """Where the units of a clause stand: what lies between it and the next clause, and the lines of its mentions."""
    body = notice.body
    behind = [other.start for other in notice.clauses if other.start >= clause.end]
    lines = [(clause.end, min(behind, default=len(body)))]
    for unit in clause.units:
        last = body.find("\n", unit.end)
        lines.append((body.rfind("\n", 0, unit.start) + 1, last if last >= 0 else len(body)))
    return lines

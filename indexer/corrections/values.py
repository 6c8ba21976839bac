"""What a field of a notice holds, and what may be written down for it; each mistake is one line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from indexer.authorship import checked_line
from indexer.errors import UsageError
from indexer.notices.agencies import canonical
from indexer.records import (
    HEADER_FIELDS,
    LEVELS,
    ROLES,
    Clause,
    ClauseUnit,
    CorrectedField,
    FieldValue,
    Notice,
    Place,
    UnitMention,
)

__all__ = ["checked_value", "field_value", "occurrences", "units_of"]

DISCLOSURES = ("主动公开", "依申请公开", "不予公开")
_MOST_NAMES = 200
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_BLANKS = re.compile(r"\s+")


def field_value(notice: Notice, field: CorrectedField, clause_id: str | None) -> FieldValue:
    """What the notice holds in the field; raises UsageError where it has no such clause."""
    if field != "units":
        value: FieldValue = getattr(notice, field)
        return value
    return units_of(clause_of(notice, clause_id))


def units_of(clause: Clause) -> tuple[ClauseUnit, ...]:
    """The units of a clause as an editor sees them."""
    return tuple(ClauseUnit(unit.surface, unit.name, unit.role) for unit in clause.units)


def clause_of(notice: Notice, clause_id: str | None) -> Clause:
    """The notice's clause of that id; raises UsageError where there is none."""
    found = next((clause for clause in notice.clauses if clause.clause_id == clause_id), None)
    if found is None:
        raise UsageError(f"{clause_id}: the notice {notice.doc_id} has no such clause; see the clause_id of a hit")
    return found


def checked_value(notice: Notice, field: CorrectedField, after: Any, *, clause_id: str | None) -> FieldValue:  # noqa: ANN401
    """The value as it is kept; raises UsageError that names the field and says what it may be.

    Texts lose blanks at both ends, an empty one is none; names of units that are not given are the register's.
    """
    if field not in (*HEADER_FIELDS, "units"):
        raise UsageError(f"{field}: no such field; one of {', '.join((*HEADER_FIELDS, 'units'))}")
    if (field == "units") != (clause_id is not None):
        raise UsageError(f"{field}: " + ("name the clause whose units these are" if field == "units" else "is of the notice, not of a clause"))  # fmt: skip
    if field == "units":
        return _checked_units(notice, clause_of(notice, clause_id), after)
    if field in ("issuers", "addressees"):
        return _checked_names(field, after)
    if field == "place":
        return _checked_place(after)
    return _checked_text(field, after)


def occurrences(surface: str, body: str) -> list[tuple[int, int]]:
    """Where a surface stands in the body, blanks inside it or not: (start, end), in order."""
    pattern = r"\s*".join(map(re.escape, surface))
    return [match.span() for match in re.finditer(pattern, body)] if pattern else []


def _checked_text(field: CorrectedField, after: object) -> str | None:
    if after is not None and not isinstance(after, str):
        raise UsageError(f"{field}: must be a text")
    text = checked_line(field, after or "")
    if field == "title" and not text:
        raise UsageError("title: must not be empty")
    if not text:
        return None
    if field in ("issued_on", "published_on"):
        return _checked_day(field, text)
    for name, known in (("level", LEVELS), ("disclosure", DISCLOSURES)):
        if field == name and text not in known:
            raise UsageError(f"{field}: {text} is none of {', '.join(known)}")
    return text


def _checked_day(field: str, text: str) -> str:
    try:
        if not _DAY.fullmatch(text):
            raise ValueError
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise UsageError(f"{field}: {text} is no day; give it as 2023-04-10") from error


def _checked_names(field: str, after: object) -> tuple[str, ...]:
    if isinstance(after, str) or not isinstance(after, Sequence):
        raise UsageError(f"{field}: must be a list of names")
    if len(after) > _MOST_NAMES:
        raise UsageError(f"{field}: has {len(after)} names, at most {_MOST_NAMES} are kept")
    names = tuple(checked_line(field, name) for name in after)
    if not all(names):
        raise UsageError(f"{field}: has an empty name")
    if len(set(names)) < len(names):
        raise UsageError(f"{field}: has a name twice")
    return names


def _checked_place(after: object) -> Place:
    if not isinstance(after, Place):
        raise UsageError("place: must be a place of province, city and district")
    parts = [(part and checked_line("place", part)) or None for part in (after.province, after.city, after.district)]
    return Place(*parts)


def _checked_units(notice: Notice, clause: Clause, after: object) -> tuple[ClauseUnit, ...]:
    if isinstance(after, str) or not isinstance(after, Sequence):
        raise UsageError("units: must be a list of units")
    units = tuple(_checked_unit(notice, clause, unit) for unit in after)
    named = [(unit.name, unit.role) for unit in units]
    twice = next((name for name, role in named if named.count((name, role)) > 1), None)
    if twice is not None:
        raise UsageError(f"units: {twice} is there twice in one role")
    return units


def _checked_unit(notice: Notice, clause: Clause, unit: object) -> ClauseUnit:
    if not isinstance(unit, ClauseUnit):
        raise UsageError("units: each must be a unit with surface, name and role")
    surface = _BLANKS.sub("", checked_line("units", unit.surface))
    if not surface:
        raise UsageError("units: has a unit without a name")
    if unit.role not in ROLES:
        raise UsageError(f"units: {surface}: the role {unit.role} is none of {', '.join(ROLES)}")
    if not occurrences(surface, notice.body):
        raise UsageError(f"units: {surface} does not stand in the notice; give the unit as the notice writes it")
    # Who does not say another name keeps the one that the parser found: a group's, or one of a unit's several names.
    read: UnitMention | None = next((each for each in clause.units if each.surface == surface), None)
    name = _BLANKS.sub("", checked_line("units", unit.name)) or (read.name if read else canonical(surface))
    return ClauseUnit(surface, name, unit.role)

"""A clause completed from its own text: the units that its prose names, persons, deadline, targets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from indexer.notices.agencies import canonical
from indexer.notices.deadlines import find_deadline
from indexer.notices.persons import find_persons
from indexer.notices.prose import prose_units
from indexer.notices.targets import find_targets
from indexer.notices.titles import BLANK
from indexer.records import Clause, Deadline, UnitMention

__all__ = ["Draft", "complete", "deadline_in"]


@dataclass(frozen=True, slots=True)
class Draft:
    """A clause whose text has still to be read; a deadline it has already comes from its table column."""

    clause: Clause
    heading_deadline: Deadline | None = None  # from a heading above it, for a clause that names none


def deadline_in(text: str, at: int) -> Deadline | None:
    """The deadline in a text that starts at `at` in the body."""
    return find_deadline(text, at)


def complete(draft: Draft, body: str, *, aliases: Mapping[str, str]) -> Clause:
    """The clause with its text and all that the text says; `aliases` are the short forms that the notice defines."""
    clause = draft.clause
    raw = body[clause.start : clause.end]
    start = clause.start + len(raw) - len(raw.lstrip(BLANK))
    text = raw.strip(BLANK)
    units = list(clause.units)
    if not any(u.rule == "table_column" for u in units):
        units += prose_units(
            text, start, labelled=any(not u.inherited for u in units), legal=clause.number.startswith("第")
        )
    if len(units) > 1:
        units = _once(units)
    return Clause(
        clause.clause_id,
        clause.doc_id,
        clause.number,
        clause.headings,
        text,
        start,
        start + len(text),
        units=tuple([_named(u, aliases) for u in units] if aliases else units),
        persons=clause.persons or tuple(find_persons(text)),
        deadline=clause.deadline or deadline_in(text, start) or draft.heading_deadline,
        targets=find_targets(text, start),
        columns=clause.columns,
    )


def _once(units: list[UnitMention]) -> list[UnitMention]:
    """Each unit once a role; 各街道 for every row of a table adds nothing to a row that names it itself."""
    own = {u.surface for u in units if not u.inherited}
    seen: set[tuple[str, str]] = set()
    kept: list[UnitMention] = []
    for u in units:
        if (u.surface, u.role) not in seen and not (u.inherited and u.surface in own):
            seen.add((u.surface, u.role))
            kept.append(u)
    return kept


def _named(unit: UnitMention, aliases: Mapping[str, str]) -> UnitMention:
    full = aliases.get(unit.surface)
    return replace(unit, name=canonical(full)) if full else unit

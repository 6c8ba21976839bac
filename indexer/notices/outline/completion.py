"""A clause completed from its own text: the units that its prose names, persons, deadline, targets."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from indexer.notices.agencies import canonical
from indexer.notices.outline.titles import BLANK
from indexer.notices.quantities.deadlines import find_deadline
from indexer.notices.quantities.figures import fold_digits
from indexer.notices.quantities.targets import find_targets
from indexer.notices.units.persons import find_persons
from indexer.notices.units.prose import prose_units
from indexer.records import Clause, Column, Deadline, UnitMention

__all__ = ["Draft", "complete"]


class Draft(Struct):
    """A clause whose text has still to be read; a deadline it has already comes from its units or its table column."""

    clause_id: str
    doc_id: str
    number: str
    headings: tuple[str, ...]
    start: int
    end: int
    units: list[UnitMention]
    persons: tuple[str, ...]
    deadline: Deadline | None
    columns: tuple[Column, ...]
    heading_deadline: Deadline | None = None  # from a heading above it, for a clause that names none


def complete(draft: Draft, body: str, *, aliases: Mapping[str, str], folds: bool) -> Clause:
    """The clause with its text and all that the text says; `aliases` are the short forms that the notice defines.

    `folds` says whether the body holds any figures that have to be folded.
    """
    raw = body[draft.start : draft.end]
    text = raw.lstrip(BLANK)
    start = draft.start + len(raw) - len(text)
    text = text.rstrip(BLANK)
    folded = fold_digits(text) if folds else text
    units = draft.units
    labelled = in_table = False
    for u in units:
        labelled = labelled or not u.inherited
        in_table = in_table or u.rule == "table_column"
    if not in_table:
        units += prose_units(text, start, labelled=labelled, legal=draft.number.startswith("第"))
    if len(units) > 1:
        units = _once(units)
    return Clause(
        draft.clause_id,
        draft.doc_id,
        draft.number,
        draft.headings,
        text,
        start,
        start + len(text),
        tuple([_named(u, aliases) for u in units] if aliases else units),
        draft.persons or tuple(find_persons(text)),
        draft.deadline or find_deadline(text, start, folded=folded) or draft.heading_deadline,
        find_targets(text, start, folded=folded),
        draft.columns,
    )


def _once(units: list[UnitMention]) -> list[UnitMention]:
    """Each unit once a role; 各街道 for every row of a table adds nothing to a row that names it itself."""
    own = {u.surface for u in units if not u.inherited}
    kept: dict[tuple[str, str], UnitMention] = {}
    for u in units:
        if not (u.inherited and u.surface in own):
            kept.setdefault((u.surface, u.role), u)
    return list(kept.values())


def _named(unit: UnitMention, aliases: Mapping[str, str]) -> UnitMention:
    full = aliases.get(unit.surface)
    return replace(unit, name=canonical(full)) if full else unit

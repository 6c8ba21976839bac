"""The command `corrections`: what editors corrected by hand, by whom, and what became of it."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import msgspec

from indexer.address import folder_of
from indexer.records import ClauseUnit, FieldValue, Place

if TYPE_CHECKING:  # loaded where it is needed, so that --help stays instant
    from indexer.corrections import ListedCorrection

__all__ = ["run_corrections", "unapplied_lines"]

_STATES = {
    "applied": "applied",
    "waiting": "waiting for a build",
    "taken_back": "taken back",
    "replaced": "replaced by a later one",
    "not_applying": "no longer applies",
}


def run_corrections(
    options: argparse.Namespace, *, json: bool, say: Callable[[str], None]
) -> Iterator[dict[str, Any] | str]:
    """What is to be written for each correction on file; lines of the file that are kept out are said."""
    from indexer.corrections import list_corrections, read_corrections
    from indexer.errors import UsageError

    if not folder_of(options.index).is_dir():
        raise UsageError(f"{folder_of(options.index)}: there is no such folder; give that of the index by --index")
    for damaged in read_corrections(options.index).damaged:
        say(damaged)
    for listed in list_corrections(options.index):
        yield _object(listed) if json else _line(listed)


def unapplied_lines(corrections: tuple[ListedCorrection, ...]) -> Iterator[str]:
    """Of the corrections that a build met, how many are applied and which are not, and why."""
    n_applied = sum(each.state == "applied" for each in corrections)
    if n_applied:
        yield f"{n_applied} correction{'' if n_applied == 1 else 's'} by hand applied"
    for each in corrections:
        if each.state == "not_applying":
            yield f"correction {each.correction.correction_id} no longer applies: {each.reason}"


def _object(listed: ListedCorrection) -> dict[str, Any]:
    """The correction as JSON."""
    shown: dict[str, Any] = msgspec.to_builtins(listed.correction)
    shown |= {"state": listed.state, "waits_for_build": listed.waits_for_build, "reason": listed.reason}
    back = listed.taken_back
    return shown | {
        "taken_back": {"made_at": back.made_at, "made_by": back.made_by, "note": back.note} if back else None
    }


def _line(listed: ListedCorrection) -> str:
    """The correction in a line: who, when, what, from, to, and what became of it."""
    made, state = listed.correction, _STATES[listed.state]
    if listed.waits_for_build and listed.state != "waiting":
        state += ", waiting for a build"
    if listed.taken_back:
        state += f" by {listed.taken_back.made_by} {listed.taken_back.made_at}"
    if listed.reason:
        state += f": {listed.reason}"
    note = f" ({made.note})" if made.note else ""
    return (
        f"{made.correction_id}  {made.made_at}  {made.made_by}  {made.clause_id or made.doc_id}  {made.field}: "
        f"{_text(made.before)} → {_text(made.after)}{note}  [{state}]"
    )


def _text(value: FieldValue) -> str:
    """A field's value as a person reads it; – for none."""
    if isinstance(value, tuple):
        return "、".join(_unit(each) if isinstance(each, ClauseUnit) else each for each in value) or "–"
    return (str(value) if isinstance(value, Place) else value) or "–"


def _unit(unit: ClauseUnit) -> str:
    name = f" = {unit.name}" if unit.name not in ("", unit.surface) else ""
    return f"{unit.surface}{name} [{unit.role}]"

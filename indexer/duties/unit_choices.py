"""The units of an archive to choose from: under each name and spelling that its notices have for them, place by place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from indexer.duties.archive_load import ArchiveLoad

__all__ = ["UnitChoice", "seats_of", "unit_choices"]


class UnitChoice(Struct, frozen=True):
    """One name of a unit with the place whose unit it is; `n_tasks` are those in which it stands so."""

    name: str
    seat: str  # empty where the notices say none
    n_tasks: int


def unit_choices(load: ArchiveLoad, members: Iterable[str] = ()) -> tuple[UnitChoice, ...]:
    """Every name and every spelling by place, most tasks first; `members` are named only inside of groups.

    市发展改革委 of 云泽市 counts the tasks under all its spellings, 市发改委 of 云泽市 those under this one.
    """
    choices: dict[tuple[str, str], int] = {}
    for unit in load.units:
        choices[unit.name, unit.seat] = unit.n_tasks
    for unit in load.units:
        for surface, n_tasks in unit.surfaces.items():
            choices.setdefault((surface, unit.seat), n_tasks)
    known = {name for name, _ in choices}
    for name in members:
        if name not in known:
            choices[name, ""] = 0
    found = [UnitChoice(name, seat, n_tasks) for (name, seat), n_tasks in choices.items()]
    return tuple(sorted(found, key=lambda choice: (-choice.n_tasks, choice.name, choice.seat)))


def seats_of(names: Sequence[str], load: ArchiveLoad) -> tuple[UnitChoice, ...]:
    """The units that bear one of the canonical names, one a name and place, most tasks first."""
    wanted = set(names)
    found = [UnitChoice(unit.name, unit.seat, unit.n_tasks) for unit in load.units if unit.name in wanted]
    return tuple(sorted(found, key=lambda choice: (-choice.n_tasks, choice.name, choice.seat)))

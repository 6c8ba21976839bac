"""All that a unit has to do, under every name it has had: over notices, places and years."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from indexer.duties.archive_load import seat_of
from indexer.duties.fields import field_of_notice, field_of_task
from indexer.duties.names import AskedUnit, NamedAs, level_of_name, place_of_name
from indexer.duties.tasks import Task, tasks_of
from indexer.index import Index
from indexer.notices.agencies import Relation
from indexer.records import ROLES, Filters, Level, Notice, Role, UnitMention

__all__ = ["Duty", "NameUsed", "UnitDuties", "duties_of_unit", "narrowed_duties"]


class Duty(Struct, frozen=True):
    """One task of the unit, with the mention that makes it the unit's."""

    task: Task
    notice: Notice  # its head: body and clauses are left out
    name: str  # the name under which the unit was found
    relation: Relation
    role: Role  # the strongest in which the clause names the unit
    inherited: bool
    through: str | None  # the group of which the unit is a member (工作专班成员单位), where only that is named
    field: str
    mentions: tuple[UnitMention, ...]


class NameUsed(Struct, frozen=True):
    """A name of the unit, in how many of the listed tasks it stands, and from which year to which."""

    name: str
    relation: Relation
    n_tasks: int
    first_year: int | None
    last_year: int | None


class UnitDuties(Struct, frozen=True):
    """The unit's tasks by notice (oldest first) and in the order of its text, and the names they were found under."""

    unit: AskedUnit
    filters: Filters
    names: tuple[NameUsed, ...]
    duties: tuple[Duty, ...]

    def in_role(self, role: Role) -> int:
        """How many of the tasks the unit has in the role."""
        return sum(duty.role == role for duty in self.duties)


def duties_of_unit(
    index: Index, unit: AskedUnit, *, filters: Filters | None = None, roles: Sequence[Role] = ROLES
) -> UnitDuties:
    """Every task that names the unit, or a group that has it as a member, under the filters and in one of the roles.

    A unit asked for with its place (云泽市民政局) has the tasks of 市民政局 in notices of that place alone. The
    strongest role counts where a clause names the unit in several.
    """
    filters = filters or Filters()
    names = [known.name for known in unit.names]
    allowed = index.allowed(filters)
    found = [
        *index.clauses_of_units(names, allowed=allowed),
        *index.clauses_of_members(names, allowed=allowed),
    ]
    wanted: dict[str, set[str]] = {}
    for clause in found:
        wanted.setdefault(clause.doc_id, set()).add(clause.clause_id)
    duties = [
        duty
        for doc_id, clause_ids in wanted.items()
        for duty in _duties_in(index.notice(doc_id), clause_ids, unit)
        if duty.role in roles
    ]
    duties.sort(key=lambda duty: (duty.notice.issued_on or duty.notice.published_on or "", duty.notice.doc_id))
    return UnitDuties(unit, filters, tuple(_names_used(unit, duties)), tuple(duties))


def narrowed_duties(found: UnitDuties, kept: Iterable[Duty]) -> UnitDuties:
    """The same unit with only these of its tasks, and the names that they were found under."""
    duties = tuple(kept)
    return UnitDuties(found.unit, found.filters, tuple(_names_used(found.unit, duties)), duties)


def _duties_in(notice: Notice, clause_ids: set[str], unit: AskedUnit) -> Iterator[Duty]:
    tasks = tasks_of(notice)
    notice_field = field_of_notice(tasks)
    head = replace(notice, body="", clauses=())
    for task in tasks:
        if task.clause_id not in clause_ids:
            continue
        mentions = [
            (m, known)
            for m in task.units
            if (known := _named(unit, m)) is not None
            and _is_there(unit, m, notice)
            and _has_seat(unit.seat, known.name, notice)
        ]
        if not mentions:
            continue
        mention, known = min(mentions, key=lambda pair: (ROLES.index(pair[0].role), pair[0].inherited, pair[0].start))
        yield Duty(
            task=task,
            notice=head,
            name=known.name,
            relation=known.relation,
            role=mention.role,
            inherited=mention.inherited,
            through=None if mention.name == known.name else mention.surface,
            field=field_of_task(task, notice_field=notice_field),
            mentions=tuple(m for m, _ in mentions),
        )


def _named(unit: AskedUnit, mention: UnitMention) -> NamedAs | None:
    """The unit's name that the mention bears, or that one of its group's members bears."""
    return next(
        (known for name in (mention.name, *mention.members) for known in unit.names if known.name == name), None
    )


# The level of a notice whose units are named without theirs: 民政局 in a city's notice is the city's.
_LEVEL_OF_NOTICE: Mapping[str, Level] = {
    "国": "nation",
    "省": "province",
    "市": "city",
    "区": "district",
    "县": "county",
}


def _is_there(unit: AskedUnit, mention: UnitMention, notice: Notice) -> bool:
    """Whether a mention can be the unit by its place and level.

    市民政局 is 云泽市民政局 in a notice of 云泽, not in one of 望津; 民政局 is 区民政局 in a district's notice, not in a city's.
    """
    if unit.place and unit.place not in mention.surface and unit.place not in str(notice.place):
        return False
    level = _LEVEL_OF_NOTICE.get(level_of_name(unit.asked))
    return level is None or notice.level is None or bool(level_of_name(mention.name)) or notice.level == level


def _has_seat(seat: str, name: str, notice: Notice) -> bool:
    """Whether the unit of this name in the notice is one of the place; any is where no place is asked for."""
    if not seat:
        return True
    said = place_of_name(name)
    return said.endswith(_STEM.sub("", seat)) if said else seat_of(name, notice) == seat


# 云泽市 → 云泽, as names of agencies say their places; 沛县 stays.
_STEM = re.compile(r"(?<=..)[省市区县州]$")


def _names_used(unit: AskedUnit, duties: Sequence[Duty]) -> Iterator[NameUsed]:
    for known in unit.names:
        of_name = [duty for duty in duties if duty.name == known.name]
        years = sorted(duty.notice.year for duty in of_name if duty.notice.year is not None)
        if of_name:
            yield NameUsed(
                known.name, known.relation, len(of_name), years[0] if years else None, years[-1] if years else None
            )

"""Units as chips by role, and the facts of a clause (deadline, targets, persons) as labelled chips, all as HTML.

A role shows in three ways, so that none depends on seeing colours: the word before the chips, their shape and colour.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Protocol

from app.texts import Texts
from indexer.records import ROLES, Clause, Role

__all__ = ["NamedUnit", "clause_facts", "fact_chips", "has_inherited", "role_tag", "unit_chips"]


class NamedUnit(Protocol):
    """A unit with its role, as a clause or an answer names it."""

    @property
    def surface(self) -> str:
        """As written."""

    @property
    def name(self) -> str:
        """The canonical name."""

    @property
    def role(self) -> Role:
        """What the unit is there for."""

    @property
    def inherited(self) -> bool:
        """Whether it was named for more than this clause."""


def unit_chips(units: Sequence[NamedUnit], texts: Texts) -> str:
    """One line a role, in the order lead, responsible, support; a unit once a role. Empty for no units."""
    lines: list[str] = []
    for role in ROLES:
        of_role = {unit.surface: unit for unit in units if unit.role == role}
        if of_role:
            chips = "".join(_unit_chip(unit, texts) for unit in of_role.values())
            lines.append(f"{role_tag(role, texts)}<div>{chips}</div>")
    return f'<div class="tw-units">{"".join(lines)}</div>' if lines else ""


def role_tag(role: Role, texts: Texts) -> str:
    """The role's name in the role's style."""
    return f'<span class="tw-role tw-role-{role}">{escape(texts(f"role_{role}"))}</span>'


def has_inherited(units: Iterable[NamedUnit]) -> bool:
    """Whether the mark for inherited units has to be explained."""
    return any(unit.inherited for unit in units)


def fact_chips(facts: Iterable[tuple[str, str]], *, large: bool = False) -> str:
    """Labelled chips for (label, text) pairs, large where they are the answer itself; empty for none."""
    chips = "".join(
        f'<span class="tw-fact"><span class="tw-label">{escape(label)}</span>{escape(text)}</span>'
        for label, text in facts
    )
    return f'<div class="tw-facts{" tw-large" if large else ""}">{chips}</div>' if chips else ""


def clause_facts(clause: Clause, texts: Texts) -> list[tuple[str, str]]:
    """Deadline, targets and persons of a clause, labelled."""
    deadline = [(texts("deadline"), clause.deadline.text)] if clause.deadline else []
    targets = [(texts("target"), target.text) for target in clause.targets]
    return [*deadline, *targets, *((texts("person"), person) for person in clause.persons)]


def _unit_chip(unit: NamedUnit, texts: Texts) -> str:
    hint = f' title="{escape(texts("canonical", name=unit.name))}"' if unit.name != unit.surface else ""
    inherited = (
        f'<span class="tw-inherited" title="{escape(texts("inherited_meaning"))}">{escape(texts("inherited"))}</span>'
        if unit.inherited
        else ""
    )
    return f'<span class="tw-unit tw-{unit.role}"{hint}>{escape(unit.surface)}{inherited}</span>'

"""What is chosen on the page, by the names that the address has for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import streamlit as st

from app import address
from app.address import said, say
from app.texts import Texts

__all__ = [
    "ANY_SEAT",
    "forget_conditions",
    "open_unit",
    "said",
    "say",
    "several",
    "switch",
    "task_chosen",
    "toggle",
]

# Names in the address.
VIEW, SHOW, UNIT, SEAT, NOTICE, TASK = "view", "show", "of", "at", "notice", "task"
ROLE, FIELD, DUE, IN_FORCE, UNASSIGNED, FIND = "role", "field", "due", "force", "bare", "find"
ANY_SEAT = "*"  # the units of that name of all places together

_Choice = TypeVar("_Choice", bound=str)


def open_unit(name: str, seat: str) -> None:
    """Show the tasks of the unit, from wherever on the page."""
    say(**{VIEW: "", UNIT: name, SEAT: seat, SHOW: "", TASK: ""})
    forget_conditions()


def task_chosen(clause_id: str) -> None:
    """Show the clause of a task."""
    say(**{TASK: clause_id})


def forget_conditions() -> None:
    """Take the conditions on the list off; those at the side stay."""
    say(**{ROLE: "", DUE: "", IN_FORCE: "", UNASSIGNED: ""})
    st.session_state[FIND] = ""
    st.session_state[FIELD] = []


def switch(name: str, options: Sequence[_Choice], *, label: str, show: Callable[[_Choice], str]) -> _Choice:
    """The one of the options that is chosen; the first one needs no word in the address."""
    return address.one_of("duties", name, options, label=label, show=show, forgets=(TASK,))


def several(
    name: str, options: Sequence[_Choice], *, label: str, show: Callable[[_Choice], str]
) -> tuple[_Choice, ...]:
    """Those of the options that are chosen, in their order."""
    return tuple(address.some_of("duties", name, options, label=label, show=show))


def toggle(name: str, key: str, texts: Texts) -> bool:
    """Whether the switch with the text is on."""
    return address.switch("duties", name, label=texts(key))

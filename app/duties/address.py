"""What the address of the page says, and widgets whose choice stands in it.

The address comes first: before a widget is drawn its state is set to what the address says, and what a reader chooses is
written there before the page runs again. So a link, a button elsewhere on the page and the widget itself are one thing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import streamlit as st

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
# Nothing longer is a name or an id; what is longer is cut.
_LONGEST = 120

_Choice = TypeVar("_Choice", bound=str)


def said(name: str) -> str:
    """What the address says under the name; empty where it says nothing."""
    return st.query_params.get(name, "")[:_LONGEST].strip()


def say(**values: str) -> None:
    """Write values into the address; an empty one is taken out."""
    for name, value in values.items():
        if value:
            st.query_params[name] = value
        else:
            st.query_params.pop(name, None)


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


def switch(
    name: str, options: Sequence[_Choice], *, label: str, show: Callable[[_Choice], str], shown_label: bool = False
) -> _Choice:
    """The one of the options that is chosen; the first one needs no word in the address."""
    asked = said(name)
    current = next((option for option in options if option == asked), options[0])
    key = f"duties {name}"
    if st.session_state.get(key) != current:
        st.session_state[key] = current
    st.segmented_control(
        label, options, key=key, required=True, format_func=show, on_change=_remember_one, args=(name, key, options[0]),
        label_visibility="visible" if shown_label else "collapsed",
    )  # fmt: skip
    return current


def several(
    name: str, options: Sequence[_Choice], *, label: str, show: Callable[[_Choice], str]
) -> tuple[_Choice, ...]:
    """Those of the options that are chosen, in their order."""
    asked = st.query_params.get_all(name)
    current = [option for option in options if option in asked]
    key = f"duties {name}"
    if st.session_state.get(key) != current:
        st.session_state[key] = current
    st.pills(
        label,
        options,
        key=key,
        selection_mode="multi",
        format_func=show,
        on_change=_remember_all,
        args=(name, key),
        wrap=True,
    )
    return tuple(current)


def toggle(name: str, key: str, texts: Texts) -> bool:
    """Whether the switch with the text is on."""
    on, state = said(name) == "1", f"duties {name}"
    if st.session_state.get(state) != on:
        st.session_state[state] = on
    st.toggle(texts(key), key=state, on_change=_remember_toggle, args=(name, state))
    return on


def _remember_one(name: str, key: str, first: str) -> None:
    chosen = st.session_state[key]
    say(**{name: "" if chosen == first else chosen, TASK: ""})


def _remember_all(name: str, key: str) -> None:
    st.query_params[name] = st.session_state[key]


def _remember_toggle(name: str, key: str) -> None:
    say(**{name: "1" if st.session_state[key] else ""})

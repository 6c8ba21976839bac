"""What the address of a page says, and widgets whose choice stands in it by a name that no language changes.

The address comes first: before such a widget is drawn it is set to what the address says, and what a reader chooses is
written there before the page runs again. So a link, a button elsewhere on the page and the widget itself are one thing.
(`bind="query-params"` of Streamlit does the same where the widget shows what the address is to say.)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, TypeVar

import streamlit as st

from app.navigation import PageName

__all__ = ["Shape", "key_of", "one_of", "said", "say", "some_of", "switch"]

# Nothing longer is a name or an id; what is longer is cut.
_LONGEST = 120

_Choice = TypeVar("_Choice", bound=str)
# Buttons in a row, or a list that opens, which has room for many.
Shape = Literal["buttons", "list"]


def said(name: str) -> str:
    """What the address says under the name; empty where it says nothing."""
    return str(st.query_params.get(name, ""))[:_LONGEST].strip()


def say(**values: str) -> None:
    """Write values into the address; an empty one is taken out."""
    for name, value in values.items():
        if value:
            st.query_params[name] = value
        else:
            st.query_params.pop(name, None)


def key_of(page: PageName, name: str) -> str:
    """The key of the widget of a part of the address: no two pages share a widget."""
    return f"{page} {name}"


def one_of(
    page: PageName,
    name: str,
    options: Sequence[_Choice],
    *,
    label: str,
    show: Callable[[_Choice], str],
    default: _Choice | None = None,
    shape: Shape = "buttons",
    labelled: bool = False,
    forgets: Sequence[str] = (),
    width: int | Literal["stretch"] = "stretch",
) -> _Choice:
    """The one of the options that is chosen; the default, else the first, needs no word in the address.

    A choice takes what it `forgets` out of the address: what belonged to the choice before.
    """
    usual = default if default in options else options[0]
    asked = said(name)
    key = _as_addressed(page, name, next((option for option in options if option == asked), usual))

    def remember() -> None:
        chosen = st.session_state[key]
        say(**{name: "" if chosen == usual else chosen}, **dict.fromkeys(forgets, ""))

    hidden: Literal["visible", "collapsed"] = "visible" if labelled else "collapsed"
    if shape == "list":
        st.selectbox(
            label, options, key=key, format_func=show, on_change=remember, label_visibility=hidden, width=width
        )
    else:
        st.segmented_control(
            label, options, key=key, required=True, format_func=show, on_change=remember, label_visibility=hidden
        )
    chosen: _Choice = st.session_state[key]
    return chosen


def some_of(
    page: PageName, name: str, options: Sequence[_Choice], *, label: str, show: Callable[[_Choice], str]
) -> list[_Choice]:
    """Those of the options that are chosen, in their order; none is chosen at first."""
    asked = st.query_params.get_all(name)
    current = [option for option in options if option in asked]
    key = _as_addressed(page, name, current)

    def remember() -> None:
        st.query_params[name] = st.session_state[key]

    st.pills(label, options, key=key, selection_mode="multi", format_func=show, on_change=remember, wrap=True)
    return current


def switch(page: PageName, name: str, *, label: str, hint: str | None = None) -> bool:
    """Whether the switch is on; it is off at first."""
    key = _as_addressed(page, name, said(name) == "1")

    def remember() -> None:
        say(**{name: "1" if st.session_state[key] else ""})

    return st.toggle(label, key=key, help=hint, on_change=remember)


def _as_addressed(page: PageName, name: str, value: object) -> str:
    """Have the widget show what the address says; gives its key."""
    key = key_of(page, name)
    if st.session_state.get(key) != value:
        st.session_state[key] = value
    return key

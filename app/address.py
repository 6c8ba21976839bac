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

__all__ = ["Shape", "key_of", "one_of", "remember", "said", "say", "settled", "some_of", "switch"]

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


def settled(page: PageName, name: str, options: Sequence[_Choice], default: _Choice | None = None) -> _Choice:
    """The one of the options that the address names, else the default, else the first; its widget will show it."""
    asked = said(name)
    usual = default if default is not None and default in options else options[0]
    value = next((option for option in options if option == asked), usual)
    _set(key_of(page, name), value)
    return value


def remember(page: PageName, name: str, default: str = "", forgets: Sequence[str] = ()) -> None:
    """Write what the widget of `settled` was set to into the address; the default needs no place there.

    What it `forgets` is taken out: it belonged to the choice before.
    """
    chosen = st.session_state[key_of(page, name)]
    say(**{name: "" if chosen == default else chosen}, **dict.fromkeys(forgets, ""))


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
    """Draw a choice of one, as `settled` has it, and keep it as `remember` does."""
    value = settled(page, name, options, default)
    usual = default if default is not None and default in options else options[0]
    key, kept = key_of(page, name), (page, name, usual, forgets)
    hidden: Literal["visible", "collapsed"] = "visible" if labelled else "collapsed"
    if shape == "list":
        st.selectbox(
            label, options, key=key, format_func=show, on_change=remember, args=kept, label_visibility=hidden,
            width=width,
        )  # fmt: skip
    else:
        st.segmented_control(
            label, options, key=key, required=True, format_func=show, on_change=remember, args=kept,
            label_visibility=hidden,
        )  # fmt: skip
    return value


def some_of(
    page: PageName, name: str, options: Sequence[_Choice], *, label: str, show: Callable[[_Choice], str]
) -> list[_Choice]:
    """Draw a choice of any; those chosen, in their order. None is chosen at first."""
    asked = st.query_params.get_all(name)
    current = [option for option in options if option in asked]
    key = key_of(page, name)
    _set(key, current)

    def keep() -> None:
        st.query_params[name] = st.session_state[key]

    st.pills(label, options, key=key, selection_mode="multi", format_func=show, on_change=keep, wrap=True)
    return current


def switch(page: PageName, name: str, *, label: str) -> bool:
    """Draw a switch, which is off at first; whether it is on."""
    on, key = said(name) == "1", key_of(page, name)
    _set(key, on)

    def keep() -> None:
        say(**{name: "1" if st.session_state[key] else ""})

    st.toggle(label, key=key, on_change=keep)
    return on


def _set(key: str, value: object) -> None:
    """Have the widget show the value; nothing is sent where it does already, so that no click meanwhile is lost."""
    if st.session_state.get(key) != value:
        st.session_state[key] = value

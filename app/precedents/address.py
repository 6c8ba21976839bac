"""What is chosen on the page stands in the address by name, whatever language it is shown in; the address always counts.

A widget here has a key of its own, which is set from the address before it is drawn, and writes the address when it changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import streamlit as st

__all__ = ["choose", "chosen", "forget", "key_of", "remember"]

T = TypeVar("T", bound=str)
# What belongs to one clause and means nothing for the next.
_OF_A_CLAUSE = ("base", "with")


def key_of(name: str) -> str:
    """The key of the widget for this part of the address."""
    return f"precedents {name}"


def chosen(name: str, options: Sequence[T], default: T) -> T:
    """What the address says, where it is one of the options, else the default; the widget drawn next shows it."""
    said = st.query_params.get(name)
    value = next((option for option in options if option == said), default)
    st.session_state[key_of(name)] = value
    return value


def remember(name: str, default: str | None = None) -> None:
    """Write what the widget was set to into the address; the default needs no place there."""
    choose(name, st.session_state[key_of(name)], default)


def choose(name: str, value: str | None, default: str | None = None) -> None:
    """Set a part of the address, as a click on the widget would."""
    if name == "clause":
        forget(*_OF_A_CLAUSE)
    if value is None or value == default:
        forget(name)
    else:
        st.query_params[name] = value


def forget(*names: str) -> None:
    """Take parts out of the address."""
    for name in names:
        st.query_params.pop(name, None)

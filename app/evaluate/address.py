"""Choices of this page in the address, by names that no language changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import streamlit as st

__all__ = ["address_of", "go", "picked", "widget_key"]


def widget_key(name: str) -> str:
    """The key of the widget of a part of the address."""
    return f"evaluate {name}"


def address_of(name: str) -> str:
    """What the address says for a part; empty where it says nothing."""
    return str(st.query_params.get(name, ""))


def go(**address: str) -> None:
    """Put choices into the address and into their widgets; for callbacks alone. An empty one is taken out."""
    for name, value in address.items():
        if value:
            st.query_params[name] = value
        else:
            st.query_params.pop(name, None)
        st.session_state.pop(widget_key(name), None)


def picked(
    name: str,
    options: Sequence[str],
    label: str,
    say: Callable[[str], str],
    *,
    shape: Literal["segments", "list"] = "segments",
    default: str | None = None,
    show_label: bool = False,
) -> str:
    """Draw a choice of one; the first option, or `default`, where the address names none of them."""
    usual = default if default is not None and default in options else options[0]
    key = widget_key(name)
    if st.session_state.get(key) not in (None, *options):
        del st.session_state[key]  # options come and go with what is measured
    named = address_of(name)
    start = named if named in options else usual
    visible: Literal["visible", "collapsed"] = "visible" if show_label else "collapsed"

    def remember() -> None:
        value = st.session_state[key]
        if value == usual:
            st.query_params.pop(name, None)
        else:
            st.query_params[name] = value

    if shape == "list":
        chosen: str | None = st.selectbox(
            label, options, index=list(options).index(start), key=key, format_func=say, on_change=remember,
            label_visibility=visible,
        )  # fmt: skip
    else:
        chosen = st.segmented_control(
            label, options, default=start, required=True, key=key, format_func=say, on_change=remember,
            label_visibility=visible,
        )  # fmt: skip
    return chosen if chosen is not None and chosen in options else start

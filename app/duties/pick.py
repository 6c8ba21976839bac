"""A box to choose from a long list by typing, whose choice stands in the address; what is not in the list is taken as typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

__all__ = ["pick"]

# Options that are sent to the browser; what is not among them is found by typing it out.
MOST = 3000
_LONGEST = 80  # characters of an option: a title may be a paragraph


def pick(
    label: str,
    options: Sequence[str],
    *,
    key: str,
    chosen: str,
    hint: str,
    choose: Callable[[str], None],
    info: str | None = None,
) -> None:
    """Draw the box with `chosen` in it (empty for none); `choose` is called with what is chosen or typed."""
    wanted = chosen or None
    offered = list(options[:MOST])
    if chosen and chosen not in offered:
        offered.insert(0, chosen)
    if key not in st.session_state or st.session_state[key] != wanted:
        st.session_state[key] = wanted
    st.selectbox(
        label, offered, index=None, key=key, placeholder=hint, accept_new_options=True, help=info,
        on_change=lambda: choose((st.session_state[key] or "").strip()[:_LONGEST]),
    )  # fmt: skip

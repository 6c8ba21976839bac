"""The conditions on a list of tasks: words, role, field, time limit, validity; all of them stand in the address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import streamlit as st

from app.duties import address
from app.texts import Texts
from indexer.duties import DUES, Due, LedgerFilter
from indexer.records import ROLES

__all__ = ["DUE_MARKS", "clear_conditions", "conditions", "due_text"]

# Shape and word say the same as the colour.
DUE_MARKS: Final[Mapping[Due, str]] = {"overdue": "▲", "ahead": "●", "open": "○", "undated": "—"}
_DUE_TEXTS: Final[Mapping[Due, str]] = {
    "overdue": "duties_overdue",
    "ahead": "duties_ahead",
    "open": "duties_open",
    "undated": "duties_undated",
}
_LONGEST_WORDS = 60  # characters that are looked for


def due_text(due: Due, texts: Texts) -> str:
    """How a time limit stands, with its shape: ▲ 已过."""
    return f"{DUE_MARKS[due]} {texts(_DUE_TEXTS[due])}"


def conditions(fields: Sequence[str], texts: Texts, *, of_unit: bool) -> LedgerFilter:
    """Draw the conditions; gives what is chosen. `fields` are those that occur."""
    with st.container(key="conditions", horizontal=True, vertical_alignment="bottom", gap="small"):
        words = st.text_input(
            texts("duties_find"), key=address.FIND, bind="query-params", placeholder=texts("duties_find_hint"),
            icon=":material/search:", width=260, autocomplete="off",
        )  # fmt: skip
        roles = address.several(
            address.ROLE, ROLES, label=texts("duties_role_of_unit" if of_unit else "duties_role"),
            show=lambda role: texts(f"role_{role}"),
        )  # fmt: skip
        dues = address.several(address.DUE, DUES, label=texts("duties_due"), show=lambda due: due_text(due, texts))
        chosen = st.multiselect(
            texts("duties_field"), fields, key=address.FIELD, bind="query-params", placeholder=texts("filter_any"),
            help=texts("duties_field_help"), width=300,
        )  # fmt: skip
        in_force = address.toggle(address.IN_FORCE, "duties_in_force", texts)
        unassigned = not of_unit and address.toggle(address.UNASSIGNED, "duties_unassigned", texts)
    return LedgerFilter(
        roles=roles, fields=tuple(chosen), dues=dues, in_force=in_force, unassigned=unassigned,
        words=tuple((words or "")[:_LONGEST_WORDS].split()),
    )  # fmt: skip


def clear_conditions(texts: Texts, *, key: str) -> None:
    """A button that takes the conditions off."""
    st.button(
        texts("duties_clear"), key=key, type="tertiary", icon=":material/filter_alt_off:",
        on_click=address.forget_conditions,
    )  # fmt: skip

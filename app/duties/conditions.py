"""The conditions on a list of tasks: words, role, field, time limit, validity; all of them stand in the address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import streamlit as st

from app.duties import address
from app.texts import Texts
from indexer.duties import DUES, Due, LedgerFilter, ListedTask
from indexer.records import ROLES, Link

__all__ = ["DUE_MARKS", "clear_conditions", "conditions", "due_text", "due_word"]

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
    return f"{DUE_MARKS[due]} {due_word(due, texts)}"


def due_word(due: Due, texts: Texts) -> str:
    """How a time limit stands."""
    return texts(_DUE_TEXTS[due])


def conditions(tasks: Sequence[ListedTask], texts: Texts, *, of_unit: bool, ended: Mapping[str, Link]) -> LedgerFilter:
    """Draw the conditions that make a difference for these tasks; gives what is chosen."""
    with st.container(key="conditions", horizontal=True, vertical_alignment="top", gap="small"):
        words = st.text_input(
            texts("duties_find"), key=address.FIND, bind="query-params", placeholder=texts("duties_find_hint"),
            icon=":material/search:", width=230, autocomplete="off",
        )  # fmt: skip
        roles = address.several(
            address.ROLE, ROLES, label=texts("duties_role_of_unit" if of_unit else "duties_role"),
            show=lambda role: texts(f"role_{role}"),
        )  # fmt: skip
        dues = address.several(address.DUE, DUES, label=texts("duties_due"), show=lambda due: due_text(due, texts))
    with st.container(key="more conditions", horizontal=True, vertical_alignment="center", gap="medium"):
        chosen = st.multiselect(
            texts("duties_field"), sorted({each.field for each in tasks}), key=address.FIELD, bind="query-params",
            placeholder=texts("duties_field_any"), label_visibility="collapsed", width=360,
        )  # fmt: skip
        in_force = _toggle(
            address.IN_FORCE, "duties_in_force", texts, matters=any(each.notice.doc_id in ended for each in tasks)
        )
        unassigned = _toggle(
            address.UNASSIGNED, "duties_unassigned", texts, matters=not of_unit and not all(t.task.units for t in tasks)
        )
    return LedgerFilter(
        roles=roles, fields=tuple(chosen), dues=dues, in_force=in_force, unassigned=unassigned,
        words=tuple((words or "")[:_LONGEST_WORDS].split()),
    )  # fmt: skip


def _toggle(name: str, key: str, texts: Texts, *, matters: bool) -> bool:
    """A switch, where it makes a difference or is on."""
    return (matters or address.said(name) == "1") and address.toggle(name, key, texts)


def clear_conditions(texts: Texts, *, key: str) -> None:
    """A button that takes the conditions off."""
    st.button(
        texts("duties_clear"), key=key, type="tertiary", icon=":material/filter_alt_off:",
        on_click=address.forget_conditions,
    )  # fmt: skip

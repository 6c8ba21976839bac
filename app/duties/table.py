"""The ledger as a table: a row a task; a row that is chosen stands in the address, and its clause is shown below."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Literal, TypeAlias

import streamlit as st

from app.duties import address
from app.duties.conditions import due_text
from app.duties.ended import ended_text
from app.duties.more import more_button, n_drawn
from app.duties.today import today
from app.texts import Texts
from indexer.duties import Duty, ListedTask, due_of
from indexer.exports.breakdown import last_day, units_text
from indexer.records import ROLES, Link

__all__ = ["AT_FIRST", "Form", "task_table"]

# Rows that are sent at first, and how many more at a time; a reader who wants all of them exports the list.
AT_FIRST, MORE = 200, 500
ROW_HEIGHT, MOST_HEIGHT = 36, 470

Form: TypeAlias = Literal["unit", "notice", "archive"]

# Columns by their texts, in the order of the table.
_COLUMNS: Final[Mapping[Form, Sequence[str]]] = {
    "unit": ("duties_task", "duties_role", "duties_state", "duties_limit", "duties_last_day", "duties_partners", "target",
             "person", "duties_notice", "place", "duties_year", "duties_validity", "duties_field", "duties_where"),
    "notice": ("duties_number", "duties_task", "duties_measures", "target", "duties_state", "duties_limit", "duties_last_day",
               "role_lead", "role_responsible", "role_support", "person", "duties_field", "duties_where"),
    "archive": ("duties_task", "role_lead", "role_responsible", "role_support", "duties_state", "duties_limit",
                "duties_last_day", "target", "person", "duties_notice", "place", "duties_year", "duties_validity",
                "duties_field", "duties_where"),
}  # fmt: skip
_WIDTHS: Final[Mapping[str, int]] = {
    "duties_task": 210, "duties_measures": 300, "duties_notice": 300, "duties_partners": 260, "target": 200,
    "role_lead": 170, "role_responsible": 200, "role_support": 200, "duties_field": 150, "duties_state": 110,
    "duties_role": 100, "duties_number": 60, "duties_year": 64, "duties_last_day": 105, "person": 90, "place": 150,
    "duties_limit": 130, "duties_validity": 90, "duties_where": 120,
}  # fmt: skip


def task_table(tasks: Sequence[ListedTask], form: Form, texts: Texts, *, ended: Mapping[str, Link], name: str) -> None:
    """Draw the first rows, and a button for more of them; `name` tells two tables of a page apart."""
    ids = [each.task.clause_id for each in tasks]
    n_shown = n_drawn(name, AT_FIRST)
    asked = address.said(address.TASK)
    if asked in ids:
        n_shown = max(n_shown, ids.index(asked) + 1)
    _grid(tasks[:n_shown], ids[:n_shown], form, texts, ended=ended, name=name)
    more_button(name, n_shown, len(tasks), texts, step=MORE, label="duties_more")


def _grid(
    tasks: Sequence[ListedTask],
    ids: Sequence[str],
    form: Form,
    texts: Texts,
    *,
    ended: Mapping[str, Link],
    name: str,
) -> None:
    columns = _COLUMNS[form]
    table = {texts(column): [_CELLS[column](each, ended, texts) for each in tasks] for column in columns}
    # A choice is a row's number: with other rows it would mean another task, so the widget is another one.
    key = f"table {name} {zlib.crc32(' '.join([texts.language, *ids]).encode()):08x}"
    asked = address.said(address.TASK)
    wanted = [ids.index(asked)] if asked in ids else []
    state = st.session_state.get(key)
    if state is None or list(state["selection"]["rows"]) != wanted:
        st.session_state[key] = {"selection": {"rows": wanted, "columns": [], "cells": []}}
    st.dataframe(
        table, key=key, hide_index=True, on_select=lambda: _choose(key, ids), selection_mode="single-row",
        row_height=ROW_HEIGHT, height=min(MOST_HEIGHT, ROW_HEIGHT * (len(tasks) + 1) + 4),
        column_config=_column_config(columns, texts), alt=texts("duties_table", n=len(tasks)),
        placeholder="",
    )  # fmt: skip


def _column_config(columns: Sequence[str], texts: Texts) -> dict[str, Any]:
    config: dict[str, Any] = {}
    for column in columns:
        width = _WIDTHS[column]
        if column == "duties_last_day":
            config[texts(column)] = st.column_config.DateColumn(width=width, format="YYYY-MM-DD")
        elif column in ("duties_year", "duties_number"):
            config[texts(column)] = st.column_config.NumberColumn(width=width, format="%d")
        else:
            config[texts(column)] = st.column_config.Column(width=width)
    return config


def _choose(key: str, ids: Sequence[str]) -> None:
    rows = st.session_state[key]["selection"]["rows"]
    address.task_chosen(ids[rows[0]] if rows and rows[0] < len(ids) else "")


# --- cells -----------------------------------------------------------------------------------------

_Cell: TypeAlias = Callable[[Any, Mapping[str, Link], Texts], object]


def _role(each: ListedTask, ended: Mapping[str, Link], texts: Texts) -> str:
    if not isinstance(each, Duty):
        return ""
    return texts(f"role_{each.role}") + (texts("inherited") if each.inherited else "")


def _partners(each: ListedTask, ended: Mapping[str, Link], texts: Texts) -> str:
    """The other units of the task, by role."""
    own = {mention.surface for mention in each.mentions} if isinstance(each, Duty) else set()
    parts = []
    for role in ROLES:
        others = units_text(unit for unit in each.task.of_role(role) if unit.surface not in own)
        if others:
            parts.append(f"{texts(f'role_{role}')} {others}")
    return "；".join(parts)


def _flat(text: str) -> str:
    return " ".join(text.split())


_CELLS: Final[Mapping[str, _Cell]] = {
    "duties_number": lambda each, ended, texts: each.task.serial,
    "duties_task": lambda each, ended, texts: _flat(each.task.name),
    "duties_measures": lambda each, ended, texts: _flat(each.task.measures),
    "duties_role": _role,
    "duties_state": lambda each, ended, texts: due_text(due_of(each.task, today()), texts),
    "duties_limit": lambda each, ended, texts: each.task.deadline.text if each.task.deadline else "",
    "duties_last_day": lambda each, ended, texts: last_day(each.task.deadline),
    "duties_partners": _partners,
    "role_lead": lambda each, ended, texts: (
        units_text(each.task.of_role("lead")) or ("" if each.task.units else texts("duties_no_units"))
    ),
    "role_responsible": lambda each, ended, texts: units_text(each.task.of_role("responsible")),
    "role_support": lambda each, ended, texts: units_text(each.task.of_role("support")),
    "target": lambda each, ended, texts: _flat("；".join(each.task.goals)),
    "person": lambda each, ended, texts: "、".join(each.task.persons),
    "duties_notice": lambda each, ended, texts: each.notice.title,
    "place": lambda each, ended, texts: str(each.notice.place),
    "duties_year": lambda each, ended, texts: each.notice.year,
    "duties_validity": ended_text,
    "duties_field": lambda each, ended, texts: each.field,
    "duties_where": lambda each, ended, texts: each.task.place,
}

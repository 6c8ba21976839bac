"""One task: its clause as a quotation, who does it by when, where it stands, and whether its notice is still in force."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import streamlit as st

from app.duties import address
from app.duties.conditions import due_text
from app.duties.ended import ended_by
from app.duties.today import today
from app.parts.basket import basket_button
from app.parts.chips import clause_facts, fact_chips, has_inherited, unit_chips
from app.parts.marking import Mark, marked
from app.parts.notice_view import notice_button
from app.parts.provenance import heading_path
from app.texts import Texts
from indexer.duties import Duty, ListedTask, due_of
from indexer.exports.citations import citation
from indexer.index import Index
from indexer.records import Clause, Link

__all__ = ["task_detail"]


def task_detail(index: Index, tasks: Sequence[ListedTask], texts: Texts, *, ended: Mapping[str, Link]) -> None:
    """The task that the address names, with the ways to those before and after it; a hint where it names none."""
    asked = address.said(address.TASK)
    at = next((at for at, each in enumerate(tasks) if each.task.clause_id == asked), None)
    if at is None:
        _hint(tasks, texts, gone=bool(asked))
        return
    each = tasks[at]
    clause = index.clause(each.task.clause_id)
    with st.container(border=True, key="duty", gap="xsmall"):
        _steps(tasks, at, texts)
        if each.notice.doc_id in ended:
            ended_by(index, ended[each.notice.doc_id], texts)
        st.html(_card(each, clause, texts))
        with st.container(horizontal=True, gap="small"):
            basket_button(clause, key="duty", texts=texts)
            notice_button(index, clause, key="duty source", texts=texts)


def _hint(tasks: Sequence[ListedTask], texts: Texts, *, gone: bool) -> None:
    if gone:
        st.info(texts("duties_gone"), icon=":material/filter_alt:")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.html(f'<div class="tw-meta">{escape(texts("duties_choose_row"))}</div>', width="content")
        st.button(
            texts("duties_first"), key="first", type="tertiary", icon=":material/format_list_numbered:",
            on_click=address.task_chosen, args=(tasks[0].task.clause_id,), shortcut="Alt+Down",
        )  # fmt: skip


def _steps(tasks: Sequence[ListedTask], at: int, texts: Texts) -> None:
    """Where the task stands in the list, and buttons to its neighbours."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.html(
            f'<span class="tw-meta">{escape(texts("duties_position", at=at + 1, n=len(tasks)))}</span>', width="content"
        )
        for label, icon, shortcut, to in (
            ("duties_previous", "arrow_upward", "Alt+Up", at - 1),
            ("duties_next", "arrow_downward", "Alt+Down", at + 1),
        ):
            there = 0 <= to < len(tasks)
            st.button(
                texts(label), key=label, type="tertiary", icon=f":material/{icon}:", shortcut=shortcut, disabled=not there,
                on_click=address.task_chosen, args=(tasks[to].task.clause_id if there else "",),
            )  # fmt: skip
        st.button(
            texts("duties_close"), key="close", type="tertiary", icon=":material/close:", on_click=address.task_chosen,
            args=("",),
        )  # fmt: skip


def _card(each: ListedTask, clause: Clause, texts: Texts) -> str:
    state = [(texts("duties_state"), due_text(due_of(each.task, today()), texts))]
    if isinstance(each, Duty) and each.through:
        state.append((texts("duties_role"), texts("duties_member", group=each.through)))
    units = unit_chips(clause.units, texts) or f'<div class="tw-meta">{escape(texts("duties_no_units"))}</div>'
    legend = f'<div class="tw-legend">{escape(texts("inherited_meaning"))}</div>' if has_inherited(clause.units) else ""
    return (
        f'<article class="tw-passage"><h3 class="tw-duty-name">{escape(each.task.name)}</h3>'
        f'<div class="tw-path">{heading_path(clause)}</div>'
        f"<blockquote>{marked(clause.text, _marks(clause))}</blockquote>"
        f"{units}{fact_chips([*clause_facts(clause, texts), *state])}"
        f'<div class="tw-source">{escape(citation(each.notice, each.task.place))}</div>{legend}</article>'
    )


def _marks(clause: Clause) -> list[Mark]:
    """The time limit and the targets that stand in the clause's text."""
    spans = [*clause.targets, *([clause.deadline] if clause.deadline else [])]
    return [
        (span.start - clause.start, span.end - clause.start, "figure")
        for span in spans
        if clause.start <= span.start and span.end <= clause.end
    ]

"""The draft at a glance: every clause a line with what was found for it; one of them is chosen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape

import streamlit as st

from app.parts.plain_label import plain_label
from app.precedents.address import choose, chosen, key_of, remember
from app.precedents.looked_up import LookedUp, shared_wording
from app.texts import Texts
from indexer.drafts import Finding
from indexer.precedents import LABELS, ClausePrecedents
from indexer.records import Clause

__all__ = ["chosen_clause", "clause_choice", "clause_list", "clause_name", "step_buttons", "summary"]

HEADING_CHARACTERS = 24


def summary(state: LookedUp, n_findings: int, texts: Texts) -> None:
    """How many clauses have what, in one line."""
    best = Counter(_best(found) for found in state.found.values())
    parts = [texts(f"precedents_n_{kind}", n=best[kind]) for kind in (*LABELS, "none", "boilerplate") if best[kind]]
    parts.append(texts("precedents_n_findings", n=n_findings) if n_findings else texts("precedents_no_findings"))
    chips = "".join(f"<span>{escape(part)}</span>" for part in parts)
    st.html(f'<div class="tw-glance" role="status">{chips}</div>')


def chosen_clause(state: LookedUp) -> int:
    """The place of the clause that the address names, else the first."""
    return int(chosen("clause", _numbers(state), "1")) - 1


def clause_list(state: LookedUp, findings: Sequence[Finding], texts: Texts) -> None:
    """The choice as a list; arrow keys go up and down in it."""
    with st.container(key="clauses", height=620, border=True):
        st.radio(
            texts("precedents_clauses"), _numbers(state), key=key_of("clause"), on_change=remember,
            args=("clause", "1"), captions=[_caption(state, findings, at, texts) for at in range(len(state.clauses))],
            format_func=lambda number: plain_label(clause_name(state.clauses[int(number) - 1], texts, number)),
        )  # fmt: skip


def clause_choice(state: LookedUp, texts: Texts) -> None:
    """The same choice in one line, for a view that needs the width."""
    st.selectbox(
        texts("precedents_clauses"), _numbers(state), key=key_of("clause"), on_change=remember, args=("clause", "1"),
        format_func=lambda number: f"{number}. {clause_name(state.clauses[int(number) - 1], texts, number)}",
        label_visibility="collapsed",
    )  # fmt: skip


def step_buttons(at: int, n: int, texts: Texts) -> None:
    """To the clause before and after, also by keyboard."""
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", width="content"):
        st.button(
            texts("precedents_before"), key="precedents before", type="tertiary", icon=":material/arrow_upward:", shortcut="Alt+Up",
            disabled=at == 0, on_click=choose, args=("clause", str(at), "1"),
        )  # fmt: skip
        st.button(
            texts("precedents_after"), key="precedents after", type="tertiary", icon=":material/arrow_downward:", shortcut="Alt+Down",
            disabled=at == n - 1, on_click=choose, args=("clause", str(at + 2), "1"),
        )  # fmt: skip


def clause_name(clause: Clause, texts: Texts, number: str = "") -> str:
    """The clause's own heading, else its number with the beginning of its text."""
    name = clause.headings[-1] if clause.headings else f"{clause.number}{clause.text}"
    name = name.replace("\n", " ").strip() or texts("precedents_clause", n=number)
    return name if len(name) <= HEADING_CHARACTERS else name[: HEADING_CHARACTERS - 1] + "…"


def findings_in(clause: Clause, state: LookedUp, findings: Sequence[Finding]) -> int:
    """How many findings lie in the clause or in the units named for it; a draft of one clause has them all."""
    if len(state.clauses) == 1:
        return len(findings)
    spans = [(clause.start, clause.end), *((unit.start, unit.end) for unit in clause.units if not unit.inherited)]
    return sum(any(each.start < end and start < each.end for start, end in spans) for each in findings)


def _numbers(state: LookedUp) -> list[str]:
    return [str(number) for number in range(1, len(state.clauses) + 1)]


def _caption(state: LookedUp, findings: Sequence[Finding], at: int, texts: Texts) -> str:
    """What was found for the clause, in few words."""
    found = state.found.get(at)
    if found is None:
        return "…"
    counts = Counter(each.label for each in shared_wording(found) for _ in (each.clause_id, *each.also_in))
    parts = [f"{texts(f'precedents_{label}')} {counts[label]}" for label in LABELS if counts[label]]
    parts = parts or [texts("precedents_none")]
    if found.boilerplate:
        parts.append(texts("precedents_boilerplate"))
    n = findings_in(state.clauses[at], state, findings)
    if n:
        parts.append(f"⚑ {texts('precedents_findings_here', n=n)}")
    return " · ".join(parts)


def _best(found: ClausePrecedents) -> str:
    """The closest that was found for a clause."""
    if found.boilerplate:
        return "boilerplate"
    labels = {each.label for each in shared_wording(found)}
    return next((label for label in LABELS if label in labels), "none")

"""Two rankings of one question side by side: each clause with its grade, and where the other run has it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import streamlit as st

from app.navigation import link_to
from app.parts.provenance import heading_path
from app.texts import Texts
from indexer.errors import UsageError
from indexer.index import Index

__all__ = ["rankings"]

_FIRST = 10
_CHARACTERS = 140
Ranking = Sequence[tuple[str, float]]


def rankings(
    index: Index, runs: Sequence[tuple[str, Ranking]], grades: Mapping[str, int], *, question: str, texts: Texts
) -> None:
    """Both columns; on a narrow screen one below the other."""
    if question:
        link_to("ask", texts("evaluate_ask_this"), texts, icon=":material/search:", q=question)
    nothing = "<p>" + escape(texts("evaluate_ranking_empty")) + "</p>"
    ranks = [{clause_id: rank for rank, (clause_id, _) in enumerate(rows, 1)} for _, rows in runs]
    for column, (name, rows), elsewhere in zip(st.columns(len(runs)), runs, reversed(ranks), strict=True):
        items = "".join(
            _item(index, clause_id, grades.get(clause_id), elsewhere.get(clause_id), texts)
            for clause_id, _ in list(rows)[:_FIRST]
        )
        said = f'<ol class="tw-ranking">{items}</ol>' if items else nothing
        column.html(f'<h3 class="tw-h3">{escape(name)}</h3>{said}')
    missed = [clause_id for clause_id, grade in grades.items() if grade > 0 and not any(clause_id in r for r in ranks)]
    if missed:
        st.caption(texts("evaluate_found_by_neither", n=len(missed)))


def _item(index: Index, clause_id: str, grade: int | None, other_rank: int | None, texts: Texts) -> str:
    """One clause: its grade in words, where it stands, how it begins, its rank in the other run."""
    try:
        clause = index.clause(clause_id)
    except UsageError:
        where, text = escape(clause_id), texts("evaluate_not_here")
    else:
        where = f"{escape(index.notice(clause.doc_id).title)} › {heading_path(clause)}"
        text = clause.text if len(clause.text) <= _CHARACTERS else clause.text[: _CHARACTERS - 1] + "…"
    shape = "none" if grade is None else str(grade)
    badge = texts("evaluate_unjudged") if grade is None else texts("evaluate_graded", grade=grade)
    rank = texts("evaluate_other_rank", n=other_rank) if other_rank else texts("evaluate_other_none")
    return (
        f'<li><span class="tw-grade tw-grade-{shape}">{escape(badge)}</span> '
        f'<span class="tw-meta">{escape(rank)}</span>'
        f'<div class="tw-path">{where}</div><div class="tw-text">{escape(text)}</div></li>'
    )

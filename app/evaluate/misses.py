"""Clauses judged relevant that are found behind their place: what lost each, what it says, and the way to ask again."""

from __future__ import annotations

from collections import Counter
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from app.evaluate.address import picked
from app.evaluate.layout import section
from app.navigation import link_to
from app.parts.notice_view import notice_button
from app.parts.provenance import heading_path
from app.texts import Texts
from indexer.index import Index

if TYPE_CHECKING:
    from eval.measurement import Measurement
    from eval.misses import Miss

__all__ = ["misses"]

_AT_ONCE = 10
_SHOWN = "evaluate misses shown"  # in the session
_ALL = "all"
# What the address calls each loss; the library's own names hold blanks.
_NAMES = {
    "filter": "filter",
    "lexical leg": "lexical",
    "dense leg": "dense",
    "both legs": "both",
    "fusion": "fusion",
    "no clause": "none",
}


def misses(index: Index, found: Measurement, texts: Texts) -> None:
    """The misses beyond the first ten hits, those not found first, by what lost them."""
    unseen = [miss for miss in found.misses if miss.unseen]
    section(texts("evaluate_misses"), texts("evaluate_misses_note", n=len(unseen), all=len(found.misses)))
    if not unseen:
        st.success(texts("evaluate_misses_none"), icon=":material/check:")
        return
    counts = Counter(_NAMES[miss.lost_by] for miss in unseen)

    def say(name: str) -> str:
        if name == _ALL:
            return texts("evaluate_loss_all", n=len(unseen))
        return texts(f"evaluate_loss_{name}") + f" {counts[name]}"

    named = [name for name in _NAMES.values() if counts[name]]
    loss = picked("loss", (_ALL, *named), texts("evaluate_lost_by"), say)
    chosen = [miss for miss in unseen if loss in (_ALL, _NAMES[miss.lost_by])]
    n = int(st.session_state.get(_SHOWN, _AT_ONCE))
    questions = {query.query_id: query.text for query in found.fitted.queries}
    for number, miss in enumerate(chosen[:n]):
        _miss(index, found, miss, question=questions[miss.query_id], key=f"miss {number} {miss.clause}", texts=texts)
    if len(chosen) > n:
        st.button(
            texts("evaluate_misses_more", n=len(chosen) - n), key="evaluate more misses", icon=":material/expand_more:",
            on_click=_show_more, args=(n,),
        )  # fmt: skip


def _show_more(n: int) -> None:
    st.session_state[_SHOWN] = n + _AT_ONCE


def _miss(index: Index, found: Measurement, miss: Miss, *, question: str, key: str, texts: Texts) -> None:
    """One miss: the question, the ranks, the clause that should have been there."""
    from eval.misses import clause_id_of

    clause_id = clause_id_of(miss, found.fitted.judged)
    clause = index.clause(clause_id) if clause_id else None
    loss = _NAMES[miss.lost_by]
    lost, why = texts(f"evaluate_loss_{loss}"), texts(f"evaluate_loss_why_{loss}")
    expected = texts("evaluate_expected", n=miss.expected, grade=miss.grade)
    ranks = " · ".join(
        texts(f"evaluate_rank_{leg}", n=rank or texts("evaluate_rank_none"))
        for leg, rank in (("found", miss.found), ("lexical", miss.lexical), ("dense", miss.dense))
    )
    said = (
        f'<div class="tw-path">{escape(index.notice(clause.doc_id).title)} › {heading_path(clause)}</div>'
        f'<div class="tw-text">{escape(clause.text)}</div>'
        if clause
        else ""
    )
    with st.container(border=True, gap="xsmall"):
        st.html(
            f'<article class="tw-card"><h3 class="tw-h3">{escape(question)}</h3>'
            f'<div class="tw-meta">{escape(expected)} · {escape(ranks)}</div>'
            f'<div class="tw-why"><b>{escape(lost)}</b> {escape(why)}</div>{said}</article>'
        )
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            link_to("ask", texts("evaluate_ask_this"), texts, icon=":material/search:", q=question)
            if clause:
                notice_button(index, clause, key=key, texts=texts)

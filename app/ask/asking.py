"""The question: its box, what a new one puts aside, and the answer kept while the reader looks around in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from app.ask.answer_card import clauses_to_read
from app.ask.plan_chips import forget_taken_back
from app.identity import who
from app.texts import Texts
from indexer.audit import note
from indexer.index import Index
from indexer.records import Answer, Clause, Hit, Manifest, Query
from indexer.search import ask, search
from indexer.search.facets import Facet, FacetValue, facets

__all__ = [
    "AT_FIRST",
    "LISTED",
    "STEPS",
    "Reply",
    "ask_again",
    "counts_of",
    "question_box",
    "reply_to",
    "shown",
    "show_more",
]

# Clauses listed and counted, and how many of them are drawn at first and step by step.
LISTED = 100
STEPS = (10, 30, 60, LISTED)
AT_FIRST = STEPS[0]
_QUESTION, _SHOWN, _SAVED = "q", "k", "saved"  # in the address
_REPLY, _COUNTS = "reply shown", "counts shown"  # in the session, each with what it belongs to


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer with the clauses to list below it: those it lists, else the nearest."""

    answer: Answer
    hits: tuple[Hit, ...]
    clauses: Mapping[str, Clause]  # by clause_id, those of the hits and those that the answer names


def question_box(texts: Texts) -> str:
    """Draw the form; gives the question asked in it or in the address."""
    with st.form("question", border=False):
        row = st.container(horizontal=True, vertical_alignment="bottom", gap="small")
        text = row.text_input(
            texts("question"), key=_QUESTION, bind="query-params", placeholder=texts("question_hint"),
            label_visibility="collapsed", autocomplete="off",
        )  # fmt: skip
        row.form_submit_button(texts("ask"), type="primary", icon=":material/search:", on_click=_begin_anew)
    return (text or "").strip()


def ask_again(question: str) -> None:
    """Have the page ask this question, as if it had been typed."""
    st.session_state[_QUESTION] = question
    _begin_anew()


def reply_to(index: Index, query: Query, texts: Texts) -> Reply:
    """The reply; the last one of the session is kept, since a click beside the question asks nothing new."""
    kept: tuple[tuple[Manifest, Query], Reply] | None = st.session_state.get(_REPLY)
    if kept and kept[0] == (index.manifest, query):
        return kept[1]
    with st.spinner(texts("working")):
        answer = ask(index, query, k=LISTED)
        hits = answer.hits or tuple(search(index, query, k=LISTED))
        named = dict.fromkeys([*(hit.clause_id for hit in hits), *clauses_to_read(answer)])
        reply = Reply(answer, hits, {clause.clause_id: clause for clause in index.clauses(list(named))})
    note(index, who(), "asked", via="app", question=query.text, shown=list(named))
    st.session_state[_REPLY] = ((index.manifest, query), reply)
    return reply


def counts_of(index: Index, query: Query, reply: Reply) -> Mapping[Facet, tuple[FacetValue, ...]]:
    """The values of each facet with their counts, kept like the reply."""
    kept: tuple[tuple[Manifest, Query], Mapping[Facet, tuple[FacetValue, ...]]] | None = st.session_state.get(_COUNTS)
    if kept and kept[0] == (index.manifest, query):
        return kept[1]
    counts = facets(index, query, [reply.clauses[hit.clause_id] for hit in reply.hits], depth=LISTED)
    st.session_state[_COUNTS] = ((index.manifest, query), counts)
    return counts


def shown() -> int:
    """How many clauses are to be drawn, by the address."""
    named = st.query_params.get(_SHOWN, "")
    return min(max(int(named), AT_FIRST), LISTED) if re.fullmatch(r"[0-9]{1,3}", named) else AT_FIRST


def show_more() -> None:
    """Draw the next step's number of clauses."""
    st.query_params[_SHOWN] = str(next((step for step in STEPS if step > shown()), LISTED))


def _begin_anew() -> None:
    """Put aside what was chosen for the question before."""
    forget_taken_back()
    st.query_params.pop(_SHOWN, None)
    st.query_params.pop(_SAVED, None)

"""The page for questions: a question in, the answer with its evidence and the nearest clauses out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.ask.answer_card import answer_card, named_clauses
from app.ask.asking import Reply, counts_of, question_box, reply_to
from app.ask.examples import examples
from app.ask.facets import facet_counts
from app.ask.history import history_list, history_menu, remember
from app.ask.plan_chips import plan_chips, taken_back
from app.ask.results import results
from app.ask.saved_news import keep_question, saved_news
from app.ask.saved_questions import saved_list, saved_question, show_saved
from app.ask.written_card import written_card, written_switch
from app.parts.filters import clear_button, filter_panel
from app.texts import Texts
from indexer.exports import FoundClause
from indexer.index import Index
from indexer.records import Answer, Filters, Notice, Query
from indexer.rewriting.endpoint import Endpoint
from indexer.search.facets import Facet

__all__ = ["QUESTION_CHARACTERS", "page"]

# A pasted draft may be a paragraph; a whole notice is no question.
QUESTION_CHARACTERS = 1000


def page(index: Index, texts: Texts) -> None:
    """Draw the page."""
    show_saved(index)
    slots: dict[Facet, DeltaGenerator] = {}
    with st.sidebar:
        filters = filter_panel(index, texts, slots=slots)
    row = st.container(key="asking", horizontal=True, gap="small", vertical_alignment="bottom")
    with row:
        question = question_box(texts)
    endpoint = written_switch(texts)
    reply: Reply | None = None
    query = Query(question, filters=filters, without=taken_back())
    if not question:
        saved_list(index, texts)
        history_list(texts)
        examples(index, texts)
    elif not any(character.isalnum() for character in question):
        st.info(texts("question_without_words"), icon=":material/edit:")
    elif len(question) > QUESTION_CHARACTERS:
        st.info(texts("question_too_long", n=len(question), limit=QUESTION_CHARACTERS), icon=":material/edit:")
    else:
        remember(question)
        reply = reply_to(index, query, texts)
        _show(index, reply, texts, endpoint=endpoint)
    if question:
        with row:  # after the question itself is remembered
            history_menu(question, texts)
    counts = counts_of(index, query, reply) if reply else None
    facet_counts(index, slots, counts, filters=filters, texts=texts)


def _show(index: Index, reply: Reply, texts: Texts, *, endpoint: Endpoint | None) -> None:
    """The answer and the clauses nearest to the question; above them, where it is asked for, what a model makes of it."""
    answer = reply.answer
    _understood(answer, texts)
    if not reply.hits and answer.query.filters:
        _nothing_passes(index, texts)
        return
    clauses, notices = reply.clauses, _notices(index, reply)
    saved = saved_question(index, answer.query)
    told = saved_news(index, saved, answer, texts) if saved else set()
    above = st.container()
    answer_card(index, answer, clauses=clauses, notices=notices, texts=texts)
    found = [
        FoundClause(hit, clauses[hit.clause_id], notices[clauses[hit.clause_id].doc_id])
        for hit in reply.hits
        if hit.clause_id not in told
    ]
    if not saved:
        keep_question(index, answer.query, texts)
    results(index, answer, found, cited=set(named_clauses(answer)), texts=texts)
    if endpoint and not answer.abstained:  # last, since the reader need not wait for it
        with above:
            written_card(index, answer, endpoint, texts=texts)


def _notices(index: Index, reply: Reply) -> Mapping[str, Notice]:
    """The heads of the notices of all clauses, by doc_id."""
    wanted = {clause.doc_id for clause in reply.clauses.values()}
    return {notice.doc_id: notice for notice in index.notices() if notice.doc_id in wanted}


def _understood(answer: Answer, texts: Texts) -> None:
    """How the question was understood, and to what the filters at the side restrict it."""
    plan_chips(answer.plan, texts)
    chosen = " · ".join(_scope(answer.query.filters, texts))
    if chosen:
        st.html(f'<div class="tw-understood">{escape(texts("scope"))} <b>{escape(chosen)}</b></div>')


def _scope(filters: Filters, texts: Texts) -> Iterable[str]:
    """The restrictions in force, in words."""
    if filters.places:
        yield "、".join(filters.places)
    if filters.years:
        first, last = filters.years
        yield str(first) if first == last else f"{first}—{last}"
    if filters.levels:
        yield "、".join(texts(f"level_{level}") for level in filters.levels)
    if filters.kinds:
        yield "、".join(filters.kinds)
    if filters.units:
        yield "、".join(filters.units)


def _nothing_passes(index: Index, texts: Texts) -> None:
    with st.container(border=True, key="nothing"):
        st.html(
            f'<h2 class="tw-answer-title tw-silent">{escape(texts("filter_nothing"))}</h2>'
            f'<div class="tw-silence">{escape(texts("filter_nothing_hint"))}</div>'
        )
        clear_button(index, texts, key="clear in the page")

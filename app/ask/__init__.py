"""The page for questions: a question in, the answer with its evidence and the nearest clauses out."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.ask.answer_card import answer_card, clauses_to_read, named_clauses
from app.ask.examples import examples
from app.ask.plan_chips import forget_taken_back, plan_chips, taken_back
from app.ask.written_card import written_card, written_switch
from app.parts.clause_card import clause_card
from app.parts.filters import clear_button, filter_panel
from app.texts import Texts
from indexer.index import Index
from indexer.records import Answer, Clause, Filters, Hit, Notice, Query
from indexer.rewriting.endpoint import Endpoint
from indexer.search import ask, search
from indexer.search.repeats import repeated
from indexer.search.scope import scope

__all__ = ["QUESTION_CHARACTERS", "page"]

# A pasted draft may be a paragraph; a whole notice is no question.
QUESTION_CHARACTERS = 1000
HITS = 10


def page(index: Index, texts: Texts) -> None:
    """Draw the page."""
    with st.sidebar:
        filters = filter_panel(index, texts)
    question = _question(texts)
    endpoint = written_switch(texts)
    if not question:
        examples(index, texts)
    elif not any(character.isalnum() for character in question):
        st.info(texts("question_without_words"), icon=":material/edit:")
    elif len(question) > QUESTION_CHARACTERS:
        st.info(texts("question_too_long", n=len(question), limit=QUESTION_CHARACTERS), icon=":material/edit:")
    else:
        _reply(index, Query(question, filters=filters, without=taken_back()), texts, endpoint=endpoint)


def _question(texts: Texts) -> str:
    """The question asked, from the form or the address."""
    with st.form("question", border=False):
        row = st.container(horizontal=True, vertical_alignment="bottom", gap="small")
        text = row.text_input(
            texts("question"), key="q", bind="query-params", placeholder=texts("question_hint"),
            label_visibility="collapsed", autocomplete="off",
        )  # fmt: skip
        row.form_submit_button(texts("ask"), type="primary", icon=":material/search:", on_click=forget_taken_back)
    return (text or "").strip()


def _reply(index: Index, query: Query, texts: Texts, *, endpoint: Endpoint | None) -> None:
    """The answer and the clauses nearest to the question; above them, where it is asked for, what a model makes of it."""
    with st.spinner(texts("working")):
        answer = ask(index, query, k=HITS)
        hits = list(answer.hits) or search(index, query, k=HITS)
    _understood(answer, texts)
    if not hits and query.filters:
        _nothing_passes(index, texts)
        return
    clauses, notices = _read(index, answer, hits)
    above = st.container()
    answer_card(index, answer, clauses=clauses, notices=notices, texts=texts)
    _clauses(index, answer, hits, clauses=clauses, notices=notices, texts=texts)
    if endpoint and not answer.abstained:  # last, since the reader need not wait for it
        with above:
            written_card(index, answer, endpoint, texts=texts)


def _read(index: Index, answer: Answer, hits: Iterable[Hit]) -> tuple[dict[str, Clause], dict[str, Notice]]:
    """Every clause that is shown by clause_id, and their notices by doc_id."""
    shown = dict.fromkeys([*(hit.clause_id for hit in hits), *clauses_to_read(answer)])
    clauses = {clause.clause_id: clause for clause in index.clauses(list(shown))}
    wanted = {clause.doc_id for clause in clauses.values()}
    return clauses, {notice.doc_id: notice for notice in index.notices() if notice.doc_id in wanted}


def _clauses(
    index: Index,
    answer: Answer,
    hits: list[Hit],
    *,
    clauses: dict[str, Clause],
    notices: dict[str, Notice],
    texts: Texts,
) -> None:
    """The cards of the hits; for the tasks of a unit, which the answer lists in full, behind an expander."""
    cited = set(named_clauses(answer))
    listed = answer.kind == "duties" and not answer.abstained
    if listed:
        # There may be hundreds: drawn only while the expander is open.
        expander = st.expander(texts("hits_of_unit"), key="cards", on_change="rerun")
        if not expander.open:
            return
        place: DeltaGenerator = expander
    else:
        heading = texts("silence_see_below") if answer.abstained else texts("hits", n=len(hits))
        allowed = scope(index, answer.plan)
        n = index.manifest.n_clauses if allowed is None else len(allowed)
        st.html(f'<div class="tw-section">{escape(heading)}<span>{escape(texts("within", n=n))}</span></div>')
        place = st.container()
    first_of = repeated([clauses[hit.clause_id] for hit in hits])
    with place:
        for hit in hits:
            if hit.clause_id in first_of:
                continue
            clause = clauses[hit.clause_id]
            repeats = [clauses[other] for other, first in first_of.items() if first == hit.clause_id]
            clause_card(
                index, hit, clause=clause, notice=notices[clause.doc_id], repeats=repeats, topic=answer.plan.topic,
                cited=not listed and hit.clause_id in cited, texts=texts,
            )  # fmt: skip


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
    if filters.units:
        yield "、".join(filters.units)


def _nothing_passes(index: Index, texts: Texts) -> None:
    with st.container(border=True, key="nothing"):
        st.html(
            f'<div class="tw-answer-title tw-silent">{escape(texts("filter_nothing"))}</div>'
            f'<div class="tw-silence">{escape(texts("filter_nothing_hint"))}</div>'
        )
        clear_button(index, texts, key="clear in the page")

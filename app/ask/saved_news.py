"""Beside an answer: a button that saves its question; and for one that is saved, what is new, with what can be done with it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from app.address import say
from app.archive.editor import editor_field, known_editor
from app.ask.asking import AT_FIRST
from app.ask.saved_questions import ADDRESS, news_of, on_file_of
from app.identity import who
from app.parts.clause_card import clause_card
from app.texts import Texts
from indexer.errors import UsageError
from indexer.index import Index
from indexer.records import Answer, Query
from indexer.saved import NewClause, SavedQuestion, mark_seen, may_change, remove, save

__all__ = ["keep_question", "saved_news"]

_SAID = "said of saved questions"  # in the session: said once on the page after a click


def keep_question(index: Index, query: Query, texts: Texts) -> None:
    """A button that unfolds who saves the question, and the one that does."""
    with st.popover(texts("saved_keep"), key="save question", icon=":material/bookmark_add:"):
        st.html(f'<div class="tw-meta">{escape(texts("saved_keep_hint"))}</div>')
        by = editor_field(texts, key="saving")
        shared = bool(who().name) and st.checkbox(texts("saved_share"), key="share question")
        if not st.button(texts("saved_keep_now"), key="save question now", type="primary"):
            return
        if not by:
            st.error(texts("archive_who_missing"), icon=":material/person:")
            return
        try:
            question = save(
                index, query.text, owner=by, filters=query.filters, without=query.without, reader=who(), shared=shared,
            )  # fmt: skip
        except UsageError as error:
            st.error(f"{texts('trouble')} {error}", icon=":material/error:")
            return
    say(**{ADDRESS: question.question_id})
    st.session_state[_SAID] = "saved_kept"
    st.rerun()


def saved_news(index: Index, question: SavedQuestion, answer: Answer, texts: Texts) -> set[str]:
    """What is new for a saved question, as cards; gives the ids of the clauses that it shows."""
    if (said := st.session_state.pop(_SAID, None)) is not None:
        st.toast(texts(said), icon=":material/check:")
    on_file = on_file_of(index)
    found = news_of(index, question, on_file)
    seen = on_file.seen[question.question_id][-1]
    with st.container(border=True, key="saved_news", gap="xsmall"):
        line = texts("saved_since", n=len(found), date=seen.made_at[:10], who=seen.made_by)
        quiet = texts("saved_quiet", date=seen.made_at[:10], who=seen.made_by)
        st.html(
            f'<h2 class="tw-answer-title">{escape(line if found else quiet)}</h2>'
            f'<div class="tw-meta">{escape(texts("saved_by", who=question.owner, date=question.created_at[:10]))}</div>'
        )
        if may_change(question, who()):
            with st.container(horizontal=True, gap="small", key="saved_actions"):
                if found:
                    _seen_button(index, question, texts)
                _remove_button(index, question, texts)
    _cards(index, found[:AT_FIRST], answer, texts)
    if len(found) > AT_FIRST:
        with st.expander(texts("saved_more", n=len(found) - AT_FIRST)):
            _cards(index, found[AT_FIRST:], answer, texts)
    return {each.clause.clause_id for each in found}


def _cards(index: Index, found: Sequence[NewClause], answer: Answer, texts: Texts) -> None:
    for each in found:
        clause_card(
            index, each.hit, clause=each.clause, notice=index.notice(each.clause.doc_id), repeats=(),
            topic=answer.plan.topic, tags=[texts(f"saved_state_{each.state}")], texts=texts,
        )  # fmt: skip


def _seen_button(index: Index, question: SavedQuestion, texts: Texts) -> None:
    if st.button(texts("saved_seen"), key="mark seen", icon=":material/done_all:", type="primary"):
        mark_seen(index, question.question_id, by=known_editor() or question.owner, reader=who())
        st.session_state[_SAID] = "saved_seen_now"
        st.rerun()


def _remove_button(index: Index, question: SavedQuestion, texts: Texts) -> None:
    """A button that unfolds who removes the question, and the one that does."""
    with st.popover(texts("saved_remove"), key="remove question", icon=":material/bookmark_remove:"):
        by = editor_field(texts, key="removing")
        if not st.button(texts("saved_remove_now"), key="remove question now"):
            return
        if not by:
            st.error(texts("archive_who_missing"), icon=":material/person:")
            return
        remove(index.directory, question.question_id, by=by, reader=who())
    say(**{ADDRESS: ""})
    st.rerun()

"""The clauses found below the answer: their cards, more of them on demand, and all of them as files."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from app.ask.asking import AT_FIRST, show_more, shown
from app.ask.downloads import downloads
from app.parts.clause_card import clause_card
from app.texts import Texts
from indexer.exports import FoundClause
from indexer.index import Index
from indexer.records import Answer
from indexer.search.repeats import repeated
from indexer.search.scope import scope

__all__ = ["results"]


def results(index: Index, answer: Answer, found: Sequence[FoundClause], *, cited: set[str], texts: Texts) -> None:
    """The cards; for the tasks of a unit, which the answer lists in full, behind an expander."""
    if not found:
        return
    listed = answer.kind == "duties" and not answer.abstained
    with st.container(
        key="results head", horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    ):
        st.html(_heading(index, answer, found, texts, listed=listed), width="content")
        downloads(answer.query.text, found, texts)
    if listed:
        # There may be hundreds: drawn only while the expander is open.
        expander = st.expander(texts("hits_of_unit"), key="cards", on_change="rerun")
        if not expander.open:
            return
        with expander:
            _cards(index, answer, found, cited=set(), texts=texts)
    else:
        _cards(index, answer, found, cited=cited, texts=texts)


def _heading(index: Index, answer: Answer, found: Sequence[FoundClause], texts: Texts, *, listed: bool) -> str:
    """What is listed, how much of it is drawn, and among how many clauses it was looked for."""
    if listed:
        return f'<h2 class="tw-section">{escape(texts("ask_listed", n=len(found)))}</h2>'
    heading = texts("silence_see_below") if answer.abstained else texts("ask_nearest")
    allowed = scope(index, answer.plan)
    within = texts("within", n=index.manifest.n_clauses if allowed is None else len(allowed))
    drawn = texts("ask_shown", shown=min(shown(), len(found)), n=len(found))
    return f'<h2 class="tw-section">{escape(heading)}<span>{escape(drawn)} · {escape(within)}</span></h2>'


def _cards(index: Index, answer: Answer, found: Sequence[FoundClause], *, cited: set[str], texts: Texts) -> None:
    """The cards of the first clauses, and a button for the next ones."""
    drawn = found[: shown()]
    first_of = repeated([each.clause for each in drawn])
    for each in drawn:
        clause = each.clause
        if clause.clause_id in first_of:
            continue
        repeats = [other.clause for other in drawn if first_of.get(other.clause.clause_id) == clause.clause_id]
        clause_card(
            index, each.hit, clause=clause, notice=each.notice, repeats=repeats, topic=answer.plan.topic,
            tags=[texts("cited")] if clause.clause_id in cited else [], texts=texts,
        )  # fmt: skip
    if len(found) > max(len(drawn), AT_FIRST):
        left = len(found) - len(drawn)
        st.button(
            texts("ask_more", n=left), key="more clauses", icon=":material/expand_more:", on_click=show_more,
            width="stretch",
        )  # fmt: skip

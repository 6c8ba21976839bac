"""Questions that people saved: which one the page shows, and the list of all with how much is new for each.

Which one is shown stands in the address (`saved`): a link with that alone asks the question with its filters.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from app.address import one_of, said, say
from app.archive.editor import known_editor
from app.ask.asking import ask_again
from app.ask.plan_chips import take_back
from app.ask.saved_feed import feed_addresses
from app.identity import who
from app.parts.filters import FILTER_KEYS, fitting, set_filters
from app.parts.plain_label import plain_label
from app.state import generation_key
from app.texts import Texts
from indexer.index import Index
from indexer.records import Query
from indexer.saved import NewClause, OnFile, SavedQuestion, news, read_saved, seen_by

__all__ = ["ADDRESS", "news_of", "on_file_of", "saved_list", "saved_question", "show_saved"]

ADDRESS = "saved"
_OWNER = "of"  # in the address: whose questions are listed
_SHOWN = "saved question shown"  # in the session: the one whose filters were set
_EVERYBODY = ""


def show_saved(index: Index) -> None:
    """Where a link names a saved question and says nothing else, have the page ask it, before the filters are drawn."""
    question = on_file_of(index).questions.get(said(ADDRESS))
    if question is not None and st.session_state.get(_SHOWN) != question.question_id:
        st.session_state[_SHOWN] = question.question_id
        if not any(name in st.query_params for name in ("q", *FILTER_KEYS.values())):
            _open(index, question)


def saved_question(index: Index, query: Query) -> SavedQuestion | None:
    """The saved question that the address names, if the page asks just that by now."""
    question = on_file_of(index).questions.get(said(ADDRESS))
    if question is None:
        return None
    meant = (question.text, fitting(index, question.filters), question.without)
    return question if meant == (query.text, query.filters, query.without) else None


def on_file_of(index: Index) -> OnFile:
    """What is on file as whoever asks may see it."""
    return seen_by(read_saved(index.directory), who())


def news_of(index: Index, question: SavedQuestion, on_file: OnFile) -> Sequence[NewClause]:
    """What is news for the question, found once a generation for all readers, until it is marked as seen."""
    seen = len(on_file.seen[question.question_id])
    return _news(index, question, on_file, (*generation_key(index), question.question_id, seen))


def saved_list(index: Index, texts: Texts) -> None:
    """The saved questions as buttons, those with news first; nothing where there are none."""
    on_file = on_file_of(index)
    owners = sorted({question.owner for question in on_file.of(None)})
    if not owners:
        return
    st.html(f'<h2 class="tw-section">{escape(texts("saved"))}</h2>')
    owner = _EVERYBODY
    if len(owners) > 1:
        own = known_editor()
        owner = one_of(
            "ask", _OWNER, [_EVERYBODY, *owners], label=texts("saved_of"), shape="list", labelled=True, width=240,
            show=lambda name: name or texts("saved_of_all"), default=own if own in owners else _EVERYBODY,
        )  # fmt: skip
    with st.spinner(texts("working")):
        counted = [(question, len(news_of(index, question, on_file))) for question in on_file.of(owner or None)]
    feed_addresses(index, texts)
    with st.container(key="saved_list", gap="xsmall"):
        for question, n_new in sorted(counted, key=lambda pair: -pair[1]):
            count = "**" + texts("saved_new", n=n_new) + "**  " if n_new else ""
            shared = " · " + texts("saved_shared") if question.shared else ""
            whose = f" · {plain_label(question.owner)}" if len(owners) > 1 and not owner else ""
            st.button(
                f"{count}{plain_label(question.text)}{whose}{shared}", key=f"saved {question.question_id}", width="stretch",
                on_click=_open, args=(index, question),
                icon=":material/notifications_unread:" if n_new else ":material/bookmark:",
            )  # fmt: skip


@st.cache_resource(max_entries=2000, show_spinner=False)
def _news(
    _index: Index, _question: SavedQuestion, _on_file: OnFile, key: tuple[str, str, str, str, int]
) -> Sequence[NewClause]:
    """As `news`; the key is what the others are known by."""
    return tuple(news(_index, _question, _on_file))


def _open(index: Index, question: SavedQuestion) -> None:
    """Have the page ask the question with its filters."""
    ask_again(question.text)
    set_filters(index, question.filters)
    take_back(question.without)
    st.session_state[_SHOWN] = question.question_id
    say(**{ADDRESS: question.question_id, _OWNER: ""})

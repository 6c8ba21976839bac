"""Which questions are measured: those over the sample notices, or the reader's own with their judgements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from app.evaluate.address import picked
from app.evaluate.jobs import generation_of
from app.evaluate.uploads import read_uploaded
from app.parts.plain_label import plain_label
from app.texts import Texts
from indexer.errors import TiaowenError
from indexer.index import Index

if TYPE_CHECKING:
    from eval.question_sets import Fitted, QuestionSet

__all__ = ["Asked", "asked_questions", "samples_are_here"]

SOURCES = ("bundled", "own")
_OWN = "evaluate own questions"  # in the session
_FORMS = ("jsonl", "tsv", "txt", "qrels")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question set that fits the open index."""

    key: str  # of the set
    fitted: Fitted
    own: bool

    @property
    def texts_of_questions(self) -> dict[str, str]:
        """query_id → the question."""
        return {query.query_id: query.text for query in self.fitted.queries}


def asked_questions(index: Index, texts: Texts) -> Asked | None:
    """Draw the choice of questions; None where there are none that fit, which is said."""
    here = samples_are_here(index)
    source = picked(
        "set", SOURCES, texts("evaluate_set"), lambda name: texts(f"evaluate_set_{name}"),
        default="bundled" if here else "own", show_label=True,
    )  # fmt: skip
    if source == "own":
        return _own(index, texts)
    if not here:
        st.info(texts("evaluate_not_samples"), icon=":material/info:")
        return None
    fitted = _bundled(generation_of(index), index)
    st.caption(texts("evaluate_set_bundled_facts", n=len(fitted.queries)))
    return Asked("bundled", fitted, own=False)


def samples_are_here(index: Index) -> bool:
    """Whether the open index holds the sample notices, which the bundled questions and cases are about."""
    return _samples_are_here(generation_of(index), index)


@st.cache_data(max_entries=4, show_spinner=False)
def _samples_are_here(generation: str, _index: Index) -> bool:
    from eval.question_sets import holds_samples

    return holds_samples(_index)


@st.cache_resource(max_entries=2, show_spinner=False)
def _bundled(generation: str, _index: Index) -> Fitted:
    """The bundled questions with their judgements as clauses of the index."""
    from eval.question_sets import bundled, fit

    return fit(bundled(), _index)


def _own(index: Index, texts: Texts) -> Asked | None:
    """The reader's own questions, from files that stay in the session alone."""
    from eval.question_sets import fit, read_question_set

    files = st.file_uploader(
        texts("evaluate_own_files"), type=_FORMS, accept_multiple_files=True, key="evaluate own files",
        help=texts("evaluate_own_files_help"),
    )  # fmt: skip
    if files:
        read = read_uploaded(files, read_question_set, texts)
        if read is None:
            return None
        st.session_state[_OWN] = read
    kept: QuestionSet | None = st.session_state.get(_OWN)
    if kept is None:
        st.html(f'<div class="tw-hint">{texts("evaluate_own_hint")}</div>')
        return None
    try:
        fitted = fit(kept, index)
    except TiaowenError as error:
        st.warning(texts("evaluate_set_unfit", reason=plain_label(str(error))), icon=":material/warning:")
        return None
    facts = texts("evaluate_set_own_facts", n=len(kept.queries), judged=kept.n_judgements)
    if fitted.absent:
        facts += " " + texts("evaluate_set_absent", n=fitted.absent)
    st.caption(facts)
    return Asked(kept.key, fitted, own=True)

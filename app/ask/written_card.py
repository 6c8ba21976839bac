"""The answer in a language model's words: the switch, and the card that fills as verified sentences come."""

from __future__ import annotations

import os
from html import escape

import streamlit as st

from app.parts.notice_view import notice_button
from app.parts.provenance import heading_path, place_and_year
from app.texts import Texts
from indexer.errors import UsageError
from indexer.index import Index
from indexer.records import Answer, Clause, Statement, Written
from indexer.rewriting.endpoint import Endpoint, endpoint_from
from indexer.rewriting.writing import write

__all__ = ["written_card", "written_switch"]

# What was written last in this session, with what it was written for: a click elsewhere on the page asks no model again.
_KEPT = "written for"


def written_switch(texts: Texts) -> Endpoint | None:
    """Draw the switch where a model is set up; gives its endpoint while the switch is on.

    It is off at first and not kept in the address: no link makes a request.
    """
    try:
        endpoint = endpoint_from(os.environ)
    except UsageError as error:
        st.caption(str(error))
        return None
    if endpoint is None:
        return None
    hint = texts("written_switch_help", host=endpoint.host, model=endpoint.model)
    return endpoint if st.toggle(texts("written_switch"), key="llm", help=hint) else None


def written_card(index: Index, answer: Answer, endpoint: Endpoint, *, texts: Texts) -> None:
    """The card for an answer that is not silence; asks the model unless it has been asked just this."""
    asked = (answer.query, index.manifest.built_at, endpoint.url, endpoint.model)
    with st.container(border=True, key="written", gap="xsmall"):
        st.html(
            f'<div class="tw-answer-title">{escape(texts("written_title"))}'
            f'<span class="tw-model">{escape(texts("written_label", model=endpoint.model))}</span></div>'
            f'<div class="tw-legend">{escape(texts("written_meaning"))}</div>'
        )
        place = st.empty()
        kept = st.session_state.get(_KEPT)
        written: Written | None = kept[1] if kept and kept[0] == asked else None
        if written is None:
            place.html(_working(texts))
            for written in write(index, answer, endpoint):
                place.html(f"{_sentences(written)}{''.join(_grounds(index, written).values())}{_working(texts)}")
            if written is None:
                return
            st.session_state[_KEPT] = (asked, written)
        place.html(_sentences(written))
        for clause_id, ground in _grounds(index, written).items():
            st.html(ground)
            notice_button(index, index.clause(clause_id), key=f"written {clause_id}", texts=texts)
        _remarks(written, texts)


def _sentences(written: Written) -> str:
    """The sentences as HTML, each with the numbers of the clauses it rests on."""
    numbers = _numbers(written)
    lines: list[str] = []
    for sentence in written.sentences:
        cited = dict.fromkeys(quotation.clause_id for quotation in sentence.quotations)
        links = "".join(f'<a class="tw-ref" href="#ground-{numbers[one]}">{numbers[one]}</a>' for one in cited)
        lines.append(f'<div class="tw-sentence">{escape(sentence.text)}{links}</div>')
    return f'<div class="tw-written">{"".join(lines)}</div>'


def _numbers(written: Written) -> dict[str, int]:
    """The clauses cited, numbered in the order of their first quotation."""
    cited = dict.fromkeys(quotation.clause_id for sentence in written.sentences for quotation in sentence.quotations)
    return {clause_id: number for number, clause_id in enumerate(cited, 1)}


def _grounds(index: Index, written: Written) -> dict[str, str]:
    """By clause_id, as HTML: its number, the quotations in the notice's own words, and where they stand."""
    quotations = list(dict.fromkeys(quotation for one in written.sentences for quotation in one.quotations))
    return {
        clause_id: _ground(
            index, index.clause(clause_id), [one for one in quotations if one.clause_id == clause_id], number=number
        )
        for clause_id, number in _numbers(written).items()
    }


def _ground(index: Index, clause: Clause, quoted: list[Statement], *, number: int) -> str:
    notice = index.notice(clause.doc_id)
    blocks = "".join(f"<blockquote>{escape(quotation.text)}</blockquote>" for quotation in quoted)
    where = " · ".join(part for part in (place_and_year(notice), f"《{notice.title}》") if part)
    return (
        f'<div class="tw-ground" id="ground-{number}"><span class="tw-number">{number}</span>'
        f'<span class="tw-source">{escape(where)}</span>{blocks}'
        f'<div class="tw-source">{heading_path(clause)}</div></div>'
    )


def _remarks(written: Written, texts: Texts) -> None:
    """How many sentences are missing, and why the model wrote nothing or not all."""
    lines: list[str] = []
    if written.failure:
        lines.append(texts(f"written_{written.failure}") + " " + texts("written_stands"))
    if written.dropped:
        lines.append(texts("written_dropped", n=len(written.dropped)))
    if lines:
        st.html("".join(f'<div class="tw-legend">{escape(line)}</div>' for line in lines))
    if written.failure or written.dropped:
        st.button(
            texts("written_again"), key="write again", type="tertiary", icon=":material/refresh:", on_click=_forget
        )


def _forget() -> None:
    st.session_state.pop(_KEPT, None)


def _working(texts: Texts) -> str:
    return f'<div class="tw-legend">{escape(texts("written_working"))}</div>'

"""Every correction by hand with who and when, also those that wait, were taken back or apply no more."""

from __future__ import annotations

from html import escape

import streamlit as st

from app.archive.correcting import field_label
from app.archive.editor import editor_field
from app.archive.who_corrected import clause_of_correction, value_text
from app.identity import part_of, who
from app.navigation import link_to
from app.parts.plain_label import plain_label
from app.texts import Texts
from indexer.corrections import ListedCorrection, list_corrections, read_corrections, take_back
from indexer.errors import UsageError
from indexer.index import Index

__all__ = ["corrections_list"]

# Of so many the latest are drawn; more are counted.
_MOST = 100


def corrections_list(index: Index, texts: Texts) -> None:
    """Draw the list, the latest first."""
    found = list_corrections(index.address, among=part_of(index))[::-1]
    for line in read_corrections(index.address).damaged:
        st.warning(line, icon=":material/warning:")
    if not found:
        with st.container(border=True, key="no-corrections"):
            st.html(
                f'<div class="tw-answer-title">{escape(texts("archive_no_corrections"))}</div>'
                f'<div class="tw-silence">{escape(texts("archive_no_corrections_hint"))}</div>'
            )
        return
    st.html(f'<h2 class="tw-section">{escape(texts("archive_n_corrections", n=len(found)))}</h2>')
    by = editor_field(texts, key="list")
    titles = {head.doc_id: head.title for head in index.notices()}
    for each in found[:_MOST]:
        _entry(each, index, titles, by, texts)
    if len(found) > _MOST:
        st.html(f'<div class="tw-meta">{escape(texts("archive_more_corrections", n=len(found) - _MOST))}</div>')


def _entry(each: ListedCorrection, index: Index, titles: dict[str, str], by: str, texts: Texts) -> None:
    made = each.correction
    with st.container(border=True, gap="xsmall"):
        title = titles.get(made.doc_id)
        if title is None:
            st.html(f'<div class="tw-title">{escape(made.doc_id)}</div>')
        elif made.clause_id is None:
            link_to("archive", plain_label(title), texts, notice=made.doc_id)
        else:
            link_to("archive", plain_label(title), texts, notice=made.doc_id, clause=made.clause_id)
        st.html(_html(each, index, texts))
        if each.state in ("applied", "waiting", "not_applying"):
            st.button(
                texts("archive_take_back"), key=f"take back {made.correction_id}", icon=":material/undo:",
                type="tertiary", disabled=not by, help=None if by else texts("archive_who_missing"),
                on_click=_take_back, args=(index, made.correction_id, by),
            )  # fmt: skip
        if st.session_state.get(_FAILED, ("", ""))[0] == made.correction_id:
            st.error(st.session_state.pop(_FAILED)[1], icon=":material/error:")


_FAILED = "taking back failed"


def _take_back(index: Index, correction_id: str, by: str) -> None:
    try:
        take_back(index.address, correction_id, by=by, reader=who(), among=part_of(index))
    except UsageError as error:
        st.session_state[_FAILED] = (correction_id, str(error))


def _html(each: ListedCorrection, index: Index, texts: Texts) -> str:
    made = each.correction
    about = field_label(made.field, texts)
    place = clause_of_correction(made, index)
    before, after = (
        texts(f"level_{value}") if made.field == "level" and value else value_text(value, texts)
        for value in (made.before, made.after)
    )
    state = f'<span class="tw-state tw-state-{each.state}">{escape(texts(f"archive_cor_{each.state}"))}</span>'
    lines = [texts("archive_made_by", who=made.made_by, when=_when(made.made_at))]
    if made.note:
        lines.append(texts("archive_noted", note=made.note))
    if each.taken_back:
        lines.append(texts("archive_taken_back_by", who=each.taken_back.made_by, when=_when(each.taken_back.made_at)))
    if each.reason:
        lines.append(each.reason)
    if each.waits_for_build:
        lines.append(texts("archive_waits"))
    return (
        f"<div>{state}<b>{escape(about)}</b>{' · ' + escape(place) if place else ''}</div>"
        f'<div class="tw-change"><del>{escape(before)}</del><span aria-hidden="true"> → </span><ins>{escape(after)}</ins></div>'
        f'<div class="tw-meta">{"<br>".join(map(escape, lines))}</div>'
    )


def _when(moment: str) -> str:
    """2026-03-01 09:30, in UTC as it is kept."""
    return moment[:16].replace("T", " ") + " UTC"

"""Judging hit by hit: the question, the clause within its notice, and one key a grade; nobody's grades but one's own."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from app.evaluate.jobs import generation_of
from app.evaluate.layout import empty
from app.parts.chips import unit_chips
from app.parts.marking import marked
from app.parts.notice_view import notice_button
from app.parts.plain_label import plain_label
from app.parts.provenance import heading_path, notice_facts
from app.texts import Texts
from indexer.errors import UsageError
from indexer.index import Index
from indexer.records import Clause, Notice

if TYPE_CHECKING:
    from eval.judgements.kept import JudgementStore, Kept, KeptPool

__all__ = ["judge_hits", "judge_name", "write"]

_NAME, _AT, _FAULT = "evaluate judge", "evaluate place", "evaluate write fault"  # in the session
_AROUND = 200  # characters of the notice before and after the clause
Place = tuple[str, str]


def judge_name(kept: Kept, texts: Texts) -> str:
    """The name that judgements are kept under, of this session alone; empty before it is given.

    It is in no address: a link sent to a colleague must not have them judge under another's name.
    """
    name = str(st.session_state.get(_NAME, ""))
    if name:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.html(f'<div class="tw-meta">{escape(texts("evaluate_judging_as", name=name))}</div>', width="content")
            st.button(texts("evaluate_another_judge"), key="evaluate another judge", type="tertiary", on_click=_leave)
        return name
    with st.container(border=True):
        st.html(f'<h2 class="tw-h2">{escape(texts("evaluate_who"))}</h2><p>{escape(texts("evaluate_who_hint"))}</p>')
        if kept.grades:
            st.html(f'<div class="tw-meta">{escape(texts("evaluate_go_on_as"))}</div>')
            with st.container(horizontal=True, gap="small"):
                for number, judge in enumerate(kept.grades):
                    st.button(plain_label(judge), key=f"evaluate as {number}", on_click=_enter, args=(judge,))
        with st.form("evaluate name", border=False):
            row = st.container(horizontal=True, vertical_alignment="bottom", gap="small")
            row.text_input(texts("evaluate_name"), key="evaluate new name", max_chars=40, autocomplete="off")
            row.form_submit_button(texts("evaluate_begin"), type="primary", on_click=_enter_new)
    _fault(texts)
    return ""


def _enter(name: str) -> None:
    from eval.judgements.kept import name_of_judge

    try:
        st.session_state[_NAME] = name_of_judge(name)
    except UsageError:
        st.session_state[_FAULT] = "evaluate_name_needed"
    st.session_state.pop(_AT, None)


def _enter_new() -> None:
    _enter(str(st.session_state.get("evaluate new name", "")))


def _leave() -> None:
    st.session_state.pop(_NAME, None)
    st.session_state.pop(_AT, None)


# --- one hit -------------------------------------------------------------------------------------


def judge_hits(index: Index, store: JudgementStore, kept: Kept, judge: str, texts: Texts) -> None:
    """The hit at hand, or that all is judged."""
    open_places, total = kept.open_places(judge), len(kept.pool.places)
    done = total - len(open_places)
    st.progress(done / total, texts("evaluate_judged_of", done=done, total=total))
    _fault(texts)
    place = _place(kept, open_places)
    if place is None:
        empty(texts("evaluate_all_judged"), texts("evaluate_all_judged_hint"))
        st.button(
            texts("evaluate_look_again"), key="evaluate look again", icon=":material/undo:", on_click=_go,
            args=(kept.pool, kept.pool.places[-1]),
        )  # fmt: skip
        return
    own = kept.grades.get(judge, {}).get(place)
    _hit(index, kept.pool, place, texts)
    _grades(index, store, kept, judge, place, own, texts)


def _place(kept: Kept, open_places: list[Place]) -> Place | None:
    """Where one is: where one went, else the first clause that is open."""
    pool_id, place = st.session_state.get(_AT, ("", None))
    if pool_id == kept.pool.pool_id and place in kept.pool.places:
        return (str(place[0]), str(place[1]))
    return open_places[0] if open_places else None


def _hit(index: Index, pool: KeptPool, place: Place, texts: Texts) -> None:
    """The question, and the clause in its notice; the question stays in sight."""
    number = pool.places.index(place) + 1
    st.html(
        f'<div class="tw-asked"><span class="tw-meta">{escape(texts("evaluate_hit_number", n=number, total=len(pool.places)))}'
        f'</span><h2 class="tw-h2">{escape(pool.texts[place[0]])}</h2></div>'
    )
    try:
        clause = index.clause(place[1])
    except UsageError:
        st.warning(texts("evaluate_clause_gone"), icon=":material/warning:")
        return
    notice = index.notice(clause.doc_id)
    with st.container(border=True, gap="xsmall", key="evaluate_hit"):
        st.html(
            f'<article><h3 class="tw-h3">{escape(notice.title)}</h3>'
            f'<div class="tw-meta">{escape(" · ".join(notice_facts(notice, texts)))}</div>'
            f'<div class="tw-path">{heading_path(clause)}</div>'
            f'<div class="tw-context">{_in_context(notice, clause)}</div>{unit_chips(clause.units, texts)}</article>'
        )
        notice_button(index, clause, key=f"judge {clause.clause_id}", texts=texts)


def _in_context(notice: Notice, clause: Clause) -> str:
    """The clause marked, with a little of the notice before and after it, as HTML."""
    first, last = max(0, clause.start - _AROUND), min(len(notice.body), clause.end + _AROUND)
    text = marked(notice.body[first:last], [(clause.start - first, clause.end - first, "here")])
    return f"{'…' if first else ''}{text}{'…' if last < len(notice.body) else ''}"


def _grades(
    index: Index, store: JudgementStore, kept: Kept, judge: str, place: Place, own: int | None, texts: Texts
) -> None:
    """One button a grade with its key, and the ways on and back."""
    pool, generation = kept.pool, generation_of(index).partition("@")[2]
    with st.container(horizontal=True, gap="small", key="evaluate_grades", vertical_alignment="center"):
        for grade in (2, 1, 0):
            st.button(
                texts(f"evaluate_grade_{grade}"), key=f"evaluate grade {grade}", shortcut=str(grade),
                type="primary" if own == grade else "secondary", on_click=_grade,
                args=(store, kept, place, grade, judge, generation),
            )  # fmt: skip
    places = pool.places
    at = places.index(place)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.button(
            texts("evaluate_back"), key="evaluate back", shortcut="B", type="tertiary", icon=":material/arrow_back:",
            disabled=at == 0, on_click=_go, args=(pool, places[at - 1]),
        )  # fmt: skip
        st.button(
            texts("evaluate_skip"), key="evaluate skip", shortcut="S", type="tertiary", icon=":material/arrow_forward:",
            on_click=_go, args=(pool, places[(at + 1) % len(places)]),
        )  # fmt: skip
        if own is not None:
            st.html(f'<div class="tw-meta">{escape(texts("evaluate_own_grade", grade=own))}</div>', width="content")
    with st.expander(texts("evaluate_guideline")):
        st.markdown(texts("evaluate_guideline_text"))


def _grade(store: JudgementStore, kept: Kept, place: Place, grade: int, judge: str, generation: str) -> None:
    """Keep the grade, and go to the next clause that is open."""
    if not write(store, kept.pool, place, grade, judge=judge, generation=generation):
        return
    still_open = [other for other in kept.open_places(judge) if other != place]
    at = kept.pool.places.index(place)
    behind = [other for other in still_open if kept.pool.places.index(other) > at]
    following = next(iter([*behind, *still_open]), None)
    if following is None:
        st.session_state.pop(_AT, None)
    else:
        _go(kept.pool, following)


def write(
    store: JudgementStore,
    pool: KeptPool,
    place: Place,
    grade: int | None,
    *,
    judge: str,
    generation: str,
    settles: bool = False,
) -> bool:
    """Whether the judgement was kept; where it could not be, the page says so."""
    try:
        store.record(pool, place, grade, judge=judge, generation=generation, settles=settles)
    except UsageError as error:
        st.session_state[_FAULT] = str(error)
        return False
    return True


def _go(pool: KeptPool, place: Place) -> None:
    st.session_state[_AT] = (pool.pool_id, place)


def _fault(texts: Texts) -> None:
    """What could not be kept, once."""
    fault = st.session_state.pop(_FAULT, None)
    if fault == "evaluate_name_needed":
        st.info(texts("evaluate_name_needed"), icon=":material/edit:")
    elif fault:
        st.error(texts("evaluate_not_kept", reason=plain_label(fault)), icon=":material/error:")

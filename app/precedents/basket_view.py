"""The clauses in the basket with their texts: put in order, noted on, taken along, or set beside the draft's own clauses."""

from __future__ import annotations

from html import escape

import streamlit as st

from app.parts.basket import basket_clauses, basket_downloads, move, note_of, set_note, take_out
from app.parts.chips import unit_chips
from app.parts.notice_view import notice_button
from app.parts.provenance import heading_path, notice_facts
from app.precedents.address import choose, forget
from app.texts import Texts
from indexer.index import Index
from indexer.records import Clause, Notice

__all__ = ["basket_view"]

NOTE_CHARACTERS = 500


def basket_view(index: Index, texts: Texts, *, has_draft: bool) -> None:
    """Draw the basket; with a draft at hand its clauses can be set beside it."""
    clauses = basket_clauses(index)
    if not clauses:
        st.html(
            f'<div class="tw-silence">{escape(texts("precedents_basket_empty"))}</div>'
            f'<div class="tw-meta">{escape(texts("precedents_basket_hint"))}</div>'
        )
        return
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        basket_downloads(index, clauses, key="page", texts=texts)
        if has_draft:
            _beside_the_draft(texts)
    st.html(f'<div class="tw-meta">{escape(texts("precedents_notes_kept"))}</div>')
    heads = {notice.doc_id: notice for notice in index.notices()}
    for at, clause in enumerate(clauses):
        _entry(index, clause, heads[clause.doc_id], at=at, n=len(clauses), texts=texts)


def _beside_the_draft(texts: Texts) -> None:
    """The button that shows these clauses as precedents of each clause of the draft, and the one that ends it."""
    if st.query_params.get("own") == "1":
        st.button(
            texts("precedents_own_off"), key="precedents own", icon=":material/playlist_remove:",
            on_click=forget, args=("own",),
        )  # fmt: skip
    else:
        st.button(
            texts("precedents_own_on"), key="precedents own", icon=":material/playlist_add:", type="primary",
            on_click=_insert,
        )  # fmt: skip


def _insert() -> None:
    choose("own", "1")
    forget("show", "tab")


def _entry(index: Index, clause: Clause, notice: Notice, *, at: int, n: int, texts: Texts) -> None:
    """One clause with its place in the order and its note."""
    facts = " · ".join(notice_facts(notice, texts))
    with st.container(border=True, gap="xsmall"):
        st.html(
            '<article class="tw-card">'
            f'<h3 class="tw-title"><span class="tw-rank">{at + 1}</span>{heading_path(clause)}</h3>'
            f'<div class="tw-path">{escape(notice.title)}</div><div class="tw-meta">{escape(facts)}</div>'
            f'<div class="tw-text">{escape(clause.text)}</div>{unit_chips(clause.units, texts)}</article>'
        )
        key = f"precedents note {clause.clause_id}"
        st.session_state.setdefault(key, note_of(clause.clause_id))
        st.text_input(
            texts("precedents_own_note"), key=key, max_chars=NOTE_CHARACTERS, on_change=_keep_note, args=(clause.clause_id,),
            placeholder=texts("precedents_note_hint"),
        )  # fmt: skip
        with st.container(horizontal=True, gap="small"):
            st.button(
                texts("precedents_up"), key=f"up {clause.clause_id}", icon=":material/arrow_upward:", type="tertiary",
                disabled=at == 0, on_click=move, args=(clause.clause_id,), kwargs={"by": -1},
            )  # fmt: skip
            st.button(
                texts("precedents_down"), key=f"down {clause.clause_id}", icon=":material/arrow_downward:", type="tertiary",
                disabled=at == n - 1, on_click=move, args=(clause.clause_id,), kwargs={"by": 1},
            )  # fmt: skip
            notice_button(index, clause, key=f"basket {clause.clause_id}", texts=texts)
            st.button(
                texts("basket_out"), key=f"take out {clause.clause_id}", icon=":material/close:", type="tertiary",
                on_click=take_out, args=(clause.clause_id,),
            )  # fmt: skip


def _keep_note(clause_id: str) -> None:
    set_note(clause_id, st.session_state[f"precedents note {clause_id}"])

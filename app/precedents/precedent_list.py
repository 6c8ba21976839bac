"""The precedents of one clause, by how close their wording is; what says the same in other words is behind an expander."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from app.parts.basket import basket_button, basket_clauses
from app.parts.chips import unit_chips
from app.parts.notice_view import notice_button
from app.parts.provenance import heading_path, notice_facts
from app.precedents.address import choose
from app.precedents.looked_up import shared_wording, with_notices
from app.texts import Texts
from indexer.exports import FoundPrecedent
from indexer.index import Index
from indexer.precedents import LABELS, ClausePrecedents, chosen_precedents, differences
from indexer.records import Clause

__all__ = ["from_basket", "precedent_list"]

# Of the similar ones, the first so many; the rest on request.
SHOWN_SIMILAR = 5


def precedent_list(index: Index, found: ClausePrecedents, texts: Texts) -> None:
    """Draw the groups: verbatim, adapted, similar; at the end what shares no wording."""
    _chosen_ones(index, found, texts)
    shared = with_notices(index, shared_wording(found))
    if not shared:
        st.html(
            f'<div class="tw-silence">{escape(texts("precedents_none_found"))}</div>'
            f'<div class="tw-meta">{escape(texts("precedents_none_hint"))}</div>'
        )
    for label in LABELS:
        group = [each for each in shared if each.precedent.label == label]
        if group:
            _group(index, label, group, found.text, texts)
    others = [each for each in found.precedents if not each.share]
    if others:
        with st.expander(
            texts("precedents_other_words", n=len(others)), key="precedents other words", on_change="rerun"
        ) as expander:
            if expander.open:
                for each in with_notices(index, others):
                    _card(index, each, found.text, texts)


def from_basket(index: Index, text: str) -> list[FoundPrecedent]:
    """The clauses in the basket as precedents of the text."""
    return with_notices(index, chosen_precedents(text, basket_clauses(index), places=index.places()))


def _chosen_ones(index: Index, found: ClausePrecedents, texts: Texts) -> None:
    """The clauses of the basket, where the reader wants them beside what was found."""
    if st.query_params.get("own") != "1":
        return
    chosen = from_basket(index, found.text)
    _heading(texts("precedents_from_basket"), len(chosen), texts("precedents_from_basket_hint"))
    for each in chosen:
        _card(index, each, found.text, texts, key="own")


def _group(index: Index, label: str, group: Sequence[FoundPrecedent], text: str, texts: Texts) -> None:
    _heading(texts(f"precedents_{label}"), len(group), texts(f"precedents_{label}_meaning"), style=label)
    first = group if label != "similar" else group[:SHOWN_SIMILAR]
    for each in first:
        _card(index, each, text, texts)
    rest = group[len(first) :]
    if rest and st.toggle(texts("precedents_more", n=len(rest)), key="precedents more"):
        for each in rest:
            _card(index, each, text, texts)


def _heading(name: str, n: int, meaning: str, *, style: str = "") -> None:
    tag = f' class="tw-likeness tw-likeness-{style}"' if style else ""
    st.html(f'<h3 class="tw-section"><b{tag}>{escape(name)}</b> {n}<span>{escape(meaning)}</span></h3>')


def _card(index: Index, each: FoundPrecedent, text: str, texts: Texts, *, key: str = "found") -> None:
    """One precedent: from where and when, how much of the draft stands in it, its text, its units."""
    clause, notice, precedent = each.clause, each.notice, each.precedent
    facts = " · ".join(notice_facts(notice, texts)) or notice.title
    plain = f'<span class="tw-cited">{escape(texts("precedents_boilerplate"))}</span>' if precedent.boilerplate else ""
    with st.container(border=True, gap="xsmall"):
        st.html(
            '<article class="tw-card">'
            f'<div class="tw-title">{escape(facts)}{plain}</div>'
            f"{_share(precedent.share, texts)}"
            f'<div class="tw-path">{escape(notice.title)}<span class="tw-step">›</span>{heading_path(clause)}</div>'
            f'<div class="tw-text">{_text(text, clause, precedent.label)}</div>{unit_chips(clause.units, texts)}'
            "</article>"
        )
        with st.container(horizontal=True, gap="small"):
            st.button(
                texts("precedents_compare"), key=f"compare {key} {clause.clause_id}", type="tertiary",
                icon=":material/difference:", on_click=_compare, args=(clause.clause_id,),
            )  # fmt: skip
            basket_button(clause, key=f"{key} {clause.clause_id}", texts=texts)
            notice_button(index, clause, key=f"{key} {clause.clause_id}", texts=texts)
        if precedent.also_in:
            _same_elsewhere(index, each, texts, key=key)


def _same_elsewhere(index: Index, each: FoundPrecedent, texts: Texts, *, key: str) -> None:
    """The other notices with the same wording, drawn while the expander is open."""
    expander = st.expander(
        texts("precedents_also_in", n=len(each.also_in)), key=f"also {key} {each.clause.clause_id}", on_change="rerun"
    )
    if not expander.open:
        return
    with expander:
        for clause, notice in zip(index.clauses(each.precedent.also_in), each.also_in, strict=True):
            with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
                facts = " · ".join(notice_facts(notice, texts)) or notice.title
                st.html(f'<div class="tw-meta">{escape(facts)}</div>', width="content")
                with st.container(horizontal=True, gap="small", width="content"):
                    basket_button(clause, key=f"also {key} {clause.clause_id}", texts=texts)
                    notice_button(index, clause, key=f"also {key} {clause.clause_id}", texts=texts)


def _text(draft: str, clause: Clause, label: str) -> str:
    """The clause's text; where it has the draft's wording, with what it says otherwise underlined."""
    if label == "similar":
        return escape(clause.text)
    return "".join(
        f'<ins class="tw-ins">{escape(each.text)}</ins>' if each.kind == "insert" else escape(each.text)
        for each in differences(draft, clause.text)
        if each.kind != "delete"
    )


def _share(share: float, texts: Texts) -> str:
    """How much of the draft's clause stands there, as a bar and in words; nothing for none."""
    if not share:
        return ""
    said = escape(texts("precedents_share", share=f"{share:.0%}"))
    bar = f'<span class="tw-bar" aria-hidden="true"><span style="width:{share:.0%}"></span></span>'
    return f'<div class="tw-share">{bar}{said}</div>'


def _compare(clause_id: str) -> None:
    """Show the clause beside the draft's."""
    choose("with", clause_id)
    choose("tab", "compare")

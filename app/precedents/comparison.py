"""Two wordings side by side: the draft's clause and its precedents, any of them as the baseline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import streamlit as st
from msgspec import Struct

from app.parts.chips import unit_chips
from app.parts.provenance import place_and_year
from app.precedents.address import choose, chosen, key_of, remember
from app.texts import Texts
from indexer.exports import FoundPrecedent
from indexer.precedents import Difference, differences
from indexer.precedents.alignment import likeness
from indexer.precedents.wording import wording_of
from indexer.records import Clause

__all__ = ["comparison"]

DRAFT = "draft"  # in the address, for the draft's own clause


class Side(Struct, frozen=True):
    """One of the wordings to compare."""

    name: str
    text: str
    clause: Clause


def comparison(clause: Clause, precedents: Sequence[FoundPrecedent], *, places: Sequence[str], texts: Texts) -> None:
    """Draw the choice of baseline and of what is compared with it, and what that changes, word by word."""
    sides = {DRAFT: Side(texts("precedents_draft"), clause.text, clause)}
    for each in precedents:
        sides.setdefault(each.clause.clause_id, Side(_name(each, texts), each.clause.text, each.clause))
    if len(sides) == 1:
        st.info(texts("precedents_nothing_to_compare"), icon=":material/difference:")
        return
    base, other = _choice(sides, texts)
    stretches = differences(base.text, other.text)
    st.html(_legend(texts) + _said_of(base, other, places, texts))
    st.html(
        '<div class="tw-compared">'
        f"{_pane(base, stretches, 'delete', texts('precedents_baseline'), texts)}"
        f"{_pane(other, stretches, 'insert', texts('precedents_compared'), texts)}"
        "</div>"
    )


def _choice(sides: Mapping[str, Side], texts: Texts) -> tuple[Side, Side]:
    """What the address says, else the draft and its first precedent."""
    options = list(sides)
    base = chosen("base", options, DRAFT)
    others = [option for option in options if option != base]
    chosen("with", others, others[0])
    left, right, swap = st.columns([5, 5, 1.4], vertical_alignment="bottom")
    left.selectbox(
        texts("precedents_baseline"), options, key=key_of("base"), on_change=remember, args=("base", DRAFT),
        format_func=lambda option: sides[option].name,
    )  # fmt: skip
    other = right.selectbox(
        texts("precedents_compared"), others, key=key_of("with"), on_change=remember, args=("with",),
        format_func=lambda option: sides[option].name,
    )  # fmt: skip
    swap.button(
        texts("precedents_swap"),
        key="precedents swap",
        icon=":material/swap_horiz:",
        on_click=_swap,
        args=(other, base),
    )
    return sides[base], sides[other]


def _swap(base: str, other: str) -> None:
    choose("base", base, DRAFT)
    choose("with", other)


def _said_of(base: Side, other: Side, places: Sequence[str], texts: Texts) -> str:
    """How the two are related, in a sentence."""
    alike = likeness(wording_of(base.text, places), wording_of(other.text, places))
    said = texts("precedents_alike", label=texts(f"precedents_{alike.label}"), share=f"{alike.share:.0%}")
    return f'<div class="tw-meta" role="status">{escape(said)}</div>'


def _pane(side: Side, stretches: Sequence[Difference], own: str, role: str, texts: Texts) -> str:
    """One of the two texts, with what only it has marked."""
    tag = "del" if own == "delete" else "ins"
    text = "".join(
        escape(each.text) if each.kind == "equal" else f'<{tag} class="tw-{tag}">{escape(each.text)}</{tag}>'
        for each in stretches
        if each.kind in ("equal", own)
    )
    return (
        f'<section><h3 class="tw-side"><span>{escape(role)}</span>{escape(side.name)}</h3>'
        f'<div class="tw-text">{text}</div>{unit_chips(side.clause.units, texts)}</section>'
    )


def _legend(texts: Texts) -> str:
    return (
        f'<div class="tw-legend"><del class="tw-del">{escape(texts("precedents_deleted"))}</del> '
        f'<ins class="tw-ins">{escape(texts("precedents_inserted"))}</ins></div>'
    )


def _name(each: FoundPrecedent, texts: Texts) -> str:
    """A precedent in few words: 照搬 100% · 云泽市 2023 · 云泽政办发〔2023〕24号."""
    label = f"{texts(f'precedents_{each.precedent.label}')} {each.precedent.share:.0%}"
    parts = (label, place_and_year(each.notice), each.notice.doc_number or each.notice.title)
    return " · ".join(part for part in parts if part)

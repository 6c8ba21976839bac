"""One clause found: where it stands, what it says, who is responsible, by when, and why it was found."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from app.parts.chips import clause_facts, fact_chips, unit_chips
from app.parts.clause_actions import clause_actions
from app.parts.marking import marked, matches
from app.parts.notice_view import notice_button
from app.parts.provenance import heading_path, notice_facts
from app.texts import Texts
from indexer.index import Index
from indexer.records import Clause, Hit, Notice

__all__ = ["clause_card"]


def clause_card(
    index: Index,
    hit: Hit,
    *,
    clause: Clause,
    notice: Notice,
    repeats: Sequence[Clause],
    topic: str,
    tags: Sequence[str] = (),
    texts: Texts,
) -> None:
    """The card of a hit; words that the clause shares with the topic are marked.

    `tags` say behind the title what is special about it: cited in the answer, new. `repeats` are clauses of the same notice that say the same; each is a line with a way to its place.
    """
    text = marked(clause.text, ((start, end, "found") for start, end in matches(clause.text, topic)))
    marks = "".join(f'<span class="tw-cited">{escape(tag)}</span>' for tag in tags)
    meta = " · ".join(notice_facts(notice, texts))
    file = notice.source.path.rsplit("/", 1)[-1]
    with st.container(border=True, gap="xsmall"):
        st.html(
            '<article class="tw-card">'
            f'<h3 class="tw-title"><span class="tw-rank">{hit.rank}</span>{escape(notice.title)}{marks}</h3>'
            f'<div class="tw-path">{heading_path(clause)}</div>'
            f'<div class="tw-text">{text}</div>'
            f"{unit_chips(clause.units, texts)}{fact_chips(clause_facts(clause, texts))}"
            f'<div class="tw-meta">{escape(meta)}<br>{escape(texts("why"))} {escape(_why(hit, texts))} · {escape(file)}</div>'
            "</article>"
        )
        clause_actions(index, clause, notice, key=f"hit {hit.clause_id}", texts=texts)
        for other in repeats:
            with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
                st.html(
                    f'<div class="tw-meta">{escape(texts("repeated"))} {heading_path(other)}</div>', width="content"
                )
                notice_button(index, other, key=f"repeat {other.clause_id}", texts=texts)


def _why(hit: Hit, texts: Texts) -> str:
    """The ranks that the legs gave the clause."""
    ranks = (("why_lexical", hit.lexical_rank), ("why_dense", hit.dense_rank))
    return " · ".join(texts(key, n=rank) for key, rank in ranks if rank) or texts("why_unit")

"""The basket: clauses put aside while searching, for a Word document with footnotes.

It belongs to the session and stands in the address as well, so that a reload or a link brings it back; two readers never
share one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import streamlit as st
from msgspec.structs import replace

from app.navigation import link_to
from app.parts.audited import exported
from app.parts.provenance import last_heading
from app.texts import Texts
from indexer.errors import UsageError
from indexer.exports import bibliography, quotations_document
from indexer.exports.citations import quotation_of
from indexer.index import Index
from indexer.records import Clause, Notice

__all__ = [
    "MOST",
    "basket_all_button",
    "basket_at_the_side",
    "basket_button",
    "basket_clauses",
    "basket_document",
    "basket_downloads",
    "keep_basket",
    "move",
    "note_of",
    "set_note",
    "take_out",
]

# An address of this many ids is about 5,000 characters long; servers before the app may refuse more than 8,000.
MOST = 200
_BASKET = "basket"  # in the session and in the address
_NOTES = "notes in the basket"  # in the session alone: an address is read by others
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def keep_basket() -> None:
    """Bring session and address together; the session counts where both say something. At the start of every page."""
    held = st.session_state.get(_BASKET)
    if held is None:
        held = list(dict.fromkeys(st.query_params.get_all(_BASKET)))[:MOST]
    _set(held)


def basket_ids() -> list[str]:
    """The ids of the clauses in the basket, in the order they were put there."""
    return list(st.session_state.get(_BASKET, ()))


def basket_clauses(index: Index) -> list[Clause]:
    """The clauses in the basket that the archive holds; those that a newer generation lost are taken out."""
    found: list[Clause] = []
    for clause_id in basket_ids():
        try:
            found.append(index.clause(clause_id))
        except UsageError:
            take_out(clause_id)
    return found


def basket_button(clause: Clause, *, key: str, texts: Texts) -> bool:
    """A button that puts the clause into the basket, or takes it out; gives whether it was clicked."""
    inside = clause.clause_id in basket_ids()
    full = not inside and len(basket_ids()) >= MOST
    return st.button(
        texts("basket_take_out" if inside else "basket_put_in"), key=f"basket {key}", type="tertiary",
        icon=":material/remove_shopping_cart:" if inside else ":material/add_shopping_cart:",
        on_click=take_out if inside else put_in, args=(clause.clause_id,),
        disabled=full, help=texts("basket_full", n=MOST) if full else None,
    )  # fmt: skip


def basket_all_button(clauses: Sequence[Clause], *, key: str, texts: Texts) -> None:
    """A button that puts all the clauses into the basket; disabled where they are in it, or would be too many."""
    missing = [clause.clause_id for clause in clauses if clause.clause_id not in basket_ids()]
    full = len(basket_ids()) + len(missing) > MOST
    st.button(
        texts("basket_put_all"), key=f"basket all {key}", type="tertiary", icon=":material/add_shopping_cart:",
        on_click=lambda: _set([*basket_ids(), *missing]), disabled=full or not missing,
        help=texts("basket_full", n=MOST) if full else None,
    )  # fmt: skip


def put_in(clause_id: str) -> None:
    """Put a clause in, once."""
    _set(list(dict.fromkeys([*basket_ids(), clause_id]))[:MOST])


def take_out(clause_id: str) -> None:
    """Take a clause out."""
    _set([other for other in basket_ids() if other != clause_id])


def move(clause_id: str, *, by: int) -> None:
    """Move a clause up (by -1) or down (by 1) in the order of the basket; at an end it stays."""
    ids = basket_ids()
    at = ids.index(clause_id)
    to = at + by
    if 0 <= to < len(ids):
        ids[at], ids[to] = ids[to], ids[at]
        _set(ids)


def note_of(clause_id: str) -> str:
    """What the reader noted for a clause in the basket; empty for nothing."""
    notes: dict[str, str] = st.session_state.get(_NOTES, {})
    return notes.get(clause_id, "")


def set_note(clause_id: str, text: str) -> None:
    """Note something for a clause; it stands in the Word document, and is forgotten with the session."""
    st.session_state.setdefault(_NOTES, {})[clause_id] = text.strip()


def basket_at_the_side(index: Index, texts: Texts) -> None:
    """What is in the basket, in few words, with its downloads and the way to the page where it is used."""
    clauses = basket_clauses(index)
    if not clauses:
        return
    with st.container(key="basket", gap="xsmall"):
        st.html(f'<div class="tw-section">{escape(texts("basket", n=len(clauses)))}</div>')
        for clause in clauses:
            with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
                st.html(f'<div class="tw-basket">{last_heading(clause)}</div>')
                st.button(
                    texts("basket_out"), key=f"out {clause.clause_id}", type="tertiary", icon=":material/close:",
                    on_click=take_out, args=(clause.clause_id,),
                )  # fmt: skip
        basket_downloads(index, clauses, key="side", texts=texts)
        link_to("precedents", texts("basket_open"), texts, icon=":material/content_copy:", show="basket")
        st.button(texts("basket_empty"), key="empty basket", type="tertiary", icon=":material/delete:", on_click=_clear)


def basket_downloads(index: Index, clauses: list[Clause], *, key: str, texts: Texts) -> None:
    """The clauses as a Word document with footnotes, and their notices as a list of citations."""
    notices = {clause.doc_id: index.notice(clause.doc_id) for clause in clauses}

    notes = {clause.clause_id: note_of(clause.clause_id) for clause in clauses}  # no session while the file is written
    with st.container(horizontal=True, gap="xsmall"):
        st.download_button(
            texts("basket_word"),
            exported("tiaowen.docx", lambda: basket_document(clauses, notices, notes, texts), shown=list(notes)), file_name="tiaowen.docx", mime=WORD, key=f"basket word {key}",
            icon=":material/description:", on_click="ignore",
        )  # fmt: skip
        st.download_button(
            texts("basket_bibliography"), exported("tiaowen.bib", lambda: bibliography(notices.values())), file_name="tiaowen.bib",
            mime="application/x-bibtex", key=f"basket citations {key}", icon=":material/format_quote:",
            on_click="ignore",
        )  # fmt: skip


def basket_document(
    clauses: Sequence[Clause], notices: Mapping[str, Notice], notes: Mapping[str, str], texts: Texts
) -> bytes:
    """The clauses as a Word document, each with its source as a footnote and with what was noted for it by clause_id."""
    quotations = [
        replace(
            quotation_of(notices[clause.doc_id], clause), remarks=tuple(filter(None, [notes.get(clause.clause_id)]))
        )
        for clause in clauses
    ]
    return quotations_document(texts("basket_title"), quotations)


def _clear() -> None:
    _set([])


def _set(clause_ids: list[str]) -> None:
    st.session_state[_BASKET] = clause_ids
    if clause_ids:
        if st.query_params.get_all(_BASKET) != clause_ids:
            st.query_params[_BASKET] = clause_ids
    else:
        st.query_params.pop(_BASKET, None)

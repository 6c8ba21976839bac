"""The list of notices: found by title or 文号, filtered, sorted, a page at a time."""

from __future__ import annotations

from html import escape

import streamlit as st

from app.address import one_of, some_of
from app.archive.address import page_switch, remember_list
from app.archive.catalogue import catalogue
from app.navigation import link_to
from app.parts.audited import exported
from app.parts.filters import clear_button, filter_panel
from app.parts.plain_label import plain_label
from app.parts.provenance import notice_facts
from app.texts import Texts
from indexer.catalogue import ORDERS, Catalogued, found, sorted_by
from indexer.exports import Sheet, SheetColumn, csv_text
from indexer.index import Index
from indexer.validity import VALIDITIES, Validity

__all__ = ["notice_list"]

ON_A_PAGE = 20
_TEXT, _VALIDITY, _WARNED, _PAGE = "title", "validity", "warned", "p"


def notice_list(index: Index, texts: Texts) -> None:
    """Draw the list with everything that restricts it."""
    with st.sidebar:
        filters = filter_panel(index, texts)
    notices = catalogue(index)
    with st.container(key="list-search", horizontal=True, vertical_alignment="bottom", gap="small"):
        text = st.text_input(
            texts("archive_search"), key=_TEXT, bind="query-params", placeholder=texts("archive_search_hint"),
        )  # fmt: skip
        order = one_of(
            "archive", "sort", ORDERS, label=texts("archive_order"), show=lambda order: texts(f"archive_by_{order}"),
            shape="list", labelled=True, width=220,
        )  # fmt: skip
    validities, warned = _more_filters(notices, texts)
    chosen = sorted_by(
        found(index, notices, text=text or "", filters=filters, validities=validities, with_warnings=warned),
        order,
    )
    if chosen:
        _listed(chosen, len(notices), texts)
    else:
        _nothing(index, texts, filtered=bool(filters))


def _more_filters(notices: list[Catalogued], texts: Texts) -> tuple[list[Validity], bool]:
    """Validity, and only those with remarks: what only a list of notices is restricted by."""
    states = [validity for validity in VALIDITIES if any(notice.validity == validity for notice in notices)]
    with st.container(key="list-filters", horizontal=True, vertical_alignment="bottom", gap="medium"):
        validities = some_of(
            "archive", _VALIDITY, states, label=texts("archive_validity"), show=lambda state: texts(f"archive_{state}")
        )
        warned = st.toggle(texts("archive_only_warned"), key=_WARNED, bind="query-params")
    return validities, bool(warned)


def _listed(chosen: list[Catalogued], n_all: int, texts: Texts) -> None:
    n_pages = -(-len(chosen) // ON_A_PAGE)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        shown = (
            texts("archive_all", n=n_all) if len(chosen) == n_all else texts("archive_some", n=len(chosen), all=n_all)
        )
        st.html(f'<h2 class="tw-section">{escape(shown)}</h2>', width="content")
        st.download_button(
            texts("archive_list_csv"), exported("tiaowen-notices.csv", lambda: csv_text(_sheet(chosen, texts))),
            file_name="tiaowen-notices.csv",
            mime="text/csv", key="list csv", icon=":material/download:", on_click="ignore", type="tertiary",
        )  # fmt: skip
    remember_list()
    entries = st.container(key="notices", gap="small")
    at = page_switch(n_pages, name=_PAGE)
    with entries:
        for notice in chosen[(at - 1) * ON_A_PAGE : at * ON_A_PAGE]:
            _entry(notice, texts)


def _entry(notice: Catalogued, texts: Texts) -> None:
    """A notice: its title, which opens it, its facts, and what to know of it."""
    head = notice.head
    facts = [*notice_facts(head, texts), *([head.kind] if head.kind else [])]
    counts = [texts("archive_counts", clauses=notice.n_clauses, units=notice.n_units)]
    badge = ""
    if notice.validity != "nothing_known":
        badge = (
            f'<span class="tw-state tw-state-{notice.validity}">{escape(texts(f"archive_{notice.validity}"))}</span>'
        )
    if head.warnings:
        counts.append(texts("archive_n_warnings", n=len(head.warnings)))
    with st.container(gap=None):
        link_to("archive", plain_label(head.title), texts, notice=head.doc_id)
        st.html(
            f'<div class="tw-meta tw-entry">{badge}{escape(" · ".join(facts))}'
            f"<span>{escape(' · '.join(counts))}</span></div>"
        )


def _nothing(index: Index, texts: Texts, *, filtered: bool) -> None:
    """Nothing passes: what to do."""
    with st.container(border=True, key="no-notice"):
        st.html(
            f'<div class="tw-answer-title">{escape(texts("archive_nothing"))}</div>'
            f'<div class="tw-silence">{escape(texts("archive_nothing_hint"))}</div>'
        )
        if filtered:
            clear_button(index, texts, key="clear in the list")


def _sheet(chosen: list[Catalogued], texts: Texts) -> Sheet:
    """The list as it stands, as a table."""
    names = (
        "archive_title", "place", "archive_year", "level", "archive_kind", "doc_number", "issued_on",
        "archive_validity", "archive_n_clauses", "archive_n_units", "warnings", "file",
    )  # fmt: skip
    rows = tuple(
        (
            notice.head.title, str(notice.head.place), notice.head.year,
            texts(f"level_{notice.head.level}") if notice.head.level else None, notice.head.kind,
            notice.head.doc_number, notice.head.issued_on, texts(f"archive_{notice.validity}"), notice.n_clauses,
            notice.n_units, "；".join(notice.head.warnings), notice.head.source.path,
        )
        for notice in chosen
    )  # fmt: skip
    return Sheet(texts("archive_list"), texts("archive_list"), tuple(SheetColumn(texts(name)) for name in names), rows)

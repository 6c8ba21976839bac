"""What was understood of a file before it enters: header, clauses with their units, remarks, and what the archive has of it."""

from __future__ import annotations

from html import escape

import streamlit as st

from app.archive.notice_head import header_facts
from app.archive.remarks import remarks_html
from app.navigation import link_to
from app.parts.notice_text import notice_html
from app.parts.plain_label import plain_label
from app.parts.provenance import fact_list
from app.texts import Texts
from indexer.exports.citations import notice_citation
from indexer.index import Index
from indexer.records import Link
from indexer.uploads import Staged

__all__ = ["preview"]


def preview(index: Index, staged: Staged, texts: Texts) -> None:
    """Draw it."""
    notice = staged.notice
    units = {unit.name for clause in notice.clauses for unit in clause.units}
    assigned = sum(bool(clause.units) for clause in notice.clauses)
    counts = texts("archive_understood", clauses=len(notice.clauses), assigned=assigned, units=len(units))
    st.html(
        f'<h3 class="tw-notice-title" lang="zh">{escape(notice.title or staged.name)}</h3>'
        f'<div class="tw-meta">{escape(staged.name)}{" · " + escape(staged.url) if staged.url else ""}</div>'
    )
    _standing(index, staged, texts)
    st.html(
        fact_list([(label, text) for _, label, text in header_facts(notice, texts)])
        + f'<div class="tw-understood">{escape(counts)}</div>{remarks_html(notice.warnings, texts)}'
    )
    with st.expander(texts("archive_see_clauses", n=len(notice.clauses))):
        text = notice_html(notice, texts)
        with st.container(height=460, key=f"preview {notice.doc_id} {staged.name}"):
            st.html(f'<div class="tw-body tw-document" lang="zh">{text}</div>')


def _standing(index: Index, staged: Staged, texts: Texts) -> None:
    """What the archive has of it already, and what it would be to others there."""
    heads = {head.doc_id: head for head in index.notices()}
    if staged.uploaded_as is not None:
        st.info(texts("archive_uploaded_before", name=staged.uploaded_as.name), icon=":material/content_copy:")
    elif staged.held is not None and staged.held in heads:
        st.info(texts("archive_held_text" if staged.same_text else "archive_held"), icon=":material/content_copy:")
        link_to("archive", plain_label(notice_citation(heads[staged.held])), texts, notice=staged.held)
    elif not staged.links:
        st.html(f'<div class="tw-new">{escape(texts("archive_is_new"))}</div>')
    for link in staged.links:
        _link(link, heads[link.other_doc_id].title if link.other_doc_id in heads else "", texts)


def _link(link: Link, title: str, texts: Texts) -> None:
    if title:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.html(
                f'<span class="tw-relation">{escape(texts(f"archive_rel_{link.relation}"))}</span>', width="content"
            )
            link_to("archive", plain_label(title), texts, notice=link.other_doc_id)

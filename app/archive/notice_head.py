"""What a notice says of itself, what others of the archive did to it, where it was found, and what was unclear in it."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Final

import streamlit as st

from app.archive.correcting import correct_header
from app.archive.remarks import remarks_html
from app.archive.who_corrected import corrected_fields
from app.identity import may
from app.navigation import link_to
from app.parts.plain_label import plain_label
from app.texts import Texts
from indexer.exports.citations import notice_citation
from indexer.index import Index
from indexer.records import CorrectedField, Link, Notice, Relation, Source
from indexer.validity import validity_of

__all__ = ["header_facts", "notice_head"]

# What the others did to this one comes first and in a box; what this one does to others stands below.
_DONE_TO_IT: Final[tuple[Relation, ...]] = ("repealed_by", "replaced_by", "amended_by", "corrected_by", "other_version")


def notice_head(index: Index, notice: Notice, texts: Texts) -> None:
    """Title, validity, facts with who corrected them, cited notices, sources and remarks."""
    links = index.links_of(notice.doc_id)
    corrected = corrected_fields(index, notice, texts)
    st.html(f'<h2 class="tw-document-title" lang="zh">{escape(notice.title)}{_corrected(corrected.get("title"))}</h2>')
    _validity(index, links, texts)
    st.html(_facts(header_facts(notice, texts), corrected))
    _links_to(index, [link for link in links if link.relation not in _DONE_TO_IT], texts)
    with st.container(key="notice-tools", horizontal=True, gap="small", vertical_alignment="center"):
        if may("edit") and st.button(
            texts("archive_correct"), key="correct header", icon=":material/edit:", type="tertiary"
        ):
            st.dialog(texts("archive_correct_header"), width="medium")(correct_header)(index, notice, texts)
        with st.popover(texts("archive_cite"), icon=":material/format_quote:", type="tertiary"):
            st.code(notice_citation(notice), language=None, wrap_lines=True)
    with st.container(key="notice-more", gap="xsmall"):
        if notice.warnings:
            with st.expander(texts("archive_remarks", n=len(notice.warnings)), icon=":material/info:"):
                st.html(remarks_html(notice.warnings, texts))
        if notice.cites:
            with st.expander(texts("archive_cites", n=len(notice.cites)), icon=":material/link:"):
                _cites(index, notice, texts)
        sources = index.sources(notice.doc_id)
        with st.expander(texts("archive_sources", n=len(sources)), icon=":material/source:"):
            st.html(_sources(sources, texts))


def header_facts(notice: Notice, texts: Texts) -> list[tuple[CorrectedField | None, str, str]]:
    """Field, label and text of everything that the header says; those without a text are left out."""
    facts: list[tuple[CorrectedField | None, str, str]] = [
        ("issuers", texts("issuers"), "、".join(notice.issuers)),
        ("doc_number", texts("doc_number"), notice.doc_number or ""),
        ("index_number", texts("archive_index_number"), notice.index_number or ""),
        ("kind", texts("archive_kind"), notice.kind or ""),
        ("issued_on", texts("issued_on"), notice.issued_on or ""),
        ("published_on", texts("published_on"), notice.published_on or ""),
        ("place", texts("place"), str(notice.place)),
        ("level", texts("level"), texts(f"level_{notice.level}") if notice.level else ""),
        ("disclosure", texts("archive_disclosure"), notice.disclosure or ""),
        ("addressees", texts("archive_addressees"), "；".join(notice.addressees)),
        (None, texts("archive_attachments"), "\n".join(notice.attachments)),
    ]
    return [fact for fact in facts if fact[2]]


def _facts(facts: Iterable[tuple[CorrectedField | None, str, str]], corrected: dict[CorrectedField, str]) -> str:
    rows = "".join(
        f"<dt>{escape(label)}</dt><dd>{escape(text)}{_corrected(corrected.get(field) if field else None)}</dd>"
        for field, label, text in facts
    )
    return f'<dl class="tw-head tw-document-head">{rows}</dl>'


def _corrected(hint: str | None) -> str:
    return f'<span class="tw-corrected">{escape(hint)}</span>' if hint else ""


def _validity(index: Index, links: list[Link], texts: Texts) -> None:
    """A box that says what became of the notice, with a way to the one that did it."""
    done = [link for link in links if link.relation in _DONE_TO_IT]
    if not done:
        return
    with st.container(key=f"validity-{validity_of(done).replace('_', '-')}", gap="xsmall"):
        _links_to(index, sorted(done, key=lambda link: _DONE_TO_IT.index(link.relation)), texts)


def _links_to(index: Index, links: list[Link], texts: Texts) -> None:
    """What this notice is to others, each with a link."""
    heads = {head.doc_id: head for head in index.notices()}
    for link in links:
        other = heads.get(link.other_doc_id)
        if other is None:
            continue
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.html(
                f'<span class="tw-relation">{escape(texts(f"archive_rel_{link.relation}"))}</span>', width="content"
            )
            link_to("archive", plain_label(notice_citation(other)), texts, notice=other.doc_id)


def _cites(index: Index, notice: Notice, texts: Texts) -> None:
    """Documents that the notice names, with links to those in the archive."""
    by_number = {head.doc_number: head for head in index.notices() if head.doc_number}
    by_title = {head.title: head for head in index.notices()}
    elsewhere = []
    for cite in notice.cites:
        named = f"《{cite.title}》{cite.doc_number or ''}" if cite.title else cite.doc_number or ""
        found = by_number.get(cite.doc_number) if cite.doc_number else by_title.get(cite.title)
        if found is not None and found.doc_id != notice.doc_id:
            link_to("archive", plain_label(named), texts, icon=":material/article:", notice=found.doc_id)
        else:
            elsewhere.append(f"<li>{escape(named)}</li>")
    if elsewhere:
        st.html(
            f'<div class="tw-meta">{escape(texts("archive_cites_elsewhere"))}</div>'
            f'<ul class="tw-plain-list" lang="zh">{"".join(elsewhere)}</ul>'
        )


def _sources(sources: list[Source], texts: Texts) -> str:
    """Every file and address in which the notice was found; the first one is the one it was read from."""
    rows = []
    for at, source in enumerate(sources):
        read = f' <span class="tw-state">{escape(texts("archive_read_from"))}</span>' if at == 0 and sources[1:] else ""
        url = f"<div>{_address(source.url)}</div>" if source.url else ""
        when = f" · {escape(texts('archive_retrieved', date=source.retrieved_at[:10]))}" if source.retrieved_at else ""
        rows.append(f"<li>{escape(source.path)}{read}{when}{url}</li>")
    return f'<ul class="tw-plain-list">{"".join(rows)}</ul>'


def _address(url: str) -> str:
    """The address as a link where it is one of the web; anything else stays text."""
    shown = escape(url)
    if not url.lower().startswith(("http://", "https://")):
        return shown
    return f'<a href="{shown}" target="_blank" rel="noopener noreferrer">{shown}</a>'

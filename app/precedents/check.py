"""What to look at in the draft before it is issued: the text with its findings, a filter, and the list to take along."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from html import escape

import streamlit as st

from app.parts.audited import exported
from app.parts.basket import WORD
from app.precedents.address import key_of
from app.precedents.given_draft import GivenDraft
from app.precedents.looked_up import findings_of
from app.precedents.reading_pane import SEVERITIES, finding_list, marked_draft
from app.texts import Texts
from indexer.drafts import RULES, Finding
from indexer.exports import csv_text, finding_sheet, markdown_text, sheet_document
from indexer.index import Index

__all__ = ["check"]

_SEVERITY = "severity"  # in the address


def check(index: Index, draft: GivenDraft, texts: Texts) -> None:
    """Draw the findings beside the text."""
    body, found = findings_of(index, draft)
    if not found:
        st.success(texts("precedents_check_clean", n=len(RULES)), icon=":material/check_circle:")
        st.html(marked_draft(body, [], texts))
        return
    numbered = list(enumerate(found, 1))
    wanted = _severities(found, texts)
    shown = [(number, each) for number, each in numbered if not wanted or each.severity in wanted]
    text, side = st.columns([3, 2], gap="medium")
    with text:
        st.html(marked_draft(body, shown, texts))
    with side:
        st.html(finding_list(shown, texts))
        _downloads(draft, [each for _, each in shown], texts)
    st.html(f'<div class="tw-meta">{escape(texts("precedents_check_judged"))}</div>')


def _severities(found: list[Finding], texts: Texts) -> list[str]:
    """How severe findings must be to be shown; none chosen shows all."""
    counts = Counter(each.severity for each in found)
    options = [severity for severity in SEVERITIES if counts[severity]]
    said = st.query_params.get_all(_SEVERITY)
    st.session_state[key_of(_SEVERITY)] = [severity for severity in options if severity in said]
    chosen = st.pills(
        texts("precedents_severity"), options, key=key_of(_SEVERITY), selection_mode="multi", on_change=_remember,
        format_func=lambda severity: f"{texts(f'precedents_{severity}')} {counts[severity]}",
    )  # fmt: skip
    return list(chosen or [])


def _remember() -> None:
    st.query_params[_SEVERITY] = st.session_state[key_of(_SEVERITY)]


def _downloads(draft: GivenDraft, found: list[Finding], texts: Texts) -> None:
    """The findings shown as Markdown, CSV and Word."""
    sheet = finding_sheet(draft.name or texts("precedents_draft"), found)
    formats: tuple[tuple[str, str, str, Callable[[], str | bytes]], ...] = (
        ("Markdown", "md", "text/markdown", lambda: markdown_text([sheet])),
        ("CSV", "csv", "text/csv", lambda: csv_text(sheet)),
        ("Word", "docx", WORD, lambda: sheet_document(sheet)),
    )
    with st.container(horizontal=True, gap="xsmall"):
        for name, ending, mime, written in formats:
            st.download_button(
                name, exported(f"tiaowen-check.{ending}", written), file_name=f"tiaowen-check.{ending}", mime=mime, key=f"precedents check {ending}",
                icon=":material/download:", on_click="ignore",
            )  # fmt: skip

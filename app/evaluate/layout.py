"""Headings, notes and tables of this page, as HTML that a narrow screen turns into blocks."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

__all__ = ["Row", "empty", "figure_table", "section", "value_with_interval"]

Row = Sequence[str]  # cells as HTML, the first one the row's head


def section(heading: str, note: str = "") -> None:
    """A heading of the second level, with a few words behind it."""
    st.html(f'<h2 class="tw-h2">{escape(heading)}<span>{escape(note)}</span></h2>')


def figure_table(columns: Sequence[str], rows: Sequence[Row], *, caption: str) -> None:
    """A table of figures; `rows` hold HTML, columns and caption plain text."""
    heads = "".join(f'<th scope="col">{escape(column)}</th>' for column in columns)
    body = "".join(
        f'<tr><th scope="row">{row[0]}</th>'
        + "".join(
            f'<td data-label="{escape(column)}">{cell}</td>' for column, cell in zip(columns[1:], row[1:], strict=True)
        )
        + "</tr>"
        for row in rows
    )
    st.html(
        f'<table class="tw-figures"><caption>{escape(caption)}</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"
    )


def value_with_interval(mean: float, low: float, high: float) -> str:
    """A mean with its interval below it, as HTML."""
    return f'<b>{mean:.3f}</b><span class="tw-interval">{low:.3f}–{high:.3f}</span>'


def empty(title: str, hint: str) -> None:
    """What stands where there is nothing yet: what is missing, and what to do."""
    with st.container(border=True):
        st.html(f'<div class="tw-answer-title">{escape(title)}</div><div class="tw-silence">{escape(hint)}</div>')

"""The page for tasks: those of a unit under every name it has had, of one notice, or of the whole archive."""

from __future__ import annotations

import streamlit as st

from app.duties import address
from app.duties.archive_view import archive_view
from app.duties.counted import counted
from app.duties.notice_view import notice_view
from app.duties.unit_view import unit_view
from app.parts.filters import filter_panel
from app.texts import Texts
from indexer.index import Index
from indexer.records import Filters

__all__ = ["VIEWS", "page"]

VIEWS = {"unit": "duties_view_unit", "notice": "duties_view_notice", "archive": "duties_view_archive"}


def page(index: Index, texts: Texts) -> None:
    """Draw the page."""
    with st.spinner(texts("duties_counting")):
        counted(index)
    view = address.switch(address.VIEW, list(VIEWS), label=texts("duties_view"), show=lambda name: texts(VIEWS[name]))
    if view == "notice":  # it is named outright: nothing is to be filtered at the side
        notice_view(index, texts)
        return
    filters = _filters(index, texts)
    if view == "unit":
        unit_view(index, filters, texts)
    else:
        archive_view(index, filters, texts)


def _filters(index: Index, texts: Texts) -> Filters:
    with st.sidebar:
        return filter_panel(index, texts, by_unit=False)

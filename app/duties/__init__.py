"""The page duties."""

from __future__ import annotations

import streamlit as st

from app.texts import Texts
from indexer.index import Index

__all__ = ["page"]


def page(index: Index, texts: Texts) -> None:
    """Draw the page."""
    st.text(texts("page_duties"))

"""The notices of an archive with what a list shows of each, read once a generation."""

from __future__ import annotations

import streamlit as st

from app.state import generation_key
from indexer import catalogue as archive
from indexer.index import Index

__all__ = ["catalogue"]


def catalogue(index: Index) -> list[archive.Catalogued]:
    """All notices of the generation by doc_id."""
    return _catalogue(generation_key(index), index)


@st.cache_data(max_entries=2, show_spinner=False)
def _catalogue(generation: tuple[str, str, str], _index: Index) -> list[archive.Catalogued]:
    """The notices; the generation only makes the cache see which archive it is."""
    del generation
    return archive.catalogue(_index)

"""What pages share: where the index is, the index opened once a generation, and the language chosen."""

from __future__ import annotations

import os
from pathlib import Path
from typing import cast

import streamlit as st

from app.texts import LANGUAGES, Language
from indexer.access import Reader, for_reader
from indexer.index import Index, IndexAddress, index_address
from indexer.serving.live_index import LiveIndex

__all__ = ["SAMPLES", "chosen_language", "index_directory", "live_index", "remember_language", "generation_key"]

_LANGUAGE = "language chosen"
ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "corpus" / "samples"


def index_directory() -> IndexAddress:
    """Where the index is: TIAOWEN_INDEX of the environment, a folder or Milvus, else embeddings/index of the project."""
    named = os.environ.get("TIAOWEN_INDEX")
    return index_address(named) if named else ROOT / "embeddings" / "index"


def live_index(reader: Reader) -> Index:
    """The live index as the reader may see it, opened once for all sessions and again when a build has made another live.

    Raises IndexMissing, IndexDamaged, IndexMismatch or IndexUnreachable as `open_index` does, AccessDenied and UsageError
    as `for_reader`.
    """
    return for_reader(_live(str(index_directory())).current(), reader)


def generation_key(index: Index) -> tuple[str, str, str]:
    """What tells the generation of an index from all others: by it pages keep what they counted."""
    return index.address, index.generation, index.manifest.built_at


def chosen_language() -> Language:
    """The language of this session: as switched on a page, else as the link says, else Chinese."""
    named = st.session_state.get(_LANGUAGE) or st.query_params.get("lang")
    language = cast("Language", named) if named in LANGUAGES else LANGUAGES[0]
    remember_language(language)
    return language


def remember_language(language: Language) -> None:
    """Keep the language for the session and in the address; an address without it is in Chinese."""
    st.session_state[_LANGUAGE] = language
    if language == LANGUAGES[0]:
        st.query_params.pop("lang", None)
    elif st.query_params.get("lang") != language:
        st.query_params["lang"] = language


@st.cache_resource(max_entries=2, show_spinner=False, on_release=lambda live: live.close())
def _live(address: str) -> LiveIndex:
    """The index at the address, for all sessions."""
    return LiveIndex(address)

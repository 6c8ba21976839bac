"""What pages share: where the index is, the index opened once a generation, and the language chosen."""

from __future__ import annotations

import logging
import os
import threading
from pathlib import Path
from typing import cast

import streamlit as st

from app.texts import LANGUAGES, Language
from indexer.access import Reader, for_reader
from indexer.errors import TiaowenError
from indexer.index import Index, IndexAddress, index_address, open_index
from indexer.index.opening import live_generation
from indexer.records import Query
from indexer.search import plan

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
    address = index_directory()
    return for_reader(_opened(str(address), live_generation(address)), reader)


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


# The generation before stays open for questions that are being answered from it; older ones are closed.
@st.cache_resource(max_entries=2, show_spinner=False, on_release=lambda index: index.close())
def _opened(address: str, generation: str) -> Index:
    """The index at the address; the generation's name only makes the cache see that there is a new one."""
    index = open_index(address)
    threading.Thread(target=_load_encoder, args=(index,), name=f"encoder of {generation}").start()
    return index


def _load_encoder(index: Index) -> None:
    """Have the encoder and the planner's words loaded (seconds) while the reader is still looking at the page."""
    try:
        plan(index, Query("条文"))  # its titles and words
        index.dense("条文", 1)
    except TiaowenError as error:  # every question will meet it again, and shows it
        logging.getLogger(__name__).warning("%s", error)

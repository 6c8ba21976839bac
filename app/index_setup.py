"""What the reader sees while there is no usable index: what is wrong, and a button that builds one over the samples."""

from __future__ import annotations

import streamlit as st

from app.state import SAMPLES, index_directory
from app.texts import Texts
from indexer.errors import IndexFault, IndexMissing, TiaowenError
from indexer.index.generations import build_command

__all__ = ["STAGES", "index_setup", "trouble"]

# Where on the bar each stage begins and ends; nothing else depends on it.
STAGES = {"read": (0.0, 0.4), "words": (0.4, 0.5), "vectors": (0.5, 0.95), "publish": (0.95, 1.0)}


def index_setup(fault: IndexFault, texts: Texts) -> None:
    """Say what is wrong with the index and offer to build it; runs the page again when it is built."""
    missing = isinstance(fault, IndexMissing)
    with st.container(border=True, key="setup"):
        st.subheader(texts("index_missing" if missing else "index_broken"), anchor=False)
        if missing:
            st.text(texts("index_missing_hint"))
            st.code(build_command(index_directory()).strip("`"), language=None, wrap_lines=True)
        else:
            st.code(str(fault), language=None, wrap_lines=True)
            st.text(texts("index_broken_hint"))
        label = texts("build_samples" if missing else "rebuild_samples")
        if st.button(label, key="build", type="primary"):
            _build(texts)


def trouble(error: TiaowenError, texts: Texts) -> None:
    """The error's one line, as the library says it."""
    with st.container(border=True, key="trouble"):
        st.text(texts("trouble"))
        st.code(str(error), language=None, wrap_lines=True)


def _build(texts: Texts) -> None:
    """Build over the sample notices with a bar, then run the page again."""
    from indexer.build import build

    bar = st.progress(0.0, texts("stage_read"))

    def show(stage: str, done: int, total: int) -> None:
        first, last = STAGES[stage]
        bar.progress(first + (last - first) * (done / total if total else 1.0), texts(f"stage_{stage}"))

    try:
        build([SAMPLES], index_directory(), progress=show)
    except TiaowenError as error:
        trouble(error, texts)
        return
    st.rerun()

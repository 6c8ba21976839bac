"""That a notice is no longer in force: the word for it, and the way to the notice that ended it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import streamlit as st

from app.navigation import link_to
from app.parts.plain_label import plain_label
from app.texts import Texts
from indexer.duties import ListedTask
from indexer.index import Index
from indexer.records import Link, Relation

__all__ = ["ended_by", "ended_text"]

_TEXTS: Final[Mapping[Relation, str]] = {"repealed_by": "duties_repealed", "replaced_by": "duties_replaced"}


def ended_text(each: ListedTask, ended: Mapping[str, Link], texts: Texts) -> str:
    """已废止 or 已被替代 for a task of a notice that is no longer in force; else empty."""
    link = ended.get(each.notice.doc_id)
    return texts(_TEXTS[link.relation]) if link else ""


def ended_by(index: Index, link: Link, texts: Texts) -> None:
    """Draw a line that says so and leads to the other notice."""
    other = index.notice(link.other_doc_id)
    said = texts("duties_ended_by", state=texts(_TEXTS[link.relation]), title=other.title)
    with st.container(key=f"ended {link.doc_id}"):
        link_to("archive", plain_label(said), texts, icon=":material/block:", notice=other.doc_id)

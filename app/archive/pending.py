"""What waits for a build: uploads, withdrawn uploads and corrections; a line with a button wherever one works on them."""

from __future__ import annotations

from html import escape

import streamlit as st
from msgspec import Struct

from app.archive.address import open_view
from app.archive.building import builds_of
from app.archive.correcting import SAVED
from app.archive.uploads_seen import uploads_seen
from app.identity import may, part_of, who
from app.texts import Texts
from indexer.corrections import list_corrections
from indexer.index import Index

__all__ = ["Pending", "build_now", "pending", "pending_line"]


class Pending(Struct, frozen=True):
    """How many of each wait for a build."""

    uploads: int
    withdrawals: int
    corrections: int

    def __bool__(self) -> bool:
        return bool(self.uploads or self.withdrawals or self.corrections)


def pending(index: Index) -> Pending:
    """What the live generation does not have yet."""
    uploads, aside = uploads_seen(index)
    return Pending(
        sum(each.state == "waiting" for each in uploads),
        sum(each.waits_for_build for each in aside),
        sum(each.waits_for_build for each in list_corrections(index.address, among=part_of(index))),
    )


def pending_text(waiting: Pending, texts: Texts) -> str:
    """What waits, in words."""
    parts = [
        texts(key, n=n)
        for key, n in (
            ("archive_wait_uploads", waiting.uploads),
            ("archive_wait_withdrawals", waiting.withdrawals),
            ("archive_wait_corrections", waiting.corrections),
        )
        if n
    ]
    return texts("archive_wait", what=texts("archive_and").join(parts))


def pending_line(index: Index, texts: Texts) -> None:
    """The line, where anything waits: a button that builds, or the way to the build that runs."""
    if st.session_state.pop(SAVED, False):
        st.toast(texts("archive_saved"), icon=":material/check:")
    if not may("edit"):
        return
    running = builds_of(index.address).progress().running
    waiting = pending(index)
    if not waiting and not running:
        return
    with st.container(key="pending", horizontal=True, vertical_alignment="center", gap="small"):
        said = texts("archive_building_now") if running else pending_text(waiting, texts)
        st.html(f"<div>{escape(said)}</div>")
        if running:
            if st.button(texts("archive_see_build"), key="see build", icon=":material/progress_activity:"):
                open_view("build", texts)
        elif st.button(texts("archive_build_now"), key="build now", type="primary", icon=":material/sync:"):
            build_now(index, texts)


def build_now(index: Index, texts: Texts, *, by: str = "") -> None:
    """Begin a build and go where it is watched; one that is running already is watched instead."""
    builds_of(index.address).start(by, reader=who())
    open_view("build", texts)

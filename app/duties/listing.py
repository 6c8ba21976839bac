"""What all three views show of their tasks: conditions, files, and the tasks as a list, by their days, or as a spread."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape

import streamlit as st

from app.duties import address
from app.duties.conditions import clear_conditions
from app.duties.detail import task_detail
from app.duties.downloads import Files, downloads
from app.duties.table import Form, task_table
from app.duties.timeline import by_day, timeline
from app.texts import Texts
from indexer.duties import LedgerFilter, ListedTask
from indexer.index import Index
from indexer.records import Link

__all__ = ["SHOWN", "listing"]

SHOWN = {"list": "duties_show_list", "time": "duties_show_time", "spread": "duties_show_spread"}


def listing(
    index: Index,
    tasks: Sequence[ListedTask],
    texts: Texts,
    *,
    form: Form,
    total: int,
    wanted: LedgerFilter,
    files: Callable[[], Files],
    spread: Callable[[], None],
    ended: Mapping[str, Link],
) -> None:
    """The tasks that passed, of `total`; `files` and `spread` are made only for tasks that are there and asked for."""
    _count(len(tasks), total, wanted, texts)
    if not tasks:
        _nothing(texts)
        return
    with st.container(key="show", horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        shown = address.switch(
            address.SHOW, list(SHOWN), label=texts("duties_show"), show=lambda name: texts(SHOWN[name])
        )
        downloads(files(), texts)
    if shown == "spread":
        spread()
        return
    if shown == "time":
        dated = by_day(tasks)
        if not dated:
            st.html(f'<div class="tw-silence">{escape(texts("duties_time_none"))}</div>')
            return
        timeline(dated, texts)
        st.subheader(texts("duties_time_list"), anchor=False)
        tasks = dated
    task_table(tasks, form, texts, ended=ended, name=shown)
    task_detail(index, tasks, texts, ended=ended)


def _count(shown: int, total: int, wanted: LedgerFilter, texts: Texts) -> None:
    """How many of the tasks passed, and the way back to all of them; nothing where no condition is set."""
    if wanted and shown:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            said = texts("duties_shown", shown=shown, n=total)
            st.html(f"<b>{escape(said)}</b>", width="content")
            clear_conditions(texts, key="clear conditions")


def _nothing(texts: Texts) -> None:
    with st.container(border=True, key="no task"):
        st.html(
            f'<div class="tw-answer-title tw-silent">{escape(texts("duties_nothing"))}</div>'
            f'<div class="tw-silence">{escape(texts("duties_nothing_hint"))}</div>'
        )
        clear_conditions(texts, key="clear where nothing is")

"""The view of one notice: choosing it by title or number, and its breakdown of tasks (任务分解表)."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from app.duties import address
from app.duties.conditions import conditions
from app.duties.counted import breakdown, counted
from app.duties.downloads import notice_files
from app.duties.ended import ended_by
from app.duties.listing import listing
from app.duties.pick import pick
from app.duties.spread import field_sums, unit_bars
from app.duties.today import today
from app.navigation import link_to
from app.parts.audited import shown_once
from app.parts.plain_label import plain_label
from app.parts.provenance import notice_facts
from app.texts import Texts
from indexer.duties import ArchiveTask, listed, load_of_tasks, notices_named
from indexer.exports.breakdown import bare_title
from indexer.index import Index
from indexer.records import Notice

__all__ = ["notice_view"]

_LATEST = 8
_MOST_OFFERED = 20
_LONGEST_TITLE = 60  # characters of a title in the box


def notice_view(index: Index, texts: Texts) -> None:
    """Choose a notice, then its tasks."""
    asked = address.said(address.NOTICE)
    heads = sorted(
        (each.notice for each in counted(index).load.notices if each.n_tasks),
        key=lambda head: (head.issued_on or head.published_on or "", head.doc_id),
        reverse=True,
    )
    found = notices_named(index, asked) if asked else []
    named = found[0] if len(found) == 1 else None
    labels = _labels([*heads, *([named] if named else [])])
    doc_ids = {label: doc_id for doc_id, label in labels.items()}
    pick(
        texts("duties_notice"), [labels[head.doc_id] for head in heads], key="notice chosen",
        chosen=labels[named.doc_id] if named else asked,
        hint=texts("duties_notice_hint"), choose=lambda label: _open(doc_ids.get(label, label)),
    )  # fmt: skip
    if named:
        shown_once(index, "read", named.doc_id, shown=[named.doc_id], what="duties")
        _tasks(index, named, texts)
    elif found:
        st.subheader(texts("duties_several_notices", n=len(found), name=asked), anchor=False)
        _buttons(index, found[:_MOST_OFFERED], texts)
    elif asked:
        with st.container(border=True, key="no notice"):
            st.html(
                f'<h2 class="tw-answer-title tw-silent">{escape(texts("duties_no_notice", name=asked))}</h2>'
                f'<div class="tw-silence">{escape(texts("duties_no_notice_hint"))}</div>'
            )
    else:
        st.subheader(texts("duties_latest"), anchor=False)
        _buttons(index, heads[:_LATEST], texts)


def _labels(heads: Sequence[Notice]) -> dict[str, str]:
    """By doc_id the title with 文号 or date, all different."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for head in heads:
        title = head.title if len(head.title) <= _LONGEST_TITLE else head.title[: _LONGEST_TITLE - 1] + "…"
        said = head.doc_number or head.issued_on or head.published_on
        label = f"{title}（{said}）" if said else title
        found[head.doc_id] = label if label not in taken else f"{label} {head.doc_id}"
        taken.add(label)
    return found


def _open(asked: str) -> None:
    address.say(**{address.NOTICE: asked, address.SHOW: "", address.TASK: ""})
    address.forget_conditions()


def _buttons(index: Index, heads: Sequence[Notice], texts: Texts) -> None:
    with st.container(key="notices", gap="xsmall"):
        for head in heads:
            n_tasks = texts("duties_n", n=len(breakdown(index, head.doc_id)))
            st.button(
                f"{plain_label(head.title)}  **{n_tasks}**", key=f"notice {head.doc_id}", on_click=_open,
                args=(head.doc_id,), type="tertiary",
            )  # fmt: skip


def _tasks(index: Index, head: Notice, texts: Texts) -> None:
    tasks, ended = breakdown(index, head.doc_id), counted(index).ended
    st.html(
        f'<div class="tw-unit-head"><h2>{escape(head.title)}</h2></div>'
        f'<div class="tw-counts"><span>{escape(texts("duties_total", n=len(tasks)))}</span>'
        f"{''.join(f'<span>{escape(fact)}</span>' for fact in notice_facts(head, texts))}</div>"
    )
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        link_to("archive", texts("duties_read_notice"), texts, icon=":material/article:", notice=head.doc_id)
        if head.doc_id in ended:
            ended_by(index, ended[head.doc_id], texts)
    if not tasks:
        st.html(f'<div class="tw-silence">{escape(texts("duties_notice_empty"))}</div>')
        return
    wanted = conditions(tasks, texts, of_unit=False, ended=ended)
    shown = listed(tasks, wanted, today=today(), ended=ended)
    listing(
        index, shown, texts, form="notice", total=len(tasks), wanted=wanted, ended=ended,
        files=lambda: notice_files(shown, bare_title(head)), spread=lambda: _spread(shown, texts),
    )  # fmt: skip


def _spread(tasks: Sequence[ArchiveTask], texts: Texts) -> None:
    """Who bears the tasks of the notice, and to which fields they belong."""
    unit_bars(load_of_tasks(tasks).units, texts, title=texts("duties_load"))
    field_sums(tasks, texts)

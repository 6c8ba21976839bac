"""The view for judging: the pools there are, the form that makes one, and what is done with the one that is open."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from app.evaluate.address import address_of, go, picked
from app.evaluate.agreement import agreement_view
from app.evaluate.asked import samples_are_here
from app.evaluate.jobs import generation_of
from app.evaluate.judge_hit import judge_hits, judge_name
from app.evaluate.layout import section
from app.evaluate.uploads import read_uploaded
from app.identity import part_of
from app.parts.plain_label import plain_label
from app.texts import Texts
from indexer.errors import UsageError
from indexer.index import Index

if TYPE_CHECKING:
    from eval.gold import GoldQuery
    from eval.judgements.kept import JudgementStore, Kept, KeptPool
    from eval.trec import Grades, Run

__all__ = ["view"]

_SOURCES = ("pasted", "bundled", "file")
MOST_QUESTIONS = 500
_FEW = 20


@dataclass(frozen=True, slots=True)
class _Chosen:
    """Questions to make a pool of, and what is judged about them already."""

    queries: Sequence[GoldQuery] = ()
    grades: Grades = field(default_factory=dict)


def view(index: Index, texts: Texts) -> None:
    """Draw the view."""
    from eval.judgements.kept import JudgementStore

    store = JudgementStore(index.directory)
    pools = _seen(index, store.pools())
    pool = pools.get(address_of("pool"))
    if pool is None:
        if address_of("pool"):
            st.info(texts("evaluate_no_such_pool"), icon=":material/info:")
        _pools(store, pools, texts)
        _make(index, store, texts)
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            texts("evaluate_all_pools"), key="evaluate all pools", type="tertiary", icon=":material/arrow_back:",
            on_click=_close,
        )  # fmt: skip
        st.html(f'<div class="tw-pool"><b>{escape(pool.name)}</b> {escape(_facts(pool, texts))}</div>', width="content")
    step = picked("step", ("judge", "agree"), texts("evaluate_step"), lambda name: texts(f"evaluate_step_{name}"))
    kept = store.kept(pool)
    if kept.damaged:
        st.warning(texts("evaluate_damaged_lines", n=kept.damaged), icon=":material/warning:")
    judge = judge_name(kept, texts)
    if step == "agree":
        agreement_view(index, store, kept, judge, texts)
    elif judge:
        judge_hits(index, store, kept, judge, texts)


def _seen(index: Index, pools: Mapping[str, KeptPool]) -> Mapping[str, KeptPool]:
    """The pools of which every clause may be seen by whoever asks."""
    doc_ids = part_of(index)
    if doc_ids is None:
        return pools
    return {
        pool_id: pool
        for pool_id, pool in pools.items()
        if all(clause_id.partition(":")[0] in doc_ids for _, clause_id in pool.places)
    }


def _close() -> None:
    go(pool="", step="")


def _facts(pool: KeptPool, texts: Texts) -> str:
    return texts(
        "evaluate_pool_facts", questions=len(pool.questions), hits=len(pool.places), depth=pool.depth, date=pool.at[:10]
    )


# --- the pools -----------------------------------------------------------------------------------


def _pools(store: JudgementStore, pools: Mapping[str, KeptPool], texts: Texts) -> None:
    """Every pool with how far its judges are, and the way in."""
    if not pools:
        return
    section(texts("evaluate_pools"))
    for pool in pools.values():
        with st.container(border=True, horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            judges = _judges(store.kept(pool), texts)
            st.html(
                f'<div class="tw-pool"><b>{escape(pool.name)}</b><div class="tw-meta">{escape(_facts(pool, texts))}</div>'
                f"<div>{escape(judges)}</div></div>",
                width="content",
            )
            st.button(
                texts("evaluate_open_pool"), key=f"evaluate open {pool.pool_id}", icon=":material/arrow_forward:",
                icon_position="right", on_click=_open, args=(pool.pool_id,), help=pool.name,
            )  # fmt: skip


def _open(pool_id: str) -> None:
    go(pool=pool_id, step="")


def _judges(kept: Kept, texts: Texts) -> str:
    total = len(kept.pool.places)
    said = [f"{judge} {total - len(kept.open_places(judge))}/{total}" for judge in kept.grades]
    return " · ".join(said) or texts("evaluate_nobody_judged")


# --- a new pool ----------------------------------------------------------------------------------


def _make(index: Index, store: JudgementStore, texts: Texts) -> None:
    """Questions and a depth become a pool, at the press of a button alone."""
    section(texts("evaluate_new_pool"), texts("evaluate_new_pool_note"))
    sources = _SOURCES if samples_are_here(index) else tuple(name for name in _SOURCES if name != "bundled")
    source = picked(
        "questions", sources, texts("evaluate_questions_from"), lambda name: texts(f"evaluate_questions_{name}"),
        show_label=True,
    )  # fmt: skip
    chosen = _questions(source, texts)
    left, middle, right = st.columns(3)
    name = left.text_input(texts("evaluate_pool_name"), max_chars=40, key="evaluate pool name", autocomplete="off")
    depth = middle.number_input(
        texts("evaluate_depth"), 1, 50, 10, help=texts("evaluate_depth_help"), key="evaluate depth"
    )
    most = MOST_QUESTIONS
    if source != "pasted":
        most = right.number_input(
            texts("evaluate_how_many"), 1, MOST_QUESTIONS, _FEW, help=texts("evaluate_how_many_help"),
            key="evaluate how many",
        )  # fmt: skip
    again = st.checkbox(texts("evaluate_judge_again"), key="evaluate again", help=texts("evaluate_judge_again_help"))
    if not st.button(
        texts("evaluate_make_pool"), key="evaluate make pool", type="primary", icon=":material/playlist_add:"
    ):
        return
    if not chosen.queries:
        st.info(texts("evaluate_no_questions"), icon=":material/edit:")
        return
    queries = chosen.queries if source == "pasted" else _drawn(chosen.queries, int(most))
    try:
        pool = _pool(index, store, queries, {} if again else chosen.grades, depth=int(depth), name=name, texts=texts)
    except UsageError as error:
        st.warning(texts("evaluate_pool_failed", reason=plain_label(str(error))), icon=":material/warning:")
        return
    st.query_params["pool"] = pool.pool_id
    st.rerun()


def _questions(source: str, texts: Texts) -> _Chosen:
    """The questions of one source; none where there are none yet."""
    from eval.question_sets import bundled, pasted, read_question_set

    if source == "pasted":
        text = st.text_area(
            texts("evaluate_paste"), key="evaluate pasted", height=140, placeholder=texts("evaluate_paste_hint"),
            max_chars=50_000,
        )  # fmt: skip
        return _Chosen(pasted(text or "")[:MOST_QUESTIONS])
    if source == "bundled":
        return _Chosen([query for query in bundled().queries if query.type != "duties"])
    files = st.file_uploader(
        texts("evaluate_own_files"), type=["jsonl", "tsv", "txt", "qrels"], accept_multiple_files=True,
        key="evaluate pool files", help=texts("evaluate_own_files_help"),
    )  # fmt: skip
    read = read_uploaded(files, read_question_set, texts) if files else None
    return _Chosen(read.queries, read.grades) if read else _Chosen()


def _drawn(queries: Sequence[GoldQuery], most: int) -> list[GoldQuery]:
    """So many of the questions, the same ones each time, in the order of the file."""
    order = sorted(queries, key=lambda query: hashlib.sha256(query.query_id.encode()).digest())[:most]
    wanted = {query.query_id for query in order}
    return [query for query in queries if query.query_id in wanted]


def _pool(
    index: Index,
    store: JudgementStore,
    queries: Sequence[GoldQuery],
    judged: Grades,
    *,
    depth: int,
    name: str,
    texts: Texts,
) -> KeptPool:
    """Search by each mode, and keep what is among the first of any."""
    from eval.configurations import Configuration, ranked
    from eval.judgements.pool import pool
    from eval.judging import judge
    from eval.retrieval import MODES

    quoted = [query for query in queries if query.relevant or query.nonrelevant]
    known = {query_id: dict(row) for query_id, row in judged.items()}
    if quoted and (judged or samples_are_here(index)):
        for query_id, row in judge(quoted, index).grades.items():
            known.setdefault(query_id, {}).update(row)
    bar = st.progress(0.0, texts("evaluate_pooling"))
    runs: dict[str, Run] = {}
    for number, mode in enumerate(MODES):

        def show(done: int, total: int, number: int = number) -> None:
            bar.progress((number + done / total) / len(MODES), texts("evaluate_pooling"))

        runs[mode] = ranked(index, queries, Configuration(mode, depth=depth), progress=show)
    bar.empty()
    rows = pool(index, {query.query_id: query.text for query in queries}, runs, known, depth=depth)
    return store.add_pool(rows, name=name, depth=depth, generation=generation_of(index).partition("@")[2])

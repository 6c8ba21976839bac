"""The baseline without clauses: every notice cut into fixed windows, searched by the same two legs.

Title as context, question's topic, filters and tokens are those of the clause index; only the cutting differs, and with
it headings and units, which a window does not have. A window is relevant if it holds a judged quote.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from eval.gold import GoldQuery, squeeze
from eval.judging import UNRESOLVED, Judged
from eval.retrieval import DEPTH
from eval.trec import Run
from indexer.records import Query

if TYPE_CHECKING:
    from indexer.index import Encoder, Index

__all__ = ["SIZES", "Window", "cut", "judge_windows", "windows_runs"]

# Characters of a window and of what it shares with the next one: about two and about four clauses of the samples. What
# is shared is longer than any judged quote, so that each stands whole in some window.
SIZES = ((300, 60), (500, 100))

Rows: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of a notice's body; `window_id` is <doc_id>:<number>."""

    window_id: str
    doc_id: str
    title: str
    text: str


def cut(body: str, *, size: int, overlap: int) -> list[str]:
    """The body in windows of `size` characters that share `overlap`; the last may be shorter."""
    step = size - overlap
    last = max(len(body) - overlap, 1)
    return [body[start : start + size] for start in range(0, last, step)]


def windows_runs(
    index: Index,
    queries: Sequence[GoldQuery],
    judged: Judged,
    encoder: Encoder,
    *,
    sizes: Sequence[tuple[int, int]] = SIZES,
) -> dict[str, tuple[Run, Judged]]:
    """The runs `windows-300-lexical`, `windows-300-dense` and so on, each with the judgements of its windows."""
    notices = [index.notice(head.doc_id) for head in index.notices()]
    clause_ids = sorted(clause.clause_id for notice in notices for clause in notice.clauses)
    topics = {query.query_id: _topic(index, query, clause_ids) for query in queries}
    asked = {query_id: topic for query_id, (topic, _) in topics.items()}
    runs: dict[str, tuple[Run, Judged]] = {}
    for size, overlap in sizes:
        windows = [
            Window(f"{notice.doc_id}:w{number:04d}", notice.doc_id, notice.title, text)
            for notice in notices
            for number, text in enumerate(cut(notice.body, size=size, overlap=overlap))
        ]
        known = judge_windows(queries, windows, judged)
        allowed = {query_id: _rows(windows, docs) for query_id, (_, docs) in topics.items()}
        runs[f"windows-{size}-lexical"] = _lexical(windows, asked, allowed), known
        runs[f"windows-{size}-dense"] = _dense(windows, asked, allowed, encoder), known
    return runs


def judge_windows(queries: Iterable[GoldQuery], windows: Sequence[Window], judged: Judged) -> Judged:
    """The judgements as window ids: every window that holds a quote has its grade, the highest of several."""
    texts: dict[str, list[tuple[str, str]]] = {}
    for window in windows:
        texts.setdefault(window.doc_id, []).append((window.window_id, squeeze(window.text)))
    grades: dict[str, dict[str, int]] = {}
    for query in queries:
        found = grades.setdefault(query.query_id, {})
        for judgement in (*query.relevant, *query.nonrelevant):
            quote = squeeze(judgement.quote)
            holders = [name for name, text in texts.get(judged.doc_ids[judgement.doc], ()) if quote in text]
            if not holders and judgement.grade:
                holders = [f"{UNRESOLVED}{judgement.doc}:{judgement.quote}"]
            for name in holders:
                found[name] = max(judgement.grade, found.get(name, 0))
    return Judged(grades, {}, (), judged.doc_ids)


def _topic(index: Index, query: GoldQuery, clause_ids: Sequence[str]) -> tuple[str, frozenset[str] | None]:
    """What is looked for, and the notices it is looked for in (None = all), as in search over clauses.

    `clause_ids` are those of all clauses of the index.
    """
    from indexer.search import plan
    from indexer.search.scope import scope

    planned = plan(index, Query(query.text, query.query_id))
    within = scope(index, planned)
    if within is None:
        return planned.topic, None
    return planned.topic, frozenset(clause_id.partition(":")[0] for clause_id in within.among(clause_ids))


def _rows(windows: Sequence[Window], docs: frozenset[str] | None) -> Rows | None:
    if docs is None:
        return None
    return np.asarray([row for row, window in enumerate(windows) if window.doc_id in docs], dtype=np.int64)


def _lexical(
    windows: Sequence[Window], topics: dict[str, str], allowed: dict[str, Rows | None]
) -> dict[str, list[tuple[str, float]]]:
    from indexer.index.lexical import Lexical
    from indexer.index.lexical_writer import write_lexical
    from indexer.index.passage import IndexedClause

    rows = [IndexedClause(row, window.title, (), window.text, (), "", "") for row, window in enumerate(windows)]
    with tempfile.TemporaryDirectory(prefix="tiaowen-windows-") as folder:
        write_lexical(Path(folder), [rows], progress=lambda done: None)
        leg = Lexical(Path(folder))
        return {
            query_id: [
                (windows[row].window_id, score) for row, score in leg.search(topic, DEPTH, allowed=allowed[query_id])
            ]
            for query_id, topic in topics.items()
        }


def _dense(
    windows: Sequence[Window], topics: dict[str, str], allowed: dict[str, Rows | None], encoder: Encoder
) -> dict[str, list[tuple[str, float]]]:
    from indexer.index.passage import passage_text

    vectors = encoder.encode_clauses([passage_text(window.title, (), window.text) for window in windows])
    asked = encoder.encode_queries(list(topics.values()))
    run: dict[str, list[tuple[str, float]]] = {}
    for query_id, similarity in zip(topics, asked @ vectors.T, strict=True):
        chosen = allowed[query_id]
        rows = np.arange(len(windows)) if chosen is None else chosen
        best = rows[np.argsort(-similarity[rows], kind="stable")[:DEPTH]]
        run[query_id] = [(windows[row].window_id, float(similarity[row])) for row in best]
    return run

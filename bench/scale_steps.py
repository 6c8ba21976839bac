"""One step of measuring by size, in a process of its own so that its memory is told apart; see `scale.py`.

`python -m bench.scale_steps build FOLDER INDEX`, `… ask INDEX` and `… change FOLDER INDEX` each print one JSON object.
"""

from __future__ import annotations

import itertools
import json
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from bench.archives import CORPORA, documents, texts
from bench.memory import megabytes
from bench.questions import staff_questions
from indexer.build import build
from indexer.errors import UnreadableNotice
from indexer.index import Encoder, Index, load_encoder, open_index
from indexer.index.dense import Dense, Vectors
from indexer.index.dense_inverted import lists_probed, searching
from indexer.index.generations import LEXICAL, VECTORS
from indexer.index.notice_columns import rows_in_runs
from indexer.index.tokens import tokens
from indexer.notices import parse
from indexer.records import Filters, Query
from indexer.search import plan, search
from indexer.search.retrieve import DEFAULTS, retrieve
from indexer.sources import find_files, read

Figures = dict[str, Any]

DEPTH = 200  # clauses asked of a leg by a search
QUESTIONS = 60
PARSED = 300  # files whose parsing is measured by itself
CHANGED = 100  # one file in so many is changed
COMPARED = 16_384  # clauses whose every vector is compared at a time
FAR = 10_000_000  # where in the sequence of texts those begin that no archive has


class _Stages:
    """The seconds between the first word of each stage and the first of the next."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._stage, self._since = "start", time.perf_counter()

    def tell(self, stage: str, done: int, total: int) -> None:
        """Take a stage's progress."""
        if stage != self._stage:
            self.close()
            self._stage = stage

    def close(self) -> None:
        """End the stage at hand."""
        now = time.perf_counter()
        self.seconds[self._stage] = round(self.seconds.get(self._stage, 0.0) + now - self._since, 2)
        self._since = now


def build_step(folder: Path, index: Path) -> Figures:
    """A build of files from nothing."""
    files = find_files([folder])
    encoder, stages, cpu, started = _encoder(), _Stages(), time.process_time(), time.perf_counter()
    report = build([folder], index, encoder=encoder, progress=stages.tell)
    stages.close()
    seconds, used = time.perf_counter() - started, time.process_time() - cpu
    return {
        "seconds": round(seconds, 1),
        "cpu_seconds": round(used, 1),
        "stages": stages.seconds,
        "peak_mb": round(megabytes("VmHWM")),
        "text_mb": round(sum(file.stat().st_size for file in files) / 1e6, 1),
        "files": len(files),
        "duplicates": len(report.duplicates),
        "parse_mb_a_second": _parse_rate(files[:: max(1, len(files) // PARSED)]),
        **_contents(index),
    }


def change_step(folder: Path, index: Path) -> Figures:
    """A build after one file in CHANGED was replaced by another, and one in as many again left out."""
    files = find_files([folder])
    gone = files[:: 2 * CHANGED]
    changed_before = sum(file.name.startswith("new-") for file in files)
    new = itertools.islice(texts(documents(CORPORA), seed=FAR + changed_before), len(gone))
    for file, text in zip(gone, new, strict=False):
        file.unlink()
        (file.parent / f"new-{file.name}").write_text(text, encoding="utf-8")
    for file in files[CHANGED :: 2 * CHANGED]:
        file.unlink()
    encoder, stages, started = _encoder(), _Stages(), time.perf_counter()
    report = build([folder], index, encoder=encoder, progress=stages.tell)
    stages.close()
    return {
        "seconds": round(time.perf_counter() - started, 1),
        "stages": stages.seconds,
        "parsed": report.parsed,
        "encoded": report.encoded,
        "reused": report.reused,
    }


def ask_step(index: Path) -> Figures:
    """How long questions wait, beside the bare calls of the libraries, and what memory the process takes."""
    questions = staff_questions(QUESTIONS)
    encoder = _encoder()
    figures: Figures = {"encode": _times(lambda question: encoder.encode_queries([question]), questions)}
    figures["memory_before_mb"] = round(megabytes("VmRSS"))  # of Python and the encoder
    started = time.perf_counter()
    opened = open_index(index, _Given(encoder, questions))
    figures["load_s"] = round(time.perf_counter() - started, 2)
    with opened:
        started = time.perf_counter()
        search(opened, Query(questions[0]))
        figures["first_question_s"] = round(time.perf_counter() - started, 2)
        figures["search_once"] = _times(lambda question: search(opened, Query(question)), questions[1:], again=False)
        live = opened.directory / opened.generation
        plans = {question: plan(opened, Query(question)) for question in questions}
        weights = dict(DEFAULTS.field_weights)  # as a search asks
        figures |= {
            "clauses": opened.manifest.n_clauses,
            "questions": len(questions),
            "lexical": _times(
                lambda question: opened.lexical(plans[question].topic, DEPTH, weights=weights), questions
            ),
            "dense": _times(lambda question: opened.dense(question, DEPTH), questions),
            "retrieve": _times(lambda question: _fetched(opened, plans[question]), questions),
            "plan": _times(lambda question: plan(opened, Query(question)), questions),
            "search": _times(lambda question: search(opened, Query(question)), questions),
        }
        figures["memory_mb"] = round(megabytes("VmRSS"))
        queries = encoder.encode_queries(questions)
        figures |= _bare(live, questions, queries)
        figures |= _recall(opened, live, questions, queries)
    return figures


class _Given:
    """The encoder with the vectors of some questions at hand, so that asking them takes no encoding."""

    def __init__(self, encoder: Encoder, questions: Sequence[str]) -> None:
        self.name, self.dim, self.sha256 = encoder.name, encoder.dim, encoder.sha256
        self._encoder = encoder
        self._known: dict[str, Vectors] = {}

    def encode_clauses(self, texts: Sequence[str]) -> Vectors:
        return self._encoder.encode_clauses(texts)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        for text in texts:
            if text not in self._known:
                self._known[text] = self._encoder.encode_queries([text])[0]
        return np.stack([self._known[text] for text in texts])


def _encoder() -> Encoder:
    encoder = load_encoder()
    encoder.encode_queries(["养老服务"])  # what is loaded with the first text is not counted
    return encoder


def _fetched(index: Index, planned: Any) -> object:  # noqa: ANN401
    """The clauses of the ten best hits."""
    return index.clauses([hit.clause_id for hit in retrieve(index, planned).hits])


def _times(ask: Callable[[str], object], questions: Sequence[str], *, again: bool = True) -> dict[str, float]:
    """Milliseconds at the median and the 95th percentile, and of the processor alone.

    `again`: after all have been asked once.
    """
    for question in questions if again else ():
        ask(question)
    waits, used = [], []
    for question in questions:
        started, cpu = time.perf_counter(), time.thread_time()
        ask(question)
        waits.append(time.perf_counter() - started)
        used.append(time.thread_time() - cpu)
    found = {}
    for name, seconds in (("", waits), ("cpu_", used)):
        for percent in (50, 95):
            found[f"{name}p{percent}"] = round(1000 * float(np.percentile(seconds, percent)), 2)
    return found


def _parse_rate(files: Sequence[Path]) -> float:
    """Megabytes of text a second that one process reads and parses."""
    size, started = 0, time.process_time()
    for file in files:
        with suppress(UnreadableNotice):
            parse(read(file))
            size += file.stat().st_size
    return round(size / 1e6 / (time.process_time() - started), 2)


def _contents(index: Path) -> Figures:
    """How much the live generation holds, and how large its parts are."""
    with open_index(index, _encoder()) as opened:
        manifest = opened.manifest
        live = opened.directory / opened.generation
        said = [opened.clause(clause_id).text for clause_id, _ in opened.lexical("工作 管理 服务", 5_000)]
    leg = Dense(live / VECTORS)
    n_vectors = int(leg.inverted.n) if leg.inverted else sum(len(own) for own in leg.vectors(range(leg.n_clauses)))
    sizes = {path.relative_to(live).parts[0]: 0 for path in live.rglob("*") if path.is_file()}
    for path in live.rglob("*"):
        if path.is_file():
            sizes[path.relative_to(live).parts[0]] += path.stat().st_size
    return {
        "notices": manifest.n_notices,
        "clauses": manifest.n_clauses,
        "vectors": n_vectors,
        "repeated_texts": round(1 - len(set(said)) / max(len(said), 1), 4),
        "bytes": sizes,
        "bytes_a_clause": round(sum(sizes.values()) / max(manifest.n_clauses, 1)),
    }


def _bare(live: Path, questions: Sequence[str], queries: Vectors) -> Figures:
    """The least that the two libraries could be asked: one search of FAISS, one OR of the question's words of tantivy."""
    import faiss
    import tantivy

    vectors = faiss.read_index(str(live / VECTORS), faiss.IO_FLAG_MMAP_IFC)
    by_question = dict(zip(questions, queries, strict=True))
    probing = searching(lists_probed(vectors.nlist)) if isinstance(vectors, faiss.IndexIVF) else None
    stored = tantivy.Index.open(str(live / LEXICAL))
    searcher, schema = stored.searcher(), stored.schema

    def by_words(question: str) -> object:
        terms = [tantivy.Query.term_query(schema, "text", term, "basic") for term in dict.fromkeys(tokens(question))]
        wanted = tantivy.Query.boolean_query([(tantivy.Occur.Should, term) for term in terms])
        return searcher.search(wanted, DEPTH, count=False).hits

    faiss.omp_set_num_threads(1)
    return {
        "bare_faiss": _times(
            lambda question: vectors.search(by_question[question].reshape(1, -1), 2 * DEPTH + 8, params=probing),
            questions,
        ),
        "bare_tantivy": _times(by_words, questions),
    }


def _recall(opened: Index, live: Path, questions: Sequence[str], queries: Vectors) -> Figures:
    """The share of the ten truly nearest clauses that the dense leg gives, and whether places filter exactly."""
    leg = Dense(live / VECTORS)
    if leg.inverted is None:
        return {"recall@10": 1.0, "searched": "flat", "filters_exact": True}
    best = np.empty((leg.n_clauses, len(queries)), dtype=np.float16 if leg.n_clauses > 2_000_000 else np.float32)
    for first in range(0, leg.n_clauses, COMPARED):
        rows = np.arange(first, min(first + COMPARED, leg.n_clauses))
        positions, counts = leg.runs(rows)
        scores = leg.at(rows_in_runs(positions, counts)) @ queries.T
        best[rows] = np.maximum.reduceat(scores, np.cumsum(counts) - counts, axis=0)
    shares = []
    for number, query in enumerate(queries):
        truly = np.argpartition(-best[:, number], 10)[:10]
        shares.append(len({row for row, _ in leg.search(query, 10)} & set(truly.tolist())) / 10)
    return {
        "recall@10": round(float(np.mean(shares)), 4),
        "searched": f"IVF{leg.inverted.index.nlist},RaBitQ nprobe {lists_probed(leg.inverted.index.nlist)}",
        "filters_exact": _filters_exact(opened, leg, best, queries),
    }


def _filters_exact(opened: Index, leg: Dense, best: Vectors, queries: Vectors) -> bool:
    """Whether every query under a place's filter gives the best scores that there are in that place."""
    places = opened.places()
    for number, query in enumerate(queries[:50]):
        scope = opened.allowed(Filters(places=(places[number * 37 % len(places)],)))
        allowed: np.ndarray[tuple[int], np.dtype[np.int64]] = scope.rows  # type: ignore[union-attr]
        found = [score for _, score in leg.search(query, 10, allowed=allowed)]
        truly = np.sort(best[allowed, number])[::-1][:10]
        if not np.allclose(found, truly, atol=1e-5):
            return False
    return True


def main() -> None:
    """Print the figures of the step as one JSON object."""
    step, *given = sys.argv[1:]
    paths = [Path(text) for text in given]
    if step == "build":
        figures = build_step(paths[0], paths[1])
    elif step == "change":
        figures = change_step(paths[0], paths[1])
    else:
        figures = ask_step(paths[0])
    sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main()

"""Others beside us: the same clauses, the same encoder, the same questions, in the same run.

`python -m bench.peers [--report bench/peers.md]` needs requirements-peers.txt. Each is set up as its own documentation says;
where it takes tokens, it gets those of our own lexical leg, words and pairs of characters, for a tokeniser of European
languages finds nothing in Chinese. Questions are given as they were asked, answers are clause ids; a pipeline that cuts
fixed windows is judged by the quotes that its windows hold. Times are of one question at a time, its encoding included;
what is compared are ratios within the run, and quality beside speed. Deterministic but for the times.
"""

from __future__ import annotations

import argparse
import platform
import shutil
import sys
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench.load import percentile
from eval.gold import GoldQuery
from eval.judging import Judged, judge
from eval.retrieval import RetrievalReport, mean, retrievable, score_runs
from eval.sets import load_sets, queries_of
from eval.tables import Table, as_markdown, as_text
from eval.trec import Run
from eval.windows import Window, judge_windows
from indexer.build import build
from indexer.index import Encoder, Index, load_encoder, open_index
from indexer.index.passage import passage_text
from indexer.index.tokens import tokens
from indexer.records import Notice, Query
from indexer.search import search

__all__ = ["PEERS", "Given", "Measured", "Peer", "compare"]

DEPTH = 10
ROUNDS = 3  # every question so often; the best counts as its time
OWN = "this one"


@dataclass(frozen=True, slots=True)
class Given:
    """What every peer is given."""

    notices: Sequence[Notice]
    clauses: Sequence[tuple[str, str]]  # clause_id, its text under its title and headings
    encoder: Encoder

    def encoded(self, texts: Sequence[str]) -> Any:  # noqa: ANN401 (an array of [len(texts), dim])
        """The vectors of texts that are searched."""
        return self.encoder.encode_clauses(list(texts))

    def encoded_question(self, text: str) -> Any:  # noqa: ANN401 (an array of [dim])
        """The vector of a question."""
        return self.encoder.encode_queries([text])[0]


class Peer(ABC):
    """A way to search clauses, with what it needs on disk in a folder."""

    name: str
    package: str  # whose version is told; none for ours
    settings: str

    def __init__(self, given: Given, folder: Path) -> None:
        self.given, self.folder = given, folder

    @abstractmethod
    def build(self) -> None:
        """Make everything ready to be asked."""

    @abstractmethod
    def search(self, text: str, k: int) -> list[str]:
        """The k best clauses, or windows, best first."""

    def judged(self, queries: Sequence[GoldQuery], judged: Judged) -> Judged:
        """The judgements of what it gives."""
        del queries
        return judged


class Windows(Peer):
    """The pipeline of LangChain's tutorials: fixed windows in a flat FAISS index, by meaning alone."""

    name = "fixed windows, FAISS"
    package = "langchain-text-splitters"
    settings = (
        "RecursiveCharacterTextSplitter, 500 characters, 100 shared, Chinese separators as documented; IndexFlatL2"
    )

    def build(self) -> None:
        """Cut, encode, store."""
        import faiss
        from langchain_text_splitters import RecursiveCharacterTextSplitter

        # https://docs.langchain.com: splitting text from languages without word boundaries
        separators = ["\n\n", "\n", " ", ".", ",", "\u200b", "\uff0c", "\u3001", "\uff0e", "\u3002", ""]
        splitter = RecursiveCharacterTextSplitter(separators=separators, chunk_size=500, chunk_overlap=100)
        self._windows = [
            Window(f"{notice.doc_id}:w{number:04d}", notice.doc_id, notice.title, text)
            for notice in self.given.notices
            for number, text in enumerate(splitter.split_text(notice.body))
        ]
        vectors = self.given.encoded([window.text for window in self._windows])
        self._index = faiss.IndexFlatL2(vectors.shape[1])
        self._index.add(vectors)
        faiss.write_index(self._index, str(self.folder / "index.faiss"))

    def search(self, text: str, k: int) -> list[str]:
        """By meaning."""
        _, found = self._index.search(self.given.encoded_question(text)[None], k)
        return [self._windows[row].window_id for row in found[0] if row >= 0]

    def judged(self, queries: Sequence[GoldQuery], judged: Judged) -> Judged:
        """A window is relevant if it holds a judged quote."""
        return judge_windows(queries, self._windows, judged)


class Txtai(Peer):
    """txtai's hybrid search: a dense index and BM25, mixed in halves."""

    name = "txtai, hybrid"
    package = "txtai"
    settings = "hybrid, BM25 normalised, FAISS; our vectors by `transform`, our tokens by white space"

    def build(self) -> None:
        """One index of both."""
        from txtai import Embeddings

        self._embeddings = Embeddings(
            method="external", transform=lambda texts: self._vectors(texts), hybrid=True, content=False,
            scoring={"method": "bm25", "terms": True, "normalize": True, "tokenizer": {"whitespace": True}},
        )  # fmt: skip
        self._texts = {" ".join(tokens(text)): text for _, text in self.given.clauses}
        self._question: tuple[str, str] | None = None
        self._embeddings.index((clause_id, " ".join(tokens(text)), None) for clause_id, text in self.given.clauses)
        self._embeddings.save(str(self.folder / "txtai"))

    def _vectors(self, texts: Sequence[str]) -> Any:  # noqa: ANN401
        # txtai gives both legs the same words: here the text is put back that they were made from
        if self._question is not None and list(texts) == [self._question[0]]:
            return self.given.encoded_question(self._question[1])[None]
        return self.given.encoded([self._texts[text] for text in texts])

    def search(self, text: str, k: int) -> list[str]:
        """By both."""
        self._question = (" ".join(tokens(text)), text)
        return [clause_id for clause_id, _ in self._embeddings.search(self._question[0], k)]


class LanceDb(Peer):
    """LanceDB's hybrid search: vectors and full text, mixed by reciprocal ranks."""

    name = "LanceDB, hybrid"
    package = "lancedb"
    settings = "no vector index (exact), full-text index over our tokens by white space, RRFReranker"

    def build(self) -> None:
        """A table with both."""
        import lancedb
        from lancedb.index import FTS
        from lancedb.rerankers import RRFReranker

        vectors = self.given.encoded([text for _, text in self.given.clauses])
        rows = [
            {"id": clause_id, "words": " ".join(tokens(text)), "vector": vector}
            for (clause_id, text), vector in zip(self.given.clauses, vectors, strict=True)
        ]
        self._table = lancedb.connect(str(self.folder / "lancedb")).create_table("clauses", rows)
        words = FTS(base_tokenizer="whitespace", stem=False, remove_stop_words=False, ascii_folding=False)
        self._table.create_index("words", config=words)
        self._reranker = RRFReranker()

    def search(self, text: str, k: int) -> list[str]:
        """By both."""
        asked = self._table.search(query_type="hybrid", vector_column_name="vector", fts_columns="words")
        asked = asked.vector(self.given.encoded_question(text)).text(" ".join(tokens(text)))
        return [row["id"] for row in asked.distance_type("cosine").rerank(self._reranker).limit(k).to_list()]


class Bm25s(Peer):
    """bm25s: words alone, in sparse matrices."""

    name = "bm25s"
    package = "bm25s"
    settings = "Lucene's variant, k1 1.5, b 0.75 (its defaults); our tokens"

    def build(self) -> None:
        """Count words."""
        import bm25s

        self._retriever = bm25s.BM25()
        self._retriever.index([tokens(text) for _, text in self.given.clauses], show_progress=False)
        self._retriever.save(str(self.folder / "bm25s"))

    def search(self, text: str, k: int) -> list[str]:
        """By words."""
        known = [token for token in tokens(text) if token in self._retriever.vocab_dict]
        if not known:
            return []
        found, _ = self._retriever.retrieve([known], k=k, show_progress=False)
        return [self.given.clauses[row][0] for row in found[0]]


class Ours(Peer):
    """This project's search, by words and by meaning; its time has the planning of the question in it."""

    name = OWN
    package = ""
    settings = "as installed"
    index: Index

    def build(self) -> None:
        """Nothing: the index is what the others were given their clauses from."""

    def search(self, text: str, k: int) -> list[str]:
        """As `python -m indexer search`."""
        return [hit.clause_id for hit in search(self.index, Query(text), k=k)]


PEERS: tuple[type[Peer], ...] = (Windows, Txtai, LanceDb, Bm25s)


@dataclass(frozen=True, slots=True)
class Measured:
    """What one of them took, and gave."""

    name: str  # with the version
    settings: str
    build_seconds: float  # encoding included; ours with reading and parsing
    disk_bytes: int
    run: Run
    judged: Judged
    times: tuple[float, ...]  # seconds, one a question


def measure(peer: Peer, queries: Sequence[GoldQuery], judged: Judged, *, built: float | None = None) -> Measured:
    """Build, ask everything, ask again for the times; `built` is how long it took where that was done before."""
    started = time.perf_counter()
    peer.build()
    seconds = time.perf_counter() - started if built is None else built
    run: Run = {}
    for query in queries:
        found = peer.search(query.text, DEPTH)
        run[query.query_id] = [(clause_id, float(DEPTH - rank)) for rank, clause_id in enumerate(found)]
    best = [float("inf")] * len(queries)
    for _ in range(ROUNDS):
        for row, query in enumerate(queries):
            started = time.perf_counter()
            peer.search(query.text, DEPTH)
            best[row] = min(best[row], time.perf_counter() - started)
    size = sum(file.stat().st_size for file in peer.folder.rglob("*") if file.is_file())
    named = f"{peer.name} ({version(peer.package)})" if peer.package else peer.name
    return Measured(named, peer.settings, seconds, size, run, peer.judged(queries, judged), tuple(best))


def compare(
    corpora: Sequence[Path], queries: Sequence[GoldQuery], encoder: Encoder, folder: Path
) -> tuple[list[Measured], RetrievalReport]:
    """Us and all peers over the notices of the corpora; the retrievable questions are asked."""
    started = time.perf_counter()
    build(corpora, folder / "own", encoder=encoder)
    built = time.perf_counter() - started
    with open_index(folder / "own", encoder) as index:
        judged = judge(queries, index)
        asked = retrievable(queries, judged.grades)
        notices = [index.notice(head.doc_id) for head in index.notices()]
        clauses = [
            (clause.clause_id, passage_text(notice.title, clause.headings, clause.text))
            for notice in notices
            for clause in notice.clauses
        ]
        given = Given(notices, clauses, encoder)
        ours = Ours(given, folder / "own")
        ours.index = index
        found = [measure(ours, asked, judged, built=built)]
        for kind in PEERS:
            own = folder / kind.__name__
            own.mkdir()
            found.append(measure(kind(given, own), asked, judged))
            shutil.rmtree(own)
    report = score_runs(asked, judged, {each.name: (each.run, each.judged) for each in found})
    return found, report


def tables(found: Sequence[Measured], report: RetrievalReport, n_clauses: int) -> Iterator[Table]:
    """Quality beside speed, and how each was set up."""
    ours = found[0]
    rows = []
    for each in found:
        low, high = report.interval(each.name, "nDCG@10")
        median, slow = percentile(each.times, 50), percentile(each.times, 95)
        rows.append(
            (
                each.name,
                f"{mean(report.values(each.name, 'nDCG@10')):.3f} [{low:.3f}, {high:.3f}]",
                f"{mean(report.values(each.name, 'R@10')):.3f}",
                "" if each is ours else f"{report.p_value(ours.name, each.name):.4f}",
                f"{median:.1f} ({median / percentile(ours.times, 50):.2f}×)",
                f"{slow:.1f} ({slow / percentile(ours.times, 95):.2f}×)",
                f"{each.build_seconds:.1f}",
                f"{each.disk_bytes / 1e6:.1f}",
            )
        )
    yield Table(
        f"{len(report.queries)} questions over {n_clauses} clauses",
        ("what", "nDCG@10", "R@10", "p", "ms, median (to ours)", "ms, p95 (to ours)", "build (s)", "disk (MB)"),
        tuple(rows),
        "Brackets hold the 95 % bootstrap interval, p is the paired randomisation test against ours. Our build reads and "
        "parses files and stores notices, units, dates and links as well; the others were given parsed clauses. Each was "
        "asked what it has: answers, units, filters and reasons for silence are ours alone and in no column.",
    )
    yield Table(
        "How each was set up", ("what", "settings"), tuple((each.name, each.settings) for each in found), words=1
    )


def main() -> int:
    """Print the tables; exit status 2 where a package is missing."""
    parser = argparse.ArgumentParser(prog="python -m bench.peers", description=__doc__)
    parser.add_argument("--gold", type=Path, action="append", default=[], metavar="FOLDER", help="default: the samples")
    parser.add_argument(
        "--corpus", type=Path, action="append", default=[], metavar="FOLDER", help="default: the samples"
    )
    parser.add_argument("--report", type=Path, metavar="FILE", help="write them as Markdown too")
    options = parser.parse_args()
    try:
        import bm25s  # noqa: F401
        import lancedb  # noqa: F401
        import langchain_text_splitters  # noqa: F401
        import txtai  # noqa: F401
    except ImportError as error:
        sys.stderr.write(f"{error}; pip install -r requirements-peers.txt\n")
        return 2
    sets = load_sets(options.gold, options.corpus)
    with tempfile.TemporaryDirectory(prefix="tiaowen-peers-") as folder:
        found, report = compare([each.corpus for each in sets], queries_of(sets), load_encoder(), Path(folder))
        with open_index(Path(folder) / "own") as index:
            shown = list(tables(found, report, index.manifest.n_clauses))
    sys.stdout.write(as_text(shown) + "\n")
    if options.report:
        where = f"Python {platform.python_version()}, {platform.machine()}, {datetime.now(UTC):%Y-%m-%d}"
        command = " ".join(["python -m bench.peers", *sys.argv[1:]])
        options.report.write_text(
            as_markdown(shown, heading=f"Others beside us ({where})", command=command), encoding="utf-8"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""How fast notices are parsed, indexed and searched, each beside the least work that could be done instead.

`pytest bench` prints one table a group; the figures in brackets are ratios to the fastest of the group.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from indexer.build import build
from indexer.index import Encoder, Index, load_encoder, open_index
from indexer.index.generations import LEXICAL, VECTORS
from indexer.index.passage import passage
from indexer.index.tokens import tokens
from indexer.notices import parse
from indexer.records import Mode, Query
from indexer.search import plan, search
from indexer.sources import find_files, read

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

SAMPLES = Path(__file__).resolve().parents[1] / "corpus" / "samples"
QUESTIONS = ("养老服务由哪个部门牵头?", "物流补贴每年多少钱?", "夜间经济有哪些措施?", "数字政府建设什么时候完成?")
NUMBERING = re.compile(r"(?:^|\s)(?:[一二三四五六七八九十]+、|[(\uff08][一二三四五六七八九十]+[)\uff09]|\d+[.\uff0e])")


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder()


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("bench")
    build([SAMPLES], folder, encoder=encoder)
    with open_index(folder, encoder) as opened:
        opened.dense("服务业", 1)
        yield opened


def _live(index: Index) -> Path:
    return index.directory / (index.directory / "CURRENT").read_text(encoding="utf-8").strip()


def _in_turn(questions: tuple[str, ...], ask: Callable[[str], Any]) -> Callable[[], list[Any]]:
    """All questions, one after another: the time shown is for len(QUESTIONS) searches."""
    return lambda: [ask(question) for question in questions]


# --- parsing -----------------------------------------------------------------------------------


def _megabytes(benchmark: BenchmarkFixture, size: int) -> None:
    assert benchmark.stats is not None
    benchmark.extra_info["MB/s"] = round(size / 1e6 / benchmark.stats.stats.mean, 3)


@pytest.mark.benchmark(group="parse the samples")
def test_parse(benchmark: BenchmarkFixture) -> None:
    raws = [read(path) for path in find_files([SAMPLES])]
    parse(raws[0])  # what is loaded once is not counted
    notices = benchmark(lambda: [parse(raw) for raw in raws])
    _megabytes(benchmark, sum(len(notice.body.encode()) for notice in notices))


@pytest.mark.benchmark(group="parse the samples")
def test_baseline_split_at_numbers(benchmark: BenchmarkFixture) -> None:
    bodies = [parse(read(path)).body for path in find_files([SAMPLES])]
    benchmark(lambda: [NUMBERING.split(body) for body in bodies])
    _megabytes(benchmark, sum(len(body.encode()) for body in bodies))


# --- building ----------------------------------------------------------------------------------


@pytest.mark.benchmark(group="build the samples")
def test_build(benchmark: BenchmarkFixture, tmp_path: Path, encoder: Encoder) -> None:
    folders = iter(range(1_000))
    benchmark.pedantic(lambda: build([SAMPLES], tmp_path / str(next(folders)), encoder=encoder), rounds=5)  # type: ignore[no-untyped-call]


@pytest.mark.benchmark(group="build the samples")
def test_build_again_without_a_change(benchmark: BenchmarkFixture, tmp_path: Path, encoder: Encoder) -> None:
    build([SAMPLES], tmp_path, encoder=encoder)
    benchmark.pedantic(lambda: build([SAMPLES], tmp_path, encoder=encoder), rounds=5)  # type: ignore[no-untyped-call]


@pytest.mark.benchmark(group="build the samples")
def test_baseline_encode_the_clauses(benchmark: BenchmarkFixture, encoder: Encoder) -> None:
    notices = [parse(read(path)) for path in find_files([SAMPLES])]
    texts = [passage(notice, clause) for notice in notices for clause in notice.clauses]
    benchmark.pedantic(lambda: encoder.encode_clauses(texts), rounds=5, warmup_rounds=1)  # type: ignore[no-untyped-call]


# --- searching ---------------------------------------------------------------------------------


@pytest.mark.benchmark(group="search, 4 questions")
@pytest.mark.parametrize("mode", ["lexical", "dense", "hybrid"])
def test_search(benchmark: BenchmarkFixture, index: Index, mode: Mode) -> None:
    benchmark(_in_turn(QUESTIONS, lambda question: search(index, Query(question), mode=mode)))


@pytest.mark.benchmark(group="search, 4 questions")
def test_baseline_plan_the_question(benchmark: BenchmarkFixture, index: Index) -> None:
    benchmark(_in_turn(QUESTIONS, lambda question: plan(index, Query(question))))


@pytest.mark.benchmark(group="search, 4 questions")
def test_baseline_tantivy_alone(benchmark: BenchmarkFixture, index: Index) -> None:
    import tantivy

    stored = tantivy.Index.open(str(_live(index) / LEXICAL))
    searcher, schema = stored.searcher(), stored.schema

    def ask(question: str) -> object:
        terms = [tantivy.Query.term_query(schema, "text", term, "freq") for term in dict.fromkeys(tokens(question))]
        wanted = tantivy.Query.boolean_query([(tantivy.Occur.Should, term) for term in terms])
        return searcher.search(wanted, 100).hits

    benchmark(_in_turn(QUESTIONS, ask))


@pytest.mark.benchmark(group="search, 4 questions")
def test_baseline_faiss_alone(benchmark: BenchmarkFixture, index: Index, encoder: Encoder) -> None:
    import faiss

    vectors = faiss.read_index(str(_live(index) / VECTORS))
    asked = {question: encoder.encode_queries([question]) for question in QUESTIONS}
    benchmark(_in_turn(QUESTIONS, lambda question: vectors.search(asked[question], 100)))


@pytest.mark.benchmark(group="search, 4 questions")
def test_baseline_encode_the_question(benchmark: BenchmarkFixture, encoder: Encoder) -> None:
    benchmark(_in_turn(QUESTIONS, lambda question: encoder.encode_queries([question])))

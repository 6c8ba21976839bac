"""How fast notices are parsed, indexed and searched, each beside the least work that could be done instead.

`pytest bench` prints one table a group; the figures in brackets are ratios to the fastest of the group. How parsing grows
with length stands in a table of its own at the end, in MB of text a second.
"""

from __future__ import annotations

import hashlib
import re
import time
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
from indexer.records import Mode, Query, RawNotice, Source
from indexer.search import plan, search
from indexer.sources import find_files, read
from indexer.sources.text import read_text

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

Note = Callable[[str, str, float], None]

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


@pytest.mark.benchmark(group="parse the samples")
def test_parse(benchmark: BenchmarkFixture) -> None:
    raws = [read(path) for path in find_files([SAMPLES])]
    parse(raws[0])  # what is loaded once is not counted
    benchmark(lambda: [parse(raw) for raw in raws])


@pytest.mark.benchmark(group="parse the samples")
def test_baseline_split_at_numbers(benchmark: BenchmarkFixture) -> None:
    bodies = [parse(read(path)).body for path in find_files([SAMPLES])]
    benchmark(lambda: [NUMBERING.split(body) for body in bodies])


# --- parsing, growing --------------------------------------------------------------------------

UNIT = 10_000  # characters of a text of size 1
SIZES = (1, 10, 100)
ROUNDS = 3


@pytest.fixture(scope="module")
def long_text() -> str:
    """The samples again and again, each time with other characters for two common ones, enough for all rounds.

    So most sentences stand there once, and what the parser remembers of a sentence helps it as little as in an archive.
    """
    bodies = "\n".join(parse(read(path)).body for path in find_files([SAMPLES]))
    copies = ROUNDS * UNIT * SIZES[-1] // len(bodies) + 1
    return "\n".join(_varied(bodies, n) for n in range(copies))


def _varied(text: str, n: int) -> str:
    return text.replace("加", chr(0x6C00 + n)).replace("务", chr(0x7C00 + n))


def _raw(text: str) -> RawNotice:
    content = text.encode()
    return read_text(Source("grown.txt", None, hashlib.sha256(content).hexdigest(), "text/plain"), content)


def _note_rounds(
    benchmark: BenchmarkFixture, note: Note, row: str, size: int, texts: list[str], work: Callable[[str], object]
) -> None:
    """Let `work` run on a text a round, and note how many MB of text it takes a second, by the fastest round."""
    left = iter(texts)
    benchmark.pedantic(work, setup=lambda: ((next(left),), {}), rounds=len(texts))  # type: ignore[no-untyped-call]
    assert benchmark.stats is not None
    megabytes = sum(len(text.encode()) for text in texts) / len(texts) / 1e6
    note(row, f"{size}×", megabytes / benchmark.stats.stats.min)


def _texts(long_text: str, size: int) -> list[str]:
    length = size * UNIT
    return [long_text[n * length : (n + 1) * length] for n in range(ROUNDS)]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.benchmark(group="parse, growing", timer=time.process_time)
def test_parse_one_long_document(benchmark: BenchmarkFixture, note_speed: Note, long_text: str, size: int) -> None:
    _note_rounds(benchmark, note_speed, "one document", size, _texts(long_text, size), lambda text: parse(_raw(text)))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.benchmark(group="parse, growing", timer=time.process_time)
def test_parse_many_documents(benchmark: BenchmarkFixture, note_speed: Note, long_text: str, size: int) -> None:
    def work(text: str) -> None:
        for at in range(0, len(text), UNIT):
            parse(_raw(text[at : at + UNIT]))

    _note_rounds(benchmark, note_speed, "many documents", size, _texts(long_text, size), work)


@pytest.mark.benchmark(group="parse, growing", timer=time.process_time)
def test_parse_a_million_characters_on_one_line(benchmark: BenchmarkFixture, note_speed: Note, long_text: str) -> None:
    texts = [text.replace("\n", " ") for text in _texts(long_text, SIZES[-1])]
    _note_rounds(benchmark, note_speed, "one line", SIZES[-1], texts, lambda text: parse(_raw(text)))


@pytest.mark.benchmark(group="parse, growing", timer=time.process_time)
def test_parse_real_notices(benchmark: BenchmarkFixture, note_speed: Note, shared: Path) -> None:
    """Notices of real offices, where they lie beside the project: less dense in units and figures than the samples."""
    raws = [read(path) for path in find_files([shared / "notices" / "txt", shared / "seeds"])]
    whole = "\f".join("\n".join(block.text for block in raw.blocks) for raw in raws)
    for path in find_files([SAMPLES]):
        parse(read(path))  # what is loaded once is not counted

    def work(text: str) -> None:
        for page in text.split("\f"):
            parse(_raw(page))

    texts = [_varied(whole, n) for n in range(ROUNDS)]
    _note_rounds(benchmark, note_speed, "real notices", len(whole) // UNIT, texts, work)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.benchmark(group="parse, growing", timer=time.process_time)
def test_baseline_split_the_lines(benchmark: BenchmarkFixture, note_speed: Note, long_text: str, size: int) -> None:
    def work(text: str) -> None:
        for line in text.split("\n"):
            NUMBERING.split(line)

    _note_rounds(benchmark, note_speed, "splitting at numbers", size, _texts(long_text, size), work)


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

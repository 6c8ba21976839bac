"""How fast texts are encoded: the bundled model, a Transformer of realistic size with random weights, cutting words alone.

The Transformer has 4 layers of 312 numbers, as small Chinese models on the hub have; its weights say nothing, its speed does.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from indexer.index import Encoder, load_encoder
from indexer.index.encoder import BUNDLED
from indexer.index.passage import views
from indexer.notices import parse
from indexer.sources import find_files, read
from tests.small_models import save_bert

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

SAMPLES = Path(__file__).resolve().parents[1] / "corpus" / "samples"
QUESTION = "养老服务由哪个部门牵头?"
TEXTS = 64


@pytest.fixture(scope="module")
def transformer(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    folder = tmp_path_factory.mktemp("models") / "transformer"
    return load_encoder(str(save_bert(folder, layers=4, dim=312, heads=12, length=512)))


@pytest.fixture(scope="module")
def texts() -> list[str]:
    """As many texts, as the index encodes them: clauses and groups of sentences with their context."""
    notices = [parse(read(path)) for path in find_files([SAMPLES])[:12]]
    found = [view for n in notices for clause in n.clauses for view in views(n.title, clause.headings, clause.text)]
    return found[:: len(found) // TEXTS][:TEXTS]


@pytest.mark.benchmark(group=f"encode {TEXTS} texts")
def test_encode_clauses_bundled(benchmark: BenchmarkFixture, texts: list[str]) -> None:
    encoder = load_encoder()
    benchmark(lambda: encoder.encode_clauses(texts))


@pytest.mark.benchmark(group=f"encode {TEXTS} texts")
def test_encode_clauses_transformer(benchmark: BenchmarkFixture, texts: list[str], transformer: Encoder) -> None:
    benchmark.pedantic(lambda: transformer.encode_clauses(texts), rounds=3, warmup_rounds=1)  # type: ignore[no-untyped-call]


@pytest.mark.benchmark(group=f"encode {TEXTS} texts")
def test_baseline_cut_the_words(benchmark: BenchmarkFixture, texts: list[str]) -> None:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(BUNDLED / "tokenizer.json"))
    benchmark(lambda: tokenizer.encode_batch(texts, add_special_tokens=False))


@pytest.mark.benchmark(group="encode a question")
def test_encode_a_question_bundled(benchmark: BenchmarkFixture) -> None:
    encoder = load_encoder()
    benchmark(lambda: encoder.encode_queries([QUESTION]))


@pytest.mark.benchmark(group="encode a question")
def test_encode_a_question_transformer(benchmark: BenchmarkFixture, transformer: Encoder) -> None:
    benchmark(lambda: transformer.encode_queries([QUESTION]))

"""How alike two indexes answer, and that a difference shows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from eval.overlap import build_times, overlap, overlap_table, overlap_values, sizes_table
from indexer.build import build
from indexer.index import Index, open_index
from indexer.index.milvus_index import MilvusIndex
from indexer.index.milvus_sizes import bytes_per_clause
from indexer.records import Query
from tests.hash_encoder import HashEncoder
from tests.search_corpus import YUNZE, write_corpus
from tests.search_fixture import built

ENCODER = HashEncoder(dim=32)
QUERIES = [
    Query(text, f"q{number}")
    for number, text in enumerate(["谁负责培训养老护理人员?", "夜市街区由谁牵头?", "工业设计补助多少钱?"])
]


@pytest.fixture(scope="module")
def notices(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_corpus(tmp_path_factory.mktemp("notices"))


@pytest.fixture(scope="module")
def local(notices: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    with built(notices, tmp_path_factory.mktemp("overlap"), ENCODER) as index:
        yield index


def test_an_index_is_like_one_in_milvus_and_its_sizes_are_told(notices: Path, local: Index, tmp_path: Path) -> None:
    address = f"milvus-lite:{tmp_path / 'lite'}"
    times = build_times(sorted(notices.iterdir()), address, ENCODER)
    assert times.n_clauses == local.manifest.n_clauses
    assert min(times.whole, times.unchanged, times.less, times.more) > 0
    with open_index(address, ENCODER) as other:
        found = overlap(local, other, QUERIES)
        assert isinstance(other, MilvusIndex)
        sizes = bytes_per_clause(other)
    assert [(each.mode, each.mean, each.least, each.same_order) for each in found] == [
        (mode, 1.0, 1.0, 3) for mode in ("hybrid", "lexical", "dense")
    ]
    assert overlap_values(found)["hybrid"]["overlap"] == 1.0
    assert overlap_table(found, ("folder", "milvus")).rows[0][:3] == ("hybrid", "3", "1.000")
    assert sizes["bytes: vectors"] == pytest.approx(4 * 32 * sizes["vectors"])
    assert sizes["vectors"] >= 1
    assert len(sizes_table(sizes).rows) == len(sizes)


def test_an_index_of_other_notices_is_less_alike(local: Index, tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "云泽2021.txt").write_text(YUNZE, encoding="utf-8")
    build([tmp_path / "one"], tmp_path / "index", encoder=ENCODER)
    with open_index(tmp_path / "index", ENCODER) as other:
        found = overlap(local, other, QUERIES)
    assert all(each.mean < 0.9 and each.same_order < 3 for each in found)

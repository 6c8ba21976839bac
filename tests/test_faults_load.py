"""Many at once, in short: `python -m bench.load` and `python -m bench.app_load` ask for longer and print their figures."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.app_load import measure as measure_app
from bench.load import MOST_GROWTH_MB, measure, requests_of
from indexer.build import build
from indexer.index.encoder import BUNDLED
from tests.search_corpus import write_corpus
from tests.search_fixture import small_index


def test_eight_threads_get_what_one_gets_and_memory_stays_within_its_bound(tmp_path: Path) -> None:
    with small_index(tmp_path) as index:
        found = measure(
            index, requests_of(("养老服务由哪个部门牵头?", "夜市有几条?", "人才补助多少钱?")), threads=8, seconds=4
        )
    assert found.errors == ()
    assert found.different == 0
    assert found.asked > found.threads
    assert found.memory_growth < MOST_GROWTH_MB


def test_readers_of_the_app_at_the_same_time_get_what_one_gets(tmp_path: Path) -> None:
    if not BUNDLED.is_dir():
        pytest.skip("needs the bundled encoder in embeddings/encoder")
    build([write_corpus(tmp_path / "notices")], tmp_path / "index")
    questions = ("特色夜市由谁牵头?", "养老机构的床位补贴多少钱?")
    found = measure_app(tmp_path / "index", sessions=4, seconds=4, questions=questions, seconds_between=0.2)
    assert found["errors"] == []
    assert found["different"] == 0
    assert isinstance(found["asked"], int)
    assert found["asked"] >= 4

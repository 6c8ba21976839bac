"""Many at once, in short: `python -m bench.load`, `bench.app_load` and `bench.api_load` ask for longer and print their figures."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.api_load import calls_over, tables
from bench.api_load import measure as measure_api
from bench.app_load import measure as measure_app
from bench.load import MOST_GROWTH_MB, Asking, ask_at_once, measure, requests_of
from indexer.access.keys import make_key
from indexer.build import build
from indexer.index.encoder import BUNDLED
from tests.restricted_fixture import build_guarded
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


def test_clients_of_the_api_at_the_same_time_get_what_one_gets_and_memory_stays_within_its_bound(
    tmp_path: Path,
) -> None:
    if not BUNDLED.is_dir():
        pytest.skip("needs the bundled encoder in embeddings/encoder")
    index = build_guarded(tmp_path)
    keys = {role: make_key(index, name=role, roles=(role,)).token for role in ("reader", "admin")}
    found = measure_api(index, keys, clients=6, seconds=4, questions=("特色夜市由谁牵头?",))
    assert found.errors == ()
    assert found.different == 0
    assert found.memory_growth < MOST_GROWTH_MB
    assert found.holds
    asked = {each.operation: each.asked for each in found.operations}
    assert sum(asked.values()) == found.asked
    assert found.asked > found.clients
    assert {"GET /search", "POST /search", "GET /ask", "POST /precedents"} <= {
        call.operation for call in calls_over((), ())
    }
    assert 0 < found.unchanged < found.asked
    named = [row[0] for table in tables(found) for row in table.rows]
    assert [operation for operation in asked if operation not in named] == []


def test_a_wrong_reply_and_an_error_are_counted_and_do_not_end_a_load() -> None:
    def reply(request: str) -> str:
        if request == "error":
            raise RuntimeError("no reply")
        return request

    asking = [
        Asking(("right", "wrong", "error"), ("right", "other", ""), reply, seed=seed, seconds=0.2) for seed in range(2)
    ]
    took, memory = ask_at_once(asking, lambda: 1.0)
    assert 0.2 <= took < 5
    assert set(memory) == {1.0}
    for thread in asking:
        replies = [request for request, _ in thread.times]
        assert thread.different == replies.count("wrong") > 0
        assert "right" in replies
        assert thread.errors
        assert "no reply" in thread.errors[0]

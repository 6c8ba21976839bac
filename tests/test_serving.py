"""What stays running: the live index through builds, threads that are bounded, and addresses."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from indexer.build import build
from indexer.errors import IndexMissing, Overloaded, TooSlow, UsageError
from indexer.index import Index
from indexer.serving.listening import address_of, host_and_port, listen
from indexer.serving.live_index import LiveIndex
from indexer.serving.workers import Workers
from tests.event_loop import run_to_end
from tests.search_corpus import write_corpus


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    build([write_corpus(tmp_path / "notices")], tmp_path / "index")
    return tmp_path / "index"


def build_again(directory: Path, n: int) -> None:
    notices = directory.parent / "notices"
    (notices / f"{n}.txt").write_text(
        f"关于第{n}号井盖的通知\n\n一、更换第{n}号井盖。（责任单位：市城管局）\n", encoding="utf-8"
    )
    build([notices], directory)


def is_open(index: Index) -> bool:
    try:
        index.clauses_of_units(["市民政局"])
    except UsageError:
        return False
    return True


def until(condition: Callable[[], bool]) -> bool:
    ends = time.monotonic() + 60
    while not condition() and time.monotonic() < ends:
        time.sleep(0.02)
    return condition()


# --- the live index ------------------------------------------------------------------------------


def test_a_build_is_seen_and_what_answers_from_older_generations_keeps_them(directory: Path) -> None:
    live = LiveIndex(directory)
    with live.held() as first, live.held() as again:
        assert again is first
        for n in range(3):
            build_again(directory, n)
            with live.held() as newest:
                assert newest.manifest.n_notices == first.manifest.n_notices + n + 1
        assert is_open(first)
    assert until(lambda: not is_open(first))
    assert live.current() is newest
    live.close()
    assert until(lambda: not is_open(newest))


def test_the_generation_before_stays_open_for_whoever_does_not_say_when_it_is_done(directory: Path) -> None:
    live = LiveIndex(directory)
    first = live.current()
    build_again(directory, 1)
    second = live.current()
    assert second is not first
    assert is_open(first)
    build_again(directory, 2)
    live.current()
    assert until(lambda: not is_open(first))
    assert is_open(second)
    live.close()


def test_a_missing_index_is_said_and_found_once_it_is_there(tmp_path: Path) -> None:
    live = LiveIndex(tmp_path / "index")
    with pytest.raises(IndexMissing, match="there is no index here"):
        live.current()
    build([write_corpus(tmp_path / "notices")], tmp_path / "index")
    assert live.current().manifest.n_notices == 3
    live.close()


# --- threads -------------------------------------------------------------------------------------


def test_what_there_is_no_place_for_is_refused_and_taken_once_there_is() -> None:
    async def asked() -> list[object]:
        go_on = threading.Event()
        workers = Workers(1, waiting=1, seconds=30)
        tasks = [asyncio.create_task(workers.run(go_on.wait)) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(Overloaded) as refused:
            await workers.run(lambda: 1)
        assert refused.value.retry_after == 1
        go_on.set()
        answers = [*await asyncio.gather(*tasks), await workers.run(lambda: 2)]
        workers.close()
        return answers

    assert run_to_end(asked) == [True, True, 2]


def test_what_takes_too_long_is_given_up_and_keeps_its_place_until_it_ends() -> None:
    async def asked() -> int:
        go_on = threading.Event()
        workers = Workers(1, waiting=0, seconds=0.1)
        with pytest.raises(TooSlow, match=r"within 0\.1 s"):
            await workers.run(go_on.wait)
        with pytest.raises(Overloaded):
            await workers.run(lambda: 1)
        go_on.set()
        await asyncio.sleep(0.2)
        answer = await workers.run(lambda: 2)
        workers.close()
        return answer

    assert run_to_end(asked) == 2


def test_what_waited_too_long_is_never_begun() -> None:
    begun = []

    async def asked() -> None:
        go_on = threading.Event()
        workers = Workers(1, waiting=1, seconds=0.1)
        running = asyncio.create_task(workers.run(go_on.wait))
        await asyncio.sleep(0)
        waiting = asyncio.create_task(workers.run(lambda: begun.append(1)))
        outcomes = await asyncio.gather(running, waiting, return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [TooSlow, TooSlow]
        go_on.set()
        await asyncio.sleep(0.1)
        workers.close()

    run_to_end(asked)
    assert begun == []


def test_an_error_of_the_work_is_the_callers() -> None:
    def work() -> None:
        raise UsageError("no such unit")

    with pytest.raises(UsageError, match="no such unit"):
        run_to_end(lambda: Workers(1, waiting=0, seconds=5).run(work))


# --- addresses -----------------------------------------------------------------------------------


def test_addresses_are_host_and_port() -> None:
    assert host_and_port("127.0.0.1:8601") == ("127.0.0.1", 8601)
    assert host_and_port("[::1]:0") == ("::1", 0)
    for wrong in ("", "8601", "localhost", ":8601", "host:", "host:99999", "host:x"):
        with pytest.raises(UsageError, match="is no address"):
            host_and_port(wrong)


def test_a_port_that_is_taken_is_a_mistake_in_one_line() -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        assert address_of(taken) == f"http://127.0.0.1:{port}"
        with pytest.raises(UsageError, match=f"cannot listen on 127.0.0.1:{port}"):
            listen("127.0.0.1", port)
    with pytest.raises(UsageError, match="does not exist"):
        listen("127.0.0.1", 70000)
    with pytest.raises(UsageError, match="cannot listen on"):
        listen("192.0.2.1", 0)  # of no machine (RFC 5737)


def test_a_free_port_is_found_for_version_6_too() -> None:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("this machine has no IPv6")
    with listen("::1", 0) as opened:
        assert address_of(opened).startswith("http://[::1]:")


def test_a_connection_does_not_hold_back_the_second_part_of_a_reply() -> None:
    with listen("127.0.0.1", 0) as opened, socket.create_connection(opened.getsockname()):
        opened.setblocking(True)
        taken, _ = opened.accept()
        with taken:
            assert taken.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0

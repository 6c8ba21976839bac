"""The API under pressure: bodies that are too large or too slow, too many at once, an index that is gone, a stop."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from indexer.__main__ import main
from indexer.api import Limits
from indexer.api.problems import MEDIA_TYPE, TYPE
from tests.api_server import Reply, asked, posted, running, served_index, until_ready
from tests.app_fixture import ROOT

LONG_DRAFT = "\n".join(
    f"{n}、养老机构用水、用电、用气执行居民生活类价格，第{n}条由市民政局负责。" for n in range(1, 241)
)


def kind_of(reply: Reply) -> str:
    assert reply.headers["content-type"] == MEDIA_TYPE
    return str(reply.json["type"]).removeprefix(TYPE)


# --- bodies --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def narrow(samples: Path) -> Iterator[str]:
    """A server that takes bodies of 50 kB, answers one question at a time, and gives each a second and a half."""
    with served_index(samples, limits=Limits(body_bytes=50_000, seconds=1.5, threads=1, waiting=1)) as address:
        until_ready(address)
        yield address


def test_a_body_over_the_limit_is_refused_and_one_below_it_is_not(narrow: str) -> None:
    too_large = posted(narrow, "/search", {"q": "养" * 20_000})
    assert (too_large.status, kind_of(too_large)) == (413, "body-too-large")
    small = posted(narrow, "/search", {"q": "养老", "mode": "lexical"})
    assert small.status == 200


def begun(address: str, headers: bytes, *parts: bytes) -> tuple[int, str]:
    """Status and type of the reply to a request whose body has begun and does not end."""
    where = urlsplit(address)
    with socket.create_connection((str(where.hostname), where.port or 0), timeout=30) as connection:
        connection.sendall(b"POST /search HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n" + headers)
        for part in parts:
            connection.sendall(part)
        reply = http.client.HTTPResponse(connection)
        reply.begin()
        return reply.status, str(json.loads(reply.read())["type"]).removeprefix(TYPE)


def test_a_body_whose_length_is_not_told_is_refused_once_it_is_too_long(narrow: str) -> None:
    chunks = [b"%x\r\n%s\r\n" % (size, b"a" * size) for size in (49_000, 2_000)]
    assert begun(narrow, b"transfer-encoding: chunked\r\n\r\n", *chunks) == (413, "body-too-large")


def test_a_body_that_is_never_finished_is_given_up(narrow: str) -> None:
    assert begun(narrow, b"content-length: 100\r\n\r\n", b"{") == (408, "body-too-slow")


# --- time and places -----------------------------------------------------------------------------


def test_what_takes_too_long_ends_with_a_problem_and_others_are_refused_meanwhile(narrow: str) -> None:
    replies: list[Reply] = []
    asking = [
        threading.Thread(target=lambda: replies.append(posted(narrow, "/precedents", {"text": LONG_DRAFT})))
        for _ in range(2)
    ]
    for thread in asking:
        thread.start()
    time.sleep(0.3)
    refused = asked(narrow, "/notices")
    assert (refused.status, kind_of(refused), refused.headers["retry-after"]) == (503, "busy", "1")
    assert asked(narrow, "/health").status == 200  # does not wait behind questions
    for thread in asking:
        thread.join()
    assert [(reply.status, kind_of(reply)) for reply in replies] == [(504, "too-slow")] * 2
    assert "within 1.5 s" in replies[0].json["detail"]
    ends = time.monotonic() + 60
    while asked(narrow, "/notices", limit=1).status != 200:  # once the work that was given up has ended
        assert time.monotonic() < ends
        time.sleep(0.1)


# --- the index -----------------------------------------------------------------------------------


def test_without_an_index_the_server_says_so_without_saying_where_and_answers_once_it_is_there(
    samples: Path, tmp_path: Path
) -> None:
    directory = tmp_path / "index"
    with served_index(directory) as address:
        for path, parameters in (("/search", {"q": "养老"}), ("/health", {}), ("/notices/x", {})):
            reply = asked(address, path, **parameters)
            assert (reply.status, kind_of(reply)) == (503, "index-unavailable")
            assert str(tmp_path) not in reply.text
        assert "tiaowen_index_up 0.0" in asked(address, "/metrics").text
        shutil.copytree(samples, directory)
        assert asked(address, "/health").status == 200
        assert "tiaowen_index_up 1.0" in asked(address, "/metrics").text


# --- the process ---------------------------------------------------------------------------------


def test_the_log_has_a_line_a_request_without_the_question_and_a_signal_lets_what_runs_finish(samples: Path) -> None:
    replies: list[Reply] = []
    with running("--log", "json", "serve", "--index", samples, "--port", "0", "--seconds", "60") as server:
        until_ready(server.address)
        asked(server.address, "/search", q="独一无二的问题", headers={"x-request-id": "log-1"})
        asking = threading.Thread(
            target=lambda: replies.append(posted(server.address, "/precedents", {"text": LONG_DRAFT[:1200]}))
        )
        asking.start()
        time.sleep(0.5)
        assert replies == []
        server.process.send_signal(signal.SIGTERM)
        asking.join()
        assert server.process.wait(timeout=60) == 0
        with pytest.raises(OSError, match="refused"):
            asked(server.address, "/health")
        assert server.process.stdout is not None
        assert server.process.stdout.read() == ""
    assert replies[0].status == 200
    assert len(replies[0].json) > 20
    lines = [json.loads(line) for line in server.said]
    of_requests = [line for line in lines if line["logger"] == "indexer.api.access_log"]
    (found,) = [line for line in of_requests if line["request_id"] == "log-1"]
    assert (found["method"], found["route"], found["status"]) == ("GET", "/search", 200)
    assert found["bytes"] > 1000
    assert found["ms"] > 0
    assert of_requests[-1]["route"] == "/precedents"
    assert "独一无二" not in "".join(server.said)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--index", "nowhere"], "there is no index here"),
        (["--port", "70000"], "does not exist"),
        (["--host", "256.1.1.1", "--open"], "cannot listen on"),
        (["--workers", "0"], "--workers must be 1 or more"),
        (["--waiting", "-1"], "--waiting must be 0 or more"),
        (["--seconds", "0"], "--seconds must be a time"),
        (["--seconds", "nan"], "--seconds must be a time"),
    ],
)
def test_a_mistake_in_the_call_is_one_line(
    samples: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert main(["serve", "--index", str(samples), *arguments]) == 2
    done = capsys.readouterr()
    assert (done.out, len(done.err.splitlines()), said in done.err) == ("", 1, True)


def test_a_port_that_is_taken_is_one_line(samples: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = subprocess.run(
            [sys.executable, "-m", "indexer", "serve", "--index", str(samples), "--port", str(taken.getsockname()[1])],
            cwd=ROOT, env=os.environ, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert "give another --host or --port" in done.stderr

"""The protocol with a language model's endpoint: what is sent, what is read, and every way in which it fails."""

from __future__ import annotations

import logging
import socket
import threading
import time

import pytest

from indexer.errors import EndpointError, UsageError
from indexer.rewriting.chat import MOST_CHARACTERS, chat
from indexer.rewriting.endpoint import KEY, MODEL, TIMEOUT, URL, Endpoint, endpoint_from
from tests.model_server import (
    SECRET,
    ModelServer,
    Reply,
    in_steps,
    in_turn,
    model_server,
    piece,
    raw,
    silent,
    streamed,
    whole,
    without_end,
)

MESSAGES = (("system", "规则"), ("user", "问题"))


@pytest.fixture
def server(model: ModelServer) -> ModelServer:
    return model


def said(endpoint: Endpoint) -> str:
    return "".join(chat(endpoint, MESSAGES))


def failure(server: ModelServer, reply: Reply, *, seconds: float = 20.0) -> EndpointError:
    """The error that a reply leads to; its message is one line and has not the key."""
    server.reply = reply
    with pytest.raises(EndpointError) as caught:
        said(server.endpoint(seconds=seconds))
    assert len(str(caught.value).splitlines()) == 1
    assert SECRET not in str(caught.value)
    return caught.value


# --- what is sent --------------------------------------------------------------------------------


def test_the_request_has_the_messages_the_model_and_the_key_and_nothing_of_this_machine(
    server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_ADMIN_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID"):
        monkeypatch.setenv(name, "of-another-service")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Secret: of-another-service")
    server.reply = streamed("好")
    assert said(server.endpoint()) == "好"
    (asked,) = server.log
    assert asked.path == "/v1/chat/completions"
    assert asked.body["model"] == "test-model"
    assert asked.body["stream"] is True
    assert [message["content"] for message in asked.body["messages"]] == ["规则", "问题"]
    assert asked.headers["authorization"] == f"Bearer {SECRET}"
    assert asked.headers.keys() == {
        "host", "connection", "accept", "content-type", "content-length", "user-agent", "accept-encoding", "authorization",
    }  # fmt: skip


def test_without_a_key_none_is_sent(server: ModelServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "of-another-service")
    server.reply = streamed("好")
    said(server.endpoint(key=None))
    assert "authorization" not in server.log[0].headers


def test_a_redirect_is_not_followed_and_the_key_goes_nowhere_else(server: ModelServer) -> None:
    with model_server() as other:
        for status in (301, 302, 307, 308):
            location = f"{other.address}/v1/chat/completions"
            assert failure(server, raw("", status=status, location=location)).failure == "redirected"
        assert other.log == []


def test_the_key_is_in_no_log_and_in_no_representation(server: ModelServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    server.reply = streamed("好")
    said(server.endpoint())
    failure(server, raw(f"Incorrect API key provided: {SECRET}", "text/plain", status=401))
    failure(server, raw(f'data: {{"error": {{"message": "{SECRET}"}}}}\n\n'))
    assert SECRET not in caplog.text + repr(server.endpoint())


# --- what is read --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "reply", [streamed("一二三四五六七。", size=1), streamed("一二三四五六七。", size=50), whole("一二三四五六七。")]
)
def test_the_text_is_read_in_pieces_of_any_size_and_from_an_endpoint_that_does_not_stream(
    server: ModelServer, reply: Reply
) -> None:
    server.reply = reply
    assert said(server.endpoint()) == "一二三四五六七。"


def test_a_piece_is_given_before_the_next_one_is_sent(server: ModelServer) -> None:
    go_on = threading.Event()
    server.reply = in_steps(["第一", "第二"], go_on)
    pieces = chat(server.endpoint(), MESSAGES)
    assert next(pieces) == "第一"
    go_on.set()
    assert list(pieces) == ["第二"]


def test_a_stream_that_only_says_done_has_ended(server: ModelServer) -> None:
    server.reply = raw(piece("好") + "data: [DONE]\n\n")
    assert said(server.endpoint()) == "好"


# --- how it fails --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "kind", "requests"),
    [
        (401, "key_refused", 1), (403, "key_refused", 1), (404, "not_found", 1), (429, "busy", 2), (500, "http_error", 2),
        (503, "busy", 2), (418, "http_error", 1),
    ],
)  # fmt: skip
def test_a_status_is_named_and_only_what_passes_is_tried_once_more(
    server: ModelServer, status: int, kind: str, requests: int
) -> None:
    error = failure(server, raw('{"error": {"message": "别的话"}}', "application/json", status=status))
    assert error.failure == kind
    assert str(status) in str(error)
    assert "别的话" not in str(error)
    assert len(server.log) == requests


def test_what_passes_is_answered_at_the_second_try(server: ModelServer) -> None:
    server.reply = in_turn(raw("busy", "text/plain", status=429, retry_after="0"), streamed("好"))
    assert said(server.endpoint()) == "好"


@pytest.mark.parametrize("wait", ["100", "Wed, 21 Oct 2099 07:28:00 GMT", "nan", "inf"])
def test_an_endpoint_that_wants_a_long_wait_is_not_waited_for(server: ModelServer, wait: str) -> None:
    started = time.monotonic()
    assert failure(server, raw("", status=429, retry_after=wait)).failure == "busy"
    assert time.monotonic() - started < 5
    assert len(server.log) == 1


def test_a_model_that_refuses_a_temperature_is_asked_without(server: ModelServer) -> None:
    server.reply = in_turn(raw("{}", "application/json", status=400), streamed("好"))
    assert said(server.endpoint()) == "好"
    assert ["temperature" in asked.body for asked in server.log] == [True, False]


@pytest.mark.parametrize(
    "reply",
    [
        silent,
        without_end(": still there\n\n", pause=0.02),
        without_end("X-More: of the head\r\n", head=b"HTTP/1.1 200 OK\r\n", pause=0.02),
        without_end(piece("长"), pause=0.02),
    ],
    ids=["nothing", "comments", "headers", "text"],
)
def test_the_time_holds_whatever_is_sent(server: ModelServer, reply: Reply) -> None:
    started = time.monotonic()
    assert failure(server, reply, seconds=0.6).failure == "timeout"
    assert time.monotonic() - started < 3


@pytest.mark.parametrize("part", [piece("长" * 1000), b": " + b"x" * 100_000 + b"\n\n"], ids=["text", "comments"])
def test_a_reply_without_end_is_cut(server: ModelServer, part: str | bytes) -> None:
    assert failure(server, without_end(part)).failure == "too_long"


def test_no_more_is_given_than_the_limit(server: ModelServer) -> None:
    server.reply = without_end(piece("长" * 999))
    given: list[str] = []
    with pytest.raises(EndpointError):
        given.extend(chat(server.endpoint(), MESSAGES))
    assert 0 < len("".join(given)) <= MOST_CHARACTERS


RUBBISH = [
    raw("<html>welcome</html>", "text/html"),
    raw("<html>welcome</html>", "text/event-stream"),
    raw("", "text/event-stream"),
    raw("data: {broken\n\n"),
    raw("data: 5\n\n"),
    raw("data: null\n\n"),
    raw("data: []\n\n"),
    raw('data: "text"\n\n'),
    raw('data: {"choices": "text"}\n\n'),
    raw('data: {"choices": {}}\n\n'),
    raw(b"data: \xff\xfe\n\n"),
    raw("data: " + "[" * 100_000 + "\n\n"),
    raw("broken", "application/json"),
    raw("[]", "application/json"),
    raw('{"choices": []}', "application/json"),
    raw('{"choices": [{"message": {"content": null}}]}', "application/json"),
    raw('{"choices": [{"message": {"content": 5}}]}', "application/json"),
    raw("[" * 100_000, "application/json"),
    raw("x", content_encoding="gzip"),
]


@pytest.mark.parametrize("number", range(len(RUBBISH)))
def test_rubbish_is_called_so(server: ModelServer, number: int) -> None:
    assert failure(server, RUBBISH[number]).failure == "not_understood"


@pytest.mark.parametrize("choice", ["5", "null", '{"delta": 5}', '{"delta": {"content": 5}}', "{}"])
def test_a_choice_without_text_is_passed_over(server: ModelServer, choice: str) -> None:
    server.reply = raw(f'data: {{"choices": [{choice}]}}\n\n{piece("好")}data: [DONE]\n\n')
    assert said(server.endpoint()) == "好"


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (streamed("半句", ends=False), "cut_off"),
        (raw(piece("半句"), content_length="5000"), "cut_off"),
        (streamed("半句", reason="length"), "cut_off"),
        (streamed("半句", reason="content_filter"), "declined"),
        (raw(piece("半句") + 'data: {"error": {"message": "out of memory"}}\n\n'), "http_error"),
    ],
)
def test_half_a_reply_is_told_from_a_whole_one(server: ModelServer, reply: Reply, kind: str) -> None:
    assert failure(server, reply).failure == kind


def test_an_endpoint_that_is_not_there_is_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(EndpointError, match=f"127.0.0.1:{port} cannot be reached"):
        said(Endpoint(url=f"http://127.0.0.1:{port}/v1", model="m"))


# --- the environment -----------------------------------------------------------------------------


def test_nothing_in_the_environment_is_no_endpoint() -> None:
    assert endpoint_from({}) is None
    assert endpoint_from({URL: " ", MODEL: "", KEY: "alone"}) is None


def test_the_environment_names_an_endpoint() -> None:
    given = {URL: "http://127.0.0.1:11434/v1/chat/completions", MODEL: "qwen3:8b", KEY: " k ", TIMEOUT: "90"}
    assert endpoint_from(given) == Endpoint(url="http://127.0.0.1:11434/v1", model="qwen3:8b", key="k", seconds=90.0)


@pytest.mark.parametrize(
    "changed",
    [
        {URL: ""}, {MODEL: ""}, {URL: "ftp://host/v1"}, {URL: "127.0.0.1:80/v1"}, {URL: "http://"}, {URL: "http://[::1/v1"},
        {URL: "http://host:99999/v1"}, {URL: f"http://user:{SECRET}@host/v1"}, {URL: f"http://host/v1?key={SECRET}"},
        {URL: f"http://ho st/{SECRET}"}, {KEY: f"{SECRET}\nX-More: 1"}, {KEY: f"{SECRET} 二"}, {TIMEOUT: "soon"},
        {TIMEOUT: "0"}, {TIMEOUT: "-1"}, {TIMEOUT: "nan"}, {TIMEOUT: "1e9"},
    ],
)  # fmt: skip
def test_half_an_endpoint_or_a_bad_one_is_a_usage_error_of_one_line_without_the_key(changed: dict[str, str]) -> None:
    given = {URL: "http://host/v1", MODEL: "m", KEY: SECRET, TIMEOUT: "60"} | changed
    with pytest.raises(UsageError) as caught:
        endpoint_from(given)
    assert len(str(caught.value).splitlines()) == 1
    assert SECRET not in str(caught.value)

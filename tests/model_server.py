"""A language model's endpoint as a real web server on this machine, which says what a test has it say."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeAlias

import pytest

from indexer.rewriting.endpoint import KEY, MODEL, TIMEOUT, URL, Endpoint

SECRET = "sk-test-0123456789abcdef"


@dataclass(frozen=True)
class Asked:
    """A request as the server saw it."""

    path: str
    headers: dict[str, str]  # names in lower case
    body: dict[str, Any]

    @property
    def prompt(self) -> str:
        """Everything that the model was told."""
        return "\n".join(message["content"] for message in self.body["messages"])


class ModelServer:
    """The server's log, and what it does with the next request."""

    def __init__(self) -> None:
        self.log: list[Asked] = []
        self.reply: Reply = streamed("")
        self.closing = threading.Event()
        self.address = ""

    def endpoint(self, *, key: str | None = SECRET, seconds: float = 20.0) -> Endpoint:
        """The server as an endpoint."""
        return Endpoint(url=f"{self.address}/v1", model="test-model", key=key, seconds=seconds)

    def environment(self, *, seconds: float = 20.0) -> dict[str, str]:
        """What names the server in an environment."""
        return {URL: f"{self.address}/v1", MODEL: "test-model", KEY: SECRET, TIMEOUT: str(seconds), "NO_PROXY": "*"}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    owner: ModelServer

    def do_POST(self) -> None:  # noqa: N802
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.owner.log.append(Asked(self.path, headers, json.loads(body)))
        with suppress(BrokenPipeError, ConnectionResetError):
            self.owner.reply(self)
        self.close_connection = True

    do_GET = do_POST  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def begin(self, status: int, media_type: str, **headers: str) -> None:
        """Send the head of a reply whose body ends with the connection."""
        self.send_response(status)
        self.send_header("content-type", media_type)
        self.send_header("connection", "close")
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def send(self, data: str | bytes) -> None:
        """Send bytes at once."""
        self.wfile.write(data.encode() if isinstance(data, str) else data)
        self.wfile.flush()

    def send_piece(self, text: str, *, reason: str | None = None) -> None:
        """Send a chunk of a streamed reply."""
        choice = {"index": 0, "delta": {"content": text}, "finish_reason": reason}
        chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
        self.send(f"data: {json.dumps(chunk)}\n\n")


Reply: TypeAlias = Callable[[_Handler], None]


@contextmanager
def model_server() -> Iterator[ModelServer]:
    """A server on a free port, while the block runs."""
    model = ModelServer()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"owner": model}))
    server.daemon_threads = False  # joined at the end, so that none outlives its test
    model.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield model
    finally:
        model.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


# --- what it does --------------------------------------------------------------------------------


def streamed(text: str, *, size: int = 3, ends: bool = True, reason: str | None = "stop") -> Reply:
    """The text in pieces; without `ends` the connection closes before the reply says that it has ended."""

    def reply(handler: _Handler) -> None:
        handler.begin(200, "text/event-stream")
        for at in range(0, len(text), size):
            handler.send_piece(text[at : at + size])
        if ends:
            handler.send_piece("", reason=reason)
            handler.send("data: [DONE]\n\n")

    return reply


def in_steps(parts: list[str], go_on: threading.Event) -> Reply:
    """The first part, the others once the event is set."""

    def reply(handler: _Handler) -> None:
        handler.begin(200, "text/event-stream")
        handler.send_piece(parts[0])
        go_on.wait(60)
        for part in parts[1:]:
            handler.send_piece(part)
        handler.send_piece("", reason="stop")

    return reply


def whole(text: str) -> Reply:
    """The text in one piece, from an endpoint that does not stream."""
    message = {"role": "assistant", "content": text}
    body = json.dumps({"id": "1", "choices": [{"index": 0, "message": message, "finish_reason": "stop"}]})
    return raw(body, "application/json")


def raw(body: str | bytes, media_type: str = "text/event-stream", *, status: int = 200, **headers: str) -> Reply:
    """A body as it is."""

    def reply(handler: _Handler) -> None:
        handler.begin(status, media_type, **headers)
        handler.send(body)

    return reply


def in_turn(*replies: Reply) -> Reply:
    """One reply a request; the last one again and again."""
    left = list(replies)

    def reply(handler: _Handler) -> None:
        (left.pop(0) if len(left) > 1 else left[0])(handler)

    return reply


def without_end(part: str | bytes, *, head: bytes = b"", pause: float = 0.0) -> Reply:
    """The part again and again until the client goes away; `head` in place of a proper head."""

    def reply(handler: _Handler) -> None:
        if head:
            handler.send(head)
        else:
            handler.begin(200, "text/event-stream")
        while not handler.owner.closing.wait(pause):
            handler.send(part)

    return reply


def silent(handler: _Handler) -> None:
    """Nothing, until the server is closed."""
    handler.owner.closing.wait(60)


def piece(text: str) -> str:
    """A chunk of a stream as it is on the wire."""
    return f"data: {json.dumps({'choices': [{'index': 0, 'delta': {'content': text}}]})}\n\n"


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelServer]:
    """A running server of a language model."""
    monkeypatch.setenv("NO_PROXY", "*")
    with model_server() as found:
        yield found


@pytest.fixture
def named_model(model: ModelServer, monkeypatch: pytest.MonkeyPatch) -> ModelServer:
    """The same, named in the environment."""
    for name, value in model.environment().items():
        monkeypatch.setenv(name, value)
    return model

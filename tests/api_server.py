"""The API as other programs meet it: a process of its own over the samples, or a server in this process with any limits.

`conftest.py` has the fixture `api`, so that every test file can take it.
"""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from fastapi import FastAPI

from indexer.access.listening import admitted_as
from indexer.api import Limits
from indexer.api.application import application_over
from indexer.rewriting import Endpoint
from indexer.serving.listening import address_of, listen, server_for
from indexer.serving.live_index import LiveIndex
from tests.app_fixture import ROOT

START_SECONDS = 90


@dataclass(frozen=True)
class Reply:
    """What a server replied."""

    status: int
    headers: dict[str, str]  # names in lower case
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:  # noqa: ANN401 (any JSON)
        return json.loads(self.body)


def asked(
    address: str, path: str, *, method: str = "GET", headers: Mapping[str, str] | None = None,
    body: bytes | Iterator[bytes] | None = None, **parameters: object,
) -> Reply:  # fmt: skip
    """The reply to one request; lists among the parameters are repeated."""
    query = f"?{urlencode(parameters, doseq=True)}" if parameters else ""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
    try:
        connection.request(method, path + query, body, dict(headers or {}))
        reply = connection.getresponse()
        return Reply(reply.status, {name.lower(): value for name, value in reply.getheaders()}, reply.read())
    finally:
        connection.close()


def posted(address: str, path: str, value: object, **headers: str) -> Reply:
    """The reply to a JSON body."""
    return asked(
        address,
        path,
        method="POST",
        body=json.dumps(value).encode(),
        headers={"content-type": "application/json", **headers},
    )


@dataclass
class Running:
    """A process that serves, and what it has said."""

    process: subprocess.Popen[str]
    address: str
    said: list[str]


@contextmanager
def running(*arguments: str | Path, environment: Mapping[str, str] | None = None) -> Iterator[Running]:
    """`python -m indexer …` as a server, once it says where it listens, while the block runs."""
    process = subprocess.Popen(
        [sys.executable, "-m", "indexer", *map(str, arguments)],
        cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    said: list[str] = []
    listening = threading.Event()

    def read() -> None:
        assert process.stderr is not None
        for line in process.stderr:
            said.append(line.rstrip("\n"))
            if "listening on " in line:
                listening.set()
        listening.set()

    reader = threading.Thread(target=read)
    reader.start()
    try:
        listening.wait(START_SECONDS)
        where = [line for line in said if "listening on " in line]
        assert where, said
        yield Running(process, where[0].partition("listening on ")[2].split()[0].strip('",'), said)
    finally:
        process.terminate()
        process.wait(timeout=60)
        reader.join()
        for stream in (process.stdout, process.stderr):
            assert stream is not None
            stream.close()


@pytest.fixture(scope="module")
def api(samples: Path) -> Iterator[str]:
    """The address of a server over the samples, in this process: one of its own takes seconds to load the encoder."""
    with served_index(samples) as address:
        yield address


def until_ready(address: str, key: str | None = None, *, seconds: float = START_SECONDS) -> None:
    """Wait for the first answer, which waits for the encoder."""
    ends = time.monotonic() + seconds
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    while asked(address, "/search", headers=headers, q="养老", k=1).status != 200:
        assert time.monotonic() < ends
        time.sleep(0.1)


@contextmanager
def served(application: FastAPI, *, proxies: Sequence[str] = (), root_path: str = "") -> Iterator[str]:
    """The address of a server of the application in this process, while the block runs."""
    opened = listen("127.0.0.1", 0)
    server = server_for(application, seconds_to_finish=5, proxies=proxies, root_path=root_path)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [opened]})
    thread.start()
    try:
        yield address_of(opened)
    finally:
        server.should_exit = True
        thread.join()
        opened.close()


@contextmanager
def served_index(
    directory: Path, *, limits: Limits | None = None, endpoint: Endpoint | None = None, open_anyway: bool = False
) -> Iterator[str]:
    """The address of a server over the index in the folder, with any limits, that lets in whom the command would."""
    everybody = admitted_as("127.0.0.1", directory, open_anyway=open_anyway)
    application = application_over(LiveIndex(directory), limits=limits, endpoint=endpoint, everybody=everybody)
    with served(application) as address:
        yield address

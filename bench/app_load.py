"""The app under several readers at once: whether each gets the right answer, how long they wait, what memory the server takes.

`python -m bench.app_load [--sessions 20] [--minutes 10]` starts the app over an index of the sample notices and connects as
browsers do, by the WebSocket over which Streamlit draws a page; no browser draws it here. Each session opens the page by a
link with a question, asks three more in the box, leaves, and a new one comes in its place; between two questions it waits
like a reader. One JSON object is printed: questions asked, errors, answers that differ from the one given to a single
reader (both must be none; exit status 1 otherwise), waiting times for one reader and for all, and the server's memory after
one reader has asked everything, after the first third of the time, and at its most.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

from bench.load import MOST_GROWTH_MB, QUESTIONS, percentile
from bench.memory import megabytes
from tests.app_fixture import build_samples
from tests.app_server import running_app

__all__ = ["Readers", "measure"]

_Found = TypeVar("_Found")
_SECONDS_TO_ANSWER = 180.0
_QUESTIONS_A_SESSION = 4
# What of the page is the answer; the rest may tell of the session.
_ANSWER = ("tw-lead", "tw-passage", "tw-card")


@dataclass
class Readers:
    """What the sessions were given."""

    expected: dict[str, tuple[str, ...]]  # by question, to a single reader
    seconds_between: float
    times: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    different: int = 0
    sessions: int = 0


class _Session:
    """One reader's connection."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._box = ""  # the id of the text input

    async def asked(self, question: str) -> tuple[str, ...]:
        """The parts of the page that are the answer; raises RuntimeError where the page shows a fault instead."""
        message = BackMsg()
        if self._box:
            message.rerun_script.widget_states.widgets.add(id=self._box, string_value=question)
        else:
            message.rerun_script.query_string = urlencode({"q": question})
        await self._connection.send(message.SerializeToString())
        parts: list[str] = []
        while True:
            received = await asyncio.wait_for(self._connection.recv(), _SECONDS_TO_ANSWER)
            sent = ForwardMsg()
            sent.ParseFromString(received if isinstance(received, bytes) else received.encode())
            if sent.WhichOneof("type") == "script_finished":
                return tuple(parts)
            if sent.WhichOneof("type") != "delta":
                continue
            element = sent.delta.new_element
            if element.WhichOneof("type") == "exception":
                raise RuntimeError(element.exception.message)
            if element.WhichOneof("type") == "text_input" and not self._box:
                self._box = element.text_input.id
            if element.WhichOneof("type") == "html" and any(f'"{name}' in element.html.body for name in _ANSWER):
                parts.append(element.html.body)


async def _read(url: str, readers: Readers, chance: random.Random, questions: int) -> None:
    """One session from its beginning to its end."""
    readers.sessions += 1
    address = f"{url.replace('http', 'ws', 1)}/_stcore/stream"
    try:
        async with connect(address, subprotocols=["streamlit"], max_size=None) as connection:  # type: ignore[list-item]
            session = _Session(connection)
            for _ in range(questions):
                question = chance.choice(list(readers.expected))
                started = time.perf_counter()
                parts = await session.asked(question)
                readers.times.append(time.perf_counter() - started)
                readers.different += parts != readers.expected[question]
                await asyncio.sleep(chance.uniform(0, 2 * readers.seconds_between))
    except Exception as error:  # whatever goes wrong is the finding
        readers.errors.append(repr(error))


async def _alone(url: str, questions: Sequence[str]) -> tuple[dict[str, tuple[str, ...]], list[float]]:
    """What a single reader is given, each question by a link and again in the box; raises RuntimeError where both differ."""
    found: dict[str, tuple[str, ...]] = {}
    times: list[float] = []
    for question in (*questions, *questions):  # the first time, everything is loaded
        address = f"{url.replace('http', 'ws', 1)}/_stcore/stream"
        async with connect(address, subprotocols=["streamlit"], max_size=None) as connection:  # type: ignore[list-item]
            session = _Session(connection)
            linked = await session.asked(question)
            await session.asked(questions[0])
            started = time.perf_counter()
            typed = await session.asked(question)
            if question in found:
                times.append(time.perf_counter() - started)
            if linked != typed or found.get(question, linked) != linked:
                raise RuntimeError(f"{question}: a link and the box give different answers")
            found[question] = linked
    if len({*found.values()}) < len(found) // 2:
        raise RuntimeError("most questions give the same page; the box was not understood")
    return found, times


async def _all(url: str, readers: Readers, *, sessions: int, seconds: float, server: int) -> tuple[float, float]:
    """Have so many sessions at any time; gives the server's memory after a third of the time, and its most."""
    until, third, most = time.monotonic() + seconds, 0.0, 0.0

    async def seat(number: int) -> None:
        chance = random.Random(number)
        while time.monotonic() < until:
            await _read(url, readers, chance, _QUESTIONS_A_SESSION)

    seats = [asyncio.create_task(seat(number)) for number in range(sessions)]
    while not all(each.done() for each in seats):
        now = megabytes("VmRSS", server)
        most = max(most, now)
        if not third and time.monotonic() > until - 2 * seconds / 3:
            third = now
        await asyncio.sleep(0.5)
    return third or most, most


def _run(work: Coroutine[object, object, _Found]) -> _Found:
    """What the work gives, done in a thread of its own: this one may have an event loop already (Playwright's, in tests)."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


def measure(
    index: Path, *, sessions: int, seconds: float, questions: Sequence[str] = QUESTIONS, seconds_between: float = 5.0
) -> dict[str, object]:
    """What one reader and then all are given, and what it takes; times in milliseconds, memory in megabytes."""
    with running_app(index) as url:
        me = os.getpid()
        server = int(Path(f"/proc/{me}/task/{me}/children").read_text(encoding="utf-8").split()[-1])
        expected, one = _run(_alone(url, questions))
        before = megabytes("VmRSS", server)
        readers = Readers(expected, seconds_between)
        third, most = _run(_all(url, readers, sessions=sessions, seconds=seconds, server=server))
        after = megabytes("VmRSS", server)
    return {
        "sessions_at_once": sessions, "seconds": seconds, "sessions": readers.sessions, "asked": len(readers.times),
        "errors": readers.errors, "different": readers.different,
        "p50_one": percentile(one, 50), "p95_one": percentile(one, 95),
        "p50_all": percentile(readers.times, 50), "p95_all": percentile(readers.times, 95),
        "p95_ratio": round(percentile(readers.times, 95) / percentile(one, 95), 2),
        "memory_before": round(before, 1), "memory_after_a_third": round(third, 1), "memory_most": round(most, 1),
        "memory_after": round(after, 1), "memory_growth": round(most - third, 1),
    }  # fmt: skip


def main() -> int:
    """Print the figures as one JSON object.

    Exit status 1 where a reader was given an error or another answer, or where the server took more than MOST_GROWTH_MB
    after the first third of the time.
    """
    parser = argparse.ArgumentParser(prog="python -m bench.app_load", description=__doc__)
    parser.add_argument("--sessions", type=int, default=20, metavar="N", help="at once (20)")
    parser.add_argument("--minutes", type=float, default=10.0, metavar="M", help="(10)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tiaowen-bench-") as folder:
        found = measure(build_samples(Path(folder, "index")), sessions=options.sessions, seconds=60 * options.minutes)
    sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")
    grew = found["memory_growth"]
    assert isinstance(grew, float)
    return 1 if found["errors"] or found["different"] or grew > MOST_GROWTH_MB else 0


if __name__ == "__main__":
    sys.exit(main())

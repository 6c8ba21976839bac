"""An answer as it comes, by server-sent events: the answer itself, then sentence by sentence what a model writes.

event: answer     the object of `/ask`, without `written`
event: sentence   a sentence with its quotations; as many as are verified
event: written    the whole of what was written, as `written` of `/ask`; null where the answer is silence
event: problem    in place of the rest, where the server fails: problem details
event: end        nothing more comes
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from typing import Any, TypeAlias

from fastapi import Request, Response
from starlette.responses import StreamingResponse

from indexer.api.answering import json_bytes, streams_of
from indexer.api.asked_index import index_for, note_shown
from indexer.api.problems import problem_of
from indexer.index import Index
from indexer.json_shapes import sentence_object, written_object
from indexer.records import Answer, Written
from indexer.rewriting import Endpoint, write

__all__ = ["EVENT_STREAM", "streamed_answer", "wants_events"]

EVENT_STREAM = "text/event-stream"
# Proxies give a connection up on which nothing comes for a minute or so.
_PING_SECONDS = 15.0
_NO_STORE = {"cache-control": "no-store", "x-accel-buffering": "no"}

Event: TypeAlias = tuple[str, object]


def wants_events(request: Request) -> bool:
    """Whether the request asks for events, as an EventSource of a browser does."""
    accepted = request.headers.get("accept", "").split(",")
    return any(each.split(";")[0].strip().lower() == EVENT_STREAM for each in accepted)


async def streamed_answer(
    request: Request,
    answer_from: Callable[[Index], Answer],
    *,
    show: Callable[[Index, Answer], dict[str, Any]],
    endpoint: Endpoint | None,
    question: str,
) -> Response:
    """The events of an answer, all from one generation; raises what goes wrong before the first one.

    A thread writes while the connection lasts; a client that leaves ends it with the next sentence.
    """
    events: asyncio.Queue[Event] = asyncio.Queue()
    loop, gone = asyncio.get_running_loop(), threading.Event()

    def tell(name: str, value: object) -> None:
        loop.call_soon_threadsafe(events.put_nowait, (name, value))

    def work() -> None:
        with index_for(request) as index:
            answer = answer_from(index)
            shown = show(index, answer)
            note_shown(request, index, shown, question=question)
            tell("answer", shown)
            if endpoint is not None:
                tell("written", _written(index, answer, endpoint, tell=tell, gone=gone))

    task = asyncio.create_task(streams_of(request.app).run(work))
    task.add_done_callback(lambda done: events.put_nowait(_last(done)))
    first = await events.get()
    if isinstance(first[1], Exception):
        raise first[1]
    return StreamingResponse(_lines(first, events, task, gone), media_type=EVENT_STREAM, headers=_NO_STORE)


def _written(
    index: Index, answer: Answer, endpoint: Endpoint, *, tell: Callable[[str, object], None], gone: threading.Event
) -> dict[str, Any] | None:
    """What the model wrote as a whole; each verified sentence is told as it comes."""
    written: Written | None = None
    n = 0
    for written in write(index, answer, endpoint):
        for sentence in written.sentences[n:]:
            tell("sentence", sentence_object(sentence))
        n = len(written.sentences)
        if gone.is_set():
            break
    return written_object(written) if written else None


def _last(done: asyncio.Task[None]) -> Event:
    """What ends the stream: the end, or what went wrong."""
    error = None if done.cancelled() else done.exception()
    return ("problem", error) if isinstance(error, Exception) else ("end", {})


async def _lines(
    first: Event, events: asyncio.Queue[Event], task: asyncio.Task[None], gone: threading.Event
) -> AsyncIterator[bytes]:
    """The events on the wire."""
    event = first
    try:
        while True:
            name, value = event
            data = bytes(problem_of(value).body) if isinstance(value, Exception) else json_bytes(value)
            yield b"event: " + name.encode() + b"\ndata: " + data + b"\n\n"
            if name in ("problem", "end"):
                return
            while True:
                try:
                    event = await asyncio.wait_for(events.get(), _PING_SECONDS)
                    break
                except TimeoutError:
                    yield b": still writing\n\n"
    finally:
        gone.set()
        task.cancel()

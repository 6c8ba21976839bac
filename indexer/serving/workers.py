"""Threads that answer questions beside an event loop: so many at once, so many waiting, each for so long."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

from indexer.errors import Overloaded, TooSlow

__all__ = ["Workers"]

T = TypeVar("T")

# Searches take tens of milliseconds, so that places are free again soon.
_RETRY_SECONDS = 1


class Workers:
    """A bounded pool of threads.

    A thread cannot be stopped: work that has run out of its time keeps its place until it ends, so that what is refused
    then is what there is no room for.
    """

    def __init__(self, n_threads: int, *, waiting: int, seconds: float, name: str = "worker") -> None:
        """`waiting` is how many may wait for a thread; `seconds` what one answer may take, waiting included."""
        self._pool = ThreadPoolExecutor(n_threads, thread_name_prefix=name)
        self._places = threading.BoundedSemaphore(n_threads + waiting)
        self._seconds = seconds

    async def run(self, work: Callable[[], T]) -> T:
        """What the work returns or raises; raises Overloaded where no place is free, TooSlow where it takes too long."""
        if not self._places.acquire(blocking=False):
            raise Overloaded(
                "the server is answering as many questions as it can; ask again in a second", retry_after=_RETRY_SECONDS
            )
        try:
            started = self._pool.submit(copy_context().run, work)
        except BaseException:
            self._places.release()
            raise
        started.add_done_callback(lambda _: self._places.release())
        answer = asyncio.wrap_future(started)
        try:
            done, _ = await asyncio.wait([answer], timeout=self._seconds)
            if not done:
                raise TooSlow(f"the answer was not there within {self._seconds:g} s; ask for less, or later")
            return answer.result()
        finally:
            answer.cancel()  # what still waits for a thread is not begun

    def close(self) -> None:
        """Begin nothing more; what runs goes on to its end."""
        self._pool.shutdown(wait=False, cancel_futures=True)

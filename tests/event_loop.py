"""A coroutine run to its end in a thread of its own: the main thread may have the loop of the browser's driver."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


def run_to_end(begin: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """What the coroutine returns or raises."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(begin())).result()

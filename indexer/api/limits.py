"""Every bound of the server: what one request may ask, and how many may be answered at once."""

from __future__ import annotations

import os
from dataclasses import dataclass

__all__ = [
    "DRAFT_CHARACTERS",
    "LIST_LIMIT",
    "MOST_CHARACTERS",
    "MOST_CLAUSES",
    "MOST_NAMES",
    "MOST_ON_A_PAGE",
    "NAME_CHARACTERS",
    "Limits",
]

# Of a question; a draft may be longer, and is posted.
MOST_CHARACTERS = 2_000
DRAFT_CHARACTERS = 50_000
MOST_CLAUSES = 100  # the k of a question
MOST_NAMES = 20  # places, units … of one filter
NAME_CHARACTERS = 100
LIST_LIMIT, MOST_ON_A_PAGE = 50, 500


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is taken on at once; the defaults are for a machine of the size that `os.cpu_count()` says."""

    threads: int = max(2, os.cpu_count() or 2)  # that search: more would only slow one another down
    waiting: int = 32  # requests that may wait for a thread; the next one is refused
    seconds: float = 30.0  # for an answer, waiting included; also for a request's body to arrive
    streams: int = 8  # answers that a language model may be writing at once
    body_bytes: int = 256 * 1024
    seconds_to_finish: int = 20  # after the signal to stop

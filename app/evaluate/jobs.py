"""Measuring in the background: one job at a time for all sessions, its progress, and what came out of the last ones.

A job goes on when its page is left. Its key says what was measured on which generation, so that what is measured once is
there for everybody; of a reader's own questions the key holds a digest, which only who has the same questions knows.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import streamlit as st

from app.state import generation_key
from indexer.errors import TiaowenError
from indexer.index import Index
from indexer.logs import fault_line

__all__ = ["Job", "JobKey", "Jobs", "generation_of", "jobs"]

JobKey: TypeAlias = tuple[str, ...]  # generation, question set, what is measured
Report: TypeAlias = Callable[[str, int, int], None]
_KEPT = 24  # outcomes; a measurement of the samples takes about 3 MB


@dataclass(slots=True)
class Job:
    """Something that is being measured, and how far it is."""

    key: JobKey
    stages: tuple[str, ...]
    stage: str = ""
    done: int = 0
    total: int = 1
    thread: threading.Thread | None = field(default=None, repr=False)

    @property
    def share(self) -> float:
        """How much is done, every stage counting the same."""
        if self.stage not in self.stages:
            return 0.0
        within = min(1.0, self.done / self.total) if self.total else 1.0
        return (self.stages.index(self.stage) + within) / len(self.stages)


class Jobs:
    """What is measured and was measured in this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: Job | None = None
        self._outcomes: OrderedDict[JobKey, Any] = OrderedDict()
        self._failures: OrderedDict[JobKey, str] = OrderedDict()

    @property
    def running(self) -> Job | None:
        """The job that goes on, if one does."""
        return self._running

    def outcome(self, key: JobKey) -> Any:  # noqa: ANN401 (whatever the work gave)
        """What came out of a job; None where there is nothing yet."""
        return self._outcomes.get(key)

    def failure(self, key: JobKey) -> str | None:
        """Why a job came to nothing, in one line."""
        return self._failures.get(key)

    def start(self, key: JobKey, work: Callable[[Report], object], *, stages: tuple[str, ...]) -> bool:
        """Begin a job unless another one goes on or this one is done; whether it was begun."""
        with self._lock:
            if self._running or key in self._outcomes:
                return False
            job = self._running = Job(key, stages)
            self._failures.pop(key, None)
        job.thread = threading.Thread(target=self._run, args=(job, work), name="measuring", daemon=True)
        job.thread.start()
        return True

    def _run(self, job: Job, work: Callable[[Report], object]) -> None:
        def report(stage: str, done: int, total: int) -> None:
            job.stage, job.done, job.total = stage, done, total

        outcome: object = None
        failure: str | None = None
        try:
            outcome = work(report)
        except TiaowenError as error:
            failure = str(error)
        except Exception:
            failure = fault_line(logging.getLogger(__name__), "measuring failed")
        with self._lock:
            if failure is None:
                self._outcomes[job.key] = outcome
            else:
                self._failures[job.key] = failure
            for kept in (self._outcomes, self._failures):
                while len(kept) > _KEPT:
                    kept.popitem(last=False)
            self._running = None


@st.cache_resource(show_spinner=False)
def jobs() -> Jobs:
    """The jobs of this process, the same for all sessions."""
    return Jobs()


def generation_of(index: Index) -> str:
    """What tells the generation of an index from all others."""
    return "@".join(generation_key(index))

"""One build at a time for all sessions, in a thread of this process: it goes on when the page that began it is left.

A build of another process (the command line) is refused by the lock of the index's folder; here its line is kept.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, field, replace

import streamlit as st

from indexer.access import Reader, require
from indexer.build import BuildReport, rebuild
from indexer.errors import TiaowenError
from indexer.logs import fault_line

__all__ = ["Building", "Progress", "builds_of"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the latest build is, or how it ended; `number` counts builds from 1, 0 before the first."""

    number: int = 0
    running: bool = False
    stage: str = "read"
    done: int = 0
    total: int = 0
    seconds: float = 0.0
    by: str = ""
    report: BuildReport | None = None
    failure: str | None = None  # one line
    ended_at: float | None = None  # seconds since 1970


@dataclass(slots=True)
class Building:
    """The builds of one index that this process ran."""

    address: str
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _now: Progress = Progress()
    _started: float = 0.0

    def progress(self) -> Progress:
        """How far it is at this moment."""
        with self._lock:
            now = self._now
        return replace(now, seconds=time.monotonic() - self._started) if now.running else now

    def start(self, by: str, *, reader: Reader | None = None) -> bool:
        """Begin a build over what the index was built from; False where one is running. Raises AccessDenied."""
        require(reader, "edit")
        with self._lock:
            if self._now.running:
                return False
            self._now = Progress(number=self._now.number + 1, running=True, by=by)
            self._started = time.monotonic()
        threading.Thread(target=self._run, args=(reader,), name=f"build of {self.address}", daemon=True).start()
        return True

    def _run(self, reader: Reader | None) -> None:
        report, failure = None, None
        try:
            report = rebuild(self.address, progress=self._tell, reader=reader)
        except TiaowenError as error:
            failure = str(error)
        except Exception:
            failure = fault_line(logging.getLogger(__name__), "build of %s failed", self.address)
        with self._lock:
            self._now = replace(
                self._now, running=False, report=report, failure=failure, ended_at=time.time(),
                seconds=time.monotonic() - self._started,
            )  # fmt: skip

    def _tell(self, stage: str, done: int, total: int) -> None:
        with self._lock:
            self._now = replace(self._now, stage=stage, done=done, total=total)


def builds_of(address: str) -> Building:
    """The builds of the index at the address, the same for every session."""
    return _building(address)


@st.cache_resource(show_spinner=False)
def _building(address: str) -> Building:
    return Building(address)

"""Work in a process that is killed: by its parent after some time, or by itself before a given change to files.

Both are SIGKILL, which nothing can catch and after which nothing is tidied up. Processes are forked from one that has
everything loaded, so that a kill costs a fraction of a second.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from multiprocessing.connection import Connection

from tests.fetch_process import FORKS, PRELOADED

FORKS.set_forkserver_preload(
    [*PRELOADED, "tests.killed_process", "tests.hash_encoder", "indexer.build", "indexer.index", "indexer.index.dense",
     "indexer.index.lexical", "indexer.uploads", "indexer.corrections"]
)  # fmt: skip

# What Python reports of a process (`sys.addaudithook`) before it opens a file for writing or changes a folder.
_CHANGES = frozenset({"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "os.truncate", "os.link",
                      "shutil.rmtree", "sqlite3.connect", "fcntl.flock"})  # fmt: skip
_WRITING = os.O_WRONLY | os.O_RDWR

# Work that is given its folder and other words, and a pipe for what it has done so far.
Work = Callable[..., None]


class Working:
    """A process at work."""

    def __init__(self, work: Work, *arguments: str, before_change: int = 0) -> None:
        """Start it; it kills itself before the change of that number, counted from 1, if it comes to it."""
        self._said, its_end = FORKS.Pipe(duplex=False)
        self._process = FORKS.Process(target=_run, args=(work, arguments, before_change, its_end))
        self._process.start()
        its_end.close()

    def next_said(self, seconds: float = 60.0) -> str:
        """What it says next; raises EOFError where it has ended, AssertionError where it says nothing for so long."""
        assert self._said.poll(seconds), "the process says nothing"
        return self._said.recv_bytes().decode()

    def kill(self, *, after: float = 0.0) -> None:
        """Kill it when that many seconds have passed."""
        time.sleep(after)
        if self._process.is_alive() and self._process.pid:
            os.kill(self._process.pid, signal.SIGKILL)

    def ended(self) -> tuple[bool, list[str]]:
        """Whether it was killed, and what it had said that was not yet heard; raises AssertionError where it failed."""
        said: list[str] = []
        while True:
            try:
                said.append(self.next_said())
            except (EOFError, OSError):  # also a message cut off by the kill
                break
        self._process.join(60)
        status = self._process.exitcode
        self._process.close()
        self._said.close()
        assert status in (0, -signal.SIGKILL), f"the process ended with status {status}"
        return status != 0, said


def _run(work: Work, arguments: tuple[str, ...], before_change: int, said: Connection) -> None:
    changes = 0

    def count(event: str, details: tuple[object, ...]) -> None:
        nonlocal changes
        is_opened = event == "open" and isinstance(details[2], int) and details[2] & _WRITING
        if is_opened or event in _CHANGES:
            changes += 1
            if changes == before_change:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)
    work(*arguments, lambda line: said.send_bytes(line.encode()))
    said.send_bytes(f"changes {changes}".encode())


def changes_of(work: Work, *arguments: str) -> int:
    """How many changes to files the work makes from beginning to end."""
    was_killed, said = Working(work, *arguments).ended()
    assert not was_killed
    return int(said[-1].removeprefix("changes "))

"""The command `fetch` in processes of its own, which a test may kill.

They are forked from one process that has Scrapy loaded, which saves a second each. One that is to be the command as
people start it is started as `python -m indexer`.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FORKS = multiprocessing.get_context("forkserver")
PRELOADED = ["tests.fetch_process", "indexer.commands.fetch", "indexer.sources.crawler.crawl", "scrapy.core.engine",
             "scrapy.core.downloader", "scrapy.linkextractors", "tqdm"]  # fmt: skip
FORKS.set_forkserver_preload(PRELOADED)


@dataclass(frozen=True)
class Fetched:
    """What a call gave."""

    status: int
    stderr: str


class Fetching:
    """A call that goes on."""

    def __init__(self, arguments: Sequence[str], *, as_people_do: bool = False) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._stderr = Path(self._folder.name, "stderr")
        self._stdout = Path(self._folder.name, "stdout")
        if as_people_do:
            with self._stdout.open("wb") as out, self._stderr.open("wb") as err:
                command = [sys.executable, "-m", "indexer", *arguments]
                self._popen = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=err)
            self.pid = self._popen.pid
        else:
            self._process = FORKS.Process(target=_run, args=([*arguments], str(self._stdout), str(self._stderr)))
            self._process.start()
            self.pid = self._process.pid or 0
        self._forked = not as_people_do

    def send(self, number: signal.Signals) -> None:
        """Send it a signal."""
        os.kill(self.pid, number)

    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self._process.is_alive() if self._forked else self._popen.poll() is None

    def wait(self) -> Fetched:
        """Its exit status, negative for a signal, and what it said."""
        if self._forked:
            self._process.join(60)
            status = self._process.exitcode
        else:
            status = self._popen.wait(60)
        assert status is not None, "it has not ended within a minute"
        assert not self._stdout.exists() or self._stdout.read_bytes() == b""
        said = self._stderr.read_text(encoding="utf-8") if self._stderr.exists() else ""
        self._folder.cleanup()
        return Fetched(status, said)


def _run(arguments: list[str], stdout: str, stderr: str) -> None:
    """The command, with its output in files."""
    for name, number in ((stdout, 1), (stderr, 2)):
        os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    os.chdir(ROOT)
    from tqdm import tqdm

    from indexer.__main__ import main

    tqdm.set_lock(threading.RLock())  # its own is a semaphore of the system, which a kill would leave behind
    sys.exit(main(arguments))

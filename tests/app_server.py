"""The app as people use it: a server on a free port of this machine, and Chromium."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from urllib.error import URLError

from tests.app_fixture import ROOT

# Names that the browser goes by in distributions.
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
START_SECONDS = 90


def find_chromium() -> str | None:
    """The path of the system's Chromium; None where there is none."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


@contextmanager
def running_app(index: Path) -> Iterator[str]:
    """The address of the app over the index, while the block runs; raises TimeoutError where it does not start."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "search_app.py", "--server.address", "127.0.0.1"]
    with TemporaryFile() as log:
        server = subprocess.Popen(
            [*command, "--server.port", str(port)],
            cwd=ROOT, env={**os.environ, "TIAOWEN_INDEX": str(index)}, stdout=log, stderr=log,
        )  # fmt: skip
        try:
            url = f"http://127.0.0.1:{port}"
            if not _answers(f"{url}/_stcore/health", server):
                log.seek(0)
                raise TimeoutError(f"the app did not start: {log.read().decode(errors='replace')[-2000:]}")
            yield url
        finally:
            server.terminate()
            try:
                server.wait(timeout=20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _answers(url: str, server: subprocess.Popen[bytes]) -> bool:
    """Whether the server answers in time."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return True
        except (URLError, OSError):
            time.sleep(0.2)
    return False

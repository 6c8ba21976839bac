"""The app as people use it: a server on a free port of this machine, and Chromium."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
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


def free_port() -> int:
    """A port of this machine at which nothing listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def running_app(index: Path, *, secrets: Path | None = None) -> Iterator[str]:
    """The address of the app over the index, while the block runs; raises TimeoutError where it does not start.

    `secrets` is the secrets.toml that says how people sign in.
    """
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", "search_app.py", "--server.address", "127.0.0.1"]
    command += ["--server.port", str(port), *(("--secrets.files", str(secrets)) if secrets else ())]
    url = f"http://127.0.0.1:{port}"
    with answering(command, f"{url}/_stcore/health", environment={"TIAOWEN_INDEX": str(index)}):
        yield url


@contextmanager
def answering(command: Sequence[str], url: str, *, environment: Mapping[str, str] | None = None) -> Iterator[None]:
    """Have the command run once something answers at the address, until the block ends; raises TimeoutError otherwise."""
    with TemporaryFile() as log:
        server = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **(environment or {})}, stdout=log, stderr=log)
        try:
            if not _answers(url, server):
                log.seek(0)
                raise TimeoutError(f"{command[2]} did not start: {log.read().decode(errors='replace')[-2000:]}")
            yield
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

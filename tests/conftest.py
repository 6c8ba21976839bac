"""Fixtures that every test may use."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.api_server import api  # noqa: F401 (of every test of the API)
from tests.app_fixture import index, samples  # noqa: F401 (fixtures of every test of the app)
from tests.browser_fixture import address, browser, chromium, other_page, page  # noqa: F401 (of every browser test)
from tests.model_server import model, named_model  # noqa: F401 (of tests with a language model)
from tests.search_fixture import directory, notices, small_archive  # noqa: F401 (of tests that change an archive)
from tests.slowest_first import begin_with_slowest, missing_among_slowest

ROOT = Path(__file__).resolve().parent.parent

# How long one example takes says how busy the machine is.
settings.register_profile("without a deadline", deadline=None)
settings.load_profile("without a deadline")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the slowest files."""
    items[:] = begin_with_slowest(items)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name the files that turned out to be slow and are not among those that begin."""
    reports = [each for found in terminalreporter.stats.values() for each in found if hasattr(each, "duration")]
    for file, seconds in missing_among_slowest(reports):
        terminalreporter.write_line(f"{file} took {seconds:.0f} s: name it in tests/slowest_first.py")


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the project."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real notices beside the project; a test that asks for it is skipped where it is absent."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("needs the real notices in ../shared, which are not part of the project")
    return folder


@pytest.fixture(scope="session")
def unprivileged() -> tuple[str, ...]:
    """What to put before a command so that permissions hold for it: nothing, or for root a way to drop its powers."""
    if os.geteuid() != 0:
        return ()
    command = ("setpriv", "--inh-caps=-all", "--bounding-set=-all")
    if shutil.which("setpriv") is None or subprocess.run([*command, "true"], check=False).returncode:
        pytest.skip("runs as root, whom no permission stops, and cannot drop that by setpriv")
    return command


@pytest.fixture(autouse=True)
def same_main_module() -> Iterator[None]:
    """Tests of the app leave their script as the main module, which processes started later would run again."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main

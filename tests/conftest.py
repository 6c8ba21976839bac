"""Fixtures that every test may use."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.browser_fixture import address, browser, other_page, page  # noqa: F401 (fixtures of every browser test)

ROOT = Path(__file__).resolve().parent.parent


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
def chromium() -> str:
    """The path of a Chromium to drive; a test that asks for it is skipped where there is none."""
    found = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)
    if found is None:
        pytest.skip("needs Chromium; `make test` installs it where it may")
    return found


@pytest.fixture(scope="session")
def unprivileged() -> tuple[str, ...]:
    """What to put before a command so that permissions hold for it: nothing, or for root a way to drop its powers."""
    if os.geteuid() != 0:
        return ()
    command = ("setpriv", "--inh-caps=-all", "--bounding-set=-all")
    if shutil.which("setpriv") is None or subprocess.run([*command, "true"], check=False).returncode:
        pytest.skip("runs as root, whom no permission stops, and cannot drop that by setpriv")
    return command


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test by what it asks for, so that `-m "not browser and not shared"` leaves both kinds out."""
    for test in items:
        fixtures = getattr(test, "fixturenames", ())
        if "shared" in fixtures:
            test.add_marker(pytest.mark.shared)
        if "chromium" in fixtures:
            test.add_marker(pytest.mark.browser)

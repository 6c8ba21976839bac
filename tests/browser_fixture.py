"""The app over the sample notices in a real Chromium, once for all tests of a run; each test has a page of its own.

`conftest.py` has the fixtures, so that every test file can take them.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from tests.app_server import find_chromium, running_app

__all__ = ["FIRST_ANSWER_MS", "address", "browser", "chromium", "other_page", "page", "settled", "watched"]

# The first question waits until the encoder is loaded.
FIRST_ANSWER_MS = 120_000
SETTLED_MS = 60_000


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium to drive; a test that asks for it is skipped where there is none."""
    path = find_chromium()
    if path is None:
        pytest.skip("needs Chromium; on Debian: apt-get install chromium fonts-noto-cjk")
    return path


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """The one browser of a run: Playwright can be started once in a thread."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def address(browser: Browser, samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Of the app over an index of its own: its pages change it."""
    own = tmp_path_factory.mktemp("browser") / "index"
    shutil.copytree(samples, own)
    with running_app(own) as url:
        yield url


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page; at its end nothing may have been asked of another machine or been complained of in the console."""
    with watched(browser) as page:
        yield page


@pytest.fixture
def other_page(browser: Browser) -> Iterator[Page]:
    """A second such page, of another reader."""
    with watched(browser) as page:
        yield page


@contextmanager
def watched(browser: Browser, *, beside: Collection[str] = ()) -> Iterator[Page]:
    """A page whose requests and complaints are looked at when the block ends; hosts `beside` may be asked, too."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url))
    page.on("console", lambda message: complaints.append(message.text) if _complains(message) else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    page.close()
    assert asked
    assert {urlsplit(url).hostname for url in asked if not url.startswith(("data:", "blob:"))} - set(beside) == {
        "127.0.0.1"
    }
    assert complaints == []


def _complains(message: ConsoleMessage) -> bool:
    """Whether the console shows an error that is ours: Streamlit looks for its server below a page's own path first."""
    probes = ("/_stcore/health", "/_stcore/host-config")
    return message.type == "error" and not message.location["url"].endswith(probes)


def settled(page: Page) -> None:
    """Wait until nothing of the page is being drawn any more, so that all that is read from it belongs together."""
    expect(page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_be_visible(timeout=SETTLED_MS)
    expect(page.locator("[data-stale=true]")).to_have_count(0, timeout=SETTLED_MS)

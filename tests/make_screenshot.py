"""Makes docs/screenshot.png, the picture in the README: `python -m tests.make_screenshot`; needs Chromium.

The app runs over a fresh index of the sample notices, so that the picture shows what `make app` shows.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import sync_playwright

from app.ask.examples import EXAMPLES
from tests.app_fixture import ROOT, build_samples
from tests.app_server import chromium, running_app

PICTURE = ROOT / "docs" / "screenshot.png"
SIZE = (1280, 900)


def main() -> int:
    """Write the picture; exit status 2 without Chromium."""
    path = chromium()
    if path is None:
        sys.stderr.write("needs Chromium; on Debian: apt-get install chromium fonts-noto-cjk\n")
        return 2
    with tempfile.TemporaryDirectory() as folder, running_app(build_samples(Path(folder) / "index")) as url:
        take(path, f"{url}/?q={quote(EXAMPLES[0].question)}", PICTURE)
    return 0


def take(browser_path: str, url: str, picture: Path) -> None:
    """The picture of the page once its answer and all its widgets are drawn."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": SIZE[0], "height": SIZE[1]})
        page.goto(url)
        page.wait_for_selector(".st-key-answer blockquote", timeout=120_000)
        page.wait_for_function("!document.querySelector('[data-testid=stSkeleton]')")
        page.wait_for_timeout(1500)  # fonts
        picture.parent.mkdir(exist_ok=True)
        page.screenshot(path=picture)
        browser.close()


if __name__ == "__main__":
    sys.exit(main())

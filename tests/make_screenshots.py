"""Makes the pictures of the README and docs/tour.md: `python -m tests.make_screenshots [NAME …]`; needs Chromium.

The app runs over a fresh index of the sample notices, so that the pictures show what `make app` shows; once more where
questions were saved and a notice came in since, and once where people sign in.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias
from urllib.parse import urlencode

from playwright.sync_api import Browser, Page, sync_playwright

from app.ask.examples import EXAMPLES
from app.texts import Texts
from indexer.access.keys import make_key
from indexer.index import open_index
from tests.app_fixture import ROOT, build_samples
from tests.app_server import find_chromium, running_app
from tests.login_provider import write_secrets
from tests.saved_fixture import samples_with_news

__all__ = ["Shot", "shots", "take"]

_Archive: TypeAlias = Literal["samples", "saved", "guarded"]

PICTURES = ROOT / "docs" / "pictures"
WIDE, PHONE = (1280, 900), (390, 844)
TIMEOUT_MS = 120_000  # figures take a minute to measure
_RESTS = "document.querySelector('[data-test-script-state=notRunning]')"


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: a page at an address, once what it shows is drawn."""

    name: str
    page: str  # of the address; empty for the first page
    ready: str  # selector of what is drawn last
    address: tuple[tuple[str, str], ...] = ()
    size: tuple[int, int] = WIDE
    scheme: Literal["light", "dark"] = "light"
    before: Callable[[Page], None] | None = None  # what a reader does first
    of: _Archive = "samples"


def shots(index: Path) -> list[Shot]:
    """All pictures over the index of the samples."""
    unit, duties = EXAMPLES[0].question, next(each.question for each in EXAMPLES if each.intent == "duties")
    with open_index(index) as opened:
        notice = next(each for each in opened.notices() if each.doc_number == "云泽政办发〔2016〕42号")
        clause = next(each for each in opened.notice(notice.doc_id).clauses if "养老护理员" in each.text)
    reading = (("notice", notice.doc_id), ("clause", clause.clause_id))
    answer, table = ".st-key-answer .tw-units", "[data-testid=stDataFrame] canvas"
    return [
        Shot("ask", "", answer, (("q", unit),)),
        Shot("ask-phone", "", answer, (("q", unit),), size=PHONE),
        Shot("ask-dark", "", ".tw-duty", (("q", duties),), scheme="dark"),
        Shot("ask-english", "", answer, (("q", unit), ("lang", "en"))),
        Shot("precedents", "precedents", ".st-key-clauses", (("example", "1"),)),
        Shot("precedents-compare", "precedents", ".tw-compared", (("example", "1"), ("tab", "compare"))),
        Shot("precedents-check", "precedents", ".tw-findings li", (("example", "1"), ("show", "check"))),
        Shot("duties", "duties", table, (("of", "市民政局"), ("at", "云泽市"))),
        Shot("duties-load", "duties", ".tw-bar", (("view", "archive"), ("show", "spread"))),
        Shot("archive", "archive", ".tw-entry", ()),
        Shot("notice", "archive", ".tw-set-clause.tw-here", reading),
        Shot("notice-phone", "archive", ".tw-set-clause.tw-here", reading, size=PHONE),
        Shot("upload", "archive", "[data-testid=stFileUploader]", (("view", "add"),)),
        Shot("evaluate", "evaluate", "[data-testid=stVegaLiteChart] :is(svg, canvas)", (), before=_measure),
        Shot("saved", "", ".st-key-saved_list", of="saved"),
        Shot("saved-news", "", ".st-key-saved_news", before=_open_saved, of="saved"),
        Shot("sign-in", "", ".st-key-sign-in", of="guarded"),
        Shot("sign-in-phone", "", ".st-key-sign-in", size=PHONE, of="guarded"),
        Shot("judge", "evaluate", "text=/已判 2 /", (("view", "judge"),), before=_judge),
    ]


def main() -> int:
    """Take the pictures named, or all; exit status 2 without Chromium."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="pictures; default: all")
    parser.add_argument("--into", type=Path, default=PICTURES, help=f"the folder ({PICTURES.relative_to(ROOT)})")
    parser.add_argument("--whole", action="store_true", help="the whole page, not only what is first in sight")
    options = parser.parse_args()
    path = find_chromium()
    if path is None:
        sys.stderr.write("needs Chromium; on Debian: apt-get install chromium fonts-noto-cjk\n")
        return 2
    with tempfile.TemporaryDirectory() as folder:
        index = build_samples(Path(folder) / "index")
        chosen = [shot for shot in shots(index) if not options.names or shot.name in options.names]
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
            for of in dict.fromkeys(shot.of for shot in chosen):
                with _app(of, index, Path(folder)) as url:
                    for shot in chosen:
                        if shot.of == of:
                            take(browser, url, shot, options.into / f"{shot.name}.png", whole=options.whole)
            browser.close()
    return 0


@contextmanager
def _app(of: _Archive, samples: Path, folder: Path) -> Iterator[str]:
    """The address of the app over the archive that is meant."""
    index, secrets = samples, None
    if of == "saved":
        index = samples_with_news(samples, folder / "saved")
    elif of == "guarded":
        secrets = write_secrets(folder, "https://login.example.cn")
        index = Path(shutil.copytree(samples, folder / "guarded"))
        make_key(index, name="检索程序", roles=("reader",))
        (index / "access.toml").write_text('[login]\ncontact = "信息中心（办公楼 302）"\n', encoding="utf-8")
    with running_app(index, secrets=secrets) as url:
        yield url


def take(browser: Browser, url: str, shot: Shot, picture: Path, *, whole: bool = False) -> None:
    """The picture of the page once all that it shows is drawn."""
    width, height = shot.size
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=shot.scheme)
    page.set_default_timeout(TIMEOUT_MS)
    page.goto(f"{url}/{shot.page}?{urlencode(shot.address)}")
    if shot.before:
        shot.before(page)
    page.wait_for_selector(shot.ready)
    page.wait_for_function(f"{_RESTS} && !document.querySelector('[data-testid=stSkeleton], [data-testid=stSpinner]')")
    page.wait_for_timeout(2000)  # fonts, charts, scrolling to a clause
    picture.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=picture, full_page=whole)
    page.close()


def _open_saved(page: Page) -> None:
    page.locator(".st-key-saved_list button").first.click()


def _measure(page: Page) -> None:
    page.locator(".st-key-evaluate-measure button").first.click()


def _judge(page: Page) -> None:
    """Two clauses found for a question are judged; the third is before the reader."""
    texts = Texts("zh")
    page.get_by_label(texts("evaluate_paste"), exact=True).fill("云泽市养老护理员培训由哪个部门负责？")
    page.get_by_role("button", name=texts("evaluate_make_pool")).click()
    page.get_by_label(texts("evaluate_name"), exact=True).fill("张三")
    page.keyboard.press("Enter")
    for done, key in enumerate("20"):
        page.wait_for_selector(f"text=/已判 {done} /")
        page.wait_for_function(_RESTS)
        page.wait_for_timeout(1000)
        page.keyboard.press(key)


if __name__ == "__main__":
    sys.exit(main())

"""How long a reader waits, in a real Chromium: from pressing Enter until the answer stands on the page, and for each page to open.

The app runs over the sample notices; the encoder is loaded before. `pytest bench` prints the median and the 95th percentile
over the example questions, and over the pages, at the end. What a busy machine does to them shows in the distance between
the two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, Page

from app.ask.examples import EXAMPLES, Example
from app.navigation import PAGES, PageName
from app.texts import Texts
from indexer.build import build
from indexer.index import open_index
from indexer.records import Query
from indexer.search import ask
from tests.app_server import running_app

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

ROUNDS = 5
LOADED_MS = 180_000
SAMPLES = Path(__file__).resolve().parents[1] / "corpus" / "samples"
# Each frame looks whether the answer holds the first words that it must quote.
_WAIT = """expected => new Promise(done => {
  const bare = text => text.replace(/\\s/g, "");
  const look = () => {
    const answer = document.querySelector(".st-key-answer");
    if (answer && bare(answer.innerText).includes(bare(expected))) done((performance.now() - window.pressedAt) / 1000);
    else requestAnimationFrame(look);
  };
  look();
})"""
# The page's name stands at its head, its script has run to the end, and nothing is a placeholder any more.
_OPENED = """name => new Promise(done => {
  const look = () => {
    const app = document.querySelector("[data-testid=stApp]");
    const head = document.querySelector("h1");
    const waits = document.querySelector("[data-testid=stSkeleton], [data-testid=stSpinner]");
    if (app?.dataset.testScriptState === "notRunning" && head?.innerText.trim() === name && !waits)
      done((performance.now() - window.clickedAt) / 1000);
    else requestAnimationFrame(look);
  };
  look();
})"""
_NOTE_WHEN = """() => {
  addEventListener("keydown", () => { window.pressedAt = performance.now(); }, {capture: true});
  addEventListener("click", () => { window.clickedAt = performance.now(); }, {capture: true});
}"""


@pytest.fixture(scope="module")
def quoted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, str]]]:
    """The app's address, and by example the first words of its answer."""
    folder = tmp_path_factory.mktemp("app")
    build([SAMPLES], folder)
    with open_index(folder) as index:
        firsts = {each.question: ask(index, Query(each.question)).statements[0].text[:16] for each in EXAMPLES}
    with running_app(folder) as url:
        yield url, firsts


@pytest.fixture(scope="module")
def page(browser: Browser, quoted: tuple[str, dict[str, str]]) -> Page:
    """The page with a first question answered, after which everything is loaded."""
    url, firsts = quoted
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(url)
    box = page.get_by_label(Texts("zh")("question"), exact=True)
    box.wait_for(timeout=LOADED_MS)
    page.set_default_timeout(LOADED_MS)
    page.evaluate(_NOTE_WHEN)
    _seconds(page, EXAMPLES[0].question, firsts[EXAMPLES[0].question])
    return page


def _seconds(page: Page, question: str, expected: str) -> float:
    """Seconds from Enter until the answer with these words is there; the question is typed before."""
    box = page.get_by_label(Texts("zh")("question"), exact=True)
    box.fill(question)
    page.wait_for_timeout(500)  # what typing sets off is done
    box.press("Enter")
    waited: float = page.evaluate(_WAIT, expected)
    return waited


@pytest.mark.benchmark(group="the app, from Enter to the answer")
@pytest.mark.parametrize("example", EXAMPLES[1:], ids=lambda example: example.question)
def test_answer_on_the_page(
    benchmark: BenchmarkFixture,
    note_wait: Callable[[str, str, float], None],
    page: Page,
    quoted: tuple[str, dict[str, str]],
    example: Example,
) -> None:
    firsts = quoted[1]

    def another() -> None:
        """Ask something else, so that the answer before cannot be taken for this one."""
        _seconds(page, EXAMPLES[0].question, firsts[EXAMPLES[0].question])

    benchmark.pedantic(  # type: ignore[no-untyped-call]
        lambda: note_wait(
            "from Enter to the answer", example.question, _seconds(page, example.question, firsts[example.question])
        ),
        setup=another,
        rounds=ROUNDS,
    )


@pytest.mark.benchmark(group="the app, opening a page")
@pytest.mark.parametrize("name", [*PAGES[1:], PAGES[0]])
def test_opening_a_page(
    benchmark: BenchmarkFixture, note_wait: Callable[[str, str, float], None], page: Page, name: PageName
) -> None:
    """From the click on the page's name in the head until it stands, from the page named before it."""
    texts = Texts("zh")
    before = texts(f"page_{PAGES[PAGES.index(name) - 1]}")

    def opened(label: str) -> float:
        page.get_by_role("link", name=label, exact=True).click()
        seconds: float = page.evaluate(_OPENED, label)
        page.wait_for_timeout(500)
        return seconds

    def elsewhere() -> None:
        opened(before)

    benchmark.pedantic(  # type: ignore[no-untyped-call]
        lambda: note_wait("from a click until a page is open", name, opened(texts(f"page_{name}"))),
        setup=elsewhere,
        rounds=ROUNDS,
    )

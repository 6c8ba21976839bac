"""The app in a real Chromium: what a reader sees, and that nothing leaves this machine."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from app.ask.examples import EXAMPLES
from app.texts import Texts
from indexer.build import build
from indexer.index import open_index
from indexer.records import Query
from indexer.search import ask
from tests.app_server import running_app
from tests.browser_fixture import FIRST_ANSWER_MS, settled
from tests.model_server import in_steps, model_server
from tests.search_corpus import write_corpus

pytestmark = pytest.mark.browser
ZH, EN = Texts("zh"), Texts("en")
# For a question after the first; generous, because the machine that tests may be busy.
BUSY_SECONDS = 10.0


def test_a_question_is_answered_with_its_units_and_the_next_one_quickly(page: Page, address: str) -> None:
    page.goto(address)
    box = page.get_by_label(ZH("question"), exact=True)
    box.fill("云泽市的算力券和算力平台归哪个局牵头，谁配合？")
    box.press("Enter")
    answer = page.locator(".st-key-answer")
    expect(answer.locator(".tw-lead")).to_have_text("市数据局", timeout=FIRST_ANSWER_MS)
    expect(answer.locator(".tw-support")).to_contain_text(["市财政局"])
    expect(answer.locator("blockquote")).to_contain_text("算力券")

    box.fill("鹭洲区老旧住宅加装电梯由谁牵头？")
    started = time.perf_counter()
    box.press("Enter")
    expect(answer.locator(".tw-lead")).to_have_text("区住房城乡建设局", timeout=FIRST_ANSWER_MS)
    assert time.perf_counter() - started < BUSY_SECONDS


def test_an_example_is_one_click_and_its_link_opens_it_again(page: Page, address: str, browser: Browser) -> None:
    page.goto(address)
    page.get_by_role("button", name=EXAMPLES[1].question).click(timeout=60_000)
    expect(page.locator(".st-key-answer .tw-lead")).to_be_visible(timeout=FIRST_ANSWER_MS)
    again = browser.new_page()
    again.goto(page.url)
    expect(again.locator(".st-key-answer .tw-lead")).to_be_visible(timeout=FIRST_ANSWER_MS)
    again.close()


def test_the_notice_opens_at_the_clause(page: Page, address: str) -> None:
    page.goto(f"{address}/?q=云泽新开一条集装箱航线补贴多少？")
    expect(page.locator(".st-key-answer .tw-figure").first).to_contain_text("80万元", timeout=FIRST_ANSWER_MS)
    settled(page)
    page.get_by_role("button", name=ZH("see_source")).first.click()
    body = page.locator(".tw-body")
    expect(body.locator(".tw-here").first).to_contain_text("新开航线补贴")
    expect(body.locator(".tw-here").first).to_be_in_viewport()


def test_the_language_is_switched_and_kept_in_the_address(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_text("English", exact=True).click(timeout=60_000)
    expect(page.locator(".tw-tagline")).to_have_text(EN("tagline_ask"))
    expect(page).to_have_url(f"{address}/?lang=en")
    page.reload()
    expect(page.locator(".tw-tagline")).to_have_text(EN("tagline_ask"), timeout=60_000)


def test_the_clauses_of_a_unit_are_drawn_when_they_are_asked_for(page: Page, address: str) -> None:
    page.goto(f"{address}/?q=澜川市医保局有哪些任务？")
    expect(page.locator(".tw-duty")).to_have_count(5, timeout=FIRST_ANSWER_MS)
    expect(page.locator(".tw-card")).to_have_count(0)
    page.get_by_text(ZH("hits_of_unit")).click()
    expect(page.locator(".tw-card")).to_have_count(5)


@pytest.mark.parametrize("width", [390, 1280])
def test_a_chip_is_taken_back_by_keyboard_and_its_link_opens_the_same(page: Page, address: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"{address}/?q=云泽市的物留补贴2021年由哪个部门发？")
    chips = page.locator(".st-key-plan")
    expect(chips).to_contain_text("已按「物流」查找", timeout=FIRST_ANSWER_MS)
    chip = chips.get_by_role("button", name="云泽市")
    chip.focus()
    page.keyboard.press("Enter")
    expect(chips.get_by_role("button", name=f"{ZH('undone')} {ZH('place')} 云泽市")).to_be_visible(timeout=60_000)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.goto(page.url)
    expect(chips.get_by_role("button", name=f"{ZH('undone')} {ZH('place')} 云泽市")).to_be_visible(timeout=60_000)


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_is_wider_than_the_screen(page: Page, address: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"{address}/?q=砚湖区商务局2023年有哪些任务？")
    expect(page.locator(".tw-duty").first).to_be_visible(timeout=FIRST_ANSWER_MS)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert (
        page.evaluate(
            "Math.max(...[...document.querySelectorAll('.tw-duty, .tw-brand')].map(e => e.getBoundingClientRect().right))"
        )
        <= width
    )


def test_a_models_sentences_come_one_by_one_above_the_answer(
    page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = "云泽护理人员培训由哪些单位负责?"
    build([write_corpus(tmp_path / "notices")], tmp_path / "index")
    with open_index(tmp_path / "index") as index:
        clause_id = ask(index, Query(question)).units[0].clause_id
    go_on = threading.Event()
    first = f"护理课程由市教育局负责开设。[{clause_id}「依托职业院校开设护理课程」]\n全"
    second = f"年培训养老护理员900人次。[{clause_id}「全年培训养老护理员900人次」]"
    with model_server() as model:
        model.reply = in_steps([first, second], go_on)
        for name, value in model.environment(seconds=60).items():
            monkeypatch.setenv(name, value)
        with running_app(tmp_path / "index") as url:
            page.goto(f"{url}/?q={question}")
            expect(page.locator(".st-key-answer blockquote").first).to_be_visible(timeout=FIRST_ANSWER_MS)
            assert model.log == []
            page.get_by_text(ZH("written_switch")).click()
            expect(page.locator(".tw-sentence")).to_have_count(1, timeout=60_000)
            assert not go_on.is_set()
            go_on.set()
            expect(page.locator(".tw-sentence")).to_have_count(2, timeout=60_000)
            written, answer = (
                page.locator(".st-key-written").bounding_box(),
                page.locator(".st-key-answer").bounding_box(),
            )
            assert written is not None
            assert answer is not None
            assert written["y"] + written["height"] <= answer["y"]
            page.locator(".tw-ref").first.click()
            expect(page.locator("#ground-1")).to_be_in_viewport()
            page.goto("about:blank")  # before the app stops, which the page would complain of


def test_a_page_is_found_again_as_it_was_left_with_the_basket_and_the_language(page: Page, address: str) -> None:
    page.goto(f"{address}/?q=云泽新开一条集装箱航线补贴多少？&lang=en")
    answer = page.locator(".st-key-answer")
    expect(answer.locator("blockquote").first).to_be_visible(timeout=FIRST_ANSWER_MS)
    answer.get_by_role("button", name=EN("basket_put_in")).first.click()
    expect(page.get_by_text(EN("basket", n=1))).to_be_visible(timeout=60_000)
    page.get_by_role("link", name=EN("page_duties"), exact=True).click()
    expect(page.get_by_role("heading", name=EN("page_duties"))).to_be_visible(timeout=60_000)
    expect(page.get_by_text(EN("basket", n=1))).to_be_visible(timeout=60_000)
    page.get_by_role("link", name=EN("page_ask"), exact=True).click()
    expect(answer.locator("blockquote").first).to_be_visible(timeout=60_000)
    page.reload()
    expect(answer.locator("blockquote").first).to_be_visible(timeout=60_000)
    expect(page.get_by_text(EN("basket", n=1))).to_be_visible(timeout=60_000)

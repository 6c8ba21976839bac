"""The page Evaluate in a real Chromium: measuring, comparing and judging by keyboard, wide and narrow, for everybody."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from app.texts import Texts
from tests.accessibility import serious_faults
from tests.browser_fixture import FIRST_ANSWER_MS, settled

pytestmark = pytest.mark.browser
ZH, EN = Texts("zh"), Texts("en")
SOON = 60_000


def view(page: Page, address: str, name: str) -> None:
    """A view of the page, reached as a reader does."""
    page.goto(address)
    page.get_by_role("link", name=ZH("page_evaluate")).click(timeout=SOON)
    page.get_by_role("radio", name=ZH(f"evaluate_view_{name}"), exact=True).click(timeout=SOON)
    settled(page)


def fits(page: Page, width: int) -> bool:
    """Whether nothing is wider than a screen of this width."""
    page.set_viewport_size({"width": width, "height": 844})
    page.wait_for_timeout(600)
    return bool(page.evaluate("document.documentElement.scrollWidth") <= width)


def test_own_questions_are_measured_and_compared(page: Page, address: str, root: Path, tmp_path: Path) -> None:
    questions = tmp_path / "questions.jsonl"
    lines = (root / "eval" / "gold" / "queries_1.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    questions.write_text("".join(lines[:6]), encoding="utf-8")
    view(page, address, "figures")
    page.get_by_role("radio", name=ZH("evaluate_set_own")).click()
    page.locator("input[type=file]").set_input_files(questions)
    page.get_by_role("button", name=ZH("evaluate_measure")).click(timeout=SOON)
    expect(page.locator(".tw-figures").first).to_be_visible(timeout=2 * FIRST_ANSWER_MS)
    expect(page.get_by_role("heading", name=ZH("evaluate_misses"))).to_be_visible(timeout=SOON)
    settled(page)
    chart = page.locator('[data-testid="stVegaLiteChart"]').first
    expect(chart).to_be_visible()
    expect(page.locator('[aria-label*="nDCG@10"]').first).to_be_attached()  # what it shows, in words
    assert serious_faults(page) == []
    assert fits(page, 390)
    page.get_by_role("radio", name=ZH("evaluate_view_compare"), exact=True).click()
    expect(page.locator("ol.tw-ranking")).to_have_count(2, timeout=SOON)
    settled(page)
    assert fits(page, 390)
    assert fits(page, 1280)
    assert serious_faults(page) == []


def test_clauses_are_judged_by_keyboard_and_a_reload_goes_on(page: Page, address: str) -> None:
    view(page, address, "judge")
    page.get_by_label(ZH("evaluate_paste"), exact=True).fill("云泽市养老护理员培训由哪个部门负责？")
    page.get_by_role("button", name=ZH("evaluate_make_pool")).click()
    page.get_by_label(ZH("evaluate_name"), exact=True).fill("张三", timeout=FIRST_ANSWER_MS)
    page.keyboard.press("Enter")
    progress = page.get_by_text(re.compile(r"已判 0 / \d+"))
    expect(progress).to_be_visible(timeout=SOON)
    settled(page)
    assert serious_faults(page) == []
    for done, key in enumerate("201", 1):
        page.keyboard.press(key)
        expect(page.get_by_text(re.compile(rf"已判 {done} / \d+"))).to_be_visible(timeout=SOON)
    page.keyboard.press("s")
    expect(page.get_by_text(re.compile(r"第 5 条"))).to_be_visible(timeout=SOON)
    page.keyboard.press("b")
    expect(page.get_by_text(re.compile(r"第 4 条"))).to_be_visible(timeout=SOON)
    assert fits(page, 390)
    link = page.url
    again = page.context.browser
    assert again is not None
    other = again.new_page(color_scheme="dark")
    other.goto(link)
    other.get_by_role("button", name="张三").click(timeout=SOON)
    expect(other.get_by_text(re.compile(r"第 4 条"))).to_be_visible(timeout=SOON)
    assert serious_faults(other) == []
    other.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_link_opens_the_same_cases(browser: Browser, address: str, scheme: str) -> None:
    page = browser.new_page(
        viewport={"width": 390, "height": 844}, color_scheme="dark" if scheme == "dark" else "light"
    )
    page.goto(f"{address}/evaluate?view=cases&outcome=gap&lang=en")
    expect(page.locator(".tw-case")).to_have_count(4, timeout=FIRST_ANSWER_MS)
    expect(page.get_by_text(EN("evaluate_outcome_gap"), exact=False).first).to_be_visible()
    settled(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert serious_faults(page) == []
    page.close()

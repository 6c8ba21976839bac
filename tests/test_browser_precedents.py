"""The precedents page in a real Chromium: a draft from end to end by mouse and keyboard, on both widths, in both themes."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from app.texts import Texts
from tests.accessibility import serious_faults
from tests.browser_fixture import FIRST_ANSWER_MS
from tests.notice_files import write_docx

pytestmark = pytest.mark.browser
ZH = Texts("zh")
PLACED = "() => {const e = document.getElementById('place-5').getBoundingClientRect(); return e.top >= 0 && e.bottom <= innerHeight}"


def with_example(page: Page, address: str) -> None:
    """Open the page as people do, and give the example; ends when every clause was looked up."""
    page.goto(address)
    page.get_by_role("link", name=ZH("page_precedents")).first.click(timeout=60_000)
    page.get_by_role("button", name=ZH("precedents_example")).click(timeout=60_000)
    expect(page.locator(".tw-glance")).to_contain_text(ZH("precedents_n_none", n=1), timeout=FIRST_ANSWER_MS)
    expect(page.get_by_role("progressbar")).to_have_count(0, timeout=FIRST_ANSWER_MS)


def test_a_draft_is_read_clause_by_clause_by_keyboard_and_compared(page: Page, address: str) -> None:
    with_example(page, address)
    expect(page.locator("h2.tw-clause")).to_contain_text(ZH("precedents_position", at=1, n=8))
    page.keyboard.press("Alt+ArrowDown")
    expect(page.locator("h2.tw-clause")).to_contain_text("落实配建要求", timeout=60_000)
    expect(page).to_have_url(f"{address}/precedents?example=1&clause=2")
    page.locator(".st-key-clauses input").nth(1).focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("h2.tw-clause")).to_contain_text("设立家庭养老床位", timeout=60_000)
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("h2.tw-clause")).to_contain_text("落实配建要求", timeout=60_000)

    assert serious_faults(page) == []
    page.get_by_role("button", name=ZH("precedents_compare"), exact=True).first.click()
    expect(page.locator("del.tw-del").nth(1)).to_be_visible(timeout=60_000)
    left, right = (page.locator(".tw-compared section").nth(at).bounding_box() for at in (0, 1))
    assert left is not None
    assert right is not None
    assert left["x"] + left["width"] <= right["x"]  # side by side
    assert serious_faults(page) == []
    page.get_by_text(ZH("precedents_view_lineage"), exact=True).click()
    drawn = page.locator(".tw-tree > div > img")
    expect(drawn).to_be_visible(timeout=60_000)
    assert drawn.evaluate("picture => picture.naturalWidth") > 0
    expect(page.locator(".tw-tree li").first).to_contain_text(ZH("precedents_is_first"))
    expect(
        page.locator("[data-testid=stVegaLiteChart] canvas, [data-testid=stVegaLiteChart] svg").first
    ).to_be_visible()


def test_a_finding_leads_to_its_place_and_an_uploaded_draft_is_gone_after_a_reload(
    page: Page, address: str, browser: Browser, tmp_path: Path
) -> None:
    with_example(page, address)
    page.get_by_text(ZH("precedents_show_check"), exact=True).click()
    expect(page.locator(".tw-findings li")).to_have_count(5, timeout=60_000)
    page.locator('.tw-findings a[href="#place-5"]').click()
    page.wait_for_function(PLACED)
    page.locator("#place-1").click()
    expect(page.locator("#finding-1")).to_be_in_viewport()
    assert serious_faults(page) == []

    page.get_by_role("button", name=ZH("precedents_other")).click()
    path = write_docx(
        tmp_path / "draft.docx",
        ["关于试办社区食堂的意见", "一、试点。在两个街道试办社区食堂。", "二、评估。半年后评估。"],
    )
    page.locator("[data-testid=stFileUploaderDropzoneInput]").set_input_files(path)
    expect(page.locator(".tw-draft")).to_contain_text("关于试办社区食堂的意见", timeout=60_000)
    again = browser.new_page()  # what a reload is to the app
    again.goto(page.url)
    expect(again.locator("[data-testid=stMain]")).to_contain_text(ZH("precedents_lost"), timeout=60_000)
    expect(again.locator("[data-testid=stMain]")).not_to_contain_text("关于试办社区食堂的意见")
    again.close()


def test_on_a_narrow_dark_screen_every_view_fits_and_axe_finds_nothing_serious(browser: Browser, address: str) -> None:
    width = 390
    window = browser.new_page(viewport={"width": width, "height": 844}, color_scheme="dark")
    window.goto(f"{address}/precedents?example=1&clause=2")
    views = (None, "precedents_view_compare", "precedents_view_lineage", "precedents_show_check")
    for view, shown in zip(views, (".tw-card", ".tw-compared", ".tw-tree", ".tw-findings"), strict=True):
        if view:
            window.get_by_text(ZH(view), exact=True).first.click()
        expect(window.locator(shown).first).to_be_visible(timeout=FIRST_ANSWER_MS)
        expect(window.get_by_role("progressbar")).to_have_count(0, timeout=FIRST_ANSWER_MS)
        assert serious_faults(window) == [], shown
        assert window.evaluate("document.documentElement.scrollWidth") <= width, shown
        widest = "name => Math.max(...[...document.querySelectorAll(name)].map(e => e.getBoundingClientRect().right))"
        assert window.evaluate(widest, shown) <= width, shown
    window.close()

"""The Ask page in a real Chromium: whole journeys, the keyboard, narrow and dark screens, ten readers at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from itertools import pairwise, product
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from docx import Document
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, expect

from app.ask.asking import LISTED
from app.texts import Texts
from indexer.exports.workbook import HEADER_ROW
from tests.accessibility import buried_buttons, serious_faults
from tests.browser_fixture import FIRST_ANSWER_MS, settled

pytestmark = pytest.mark.browser
ZH, EN = Texts("zh"), Texts("en")
TRAINING = "云泽市养老护理员培训由哪个部门负责？"
DONE_MS = 60_000


def said(page: Page, name: str) -> list[str]:
    """What the page's address says under a name."""
    return parse_qs(urlsplit(page.url).query).get(name, [])


def open_question(page: Page, address: str, question: str, more: str = "") -> None:
    page.goto(f"{address}/?q={quote(question)}{more}")
    expect(page.locator(".tw-answer-title").first).to_be_visible(timeout=FIRST_ANSWER_MS)
    expect(page.locator(".tw-archive")).to_be_visible(timeout=DONE_MS)
    settled(page)


def test_a_clause_is_copied_exported_kept_and_read_in_its_notice(page: Page, address: str) -> None:
    open_question(page, address, TRAINING)
    answer = page.locator(".st-key-answer")
    quoted = answer.locator("blockquote").first.inner_text()

    answer.get_by_role("button", name=ZH("copy_cited")).click()
    expect(page.locator("[data-testid=stPopoverBody] code")).to_contain_text(
        re.compile(f"{re.escape(quoted[:12])}.*\n——《")
    )
    page.keyboard.press("Escape")

    page.get_by_role("button", name=ZH("ask_export", n=LISTED)).click()
    with page.expect_download(timeout=DONE_MS) as table:
        page.get_by_role("button", name=ZH("ask_excel")).click()
    assert table.value.suggested_filename == f"条文 {TRAINING.rstrip('？')}.xlsx"
    sheet = load_workbook(BytesIO(Path(table.value.path()).read_bytes())).active
    assert sheet.max_row == HEADER_ROW + LISTED
    with page.expect_download(timeout=DONE_MS) as document:
        page.get_by_role("button", name=ZH("basket_word")).click()
    assert TRAINING in Document(BytesIO(Path(document.value.path()).read_bytes())).paragraphs[0].text
    page.keyboard.press("Escape")

    answer.get_by_role("button", name=ZH("basket_put_in")).click()
    expect(page.locator(".st-key-basket")).to_contain_text(ZH("basket", n=1), timeout=DONE_MS)
    expect(answer.get_by_role("button", name=ZH("basket_take_out"))).to_be_visible()

    answer.get_by_role("button", name=ZH("see_source")).click()
    expect(page.locator(".tw-body .tw-here").first).to_contain_text(quoted[:12], timeout=DONE_MS)
    page.get_by_role("link", name=ZH("open_whole")).click()
    expect(page).to_have_url(re.compile(r"/archive\?.*notice=.*clause="), timeout=DONE_MS)
    assert said(page, "basket") == said(page, "clause")


def test_counts_restrict_by_keyboard_and_the_link_opens_the_same(page: Page, address: str) -> None:
    open_question(page, address, TRAINING)
    count = page.locator(".st-key-facet-of-kinds button").first
    kind, n = count.inner_text().split(" · ")
    count.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".tw-understood b")).to_have_text(kind, timeout=DONE_MS)
    assert said(page, "kind") == [kind]
    assert int(n) > 0
    page.get_by_role("button", name=re.compile(ZH("ask_more", n="").split("（")[0])).press("Enter")
    expect(page.locator(".tw-section span").first).to_contain_text("前 30 条", timeout=DONE_MS)
    page.goto(page.url)
    expect(page.locator(".tw-understood b")).to_have_text(kind, timeout=FIRST_ANSWER_MS)
    expect(page.locator(".tw-section span").first).to_contain_text("前 30 条", timeout=DONE_MS)
    expect(
        page.locator(
            ".st-key-facet-of-kinds button[aria-checked=true], .st-key-facet-of-kinds button[aria-pressed=true]"
        )
    ).to_contain_text(kind)


def test_a_question_asked_before_is_two_keys_away(page: Page, address: str) -> None:
    open_question(page, address, TRAINING)
    box = page.get_by_label(ZH("question"), exact=True)
    box.fill("鹭洲区老旧住宅加装电梯由谁牵头？")
    box.press("Enter")
    expect(page.locator(".st-key-answer .tw-lead")).to_have_text("区住房城乡建设局", timeout=DONE_MS)
    page.get_by_role("button", name=ZH("ask_history")).press("Enter")
    page.get_by_text(TRAINING, exact=True).last.click()
    expect(box).to_have_value(TRAINING, timeout=DONE_MS)
    expect(page.locator(".st-key-answer blockquote").first).to_contain_text("养老护理员", timeout=DONE_MS)


@pytest.fixture(params=["light", "dark"])
def themed(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme=request.param)
    yield page
    page.close()


def test_everyone_can_use_it_on_wide_and_narrow_screens(themed: Page, address: str) -> None:
    themed.goto(address)
    expect(themed.locator(".st-key-examples")).to_be_visible(timeout=FIRST_ANSWER_MS)
    expect(themed.locator(".tw-archive")).to_be_visible(timeout=DONE_MS)
    box = themed.get_by_label(ZH("question"), exact=True)
    for question, seen in (
        ("", ".st-key-examples"),
        ("各地的养老护理员培训目标有什么不同？", ".tw-compare"),
        ("白沙市给冷库建设补多少钱？", ".tw-silent"),
    ):
        if question:
            box.fill(question)
            box.press("Enter")
        expect(themed.locator(seen)).to_be_visible(timeout=FIRST_ANSWER_MS)
        settled(themed)
        assert serious_faults(themed) == []
        ranks = themed.evaluate("[...document.querySelectorAll('.stMain :is(h1,h2,h3)')].map(h => +h.tagName[1])")
        assert ranks[0] == 1
        assert all(after <= before + 1 for before, after in pairwise(ranks))
        themed.set_viewport_size({"width": 390, "height": 844})
        themed.wait_for_timeout(500)
        assert themed.evaluate("document.documentElement.scrollWidth") <= 390
        edges = "[...document.querySelectorAll('.stMain :is(button, .tw-card, table)')].map(e => e.getBoundingClientRect().right)"
        assert themed.evaluate(f"Math.max(...{edges})") <= 390
        assert buried_buttons(themed) == []
        themed.set_viewport_size({"width": 1280, "height": 900})


def test_ten_readers_at_once_each_see_their_own(browser: Browser, address: str) -> None:
    places = ["云泽市", "江澜省", "澜川市", "望津市", "青砚市"]
    readers = [
        (question, place, "en" if number % 2 else "zh")
        for number, (question, place) in enumerate(product(("由哪个部门负责？", "补贴多少？"), places))
    ]
    contexts = [browser.new_context() for _ in readers]
    pages = [context.new_page() for context in contexts]
    for page, (question, place, language) in zip(pages, readers, strict=True):
        address_of_reader = f"{address}/?q={quote('养老服务' + question)}&place={quote(place)}&lang={language}"
        page.goto(address_of_reader, wait_until="commit")
    for number, page in enumerate(pages):  # every second one puts a clause aside while others still load
        expect(page.locator(".tw-card").first).to_be_visible(timeout=FIRST_ANSWER_MS)
        if number % 2:
            expect(page.locator(".tw-archive")).to_be_visible(timeout=FIRST_ANSWER_MS)
            settled(page)  # a button that is drawn anew between press and release is not clicked
            put_in = (EN if readers[number][2] == "en" else ZH)("basket_put_in")
            page.locator('[class*="st-key-actions-hit"]').nth(number // 2).get_by_role("button", name=put_in).click()
    for number, (page, (question, place, language)) in enumerate(zip(pages, readers, strict=True)):
        texts = EN if language == "en" else ZH
        expect(page.locator(".st-key-basket")).to_have_count(number % 2, timeout=DONE_MS)
        expect(page.get_by_label(texts("question"), exact=True)).to_have_value("养老服务" + question)
        expect(page.locator(".tw-tagline")).to_have_text(texts("tagline_ask"))
        expect(page.locator(".tw-understood b")).to_have_text(place)
        metas = page.locator(".tw-card .tw-meta").all_inner_texts()
        assert metas
        assert all(meta.startswith(place) for meta in metas)
        assert len(said(page, "basket")) == number % 2
    kept = {clause_id for page in pages for clause_id in said(page, "basket")}
    assert len(kept) == len(readers) // 2
    for context in contexts:
        context.close()

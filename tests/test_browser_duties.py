"""The page Duties in a real Chromium: by keyboard, on a phone, with files, and judged by axe-core."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect

from app.texts import Texts
from tests.accessibility import serious_faults
from tests.browser_fixture import settled

pytestmark = pytest.mark.browser
ZH = Texts("zh")
UNIT, SEAT, N_TASKS = "市民政局", "云泽市", 66
WAIT_MS = 60_000


def address_of(page: Page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def link(address: str, **said: str) -> str:
    return f"{address}/duties?{urlencode(said)}"


def test_a_unit_is_typed_its_rows_are_stepped_through_by_keyboard_and_kept_by_a_link(
    page: Page, address: str, other_page: Page
) -> None:
    page.goto(address)
    page.get_by_role("link", name=ZH("page_duties")).first.click(timeout=WAIT_MS)
    box = page.get_by_role("combobox", name=ZH("duties_unit"))
    box.click(timeout=WAIT_MS)
    page.keyboard.type("云泽市民政局")
    page.keyboard.press("Enter")
    expect(page.locator(".tw-counts")).to_contain_text(ZH("duties_total", n=N_TASKS), timeout=WAIT_MS)
    expect(page.locator('[data-testid="stDataFrame"]')).to_be_visible(timeout=WAIT_MS)
    page.locator("h1").click()
    page.keyboard.press("Alt+ArrowDown")
    card = page.locator(".st-key-duty")
    expect(card).to_contain_text(ZH("duties_position", at=1, n=N_TASKS), timeout=WAIT_MS)
    expect(page.locator(".st-key-first")).to_have_count(0, timeout=WAIT_MS)  # whose key it was before
    page.keyboard.press("Alt+ArrowDown")
    expect(card).to_contain_text(ZH("duties_position", at=2, n=N_TASKS), timeout=WAIT_MS)
    settled(page)
    task, quotation = address_of(page)["task"], card.locator("blockquote").inner_text()
    other_page.goto(link(address, **{name: value for name, value in address_of(page).items() if name != "lang"}))
    expect(other_page.locator(".st-key-duty blockquote")).to_have_text(quotation, timeout=WAIT_MS)
    assert address_of(other_page)["task"] == task


def test_a_row_is_chosen_by_a_click_and_the_list_is_saved_as_it_is_filtered(page: Page, address: str) -> None:
    page.goto(link(address, of=UNIT, at=SEAT, role="lead"))
    grid = page.locator('[data-testid="stDataFrame"]').first
    expect(grid).to_be_visible(timeout=WAIT_MS)
    page.wait_for_timeout(1000)  # the grid draws itself when it is there
    grid.click(position={"x": 15, "y": 36 * 2 + 18})
    expect(page.locator(".st-key-duty")).to_contain_text(ZH("duties_position", at=2, n=19), timeout=WAIT_MS)
    page.get_by_role("button", name=ZH("duties_export")).click()
    with page.expect_download(timeout=WAIT_MS) as download:
        page.get_by_role("button", name=ZH("duties_excel"), exact=True).click()
    assert download.value.suggested_filename == f"{UNIT}_{SEAT}任务清单.xlsx"
    book = openpyxl.load_workbook(BytesIO(Path(download.value.path()).read_bytes()))
    assert book["任务清单"].max_row == 19 + 3


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_every_view_fits_the_screen_and_has_no_serious_fault(
    browser: Browser, address: str, width: int, scheme: str
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    for said, there in (
        ({"of": UNIT}, ".st-key-units button"),
        ({"of": "市商务局", "at": "望津市", "task": "a7d9584b1049:1.1"}, ".st-key-duty"),
        ({"view": "archive", "show": "spread"}, ".tw-heat"),
        ({"of": UNIT, "at": SEAT, "show": "time"}, '[data-testid="stVegaLiteChart"]'),
        ({"view": "notice", "notice": "火星"}, ".st-key-no-notice"),
    ):
        page.goto(link(address, **said))
        expect(page.locator(there).first).to_be_visible(timeout=WAIT_MS)
        expect(page.locator(".tw-archive")).to_be_attached(timeout=WAIT_MS)
        page.wait_for_timeout(500)  # widgets behind it are still fetched
        assert page.evaluate("document.documentElement.scrollWidth") <= width, said
        assert serious_faults(page) == [], said
    page.close()

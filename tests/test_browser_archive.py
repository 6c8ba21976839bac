"""The archive's page in a real Chromium: a notice found and read, put right, a file taken in, and the build that follows."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from app.texts import Texts
from indexer.build import build
from indexer.notices import parse
from indexer.sources import read
from tests.accessibility import serious_faults
from tests.app_fixture import SAMPLES
from tests.app_server import running_app
from tests.browser_fixture import settled

pytestmark = pytest.mark.browser
ZH = Texts("zh")
START_MS = 60_000
BUILD_MS = 120_000
NEW = (
    "云泽市人民政府办公室关于夜间照明的通知\n云泽政办发〔2024〕77号\n各区县政府:\n"
    "一、更换路灯。年底前更换路灯300盏。(责任单位:市城管局、市财政局)\n云泽市人民政府办公室\n2024年3月1日\n"
)


@pytest.fixture(autouse=True)
def patient() -> Iterator[None]:
    """Other work may keep the machine busy."""
    expect.set_options(timeout=START_MS)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture(scope="module")
def own_app(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An app whose archive the tests of this file may change."""
    del browser  # where there is none, nothing is to be started
    folder = tmp_path_factory.mktemp("own")
    (folder / "notices").mkdir()
    for name in ("s05", "s06", "s16", "s17", "s48"):
        shutil.copy(next(SAMPLES.glob(f"{name}_*")), folder / "notices")
    build([folder / "notices"], folder / "index")
    with running_app(folder / "index") as url:
        yield url


def open_archive(page: Page, url: str) -> None:
    """The page by the way that readers take."""
    page.set_default_timeout(START_MS)
    page.goto(url)
    page.get_by_role("link", name=ZH("page_archive"), exact=True).click()
    expect(page.locator(".st-key-notices a").first).to_be_visible()


def wide(page: Page) -> int:
    width: int = page.evaluate("Math.max(...[...document.querySelectorAll('.tw-document *, .stButton')].map(e => e.getBoundingClientRect().right), 0)")  # fmt: skip
    return width


def test_a_notice_is_found_read_by_its_outline_and_a_clause_put_aside(
    page: Page, own_app: str, browser: Browser
) -> None:
    open_archive(page, own_app)
    assert serious_faults(page) == []
    box = page.get_by_role("textbox", name=ZH("archive_search"))
    box.fill("云泽政办发[2023]24号")
    box.press("Enter")
    expect(page.get_by_text(re.compile(ZH("archive_some", n=1, all="")[:6]))).to_be_visible()
    page.locator(".st-key-notices a").first.click()
    document = page.locator(".tw-document")
    expect(document).to_contain_text("发展老年助餐")
    page.locator(".tw-outline-side a", has_text="五、壮大养老服务人才队伍").click()
    expect(document.get_by_role("heading", name="五、壮大养老服务人才队伍")).to_be_in_viewport()
    expect(page.locator(".tw-outline-side a[aria-current]")).to_have_text("五、壮大养老服务人才队伍")
    number = document.locator("a[data-clause$=':5.2']")
    number.focus()
    page.keyboard.press("Enter")
    bar = page.locator(".st-key-chosen")
    expect(bar).to_be_in_viewport()
    expect(page).to_have_url(re.compile("clause=.*5.2"))
    expect(number).to_be_in_viewport()
    bar.get_by_role("button", name=ZH("basket_put_in")).click()
    expect(page.get_by_text(ZH("basket", n=1))).to_be_visible()
    assert serious_faults(page) == []
    again = browser.new_page(viewport={"width": 390, "height": 844}, color_scheme="dark")
    again.goto(page.url)
    expect(again.locator(".tw-here")).to_be_in_viewport()
    assert again.evaluate("document.documentElement.scrollWidth") <= 390
    assert wide(again) <= 390
    assert serious_faults(again) == []
    again.close()
    page.get_by_role("button", name=ZH("archive_back")).click()
    expect(page.get_by_role("textbox", name=ZH("archive_search"))).to_have_value("云泽政办发[2023]24号")


def test_paper_has_the_notice_and_nothing_else(page: Page, own_app: str) -> None:
    open_archive(page, own_app)
    page.locator(".st-key-notices a").first.click()
    expect(page.locator(".tw-document")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator(".tw-document")).to_be_visible()
    for hidden in ("[data-testid=stSidebar]", ".st-key-masthead", ".st-key-notice-tools"):
        expect(page.locator(hidden)).to_be_hidden()
    assert len(page.pdf(format="A4")) > 20_000
    heights = "[document.querySelector('.tw-document').scrollHeight, document.documentElement.scrollHeight]"
    document, paper = page.evaluate(heights)
    assert paper >= document


def test_files_of_every_format_are_shown_as_they_are_understood_before_they_enter(page: Page, own_app: str) -> None:
    files = [next(SAMPLES.glob(f"{name}_*")) for name in ("s01", "s22", "s23", "s32", "s07")]
    assert {file.suffix for file in files} == {".txt", ".docx", ".pdf", ".xlsx", ".html"}
    open_archive(page, own_app)
    page.get_by_text(ZH("archive_add"), exact=True).click()
    page.locator("input[type=file]").set_input_files(files)
    for file in files:
        notice = parse(read(file))
        shown = page.locator("[data-testid=stVerticalBlock]", has_text=file.name).last
        expect(shown.get_by_role("heading", name=notice.title, exact=True)).to_be_visible()
        units = {unit.name for clause in notice.clauses for unit in clause.units}
        assigned = sum(bool(clause.units) for clause in notice.clauses)
        expect(shown).to_contain_text(
            ZH("archive_understood", clauses=len(notice.clauses), assigned=assigned, units=len(units))
        )
    expect(page.get_by_role("button", name=ZH("archive_add_and_build", n=len(files)))).to_be_visible()


def test_a_file_is_taken_in_and_a_unit_put_right_by_one_build_each(page: Page, own_app: str, tmp_path: Path) -> None:
    file = tmp_path / "夜间照明.txt"
    file.write_text(NEW, encoding="utf-8")
    broken = tmp_path / "坏文件.pdf"
    broken.write_bytes(b"%PDF-1.4 nothing")
    open_archive(page, own_app)
    page.get_by_text(ZH("archive_add"), exact=True).click()
    page.locator("input[type=file]").set_input_files([file, broken])
    expect(page.get_by_text("坏文件.pdf", exact=False).last).to_be_visible()
    expect(page.get_by_text(ZH("archive_understood", clauses=1, assigned=1, units=2))).to_be_visible()
    assert serious_faults(page) == []
    name = page.get_by_role("textbox", name=ZH("archive_editor"))
    name.fill("王敏")
    name.press("Tab")
    page.get_by_role("button", name=ZH("archive_add_and_build", n=1)).click()
    expect(page.locator(".st-key-build-done")).to_be_visible(timeout=BUILD_MS)
    expect(page.locator(".tw-archive")).to_contain_text(ZH("archive_size", notices=6, clauses=0).split("，")[0])
    assert serious_faults(page) == []

    page.get_by_text(ZH("archive_list"), exact=True).first.click()
    page.locator(".st-key-notices a", has_text="夜间照明").click()
    expect(page.locator("a[data-clause]").first).to_be_visible()
    settled(page)
    page.wait_for_function("window.tiaowenShown")  # without the script a click loads the page anew: another session
    page.locator("a[data-clause]").first.click()
    page.get_by_role("button", name=ZH("archive_correct_units")).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label(ZH("role_lead"), exact=True).fill("市城管局")
    dialog.get_by_label(ZH("role_responsible"), exact=True).fill("市财政局")
    expect(dialog.get_by_role("textbox", name=ZH("archive_editor"))).to_have_value("王敏")
    assert serious_faults(page) == []
    dialog.get_by_role("button", name=ZH("archive_keep")).click()
    expect(dialog).to_be_hidden()
    page.get_by_role("button", name=ZH("archive_build_now")).click()
    expect(page.locator(".st-key-build-done")).to_be_visible(timeout=BUILD_MS)
    expect(page.get_by_text(ZH("archive_wait_nothing"))).to_be_visible(timeout=BUILD_MS)
    page.get_by_text(ZH("archive_list"), exact=True).first.click()
    page.locator(".st-key-notices a", has_text="夜间照明").click()
    beside = page.locator(".tw-set-margin").first
    expect(beside.locator(".tw-lead")).to_have_text("市城管局")
    expect(beside.locator(".tw-corrected")).to_contain_text("王敏")

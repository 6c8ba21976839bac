"""Signing in with the organisation's account: a provider, the app, each a process of its own, and a browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from app.texts import Texts
from tests.app_server import running_app
from tests.browser_fixture import FIRST_ANSWER_MS, watched
from tests.login_provider import STYLES_HOST, choose, end_session, running_provider, write_secrets
from tests.restricted_fixture import TELLTALE, build_guarded

pytestmark = pytest.mark.browser

ZH = Texts("zh")
CONTACT = "信息中心（办公楼 302）"
QUESTION = "社区食堂每家补贴多少钱?"
# What stands in notices that all may see, and in hidden ones alone.
OPEN, HIDDEN = "社区食堂", "9.5万元"

PEOPLE = (
    {"sub": "li", "email": "li@example.cn", "email_verified": True, "groups": ["条文编辑", "人事处"]},
    {"sub": "wang", "email": "wang@example.cn", "email_verified": True, "groups": ["各科室"]},
    {"sub": "zhao", "email": "zhao@example.cn", "email_verified": True, "groups": ["后勤"]},
    {"sub": "qian", "email": "qian@example.cn", "email_verified": False, "groups": ["条文编辑"]},
)
LOGIN = f"""
[login]
contact = "{CONTACT}"

[login.roles]
"条文编辑" = "editor"
"各科室" = "reader"

[login.collections]
"人事处" = ["inner"]
"""


@pytest.fixture(scope="module")
def guarded(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Path:
    del browser  # skipped where there is none
    index = build_guarded(tmp_path_factory.mktemp("login"))
    with (index / "access.toml").open("a", encoding="utf-8") as file:
        file.write(LOGIN)
    return index


@pytest.fixture(scope="module")
def app(guarded: Path) -> Iterator[str]:
    """The address of the app, whose people sign in at a provider."""
    with (
        running_provider(PEOPLE) as provider,
        running_app(guarded, secrets=write_secrets(guarded.parent, provider)) as url,
    ):
        yield url


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of somebody who is not signed in."""
    with watched(browser, beside=(STYLES_HOST,)) as page:
        page.set_default_timeout(FIRST_ANSWER_MS)
        page.route(f"https://{STYLES_HOST}/**", lambda route: route.fulfill(content_type="text/css", body=""))
        yield page


def sign_in(page: Page, app: str, who: str, path: str = "/") -> None:
    page.goto(app + path)
    page.get_by_role("button", name=ZH("sign_in_login")).click()
    choose(page, who)
    page.wait_for_url(f"{app}/**")


def shows_nothing_of_the_archive(page: Page) -> None:
    html = page.content()
    assert [
        word
        for word in (*TELLTALE, OPEN, "云泽", "养老", "tw-archive", "tw-card")
        if f">{word}" in html or word in page.inner_text("body")
    ] == []


@pytest.mark.parametrize("path", [f"/?q={QUESTION}", "/archive", "/evaluate"])
def test_whoever_is_not_signed_in_is_shown_a_button_and_nothing_of_the_archive(app: str, page: Page, path: str) -> None:
    page.goto(app + path)
    expect(page.get_by_role("button", name=ZH("sign_in_login"))).to_be_visible(timeout=FIRST_ANSWER_MS)
    expect(page.locator(".st-key-sign-in")).to_contain_text(CONTACT, timeout=FIRST_ANSWER_MS)
    shows_nothing_of_the_archive(page)


def test_a_person_signs_in_sees_what_their_groups_may_see_and_signs_out(app: str, page: Page) -> None:
    sign_in(page, app, "li")
    expect(page.locator(".tw-archive").first).to_contain_text("li@example.cn", timeout=FIRST_ANSWER_MS)
    page.goto(f"{app}/?q={QUESTION}")
    expect(page.locator(".tw-archive").first).to_contain_text(ZH("role_of_editor"), timeout=FIRST_ANSWER_MS)
    expect(page.locator(".st-key-answer")).to_contain_text(HIDDEN, timeout=FIRST_ANSWER_MS)
    page.get_by_role("button", name=ZH("sign_out")).click()
    end_session(page)
    page.wait_for_url(f"{app}/**")
    expect(page.get_by_role("button", name=ZH("sign_in_login"))).to_be_visible(timeout=FIRST_ANSWER_MS)
    page.goto(f"{app}/?q={QUESTION}")
    expect(page.get_by_role("button", name=ZH("sign_in_login"))).to_be_visible(timeout=FIRST_ANSWER_MS)
    shows_nothing_of_the_archive(page)


def test_another_person_sees_neither_the_collection_nor_the_buttons_that_are_not_theirs(app: str, page: Page) -> None:
    sign_in(page, app, "wang")
    expect(page.locator(".tw-archive").first).to_contain_text(ZH("role_of_reader"), timeout=FIRST_ANSWER_MS)
    page.goto(f"{app}/?q={QUESTION}")
    expect(page.locator("[data-testid=stMain]")).to_contain_text(OPEN, timeout=FIRST_ANSWER_MS)
    assert [word for word in TELLTALE if word in page.content()] == []
    expect(page.get_by_role("link", name=ZH("page_evaluate"))).to_have_count(0, timeout=FIRST_ANSWER_MS)


@pytest.mark.parametrize(("who", "key"), [("zhao", "refused_no_role"), ("qian", "refused_unverified")])
def test_a_person_whom_the_archive_does_not_let_in_reads_why_and_whom_to_ask(
    app: str, page: Page, who: str, key: str
) -> None:
    sign_in(page, app, who)
    box = page.locator(".st-key-refused")
    expect(box).to_contain_text(ZH(key), timeout=FIRST_ANSWER_MS)
    expect(box).to_contain_text(CONTACT, timeout=FIRST_ANSWER_MS)
    expect(box).to_contain_text(f"{who}@example.cn", timeout=FIRST_ANSWER_MS)
    shows_nothing_of_the_archive(page)
    expect(page.get_by_role("button", name=ZH("sign_in_login"))).to_have_count(0, timeout=FIRST_ANSWER_MS)
    page.get_by_role("button", name=ZH("sign_out")).click()
    end_session(page)
    expect(page.get_by_role("button", name=ZH("sign_in_login"))).to_be_visible(timeout=FIRST_ANSWER_MS)


def test_a_role_that_is_given_counts_from_the_next_click_on(app: str, guarded: Path, page: Page) -> None:
    sign_in(page, app, "zhao")
    expect(page.locator(".st-key-refused")).to_be_visible(timeout=FIRST_ANSWER_MS)
    file = guarded / "access.toml"
    before = file.read_text(encoding="utf-8")
    file.write_text(before.replace('"各科室" = "reader"', '"各科室" = "reader"\n"后勤" = "reader"'), encoding="utf-8")
    try:
        page.goto(app)
        expect(page.locator(".tw-archive").first).to_contain_text("zhao@example.cn", timeout=FIRST_ANSWER_MS)
    finally:
        file.write_text(before, encoding="utf-8")


def test_whoever_declines_at_the_provider_is_not_signed_in(app: str, page: Page) -> None:
    page.goto(app)
    page.get_by_role("button", name=ZH("sign_in_login")).click()
    choose(page, "Deny")
    page.wait_for_url(f"{app}/**")
    expect(page.get_by_role("button", name=ZH("sign_in_login"))).to_be_visible(timeout=FIRST_ANSWER_MS)
    shows_nothing_of_the_archive(page)


def test_a_cookie_that_was_changed_signs_nobody_in(app: str, page: Page) -> None:
    sign_in(page, app, "li")
    expect(page.locator(".tw-archive").first).to_be_visible(timeout=FIRST_ANSWER_MS)
    [cookie] = [each for each in page.context.cookies() if each["name"] == "_streamlit_user"]
    assert cookie["httpOnly"]
    value = cookie["value"]
    changed = value[:20] + ("A" if value[20] != "A" else "B") + value[21:]
    page.context.add_cookies([{**cookie, "value": changed}])  # type: ignore[list-item]
    page.goto(app)
    expect(page.get_by_role("button", name=ZH("sign_in_login"))).to_be_visible(timeout=FIRST_ANSWER_MS)
    shows_nothing_of_the_archive(page)

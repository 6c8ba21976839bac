"""Saved questions in the app: saved beside the answer, listed with what is new, opened with the new clauses, removed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from streamlit.testing.v1 import AppTest

from app.texts import Texts
from indexer.index import open_index
from indexer.records import Filters
from indexer.saved import SavedQuestion, read_saved, save
from tests.app_fixture import opened, shown
from tests.app_server import running_app
from tests.browser_fixture import FIRST_ANSWER_MS, watched
from tests.saved_fixture import TRAINING, samples_with_news

ZH, EN = Texts("zh"), Texts("en")


@pytest.fixture(scope="module")
def with_news(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index of the samples with two saved questions, one of which has news since."""
    return samples_with_news(samples, tmp_path_factory.mktemp("saved"))


@pytest.fixture
def directory(with_news: Path, tmp_path: Path) -> Path:
    """A copy of its own for a test that changes what is on file."""
    return Path(shutil.copytree(with_news, tmp_path / "index"))


def saved_by(directory: Path, owner: str) -> SavedQuestion:
    [question] = read_saved(directory).of(owner)
    return question


def open_question(app: AppTest, question: SavedQuestion) -> AppTest:
    return app.button(key=f"saved {question.question_id}").click().run()


def test_the_page_without_a_question_lists_saved_ones_those_with_news_first(
    with_news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened(with_news, monkeypatch)
    assert ZH("saved") in shown(app)
    labels = [button.label for button in app.button if (button.key or "").startswith("saved ")]
    assert [ZH("saved_new", n=1) in label for label in labels] == [True, False]
    assert "王芳" in labels[0]
    app = opened(with_news, monkeypatch, of="李明")
    [label] = [button.label for button in app.button if (button.key or "").startswith("saved ")]
    assert "集装箱" in label


def test_a_saved_question_opens_with_its_filters_and_its_new_clauses_marked(
    with_news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = saved_by(with_news, "王芳")
    app = open_question(opened(with_news, monkeypatch), question)
    assert app.text_input(key="q").value == TRAINING
    assert app.button_group(key="level").value == ["city"]
    assert app.query_params["saved"] == question.question_id
    html = shown(app)
    assert ZH("saved_since", n=1, date=question.created_at[:10], who="王芳") in html
    new = html.index(f'<span class="tw-cited">{ZH("saved_state_new")}</span>')
    assert "600人次" in html[new:]
    assert html.count("培训合格的发给证书") >= 1


def test_a_link_with_the_saved_question_alone_asks_it(with_news: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    question = saved_by(with_news, "王芳")
    app = opened(with_news, monkeypatch, saved=question.question_id, lang="en")
    assert app.text_input(key="q").value == TRAINING
    assert EN("saved_by", who="王芳", date=question.created_at[:10]) in shown(app)


def test_another_question_or_filter_is_no_saved_one_and_can_be_saved(
    with_news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = saved_by(with_news, "王芳")
    app = opened(with_news, monkeypatch, q=TRAINING, saved=question.question_id)  # without its filter
    assert ZH("saved_by", who="王芳", date=question.created_at[:10]) not in shown(app)
    assert [button for button in app.button if button.key == "save question now"]
    app = opened(with_news, monkeypatch, saved="000000000000")
    assert app.text_input(key="q").value == ""


def test_a_question_is_saved_under_the_name_given_and_not_without_one(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened(directory, monkeypatch, q="鹭洲区老旧住宅加装电梯由谁牵头？")
    app.button(key="save question now").click().run()
    assert [error.value for error in app.error] == [ZH("archive_who_missing")]
    assert len(read_saved(directory).questions) == 2
    app.text_input(key="editor saving").set_value("陈静").run()
    app.button(key="save question now").click().run()
    question = saved_by(directory, "陈静")
    assert question.text == "鹭洲区老旧住宅加装电梯由谁牵头？"
    assert app.query_params["saved"] == question.question_id
    assert ZH("saved_quiet", date=question.created_at[:10], who="陈静") in shown(app)


def test_what_is_marked_as_seen_is_no_news_any_more(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    question = saved_by(directory, "王芳")
    app = open_question(opened(directory, monkeypatch), question)
    app.button(key="mark seen").click().run()
    assert ZH("saved_state_new") not in shown(app)
    [_, seen] = read_saved(directory).seen[question.question_id]
    assert [each.state for each in seen.told] == ["new"]
    labels = [button.label for button in opened(directory, monkeypatch).button if "saved " in (button.key or "")]
    assert not any(ZH("saved_new", n=1) in label for label in labels)


def test_a_question_is_removed_by_whom_gives_a_name(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    question = saved_by(directory, "王芳")
    app = open_question(opened(directory, monkeypatch), question)
    app.button(key="remove question now").click().run()
    assert [error.value for error in app.error] == [ZH("archive_who_missing")]
    app.text_input(key="editor removing").set_value("李明").run()
    app.button(key="remove question now").click().run()
    assert question.question_id not in read_saved(directory).questions
    assert "saved" not in app.query_params


def test_a_filter_that_the_archive_has_no_more_does_not_stop_the_page(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_index(directory) as index:
        question = save(
            index, TRAINING, owner="周", filters=Filters(units=("没有的单位",), places=("天外市",), years=(1901, 1950))
        )
    app = open_question(opened(directory, monkeypatch), question)
    assert app.multiselect(key="unit").value == []
    assert ZH("saved_by", who="周", date=question.created_at[:10]) in shown(app)


@pytest.mark.browser
def test_in_a_browser_a_question_is_saved_told_of_and_seen(directory: Path, browser: Browser) -> None:
    with running_app(directory) as url, watched(browser) as page:
        page.goto(url)
        page.get_by_role("button", name=ZH("saved_new", n=1)).click(timeout=FIRST_ANSWER_MS)
        expect(page.locator(".st-key-saved_news")).to_contain_text("王芳", timeout=FIRST_ANSWER_MS)
        expect(page.get_by_text("600人次").first).to_be_visible()
        assert "saved=" in page.url
        assert "level=city" in page.url
        page.get_by_role("button", name=ZH("saved_seen")).click()
        expect(page.locator(".st-key-saved_news")).to_contain_text(ZH("saved_quiet", date="", who="").split("，")[-1])
        page.reload()
        expect(page.locator(".st-key-saved_news")).to_be_visible(timeout=FIRST_ANSWER_MS)

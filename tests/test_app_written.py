"""The switch for a language model on the Ask page, and what the card shows of what it wrote."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest
from streamlit.testing.v1 import AppTest

from app.texts import TEXTS, Texts
from indexer.build import build
from indexer.index import open_index
from indexer.records import Query, WritingFailure
from indexer.rewriting.endpoint import KEY, MODEL, TIMEOUT, URL
from indexer.search import ask
from tests.app_fixture import opened, shown
from tests.model_server import SECRET, ModelServer, raw, streamed
from tests.search_corpus import write_corpus

QUESTION = "云泽护理人员培训由哪些单位负责?"
ZH = Texts("zh")


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("app written")
    build([write_corpus(folder / "notices")], folder / "index")
    return folder / "index"


@pytest.fixture(scope="module")
def honest(directory: Path) -> str:
    with open_index(directory) as index:
        clause_id = ask(index, Query(QUESTION)).units[0].clause_id
    return (
        f"护理课程由市教育局负责开设。[{clause_id}「依托职业院校开设护理课程」]\n由市公安局负责。\n"
        f"<b>培训</b>养老护理员900人次。[{clause_id}「全年培训养老护理员900人次」]"
    )


@pytest.fixture
def server(named_model: ModelServer) -> ModelServer:
    return named_model


def card(app: AppTest) -> str:
    """The HTML from the card's title to the title of the answer that needs no model; empty where there is no card."""
    html = shown(app)
    begin = html.find(ZH("written_title"))
    return html[begin : html.index(ZH("answer_units"), begin)] if begin >= 0 else ""


def test_without_an_endpoint_there_is_no_switch(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (URL, MODEL, KEY, TIMEOUT):
        monkeypatch.delenv(name, raising=False)
    app = opened(directory, monkeypatch, q=QUESTION)
    assert not app.toggle
    assert card(app) == ""


def test_half_an_endpoint_is_named_and_offers_no_switch(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(MODEL, raising=False)
    monkeypatch.setenv(URL, "http://127.0.0.1:1/v1")
    app = opened(directory, monkeypatch, q=QUESTION)
    assert not app.toggle
    assert MODEL in app.caption[0].value


def test_the_switch_is_off_at_first_and_no_link_turns_it_on(
    directory: Path, server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened(directory, monkeypatch, q=QUESTION, llm="true")
    assert [toggle.value for toggle in app.toggle] == [False]
    assert "test-model" in app.toggle[0].help
    assert (card(app), server.log) == ("", [])


def test_what_the_model_wrote_is_labelled_numbered_quoted_and_counted(
    directory: Path, server: ModelServer, honest: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.reply = streamed(honest)
    app = opened(directory, monkeypatch, q=QUESTION)
    app.toggle(key="llm").set_value(True).run()
    html = card(app)
    assert ZH("written_label", model="test-model") in html
    assert "护理课程由市教育局负责开设。" in html
    assert "市公安局" not in html
    assert ZH("written_dropped", n=1) in html
    assert "&lt;b&gt;培训&lt;/b&gt;养老护理员900人次。" in html
    assert set(re.findall(r'href="#(ground-\d)"', html)) == set(re.findall(r'id="(ground-\d)"', html)) == {"ground-1"}
    assert "<blockquote>依托职业院校开设护理课程</blockquote>" in html
    assert any(button.key and button.key.startswith("written ") for button in app.button)
    assert "市人力社保局" in shown(app)  # the answer that needs no model stands below


def test_a_click_elsewhere_asks_no_model_again_and_off_takes_the_card_away(
    directory: Path, server: ModelServer, honest: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.reply = streamed(honest)
    app = opened(directory, monkeypatch, q=QUESTION)
    app.toggle(key="llm").set_value(True).run()
    app.run()
    assert len(server.log) == 1
    app.button(key="write again").click().run()
    assert len(server.log) == 2
    app.toggle(key="llm").set_value(False).run()
    assert (card(app), len(server.log)) == ("", 2)


def test_an_endpoint_that_fails_is_said_in_a_line_above_the_answer(
    directory: Path, server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.reply = raw(SECRET, "text/plain", status=401)
    app = opened(directory, monkeypatch, q=QUESTION)
    app.toggle(key="llm").set_value(True).run()
    html = card(app)
    assert ZH("written_key_refused") in html
    assert ZH("written_stands") in html
    assert SECRET not in shown(app)
    assert "市人力社保局" in shown(app)


def test_silence_has_no_card(directory: Path, server: ModelServer, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(directory, monkeypatch, q="杭州市的社区食堂归哪个局管?")
    app.toggle(key="llm").set_value(True).run()
    assert ZH("written_title") not in shown(app)
    assert server.log == []


def test_every_failure_has_a_text() -> None:
    assert {f"written_{failure}" for failure in get_args(WritingFailure)} <= set(TEXTS)

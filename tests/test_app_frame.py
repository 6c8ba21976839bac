"""What every page has around it: its language, the basket, the filters over generations, and what is shown when it fails."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from app.navigation import PAGES
from app.texts import Texts
from indexer.build import build
from indexer.index import Index
from indexer.records import Clause
from tests.app_fixture import opened, shown
from tests.search_corpus import write_corpus

ZH = Texts("zh")


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("frame")
    build([write_corpus(folder / "notices")], folder / "index")
    return folder / "index"


@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens_with_its_name_and_the_size_of_the_archive(
    directory: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    app = opened(directory, monkeypatch, name)  # type: ignore[arg-type]
    assert f">{ZH(f'page_{name}')}</h1>" in shown(app)
    assert 'class="tw-archive"' in shown(app)


@pytest.mark.parametrize("name", PAGES)
def test_without_an_index_every_page_offers_to_build_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    app = opened(tmp_path / "nothing", monkeypatch, name)  # type: ignore[arg-type]
    assert app.button(key="build").label == ZH("build_samples")


def test_a_fault_of_the_program_is_a_mark_for_the_reader_and_a_traceback_for_the_log(
    directory: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(index: Index, texts: Texts) -> None:
        raise ZeroDivisionError("of the program")

    monkeypatch.setattr("app.frame.drawer", lambda name: fails)
    with caplog.at_level(logging.ERROR, logger="app.frame"):
        app = opened(directory, monkeypatch)
    (record,) = [record for record in caplog.records if record.name == "app.frame"]
    assert record.exc_info is not None
    html = "\n".join(block.proto.body for block in app.get("html"))
    assert ZH("crash") in html
    mark = record.getMessage().rsplit(" ", 1)[-1]
    assert mark in html
    assert "ZeroDivisionError" not in html
    assert app.button(key="again").label == ZH("again")


def clauses_of(directory: Path) -> list[Clause]:
    from indexer.index import open_index

    with open_index(directory) as index:
        return list(index.notice(index.notices()[0].doc_id).clauses)


def test_the_basket_of_a_link_is_at_the_side_of_every_page_and_what_is_not_there_is_left_out(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [clause.clause_id for clause in clauses_of(directory)][:2]
    for name in PAGES:
        app = opened(directory, monkeypatch, name, basket=[*ids, "nothing:1"])
        assert ZH("basket", n=2) in shown(app)
    app.button(key=f"out {ids[0]}").click().run()
    assert ZH("basket", n=1) in shown(app)
    assert app.query_params["basket"] == ids[1]


def test_who_restricted_no_year_restricts_none_after_a_build_with_other_years(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = write_corpus(tmp_path / "notices")
    build([corpus], tmp_path / "index")
    app = opened(tmp_path / "index", monkeypatch)
    first, last = app.slider(key="years").value
    later = last + 2
    (corpus / "later.txt").write_text(
        f"云泽市人民政府关于路灯的通知\n\n一、换装路灯。全部换装。\n\n云泽市人民政府\n{later}年3月1日", encoding="utf-8"
    )
    build([corpus], tmp_path / "index")
    app.run()
    assert app.slider(key="years").value == (first, later)
    app.slider(key="years").set_value((first, last)).run()
    (corpus / "later.txt").write_text(
        f"云泽市人民政府关于路灯的通知\n\n一、换装路灯。全部换装。\n\n云泽市人民政府\n{later + 1}年3月1日",
        encoding="utf-8",
    )
    build([corpus], tmp_path / "index")
    app.run()
    assert app.slider(key="years").value == (first, last)


def test_a_login_that_is_not_set_up_as_it_should_be_is_a_mark_for_the_reader_and_a_reason_for_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "access.toml").write_text('[login]\ncontact = "信息中心"\n', encoding="utf-8")
    app = opened(tmp_path, monkeypatch)
    assert [button.key for button in app.button if button.key == "login"] == []
    assert ZH("sign_in_contact", contact="信息中心") in [text.value for text in app.text]
    app.secrets["auth"] = {"client_id": "tiaowen"}  # no provider, no secret
    app.run()
    assert ZH("sign_in_hint_login") in [text.value for text in app.text]
    with caplog.at_level(logging.ERROR, logger="app.identity"):
        app.button(key="login").click().run()
    (record,) = [record for record in caplog.records if record.name == "app.identity"]
    assert record.exc_info is not None
    mark = record.getMessage().rsplit(" ", 1)[-1]
    assert [error.value for error in app.error] == [ZH("sign_in_broken", mark=mark)]

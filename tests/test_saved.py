"""Saved questions: what is news for them and what is not, and that nothing on file is lost."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import feedparser
import pytest

from indexer.errors import UsageError
from indexer.records import Filters
from indexer.saved import (
    SAVED,
    SavedQuestion,
    app_url,
    feed,
    mark_seen,
    matched_clauses,
    note_generation,
    read_saved,
    remove,
    save,
)
from tests.saved_fixture import CHANGED, QINGYAN, RENUMBERED, TRAINING, Growing
from tests.search_corpus import YUNZE
from tests.test_cli import run

URL = "https://tiaowen.example.cn/app"


@pytest.fixture
def growing(tmp_path: Path) -> Growing:
    return Growing(tmp_path)


def saved(growing: Growing, text: str = TRAINING, owner: str = "王芳", **chosen: Filters) -> SavedQuestion:
    with growing.opened() as index:
        return save(index, text, owner=owner, **chosen)


def told(growing: Growing, question: SavedQuestion) -> list[tuple[str, str]]:
    """State and beginning of each clause that is news."""
    return [(each.state, each.clause.text[:8]) for each in growing.news(question)]


# --- what is news --------------------------------------------------------------------------------


def test_what_the_archive_holds_when_a_question_is_saved_is_no_news(growing: Growing) -> None:
    question = saved(growing)
    assert growing.news(question) == []
    growing.build()
    assert growing.news(question) == []


def test_a_new_clause_that_matches_is_news_and_one_on_another_matter_is_not(growing: Growing) -> None:
    question = saved(growing)
    growing.add("青砚2024.txt", QINGYAN)
    assert told(growing, question) == [("new", "开展养老护理员培")]
    with growing.opened() as index:
        parking = next(each for each in matched_clauses(index, question.query) if "违法停放" in each.clause.text)
    assert not parking.matches


def test_what_was_seen_is_no_news_any_more_and_later_clauses_are(growing: Growing) -> None:
    question = saved(growing)
    growing.add("青砚2024.txt", QINGYAN)
    with growing.opened() as index:
        seen = mark_seen(index, question.question_id, by="王芳")
        assert [each.state for each in seen] == ["new"]
        assert mark_seen(index, question.question_id, by="王芳") == []
    assert growing.news(question) == []
    growing.add("青石2024.txt", QINGYAN.replace("青砚", "青石").replace("600", "800"))
    assert told(growing, question) == [("new", "开展养老护理员培")]


def test_a_notice_that_is_removed_and_comes_back_is_no_news(growing: Growing) -> None:
    question = saved(growing)
    (growing.notices / "云泽2021.txt").unlink()
    growing.build()
    with growing.opened() as index:
        mark_seen(index, question.question_id, by="王芳")
    growing.add("云泽2021.txt", YUNZE)
    assert growing.news(question) == []


def test_a_page_that_is_read_anew_is_no_news(growing: Growing) -> None:
    question = saved(growing)
    growing.add("云泽2021.txt", YUNZE.replace("通报进展情况", "通报工作进展情况"))  # its doc_id is another one now
    assert growing.news(question) == []


def test_a_renumbered_clause_is_no_news_and_the_one_put_before_it_is_new(growing: Growing) -> None:
    question = saved(growing)
    growing.add("云泽2021.txt", RENUMBERED)
    assert told(growing, question) == [("new", "开放培训教室。向")]


def test_a_clause_with_other_words_in_the_same_place_is_told_as_changed(growing: Growing) -> None:
    question = saved(growing)
    growing.add("云泽2021.txt", CHANGED)
    [each] = growing.news(question)
    assert each.state == "changed"
    assert "1500人次" in each.clause.text


def test_filters_hold_for_what_is_news(growing: Growing) -> None:
    elsewhere = saved(growing, filters=Filters(places=("砚湖",)))
    here = saved(growing, filters=Filters(places=("青砚",), years=(2024, 2024)))
    growing.add("青砚2024.txt", QINGYAN)
    assert growing.news(elsewhere) == []
    assert len(growing.news(here)) == 1


def test_a_place_that_the_archive_lacks_gives_no_news_of_other_places(growing: Growing) -> None:
    question = saved(growing, "枫林市养老护理员培训由谁负责？")
    growing.add("青砚2024.txt", QINGYAN)
    assert growing.news(question) == []
    growing.add("枫林2024.txt", QINGYAN.replace("青砚", "枫林"))
    assert [each.clause.doc_id for each in growing.news(question)]


def test_every_new_task_of_a_unit_asked_about_is_news(growing: Growing) -> None:
    question = saved(growing, "市公安局有哪些任务？")
    growing.add("青砚2024.txt", QINGYAN)
    assert told(growing, question) == [("new", "整治占道停车。清")]


# --- what is on file -----------------------------------------------------------------------------


def test_a_question_is_listed_until_it_is_removed(growing: Growing) -> None:
    first, second = saved(growing), saved(growing, owner="李明")
    on_file = read_saved(growing.directory)
    assert on_file.of(None) == [first, second]
    assert on_file.of("李明") == [second]
    remove(growing.directory, first.question_id, by="李明")
    on_file = read_saved(growing.directory)
    assert on_file.of(None) == [second]
    assert on_file.removed[first.question_id].made_by == "李明"
    with pytest.raises(UsageError, match="was removed by 李明"):
        remove(growing.directory, first.question_id, by="王芳")


@pytest.mark.parametrize(
    ("text", "owner", "said"),
    [
        ("  ", "王芳", "empty"),
        ("养老\n护理", "王芳", "one line"),
        ("养" * 1001, "王芳", "1001"),
        (TRAINING, " ", "author"),
    ],
)
def test_what_cannot_be_saved_is_refused_in_one_line(growing: Growing, text: str, owner: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        saved(growing, text, owner)
    assert not (growing.directory / SAVED).exists()


def test_the_same_question_is_saved_once_by_each_owner_and_for_each_choice_of_filters(growing: Growing) -> None:
    question = saved(growing)
    with pytest.raises(UsageError, match=question.question_id):
        saved(growing)
    saved(growing, owner="李明")
    saved(growing, filters=Filters(levels=("city",)))
    assert len(read_saved(growing.directory).questions) == 3


def test_a_line_that_a_kill_cut_off_costs_only_itself(growing: Growing) -> None:
    question = saved(growing)
    with (growing.directory / SAVED).open("ab") as file:
        file.write('{"line":"saved","question_id":"半'.encode()[:-1])
    other = saved(growing, owner="李明")
    on_file = read_saved(growing.directory)
    assert on_file.of(None) == [question, other]
    [damaged] = on_file.damaged
    assert "kept out" in damaged


def test_many_who_save_at_once_lose_nothing(growing: Growing) -> None:
    with growing.opened() as index:
        threads = [
            threading.Thread(target=lambda name=f"第{n}人": save(index, TRAINING, owner=name))  # type: ignore[misc]
            for n in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    on_file = read_saved(growing.directory)
    assert sorted(each.owner for each in on_file.of(None)) == [f"第{n}人" for n in range(8)]
    assert len(on_file.generations) == 1


def test_a_generation_is_listed_once_with_what_it_added_alone(growing: Growing) -> None:
    saved(growing)
    growing.add("青砚2024.txt", QINGYAN)
    with growing.opened() as index:
        note_generation(index)
        on_file = note_generation(index)
    assert [len(each.doc_ids) for each in on_file.generations.values()] == [3, 1]


# --- feeds ---------------------------------------------------------------------------------------


def test_both_feeds_name_the_clause_its_notice_its_units_and_where_the_app_shows_it(growing: Growing) -> None:
    question = saved(growing)
    growing.add("青砚2024.txt", QINGYAN)
    with growing.opened() as index:
        rss, of_json = (feed(index, form, url=URL, owner="王芳") for form in ("rss", "json"))  # type: ignore[arg-type]
        built_at = index.manifest.built_at
    read = feedparser.parse(rss.content)
    assert (read.bozo, read.version) == (False, "rss20")
    [entry] = read.entries
    [item] = json.loads(of_json.content)["items"]
    for title, link, text, identity in (
        (entry.title, entry.link, entry.summary, entry.id),
        (item["title"], item["url"], item["content_text"], item["id"]),
    ):
        assert "青砚市养老服务人才培养方案" in title
        assert "青砚政办发〔2024〕5号" in title
        assert link.startswith(f"{URL}/archive?notice=")
        assert "600人次" in text
        assert "市人力社保局" in text
        assert question.text in text
        assert identity.startswith(f"tiaowen:{question.question_id}:")
    assert entry.published_parsed[:3] == tuple(int(part) for part in built_at[:10].split("-"))
    assert json.loads(of_json.content)["version"] == "https://jsonfeed.org/version/1.1"
    assert (rss.media_type, of_json.media_type) == ("application/rss+xml", "application/feed+json")


def test_a_feed_keeps_what_was_seen_in_the_app_under_the_same_id(growing: Growing) -> None:
    question = saved(growing)
    growing.add("青砚2024.txt", QINGYAN)
    with growing.opened() as index:
        note_generation(index)
        before = feed(index, "rss", url=URL)
        mark_seen(index, question.question_id, by="王芳")
        assert feed(index, "rss", url=URL).content == before.content
    growing.add("澜川2016.txt", "澜川市人民政府公告\n一、道路\n封闭施工路段。\n")
    with growing.opened() as index:
        assert [e.id for e in feedparser.parse(feed(index, "rss", url=URL).content).entries] == [
            e.id for e in feedparser.parse(before.content).entries
        ]


def test_a_feed_holds_the_questions_of_its_owner_alone(growing: Growing) -> None:
    saved(growing)
    growing.add("青砚2024.txt", QINGYAN)
    with growing.opened() as index:
        assert feed(index, "json", url=URL, owner="李明").n_items == 0
        assert feed(index, "json", url=URL, owner="王芳").n_items == 1


def test_markup_and_damaged_characters_of_a_notice_are_text_in_a_feed(growing: Growing) -> None:
    saved(growing)
    growing.add("青砚2024.txt", QINGYAN.replace("证书", "<script>alert(1)</script>&证\x0b书"))
    with growing.opened() as index:
        rss = feed(index, "rss", url=URL)
    read = feedparser.parse(rss.content, sanitize_html=False)
    assert not read.bozo
    [entry] = read.entries
    assert "<script>" not in entry.summary
    assert "&lt;script&gt;" in entry.summary


@pytest.mark.parametrize(
    "given", ["", "tiaowen.example.cn", "javascript:alert(1)", "https://", "http://[::1", "ftp://a"]
)
def test_an_address_that_is_none_is_refused(given: str) -> None:
    with pytest.raises(UsageError, match="address"):
        app_url(given)


# --- the command ---------------------------------------------------------------------------------


def test_the_command_saves_lists_tells_writes_feeds_and_removes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TIAOWEN_URL", raising=False)
    growing, where = Growing(tmp_path), ("--index", tmp_path / "own")
    assert run("build", growing.notices, *where).returncode == 0
    added = json.loads(run("saved", "add", TRAINING, "--year", "2010-2030", "--by", "王芳", *where).stdout)
    assert added["filters"]["years"] == [2010, 2030]
    assert json.loads(run("saved", "list", *where).stdout) == added
    assert run("saved", "list", "--of", "李明", *where).stdout == ""
    nothing = run("saved", "news", *where)
    assert (nothing.returncode, nothing.stdout) == (3, "")
    (growing.notices / "青砚2024.txt").write_text(QINGYAN, encoding="utf-8")
    assert run("build", growing.notices, *where).returncode == 0
    done = run("saved", "news", added["question_id"], *where)
    assert done.returncode == 0
    [each] = json.loads(done.stdout)["news"]
    assert each["state"] == "new"
    assert "600人次" in each["text"]
    without_address = run("saved", "feed", "--rss", tmp_path / "feed.xml", *where)
    assert without_address.returncode == 2
    assert "TIAOWEN_URL" in without_address.stderr
    monkeypatch.setenv("TIAOWEN_URL", URL)
    assert run("saved", "feed", "--rss", tmp_path / "feed.xml", *where).returncode == 0
    assert run("saved", "feed", "--json", tmp_path / "feed.json", *where).returncode == 0
    assert len(feedparser.parse((tmp_path / "feed.xml").read_bytes()).entries) == 1
    assert len(json.loads((tmp_path / "feed.json").read_bytes())["items"]) == 1
    assert run("saved", "news", "--mark-seen", "--by", "王芳", *where).returncode == 0
    assert run("saved", "news", *where).returncode == 3
    assert run("saved", "remove", added["question_id"], *where).returncode == 0
    assert run("saved", "list", *where).stdout == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("news", "0123456789ab"), "no such saved question"),
        (("remove", "0123456789ab"), "no such saved question"),
        (("add", "养老护理", "--level", "星级"), "unknown level"),
        (("feed",), "--rss"),
        (("feed", "--rss", "no/such/folder/feed.xml", "--url", URL), "cannot be written"),
    ],
)
def test_a_mistake_in_the_call_is_one_line_with_status_2(samples: Path, arguments: tuple[str, ...], said: str) -> None:
    done = run("saved", *arguments, "--index", samples)
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (samples / SAVED).exists()

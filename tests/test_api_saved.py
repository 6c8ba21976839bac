"""Saved questions and feeds over the API, over real connections: each key its own, and addresses that open feeds alone."""

from __future__ import annotations

import json
import logging
import runpy
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import feedparser
import pytest

from indexer.access.keys import make_key, revoke_key
from indexer.api import shapes
from indexer.api.addresses import Addresses
from indexer.api.application import application_over
from indexer.audit import chain_of
from indexer.errors import UsageError
from indexer.serving.live_index import LiveIndex
from tests.api_server import Reply, asked, served, served_index
from tests.restricted_fixture import TELLTALE, build_guarded
from tests.saved_fixture import QINGYAN, TRAINING
from tests.test_api_shapes import same

APP = "https://tiaowen.example.cn"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_guarded(tmp_path_factory.mktemp("saved-api"))


@pytest.fixture(scope="module")
def keys(guarded: Path) -> dict[str, str]:
    named = {"王芳": "reader", "李明": "reader", "管理": "admin"}
    return {name: make_key(guarded, name=name, roles=(role,)).token for name, role in named.items()}  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def address(guarded: Path, keys: dict[str, str]) -> Iterator[str]:
    del keys  # made before
    with served(application_over(LiveIndex(guarded), everybody=None, addresses=Addresses(app=APP))) as address:
        yield address


def sent(address: str, method: str, path: str, key: str, value: object = None) -> Reply:
    headers = {"Authorization": f"Bearer {key}", "content-type": "application/json"}
    body = None if value is None else json.dumps(value).encode()
    return asked(address, path, method=method, headers=headers, body=body)


def questions(address: str, key: str) -> list[dict[str, Any]]:
    reply = sent(address, "GET", "/saved", key)
    assert (reply.status, reply.headers["cache-control"]) == (200, "no-store")
    same(shapes.SavedList, reply.json)
    found: list[dict[str, Any]] = reply.json["questions"]
    return found


# --- saved questions -----------------------------------------------------------------------------


def test_each_key_saves_sees_and_removes_its_own_questions(address: str, keys: dict[str, str]) -> None:
    given = {"q": "市财政局负责哪些工作?", "place": ["云泽"], "year": "2015-2024", "level": ["市级"]}
    reply = sent(address, "POST", "/saved", keys["王芳"], given)
    assert reply.status == 201
    same(shapes.SavedQuestion, reply.json)
    question_id = reply.json["question_id"]
    assert reply.json["filters"] == {
        "places": ["云泽"], "years": [2015, 2024], "levels": ["city"], "units": [], "kinds": [],
    }  # fmt: skip
    assert question_id in {each["question_id"] for each in questions(address, keys["王芳"])}
    assert question_id not in {each["question_id"] for each in questions(address, keys["李明"])}
    assert {each["question_id"]: each["owner"] for each in questions(address, keys["管理"])}[question_id] == "王芳"
    for path in (f"/saved/{question_id}", "/saved/0123456789ab"):
        reply = sent(address, "DELETE", path, keys["李明"])
        assert (reply.status, reply.json["type"]) == (404, "urn:tiaowen:problem:not-found")
    assert sent(address, "DELETE", f"/saved/{question_id}", keys["王芳"]).status == 204
    assert sent(address, "DELETE", f"/saved/{question_id}", keys["王芳"]).status == 404


def test_a_shared_question_is_seen_by_others_and_not_removed_by_them(address: str, keys: dict[str, str]) -> None:
    made = sent(address, "POST", "/saved", keys["王芳"], {"q": "绿化由谁管护？", "shared": True}).json
    [seen] = [each for each in questions(address, keys["李明"]) if each["question_id"] == made["question_id"]]
    assert (seen["shared"], seen["changeable"], made["changeable"]) == (True, False, True)
    assert sent(address, "DELETE", f"/saved/{made['question_id']}", keys["李明"]).status == 403
    assert sent(address, "DELETE", f"/saved/{made['question_id']}", keys["管理"]).status == 204


@pytest.mark.parametrize(
    ("value", "status"),
    [
        ({"q": " "}, 422), ({"q": "养" * 1001}, 422), ({}, 422), ({"q": "养老", "reader": "李明"}, 422),
        ({"q": "养老\n护理"}, 400), ({"q": "养老", "year": "2020-2010"}, 400), ({"q": "养老", "owner": "李明"}, 403),
    ],
)  # fmt: skip
def test_what_cannot_be_saved_is_refused(
    address: str, keys: dict[str, str], value: dict[str, object], status: int
) -> None:
    before = questions(address, keys["管理"])
    assert sent(address, "POST", "/saved", keys["王芳"], value).status == status
    assert questions(address, keys["管理"]) == before


def test_where_nobody_shows_a_key_a_question_is_saved_under_the_name_given(samples: Path, tmp_path: Path) -> None:
    with served_index(Path(shutil.copytree(samples, tmp_path / "index"))) as open_address:
        assert sent(open_address, "POST", "/saved", "", {"q": TRAINING}).status == 400
        made = sent(open_address, "POST", "/saved", "", {"q": TRAINING, "owner": "王芳"})
        assert (made.status, made.json["owner"]) == (201, "王芳")
        assert sent(open_address, "DELETE", f"/saved/{made.json['question_id']}", "").status == 204
        assert sent(open_address, "POST", "/feeds", "").status == 400


def test_the_client_saves_questions_and_makes_feeds(
    address: str, keys: dict[str, str], root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    client = runpy.run_path(str(root / "docs" / "api_client.py"))["Client"]
    archive = client(address, headers={"Authorization": f"Bearer {keys['李明']}"})
    before = archive.saved()
    made = archive.save(TRAINING, place=["云泽"])
    assert archive.saved() == [*before, made]
    assert made["filters"]["places"] == ["云泽"]
    archive.remove(made["question_id"])
    assert archive.saved() == before
    addresses = archive.feeds()
    assert asked(address, path_of(addresses["rss"])).status == 200
    archive.revoke(addresses["key_id"])
    assert asked(address, path_of(addresses["rss"])).status == 404


# --- feeds ---------------------------------------------------------------------------------------


def feed_of(address: str, key: str) -> dict[str, str]:
    reply = sent(address, "POST", "/feeds", key)
    assert reply.status == 201
    same(shapes.MadeFeedKey, reply.json)
    found: dict[str, str] = reply.json
    return found


def path_of(url: str) -> str:
    return urlsplit(url).path


@pytest.fixture(scope="module")
def with_news(guarded: Path, address: str, keys: dict[str, str]) -> None:
    """Questions of a reader and of an administrator, and notices that came after them, one of which is hidden."""
    from indexer.build import build

    for name, question in (("王芳", TRAINING), ("管理", TRAINING)):
        assert sent(address, "POST", "/saved", keys[name], {"q": question}).status == 201
    notices = guarded.parent / "notices"
    (notices / "青砚.txt").write_text(QINGYAN, encoding="utf-8")
    hidden = QINGYAN.replace("青砚", "鹤岭").replace("600", "700")
    (notices / "内部" / "鹤岭.txt").write_text(hidden, encoding="utf-8")
    build([notices], guarded)


@pytest.mark.usefixtures("with_news")
def test_a_feed_is_read_by_its_address_alone_and_holds_what_its_owner_may_see(
    address: str, keys: dict[str, str]
) -> None:
    made = feed_of(address, keys["王芳"])
    assert made["rss"].startswith(address)
    rss, json_feed = (asked(address, path_of(made[form])) for form in ("rss", "json_feed"))
    assert [reply.headers["content-type"].partition(";")[0] for reply in (rss, json_feed)] == [
        "application/rss+xml", "application/feed+json",
    ]  # fmt: skip
    read = feedparser.parse(rss.body)
    assert not read.bozo
    assert [entry.title for entry in read.entries] == [each["title"] for each in json_feed.json["items"]]
    assert any("青砚" in entry.title for entry in read.entries)
    assert all(entry.link.startswith(f"{APP}/archive?") for entry in read.entries)
    assert [word for word in TELLTALE if word in rss.text + json_feed.text] == []
    of_admin = asked(address, path_of(feed_of(address, keys["管理"])["json_feed"]))
    assert "鹤岭" in of_admin.text  # an administrator sees it, and so does the feed
    assert rss.headers["referrer-policy"] == "no-referrer"


@pytest.mark.usefixtures("with_news")
def test_a_feed_that_has_not_changed_is_not_sent_again(address: str, keys: dict[str, str]) -> None:
    path = path_of(feed_of(address, keys["王芳"])["rss"])
    first = asked(address, path)
    for headers in (
        {"If-None-Match": first.headers["etag"]},
        {"If-Modified-Since": first.headers["last-modified"]},
        {"If-None-Match": first.headers["etag"], "If-Modified-Since": "Mon, 01 Jan 2001 00:00:00 GMT"},
    ):
        again = asked(address, path, headers=headers)
        assert (again.status, again.body) == (304, b"")
    for headers in (
        {"If-None-Match": '"x"', "If-Modified-Since": first.headers["last-modified"]},
        {"If-Modified-Since": "Mon, 01 Jan 2001 00:00:00 GMT"},
        {"If-Modified-Since": "yesterday"},
    ):
        assert asked(address, path, headers=headers).status == 200


@pytest.mark.usefixtures("with_news")
def test_the_feed_of_one_question_is_of_one_that_its_owner_may_see(address: str, keys: dict[str, str]) -> None:
    path = path_of(feed_of(address, keys["王芳"])["json_feed"])
    own, anothers = (
        next(each["question_id"] for each in questions(address, keys["管理"]) if each["owner"] == name)
        for name in ("王芳", "管理")
    )
    assert {each["_tiaowen"]["question_id"] for each in asked(address, path, question=own).json["items"]} == {own}
    assert asked(address, path, question=anothers).status == 404


@pytest.mark.usefixtures("with_news")
def test_the_key_of_a_feed_opens_feeds_alone_and_stands_nowhere_in_clear(
    address: str, guarded: Path, keys: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    made = feed_of(address, keys["王芳"])
    token = path_of(made["rss"]).split("/")[2]
    caplog.set_level(logging.DEBUG)
    before = len(list(chain_of(guarded).events()))
    for path in ("/notices", "/saved", "/feeds", "/search?q=a", "/metrics", "/health"):
        assert asked(address, path, headers={"Authorization": f"Bearer {token}"}).status in (401, 429)
    assert asked(address, f"/feeds/{token}/rss").status == 200
    assert asked(address, f"/feeds/{token}/atom").status == 422
    assert asked(address, f"/notices/{token}").status == 401
    (event,) = list(chain_of(guarded).events())[before:]
    assert (event.deed, event.who, event.via, event.what) == ("read", "王芳", "api", "feed rss")
    assert event.n_shown > 0
    kept = "".join(path.read_text(encoding="utf-8") for path in guarded.rglob("*.jsonl"))
    assert token not in caplog.text + kept
    assert token.split("_", 2)[2] not in caplog.text + kept


@pytest.mark.usefixtures("with_news")
def test_a_feed_is_gone_once_its_key_is_revoked_by_whom_it_belongs_to(
    address: str, guarded: Path, keys: dict[str, str]
) -> None:
    made = feed_of(address, keys["王芳"])
    listed = sent(address, "GET", "/feeds", keys["王芳"]).json
    same(shapes.FeedKeyList, listed)
    assert made["key_id"] in {each["key_id"] for each in listed["keys"]}
    assert sent(address, "GET", "/feeds", keys["李明"]).json == {"keys": []}
    assert sent(address, "DELETE", f"/feeds/{made['key_id']}", keys["李明"]).status == 404
    assert asked(address, path_of(made["rss"])).status == 200
    assert sent(address, "DELETE", f"/feeds/{made['key_id']}", keys["王芳"]).status == 204
    gone = asked(address, path_of(made["rss"]))
    never = asked(address, f"/feeds/tf_00000000_{'A' * 43}/rss")
    assert (gone.status, gone.text) == (404, never.text)
    assert never.status == 404
    temporary = make_key(guarded, name="临时", roles=("reader",))
    of_temporary = path_of(feed_of(address, temporary.token)["rss"])
    assert asked(address, of_temporary).status == 200
    revoke_key(guarded, temporary.key.key_id)
    assert asked(address, of_temporary).status == 404


def test_a_server_that_does_not_know_where_the_app_is_says_so(guarded: Path, keys: dict[str, str]) -> None:
    with served(application_over(LiveIndex(guarded), everybody=None)) as unaddressed:
        made = feed_of(unaddressed, keys["李明"])
        reply = asked(unaddressed, path_of(made["rss"]))
    assert (reply.status, "TIAOWEN_URL" in reply.json["detail"]) == (400, True)
    with pytest.raises(UsageError, match="give the app's address"):
        Addresses.of({"TIAOWEN_URL": "tiaowen"})


def test_guessing_the_keys_of_feeds_is_limited_as_guessing_others(guarded: Path, keys: dict[str, str]) -> None:
    del keys
    with served(application_over(LiveIndex(guarded), everybody=None, addresses=Addresses(app=APP))) as address:
        found = [asked(address, f"/feeds/tf_00000000_{n:043d}/rss").status for n in range(25)]
    assert found[0] == 404
    assert found[-1] == 429
    assert 20 <= found.count(404) <= 22  # a window that ends meanwhile gives a little

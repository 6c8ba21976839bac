"""Both servers where access is set up: nobody is let in without a key, each sees their part, and what is shown is written down."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.__main__ import main
from indexer.access.keys import make_key, revoke_key
from indexer.audit import chain_of
from tests.api_server import Reply, asked, running, served_index
from tests.mcp_client import found_by_mcp
from tests.restricted_fixture import TELLTALE, build_guarded

QUESTION = "社区食堂每家补贴多少钱?"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_guarded(tmp_path_factory.mktemp("servers"))


@pytest.fixture(scope="module")
def keys(guarded: Path) -> dict[str, str]:
    """By role a key."""
    return {
        "reader": make_key(guarded, name="读者", roles=("reader",)).token,
        "admin": make_key(guarded, name="管理", roles=("admin",)).token,
    }


@pytest.fixture(scope="module")
def address(guarded: Path, keys: dict[str, str]) -> Iterator[str]:
    del keys  # made before
    with served_index(guarded) as found:
        yield found


def shown(address: str, path: str, key: str | None, **parameters: object) -> Reply:
    headers = {} if key is None else {"Authorization": f"Bearer {key}"}
    return asked(address, path, headers=headers, **parameters)


@pytest.mark.parametrize(
    "path", ["/search?q=a", "/ask?q=a", "/precedents?text=a", "/duties?unit=a", "/notices", "/metrics"]
)
@pytest.mark.parametrize("key", [None, "tw_00000000_guess", "x"])
def test_nobody_is_let_in_without_a_key_that_holds(address: str, path: str, key: str | None) -> None:
    reply = shown(address, path, key)
    assert reply.status == 401
    assert reply.headers["www-authenticate"] == "Bearer"
    assert reply.json["type"].endswith(":not-identified")


def test_without_a_key_health_says_that_the_server_runs_and_not_what_there_is(
    address: str, keys: dict[str, str]
) -> None:
    assert set(shown(address, "/health", None).json) == {"status", "version"}
    of_all, of_some = (shown(address, "/health", keys[role]).json["n_notices"] for role in ("admin", "reader"))
    assert of_all > of_some > 0


def everything(address: str, key: str) -> str:
    """All that is shown to whoever has the key and asks in every way there is."""
    replies = [shown(address, path, key, q=QUESTION) for path in ("/search", "/ask")]
    replies += [shown(address, "/precedents", key, text=QUESTION), shown(address, "/notices", key, limit=500)]
    replies += [shown(address, f"/notices/{notice['doc_id']}", key) for notice in replies[-1].json["notices"]]
    assert {reply.status for reply in replies} == {200}
    return "\n".join(reply.text for reply in replies)


def test_each_key_is_shown_its_part(address: str, keys: dict[str, str]) -> None:
    assert any(word in everything(address, keys["admin"]) for word in TELLTALE)
    assert [word for word in TELLTALE if word in everything(address, keys["reader"])] == []


def test_a_notice_that_one_may_not_see_is_one_that_does_not_exist(address: str, keys: dict[str, str]) -> None:
    seen = {
        role: {each["doc_id"] for each in shown(address, "/notices", keys[role], limit=500).json["notices"]}
        for role in keys
    }
    hidden = sorted(seen["admin"] - seen["reader"])[0]
    reply, nowhere = (shown(address, f"/notices/{doc_id}", keys["reader"]) for doc_id in (hidden, "0" * len(hidden)))
    assert (reply.status, reply.text.replace(hidden, "")) == (
        nowhere.status,
        nowhere.text.replace("0" * len(hidden), ""),
    )


def test_an_answer_that_one_reader_keeps_is_not_taken_for_anothers(address: str, keys: dict[str, str]) -> None:
    kept = shown(address, "/search", keys["admin"], q=QUESTION).headers["etag"]
    headers = {"Authorization": f"Bearer {keys['reader']}", "If-None-Match": kept}
    assert asked(address, "/search", headers=headers, q=QUESTION).status == 200
    headers["Authorization"] = f"Bearer {keys['admin']}"
    assert asked(address, "/search", headers=headers, q=QUESTION).status == 304


def test_figures_of_the_server_are_for_administrators(address: str, keys: dict[str, str]) -> None:
    assert shown(address, "/metrics", keys["reader"]).status == 403
    assert "tiaowen_" in shown(address, "/metrics", keys["admin"]).text


def test_a_revoked_key_opens_nothing_from_the_next_request_on(address: str, guarded: Path) -> None:
    made = make_key(guarded, name="临时", roles=("reader",))
    assert shown(address, "/notices", made.token).status == 200
    revoke_key(guarded, made.key.key_id)
    assert shown(address, "/notices", made.token).status == 401


def test_what_is_shown_is_written_down_with_who_asked_what(address: str, guarded: Path, keys: dict[str, str]) -> None:
    before = len(list(chain_of(guarded).events()))
    hits = shown(address, "/search", keys["reader"], q=QUESTION).json["hits"]
    shown(address, "/notices", None)  # not let in: nothing was shown
    (event,) = list(chain_of(guarded).events())[before:]
    assert (event.via, event.deed, event.question) == ("api", "asked", QUESTION)
    assert event.shown == tuple(hit["clause_id"] for hit in hits)


def test_where_nothing_can_be_written_down_nothing_is_shown(address: str, guarded: Path, keys: dict[str, str]) -> None:
    folder = chain_of(guarded).folder
    aside = folder.with_name("aside")
    folder.rename(aside)
    folder.write_text("no folder", encoding="utf-8")
    try:
        reply = shown(address, "/search", keys["reader"], q=QUESTION)
    finally:
        folder.unlink()
        aside.rename(folder)
    assert reply.status == 503
    assert "hits" not in reply.text
    assert str(guarded) not in reply.text


def test_assistants_show_keys_as_programs_do(guarded: Path, keys: dict[str, str]) -> None:
    with running("mcp", "--index", guarded, "--http", "127.0.0.1:0") as server:
        of_all, of_some, refused = (
            found_by_mcp(server.address, key, QUESTION) for key in (keys["admin"], keys["reader"], None)
        )
    assert any(word in str(of_all.structured_content) for word in TELLTALE)
    assert [word for word in TELLTALE if word in str(of_some.structured_content)] == []
    assert of_some.structured_content["clauses"]
    assert refused.is_error
    assert "no key was given" in str(refused.content)


@pytest.mark.parametrize(
    "command",
    [
        ["serve", "--host", "0.0.0.0", "--port", "0"], ["serve", "--proxied", "--port", "0"],
        ["mcp", "--http", "0.0.0.0:0"], ["mcp", "--proxied", "--http", "127.0.0.1:0"],
    ],
)  # fmt: skip
def test_a_server_that_others_reach_does_not_start_while_nobody_is_asked_who_they_are(
    samples: Path, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    assert main([*command, "--index", str(samples)]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "keys create" in said


def test_a_guarded_server_that_is_open_outright_shows_the_open_part(guarded: Path) -> None:
    with served_index(guarded, open_anyway=True) as found:
        reply = asked(found, "/search", q=QUESTION, k=50)
        open_part = asked(found, "/notices", limit=500).json
    assert reply.status == 200
    assert [word for word in TELLTALE if word in json.dumps(reply.json, ensure_ascii=False)] == []
    with running("serve", "--index", guarded, "--port", "0", "--open") as server:
        assert asked(server.address, "/notices", limit=500).json == open_part

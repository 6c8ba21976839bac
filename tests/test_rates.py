"""How often servers may be asked, over real connections: by key, by address, by wrong keys; and what a proxy may say."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest
from prometheus_client.parser import text_string_to_metric_families

from indexer.__main__ import main
from indexer.access import LOCAL, Reader
from indexer.access.keys import make_key, revoke_key
from indexer.api.application import application_over
from indexer.api.problems import MEDIA_TYPE, TYPE
from indexer.serving.live_index import LiveIndex
from tests.api_server import Reply, asked, running, served
from tests.saved_fixture import Growing

CLAUSE = "/clauses/x:1"  # answered at once, and with 404 where one is let in


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Growing(tmp_path_factory.mktemp("rates")).directory


@contextmanager
def serving(
    directory: Path, rates: str = "", *, everybody: Reader | None = None, alone: bool = True,
    proxies: tuple[str, ...] = (), root_path: str = "",
) -> Iterator[str]:  # fmt: skip
    """The address of a server with these rates in access.toml."""
    (directory / "access.toml").write_text(f"[rates]\n{rates}\n[audit]\nenabled = false\n", encoding="utf-8")
    application = application_over(LiveIndex(directory), everybody=everybody, alone=alone)
    with served(application, proxies=proxies, root_path=root_path) as address:
        yield address


def shown(address: str, key: str | None, path: str = CLAUSE, **headers: str) -> Reply:
    return asked(address, path, headers=headers | ({} if key is None else {"Authorization": f"Bearer {key}"}))


def statuses(address: str, key: str | None, n: int) -> list[int]:
    return [shown(address, key).status for _ in range(n)]


def key_of(directory: Path, *roles: str) -> str:
    return make_key(directory, name="检索程序", roles=roles or ("reader",)).token  # type: ignore[arg-type]


def wrong(n: int) -> str:
    return f"tw_00000000_{n:043d}"


# --- keys ----------------------------------------------------------------------------------------


def test_a_key_that_asks_too_often_is_refused_and_others_are_not_kept_waiting(directory: Path) -> None:
    one, other = key_of(directory), key_of(directory)
    with serving(directory, 'key = "5/day"') as address:
        replies = [shown(address, one) for _ in range(6)]
        assert [reply.status for reply in replies] == [404] * 5 + [429]
        refused = replies[-1]
        assert refused.headers["content-type"] == MEDIA_TYPE
        assert refused.json["type"] == f"{TYPE}too-often"
        assert "this key may ask 5 times in 86400 s" in refused.json["detail"]
        assert refused.headers["ratelimit-policy"] == '"key";q=5;w=86400'
        assert re.fullmatch(r'"key";r=0;t=[0-9]+', refused.headers["ratelimit"])
        assert re.fullmatch(r'"key";r=4;t=[0-9]+', replies[0].headers["ratelimit"])
        assert shown(address, other).status == 404
        assert int(refused.headers["retry-after"]) > 0
        assert shown(address, one, "/health").status == 429  # with a key it counts as any other request
        assert shown(address, None, "/health").status == 200


def test_below_a_prefix_health_is_as_free(directory: Path) -> None:
    with serving(directory, 'address = "1/day"', root_path="/api") as address:
        assert [shown(address, None).status for _ in range(2)] == [401, 429]
        assert [shown(address, None, "/health").status for _ in range(3)] == [200] * 3


def test_who_waits_as_long_as_was_said_is_answered(directory: Path) -> None:
    key = key_of(directory)
    with serving(directory, 'key = "2/4 second"') as address:
        refused = next(each for each in (shown(address, key) for _ in range(200)) if each.status == 429)
        time.sleep(int(refused.headers["retry-after"]))
        assert shown(address, key).status == 404


def test_what_was_refused_is_counted_in_the_figures_and_documented(directory: Path) -> None:
    reader, admin = key_of(directory), key_of(directory, "admin")
    with serving(directory, 'key = "3/day"') as address:
        assert statuses(address, reader, 5) == [404, 404, 404, 429, 429]
        families = text_string_to_metric_families(shown(address, admin, "/metrics").text)
        (counted,) = [each for each in families if each.name == "tiaowen_http_requests_too_often"]
        assert [(sample.labels, sample.value) for sample in counted.samples if sample.name.endswith("_total")] == [
            ({"counted": "key"}, 2.0)
        ]
        document = asked(address, "/openapi.json").json
    for operations in document["paths"].values():
        for operation in operations.values():
            assert set(operation["responses"]["429"]["headers"]) == {"Retry-After", "RateLimit-Policy", "RateLimit"}


def test_without_rates_for_keys_a_key_may_ask_as_often_as_it_likes(directory: Path) -> None:
    key = key_of(directory)
    with serving(directory) as address:
        assert set(statuses(address, key, 30)) == {404}
        assert "ratelimit" not in shown(address, key).headers


def test_rates_that_are_changed_count_at_once(directory: Path) -> None:
    key = key_of(directory)
    with serving(directory, 'key = "2/day"') as address:
        assert statuses(address, key, 3) == [404, 404, 429]
        (directory / "access.toml").write_text('[rates]\nkey = "none"\n', encoding="utf-8")
        assert statuses(address, key, 3) == [404, 404, 404]


# --- wrong keys ----------------------------------------------------------------------------------


def test_whoever_guesses_keys_is_soon_refused_unheard_and_keys_known_to_hold_are_not(directory: Path) -> None:
    known, unknown = key_of(directory), key_of(directory)
    with serving(directory, 'wrong_keys = "3/day"') as address:
        assert shown(address, known).status == 404
        assert [shown(address, wrong(n)).status for n in range(5)] == [401, 401, 401, 429, 429]
        refused = shown(address, unknown)  # it is not even looked at: one that was guessed would be answered else
        assert (refused.status, refused.headers["ratelimit-policy"]) == (429, '"wrong-keys";q=3;w=86400')
        assert shown(address, wrong(1), "/health").status == 429  # which else would tell right keys from wrong ones
        assert shown(address, known).status == 404
        assert shown(address, None).status == 401


def test_a_key_that_is_revoked_counts_as_a_wrong_one(directory: Path) -> None:
    made = make_key(directory, name="一时", roles=("reader",))
    with serving(directory, 'wrong_keys = "2/day"') as address:
        assert shown(address, made.token).status == 404
        revoke_key(directory, made.key.key_id)
        assert statuses(address, made.token, 3) == [401, 401, 429]


# --- addresses -----------------------------------------------------------------------------------


def test_whoever_shows_no_key_is_counted_by_address(directory: Path) -> None:
    with serving(directory, 'address = "3/day"') as address:
        assert statuses(address, None, 4) == [401, 401, 401, 429]
        assert shown(address, None, "/health").status == 200
    with serving(directory, everybody=Reader("", ("reader",), frozenset({"public"})), alone=False) as address:
        assert shown(address, None).headers["ratelimit-policy"] == '"address";q=300;w=60'
    with serving(directory, everybody=LOCAL) as address:  # this machine alone
        assert "ratelimit-policy" not in shown(address, None).headers


@pytest.mark.parametrize(("proxies", "believed"), [((), False), (("10.1.2.3",), False), (("127.0.0.1",), True)])
def test_what_a_proxy_says_of_an_address_is_believed_of_those_alone_that_are_set_up(
    directory: Path, proxies: tuple[str, ...], believed: bool
) -> None:
    with serving(directory, 'address = "2/day"', proxies=proxies) as address:
        from_one, from_another = (
            [shown(address, None, **{"X-Forwarded-For": where}).status for _ in range(3)]
            for where in ("192.0.2.1", "192.0.2.2")
        )
        assert from_one == [401, 401, 429]
        assert from_another == ([401, 401, 429] if believed else [429] * 3)
        # A caller that writes addresses of its own before the proxy's gains nothing by that.
        forged = [shown(address, None, **{"X-Forwarded-For": f"192.0.2.{n}, 192.0.2.1"}).status for n in range(9, 12)]
        assert forged == [429] * 3


def test_all_addresses_of_one_ipv6_network_are_one_caller(directory: Path) -> None:
    with serving(directory, 'address = "2/day"', proxies=("127.0.0.1",)) as address:
        found = [
            shown(address, None, **{"X-Forwarded-For": where}).status
            for where in ("2001:db8:1:2::1", "2001:db8:1:2::2", "2001:db8:1:2:3::3", "2001:db8:1:3::1")
        ]
    assert found == [401, 401, 429, 401]


# --- the commands --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "rates", "said"),
    [
        (["serve", "--rate", "often"], "", "--rate: often: is no rate; write 600/minute"),
        (["serve", "--rate", "0/minute"], "", "is no rate"),
        (["mcp", "--http", "127.0.0.1:0", "--rate", "1/minute;2/hour"], "", "is no rate"),
        (["serve"], 'key = "many"', "rates.key in access.toml: many: is no rate"),
        (["serve"], 'proxies = ["proxy"]', "proxy: is no address"),
        (["serve"], 'keys = "1/minute"', "unknown field"),
    ],
)
def test_a_rate_that_is_none_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: list[str], rates: str, said: str
) -> None:
    (tmp_path / "access.toml").write_text(f"[rates]\n{rates}\n", encoding="utf-8")
    assert main([*command, "--index", str(tmp_path)]) == 2
    done = capsys.readouterr()
    assert (done.out, len(done.err.splitlines()), said in done.err) == ("", 1, True), done.err


def test_the_option_takes_the_place_of_what_is_set_up_for_both_servers(directory: Path) -> None:
    key = key_of(directory)
    (directory / "access.toml").write_text('[rates]\nkey = "1/minute"\n', encoding="utf-8")
    with running("serve", "--index", directory, "--port", "0", "--rate", "2/day") as server:
        assert statuses(server.address, key, 3) == [404, 404, 429]
    with running("mcp", "--index", directory, "--http", "127.0.0.1:0", "--rate", "2/day") as server:
        asking = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
        headers = {"Authorization": f"Bearer {key}", "Accept": "application/json, text/event-stream"}
        replies = [httpx2.post(server.address, json=asking, headers=headers) for _ in range(3)]
    assert [reply.status_code == 429 for reply in replies] == [False, False, True]
    assert replies[-1].headers["retry-after"].isdecimal()
    assert replies[-1].json()["title"] == "This is asked too often"

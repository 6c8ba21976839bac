"""The HTTP API over the samples: the command line's objects, filters, pages, ETags, and mistakes in one form."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page
from prometheus_client.parser import text_string_to_metric_families

from indexer.__main__ import main
from indexer.api.problems import KINDS, MEDIA_TYPE, TYPE
from indexer.build import build
from tests.api_server import Reply, asked, posted, served_index
from tests.app_fixture import ROOT
from tests.make_api_examples import QUESTIONS, replies
from tests.search_corpus import write_corpus

WHO = "谁负责养老护理员培训？"
SENTENCE = "养老机构用水、用电执行居民生活类价格。"


def problem(reply: Reply, kind: str) -> dict[str, object]:
    """The problem that was replied, which must be of the kind and say nothing of the machine."""
    assert reply.headers["content-type"] == MEDIA_TYPE
    found: dict[str, object] = reply.json
    assert (found["type"], found["title"], found["status"]) == (TYPE + kind, KINDS[kind][1], reply.status)
    assert reply.status == KINDS[kind][0]
    assert isinstance(found["detail"], str)
    assert found["detail"]
    assert "\n" not in found["detail"]
    assert not re.search(r"/tmp|/work|/home|Traceback|\.py\b|\.sqlite", reply.text)
    return found


# --- the same as the command line ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "path", "parameters"),
    [
        (["search", "物流补贴", "-k", "3"], "/search", {"q": "物流补贴", "k": 3}),
        (
            ["search", "养老", "--place", "云泽", "--year", "2015-2023", "--level", "市级", "--unit", "市民政局", "--mode", "lexical"],
            "/search",
            {"q": "养老", "place": "云泽", "year": "2015-2023", "level": "市级", "unit": "市民政局", "mode": "lexical"},
        ),
        (["search", "2021年云泽物流", "--as-is"], "/search", {"q": "2021年云泽物流", "as_is": "true"}),
        (["ask", WHO], "/ask", {"q": WHO}),
        (["ask", "市民政局负责什么？", "-k", "2"], "/ask", {"q": "市民政局负责什么？", "k": 2}),
        (["ask", "火星基地由谁建设？"], "/ask", {"q": "火星基地由谁建设？"}),
        (["duties", "--unit", "市民政局", "--role", "牵头"], "/duties", {"unit": "市民政局", "role": "牵头", "limit": 500}),
        (["duties", "--unit", "市民政局", "--place", "云泽"], "/duties", {"unit": "市民政局", "place": "云泽", "limit": 500}),
        (["precedents", SENTENCE, "-k", "2", "--kind", "意见"], "/precedents", {"text": SENTENCE, "k": 2, "kind": "意见"}),
    ],
)  # fmt: skip
def test_objects_are_those_of_the_command_line(
    api: str, samples: Path, capsys: pytest.CaptureFixture[str],
    command: list[str], path: str, parameters: dict[str, object],
) -> None:  # fmt: skip
    assert main([*command, "--index", str(samples), "--json"]) == 0
    written = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    reply = asked(api, path, **parameters)
    assert reply.status == 200
    assert reply.json == (written if path == "/precedents" else written[0])
    name = "text" if path == "/precedents" else "q"
    if name in parameters:
        typed = {key: value if key in (name, "k", "mode", "year") else [value] for key, value in parameters.items()}
        typed = {key: True if key == "as_is" else value for key, value in typed.items()}
        assert posted(api, path, typed).json == reply.json


def test_filters_restrict_and_alternatives_widen(api: str) -> None:
    def places(**filters: object) -> set[str]:
        return {hit["place"] for hit in asked(api, "/search", q="养老", k=100, **filters).json["hits"]}

    assert places(place="云泽") < places(place=["云泽", "望津"]) <= places()
    years = {hit["year"] for hit in asked(api, "/search", q="养老", k=50, year="2016").json["hits"]}
    assert years == {2016}
    kinds = {each["kind"] for each in asked(api, "/notices", kind="意见").json["notices"]}
    assert kinds == {"意见"}


def test_a_notice_and_its_clauses_are_found_by_their_ids(api: str) -> None:
    hit = asked(api, "/search", q=WHO, k=1).json["hits"][0]
    notice = asked(api, f"/notices/{hit['doc_id']}").json
    clause = asked(api, f"/clauses/{hit['clause_id']}").json
    assert {key: clause[key] for key in clause if key not in ("notice", "links")} in notice["clauses"]
    assert clause["text"] == notice["body"][clause["start"] : clause["end"]] == hit["text"]
    assert (clause["notice"]["doc_id"], clause["links"]) == (hit["doc_id"], hit["links"])
    assert notice["links"] == hit["links"]


# --- pages ---------------------------------------------------------------------------------------


def pages(api: str, path: str, **parameters: object) -> Iterator[dict[str, list[object]]]:
    """Every page, as the Link headers lead from one to the next."""
    reply = asked(api, path, **parameters)
    while True:
        yield reply.json
        following = re.search(r'<([^>]+)>; rel="next"', reply.headers.get("link", ""))
        if following is None:
            return
        reply = asked(api, following[1])


@pytest.mark.parametrize(
    ("path", "key", "parameters"),
    [("/notices", "notices", {"order": "title"}), ("/duties", "tasks", {"unit": "市民政局", "role": ["牵头", "责任"]})],
)
def test_pages_lead_to_one_another_and_together_hold_all(
    api: str, path: str, key: str, parameters: dict[str, object]
) -> None:
    whole = asked(api, path, limit=500, **parameters)
    assert "link" not in whole.headers
    paged = list(pages(api, path, limit=7, **parameters))
    assert len(paged) > 2
    assert [each for page in paged for each in page[key]] == whole.json[key]
    assert {page[f"n_{key}"] for page in paged} == {len(whole.json[key])}  # type: ignore[arg-type]


def test_behind_the_last_page_there_is_nothing_but_the_way_back(api: str) -> None:
    reply = asked(api, "/notices", offset=1000, limit=10)
    assert (reply.status, reply.json["notices"], reply.json["n_notices"]) == (200, [], 49)
    assert reply.headers["link"] == '</notices?offset=39&limit=10>; rel="prev"'


# --- what a browser has already ------------------------------------------------------------------


@pytest.mark.parametrize(("path", "parameters"), [("/search", {"q": "养老"}), ("/notices", {}), ("/ask", {"q": WHO})])
def test_the_same_generation_is_not_sent_twice(api: str, path: str, parameters: dict[str, object]) -> None:
    tag = asked(api, path, **parameters).headers["etag"]
    for given in (tag, f'"other", {tag}', "*", tag.removeprefix("W/")):
        again = asked(api, path, headers={"if-none-match": given}, **parameters)
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", tag)
    assert asked(api, path, headers={"if-none-match": '"other"'}, **parameters).status == 200


def test_what_is_posted_has_no_tag_and_is_not_kept(api: str) -> None:
    reply = posted(api, "/search", {"q": "养老"}, **{"if-none-match": "*"})
    assert (reply.status, "etag" in reply.headers, reply.headers["cache-control"]) == (200, False, "no-store")


def test_a_build_is_seen_at_once_and_changes_the_tag(tmp_path: Path) -> None:
    notices = write_corpus(tmp_path / "notices")
    build([notices], tmp_path / "index")
    with served_index(tmp_path / "index") as address:
        before, health = asked(address, "/notices"), asked(address, "/health").json
        (notices / "new.txt").write_text("云泽市人民政府关于井盖的通知\n\n一、更换井盖。\n", encoding="utf-8")
        build([notices], tmp_path / "index")
        after = asked(address, "/notices", headers={"if-none-match": before.headers["etag"]})
        assert after.status == 200
        assert after.json["n_notices"] == before.json["n_notices"] + 1
        assert after.headers["etag"] != before.headers["etag"]
        now = asked(address, "/health").json
        assert (now["n_notices"], now["generation"] != health["generation"]) == (health["n_notices"] + 1, True)


# --- mistakes ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "parameters", "said"),
    [
        ("/search", {}, "query.q"),
        ("/search", {"q": ""}, "query.q"),
        ("/search", {"q": " \t "}, "query.q"),
        ("/search", {"q": "字" * 2001}, "query.q"),
        ("/search", {"q": "养老", "k": 0}, "query.k"),
        ("/search", {"q": "养老", "k": 101}, "query.k"),
        ("/search", {"q": "养老", "mode": "best"}, "query.mode"),
        ("/search", {"q": "养老", "city": "云泽"}, "query.city"),
        ("/search", {"q": "养老", "place": ["云泽"] * 21}, "query.place"),
        ("/search", {"q": "养老", "year": "last"}, "query.year"),
        ("/notices", {"limit": 501}, "query.limit"),
        ("/notices", {"order": "best"}, "query.order"),
    ],
)
def test_what_is_out_of_bounds_is_named(api: str, path: str, parameters: dict[str, object], said: str) -> None:
    found = problem(asked(api, path, **parameters), "invalid")
    assert isinstance(found["errors"], list)
    assert said in [re.sub(r"\.\d+$", "", each["where"]) for each in found["errors"]]
    assert "字字" not in json.dumps(found, ensure_ascii=False)


@pytest.mark.parametrize(
    ("path", "parameters", "kind", "said"),
    [
        ("/search", {"q": "养老", "year": "2023-2013"}, "impossible", "bad year"),
        ("/search", {"q": "养老", "level": "村级"}, "impossible", "unknown level"),
        ("/duties", {}, "impossible", "either unit or notice"),
        ("/duties", {"unit": "市民政局", "notice": "x"}, "impossible", "either unit or notice"),
        ("/duties", {"notice": "x", "role": "牵头"}, "impossible", "go with unit"),
        ("/duties", {"unit": "市民政局", "role": "主席"}, "impossible", "unknown role"),
        ("/duties", {"unit": "火星开发局"}, "not-found", "no unit 火星开发局"),
        ("/duties", {"notice": "火星〔2021〕1号"}, "not-found", "no notice"),
        ("/duties", {"notice": "养老"}, "ambiguous", "notices; give the doc_id"),
        ("/notices/000000000000", {}, "not-found", "no such notice"),
        ("/clauses/000000000000:1", {}, "not-found", "no such clause"),
        ("/clauses/%2e%2e%2f%2e%2e%2fetc%2fpasswd", {}, "not-found", ""),
        ("/precedents", {"text": "……"}, "impossible", "the text is empty"),
        ("/precedents", {"text": SENTENCE, "field": "养蜂"}, "impossible", "养蜂"),
        ("/precedents", {"text": SENTENCE, "baseline": "x:1"}, "not-found", "no such clause"),
        ("/ask", {"q": WHO, "llm": "true"}, "impossible", "no language model"),
        ("/nowhere", {}, "not-found", "openapi.json"),
        ("/docs/assets/../../x", {}, "not-found", "openapi.json"),
    ],
)
def test_what_is_impossible_is_a_problem_that_says_why(
    api: str, path: str, parameters: dict[str, object], kind: str, said: str
) -> None:
    assert said in str(problem(asked(api, path, **parameters), kind)["detail"])


def test_a_name_of_several_units_comes_with_those_it_may_be(api: str) -> None:
    found = problem(asked(api, "/duties", unit="市经委"), "ambiguous")
    assert isinstance(found["names"], list)
    assert "市商务局" in found["names"]


@pytest.mark.parametrize("body", [b"{", b"", b"[1", b"\xff\xfe", b'{"q": NaN', b"[" * 100_000])
def test_a_body_that_is_not_json_is_a_problem(api: str, body: bytes) -> None:
    reply = asked(api, "/search", method="POST", body=body, headers={"content-type": "application/json"})
    assert reply.status in (400, 422)
    problem(reply, "not-json" if reply.status == 400 else "invalid")


@pytest.mark.parametrize(
    "value",
    [[], "养老", {"q": 5}, {"q": "养老", "k": "5"}, {"q": "养老", "x": 1}, {"q": "\ud800"}, {"q": "养老", "k": True}],
)
def test_a_body_of_another_shape_is_a_problem(api: str, value: object) -> None:
    problem(posted(api, "/search", value), "invalid")


def test_a_method_that_an_address_does_not_take_is_a_problem_with_those_it_takes(api: str) -> None:
    reply = asked(api, "/search", method="DELETE")
    problem(reply, "method-not-allowed")
    assert reply.headers["allow"] == "GET, POST"


def test_a_request_that_is_no_http_ends(api: str) -> None:
    connection = HTTPConnection(urlsplit(api).netloc, timeout=30)
    connection.putrequest("GET", "/health", skip_host=True)
    connection.putheader("x", "y" * 200_000)
    connection.endheaders()
    assert connection.getresponse().status >= 400
    connection.close()


# --- the document, its page and the figures ------------------------------------------------------


def test_the_documents_examples_are_what_the_samples_say(api: str) -> None:
    def comparable(value: object) -> str:
        text = json.dumps(value, ensure_ascii=False, sort_keys=True)
        text = text.replace(f"{ROOT}/corpus", "corpus")
        return re.sub(r"\d\.\d{3,}", lambda number: f"{float(number[0]):.3f}", text)

    documented = json.loads((ROOT / "indexer/api/examples.json").read_text(encoding="utf-8"))
    assert set(documented) == set(QUESTIONS)
    assert comparable(replies(api)) == comparable(documented)
    shown = asked(api, "/openapi.json").json["paths"]["/search"]["get"]["responses"]["200"]
    assert shown["content"]["application/json"]["example"] == documented["search"]["reply"]


def test_every_reply_names_its_request_and_is_not_run_by_a_browser(api: str) -> None:
    reply = asked(api, "/health", headers={"x-request-id": "abc-1"})
    assert reply.headers["x-request-id"] == "abc-1"
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["content-security-policy"].startswith("default-src 'none'")
    for odd in ("a b", "x" * 65, "<script>"):
        assert re.fullmatch(
            "[0-9a-f]{32}", asked(api, "/health", headers={"x-request-id": odd}).headers["x-request-id"]
        )


def test_the_figures_count_requests_by_route_and_say_nothing_of_questions(api: str) -> None:
    asked(api, "/search", q="独一无二的问题")
    asked(api, "/notices/000000000000")
    asked(api, "/nowhere-of-ours")
    reply = asked(api, "/metrics")
    assert reply.headers["content-type"].startswith("text/plain")
    families = {family.name: family for family in text_string_to_metric_families(reply.text)}
    counted = {
        (sample.labels["method"], sample.labels["route"], sample.labels["status"]): sample.value
        for sample in families["tiaowen_http_requests"].samples
        if sample.name.endswith("_total")
    }
    assert counted["GET", "/search", "200"] >= 1
    assert counted["GET", "/notices/{doc_id}", "404"] >= 1
    assert counted["GET", "(none)", "404"] >= 1
    assert families["tiaowen_index_notices"].samples[0].value == 49
    assert families["tiaowen_index_up"].samples[0].value == 1
    assert families["tiaowen_http_requests_in_progress"].samples[0].value == 1  # this one
    assert "独一无二" not in reply.text
    assert "nowhere-of-ours" not in reply.text


@pytest.mark.browser
def test_the_page_of_the_document_loads_nothing_from_elsewhere(api: str, page: Page) -> None:
    page.goto(f"{api}/docs")
    page.get_by_text("Find clauses by meaning and words").wait_for()
    page.get_by_text("Find clauses by meaning and words").click()
    page.get_by_role("button", name="Execute").wait_for()

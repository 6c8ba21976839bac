"""The MCP server by the SDK's own client, over stdin and stdout and over HTTP: tools, citations, mistakes in one line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from mcp import Client, StdioServerParameters
from mcp.types import CallToolResult, TextContent

from indexer.__main__ import main
from indexer.duties import duties_of_unit, find_unit
from indexer.index import Index
from indexer.records import Query
from indexer.search import ask, search
from tests.api_server import asked, running
from tests.app_fixture import ROOT
from tests.event_loop import run_to_end

WHO = "谁负责养老护理员培训？"
SENTENCE = "养老机构用水、用电执行居民生活类价格。"
TOOLS = {"search_clauses", "ask", "get_clause", "get_notice", "list_duties", "find_precedents"}

Where: TypeAlias = StdioServerParameters | str


@pytest.fixture(scope="module")
def over_http(samples: Path) -> Iterator[str]:
    """The address of a server over HTTP, for the tests that need no process of their own."""
    with running("mcp", "--index", samples, "--http", "127.0.0.1:0") as server:
        yield server.address


def over_stdio(samples: Path) -> StdioServerParameters:
    return StdioServerParameters(
        command=sys.executable, args=["-m", "indexer", "mcp", "--index", str(samples)], cwd=ROOT,
        env={"OMP_NUM_THREADS": "1", "PYTHONPATH": os.environ.get("PYTHONPATH", "")},
    )  # fmt: skip


def with_client(where: Where, use: Callable[[Client], Awaitable[Any]]) -> Any:  # noqa: ANN401 (what the use makes of it)
    async def run() -> Any:  # noqa: ANN401
        async with Client(where) as client:
            return await use(client)

    return run_to_end(run)


def called(where: Where, tool: str, **arguments: object) -> CallToolResult:
    result = with_client(where, lambda client: client.call_tool(tool, arguments))
    assert isinstance(result, CallToolResult)
    return result


def result_of(where: Where, tool: str, **arguments: object) -> dict[str, Any]:
    """What the tool found, which its text says as well."""
    result = called(where, tool, **arguments)
    (content,) = result.content
    assert isinstance(content, TextContent)
    assert not result.is_error, content.text
    assert result.structured_content is not None
    assert json.loads(content.text) == result.structured_content
    return result.structured_content


def mistake_of(where: Where, tool: str, **arguments: object) -> str:
    """The one line that the tool says."""
    result = called(where, tool, **arguments)
    (content,) = result.content
    assert isinstance(content, TextContent)
    assert result.is_error
    assert len(content.text.splitlines()) == 1
    assert "Traceback" not in content.text
    assert "/tmp" not in content.text
    return content.text


def cited(value: object) -> Iterator[dict[str, Any]]:
    """Every citation in a result."""
    if isinstance(value, dict):
        if "citation" in value:
            yield value["citation"]
        for each in value.values():
            yield from cited(each)
    elif isinstance(value, list):
        for each in value:
            yield from cited(each)


# --- over stdin and stdout -----------------------------------------------------------------------


def test_a_client_over_stdin_and_stdout_sees_the_tools_and_gets_answers(samples: Path, index: Index) -> None:
    async def use(client: Client) -> tuple[Any, Any, Any]:
        listed = await client.list_tools()
        return listed, await client.call_tool("ask", {"question": WHO}), await client.call_tool("ask", {})

    listed, answered, mistaken = with_client(over_stdio(samples), use)
    assert {tool.name for tool in listed.tools} == TOOLS
    for tool in listed.tools:
        assert tool.description
        assert tool.annotations.read_only_hint
        assert tool.input_schema["type"] == tool.output_schema["type"] == "object"
        assert all("description" in each or "default" in each for each in tool.input_schema["properties"].values())
    expected = ask(index, Query(WHO))
    assert [unit["name"] for unit in answered.structured_content["units"]] == [unit.name for unit in expected.units]
    assert mistaken.is_error


def test_stdout_is_the_protocols_alone_and_the_process_ends_with_stdin(samples: Path) -> None:
    begin = {
        "jsonrpc": "2.0", "id": 1, "method": "initialize",
        "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}},
    }  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-m", "indexer", "mcp", "--index", str(samples)],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(begin) + "\n")
    process.stdin.flush()
    line = process.stdout.readline()
    rest, said = process.communicate(timeout=60)  # closes stdin
    assert (process.returncode, rest, said) == (0, "", "")
    assert json.loads(line)["result"]["serverInfo"]["name"] == "tiaowen"


# --- over HTTP: what the tools say ---------------------------------------------------------------


def test_clauses_are_those_of_search_with_their_citations(over_http: str, index: Index) -> None:
    found = result_of(over_http, "search_clauses", query="养老护理员培训", k=4, place=["云泽"], year="2015-2023")
    hits = asked_hits(index)
    assert [each["citation"]["clause_id"] for each in found["clauses"]] == hits
    for each in found["clauses"]:
        clause = index.clause(each["citation"]["clause_id"])
        notice = index.notice(clause.doc_id)
        assert clause.text.startswith(each["text"])
        assert each["cut"] == (each["text"] != clause.text)
        assert each["citation"]["title"] == notice.title
        assert each["citation"]["doc_number"] == notice.doc_number
        assert each["citation"]["text"].startswith(f"《{notice.title[:2]}")
        assert each["citation"]["source"] in (notice.source.url, notice.source.path)


def asked_hits(index: Index) -> list[str]:
    from indexer.named_filters import filters_named

    query = Query("养老护理员培训", filters=filters_named(places=["云泽"], year="2015-2023"))
    return [hit.clause_id for hit in search(index, query, k=4)]


def test_an_answer_names_units_and_silence_its_reason_with_the_nearest_clauses(over_http: str, index: Index) -> None:
    found = result_of(over_http, "ask", question=WHO)
    assert found["abstained"] is None
    assert found["units"]
    assert found["nearest"] == []
    silent = result_of(over_http, "ask", question="火星基地由谁建设？")
    assert silent["abstained"] == ask(index, Query("火星基地由谁建设？")).abstained is not None
    assert (silent["units"], silent["statements"], len(silent["nearest"]) > 0) == ([], [], True)


def test_what_is_cited_can_be_read(over_http: str) -> None:
    citation = next(cited(result_of(over_http, "ask", question=WHO)))
    clause = result_of(over_http, "get_clause", clause_id=citation["clause_id"])
    assert clause["citation"] == citation
    notice = result_of(over_http, "get_notice", notice=citation["doc_id"], limit=200)
    assert notice["title"] == citation["title"]
    assert notice["n_clauses"] == len(notice["clauses"])
    assert citation["clause_id"] in [each["clause_id"] for each in notice["clauses"]]
    by_number = result_of(over_http, "get_notice", notice=notice["doc_number"] or notice["title"], limit=1, offset=1)
    assert (by_number["doc_id"], by_number["clauses"]) == (notice["doc_id"], notice["clauses"][1:2])


def test_duties_are_those_of_the_unit_a_page_at_a_time(over_http: str, index: Index) -> None:
    whole = duties_of_unit(index, find_unit(index, "市民政局"), roles=("lead",)).duties
    found = result_of(over_http, "list_duties", unit="市民政局", role=["牵头"], limit=3, offset=1)
    assert found["n_tasks"] == len(whole)
    assert [each["citation"]["clause_id"] for each in found["tasks"]] == [duty.task.clause_id for duty in whole[1:4]]


def test_precedents_are_labelled_and_cited(over_http: str) -> None:
    (clause,) = result_of(over_http, "find_precedents", text=SENTENCE, k=2)["clauses"]
    assert clause["text"] == SENTENCE
    assert len(clause["precedents"]) == 2
    assert clause["precedents"][0]["label"] in ("verbatim", "adapted")
    assert clause["earliest"]


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        ("search_clauses", {}, "query: Field required"),
        ("search_clauses", {"query": " "}, "query: "),
        ("search_clauses", {"query": "养老", "k": 1000}, "k: "),
        ("search_clauses", {"query": "养老", "year": "2023-2013"}, "bad year"),
        ("search_clauses", {"query": "养老", "level": ["村级"]}, "unknown level"),
        ("get_clause", {"clause_id": "x:1"}, "no such clause"),
        ("get_notice", {"notice": "火星〔2021〕1号"}, "no notice"),
        ("get_notice", {"notice": "养老"}, "give the doc_id of one"),
        ("list_duties", {"unit": "市经委"}, "may be any of several units"),
        ("list_duties", {"unit": "市民政局", "role": ["主席"]}, "unknown role"),
        ("find_precedents", {"text": "……"}, "the text is empty"),
        ("find_precedents", {"text": "\n".join(f"{n}、建设第{n}个食堂。" for n in range(1, 40))}, "at most 20"),
        ("drop_table", {}, "drop_table"),
    ],
)
def test_a_mistake_is_a_tool_error_in_one_line(
    over_http: str, tool: str, arguments: dict[str, object], said: str
) -> None:
    assert said in mistake_of(over_http, tool, **arguments)


def test_a_page_of_another_site_gets_nothing(over_http: str) -> None:
    body = b'{"jsonrpc":"2.0","id":1,"method":"tools/list"}'
    headers = {"content-type": "application/json", "accept": "application/json, text/event-stream"}
    for odd in ({"host": "elsewhere.example"}, {"origin": "http://elsewhere.example"}):
        assert asked(over_http, "/mcp", method="POST", body=body, headers=headers | odd).status in (403, 421)
    too_large = b'{"jsonrpc":"2.0","id":1,"method":"' + b"x" * 300_000 + b'"}'
    assert asked(over_http, "/mcp", method="POST", body=too_large, headers=headers).status == 413


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--index", "nowhere"], "there is no index here"),
        (["--http", "8601"], "is no address to listen on"),
        (["--http", "127.0.0.1:0", "--index", "nowhere"], "there is no index here"),
    ],
)
def test_a_mistake_in_the_call_is_one_line(
    samples: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert main(["mcp", "--index", str(samples), *arguments]) == 2
    done = capsys.readouterr()
    assert (done.out, len(done.err.splitlines()), said in done.err) == ("", 1, True)

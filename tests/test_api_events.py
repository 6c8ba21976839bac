"""`/ask` with a language model: the whole at once, or sentence by sentence as it comes, all from one generation."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from indexer.build import build
from indexer.index import open_index
from indexer.records import Query
from indexer.search import ask
from tests.api_server import Reply, asked, posted, served_index
from tests.model_server import ModelServer, in_steps, model_server, raw, streamed
from tests.search_corpus import write_corpus

QUESTION = "云泽护理人员培训由哪些单位负责?"
SILENT = "杭州市的社区食堂归哪个局管?"
EVENTS = {"accept": "text/event-stream"}


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("events")
    build([write_corpus(folder / "notices")], folder / "index")
    return folder / "index"


@pytest.fixture(scope="module")
def sentences(directory: Path) -> list[str]:
    """What an honest model says to QUESTION, and something that it made up."""
    with open_index(directory) as index:
        clause_id = ask(index, Query(QUESTION)).units[0].clause_id
    return [f"护理课程由市教育局负责开设。[{clause_id}「依托职业院校开设护理课程」]\n由", "市公安局负责。"]


@pytest.fixture
def model() -> Iterator[ModelServer]:
    with model_server() as server:
        yield server


@pytest.fixture
def address(directory: Path, model: ModelServer) -> Iterator[str]:
    with served_index(directory, endpoint=model.endpoint()) as address:
        yield address


def events_of(reply: Reply) -> list[tuple[str, Any]]:
    assert reply.headers["content-type"].startswith("text/event-stream")
    return [event(block) for block in reply.text.split("\n\n") if block and not block.startswith(":")]


def event(block: str) -> tuple[str, Any]:
    name, data = block.split("\n")
    return name.removeprefix("event: "), json.loads(data.removeprefix("data: "))


def test_the_whole_comes_with_what_the_model_wrote(address: str, model: ModelServer, sentences: list[str]) -> None:
    model.reply = streamed("".join(sentences))
    without = asked(address, "/ask", q=QUESTION).json
    assert model.log == []
    reply = asked(address, "/ask", q=QUESTION, llm="true")
    assert (reply.status, "etag" in reply.headers) == (200, False)
    written = reply.json.pop("written")
    assert [each["text"] for each in written["sentences"]] == ["护理课程由市教育局负责开设。"]
    assert written["dropped_for"] == {"no_quotation": 1}
    assert {key: value for key, value in reply.json.items() if key != "written"} == without
    assert posted(address, "/ask", {"q": QUESTION, "llm": True}).json == reply.json


def test_events_are_the_answer_each_sentence_the_whole_and_the_end(
    address: str, model: ModelServer, sentences: list[str]
) -> None:
    model.reply = streamed("".join(sentences))
    whole = asked(address, "/ask", q=QUESTION, llm="true").json
    found = events_of(asked(address, "/ask", q=QUESTION, llm="true", headers=EVENTS))
    assert [name for name, _ in found] == ["answer", "sentence", "written", "end"]
    assert found[0][1] | {"written": found[2][1]} == whole
    assert found[1][1] == whole["written"]["sentences"][0]


def test_without_a_model_the_answer_is_the_only_event(address: str) -> None:
    found = events_of(asked(address, "/ask", q=QUESTION, headers=EVENTS))
    assert [name for name, _ in found] == ["answer", "end"]
    assert found[0][1] == asked(address, "/ask", q=QUESTION).json


def test_silence_is_not_put_to_the_model(address: str, model: ModelServer) -> None:
    found = events_of(asked(address, "/ask", q=SILENT, llm="true", headers=EVENTS))
    assert [(name, value) for name, value in found if name == "written"] == [("written", None)]
    assert model.log == []


def test_a_model_that_fails_costs_no_answer(address: str, model: ModelServer) -> None:
    model.reply = raw("no", status=401)
    found = dict(events_of(asked(address, "/ask", q=QUESTION, llm="true", headers=EVENTS)))
    assert found["answer"]["units"]
    assert found["written"]["failure"] == "key_refused"


def test_a_mistake_is_a_problem_before_the_first_event(address: str) -> None:
    reply = asked(address, "/ask", q=QUESTION, year="2023-2013", headers=EVENTS)
    assert (reply.status, reply.headers["content-type"]) == (400, "application/problem+json")


def test_sentences_come_as_they_are_written_and_all_from_the_generation_of_the_answer(
    directory: Path, model: ModelServer, sentences: list[str]
) -> None:
    go_on = threading.Event()
    model.reply = in_steps(sentences, go_on)
    with served_index(directory, endpoint=model.endpoint()) as address:
        connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
        connection.request("GET", f"/ask?q={quote(QUESTION)}&llm=true", headers=EVENTS)
        reply = connection.getresponse()
        begun = b""
        while begun.count(b"\n\n") < 2:
            begun += reply.read1()
        assert [event(block)[0] for block in begun.decode().split("\n\n")[:2]] == ["answer", "sentence"]
        assert not go_on.is_set()
        generation = asked(address, "/health").json["generation"]
        for n in range(3):  # older generations are removed by a build unless somebody reads them
            path = directory.parent / "notices" / f"{n}.txt"
            path.write_text(f"关于第{n}号井盖的通知\n\n一、更换井盖。\n", encoding="utf-8")
            build([path.parent], directory)
            assert asked(address, "/health").json["generation"] != generation
        go_on.set()
        rest = reply.read()
        connection.close()
    assert [event(block)[0] for block in rest.decode().split("\n\n") if block] == ["written", "end"]


def test_whoever_leaves_gives_the_place_back(directory: Path, model: ModelServer, sentences: list[str]) -> None:
    from indexer.api import Limits

    go_on = threading.Event()
    model.reply = in_steps(sentences, go_on)
    with served_index(directory, endpoint=model.endpoint(), limits=Limits(streams=1)) as address:
        connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
        connection.request("GET", f"/ask?q={quote(QUESTION)}&llm=true", headers=EVENTS)
        connection.getresponse().read1()
        assert asked(address, "/ask", q=QUESTION, llm="true", headers=EVENTS).status == 503
        assert asked(address, "/ask", q=QUESTION).status == 200  # what needs no model goes on
        connection.close()
        go_on.set()
        model.reply = streamed("".join(sentences))
        statuses = set()
        for _ in range(100):
            statuses.add(asked(address, "/ask", q=QUESTION, llm="true", headers=EVENTS).status)
            if 200 in statuses:
                break
            threading.Event().wait(0.05)
        assert 200 in statuses

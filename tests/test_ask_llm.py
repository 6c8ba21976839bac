"""`ask --llm` on the command line: only where it is asked for, as it comes, and never in place of the answer."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from indexer.__main__ import main
from indexer.index import open_index
from indexer.records import Query
from indexer.rewriting.endpoint import KEY, MODEL, URL
from indexer.search import ask
from tests.app_fixture import ROOT
from tests.model_server import SECRET, ModelServer, in_steps, raw, streamed
from tests.search_corpus import write_corpus

QUESTION = "云泽护理人员培训由哪些单位负责?"
SILENT = "杭州市的社区食堂归哪个局管?"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("llm")
    write_corpus(folder / "notices")
    assert main(["build", str(folder / "notices"), "--index", str(folder / "index")]) == 0
    return folder / "index"


@pytest.fixture(scope="module")
def honest(index: Path) -> str:
    """What an honest model says to QUESTION."""
    with open_index(index) as opened:
        clause_id = ask(opened, Query(QUESTION)).units[0].clause_id
    return f"护理课程由市教育局负责开设。[{clause_id}「依托职业院校开设护理课程」]\n由市公安局负责。"


@pytest.fixture
def server(named_model: ModelServer) -> ModelServer:
    return named_model


def asked(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[dict[str, object], str]:
    """The JSON object that `ask` writes, and what stands on stderr."""
    assert main(["ask", *map(str, arguments), "--json"]) == 0
    done = capsys.readouterr()
    return json.loads(done.out), done.err


def test_without_the_option_nothing_is_asked_and_the_object_is_as_ever(
    index: Path, server: ModelServer, capsys: pytest.CaptureFixture[str]
) -> None:
    found, said = asked(capsys, QUESTION, "--index", index)
    assert ("written" in found, said, server.log) == (False, "", [])


def test_with_the_option_the_object_gains_what_the_model_wrote_and_keeps_the_rest(
    index: Path, server: ModelServer, honest: str, capsys: pytest.CaptureFixture[str]
) -> None:
    without, _ = asked(capsys, QUESTION, "--index", index)
    server.reply = streamed(honest)
    found, said = asked(capsys, QUESTION, "--index", index, "--llm")
    written = found.pop("written")
    assert found == without
    assert isinstance(written, dict)
    (sentence,) = written.pop("sentences")
    assert sentence["text"] == "护理课程由市教育局负责开设。"
    assert [quotation.keys() for quotation in sentence["quotations"]] == [{"text", "clause_id", "start", "end"}]
    assert written == {
        "model": "test-model", "dropped": 1, "dropped_for": {"no_quotation": 1}, "failure": None, "message": None,
    }  # fmt: skip
    assert said == ""


def test_an_endpoint_that_fails_costs_one_line_and_no_answer(
    index: Path, server: ModelServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.reply = raw(f"wrong key {SECRET}", status=401)
    found, said = asked(capsys, QUESTION, "--index", index, "--llm")
    assert found["units"]
    assert isinstance(found["written"], dict)
    assert found["written"]["failure"] == "key_refused"
    assert (len(said.splitlines()), KEY in said, "stands" in said, SECRET in said) == (1, True, True, False)


def test_silence_stands_and_is_not_put_to_the_model(
    index: Path, server: ModelServer, capsys: pytest.CaptureFixture[str]
) -> None:
    found, said = asked(capsys, SILENT, "--index", index, "--llm")
    assert (found["abstained"], found["written"], said, server.log) == ("not_in_archive", None, "", [])


def test_each_question_of_a_file_is_asked(
    index: Path, server: ModelServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [{"query_id": n, "text": text} for n, text in enumerate([QUESTION, SILENT, QUESTION])]
    (tmp_path / "q.jsonl").write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    assert main(["ask", "--queries", str(tmp_path / "q.jsonl"), "--index", str(index), "--llm", "--json"]) == 0
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one["written"] is None for one in found] == [False, True, False]
    assert len(server.log) == 2


@pytest.mark.parametrize("changed", [{URL: "", MODEL: ""}, {MODEL: ""}, {URL: "nowhere"}])
def test_the_option_without_an_endpoint_is_a_mistake_in_one_line(
    index: Path, server: ModelServer, changed: dict[str, str], monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    for name, value in changed.items():
        monkeypatch.setenv(name, value)
    assert main(["ask", QUESTION, "--index", str(index), "--llm"]) == 2
    done = capsys.readouterr()
    assert (done.out, len(done.err.splitlines()), "TIAOWEN_LLM_" in done.err) == ("", 1, True)
    assert main(["ask", QUESTION, "--index", str(index)]) == 0  # and matters to nobody else


def test_on_a_terminal_sentences_are_printed_as_they_come(index: Path, server: ModelServer, honest: str) -> None:
    go_on = threading.Event()
    server.reply = in_steps([honest.split("\n")[0] + "\n由", "市公安局负责。"], go_on)
    terminal, other_end = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "indexer", "ask", QUESTION, "--index", str(index), "--llm"],
        cwd=ROOT, stdout=other_end, stderr=subprocess.PIPE, env={**os.environ, **server.environment()},
    )  # fmt: skip
    os.close(other_end)
    shown = b""
    ends = time.monotonic() + 240
    while "护理课程由市教育局负责开设。".encode() not in shown and time.monotonic() < ends:
        shown += os.read(terminal, 65536)
    assert not go_on.is_set()
    assert "1 句没有通过核对" not in shown.decode()
    go_on.set()
    while True:
        try:
            data = os.read(terminal, 65536)
        except OSError:  # the other end is closed
            break
        if not data:
            break
        shown += data
    _, said = process.communicate(timeout=60)
    os.close(terminal)
    text = shown.decode()
    assert process.returncode == 0, said
    assert (
        text.index("—— 条文")
        < text.index("test-model")
        < text.index("护理课程由市教育局")
        < text.index("1 句没有通过核对")
    )

"""The command line as other programs see it: JSON keys, exit status, one-line complaints, the speed of --help."""

from __future__ import annotations

import io
import json
import os
import pty
import subprocess
import sys
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from indexer.__main__ import main
from tests.search_corpus import write_corpus

ROOT = Path(__file__).resolve().parents[1]

NOTICE_KEYS = {
    "doc_id", "title", "kind", "issuers", "doc_number", "index_number", "issued_on", "published_on", "place", "level",
    "addressees", "cites", "warnings", "source", "clauses",
}  # fmt: skip
CLAUSE_KEYS = {
    "clause_id", "number", "headings", "text", "start", "end", "persons", "deadline", "targets", "units",
    "deadline_value", "target_values", "columns",
}  # fmt: skip
UNIT_KEYS = {"name", "surface", "role", "inherited", "start", "end", "rule", "members", "open_ended"}
HIT_KEYS = {"rank", "score", "clause_id", "doc_id", "source_path", "title", "headings", "text", "units"}
ANSWER_KEYS = {"query_id", "query", "kind", "abstained", "units", "statements", "conflicts", "hits"}


@dataclass(frozen=True)
class Done:
    """What a call gave."""

    returncode: int
    stdout: str
    stderr: str


def run(*arguments: str | Path) -> Done:
    """What `python -m indexer …` gives, called here: a process of its own takes seconds to load the encoder."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        try:
            status = main([str(argument) for argument in arguments])
        except SystemExit as exit_:
            status = int(exit_.code or 0)
    return Done(status, out.getvalue(), err.getvalue())


def run_process(*arguments: str | Path) -> Done:
    """What `python -m indexer …` gives in a process of its own, run from the project's root."""
    done = subprocess.run(
        [sys.executable, "-m", "indexer", *map(str, arguments)],
        cwd=ROOT, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False,
    )  # fmt: skip
    return Done(done.returncode, done.stdout, done.stderr)


def run_on_a_terminal(*arguments: str | Path) -> tuple[str, str]:
    """(stdout, stderr) of `python -m indexer …` in a process of its own whose stderr is a terminal; it succeeds."""
    terminal, other_end = pty.openpty()
    command = [sys.executable, "-m", "indexer", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=other_end, check=True)
    os.close(other_end)
    said = os.read(terminal, 10_000).decode()
    os.close(terminal)
    return done.stdout.decode(), said


def objects(stdout: str) -> list[dict[str, Any]]:
    """The JSON object of every line."""
    return [json.loads(line) for line in stdout.splitlines()]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_corpus(tmp_path_factory.mktemp("cli") / "notices")


@pytest.fixture(scope="module")
def index(corpus: Path) -> Path:
    if not (ROOT / "embeddings" / "encoder" / "modules.json").is_file():
        pytest.skip("needs the bundled encoder in embeddings/encoder")
    done = run("build", corpus, "--index", corpus.parent / "index")
    assert done.returncode == 0, done.stderr
    return corpus.parent / "index"


# --- parse ---------------------------------------------------------------------------------------


def test_parse_writes_one_object_a_notice_with_the_promised_keys(corpus: Path) -> None:
    done = run_process("parse", corpus, "--json")
    assert done.returncode == 0, done.stderr
    notices = objects(done.stdout)
    assert len(notices) == 3
    for notice in notices:
        assert notice.keys() >= NOTICE_KEYS
        assert notice["source"].keys() == {"path", "url", "sha256"}
        assert isinstance(notice["place"], str)
        assert all(cite.keys() == {"title", "doc_number"} for cite in notice["cites"])
        for clause in notice["clauses"]:
            assert clause.keys() == CLAUSE_KEYS
            assert notice["body"][clause["start"] : clause["end"]] == clause["text"]
            assert clause["deadline"] is None or isinstance(clause["deadline"], str)
            assert all(isinstance(target, str) for target in clause["targets"])
            assert all(unit.keys() == UNIT_KEYS for unit in clause["units"])


def test_parse_goes_on_after_a_file_that_cannot_be_read(corpus: Path, tmp_path: Path) -> None:
    empty = tmp_path / "空.txt"
    empty.write_text("", encoding="utf-8")
    done = run("parse", empty, corpus / "澜川2016.txt", "--json")
    assert done.returncode == 1
    assert len(objects(done.stdout)) == 1
    assert "空.txt" in done.stderr
    assert len(done.stderr.splitlines()) == 1


# --- build ---------------------------------------------------------------------------------------


def test_build_lists_what_it_skipped_and_exits_with_1(corpus: Path, tmp_path: Path, index: Path) -> None:
    write_corpus(tmp_path / "notices")
    (tmp_path / "notices" / "坏.pdf").write_bytes(b"\x00\x01 no document")
    done = run("build", tmp_path / "notices", "--index", tmp_path / "index")
    assert done.returncode == 1
    assert "坏.pdf" in done.stderr
    assert "3 notices" in done.stderr
    assert done.stdout == ""


# --- search --------------------------------------------------------------------------------------


def test_search_writes_hits_with_the_promised_keys(index: Path) -> None:
    done = run("search", "护理人员培训", "--index", index, "-k", "3", "--json")
    assert done.returncode == 0, done.stderr
    (found,) = objects(done.stdout)
    assert found.keys() == {"query_id", "query", "hits"}
    assert [hit["rank"] for hit in found["hits"]] == [1, 2, 3]
    assert all(hit.keys() >= HIT_KEYS for hit in found["hits"])
    assert "护理" in found["hits"][0]["text"]
    assert found["hits"][0]["source_path"].endswith("云泽2021.txt")
    assert all(unit.keys() == UNIT_KEYS for hit in found["hits"] for unit in hit["units"])


def test_a_batch_is_answered_a_line_a_query_in_order(index: Path, tmp_path: Path) -> None:
    queries = tmp_path / "queries.jsonl"
    asked = [
        {"query_id": "b", "text": "夜市摊位"},
        {"query_id": "a", "text": "设计人才补助"},
        {"query_id": 3, "text": "送餐"},
    ]
    queries.write_text("\n".join(json.dumps(query, ensure_ascii=False) for query in asked) + "\n\n", encoding="utf-8")
    for command in ("search", "ask"):
        done = run(command, "--queries", queries, "--index", index, "--json")
        assert done.returncode == 0, done.stderr
        assert [found["query_id"] for found in objects(done.stdout)] == ["b", "a", 3]


@pytest.mark.parametrize(
    ("options", "source"),
    [
        (["--place", "澜川"], "澜川2016.txt"),
        (["--year", "2022-2024", "--level", "区县"], "砚湖2023.txt"),
        (["--unit", "教育局", "--mode", "lexical", "--year", "2021"], "云泽2021.txt"),
    ],
)
def test_search_options_keep_other_notices_out(index: Path, options: Sequence[str], source: str) -> None:
    done = run("search", "培训人员", "--index", index, "--json", *options)
    assert done.returncode == 0, done.stderr
    (found,) = objects(done.stdout)
    assert found["hits"]
    assert all(hit["source_path"].endswith(source) for hit in found["hits"])


# --- ask -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def asked_on_a_terminal(index: Path) -> tuple[str, str]:
    """(stdout, what a terminal shows of stderr) of `ask` in a process of its own."""
    return run_on_a_terminal("ask", "云泽护理人员培训由哪些单位负责?", "--index", index, "--json")


def test_ask_names_units_and_quotes_what_stands_there(asked_on_a_terminal: tuple[str, str], corpus: Path) -> None:
    (answer,) = objects(asked_on_a_terminal[0])
    assert answer.keys() == ANSWER_KEYS
    assert answer["kind"] == "units"
    assert answer["abstained"] is None
    assert {unit["surface"] for unit in answer["units"]} == {"市人力社保局", "市教育局"}
    assert all(unit.keys() == {"name", "surface", "role", "inherited", "clause_id"} for unit in answer["units"])
    bodies = {notice["doc_id"]: notice["body"] for notice in objects(run("parse", corpus, "--json").stdout)}
    doc_of = {hit["clause_id"]: hit["doc_id"] for hit in answer["hits"]}
    assert answer["statements"]
    for statement in answer["statements"]:
        assert statement.keys() == {"text", "clause_id", "start", "end"}
        body = bodies[doc_of[statement["clause_id"]]]
        assert body[statement["start"] : statement["end"]] == statement["text"]


def test_ask_lists_every_clause_of_a_unit_whatever_k_is(index: Path) -> None:
    (answer,) = objects(run("ask", "云泽市民政局要做哪些工作?", "--index", index, "-k", "1", "--json").stdout)
    assert answer["kind"] == "duties"
    assert len(answer["hits"]) == 2
    assert all(any("民政局" in unit["surface"] for unit in hit["units"]) for hit in answer["hits"])


def test_ask_is_silent_with_a_reason(index: Path) -> None:
    (answer,) = objects(run("ask", "杭州市的社区食堂归哪个局管?", "--index", index, "--json").stdout)
    assert answer["abstained"] == "not_in_archive"
    assert answer["units"] == []
    assert answer["statements"] == []
    assert answer["hits"]


# --- mistakes ------------------------------------------------------------------------------------


def test_as_is_reads_nothing_from_the_text(index: Path) -> None:
    def sources(*options: str) -> set[str]:
        found = objects(run("search", "澜川市的社区食堂", "--index", index, "--json", *options).stdout)
        return {Path(hit["source_path"]).name for hit in found[0]["hits"]}

    assert sources() == {"澜川2016.txt"}
    assert "云泽2021.txt" in sources("--as-is")


def test_on_a_terminal_one_line_says_what_was_understood(index: Path, asked_on_a_terminal: tuple[str, str]) -> None:
    assert run("ask", "云泽市的社区食堂由谁负责?", "--index", index).stderr == ""
    assert len(asked_on_a_terminal[1].splitlines()) == 1
    assert asked_on_a_terminal[1].startswith("理解为 问:谁负责  查找词:护理人员")
    words = ("search", "云泽市的社区食堂由谁负责?", "--index", index, "--json", "--mode", "lexical")  # loads no encoder
    assert run(*words).stderr == ""
    found, said = run_on_a_terminal(*words)
    assert said.splitlines() == ["理解为 问:谁负责  查找词:社区食堂  地区:云泽市"]
    assert objects(found)[0]["query"] == "云泽市的社区食堂由谁负责?"


def complaint(*arguments: str | Path) -> str:
    """The one line on stderr of a call that must fail with status 2."""
    done = run(*arguments)
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    assert "Traceback" not in done.stderr
    return lines[0]


def test_mistakes_of_the_call_are_one_line_and_status_2(tmp_path: Path) -> None:
    assert "nowhere" in complaint("search", "养老", "--index", tmp_path / "nowhere")
    assert "nowhere.txt" in complaint("parse", tmp_path / "nowhere.txt")
    assert "nowhere" in complaint("build", tmp_path / "nowhere", "--index", tmp_path / "index")
    assert "not both" in complaint("ask", "养老", "--queries", tmp_path / "q.jsonl")
    assert "nothing asked" in complaint("search")
    assert "empty" in complaint("search", "  ")
    assert "-k must be 1 or more" in complaint("search", "养老", "-k", "0")
    assert "bad year 2023-2013" in complaint("search", "养老", "--year", "2023-2013")
    assert "bad year 2013-;" in complaint("search", "养老", "--year", "2013-")
    assert "bad year 去年" in complaint("search", "养老", "--year", "去年")
    assert "unknown level 村" in complaint("search", "养老", "--level", "村")
    assert "fuzzy" in complaint("search", "养老", "--mode", "fuzzy")
    assert "COMMAND" in complaint()


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ('{"query_id": "1", "text": "养老"}\n{bad', "2: not JSON"),
        ('{"query_id": "1"}', "1: needs"),
        ('{"query_id": "1", "text": " "}', "1: needs"),
        ('{"text": "养老"}', '1: needs a "query_id"'),
        ('{"query_id": true, "text": "养老"}', '1: needs a "query_id"'),
        ('{"query_id": {"n": 1}, "text": "养老"}', '1: needs a "query_id"'),
        ('["养老"]', "1: needs"),
        ('{"query_id": 1, "text": "养老"}\n{"query_id": 2, "text": "\\ud800培训"}', '2: the "text" has no valid'),
        ('{"query_id": "\\udcff", "text": "养老"}', '1: the "query_id" has no valid'),
        ("[" * 200_000, "1: not JSON"),
        ('{"query_id": ' + "7" * 6000 + ', "text": "养老"}', "1: not JSON"),
        ("\n", " holds no question"),
    ],
)
def test_a_bad_queries_file_is_named_with_its_line(tmp_path: Path, lines: str, said: str) -> None:
    path = tmp_path / "queries.jsonl"
    path.write_text(lines, encoding="utf-8")
    assert f"queries.jsonl:{said}" in complaint("search", "--queries", path)


def test_only_a_newline_ends_a_line_of_a_queries_file(tmp_path: Path, index: Path) -> None:
    queries = tmp_path / "queries.jsonl"
    asked = ["夜市\u2028摊位", "护理\x85培训"]
    lines = [json.dumps({"query_id": n, "text": text}, ensure_ascii=False) for n, text in enumerate(asked)]
    queries.write_bytes("\r\n".join(lines).encode())
    done = run("search", "--queries", queries, "--index", index, "--json")
    assert done.returncode == 0, done.stderr
    assert [json.loads(line)["query"] for line in done.stdout.split("\n")[:-1]] == asked


def test_bytes_that_are_not_utf8_are_no_question(tmp_path: Path) -> None:
    spoiled = os.fsdecode(b"\xff") + "培训"
    assert "the question has no valid character at position 1" in complaint("search", spoiled)
    assert "the question" in complaint("ask", spoiled)
    assert "--place" in complaint("search", "培训", "--place", spoiled)
    assert "--unit" in complaint("search", "培训", "--unit", spoiled)


def test_an_empty_value_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, corpus: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for option in ("--index", "--encoder"):
        assert f"{option}: must not be empty" in complaint("build", corpus, option, "")
    for option in ("--index", "--place", "--unit"):
        assert f"{option}: must not be empty" in complaint("search", "培训", option, "")
    assert "FILE: must not be empty" in complaint("parse", "")
    assert list(tmp_path.iterdir()) == []


def test_a_queries_file_that_is_not_there(tmp_path: Path) -> None:
    assert "cannot be read" in complaint("ask", "--queries", tmp_path / "none.jsonl")


def test_a_reader_that_stops_early_is_no_error(corpus: Path) -> None:
    parsing = subprocess.Popen(
        [sys.executable, "-m", "indexer", "parse", corpus, "--json"],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert parsing.stdout is not None
    assert parsing.stderr is not None
    parsing.stdout.close()
    assert b"Traceback" not in parsing.stderr.read()
    parsing.stderr.close()
    assert parsing.wait(timeout=60) == 0


def run_in_shell(redirection: str, *arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """What a call gives whose streams a shell has redirected."""
    return subprocess.run(
        ["sh", "-c", f'exec "$@" {redirection}', "sh", sys.executable, "-m", "indexer", *map(str, arguments)],
        cwd=ROOT, capture_output=True, env=os.environ | environment, timeout=120, check=False,
    )  # fmt: skip


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full: /dev/full")
def test_a_full_disk_behind_stdout_is_one_line_and_status_1(corpus: Path) -> None:
    # What is buffered fails at the end, what is not fails at once.
    for arguments, unbuffered in ((["parse", corpus], "1"), (["parse", corpus], ""), (["parse", "--help"], "")):
        done = run_in_shell("> /dev/full", *arguments, PYTHONUNBUFFERED=unbuffered)
        assert done.returncode == 1
        assert done.stderr.startswith(b"standard output cannot be written")
        assert len(done.stderr.splitlines()) == 1, done.stderr.decode()


def test_a_closed_stdout_is_one_line_and_status_2(corpus: Path) -> None:
    done = run_in_shell(">&-", "parse", corpus)
    assert done.returncode == 2
    assert done.stderr.startswith(b"standard output is closed")
    assert len(done.stderr.splitlines()) == 1, done.stderr.decode()


def test_stdout_is_utf8_whatever_the_locale(corpus: Path) -> None:
    done = run_in_shell("", "parse", corpus, PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr
    assert done.stdout.decode("utf-8") == run_process("parse", corpus).stdout


# --- help ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [[], ["parse"], ["build"], ["search"], ["ask"]])
def test_every_command_has_help(command: Sequence[str]) -> None:
    done = run(*command, "--help")
    assert done.returncode == 0
    assert "usage:" in done.stdout


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from indexer.commands.command_line import command_line; command_line().format_help(); "
        "print([m for m in ('torch', 'faiss', 'tantivy', 'numpy', 'bs4', 'tqdm') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_help_takes_no_more_than_its_limit() -> None:
    def seconds() -> float:
        before = os.times()
        run_process("--help")
        after = os.times()
        return after.children_user - before.children_user + after.children_system - before.children_system

    # Time on the processor, so that a busy machine does not decide.
    assert min(seconds() for _ in range(3)) <= 0.3

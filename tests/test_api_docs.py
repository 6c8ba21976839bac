"""What docs/api.md and docs/mcp.md say, against running servers: every line to be typed, every table, the client."""

from __future__ import annotations

import importlib.util
import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from string import Template
from types import ModuleType

import pytest

from indexer.__main__ import main
from indexer.access.keys import make_feed_key, make_key, reader_of_key
from indexer.api.addresses import Addresses
from indexer.api.application import application_over
from indexer.api.problems import KINDS
from indexer.index import open_index
from indexer.rewriting import Endpoint
from indexer.saved import save
from indexer.serving.live_index import LiveIndex
from tests.api_server import asked, served, served_index
from tests.app_fixture import ROOT
from tests.model_server import model_server, streamed

API, MCP = ((ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("api.md", "mcp.md"))
LINES = re.findall(r"^curl (.+)$", API, re.MULTILINE)
WHO = "谁负责养老护理员培训？"


@pytest.fixture(scope="module")
def guarded(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, str]]]:
    """The address of a server that asks for keys, and what the lines name: a key, and a question and a feed of its owner."""
    directory = Path(shutil.copytree(samples, tmp_path_factory.mktemp("guarded") / "index"))
    key = make_key(directory, name="李敏", roles=("reader",)).token
    reader = reader_of_key(directory, key)
    with open_index(directory) as index:
        question = save(index, WHO, owner="李敏", reader=reader)
    feeds = [make_feed_key(directory, reader) for _ in range(2)]
    known = {"KEY": key, "ID": question.question_id, "FEED": feeds[0].token, "KEY_ID": feeds[1].key.key_id}
    application = application_over(
        LiveIndex(directory), everybody=None, addresses=Addresses(app="https://tiaowen.example.cn")
    )
    with served(application) as address:
        yield address, known


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
@pytest.mark.parametrize("line", LINES)
def test_every_line_to_be_typed_works(api: str, line: str, request: pytest.FixtureRequest) -> None:
    known = {}
    if "$" in line:  # of a server that asks for keys
        api, known = request.getfixturevalue("guarded")
    words = [Template(word).substitute(known) for word in shlex.split(line.replace("127.0.0.1:8600", api))]
    done = subprocess.run(
        ["curl", "--fail", "--silent", "--show-error", "--max-time", "60", "--noproxy", "*", *words],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert len(done.stdout) > 100 or "DELETE" in words


def test_every_address_has_a_line_and_a_row(api: str) -> None:
    addresses = set(asked(api, "/openapi.json").json["paths"])
    rows = set(re.findall(r"`(/[\w/{}]*)`", "".join(re.findall(r"^\| `/.+$", API, re.MULTILINE))))
    assert rows == addresses
    typed = {
        re.sub(r"/(notices|clauses|saved|feeds)/.+", r"/\1/", each) for each in re.findall(r":8600(/[\w/:.$]*)", API)
    }
    assert typed == {re.sub(r"\{.+", "", each) for each in addresses}


def test_every_kind_of_problem_is_explained_with_its_status() -> None:
    rows = re.findall(r"^\| (`[a-z-]+`(?:, `[a-z-]+`)*) \| ([\d, ]+) \|", API, re.MULTILINE)
    told = {
        name.strip("`"): int(status)
        for names, statuses in rows
        for name, status in zip(names.split(", "), statuses.split(", "), strict=True)
    }
    assert told == {name: status for name, (status, _) in KINDS.items()}


def test_every_option_that_is_named_exists(capsys: pytest.CaptureFixture[str]) -> None:
    helped = ""
    for command in ("serve", "mcp"):
        with pytest.raises(SystemExit):
            main([command, "--help"])
        helped += capsys.readouterr().out
    named = set(re.findall(r"`?(--(?:host|port|workers|waiting|seconds|rate|index|http|threads))\b", API + MCP))
    assert {"--host", "--port", "--workers", "--waiting", "--seconds", "--index", "--http"} <= named
    assert all(each in helped for each in named)


def test_the_hosts_file_of_the_mcp_page_is_json_and_calls_the_command() -> None:
    (block,) = re.findall(r"```json\n(.+?)```", MCP, re.DOTALL)
    arguments = json.loads(block)["mcpServers"]["tiaowen"]["args"]
    assert arguments[:3] == ["-m", "indexer", "mcp"]


# --- the client ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def client_module() -> ModuleType:
    specification = importlib.util.spec_from_file_location("api_client", ROOT / "docs" / "api_client.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    sys.modules["api_client"] = module
    specification.loader.exec_module(module)
    return module


@pytest.fixture
def proxyless(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("NO_PROXY", "*")
    return


@pytest.mark.usefixtures("proxyless")
def test_the_client_gets_what_the_server_has(api: str, client_module: ModuleType) -> None:
    archive = client_module.Client(api)
    assert archive.search("养老", place=["云泽"], year="2015-2023", k=3) == (
        asked(api, "/search", q="养老", place="云泽", year="2015-2023", k=3).json
    )
    assert archive.ask(WHO) == asked(api, "/ask", q=WHO).json
    assert len(archive.precedents("养老机构用水、用电执行居民生活类价格。", k=2)[0]["precedents"]) == 2
    assert len(list(archive.notices())) == archive.health()["n_notices"]
    whole = archive.duties(unit="市民政局", role=["牵头"])
    assert len(whole["tasks"]) == whole["n_tasks"] > 0
    hit = archive.search(WHO, k=1)["hits"][0]
    assert archive.clause(hit["clause_id"])["text"] == hit["text"]
    assert archive.notice(hit["doc_id"])["title"] == hit["title"]
    assert archive.notice(hit["doc_id"])["title"] == hit["title"]  # not sent again


@pytest.mark.usefixtures("proxyless")
def test_the_client_raises_what_the_server_refuses(api: str, client_module: ModuleType) -> None:
    archive = client_module.Client(api)
    with pytest.raises(client_module.Problem, match="no such clause") as missing:
        archive.clause("x:1")
    assert (missing.value.status, missing.value.kind) == (404, "not-found")
    with pytest.raises(client_module.Problem, match="may be any of several") as several:
        archive.duties(unit="市经委")
    assert "市商务局" in several.value.names
    with pytest.raises(client_module.Problem, match="city"):
        archive.search("养老", city="云泽")


@pytest.mark.usefixtures("proxyless")
def test_the_client_follows_an_answer_as_it_is_written(samples: Path, client_module: ModuleType) -> None:
    with model_server() as model:
        model.reply = streamed("没有引文的句子。")
        endpoint: Endpoint = model.endpoint()
        with served_index(samples, endpoint=endpoint) as address:
            found = list(client_module.Client(address).events(WHO))
    assert [name for name, _ in found] == ["answer", "written", "end"]
    assert found[1][1]["failure"] == "nothing_verified"

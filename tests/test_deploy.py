"""The files below deploy/: units that systemd takes, a container of what exists, a proxy through which the app works."""

from __future__ import annotations

import configparser
import http.client
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import Browser, expect

from indexer.__main__ import main
from indexer.access.keys import make_key
from tests.api_server import asked, running, until_ready
from tests.app_server import free_port, running_app
from tests.browser_fixture import FIRST_ANSWER_MS, watched
from tests.mcp_client import found_by_mcp
from tests.model_server import ModelServer, in_steps, model_server
from tests.restricted_fixture import TELLTALE, build_guarded

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"
UNITS = sorted(path.name for path in DEPLOY.glob("*.service"))


def unit(name: str) -> configparser.SectionProxy:
    """What a unit's service is told."""
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(DEPLOY / name, encoding="utf-8")
    return parser["Service"]


def instructions() -> list[tuple[str, str]]:
    """The Containerfile's instructions with their words, lines joined."""
    text = re.sub(r"\\\n", " ", (DEPLOY / "Containerfile").read_text(encoding="utf-8"))
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(line.split()[0], line.partition(" ")[2].strip()) for line in lines]


# --- systemd ---------------------------------------------------------------------------------------


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path) -> None:
    for path in DEPLOY.glob("tiaowen*"):
        text = re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    command = ["systemd-analyze", "verify", *map(str, sorted(tmp_path.iterdir()))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    ours = [line for line in done.stderr.splitlines() if "tiaowen" in line]
    assert ours == []


@pytest.mark.parametrize("name", UNITS)
def test_a_service_runs_without_rights_that_it_does_not_need(name: str) -> None:
    service = unit(name)
    assert service["User"] not in ("root", "")
    for setting in ("NoNewPrivileges", "PrivateTmp", "PrivateDevices", "ProtectHome"):
        assert service[setting] == "yes", setting
    assert service["ProtectSystem"] == "strict"
    assert service["CapabilityBoundingSet"] == ""
    assert service["MemoryMax"]
    assert "KEY" not in service["Environment"]
    assert "TOKEN" not in service["Environment"]


def test_the_services_run_what_exists() -> None:
    assert "streamlit run search_app.py --server.address 127.0.0.1" in unit("tiaowen.service")["ExecStart"]
    assert (ROOT / "search_app.py").exists()
    words = unit("tiaowen-news.service")["ExecStart"].split()
    from indexer.commands.command_line import command_line

    options = command_line().parse_args(words[words.index("indexer") + 1 :])
    assert options.action == "feed"
    [index] = re.findall(r"TIAOWEN_INDEX=(\S+)", unit("tiaowen.service")["Environment"])
    assert str(options.index) == index


# --- container -------------------------------------------------------------------------------------


def test_the_container_runs_as_another_user_and_copies_what_exists() -> None:
    found = instructions()
    assert {word for word, _ in found} <= {"FROM", "ENV", "RUN", "WORKDIR", "COPY", "USER", "VOLUME", "EXPOSE", "HEALTHCHECK", "CMD"}  # fmt: skip
    assert found[0][0] == "FROM"
    assert not found[0][1].endswith((":latest", "python"))
    users = [words for word, words in found if word == "USER"]
    assert users
    assert users[-1] not in ("root", "0")
    order = [word for word, _ in found]
    assert order.index("USER") < order.index("CMD")
    sources = [source for word, words in found if word == "COPY" for source in words.split()[:-1]]
    assert [source for source in sources if not (ROOT / source).exists()] == []
    assert {"indexer", "app", "search_app.py", "requirements.txt", ".streamlit", "embeddings/encoder"} <= set(sources)
    assert not any(word == "ENV" and re.search(r"KEY|TOKEN|PASSWORD", words) for word, words in found)


def test_what_the_container_copies_is_all_that_builds_and_the_pages_need(tmp_path: Path) -> None:
    """Its steps but for the base image and the packages, in a plain folder."""
    for word, words in instructions():
        *sources, target = words.split() if word == "COPY" else ("",)
        for source in sources:
            into = tmp_path / target / (Path(source).name if target == "./" else "")
            into.parent.mkdir(parents=True, exist_ok=True)
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, into, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(ROOT / source, into)
    pages = "import app.frame, app.navigation; [app.navigation.drawer(name) for name in app.navigation.PAGES]"
    [sample] = (tmp_path / "corpus" / "samples").glob("s01_*")
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    for arguments in (["-m", "indexer", "build", str(sample), "--index", str(tmp_path / "index")], ["-c", pages]):
        command = [sys.executable, *arguments]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


# --- proxy -----------------------------------------------------------------------------------------

# Where the files have the app, the API and the MCP server.
PLACES = {"app": "127.0.0.1:8501", "api": "127.0.0.1:8600", "mcp": "127.0.0.1:8601"}


def in_place(text: str, servers: Mapping[str, str]) -> str:
    """A proxy's file with the addresses of servers that run."""
    for name, place in PLACES.items():
        text = text.replace(place, urlsplit(servers.get(name, "http://127.0.0.1:1")).netloc)
    return text


@contextmanager
def by_nginx(folder: Path, **servers: str) -> Iterator[str]:
    """The address of the servers behind nginx as deploy/nginx.conf has it, but for TLS and who may enter."""
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if nginx is None:
        pytest.skip("needs nginx; on Debian: apt-get install nginx-core")
    port = free_port()
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    before, _, after = text.partition("server {\n    listen 80;")
    kept = before + after[after.index("server {\n    listen 443") :]
    kept = re.sub(r"^ +(ssl_|auth_basic|listen \[).*\n", "", kept, flags=re.MULTILINE)
    kept = in_place(kept.replace("listen 443 ssl http2;", f"listen 127.0.0.1:{port};"), servers)
    logs = "".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole = (
        f"daemon off; pid {folder}/pid; error_log {folder}/error.log; events {{}}\n"
        f"http {{ access_log off; {logs}\n{kept}}}\n"
    )
    (folder / "nginx.conf").write_text(whole, encoding="utf-8")
    command = [nginx, "-c", str(folder / "nginx.conf"), "-p", str(folder), "-e", str(folder / "error.log")]
    tested = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert tested.returncode == 0, tested.stderr
    with listening(command, port) as url:
        yield url


@contextmanager
def by_caddy(folder: Path, **servers: str) -> Iterator[str]:
    """The address of the servers behind Caddy as deploy/Caddyfile has it, but for TLS and who may enter."""
    if shutil.which("caddy") is None:
        pytest.skip("needs Caddy; on Debian: apt-get install caddy")
    port = free_port()
    text = (DEPLOY / "Caddyfile").read_text(encoding="utf-8")
    kept = re.sub(r"^(\t+)basicauth \{\n.*\n\1\}\n", "", text, flags=re.MULTILINE)
    kept = in_place(kept.replace("tiaowen.example.cn {", f"http://127.0.0.1:{port} {{", 1), servers)
    (folder / "Caddyfile").write_text(f"{{\n\tadmin off\n}}\n{kept}", encoding="utf-8")
    command = ["caddy", "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]
    with listening(command, port, environment={"PATH": os.environ["PATH"], "HOME": str(folder)}) as url:
        yield url


@contextmanager
def listening(command: list[str], port: int, *, environment: Mapping[str, str] | None = None) -> Iterator[str]:
    """The address of what the command has listen at the port, until the block ends."""
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL, env=environment)
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=20)


@dataclass(frozen=True)
class Guarded:
    """What runs behind a proxy: the API and the MCP server, as their units start them."""

    servers: dict[str, str]
    key: str
    model: ModelServer

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"}


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    index = build_guarded(tmp_path_factory.mktemp("deploy"))
    key = make_key(index, name="检索程序", roles=("reader",)).token
    with (
        model_server() as model,
        running(*arguments_of("tiaowen-api.service", index), environment={**os.environ, **model.environment()}) as api,
        running(*arguments_of("tiaowen-mcp.service", index)) as mcp,
    ):
        until_ready(api.address, key=key)
        yield Guarded({"api": api.address, "mcp": mcp.address}, key, model)


def arguments_of(name: str, index: Path) -> list[str]:
    """What the unit gives the command line, over another index and at free ports."""
    words = unit(name)["ExecStart"].split()
    said = " ".join(words[words.index("indexer") + 1 :])
    for before, after in (("--port 8600", "--port 0"), ("127.0.0.1:8601", "127.0.0.1:0"), ("--log json ", "")):
        assert before in said or name.startswith("tiaowen-mcp") != ("8601" in before)
        said = said.replace(before, after)
    return [*said.split()[:-1], str(index)]


@pytest.fixture(scope="module", params=[by_nginx, by_caddy])
def proxy(request: pytest.FixtureRequest, guarded: Guarded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the proxy before the servers."""
    with request.param(tmp_path_factory.mktemp("proxy"), **guarded.servers) as url:
        yield url


def test_programs_reach_the_api_below_its_path_and_its_links_lead_on(proxy: str, guarded: Guarded) -> None:
    refused = asked(proxy, "/api/notices")
    assert (refused.status, refused.json["type"].rpartition(":")[2]) == (401, "not-identified")
    whole = asked(proxy, "/api/notices", headers=guarded.headers, limit=500).json["notices"]
    found, where = [], "/api/notices?limit=3"
    while where:
        reply = asked(proxy, where, headers={**guarded.headers, "X-Forwarded-Prefix": "/elsewhere"})
        found += reply.json["notices"]
        following = re.search(r'<([^>]+)>; rel="next"', reply.headers.get("link", ""))
        where = following[1] if following else ""
        assert where.startswith("/api/notices?") or not where
    assert len(found) > 3
    assert found == whole


def test_the_document_of_the_api_and_its_page_name_the_path(proxy: str) -> None:
    document = asked(proxy, "/api/openapi.json").json
    assert document["servers"] == [{"url": "/api"}]
    page = asked(proxy, "/api/docs").text
    assert "'/api/openapi.json'" in page
    [sheet] = re.findall(r'href="(/api/docs/assets/[^"]+\.css)"', page)
    assert asked(proxy, sheet).status == 200


def test_events_come_through_the_proxy_as_they_are_sent(proxy: str, guarded: Guarded) -> None:
    question = "云泽护理人员培训由哪些单位负责?"
    answer = asked(proxy, "/api/ask", headers=guarded.headers, q=question).json
    go_on = threading.Event()
    guarded.model.reply = in_steps([f"有关内容如下。[{answer['units'][0]['clause_id']}「", "」]"], go_on)
    connection = http.client.HTTPConnection(urlsplit(proxy).netloc, timeout=60)
    path = f"/api/ask?q={quote(question)}&llm=true"
    connection.request("GET", path, headers={**guarded.headers, "accept": "text/event-stream"})
    reply = connection.getresponse()
    begun = b""
    while b"\n\n" not in begun:
        begun += reply.read1()
    assert begun.startswith(b"event: answer\n")
    assert not go_on.is_set()  # the model has not ended, and the answer is here
    go_on.set()
    rest = reply.read()
    connection.close()
    assert b"event: end\n" in rest


def test_assistants_reach_the_archive_through_the_proxy(proxy: str, guarded: Guarded) -> None:
    found = found_by_mcp(f"{proxy}/mcp", guarded.key, "社区食堂每家补贴多少钱?")
    assert found.structured_content["clauses"]
    assert [word for word in TELLTALE if word in str(found.structured_content)] == []
    assert found_by_mcp(f"{proxy}/mcp", None, "社区食堂").is_error


@pytest.mark.parametrize("given", ["api", "/", "/api/../x", "/a b", "https://example.cn/api", "/api?x", "/接口"])
def test_a_path_that_is_none_is_refused(samples: Path, capsys: pytest.CaptureFixture[str], given: str) -> None:
    assert main(["serve", "--index", str(samples), "--port", "0", "--root-path", given]) == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.browser
def test_the_app_works_behind_the_proxy_under_its_content_security_policy(
    samples: Path, browser: Browser, tmp_path: Path
) -> None:
    with running_app(samples) as app, by_nginx(tmp_path, app=app) as url, watched(browser) as page:
        answer = page.goto(f"{url}/?q=鹭洲区老旧住宅加装电梯由谁牵头？")
        assert answer is not None
        headers = answer.all_headers()
        assert "default-src 'self'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        expect(page.locator(".st-key-answer .tw-units").first).to_be_visible(timeout=FIRST_ANSWER_MS)
        page.goto(f"{url}/duties?view=archive&show=spread")
        expect(page.locator(".tw-bar").first).to_be_visible(timeout=FIRST_ANSWER_MS)
        page.goto(f"{url}/duties?of=市民政局&at=云泽市")
        expect(page.locator("[data-testid=stDataFrame] canvas").first).to_be_visible(timeout=FIRST_ANSWER_MS)


@pytest.mark.skipif(shutil.which("caddy") is None, reason="needs Caddy; on Debian: apt-get install caddy")
def test_caddy_takes_its_file(tmp_path: Path) -> None:
    command = ["caddy", "validate", "--adapter", "caddyfile", "--config", str(DEPLOY / "Caddyfile")]
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "TIAOWEN_READER_HASH": "$2a$10$" + "a" * 53}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr


def test_the_proxies_let_through_what_the_app_takes() -> None:
    from app.archive.adding import MOST_MEGABYTES

    for name, pattern in (("nginx.conf", r"client_max_body_size (\d+)m;"), ("Caddyfile", r"max_size (\d+)MB")):
        [most] = re.findall(pattern, (DEPLOY / name).read_text(encoding="utf-8"))
        assert int(most) > MOST_MEGABYTES


def test_both_proxies_set_the_same_headers() -> None:
    of_nginx = re.findall(
        r"add_header (\S+) +(?:\"(.*)\"|(\S+)) always;", (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    )
    of_caddy = re.findall(
        r"^\t\t([A-Z][\w-]+) (?:\"(.*)\"|(\S+))$", (DEPLOY / "Caddyfile").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert len(of_nginx) == 7
    assert sorted(of_nginx) == sorted(of_caddy)


def test_the_proxy_lets_in_by_tls_and_by_name_alone() -> None:
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    assert re.findall(r"ssl_protocols +(.*);", text) == ["TLSv1.2 TLSv1.3"]
    assert "auth_basic_user_file" in text
    passed_to = re.findall(r"^ +proxy_pass http://(\S+?)/?;", text, re.MULTILINE)
    assert sorted(passed_to) == sorted(PLACES.values())
    # Without a password one comes to what asks for a key instead, and to nothing else.
    open_to = re.findall(r"^    location (?:= )?(\S+) \{\n        auth_basic off;", text, re.MULTILINE)
    assert open_to == ["/api/", "/mcp"]
    for name in ("tiaowen-api.service", "tiaowen-mcp.service"):
        assert "--proxied" in unit(name)["ExecStart"]
    assert "return 308 https://" in text

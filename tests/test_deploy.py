"""The files below deploy/: units that systemd takes, a container of what exists, a proxy through which the app works."""

from __future__ import annotations

import configparser
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.app_server import running_app
from tests.browser_fixture import FIRST_ANSWER_MS, watched

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
    from indexer.__main__ import _parser

    options = _parser().parse_args(words[words.index("indexer") + 1 :])
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


# --- proxy -----------------------------------------------------------------------------------------


@contextmanager
def proxied(app: str, folder: Path) -> Iterator[str]:
    """The address of the app behind nginx as deploy/nginx.conf has it, but for TLS and who may enter."""
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if nginx is None:
        pytest.skip("needs nginx; on Debian: apt-get install nginx-core")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    before, _, after = text.partition("server {\n    listen 80;")
    kept = before + after[after.index("server {\n    listen 443") :]
    kept = re.sub(r"^ +(ssl_|auth_basic|listen \[).*\n", "", kept, flags=re.MULTILINE)
    kept = kept.replace("listen 443 ssl http2;", f"listen 127.0.0.1:{port};").replace("http://127.0.0.1:8501", app)
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
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=20)


@pytest.mark.browser
def test_the_app_works_behind_the_proxy_under_its_content_security_policy(
    samples: Path, browser: Browser, tmp_path: Path
) -> None:
    with running_app(samples) as app, proxied(app, tmp_path) as url, watched(browser) as page:
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
    assert set(re.findall(r"^ +proxy_pass (\S+);", text, re.MULTILINE)) == {"http://127.0.0.1:8501"}
    assert "return 308 https://" in text

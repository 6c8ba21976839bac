"""What a hostile notice, name or question must not do in the app and in exports; and that each threat told of is held."""

from __future__ import annotations

import ast
import re
import runpy
from html.parser import HTMLParser
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app.navigation import PageName
from indexer.build import build
from indexer.corrections import correct
from indexer.index import open_index
from indexer.saved import save
from tests.app_fixture import opened

EVIL = "<img src=x onerror=alert(1)><script>alert(2)</script>\"'><b onmouseover=alert(3)>粗"
NOTICE = f"""\
云泽市人民政府关于社区食堂{EVIL}的通知
云泽政发〔2024〕8号
各县(市、区)人民政府{EVIL}:
一、建设食堂{EVIL}
(一)开办食堂。2024年底前开办社区食堂40家以上{EVIL}，每家补贴2万元。
责任单位:市民政局、市{EVIL}局
(二)送餐上门。为高龄老人送餐上门{EVIL}。
牵头单位:市商务局
云泽市人民政府
2024年3月9日
"""
# What the app itself may write as tags.
ACTIVE = {"script", "iframe", "object", "embed", "form", "meta", "link", "base", "img", "b onmouseover"}
_ROOT = Path(__file__).resolve().parent.parent


class _Tags(HTMLParser):
    """The tags that a browser would make of a text, with their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.active: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if tag in ACTIVE or any(name.startswith("on") for name in names):
            self.active.append(f"{tag} {names}")
        if any(
            name in ("href", "src") and str(value).strip().lower().startswith("javascript") for name, value in attrs
        ):
            self.active.append(f"{tag} {attrs}")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index with a notice that carries markup wherever it can, a correction and a saved question that do, too."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "notices").mkdir()
    (folder / "notices" / "a<b>onclick=1.txt").write_text(NOTICE, encoding="utf-8")
    (folder / "notices" / "b.txt").write_text(NOTICE.replace("云泽", "青砚").replace("8号", "9号"), encoding="utf-8")
    (folder / "notices" / "c.bin").write_bytes(b"\x00\x01")
    build([folder / "notices"], folder / "index")
    with open_index(folder / "index") as index:
        head = index.notices()[0]
        correct(index, head.doc_id, field="issuers", after=(f"市府{EVIL}",), by=f"王{EVIL}", note=EVIL)
        save(index, f"社区食堂归谁管？{EVIL}", owner=f"王{EVIL}")
    build([folder / "notices"], folder / "index")
    return folder / "index"


def active_in(app: AppTest) -> list[str]:
    """What in the HTML and Markdown that the page wrote would be more than text."""
    assert not app.exception
    assert [button.key for button in app.button if button.key == "again"] == []
    tags = _Tags()
    for block in app.get("html"):
        tags.feed(block.proto.body)
    for text in app.get("markdown"):
        if text.proto.allow_html:
            tags.feed(text.proto.body)
    return tags.active


def addresses(directory: Path) -> list[tuple[PageName, dict[str, str]]]:
    """Every page in the states in which it shows what notices, names and readers said."""
    with open_index(directory) as index:
        doc_id = index.notices()[0].doc_id
        clause_id = index.notice(doc_id).clauses[0].clause_id
    question = f"社区食堂归谁管？{EVIL}"
    return [
        ("ask", {}),
        ("ask", {"q": question}),
        ("ask", {"q": "市商务局有哪些任务？"}),
        ("ask", {"q": "社区食堂补贴多少？", "without": EVIL, "saved": EVIL}),
        ("precedents", {"clause": clause_id}),
        ("duties", {"of": "市商务局"}),
        ("duties", {"of": EVIL}),
        ("duties", {"notice": doc_id}),
        ("duties", {"view": "archive"}),
        ("archive", {}),
        ("archive", {"notice": doc_id, "clause": clause_id}),
        ("archive", {"notice": EVIL}),
        ("archive", {"view": "corrections"}),
        ("archive", {"view": "left"}),
        ("evaluate", {"view": EVIL}),
    ]


def test_no_page_lets_markup_of_notices_names_or_addresses_through(
    hostile: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = 0
    for page, address in addresses(hostile):
        app = opened(hostile, monkeypatch, page, **address)
        assert active_in(app) == [], (page, address)
        shown += "".join(block.proto.body for block in app.get("html")).count("&lt;img src=x")
    assert shown >= 10  # it is there, as text


def test_the_check_itself_finds_markup_that_is_let_through() -> None:
    tags = _Tags()
    tags.feed(f"<div>{EVIL}</div><a href='JavaScript:alert(1)'>x</a>")
    assert len(tags.active) == 4


def test_no_widget_of_the_app_is_told_to_take_html_or_frames() -> None:
    calls = [
        f"{path.relative_to(_ROOT)}:{node.lineno}"
        for path in (_ROOT / "app").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and (
            any(keyword.arg in ("unsafe_allow_html", "unsafe_allow_javascript") for keyword in node.keywords)
            or ast.unparse(node.func).endswith((".iframe", "components.html", "components.v1.html"))
        )
    ]
    assert calls == []


# Names of variables that hold a secret; a value beside them in a file would be one.
_SECRET = re.compile(
    r"""(?ix)\b(?:api_?key|secret|token|passw(?:or)?d)\b["']?\s*[:=]\s*["'][A-Za-z0-9/+_\-]{12,}["']|\bsk-[A-Za-z0-9]{16,}|BEGIN\ [A-Z ]*PRIVATE\ KEY"""
)


def test_no_file_of_the_project_holds_a_secret() -> None:
    assert _SECRET.search('API_KEY = "0123456789abcdef"')
    found = [
        path.relative_to(_ROOT).as_posix()
        for folder in ("indexer", "app", "eval", "deploy", ".streamlit", "docs", "corpus")
        for path in (_ROOT / folder).rglob("*")
        if path.suffix in {".py", ".toml", ".md", ".service", ".timer", ".conf", ""}
        and path.is_file()
        and _SECRET.search(path.read_text(encoding="utf-8", errors="replace"))
    ]
    assert found == []


def test_the_audit_fails_for_a_known_vulnerability_and_says_what_was_not_looked_up() -> None:
    verdict = runpy.run_path(str(_ROOT / ".ci" / "audit"))["verdict"]
    fine = {"name": "a", "version": "1", "vulns": []}
    faulty = {"name": "b", "version": "2", "vulns": [{"id": "CVE-1", "fix_versions": ["3"]}]}
    unknown = {"name": "c", "skip_reason": "not found"}
    assert verdict([fine])[0] == 0
    assert verdict([fine, faulty]) == (
        1,
        ["b 2: CVE-1; mended in 3", "vulnerabilities of 2 packages were looked up, 1 are known"],
    )
    assert verdict([fine, unknown])[1][-1] == "1 packages were NOT looked up"
    status, said = verdict([unknown, unknown])
    assert status == 0
    assert "2 packages were NOT looked up" in said[0]


def test_every_threat_is_held_by_tests_that_exist() -> None:
    rows = re.findall(r"^\| .+", (_ROOT / "docs/security.md").read_text(encoding="utf-8"), re.MULTILINE)
    threats = [row for row in rows if "`test_" in row]
    written = {
        name
        for path in (_ROOT / "tests").glob("test_*.py")
        for name in re.findall(r"^ *def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert len(threats) > 15
    for row in threats:
        assert set(re.findall(r"`(test_\w+)`", row)) <= written, row

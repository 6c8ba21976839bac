"""The documentation against reality: figures, commands, paths and links."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from eval.readme import filled
from indexer.__main__ import main
from indexer.access import Access, read_access
from indexer.access.keys import make_key
from tests.search_fixture import small_index

READMES = [("README.md", False), ("README.zh-CN.md", True)]
DOCUMENTS = [
    "README.md",
    "README.zh-CN.md",
    "CONTRIBUTING.md",
    "docs/access.md",
    "docs/api.md",
    "docs/architecture.md",
    "docs/audit.md",
    "docs/deploy.md",
    "docs/faults.md",
    "docs/language-models.md",
    "docs/limits.md",
    "docs/encoders.md",
    "docs/mcp.md",
    "docs/operations.md",
    "docs/saved-questions.md",
    "docs/security.md",
    "docs/scale.md",
    "docs/tour.md",
    "embeddings/README.md",
]


@pytest.mark.parametrize(("name", "chinese"), READMES)
def test_figures_are_those_of_the_reports(root: Path, name: str, chinese: bool) -> None:
    readme = (root / name).read_text(encoding="utf-8")
    assert filled(readme, chinese=chinese) == readme


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_file_map_names_what_exists(root: Path, name: str) -> None:
    readme = (root / name).read_text(encoding="utf-8")
    paths = re.findall(r"^([\w/.]+(?:/|\.py))\s{2,}\S", readme, re.MULTILINE)
    assert len(paths) >= 9
    assert [p for p in paths if not (root / p).exists()] == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_lead_somewhere(root: Path, name: str) -> None:
    document = root / name
    links = re.findall(r"\]\(([^)#]+)\)", document.read_text(encoding="utf-8"))
    missing = [x for x in links if not x.startswith("http") and not (document.parent / x).exists()]
    assert missing == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_make_command_exists(root: Path, name: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", (root / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    used = set(re.findall(r"(?:^|`)make ([a-z]+)", (root / name).read_text(encoding="utf-8"), re.MULTILINE))
    assert used <= targets


def test_every_fault_is_held_by_tests_that_exist(root: Path) -> None:
    faults_alone = (root / "docs/faults.md").read_text(encoding="utf-8").partition("## Load")[0]
    rows = re.findall(r"^\| .+", faults_alone, re.MULTILINE)
    faults = [row for row in rows if not row.startswith("| fault ")]
    written = {
        name
        for path in (root / "tests").glob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert len(faults) > 25
    for row in faults:
        named = re.findall(r"`(test_\w+)`", row.split(" | ")[-1])
        assert named, row
        assert set(named) <= written, row


def test_the_readmes_commands_run(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    readme = (root / "README.md").read_text(encoding="utf-8")
    lines = re.findall(r"^python -m indexer (.+)$", readme, re.MULTILINE)
    assert [line.split()[0] for line in lines] == ["build", "ask", "search", "parse", "precedents", "families"]
    for line in lines:
        words = [w.strip('"') for w in re.findall(r'"[^"]*"|\S+', line)]
        replaced = {"notices/": str(root / "corpus/samples"), "my-index": str(tmp_path / "index")}
        words = [replaced.get(w, w) for w in words]
        if words[0] == "parse":
            words = ["parse", str(next((root / "corpus/samples").glob("*.txt")))]
        assert main(words) == 0, line
    assert capsys.readouterr().out


@pytest.mark.parametrize("name", ["docs/access.md", "docs/audit.md"])
def test_the_commands_of_access_and_audit_run(
    root: Path, name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In their order, over an index of which the files of settings in the document are taken."""
    document = (root / name).read_text(encoding="utf-8")
    with small_index(tmp_path) as index:
        directory = index.directory
        made = make_key(directory, name="a", roles=("reader",))
        settings = re.findall(r"^```toml\n(.+?)^```", document, re.MULTILINE | re.DOTALL)
        ours = [text for text in settings if "[auth]" not in text]
        assert ours
        (directory / "access.toml").write_text("\n".join(ours), encoding="utf-8")
        assert read_access(directory) != Access()
        lines = re.findall(r"^python -m indexer (.+)$", document, re.MULTILINE)
        assert len(lines) >= 4
        replaced = {"DIR": str(directory), "KEY_ID": made.key.key_id, "audit.jsonl": str(tmp_path / "audit.jsonl")}
        for line in lines:
            status = main([replaced.get(word, word) for word in line.split()])
            # The check finds what is said of notices that this archive does not have.
            assert status == (1 if "access check" in line else 0), capsys.readouterr().err

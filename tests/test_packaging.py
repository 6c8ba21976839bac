"""What a fresh clone needs: pinned requirements, read in one place, and commands that exist."""

from __future__ import annotations

import importlib
import importlib.metadata
import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
TARGETS = ["app", "test", "check", "eval", "bench", "soak", "clean", "help"]


def requirements(name: str) -> dict[str, str]:
    """Package → pinned version, from a list of requirements."""
    lines = (line.split("#")[0].strip() for line in (ROOT / name).read_text(encoding="utf-8").splitlines())
    return dict(line.split("==") if "==" in line else (line, "") for line in lines if line)


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt", "requirements-cluster.txt"])
def test_every_requirement_is_pinned(name: str) -> None:
    loose = [package for package, version in requirements(name).items() if not re.fullmatch(r"\d+(\.\d+)+", version)]
    assert requirements(name)
    assert loose == []


def test_every_requirement_is_imported_somewhere() -> None:
    names = {"sentence-transformers": "sentence_transformers", "faiss-cpu": "faiss", "beautifulsoup4": "bs4",
             "charset-normalizer": "charset_normalizer", "ir_measures": "ir_measures", "scikit-learn": "sklearn",
             "python-docx": "docx", "fastapi-offline": "fastapi_offline", "prometheus-client": "prometheus_client"}  # fmt: skip
    # Used by another package or by a name in a call: the parser of bs4, the library under sentence-transformers, what
    # Streamlit has people sign in with.
    indirect = {"lxml", "transformers", "Authlib", "httpx"}
    code = "\n".join(
        path.read_text(encoding="utf-8")
        for folder in ["indexer", "app", "eval", "embeddings"]
        for path in (ROOT / folder).rglob("*.py")
    )
    unused = [
        package
        for package in requirements("requirements.txt")
        if package not in indirect
        and not re.search(rf"^\s*(?:import|from) {names.get(package, package)}\b", code, re.M)
    ]
    assert unused == []


def test_the_project_reads_the_lists_and_repeats_none() -> None:
    assert "dependencies" not in PROJECT["project"]
    dynamic = PROJECT["tool"]["setuptools"]["dynamic"]
    assert dynamic["dependencies"]["file"] == ["requirements.txt"]
    assert dynamic["optional-dependencies"]["dev"]["file"] == ["requirements-dev.txt"]
    assert dynamic["optional-dependencies"]["cluster"]["file"] == ["requirements-cluster.txt"]


def test_the_console_script_leads_to_a_function() -> None:
    module, _, function = PROJECT["project"]["scripts"]["tiaowen"].partition(":")
    assert callable(getattr(importlib.import_module(module), function))


def test_data_inside_the_library_is_packaged() -> None:
    packaged = PROJECT["tool"]["setuptools"]["package-data"]
    for path in (ROOT / "indexer").rglob("*"):
        if path.is_file() and path.suffix not in {".py", ".pyc"}:
            package = ".".join(path.parent.relative_to(ROOT).parts)
            assert any(path.match(pattern) for pattern in packaged.get(package, [])), path


@pytest.mark.skipif(shutil.which("make") is None, reason="needs make")
@pytest.mark.parametrize("target", TARGETS)
def test_make_knows_the_target(target: str) -> None:
    done = subprocess.run(["make", "--dry-run", target], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(shutil.which("make") is None, reason="needs make")
def test_make_help_lists_every_target() -> None:
    done = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    listed = {line.split()[1] for line in done.stdout.splitlines() if line.split()[:1] == ["make"]}
    assert listed == set(TARGETS) | {"index", "bench-peers"}


def test_the_change_check_runs_the_same_commands() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    text = script.read_text(encoding="utf-8")
    assert "set -euo pipefail" in text
    assert re.findall(r"^make (\w+)$", text, re.M) == ["check", "test"]


def test_the_app_reports_nothing_and_loads_nothing_from_elsewhere() -> None:
    text = (ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8")
    config = tomllib.loads(text)
    assert config["browser"]["gatherUsageStats"] is False
    assert config["server"]["headless"] is True
    assert "http" not in text


def luminance(colour: str) -> float:
    """Relative luminance by WCAG 2.1."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("ground", ["backgroundColor", "secondaryBackgroundColor"])
def test_the_themes_can_be_read(theme: str, ground: str) -> None:
    colours = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"][theme]
    for role, least in [("textColor", 7.0), ("linkColor", 4.5), ("primaryColor", 4.5)]:
        bright, dim = sorted((luminance(colours[role]), luminance(colours[ground])), reverse=True)
        assert (bright + 0.05) / (dim + 0.05) >= least, role


def test_cleaning_up_leaves_what_people_uploaded_corrected_and_judged(tmp_path: Path) -> None:
    index = tmp_path / "index"
    (index / "uploads" / ".provenance").mkdir(parents=True)
    (index / "000001-0123456789ab").mkdir()
    (index / "audit").mkdir()
    for name in (
        "access.toml",
        "audit/2026-03.jsonl",
        "keys.jsonl",
        "CURRENT",
        "corrections.jsonl",
        "judgements.jsonl",
        "pools.jsonl",
        "uploads/通知.txt",
        "000001-0123456789ab/manifest.json",
    ):
        (index / name).write_text("x", encoding="utf-8")
    shutil.copy(ROOT / "Makefile", tmp_path)
    command = ["make", "-C", str(tmp_path), "clean", f"INDEX={index}", f"VENV={tmp_path / 'venv'}"]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
    assert sorted(path.name for path in index.iterdir()) == [
        "access.toml",
        "audit",
        "corrections.jsonl",
        "judgements.jsonl",
        "keys.jsonl",
        "pools.jsonl",
        "uploads",
    ]
    assert (index / "uploads" / "通知.txt").exists()

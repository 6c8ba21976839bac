"""What may import what, what a file may be called, and that importing the library does no work."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CODE = ["indexer", "app", "corpus", "eval", "embeddings", "bench", "tests"]

# Layers from the bottom up: a module may import from its own part and from parts named for it, and from nothing else.
ALLOWED: dict[str, set[str]] = {
    "indexer.records": set(),
    "indexer.errors": set(),
    "indexer.sources": {"indexer.records", "indexer.errors"},
    "indexer.notices": {"indexer.records", "indexer.errors"},
    "indexer.layout": {"indexer.records", "indexer.notices"},
    "indexer.validity": {"indexer.records"},
    "indexer.threads": {"indexer.errors"},
    "indexer.address": {"indexer.errors"},
    "indexer.index": {"indexer.records", "indexer.errors", "indexer.threads", "indexer.address"},
    "indexer.duplicates": {"indexer.records", "indexer.errors"},
    "indexer.authorship": {"indexer.errors"},
    "indexer.journal": {"indexer.errors"},
    "indexer.corrections": {
        "indexer.records",
        "indexer.errors",
        "indexer.address",
        "indexer.journal",
        "indexer.access",
        "indexer.audit",
        "indexer.authorship",
        "indexer.notices",
        "indexer.index",
    },
    "indexer.access": {
        "indexer.records",
        "indexer.errors",
        "indexer.address",
        "indexer.journal",
        "indexer.authorship",
        "indexer.index",
        "indexer.duplicates",
    },
    "indexer.audit": {
        "indexer.records",
        "indexer.errors",
        "indexer.address",
        "indexer.journal",
        "indexer.authorship",
        "indexer.access",
        "indexer.index",
    },
    "indexer.reading": {
        "indexer.records",
        "indexer.errors",
        "indexer.sources",
        "indexer.notices",
        "indexer.index",
        "indexer.duplicates",
        "indexer.corrections",
        "indexer.access",
    },
    "indexer.build": {
        "indexer.records",
        "indexer.errors",
        "indexer.address",
        "indexer.index",
        "indexer.corrections",
        "indexer.access",
        "indexer.audit",
        "indexer.reading",
        "indexer.vocabulary",
    },
    "indexer.ray_stages": {"indexer.errors", "indexer.index", "indexer.reading"},
    "indexer.uploads": {
        "indexer.access",
        "indexer.audit",
        "indexer.records",
        "indexer.errors",
        "indexer.address",
        "indexer.authorship",
        "indexer.sources",
        "indexer.notices",
        "indexer.index",
        "indexer.duplicates",
    },
    "indexer.watch": {
        "indexer.records",
        "indexer.errors",
        "indexer.address",
        "indexer.sources",
        "indexer.index",
        "indexer.corrections",
        "indexer.build",
    },
    "indexer.characters": set(),
    "indexer.vocabulary": {
        "indexer.records",
        "indexer.errors",
        "indexer.characters",
        "indexer.notices",  # names of places
        "indexer.index",
        "indexer.duplicates",  # titles as keys
    },
    "indexer.search": {
        "indexer.records",
        "indexer.errors",
        "indexer.characters",
        "indexer.notices",
        "indexer.index",
        "indexer.vocabulary",
        "indexer.duplicates",  # titles as keys
    },
    "indexer.saved": {
        "indexer.access",
        "indexer.audit",
        "indexer.records",
        "indexer.errors",
        "indexer.address",
        "indexer.authorship",
        "indexer.journal",
        "indexer.index",
        "indexer.duplicates",  # titles as keys
        "indexer.search",
        "indexer.exports",  # what XML may hold
        "indexer.plain_text",
    },
    "indexer.precedents": {
        "indexer.records",
        "indexer.characters",
        "indexer.errors",
        "indexer.sources",
        "indexer.notices",
        "indexer.index",
        "indexer.duplicates",
        "indexer.search",
    },
    "indexer.duties": {
        "indexer.records",
        "indexer.errors",
        "indexer.notices",
        "indexer.index",
        "indexer.duplicates",
        "indexer.search",
    },
    "indexer.logs": {"indexer.errors"},
    "indexer.named_filters": {"indexer.records", "indexer.errors"},
    "indexer.found": {"indexer.records", "indexer.index"},
    "indexer.catalogue": {"indexer.records", "indexer.index", "indexer.validity"},
    "indexer.plain_text": {"indexer.records"},
    "indexer.json_shapes": {"indexer.records", "indexer.search"},
    "indexer.json_duties": {"indexer.records", "indexer.duties", "indexer.exports", "indexer.json_shapes"},
    "indexer.json_precedents": {"indexer.records", "indexer.index", "indexer.precedents"},
    "indexer.serving": {
        "indexer.records",
        "indexer.errors",
        "indexer.address",
        "indexer.index",
        "indexer.search",
        "indexer.access",
        "indexer.audit",
    },
    "indexer.api": {
        "indexer.saved",
        "indexer.access",
        "indexer.audit",
        "indexer.records",
        "indexer.errors",
        "indexer.logs",
        "indexer.notices",  # how names of one agency are related
        "indexer.index",
        "indexer.validity",
        "indexer.named_filters",
        "indexer.catalogue",
        "indexer.found",
        "indexer.search",
        "indexer.precedents",
        "indexer.duties",
        "indexer.rewriting",
        "indexer.json_shapes",
        "indexer.json_duties",
        "indexer.json_precedents",
        "indexer.serving",
    },
    "indexer.operations": {"indexer.errors", "indexer.records", "indexer.address", "indexer.index", "indexer.access"},
    "indexer.rewriting": {
        "indexer.records",
        "indexer.errors",
        "indexer.notices",
        "indexer.index",
        "indexer.search",
    },
    "indexer.mcp_server": {
        "indexer.access",
        "indexer.audit",
        "indexer.records",
        "indexer.errors",
        "indexer.logs",
        "indexer.notices",  # how names of one agency are related
        "indexer.index",
        "indexer.named_filters",
        "indexer.found",
        "indexer.search",
        "indexer.precedents",
        "indexer.duties",
        "indexer.exports",  # how a clause is cited
        "indexer.serving",
    },
    "indexer.exports": {
        "indexer.records",
        "indexer.errors",
        "indexer.notices",
        "indexer.duties",
        "indexer.drafts",
        "indexer.precedents",
    },
    "indexer.drafts": {
        "indexer.records",
        "indexer.errors",
        "indexer.notices",
        "indexer.index",
        "indexer.duplicates",
        "indexer.search",
        "indexer.duties",
    },
}
# What stands on top may use all of it: the command line.
ON_TOP = {"indexer", "indexer.__main__", "indexer.commands"}
# Packages of the parser, lowest first: each uses only those before it, and brackets and numbering.
READING_ORDER = ("places", "agencies", "quantities", "units", "header", "page", "outline")
# Third-party packages that only some modules may import, as paths from the root; a folder allows all below it.
CONFINED: dict[str, tuple[str, ...]] = {
    "faiss": (
        "indexer/index/dense.py",
        "indexer/index/dense_writer.py",
        "indexer/index/dense_inverted.py",
        "bench/",
    ),
    "pymilvus": ("indexer/index/milvus", "tests/"),
    "milvus_lite": ("indexer/index/milvus", "tests/"),
    "grpc": ("indexer/index/milvus", "tests/"),
    "tantivy": ("indexer/index/lexical.py", "indexer/index/lexical_writer.py", "bench/"),
    "sentence_transformers": (
        "indexer/index/transformer_encoder.py",
        "indexer/index/reranker.py",
        "embeddings/",
        "tests/",
    ),
    "torch": ("indexer/index/transformer_encoder.py", "indexer/index/reranker.py", "embeddings/", "tests/"),
    "streamlit": ("app/", "search_app.py", "bench/app_load.py", "tests/"),
    "altair": ("app/",),
    "bs4": ("indexer/sources/", "tests/"),
    "sqlite3": ("indexer/index/", "indexer/vocabulary/", "indexer/sources/crawler/", "tests/"),
    "scrapy": ("indexer/sources/crawler/", "tests/"),
    "pypdfium2": ("indexer/sources/", "tests/"),
    "pdfplumber": ("indexer/sources/", "tests/"),
    "openpyxl": ("indexer/sources/", "indexer/exports/workbook.py", "corpus/", "eval/duties.py", "tests/"),
    "docx": ("corpus/", "indexer/exports/word.py", "indexer/exports/footnotes.py", "tests/"),
    "icalendar": ("indexer/exports/deadline_calendar.py", "tests/"),
    "lxml": ("indexer/sources/", "corpus/", "tests/"),
    "rensa": ("indexer/duplicates/", "indexer/precedents/families.py"),
    "pypinyin": ("indexer/duplicates/preference.py", "indexer/search/spelling.py"),
    "rapidfuzz": ("indexer/search/spelling.py", "indexer/precedents/"),
    "opencc": ("indexer/characters.py",),
    "watchfiles": ("indexer/watch.py",),
    "ir_measures": ("eval/", "embeddings/", "tests/"),
    "fastapi": ("indexer/api/", "tests/"),
    "fastapi_offline": ("indexer/api/application.py",),
    "starlette": ("indexer/api/",),
    "pydantic": ("indexer/api/", "indexer/mcp_server/", "tests/"),
    "mcp": ("indexer/mcp_server/", "tests/"),
    "prometheus_client": ("indexer/api/metrics.py", "tests/"),
    "uvicorn": ("indexer/serving/listening.py",),
    "limits": ("indexer/serving/rates.py",),
    "openai": ("indexer/rewriting/chat.py",),
    "httpx2": ("indexer/rewriting/chat.py", "tests/"),
    "ray": ("indexer/ray_stages.py", "tests/test_ray.py"),
    "rjieba": ("indexer/index/tokens.py", "indexer/precedents/", "indexer/vocabulary/terms.py", "embeddings/"),
    "twisted": ("indexer/sources/crawler/", "tests/"),
    "protego": ("indexer/sources/crawler/",),
    "scipy": ("eval/", "indexer/index/static_encoder.py"),
    "tokenizers": ("indexer/index/static_encoder.py", "embeddings/", "bench/", "tests/"),
    "sklearn": ("eval/",),
    "jinja2": ("eval/",),
}
# Modules of more lines are looked at twice; these were, and are tables or one walk over a document.
MOST_LINES = 450
LONG = {"indexer/api/shapes.py"}
# Packages by another name than the libraries they belong to.
NAMES = {
    "bs4": "beautiful soup", "grpc": "grpc", "pypdfium2": "pdfium", "docx": "python_docx", "sklearn": "scikit_learn",
    "jinja2": "jinja", "sqlite3": "sqlite",
}  # fmt: skip
SAYS_NOTHING = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers"}


@cache
def modules() -> list[Path]:
    found = [path for name in CODE for path in (ROOT / name).rglob("*.py")]
    return sorted(found + [path for path in [ROOT / "search_app.py"] if path.exists()])


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imported(path: Path) -> tuple[str, ...]:
    """The full names of what a module imports, also inside functions and for type checking alone."""
    return tuple(_imported(path))


def _imported(path: Path) -> Iterator[str]:
    package = path.relative_to(ROOT).with_suffix("").parts[:-1]
    for statement in ast.walk(parsed(path)):
        if isinstance(statement, ast.Import):
            yield from (alias.name for alias in statement.names)
        elif isinstance(statement, ast.ImportFrom):
            base = ".".join([*package[: len(package) - statement.level + 1], *filter(None, [statement.module])])
            module = base if statement.level else (statement.module or "")
            yield module
            yield from (f"{module}.{alias.name}" for alias in statement.names)


def part_of(name: str) -> str:
    """The part of the library a dotted name belongs to: its first two words."""
    return ".".join(name.split(".")[:2])


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", [path for path in modules() if relative(path).startswith("indexer/")], ids=relative)
def test_imports_inside_the_library_go_one_way(path: Path) -> None:
    part = part_of(relative(path).removesuffix(".py").removesuffix("/__init__").replace("/", "."))
    if part in ON_TOP:
        return
    assert part in ALLOWED, f"{part} is a new part: say what it may import"
    allowed = ALLOWED[part] | {part}
    used = {part_of(name) for name in imported(path) if name.startswith("indexer.")}
    assert used <= allowed, f"{relative(path)} imports {sorted(used - allowed)}"


def test_the_parser_is_built_in_layers() -> None:
    folder = ROOT / "indexer" / "notices"
    assert {path.name for path in folder.iterdir() if (path / "__init__.py").exists()} == set(READING_ORDER)
    for rank, layer in enumerate(READING_ORDER):
        for path in (folder / layer).rglob("*.py"):
            used = {name.split(".")[2] for name in imported(path) if name.startswith("indexer.notices.")}
            above = used.intersection(READING_ORDER[rank + 1 :])
            assert not above, f"{relative(path)} imports {sorted(above)}"


def test_nothing_in_the_library_imports_what_stands_on_it() -> None:
    above = {"app", "eval", "embeddings", "bench", "tests", "search_app"}
    for path in modules():
        if relative(path).startswith("indexer/"):
            assert above.isdisjoint(name.split(".")[0] for name in imported(path)), relative(path)


def test_of_the_app_the_page_evaluate_alone_uses_the_scoring_programme_and_only_inside_functions() -> None:
    users = [path for path in modules() if relative(path).startswith(("app/", "search_app.py"))]
    for path in users:
        used = [name for name in imported(path) if name.split(".")[0] == "eval"]
        assert not used or relative(path).startswith("app/evaluate/"), f"{relative(path)} imports {used}"
        tree = parsed(path)
        typing = [part for part in tree.body if isinstance(part, ast.If) and ast.unparse(part.test) == "TYPE_CHECKING"]
        at_import = [part for part in tree.body if part not in typing]
        eager = [
            part.lineno for part in at_import if isinstance(part, ast.ImportFrom) and str(part.module)[:4] == "eval"
        ]
        assert not eager, f"{relative(path)}:{eager} imports eval before it is needed"


@pytest.mark.parametrize(
    ("folder", "others"),
    [
        ("eval", {"app", "bench", "tests", "search_app"}),
        ("embeddings", {"app", "bench", "tests", "search_app"}),
        ("corpus", {"app", "eval", "embeddings", "bench", "tests", "search_app"}),
        ("app", {"embeddings", "corpus", "bench", "tests", "search_app"}),
    ],
)
def test_programmes_beside_the_library_keep_apart(folder: str, others: set[str]) -> None:
    for path in modules():
        if relative(path).startswith(f"{folder}/"):
            assert others.isdisjoint(name.split(".")[0] for name in imported(path)), relative(path)


def test_the_document_names_every_library_that_is_confined(root: Path) -> None:
    text = (root / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = text[text.index("| library | only in |") :].partition("\n\n")[0].lower().replace("-", "_")
    unnamed = [name for name in CONFINED if NAMES.get(name, name) not in table]
    assert unnamed == []


@pytest.mark.parametrize("package", CONFINED)
def test_a_package_is_imported_where_it_belongs_only(package: str) -> None:
    for path in modules():
        if any(name.split(".")[0] == package for name in imported(path)):
            assert relative(path).startswith(CONFINED[package]), f"{relative(path)} imports {package}"


def test_the_builtin_eval_is_never_hidden() -> None:
    for path in modules():
        for statement in ast.walk(parsed(path)):
            if isinstance(statement, ast.Import):
                hidden = [
                    alias.name for alias in statement.names if alias.name.split(".")[0] == "eval" and not alias.asname
                ]
                assert not hidden, f"{relative(path)}:{statement.lineno} imports {hidden}, which hides the builtin"


def test_no_file_has_a_name_that_says_nothing() -> None:
    assert [relative(path) for path in modules() if path.stem in SAYS_NOTHING] == []


def test_no_module_is_long_but_those_named() -> None:
    lines = {relative(path): path.read_text(encoding="utf-8").count("\n") for path in modules()}
    long = {name for name, n in lines.items() if n > MOST_LINES and not name.startswith("tests/")}
    assert long == LONG, f"split by idea, or name: {sorted(long ^ LONG)}"


def test_every_module_says_what_it_is() -> None:
    silent = [path for path in modules() if not ast.get_docstring(parsed(path))]
    assert [relative(path) for path in silent] == []


# Heavy packages that importing a module loads; those that load none are imported first, one after another.
LOADED: dict[str, set[str]] = {
    **dict.fromkeys(
        """indexer indexer.records indexer.sources indexer.notices indexer.index indexer.search indexer.rewriting
        indexer.serving indexer.api indexer.mcp_server indexer.duties indexer.exports indexer.corrections indexer.saved
        indexer.uploads indexer.__main__""".split(),
        set(),
    ),
    "indexer.build": {"faiss", "tantivy"},  # what it writes with
    "app.evaluate": {"streamlit"},
    "app.evaluate.figures": {"streamlit"},
}
HEAVY = set(
    """torch sentence_transformers transformers faiss streamlit tantivy openai fastapi uvicorn prometheus_client mcp
    scipy sklearn""".split()
)
IMPORTING = """
import importlib, sys
for module in sys.argv[1:]:
    before = set(sys.modules)
    importlib.import_module(module)
    print(module, *(set(sys.modules) - before))
"""


@pytest.fixture(scope="module")
def newly_loaded() -> dict[str, set[str]]:
    """What importing each module of LOADED loads beside what those before it did, in one process."""
    command = [sys.executable, "-c", IMPORTING, *LOADED]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return {module: set(names) for module, *names in map(str.split, done.stdout.splitlines())}


@pytest.mark.parametrize("module", LOADED)
def test_importing_loads_no_more_than_it_must(newly_loaded: dict[str, set[str]], module: str) -> None:
    assert newly_loaded[module] & HEAVY <= LOADED[module]

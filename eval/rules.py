"""`python -m eval.rules`: the rules of the parser by name, and their figures in the docstrings of the modules that define them.

eval/rules.md (`python -m eval structure --rules eval/rules.md`) holds the figures; `python -m eval.rules --write` copies
them into the docstrings, below the line that MARK is, one rule a line:

    unit_line  P 1.000 (456/456)  R 0.998 (453/454)  generated P 1.000 (3012/3012)  R 1.000 (3010/3010)

P is precision, right of what the rule said; R recall, found of what is written in its form; – means that nothing
exercises it. Without --write the differences are listed, and the exit status is 1 when there are any.
"""

from __future__ import annotations

import ast
import importlib
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from eval.wordings import TABLE_ROW, UNNUMBERED
from indexer.errors import UsageError

__all__ = ["MARK", "MODULES", "figure_lines", "main", "module_path", "rule_names", "with_figures"]

ROOT = Path(__file__).resolve().parent.parent
RULES = ROOT / "eval" / "rules.md"
MARK = "Figures, written by `python -m eval.rules --write`:"

# Kind of rule → the module of the parser that defines the rules, and where their names are listed.
MODULES: Mapping[str, str] = {
    "units": "indexer.notices.units",
    "deadlines": "indexer.notices.quantities.deadlines",
    "targets": "indexer.notices.quantities.targets",
    "persons": "indexer.notices.units.persons",
    "numbering": "indexer.notices.numbering",
}
_LISTS: Mapping[str, tuple[str, str]] = {
    "units": (MODULES["units"], "UNIT_RULES"),
    "deadlines": (MODULES["deadlines"], "DEADLINE_RULES"),
    "targets": (MODULES["targets"], "TARGET_RULES"),
    "persons": ("eval.forms", "PERSON_FORMS"),  # a person carries no rule's name
    "numbering": (MODULES["numbering"], "RANKS"),
}


def rule_names() -> dict[str, tuple[str, ...]]:
    """Kind → the names of its rules, as the parser's own modules list them."""
    names: dict[str, tuple[str, ...]] = {}
    for kind, (module, attribute) in _LISTS.items():
        rules: Iterable[str] = getattr(importlib.import_module(module), attribute)
        names[kind] = tuple(rules)
    names["numbering"] += (TABLE_ROW, UNNUMBERED)
    return names


# --- figures in docstrings -----------------------------------------------------------------------


def figure_lines(report: str, kind: str) -> list[str]:
    """The lines for a module's docstring, from the text of eval/rules.md; none where the report lacks the kind."""
    section = re.search(rf"^## .*\b{kind}\n+(?P<table>(?:\|.*\n)+)", report, re.MULTILINE | re.IGNORECASE)
    if section is None:
        return []
    rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in section["table"].splitlines()]
    header, cells = rows[0], [row for row in rows[2:] if not row[0].startswith("(")]
    width = max((len(row[0]) for row in cells), default=0)
    return [_figure_line(dict(zip(header, row, strict=True)), width) for row in cells]


def _figure_line(row: Mapping[str, str], width: int) -> str:
    line = f"{row['rule']:{width}}  P {row['precision']}  R {row['recall']}"
    if "generated recall" in row:
        line += f"  generated P {row['generated precision']}  R {row['generated recall']}"
    return line


def with_figures(source: str, lines: Sequence[str]) -> str:
    """A module's source with the figures at the end of its docstring, below MARK; nothing else is touched.

    Raises UsageError for a module without docstring.
    """
    body = ast.parse(source).body
    first = body[0] if body else None
    if not (
        isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    ):
        raise UsageError("no docstring to write figures into; give the module one")
    whole = source.splitlines(keepends=True)
    start, end = first.lineno - 1, first.end_lineno or first.lineno
    text = "".join(whole[start:end])
    before, closing = text.rstrip().removesuffix('"""').rstrip(), '"""\n'
    at = before.find(f"\n{MARK}")
    kept = (before if at < 0 else before[:at]).rstrip()
    figures = "\n".join(["", "", MARK, "", *lines, ""]) if lines else ""
    return "".join(whole[:start]) + kept + figures + closing + "".join(whole[end:])


def module_path(module: str) -> Path:
    """The file of a module or a package."""
    path = ROOT.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def main(arguments: Sequence[str]) -> int:
    """Write the figures, or list the modules whose figures differ; the exit status."""
    if not RULES.is_file():
        print("error: no eval/rules.md; write it with python -m eval structure --rules eval/rules.md", file=sys.stderr)
        return 2
    report = RULES.read_text(encoding="utf-8")
    stale = 0
    for kind, module in MODULES.items():
        path = module_path(module)
        source = path.read_text(encoding="utf-8")
        wanted = with_figures(source, figure_lines(report, kind))
        if wanted == source:
            continue
        stale += 1
        if "--write" in arguments:
            path.write_text(wanted, encoding="utf-8")
        print(
            f"{path.relative_to(ROOT)}: figures {'written' if '--write' in arguments else 'differ from eval/rules.md'}"
        )
    return int(bool(stale) and "--write" not in arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

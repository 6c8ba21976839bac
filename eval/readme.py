"""`python -m eval.readme`: the result tables of README.md and README.zh-CN.md, taken from the committed reports.

A figure in a README is never typed: it is the one that eval/report.md (the sample notices) or eval/reference.md (the
reference notices, which are not part of the project) holds.
"""

from __future__ import annotations

import re
from pathlib import Path

__all__ = ["REPORTS", "filled", "main"]

ROOT = Path(__file__).parent.parent
REPORTS = {"results": "report.md", "reference": "reference.md"}
# What the row says in English and in Chinese, the row of the report, and which of its cells.
_ROWS: tuple[tuple[str, str, str, tuple[int, ...]], ...] = (
    ("clauses: F1", "条文切分 F1", "clauses", (3,)),
    ("units with their roles: F1", "责任单位及角色 F1", "units + roles", (3,)),
    ("search, nDCG@10 (95 % interval)", "检索 nDCG@10（95% 区间）", "hybrid", (1, 2)),
    ("— words alone", "— 仅字词", "lexical", (1, 2)),
    ("— vectors alone", "— 仅向量", "dense", (1, 2)),
    ("units in answers: F1", "答案中的单位 F1", "units named: F1, mean of questions", (1, 2)),
    ("statements that stand in the notice where they say", "答句可在原文定位", "statements located", (1,)),
    ("silent where there is no answer", "无答案时沉默", "silent on unanswerable questions", (1,)),
    ("silent where there is one", "有答案时误沉默", "silent on answerable questions (false silence)", (1,)),
)


def _cells(report: str, name: str) -> list[str]:
    """The cells of the first table row of that name; raises ValueError when the report has none."""
    row = re.search(rf"^\| {re.escape(name)} \|.*$", report, re.MULTILINE)
    if row is None:
        raise ValueError(f"no row {name!r} in the report; write it with python -m eval --report")
    return [cell.strip() for cell in row.group(0).split("|")[1:]]


def _table(report: str, *, chinese: bool) -> str:
    lines = ["| 指标 | 数值 |" if chinese else "| what | value |", "|---|---:|"]
    for english, translated, name, places in _ROWS:
        cells = _cells(report, name)
        value = cells[places[0]] + (f" ({cells[places[1]]})" if len(places) > 1 and cells[places[1]] else "")
        lines.append(f"| {translated if chinese else english} | {value} |")
    return "\n".join(lines)


def filled(readme: str, *, chinese: bool) -> str:
    """The README's text with the tables between its markers as the reports have them."""
    for block, report in REPORTS.items():
        text = (ROOT / "eval" / report).read_text(encoding="utf-8")
        opening, closing = f"<!-- {block} -->", f"<!-- /{block} -->"
        before, _, rest = readme.partition(opening)
        after = rest.partition(closing)[2]
        readme = f"{before}{opening}\n{_table(text, chinese=chinese)}\n{closing}{after}"
    return readme


def main() -> None:
    """Write the tables into both READMEs."""
    for name, chinese in (("README.md", False), ("README.zh-CN.md", True)):
        path = ROOT / name
        path.write_text(filled(path.read_text(encoding="utf-8"), chinese=chinese), encoding="utf-8")
        print(f"{name}: tables taken from {', '.join(REPORTS.values())}")


if __name__ == "__main__":
    main()

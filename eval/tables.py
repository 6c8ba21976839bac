"""A table of scores, the same rows on the terminal and in Markdown."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from eval.charts import Chart

__all__ = ["Table", "as_markdown", "as_text"]


@dataclass(frozen=True, slots=True)
class Table:
    """A titled table; the first column and the last `words` ones are text, those between are right-aligned."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    words: int = 0
    chart: Chart | None = None  # the same figures, drawn in the HTML report


def as_text(tables: Sequence[Table]) -> str:
    """The tables for a terminal; East Asian wide characters count as two columns."""
    return "\n\n".join(_text(table) for table in tables)


def as_markdown(tables: Sequence[Table], *, heading: str, command: str) -> str:
    """The tables as one Markdown page that names the command it came from."""
    parts = [f"# {heading}", f"Written by `{command}`."]
    for table in tables:
        parts.append(f"## {table.title}")
        lines = [_markdown_row(table.columns), "|" + "|".join(_rules(table)) + "|"]
        parts.append("\n".join([*lines, *(_markdown_row(row) for row in table.rows)]))
        if table.note:
            parts.append(table.note)
    return "\n\n".join(parts) + "\n"


def _rules(table: Table) -> list[str]:
    numbers = len(table.columns) - 1 - table.words
    return ["---", *["---:"] * numbers, *["---"] * table.words]


def _markdown_row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _text(table: Table) -> str:
    rows = [table.columns, *table.rows]
    widths = [max(_width(row[column]) for row in rows) for column in range(len(table.columns))]
    lines = [table.title]
    first_words = len(table.columns) - table.words
    for row in rows:
        cells = []
        for column, (cell, width) in enumerate(zip(row, widths, strict=True)):
            blank = " " * (width - _width(cell))
            cells.append(cell + blank if column == 0 or column >= first_words else blank + cell)
        lines.append("  " + "  ".join(cells).rstrip())
    return "\n".join([*lines, *([f"  {table.note}"] if table.note else [])])

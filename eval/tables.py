"""A table of scores, the same rows on the terminal and in Markdown."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Table", "as_markdown", "as_text"]


@dataclass(frozen=True, slots=True)
class Table:
    """A titled table; the first column is text, the others are right-aligned."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


def as_text(tables: Sequence[Table]) -> str:
    """The tables for a terminal; East Asian wide characters count as two columns."""
    return "\n\n".join(_text(table) for table in tables)


def as_markdown(tables: Sequence[Table], *, heading: str, command: str) -> str:
    """The tables as one Markdown page that names the command it came from."""
    parts = [f"# {heading}", f"Written by `{command}`."]
    for table in tables:
        parts.append(f"## {table.title}")
        lines = [_markdown_row(table.columns), "|" + "|".join(["---", *["---:"] * (len(table.columns) - 1)]) + "|"]
        parts.append("\n".join([*lines, *(_markdown_row(row) for row in table.rows)]))
        if table.note:
            parts.append(table.note)
    return "\n\n".join(parts) + "\n"


def _markdown_row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _text(table: Table) -> str:
    rows = [table.columns, *table.rows]
    widths = [max(_width(row[column]) for row in rows) for column in range(len(table.columns))]
    lines = [table.title]
    for row in rows:
        cells = [row[0] + " " * (widths[0] - _width(row[0]))]
        cells += [" " * (width - _width(cell)) + cell for cell, width in zip(row[1:], widths[1:], strict=True)]
        lines.append("  " + "  ".join(cells).rstrip())
    return "\n".join([*lines, *([f"  {table.note}"] if table.note else [])])

"""Sheets as Markdown tables (GitHub's form), each below a heading."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from indexer.exports.sheets import Sheet, Value, shown, writable

__all__ = ["markdown_text"]

# What Markdown or HTML would read as more than a character.
_MARKS = re.compile(r"([\\`*_{}\[\]<>|#~&])")


def markdown_text(sheets: Sequence[Sheet]) -> str:
    """The sheets one below the other."""
    return "\n".join("\n".join(_lines(sheet)) for sheet in sheets)


def _lines(sheet: Sheet) -> Iterable[str]:
    yield f"## {_escaped(sheet.title)}"
    yield ""
    if sheet.note:
        yield _escaped(sheet.note)
        yield ""
    yield _row([column.name for column in sheet.columns])
    yield "|" + "|".join(_rule(column.centred, column.kind) for column in sheet.columns) + "|"
    for row in sheet.rows:
        yield _row(row)
    yield ""


def _rule(centred: bool, kind: str) -> str:
    return ":---:" if centred else "---:" if kind == "number" else "---"


def _row(cells: Iterable[Value]) -> str:
    return "| " + " | ".join(_escaped(shown(cell)) for cell in cells) + " |"


def _escaped(text: str) -> str:
    """The text as Markdown shows it: marks escaped, line breaks as <br>."""
    lines = writable(text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "<br>".join(_MARKS.sub(r"\\\1", line) for line in lines)

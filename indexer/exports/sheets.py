"""Sheets: what a table says, whatever it is written as. Cells are typed; formats decide on looks."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Literal, TypeAlias

from msgspec import Struct

__all__ = ["FORMULA_STARTS", "Sheet", "SheetColumn", "Value", "display_width", "shown", "starts_formula", "writable"]

Value: TypeAlias = str | int | date | None

# What makes a spreadsheet take a text for a formula when it is opened or edited; full-width forms as some locales read them,
# and the blanks that programs drop before they look.
FORMULA_STARTS = "=+-@＝＋－＠"
_LEADING = "\t\r\n "
# Characters that XML 1.0 does not allow; a notice with damaged bytes may hold some.
_NOT_WRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class SheetColumn(Struct, frozen=True):
    """A column: its name, its width in half-width characters, and whether its text runs over several lines."""

    name: str
    width: int = 12
    kind: Literal["text", "date", "number"] = "text"
    centred: bool = False


class Sheet(Struct, frozen=True):
    """A table with its title; `note` says under the title where it comes from, `link` for each row which sheet it leads to."""

    name: str
    title: str
    columns: tuple[SheetColumn, ...]
    rows: tuple[tuple[Value, ...], ...]
    note: str = ""
    links: tuple[str, ...] = ()  # by row, the name of a sheet; empty where there are none


def starts_formula(text: str) -> bool:
    """Whether a spreadsheet might take the text for a formula.

    >>> starts_formula("=HYPERLINK(…)"), starts_formula(" +1"), starts_formula("增长-5%")
    (True, True, False)
    """
    return text.lstrip(_LEADING)[:1] in tuple(FORMULA_STARTS)


def writable(text: str) -> str:
    """The text with U+FFFD for each character that no XML file may hold."""
    return _NOT_WRITABLE.sub("\ufffd", text)


def shown(value: Value) -> str:
    """A cell as text: a day as 2023-12-31, nothing as nothing."""
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)


def display_width(text: str) -> int:
    """How many half-width characters a line takes: two for each Chinese one."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)

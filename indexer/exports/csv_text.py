"""One sheet as CSV that spreadsheets open rightly by a double click: byte order mark, CRLF, formulas neutralised."""

from __future__ import annotations

import csv
from io import StringIO

from indexer.exports.sheets import Sheet, Value, shown, starts_formula, writable

__all__ = ["csv_text", "neutral"]

_MARK = "\ufeff"  # without it Excel reads UTF-8 as the system's own encoding


def csv_text(sheet: Sheet) -> str:
    """The sheet's header and rows; a cell that begins like a formula (= + - @) has an apostrophe before it."""
    stream = StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow([neutral(column.name) for column in sheet.columns])
    writer.writerows([[neutral(value) for value in row] for row in sheet.rows])
    return _MARK + stream.getvalue()


def neutral(value: Value) -> str:
    """A cell as text that no spreadsheet takes for a formula; numbers stay numbers.

    >>> neutral('=HYPERLINK("x")'), neutral(-5)
    ('\\'=HYPERLINK("x")', '-5')
    """
    text = writable(shown(value))
    return f"'{text}" if isinstance(value, str) and starts_formula(text) else text

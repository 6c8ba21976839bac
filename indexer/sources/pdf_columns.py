"""Pages set in two columns, as gazettes are: which they are, and their lines in the order one reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from indexer.sources.pdf_page import Glyph, Line, lines_of, rows_of

__all__ = ["Flow", "flows", "gutters"]

# Rule `two_columns`: most rows are parted by a blank near the middle of the page, and both halves of most of them are
# filled: a list of names or a form has such blanks, too, but short entries. Rows across the blank are titles.
_GUTTER = 0.8  # ems; the least width of the blank
_WIDEST_GUTTER = 4.0  # ems; what stands further apart is a list of short entries
_MIDDLE = (0.38, 0.62)  # of the width of the text, where the middle of the blank lies
_FEWEST_ROWS = 8
_PARTED_SHARE = 0.6  # of the rows that have text on both sides
_FILLED = 0.8  # of a column's width
_FILLED_SHARE = 0.5  # of the parted rows
_ACROSS_SHARE = 0.3  # of the rows of a page too short to tell


@dataclass(frozen=True, slots=True)
class Flow:
    """Lines that are read from top to bottom: a page, a column of it, or what stands across its columns."""

    lines: tuple[Line, ...]
    is_column: bool = False


def gutters(pages: Sequence[Sequence[Glyph]]) -> list[float | None]:
    """Where the blank between the columns of each page lies; None for a page of one column.

    A page too short to tell has the columns of the pages around it, if little of its text stands across.
    """
    rows = [_ink_rows(page) for page in pages]
    found = [_gutter(page) for page in rows]
    known = sorted(gutter for gutter in found if gutter is not None)
    if not known:
        return found
    usual = known[len(known) // 2]
    return [
        gutter or (usual if sum(_crosses(row, usual) for row in page) < _ACROSS_SHARE * len(page) else None)
        for gutter, page in zip(found, rows, strict=True)
    ]


def flows(glyphs: Sequence[Glyph], gutter: float | None) -> list[Flow]:
    """The page's flows in reading order: one, or by turns what stands across and the left and the right column."""
    if gutter is None:
        return [Flow(tuple(lines_of(glyphs)))]
    rows = _ink_rows(glyphs)
    out: list[Flow] = []
    across: list[Glyph] = []
    beside: list[Glyph] = []

    def close() -> None:
        for side in (
            [glyph for glyph in beside if glyph.middle[0] < gutter],
            [glyph for glyph in beside if glyph.middle[0] >= gutter],
        ):
            if side:
                out.append(Flow(tuple(lines_of(side)), is_column=True))
        beside.clear()

    for row in rows:
        if _crosses(row, gutter):
            close()
            across += row
        else:
            if across:
                out.append(Flow(tuple(lines_of(across))))
                across.clear()
            beside += row
    close()
    if across:
        out.append(Flow(tuple(lines_of(across))))
    return out


def _gutter(rows: Sequence[Sequence[Glyph]]) -> float | None:
    """Where the blank between two columns lies, by rule `two_columns`; None for a page of one column."""
    if len(rows) < _FEWEST_ROWS:
        return None
    left, right = min(row[0].x0 for row in rows), max(row[-1].x1 for row in rows)
    low, high = (left + share * (right - left) for share in _MIDDLE)
    parted = [gap for row in rows if (gap := _gap(row, low, high)) is not None]
    if len(parted) < _FEWEST_ROWS:
        return None
    begin = sorted(a for a, _ in parted)[int(0.9 * len(parted))]
    end = sorted(b for _, b in parted)[int(0.1 * len(parted))]
    em = rows[len(rows) // 2][0].size
    if not _GUTTER * em <= end - begin <= _WIDEST_GUTTER * em:
        return None
    middle = (begin + end) / 2
    n_both = sum(row[0].x0 < low and row[-1].x1 > high for row in rows)
    filled = [a - left > _FILLED * (begin - left) for a, _ in parted]
    n_filled_right = sum(row[-1].x1 - end > _FILLED * (right - end) for row in rows if _gap(row, low, high) is not None)
    least = _FILLED_SHARE * len(parted)
    if len(parted) < _PARTED_SHARE * n_both or sum(filled) < least or n_filled_right < least:
        return None
    return middle


def _gap(row: Sequence[Glyph], low: float, high: float) -> tuple[float, float] | None:
    """The blank of a row whose middle lies between the two places."""
    for a, b in zip(row, row[1:], strict=False):
        if b.x0 - a.x1 >= _GUTTER * max(a.size, b.size) and low <= (a.x1 + b.x0) / 2 <= high:
            return a.x1, b.x0
    return None


def _crosses(row: Sequence[Glyph], gutter: float) -> bool:
    """Whether a row stands across the gutter: a character on it, or characters on both sides without a blank between."""
    if any(glyph.x0 < gutter < glyph.x1 for glyph in row):
        return True
    before = max((glyph.x1 for glyph in row if glyph.middle[0] < gutter), default=None)
    behind = min((glyph.x0 for glyph in row if glyph.middle[0] >= gutter), default=None)
    return before is not None and behind is not None and behind - before < _GUTTER * row[0].size


def _ink_rows(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    """The page's rows from the top, each from left to right, without blanks."""
    rows = ([glyph for glyph in row if not glyph.text.isspace()] for row in rows_of(glyphs))
    return [sorted(row, key=lambda glyph: glyph.x0) for row in rows if row]

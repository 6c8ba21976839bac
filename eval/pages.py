"""A notice as its reader hands it over, before anything is parsed: one run of characters, its lines and its table rows.

The text is squeezed as quotes are (no white space, full-width forms folded), so that judged quotes are found in it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from eval.gold import GoldClause, squeeze
from indexer.records import RawNotice

__all__ = ["GridRow", "Page", "Stretch", "page_of", "stretches"]

_STOPS = "。;"  # a quote's last stop may be left out or written otherwise


@dataclass(frozen=True, slots=True)
class GridRow:
    """A row of a table that the source marks as one; `cells` hold what merged cells say, too."""

    start: int
    end: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """The characters of a notice in reading order, where its lines begin, and its table rows."""

    text: str
    starts: tuple[int, ...]
    rows: tuple[GridRow, ...] = ()

    def line(self, at: int) -> tuple[int, int]:
        """The line around a place, as (start, end)."""
        row = max(0, bisect_right(self.starts, at) - 1)
        return self.starts[row], self.starts[row + 1] if row + 1 < len(self.starts) else len(self.text)

    def row(self, at: int) -> GridRow | None:
        """The table row around a place."""
        return next((row for row in self.rows if row.start <= at < row.end), None)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Where a judged clause stands: its content, what stands between the clause before it and it, and behind it."""

    gold: GoldClause
    before: int  # the end of the clause before it
    start: int
    end: int
    after: int  # the start of the next clause


def page_of(raw: RawNotice) -> Page:
    """The page that a reader's blocks make."""
    pieces: list[str] = []
    starts: list[int] = []
    rows: list[GridRow] = []
    length = 0

    def put(text: str) -> None:
        nonlocal length
        squeezed = squeeze(text)
        if squeezed:
            starts.append(length)
            pieces.append(squeezed)
            length += len(squeezed)

    for block in raw.blocks:
        if block.table is None:
            put(block.text)
            continue
        for row in block.table.rows:
            start = length
            for cell in row:
                if not cell.merged:
                    put(cell.text)
            rows.append(GridRow(start, length, tuple(squeeze(cell.text) for cell in row)))
    return Page("".join(pieces), tuple(starts) or (0,), tuple(rows))


def stretches(page: Page, judged: Sequence[GoldClause]) -> list[Stretch]:
    """Where each judged clause stands, in the order of the text; a clause whose quotes are not there is left out."""
    spans: list[tuple[int, int, GoldClause]] = []
    for gold in judged:
        quote, end_quote = squeeze(gold.quote), squeeze(gold.end_quote).rstrip(_STOPS)
        start = page.text.find(quote)
        at = page.text.find(end_quote, max(start, start + len(quote) - len(end_quote) - 1)) if start >= 0 else -1
        if at >= 0:
            spans.append((start, max(start + len(quote.rstrip(_STOPS)), at + len(end_quote)), gold))
    spans.sort(key=lambda span: span[:2])
    begins = [start for start, _, _ in spans] + [len(page.text)]
    ends = [0] + [end for _, end, _ in spans]
    return [
        Stretch(gold, min(ends[row], start), start, end, max(end, begins[row + 1]))
        for row, (start, end, gold) in enumerate(spans)
    ]

"""Physical forms of a notice: a paragraph a line, hard wraps of a PDF, everything on one line, widths, page furniture."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

from eval.generated.truth import Line
from indexer.records import Block, Cell, Table
from indexer.sources.text import strip_line

__all__ = ["lay_out"]

_HALF = str.maketrans("，：（）；", ",:();")
_FULL_DIGITS = str.maketrans("0123456789", "０１２３４５６７８９")
_LABEL = re.compile(
    r"第[一二三四五六七八九十]+[编章节条]|[一二三四五六七八九十]+、|[（(][一二三四五六七八九十\d]+[）)]|\d+[.\uff0e、]|[①-⑩]|附件"
)
_NARROW = re.compile(r"[\x00-\x7f]")
_HANGING = "，。；：、）》”〕,.;:)"
_OPENING = "（〔[(《“"
_PAUSES = ("，", "。", "；", "：", ",", ";", ":")
_UNBROKEN = re.compile(r"[0-9A-Za-z.%]+|.", re.DOTALL)
_WRAPPED = {"paragraph", "list", "units"}


def lay_out(lines: Sequence[Line], rng: random.Random, *, form: str, width: str) -> tuple[str, tuple[Block, ...]]:
    """The layout and the blocks a reader would hand over; `width` is full, half or figures.

    A wrapped layout whose rows would not show where paragraphs end becomes one of a paragraph a line.
    """
    lines = [_widened(line, width) for line in lines]
    if form == "one_line":
        gap = rng.choice([" ", " ", "  ", "\u3000"])
        return form, (Block(gap.join(line.text for line in lines)),)
    wrap = _choose_wrap(lines, rng) if form == "wrapped" else None
    if form == "wrapped" and wrap is None:
        form = "paragraphs"
    blocks: list[Block] = []
    for line in lines:
        if line.table is not None:
            blocks.append(Block(table=line.table))
        elif wrap is not None and line.kind in _WRAPPED:
            blocks += [Block(row) for row in wrap.rows(line.text)]
        else:
            blocks.append(Block(strip_line(line.text)))
    if wrap is not None:
        blocks = _paged(blocks, rng)
    return form, tuple(block for block in blocks if block.text or block.table)


@dataclass(frozen=True, slots=True)
class _Wrap:
    """Rows of `size` full-width characters after an indent of two; a typesetter lets punctuation hang at the end."""

    size: int
    hangs: bool

    def rows(self, text: str) -> list[str]:
        """The text in rows; figures and Latin words stay whole."""
        rows, row, used, room = [], "", 0.0, self.size - 2
        for piece in _UNBROKEN.findall(text):
            wide = _columns(piece)
            if row and used + wide > room and not (self.hangs and piece in _HANGING):
                kept = row.rstrip(_OPENING) if self.hangs else row  # nor does he end a row with an open bracket
                rows.append(kept)
                row, room = row[len(kept) :], self.size
                used = _columns(row)
            row += piece
            used += wide
        return [*rows, row]

    def shows_ends(self, lines: Sequence[Line]) -> bool:
        """Whether each paragraph ends in a short row, or a label follows: the reader no longer sees indents."""
        for line, following in zip(lines, [*lines[1:], Line("furniture")], strict=True):
            bare = following.kind in ("paragraph", "title", "signature") and not _LABEL.match(following.text)
            if bare and line.kind in _WRAPPED and _columns(self.rows(line.text)[-1]) > self.size - 6:
                return False
        return True


def _columns(text: str) -> float:
    """Width in full-width characters."""
    return len(text) - 0.5 * len(_NARROW.findall(text))


def _choose_wrap(lines: Sequence[Line], rng: random.Random) -> _Wrap | None:
    """A width of 28 to 40 characters that shows every paragraph's end, with hanging punctuation or without."""
    hangs = rng.random() < 0.7
    wraps = [_Wrap(size, hangs) for size in range(28, 41)]
    rng.shuffle(wraps)
    return next((wrap for wrap in wraps if wrap.shows_ends(lines)), None)


def _paged(blocks: list[Block], rng: random.Random) -> list[Block]:
    """Page numbers between the rows, every twenty to thirty of them; in the middle of a name none can be read."""
    if rng.random() < 0.5:
        return blocks
    form = rng.choice(["— {} —", "- {} -", "－{}－", "第{}页"])
    paged: list[Block] = []
    page, left = 1, rng.randint(20, 30)
    for block in blocks:
        paged.append(block)
        left -= 1
        if left <= 0 and block.text.endswith(_PAUSES):
            paged.append(Block(form.format(page)))
            page, left = page + 1, rng.randint(20, 30)
    return paged


def _widened(line: Line, width: str) -> Line:
    """The line with half-width punctuation, full-width figures, or as written."""
    if width == "full":
        return line
    table = _HALF if width == "half" else _FULL_DIGITS
    if line.table is None:
        return Line(line.kind, line.text.translate(table) if line.kind != "furniture" else line.text)
    rows = tuple(tuple(Cell(cell.text.translate(table), cell.merged) for cell in row) for row in line.table.rows)
    return Line(line.kind, table=Table(rows, line.table.n_header_rows))

"""PDF files of notices, laid out as GB/T 9704-2012 asks: A4, 156 × 225 mm of text, page numbers below it."""

from __future__ import annotations

import html
import io
import math
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from corpus.making.layout import Role, laid_out
from corpus.making.source import DEMONSTRATION, Grid, Written

if TYPE_CHECKING:
    from reportlab.platypus import Flowable

__all__ = ["pdf"]

# One of the Chinese fonts that every PDF program brings: the file holds no font, so no font's licence bears on it.
# Its encoding, UniGB-UCS2-H, gives the text back character by character.
_FONT = "STSong-Light"
_MM = 72 / 25.4
_WIDTH = 156 * _MM
_SIDE = 27 * _MM
_TOP = 37 * _MM
_FOOT = 35 * _MM
_FRAME = 6  # what reportlab leaves free around the text by itself
_SIZE = 16  # 三号
_LEADING = 28
_TABLE_SIZE = 10.5  # 五号
_PADDING = 12.5  # of a cell, both sides together

# Where a line must not begin or end; numbers and words in Latin letters stay whole.
_TOKENS = re.compile(r"[A-Za-z0-9.%+]+|.", re.S)
_NOT_FIRST = frozenset("，。、；：？！）》〉〕”’%,;:?!)")
_NOT_LAST = frozenset("（《〈〔“‘(")

# Notices that appeared in a gazette, which prints its name above every page.
_RUNNING_HEADS = {"s24": "江澜省人民政府公报　2019年第16期"}
# One notice has the dashes of the standard around its page numbers, the others hyphens.
_DASHED = {"s37"}


def pdf(notice: Written) -> bytes:
    """The notice as a PDF file with a text layer; tables that go over a page repeat their first row."""
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.platypus import SimpleDocTemplate

    pdfmetrics.registerFont(UnicodeCIDFont(_FONT))
    head = _RUNNING_HEADS.get(notice.doc, "")
    number = "— {} —" if notice.doc in _DASHED else "- {} -"

    def furnish(canvas: Any, document: Any) -> None:  # noqa: ANN401 (reportlab has no types)
        canvas.saveState()
        canvas.setFont(_FONT, 9)
        if head:
            canvas.drawString(_SIDE, A4[1] - 20 * _MM, head)
        canvas.drawCentredString(A4[0] / 2, 12 * _MM, DEMONSTRATION)
        canvas.setFont(_FONT, 14)
        canvas.drawCentredString(A4[0] / 2, 26 * _MM, number.format(document.page))
        canvas.restoreState()

    made = io.BytesIO()
    document = SimpleDocTemplate(
        made, pagesize=A4, leftMargin=_SIDE - _FRAME, rightMargin=A4[0] - _SIDE - _WIDTH - _FRAME,
        topMargin=_TOP - _FRAME, bottomMargin=_FOOT - _FRAME,
        title=notice.title, author=notice.issuer, subject=DEMONSTRATION, invariant=1,
    )  # fmt: skip
    document.build(list(_flow(notice)), onFirstPage=furnish, onLaterPages=furnish)
    # Files without the time of making all date from the first day of 2000; the notice's own day is as long.
    day = notice.issued_on.replace("-", "").encode()
    return made.getvalue().replace(b"(D:20000101000000", b"(D:" + day + b"000000")


def _flow(notice: Written) -> Iterator[Flowable]:
    from reportlab.platypus import HRFlowable, KeepTogether, PageBreak, Paragraph, Spacer

    before: Role | None = None
    copied: list[Flowable] = [Spacer(1, _LEADING), HRFlowable(width="100%", thickness=0.8, color="black")]
    for part in laid_out(notice):
        if isinstance(part, Grid):
            yield _table(part)
            continue
        role, text = part
        if role == "copied":
            copied.append(Paragraph(_broken(text, _style(role), _WIDTH), _style(role)))
            continue
        if role == "attachment":
            yield PageBreak()
        if role in ("title", "signature") or (role == "caption" and before != "attachment"):
            yield Spacer(1, _LEADING)
        style = _style(role)
        yield Paragraph(_broken(text, style, _WIDTH - style.rightIndent), style)
        if role in ("title", "letterhead", "caption"):
            yield Spacer(1, _LEADING / 2)
        before = role
    if len(copied) > 2:
        yield KeepTogether(copied)


def _style(role: Role) -> Any:  # noqa: ANN401 (reportlab has no types)
    from reportlab.lib.enums import TA_CENTER, TA_LEFT, TA_RIGHT
    from reportlab.lib.styles import ParagraphStyle

    centred = role in ("letterhead", "number", "title", "caption")
    size = {"letterhead": 30, "title": 22, "caption": 20, "copied": 14}.get(role, _SIZE)
    return ParagraphStyle(
        role,
        fontName=_FONT,
        fontSize=size,
        leading=_LEADING if size <= _SIZE else 1.5 * size,
        wordWrap="CJK",
        firstLineIndent=2 * _SIZE if role in ("text", "heading") else 0,
        rightIndent={"signature": 2 * _SIZE, "date": 4 * _SIZE}.get(role, 0),
        alignment=TA_CENTER if centred else TA_RIGHT if role in ("signature", "date") else TA_LEFT,
        textColor="red" if role == "letterhead" else "black",
    )


def _broken(text: str, style: Any, width: float) -> str:  # noqa: ANN401 (reportlab has no types)
    """The text with its line breaks, as a Chinese typesetter breaks lines; centred lines are about equally long.

    reportlab breaks between any two characters, so that a line may begin with a comma.
    """
    if style.alignment == 1:
        n_lines = math.ceil(_length(text, style) / width)
        width = min(width, _length(text, style) / n_lines + 1.5 * style.fontSize)
    lines: list[list[str]] = [[]]
    room = width - style.firstLineIndent
    for token in _TOKENS.findall(text):
        if token == "\n" or _length("".join(lines[-1]) + token, style) > room:
            line = lines[-1]
            lines.append([])
            while token != "\n" and len(line) > 1 and (_first(lines[-1], token) in _NOT_FIRST or line[-1] in _NOT_LAST):
                lines[-1].insert(0, line.pop())
            room = width
        if token != "\n":
            lines[-1].append(token)
    return "<br/>".join(html.escape("".join(line)) for line in lines)


def _first(line: list[str], token: str) -> str:
    return (line[0] if line else token)[0]


def _length(text: str, style: Any) -> float:  # noqa: ANN401 (reportlab has no types)
    from reportlab.pdfbase.pdfmetrics import stringWidth

    return float(stringWidth(text, style.fontName, style.fontSize))


def _table(grid: Grid) -> Flowable:
    """The table with ruled cells; merged cells are spans, and the first row stands on every page."""
    from reportlab.lib.enums import TA_CENTER, TA_LEFT
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import LongTable, Paragraph, TableStyle

    styles = [
        ParagraphStyle("cell", fontName=_FONT, fontSize=_TABLE_SIZE, leading=16, wordWrap="CJK", alignment=alignment)
        for alignment in (TA_LEFT, TA_CENTER)
    ]
    widths = _widths(grid)
    drawn: list[list[object]] = [["" for _ in range(grid.n_columns)] for _ in range(grid.n_rows)]
    spans = []
    for cell in grid.cells:
        style = styles[cell.row == 0 or cell.column == 0 and cell.n_columns == 1]
        width = sum(widths[cell.column : cell.column + cell.n_columns]) - _PADDING
        drawn[cell.row][cell.column] = Paragraph(_broken(cell.text, style, width), style)
        if cell.n_rows > 1 or cell.n_columns > 1:
            last = (cell.column + cell.n_columns - 1, cell.row + cell.n_rows - 1)
            spans.append(("SPAN", (cell.column, cell.row), last))
    table = LongTable(drawn, colWidths=widths, repeatRows=1)
    table.setStyle(
        TableStyle([("GRID", (0, 0), (-1, -1), 0.7, "black"), ("VALIGN", (0, 0), (-1, -1), "MIDDLE"), *spans])
    )
    return table


def _widths(grid: Grid) -> list[float]:
    """Widths of the columns, in points: wider for more text, never narrower than three characters."""
    most = [1] * grid.n_columns
    for cell in grid.cells:
        if cell.n_columns == 1:
            most[cell.column] = max(most[cell.column], len(cell.text))
    least = 3 * _TABLE_SIZE + _PADDING
    left = _WIDTH - least * grid.n_columns
    shares = [math.sqrt(max(n - 3, 0)) for n in most]
    return [least + left * share / sum(shares) for share in shares]

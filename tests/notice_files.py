"""Small writers of notices as PDF, Word, Excel and web pages, for tests that read them back from disk."""

from __future__ import annotations

import html
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfgen.canvas import Canvas
    from reportlab.platypus import Flowable, LongTable, SimpleDocTemplate

Rows = Sequence[Sequence[str]]

FONT = "STSong-Light"  # one of the fonts that every PDF program brings for Chinese


def write_html(path: Path, paragraphs: Sequence[str], *, encoding: str = "utf-8") -> Path:
    """A page of a site: menu, breadcrumb, the notice, footer."""
    menu = "".join(f'<li><a href="/{name}/">{name}</a></li>' for name in ["首页", "政务公开", "办事服务", "互动交流"])
    body = "\n".join(f"<p>{html.escape(text)}</p>" for text in paragraphs)
    path.write_text(
        f'<!DOCTYPE html><html><head><meta charset="{encoding}"></head><body><nav><ul>{menu}</ul></nav>'
        f'<div class="breadcrumb">当前位置：<a href="/">首页</a> &gt; <a href="/zc/">政策文件</a></div>'
        f'<div class="article">{body}</div><footer>版权所有：云泽市人民政府 网站标识码：0000000000</footer></body></html>',
        encoding=encoding,
    )
    return path


def write_docx(path: Path, paragraphs: Sequence[str]) -> Path:
    """A Word file with a paragraph each."""
    import docx

    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    document.save(str(path))
    return path


def register_font() -> None:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont

    pdfmetrics.registerFont(UnicodeCIDFont(FONT))


def style(size: float = 16, *, indent: bool = True, centred: bool = False) -> ParagraphStyle:
    """How a paragraph is set: 仿宋 of 16 points with an indent of two characters, as GB/T 9704-2012 asks."""
    from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY
    from reportlab.lib.styles import ParagraphStyle

    register_font()
    return ParagraphStyle(
        f"{size}{indent}{centred}", fontName=FONT, fontSize=size, leading=1.75 * size, wordWrap="CJK",
        firstLineIndent=2 * size if indent else 0, alignment=TA_CENTER if centred else TA_JUSTIFY,
    )  # fmt: skip


def write_pdf(
    path: Path,
    parts: Sequence[str | Flowable],
    *,
    head: str = "",
    number: str = "— {} —",
    landscape: bool = False,
    password: str = "",
) -> Path:
    """A PDF of paragraphs and flowables, with a running head and a page number on every page."""
    from reportlab.lib import pagesizes
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.platypus import Paragraph, SimpleDocTemplate

    register_font()
    size = pagesizes.landscape(pagesizes.A4) if landscape else pagesizes.A4

    def furnish(canvas: Canvas, document: SimpleDocTemplate) -> None:
        canvas.setFont(FONT, 14)
        if head:
            canvas.drawString(80, size[1] - 40, head)
        canvas.drawCentredString(size[0] / 2, 45, number.format(document.page))

    document = SimpleDocTemplate(
        str(path), pagesize=size, leftMargin=79, rightMargin=74, topMargin=105, bottomMargin=99,
        encrypt=StandardEncryption(password) if password else None, invariant=1,
    )  # fmt: skip
    # reportlab takes blanks of an em together with others into one
    flow = [
        Paragraph(html.escape(part).replace("\u3000", "\xa0\xa0"), style()) if isinstance(part, str) else part
        for part in parts
    ]
    document.build(flow, onFirstPage=furnish, onLaterPages=furnish)
    return path


def pdf_table(
    rows: Rows, *, spans: Sequence[tuple[int, int, int, int]] = (), widths: Sequence[float] = (), grid: bool = True
) -> LongTable:
    """A ruled table for `write_pdf`; each span is (first column, first row, last column, last row)."""
    from reportlab.platypus import LongTable, Paragraph, TableStyle

    small = style(12, indent=False)
    table = LongTable(
        [[Paragraph(html.escape(text), small) for text in row] for row in rows],
        colWidths=list(widths) or None,
        splitByRow=1,
    )
    table.setStyle(
        TableStyle([("GRID", (0, 0), (-1, -1), 0.7, "black")] * grid + [("VALIGN", (0, 0), (-1, -1), "MIDDLE")]
                   + [("SPAN", (a, b), (c, d)) for a, b, c, d in spans])
    )  # fmt: skip
    return table


def write_xlsx(path: Path, rows: Rows, *, title: str = "", sheet: str = "Sheet1") -> Path:
    """An Excel file with a title merged over the columns and the rows below it."""
    import openpyxl

    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    if title:
        page.append([title])
        page.merge_cells(start_row=1, start_column=1, end_row=1, end_column=max(len(row) for row in rows))
    for row in rows:
        page.append(list(row))
    book.save(path)
    return path

"""Sheets as an XLSX workbook: title, frozen header with filters, widths and heights that fit, ready to print on A4 across."""

from __future__ import annotations

import math
from collections.abc import Sequence
from copy import copy
from io import BytesIO
from typing import TYPE_CHECKING, Any

from indexer.exports.sheets import Sheet, SheetColumn, Value, display_width, shown, starts_formula, writable

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

__all__ = ["HEADER_ROW", "write_workbook"]

HEADER_ROW = 3  # 1 is the title, 2 says where the sheet comes from
_FONT, _HEAD_FONT = "宋体", "黑体"
_INK, _PALE, _SHADE, _LINE, _LINK = "1F2933", "5A6672", "DCE6F1", "B8C4D0", "1F5FA8"
_LINE_HEIGHT, _MOST_HEIGHT = 14.5, 400.0  # points; no row may be higher than 409
_LONGEST_CELL = 32_767  # characters that a cell may have
_CUT = "……（全文见出处）"


def write_workbook(sheets: Sequence[Sheet]) -> bytes:
    """The workbook's bytes.

    Texts that begin like formulas (= + - @) are stored as texts, with the mark that keeps them so when they are edited.
    """
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for sheet in sheets:
        _write_sheet(book.create_sheet(sheet.name), sheet, {other.name for other in sheets})
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _write_sheet(page: Worksheet, sheet: Sheet, names: set[str]) -> None:
    from openpyxl.utils import get_column_letter

    last = get_column_letter(max(1, len(sheet.columns)))
    _write_title(page, sheet, last)
    _write_header(page, sheet)
    styles = [_body_style(page, column) for column in sheet.columns]
    for number, row in enumerate(sheet.rows, HEADER_ROW + 1):
        for at, (value, style) in enumerate(zip(row, styles, strict=True), 1):
            cell = page.cell(number, at)
            cell._style = copy(style)
            _put(cell, value)
        page.row_dimensions[number].height = _height(row, sheet.columns)
    _link_rows(page, sheet, names)
    page.freeze_panes = page.cell(HEADER_ROW + 1, _frozen_columns(sheet) + 1)
    page.auto_filter.ref = f"A{HEADER_ROW}:{last}{HEADER_ROW + len(sheet.rows)}"
    _set_up_printing(page, last)


def _write_title(page: Worksheet, sheet: Sheet, last: str) -> None:
    """The title over all columns, and below it where the sheet comes from."""
    from openpyxl.styles import Alignment, Font

    total = sum(column.width for column in sheet.columns)
    for row, text, font, height, width in (
        (1, sheet.title, Font(name=_HEAD_FONT, size=16, color=_INK), 26.0, int(total * 0.6)),
        (2, sheet.note, Font(name=_FONT, size=10, color=_PALE), 16.0, total),
    ):
        page.merge_cells(f"A{row}:{last}{row}")
        cell = page.cell(row, 1)
        _put(cell, text)
        cell.font = font
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        page.row_dimensions[row].height = height * _lines(text, width)


def _write_header(page: Worksheet, sheet: Sheet) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    for at, column in enumerate(sheet.columns, 1):
        head = page.cell(HEADER_ROW, at)
        _put(head, column.name)
        head.font = Font(name=_HEAD_FONT, size=11, color=_INK)
        head.fill = PatternFill("solid", fgColor=_SHADE)
        head.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        head.border = _border()
        page.column_dimensions[get_column_letter(at)].width = column.width
    # room for the button of the filter beside the name
    page.row_dimensions[HEADER_ROW].height = 18.0 * max(_lines(c.name, c.width - 2) for c in sheet.columns)


def _border() -> Any:  # noqa: ANN401 (openpyxl has no types)
    from openpyxl.styles import Border, Side

    side = Side(style="thin", color=_LINE)
    return Border(left=side, right=side, top=side, bottom=side)


def _body_style(page: Worksheet, column: SheetColumn) -> Any:  # noqa: ANN401 (openpyxl has no types)
    """The style of a column's cells, made once: setting fonts and borders cell by cell takes ten times as long."""
    from openpyxl.cell import Cell
    from openpyxl.styles import Alignment, Font

    model = Cell(page)
    model.font, model.border = Font(name=_FONT, size=10.5, color=_INK), _border()
    model.alignment = Alignment(horizontal="center" if column.centred else "left", vertical="center", wrap_text=True)
    if column.kind == "date":
        model.number_format = "yyyy-mm-dd"
    return model._style


def _put(cell: Any, value: Value) -> None:  # noqa: ANN401 (openpyxl has no types)
    """The value into the cell; a text stays a text, whatever it begins with."""
    if not isinstance(value, str):
        cell.value = value
        return
    text = writable(value)
    cell.value = text if len(text) <= _LONGEST_CELL else text[: _LONGEST_CELL - len(_CUT)] + _CUT
    if value:
        cell.data_type = "s"
    if starts_formula(value):
        cell.quotePrefix = True


def _lines(text: str, width: int) -> int:
    """How many lines the text takes in a column so wide, in half-width characters."""
    room = max(2, width - 1)
    return max(1, sum(max(1, math.ceil(display_width(line) / room)) for line in text.split("\n")))


def _height(row: Sequence[Value], columns: Sequence[SheetColumn]) -> float:
    """The height that shows every cell of the row: programs do not all fit rows when they open a file."""
    lines = max((_lines(shown(value), column.width) for value, column in zip(row, columns, strict=True)), default=1)
    return min(_MOST_HEIGHT, _LINE_HEIGHT * lines + 6)


def _frozen_columns(sheet: Sheet) -> int:
    """The first columns that stay in view: up to the one that names the row."""
    naming = ("重点任务", "文件", "单位", "名称")
    return next((at for at, column in enumerate(sheet.columns[:3], 1) if column.name in naming), 0)


def _link_rows(page: Worksheet, sheet: Sheet, names: set[str]) -> None:
    """The second cell of each row leads to the sheet of that row."""
    from openpyxl.styles import Font
    from openpyxl.worksheet.hyperlink import Hyperlink

    for number, target in enumerate(sheet.links, HEADER_ROW + 1):
        if target in names:
            cell = page.cell(number, 2)
            cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{target}'!A1")
            cell.font = Font(name=_FONT, size=10.5, color=_LINK, underline="single")


def _set_up_printing(page: Worksheet, last: str) -> None:
    """A4 across, as wide as one page, the header on each, the page's number below."""
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = page.PAPERSIZE_A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"
    page.oddFooter.center.text = "第 &P 页，共 &N 页"
    page.page_margins.left = page.page_margins.right = 0.4
    page.page_margins.top = page.page_margins.bottom = 0.6
    page.sheet_view.zoomScale = 100
    page.print_area = f"A1:{last}{max(page.max_row, HEADER_ROW)}"

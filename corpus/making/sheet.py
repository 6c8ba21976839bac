"""Excel files: a ledger whose title and remarks stand in rows above its table."""

from __future__ import annotations

import datetime
import io

from corpus.making.archive import without_time
from corpus.making.source import DEMONSTRATION, Grid, Written

__all__ = ["sheet"]


def sheet(notice: Written) -> bytes:
    """The notice as an Excel file of one sheet."""
    import openpyxl
    from openpyxl.styles import Alignment, Border, Font, Side
    from openpyxl.utils import get_column_letter

    book = openpyxl.Workbook()
    page = book.active
    page.title = "任务台账"
    page.oddHeader.center.text = DEMONSTRATION
    day = datetime.datetime.fromisoformat(notice.issued_on)
    book.properties.title, book.properties.creator = notice.title, notice.issuer
    book.properties.description, book.properties.created = DEMONSTRATION, day
    width = max(part.n_columns for part in notice.parts if isinstance(part, Grid))
    thin = Side(style="thin")
    row = 1
    for part in notice.parts:
        if isinstance(part, str):
            page.merge_cells(start_row=row, start_column=1, end_row=row, end_column=width)
            cell = page.cell(row, 1, part)
            cell.alignment = Alignment(horizontal="center" if row == 1 else "left", wrap_text=True)
            cell.font = Font(name="宋体", size=18 if row == 1 else 11, bold=row == 1)
            row += 1
            continue
        for given in part.cells:
            first = page.cell(row + given.row, given.column + 1)
            first.value = int(given.text) if given.text.isdigit() else given.text
            first.font = Font(name="宋体", size=11, bold=given.row == 0 or given.n_columns == width)
            first.alignment = Alignment(vertical="center", wrap_text=True)
            if given.n_rows > 1 or given.n_columns > 1:
                page.merge_cells(
                    start_row=first.row,
                    start_column=first.column,
                    end_row=first.row + given.n_rows - 1,
                    end_column=first.column + given.n_columns - 1,
                )
        for line in page.iter_rows(min_row=row, max_row=row + part.n_rows - 1, max_col=width):
            for place in line:
                place.border = Border(left=thin, right=thin, top=thin, bottom=thin)
        row += part.n_rows
    for column in range(1, width + 1):
        page.column_dimensions[get_column_letter(column)].width = 6 if column == 1 else 40 if column == 4 else 18
    made = io.BytesIO()
    book.save(made)
    return without_time(made.getvalue(), modified=notice.issued_on)

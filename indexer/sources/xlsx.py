"""Excel files (.xlsx): each sheet a ledger, its title lines as paragraphs and its rows as one table."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from indexer.errors import UnreadableNotice
from indexer.records import Block, Cell, RawNotice, Source, Table
from indexer.sources.declared import own_title
from indexer.sources.encoding import clean_controls
from indexer.sources.grids import MAX_CELLS, Placed, full_grid
from indexer.sources.office import Package
from indexer.sources.text import strip_line
from indexer.sources.xlsx_display import displayed

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

__all__ = ["MAX_DRAWN_CELLS", "read_xlsx"]

# The most cells that a sheet may have drawn, with text or without; of those with text see `grids.MAX_CELLS`.
MAX_DRAWN_CELLS = 1_000_000
# Names that Excel and WPS give a sheet on their own; another name says what the sheet is.
_UNNAMED = re.compile(r"(?:sheet|工作表|表)\s*\d*", re.I)
# A cell with a formula and no value: written by a program that computes nothing.
_UNCOMPUTED = re.compile(rb"(?:</f>|<f\b[^>]*/>)\s*(?:<v\s*/>|<v></v>)?\s*</c>")
# Rule `header_row`: of the first rows the first that fills at least this share of the columns of the fullest row;
# what stands above is the title, the body that reports, the day. Not the title itself, which is one cell merged over
# all; not a row with a field to fill in, 填报单位：市民政局.
_HEADER_SHARE = 0.6
_HEADER_WITHIN = 10  # rows
_FIELD = re.compile("[:\uff1a]")


def read_xlsx(source: Source, content: bytes) -> RawNotice:
    """The visible sheets with text, in order: a paragraph for each line above and below the table, and the table.

    Hidden sheets are left out with a warning: they hold lists to choose from. Hidden rows and columns are kept with a
    warning: a filter left on hides tasks. Numbers and dates are as the sheet shows them. Raises UnreadableNotice for a
    file that is damaged, protected, beyond the limits of `office`, or without text.
    """
    package = Package(source.path, content)
    n_uncomputed = 0
    for name in package.names:
        if name.endswith((".xml", ".rels")):
            part = package.part(name) or b""
            package.refuse_entities(name, part)
            if part.count(b"<c ") > MAX_DRAWN_CELLS:
                raise UnreadableNotice(
                    source.path, f"has a sheet of more than {MAX_DRAWN_CELLS} cells; split it by notice"
                )
            n_uncomputed += len(_UNCOMPUTED.findall(part)) if name.startswith("xl/worksheets/") else 0
    import openpyxl

    try:
        book = openpyxl.load_workbook(io.BytesIO(content), data_only=True, keep_links=False)
    except MemoryError:
        raise
    except Exception as error:  # openpyxl raises whatever a damaged part makes it stumble over
        reason = f"is a damaged Excel file ({type(error).__name__}); save it again and add that file"
        raise UnreadableNotice(source.path, reason) from error
    warnings = [f"{n_uncomputed} formula(s) without a value; open and save the file once"] if n_uncomputed else []
    blocks: list[Block] = []
    shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    hidden = [sheet.title for sheet in book.worksheets if sheet.sheet_state != "visible" and sheet.max_row > 1]
    if hidden:
        warnings.append(f"hidden sheet(s) not read: {'、'.join(hidden)}")
    for sheet in shown:
        blocks += _sheet_blocks(source.path, sheet, warnings)
    if not blocks:
        raise UnreadableNotice(source.path, "is empty" if not hidden else "is empty but for hidden sheets; unhide them")
    properties = book.properties
    title = own_title(properties.title or "", blocks)
    created = properties.created.date().isoformat() if properties.created else None
    metadata = tuple((key, text) for key, text in (("created", created), ("title", title)) if text)
    return RawNotice(source, tuple(blocks), metadata, tuple(warnings))


def _sheet_blocks(path: str, sheet: Worksheet, warnings: list[str]) -> list[Block]:
    """The paragraphs and the table of one sheet; none for a sheet without text."""
    table = _grid(path, sheet)
    if table is None:
        return []
    _note_hidden(sheet, warnings)
    rows = list(table.rows)
    top = _header_at(rows)
    end = len(rows)
    while end > top + 1 and len(_texts(rows[end - 1])) == 1 and not _is_section(rows[end - 1]):
        end -= 1  # 注：…, 填表人：… below the table
    title = "" if _UNNAMED.fullmatch(sheet.title.strip()) or top else sheet.title.strip()
    lines = [title] if title else []
    above = [line for row in rows[:top] for line in _row_lines(row)]
    below = [line for row in rows[end:] for line in _row_lines(row)]
    body = tuple(rows[top:end])
    middle = [Block(table=Table(body))] if _is_table(body) else [Block(x) for row in body for x in _row_lines(row)]
    return [*map(Block, lines), *map(Block, above), *middle, *map(Block, below)]


def _grid(path: str, sheet: Worksheet) -> Table | None:
    """The sheet's cells with text as a full grid, merged cells resolved; raises UnreadableNotice where it is too large."""
    spans = {(area.min_row, area.min_col): area for area in sheet.merged_cells.ranges}
    texts: dict[tuple[int, int], str] = {}
    # openpyxl makes a cell for every place it is asked for; only those that are there are looked at.
    for at, cell in sheet._cells.items():
        text = displayed(cell.value, cell.number_format)
        lines = (strip_line(line) for line in clean_controls(text)[0].replace("\r", "\n").split("\n"))
        if text := "\n".join(filter(None, lines)):
            texts[at] = text
    if not texts:
        return None
    last_row, last_column = (max(at[i] for at in texts) for i in (0, 1))
    if last_row * last_column > MAX_CELLS:  # a few cells far away from each other
        rows = {row: i for i, row in enumerate(sorted({row for row, _ in texts}))}
        columns = {column: i for i, column in enumerate(sorted({column for _, column in texts}))}
        if len(rows) * len(columns) > MAX_CELLS:
            raise UnreadableNotice(path, f"has a sheet of more than {MAX_CELLS} cells; split it by notice")
        return full_grid(Placed(rows[r], columns[c], 1, 1, text) for (r, c), text in sorted(texts.items()))
    placed: list[Placed] = []
    for (row, column), text in sorted(texts.items()):
        area = spans.get((row, column))
        n_rows = min(area.max_row, last_row) - row + 1 if area else 1
        n_columns = min(area.max_col, last_column) - column + 1 if area else 1
        placed.append(Placed(row - 1, column - 1, max(n_rows, 1), max(n_columns, 1), text))
    return full_grid(placed)


def _note_hidden(sheet: Worksheet, warnings: list[str]) -> None:
    rows = sum(bool(row.hidden) for row in sheet.row_dimensions.values())
    columns = sum(bool(column.hidden) for column in sheet.column_dimensions.values())
    for n, what in ((rows, "row"), (columns, "column")):
        if n:
            warnings.append(f"sheet {sheet.title}: {n} hidden {what}(s) read as well")


def _header_at(rows: list[tuple[Cell, ...]]) -> int:
    """Where the table begins, by rule `header_row`; 0 where no row stands above it."""
    most = max((len(_texts(row)) for row in rows), default=0)
    for i, row in enumerate(rows[:_HEADER_WITHIN]):
        names = _texts(row)
        if len(names) > 1 and len(names) >= _HEADER_SHARE * most and not any(_FIELD.search(name) for name in names):
            return i
    return 0


def _is_section(row: tuple[Cell, ...]) -> bool:
    """Whether the row is one cell merged over the table, a heading between rows."""
    return len(row) > 1 and all(cell.text == row[0].text for cell in row) and "：" not in row[0].text


def _is_table(rows: tuple[tuple[Cell, ...], ...]) -> bool:
    return any(len(_texts(row)) > 1 for row in rows)


def _texts(row: tuple[Cell, ...]) -> list[str]:
    """The texts of a row, merged cells once. A cell merged downwards counts in each row."""
    return [
        cell.text
        for i, cell in enumerate(row)
        if cell.text and not (i and cell.merged and cell.text == row[i - 1].text)
    ]


def _row_lines(row: tuple[Cell, ...]) -> Iterator[str]:
    """The row as lines of text: its only cell line by line, several cells side by side."""
    texts = _texts(row)
    yield from texts[0].split("\n") if len(texts) == 1 else ["　".join(text.replace("\n", "") for text in texts)]

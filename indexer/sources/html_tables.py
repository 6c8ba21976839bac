"""Tables of a page: which of them are tables and which only place text on the page, and the full grid of the former."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bs4 import Tag

from indexer.records import Cell, Table
from indexer.sources.html_tree import attribute, text_of, walk

__all__ = ["MAX_CELLS", "find_tables", "resolve"]

# A grid of more cells than this is a mistake in the page's spans, not a table; it is read as paragraphs.
MAX_CELLS = 200_000
_MAX_COLUMNS = 1_000  # what HTML allows a colspan to be
_MAX_ROWS = 65_534  # what HTML allows a rowspan to be

# Rule `layout_table` (see _is_layout): measures of what a cell holds, in characters.
_LONG_CELL = 200
_ARTICLE_LINES = 4
_NESTED_SHARE = 0.5


def find_tables(root: Tag) -> dict[int, Tag]:
    """The tables that hold tabular text, keyed by `id(tag)`; tables that only lay out the page are not among them.

    A table inside a table that counts is part of its cell.
    """
    tables = [tag for kind, tag in walk(root) if kind == "open" and isinstance(tag, Tag) and tag.name == "table"]
    n_characters: dict[int, int] = {}  # text of each table
    n_nested: dict[int, int] = {}  # the part of it that is in tables inside it
    open_tables: list[Tag] = []
    for kind, part in walk(root):
        if isinstance(part, str):
            if open_tables:
                inner = id(open_tables[-1])
                n_characters[inner] = n_characters.get(inner, 0) + len(part.strip())
        elif part.name == "table" and kind == "open":
            open_tables.append(part)
        elif part.name == "table":
            own = n_characters.setdefault(id(open_tables.pop()), 0)
            if open_tables:
                outer = id(open_tables[-1])
                n_characters[outer] = n_characters.get(outer, 0) + own
                n_nested[outer] = n_nested.get(outer, 0) + own
    found: dict[int, Tag] = {}
    for table in tables:
        key = id(table)
        if n_characters[key] and not _is_layout(table, n_nested.get(key, 0) / n_characters[key]):
            found[key] = table
    return found


def resolve(table: Tag) -> Table | None:
    """The table as a full grid: a merged cell's text stands in every place it covers, line breaks in a cell are kept.

    Rows without any text are left out, and short rows are filled up with empty cells. Columns that only spans reach
    into are left out (rule `phantom_columns`: `colspan="9"` in a table of six columns). None where the spans are
    beyond reason, or where text of the table is in none of its cells, so that the caller reads it as paragraphs and
    loses nothing.
    """
    rows = _rows(table)
    grid: list[list[Cell | None]] = []
    carried: dict[int, tuple[int, str]] = {}  # column → rows still covered from above, and the text
    n_cells = 0
    for cells in rows:
        row: list[Cell | None] = []
        waiting = iter(cells)
        while True:
            column = len(row)
            if column in carried:
                left, text = carried.pop(column)
                row.append(Cell(text, merged=True))
                if left > 1:
                    carried[column] = (left - 1, text)
                continue
            cell = next(waiting, None)
            if cell is None:
                if not any(reached > column for reached in carried):
                    break
                row.append(None)
                continue
            text = text_of(cell)
            n_columns = _span(cell, "colspan", _MAX_COLUMNS)
            n_rows = _span(cell, "rowspan", _MAX_ROWS)
            for offset in range(n_columns):
                if column + offset in carried:
                    break  # overlapping spans: the cell from above was there first
                row.append(Cell(text, merged=offset > 0))
                if n_rows > 1:
                    carried[column + offset] = (n_rows - 1, text)
        n_cells += len(row)
        if n_cells > MAX_CELLS:
            return None
        grid.append(row)
    return _finish(table, rows, grid)


def _finish(table: Tag, rows: list[list[Tag]], grid: list[list[Cell | None]]) -> Table | None:
    """The rectangular table of a resolved grid, or None where text was outside its cells."""
    if _letters(text_of(table)) != sum(_letters(text_of(cell)) for row in rows for cell in row) + sum(
        _letters(text_of(caption)) for caption in captions(table)
    ):
        return None
    # `row` may be shorter than the table, or empty where a row has no cells at all.
    kept = [(cells, row) for cells, row in zip(rows, grid, strict=True) if any(cell and cell.text for cell in row)]
    width = max((len(row) for _, row in kept), default=0)
    if not width or width * len(kept) > MAX_CELLS:
        return None
    real = [
        column
        for column in range(width)
        if any(column < len(row) and (cell := row[column]) is not None and not cell.merged for _, row in kept)
    ]
    width = max(real, default=width - 1) + 1
    n_header_rows = 0
    for cells, _ in kept:
        if not cells or not all(_is_header(cell) for cell in cells):
            break
        n_header_rows += 1
    full = tuple(
        tuple((row[column] if column < len(row) else None) or Cell("") for column in range(width)) for _, row in kept
    )
    return Table(full, n_header_rows if n_header_rows < len(full) else 0)


def captions(table: Tag) -> list[Tag]:
    """The table's own <caption> elements."""
    return [tag for tag in _skeleton(table) if tag.name == "caption"]


def _is_layout(table: Tag, nested_share: float) -> bool:
    """Rule `layout_table`: the table places text on the page and says nothing by its rows and columns.

    Any of: declared so (`role="presentation"`); no row has text in two cells, as when one cell holds the whole article
    or a frame is drawn around it; more than half its text is in tables inside it; its only row holds a cell longer
    than a label (text beside a sidebar); one cell, alone in its row, holds most of the text (title, article, row of
    buttons). Not: a table with <th>, whatever it holds, unless its cells are tables; a row with one long cell beside
    its number.
    """
    rows = _rows(table)
    if attribute(table, "role").lower() in {"presentation", "none"} or nested_share > _NESTED_SHARE:
        return True
    lengths = [[n for cell in row if (n := _letters(text_of(cell)))] for row in rows]
    lengths = [row for row in lengths if row]
    if all(len(row) < 2 for row in lengths):
        return True
    if any(cell.name == "th" for row in rows for cell in row):
        return False
    if len(lengths) == 1:
        return max(lengths[0]) > _LONG_CELL or any(_is_article(cell) for row in rows for cell in row)
    alone = max((row[0] for row in lengths if len(row) == 1), default=0)
    return alone > _LONG_CELL and alone > 0.7 * sum(map(sum, lengths))


def _is_article(cell: Tag) -> bool:
    """Whether the cell holds an article: several lines, one of them at least a sentence."""
    text = text_of(cell)
    return text.count("\n") >= _ARTICLE_LINES and "。" in text


def _rows(table: Tag) -> list[list[Tag]]:
    """The cells of each row of this table, not of tables inside it; <thead> comes first and <tfoot> last."""
    parts: dict[str, list[list[Tag]]] = {"thead": [], "": [], "tfoot": []}
    part = ""
    for tag in _skeleton(table):
        if tag.name in {"thead", "tbody", "tfoot"}:
            part = "" if tag.name == "tbody" else tag.name
        elif tag.name == "tr":
            # A row that follows a closed <thead> without a <tbody> belongs to the body.
            inside = next((p.name for p in tag.parents if p.name in {"thead", "tbody", "tfoot", "table"}), "")
            part = inside if inside in {"thead", "tfoot"} else ""
            parts[part].append([])
        elif tag.name in {"td", "th"}:
            if not parts[part]:
                parts[part].append([])
            parts[part][-1].append(tag)
    return parts["thead"] + parts[""] + parts["tfoot"]


def _skeleton(table: Tag) -> Iterator[Tag]:
    """The table's parts, rows, cells and captions, without what is in its cells."""
    cells = {"td", "th", "caption", "table"}
    for kind, tag in walk(table, whole=lambda tag: tag.name in cells):
        if isinstance(tag, Tag) and tag is not table and kind != "close" and tag.name != "table":
            yield tag


def _is_header(cell: Tag) -> bool:
    return cell.name == "th" or any(parent.name == "thead" for parent in _up_to_table(cell))


def _up_to_table(cell: Tag) -> Iterator[Tag]:
    for parent in cell.parents:
        if parent.name == "table":
            return
        yield parent


def _span(cell: Tag, name: str, limit: int) -> int:
    """How many columns or rows the cell covers; 1 where the attribute is no number (`2;` is 2, `100%` is 100)."""
    number = re.match(r"\s*([0-9]{1,6})", attribute(cell, name))
    if not number:
        return 1
    value = int(number[1])
    if value == 0:
        return limit if name == "rowspan" else 1  # rowspan="0" reaches to the end of the table
    return min(value, limit)


def _letters(text: str) -> int:
    """The number of characters that are not white space."""
    return len(text) - sum(map(str.isspace, text))

"""Ruled tables of a PDF page: cells found by pdfplumber between the ruled lines, and the text that stands in each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from indexer.records import Table
from indexer.sources.grids import Placed, full_grid, says_by_columns
from indexer.sources.pdf_page import Box, Drawn, Glyph, lines_of
from indexer.sources.pdf_paragraphs import ems_of_beginning

__all__ = ["Ruled", "find_ruled", "goes_on", "grids"]

MAX_RULES = 4_000  # ruled lines of one page that are looked at; a task table has a few hundred
_SNAP = 3.0  # points by which lines that meet may miss each other, pdfplumber's own default
_SAME_EDGE = 4.0  # points within which borders on two pages are one column's
_OPEN_LINES = 3
_MOST_PADDING = 8.0  # points between a cell's border and its text


@dataclass(frozen=True, slots=True)
class Ruled:
    """A table as it is drawn on one page: where it stands, and each cell with its text."""

    box: Box
    cells: tuple[tuple[Box, str], ...]


def find_ruled(drawn: Drawn) -> tuple[list[Ruled], list[Glyph]]:
    """The page's tables from the top, and the characters that stand in none of them.

    A frame around text, a list in one column and boxes that hold no text are no tables; their characters stay.
    """
    left = list(drawn.glyphs)
    found: list[Ruled] = []
    for boxes in _cells(drawn.rules):
        around = Box(*(f(box[i] for box in boxes) for i, f in enumerate((min, min, max, max))))
        inner = [glyph for glyph in left if around.holds(*glyph.middle)]
        table = Ruled(around, _filled(boxes, inner))
        grid = full_grid(_placed([table]))
        if grid is None or len(grid.rows[0]) < 2 or not says_by_columns(grid):
            continue
        found.append(table)
        left = [glyph for glyph in left if not around.holds(*glyph.middle)]
    return sorted(found, key=lambda table: table.box.top), left


def grids(pages: Sequence[Ruled]) -> list[Table]:
    """The full grids of a table that goes over one or more pages, one a page, all with the same columns.

    A cell without text at the head of a page that goes on with a merged cell above the page break has that cell's text.
    """
    cells = _placed(pages)
    whole = full_grid(cells)
    if whole is None:
        return []
    # Rows without text are not in the grid; each page has as many as hold text.
    tables: list[Table] = []
    begin = row = 0
    texts = {row for cell in cells if cell.text for row in range(cell.row, cell.row + cell.n_rows)}
    for page in pages:
        n_drawn = len(_edges([(box.top, box.bottom) for box, _ in page.cells])) - 1
        n_kept = sum(r in texts for r in range(row, row + n_drawn))
        if n_kept:
            tables.append(Table(whole.rows[begin : begin + n_kept]))
        begin, row = begin + n_kept, row + n_drawn
    return tables


def goes_on(above: Ruled, below: Ruled) -> bool:
    """Whether a table at the head of a page may go on with the one at the foot of the page before: same outer borders."""
    return abs(above.box.x0 - below.box.x0) < _SAME_EDGE and abs(above.box.x1 - below.box.x1) < _SAME_EDGE


def _cells(rules: Sequence[Box]) -> list[list[Box]]:
    """The cells between the ruled lines, table by table."""
    if not 4 <= len(rules) <= MAX_RULES:
        return []
    from pdfplumber.table import cells_to_tables, edges_to_intersections, intersections_to_cells, merge_edges

    edges = [_edge(rule) for rule in rules]
    merged = merge_edges(edges, _SNAP, _SNAP, _SNAP, _SNAP)
    merged += map(_edge, _closing(merged))
    meetings = edges_to_intersections(merged, _SNAP, _SNAP)
    return [[Box(*cell) for cell in table] for table in cells_to_tables(intersections_to_cells(meetings))]


def _edge(rule: Box) -> dict[str, Any]:
    """A ruled line as pdfplumber describes it, without its thickness."""
    x0, top, x1, bottom = rule
    wide = x1 - x0 >= bottom - top
    if wide:
        top = bottom = (top + bottom) / 2
    else:
        x0 = x1 = (x0 + x1) / 2
    return {"x0": x0, "x1": x1, "top": top, "bottom": bottom, "width": x1 - x0, "height": bottom - top,
            "orientation": "h" if wide else "v", "object_type": "line"}  # fmt: skip


def _closing(edges: Sequence[dict[str, Any]]) -> list[Box]:
    """The lines that close what is drawn open. Rule `open_side`:

    A row that a page break cuts may have no line along the break, and many tables are drawn without lines at their left
    and right. Where at least three parallel lines end at one place and no line is drawn across their ends, one is taken
    to be. Not two: they may be the sides of a frame or rules above and below a text.
    """
    found: list[Box] = []
    for orientation, along, across in (("v", ("top", "bottom"), "x0"), ("h", ("x0", "x1"), "top")):
        crossing = [edge for edge in edges if edge["orientation"] != orientation]
        span = ("x0", "x1") if orientation == "v" else ("top", "bottom")
        ends = sorted(
            (edge[side], edge[across])
            for edge in edges
            if edge["orientation"] == orientation
            for side in along
            if not any(
                abs(line[along[0]] - edge[side]) <= _SNAP
                and line[span[0]] - _SNAP <= edge[across] <= line[span[1]] + _SNAP
                for line in crossing
            )
        )
        while ends:
            place = ends[0][0]
            same = [at for end, at in ends if end - place <= _SNAP]
            ends = [(end, at) for end, at in ends if end - place > _SNAP]
            if len(_edges([(at, at) for at in same])) >= _OPEN_LINES:
                low, high = min(same), max(same)
                found.append(Box(low, place, high, place) if orientation == "v" else Box(place, low, place, high))
    return found


def _filled(boxes: Sequence[Box], glyphs: Sequence[Glyph]) -> tuple[tuple[Box, str], ...]:
    """Each cell with the text that stands in it."""
    inside: dict[int, list[Glyph]] = {}
    for glyph in glyphs:
        x, y = glyph.middle
        at = next((i for i, box in enumerate(boxes) if box.holds(x, y)), None)
        if at is not None:
            inside.setdefault(at, []).append(glyph)
    lines = {at: lines_of(found) for at, found in inside.items()}
    paddings = [min(line.x0 - boxes[at].x0, boxes[at].x1 - line.x1) for at, found in lines.items() for line in found]
    padding = min(max(min(paddings, default=0.0), 0.0), _MOST_PADDING)
    out: list[tuple[Box, str]] = []
    for i, box in enumerate(boxes):
        text = ""
        room = box.x1 - box.x0 - 2 * padding
        found = lines.get(i, [])
        for line, following in zip(found, found[1:], strict=False):
            # Rule `full_cell_line`: a line with no room for what the next begins with was broken by the cell, not by hand.
            is_full = line.x1 - line.x0 + (ems_of_beginning(following.text) + 0.2) * line.size > room
            text += line.text + ("" if is_full else "\n")
        text += found[-1].text if found else ""
        out.append((box, text))
    return tuple(out)


def _placed(pages: Sequence[Ruled]) -> list[Placed]:
    """The cells of a table over several pages in one grid: columns by the borders of all pages."""
    columns = _edges([(box.x0, box.x1) for page in pages for box, _ in page.cells])
    out: list[Placed] = []
    first_row = 0
    for n_page, page in enumerate(pages):
        rows = _edges([(box.top, box.bottom) for box, _ in page.cells])
        above = {c.column: c for c in out if c.row + c.n_rows == first_row} if n_page else {}
        for box, text in page.cells:
            row, column = _at(rows, box.top), _at(columns, box.x0)
            cell = Placed(first_row + row, column, _at(rows, box.bottom) - row, _at(columns, box.x1) - column, text)
            before = above.get(column)
            if (
                before
                and not row
                and not text
                and before.n_columns == cell.n_columns
                and before.n_rows + cell.n_rows > 2
            ):
                cell = cell._replace(text=before.text, goes_on=True)
            out.append(cell)
        first_row += len(rows) - 1
    return sorted(out)


def _edges(sides: Sequence[tuple[float, float]]) -> list[float]:
    """The borders that the sides make, those within a few points of each other taken as one."""
    edges: list[float] = []
    for at in sorted(side for pair in sides for side in pair):
        if not edges or at - edges[-1] > _SAME_EDGE:
            edges.append(at)
    return edges


def _at(edges: Sequence[float], side: float) -> int:
    return min(range(len(edges)), key=lambda i: abs(edges[i] - side))

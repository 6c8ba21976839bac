"""Written notices: `key: value` lines, `---`, then the text with a paragraph a line and tables between marks.

In a table's line, cells are parted by ` | `; `^` belongs to the cell above, `<` to the cell on the left, and `\\n` breaks
a line inside a cell. A paragraph that begins with `#1 `, `#2 ` or `#3 ` is numbered by Word itself at that level.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["DEMONSTRATION", "WRITTEN", "Cell", "Grid", "Part", "Written", "read_written", "written_notices"]

WRITTEN = Path(__file__).resolve().parent.parent / "written"

# Stands in the furniture of every file, never in the text of the notice.
DEMONSTRATION = "本文为虚构示例，用于检索系统演示"

_ENDINGS = {"gb18030.html": "html"}
_PARTED = re.compile(r"\s\|\s")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell at its upper left corner, with the rows and columns it covers; lines are parted by line breaks."""

    row: int
    column: int
    n_rows: int
    n_columns: int
    text: str


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: how large it is, and its cells in reading order, merged ones once."""

    n_rows: int
    n_columns: int
    cells: tuple[Cell, ...]

    def rows(self) -> Iterator[list[Cell]]:
        """The cells that begin in each row."""
        for row in range(self.n_rows):
            yield [cell for cell in self.cells if cell.row == row]


Part = str | Grid


@dataclass(frozen=True, slots=True)
class Written:
    """A written notice: what stands above its text, and the text."""

    name: str
    format: str  # txt, html, gb18030.html, pdf, docx, xlsx
    title: str
    issuer: str
    doc_number: str
    index_number: str
    issued_on: str  # ISO 8601
    published_on: str  # ISO 8601, empty where nobody published it
    site: str
    body: str

    @property
    def doc(self) -> str:
        """What gold records call it: s15."""
        return self.name.split("_")[0]

    @property
    def file_name(self) -> str:
        """The name of the file made from it."""
        return f"{self.name}.{_ENDINGS.get(self.format, self.format)}"

    @property
    def parts(self) -> tuple[Part, ...]:
        """Paragraphs and tables in order, without empty lines."""
        return tuple(_parts(self.body.split("\n")))


def written_notices(folder: Path = WRITTEN) -> list[Written]:
    """Every written notice, by name."""
    return [read_written(path) for path in sorted(folder.glob("*.txt"))]


def read_written(path: Path) -> Written:
    """The notice in one file; raises ValueError where the file is not in the form above."""
    head, mark, body = path.read_text(encoding="utf-8").partition("\n---\n")
    if not mark:
        raise ValueError(f"{path}: no line --- below the declarations")
    said = dict(re.split(r":[ ]?", line, maxsplit=1) for line in head.split("\n"))
    if said["id"].strip() != path.stem:
        raise ValueError(f"{path}: the id is {said['id']}")
    keys = ("format", "title", "issuer", "doc_number", "index_number", "issued_on", "published_on", "site")
    return Written(name=path.stem, body=body, **{key: said[key].strip() for key in keys})


def _parts(lines: Sequence[str]) -> Iterator[Part]:
    table: list[str] | None = None
    for line in lines:
        if line == "{table}":
            table = []
        elif line == "{/table}" and table is not None:
            yield _grid(table)
            table = None
        elif table is not None:
            table.append(line)
        elif line.strip():
            yield line


def _grid(lines: Sequence[str]) -> Grid:
    """The table; raises ValueError for rows of different length and for merged cells that are no rectangle."""
    rows = [[cell.strip() for cell in _PARTED.split(f" {line} ".replace("|", " | "))] for line in lines]
    width = len(rows[0])
    if any(len(row) != width for row in rows):
        raise ValueError(f"a table whose rows differ in length: {lines[0]}")
    owner: dict[tuple[int, int], tuple[int, int]] = {}
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            owner[r, c] = owner[r - 1, c] if text == "^" else owner[r, c - 1] if text == "<" else (r, c)
    cells = []
    for r, c in dict.fromkeys(owner.values()):
        covered = [at for at, mine in owner.items() if mine == (r, c)]
        n_rows, n_columns = (max(at[i] for at in covered) - (r, c)[i] + 1 for i in (0, 1))
        if len(covered) != n_rows * n_columns:
            raise ValueError(f"merged cells that are no rectangle: {rows[r][c]}")
        cells.append(Cell(r, c, n_rows, n_columns, rows[r][c].replace("\\n", "\n")))
    return Grid(len(rows), width, tuple(sorted(cells, key=lambda cell: (cell.row, cell.column))))

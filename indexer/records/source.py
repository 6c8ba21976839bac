"""Where a notice comes from: its file, and what a reader hands to the parser."""

from __future__ import annotations

from msgspec import Struct

__all__ = ["Block", "Cell", "RawNotice", "Skipped", "Source", "Table"]


class Source(Struct, frozen=True):
    """The file a notice was read from."""

    path: str  # as given by the caller, with / between folders
    url: str | None  # where it was published, if the file or its provenance record says so
    sha256: str  # of the file's bytes
    media_type: str  # text/plain, text/html, …
    retrieved_at: str | None = None  # ISO 8601, if a crawler fetched it


class Cell(Struct, frozen=True):
    """One cell of a resolved grid; a merged cell's text stands in every place it covers."""

    text: str
    merged: bool = False  # repeats the cell above or to the left (row or column span)


class Table(Struct, frozen=True):
    """A rectangular grid: every row has the same number of cells."""

    rows: tuple[tuple[Cell, ...], ...]
    n_header_rows: int = 0  # leading rows marked as header by the source (<th>, <thead>); 0 when unmarked


class Block(Struct, frozen=True):
    """One paragraph of text (no line break inside), or a table."""

    text: str = ""
    table: Table | None = None


class RawNotice(Struct, frozen=True):
    """What a reader hands to the parser: blocks in reading order, and metadata the page itself declares."""

    source: Source
    blocks: tuple[Block, ...]
    metadata: tuple[tuple[str, str], ...] = ()  # e.g. ("title", …), ("published_on", …), ("index_number", …)
    warnings: tuple[str, ...] = ()  # e.g. a wrong charset declaration that was overridden


class Skipped(Struct, frozen=True):
    """A file that did not enter the index, and why, in one line."""

    path: str
    reason: str

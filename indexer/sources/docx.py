"""Word files (.docx): paragraphs with the numbers that Word gives them, tables as full grids, in the order of the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from indexer.errors import UnreadableNotice
from indexer.records import Block, RawNotice, Source
from indexer.sources.declared import own_title
from indexer.sources.docx_numbering import Numbering
from indexer.sources.docx_paragraph import inside, paragraph_shown
from indexer.sources.docx_xml import child, children, integer, local, value
from indexer.sources.encoding import clean_controls
from indexer.sources.grids import Placed, full_grid, says_by_columns
from indexer.sources.html_metadata import iso_date
from indexer.sources.office import Package
from indexer.sources.running_heads import is_secrecy_mark
from indexer.sources.text import strip_line

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["read_docx"]

_WRAPPERS = frozenset({"sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag", "AlternateContent"})
_MAIN = "word/document.xml"
_WIDEST = 1_000  # columns; Word allows 63
# Rule `table_of_contents`: the entries that Word makes from the headings say everything twice. They stand in a part
# made for them (docPartGallery) or have a style of their own (TOC1, `目录 1`).
_CONTENTS_GALLERY = "Table of Contents"
_CONTENTS_STYLE = re.compile(r"(?:toc|TOC)\s?\d|目录\s?\d")


def read_docx(source: Source, content: bytes) -> RawNotice:
    """The document as blocks in reading order, and what its properties declare.

    Tracked changes are accepted; hidden text, comments, headers, footers and a generated table of contents are left
    out; text boxes follow the paragraph they hang on, notes follow the text. Metadata keys: title (only where the text
    says it too: templates leave the title of another document behind), created. Raises UnreadableNotice for a file
    that is damaged, protected, beyond the limits of `office`, or without text.
    """
    package = Package(source.path, content)
    root = package.xml(_main_part(package))
    body = next((e for e in root if local(e) == "body"), None) if root is not None else None
    if body is None:
        raise UnreadableNotice(source.path, "is a damaged Word file without a text; save it again and add that file")
    document = _Document(package)
    blocks = [*_secrecy_marks(package), *document.blocks(body), *document.notes()]
    if not blocks:
        what = "holds pictures of pages and no text; it needs OCR" if document.n_pictures else "is empty"
        raise UnreadableNotice(source.path, what)
    warnings = [f"{document.n_pictures} picture(s) not read"] if document.n_pictures else []
    if any(name.startswith("word/afchunk") for name in package.names):
        warnings.append("holds another document that Word shows in this one; its text is not read")
    return RawNotice(source, tuple(blocks), _properties(package, blocks), tuple(warnings))


class _Document:
    """A document while it is read: its lists count on, and its notes and pictures gather."""

    def __init__(self, package: Package) -> None:
        self._package = package
        styles = package.xml("word/styles.xml")
        self._numbering = Numbering(package.xml("word/numbering.xml"), styles)
        self._contents = {
            value(style, "styleId")
            for style in children(styles, "style")
            if _CONTENTS_STYLE.fullmatch(value(child(style, "name")))
        }
        self._notes: list[tuple[str, str]] = []
        self.n_pictures = 0

    def blocks(self, parent: _Element, *, in_cell: bool = False) -> Iterator[Block]:
        """The paragraphs and tables in an element that holds such, in order.

        A numbered paragraph without text counts, as in Word; its number is shown in a cell alone, as in a column 序号.
        """
        before = ""  # a paragraph whose end was struck out
        for element in _parts(parent):
            if local(element) == "tbl":
                yield from self._table_blocks(element)
            elif local(element) == "p" and (len(element) or before) and not self._is_contents(element):
                shown = paragraph_shown(element)
                self._notes += shown.notes
                self.n_pictures += shown.n_pictures
                text = before + shown.text
                if shown.goes_on:
                    before = text
                    continue
                before = ""
                label = self._numbering.label(element)
                if in_cell or strip_line(text):
                    text = label + text
                yield from map(Block, _lines(text))
                for box in shown.boxes:
                    yield from self.blocks(box)
        yield from map(Block, _lines(before))

    def notes(self) -> Iterator[Block]:
        """The footnotes and endnotes that the text refers to, in that order, each counted: 注1：…"""
        found: dict[tuple[str, str], str] = {}
        for kind in ("footnote", "endnote"):
            for note in children(self._package.xml(f"word/{kind}s.xml"), kind):
                text = "".join(block.text for block in self.blocks(note) if block.table is None)
                found[kind, value(note, "id")] = text
        cited = [found[note] for note in dict.fromkeys(self._notes) if found.get(note)]
        yield from (Block(f"注{i}：{text}") for i, text in enumerate(cited, 1))

    def _is_contents(self, paragraph: _Element) -> bool:
        return value(child(child(paragraph, "pPr"), "pStyle")) in self._contents

    def _table_blocks(self, table: _Element) -> Iterator[Block]:
        """The table as a block, or what is in it, cell by cell, where it is a frame and no table."""
        drawn = list(self._cells(table))
        cells = [Placed(at.row, at.column, at.n_rows, at.n_columns, _cell_text(inner)) for at, inner in drawn]
        grid = full_grid(cells, n_header_rows=_n_header_rows(table))
        if grid is not None and says_by_columns(grid):
            yield Block(table=grid)
            return
        for _, inner in drawn:
            yield from inner

    def _cells(self, table: _Element) -> Iterator[tuple[Placed, list[Block]]]:
        """Each cell's place, and the blocks in it; a cell merged downwards comes once with all its rows."""
        open_cells: dict[int, list[int]] = {}  # column → index in `found`, of cells that go on below
        found: list[tuple[Placed, list[Block]]] = []
        for i, row in enumerate(_rows(table)):
            properties = child(row, "trPr")
            column = max(integer(child(properties, "gridBefore"), 0), 0)
            still_open: dict[int, list[int]] = {}
            for cell in _cells_of(row):
                layout = child(cell, "tcPr")
                span = min(max(integer(child(layout, "gridSpan"), 1), 1), _WIDEST)
                merge = child(layout, "vMerge")
                above = open_cells.get(column) if merge is not None and value(merge) != "restart" else None
                if above is not None:
                    place, inner = found[above[0]]
                    found[above[0]] = (
                        place._replace(n_rows=i + 1 - place.row),
                        inner + list(self.blocks(cell, in_cell=True)),
                    )
                    still_open[column] = above
                else:
                    found.append((Placed(i, column, 1, span, ""), list(self.blocks(cell, in_cell=True))))
                    if merge is not None:
                        still_open[column] = [len(found) - 1]
                column += span
                if column > _WIDEST:
                    break
            open_cells = still_open
        yield from found


def _parts(parent: _Element) -> Iterator[_Element]:
    """Paragraphs and tables in order, also those in wrappers; a generated table of contents is left out."""
    for element in inside(parent, _WRAPPERS - {"sdt"}):
        if local(element) != "sdt":
            yield element
        elif not _is_contents_part(element):
            content = child(element, "sdtContent")
            if content is not None:
                yield from _parts(content)


def _is_contents_part(part: _Element) -> bool:
    gallery = child(child(child(part, "sdtPr"), "docPartObj"), "docPartGallery")
    return value(gallery) == _CONTENTS_GALLERY


def _rows(table: _Element) -> Iterator[_Element]:
    for row in inside(table, _WRAPPERS):
        if local(row) == "tr" and child(child(row, "trPr"), "del") is None:
            yield row


def _cells_of(row: _Element) -> Iterator[_Element]:
    return (cell for cell in inside(row, _WRAPPERS) if local(cell) == "tc")


def _n_header_rows(table: _Element) -> int:
    """The leading rows that Word repeats on every page."""
    n = 0
    for row in _rows(table):
        if child(child(row, "trPr"), "tblHeader") is None:
            break
        n += 1
    return n


def _cell_text(blocks: list[Block]) -> str:
    """The text of a cell, line by line; of a table inside it each row is a line."""
    lines: list[str] = []
    for block in blocks:
        if block.table is None:
            lines.append(block.text)
        else:
            rows = ((cell.text.replace("\n", "") for cell in row if not cell.merged) for row in block.table.rows)
            lines += (" ".join(filter(None, row)) for row in rows)
    return "\n".join(lines)


def _lines(text: str) -> Iterator[str]:
    for line in clean_controls(text)[0].split("\n"):
        if stripped := strip_line(line):
            yield stripped


def _main_part(package: Package) -> str:
    """The part that holds the text: the one that the package names, else the usual one."""
    relations = package.xml("_rels/.rels")
    for relation in relations if relations is not None else ():
        if (relation.get("Type") or "").endswith("/officeDocument"):
            return (relation.get("Target") or _MAIN).lstrip("/")
    return _MAIN


def _secrecy_marks(package: Package) -> Iterator[Block]:
    """The 密级 in a header or footer, by rule `secrecy_mark`; all else in them is the page's."""
    for name in sorted(package.names):
        if re.fullmatch(r"word/(?:header|footer)\d*\.xml", name):
            root = package.xml(name)
            for paragraph in root.iter(f"{{{root.nsmap.get('w')}}}p") if root is not None else ():
                yield from (Block(line) for line in _lines(paragraph_shown(paragraph).text) if is_secrecy_mark(line))


def _properties(package: Package, blocks: list[Block]) -> tuple[tuple[str, str], ...]:
    core = package.xml("docProps/core.xml")
    said = {local(element): (element.text or "").strip() for element in core} if core is not None else {}
    title = own_title(said.get("title", ""), blocks)
    created = iso_date(said.get("created", ""))
    return tuple((key, text) for key, text in (("created", created), ("title", title)) if text)

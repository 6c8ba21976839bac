"""PDF files with a text layer: paragraphs put together from lines, ruled tables as full grids, in reading order.

PDFium (pypdfium2) reads the text: it is many times as fast as pypdf, knows where each character stands, and gives
characters where pypdf gives the radicals that look like them (tests/test_pdf.py holds the two against each other). The
tables are found by pdfplumber's search for cells, in the lines that PDFium sees.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from indexer.errors import UnreadableNotice
from indexer.records import Block, RawNotice, Source
from indexer.sources.declared import own_title
from indexer.sources.encoding import clean_controls
from indexer.sources.html_metadata import iso_date
from indexer.sources.pdf_columns import flows, gutters
from indexer.sources.pdf_page import Drawn, Line, draw
from indexer.sources.pdf_paragraphs import paragraphs, usual_pitch
from indexer.sources.pdf_tables import Ruled, find_ruled, goes_on, grids
from indexer.sources.running_heads import PageLines, without_running_heads

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

__all__ = ["MAX_PAGES", "NEEDS_OCR", "NO_CHARACTERS", "SOME_NEED_OCR", "read_pdf"]

# The most pages that are read: a yearbook has a thousand; what has more is no notice, or counts its pages in a circle.
MAX_PAGES = 3_000
MAX_CHARACTERS = 20_000_000  # of all pages together

NEEDS_OCR = (
    "is a scan: pictures of pages without text, which need OCR; "
    "`ocrmypdf -l chi_sim --skip-text IN.pdf OUT.pdf` makes a PDF that can be read"
)
NO_CHARACTERS = (
    "has fonts that do not say which characters they show; `ocrmypdf -l chi_sim --force-ocr IN.pdf OUT.pdf` makes a PDF "
    "that can be read"
)
SOME_NEED_OCR = "pictures without text and need OCR"
# Rule `scanned_page`: a picture over much of the page and hardly a character; a stamp or a page number may be there.
_FEW_CHARACTERS = 25
# Rule `unreadable_font`: characters of the private use area or none at all (U+FFFD), as fonts without a Unicode map give.
_UNREADABLE_SHARE = 0.3
_PRIVATE = re.compile("[\ue000-\uf8ff\ufffd]")
# Rule `table_of_contents`: entries led by dots to a page number, at least so many; the headings say the same.
_CONTENTS_ENTRY = re.compile(r".{2,60}?\s*(?:[.．…·•]\s?){4,}\s*\d{1,4}")
_FEWEST_ENTRIES = 3


def read_pdf(source: Source, content: bytes) -> RawNotice:
    """The document as blocks in reading order, without headers, footers, page numbers and table of contents.

    A table over several pages comes as one table a page, each with the same columns, which the parser joins. Metadata
    keys: title (only where the text says it too), created. Raises UnreadableNotice for a file that is damaged,
    protected or too long, and for one that is a scan (`NEEDS_OCR`).
    """
    document = _opened(source.path, content)
    try:
        if len(document) > MAX_PAGES:
            raise UnreadableNotice(source.path, f"has more than {MAX_PAGES} pages; split it by notice")
        pages: list[Drawn] = []
        n_characters = 0
        for n in range(len(document)):
            pages.append(_drawn(document, n))
            n_characters += len(pages[-1].glyphs)
            if n_characters > MAX_CHARACTERS:
                raise UnreadableNotice(source.path, f"has more than {MAX_CHARACTERS} characters; split it by notice")
        warnings = _require_text(source.path, pages)
        blocks = _blocks(pages)
        if not blocks:
            raise UnreadableNotice(source.path, "holds nothing but headers, footers and page numbers")
        return RawNotice(source, tuple(blocks), _properties(document, blocks), tuple(warnings))
    finally:
        document.close()


def _opened(path: str, content: bytes) -> PdfDocument:
    import pypdfium2
    from pypdfium2 import raw

    try:
        return pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        if raw.FPDF_GetLastError() == raw.FPDF_ERR_PASSWORD or "assword" in str(error):
            reason = "is protected with a password; save it without one and add that file"
        else:
            reason = "is a damaged PDF; open it and print it to a new PDF, then add that file"
        raise UnreadableNotice(path, reason) from error


def _drawn(document: PdfDocument, n: int) -> Drawn:
    """A page; an empty one where it is damaged, as viewers show it."""
    import pypdfium2

    try:
        page = document[n]
    except pypdfium2.PdfiumError:
        return Drawn(595, 842, (), (), has_picture=False, is_blank=True, n_slanted=0)
    try:
        return draw(page)
    finally:
        page.close()


def _require_text(path: str, pages: Sequence[Drawn]) -> list[str]:
    """Warnings about pages without text; raises UnreadableNotice where there is hardly any text at all."""
    texts = ["".join(glyph.text for glyph in page.glyphs if not glyph.text.isspace()) for page in pages]
    scanned = [n for n, page in enumerate(pages, 1) if page.has_picture and len(texts[n - 1]) < _FEW_CHARACTERS]
    n_characters = sum(map(len, texts))
    if len(scanned) == len(pages) or n_characters < _FEW_CHARACTERS * (len(scanned) > 0):
        raise UnreadableNotice(path, NEEDS_OCR)
    if not n_characters:
        raise UnreadableNotice(path, "is empty" if all(page.is_blank for page in pages) else NO_CHARACTERS)
    n_private = sum(len(_PRIVATE.findall(text)) for text in texts)
    if n_private > _UNREADABLE_SHARE * n_characters:
        raise UnreadableNotice(path, NO_CHARACTERS)
    warnings = []
    if scanned:
        some = "、".join(map(str, scanned[:10])) + ("…" if len(scanned) > 10 else "")
        warnings.append(f"page(s) {some} of {len(pages)} are {SOME_NEED_OCR} (ocrmypdf); not read")
    if n_private:
        warnings.append(f"{n_private} character(s) of a font without a Unicode map")
    return warnings


def _blocks(pages: Sequence[Drawn]) -> list[Block]:
    """Paragraphs and tables of all pages in reading order."""
    found_tables = [find_ruled(page) for page in pages]
    ruled = [tables for tables, _ in found_tables]
    # Beside a table nobody knows which of the two columns it parts.
    blanks = gutters([[] if tables else left for tables, left in found_tables])
    flowing = [flows(left, gutter) for (_, left), gutter in zip(found_tables, blanks, strict=True)]
    pitch = usual_pitch([flow.lines for page_flows in flowing for flow in page_flows])
    lined = [
        PageLines(sorted((line for flow in page_flows for line in flow.lines), key=lambda line: line.top), page.height)
        for page, page_flows in zip(pages, flowing, strict=True)
    ]
    kept = [set(map(id, page)) for page in _without_contents(without_running_heads(lined, pitch=pitch))]
    mixed: list[list[Line | Ruled]] = []
    columns: set[int] = set()
    for n, page_flows in enumerate(flowing):
        for flow in page_flows:
            if flow.is_column:
                columns.add(len(mixed))
            lines = [line for line in flow.lines if id(line) in kept[n]]
            mixed.append(_in_order(lines, ruled[n]))
    found = _tables(mixed)
    blocks: list[Block] = []
    texts = paragraphs([[part if isinstance(part, Line) else None for part in page] for page in mixed], columns=columns)
    for text in (text for page in texts for text in page):
        if text is None:
            blocks += next(found)
        elif cleaned := clean_controls(text)[0].strip():
            blocks.append(Block(cleaned))
    return blocks


def _in_order(lines: Sequence[Line], tables: Sequence[Ruled]) -> list[Line | Ruled]:
    """Lines and tables of a page from the top."""
    return sorted([*lines, *tables], key=lambda part: part.top if isinstance(part, Line) else part.box.top)


def _tables(pages: Sequence[Sequence[Line | Ruled]]) -> Iterator[list[Block]]:
    """The blocks of each table in order; tables that a page break cut apart have the same columns."""
    runs: list[list[Ruled]] = []
    at_foot: Ruled | None = None
    for page in pages:
        for n, part in enumerate(page):
            if isinstance(part, Line):
                continue
            if n == 0 and at_foot is not None and goes_on(at_foot, part):
                runs[-1].append(part)
            else:
                runs.append([part])
        last = page[-1] if page else None
        at_foot = last if isinstance(last, Ruled) else None
    for run in runs:
        made = grids(run)
        # One block a page; what a page adds without text is none.
        made_blocks = [Block(table=table) for table in made]
        yield made_blocks
        yield from ([] for _ in run[1:])


def _without_contents(pages: Sequence[list[Line]]) -> list[list[Line]]:
    """The pages without the entries of a table of contents and its heading, by rule `table_of_contents`."""
    n_entries = sum(bool(_CONTENTS_ENTRY.fullmatch(line.text)) for page in pages for line in page)
    if n_entries < _FEWEST_ENTRIES:
        return list(pages)
    return [
        [line for line in page if not _CONTENTS_ENTRY.fullmatch(line.text) and re.sub(r"\s", "", line.text) != "目录"]
        for page in pages
    ]


def _properties(document: PdfDocument, blocks: Sequence[Block]) -> tuple[tuple[str, str], ...]:
    title = own_title(document.get_metadata_value("Title"), blocks)
    created = re.match(r"D:(\d{8})", document.get_metadata_value("CreationDate"))
    day = iso_date(created[1]) if created else None
    return tuple((key, text) for key, text in (("created", day), ("title", title)) if text)

"""Web pages: the notice without the site around it, tables as full grids, and what the page declares about itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bs4 import Tag

from indexer.errors import UnreadableNotice
from indexer.records import Block, RawNotice, Source
from indexer.sources.encoding import decode
from indexer.sources.html_furniture import (
    Weight,
    drop_furniture,
    is_footer_neighbour,
    is_furniture_line,
    is_site_footer,
    measure,
    published_and_source,
)
from indexer.sources.html_metadata import iso_date, page_metadata, take_index_table
from indexer.sources.html_tables import captions, find_tables, resolve
from indexer.sources.html_tree import lines, parse_page

__all__ = ["MAX_PAGE_BYTES", "read_html"]

# The largest page that is read, in bytes. The tree of a page takes many times its size in memory; the largest of forty
# State Council pages with their tables has 0.3 MB.
MAX_PAGE_BYTES = 16 * 1024 * 1024

_DECLARED = re.compile(rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_:.-]+)""", re.I)
_DECLARED_WITHIN = 8_192  # bytes; HTML asks for the first 1,024, pages often have comments before it
_CHINESE_NAMES = {"gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "x-gbk": "gb18030", "utf8": "utf-8"}

# Rule `main_text` (see _main): shares of the page's prose.
_MAIN_SHARE = 0.95
_MAIN_LINES = 3  # an element of fewer lines is the longest paragraph of a short notice, not what holds the notice
_STRAY_SENTENCES = 2


def read_html(source: Source, content: bytes) -> RawNotice:
    """The page as blocks in reading order, one for each paragraph or table, and its metadata as pairs.

    Metadata keys: title, url, source, published_on, and from an index table index_number, issuer, issued_on,
    doc_number, theme; dates are ISO 8601. Raises UnreadableNotice for a page that is too large, undecodable or without
    visible text.
    """
    if len(content) > MAX_PAGE_BYTES:
        raise UnreadableNotice(
            source.path,
            f"is a page larger than {MAX_PAGE_BYTES // 1024 // 1024} MB; save its text and add that instead",
        )
    declared = _declared_charset(content)
    decoded = decode(source.path, content, declared=declared)
    warnings = list(decoded.warnings)
    if declared and not content.isascii() and _CHINESE_NAMES.get(declared, declared) != decoded.encoding:
        warnings.append(f"declares {declared}, but is {decoded.encoding}; read as {decoded.encoding}")
    page = parse_page(decoded.text)
    index_table = take_index_table(page)
    metadata = page_metadata(page, index_table=index_table)
    body = page.body or page
    shown = [line for line in lines(body) if isinstance(line, str)]
    if not shown:
        raise UnreadableNotice(
            source.path, "holds no visible text; if a script fills the page, save it from a browser and add that file"
        )
    _add_page_info(metadata, shown)
    blocks = _blocks(body)
    if not blocks:
        raise UnreadableNotice(source.path, "holds nothing but the site's own text (navigation, tool bar, footer)")
    record = Source(source.path, metadata.get("url"), source.sha256, source.media_type, source.retrieved_at)
    return RawNotice(record, blocks, tuple(sorted(metadata.items())), tuple(warnings))


def _declared_charset(content: bytes) -> str | None:
    """The encoding that the page's head or XML declaration names, in lower case."""
    match = _DECLARED.search(content[:_DECLARED_WITHIN])
    return match[1].decode("ascii").lower() if match else None


def _add_page_info(metadata: dict[str, str], shown: Iterable[str]) -> None:
    """Fill in date and source from the line a site puts below the title, where nothing better declares them."""
    for line in shown:
        if is_furniture_line(line):
            date, origin = published_and_source(line)
            if date and (iso := iso_date(date)):
                metadata.setdefault("published_on", iso)
            if origin:
                metadata.setdefault("source", origin)


def _blocks(body: Tag) -> tuple[Block, ...]:
    """The blocks of the page's main text, in reading order."""
    drop_furniture(body, tabular=find_tables(body))
    tabular = find_tables(body)  # again: a frame that held a menu beside the text may hold only the text now
    weights = measure(body, tabular=tabular)
    blocks: list[Block] = []
    for part in _main(body, weights, tabular):
        blocks.extend(_blocks_of(part, tabular))
    return tuple(_without_footer(blocks))


def _blocks_of(part: Tag, tabular: dict[int, Tag]) -> Iterator[Block]:
    """One block for each of the notice's lines and tables; a table that cannot be resolved gives its lines."""
    for line in lines(part, whole=lambda tag: id(tag) in tabular) if id(part) not in tabular else [part]:
        if isinstance(line, str):
            if not is_furniture_line(line) or is_site_footer(line):
                yield Block(line)
            continue
        table = resolve(line)
        if table is None:
            yield from (Block(text) for text in lines(line) if isinstance(text, str))
            continue
        for caption in captions(line):
            yield from (Block(text) for text in lines(caption) if isinstance(text, str))
        yield Block(table=table)


def _without_footer(blocks: list[Block]) -> list[Block]:
    """The blocks without the site's footer: its lines anywhere, and what stands beside them at the end of the page."""
    end = len(blocks)
    while end and blocks[end - 1].table is None and is_footer_neighbour(blocks[end - 1].text):
        end -= 1
    if not any(is_site_footer(block.text) for block in blocks[end:]):
        end = len(blocks)
    return [block for block in blocks[:end] if block.table is not None or not is_site_footer(block.text)]


def _main(body: Tag, weights: dict[int, Weight], tabular: dict[int, Tag]) -> list[Tag]:
    """The elements that hold the notice, in reading order. Rule `main_text`:

    1. Down from the body into the one element that still holds nearly all of the page's prose, not into a line or a
       table.
    2. Up again as long as that brings in no links, then to both sides up to the first link: title, signature and
       attachments often stand beside the main element, and once menus are gone, what has no links is not the site's.
    3. Elsewhere on the page, whatever holds two full sentences that are not links is kept too: a notice lost is worse
       than a sentence of the site found.
    """
    total = weights[id(body)].prose
    main = body
    while total:
        inside = [child for child in main.children if isinstance(child, Tag)]
        heavy = next((tag for tag in inside if weights[id(tag)].prose >= _MAIN_SHARE * total), None)
        if heavy is None or id(heavy) in tabular or weights[id(heavy)].n_lines < _MAIN_LINES:
            break
        main = heavy
    while main is not body and main.parent is not None:
        if weights[id(main.parent)].n_links > weights[id(main)].n_links:
            break
        main = main.parent
    parts = [main]
    below = main
    while below is not body and below.parent is not None:
        before = _beside(below.previous_siblings, weights, linkless=below is main)
        after = _beside(below.next_siblings, weights, linkless=below is main)
        parts = [*reversed(before), *parts, *after]
        below = below.parent
    return parts


def _beside(siblings: Iterable[object], weights: dict[int, Weight], *, linkless: bool) -> list[Tag]:
    """The elements beside one that belong to the notice too, nearest first, by steps 2 and 3 of rule `main_text`."""
    kept: list[Tag] = []
    for tag in siblings:
        if isinstance(tag, Tag):
            linkless = linkless and not weights[id(tag)].n_links
            if linkless or _is_stray(weights[id(tag)]):
                kept.append(tag)
    return kept


def _is_stray(weight: Weight) -> bool:
    return weight.n_sentences >= _STRAY_SENTENCES and 2 * weight.linked < weight.characters

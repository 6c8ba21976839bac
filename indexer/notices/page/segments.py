"""Paragraphs and task tables of a page in reading order, the stuff that `structure` labels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

from msgspec import Struct

from indexer.notices.header.elements import split_signature
from indexer.notices.numbering import Label, read_label
from indexer.notices.page.flattened import flattened_table, pipe_table
from indexer.notices.page.furniture import is_page_number
from indexer.notices.page.layout import logical_paragraphs
from indexer.notices.page.tables import TaskTable, column_role, join_grids, read_grid
from indexer.notices.units.labels import starts_unit_line
from indexer.records import Block

__all__ = ["Kind", "Segment", "segments"]

Kind: TypeAlias = Literal[
    "furniture",  # the page's, not the notice's; not in the body
    "meta",  # the page's metadata lines; not in the body, read by the header
    "title",
    "doc_number",
    "addressees",
    "letter",  # the text that issues something
    "signature",
    "date",
    "note",  # (此件公开发布), 抄送, contacts
    "part",  # the title of the plan that the letter issues
    "part_date",  # (2010年4月) below it
    "preamble",
    "attachment_list",
    "attachment",  # the marker 附件1
    "attachment_title",
    "caption",  # 总牵头单位：… above a table
    "numbered",
    "text",
    "closing",  # text behind the last item that speaks for the document
    "list_end",  # text behind a list that belongs to the item above the list
    "unit_line",
    "table",
]


class Segment(Struct):
    """A paragraph or a table of tasks, with the part it plays."""

    text: str
    table: TaskTable | None = None
    kind: Kind = "text"
    listed: bool = False  # a numbered paragraph that is a sentence of a list, never a heading
    label: Label | None = None  # read, not given: the numbering label that opens it
    rest: str = ""  # likewise: the text behind the label
    lists_units: bool = False  # likewise: whether it opens with a label of units: 责任单位：

    def __post_init__(self) -> None:
        """Read how the paragraph opens, once for all who look at it."""
        text = self.text
        label = read_label(text) if self.table is None else None
        self.label = label
        self.rest = text[len(label.text) :] if label else text
        self.lists_units = starts_unit_line(text)


def segments(blocks: Sequence[Block]) -> list[Segment]:
    """Paragraphs and task tables in reading order; a grid that is no task table gives a paragraph a row."""
    out: list[Segment] = []
    lines: list[str] = []
    for block in _whole_tables(blocks):
        if block.table is None:
            lines += block.text.split("\n")
            continue
        out += _from_lines(lines)
        lines = []
        tasks = read_grid(block.table)
        if tasks:
            out.append(Segment("", tasks, "table"))
            continue
        for row in block.table.rows:
            cells = [c.text.replace("\n", " ").strip() for i, c in enumerate(row) if not c.merged or i == 0]
            out += [Segment(t) for t in [" ".join(c for c in cells if c)] if t]
    return out + _from_lines(lines)


def _whole_tables(blocks: Sequence[Block]) -> list[Block]:
    """The blocks, with tables that a page break cut in two joined again; only a page number may stand between."""
    out: list[Block] = []
    for block in blocks:
        before = len(out) - 1
        while block.table and before >= 0 and out[before].table is None and _is_no_text(out[before].text):
            before -= 1
        above = out[before].table if block.table and before >= 0 else None
        joined = join_grids(above, block.table) if above and block.table else None
        if joined:
            out[before:] = [Block(table=joined)]
        else:
            out.append(block)
    return out


def _is_no_text(line: str) -> bool:
    return not line.strip() or is_page_number(line.strip())


def _from_lines(lines: Sequence[str]) -> list[Segment]:
    """Segments of text lines, with tables that a page flattened found again."""
    texts = [s for t in logical_paragraphs(lines) for s in _apart(t)]
    out: list[Segment] = []
    i = 0
    while i < len(texts):
        found = None
        if "|" in texts[i] or (i + 1 < len(texts) and texts[i + 1].startswith("|")):
            found = pipe_table(texts, i)
        elif column_role(texts[i]):
            found = flattened_table(texts, i)
        if found:
            table, i = found
            out.append(Segment("", table, "table"))
        else:
            stripped = texts[i].strip("| \t\xa0\u3000")
            if stripped:
                out.append(Segment(stripped))
            i += 1
    return out


def _apart(text: str) -> list[str]:
    """A signature and its date on one line are two elements."""
    pair = split_signature(text)
    return list(pair) if pair else [text]

"""What a notice says: header, clauses, and the units responsible for them."""

from __future__ import annotations

import hashlib
import re

from msgspec.structs import replace

from indexer.errors import CLASSIFIED, SecretNotice
from indexer.notices.header import read_header
from indexer.notices.header.elements import is_classification_mark
from indexer.notices.outline.clauses import Dissection, dissect
from indexer.notices.outline.structure import label, label_as_text
from indexer.notices.page.segments import Segment, segments
from indexer.notices.quantities.deadlines import resolve
from indexer.records import Clause, Notice, RawNotice

__all__ = ["dissect_raw", "doc_id_of", "parse"]

# All but blanks and punctuation. Chinese characters are named before \w, of which they are a part, because a range is the
# faster test.
_WORD = re.compile(r"[一-鿿\w]+")
_POINT = re.compile(r"\.(?<=\d\.)(?=\d)")  # between two figures it counts as text: 1.2 is not 12


def doc_id_of(raw: RawNotice) -> str:
    """The notice's id: twelve hex digits of the text's own characters.

    Blanks, punctuation, file name and order play no part, so that the same text always has the same id.
    """
    texts: list[str] = []
    for block in raw.blocks:
        if block.table:
            texts += [c.text for row in block.table.rows for c in row if not c.merged]
        else:
            texts.append(block.text)
    parts = _POINT.split("\n".join(texts))
    bare = ".".join(["".join(_WORD.findall(part)) for part in parts])
    return hashlib.sha256(bare.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def dissect_raw(raw: RawNotice) -> Dissection:
    """The body with every element located, for readers that show structure and for the tests of coverage."""
    return _dissect(raw, doc_id_of(raw))[1]


def _dissect(raw: RawNotice, doc_id: str) -> tuple[list[Segment], Dissection]:
    """Labelled segments and what they hold; a page where no clause is found is taken as plain text."""
    found = label(segments(raw.blocks))
    cut = dissect(doc_id, found)
    if not cut.clauses:
        label_as_text(found)
        cut = dissect(doc_id, found)
    return found, cut


def parse(raw: RawNotice) -> Notice:
    """The notice that the blocks spell.

    Raises SecretNotice for a document that carries a classification mark; unclear structure gives a warning instead.
    """
    for block in raw.blocks[:12]:
        if is_classification_mark(block.text):
            raise SecretNotice(raw.source.path, f"carries the mark {block.text.strip()}; {CLASSIFIED}")
    doc_id = doc_id_of(raw)
    found, cut = _dissect(raw, doc_id)
    elements = [(s.kind, s.text) for s in found if s.table is None]
    header = read_header(elements, raw.metadata, cut.body)
    date = header.issued_on or header.published_on
    year = int(date[:4]) if date else None
    return Notice(
        doc_id=doc_id,
        title=header.title,
        kind=header.kind,
        issuers=header.issuers,
        doc_number=header.doc_number,
        index_number=header.index_number,
        addressees=header.addressees,
        issued_on=header.issued_on,
        published_on=header.published_on,
        place=header.place,
        level=header.level,
        cites=header.cites,
        attachments=header.attachments,
        body=cut.body,
        clauses=tuple([_with_last_day(clause, year) for clause in cut.clauses]),
        warnings=(*raw.warnings, *cut.warnings),
        source=raw.source,
        disclosure=header.disclosure,
        repeals=header.repeals,
    )


def _with_last_day(clause: Clause, year: int | None) -> Clause:
    """The clause, with the days of a deadline that names no year (9月底前) taken from the notice's year."""
    if clause.deadline is None or clause.deadline.ends_on:
        return clause
    return replace(clause, deadline=resolve(clause.deadline, year))

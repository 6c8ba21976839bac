"""A draft as clauses: read and cut like any notice, or one sentence as it is."""

from __future__ import annotations

import hashlib
from pathlib import Path

from indexer.errors import UnreadableNotice, UsageError
from indexer.notices import parse
from indexer.records import Clause, Notice, Place, Source
from indexer.sources import read
from indexer.sources.text import read_text

__all__ = ["draft_of_file", "draft_of_text"]

# A text on one line up to this long is one sentence or clause; a longer one may be a notice that lost its line breaks.
_LONGEST_SENTENCE = 400


def draft_of_file(path: Path) -> Notice:
    """The draft in a file of any format that can be indexed; raises UsageError where it cannot be read or says nothing."""
    if not path.is_file():
        raise UsageError(f"{path}: no such file; give a draft as text, html, pdf, docx or xlsx")
    try:
        notice = parse(read(path))
    except UnreadableNotice as error:
        raise UsageError(f"{error}; give a draft that can be read") from error
    if not notice.clauses:
        raise UsageError(f"{path}: holds no clause; give a draft with text")
    return notice


def draft_of_text(text: str) -> Notice:
    """The draft in a text: its clauses where it has several, else the text as one clause; raises UsageError for none."""
    text = text.strip()
    if not any(map(str.isalnum, text)):
        raise UsageError("the text is empty; give a sentence or a draft")
    content = text.encode()
    source = Source("", None, hashlib.sha256(content).hexdigest(), "text/plain")
    if "\n" in text or len(text) > _LONGEST_SENTENCE:
        try:
            notice = parse(read_text(source, content))
        except UnreadableNotice as error:
            raise UsageError(f"the text {error.reason}; give a sentence or a draft") from error
        if notice.clauses:
            return notice
    return _one_clause(text, source)


def _one_clause(text: str, source: Source) -> Notice:
    clause = Clause(clause_id="", doc_id="", number="", headings=(), text=text, start=0, end=len(text))
    return Notice(
        doc_id="",
        title="",
        kind=None,
        issuers=(),
        doc_number=None,
        index_number=None,
        addressees=(),
        issued_on=None,
        published_on=None,
        place=Place(),
        level=None,
        cites=(),
        attachments=(),
        body=text,
        clauses=(clause,),
        warnings=(),
        source=source,
    )

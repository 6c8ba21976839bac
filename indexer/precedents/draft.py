"""A draft as clauses: read and cut like any notice, or one sentence as it is."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from indexer.duplicates.titles import number_key
from indexer.errors import UnreadableNotice, UsageError
from indexer.index import Index
from indexer.notices import parse
from indexer.records import Clause, Notice, Place, RawNotice, Source
from indexer.sources import read
from indexer.sources.text import read_text

__all__ = ["draft_of_file", "draft_of_raw", "draft_of_text", "own_notices", "raw_text"]

Parse: TypeAlias = Callable[[RawNotice], Notice]

# A text on one line up to this long is one sentence or clause; a longer one may be a notice that lost its line breaks.
_LONGEST_SENTENCE = 400


def draft_of_file(path: Path) -> Notice:
    """The draft in a file of any format that can be indexed; raises UsageError where it cannot be read or says nothing."""
    if not path.is_file():
        raise UsageError(f"{path}: no such file; give a draft as text, html, pdf, docx or xlsx")
    try:
        return draft_of_raw(read(path))
    except UnreadableNotice as error:
        raise UsageError(f"{error}; give a draft that can be read") from error


def draft_of_raw(raw: RawNotice, *, parsed: Parse = parse) -> Notice:
    """The draft in what a reader read; raises UsageError where it holds no clause, SecretNotice as `parse` does.

    `parsed` is what parses it: of a draft that anybody may hand in, within limits.
    """
    notice = parsed(raw)
    if not notice.clauses:
        raise UsageError(f"{raw.source.path}: holds no clause; give a draft with text")
    return notice


def draft_of_text(text: str, *, parsed: Parse = parse) -> Notice:
    """The draft in a text: its clauses where it has several, else the text as one clause; raises UsageError for none.

    `parsed` is as for `draft_of_raw`.
    """
    text = text.strip()
    if not any(map(str.isalnum, text)):
        raise UsageError("the text is empty; give a sentence or a draft")
    raw = raw_text(text)
    if "\n" in text or len(text) > _LONGEST_SENTENCE:
        try:
            notice = parsed(raw)
        except UnreadableNotice as error:
            raise UsageError(f"the text {error.reason}; give a sentence or a draft") from error
        if notice.clauses:
            return notice
    return _one_clause(text, raw.source)


def raw_text(text: str) -> RawNotice:
    """The lines of a pasted text as blocks, as the reader of text files gives them; raises UsageError for none."""
    content = text.encode("utf-8", "replace")
    try:
        return read_text(Source("", None, hashlib.sha256(content).hexdigest(), "text/plain"), content)
    except UnreadableNotice as error:
        raise UsageError(f"the text {error.reason}; give a sentence or a draft") from error


def own_notices(index: Index, draft: Notice) -> frozenset[str]:
    """The doc_ids of the archive's notices that are the draft itself: the same text, or the same 文号.

    The same title alone does not make it the same: a notice that is revised keeps its title, and is a precedent.
    """
    number = number_key(draft.doc_number) if draft.doc_number else None
    return frozenset(
        head.doc_id
        for head in index.notices()
        if head.doc_id == draft.doc_id or (number and head.doc_number and number_key(head.doc_number) == number)
    )


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

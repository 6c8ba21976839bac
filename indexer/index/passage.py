"""The text by which a clause is encoded, and the hash by which its vector is found again."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from indexer.records import Clause, Notice

__all__ = ["IndexedClause", "passage", "passage_sha256", "passage_text"]


@dataclass(frozen=True, slots=True)
class IndexedClause:
    """What the lexical and dense legs index of one clause; `row` is its number in both."""

    row: int
    title: str
    headings: tuple[str, ...]
    text: str
    units: tuple[str, ...]  # surfaces and canonical names, each once
    place: str
    passage_sha256: str


def passage_text(title: str, headings: Sequence[str], text: str) -> str:
    """A clause with its context: the notice's title, the headings from the top and the text, one a line.

    Empty parts are left out. A clause alone often lacks its topic (落实到位，定期通报), which stands in the headings.
    """
    return "\n".join(part for part in (title, *headings, text) if part)


def passage(notice: Notice, clause: Clause) -> str:
    """The text of the clause as the encoder is given it; see `passage_text`."""
    return passage_text(notice.title, clause.headings, clause.text)


def passage_sha256(text: str) -> str:
    """The hash that decides whether a clause's vector can be kept (hex, of the UTF-8 bytes)."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()

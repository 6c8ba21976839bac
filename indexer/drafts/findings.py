"""What a check finds in a draft, and the draft as the checks see it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Literal, TypeAlias

from msgspec import Struct

from indexer.index import Index
from indexer.notices.outline.body import Element
from indexer.records import Notice

__all__ = ["Check", "Draft", "Finding", "Severity", "finding"]

Severity: TypeAlias = Literal["error", "warning", "note"]

_LONGEST_QUOTATION = 60


class Finding(Struct, frozen=True):
    """One thing to look at: `body[start:end]` of the draft, its line there, what is wrong and what to do."""

    rule: str
    severity: Severity
    start: int
    end: int
    line: int  # of the draft's text as parsed, from 1
    quotation: str
    message: str
    advice: str


class Draft(Struct, frozen=True):
    """A draft notice, taken apart, with the day by which its deadlines are judged and the archive it cites from."""

    notice: Notice
    elements: tuple[Element, ...]
    day: date  # the draft's own date, else today
    index: Index

    @property
    def body(self) -> str:
        """The draft's text as parsed, to which all places refer."""
        return self.notice.body


Check: TypeAlias = Callable[[Draft], Iterator[Finding]]


def finding(
    draft: Draft, span: tuple[int, int], *, rule: str, severity: Severity, message: str, advice: str
) -> Finding:
    """The finding at the span, with its line and a quotation of at most 60 characters."""
    start, end = span
    quotation = draft.body[start:end].replace("\n", " ")
    shown = quotation if len(quotation) <= _LONGEST_QUOTATION else quotation[: _LONGEST_QUOTATION - 1] + "…"
    line = draft.body.count("\n", 0, start) + 1
    return Finding(rule, severity, start, end, line, shown, message, advice)

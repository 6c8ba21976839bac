"""Clauses in the making: the open headings, the content and the units read so far, and what a clause inherits."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from indexer.notices.brackets import bracket_spans
from indexer.notices.numbering import Label
from indexer.notices.outline.body import Body
from indexer.notices.outline.completion import Draft
from indexer.notices.outline.titles import BLANK
from indexer.notices.units import UnitList, plain_bracket, read_unit_list
from indexer.notices.units.labels import starts_unit_line
from indexer.notices.units.persons import split_persons
from indexer.records import Column, Deadline, UnitMention

__all__ = ["NO_BLANK", "Drafting", "Frame", "Scope"]

_ON_HEADINGS = ("heading", "duty_title")  # rules of units that a heading names and the clauses below it inherit
NO_BLANK = re.compile(f"[^{BLANK}]")
_NO_CLOSING = re.compile(f"[^{BLANK}。；;.]")  # what stands behind a bracket that closes a clause


class Frame(Struct):
    """An open heading: what its clauses inherit."""

    label: Label | None
    heading: str
    units: list[UnitMention] = field(default_factory=list)
    wide: list[UnitMention] = field(default_factory=list)  # from a statement that holds for the section
    deadline: Deadline | None = None


class Scope(Struct):
    """A clause in the making: content spans and units so far; `closed` once its units are said."""

    spans: list[tuple[int, int]] = field(default_factory=list)
    units: list[UnitMention] = field(default_factory=list)
    closed: bool = False
    deadline: Deadline | None = None  # said beside the units
    persons: list[str] = field(default_factory=list)


class Drafting:
    """The body laid down so far and the clauses found in it; the open headings, innermost last."""

    def __init__(self, doc_id: str) -> None:
        self.doc_id = doc_id
        self.body = Body()
        self.drafts: list[Draft] = []
        self.stack: list[Frame] = []
        self.scope = Scope()
        self.prefix = ""
        self.part_heading: tuple[str, ...] = ()
        self.captions: list[UnitMention] = []
        self.wide: list[UnitMention] = []
        self.aliases: dict[str, str] = {}
        self.used: dict[str, int] = {}  # how often each number path has come so far
        self.serial = 0  # of scopes below the innermost heading
        self.ended = False  # the closing statement of the part has been read

    def read_content(self, at: int, text: str) -> None:
        """Content with its unit brackets: each bracket closes the clause before it."""
        a = 0
        for x, y in bracket_spans(text, left_open=starts_unit_line):
            read = _bracket_units(text, x, y, at)
            if read is None:
                continue
            if text[a:x].strip(BLANK):
                self.add_content(at + a, at + x)
            behind = _NO_CLOSING.search(text, y)
            stop = behind.start() if behind else len(text)
            self.body.mark("unit_line", at + x, at + stop)
            self.take(read)
            a = stop
        if text[a:].strip(BLANK):
            self.add_content(at + a, at + len(text))

    def add_content(self, start: int, end: int) -> None:
        """A stretch of the body for the clause in the making, or for a new one where that is closed."""
        if self.scope.closed:
            self.flush()
        self.scope.spans.append((start, end))

    def take(self, read: UnitList) -> None:
        """What a list says of the clause in the making: units, deadline, persons; the clause is closed by it."""
        self.learn(read)
        self.scope.units += read.mentions
        self.scope.deadline = read.deadline or self.scope.deadline
        self.scope.persons += split_persons(read.persons)
        self.scope.closed = True

    def learn(self, read: UnitList) -> None:
        """Names that hold for later clauses: document-wide units, short forms."""
        for m in read.document_wide:
            known = self.stack[0].wide if m.rule == "section_wide" and self.stack else self.wide
            if not any(m.surface == other.surface for other in known):
                known.append(m)
        self.aliases.update(read.aliases)

    def flush(self) -> None:
        """Close the clause in the making."""
        scope, self.scope = self.scope, Scope()
        if not scope.spans:
            return
        self.serial += 1
        path = ["end"] if self.ended else self.path()
        own = [*scope.units]
        number, heading_deadline = "", None
        headings = [*self.part_heading]
        for f in reversed(self.stack):
            if f.units:
                own += _on_clause(f.units, above=f is not self.stack[-1])
            heading_deadline = heading_deadline or f.deadline
        if self.stack:
            headings += [f.heading for f in self.stack]
            number = self.stack[-1].label.text if self.stack[-1].label else ""
        if scope.units:
            own += self.wide
            for f in self.stack:
                own += f.wide
        self.emit(
            path,
            scope.spans[0][0],
            scope.spans[-1][1],
            number=number,
            headings=tuple(headings),
            units=own,
            deadline=scope.deadline,
            persons=tuple(scope.persons),
            heading_deadline=heading_deadline,
        )

    def emit(
        self,
        path: Sequence[str],
        start: int,
        end: int,
        *,
        number: str,
        headings: tuple[str, ...],
        units: list[UnitMention],
        deadline: Deadline | None = None,
        persons: tuple[str, ...] = (),
        heading_deadline: Deadline | None = None,
        columns: tuple[Column, ...] = (),
    ) -> None:
        """Note down a clause under its number path; a path that occurs again gets ~2, ~3, …"""
        stem = ".".join([p for p in (self.prefix, *path) if p]) or "0"
        if self.serial > 1:
            stem = f"{stem}-{self.serial}"
        times = self.used.get(stem, 0) + 1
        self.used[stem] = times
        clause_id = f"{self.doc_id}:{stem}~{times}" if times > 1 else f"{self.doc_id}:{stem}"
        self.drafts.append(
            Draft(
                clause_id,
                self.doc_id,
                number,
                headings,
                start,
                end,
                units,
                persons,
                deadline,
                columns,
                heading_deadline,
            )
        )

    def path(self) -> list[str]:
        """The numbers of the open headings, outermost first."""
        return [str(f.label.value) for f in self.stack if f.label]


def _bracket_units(text: str, x: int, y: int, at: int) -> UnitList | None:
    """The units of a bracket, or None when it holds something else."""
    inner = text[x:y]
    if starts_unit_line(inner):
        closed = y < len(text) or (x, y) in bracket_spans(text)  # one left open runs to the end
        inside = inner[1:-1] if closed else inner[1:]
        read = read_unit_list(inside, at + x + 1, rule="unit_bracket")
        return read if read.mentions or read.document_wide or read.deadline or read.persons else None
    before = x
    while before and text[before - 1] in BLANK:
        before -= 1
    if before and text[before - 1] in "。；;”）)":
        return plain_bracket(inner, at + x)
    behind = NO_BLANK.search(text, y)
    return plain_bracket(inner, at + x) if behind is None or behind.group() in "。；;" else None


def _on_clause(units: Sequence[UnitMention], *, above: bool) -> list[UnitMention]:
    """A heading's units as they stand on a clause below it; those on lines of the clause's own item stay its own."""
    own = [m for m in units if m.rule not in _ON_HEADINGS and not above]
    rest = [m for m in units if m.rule in _ON_HEADINGS or above]
    return own + [replace(m, inherited=True, rule=m.rule if m.rule in _ON_HEADINGS else "heading") for m in rest]

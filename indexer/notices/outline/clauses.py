"""Clauses of a labelled notice: the lowest-numbered passages that carry content, with their units.

Conventions (the annotation guideline in eval/README.md has examples):
- an intro paragraph below a heading is one clause; the letter that issues a plan is one, the plan's preamble one;
- where one numbered item holds several unit brackets, the sentences before each bracket are a clause;
- a table row is a clause, with merged cells resolved;
- a title on a line of its own is a heading only; a run-in title (`1.现代物流。加快…`) names the clause in its
  headings and opens its text as well, since where a title ends and the first sentence begins is often open.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from operator import attrgetter

from msgspec import Struct, field
from msgspec.structs import replace

from indexer.notices.agencies import canonical
from indexer.notices.brackets import bracket_spans, closes
from indexer.notices.numbering import ATTACHMENT, Label
from indexer.notices.outline.body import Body, Element
from indexer.notices.outline.completion import Draft, complete
from indexer.notices.outline.damage import find_damage, numbering_gaps
from indexer.notices.outline.duty_lists import duty_line, duty_title, states_duty
from indexer.notices.outline.endings import is_repeal, mark_endings
from indexer.notices.outline.rows import lay_cells, lay_headings, row_path
from indexer.notices.outline.sections import lead_by_order, share_section_units, with_members
from indexer.notices.outline.structure import attachment_number
from indexer.notices.outline.titles import BLANK, MAX_HEADING, have_titles, title_end
from indexer.notices.page.segments import Segment
from indexer.notices.page.tables import Row
from indexer.notices.quantities.deadlines import find_deadline
from indexer.notices.units import UnitList, document_wide, plain_bracket, read_unit_list
from indexer.notices.units.groups import find_groups
from indexer.notices.units.labels import label_alone, starts_unit_line
from indexer.notices.units.persons import split_persons
from indexer.records import Clause, Column, Deadline, Role, UnitMention

__all__ = ["Dissection", "dissect"]


class Dissection(Struct, frozen=True):
    """The body, its clauses, and every element of it in order; elements cover all but line breaks and blanks."""

    body: str
    clauses: tuple[Clause, ...]
    elements: tuple[Element, ...]
    warnings: tuple[str, ...]


class _Frame(Struct):
    """An open heading: what its clauses inherit."""

    label: Label | None
    heading: str
    units: list[UnitMention] = field(default_factory=list)
    wide: list[UnitMention] = field(default_factory=list)  # from a statement that holds for the section
    deadline: Deadline | None = None


class _Scope(Struct):
    """A clause in the making: content spans and units so far; `closed` once its units are said."""

    spans: list[tuple[int, int]] = field(default_factory=list)
    units: list[UnitMention] = field(default_factory=list)
    closed: bool = False
    deadline: Deadline | None = None  # said beside the units
    persons: list[str] = field(default_factory=list)


def dissect(doc_id: str, found: Sequence[Segment]) -> Dissection:
    """The clauses of labelled segments; `doc_id` opens every clause id."""
    live = [s for s in found if s.kind not in ("furniture", "meta")]
    mark_endings(live)
    return _Assembly(doc_id, live).run()


_ON_HEADINGS = ("heading", "duty_title")  # rules of units that a heading names and the clauses below it inherit
_HEADING_EDGE, _TITLE_EDGE = BLANK + "。", BLANK + "。：:"
_NO_BLANK = re.compile(f"[^{BLANK}]")
_NO_CLOSING = re.compile(f"[^{BLANK}。；;.]")  # what stands behind a bracket that closes a clause
_OF_TABLE = re.compile("表中|本表|上表|下表")
_BLANK_OR_COLON = re.compile(r"\s+|[:：]\s*$")
_DATE_BEHIND = re.compile(r"\d{4}[.年]")
# Kinds of segments that have a step of their own below.
_STEPS = ("numbered", "table", "unit_line", "caption", "attachment", "part", "letter", "closing", "list_end")


class _Assembly:
    """One pass over the segments: lays out the body and cuts it into clauses."""

    def __init__(self, doc_id: str, live: Sequence[Segment]) -> None:
        self.doc_id = doc_id
        self.live = list(live)
        self.body = Body()
        self.drafts: list[Draft] = []
        self.warnings: list[str] = []
        self.stack: list[_Frame] = []
        self.scope = _Scope()
        self.prefix = ""
        self.part_heading: tuple[str, ...] = ()
        self.captions: list[UnitMention] = []
        self.wide: list[UnitMention] = []
        self.aliases: dict[str, str] = {}
        self.used: Counter[str] = Counter()
        self.labels: list[Label] = []  # of the part so far
        self.serial = 0  # of scopes below the innermost heading
        self.titled_articles = have_titles([s.rest for s in live if s.label and s.label.style == "article"])
        self.ended = False  # the closing statement of the part has been read
        self.row_heads: tuple[Column, ...] = ()  # number and titles of the group of rows so far
        self.n_parts = self.n_attachments = self.n_rows = self.row_serial = 0

    # --- the pass ---

    def run(self) -> Dissection:
        structured = any(s.kind in ("numbered", "table") for s in self.live)
        for i, s in enumerate(self.live):
            getattr(self, "_" + self._step(s, structured=structured))(i, s)
        self.flush()
        if not structured:
            self.warnings.append("没有编号,按自然段切分 (no numbering: one clause a paragraph)")
        self._check_numbering()
        body = self.body.text()
        self.warnings += find_damage(body)
        completed = [complete(d, body, aliases=self.aliases) for d in self.drafts]
        clauses = tuple(with_members(lead_by_order(share_section_units(completed), body), find_groups(body)))
        spans = [*self.body.elements, *(Element("clause", c.start, c.end) for c in clauses)]
        elements = sorted(spans, key=attrgetter("start"))
        return Dissection(body, clauses, tuple(elements), tuple(self.warnings))

    def _check_numbering(self) -> None:
        """Gaps in the numbering of the part that ends here."""
        self.warnings += numbering_gaps(self.labels)
        self.labels = []

    @staticmethod
    def _step(s: Segment, *, structured: bool) -> str:
        if s.kind in _STEPS:
            return s.kind
        if s.kind in ("preamble", "text", "attachment_title", "note") and _is_wide(s.text):
            return "wide"
        if s.kind in ("preamble", "text"):
            return "prose" if structured else "paragraph"
        return "attachment_title" if s.kind == "attachment_title" else "named"

    def _named(self, i: int, s: Segment) -> None:
        del i
        self.flush()
        self.body.lay(s.kind, s.text)

    def _letter(self, i: int, s: Segment) -> None:
        del i
        start = self.body.put(s.text)
        self.add_content(start, start + len(s.text))
        if not self.prefix and not self.stack:
            self.prefix = "letter"

    def _paragraph(self, i: int, s: Segment) -> None:
        """Running text without any numbering: each paragraph a clause."""
        del i
        self.flush()
        start = self.body.put(s.text)
        self.read_content(start, s.text)
        self.flush()

    def _prose(self, i: int, s: Segment) -> None:
        del i
        if self.prefix == "letter" and s.kind == "preamble":
            self.flush()
            self.prefix, self.serial = "", 0
        start = self.body.put(s.text)
        units = duty_line(s.text, start) if s.kind == "text" else []
        if units:
            self.flush()
        self.read_content(start, s.text)
        if units:
            self.scope.units += units
            self.flush()

    def _wide(self, i: int, s: Segment) -> None:
        """A statement that makes units responsible for all that follows."""
        del i
        self.scope.closed = bool(self.scope.spans)  # text behind the statement is no part of the clause before it
        start = self.body.lay("unit_line", s.text)
        read = document_wide(s.text, start)
        if read and _OF_TABLE.search(s.text):
            self.captions += read.document_wide  # holds for the table it stands above, and no further
        elif read:
            self.learn(read)

    def _closing(self, i: int, s: Segment) -> None:
        """本意见自…起施行 behind the last item belongs to the document, not to the item; so does text behind it."""
        del i
        if not self.ended:
            self.flush()
            self.stack, self.serial, self.ended = [], 0, True
        elif is_repeal(s.text):
            self.flush()
        start = self.body.put(s.text)
        self.read_content(start, s.text)

    def _list_end(self, i: int, s: Segment) -> None:
        """以上各项… behind a list is a clause of the item that the list stands under."""
        if self.live[i - 1].kind != "list_end":
            self.flush()
            self.stack, self.serial = self.stack[:-1], 0
        start = self.body.put(s.text)
        self.read_content(start, s.text)

    def _part(self, i: int, s: Segment) -> None:
        """The title of a plan that the letter issues: closes the letter, opens a part of its own."""
        del i
        self.flush()
        self.ended = False
        self._check_numbering()
        self.body.lay("part", s.text)
        numbered = any(d.number for d in self.drafts)
        if self.stack or numbered:
            self.n_parts += 1
            self.prefix = f"P{self.n_parts}" if numbered else ""
        else:
            self.prefix = ""
        self.stack, self.part_heading, self.captions = [], (), []
        self.serial = 0

    def _attachment(self, i: int, s: Segment) -> None:
        self.flush()
        self.ended = False
        self._check_numbering()
        self.body.lay("attachment", s.text)
        marker = ATTACHMENT.match(s.text)
        number = attachment_number(marker) if marker else None
        self.n_attachments = number if number is not None else self.n_attachments + 1
        self.prefix = f"A{self.n_attachments}"
        titles = [x.text for x in self._run_of("attachment_title", i + 1)]
        self.part_heading = (" ".join([_BLANK_OR_COLON.sub("", s.text), "".join(titles)]).strip(),)
        self.stack, self.captions, self.row_serial = [], [], 0
        self.serial = 0

    def _run_of(self, kind: str, start: int) -> list[Segment]:
        end = start
        while end < len(self.live) and self.live[end].kind == kind:
            end += 1
        return self.live[start:end]

    def _attachment_title(self, i: int, s: Segment) -> None:
        del i
        self.body.lay("attachment_title", s.text)

    def _caption(self, i: int, s: Segment) -> None:
        """总牵头单位：X above a table: X leads every row."""
        del i
        start = self.body.lay("caption", s.text)
        read = read_unit_list(s.text, start, rule="caption")
        self.captions += [replace(_dated(m), inherited=True) for m in read.mentions]
        self.learn(read)

    def _unit_line(self, i: int, s: Segment) -> None:
        start = self.body.lay("unit_line", s.text)
        if closes(s.text):
            read = read_unit_list(s.text[1:-1], start + 1, rule="unit_line")
        else:
            read = read_unit_list(s.text, start, rule="unit_line", default=self._role_above(i))
        if self.scope.spans:
            self.take(read)
            return
        self.learn(read)
        self.scope.persons += split_persons(read.persons)
        if self.stack:
            self.stack[-1].units += read.mentions
            self.stack[-1].deadline = read.deadline or self.stack[-1].deadline
        elif self.drafts and not self._content_follows(i):
            self.drafts[-1].units += read.mentions
        else:
            self.captions += [replace(m, inherited=True) for m in read.mentions]

    def _role_above(self, i: int) -> Role:
        """The role that a label alone on the line above gives; responsible where there is none."""
        above = label_alone(self.live[i - 1].text) if i else None
        return above or "responsible"

    def _content_follows(self, i: int) -> bool:
        return i + 1 < len(self.live) and self.live[i + 1].kind in ("table", "text", "preamble")

    def _numbered(self, i: int, s: Segment) -> None:
        label = s.label
        if label is None:  # structure and numbering disagree only on a programming error
            raise AssertionError(f"unlabelled paragraph taken for numbered: {s.text[:40]}")
        self.flush()
        self.ended = False
        self.labels.append(label)
        if self.prefix == "letter":
            self.prefix = ""
        while self.stack and (top := self.stack[-1].label) and top.rank >= label.rank:
            self.stack.pop()
        start = self.body.put(s.text)
        at = start + len(label.text)
        self.body.mark("label", start, at)
        self.serial = 0
        rest = s.rest
        below = self._below(i)
        deeper = bool(below and below.kind == "numbered" and below.label and below.label.rank > label.rank)
        end = title_end(
            rest,
            label,
            following=self.live[i + 1].kind if i + 1 < len(self.live) else "end",
            follower=below.kind if below else "end",
            deeper=deeper,
            listed=s.listed,
            titled_articles=self.titled_articles,
        )
        runs_on = _NO_BLANK.search(rest, end) is not None
        title = rest[:end].strip(_TITLE_EDGE if runs_on else _HEADING_EDGE) if end else ""
        frame = _Frame(label, label.text + title)
        self.stack.append(frame)
        if not runs_on:
            self._heading(frame, at, rest)
            if below and states_duty(below.rest):
                frame.units += duty_title(rest, at)
        else:
            if starts_unit_line(rest):  # （一）主办单位：市民政局
                self.scope.units += read_unit_list(rest, at, rule="unit_line").mentions
            else:
                self.scope.units += duty_line(rest, at)
            self.read_content(at, rest)
            if not title and deeper and len(intro := rest.strip(BLANK)) <= MAX_HEADING:
                frame.heading = label.text + intro

    def _heading(self, frame: _Frame, at: int, text: str) -> None:
        """Marks a heading; units in a bracket at its end hold for what is below it."""
        end = at + len(text)
        for a, b in bracket_spans(text):
            inner = text[a:b]
            if starts_unit_line(inner) or (b >= len(text.rstrip("。 ")) and plain_bracket(inner, at + a)):
                read = read_unit_list(inner[1:-1], at + a + 1, rule="heading")
                self.learn(read)
                frame.units += read.mentions
                frame.heading = frame.heading.replace(inner, "")
        frame.deadline = find_deadline(text, at)
        self.body.mark("heading", at, end)

    def _below(self, i: int) -> Segment | None:
        """The next segment that is no unit line."""
        i += 1
        while i < len(self.live) and self.live[i].kind in ("unit_line", "caption"):
            i += 1
        return self.live[i] if i < len(self.live) else None

    # --- content ---

    def read_content(self, at: int, text: str) -> None:
        """Content with its unit brackets: each bracket closes the clause before it."""
        a = 0
        for x, y in bracket_spans(text, left_open=starts_unit_line):
            read = self._bracket(text, x, y, at)
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

    @staticmethod
    def _bracket(text: str, x: int, y: int, at: int) -> UnitList | None:
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
        behind = _NO_BLANK.search(text, y)
        return plain_bracket(inner, at + x) if behind is None or behind.group() in "。；;" else None

    def add_content(self, start: int, end: int) -> None:
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
        scope, self.scope = self.scope, _Scope()
        if not scope.spans:
            return
        self.serial += 1
        path = ["end"] if self.ended else self._path()
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
        self.used[stem] += 1
        clause_id = f"{self.doc_id}:{stem}" + (f"~{self.used[stem]}" if self.used[stem] > 1 else "")
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

    # --- tables ---

    def _table(self, i: int, s: Segment) -> None:
        del i
        self.flush()
        table = s.table
        if table is None:
            raise AssertionError("a table segment without a table")
        for name in table.header:
            if name:
                self.body.lay("table_header", name)
        above: Row | None = None
        for row in table.rows:
            self._table_row(row, above)
            above = row
        self.serial = 0

    def _table_row(self, row: Row, above: Row | None) -> None:
        opened = lay_headings(row, above, self.body.put, self.body.mark)
        if opened is not None:
            self.n_rows, self.row_heads = 0, opened
        self.n_rows += 1
        self.row_serial += 1
        cells = lay_cells(row, self.body.put, self.body.mark)
        for read in cells.lists:
            self.learn(read)
        if cells.span is None:
            return
        units = [m for read in cells.lists for m in read.mentions]
        heading = " ".join((row.number, *row.titles)).strip()
        self.serial = 0
        self.emit(
            [*self._path(), *row_path(row, nth=self.n_rows, serial=self.row_serial)],
            *cells.span,
            number=row.number,
            headings=(
                *self.part_heading,
                *(f.heading for f in self.stack),
                *row.sections,
                *([heading] if heading else []),
            ),
            units=[*units, *self.captions, *(self.wide if units else ())],
            deadline=cells.deadline,
            persons=cells.persons,
            columns=(*self.row_heads, *cells.columns),
        )

    def _path(self) -> list[str]:
        """The numbers of the open headings, outermost first."""
        return [str(f.label.value) for f in self.stack if f.label]


def _on_clause(units: Sequence[UnitMention], *, above: bool) -> list[UnitMention]:
    """A heading's units as they stand on a clause below it; those on lines of the clause's own item stay its own."""
    own = [m for m in units if m.rule not in _ON_HEADINGS and not above]
    rest = [m for m in units if m.rule in _ON_HEADINGS or above]
    return own + [replace(m, inherited=True, rule=m.rule if m.rule in _ON_HEADINGS else "heading") for m in rest]


def _is_wide(text: str) -> bool:
    """Whether a paragraph is nothing but a statement on units: 以下均需各区县政府落实; not an item with such a bracket."""
    read = document_wide(text, 0)
    return read is not None and not any(starts_unit_line(text[a:b]) for a, b in bracket_spans(text))


def _dated(mention: UnitMention) -> UnitMention:
    """市发改委 2010.4 → 市发改委: a caption's date is no part of the name."""
    m = _DATE_BEHIND.search(mention.surface)
    if not m:
        return mention
    name = mention.surface[: m.start()]
    return replace(mention, surface=name, name=canonical(name), end=mention.start + len(name))

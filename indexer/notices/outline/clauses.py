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
from collections.abc import Sequence
from operator import attrgetter

from msgspec import Struct
from msgspec.structs import replace

from indexer.notices.agencies import canonical
from indexer.notices.brackets import bracket_spans, closes
from indexer.notices.numbering import ATTACHMENT, Label
from indexer.notices.outline.attachments import attachment_number
from indexer.notices.outline.body import Element
from indexer.notices.outline.completion import complete
from indexer.notices.outline.damage import find_damage, numbering_gaps
from indexer.notices.outline.drafting import Drafting
from indexer.notices.outline.duty_lists import duty_line
from indexer.notices.outline.endings import is_repeal, mark_endings
from indexer.notices.outline.items import open_item
from indexer.notices.outline.sections import lead_by_order, share_section_units, with_members
from indexer.notices.outline.table_clauses import TableClauses
from indexer.notices.outline.titles import have_titles
from indexer.notices.page.segments import Segment
from indexer.notices.quantities.figures import needs_folding
from indexer.notices.units import document_wide, read_unit_list
from indexer.notices.units.groups import find_groups
from indexer.notices.units.labels import label_alone, starts_unit_line
from indexer.notices.units.persons import split_persons
from indexer.records import Clause, Role, UnitMention

__all__ = ["Dissection", "dissect"]


class Dissection(Struct, frozen=True):
    """The body, its clauses, and every element of it in order; elements cover all but line breaks and blanks."""

    body: str
    clauses: tuple[Clause, ...]
    marks: tuple[tuple[str, int, int], ...]  # kind, start and end of each element but the clauses
    warnings: tuple[str, ...]

    @property
    def elements(self) -> tuple[Element, ...]:
        """Every element, the clauses among them; put in order only for who asks, since `parse` does not."""
        found = [Element(*mark) for mark in self.marks]
        found += [Element("clause", c.start, c.end) for c in self.clauses]
        return tuple(sorted(found, key=attrgetter("start")))


def dissect(doc_id: str, found: Sequence[Segment]) -> Dissection:
    """The clauses of labelled segments; `doc_id` opens every clause id."""
    live = [s for s in found if s.kind not in ("furniture", "meta")]
    mark_endings(live)
    return _Assembly(doc_id, live).run()


_OF_TABLE = re.compile("表中|本表|上表|下表")
_BLANK_OR_COLON = re.compile(r"\s+|[:：]\s*$")
_DATE_BEHIND = re.compile(r"\d{4}[.年]")
# Kinds of segments that have a step of their own below.
_STEPS = ("numbered", "table", "unit_line", "caption", "attachment", "part", "letter", "closing", "list_end")


class _Assembly:
    """One pass over the segments: lays out the body and cuts it into clauses."""

    def __init__(self, doc_id: str, live: Sequence[Segment]) -> None:
        self.live = list(live)
        self.drafting = Drafting(doc_id)
        self.tables = TableClauses(self.drafting)
        self.warnings: list[str] = []
        self.labels: list[Label] = []  # of the part so far
        self.titled_articles = have_titles([s.rest for s in live if s.label and s.label.style == "article"])
        self.n_parts = self.n_attachments = 0

    # --- the pass ---

    def run(self) -> Dissection:
        structured = any(s.kind in ("numbered", "table") for s in self.live)
        for i, s in enumerate(self.live):
            if s.kind == "numbered":  # most are
                self._numbered(i, s)
            else:
                getattr(self, "_" + self._step(s, structured=structured))(i, s)
        self.drafting.flush()
        if not structured:
            self.warnings.append("没有编号,按自然段切分 (no numbering: one clause a paragraph)")
        self._check_numbering()
        body = self.drafting.body.text()
        self.warnings += find_damage(body)
        folds, aliases = needs_folding(body), self.drafting.aliases
        completed = [complete(d, body, aliases=aliases, folds=folds) for d in self.drafting.drafts]
        clauses = tuple(with_members(lead_by_order(share_section_units(completed), body), find_groups(body)))
        return Dissection(body, clauses, tuple(self.drafting.body.marks), tuple(self.warnings))

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
        self.drafting.flush()
        self.drafting.body.lay(s.kind, s.text)

    def _letter(self, i: int, s: Segment) -> None:
        del i
        start = self.drafting.body.put(s.text)
        self.drafting.add_content(start, start + len(s.text))
        if not self.drafting.prefix and not self.drafting.stack:
            self.drafting.prefix = "letter"

    def _paragraph(self, i: int, s: Segment) -> None:
        """Running text without any numbering: each paragraph a clause."""
        del i
        self.drafting.flush()
        start = self.drafting.body.put(s.text)
        self.drafting.read_content(start, s.text)
        self.drafting.flush()

    def _prose(self, i: int, s: Segment) -> None:
        del i
        if self.drafting.prefix == "letter" and s.kind == "preamble":
            self.drafting.flush()
            self.drafting.prefix, self.drafting.serial = "", 0
        start = self.drafting.body.put(s.text)
        units = duty_line(s.text, start) if s.kind == "text" else []
        if units:
            self.drafting.flush()
        self.drafting.read_content(start, s.text)
        if units:
            self.drafting.scope.units += units
            self.drafting.flush()

    def _wide(self, i: int, s: Segment) -> None:
        """A statement that makes units responsible for all that follows."""
        del i
        self.drafting.scope.closed = bool(
            self.drafting.scope.spans
        )  # text behind the statement is no part of the clause before it
        start = self.drafting.body.lay("unit_line", s.text)
        read = document_wide(s.text, start)
        if read and _OF_TABLE.search(s.text):
            self.drafting.captions += read.document_wide  # holds for the table it stands above, and no further
        elif read:
            self.drafting.learn(read)

    def _closing(self, i: int, s: Segment) -> None:
        """本意见自…起施行 behind the last item belongs to the document, not to the item; so does text behind it."""
        del i
        if not self.drafting.ended:
            self.drafting.flush()
            self.drafting.stack, self.drafting.serial, self.drafting.ended = [], 0, True
        elif is_repeal(s.text):
            self.drafting.flush()
        start = self.drafting.body.put(s.text)
        self.drafting.read_content(start, s.text)

    def _list_end(self, i: int, s: Segment) -> None:
        """以上各项… behind a list is a clause of the item that the list stands under."""
        if self.live[i - 1].kind != "list_end":
            self.drafting.flush()
            self.drafting.stack, self.drafting.serial = self.drafting.stack[:-1], 0
        start = self.drafting.body.put(s.text)
        self.drafting.read_content(start, s.text)

    def _part(self, i: int, s: Segment) -> None:
        """The title of a plan that the letter issues: closes the letter, opens a part of its own."""
        del i
        self.drafting.flush()
        self.drafting.ended = False
        self._check_numbering()
        self.drafting.body.lay("part", s.text)
        numbered = any(d.number for d in self.drafting.drafts)
        if self.drafting.stack or numbered:
            self.n_parts += 1
            self.drafting.prefix = f"P{self.n_parts}" if numbered else ""
        else:
            self.drafting.prefix = ""
        self.drafting.stack, self.drafting.part_heading, self.drafting.captions = [], (), []
        self.drafting.serial = 0

    def _attachment(self, i: int, s: Segment) -> None:
        self.drafting.flush()
        self.drafting.ended = False
        self._check_numbering()
        self.drafting.body.lay("attachment", s.text)
        marker = ATTACHMENT.match(s.text)
        number = attachment_number(marker) if marker else None
        self.n_attachments = number if number is not None else self.n_attachments + 1
        self.drafting.prefix = f"A{self.n_attachments}"
        titles = [x.text for x in self._run_of("attachment_title", i + 1)]
        self.drafting.part_heading = (" ".join([_BLANK_OR_COLON.sub("", s.text), "".join(titles)]).strip(),)
        self.drafting.stack, self.drafting.captions = [], []
        self.tables.restart()
        self.drafting.serial = 0

    def _run_of(self, kind: str, start: int) -> list[Segment]:
        end = start
        while end < len(self.live) and self.live[end].kind == kind:
            end += 1
        return self.live[start:end]

    def _attachment_title(self, i: int, s: Segment) -> None:
        del i
        self.drafting.body.lay("attachment_title", s.text)

    def _caption(self, i: int, s: Segment) -> None:
        """总牵头单位：X above a table: X leads every row."""
        del i
        start = self.drafting.body.lay("caption", s.text)
        read = read_unit_list(s.text, start, rule="caption")
        self.drafting.captions += [replace(_dated(m), inherited=True) for m in read.mentions]
        self.drafting.learn(read)

    def _unit_line(self, i: int, s: Segment) -> None:
        start = self.drafting.body.lay("unit_line", s.text)
        if closes(s.text):
            read = read_unit_list(s.text[1:-1], start + 1, rule="unit_line")
        else:
            read = read_unit_list(s.text, start, rule="unit_line", default=self._role_above(i))
        if self.drafting.scope.spans:
            self.drafting.take(read)
            return
        self.drafting.learn(read)
        self.drafting.scope.persons += split_persons(read.persons)
        if self.drafting.stack:
            self.drafting.stack[-1].units += read.mentions
            self.drafting.stack[-1].deadline = read.deadline or self.drafting.stack[-1].deadline
        elif self.drafting.drafts and not self._content_follows(i):
            self.drafting.drafts[-1].units += read.mentions
        else:
            self.drafting.captions += [replace(m, inherited=True) for m in read.mentions]

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
        self.drafting.flush()
        self.drafting.ended = False
        self.labels.append(label)
        if self.drafting.prefix == "letter":
            self.drafting.prefix = ""
        open_item(
            self.drafting,
            s,
            label,
            following=self.live[i + 1] if i + 1 < len(self.live) else None,
            below=self._below(i),
            titled_articles=self.titled_articles,
        )

    def _below(self, i: int) -> Segment | None:
        """The next segment that is no unit line."""
        i += 1
        while i < len(self.live) and self.live[i].kind in ("unit_line", "caption"):
            i += 1
        return self.live[i] if i < len(self.live) else None

    def _table(self, i: int, s: Segment) -> None:
        del i
        self.drafting.flush()
        if s.table is None:
            raise AssertionError("a table segment without a table")
        self.tables.read(s.table)


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

"""The records that stages hand to one another: immutable, with the field's standard names.

Offsets are counted in Unicode code points into `Notice.body`, half open: `body[start:end] == text`. They are msgspec
structs, because parsing makes many and frozen dataclasses take far longer to make.
"""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

from msgspec import Struct

__all__ = [
    "HEADER_FIELDS",
    "LEVELS",
    "LEVEL_NAMES",
    "ROLES",
    "Answer",
    "AnswerUnit",
    "Block",
    "Cell",
    "Cite",
    "Clause",
    "ClauseUnit",
    "Column",
    "Conflict",
    "CorrectedField",
    "Correction",
    "Deadline",
    "Direction",
    "DropReason",
    "Effect",
    "FieldValue",
    "Filters",
    "HandCorrection",
    "Hit",
    "Intent",
    "Level",
    "Link",
    "Manifest",
    "Mode",
    "Notice",
    "Part",
    "PartKind",
    "Place",
    "Plan",
    "Quantity",
    "Query",
    "RawNotice",
    "Relation",
    "Repeal",
    "Role",
    "Silence",
    "Skipped",
    "Source",
    "Span",
    "Statement",
    "Table",
    "Target",
    "UnitMention",
    "WritingFailure",
    "Written",
    "WrittenSentence",
]

Role: TypeAlias = Literal["lead", "responsible", "support"]
Level: TypeAlias = Literal["nation", "province", "city", "district", "county", "town"]
Intent: TypeAlias = Literal["units", "duties", "targets", "measures", "comparison", "wording"]
Direction: TypeAlias = Literal["at_least", "at_most", "increase", "decrease", "about", "exactly"]
Mode: TypeAlias = Literal["hybrid", "lexical", "dense"]
PartKind: TypeAlias = Literal["intent", "topic", "place", "year", "level", "unit", "doc_number", "title", "correction"]
Effect: TypeAlias = Literal["reading", "filter", "boost", "missing"]
Relation: TypeAlias = Literal[
    "repeals",
    "repealed_by",
    "replaces",
    "replaced_by",
    "corrects",
    "corrected_by",
    "amends",
    "amended_by",
    "other_version",
]
# What an editor may correct by hand: an element of a notice's header, or the units of one clause.
CorrectedField: TypeAlias = Literal[
    "title",
    "kind",
    "issuers",
    "doc_number",
    "index_number",
    "addressees",
    "issued_on",
    "published_on",
    "place",
    "level",
    "disclosure",
    "units",
]
Silence: TypeAlias = Literal["not_in_archive", "no_unit_named", "conflicting_units", "insufficient_match"]
# Why a sentence that a language model wrote is not shown; `indexer/rewriting/support.py` says what each means.
DropReason: TypeAlias = Literal["no_quotation", "unknown_clause", "not_in_clause", "figure", "unit", "role", "wording"]
# Why a language model wrote nothing, or not all; `docs/language-models.md` says what to do about each.
WritingFailure: TypeAlias = Literal[
    "unreachable",
    "timeout",
    "key_refused",
    "not_found",
    "busy",
    "http_error",
    "redirected",
    "not_understood",
    "cut_off",
    "too_long",
    "declined",
    "nothing_verified",
]

ROLES: tuple[Role, ...] = ("lead", "responsible", "support")
LEVELS: tuple[Level, ...] = ("nation", "province", "city", "district", "county", "town")
LEVEL_NAMES: dict[str, str] = {
    "nation": "国家",
    "province": "省级",
    "city": "市级",
    "district": "区级",
    "county": "县级",
    "town": "乡镇",
}
HEADER_FIELDS: tuple[CorrectedField, ...] = tuple(field for field in get_args(CorrectedField) if field != "units")


# --- where a notice comes from -----------------------------------------------------------------


class Source(Struct, frozen=True):
    """The file a notice was read from."""

    path: str  # as given by the caller, with / between folders
    url: str | None  # where it was published, if the file or its provenance record says so
    sha256: str  # of the file's bytes
    media_type: str  # text/plain, text/html, …
    retrieved_at: str | None = None  # ISO 8601, if a crawler fetched it


class Cell(Struct, frozen=True):
    """One cell of a resolved grid; a merged cell's text stands in every place it covers."""

    text: str
    merged: bool = False  # repeats the cell above or to the left (row or column span)


class Table(Struct, frozen=True):
    """A rectangular grid: every row has the same number of cells."""

    rows: tuple[tuple[Cell, ...], ...]
    n_header_rows: int = 0  # leading rows marked as header by the source (<th>, <thead>); 0 when unmarked


class Block(Struct, frozen=True):
    """One paragraph of text (no line break inside), or a table."""

    text: str = ""
    table: Table | None = None


class RawNotice(Struct, frozen=True):
    """What a reader hands to the parser: blocks in reading order, and metadata the page itself declares."""

    source: Source
    blocks: tuple[Block, ...]
    metadata: tuple[tuple[str, str], ...] = ()  # e.g. ("title", …), ("published_on", …), ("index_number", …)
    warnings: tuple[str, ...] = ()  # e.g. a wrong charset declaration that was overridden


class Skipped(Struct, frozen=True):
    """A file that did not enter the index, and why, in one line."""

    path: str
    reason: str


# --- what a notice says ------------------------------------------------------------------------


class Span(Struct, frozen=True):
    """A located quotation: `body[start:end] == text`."""

    text: str
    start: int
    end: int


class Deadline(Span, frozen=True):
    """A date or a period that limits a clause, with what it means on the calendar.

    `begins_on` and `ends_on` are inclusive ISO 8601 days: 2023年12月底前 ends on 2023-12-31, 2023年 begins on 2023-01-01 and
    ends on 2023-12-31. None where the text and the notice leave them open (长期, a damaged 202312月).
    """

    kind: Literal["date", "period"] = "date"  # a day by which; a stretch of time in which
    begins_on: str | None = None
    ends_on: str | None = None
    year_assumed: bool = False  # the text names no year; the notice's own year was taken
    rule: str = ""


class Quantity(Struct, frozen=True):
    """A number of a target: 3万张以上 is at_least 30000 张, 5%-8% is exactly 5 to 8 with unit %."""

    value: float
    upper: float | None  # of a range, else None
    unit: str  # as written, without the multiplier (万, 亿): 张, 元, %, 个百分点
    direction: Direction


class Target(Span, frozen=True):
    """A quantitative phrase, with its quantities in reading order; a comparison (高于全市平均) may have none."""

    quantities: tuple[Quantity, ...] = ()
    rule: str = ""


class Column(Struct, frozen=True):
    """What a column of a table says of a row: `body[start:end]` under the column's name."""

    name: str
    start: int
    end: int


class UnitMention(Struct, frozen=True):
    """A unit made responsible for a clause, located where the notice names it."""

    surface: str  # as written, inner spaces removed
    name: str  # canonical short name, e.g. 市发展改革委 for 市发改委; the surface where none is known
    role: Role
    inherited: bool  # from a heading, a table caption or a document-wide statement
    start: int
    end: int
    rule: str  # the name of the rule that recognised it
    members: tuple[str, ...] = ()  # of a group that the notice itself defines, canonical names
    open_ended: bool = False  # the list goes on behind this unit without names: …、市财政局等有关部门


class Clause(Struct, frozen=True):
    """The smallest numbered passage with content of its own (the retrieval unit; IR: passage)."""

    clause_id: str  # <doc_id>:<number path>, e.g. 3fa9c1d07be2:3.1.2
    doc_id: str
    number: str  # the last label as written: 一、 （一） 1. 第三条; empty where there is none
    headings: tuple[str, ...]  # from the top, each its label and title; the last may be the clause's own
    text: str  # the content, without label, run-in title and unit line
    start: int
    end: int
    units: tuple[UnitMention, ...] = ()
    persons: tuple[str, ...] = ()  # 责任人, inner spaces removed
    deadline: Deadline | None = None  # the latest date or period that limits the clause
    targets: tuple[Target, ...] = ()
    columns: tuple[Column, ...] = ()  # of a table's row, in column order


class Cite(Struct, frozen=True):
    """Another document that the notice refers to as existing."""

    title: str
    doc_number: str | None = None


class Repeal(Struct, frozen=True):
    """A document that the notice ends: 同时废止, or puts itself in the place of: 以本通知为准."""

    title: str  # empty where only the number is given
    doc_number: str | None
    relation: Literal["repeals", "replaces"]


class Link(Struct, frozen=True):
    """What a notice is to another of the archive: `doc_id` repeals `other_doc_id`. Every link is kept both ways."""

    doc_id: str
    other_doc_id: str
    relation: Relation  # other_version: the same document with other figures, and it does not show which is later


class Place(Struct, frozen=True):
    """Where a notice applies; `None` above or below what is known."""

    province: str | None = None
    city: str | None = None
    district: str | None = None  # 区, 县 or county-level city

    def __str__(self) -> str:
        return "".join(part for part in (self.province, self.city, self.district) if part)


class Notice(Struct, frozen=True):
    """One official document, understood."""

    doc_id: str
    title: str
    kind: str | None  # 文种: 通知, 意见, 方案 …
    issuers: tuple[str, ...]  # 发文机关
    doc_number: str | None  # 发文字号
    index_number: str | None  # 索引号
    addressees: tuple[str, ...]  # 主送
    issued_on: str | None  # 成文日期, ISO 8601
    published_on: str | None  # 发布日期, ISO 8601
    place: Place
    level: Level | None
    cites: tuple[Cite, ...]
    attachments: tuple[str, ...]
    body: str  # the cleaned text that all offsets refer to
    clauses: tuple[Clause, ...]
    warnings: tuple[str, ...]
    source: Source
    disclosure: str | None = None  # 公开方式: 主动公开, 依申请公开, 不予公开
    repeals: tuple[Repeal, ...] = ()

    @property
    def year(self) -> int | None:
        """The year of 成文日期, else of 发布日期."""
        date = self.issued_on or self.published_on
        return int(date[:4]) if date else None


# --- what an editor corrected ------------------------------------------------------------------


class ClauseUnit(Struct, frozen=True):
    """A unit of a clause as an editor names it; its surface stands in the notice's body, inner spaces apart."""

    surface: str
    name: str = ""  # canonical; where none is given, the register's for the surface
    role: Role = "responsible"


# What a field holds before and after a correction: a text or none (title, kind, numbers, days, level, disclosure), names
# (issuers, addressees), a place, or the units of a clause.
FieldValue: TypeAlias = str | tuple[str, ...] | Place | tuple[ClauseUnit, ...] | None


class HandCorrection(Struct, frozen=True):
    """What one editor corrected by hand: one field of a notice's header, or the units of one clause."""

    correction_id: str  # twelve hex digits
    made_at: str  # ISO 8601, UTC
    made_by: str
    doc_id: str
    clause_id: str | None  # of the clause whose units these are; None for a field of the header
    field: CorrectedField
    before: FieldValue  # what the parser read
    after: FieldValue
    note: str = ""  # why, in the editor's words


# --- what is asked and answered ----------------------------------------------------------------


class Filters(Struct, frozen=True):
    """Exact restrictions; an empty tuple or None restricts nothing. Values within a field are alternatives."""

    places: tuple[str, ...] = ()  # matches a part of the place's full name: 嘉兴 matches 浙江省嘉兴市
    years: tuple[int, int] | None = None  # inclusive
    levels: tuple[Level, ...] = ()
    units: tuple[str, ...] = ()  # any name of a unit; a clause matches if it names the same agency
    kinds: tuple[str, ...] = ()
    doc_ids: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.places or self.years or self.levels or self.units or self.kinds or self.doc_ids)


class Query(Struct, frozen=True):
    """A question as given."""

    text: str
    query_id: str = "q"
    filters: Filters = Filters()
    without: tuple[str, ...] = ()  # keys of parts of the plan that the asker has taken back
    as_is: bool = False  # nothing is read from the text: it is searched for as it stands


class Correction(Struct, frozen=True):
    """A slip of the pen in a question: what was typed occurs nowhere in the archive, what is meant does."""

    typed: str
    meant: str


class Part(Struct, frozen=True):
    """One thing that the planner read from a question; whoever asked can take it back by its key."""

    kind: PartKind
    value: str  # the intent, the topic, a place, 2021 or 2021-2025, a level, a unit as typed, a number, a title, typed→meant
    effect: Effect  # how the words are read; only what passes; what passes ranks higher; nothing in the archive passes

    @property
    def key(self) -> str:
        """The name under which `Query.without` takes the part back; there is one topic, whatever its words."""
        return self.kind if self.kind == "topic" else f"{self.kind}:{self.value}"


class Plan(Struct, frozen=True):
    """What the planner understood of a query."""

    query: Query
    intent: Intent
    topic: str  # the query without the question's own words and without what became a filter
    filters: Filters  # the query's own, and what the text names outright
    units: tuple[str, ...] = ()  # units asked about
    unknown_places: tuple[str, ...] = ()  # named outright, but no notice in the archive is from there
    notes: tuple[str, ...] = ()  # names of the rules that fired
    text: str = ""  # what the rules read: the query in simplified characters and one width, its slips mended
    covering: tuple[Filters, ...] = ()  # pass beside `filters`: notices of the places above, which hold there too
    boosts: Filters = Filters()  # only hinted at: a clause ranks higher for every field that it passes
    corrections: tuple[Correction, ...] = ()
    parts: tuple[Part, ...] = ()  # all of this one by one, to be shown and to be taken back

    @property
    def compares(self) -> bool:
        """Whether the question is what several places say: an answer is then wanted of each."""
        return self.intent == "comparison" or "asks_across_places" in self.notes


class Hit(Struct, frozen=True):
    """One clause found for a query; rank counts from 1, a leg's rank is None where that leg missed it."""

    query_id: str
    clause_id: str
    rank: int
    score: float
    lexical_rank: int | None
    dense_rank: int | None


class AnswerUnit(Struct, frozen=True):
    """A unit in an answer, with the clause that names it."""

    name: str
    surface: str
    role: Role
    inherited: bool
    clause_id: str


class Statement(Struct, frozen=True):
    """A located quotation: `notice.body[start:end] == text`, inside the clause or its unit line."""

    text: str
    clause_id: str
    start: int
    end: int


class Conflict(Struct, frozen=True):
    """Two places of one notice that contradict each other, each a located quotation."""

    about: Literal["figures", "units"]
    first: Statement
    second: Statement


class Answer(Struct, frozen=True):
    """What is said in reply; `abstained` gives the reason for silence, and then units and statements are empty."""

    query: Query
    plan: Plan
    kind: Intent
    abstained: Silence | None
    units: tuple[AnswerUnit, ...]
    statements: tuple[Statement, ...]
    hits: tuple[Hit, ...]
    conflicts: tuple[Conflict, ...] = ()  # on what is asked; also where they are the reason for silence

    @property
    def compares(self) -> bool:
        """Whether it says what each of several places says."""
        return self.plan.compares


class WrittenSentence(Struct, frozen=True):
    """A sentence that a language model wrote, with the quotations that it rests on; each is verified, and there is one."""

    text: str
    quotations: tuple[Statement, ...]


class Written(Struct, frozen=True):
    """What a language model made of an answer: the sentences that were verified, and why others are not there."""

    model: str
    sentences: tuple[WrittenSentence, ...] = ()
    dropped: tuple[DropReason, ...] = ()  # one a sentence that was not verified, in their order
    failure: WritingFailure | None = None
    message: str | None = None  # the failure in one line


# --- what is stored ----------------------------------------------------------------------------


class Manifest(Struct, frozen=True):
    """What a generation holds; written last, so that its presence means the generation is complete."""

    schema_version: int
    encoder: str
    encoder_sha256: str
    dim: int
    corpus_sha256: str
    n_notices: int
    n_clauses: int
    parameters: tuple[tuple[str, str], ...]
    files: tuple[tuple[str, str], ...]  # file name below the generation → sha256
    built_at: str  # ISO 8601, UTC
    paths: tuple[str, ...] = ()  # files and folders that it was built from, as they were given
    folder: str = ""  # the working folder then, against which relative paths are meant

"""What comes back, declared for the OpenAPI document.

The objects themselves are made by `indexer/json_shapes.py`, `json_duties.py` and `json_precedents.py`, as for the command
line; `tests/test_api_shapes.py` holds every model here equal to them, key by key.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from indexer.notices.agencies import Relation as NameRelation
from indexer.precedents import Kind, Label
from indexer.precedents.differences import Kind as DifferenceKind
from indexer.records import Direction, DropReason, Intent, Level, Relation, Role, Silence, WritingFailure
from indexer.validity import Validity

__all__ = [
    "Alive",
    "AskResult",
    "Breakdown",
    "ClauseInNotice",
    "ClausePrecedents",
    "Health",
    "NoticeFull",
    "NoticeList",
    "FeedKey",
    "FeedKeyList",
    "MadeFeedKey",
    "Problem",
    "SavedList",
    "SavedQuestion",
    "SearchResult",
    "UnitDuties",
    "Written",
    "WrittenSentence",
]


class _Shape(BaseModel):
    """An object with these keys and no others."""

    model_config = ConfigDict(extra="forbid")


# --- clauses and notices -------------------------------------------------------------------------


class Unit(_Shape):
    """A unit made responsible for a clause, located where the notice names it."""

    name: str = Field(description="canonical short name")
    surface: str = Field(description="as written")
    role: Role
    inherited: bool
    start: int = Field(description="code points into the notice's body, as all offsets")
    end: int
    rule: str
    members: list[str] = Field(description="of a group that the notice defines")
    open_ended: bool = Field(description="the list goes on without names: 等有关部门")


class LinkedNotice(_Shape):
    """What the notice is to another of the archive."""

    relation: Relation
    doc_id: str
    title: str


class DeadlineValue(_Shape):
    """What a deadline means on the calendar; days are ISO 8601, both inclusive."""

    kind: Literal["date", "period"]
    begins_on: str | None
    ends_on: str | None
    year_assumed: bool
    start: int
    end: int
    rule: str


class Quantity(_Shape):
    """A number of a target."""

    value: float
    upper: float | None
    unit: str
    direction: Direction


class TargetValue(_Shape):
    """A quantitative phrase, located."""

    start: int
    end: int
    rule: str
    quantities: list[Quantity]


class TableColumn(_Shape):
    """What a column of a table says of a row."""

    name: str
    start: int
    end: int


class Clause(_Shape):
    """The smallest numbered passage with content of its own."""

    clause_id: str
    number: str
    headings: list[str]
    text: str
    start: int
    end: int
    persons: list[str]
    deadline: str | None
    deadline_value: DeadlineValue | None
    targets: list[str]
    target_values: list[TargetValue]
    columns: list[TableColumn]
    units: list[Unit]


class PathAndUrl(_Shape):
    """Where a notice was read from: the path as it was given to the build, and where it was published."""

    path: str
    url: str | None


class SourceFile(PathAndUrl):
    """The file that a notice was read from."""

    sha256: str


class NoticeHead(_Shape):
    """A notice without what it says."""

    doc_id: str
    title: str
    doc_number: str | None
    issuers: list[str]
    issued_on: str | None
    year: int | None
    place: str
    level: Level | None
    source: PathAndUrl


class Cite(_Shape):
    """A document that the notice refers to."""

    title: str
    doc_number: str | None


class Repeal(Cite):
    """A document that the notice ends."""

    relation: Literal["repeals", "replaces"]


class NoticeFull(_Shape):
    """A notice with its body and clauses."""

    doc_id: str
    title: str
    kind: str | None
    issuers: list[str]
    doc_number: str | None
    index_number: str | None
    issued_on: str | None
    published_on: str | None
    place: str
    level: Level | None
    addressees: list[str]
    attachments: list[str]
    cites: list[Cite]
    repeals: list[Repeal]
    disclosure: str | None
    warnings: list[str]
    source: SourceFile
    body: str
    clauses: list[Clause]
    links: list[LinkedNotice]


class ClauseInNotice(Clause):
    """A clause, and the notice that it stands in."""

    notice: NoticeHead
    links: list[LinkedNotice] = Field(description="what the notice is to others: repealed_by, corrected_by …")


class ListedNotice(NoticeHead):
    """A notice in a list."""

    kind: str | None
    validity: Validity
    n_clauses: int
    n_units: int


class NoticeList(_Shape):
    """A page of the notices that pass."""

    n_notices: int = Field(description="that pass, on all pages")
    notices: list[ListedNotice]


# --- questions -----------------------------------------------------------------------------------


class Hit(_Shape):
    """A clause that was found."""

    rank: int
    score: float
    lexical_rank: int | None
    dense_rank: int | None
    clause_id: str
    doc_id: str
    source_path: str
    title: str
    place: str
    year: int | None
    headings: list[str]
    text: str
    repeats: str | None = Field(description="clause_id of the hit above that says the same in the same notice")
    units: list[Unit]
    links: list[LinkedNotice]


class SearchResult(_Shape):
    """The clauses that were found, best first."""

    query_id: str
    query: str
    hits: list[Hit]


class AnswerUnit(_Shape):
    """A unit in an answer, with the clause that names it."""

    name: str
    surface: str
    role: Role
    inherited: bool
    clause_id: str


class Statement(_Shape):
    """A located quotation."""

    text: str
    clause_id: str
    start: int
    end: int


class Conflict(_Shape):
    """Two places of one notice that contradict each other."""

    about: Literal["figures", "units"]
    statements: list[Statement]


class WrittenSentence(_Shape):
    """A sentence that a language model wrote, with the verified quotations that it rests on."""

    text: str
    quotations: list[Statement]


class Written(_Shape):
    """What a language model made of the answer."""

    model: str
    sentences: list[WrittenSentence]
    dropped: int = Field(description="sentences that could not be verified")
    dropped_for: dict[DropReason, int]
    failure: WritingFailure | None
    message: str | None


class AskResult(SearchResult):
    """The answer to a question, or a reason for silence with the nearest clauses."""

    kind: Intent
    abstained: Silence | None
    units: list[AnswerUnit]
    statements: list[Statement]
    conflicts: list[Conflict]
    written: Written | None = Field(None, description="only there with llm=true; null where the answer is silence")


# --- precedents ----------------------------------------------------------------------------------


class FoundClause(_Shape):
    """A clause of the archive, and when and where it was issued."""

    clause_id: str
    doc_id: str
    title: str
    place: str
    level: Level | None
    issued_on: str | None
    published_on: str | None
    source_path: str


class NamedUnit(_Shape):
    """A unit of a precedent."""

    name: str
    surface: str
    role: Role


class Difference(_Shape):
    """A stretch of a word-level diff."""

    kind: DifferenceKind
    text: str


class Precedent(FoundClause):
    """A clause that says what the draft's clause says, or nearly."""

    rank: int
    score: float
    label: Label
    share: float
    share_of_found: float
    boilerplate: bool
    headings: list[str]
    text: str
    units: list[NamedUnit]
    n_notices: int
    also_in: list[FoundClause]
    diff: list[Difference]


class GenealogyNode(_Shape):
    """A clause in the genealogy of a wording."""

    clause_id: str
    doc_id: str
    title: str
    place: str
    level: Level | None
    day: str | None


class GenealogyEdge(_Shape):
    """Who took a wording from whom."""

    child: str
    parent: str
    kind: Kind
    evidence: Literal["cites", "date_and_level"]
    share: float


class Genealogy(_Shape):
    """Where a wording comes from."""

    nodes: list[GenealogyNode]
    edges: list[GenealogyEdge]


class Baseline(_Shape):
    """The clause that everything is compared with."""

    clause_id: str
    text: str
    diff: list[Difference]


class ClausePrecedents(_Shape):
    """Who wrote one clause of a draft before."""

    number: str
    headings: list[str]
    text: str
    boilerplate: bool
    precedents: list[Precedent]
    earliest: GenealogyNode | None
    genealogy: Genealogy
    baseline: Baseline | None


# --- duties --------------------------------------------------------------------------------------


class Task(_Shape):
    """A task: what is to be done, by whom, by when."""

    serial: int
    clause_id: str
    task: str
    measures: str
    goals: list[str]
    deadline: str | None
    deadline_value: DeadlineValue | None
    units: list[Unit]
    persons: list[str]
    headings: list[str]
    place_in_notice: str
    citation: str


class Breakdown(NoticeHead):
    """The tasks of a notice."""

    n_tasks: int = Field(description="on all pages")
    tasks: list[Task]


class UnitName(_Shape):
    """A name that the unit has had in the archive."""

    name: str
    relation: NameRelation
    n_tasks: int
    first_year: int | None
    last_year: int | None


class Duty(Task):
    """A task of a unit, with what makes it the unit's."""

    name: str
    relation: NameRelation
    role: Role
    inherited: bool
    through: str | None
    field: str
    notice: NoticeHead


class UnitDuties(_Shape):
    """The tasks of a unit under every name it has had."""

    unit: str
    names: list[UnitName]
    n_tasks: int = Field(description="on all pages")
    tasks: list[Duty]


# --- saved questions and feeds ---------------------------------------------------------------------


class SavedFilters(_Shape):
    """What a saved question is restricted to."""

    places: list[str]
    years: list[int] | None
    levels: list[Level]
    units: list[str]
    kinds: list[str]


class SavedQuestion(_Shape):
    """A question that is kept."""

    question_id: str
    text: str
    filters: SavedFilters
    without: list[str]
    owner: str
    created_at: str
    shared: bool
    changeable: bool = Field(description="whether the key may remove it")


class SavedList(_Shape):
    """The saved questions that the key may see, in the order in which they were saved."""

    questions: list[SavedQuestion]


class FeedKey(_Shape):
    """A key for feeds, without the key itself."""

    key_id: str
    made_at: str
    expires_at: str | None
    used_at: str | None
    holds: bool


class FeedKeyList(_Shape):
    """The keys for one's feeds."""

    keys: list[FeedKey]


class MadeFeedKey(_Shape):
    """A new key for feeds: the addresses are shown once."""

    key_id: str
    rss: str
    json_feed: str


# --- what runs, and what goes wrong --------------------------------------------------------------


class Alive(_Shape):
    """That the server runs: all that is said to whoever has to show a key, and has not."""

    status: Literal["ok"]
    version: str = Field(description="of the API")


class Health(Alive):
    """What is live."""

    generation: str
    built_at: str
    n_notices: int
    n_clauses: int
    encoder: str


class WrongParameter(_Shape):
    """A parameter that cannot be taken."""

    where: str
    message: str


class Problem(_Shape):
    """What is wrong, by RFC 9457."""

    type: str = Field(pattern="^urn:tiaowen:problem:[a-z-]+$")
    title: str
    status: int
    detail: str
    names: list[str] | None = Field(None, description="names that may have been meant")
    errors: list[WrongParameter] | None = Field(None, description="of a parameter that is missing or out of bounds")

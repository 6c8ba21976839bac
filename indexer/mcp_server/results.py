"""What the tools' results hold: short records, each with the citation of where it stands."""

from __future__ import annotations

from pydantic import BaseModel, Field

from indexer.notices.agencies import Relation as NameRelation
from indexer.precedents import Label
from indexer.records import Intent, Level, Relation, Role, Silence

__all__ = [
    "Answered",
    "Asserted",
    "Citation",
    "ClauseRead",
    "ClauseShown",
    "DraftClause",
    "Duties",
    "Listed",
    "NoticeLink",
    "NoticeRead",
    "PrecedentShown",
    "Precedents",
    "Responsible",
    "Searched",
    "TaskShown",
    "UnitAnswer",
    "UnitName",
]


class Citation(BaseModel):
    """Where something stands, to be quoted beside it."""

    text: str = Field(description="《title》（文号），place in the notice")
    title: str
    doc_number: str | None = Field(description="发文字号")
    clause_number: str = Field(description="the clause's place in the notice: 三、（一）1.")
    clause_id: str = Field(description="for get_clause")
    doc_id: str = Field(description="for get_notice")
    source: str = Field(description="where it was published, else the file it was read from")


class Responsible(BaseModel):
    """A unit of a clause."""

    name: str
    role: Role


class NoticeLink(BaseModel):
    """What the notice is to another: repealed_by, replaced_by, corrected_by …"""

    relation: Relation
    doc_id: str
    title: str


class ClauseShown(BaseModel):
    """A clause that was found."""

    text: str
    cut: bool = Field(description="the text goes on: get_clause has all of it")
    units: list[Responsible]
    links: list[NoticeLink] = Field(description="what became of the notice; a repealed one no longer holds")
    citation: Citation


class Searched(BaseModel):
    """The clauses that were found, best first."""

    clauses: list[ClauseShown]


class UnitAnswer(BaseModel):
    """A unit that answers, with the clause that names it."""

    name: str
    role: Role
    inherited: bool = Field(description="from a heading, a caption or a statement for the whole notice")
    citation: Citation


class Asserted(BaseModel):
    """A sentence of a notice, word for word."""

    text: str
    citation: Citation


class Answered(BaseModel):
    """The answer, or why there is none."""

    kind: Intent
    abstained: Silence | None = Field(description="why there is no answer; then nearest is all there is")
    units: list[UnitAnswer]
    statements: list[Asserted]
    conflicts: list[list[Asserted]] = Field(description="places of one notice that contradict each other")
    n_more: int = Field(description="statements and units that are left out")
    nearest: list[ClauseShown] = Field(description="the nearest clauses, where there is no answer")


class ClauseRead(BaseModel):
    """A clause with all that was read of it."""

    text: str
    headings: list[str]
    units: list[Responsible]
    persons: list[str]
    deadline: str | None
    ends_on: str | None = Field(description="the deadline's last day")
    targets: list[str]
    links: list[NoticeLink]
    citation: Citation


class Listed(BaseModel):
    """A clause in a notice's list."""

    clause_id: str
    number: str
    begins: str


class NoticeRead(BaseModel):
    """A notice with a list of its clauses."""

    doc_id: str
    title: str
    doc_number: str | None
    issuers: list[str]
    issued_on: str | None
    place: str
    level: Level | None
    source: str
    links: list[NoticeLink]
    n_clauses: int
    clauses: list[Listed]


class TaskShown(BaseModel):
    """A task of a unit."""

    task: str
    role: Role
    inherited: bool
    deadline: str | None
    ends_on: str | None
    citation: Citation


class UnitName(BaseModel):
    """A name under which the unit has tasks."""

    name: str
    relation: NameRelation
    n_tasks: int


class Duties(BaseModel):
    """The tasks of a unit under every name it has had."""

    unit: str
    names: list[UnitName]
    n_tasks: int
    tasks: list[TaskShown]


class PrecedentShown(BaseModel):
    """A clause that says it already, or nearly."""

    label: Label
    share: float = Field(description="of the draft's wording that stands there")
    n_notices: int = Field(description="in how many notices it stands like this")
    issued_on: str | None
    place: str
    text: str
    cut: bool
    citation: Citation


class DraftClause(BaseModel):
    """One clause of the draft with its precedents."""

    text: str
    boilerplate: bool
    precedents: list[PrecedentShown]
    earliest: str | None = Field(description="clause_id of the earliest dated source")


class Precedents(BaseModel):
    """The precedents of each clause of a draft."""

    clauses: list[DraftClause]

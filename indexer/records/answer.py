"""What is found and answered, and what a language model made of it."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from indexer.records.question import Plan, Query
from indexer.records.values import DropReason, Intent, Role, Silence, WritingFailure

__all__ = ["Answer", "AnswerUnit", "Conflict", "Hit", "Statement", "Written", "WrittenSentence"]


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

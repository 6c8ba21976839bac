"""The records that stages hand to one another: immutable, with the field's standard names.

Offsets are counted in Unicode code points into `Notice.body`, half open: `body[start:end] == text`. They are msgspec
structs, because parsing makes many and frozen dataclasses take far longer to make.
"""

from __future__ import annotations

from indexer.records.answer import Answer, AnswerUnit, Conflict, Hit, Statement, Written, WrittenSentence
from indexer.records.correction import ClauseUnit, FieldValue, HandCorrection
from indexer.records.manifest import Manifest
from indexer.records.notice import (
    Cite,
    Clause,
    Column,
    Deadline,
    Link,
    Notice,
    Place,
    Quantity,
    Repeal,
    Span,
    Target,
    UnitMention,
)
from indexer.records.question import Correction, Filters, Part, Plan, Query
from indexer.records.source import Block, Cell, RawNotice, Skipped, Source, Table
from indexer.records.values import (
    HEADER_FIELDS,
    LEVEL_NAMES,
    LEVELS,
    ROLES,
    CorrectedField,
    Direction,
    DropReason,
    Effect,
    Intent,
    Level,
    Mode,
    PartKind,
    Relation,
    Role,
    Silence,
    WritingFailure,
)

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

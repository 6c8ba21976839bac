"""What a notice says: its header, its clauses, the units responsible, and what it is to other notices."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from indexer.records.source import Source
from indexer.records.values import Direction, Level, Relation, Role

__all__ = [
    "Cite",
    "Clause",
    "Column",
    "Deadline",
    "Link",
    "Notice",
    "Place",
    "Quantity",
    "Repeal",
    "Span",
    "Target",
    "UnitMention",
]


# `gc=False`: records of strings and numbers, and of tuples of such records, can form no cycle. There are very many of them,
# and so the collector need not look at each again and again.


class Span(Struct, frozen=True, gc=False):
    """A located quotation: `body[start:end] == text`."""

    text: str
    start: int
    end: int


class Deadline(Span, frozen=True, gc=False):
    """A date or a period that limits a clause, with what it means on the calendar.

    `begins_on` and `ends_on` are inclusive ISO 8601 days: 2023年12月底前 ends on 2023-12-31, 2023年 begins on 2023-01-01 and
    ends on 2023-12-31. None where the text and the notice leave them open (长期, a damaged 202312月).
    """

    kind: Literal["date", "period"] = "date"  # a day by which; a stretch of time in which
    begins_on: str | None = None
    ends_on: str | None = None
    year_assumed: bool = False  # the text names no year; the notice's own year was taken
    rule: str = ""


class Quantity(Struct, frozen=True, gc=False):
    """A number of a target: 3万张以上 is at_least 30000 张, 5%-8% is exactly 5 to 8 with unit %."""

    value: float
    upper: float | None  # of a range, else None
    unit: str  # as written, without the multiplier (万, 亿): 张, 元, %, 个百分点
    direction: Direction


class Target(Span, frozen=True, gc=False):
    """A quantitative phrase, with its quantities in reading order; a comparison (高于全市平均) may have none."""

    quantities: tuple[Quantity, ...] = ()
    rule: str = ""


class Column(Struct, frozen=True, gc=False):
    """What a column of a table says of a row: `body[start:end]` under the column's name."""

    name: str
    start: int
    end: int


class UnitMention(Struct, frozen=True, gc=False):
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


class Cite(Struct, frozen=True, gc=False):
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


class Place(Struct, frozen=True, gc=False):
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

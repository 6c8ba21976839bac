"""Records as rows of the archive and back, and the archive's tables.

Lists are stored as JSON text; everything else as SQLite's own types. `notice_of_row(notice_row(n))` with its clauses is
`n` again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from msgspec.json import decode
from msgspec.structs import astuple

from indexer.records import (
    Cite,
    Clause,
    Column,
    Deadline,
    Notice,
    Place,
    Quantity,
    Repeal,
    Source,
    Target,
    UnitMention,
)

__all__ = [
    "CLAUSE_COLUMNS",
    "NOTICE_COLUMNS",
    "NUMBERING",
    "PAGE_COLUMNS",
    "SCHEMA",
    "SOURCE_COLUMNS",
    "UNIT_COLUMNS",
    "StoredPage",
    "clause_of_row",
    "clause_row",
    "notice_of_row",
    "notice_row",
    "source_of_row",
    "source_row",
    "unit_of_row",
    "unit_row",
]

# What SQLite gives and takes: str, int, None.
Value: TypeAlias = Any

NOTICE_COLUMNS = (
    "doc_id",
    "title",
    "kind",
    "issuers",
    "doc_number",
    "index_number",
    "addressees",
    "issued_on",
    "published_on",
    "province",
    "city",
    "district",
    "level",
    "cites",
    "attachments",
    "repeals",
    "disclosure",
    "warnings",
    "year",
    "body",
)
CLAUSE_COLUMNS = (
    "clause_id",
    "doc_id",
    "number",
    "headings",
    "text",
    "start",
    "end",
    "persons",
    "deadline",
    "targets",
    "columns",
)
UNIT_COLUMNS = ("surface", "name", "role", "inherited", "start", "end", "rule", "members", "open_ended")
SOURCE_COLUMNS = ("path", "url", "sha256", "media_type", "retrieved_at")
PAGE_COLUMNS = ("path", "text_id", "facts", "sketch", "content")

# `notices.body` stands last: a scan over the columns before it never reads the pages that long bodies overflow to.
# `pages` holds what the next build needs of a file
# to recognise its notice elsewhere without reading it again: text_id is the doc_id of the notice as this file has it,
# content is compressed. `states` has what the file system said of a file then. `corrections` holds what an editor corrected by hand and the build took up, as JSON, with what the
# parser read in its place; notices.corrections_sha256 tells the next build whether that is what is on file then.
SCHEMA = """
CREATE TABLE notices (
    doc_id TEXT PRIMARY KEY, title TEXT NOT NULL, kind TEXT, issuers TEXT NOT NULL, doc_number TEXT,
    index_number TEXT, addressees TEXT NOT NULL, issued_on TEXT, published_on TEXT, year INTEGER,
    province TEXT, city TEXT, district TEXT, level TEXT, cites TEXT NOT NULL, attachments TEXT NOT NULL,
    repeals TEXT NOT NULL, disclosure TEXT, warnings TEXT NOT NULL, sha256 TEXT NOT NULL, n_clauses INTEGER NOT NULL,
    corrections_sha256 TEXT NOT NULL, body TEXT NOT NULL
);
CREATE TABLE sources (
    path TEXT PRIMARY KEY, url TEXT, sha256 TEXT NOT NULL, media_type TEXT NOT NULL, retrieved_at TEXT,
    doc_id TEXT NOT NULL, kept INTEGER NOT NULL
);
CREATE TABLE pages (
    path TEXT PRIMARY KEY, text_id TEXT NOT NULL, facts TEXT NOT NULL, sketch BLOB NOT NULL, content BLOB NOT NULL
);
CREATE TABLE states (path TEXT PRIMARY KEY, state TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE links (
    doc_id TEXT NOT NULL, other_doc_id TEXT NOT NULL, relation TEXT NOT NULL, PRIMARY KEY (doc_id, other_doc_id, relation)
) WITHOUT ROWID;
CREATE TABLE skipped (path TEXT PRIMARY KEY, reason TEXT NOT NULL);
CREATE TABLE corrections (
    doc_id TEXT NOT NULL, ordinal INTEGER NOT NULL, correction TEXT NOT NULL, parsed TEXT NOT NULL, unapplied TEXT,
    PRIMARY KEY (doc_id, ordinal)
) WITHOUT ROWID;
CREATE TABLE clauses (
    id INTEGER PRIMARY KEY, clause_id TEXT NOT NULL UNIQUE, doc_id TEXT NOT NULL, number TEXT NOT NULL,
    headings TEXT NOT NULL, text TEXT NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL,
    persons TEXT NOT NULL, deadline TEXT, targets TEXT NOT NULL, columns TEXT NOT NULL,
    ordinal INTEGER NOT NULL, passage_sha256 TEXT NOT NULL
);
CREATE TABLE units (
    clause INTEGER NOT NULL, ordinal INTEGER NOT NULL, surface TEXT NOT NULL, name TEXT NOT NULL, role TEXT NOT NULL,
    inherited INTEGER NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL, rule TEXT NOT NULL,
    members TEXT NOT NULL, open_ended INTEGER NOT NULL,
    PRIMARY KEY (clause, ordinal)
) WITHOUT ROWID;
CREATE INDEX clauses_of_notice ON clauses (doc_id, ordinal);
CREATE INDEX units_by_name ON units (name);
CREATE INDEX sources_of_notice ON sources (doc_id);
CREATE INDEX notices_by_filters ON notices (year, level, kind, province, city, district, doc_id);
"""

# Each statement by itself. `rows.row` is the clause's number in both legs: its rank among all clause ids, so that rows in
# order are clause ids in order and the clauses of one notice are one unbroken run of rows, `runs`. One clause more or less
# changes the rows of all behind it, hence tables of their own: nothing else has to be written again.
NUMBERING = (
    "DROP TABLE IF EXISTS main.rows",
    "DROP TABLE IF EXISTS main.runs",
    "CREATE TABLE main.rows (row INTEGER PRIMARY KEY, clause INTEGER NOT NULL, clause_id TEXT NOT NULL)",
    "INSERT INTO main.rows SELECT row_number() OVER (ORDER BY clause_id) - 1, id, clause_id FROM main.clauses",
    "CREATE UNIQUE INDEX main.rows_of_clause ON rows (clause)",
    "CREATE TABLE main.runs (doc_id TEXT PRIMARY KEY, first_row INTEGER NOT NULL, n_clauses INTEGER NOT NULL) WITHOUT ROWID",
    "INSERT INTO main.runs SELECT c.doc_id, min(r.row), count(*) FROM main.clauses c JOIN main.rows r ON r.clause = c.id "
    "GROUP BY c.doc_id",
)


@dataclass(frozen=True, slots=True)
class StoredPage:
    """A file as the archive keeps it for recognising its notice elsewhere; what the texts hold is the builder's."""

    path: str
    text_id: str
    facts: str
    sketch: bytes


def notice_row(notice: Notice) -> tuple[Value, ...]:
    """The values of NOTICE_COLUMNS; source and clauses have tables of their own."""
    place = notice.place
    return (
        notice.doc_id,
        notice.title,
        notice.kind,
        _json(notice.issuers),
        notice.doc_number,
        notice.index_number,
        _json(notice.addressees),
        notice.issued_on,
        notice.published_on,
        place.province,
        place.city,
        place.district,
        notice.level,
        _json((cite.title, cite.doc_number) for cite in notice.cites),
        _json(notice.attachments),
        _json((repeal.title, repeal.doc_number, repeal.relation) for repeal in notice.repeals),
        notice.disclosure,
        _json(notice.warnings),
        notice.year,
        notice.body,
    )


def notice_of_row(row: Sequence[Value], source: Source, clauses: tuple[Clause, ...]) -> Notice:
    """The notice of a row with NOTICE_COLUMNS, with the source it was read from and its clauses."""
    return Notice(
        doc_id=row[0],
        title=row[1],
        kind=row[2],
        issuers=_texts(row[3]),
        doc_number=row[4],
        index_number=row[5],
        addressees=_texts(row[6]),
        issued_on=row[7],
        published_on=row[8],
        place=Place(row[9], row[10], row[11]),
        level=row[12],
        cites=tuple(Cite(title, number) for title, number in decode(row[13])),
        attachments=_texts(row[14]),
        repeals=tuple(Repeal(*repeal) for repeal in decode(row[15])),
        disclosure=row[16],
        warnings=_texts(row[17]),
        body=row[19],
        clauses=clauses,
        source=source,
    )


def clause_row(clause: Clause) -> tuple[Value, ...]:
    """The values of CLAUSE_COLUMNS; units have a table of their own."""
    deadline = clause.deadline
    return (
        clause.clause_id,
        clause.doc_id,
        clause.number,
        _json(clause.headings),
        clause.text,
        clause.start,
        clause.end,
        _json(clause.persons),
        None if deadline is None else _json(_values(deadline)),
        _json(
            (t.text, t.start, t.end, [_values(quantity) for quantity in t.quantities], t.rule) for t in clause.targets
        ),
        _json(_values(column) for column in clause.columns),
    )


def clause_of_row(row: Sequence[Value], units: tuple[UnitMention, ...]) -> Clause:
    """The clause of a row with CLAUSE_COLUMNS, with its unit mentions."""
    return Clause(
        clause_id=row[0],
        doc_id=row[1],
        number=row[2],
        headings=_texts(row[3]),
        text=row[4],
        start=row[5],
        end=row[6],
        units=units,
        persons=_texts(row[7]),
        deadline=None if row[8] is None else Deadline(*decode(row[8])),
        targets=tuple(_target(*stored) for stored in decode(row[9])),
        columns=tuple(Column(*stored) for stored in decode(row[10])),
    )


def unit_row(unit: UnitMention) -> tuple[Value, ...]:
    """The values of UNIT_COLUMNS."""
    return (
        unit.surface,
        unit.name,
        unit.role,
        int(unit.inherited),
        unit.start,
        unit.end,
        unit.rule,
        _json(unit.members),
        int(unit.open_ended),
    )


def unit_of_row(row: Sequence[Value]) -> UnitMention:
    """The mention of a row with UNIT_COLUMNS."""
    return UnitMention(row[0], row[1], row[2], bool(row[3]), row[4], row[5], row[6], _texts(row[7]), bool(row[8]))


def source_row(source: Source) -> tuple[Value, ...]:
    """The values of SOURCE_COLUMNS."""
    return (source.path, source.url, source.sha256, source.media_type, source.retrieved_at)


def source_of_row(row: Sequence[Value]) -> Source:
    """The source of a row with SOURCE_COLUMNS."""
    return Source(row[0], row[1], row[2], row[3], row[4])


def _target(text: str, start: int, end: int, quantities: Iterable[Sequence[Value]], rule: str) -> Target:
    return Target(text, start, end, tuple(Quantity(*quantity) for quantity in quantities), rule)


def _values(record: Deadline | Quantity | Column) -> list[Value]:
    """The fields of a flat record, in order."""
    return list(astuple(record))


def _json(values: Iterable[Any]) -> str:
    return json.dumps(list(values), ensure_ascii=False, separators=(",", ":"))


def _texts(stored: str) -> tuple[str, ...]:
    return () if stored == "[]" else tuple(decode(stored))

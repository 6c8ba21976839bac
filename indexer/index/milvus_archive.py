"""The notices, clauses and files of a generation, read from Milvus."""

from __future__ import annotations

import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Collection, Iterator, Sequence
from functools import cached_property

from msgspec import Struct
from msgspec.json import decode

from indexer.errors import NotInArchive, UsageError
from indexer.index.correction_rows import StoredCorrection, correction_of_row
from indexer.index.milvus_connection import Row, among
from indexer.index.milvus_snapshot import Record, Snapshot
from indexer.index.rows import (
    StoredPage,
    Value,
    clause_of_row,
    clause_row,
    notice_of_row,
    notice_row,
    source_of_row,
    source_row,
    unit_of_row,
    unit_row,
)
from indexer.records import Clause, Link, Notice, Skipped, Source

__all__ = [
    "Head",
    "MilvusArchive",
    "clause_payload",
    "content_record",
    "head_record",
    "link_record",
    "page_record",
    "skipped_record",
    "source_record",
]

# Bytes of a clause that stand in its own row; a longer one is a record.
_OWN_BYTES = 60_000

_READ = ("clause_id", "doc_id", "ordinal", "payload")


class Head(Struct, frozen=True):
    """What is stored of a notice besides its body and its clauses, with what its clauses name."""

    row: tuple[Value, ...]  # NOTICE_COLUMNS without the body
    sha256: str
    corrections_sha256: str
    n_clauses: int
    headings: tuple[str, ...]
    units: tuple[str, ...]  # canonical names
    members: tuple[str, ...]  # canonical names of units that a notice lists as members of a group


# --- as they are stored --------------------------------------------------------------------------


def head_record(notice: Notice, sha256: str, corrections_sha256: str) -> Record:
    """The head of a notice."""
    mentions = [unit for clause in notice.clauses for unit in clause.units]
    head = Head(
        row=notice_row(notice)[:-1],
        sha256=sha256,
        corrections_sha256=corrections_sha256,
        n_clauses=len(notice.clauses),
        headings=tuple(dict.fromkeys(heading for clause in notice.clauses for heading in clause.headings)),
        units=tuple(sorted({unit.name for unit in mentions})),
        members=tuple(sorted({name for unit in mentions for name in unit.members})),
    )
    values = {name: getattr(head, name) for name in Head.__struct_fields__}
    return Record(notice.doc_id, notice.doc_id, f"{sha256}:{corrections_sha256}", _json(values))


def clause_payload(clause: Clause) -> tuple[str, Record | None]:
    """What the clause's own row holds of it, and the record of a clause that is too long for that."""
    text = _json([clause_row(clause), [unit_row(unit) for unit in clause.units]])
    if len(text.encode()) <= _OWN_BYTES:
        return text, None
    return "", Record(clause.clause_id, clause.doc_id, "", text)


def source_record(source: Source, doc_id: str, *, kept: bool) -> Record:
    """A file and the notice found in it."""
    text = _json([source_row(source), doc_id, kept])
    return Record(source.path, doc_id, text, text) if len(text) < 256 else Record(source.path, doc_id, "", text)


def page_record(page: StoredPage) -> Record:
    """What is kept of a file for recognising its notice elsewhere."""
    return Record(page.path, page.text_id, "", _json([page.text_id, page.facts, b64encode(page.sketch).decode()]))


def content_record(path: str, doc_id: str, content: str) -> Record:
    """The content of a file, compressed; it may hold halves of surrogate pairs, which no text of Milvus may."""
    packed = zlib.compress(content.encode("utf-8", "surrogatepass"), 1)
    return Record(path, doc_id, "", b64encode(packed).decode())


def link_record(link: Link) -> Record:
    """What a notice is to another."""
    return Record(f"{link.doc_id} {link.relation} {link.other_doc_id}", link.doc_id, "", link.other_doc_id)


def skipped_record(file: Skipped) -> Record:
    """A file that was left out."""
    return Record(file.path, "", "", file.reason)


class MilvusArchive:
    """Everything the notices say, read-only; safe under threads."""

    def __init__(self, snapshot: Snapshot) -> None:
        """The archive of the snapshot."""
        self.snapshot = snapshot

    def close(self) -> None:
        """Give the connection back."""
        self.snapshot.milvus.close()

    # --- notices -------------------------------------------------------------------------------

    @cached_property
    def heads(self) -> dict[str, Head]:
        """The heads of all notices by doc_id."""
        return {record.key: decode(record.payload, type=Head) for record in self.snapshot.records("head")}

    def notices(self) -> list[Notice]:
        """The heads of all notices by doc_id, as notices: `body` is empty and `clauses` are none."""
        sources = {doc_id: source for source, doc_id, kept in self.all_sources() if kept}
        return [notice_of_row((*head.row, ""), sources[doc_id], ()) for doc_id, head in self.heads.items()]

    def notice(self, doc_id: str) -> Notice:
        """The whole notice; raises UsageError for an id that is not in the archive."""
        heads = list(self.snapshot.records("head", keys=[doc_id]))
        if not heads:
            raise NotInArchive(f"{doc_id}: no such notice in the archive; see the doc_id of a hit")
        head = decode(heads[0].payload, type=Head)
        body = "".join(record.payload for record in self.snapshot.records("body", keys=[doc_id]))
        return notice_of_row(
            (*head.row, body), self.sources(doc_id)[0], tuple(self.clauses_where(among("doc_id", [doc_id])))
        )

    def doc_ids(self) -> frozenset[str]:
        """The ids of all notices."""
        return frozenset(self.digests())

    def digests(self) -> dict[str, tuple[str, str]]:
        """By doc_id the digest of what a notice says, and that of its corrections by hand."""
        snapshot = self.snapshot
        rows = snapshot.milvus.rows(
            snapshot.collections.records,
            f'kind == "head" and part == 0 and {snapshot.visible}',
            ("key", "digest"),
            fresh=True,
        )
        return {row["key"]: tuple(row["digest"].split(":")) for row in rows}

    def kept_instead(self, doc_id: str) -> str | None:
        """The doc_id under which a notice is kept whose text of that id is another page's; None where none is."""
        paths = {record.key for record in self.snapshot.records("page", condition=among("doc_id", [doc_id]))}
        return min((kept for source, kept, _ in self._sources if source.path in paths), default=None)

    def corrections_digests(self) -> dict[str, str]:
        """By doc_id, for notices that have any, the digest of their corrections."""
        return {doc_id: corrections for doc_id, (_, corrections) in self.digests().items() if corrections}

    def corrections(self, doc_id: str | None = None) -> list[StoredCorrection]:
        """What an editor corrected by hand in the notice, or in all by doc_id."""
        found = self.snapshot.records("corrections", keys=None if doc_id is None else [doc_id])
        return [correction_of_row(*row) for record in found for row in json.loads(record.payload)]

    def links(self) -> list[Link]:
        """All links, by doc_id; each stands in both directions."""
        return sorted(
            map(_link, self.snapshot.records("link")), key=lambda link: (link.doc_id, link.other_doc_id, link.relation)
        )

    def links_of(self, doc_id: str) -> list[Link]:
        """What the notice is to others of the archive, by relation, then by the other's doc_id."""
        found = map(_link, self.snapshot.records("link", condition=among("doc_id", [doc_id])))
        return sorted(found, key=lambda link: (link.relation, link.other_doc_id))

    def contents(self) -> dict[str, tuple[int, int]]:
        """By doc_id how many clauses each notice has, and how many units by their canonical names."""
        return {doc_id: (head.n_clauses, len(head.units)) for doc_id, head in self.heads.items()}

    def unit_names(self, of: Collection[str] | None = None) -> list[str]:
        """The canonical names of all units, or of those that the notices name, sorted."""
        return sorted({name for head in self._heads_of(of) for name in head.units})

    def member_names(self, of: Collection[str] | None = None) -> list[str]:
        """The canonical names of all members of groups, or of those that the notices name, sorted."""
        return sorted({name for head in self._heads_of(of) for name in head.members})

    def headings(self, of: Collection[str] | None = None) -> list[str]:
        """Every heading that a clause, or one of the notices' clauses, stands under, once, sorted."""
        return sorted({heading for head in self._heads_of(of) for heading in head.headings})

    def _heads_of(self, doc_ids: Collection[str] | None) -> Iterator[Head]:
        return (head for doc_id, head in self.heads.items() if doc_ids is None or doc_id in doc_ids)

    # --- files ---------------------------------------------------------------------------------

    @property
    def n_sources(self) -> int:
        """How many files gave a notice."""
        return len(self._sources)

    def all_sources(self) -> list[tuple[Source, str, bool]]:
        """Every file by path, with the doc_id of its notice and whether the notice was read from this one."""
        return list(self._sources)

    def sources(self, doc_id: str) -> list[Source]:
        """Every file in which the notice was found; first the one it was read from, then the others by path."""
        found = map(_source, self.snapshot.records("source", condition=among("doc_id", [doc_id])))
        return [source for source, _, _ in sorted(found, key=lambda each: (not each[2], each[0].path))]

    def pages(self) -> Iterator[StoredPage]:
        """What is stored of every file for recognising its notice elsewhere, by path, without its content."""
        for record in self.snapshot.records("page"):
            text_id, facts, sketch = json.loads(record.payload)
            yield StoredPage(record.key, text_id, facts, b64decode(sketch))

    def page_content(self, path: str) -> str:
        """The content of a stored page; raises UsageError for a path it does not have."""
        for record in self.snapshot.records("content", keys=[path]):
            return zlib.decompress(b64decode(record.payload)).decode("utf-8", "surrogatepass")
        raise UsageError(f"{path}: no such file in the archive")

    def skipped(self) -> list[Skipped]:
        """Every file that the build left out, by path, with the reason."""
        return [Skipped(record.key, record.payload) for record in self.snapshot.records("skipped")]

    def duplicates(self) -> list[Skipped]:
        """Every file whose notice is kept once, from another: `same text as PATH`, or `same notice as PATH`; by path."""
        texts = {record.key: record.doc_id for record in self.snapshot.records("page")}
        kept = {doc_id: source.path for source, doc_id, is_kept in self._sources if is_kept}
        return [
            Skipped(source.path, f"same {'text' if texts.get(source.path) == doc_id else 'notice'} as {kept[doc_id]}")
            for source, doc_id, is_kept in self._sources
            if not is_kept
        ]

    @cached_property
    def _sources(self) -> list[tuple[Source, str, bool]]:
        return [_source(record) for record in self.snapshot.records("source")]

    # --- clauses -------------------------------------------------------------------------------

    def clauses(self, clause_ids: Sequence[str]) -> list[Clause]:
        """The clauses in the order asked for; raises UsageError for an id that is not in the archive."""
        wanted = list(dict.fromkeys(clause_ids))
        snapshot = self.snapshot
        rows = snapshot.milvus.rows_of(
            snapshot.collections.clauses, "clause_id", wanted, _READ, condition=snapshot.visible, few_each=True
        )
        found = {clause.clause_id: clause for clause in self._read(list(rows))}
        missing = [clause_id for clause_id in wanted if clause_id not in found]
        if missing:
            raise NotInArchive(f"{missing[0]}: no such clause in the archive; see the clause_id of a hit")
        return [found[clause_id] for clause_id in clause_ids]

    def wordings(self, clause_ids: Sequence[str]) -> list[tuple[str, bool]]:
        """Of each clause the text and whether it names a unit, in the order asked for; as `clauses`."""
        return [(clause.text, bool(clause.units)) for clause in self.clauses(clause_ids)]

    def clauses_where(self, condition: str) -> list[Clause]:
        """The clauses that pass the condition, by notice and in the order of its text."""
        snapshot = self.snapshot
        rows = snapshot.milvus.rows(snapshot.collections.clauses, f"{snapshot.visible} and ({condition})", _READ)
        return self._read(sorted(rows, key=lambda row: (row["doc_id"], row["ordinal"])))

    def _read(self, rows: Sequence[Row]) -> list[Clause]:
        """The clauses of the rows, in their order."""
        long = [row["clause_id"] for row in rows if not row["payload"]]
        texts = {record.key: record.payload for record in self.snapshot.records("clause", keys=long)}
        return [_clause(row["payload"] or texts[row["clause_id"]]) for row in rows]


def among_each(field: str, values: Sequence[str]) -> list[str]:
    """Filters that together pass the rows whose field has one of the values; each lists no more than Milvus likes."""
    return [among(field, values[first : first + 500]) for first in range(0, len(values), 500)]


def _clause(text: str) -> Clause:
    values, units = json.loads(text)
    return clause_of_row(values, tuple(unit_of_row(row) for row in units))


def _link(record: Record) -> Link:
    return Link(record.doc_id, record.payload, record.key.split(" ")[1])  # type: ignore[arg-type]


def _source(record: Record) -> tuple[Source, str, bool]:
    values, doc_id, kept = json.loads(record.payload)
    return source_of_row(values), doc_id, bool(kept)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

"""What a build writes into a set of collections: rows of what is new, and the death of what is gone or was changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from msgspec.json import encode
from msgspec.structs import replace

from indexer.index.archive import Archive
from indexer.index.correction_rows import correction_row
from indexer.index.dense import Vectors, checked
from indexer.index.dense_writer import texts_to_encode
from indexer.index.identity import DeferredEncoder
from indexer.index.milvus_archive import (
    MilvusArchive,
    clause_payload,
    content_record,
    head_record,
    link_record,
    page_record,
    skipped_record,
    source_record,
)
from indexer.index.milvus_collections import NEVER
from indexer.index.milvus_connection import Row
from indexer.index.milvus_index import place_key
from indexer.index.milvus_snapshot import Record, Snapshot, record_rows
from indexer.index.milvus_terms import StoredTerms, TermCounts, field_sets
from indexer.index.milvus_writer import MilvusWriter
from indexer.index.passage import IndexedClause, views
from indexer.index.store import Published, Tell
from indexer.records import Clause, Manifest, Notice

__all__ = ["Before", "Publication"]

# Clauses whose rows are written together.
_BATCH = 1024


@dataclass(frozen=True, slots=True)
class Before:
    """The generation that a build goes on from, in the same set of collections."""

    snapshot: Snapshot
    archive: MilvusArchive
    manifest: Manifest
    next_number: int  # of a term

    @classmethod
    def of(cls, archive: MilvusArchive, manifest: Manifest) -> Before:
        """The generation of the archive; raises IndexDamaged where the numbering of its terms is gone."""
        for record in archive.snapshot.records("numbers", fresh=True):
            return cls(archive.snapshot, archive, manifest, int(record.payload))
        raise archive.snapshot.damaged("the numbering of its terms is gone")


class Publication:
    """The rows of one generation, written into a set of collections; nobody sees them before they are made live."""

    def __init__(self, snapshot: Snapshot, *, fresh: Archive, writer: MilvusWriter) -> None:
        """The generation as it will be seen; `fresh` is the finished archive of what the writer took anew."""
        self._milvus = snapshot.milvus
        self._collections = snapshot.collections
        self._generation = snapshot.generation
        self._fresh = fresh
        self._writer = writer
        self._terms = TermCounts(None, 1)
        self.n_clauses = 0  # how many come and go, taken together
        self.n_notices = 0

    def write(
        self,
        manifest: Manifest,
        *,
        before: Before | None,
        vectors_of: Snapshot | None,
        encoder: DeferredEncoder,
        dim: int,
        tell: Tell,
    ) -> Published:
        """Write what is new, mark what is gone, and the manifest last.

        `before` is the generation to go on from, None in an empty set; `vectors_of` one whose vectors are of the same
        encoder. Nothing is made live yet.
        """
        digests = self._fresh.digests()
        there = before.archive.digests() if before else {}
        added = {doc_id for doc_id, digest in digests.items() if there.get(doc_id) != digest}
        gone = there.keys() - self._writer.kept - (digests.keys() - added)
        if before is not None:
            self._terms = TermCounts(StoredTerms(before.snapshot), before.next_number)
            self._retire(before.snapshot, gone)
        self._write_notices(added, digests)
        encoded, reused = self._write_clauses(added, vectors_of, encoder, tell)
        self._write_files(before)
        self._write_terms()
        everything = {**{doc_id: there[doc_id] for doc_id in there.keys() - gone}, **digests}
        n_before = (before.manifest.n_notices, before.manifest.n_clauses) if before else (0, 0)
        made = replace(
            manifest,
            dim=dim,
            corpus_sha256=_corpus(everything),
            n_notices=n_before[0] + self.n_notices,
            n_clauses=n_before[1] + self.n_clauses,
        )
        kept = made.n_clauses - encoded - reused
        self._write_manifest(made, before)
        for collection in self._collections.all:
            self._milvus.flush(collection)
        return Published(made, encoded, reused + kept)

    # --- notices and clauses -------------------------------------------------------------------

    def _retire(self, snapshot: Snapshot, gone: Iterable[str]) -> None:
        """Let every row of the notices die with this generation, and count their terms out."""
        doc_ids = sorted(gone)
        self.n_notices -= len(doc_ids)
        collections = snapshot.collections
        for row in snapshot.milvus.rows_of(
            collections.clauses, "doc_id", doc_ids, ("words",), condition=snapshot.visible, fresh=True
        ):
            self._terms.remove(row["words"])
            self.n_clauses -= 1
        own = 'kind in ["head", "body", "corrections", "clause"]'
        for collection, condition in (
            (collections.clauses, snapshot.visible),
            (collections.views, snapshot.visible),
            (collections.records, f"{own} and {snapshot.visible}"),
        ):
            keys = [
                row["pk"]
                for row in snapshot.milvus.rows_of(
                    collection, "doc_id", doc_ids, ("pk",), condition=condition, fresh=True
                )
            ]
            self._let_die(collection, keys)

    def _let_die(self, collection: str, keys: Sequence[str]) -> None:
        self._milvus.change(collection, [{"pk": key, "died": self._generation} for key in keys])

    def _write_notices(self, added: Iterable[str], digests: Mapping[str, tuple[str, str]]) -> None:
        """Heads, bodies and corrections of the notices."""
        for doc_ids in _in_batches(sorted(added), 64):
            rows: list[Row] = []
            for doc_id in doc_ids:
                notice = self._fresh.notice(doc_id)
                rows += self._rows("head", head_record(notice, *digests[doc_id]))
                rows += self._rows("body", Record(doc_id, doc_id, "", notice.body))
                if stored := self._fresh.corrections(doc_id):
                    corrections = [correction_row(at, each)[1:] for at, each in enumerate(stored)]
                    rows += self._rows("corrections", Record(doc_id, doc_id, "", encode(corrections).decode()))
                self.n_notices += 1
            self._milvus.insert(self._collections.records, rows)

    def _write_clauses(
        self, added: set[str], vectors_of: Snapshot | None, encoder: DeferredEncoder, tell: Tell
    ) -> tuple[int, int]:
        """Clauses and their vectors; gives how many were encoded and how many have the vectors of an equal passage."""
        heads = {notice.doc_id: notice for notice in self._fresh.notices() if notice.doc_id in added}
        total = sum(n for doc_id, (n, _) in self._fresh.contents().items() if doc_id in added)
        encoded = reused = 0
        encoder.expect(
            text
            for indexed_clauses, _ in self._clauses_of(added)
            for text in texts_to_encode([indexed_clauses], _known_vectors(vectors_of, indexed_clauses))
        )
        for indexed_clauses, ids in self._clauses_of(added):
            clauses = self._fresh.clauses(ids)
            known = _known_vectors(vectors_of, indexed_clauses)
            vectors = _vectors(indexed_clauses, known, encoder)
            reused += sum(indexed.passage_sha256 in known for indexed in indexed_clauses)
            encoded += sum(indexed.passage_sha256 not in known for indexed in indexed_clauses)
            self._insert_clauses(indexed_clauses, clauses, heads, vectors)
            self.n_clauses += len(clauses)
            tell("vectors", encoded + reused, total)
        return encoded, reused

    def _clauses_of(self, doc_ids: set[str]) -> Iterator[tuple[list[IndexedClause], list[str]]]:
        """The clauses of the notices as they are indexed, with their ids, in batches."""
        for batch in self._fresh.indexed.all(size=_BATCH):
            ids = self._fresh.clause_ids([indexed.row for indexed in batch])
            chosen = [
                (indexed, clause_id)
                for indexed, clause_id in zip(batch, ids, strict=True)
                if clause_id.partition(":")[0] in doc_ids
            ]
            if chosen:
                yield [indexed for indexed, _ in chosen], [clause_id for _, clause_id in chosen]

    def _insert_clauses(
        self,
        indexed_clauses: Sequence[IndexedClause],
        clauses: Sequence[Clause],
        heads: Mapping[str, Notice],
        vectors: Sequence[Vectors],
    ) -> None:
        words = self._terms.add([field_sets(indexed) for indexed in indexed_clauses])
        rows: list[Row] = []
        view_rows: list[Row] = []
        long: list[Row] = []
        ordinals = self._fresh.ordinals([indexed.row for indexed in indexed_clauses])
        for indexed, clause, ordinal, vector, own in zip(
            indexed_clauses, clauses, ordinals, words, vectors, strict=True
        ):
            filtered = self._filtered(clause, heads[clause.doc_id])
            payload, record = clause_payload(clause)
            if record is not None:
                long += self._rows("clause", record)
            rows.append(
                {
                    "pk": f"{clause.clause_id}@{self._generation}",
                    **filtered,
                    "ordinal": ordinal,
                    "members": _members(clause),
                    "payload": payload,
                    "words": vector,
                }
            )
            view_rows += [
                {
                    "pk": f"{clause.clause_id}#{view}@{self._generation}",
                    **filtered,
                    "view": view,
                    "passage": indexed.passage_sha256,
                    "meaning": meaning,
                }
                for view, meaning in enumerate(own)
            ]
        self._milvus.insert(self._collections.clauses, rows)
        self._milvus.insert(self._collections.views, view_rows)
        self._milvus.insert(self._collections.records, long)

    def _filtered(self, clause: Clause, head: Notice) -> Row:
        """What a clause and its vectors are filtered by."""
        place = head.place
        return {
            "clause_id": clause.clause_id,
            "doc_id": clause.doc_id,
            "born": self._generation,
            "died": NEVER,
            "year": head.year or 0,
            "place": place_key((place.province, place.city, place.district)),
            "level": head.level or "",
            "kind": head.kind or "",
            "units": sorted({unit.name for unit in clause.units}),
        }

    # --- files, links, terms, manifest ---------------------------------------------------------

    def _write_files(self, before: Before | None) -> None:
        """Sources, pages, links and files left out: what differs from before is written, what is no more dies."""
        fresh = self._fresh
        self._replace(
            "source", (source_record(s, doc_id, kept=kept) for s, doc_id, kept in fresh.all_sources()), before
        )
        self._replace("link", map(link_record, fresh.links()), before)
        self._replace("skipped", map(skipped_record, fresh.skipped()), before)
        pages = {page.path: page for page in fresh.pages()}
        if before is not None:
            self._forget_pages(before.snapshot)
        for paths in _in_batches(sorted(pages), 256):
            rows: list[Row] = []
            for path in paths:
                rows += self._rows("page", page_record(pages[path]))
                rows += self._rows("content", content_record(path, pages[path].text_id, fresh.page_content(path)))
            self._milvus.insert(self._collections.records, rows)

    def _forget_pages(self, snapshot: Snapshot) -> None:
        """Let what is kept of files die that were read anew or are gone."""
        condition = f'kind in ["page", "content"] and {snapshot.visible}'
        rows = snapshot.milvus.rows(self._collections.records, condition, ("pk", "key"), fresh=True)
        self._let_die(
            self._collections.records, [row["pk"] for row in rows if row["key"] not in self._writer.kept_pages]
        )

    def _replace(self, kind: str, records: Iterable[Record], before: Before | None) -> None:
        """Have just these records of the kind, of which each fits into one row."""
        wanted = {(record.key, record.payload): record for record in records}
        if before is not None:
            snapshot = before.snapshot
            condition = f'kind == "{kind}" and {snapshot.visible}'
            dead = []
            for row in snapshot.milvus.rows(self._collections.records, condition, ("pk", "key", "payload"), fresh=True):
                if wanted.pop((row["key"], row["payload"]), None) is None:
                    dead.append(row["pk"])
            self._let_die(self._collections.records, dead)
        rows = chain.from_iterable(self._rows(kind, record) for record in wanted.values())
        self._milvus.insert(self._collections.records, list(rows))

    def _write_terms(self) -> None:
        rows, counted_before = self._terms.rows(born=self._generation)
        self._milvus.insert(self._collections.terms, rows)
        self._let_die(self._collections.terms, counted_before)

    def _write_manifest(self, manifest: Manifest, before: Before | None) -> None:
        if before is not None:
            snapshot = before.snapshot
            condition = f'kind in ["manifest", "numbers"] and {snapshot.visible}'
            rows = snapshot.milvus.few(self._collections.records, condition, ["pk"], fresh=True)
            self._let_die(self._collections.records, [row["pk"] for row in rows])
        numbers = Record("numbers", "", "", str(self._terms.next_number))
        stored = Record("manifest", "", "", encode(manifest).decode())
        rows = [*self._rows("numbers", numbers), *self._rows("manifest", stored)]
        self._milvus.insert(self._collections.records, rows)

    def _rows(self, kind: str, record: Record) -> Iterator[Row]:
        return record_rows(kind, record, born=self._generation)


def _known_vectors(snapshot: Snapshot | None, clauses: Sequence[IndexedClause]) -> dict[str, Vectors]:
    """By the hash of a passage the vectors that it has in the generation."""
    if snapshot is None:
        return {}
    wanted = sorted({clause.passage_sha256 for clause in clauses})
    found: dict[str, dict[int, Sequence[float]]] = {}
    for row in snapshot.milvus.rows_of(
        snapshot.collections.views,
        "passage",
        wanted,
        ("passage", "view", "meaning"),
        condition=snapshot.visible,
        fresh=True,
    ):
        found.setdefault(row["passage"], {})[row["view"]] = row["meaning"]
    return {
        passage: np.asarray([of_view[view] for view in sorted(of_view)], dtype=np.float32)
        for passage, of_view in found.items()
    }


def _vectors(clauses: Sequence[IndexedClause], known: Mapping[str, Vectors], encoder: DeferredEncoder) -> list[Vectors]:
    """The vectors of each clause: those known, else encoded."""
    new = [clause for clause in clauses if clause.passage_sha256 not in known]
    made: dict[int, Vectors] = {}
    if new:
        texts = [views(clause.title, clause.headings, clause.text) for clause in new]
        n = sum(map(len, texts))
        encoded = checked(encoder.encode_clauses(list(chain(*texts))), n=n, dim=encoder.load().dim)
        ends = np.cumsum([len(of_clause) for of_clause in texts])
        made = {clause.row: own for clause, own in zip(new, np.split(encoded, ends[:-1]), strict=True)}
    return [made[clause.row] if clause.row in made else known[clause.passage_sha256] for clause in clauses]


def _members(clause: Clause) -> list[str]:
    return sorted({name for unit in clause.units for name in unit.members})


def _corpus(digests: Mapping[str, tuple[str, str]]) -> str:
    """The hash of all that the notices say, as `ArchiveWriter.finish` gives it."""
    corpus = hashlib.sha256()
    for doc_id, (digest, _) in sorted(digests.items()):
        corpus.update(f"{doc_id} {digest}\n".encode())
    return corpus.hexdigest()


def _in_batches(values: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (values[first : first + size] for first in range(0, len(values), size))

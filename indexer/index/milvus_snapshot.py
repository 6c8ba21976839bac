"""A generation of an index in Milvus: which collections hold it, and which of their rows belong to it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec

from indexer.address import MilvusAddress
from indexer.errors import IndexDamaged, IndexMismatch, IndexMissing
from indexer.index.generations import SCHEMA_VERSION, build_command
from indexer.index.milvus_collections import LAYOUT, NEVER, REGISTRY_FIELDS, CollectionSet
from indexer.index.milvus_connection import Milvus, Row
from indexer.records import Manifest

__all__ = ["LIVE", "Record", "Snapshot", "live_snapshot", "record_rows", "registry_row"]

LIVE = 'pk == "live"'

# Characters in one row of a record: in UTF-8 at most four bytes each, and Milvus takes 65,535.
_PART = 16_000


@dataclass(frozen=True, slots=True)
class Record:
    """Something stored by its kind and key."""

    key: str
    doc_id: str
    digest: str
    payload: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a reader of one generation sees."""

    milvus: Milvus
    collections: CollectionSet
    generation: int
    before: int = 0  # number of the set of collections that held the generation before

    @property
    def name(self) -> str:
        """What no other generation of the index is called."""
        return f"s{self.collections.number:06d}-{self.generation:06d}"

    @property
    def visible(self) -> str:
        """The condition for rows of this generation."""
        return f"born <= {self.generation} and died > {self.generation}"

    def records(
        self, kind: str, *, keys: Sequence[str] | None = None, condition: str = "", fresh: bool = False
    ) -> Iterator[Record]:
        """The records of a kind, of all keys or of those named, by key; long ones are put together from their parts."""
        own = f'kind == "{kind}" and {self.visible}{" and " if condition else ""}{condition}'
        fields = ("key", "doc_id", "digest", "part", "payload")
        milvus, collection = self.milvus, self.collections.records
        if keys is None:
            found = milvus.rows(collection, own, fields, fresh=fresh)
        else:
            found = milvus.rows_of(collection, "key", keys, fields, condition=own, fresh=fresh)
        parts: dict[str, list[Row]] = {}
        for row in found:
            parts.setdefault(row["key"], []).append(row)
        for key in sorted(parts):
            rows = sorted(parts[key], key=lambda row: int(row["part"]))
            text = "".join(row["payload"] for row in rows)
            yield Record(key, rows[0]["doc_id"], rows[0]["digest"], text)

    def manifest(self) -> Manifest:
        """What the generation holds; raises IndexDamaged where the record is gone or makes no sense."""
        for record in self.records("manifest", fresh=True):
            try:
                return msgspec.json.decode(record.payload, type=Manifest)
            except (ValueError, msgspec.ValidationError) as error:
                raise self.damaged("its manifest cannot be read") from error
        raise self.damaged("its manifest is gone")

    def damaged(self, wrong: str) -> IndexDamaged:
        """The error to raise for something wrong with the generation."""
        address = self.milvus.address
        return IndexDamaged(f"{address}: {wrong}; build the index again: {build_command(address)}")


def record_rows(kind: str, record: Record, *, born: int) -> Iterator[Row]:
    """The rows of a record, of which a long one has several."""
    for part, first in enumerate(range(0, max(len(record.payload), 1), _PART)):
        key = hashlib.sha256(f"{kind}\0{record.key}\0{part}\0{born}".encode()).hexdigest()[:32]
        yield {
            "pk": key,
            "kind": kind,
            "key": record.key,
            "doc_id": record.doc_id,
            "part": part,
            "born": born,
            "died": NEVER,
            "digest": record.digest,
            "payload": record.payload[first : first + _PART],
            "unused": [0.0, 0.0],
        }


def registry_row(key: str, values: dict[str, int | str | float]) -> Row:
    """A row of the registry."""
    return {"pk": key, "payload": json.dumps(values), "unused": [0.0, 0.0]}


def live_snapshot(milvus: Milvus) -> Snapshot:
    """The live generation.

    Raises IndexMissing where there is none, IndexMismatch where the collection of that name is something else or was made
    by another version of this program.
    """
    address = milvus.address
    name = address.name
    again = f"build the index again: {build_command(address)}"
    if name not in milvus.collections():
        raise IndexMissing(f"{address}: there is no index here; build one: {build_command(address)}")
    check_registry(milvus, address)
    milvus.load(name)
    found = milvus.few(name, LIVE, ["payload"], fresh=True)
    if not found:
        raise IndexMissing(f"{address}: there is no complete index here; build one: {build_command(address)}")
    try:
        values = json.loads(found[0]["payload"])
        layout, number, generation = values["layout"], int(values["set"]), int(values["generation"])
        before = int(values["before"])
    except (ValueError, KeyError, TypeError) as error:
        raise IndexDamaged(f"{address}: does not say what is live; {again}") from error
    if layout != f"{LAYOUT}.{SCHEMA_VERSION}":
        raise IndexMismatch(
            f"{address}: has layout version {layout}, this program reads {LAYOUT}.{SCHEMA_VERSION}; {again}"
        )
    collections = CollectionSet(name, number)
    if missing := set(collections.all).difference(milvus.collections()):
        raise IndexDamaged(f"{address}: the collection {min(missing)} is gone; {again}")
    milvus.load(*collections.all)
    return Snapshot(milvus, collections, generation, before)


def check_registry(milvus: Milvus, address: MilvusAddress) -> None:
    """Raises IndexMismatch where the collection of the index's name is not one that this program made."""
    if milvus.fields(address.name) != REGISTRY_FIELDS:
        raise IndexMismatch(
            f"{address}: the collection {address.name} is not an index of this program; give another name in the address"
        )

"""The collections that an index has in Milvus, and their fields.

    NAME                    which set and generation is live, and who builds; one row each
    NAME_s000001_clauses    a row a clause: what is filtered by, its terms as a sparse vector, the clause itself
    NAME_s000001_views      a row a vector of a clause, with what is filtered by
    NAME_s000001_records    everything else by kind and key: heads, bodies, sources, pages, links, corrections, manifest
    NAME_s000001_terms      a row a term: its number, and how many clauses have it in which fields

A set is made by a build from nothing (another encoder, another layout). The builds after it write into the same set: a
row is `born` in one generation and has `died` in a later one, and a reader of generation g sees the rows born by then and
not yet dead. So a build adds what is new and marks what is gone, and the live generation neither changes nor shows it
until the one row in NAME says otherwise.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from indexer.index.milvus_connection import Milvus

__all__ = ["LAYOUT", "NEVER", "REGISTRY_FIELDS", "CollectionSet", "create_registry", "sets_of"]

# Raised when fields or their meaning change, so that another version's index is refused instead of misread.
LAYOUT = 1

NEVER = 2**62  # when a row that is there dies

# Lengths are bytes. Milvus takes at most 65,535 for a text and 4,096 for an array.
TEXT_BYTES = 65_535
_KEY_BYTES = 8192  # paths, too
_ID_BYTES = 1024
_NAME_BYTES = 2048
_MOST_NAMES = 4096

REGISTRY_FIELDS = frozenset({"pk", "payload", "unused"})

# From so many clauses on the vectors are searched through a graph instead of one by one: exact search reads every
# vector for each question.
GRAPH_FROM = 200_000


@dataclass(frozen=True, slots=True)
class CollectionSet:
    """The names of the four collections of a set."""

    name: str  # of the index
    number: int

    @property
    def clauses(self) -> str:
        """What is searched by words and read."""
        return f"{self._prefix}_clauses"

    @property
    def views(self) -> str:
        """What is searched by meaning."""
        return f"{self._prefix}_views"

    @property
    def records(self) -> str:
        """Heads, bodies, files, links."""
        return f"{self._prefix}_records"

    @property
    def terms(self) -> str:
        """Frequencies."""
        return f"{self._prefix}_terms"

    @property
    def all(self) -> tuple[str, str, str, str]:
        """All four."""
        return (self.clauses, self.views, self.records, self.terms)

    @property
    def _prefix(self) -> str:
        return f"{self.name}_s{self.number:06d}"

    def create(self, milvus: Milvus, *, dim: int, n_clauses: int) -> None:
        """Make the four collections, empty, for vectors of `dim` dimensions and about so many clauses."""
        _create_clauses(milvus, self.clauses)
        _create_views(milvus, self.views, dim=dim, graph=n_clauses >= GRAPH_FROM)
        _create_records(milvus, self.records)
        _create_terms(milvus, self.terms)

    def drop(self, milvus: Milvus) -> None:
        """Remove what there is of the four."""
        there = set(milvus.collections())
        for collection in self.all:
            if collection in there:
                milvus.drop(collection)


def sets_of(milvus: Milvus, name: str) -> list[CollectionSet]:
    """Every set of the index of which there is a collection."""
    found = {
        int(match[1])
        for collection in milvus.collections()
        if (match := re.fullmatch(rf"{re.escape(name)}_s(\d{{6}})_(?:clauses|views|records|terms)", collection))
    }
    return [CollectionSet(name, number) for number in sorted(found)]


def create_registry(milvus: Milvus, name: str) -> None:
    """Make the collection that says what is live."""
    schema = _Schema()
    schema.text("payload", TEXT_BYTES)
    schema.create(milvus, name)


class _Schema:
    """A collection in the making: fields and indexes; every collection needs a vector, if only an unused one."""

    def __init__(self) -> None:
        """Begin with the key."""
        from pymilvus import DataType, MilvusClient

        self._types = DataType
        self._schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
        self._indexes = MilvusClient.prepare_index_params()
        self._schema.add_field("pk", DataType.VARCHAR, max_length=_KEY_BYTES, is_primary=True)
        self._has_vector = False

    def text(self, name: str, length: int, *, indexed: bool = False) -> None:
        """A text of at most so many bytes."""
        self._schema.add_field(name, self._types.VARCHAR, max_length=length)
        self._index(name, indexed)

    def integers(self, *names: str) -> None:
        """Integers."""
        for name in names:
            self._schema.add_field(name, self._types.INT64)

    def number(self, name: str) -> None:
        """An integer that is looked up."""
        self._schema.add_field(name, self._types.INT64)
        self._index(name, indexed=True)

    def names(self, name: str) -> None:
        """A list of names."""
        self._schema.add_field(
            name,
            self._types.ARRAY,
            element_type=self._types.VARCHAR,
            max_capacity=_MOST_NAMES,
            max_length=_NAME_BYTES,
        )

    def sparse(self, name: str) -> None:
        """A sparse vector, searched exactly by inner product."""
        self._schema.add_field(name, self._types.SPARSE_FLOAT_VECTOR)
        self._indexes.add_index(name, index_type="SPARSE_INVERTED_INDEX", metric_type="IP")
        self._has_vector = True

    def dense(self, name: str, dim: int, *, graph: bool) -> None:
        """A vector of length 1, searched by inner product: exactly, or through a graph."""
        self._schema.add_field(name, self._types.FLOAT_VECTOR, dim=dim)
        how = {"index_type": "HNSW", "params": {"M": 16, "efConstruction": 200}} if graph else {"index_type": "FLAT"}
        self._indexes.add_index(name, metric_type="IP", **how)
        self._has_vector = True

    def create(self, milvus: Milvus, collection: str) -> None:
        """Make the collection."""
        if not self._has_vector:
            self.dense("unused", 2, graph=False)
        milvus.create(collection, self._schema, self._indexes)

    def _index(self, name: str, indexed: bool) -> None:
        if indexed:
            self._indexes.add_index(name, index_type="INVERTED")


def _filtered(schema: _Schema) -> None:
    """What clauses and their vectors are filtered by."""
    schema.text("clause_id", _ID_BYTES, indexed=True)
    schema.text("doc_id", _ID_BYTES, indexed=True)
    schema.integers("born", "died", "year")
    schema.text("place", _NAME_BYTES)
    schema.text("level", _ID_BYTES)
    schema.text("kind", _NAME_BYTES)
    schema.names("units")


def _create_clauses(milvus: Milvus, collection: str) -> None:
    schema = _Schema()
    _filtered(schema)
    schema.integers("ordinal")
    schema.names("members")
    schema.text("payload", TEXT_BYTES)
    schema.sparse("words")
    schema.create(milvus, collection)


def _create_views(milvus: Milvus, collection: str, *, dim: int, graph: bool) -> None:
    schema = _Schema()
    _filtered(schema)
    schema.integers("view")
    schema.text("passage", _ID_BYTES, indexed=True)
    schema.dense("meaning", dim, graph=graph)
    schema.create(milvus, collection)


def _create_records(milvus: Milvus, collection: str) -> None:
    schema = _Schema()
    schema.text("kind", _ID_BYTES, indexed=True)
    schema.text("key", _KEY_BYTES, indexed=True)
    schema.text("doc_id", _ID_BYTES, indexed=True)
    schema.integers("part", "born", "died")
    schema.text("digest", _ID_BYTES)
    schema.text("payload", TEXT_BYTES)
    schema.create(milvus, collection)


def _create_terms(milvus: Milvus, collection: str) -> None:
    schema = _Schema()
    schema.text("term", _ID_BYTES, indexed=True)
    schema.number("number")
    schema.integers("born", "died")
    schema.text("counts", TEXT_BYTES)
    schema.create(milvus, collection)

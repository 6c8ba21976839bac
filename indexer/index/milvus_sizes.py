"""How large an index in Milvus is, from its own rows: what sizing of a cluster is reckoned from."""

from __future__ import annotations

import json
from itertools import islice

from indexer.index.milvus_connection import Row
from indexer.index.milvus_index import MilvusIndex

__all__ = ["bytes_per_clause"]

# Rows looked at in each collection.
_SAMPLED = 5000


def bytes_per_clause(index: MilvusIndex) -> dict[str, float]:
    """By part the bytes of data that Milvus holds for a clause, before any index or compression of its own.

    Vectors count four bytes a dimension, sparse ones eight an entry, integers eight, texts their UTF-8. `vectors` and
    `terms of a clause` are also numbers: how many a clause has.
    """
    snapshot, n = index.snapshot, max(index.manifest.n_clauses, 1)
    collections, milvus = snapshot.collections, snapshot.milvus
    n_views = milvus.count(collections.views, snapshot.visible)
    filtered = ("pk", "clause_id", "doc_id", "place", "level", "kind", "units", "year", "born", "died")
    clauses = list(
        islice(milvus.rows(collections.clauses, snapshot.visible, (*filtered, "words", "payload")), _SAMPLED)
    )
    records = list(
        islice(milvus.rows(collections.records, snapshot.visible, ("pk", "kind", "key", "payload")), _SAMPLED)
    )
    terms = list(islice(milvus.rows(collections.terms, snapshot.visible, ("pk", "term", "counts")), _SAMPLED))
    scalars = _mean([_scalars(row) for row in clauses])
    entries = _mean([len(row["words"]) for row in clauses])
    return {
        "terms of a clause": entries,
        "vectors": n_views / n,
        "bytes: text and units": _mean([len(row["payload"].encode()) for row in clauses]),
        "bytes: terms": 8 * entries,
        "bytes: filters": scalars * (1 + n_views / n),
        "bytes: vectors": n_views / n * 4 * index.manifest.dim,
        "bytes: notices and files": _mean([_scalars(row) for row in records])
        * milvus.count(collections.records, snapshot.visible) / n,
        "bytes: frequencies": _mean([_scalars(row) for row in terms]) * milvus.count(collections.terms, snapshot.visible) / n,
    }  # fmt: skip


def _scalars(row: Row) -> float:
    """Bytes of the row's texts, lists and integers, without the clause itself and its vector."""
    values = [
        value for name, value in row.items() if name not in ("words",) and not (name == "payload" and "words" in row)
    ]
    return sum(len((value if isinstance(value, str) else json.dumps(value)).encode()) for value in values)


def _mean(values: list[float] | list[int]) -> float:
    return sum(values) / len(values) if values else 0.0

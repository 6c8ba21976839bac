"""The index in Milvus: both legs and the filters are asked there, the clauses are read from there."""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from indexer.address import MilvusAddress
from indexer.errors import IndexMissing, TiaowenError
from indexer.index.identity import chosen_encoder
from indexer.index.interface import Index, Scope
from indexer.index.milvus_archive import MilvusArchive, among_each
from indexer.index.milvus_connection import LARGEST_RESULT, Milvus, among
from indexer.index.milvus_snapshot import Snapshot, live_snapshot
from indexer.index.milvus_terms import StoredTerms
from indexer.index.place_names import Parts
from indexer.index.terms import SCORE_DECIMALS, Counts, Occurrences
from indexer.records import Clause, Filters, Manifest

if TYPE_CHECKING:  # FAISS's types, and the model's
    from indexer.index.dense import Vectors
    from indexer.index.encoder import Encoder
    from indexer.index.reranker import Reranker

__all__ = [
    "MilvusIndex",
    "live_milvus_generation",
    "live_milvus_manifest",
    "open_milvus_archive",
    "open_milvus_index",
    "place_key",
]

# Of so many filters it is remembered how many clauses pass.
_SCOPES_KEPT = 64
# So often an open index looks whether its generation is still kept.
CHECK_SECONDS = 10.0

# Cosines that differ by less than this are a tie, as in an index in a folder.
COSINE_DECIMALS = 6


def place_key(parts: Parts) -> str:
    """A place as one text to filter by."""
    return "/".join(part or "" for part in parts)


class MilvusScope:
    """Clauses as a condition of Milvus; how many they are is counted when somebody wants to know."""

    def __init__(self, condition: str, snapshot: Snapshot) -> None:
        """The clauses of the snapshot that pass the condition."""
        self.condition = condition
        self._snapshot = snapshot

    def __len__(self) -> int:
        return self._count

    def __or__(self, other: MilvusScope) -> MilvusScope:
        return MilvusScope(f"({self.condition}) or ({other.condition})", self._snapshot)

    def __and__(self, other: MilvusScope) -> MilvusScope:
        return MilvusScope(f"({self.condition}) and ({other.condition})", self._snapshot)

    def among(self, clause_ids: Sequence[str]) -> frozenset[str]:
        """Those of the clauses named that pass."""
        snapshot = self._snapshot
        return frozenset(
            row["clause_id"]
            for listed in among_each("clause_id", clause_ids)
            for row in snapshot.milvus.few(
                snapshot.collections.clauses, f"{listed} and {snapshot.visible} and ({self.condition})", ["clause_id"]
            )
        )

    @cached_property
    def _count(self) -> int:
        snapshot = self._snapshot
        return snapshot.milvus.count(snapshot.collections.clauses, f"{snapshot.visible} and ({self.condition})")


class MilvusIndex(Index):
    """An index in Milvus.

    It goes on answering from its own generation while a build makes the next one live. The build after that removes
    it, and then asking raises IndexMissing.
    """

    _archive: MilvusArchive

    def __init__(
        self, archive: MilvusArchive, manifest: Manifest, *, encoder: Encoder | str, reranker: Reranker | None = None
    ) -> None:
        """Made by `open_milvus_index`."""
        super().__init__(encoder, reranker)
        address = archive.snapshot.milvus.address
        self.manifest = manifest
        self.directory = address.folder
        self.address = str(address)
        self.generation = archive.snapshot.name
        self._archive = archive
        self.snapshot = archive.snapshot
        self._terms = StoredTerms(archive.snapshot)
        self._kept_scope = lru_cache(maxsize=_SCOPES_KEPT)(self._new_scope)
        self._seen_live = time.monotonic()

    def close(self) -> None:
        """Give the connection back; asking afterwards raises UsageError."""
        self._archive.close()

    # --- asking --------------------------------------------------------------------------------

    def _scope(self, filters: Filters, places: tuple[Parts, ...]) -> MilvusScope | None:
        return self._kept_scope(filters, places)

    def _new_scope(self, filters: Filters, places: tuple[Parts, ...]) -> MilvusScope | None:
        if not filters:
            return None
        conditions = []
        if filters.places:
            conditions.append(among("place", sorted(map(place_key, places))))
        if filters.years is not None:
            conditions.append(f"year >= {filters.years[0]} and year <= {filters.years[1]}")
        for field, wanted in (("level", filters.levels), ("kind", filters.kinds), ("doc_id", filters.doc_ids)):
            if wanted:
                conditions.append(among(field, wanted))
        if filters.units:
            conditions.append(_names_any("units", filters.units))
        return MilvusScope(" and ".join(conditions), self.snapshot)

    def _scope_of(self, doc_ids: Collection[str], *, others: bool = False) -> MilvusScope:
        listed = among_each("doc_id", sorted(doc_ids)) or [among("doc_id", [])]
        condition = " or ".join(f"({each})" for each in listed)
        return MilvusScope(f"not ({condition})" if others else condition, self.snapshot)

    def _by_words(
        self, text: str, k: int, allowed: Scope | None, weights: Mapping[str, float] | None, occurrences: Occurrences
    ) -> list[tuple[str, float]]:
        vector = self._terms.question(text, occurrences, weights)
        if not vector or k <= 0:
            return []
        return self._best(self.snapshot.collections.clauses, "words", vector, k, allowed, decimals=SCORE_DECIMALS)

    def _counts(self, terms: Sequence[str]) -> Counts:
        return self._terms.occurrences(terms)

    def _nearest(self, query: Vectors, k: int, allowed: Scope | None) -> list[tuple[str, float]]:
        return self._best(
            self.snapshot.collections.views, "meaning", query.tolist(), k, allowed, decimals=COSINE_DECIMALS
        )

    def _check_generation(self) -> None:
        """Raises IndexMissing where later builds have removed what this generation consists of; looks now and then."""
        if time.monotonic() - self._seen_live < CHECK_SECONDS:
            return
        live, own = live_snapshot(self.snapshot.milvus), self.snapshot
        same = live.collections == own.collections and live.generation <= own.generation + 1
        if not same and not (live.before == own.collections.number and live.generation == 1):
            raise IndexMissing(f"{self.address}: later builds have taken the place of what was opened; open it again")
        self._seen_live = time.monotonic()

    def _best(
        self, collection: str, field: str, vector: object, k: int, allowed: Scope | None, *, decimals: int
    ) -> list[tuple[str, float]]:
        """The `k` clauses with the greatest inner product of any of their rows, ties by clause_id."""
        self._check_generation()
        condition = self.snapshot.visible + (f" and ({_condition(allowed)})" if allowed is not None else "")
        wanted = min(2 * k + 16, LARGEST_RESULT)
        while True:
            found = self.snapshot.milvus.nearest(collection, field, vector, wanted, condition=condition)
            best: dict[str, float] = {}
            for clause_id, score in found:
                best.setdefault(clause_id, round(score, decimals))
            ranked = sorted(best.items(), key=lambda hit: (-hit[1], hit[0]))
            # Two rows of a clause take two places, and a tie that reaches past the last result may have members outside
            # it: ask for more until there are k clauses, and the last row is worse than the last of them.
            enough = len(ranked) >= k and round(found[-1][1], decimals) < ranked[k - 1][1]
            if enough or len(found) < wanted or wanted == LARGEST_RESULT:
                return ranked[:k]
            wanted = min(wanted * 4, LARGEST_RESULT)

    # --- reading -------------------------------------------------------------------------------

    def clauses_of_units(self, names: Sequence[str], *, allowed: Scope | None = None) -> list[Clause]:
        """The clauses that name one of the units by its exact canonical name, by doc_id, in the order of the text."""
        return self._naming("units", names, allowed)

    def clauses_of_members(self, names: Sequence[str], *, allowed: Scope | None = None) -> list[Clause]:
        """The clauses that name a group (工作专班成员单位) with one of the units as a member, as `clauses_of_units`."""
        return self._naming("members", names, allowed)

    def _naming(self, field: str, names: Sequence[str], allowed: Scope | None) -> list[Clause]:
        if not names:
            return []
        condition = _names_any(field, names)
        return self._archive.clauses_where(condition if allowed is None else f"{condition} and ({_condition(allowed)})")

    def _doc_ids_in(self, scope: Scope) -> frozenset[str]:
        snapshot = self.snapshot
        condition = f"{snapshot.visible} and ({_condition(scope)})"
        return frozenset(
            row["doc_id"] for row in snapshot.milvus.rows(snapshot.collections.clauses, condition, ["doc_id"])
        )


def _condition(scope: Scope) -> str:
    """The condition of a scope that this index made; raises TypeError for another's."""
    if isinstance(scope, MilvusScope):
        return scope.condition
    raise TypeError(f"{type(scope).__name__} was made by another kind of index")


def _names_any(field: str, names: Sequence[str]) -> str:
    """The filter for rows whose list has one of the names."""
    return f"array_contains_any({field}, {json.dumps(list(names), ensure_ascii=False)})"


# --- opening -------------------------------------------------------------------------------------


@contextmanager
def _connected(address: MilvusAddress) -> Iterator[Milvus]:
    """A connection that is closed if what is done with it fails."""
    milvus = Milvus(address)
    try:
        yield milvus
    except TiaowenError:
        milvus.close()
        raise


def open_milvus_archive(address: MilvusAddress) -> MilvusArchive:
    """The archive of the live generation; raises as `open_index`."""
    with _connected(address) as milvus:
        return MilvusArchive(live_snapshot(milvus))


def open_milvus_index(
    address: MilvusAddress, encoder: Encoder | str | None = None, *, reranker: Reranker | None = None
) -> MilvusIndex:
    """The live index at the address, as `open_index` gives it; its rows are counted."""
    with _connected(address) as milvus:
        snapshot = live_snapshot(milvus)
        manifest = snapshot.manifest()
        chosen = chosen_encoder(encoder, manifest, str(address))
        check_counts(snapshot, manifest)
    with suppress(OSError):  # where it cannot be made nothing can be corrected, and that is said then
        address.folder.mkdir(parents=True, exist_ok=True)
    return MilvusIndex(MilvusArchive(snapshot), manifest, encoder=chosen, reranker=reranker)


def check_counts(snapshot: Snapshot, manifest: Manifest) -> None:
    """Raises IndexDamaged where the collections do not hold what the manifest says."""
    collections = snapshot.collections
    for collection, condition, what, expected in (
        (collections.records, 'kind == "head" and part == 0 and ', "notices", manifest.n_notices),
        (collections.clauses, "", "clauses", manifest.n_clauses),
        (collections.views, "view == 0 and ", "clauses", manifest.n_clauses),
    ):
        found = snapshot.milvus.count(collection, condition + snapshot.visible)
        if found != expected:
            raise snapshot.damaged(f"{collection} holds {found} {what} instead of {expected}")


def live_milvus_manifest(address: MilvusAddress) -> Manifest:
    """The manifest of the live generation; raises as `open_index`."""
    with closing(Milvus(address)) as milvus:
        return live_snapshot(milvus).manifest()


def live_milvus_generation(address: MilvusAddress) -> str:
    """The name of the live generation; raises as `open_index`."""
    with closing(Milvus(address)) as milvus:
        return live_snapshot(milvus).name

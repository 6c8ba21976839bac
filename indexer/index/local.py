"""The index on this machine: one generation, its archive and both legs behind one class."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, overload

import numpy as np

from indexer.errors import IndexDamaged, TiaowenError
from indexer.index.archive import Archive, Rows
from indexer.index.generations import ARCHIVE, LEXICAL, VECTORS, Generation, build_command, open_live, verify
from indexer.index.identity import chosen_encoder
from indexer.index.interface import Index, Scope
from indexer.index.place_names import Parts
from indexer.index.row_sets import common, lies_in, merged
from indexer.index.terms import Counts, Occurrences
from indexer.records import Clause, Filters

if TYPE_CHECKING:  # FAISS and tantivy take a quarter of a second to import; open_local_index does it
    from indexer.index.dense import Dense, Vectors
    from indexer.index.encoder import Encoder
    from indexer.index.lexical import Lexical
    from indexer.index.reranker import Reranker

__all__ = ["LocalIndex", "open_local_index"]

# Of so many filters the rows are kept: at a million clauses at most 8 MB each.
ROWS_KEPT = 8
# FAISS looks through the list of allowed rows for every vector, which takes as long as rows times vectors: so it is given a
# list of rows where these are few, or less than one in so many of all.
FEW_ROWS = 1000
MOST_READ_ON = 20


class LocalScope:
    """Clauses as the sorted numbers of their rows."""

    def __init__(self, rows: Rows, archive: Archive, marks: frozenset[str] | None = None) -> None:
        """The rows of the archive; each has one of the `marks`, if these are given."""
        self.rows = rows
        self.marks = marks
        self._archive = archive

    def __len__(self) -> int:
        return len(self.rows)

    def __or__(self, other: LocalScope) -> LocalScope:
        marks = None if self.marks is None or other.marks is None else self.marks | other.marks
        return LocalScope(merged(self.rows, other.rows), self._archive, marks)

    def __and__(self, other: LocalScope) -> LocalScope:
        marks = other.marks if self.marks is None else self.marks
        return LocalScope(common(self.rows, other.rows), self._archive, marks)

    def among(self, clause_ids: Sequence[str]) -> frozenset[str]:
        """Those of the clauses named that lie in the rows."""
        return self._archive.among(clause_ids, self.rows)


class LocalIndex(Index):
    """An index in a folder.

    It goes on answering from its own generation while a build makes the next one live; open the index again
    to see that.
    """

    _archive: Archive

    def __init__(
        self,
        generation: Generation,
        archive: Archive,
        lexical: Lexical,
        dense: Dense,
        *,
        encoder: Encoder | str,
        reranker: Reranker | None = None,
    ) -> None:
        """Made by `open_local_index`; `encoder` is one already loaded, or the name to load at the first dense query."""
        super().__init__(encoder, reranker)
        self.manifest = generation.manifest
        self.directory = generation.directory
        self.address = str(generation.directory)
        self.generation = generation.path.name
        self._generation = generation
        self._archive = archive
        self._lexical = lexical
        self._dense = dense
        # One question asks for the same rows several times.
        self._kept_scope = lru_cache(maxsize=ROWS_KEPT)(self._new_scope)

    def close(self) -> None:
        """Give files and the hold on the generation back; asking afterwards raises UsageError."""
        self._archive.close()
        self._generation.release()

    # --- asking --------------------------------------------------------------------------------

    def _scope(self, filters: Filters, places: tuple[Parts, ...]) -> LocalScope | None:
        return self._kept_scope(filters, places)

    def _new_scope(self, filters: Filters, places: tuple[Parts, ...]) -> LocalScope | None:
        rows = self._archive.allowed(filters, places)
        return None if rows is None else LocalScope(rows, self._archive, self._archive.marks(filters, places))

    def _scope_of(self, doc_ids: Collection[str], *, others: bool = False) -> LocalScope:
        return LocalScope(self._archive.rows_of(doc_ids, others=others), self._archive)

    def _by_words(
        self, text: str, k: int, allowed: Scope | None, weights: Mapping[str, float] | None, occurrences: Occurrences
    ) -> list[tuple[str, float]]:
        marks = allowed.marks if isinstance(allowed, LocalScope) else None
        found = self._lexical.search(
            text, k, allowed=_rows(allowed), marks=marks, weights=weights, occurrences=occurrences
        )
        return self._named(found)

    def _counts(self, terms: Sequence[str]) -> Counts:
        return self._lexical.occurrences(terms)

    def _nearest(self, query: Vectors, k: int, allowed: Scope | None) -> list[tuple[str, float]]:
        rows = _rows(allowed)
        if rows is None or len(rows) <= FEW_ROWS or MOST_READ_ON * len(rows) <= self.manifest.n_clauses:
            return self._named(self._dense.search(query, k, allowed=rows))
        return self._named(self._nearest_of_many(query, k, rows))

    def _nearest_of_many(self, query: Vectors, k: int, rows: Rows) -> list[tuple[int, float]]:
        """The rows of many that are nearest: those among the nearest of all, read on until no other can be as near."""
        n = self.manifest.n_clauses
        wanted = k * n // len(rows) + 16
        while True:
            found = self._dense.search(query, min(wanted, n))
            inside = lies_in(np.fromiter((row for row, _ in found), np.int64, len(found)), rows)
            kept = [hit for hit, passes in zip(found, inside, strict=True) if passes]
            if wanted >= n or (len(kept) >= k and found[-1][1] < kept[k - 1][1]):
                return kept[:k]
            wanted *= 4

    # --- reading -------------------------------------------------------------------------------

    def clauses_of_units(self, names: Sequence[str], *, allowed: Scope | None = None) -> list[Clause]:
        """The clauses that name one of the units by its exact canonical name, by doc_id, in the order of the text."""
        return self._archive.clauses_of_units(names, allowed=_rows(allowed))

    def clauses_of_members(self, names: Sequence[str], *, allowed: Scope | None = None) -> list[Clause]:
        """The clauses that name a group (工作专班成员单位) with one of the units as a member, as `clauses_of_units`."""
        return self._archive.clauses_of_members(names, allowed=_rows(allowed))

    def _doc_ids_in(self, scope: Scope) -> frozenset[str]:
        return self._archive.doc_ids_of(_rows(scope))

    def titles(self) -> list[tuple[str, str]]:
        """The doc_id and the title of every notice, by doc_id; read at every call."""
        return self._archive.titles()

    def doc_numbers(self) -> list[tuple[str, str]]:
        """The doc_id and the 发文字号 of every notice that has one, by doc_id; read at every call."""
        return self._archive.doc_numbers()

    def file(self, name: str) -> Path | None:
        """A file of this generation that the build wrote beside archive and legs; None where there is none."""
        path = self._generation.path / name
        return path if path.is_file() else None

    # A generation never changes, so what is asked for with every query is read once; of heads what is needed, since all
    # of each take a gigabyte for a million clauses.

    @cached_property
    def _whole_places(self) -> dict[Parts, Parts]:
        return self._archive.whole_places

    @cached_property
    def _years(self) -> list[int]:
        return self._archive.years()

    @cached_property
    def _kinds(self) -> list[str]:
        return self._archive.kinds()

    def _named(self, hits: Sequence[tuple[int, float]]) -> list[tuple[str, float]]:
        """Rows as clause ids; rows are numbered in the order of the ids, so ties by row are ties by clause_id."""
        ids = self._archive.clause_ids([row for row, _ in hits])
        return [(clause_id, score) for clause_id, (_, score) in zip(ids, hits, strict=True)]


@overload
def _rows(scope: Scope) -> Rows: ...
@overload
def _rows(scope: Scope | None) -> Rows | None: ...
def _rows(scope: Scope | None) -> Rows | None:
    """The rows of a scope that this index made; raises TypeError for another's."""
    if scope is None or isinstance(scope, LocalScope):
        return None if scope is None else scope.rows
    raise TypeError(f"{type(scope).__name__} was made by another kind of index")


def open_local_index(
    directory: Path, encoder: Encoder | str | None = None, *, reranker: Reranker | None = None
) -> LocalIndex:
    """The live index of the folder, verified, as `open_index` gives it."""
    generation = open_live(directory)
    try:
        verify(generation)
        chosen = chosen_encoder(encoder, generation.manifest, str(directory))
        archive, lexical, dense = _open_parts(generation)
    except TiaowenError:
        generation.release()
        raise
    return LocalIndex(generation, archive, lexical, dense, encoder=chosen, reranker=reranker)


def _open_parts(generation: Generation) -> tuple[Archive, Lexical, Dense]:
    """Archive and legs of the generation; raises IndexDamaged where they do not hold what the manifest says."""
    from indexer.index.dense import Dense
    from indexer.index.lexical import Lexical

    path, manifest = generation.path, generation.manifest
    archive, lexical, dense = Archive(path / ARCHIVE), Lexical(path / LEXICAL), Dense(path / VECTORS)
    for name, what, found, expected in (
        (ARCHIVE, "notices", archive.n_notices, manifest.n_notices),
        (ARCHIVE, "clauses", archive.n_clauses, manifest.n_clauses),
        (LEXICAL, "clauses", lexical.n_clauses, manifest.n_clauses),
        (VECTORS, "clauses", dense.n_clauses, manifest.n_clauses),
        (VECTORS, "dimensions", dense.dim, manifest.dim),
    ):
        if found != expected:
            archive.close()
            raise IndexDamaged(
                f"{path / name}: holds {found} {what} instead of {expected}; "
                f"build the index again: {build_command(generation.directory)}"
            )
    return archive, lexical, dense

"""The index on this machine: one generation, its archive and both legs behind one class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from indexer.errors import IndexDamaged, TiaowenError
from indexer.index.archive import Archive, Rows
from indexer.index.generations import ARCHIVE, LEXICAL, VECTORS, Generation, build_command, open_live, verify
from indexer.index.identity import chosen_encoder
from indexer.index.interface import Index, Scope
from indexer.index.place_names import Parts
from indexer.records import Clause, Filters

if TYPE_CHECKING:  # FAISS and tantivy take a quarter of a second to import; open_local_index does it
    from indexer.index.dense import Dense, Vectors
    from indexer.index.encoder import Encoder
    from indexer.index.lexical import Lexical
    from indexer.index.reranker import Reranker

__all__ = ["LocalIndex", "open_local_index"]

# Of so many filters the rows are kept: at a million clauses at most 8 MB each.
ROWS_KEPT = 8


class LocalScope:
    """Clauses as the sorted numbers of their rows."""

    def __init__(self, rows: Rows, archive: Archive) -> None:
        """The rows of the archive."""
        self.rows = rows
        self._archive = archive

    def __len__(self) -> int:
        return len(self.rows)

    def __or__(self, other: LocalScope) -> LocalScope:
        return LocalScope(np.union1d(self.rows, other.rows), self._archive)

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
        self._allowed = lru_cache(maxsize=ROWS_KEPT)(self._scope)

    def close(self) -> None:
        """Give files and the hold on the generation back; asking afterwards raises UsageError."""
        self._archive.close()
        self._generation.release()

    # --- asking --------------------------------------------------------------------------------

    def allowed(self, filters: Filters) -> Scope | None:
        """The clauses that pass the filters; None where nothing is restricted. See `Archive.allowed` for what passes."""
        return self._allowed(filters)

    def _scope(self, filters: Filters) -> LocalScope | None:
        rows = self._archive.allowed(filters)
        return None if rows is None else LocalScope(rows, self._archive)

    def lexical(
        self, text: str, k: int, *, allowed: Scope | None = None, weights: Mapping[str, float] | None = None
    ) -> list[tuple[str, float]]:
        """The `k` clauses whose words fit best; see `Lexical.search`."""
        return self._named(self._lexical.search(text, k, allowed=_rows(allowed), weights=weights))

    def frequencies(self, text: str) -> dict[str, int]:
        """In how many clauses each term of the text stands; 0 for a term that the archive does not have."""
        return self._lexical.frequencies(text)

    def _nearest(self, query: Vectors, k: int, allowed: Scope | None) -> list[tuple[str, float]]:
        return self._named(self._dense.search(query, k, allowed=_rows(allowed)))

    # --- reading -------------------------------------------------------------------------------

    def clauses_of_units(self, names: Sequence[str], *, allowed: Scope | None = None) -> list[Clause]:
        """The clauses that name one of the units by its exact canonical name, by doc_id, in the order of the text."""
        return self._archive.clauses_of_units(names, allowed=_rows(allowed))

    def clauses_of_members(self, names: Sequence[str], *, allowed: Scope | None = None) -> list[Clause]:
        """The clauses that name a group (工作专班成员单位) with one of the units as a member, as `clauses_of_units`."""
        return self._archive.clauses_of_members(names, allowed=_rows(allowed))

    def contents(self) -> dict[str, tuple[int, int]]:
        """By doc_id how many clauses each notice has, and how many units by their canonical names."""
        return self._archive.contents()

    def doc_ids(self, filters: Filters) -> frozenset[str]:
        """The notices with a clause that passes the filters (see `allowed`); all notices where nothing is restricted."""
        rows = _rows(self.allowed(filters))
        return self._archive.doc_ids() if rows is None else self._archive.doc_ids_of(rows)

    def titles(self) -> list[tuple[str, str]]:
        """The doc_id and the title of every notice, by doc_id; read at every call."""
        return self._archive.titles()

    def unit_names(self) -> list[str]:
        """The canonical names of all units, sorted."""
        return list(self._unit_names)

    def member_names(self) -> list[str]:
        """The canonical names of all units that a notice lists as members of a group, sorted."""
        return list(self._member_names)

    def headings(self) -> list[str]:
        """Every heading that a clause stands under, once, sorted; read at every call."""
        return self._archive.headings()

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

    @cached_property
    def _unit_names(self) -> list[str]:
        return self._archive.unit_names()

    @cached_property
    def _member_names(self) -> list[str]:
        return self._archive.member_names()

    def _named(self, hits: Sequence[tuple[int, float]]) -> list[tuple[str, float]]:
        """Rows as clause ids; rows are numbered in the order of the ids, so ties by row are ties by clause_id."""
        ids = self._archive.clause_ids([row for row, _ in hits])
        return [(clause_id, score) for clause_id, (_, score) in zip(ids, hits, strict=True)]


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

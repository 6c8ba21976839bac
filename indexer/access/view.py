"""The part of an index that a reader may see, as an index like any other.

What may not be seen is taken out before anything is asked, ranked, counted or listed: a view gives what an index gives that
was built from the visible files alone, score for score. The rarity of a word is reckoned from the visible clauses, a place
lies where the visible notices say, and a notice is linked to another where both are visible.
"""

from __future__ import annotations

import hashlib
import threading
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from msgspec.structs import replace

from indexer.access.visible_archive import Visible, VisibleArchive
from indexer.index.interface import Index, Scope
from indexer.index.passage import indexed_clause
from indexer.index.place_names import Parts
from indexer.index.terms import FIELDS, Counts, Occurrences, field_texts
from indexer.records import Clause, Filters, Manifest

if TYPE_CHECKING:  # FAISS's types, and the model's
    from indexer.index.dense import Vectors
    from indexer.index.encoder import Encoder

__all__ = ["RestrictedIndex", "restricted"]

_SCOPES_KEPT = 16


class VisibleScope:
    """Clauses of a view, as a scope of the index behind it with nothing in it that may not be seen."""

    def __init__(self, scope: Scope, view: RestrictedIndex) -> None:
        """The scope of the index behind the view."""
        self.scope = scope
        self.view = view

    def __len__(self) -> int:
        return len(self.scope)

    def __or__(self, other: VisibleScope) -> VisibleScope:
        return VisibleScope(self.scope | self.view.behind(other), self.view)

    def __and__(self, other: VisibleScope) -> VisibleScope:
        return VisibleScope(self.scope & self.view.behind(other), self.view)

    def among(self, clause_ids: Sequence[str]) -> frozenset[str]:
        """Those of the clauses named that are in it."""
        return self.scope.among(clause_ids)


class RestrictedIndex(Index):
    """A view of an index, made by `restricted`; closing it closes the index."""

    _archive: VisibleArchive

    def __init__(self, whole: Index, visible: Visible) -> None:
        """The visible part of the index, which stays open as long as the view is used."""
        super().__init__(whole.encoder, whole.reranker)
        self._whole = whole
        self._visible = visible
        self._archive = VisibleArchive(whole.archive, visible)
        self.directory = whole.directory
        self.address = whole.address
        self.generation = f"{whole.generation}+{visible.digest}"
        self.manifest = _manifest(whole.manifest, self._archive)
        self._kept_scope = lru_cache(maxsize=_SCOPES_KEPT)(self._new_scope)
        self._counting = threading.Lock()

    def close(self) -> None:
        """Close the index; asking afterwards raises UsageError."""
        self._whole.close()

    def behind(self, scope: Scope) -> Scope:
        """The scope of the index behind this view; raises TypeError for one that another index made."""
        if isinstance(scope, VisibleScope) and scope.view is self:
            return scope.scope
        raise TypeError(f"{type(scope).__name__} was made by another index")

    # --- asking --------------------------------------------------------------------------------

    @cached_property
    def _all(self) -> Scope:
        """Every visible clause, by whichever list of notices is the shorter."""
        hidden = self._hidden
        if len(hidden) < len(self._visible.doc_ids):
            return self._whole._scope_of(hidden, others=True)
        return self._whole._scope_of(self._visible.doc_ids)

    @cached_property
    def _hidden(self) -> frozenset[str]:
        return self._whole.archive.doc_ids() - self._visible.doc_ids

    def _inside(self, scope: Scope | None) -> Scope:
        return self._all if scope is None else self.behind(scope)

    def _scope(self, filters: Filters, places: tuple[Parts, ...]) -> Scope | None:
        return self._kept_scope(filters, places)

    def _new_scope(self, filters: Filters, places: tuple[Parts, ...]) -> VisibleScope | None:
        found = self._whole._scope(filters, places)
        return None if found is None else VisibleScope(found & self._all, self)

    def _scope_of(self, doc_ids: Collection[str], *, others: bool = False) -> Scope:
        return VisibleScope(self._whole._scope_of(doc_ids, others=others) & self._all, self)

    def _by_words(
        self, text: str, k: int, allowed: Scope | None, weights: Mapping[str, float] | None, occurrences: Occurrences
    ) -> list[tuple[str, float]]:
        if not self.manifest.n_clauses:
            return []
        return self._whole._by_words(text, k, self._inside(allowed), weights, occurrences)

    def _nearest(self, query: Vectors, k: int, allowed: Scope | None) -> list[tuple[str, float]]:
        return self._whole._nearest(query, k, self._inside(allowed))

    def _loaded_encoder(self) -> Encoder:
        return self._whole._loaded_encoder()

    def _counts(self, terms: Sequence[str]) -> Counts:
        with self._counting:  # seconds where much is hidden: not by every reader at once
            counted, of_hidden = self._counted
        whole = self._whole._counts(terms) if of_hidden else {}
        return {
            term: {
                field: whole[term][field] - counted[term, field] if of_hidden else counted[term, field]
                for field in FIELDS
            }
            for term in terms
        }

    @cached_property
    def _counted(self) -> tuple[Counter[tuple[str, str]], bool]:
        """In how many hidden clauses each term stands, by field, and that these are hidden; where fewer are visible, of
        the visible ones.
        """
        of_hidden = 2 * self.manifest.n_clauses > self._whole.manifest.n_clauses
        return Counter(self._terms(self._hidden if of_hidden else self._visible.doc_ids)), of_hidden

    def _terms(self, doc_ids: Collection[str]) -> Iterator[tuple[str, str]]:
        """Each term of each clause of the notices, once for each field."""
        for doc_id in sorted(doc_ids):
            notice = self._whole.notice(doc_id)
            for clause in notice.clauses:
                for field, text in field_texts(indexed_clause(notice, clause)).items():
                    yield from ((term, field) for term in set(text.split(" ")) - {""})

    # --- reading -------------------------------------------------------------------------------

    def clauses_of_units(self, names: Sequence[str], *, allowed: Scope | None = None) -> list[Clause]:
        """The clauses that name one of the units by its exact canonical name, by doc_id, in the order of the text."""
        return self._whole.clauses_of_units(names, allowed=self._inside(allowed))

    def clauses_of_members(self, names: Sequence[str], *, allowed: Scope | None = None) -> list[Clause]:
        """The clauses that name a group (工作专班成员单位) with one of the units as a member, as `clauses_of_units`."""
        return self._whole.clauses_of_members(names, allowed=self._inside(allowed))

    def _check_generation(self) -> None:
        self._whole._check_generation()

    def _doc_ids_in(self, scope: Scope) -> frozenset[str]:
        return self._whole._doc_ids_in(self.behind(scope))


def restricted(whole: Index, visible: Visible) -> Index:
    """The index as whoever may see just this sees it; the index itself where that is all of it.

    The same view for everybody who may see the same, as long as the index is open: what it has counted is counted once.
    """
    archive = whole.archive
    everything = Visible(
        doc_ids=archive.doc_ids(),
        paths=frozenset(source.path for source, _, _ in archive.all_sources()),
        skipped=frozenset(file.path for file in archive.skipped()),
    )
    if visible == everything:
        return whole
    with whole.making_views:
        view = whole.views.get(visible.digest)
        if view is None:
            view = whole.views[visible.digest] = RestrictedIndex(whole, visible)
    return view


def _manifest(whole: Manifest, archive: VisibleArchive) -> Manifest:
    """What the manifest of the visible part says; of what it was built from only what holds something visible."""
    corpus = hashlib.sha256()
    for doc_id, (digest, _) in sorted(archive.digests().items()):
        corpus.update(f"{doc_id} {digest}\n".encode())
    files = [source.path for source, _, _ in archive.all_sources()] + [file.path for file in archive.skipped()]
    return replace(
        whole,
        corpus_sha256=corpus.hexdigest(),
        n_notices=len(archive.doc_ids()),
        n_clauses=sum(n_clauses for n_clauses, _ in archive.contents().values()),
        files=(),  # checksums of what is not all to be seen
        paths=tuple(path for path in whole.paths if any(PurePosixPath(file).is_relative_to(path) for file in files)),
    )

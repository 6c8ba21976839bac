"""What is asked of an index, wherever it is kept: on this machine (`local.py`) or in Milvus (`milvus_index.py`)."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

from indexer.index.correction_rows import StoredCorrection
from indexer.index.encoder_settings import EncoderSettings
from indexer.index.live_archive import LiveArchive
from indexer.index.passage import passage_text
from indexer.index.place_names import Parts, full_names, is_at, places_at, with_parents
from indexer.index.rows import StoredPage
from indexer.index.terms import Counts, Occurrences
from indexer.index.tokens import tokens
from indexer.records import Clause, Filters, HandCorrection, Link, Manifest, Notice, Place, Skipped, Source

if TYPE_CHECKING:  # heavy, and loaded with the first vector
    from indexer.index.dense import Vectors
    from indexer.index.encoder import Encoder
    from indexer.index.reranker import Reranker

__all__ = ["Index", "Scope"]


_PLACES_KEPT = 512


class Scope(Protocol):
    """Clauses of one index among which something is looked for; made by `Index.allowed`, and good for that index alone."""

    def __len__(self) -> int:
        """How many clauses these are."""
        ...

    def __or__(self, other: Self) -> Self:
        """The clauses of either."""
        ...

    def __and__(self, other: Self) -> Self:
        """The clauses that are in both."""
        ...

    def among(self, clause_ids: Sequence[str]) -> frozenset[str]:
        """Those of the clauses named that are in it."""
        ...


class Index(ABC):
    """What was built, ready to be asked; read-only, and safe under threads. Made by `open_index`.

    It answers from the generation that it was opened on; open the index again to see what a build has made live since.
    """

    manifest: Manifest
    directory: Path  # of what belongs to the index beside its generations: corrections by hand, uploads
    address: str  # as a message names it
    generation: str  # of which this is the open one; another after a build that changed anything
    _archive: LiveArchive  # what is stored of this generation

    def __init__(self, encoder: Encoder | str, reranker: Reranker | None) -> None:
        """`encoder` is one already loaded, or the name to load at the first dense query."""
        self._encoder = encoder
        self._reranker = reranker
        self._loading = threading.Lock()
        # Of so many names of places, where they are: a question asks for the same one several times.
        self._places_at = lru_cache(maxsize=_PLACES_KEPT)(self._places_called)
        self.making_views = threading.Lock()
        self.views: dict[str, Index] = {}  # parts of it that readers see, kept as long as it is open

    def __enter__(self) -> Self:
        """The index itself; leaving the block closes it."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the index."""
        self.close()

    @abstractmethod
    def close(self) -> None:
        """Give files and connections back; asking afterwards raises UsageError."""

    @property
    def archive(self) -> LiveArchive:
        """What is stored of this generation."""
        return self._archive

    @property
    def encoder(self) -> Encoder | str:
        """The encoder, or the name of the one to load."""
        return self._encoder

    @property
    def reranker(self) -> Reranker | None:
        """The reranker that it was opened with."""
        return self._reranker

    # --- asking --------------------------------------------------------------------------------

    def allowed(self, filters: Filters) -> Scope | None:
        """The clauses that pass the filters; None where nothing is restricted. Values of one field are alternatives.

        A place passes by `is_at`, with the parents that `with_parents` gives it; a year by 成文日期 else 发布日期 (a notice
        without either never passes a year), a unit by its exact canonical name.
        """
        places = dict.fromkeys(place for name in filters.places for place in self._places_at(name))
        return self._scope(filters, tuple(places))

    def _places_called(self, name: str) -> list[Parts]:
        return places_at(self._whole_places, [name])

    @abstractmethod
    def _scope(self, filters: Filters, places: tuple[Parts, ...]) -> Scope | None:
        """As `allowed`; `places` are those of notices that the names in the filters mean."""

    @abstractmethod
    def _scope_of(self, doc_ids: Collection[str], *, others: bool = False) -> Scope:
        """The clauses of the notices, or of all others."""

    def passing(self, clause_ids: Sequence[str], filters: Filters) -> frozenset[str]:
        """Those of the clauses that pass the filters."""
        scope = self.allowed(filters)
        return frozenset(clause_ids) if scope is None else scope.among(clause_ids)

    def lexical(
        self, text: str, k: int, *, allowed: Scope | None = None, weights: Mapping[str, float] | None = None
    ) -> list[tuple[str, float]]:
        """The `k` clauses whose words fit best, (clause_id, score), best first, ties by clause_id.

        A score is the share of the text's rarity that the clause covers, 0 to 1. `weights` by field: title, headings,
        text, units, place; a field that is not named counts nothing. Clauses without any of the words are not in the
        list, which may thus be shorter than `k`.
        """
        return self._by_words(text, k, allowed, weights, Occurrences(self.manifest.n_clauses, self._counts))

    @abstractmethod
    def _by_words(
        self, text: str, k: int, allowed: Scope | None, weights: Mapping[str, float] | None, occurrences: Occurrences
    ) -> list[tuple[str, float]]:
        """As `lexical`, rarity being reckoned from the `occurrences`."""

    def frequencies(self, text: str) -> dict[str, int]:
        """In how many clauses each term of the text stands, in headings or in text, whichever is more; 0 for none."""
        terms = tokens(text)
        counts = self._counts(terms)
        return {term: max(counts.get(term, {}).get(field, 0) for field in ("headings", "text")) for term in terms}

    @abstractmethod
    def _counts(self, terms: Sequence[str]) -> Counts:
        """In how many clauses each of the terms stands, by field."""

    def dense(self, text: str, k: int, *, allowed: Scope | None = None) -> list[tuple[str, float]]:
        """The `k` clauses nearest in meaning, (clause_id, cosine), best first, ties by clause_id.

        Loads the encoder at the first call. Raises EncoderError where it cannot be loaded, IndexMismatch where it is
        not the one that the index was built with. A text without a token that the encoder knows gives an empty list.
        """
        from indexer.index.dense import checked

        if not self.manifest.n_clauses or k <= 0:
            return []
        vectors = checked(self._loaded_encoder().encode_queries([text]), n=1, dim=self.manifest.dim)
        return self._nearest(vectors[0], k, allowed) if vectors.any() else []

    @abstractmethod
    def _nearest(self, query: Vectors, k: int, allowed: Scope | None) -> list[tuple[str, float]]:
        """The clauses nearest to the query's vector, as `dense` gives them."""

    def relevance(self, question: str, clause_ids: Sequence[str]) -> dict[str, float] | None:
        """How well each clause answers by the reranker, 0 to 1; None where the index was opened without one.

        The clause is given with its title and headings. Raises EncoderError where the model cannot be used.
        """
        if self._reranker is None:
            return None
        clauses = self.clauses(clause_ids)
        titles = {doc_id: self.notice(doc_id).title for doc_id in {clause.doc_id for clause in clauses}}
        texts = [passage_text(titles[clause.doc_id], clause.headings, clause.text) for clause in clauses]
        found = self._reranker.relevance(question, texts)
        return {clause.clause_id: value for clause, value in zip(clauses, found, strict=True)}

    # --- reading -------------------------------------------------------------------------------

    def clause(self, clause_id: str) -> Clause:
        """The clause; raises UsageError for an id that is not in the archive."""
        return self.clauses([clause_id])[0]

    def clauses(self, clause_ids: Sequence[str]) -> list[Clause]:
        """The clauses in the order asked for; raises UsageError for an id that is not in the archive."""
        self._check_generation()
        return self._archive.clauses(clause_ids)

    def wordings(self, clause_ids: Sequence[str]) -> list[tuple[str, bool]]:
        """Of each clause the text and whether it names a unit, in the order asked for: sooner than the whole clauses.

        Raises UsageError for an id that is not in the archive.
        """
        self._check_generation()
        return self._archive.wordings(clause_ids)

    def _check_generation(self) -> None:
        """Raises IndexMissing where later builds have removed what this generation consists of."""
        return

    @abstractmethod
    def clauses_of_units(self, names: Sequence[str], *, allowed: Scope | None = None) -> list[Clause]:
        """The clauses that name one of the units by its exact canonical name, by doc_id, in the order of the text."""

    @abstractmethod
    def clauses_of_members(self, names: Sequence[str], *, allowed: Scope | None = None) -> list[Clause]:
        """The clauses that name a group (工作专班成员单位) with one of the units as a member, as `clauses_of_units`."""

    def notice(self, doc_id: str) -> Notice:
        """The whole notice; raises UsageError for an id that is not in the archive."""
        return self._archive.notice(doc_id)

    def notices(self) -> list[Notice]:
        """The heads of all notices by doc_id: `body` is empty and `clauses` are none."""
        return list(self._heads)

    def titles(self) -> list[tuple[str, str]]:
        """The doc_id and the title of every notice, by doc_id."""
        return [(head.doc_id, head.title) for head in self._heads]

    def doc_numbers(self) -> list[tuple[str, str]]:
        """The doc_id and the 发文字号 of every notice that has one, by doc_id."""
        return [(head.doc_id, head.doc_number) for head in self._heads if head.doc_number]

    def file(self, name: str) -> Path | None:  # noqa: ARG002  (of another kind of index)
        """A file of this generation that the build wrote beside what this class reads; None where there is none."""
        return None

    def sources(self, doc_id: str) -> list[Source]:
        """Every file in which the notice was found; first the one it was read from."""
        return self._archive.sources(doc_id)

    def links_of(self, doc_id: str) -> list[Link]:
        """What the notice is to others of the archive: repealed by one, corrected by another; by relation."""
        return self._archive.links_of(doc_id)

    def links(self) -> list[Link]:
        """All links between notices, by doc_id; each stands in both directions."""
        return self._archive.links()

    def contents(self) -> dict[str, tuple[int, int]]:
        """By doc_id how many clauses each notice has, and how many units by their canonical names."""
        return self._archive.contents()

    def doc_ids(self, filters: Filters) -> frozenset[str]:
        """The notices with a clause that passes the filters (see `allowed`); all notices where nothing is restricted."""
        scope = self.allowed(filters)
        return self._archive.doc_ids() if scope is None else self._doc_ids_in(scope)

    @abstractmethod
    def _doc_ids_in(self, scope: Scope) -> frozenset[str]:
        """The notices with a clause in the scope."""

    def skipped(self) -> list[Skipped]:
        """Every file that the build of this generation left out, by path, with the reason."""
        return self._archive.skipped()

    def duplicates(self) -> list[Skipped]:
        """Every file whose notice is kept once, from another (`same text as …`, `same notice as …`), by path."""
        return self._archive.duplicates()

    def corrections_of(self, doc_id: str) -> list[HandCorrection]:
        """What was corrected by hand in the notice and is applied in this generation, in the order in which it was.

        Header fields have `clause_id` None; `field` "units" is of the clause named. Empty for a notice read as it is.
        """
        return [stored.correction for stored in self.stored_corrections(doc_id) if stored.unapplied is None]

    def stored_corrections(self, doc_id: str) -> list[StoredCorrection]:
        """As `corrections_of`, with what the parser of this generation reads there, and with those that do not fit."""
        return self._archive.corrections(doc_id)

    def pages(self) -> Iterator[StoredPage]:
        """What is kept of every file for recognising its notice elsewhere, by path."""
        return self._archive.pages()

    def files(self) -> list[tuple[Source, str, bool]]:
        """Every file by path, with the doc_id of its notice and whether the notice was read from this one."""
        return self._archive.all_sources()

    def page_content(self, path: str) -> str:
        """The content of the file as it is compared with others; raises UsageError for one the archive does not have."""
        return self._archive.page_content(path)

    def unit_names(self) -> list[str]:
        """The canonical names of all units, sorted."""
        return list(self._unit_names)

    def member_names(self) -> list[str]:
        """The canonical names of all units that a notice lists as members of a group, sorted."""
        return list(self._member_names)

    def headings(self) -> list[str]:
        """Every heading that a clause stands under, once, sorted; read at every call."""
        return self._archive.headings()

    # A generation never changes, so what is asked for with every query, and what all heads together say, is read once.

    @cached_property
    def _unit_names(self) -> list[str]:
        return self._archive.unit_names()

    @cached_property
    def _member_names(self) -> list[str]:
        return self._archive.member_names()

    @cached_property
    def _heads(self) -> list[Notice]:
        return self._archive.notices()

    @cached_property
    def _whole_places(self) -> dict[Parts, Parts]:
        """Every place of a notice, with what other places of the archive tell of where it lies."""
        return with_parents({_parts(head.place) for head in self._heads})

    @cached_property
    def _places(self) -> list[str]:
        return full_names(self._whole_places)

    @cached_property
    def _years(self) -> list[int]:
        return sorted({head.year for head in self._heads if head.year is not None})

    @cached_property
    def _kinds(self) -> list[str]:
        return sorted({head.kind for head in self._heads if head.kind is not None})

    def places(self) -> list[str]:
        """The full names of all places that notices are from, sorted."""
        return list(self._places)

    def lies_in(self, place: Place, name: str) -> bool:
        """Whether a place that notices are from is, or lies in, what a filter calls `name`."""
        return is_at(self._whole_places.get(_parts(place), _parts(place)), name)

    def years(self) -> list[int]:
        """The years that notices are from, sorted."""
        return list(self._years)

    def kinds(self) -> list[str]:
        """The 文种 of all notices, sorted."""
        return list(self._kinds)

    def _loaded_encoder(self) -> Encoder:
        """The encoder, loaded once and checked against the manifest."""
        with self._loading:
            if isinstance(self._encoder, str):
                from indexer.index.encoder import load_encoder
                from indexer.index.identity import checked_encoder

                settings = EncoderSettings.of_manifest(self.manifest.parameters)
                self._encoder = checked_encoder(load_encoder(self._encoder, settings), self.manifest, self.address)
            return self._encoder


def _parts(place: Place) -> Parts:
    return (place.province, place.city, place.district)

"""The index on this machine: one generation, its archive and both legs behind one class."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from indexer.errors import IndexDamaged, TiaowenError
from indexer.index.archive import Archive, Rows
from indexer.index.correction_rows import StoredCorrection
from indexer.index.encoder_settings import EncoderSettings
from indexer.index.generations import ARCHIVE, LEXICAL, VECTORS, Generation, build_command, open_live, verify
from indexer.index.identity import checked_encoder, checked_name
from indexer.index.passage import passage_text
from indexer.index.rows import StoredPage
from indexer.records import Clause, Filters, HandCorrection, Link, Manifest, Notice, Skipped, Source

if TYPE_CHECKING:  # FAISS and tantivy take a quarter of a second to import; open_index does it
    from indexer.index.dense import Dense
    from indexer.index.encoder import Encoder
    from indexer.index.lexical import Lexical
    from indexer.index.reranker import Reranker

__all__ = ["Index", "open_index"]

# Of so many filters the rows are kept: at a million clauses at most 8 MB each.
ROWS_KEPT = 8


class Index:
    """What was built, ready to be asked; read-only, and safe under threads.

    It goes on answering from its own generation while a build makes the next one live; open the index again
    to see that.
    """

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
        """Made by `open_index`; `encoder` is one already loaded, or the name to load at the first dense query."""
        self.manifest: Manifest = generation.manifest
        self.directory: Path = generation.directory
        self._generation = generation
        self._archive = archive
        self._lexical = lexical
        self._dense = dense
        self._encoder = encoder
        self._reranker = reranker
        self._loading = threading.Lock()
        # One question asks for the same rows several times.
        self._allowed = lru_cache(maxsize=ROWS_KEPT)(archive.allowed)

    def __enter__(self) -> Index:
        """The index itself; leaving the block closes it."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the index."""
        self.close()

    def close(self) -> None:
        """Give files and the hold on the generation back; asking afterwards raises UsageError."""
        self._archive.close()
        self._generation.release()

    # --- asking --------------------------------------------------------------------------------

    def allowed(self, filters: Filters) -> Rows | None:
        """The sorted rows of the clauses that pass the filters; None where nothing is restricted.

        `filters.units` are exact canonical names. See `Archive.allowed` for what passes.
        """
        return self._allowed(filters)

    def passing(self, clause_ids: Sequence[str], filters: Filters) -> frozenset[str]:
        """Those of the clauses that pass the filters."""
        rows = self.allowed(filters)
        return frozenset(clause_ids) if rows is None else self._archive.among(clause_ids, rows)

    def lexical(
        self, text: str, k: int, *, allowed: Rows | None = None, weights: Mapping[str, float] | None = None
    ) -> list[tuple[str, float]]:
        """The `k` clauses whose words fit best, (clause_id, score), best first, ties by clause_id.

        `weights` by field: title, headings, text, units, place; a field that is not named counts nothing. Clauses
        without any of the words are not in the list, which may thus be shorter than `k`.
        """
        return self._named(self._lexical.search(text, k, allowed=allowed, weights=weights))

    def frequencies(self, text: str) -> dict[str, int]:
        """In how many clauses each term of the text stands; 0 for a term that the archive does not have."""
        return self._lexical.frequencies(text)

    def dense(self, text: str, k: int, *, allowed: Rows | None = None) -> list[tuple[str, float]]:
        """The `k` clauses nearest in meaning, (clause_id, cosine), best first, ties by clause_id.

        Loads the encoder at the first call. Raises EncoderError where it cannot be loaded, IndexMismatch where it is
        not the one that the index was built with. A text without a token that the encoder knows gives an empty list.
        """
        from indexer.index.dense import checked

        if not self.manifest.n_clauses or k <= 0:
            return []
        vectors = checked(self._loaded_encoder().encode_queries([text]), n=1, dim=self.manifest.dim)
        return self._named(self._dense.search(vectors[0], k, allowed=allowed)) if vectors.any() else []

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
        return self._archive.clauses([clause_id])[0]

    def clauses(self, clause_ids: Sequence[str]) -> list[Clause]:
        """The clauses in the order asked for; raises UsageError for an id that is not in the archive."""
        return self._archive.clauses(clause_ids)

    def clauses_of_units(self, names: Sequence[str], *, allowed: Rows | None = None) -> list[Clause]:
        """The clauses that name one of the units by its exact canonical name, by doc_id, in the order of the text."""
        return self._archive.clauses_of_units(names, allowed=allowed)

    def clauses_of_members(self, names: Sequence[str], *, allowed: Rows | None = None) -> list[Clause]:
        """The clauses that name a group (工作专班成员单位) with one of the units as a member, as `clauses_of_units`."""
        return self._archive.clauses_of_members(names, allowed=allowed)

    def notice(self, doc_id: str) -> Notice:
        """The whole notice; raises UsageError for an id that is not in the archive."""
        return self._archive.notice(doc_id)

    def notices(self) -> list[Notice]:
        """The heads of all notices by doc_id: `body` is empty and `clauses` are none."""
        return list(self._heads)

    def sources(self, doc_id: str) -> list[Source]:
        """Every file in which the notice was found; first the one it was read from."""
        return self._archive.sources(doc_id)

    def links_of(self, doc_id: str) -> list[Link]:
        """What the notice is to others of the archive: repealed by one, corrected by another; by relation."""
        return self._archive.links_of(doc_id)

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
        return [stored.correction for stored in self._archive.corrections(doc_id) if stored.unapplied is None]

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

    def places(self) -> list[str]:
        """The full names of all places that notices are from, sorted."""
        return list(self._places)

    def years(self) -> list[int]:
        """The years that notices are from, sorted."""
        return list(self._years)

    def headings(self) -> list[str]:
        """Every heading that a clause stands under, once, sorted; read at every call."""
        return self._archive.headings()

    # A generation never changes, so what is asked for with every query is read once.

    @cached_property
    def _heads(self) -> list[Notice]:
        return self._archive.notices()

    @cached_property
    def _unit_names(self) -> list[str]:
        return self._archive.unit_names()

    @cached_property
    def _member_names(self) -> list[str]:
        return self._archive.member_names()

    @cached_property
    def _places(self) -> list[str]:
        return self._archive.places()

    @cached_property
    def _years(self) -> list[int]:
        return self._archive.years()

    def _named(self, hits: Sequence[tuple[int, float]]) -> list[tuple[str, float]]:
        """Rows as clause ids; rows are numbered in the order of the ids, so ties by row are ties by clause_id."""
        ids = self._archive.clause_ids([row for row, _ in hits])
        return [(clause_id, score) for clause_id, (_, score) in zip(ids, hits, strict=True)]

    def _loaded_encoder(self) -> Encoder:
        """The encoder, loaded once and checked against the manifest."""
        with self._loading:
            if isinstance(self._encoder, str):
                from indexer.index.encoder import load_encoder

                settings = EncoderSettings.of_manifest(self.manifest.parameters)
                self._encoder = checked_encoder(load_encoder(self._encoder, settings), self._generation)
            return self._encoder


def open_index(
    directory: Path | str, encoder: Encoder | str | None = None, *, reranker: Reranker | None = None
) -> Index:
    """The live index of the folder, verified; the encoder is loaded at the first dense query, not here.

    Without `encoder` the one named in the manifest is used; with `reranker` searches let it order what they found. Raises IndexMissing where there is no index, IndexDamaged
    where a file is missing, changed or does not hold what the manifest says, IndexMismatch where another version of
    the program or another encoder made it; each message gives the command that mends it.
    """
    generation = open_live(Path(directory))
    try:
        verify(generation)
        chosen: Encoder | str
        if encoder is None or isinstance(encoder, str):
            chosen = checked_name(encoder, generation)
        else:
            chosen = checked_encoder(encoder, generation)
        archive, lexical, dense = _open_parts(generation)
    except TiaowenError:
        generation.release()
        raise
    return Index(generation, archive, lexical, dense, encoder=chosen, reranker=reranker)


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

"""The lexical leg: the words of a question in five fields of a clause, with tantivy.

A term counts its rarity (the idf of BM25) where a clause has it, wherever in the clause and however often: BM25 with k1 = 0
over all fields as one. Clauses are short, and what is said twice in one is no surer to be what is asked for; and whether a
clause names its place and topic itself or stands under a title that does, is chance. A score is given as the share of the
question's whole rarity that the clause covers, so that it says the same of a short question and of a long one.
"""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import numpy.typing as npt
import tantivy

from indexer.errors import IndexDamaged, UsageError
from indexer.index.generations import not_written
from indexer.index.passage import IndexedClause
from indexer.index.terms import FIELDS, MAX_TERMS, SCORE_DECIMALS, WEIGHTS, counting_fields, field_texts, shares
from indexer.index.tokens import tokens

__all__ = ["FIELDS", "MAX_TERMS", "WEIGHTS", "Lexical", "write_lexical"]

_WRITER_BYTES = 128_000_000

REMOVAL_TRIES = 50

# The empty file that tantivy opens for writing whenever it opens an index, if only to read.
_LOCK = ".tantivy-meta.lock"


# Tantivy says of the file system what it says of everything else, as a ValueError; these words are in no other complaint.
# Where its writing thread fails, the next call only learns that it is gone.
_OF_FILES = re.compile(r"os error \d|\bio ?error\b|index writer was killed", re.IGNORECASE)
_REASON = re.compile(r"(\w[\w ]+) \(os error|message: \"([^\"]+)\"")


class Lexical:
    """The tantivy index of a generation. Safe under threads; never loads an encoder."""

    def __init__(self, directory: Path) -> None:
        """Open the folder, which may be read-only; raises IndexDamaged where tantivy cannot read it."""
        try:
            index = tantivy.Index.open(str(directory)) if _lockable(directory) else _open_through_links(directory)
            self._schema = index.schema
            self._searcher = index.searcher()
        except ValueError as error:
            reason = " ".join(str(error).split())
            raise IndexDamaged(f"{directory}: tantivy cannot read it ({reason}); build the index again") from error
        self.n_clauses = self._searcher.num_docs

    def search(
        self,
        text: str,
        k: int,
        *,
        allowed: npt.NDArray[np.int64] | None = None,
        weights: Mapping[str, float] | None = None,
    ) -> list[tuple[int, float]]:
        """The `k` best rows with their scores, ties by row number.

        A row's score is the sum, over the terms it has, of the term's rarity times the greatest weight of the fields it
        has it in, divided by the rarity of all terms: 1 where it has them all in fields of weight 1. A term counts once
        however often the question repeats it. Rows that match no term are not returned. With `allowed` (sorted rows)
        exactly the best of those, with the same scores as without. Raises UsageError for a weight of a field that does
        not exist or that is negative.
        """
        query = self._query(text, weights)
        n = self.n_clauses
        if query is None or k <= 0 or (allowed is not None and not len(allowed)):
            return []
        limit = k + 16
        if allowed is not None:
            limit = limit * n // len(allowed) + 16  # among so many, `k` should pass
        while True:
            # Looking for each of a few rows costs less than reading on through a ranking in which they are rare; both
            # give exactly the best of them.
            if allowed is not None and len(allowed) <= limit:
                query, allowed = self._among(query, allowed), None
            ranked, complete = self._ranked(query, min(limit, n), allowed)
            # A tie that reaches past the last result may have members outside it: read on until it ends inside.
            if complete or (len(ranked) > k and ranked[-1][1] < ranked[k - 1][1]):
                return sorted(ranked, key=lambda hit: (-hit[1], hit[0]))[:k]
            limit *= 4

    def frequencies(self, text: str) -> dict[str, int]:
        """In how many clauses each term of the text stands, in headings or in text, whichever is more; 0 for none."""
        frequency = self._searcher.doc_freq
        return {term: max(frequency(field, term) for field in ("headings", "text")) for term in tokens(text)}

    def _among(self, query: tantivy.Query, rows: npt.NDArray[np.int64]) -> tantivy.Query:
        """The query restricted to the rows, with the same scores."""
        among = tantivy.Query.term_set_query(self._schema, "row", rows.tolist())
        must = tantivy.Occur.Must
        return tantivy.Query.boolean_query([(must, query), (must, tantivy.Query.const_score_query(among, 0.0))])

    def _ranked(
        self, query: tantivy.Query, limit: int, allowed: npt.NDArray[np.int64] | None
    ) -> tuple[list[tuple[int, float]], bool]:
        """Those of the first `limit` rows of the ranking that are allowed, and whether the ranking ends with them."""
        hits = self._searcher.search(query, limit, count=False).hits
        rows = np.asarray(self._searcher.fast_field_values("row", [address for _, address in hits]), dtype=np.int64)
        ranked = [
            (row, round(float(score), SCORE_DECIMALS)) for row, (score, _) in zip(rows.tolist(), hits, strict=True)
        ]
        if allowed is not None:
            passes = np.isin(rows, allowed, assume_unique=True)
            ranked = [hit for hit, passed in zip(ranked, passes, strict=True) if passed]
        return ranked, len(hits) < limit or limit == self.n_clauses

    def _query(self, text: str, weights: Mapping[str, float] | None) -> tantivy.Query | None:
        """The text as one flat OR of weighted terms; None where no clause contains any of them."""
        fields = counting_fields(weights)
        present: dict[str, list[str]] = {}

        def frequencies(terms: Sequence[str]) -> dict[str, int]:
            found = {}
            for term in terms:
                counts = {field: self._searcher.doc_freq(field, term) for field in fields}
                present[term] = [field for field, count in counts.items() if count]
                found[term] = max(counts.values(), default=0)
            return found

        queries = []
        for term, share in shares(text, self.n_clauses, frequencies).items():
            in_fields = [self._term(field, term, fields[field] * share) for field in present[term]]
            best = in_fields[0] if len(in_fields) == 1 else tantivy.Query.disjunction_max_query(in_fields)
            queries.append((tantivy.Occur.Should, best))
        return tantivy.Query.boolean_query(queries) if queries else None

    def _term(self, field: str, term: str, score: float) -> tantivy.Query:
        return tantivy.Query.const_score_query(tantivy.Query.term_query(self._schema, field, term, "basic"), score)


def _lockable(directory: Path) -> bool:
    """Whether this user may write tantivy's lock file, or make it; true of a folder that does not exist."""
    lock = directory / _LOCK
    return os.access(lock if os.path.exists(lock) else directory, os.W_OK) or not os.path.isdir(directory)


def _open_through_links(directory: Path) -> tantivy.Index:
    """The index of a folder that belongs to someone else, opened where its lock file can be made.

    The folder of links is gone when this returns: by then tantivy has mapped every file. Raises UsageError where no
    temporary folder can be made.
    """
    try:
        links = Path(mkdtemp(prefix="indexer-"))
        try:
            for file in directory.resolve().iterdir():
                if file.suffix != ".lock":
                    (links / file.name).symlink_to(file)
            return tantivy.Index.open(str(links))
        finally:
            _remove(links)
    except OSError as error:
        raise UsageError(
            f"{directory}: cannot be written, nor be read through a temporary folder ({error.strerror}); "
            "set TMPDIR to a folder that can be written"
        ) from error


def _remove(links: Path) -> None:
    """Remove the folder; tantivy's watching thread may make its lock file in it while it is being emptied."""
    for _ in range(REMOVAL_TRIES):
        shutil.rmtree(links, ignore_errors=True)
        if not links.exists():
            return
        time.sleep(0.02)


def write_lexical(
    directory: Path, clauses: Iterable[Sequence[IndexedClause]], *, progress: Callable[[int], None]
) -> None:
    """Write the tantivy index of all clauses into an empty folder; `progress` is told the number of clauses done.

    Raises UsageError where the folder cannot be written.
    """
    try:
        _write_index(directory, clauses, progress)
    except ValueError as error:
        if _OF_FILES.search(str(error)) is None:
            raise
        found = _REASON.search(str(error))
        raise not_written(directory, found[1] or found[2] if found else "tantivy's writer broke off") from error


def _write_index(directory: Path, clauses: Iterable[Sequence[IndexedClause]], progress: Callable[[int], None]) -> None:
    builder = tantivy.SchemaBuilder().add_unsigned_field("row", indexed=True, fast=True)
    for field in FIELDS:
        # Cut into tokens beforehand, joined by spaces. Which clauses have a term is all that counts: no frequencies in a
        # clause, no positions, and what a clause says again is not written again.
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="basic")
    schema = builder.build()
    # One thread: clauses lie in the order of their rows, and the same archive gives the same index.
    writer = tantivy.Index(schema, path=str(directory)).writer(_WRITER_BYTES, 1)
    done = 0
    for batch in clauses:
        for clause in batch:
            # Not Document(row=…): keyword integers are taken as signed and stop the writer for good.
            writer.add_document(tantivy.Document.from_dict({"row": clause.row, **field_texts(clause)}, schema))
        done += len(batch)
        progress(done)
    writer.commit()
    writer.wait_merging_threads()

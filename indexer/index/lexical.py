"""The lexical leg: the words of a question in five fields of a clause, with tantivy.

A term counts its rarity (the idf of BM25) where a clause has it, wherever in the clause and however often: BM25 with k1 = 0
over all fields as one. Clauses are short, and what is said twice in one is no surer to be what is asked for; and whether a
clause names its place and topic itself or stands under a title that does, is chance. A score is given as the share of the
question's whole rarity that the clause covers, so that it says the same of a short question and of a long one.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import numpy.typing as npt
import tantivy

from indexer.errors import IndexDamaged, UsageError
from indexer.index.lexical_rows import read_rows
from indexer.index.row_sets import lies_in
from indexer.index.terms import (
    FIELDS,
    MAX_TERMS,
    SCORE_DECIMALS,
    WEIGHTS,
    Counts,
    Occurrences,
    counting_fields,
    shares,
)
from indexer.index.tokens import tokens

__all__ = ["FIELDS", "MAX_TERMS", "WEIGHTS", "Lexical"]

REMOVAL_TRIES = 50

# The empty file that tantivy opens for writing whenever it opens an index, if only to read.
_LOCK = ".tantivy-meta.lock"


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
        self.rows = read_rows(directory, self.n_clauses)

    def search(
        self,
        text: str,
        k: int,
        *,
        allowed: npt.NDArray[np.int64] | None = None,
        weights: Mapping[str, float] | None = None,
        occurrences: Occurrences | None = None,
    ) -> list[tuple[int, float]]:
        """The `k` best rows with their scores, ties by row number.

        A row's score is the sum, over the terms it has, of the term's rarity times the greatest weight of the fields it
        has it in, divided by the rarity of all terms: 1 where it has them all in fields of weight 1. A term counts once
        however often the question repeats it. Rows that match no term are not returned. With `allowed` (sorted rows)
        exactly the best of those, with the same scores as without, unless rarity is to be reckoned from other
        `occurrences` than those in all rows. Raises UsageError for a weight of a field that does not exist or that is
        negative.
        """
        query = self._query(text, weights, occurrences or Occurrences(self.n_clauses, self.occurrences))
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
        return {term: max(self._frequency(field, term) for field in ("headings", "text")) for term in tokens(text)}

    def _frequency(self, field: str, term: str) -> int:
        """In how many clauses the field has the term; tantivy also counts those that are gone."""
        return int(self._searcher.doc_freq(field, term)) - self.rows.gone_with(field, term)

    def occurrences(self, terms: Sequence[str]) -> Counts:
        """In how many clauses each of the terms stands, by field."""
        return {term: {field: self._frequency(field, term) for field in FIELDS} for term in terms}

    def _among(self, query: tantivy.Query, rows: npt.NDArray[np.int64]) -> tantivy.Query:
        """The query restricted to the rows, with the same scores."""
        among = tantivy.Query.term_set_query(self._schema, "row", self.rows.keys(rows).tolist())
        must = tantivy.Occur.Must
        return tantivy.Query.boolean_query([(must, query), (must, tantivy.Query.const_score_query(among, 0.0))])

    def _ranked(
        self, query: tantivy.Query, limit: int, allowed: npt.NDArray[np.int64] | None
    ) -> tuple[list[tuple[int, float]], bool]:
        """Those of the first `limit` rows of the ranking that are allowed, and whether the ranking ends with them."""
        hits = self._searcher.search(query, limit, count=False).hits
        keys = np.asarray(self._searcher.fast_field_values("row", [address for _, address in hits]), dtype=np.int64)
        rows = self.rows.now(keys)
        ranked = [
            (row, round(float(score), SCORE_DECIMALS)) for row, (score, _) in zip(rows.tolist(), hits, strict=True)
        ]
        if allowed is not None:
            passes = lies_in(rows, allowed)
            ranked = [hit for hit, passed in zip(ranked, passes, strict=True) if passed]
        return ranked, len(hits) < limit or limit == self.n_clauses

    def _query(self, text: str, weights: Mapping[str, float] | None, occurrences: Occurrences) -> tantivy.Query | None:
        """The text as one flat OR of weighted terms; None where no clause contains any of them."""
        fields = counting_fields(weights)
        queries = []
        for term, (share, present) in shares(text, occurrences, fields).items():
            in_fields = [self._term(field, term, fields[field] * share) for field in present]
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

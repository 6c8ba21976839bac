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
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import numpy.typing as npt
import tantivy

from indexer.errors import IndexDamaged, UsageError
from indexer.index.lexical_rows import read_rows
from indexer.index.row_sets import lies_in
from indexer.index.terms import (
    ANYWHERE,
    FIELDS,
    MAX_TERMS,
    SCORE_DECIMALS,
    WEIGHTS,
    Counts,
    Occurrences,
    counted,
    counting_fields,
    marked,
    rarity,
    shares,
)
from indexer.index.tokens import tokens

__all__ = ["FIELDS", "MAX_TERMS", "WEIGHTS", "Lexical"]

REMOVAL_TRIES = 50

# Clauses read for each one wanted, so that few searches are made twice because the last one wanted ties with others: a
# longer list costs little, another search as much as the first.
READ_AHEAD = 2
# How many times as many are read where they do tie: who ties does so with hundreds.
READ_ON = 16

# Marks by which clauses are looked for; each is one more list to be read.
MOST_MARKS = 64

# Of so many terms, field by field, it is kept in how many clauses they stand: one question asks it of a term again and again,
# and tantivy looks in every segment. Some ten thousand terms, at most 10 MB.
COUNTS_KEPT = 65_536

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
        self._own_scores: dict[str, float] = {}
        self._doc_freq = lru_cache(maxsize=COUNTS_KEPT)(self._searcher.doc_freq)

    def search(
        self,
        text: str,
        k: int,
        *,
        allowed: npt.NDArray[np.int64] | None = None,
        marks: Collection[str] | None = None,
        weights: Mapping[str, float] | None = None,
        occurrences: Occurrences | None = None,
    ) -> list[tuple[int, float]]:
        """The `k` best rows with their scores, ties by row number.

        A row's score is the sum, over the terms it has, of the term's rarity times the greatest weight of the fields it
        has it in, divided by the rarity of all terms: 1 where it has them all in fields of weight 1. A term counts once
        however often the question repeats it. Rows that match no term are not returned. With `allowed` (sorted rows)
        exactly the best of those, with the same scores as without, unless rarity is to be reckoned from other
        `occurrences` than those in all rows; sooner where `marks` are given of which all of these have one. Raises
        UsageError for a weight of a field that does not exist or that is negative.
        """
        fields = counting_fields(weights)
        queries = self._queries(text, fields, occurrences or Occurrences(self.n_clauses, self.occurrences))
        if not queries or k <= 0 or (allowed is not None and not len(allowed)):
            return []
        n, above = self.n_clauses, 0.0
        if allowed is not None and marks is not None and (found := self._marked(marks)):
            # What counts more than all terms together comes first: tantivy passes over all other clauses.
            above = 1.0 + max(fields.values())
            queries += [self._bounded(ANYWHERE, mark, above) for mark in found]
            n = sum(found.values())
        query = _any_of(queries)
        limit = READ_AHEAD * k + 16
        if allowed is not None:
            limit = limit * n // len(allowed) + 16  # among so many, `k` should pass
        while True:
            # Looking for each of a few rows costs less than reading on through a ranking in which they are rare; both
            # give exactly the best of them.
            if allowed is not None and len(allowed) <= limit and not above:
                query, allowed, limit = self._among(query, allowed), None, READ_AHEAD * k + 16
            ranked, missed = self._ranked(query, min(limit, self.n_clauses), allowed, above)
            # A tie that reaches past the last result may have members outside it: read on until it ends inside.
            if missed == 0 or (len(ranked) >= k and missed < ranked[k - 1][1]):
                return ranked[:k]
            limit *= READ_ON

    def frequencies(self, text: str) -> dict[str, int]:
        """In how many clauses each term of the text stands, in headings or in text, whichever is more; 0 for none."""
        return {term: max(self._frequency(field, term) for field in ("headings", "text")) for term in tokens(text)}

    def _frequency(self, field: str, term: str) -> int:
        """In how many clauses the field has the term; tantivy also counts those that are gone."""
        return self._doc_freq(field, term) - self.rows.gone_with(field, term)

    def occurrences(self, terms: Sequence[str]) -> Counts:
        """In how many clauses each of the terms stands, by field."""
        return {term: {field: self._frequency(field, term) for field in FIELDS} for term in terms}

    def _among(self, query: tantivy.Query, rows: npt.NDArray[np.int64]) -> tantivy.Query:
        """The query restricted to the rows, with the same scores."""
        among = tantivy.Query.term_set_query(self._schema, "row", self.rows.keys.of(rows).tolist())
        must = tantivy.Occur.Must
        return tantivy.Query.boolean_query([(must, query), (must, tantivy.Query.const_score_query(among, 0.0))])

    def _marked(self, marks: Collection[str]) -> dict[str, int]:
        """The marks as terms, each with its clauses; none where they would not help.

        A mark that most clauses have is no help, and one of very many: float32 has too few digits for its rarity.
        """
        if len(marks) > MOST_MARKS:
            return {}
        found = {term: n for term in map(marked, marks) if (n := self._frequency(ANYWHERE, term))}
        return found if sum(found.values()) <= self.n_clauses / 2 else {}

    def _ranked(
        self, query: tantivy.Query, limit: int, allowed: npt.NDArray[np.int64] | None, above: float
    ) -> tuple[list[tuple[int, float]], float]:
        """Those of the first `limit` rows of the ranking that are allowed, ties by row, and the score from which on downwards
        there may be others; 0 where there are none.

        With `above` greater than 0 each mark that a row has counts that, and terms together less: rows without a mark are
        left out, and marks are taken off the score.
        """
        hits = self._searcher.search(query, limit, count=False).hits
        keys = np.asarray(self._searcher.fast_field_values("row", [address for _, address in hits]), dtype=np.int64)
        rows = self.rows.keys.now(keys)
        scores = np.round(np.array([score for score, _ in hits], dtype=np.float64), SCORE_DECIMALS)
        passes = np.ones(len(rows), dtype=np.bool_)
        missed = float(scores[-1]) if limit <= len(hits) < self.n_clauses else 0.0
        if above:
            marks, scores = np.divmod(scores, above)
            scores = np.round(scores, SCORE_DECIMALS)
            passes = (marks > 0) & (scores > 0)
            # Rows of several marks come before those of one, whatever else they score.
            missed = 0.0 if not missed or marks[-1] == 0 else float(scores[-1]) if marks[-1] == 1 else above
        if allowed is not None:
            passes &= lies_in(rows, allowed)
        rows, scores = rows[passes], scores[passes]
        order = np.lexsort((rows, -scores))
        return list(zip(rows[order].tolist(), scores[order].tolist(), strict=True)), missed

    def _queries(self, text: str, fields: Mapping[str, float], occurrences: Occurrences) -> list[tantivy.Query]:
        """The terms of the text with what they count, of which a clause may have any."""
        found = shares(text, occurrences, fields)
        besides = _weight_outside_text(fields)
        if besides is None:
            return [self._best_field(term, share, present, fields) for term, (share, present) in found.items()]
        # Two lists of clauses for each term instead of five: what it counts anywhere, and what more in the text.
        queries = []
        for term, (share, present) in found.items():
            queries.append(self._bounded(ANYWHERE, term, counted(besides, share)))
            more = round(counted(fields["text"], share) - counted(besides, share), SCORE_DECIMALS)
            if "text" in present and more:
                queries.append(self._bounded("text", term, more))
        return queries

    def _best_field(
        self, term: str, share: float, present: Sequence[str], fields: Mapping[str, float]
    ) -> tantivy.Query:
        """A term with the greatest weight of the fields that a clause has it in."""
        queries = [self._term(field, term, counted(fields[field], share)) for field in present]
        return queries[0] if len(queries) == 1 else tantivy.Query.disjunction_max_query(queries)

    def _term(self, field: str, term: str, score: float) -> tantivy.Query:
        return tantivy.Query.const_score_query(tantivy.Query.term_query(self._schema, field, term, "basic"), score)

    def _bounded(self, field: str, term: str, score: float) -> tantivy.Query:
        """A term of a field written with frequencies, scored so that tantivy passes over what cannot come first.

        For that it wants its own score, BM25, which for such a field is the same in every clause: a clause has a term
        once, and its length is not stored. What it is multiplied by makes it the score wanted.
        """
        own = tantivy.Query.term_query(self._schema, field, term, "freq")
        return tantivy.Query.boost_query(own, score / (self._idf(field, term) * self._own_score(field, term)))

    def _idf(self, field: str, term: str) -> float:
        """The idf of BM25 as tantivy reckons it: with the clauses that are gone and still in its files."""
        return rarity(self._doc_freq(field, term), self.rows.n_counted)

    def _own_score(self, field: str, term: str) -> float:
        """What tantivy multiplies the idf of a term of the field by: the same for every term and clause, asked once."""
        if field not in self._own_scores:
            query = tantivy.Query.term_query(self._schema, field, term, "freq")
            hits = self._searcher.search(query, 1, count=False).hits
            if not hits:  # nor will there be any for the question
                return 1.0
            self._own_scores[field] = hits[0][0] / self._idf(field, term)
        return self._own_scores[field]


def _any_of(queries: Sequence[tantivy.Query]) -> tantivy.Query:
    """One flat OR of the queries."""
    return tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in queries])


def _weight_outside_text(fields: Mapping[str, float]) -> float | None:
    """What each field but the text counts, where that is one and the same and less than the text; else None."""
    others = {fields.get(field, 0.0) for field in FIELDS if field != "text"}
    besides = min(others)
    return besides if len(others) == 1 and 0 < besides < fields.get("text", 0.0) else None


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

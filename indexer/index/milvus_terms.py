"""The lexical leg in Milvus: the terms of a clause as a sparse vector, and of a question as another.

The score is that of the lexical leg on this machine (see `lexical.py`): over the terms that a clause has, the sum of the
term's share of the question's rarity times the greatest weight of the fields it has it in. Milvus's own BM25 cannot say
that (it sums over fields, and takes frequencies from each segment or from rows that are gone), an inner product can: a
dimension stands for a term in a set of fields, a clause has 1 in one dimension of each of its terms, and a question has
in each such dimension of its terms what a match there counts. So the weights are the question's to choose.

How many clauses have a term in which fields is counted when they are written.
"""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from indexer.index.milvus_collections import NEVER
from indexer.index.milvus_connection import Row
from indexer.index.milvus_snapshot import Snapshot
from indexer.index.passage import IndexedClause
from indexer.index.terms import FIELDS, Counts, Occurrences, counted, counting_fields, field_texts, shares

__all__ = ["StoredTerms", "TermCounts", "field_sets", "sparse"]

_BIT = {name: 1 << place for place, name in enumerate(FIELDS)}
_SETS = 1 << len(FIELDS)
# A clause without a term; Milvus takes no empty vector. No term has this dimension, for none has the number 0.
_NOTHING = {0: 1.0}
# Terms of questions that are kept; an archive has some that nearly every question asks for.
_REMEMBERED = 100_000


@dataclass(frozen=True, slots=True)
class StoredTerm:
    """A term: its number, and by set of fields how many clauses have it in just these."""

    number: int
    counts: Mapping[int, int]

    def frequency(self, name: str) -> int:
        """How many clauses have it in the field."""
        return sum(count for fields, count in self.counts.items() if fields & _BIT[name])


_UNKNOWN = StoredTerm(0, {})


def field_sets(clause: IndexedClause) -> dict[str, int]:
    """The terms of the clause, and the set of fields, as bits, that it has each in."""
    found: dict[str, int] = {}
    for name, text in field_texts(clause).items():
        for term in set(text.split(" ")) - {""}:
            found[term] = found.get(term, 0) | _BIT[name]
    return found


def sparse(fields_of: Mapping[str, int], numbers: Mapping[str, int]) -> dict[int, float]:
    """The clause's vector for what `field_sets` gives."""
    return {numbers[term] * _SETS + fields: 1.0 for term, fields in fields_of.items()} or _NOTHING


class StoredTerms:
    """The terms of a generation, as questions ask for them; safe under threads."""

    def __init__(self, snapshot: Snapshot) -> None:
        """Those of the snapshot."""
        self._snapshot = snapshot
        self._known: dict[str, StoredTerm] = {}
        self._lock = threading.Lock()

    def of(self, terms: Iterable[str], *, fresh: bool = False) -> dict[str, StoredTerm]:
        """Each of the terms; one that no clause has has the number 0."""
        wanted = list(terms)
        with self._lock:
            if len(self._known) > _REMEMBERED:
                self._known.clear()
            missing = [term for term in wanted if term not in self._known]
            if missing:
                self._known.update(dict.fromkeys(missing, _UNKNOWN))
                self._known.update({term: stored for term, stored, _ in self._stored("term", missing, fresh=fresh)})
            return {term: self._known[term] for term in wanted}

    def numbered(self, numbers: Sequence[int]) -> dict[int, tuple[str, StoredTerm, str]]:
        """By number each term, and the key of its row."""
        return {found[1].number: found for found in self._stored("number", numbers, fresh=True)}

    def occurrences(self, terms: Sequence[str]) -> Counts:
        """In how many clauses each of the terms stands, by field."""
        return {term: {name: stored.frequency(name) for name in FIELDS} for term, stored in self.of(terms).items()}

    def question(self, text: str, occurrences: Occurrences, weights: Mapping[str, float] | None) -> dict[int, float]:
        """The question's vector; empty where no clause has any of its terms. Raises UsageError as `counting_fields`."""
        fields = counting_fields(weights)
        by_set = [
            max((fields.get(name, 0.0) for name in FIELDS if bits & _BIT[name]), default=0.0) for bits in range(_SETS)
        ]

        found = shares(text, occurrences, fields)
        vector = {}
        for term, stored in self.of(found).items():
            for bits, count in stored.counts.items():
                if count and by_set[bits]:
                    vector[stored.number * _SETS + bits] = counted(by_set[bits], found[term][0])
        return vector

    def _stored(
        self, name: str, values: Sequence[str] | Sequence[int], *, fresh: bool
    ) -> Iterator[tuple[str, StoredTerm, str]]:
        """The terms whose field has one of the values, with the keys of their rows."""
        snapshot = self._snapshot
        for row in snapshot.milvus.rows_of(
            snapshot.collections.terms,
            name,
            list(values),
            ("pk", "term", "number", "counts"),
            condition=snapshot.visible,
            fresh=fresh,
            few_each=True,
        ):
            counts = {int(bits): count for bits, count in json.loads(row["counts"]).items()}
            yield row["term"], StoredTerm(int(row["number"]), counts), row["pk"]


@dataclass(slots=True)
class TermCounts:
    """What a build changes about the terms: those that are new get numbers, and clauses are counted in and out."""

    stored: StoredTerms | None  # of the generation that the build goes on from
    next_number: int
    _numbers: dict[str, int] = field(default_factory=dict)
    _changes: dict[int, Counter[int]] = field(default_factory=dict)

    def add(self, clauses: Sequence[Mapping[str, int]]) -> list[dict[int, float]]:
        """Count clauses in, for what `field_sets` gives of each; gives their vectors."""
        unknown = {term for fields_of in clauses for term in fields_of if term not in self._numbers}
        known = self.stored.of(unknown, fresh=True) if self.stored else {}
        for term in sorted(unknown):
            number = known[term].number if term in known else 0
            if not number:
                number, self.next_number = self.next_number, self.next_number + 1
            self._numbers[term] = number
        for fields_of in clauses:
            for term, fields in fields_of.items():
                self._changes.setdefault(self._numbers[term], Counter())[fields] += 1
        return [sparse(fields_of, self._numbers) for fields_of in clauses]

    def remove(self, vector: Iterable[int]) -> None:
        """Count a clause out, by the dimensions of its vector."""
        for dimension in vector:
            number, fields = divmod(int(dimension), _SETS)
            if number:
                self._changes.setdefault(number, Counter())[fields] -= 1

    def rows(self, *, born: int) -> tuple[list[Row], list[str]]:
        """A row for every term of which the count has changed, and the keys of the rows that held them before."""
        names = {number: term for term, number in self._numbers.items()}
        changed = [number for number, counts in self._changes.items() if any(counts.values())]
        before = self.stored.numbered(changed) if self.stored else {}
        rows: list[Row] = []
        for number in changed:
            term, stored = before[number][:2] if number in before else (names[number], _UNKNOWN)
            counts = Counter(stored.counts)
            counts.update(self._changes[number])
            rows.append(
                {
                    "pk": f"{number}@{born}",
                    "term": term,
                    "number": number,
                    "born": born,
                    "died": NEVER,
                    "counts": json.dumps({bits: count for bits, count in sorted(counts.items()) if count}),
                    "unused": [0.0, 0.0],
                }
            )
        return rows, [key for _, _, key in before.values()]

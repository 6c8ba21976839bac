"""The terms of a clause by field, and what each term of a question counts; the same for every kind of lexical leg."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import TypeAlias

from indexer.errors import UsageError
from indexer.index.passage import IndexedClause
from indexer.index.tokens import term_weights, tokens

__all__ = [
    "ANYWHERE",
    "BOUNDED",
    "FIELDS",
    "MAX_TERMS",
    "SCORE_DECIMALS",
    "WEIGHTS",
    "Counts",
    "Occurrences",
    "anywhere",
    "counted",
    "counting_fields",
    "field_texts",
    "marked",
    "rarity",
    "shares",
]

FIELDS = ("title", "headings", "text", "units", "place")
# Stored beside the fields: what a clause has in any of them.
ANYWHERE = "anywhere"
# The two lists that most questions are answered from: a term counts one thing anywhere, and more in the text.
BOUNDED = (ANYWHERE, "text")

# How much a match in a field counts, unless the caller says otherwise. Headings count less than the text: the clauses
# below one heading share it, and with it every word of theirs that the question has.
WEIGHTS: Mapping[str, float] = MappingProxyType(
    {"title": 1.0, "headings": 0.3, "text": 1.0, "units": 0.5, "place": 0.5}
)

# The most terms of a query that are looked up. A question has 10 to 40; a pasted draft may have thousands, of which the
# rarest say what it is about.
MAX_TERMS = 160

# What a term counts is a multiple of 10⁻⁵, and so is every sum of terms: a float32 sum, which depends on the order in which
# terms are added up, is off by far less, and rounding gives the true one back.
SCORE_DECIMALS = 5

# By term, in how many clauses each field has it; a field or a term that no clause has may be left out.
Counts: TypeAlias = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Occurrences:
    """What the rarity of a term is reckoned from: how many clauses there are, and in how many of them terms stand."""

    n_clauses: int
    of: Callable[[Sequence[str]], Counts]


def field_texts(clause: IndexedClause) -> dict[str, str]:
    """By field the tokens of the clause, each once, joined by spaces."""
    return {
        "title": _cut_again(clause.title),
        "headings": " ".join(map(_cut_again, clause.headings)),
        "text": _cut(clause.text),
        "units": " ".join(map(_cut_again, clause.units)),
        "place": _cut_again(clause.place),
    }


def anywhere(texts: Mapping[str, str], marks: Iterable[str]) -> str:
    """Of the tokens by field (`field_texts`) all that the clause has in any of them, each once, joined by spaces.

    With the marks that filters find it by.
    """
    found = dict.fromkeys(token for text in texts.values() for token in text.split(" ") if token)
    return " ".join([*found, *map(marked, marks)])


def marked(mark: str) -> str:
    """The mark as it stands among the terms of a clause; not a token of any text."""
    return "=" + "".join(mark.split())


def counting_fields(weights: Mapping[str, float] | None) -> dict[str, float]:
    """The fields that count something, in their order, and how much; raises UsageError for an unknown or negative one."""
    given = WEIGHTS if weights is None else weights
    if wrong := [field for field, weight in given.items() if field not in FIELDS or weight < 0]:
        raise UsageError(f"{wrong[0]}: no such field, or a negative weight; the fields are {', '.join(FIELDS)}")
    return {field: given[field] for field in FIELDS if given.get(field, 0.0) > 0}


def shares(text: str, occurrences: Occurrences, fields: Iterable[str]) -> dict[str, tuple[float, tuple[str, ...]]]:
    """The terms of a question that some clause has in one of the fields: each with its share of the question's whole
    rarity, and with those fields.

    A term counts once however often the question repeats it; one that no clause has counts in the whole alone.
    """
    weights = term_weights(text)
    counts = occurrences.of(list(weights))
    present = {term: {field: n for field in fields if (n := counts.get(term, {}).get(field, 0))} for term in weights}
    frequency = {term: max(found.values(), default=0) for term, found in present.items()}
    chosen: Iterable[str] = weights
    if len(weights) > MAX_TERMS:
        known = [term for term in weights if frequency[term]]
        chosen = sorted(known, key=lambda term: (frequency[term], term))[:MAX_TERMS]
    rarities = {term: weights[term] * rarity(frequency[term], occurrences.n_clauses) for term in chosen}
    whole = sum(rarities.values())
    return {term: (rarity / whole, tuple(present[term])) for term, rarity in rarities.items() if frequency[term]}


def counted(weight: float, share: float) -> float:
    """What a term with this share of the question's rarity counts in a field of this weight, a multiple of 10⁻⁵.

    Never nothing, where both are something: a clause that has a term is found by it.
    """
    return max(round(weight * share, SCORE_DECIMALS), 10**-SCORE_DECIMALS) if weight > 0 and share > 0 else 0.0


def rarity(frequency: int, n_clauses: int) -> float:
    """The idf of BM25 for a term that so many clauses have."""
    return math.log(1 + (n_clauses - frequency + 0.5) / (frequency + 0.5))


def _cut(text: str) -> str:
    return " ".join(dict.fromkeys(tokens(text)))


@lru_cache(maxsize=8192)
def _cut_again(text: str) -> str:
    """The tokens of what many clauses share: title, headings, names of units, place."""
    return _cut(text)

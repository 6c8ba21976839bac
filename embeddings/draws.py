"""Training texts as token numbers, and the pairs drawn from them.

Every draw depends on a generator that the caller makes for the step alone, so that training can go on from any step.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer
from tqdm import tqdm

from embeddings.pairs import Passage, WrittenQuery
from embeddings.plain import PlainWords, read_plain_words
from indexer.index.passage import views

__all__ = [
    "Batches",
    "EncodedClause",
    "EncodedCorpus",
    "EncodedPassage",
    "Ids",
    "any_view",
    "drawn_query",
    "encode_corpus",
    "keyword_pair",
    "structure_pair",
    "thinned",
]

Ids = npt.NDArray[np.int64]

TEXTS_A_CALL = 1000


@dataclass(frozen=True, slots=True)
class EncodedPassage:
    """A passage as token numbers: its title, its heading, and each of its sentences."""

    title: Ids
    heading: Ids
    sentences: tuple[Ids, ...]


@dataclass(frozen=True, slots=True)
class EncodedClause:
    """A clause as token numbers: one array for each text that the index encodes of it, one for each written query."""

    views: tuple[Ids, ...]
    queries: tuple[Ids, ...]


@dataclass(frozen=True, slots=True)
class EncodedCorpus:
    """All that training reads: passages, clauses with queries, the lexicon, and how often each token stands there."""

    passages: list[EncodedPassage]
    clauses: list[EncodedClause]
    plain_words: PlainWords
    counts: npt.NDArray[np.float64]


class TokenNumbers:
    """Turns texts into arrays of token numbers; the unknown token is left out. Repeated texts are encoded once."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer

    def encode(self, texts: Sequence[str], *, label: str) -> list[Ids]:
        """One array of token numbers a text, in order."""
        order = sorted(set(texts))
        numbers: dict[str, Ids] = {}
        starts = range(0, len(order), TEXTS_A_CALL)
        for start in tqdm(starts, desc=label, unit="thousand texts", leave=False, disable=len(starts) < 10):
            part = order[start : start + TEXTS_A_CALL]
            for text, encoding in zip(part, self._tokenizer.encode_batch(part, add_special_tokens=False), strict=True):
                ids = np.array(encoding.ids, dtype=np.int64)
                numbers[text] = ids[ids != 0]
        return [numbers[text] for text in texts]


def encode_passages(found: Sequence[Passage], numbers: TokenNumbers) -> list[EncodedPassage]:
    """The passages as token numbers; passages that keep fewer than eight tokens are left out."""
    titles = numbers.encode([p.title for p in found], label="titles")
    headings = numbers.encode([p.heading for p in found], label="headings")
    sentences = iter(numbers.encode([s for p in found for s in p.sentences], label="sentences"))
    encoded = []
    for passage, title, heading in zip(found, titles, headings, strict=True):
        parts = tuple(next(sentences) for _ in passage.sentences)
        parts = tuple(part for part in parts if len(part))
        if sum(map(len, parts)) >= 8:
            encoded.append(EncodedPassage(title, heading, parts))
    return encoded


def encode_clauses(queries: Sequence[WrittenQuery], numbers: TokenNumbers) -> list[EncodedClause]:
    """The clauses that the queries were written for, each with its queries, in order of clause_id.

    A clause that keeps no token, or whose queries keep none, is left out.
    """
    by_clause: dict[str, list[WrittenQuery]] = {}
    for query in queries:
        by_clause.setdefault(query.clause_id, []).append(query)
    firsts = [by_clause[clause_id][0] for clause_id in sorted(by_clause)]
    viewed = [views(first.clause_title, (), first.clause_text) for first in firsts]
    encoded = iter(numbers.encode([view for of_clause in viewed for view in of_clause], label="clauses"))
    asked = dict(zip(queries, numbers.encode([q.text for q in queries], label="queries"), strict=True))
    clauses = []
    for first, of_clause in zip(firsts, viewed, strict=True):
        known_views = tuple(view for view in (next(encoded) for _ in of_clause) if len(view))
        known = tuple(asked[q] for q in by_clause[first.clause_id] if len(asked[q]))
        if known and known_views:
            clauses.append(EncodedClause(known_views, known))
    return clauses


def encode_corpus(found: Sequence[Passage], queries: Sequence[WrittenQuery], tokenizer: Tokenizer) -> EncodedCorpus:
    """The passages and queries as token numbers, with the tokens' counts (at least one each)."""
    numbers = TokenNumbers(tokenizer)
    encoded = encode_passages(found, numbers)
    counts = np.ones(tokenizer.get_vocab_size())
    for passage in encoded:
        for sentence in passage.sentences:
            np.add.at(counts, sentence, 1)
    return EncodedCorpus(encoded, encode_clauses(queries, numbers), encode_plain_words(numbers), counts)


def encode_plain_words(numbers: TokenNumbers) -> PlainWords:
    """The lexicon as token numbers, by the first token of the official word, the longest word first."""
    rows = read_plain_words()
    officials = numbers.encode([row.official for row in rows], label="lexicon")
    plain_of = iter(numbers.encode([word for row in rows for word in row.plain], label="lexicon"))
    by_first: dict[int, list[tuple[tuple[int, ...], list[Ids]]]] = {}
    for row, official in zip(rows, officials, strict=True):
        plain = [ids for ids in (next(plain_of) for _ in row.plain) if len(ids)]
        if len(official) and plain:
            by_first.setdefault(int(official[0]), []).append((tuple(map(int, official)), plain))
    return {first: sorted(found, key=lambda pair: -len(pair[0])) for first, found in by_first.items()}


# --- pairs -----------------------------------------------------------------------------------------


def keyword_pair(passage: EncodedPassage, rng: np.random.Generator, rarity: npt.NDArray[np.float64]) -> tuple[Ids, Ids]:
    """Two to five of the passage's telling tokens, as someone in a hurry would type them, and the passage."""
    text = np.concatenate(passage.sentences)
    known = np.unique(text)
    chance = rarity[known] / rarity[known].sum()
    size = min(int(rng.integers(2, 6)), len(known))
    return rng.choice(known, size=size, replace=False, p=chance), np.concatenate([passage.title, passage.heading, text])


def structure_pair(
    passage: EncodedPassage, rng: np.random.Generator, *, keywords: float, rarity: npt.NDArray[np.float64]
) -> tuple[Ids, Ids]:
    """One pair that the passage's structure gives, of a kind drawn at random.

    title and heading → text · one sentence → the others, in context or alone · first half → second half.
    A passage of one sentence is cut at a random place instead.
    """
    draw = rng.random()
    if rng.random() < keywords:
        return keyword_pair(passage, rng, rarity)
    context = np.concatenate([passage.title, passage.heading])
    text = np.concatenate(passage.sentences)
    if draw < 0.25 and len(context):
        return (passage.heading if len(passage.heading) and rng.random() < 0.5 else context), text
    if len(passage.sentences) > 1:
        if draw < 0.75:
            pick = int(rng.integers(len(passage.sentences)))
            rest = np.concatenate([s for i, s in enumerate(passage.sentences) if i != pick])
            left = passage.sentences[pick]
        else:
            cut = int(rng.integers(1, len(passage.sentences)))
            left, rest = np.concatenate(passage.sentences[:cut]), np.concatenate(passage.sentences[cut:])
    else:
        cut = int(rng.integers(len(text) // 3, len(text) - len(text) // 3))
        left, rest = text[:cut], text[cut:]
    if rng.random() < 0.5:
        rest = np.concatenate([context, rest])
    return left, rest


def drawn_query(clause: EncodedClause, rng: np.random.Generator) -> Ids:
    """One of the clause's written queries."""
    return clause.queries[int(rng.integers(len(clause.queries)))]


def any_view(passage: EncodedPassage, rng: np.random.Generator) -> Ids:
    """A text as the index might hold it: the passage in its context, or one of its sentences in it."""
    if len(passage.sentences) > 1 and rng.random() < 0.5:
        return np.concatenate(
            [passage.title, passage.heading, passage.sentences[int(rng.integers(len(passage.sentences)))]]
        )
    return np.concatenate([passage.title, passage.heading, *passage.sentences])


def thinned(ids: Ids, rng: np.random.Generator, *, drop: float) -> Ids:
    """The tokens without a random share of them, but never without all."""
    kept = ids[rng.random(len(ids)) >= drop]
    return kept if len(kept) else ids


class Batches:
    """Batches of numbers below `n`, each pass over all of them in a new order; any step can be asked for."""

    def __init__(self, n: int, size: int, seed: Sequence[int]) -> None:
        """`size` numbers a batch, or all `n` where these are fewer."""
        self._n = n
        self._size = min(size, n)
        self._seed = list(seed)
        self._order: tuple[int, Ids] | None = None

    def at(self, step: int) -> Ids:
        """The batch of a step, counted from 0."""
        turn, place = divmod(step, self._n // self._size)
        if self._order is None or self._order[0] != turn:
            self._order = turn, np.random.default_rng([*self._seed, turn]).permutation(self._n)
        return self._order[1][place * self._size : (place + 1) * self._size]

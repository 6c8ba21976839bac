"""An index of a million clauses without a million clauses to parse and to encode: one that was built from files, grown.

Each notice of it comes again several times, with another place, other words of SYNONYMS and another doc_id; the archive and
the word index are written from these records as from parsed ones. Replacements are as long as what they replace, so that
offsets stay true. What a vector is cannot be said without the encoder, so a clause's vectors are mixes of two that the
encoder made, chosen by the text: they lie in the same space at the same density, and stand for no meaning.
"""

from __future__ import annotations

import hashlib
import random
import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import msgspec
import numpy as np
from msgspec.structs import replace

from bench.variation import SYNONYMS
from indexer.index import Encoder, open_index
from indexer.index.archive import Archive
from indexer.index.dense import Dense, Vectors
from indexer.index.generations import ARCHIVE, VECTORS
from indexer.index.identity import DeferredEncoder
from indexer.index.store import LocalStore, Published, Tell
from indexer.notices.places.gazetteer import gazetteer
from indexer.records import Notice

__all__ = ["MixedEncoder", "build_grown"]

POOL = 20_000  # clauses whose vectors are mixed
SHARE = 0.8  # of the first of two vectors, before the mix is brought to length 1


class MixedEncoder:
    """Vectors of the right kind for any text, at once; under the name of the encoder whose vectors are mixed."""

    def __init__(self, encoder: Encoder, leg: Dense) -> None:
        self.name, self.dim, self.sha256 = encoder.name, encoder.dim, encoder.sha256
        rows = np.unique(np.linspace(0, leg.n_clauses - 1, POOL).astype(np.int64))
        self._pool = np.concatenate(leg.vectors(rows.tolist()))
        self._queries = encoder

    def encode_clauses(self, texts: Sequence[str]) -> Vectors:
        """A mix of two vectors a text, the same for the same text."""
        keys = np.array([zlib.crc32(text.encode()) for text in texts], dtype=np.int64)
        mixed = SHARE * self._pool[keys % len(self._pool)] + (1 - SHARE) * self._pool[keys // 7 % len(self._pool)]
        lengths = np.linalg.norm(mixed, axis=1, keepdims=True)
        return (mixed / np.maximum(lengths, 1e-6)).astype(np.float32)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """The encoder's own vectors."""
        return self._queries.encode_queries(texts)


def build_grown(small: Path, large: Path, n_clauses: int, *, encoder: Encoder, tell: Tell) -> Published:
    """Grow the index in `small` to about so many clauses, in `large`; tells "read", "words", "vectors", "publish"."""
    with open_index(small, encoder) as opened:
        manifest, path = opened.manifest, opened.directory / opened.generation
    archive, mixed = Archive(path / ARCHIVE), MixedEncoder(encoder, Dense(path / VECTORS))
    store = LocalStore(large)
    times = -(-n_clauses // manifest.n_clauses)
    with store.lock(), store.draft(None, manifest) as draft:
        done = 0
        for notice in _grown(archive, times):
            if done >= n_clauses:
                break
            tell("read", done, n_clauses)
            draft.writer.add(notice)
            done += len(notice.clauses)
        described = replace(manifest, n_notices=0, n_clauses=0, corpus_sha256="", files=())
        published = draft.publish(described, DeferredEncoder(mixed, None), tell)
    archive.close()
    return published


def _grown(archive: Archive, times: int) -> Iterator[Notice]:
    """Each notice as it is, then in so many further variants."""
    for doc_id in sorted(archive.doc_ids()):
        notice = archive.notice(doc_id)
        yield notice
        text = msgspec.json.encode(notice).decode()
        for copy in range(1, times):
            yield _variant(notice, text, random.Random(f"{doc_id} {copy}"))


def _variant(notice: Notice, text: str, rng: random.Random) -> Notice:
    doc_id = hashlib.sha256(f"{notice.doc_id} {rng.random()}".encode()).hexdigest()[: len(notice.doc_id)]
    text = text.replace(notice.doc_id, doc_id)
    for part in (notice.place.province, notice.place.city, notice.place.district):
        if part:
            text = text.replace(part, rng.choice(_names()[len(part), part[-1]]))
    for pair in rng.sample([pair for pair in SYNONYMS if len(pair[0]) == len(pair[1])], 6):
        old, new = pair if rng.random() < 0.5 else pair[::-1]
        text = text.replace(old, new)
    made = msgspec.json.decode(text, type=Notice)
    return replace(made, source=replace(made.source, path=f"{made.source.path}#{doc_id}"))


@cache
def _names() -> dict[tuple[int, str], list[str]]:
    """Full names of places by their length and last character."""
    found: dict[tuple[int, str], list[str]] = defaultdict(list)
    for name in sorted(gazetteer().full):
        found[len(name), name[-1]].append(name)
    return found

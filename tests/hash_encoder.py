"""A deterministic encoder without a model: pairs of characters hashed into 64 dimensions."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt


class HashEncoder:
    """Counts of character pairs, each pair in a dimension and with a sign of its own, as unit vectors.

    `salt` makes another encoder of it, with another name and digest. `calls` counts the texts encoded.
    """

    def __init__(self, *, salt: str = "", dim: int = 64) -> None:
        self.name = f"hash{salt}"
        self.dim = dim
        self.sha256 = hashlib.sha256(f"pairs of characters {salt} {dim}".encode()).hexdigest()
        self.calls = 0

    def encode_clauses(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Unit vectors, [len(texts), dim]; zeros for a text of fewer than two characters."""
        self.calls += len(texts)
        return np.stack([self._vector(text) for text in texts]) if texts else np.zeros((0, self.dim), np.float32)

    def encode_queries(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """As `encode_clauses`: queries are not treated differently."""
        return self.encode_clauses(texts)

    def _vector(self, text: str) -> npt.NDArray[np.float32]:
        vector = np.zeros(self.dim, dtype=np.float32)
        for at in range(len(text) - 1):
            digest = hashlib.blake2b((self.name + text[at : at + 2]).encode(), digest_size=8).digest()
            vector[int.from_bytes(digest[:4], "big") % self.dim] += 1.0 if digest[4] & 1 else -1.0
        length = float(np.linalg.norm(vector))
        return vector / np.float32(length) if length else vector

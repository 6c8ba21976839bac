"""The dense leg: one vector a clause, searched by inner product with FAISS.

A flat index compares every vector, so results are exact with and without a filter. The three functions and the class
are all that knows the kind of index; a larger archive can get an inverted, quantised one behind the same names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import faiss
import numpy as np
import numpy.typing as npt

from indexer.errors import EncoderError, IndexDamaged
from indexer.index.passage import IndexedClause, passage_text

__all__ = ["Dense", "Vectors", "checked", "write_dense"]

# Float32 of shape [n, dim], each row of length 1.
Vectors = npt.NDArray[np.float32]

# Scores that differ by less than this are a tie: float32 sums of a few hundred products agree to about 1e-7.
SCORE_DECIMALS = 6


class Dense:
    """The vectors of a generation, memory-mapped; vector `row` is that row's clause. Safe under threads."""

    def __init__(self, path: Path) -> None:
        """Open the file; raises IndexDamaged where FAISS cannot read it."""
        try:
            self._index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        except RuntimeError as error:
            reason = " ".join(str(error).split())
            raise IndexDamaged(f"{path}: FAISS cannot read it ({reason}); build the index again") from error
        self.n_clauses = int(self._index.ntotal)
        self.dim = int(self._index.d)

    def search(
        self, query: Vectors, k: int, *, allowed: npt.NDArray[np.int64] | None = None
    ) -> list[tuple[int, float]]:
        """The `k` rows nearest to the query vector [dim] with their scores (cosine, −1 to 1), ties by row number.

        With `allowed` (sorted rows) exactly the nearest of those: the filter names the rows to compare, and no others
        are looked at.
        """
        n = self.n_clauses if allowed is None else len(allowed)
        selected = None
        if allowed is not None and n:
            rows = np.ascontiguousarray(allowed, dtype=np.int64)
            # The package's type stubs do not know the keywords that its own constructor takes.
            selected = faiss.SearchParameters(sel=faiss.IDSelectorArray(rows))  # type: ignore[call-arg]
        k = min(k, n)
        if k <= 0:
            return []
        # One query is compared by one thread: several would wait for one another longer than they compare, many times
        # so where the cores are busy. FAISS keeps the number by calling thread, hence here and not once for all.
        faiss.omp_set_num_threads(1)
        wanted = min(k + 8, n)
        while True:
            scores, found = self._index.search(query.reshape(1, -1), wanted, params=selected)
            ranked = [
                (int(row), round(float(score), SCORE_DECIMALS))
                for row, score in zip(found[0], scores[0], strict=True)
                if row >= 0
            ]
            # A tie that reaches past the last result may have members outside it: ask for more until it ends inside.
            if len(ranked) < wanted or wanted == n or ranked[-1][1] < ranked[k - 1][1]:
                return sorted(ranked, key=lambda hit: (-hit[1], hit[0]))[:k]
            wanted = min(wanted * 4, n)

    def vectors(self, rows: Sequence[int]) -> Vectors:
        """The vectors of the rows, [len(rows), dim]."""
        found: Vectors = self._index.reconstruct_batch(np.asarray(rows, dtype=np.int64))
        return found


def write_dense(
    path: Path,
    clauses: Iterable[Sequence[IndexedClause]],
    *,
    dim: int,
    encode: Callable[[Sequence[str]], Vectors],
    previous: tuple[Dense, Mapping[str, int]] | None,
    progress: Callable[[int], None],
) -> tuple[int, int]:
    """Write the vectors of all clauses, batch by batch in row order; gives how many were encoded and how many kept.

    `previous` is an earlier leg of the same encoder and the row of each passage's hash in it: a passage found there
    keeps its vector, and only the others are encoded. `progress` is told the number of clauses done.
    """
    index = faiss.IndexFlatIP(dim)
    n_encoded = n_kept = 0
    for batch in clauses:
        vectors = np.empty((len(batch), dim), dtype=np.float32)
        new = list(range(len(batch)))
        if previous is not None:
            earlier, row_of = previous
            old = [at for at in new if batch[at].passage_sha256 in row_of]
            new = [at for at in new if batch[at].passage_sha256 not in row_of]
            vectors[old] = earlier.vectors([row_of[batch[at].passage_sha256] for at in old])
        if new:
            texts = [passage_text(batch[at].title, batch[at].headings, batch[at].text) for at in new]
            vectors[new] = checked(encode(texts), n=len(new), dim=dim)
        index.add(vectors)
        n_encoded, n_kept = n_encoded + len(new), n_kept + len(batch) - len(new)
        progress(n_encoded + n_kept)
    faiss.write_index(index, str(path))
    return n_encoded, n_kept


def checked(vectors: Vectors, *, n: int, dim: int) -> Vectors:
    """The encoder's vectors as they came; raises EncoderError where shape, type, values or length are wrong.

    A vector that is too long would not fail later: it would quietly rank first. Zeros are what an encoder gives for a
    text without any token it knows, and are let through: such a clause is no nearer to one query than to another.
    """
    if vectors.shape != (n, dim) or vectors.dtype != np.float32:
        raise EncoderError(
            f"the encoder gave {vectors.dtype} vectors of shape {vectors.shape} where float32 {(n, dim)} was due; "
            "use another encoder or mend this one"
        )
    lengths = np.linalg.norm(vectors, axis=1)
    # 1e-2 leaves room for models that compute in bfloat16 (8 bits of mantissa).
    if not np.all((np.abs(lengths - 1.0) < 1e-2) | (lengths == 0.0)):
        raise EncoderError("the encoder gave vectors that are not of length 1; it must normalise them")
    return vectors

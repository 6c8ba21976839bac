"""The dense leg: a few vectors a clause, searched by inner product with FAISS; a clause's score is its best vector's.

A flat index compares every vector, so results are exact with and without a filter. The functions and the class are all
that knows the kind of index; a larger archive can get an inverted, quantised one behind the same names.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path

import faiss
import numpy as np
import numpy.typing as npt

from indexer.errors import EncoderError, IndexDamaged
from indexer.index.generations import not_written
from indexer.index.passage import IndexedClause, views

__all__ = ["Dense", "Vectors", "checked", "texts_to_encode", "write_dense"]

# Float32 of shape [n, dim], each row of length 1.
Vectors = npt.NDArray[np.float32]

# Scores that differ by less than this are a tie: float32 sums of a few hundred products agree to about 1e-7.
SCORE_DECIMALS = 6


class Dense:
    """The vectors of a generation, memory-mapped; each has the row of its clause as its id. Safe under threads."""

    def __init__(self, path: Path) -> None:
        """Open the file; raises IndexDamaged where FAISS cannot read it or it holds something else."""
        try:
            self._index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
            # The package's type stubs know none of what a kind of index has of its own.
            ids = self._index.id_map  # type: ignore[attr-defined]
            rows = faiss.vector_to_array(ids) if self._index.ntotal else np.empty(0, dtype=np.int64)
        except (RuntimeError, AttributeError) as error:
            reason = " ".join(str(error).split())
            raise IndexDamaged(f"{path}: FAISS cannot read it ({reason}); build the index again") from error
        self.dim = int(self._index.d)
        # A clause's vectors stand together, clauses by row: where each begins, and where the last one ends.
        self._starts = np.append(np.flatnonzero(np.diff(rows, prepend=-1)), len(rows))
        self.n_clauses = len(self._starts) - 1

    def search(
        self, query: Vectors, k: int, *, allowed: npt.NDArray[np.int64] | None = None
    ) -> list[tuple[int, float]]:
        """The `k` rows nearest to the query vector [dim] with their scores (cosine, −1 to 1), ties by row number.

        With `allowed` (sorted rows) exactly the nearest of those: the filter names the rows to compare, and no others
        are looked at.
        """
        n = int(self._starts[-1])
        selected = None
        if allowed is not None and n:
            rows = np.ascontiguousarray(allowed, dtype=np.int64)
            n = int((self._starts[rows + 1] - self._starts[rows]).sum())
            # The package's type stubs do not know the keywords that its own constructor takes.
            selected = faiss.SearchParameters(sel=faiss.IDSelectorArray(rows))  # type: ignore[call-arg]
        if min(k, n) <= 0:
            return []
        # One query is compared by one thread: several would wait for one another longer than they compare, many times
        # so where the cores are busy. FAISS keeps the number by calling thread, hence here and not once for all.
        faiss.omp_set_num_threads(1)
        wanted = min(2 * k + 8, n)
        while True:
            scores, found = self._index.search(query.reshape(1, -1), wanted, params=selected)
            best: dict[int, float] = {}
            lowest = -np.inf
            for row, score in zip(found[0].tolist(), scores[0].tolist(), strict=True):
                if row >= 0:
                    lowest = round(score, SCORE_DECIMALS)
                    best.setdefault(row, lowest)
            ranked = sorted(best.items(), key=lambda hit: (-hit[1], hit[0]))
            # Two vectors of a clause take two places, and a tie that reaches past the last result may have members
            # outside it: ask for more until there are k clauses, and the last of them is better than what comes next.
            if wanted == n or (len(ranked) >= k and lowest < ranked[k - 1][1]):
                return ranked[:k]
            wanted = min(wanted * 4, n)

    def vectors(self, rows: Sequence[int]) -> list[Vectors]:
        """The vectors of each of the clauses, [number of its vectors, dim]."""
        flat = faiss.downcast_index(self._index.index)  # type: ignore[attr-defined]
        return [
            flat.reconstruct_n(int(self._starts[row]), int(self._starts[row + 1] - self._starts[row])) for row in rows
        ]


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
    keeps its vectors, and only the others are encoded. `progress` is told the number of clauses done. Raises UsageError
    where the file cannot be written.
    """
    index = faiss.IndexIDMap(faiss.IndexFlatIP(dim))
    n_encoded = n_kept = 0
    for batch in clauses:
        vectors: dict[int, Vectors] = {}
        if previous is not None:
            earlier, row_of = previous
            old = [clause for clause in batch if clause.passage_sha256 in row_of]
            found = earlier.vectors([row_of[clause.passage_sha256] for clause in old])
            vectors = {clause.row: kept for clause, kept in zip(old, found, strict=True)}
        new = [clause for clause in batch if clause.row not in vectors]
        if new:
            texts = [views(clause.title, clause.headings, clause.text) for clause in new]
            encoded = checked(encode(list(chain(*texts))), n=sum(map(len, texts)), dim=dim)
            ends = np.cumsum([len(of_clause) for of_clause in texts])
            for clause, own in zip(new, np.split(encoded, ends[:-1]), strict=True):
                vectors[clause.row] = own
        for clause in batch:
            own = vectors[clause.row]
            index.add_with_ids(own, np.full(len(own), clause.row, dtype=np.int64))
        n_encoded, n_kept = n_encoded + len(new), n_kept + len(batch) - len(new)
        progress(n_encoded + n_kept)
    try:
        # Not by the file's name: FAISS then passes over an error of the last bytes, and the file is cut off unseen.
        with path.open("wb") as file:
            faiss.write_index(index, faiss.PyCallbackIOWriter(file.write))  # type: ignore[attr-defined]
    except OSError as error:
        raise not_written(path, error.strerror) from error
    return n_encoded, n_kept


def texts_to_encode(clauses: Iterable[Sequence[IndexedClause]], kept: Container[str]) -> Iterator[str]:
    """The texts that `write_dense` will have encoded, in its order; `kept` has the hashes of passages with vectors."""
    for clause in chain.from_iterable(clauses):
        if clause.passage_sha256 not in kept:
            yield from views(clause.title, clause.headings, clause.text)


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

"""The dense leg: a few vectors a clause, searched by inner product with FAISS; a clause's score is its best vector's.

Up to EXACT_UP_TO vectors a flat index compares every one, so results are exact with and without a filter. Above, an
inverted file (`dense_inverted.py`) names the vectors that are compared exactly; a selective filter is exact there, too.
Either stands in `vectors.faiss`; a larger archive's vectors as the encoder gave them stand in `vectors.npy` beside it, those
that changes added in `vectors.1.npy` and so on, and `vectors.rows.npy` tells of each clause that was ever written which row it
has now, −1 for one that is gone, and how many vectors (`row_keys.py`; int32 of shape [number of keys, 2]).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count, takewhile
from pathlib import Path
from typing import Protocol

import faiss
import numpy as np
import numpy.typing as npt

from indexer.errors import EncoderError, IndexDamaged
from indexer.index.dense_inverted import InvertedVectors
from indexer.index.dense_vectors import Positions, StoredVectors, Vectors
from indexer.index.notice_columns import rows_in_runs
from indexer.index.row_keys import Keys

__all__ = ["EXACT_UP_TO", "VECTORS_A_CLAUSE", "Dense", "Vectors", "checked", "exact_path", "rows_path"]

# Scores that differ by less than this are a tie: float32 sums of a few hundred products agree to about 1e-7.
SCORE_DECIMALS = 6

# Vectors up to which every one is compared with the query: about where an inexact answer begins to save much time.
# `python -m bench.crossover` compares the two.
EXACT_UP_TO = 100_000

# Vectors asked for with each clause wanted; with fewer, every third search of an archive of notices would be made twice.
VECTORS_A_CLAUSE = 3


class _Searched(Protocol):
    """Vectors, by whatever kind of index they are found."""

    n: int
    dim: int

    def nearest(self, query: Vectors, wanted: int, positions: Positions | None) -> tuple[Positions, Vectors]:
        """The positions of the vectors nearest to the query with their scores, best first; of `positions`, if given."""
        ...

    def at(self, positions: Positions) -> Vectors:
        """The vectors at the positions."""
        ...


class _FlatVectors:
    """Every vector, compared one by one."""

    def __init__(self, index: faiss.Index) -> None:
        self._index = index
        self.n, self.dim = int(index.ntotal), int(index.d)

    def nearest(self, query: Vectors, wanted: int, positions: Positions | None) -> tuple[Positions, Vectors]:
        selected = None
        if positions is not None:
            # The package's type stubs do not know the keywords that its own constructor takes.
            selected = faiss.SearchParameters(sel=faiss.IDSelectorArray(positions))  # type: ignore[call-arg]
        scores, found = self._index.search(query.reshape(1, -1), wanted, params=selected)
        return found[0][found[0] >= 0], scores[0][found[0] >= 0]

    def at(self, positions: Positions) -> Vectors:
        return self._index.reconstruct_batch(positions) if len(positions) else np.empty((0, self.dim), np.float32)


class Dense:
    """The vectors of a generation; those of a clause stand together, clauses by key. Safe under threads."""

    def __init__(self, path: Path) -> None:
        """Open the file; raises IndexDamaged where FAISS cannot read it or it holds something else."""
        try:
            index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        except RuntimeError as error:
            reason = " ".join(str(error).split())
            raise IndexDamaged(f"{path}: FAISS cannot read it ({reason}); build the index again") from error
        self._whole = index  # what is taken from it below does not own its memory
        if isinstance(index, faiss.IndexIDMap):
            rows = faiss.vector_to_array(index.id_map) if index.ntotal else np.empty(0, dtype=np.int64)
            starts = np.append(np.flatnonzero(np.diff(rows, prepend=-1)), len(rows))
            self.keys, self.counts = Keys.in_order(len(starts) - 1), np.diff(starts)
            self._vectors: _Searched = _FlatVectors(faiss.downcast_index(index.index))
        elif isinstance(index, faiss.IndexIVF):
            exact = StoredVectors(*_exact_paths(path))
            self.keys, self.counts = _read_rows(rows_path(path), exact.n)
            self._vectors = InvertedVectors(index, exact, int(self.counts[self.keys.there].sum()), path)
        else:
            raise IndexDamaged(f"{path}: holds another kind of index ({type(index).__name__}); build the index again")
        self.dim = self._vectors.dim
        self.n_clauses = self.keys.n_clauses
        # By key where its vectors begin, and where the last one's end.
        self._starts = np.concatenate(([0], np.cumsum(self.counts, dtype=np.int64)))
        self._last: tuple[npt.NDArray[np.int64], Positions] | None = None

    def search(
        self, query: Vectors, k: int, *, allowed: npt.NDArray[np.int64] | None = None
    ) -> list[tuple[int, float]]:
        """The `k` rows nearest to the query vector [dim] with their scores (cosine, −1 to 1), ties by row number.

        With `allowed` (sorted rows) the nearest of those. Scores are exact. Rows are exactly the nearest in an archive
        of up to EXACT_UP_TO vectors, and where the filter lets but few pass (`dense_inverted.EXACT_SHARE`).
        """
        positions = None
        n = self._vectors.n
        if allowed is not None and n:
            positions = self._positions_allowed(allowed)
            n = len(positions)
        if min(k, n) <= 0:
            return []
        # One query is compared by one thread: several would wait for one another longer than they compare, many times
        # so where the cores are busy. FAISS keeps the number by calling thread, hence here and not once for all.
        faiss.omp_set_num_threads(1)
        wanted = min(VECTORS_A_CLAUSE * k + 8, n)
        while True:
            found, scores = self._vectors.nearest(query, wanted, positions)
            rows = self.keys.now(np.searchsorted(self._starts, found, side="right") - 1)
            rounded = np.round(scores.astype(np.float64), SCORE_DECIMALS)
            lowest = float(rounded[-1]) if len(rounded) else -np.inf
            clauses, first = np.unique(rows, return_index=True)  # a clause's best vector comes first
            order = np.lexsort((clauses, -rounded[first]))
            ranked = list(zip(clauses[order].tolist(), rounded[first][order].tolist(), strict=True))
            # Two vectors of a clause take two places, and a tie that reaches past the last result may have members
            # outside it: ask for more until there are k clauses, and the last of them is better than what comes next.
            if len(found) < wanted or wanted == n or (len(ranked) >= k and lowest < ranked[k - 1][1]):
                return ranked[:k]
            wanted = min(wanted * 4, n)

    def vectors(self, rows: Sequence[int]) -> list[Vectors]:
        """The vectors of each of the clauses, [number of its vectors, dim]."""
        positions, counts = self.runs(rows)
        return np.split(self.at(rows_in_runs(positions, counts)), np.cumsum(counts)[:-1]) if len(counts) else []

    def runs(self, rows: Sequence[int] | npt.NDArray[np.int64]) -> tuple[Positions, npt.NDArray[np.int64]]:
        """Where the vectors of each clause begin, and how many they are."""
        keys = self.keys.of(np.asarray(rows, dtype=np.int64))
        return self._starts[keys], self.counts[keys]

    def at(self, positions: Positions) -> Vectors:
        """The vectors at the positions."""
        return self._vectors.at(positions)

    @property
    def inverted(self) -> InvertedVectors | None:
        """The inverted file that this leg searches; None where it compares every vector."""
        return self._vectors if isinstance(self._vectors, InvertedVectors) else None

    def _positions_allowed(self, allowed: npt.NDArray[np.int64]) -> Positions:
        """Where the vectors of the allowed clauses stand; kept for the last filter, since one question asks it again."""
        last = self._last
        if last is None or last[0] is not allowed:
            last = allowed, rows_in_runs(*self.runs(allowed))
            self._last = last
        return last[1]


def exact_path(path: Path, number: int) -> Path:
    """The file of exact vectors of that number beside a leg's own."""
    return path.with_suffix(f".{number}.npy" if number else ".npy")


def _exact_paths(path: Path) -> list[Path]:
    """The files of exact vectors beside a leg's own: the first, and as many behind it as there are."""
    further = takewhile(Path.exists, (exact_path(path, number) for number in count(1)))
    return [exact_path(path, 0), *further]


def rows_path(path: Path) -> Path:
    """The file beside a leg's own that tells the rows."""
    return path.with_suffix(".rows.npy")


def _read_rows(path: Path, n: int) -> tuple[Keys, npt.NDArray[np.int64]]:
    """The keys of a leg with so many vectors, and how many each has; raises IndexDamaged for anything else."""
    try:
        told = np.load(path, allow_pickle=False)
        if told.dtype != np.int32 or told.ndim != 2 or told.shape[1] != 2:
            raise ValueError(f"{told.dtype} of shape {told.shape}")
        keys, counts = Keys(told[:, 0].astype(np.int64)), told[:, 1].astype(np.int64)
        if not keys.are_sound or (counts < 0).any() or counts.sum() != n:
            raise ValueError(f"{keys.n_clauses} clauses with {counts.sum()} of {n} vectors")
    except (OSError, ValueError, EOFError) as error:
        reason = " ".join(str(error).split())
        raise IndexDamaged(f"{path}: does not say where vectors begin ({reason}); build the index again") from error
    return keys, counts


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

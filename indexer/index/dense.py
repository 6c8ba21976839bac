"""The dense leg: a few vectors a clause, searched by inner product with FAISS; a clause's score is its best vector's.

Up to EXACT_UP_TO vectors a flat index compares every one, so results are exact with and without a filter. Above, an
inverted file (`dense_inverted.py`) names the vectors that are compared exactly; a selective filter is exact there, too.
Either stands in `vectors.faiss`; a larger archive's vectors as the encoder gave them stand in `vectors.npy` beside it, and
in `vectors.rows.npy` where those of each clause begin.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, pairwise
from pathlib import Path
from typing import Protocol

import faiss
import numpy as np
import numpy.typing as npt

from indexer.errors import EncoderError, IndexDamaged
from indexer.index.dense_inverted import InvertedVectors, Kept, inverted
from indexer.index.dense_vectors import Positions, StoredVectors, VectorFile, Vectors
from indexer.index.generations import not_written
from indexer.index.notice_columns import rows_in_runs
from indexer.index.passage import IndexedClause, views

__all__ = ["EXACT_UP_TO", "Dense", "Earlier", "Vectors", "checked", "texts_to_encode", "write_dense"]

# Scores that differ by less than this are a tie: float32 sums of a few hundred products agree to about 1e-7.
SCORE_DECIMALS = 6

# Vectors up to which every one is compared with the query: about where an inexact answer begins to save much time.
# `python -m bench.crossover` compares the two.
EXACT_UP_TO = 100_000

# Vectors asked for with each clause wanted; with fewer, every third search of an archive of notices would be made twice.
VECTORS_A_CLAUSE = 3

_BATCH = 65_536
_COPIED = 8_192  # vectors copied at a time: few enough that their room is taken once and used again


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
    """The vectors of a generation; those of a clause stand together, clauses by row. Safe under threads."""

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
            # Where each clause's vectors begin, and where the last one's end.
            self._starts = np.append(np.flatnonzero(np.diff(rows, prepend=-1)), len(rows))
            self._vectors: _Searched = _FlatVectors(faiss.downcast_index(index.index))
        elif isinstance(index, faiss.IndexIVF):
            self._vectors = InvertedVectors(index, StoredVectors(_exact_path(path)), path)
            self._starts = _read_starts(_starts_path(path), self._vectors.n)
        else:
            raise IndexDamaged(f"{path}: holds another kind of index ({type(index).__name__}); build the index again")
        self.dim = self._vectors.dim
        self.n_clauses = len(self._starts) - 1
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
            rows = np.searchsorted(self._starts, found, side="right") - 1
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
        numbers = np.asarray(rows, dtype=np.int64)
        ends = np.cumsum(self._starts[numbers + 1] - self._starts[numbers])
        return np.split(self._vectors.at(self._positions(numbers)), ends[:-1]) if len(numbers) else []

    def runs(self, rows: Sequence[int]) -> tuple[Positions, npt.NDArray[np.int64]]:
        """Where the vectors of each clause begin, and how many they are."""
        numbers = np.asarray(rows, dtype=np.int64)
        return self._starts[numbers], self._starts[numbers + 1] - self._starts[numbers]

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
            last = allowed, self._positions(np.ascontiguousarray(allowed, dtype=np.int64))
            self._last = last
        return last[1]

    def _positions(self, rows: npt.NDArray[np.int64]) -> Positions:
        """Where the vectors of the clauses stand, one clause after another."""
        return rows_in_runs(self._starts[rows], self._starts[rows + 1] - self._starts[rows])


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier leg of the same encoder, and what of it stays."""

    dense: Dense
    row_of: Mapping[str, int]  # by the hash of a passage a row in it that has the passage's vectors
    # By row in it the row now, else −1.
    moved: npt.NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))


def write_dense(
    path: Path,
    clauses: Iterable[Sequence[IndexedClause]],
    *,
    dim: int,
    encode: Callable[[Sequence[str]], Vectors],
    previous: Earlier | None,
    progress: Callable[[int], None],
) -> tuple[int, int]:
    """Write the vectors of all clauses in row order; gives of how many they were encoded and of how many kept.

    `clauses`, batch by batch, are those of the rows to which no clause of the `previous` leg has moved. One whose passage is
    known there keeps its vectors, and only the others are encoded. `progress` is told the number of clauses done. Raises
    UsageError where a file cannot be written.
    """
    exact = _exact_path(path)
    try:
        with VectorFile(exact, dim) as file:
            writing = _Writing(file, encode, previous)
            for batch in clauses:
                writing.add(batch)
                progress(writing.n_encoded + writing.n_kept)
            writing.add_kept()
            progress(writing.n_encoded + writing.n_kept)
        starts = np.concatenate(([0], np.cumsum(np.concatenate([np.empty(0, np.int64), *writing.counts]))))
        stored = StoredVectors(exact)
        if stored.n <= EXACT_UP_TO:
            _write_index(path, _flat(stored, starts))
            exact.unlink()
        else:
            _write_index(path, inverted(stored, kept=writing.kept()))
            np.save(_starts_path(path), starts)
    except OSError as error:
        raise not_written(path, error.strerror) from error
    return writing.n_encoded, writing.n_kept


class _Writing:
    """Vectors on their way into the file, in the order of the rows."""

    def __init__(self, file: VectorFile, encode: Callable[[Sequence[str]], Vectors], previous: Earlier | None) -> None:
        self.n_encoded = self.n_kept = 0
        self.counts: list[npt.NDArray[np.int64]] = []  # of vectors, by run of clauses and clause
        self._file, self._encode = file, encode
        self._earlier = previous.dense if previous else None
        self._row_of = previous.row_of if previous else {}
        moved = previous.moved if previous else np.empty(0, dtype=np.int64)
        stays = np.flatnonzero(moved >= 0)
        order = np.argsort(moved[stays], kind="stable")
        self._staying, self._rows = stays[order], moved[stays][order]  # what has moved: its row before, and now
        self._at = 0  # how many of these were taken over
        # By run: where each clause's vectors stood, where they stand now, and how many they are.
        self._stays: list[npt.NDArray[np.int64]] = []

    def add(self, batch: Sequence[IndexedClause]) -> None:
        """Have the clauses encoded, or take over the vectors of their passages, and before each what has moved there."""
        if not batch:
            return
        is_old = np.array([clause.passage_sha256 in self._row_of for clause in batch])
        vectors = iter(self._encoded([clause for clause, old in zip(batch, is_old, strict=True) if not old]))
        breaks = np.flatnonzero(np.diff([clause.row for clause in batch]) != 1) + 1
        for run, old in zip(_cut(batch, breaks), np.split(is_old, breaks), strict=True):
            self.add_kept(run[0].row)
            self._append(run, old, vectors)

    def add_kept(self, end: int | None = None) -> None:
        """Take over what has moved to rows before the end, or all that is left."""
        until = len(self._rows) if end is None else int(np.searchsorted(self._rows, end))
        rows, self._at = self._staying[self._at : until], until
        if self._earlier is None or not len(rows):
            return
        before, counts = self._earlier.runs(rows.tolist())
        self._stays.append(np.stack([before, self._file.n + np.cumsum(counts) - counts, counts]))
        for run in np.split(rows, np.flatnonzero(np.diff(rows) != 1) + 1):
            (first, last), (_, n) = self._earlier.runs([run[0], run[-1]])
            self._take_over(self._earlier, int(first), int(last + n))
        self.counts.append(counts)
        self.n_kept += len(rows)

    def _take_over(self, earlier: Dense, first: int, end: int) -> None:
        """The vectors of the earlier leg from the first to the one before the end."""
        if earlier.inverted is not None:
            self._file.append_run(earlier.inverted.exact, first, end - first)
            return
        for begin in range(first, end, _COPIED):
            self._file.append(earlier.at(np.arange(begin, min(begin + _COPIED, end))))

    def _append(self, run: Sequence[IndexedClause], is_old: npt.NDArray[np.bool_], new: Iterator[Vectors]) -> None:
        """The vectors of clauses that stand together: those of known passages from before, the others are the next of `new`."""
        own = [next(new) for _ in range(int((~is_old).sum()))]
        counts = np.zeros(len(run), dtype=np.int64)
        counts[~is_old] = [len(vectors) for vectors in own]
        old = [self._row_of[clause.passage_sha256] for clause, kept in zip(run, is_old, strict=True) if kept]
        if self._earlier is not None:
            before, counts[is_old] = self._earlier.runs(old)
        starts = np.cumsum(counts) - counts
        vectors = np.empty((int(counts.sum()), self._file.dim), dtype=np.float32)
        if own:
            vectors[rows_in_runs(starts[~is_old], counts[~is_old])] = np.concatenate(own)
        if self._earlier is not None and old:
            now, n = starts[is_old], counts[is_old]
            vectors[rows_in_runs(now, n)] = self._earlier.at(rows_in_runs(before, n))
            self._stays.append(np.stack([before, self._file.n + now, n]))
        self._file.append(vectors)
        self.counts.append(counts)
        self.n_encoded, self.n_kept = self.n_encoded + len(own), self.n_kept + len(old)

    def _encoded(self, clauses: Sequence[IndexedClause]) -> list[Vectors]:
        """The vectors of each of the clauses that were not there before."""
        if not clauses:
            return []
        texts = [views(clause.title, clause.headings, clause.text) for clause in clauses]
        encoded = checked(self._encode(list(chain(*texts))), n=sum(map(len, texts)), dim=self._file.dim)
        ends = np.cumsum([len(of_clause) for of_clause in texts])
        return np.split(encoded, ends[:-1])

    def kept(self) -> Kept | None:
        """What the earlier inverted file has of these vectors; None where there is none."""
        earlier = None if self._earlier is None else self._earlier.inverted
        if earlier is None or not self._stays:
            return None
        before, now, counts = np.concatenate(self._stays, axis=1)
        moved = np.full(earlier.n, -1, dtype=np.int64)
        moved[rows_in_runs(before, counts)] = rows_in_runs(now, counts)
        return Kept(earlier, moved)


def _cut(batch: Sequence[IndexedClause], at: npt.NDArray[np.intp]) -> Iterator[Sequence[IndexedClause]]:
    """The batch in parts that begin at these places."""
    for first, end in pairwise([0, *at.tolist(), len(batch)]):
        yield batch[first:end]


def _flat(stored: StoredVectors, starts: npt.NDArray[np.int64]) -> faiss.IndexIDMap:
    """A flat index of all vectors, each with the row of its clause as its id."""
    index = faiss.IndexIDMap(faiss.IndexFlatIP(stored.dim))
    rows = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    for first, vectors in zip(range(0, stored.n, _BATCH), stored.batches(_BATCH), strict=True):
        index.add_with_ids(vectors, rows[first : first + len(vectors)])
    return index


def _write_index(path: Path, index: faiss.Index) -> None:
    # Not by the file's name: FAISS then passes over an error of the last bytes, and the file is cut off unseen.
    with path.open("wb") as file:
        faiss.write_index(index, faiss.PyCallbackIOWriter(file.write))  # type: ignore[attr-defined]


def _exact_path(path: Path) -> Path:
    return path.with_suffix(".npy")


def _starts_path(path: Path) -> Path:
    return path.with_suffix(".rows.npy")


def _read_starts(path: Path, n: int) -> npt.NDArray[np.int64]:
    """Where each clause's vectors begin, and where the last one's end; raises IndexDamaged for anything else."""
    try:
        starts = np.load(path, allow_pickle=False)
        if starts.dtype != np.int64 or starts.ndim != 1 or starts[0] != 0 or starts[-1] != n:
            raise ValueError(f"{starts.dtype} of shape {starts.shape}")
    except (OSError, ValueError, EOFError) as error:
        reason = " ".join(str(error).split())
        raise IndexDamaged(f"{path}: does not say where vectors begin ({reason}); build the index again") from error
    return np.asarray(starts, dtype=np.int64)


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

"""Writing the dense leg: all clauses anew, or what changed beside the files of the leg before.

A file of exact vectors never changes once it is written. A change of a large leg therefore links the earlier one's files and
writes another with what is new behind them; vectors of clauses that are gone stay where they are, and only the inverted file
no longer has them. Files stay few: one is written together with those before it that are not much larger, the first aside.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from pathlib import Path

import faiss
import numpy as np
import numpy.typing as npt

from indexer.index import dense
from indexer.index.changes import Changes
from indexer.index.dense import VECTORS_A_CLAUSE, Dense, checked, exact_path, rows_path
from indexer.index.dense_inverted import Kept, inverted
from indexer.index.dense_vectors import StoredVectors, VectorFile, Vectors
from indexer.index.generations import link_or_copy, not_written
from indexer.index.notice_columns import rows_in_runs
from indexer.index.passage import IndexedClause, views
from indexer.index.row_keys import Keys

__all__ = ["Earlier", "texts_to_encode", "write_dense"]

_BATCH = 65_536
_COPIED = 8_192  # vectors copied at a time: few enough that their room is taken once and used again
_MUCH_LARGER = 2  # than what is written behind it, a file is left as it is

Encode = Callable[[Sequence[str]], Vectors]
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier leg of the same encoder, and what of it stays."""

    dense: Dense
    row_of: Mapping[str, int]  # by the hash of a passage a row in it that has the passage's vectors
    changes: Changes | None = None  # which of its clauses are where now; None where none is


def write_dense(
    path: Path,
    clauses: Iterable[Sequence[IndexedClause]],
    *,
    dim: int,
    encode: Encode,
    previous: Earlier | None,
    progress: Progress,
) -> tuple[int, int]:
    """Write the vectors of all clauses; gives of how many they were encoded and of how many kept.

    `clauses`, batch by batch and by row, are those of the rows to which no clause of the `previous` leg has moved. One whose
    passage is known there keeps its vectors, and only the others are encoded. `progress` is told the number of clauses done.
    Raises UsageError where a file cannot be written.
    """
    try:
        if previous is not None and previous.changes is not None and _bears(previous.dense, previous.changes):
            return _change(path, clauses, encode, previous, previous.changes, progress)
        return _write_all(path, clauses, dim, encode, previous, progress)
    except OSError as error:
        raise not_written(path, error.strerror) from error


def _write_all(
    path: Path,
    clauses: Iterable[Sequence[IndexedClause]],
    dim: int,
    encode: Encode,
    previous: Earlier | None,
    progress: Progress,
) -> tuple[int, int]:
    """All clauses in the order of their rows."""
    exact = exact_path(path, 0)
    with VectorFile(exact, dim) as file:
        writing = _Writing(file, encode, previous)
        for batch in clauses:
            writing.add(batch)
            progress(writing.n_encoded + writing.n_kept)
        writing.add_kept()
        progress(writing.n_encoded + writing.n_kept)
    counts = np.concatenate([np.empty(0, np.int64), *writing.counts])
    stored = StoredVectors(exact)
    if stored.n <= dense.EXACT_UP_TO:
        _write_index(path, _flat(stored, counts))
        exact.unlink()
    else:
        _write_index(path, inverted(stored, kept=writing.kept()))
        _write_rows(path, Keys.in_order(len(counts)), counts)
    return writing.n_encoded, writing.n_kept


def _bears(earlier: Dense, changes: Changes) -> bool:
    """Whether the change is slight enough for the earlier leg's files to be kept, and it stays a large one."""
    if earlier.inverted is None or not earlier.keys.bear(changes):
        return False
    _, counts = earlier.runs(np.flatnonzero(changes.moved >= 0))
    return int(counts.sum()) > dense.EXACT_UP_TO


def _change(
    path: Path,
    clauses: Iterable[Sequence[IndexedClause]],
    encode: Encode,
    previous: Earlier,
    changes: Changes,
    progress: Progress,
) -> tuple[int, int]:
    """What is new behind the files of the earlier leg."""
    before = previous.dense
    assert before.inverted is not None
    exact = before.inverted.exact
    n_linked = _left_alone(exact.counts, VECTORS_A_CLAUSE * len(changes.added))
    paths = [exact_path(path, number) for number in range(n_linked)]
    for earlier, linked in zip(exact.paths, paths, strict=False):
        link_or_copy(earlier, linked)
    n_staying = len(changes.moved) - changes.n_gone
    counts, n_encoded, n_kept = [before.counts], 0, n_staying
    if len(changes.added):
        paths.append(exact_path(path, n_linked))
        with VectorFile(paths[-1], exact.dim) as file:
            first = sum(exact.counts[:n_linked])
            file.append_run(exact, first, exact.n - first)
            writing = _Writing(file, encode, Earlier(before, previous.row_of))
            for batch in clauses:
                writing.add(batch)
                progress(n_staying + writing.n_encoded + writing.n_kept)
        counts += writing.counts
        n_encoded, n_kept = writing.n_encoded, n_staying + writing.n_kept
    progress(n_encoded + n_kept)
    keys, of_keys = before.keys.after(changes), np.concatenate(counts)
    is_there = np.repeat(keys.there, of_keys)
    stays = np.where(is_there[: exact.n], np.arange(exact.n), -1)
    held = np.flatnonzero(is_there)
    _write_index(path, inverted(StoredVectors(*paths), kept=Kept(before.inverted, stays), positions=held))
    _write_rows(path, keys, of_keys)
    return n_encoded, n_kept


def _left_alone(counts: Sequence[int], n_new: int) -> int:
    """How many files of so many vectors are left as they are when about so many are new; the others are written with these."""
    n = len(counts)
    while n > 1 and n_new and counts[n - 1] <= _MUCH_LARGER * n_new:
        n_new += counts[n - 1]
        n -= 1
    return n


class _Writing:
    """Vectors on their way into the file, in the order of the rows."""

    def __init__(self, file: VectorFile, encode: Encode, previous: Earlier | None) -> None:
        self.n_encoded = self.n_kept = 0
        self.counts: list[npt.NDArray[np.int64]] = []  # of vectors, by run of clauses and clause
        self._file, self._encode = file, encode
        self._earlier = previous.dense if previous else None
        self._row_of = previous.row_of if previous else {}
        changes = previous.changes if previous else None
        moved = changes.moved if changes else np.empty(0, dtype=np.int64)
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
        before, counts = self._earlier.runs(rows)
        self._stays.append(np.stack([before, self._file.n + np.cumsum(counts) - counts, counts]))
        ends = before + counts
        breaks = np.flatnonzero(before[1:] != ends[:-1]) + 1
        for first, last in pairwise([0, *breaks.tolist(), len(rows)]):
            self._take_over(self._earlier, int(before[first]), int(ends[last - 1]))
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
        moved = np.full(earlier.exact.n, -1, dtype=np.int64)
        moved[rows_in_runs(before, counts)] = rows_in_runs(now, counts)
        return Kept(earlier, moved)


def _cut(batch: Sequence[IndexedClause], at: npt.NDArray[np.intp]) -> Iterator[Sequence[IndexedClause]]:
    """The batch in parts that begin at these places."""
    for first, end in pairwise([0, *at.tolist(), len(batch)]):
        yield batch[first:end]


def _flat(stored: StoredVectors, counts: npt.NDArray[np.int64]) -> faiss.IndexIDMap:
    """A flat index of all vectors, each with the row of its clause as its id."""
    index = faiss.IndexIDMap(faiss.IndexFlatIP(stored.dim))
    rows = np.repeat(np.arange(len(counts)), counts)
    for first, vectors in zip(range(0, stored.n, _BATCH), stored.batches(_BATCH), strict=True):
        index.add_with_ids(vectors, rows[first : first + len(vectors)])
    return index


def _write_rows(path: Path, keys: Keys, counts: npt.NDArray[np.int64]) -> None:
    np.save(rows_path(path), np.stack([keys.row_of, counts], axis=1).astype(np.int32))


def _write_index(path: Path, index: faiss.Index) -> None:
    # Not by the file's name: FAISS then passes over an error of the last bytes, and the file is cut off unseen.
    with path.open("wb") as file:
        faiss.write_index(index, faiss.PyCallbackIOWriter(file.write))  # type: ignore[attr-defined]


def texts_to_encode(clauses: Iterable[Sequence[IndexedClause]], kept: Container[str]) -> Iterator[str]:
    """The texts that `write_dense` will have encoded, in its order; `kept` has the hashes of passages with vectors."""
    for clause in chain.from_iterable(clauses):
        if clause.passage_sha256 not in kept:
            yield from views(clause.title, clause.headings, clause.text)

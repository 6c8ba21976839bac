"""Vectors in files of their own, as they came from the encoder: the .npy format of NumPy, float32 of shape [n, dim].

A file never changes once it is written: what a change adds stands in another one behind it. Read by position, a run at a time, and not mapped into memory: a question asks for a thousand vectors that lie apart, and a page
fault for each costs more than a call; and a page that was read once would count as the process's own.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO

import numpy as np
import numpy.lib.format
import numpy.typing as npt

from indexer.errors import IndexDamaged

__all__ = ["Positions", "StoredVectors", "VectorFile", "Vectors"]

# Float32 of shape [n, dim], each row of length 1.
Vectors = npt.NDArray[np.float32]
# Numbers of vectors, counted from 0 in the order of the files.
Positions = npt.NDArray[np.int64]

_FLOAT32 = np.dtype("<f4")

# Bytes: copied by one call of the system, which cannot be interrupted meanwhile, and read where it does not copy.
_MOST_COPIED = 1 << 27
_READ_AT_ONCE = 1 << 23
# What a system says that does not copy between two files, or not between these.
_NOT_BY_THE_SYSTEM = frozenset({errno.ENOSYS, errno.EXDEV, errno.EINVAL, errno.EOPNOTSUPP, errno.EPERM})


class VectorFile:
    """A file of vectors in the making; complete when the block is left."""

    def __init__(self, path: Path, dim: int) -> None:
        """Begin the file; raises OSError where it cannot be written."""
        self.n, self.dim = 0, dim
        self._file: IO[bytes] = path.open("w+b")
        self._head()

    def __enter__(self) -> VectorFile:
        """The file itself."""
        return self

    def __exit__(self, *error: object) -> None:
        """Write the number of vectors into the head, and close."""
        try:
            if error[0] is None:
                self._file.seek(0)
                self._head()
        finally:
            self._file.close()

    def append(self, vectors: Vectors) -> None:
        """Add vectors behind those that are there."""
        self._file.write(np.ascontiguousarray(vectors, dtype=_FLOAT32).data)
        self.n += len(vectors)

    def append_run(self, stored: StoredVectors, first: int, n: int) -> None:
        """Add so many of the vectors stored, from the first on."""
        self._file.flush()
        stored.copy_to(self._file.fileno(), first, n)
        self._file.seek(0, os.SEEK_END)
        self.n += n

    def _head(self) -> None:
        # NumPy leaves room in a head for the first axis to grow, so that a second one has the length of the first.
        described = {"descr": _FLOAT32.str, "fortran_order": False, "shape": (self.n, self.dim)}
        numpy.lib.format.write_array_header_1_0(self._file, described)


class StoredVectors:
    """Files of vectors, read by position as if they were one. Safe under threads."""

    def __init__(self, *paths: Path) -> None:
        """Open the files; raises IndexDamaged where one is missing, is no such file or has vectors of another length."""
        self.paths = paths
        self._files = [_StoredFile(path) for path in paths]
        self.dim = self._files[0].dim
        for file in self._files:
            if file.dim != self.dim:
                raise IndexDamaged(
                    f"{file.path}: holds vectors of {file.dim} dimensions instead of {self.dim}; build the index again"
                )
        self._ends = np.cumsum([file.n for file in self._files])
        self.n = int(self._ends[-1])

    @property
    def counts(self) -> list[int]:
        """How many vectors stand in each file."""
        return [file.n for file in self._files]

    def at(self, positions: Positions) -> Vectors:
        """The vectors at the positions, [len(positions), dim]; cheapest where these are sorted and stand together."""
        if len(self._files) == 1:
            return self._files[0].at(positions)
        found = np.empty((len(positions), self.dim), dtype=np.float32)
        number = np.searchsorted(self._ends, positions, side="right")
        for at in np.unique(number).tolist():
            file, own = self._files[at], number == at
            found[own] = file.at(positions[own] - (self._ends[at] - file.n))
        return found

    def batches(self, size: int) -> Iterator[Vectors]:
        """All vectors in their order, `size` at a time."""
        for first in range(0, self.n, size):
            yield self.at(np.arange(first, min(first + size, self.n)))

    def copy_to(self, handle: int, first: int, n: int) -> None:
        """Write so many vectors, from the first on, where the other file's handle stands; raises OSError where it cannot."""
        for file, end in zip(self._files, self._ends.tolist(), strict=True):
            begin = end - file.n
            wanted = range(max(first, begin), min(first + n, end))
            if wanted:
                file.copy_to(handle, wanted.start - begin, len(wanted))


class _StoredFile:
    """One of the files."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with path.open("rb") as file:
                numpy.lib.format.read_magic(file)
                shape, _, dtype = numpy.lib.format.read_array_header_1_0(file)
                self._begin = file.tell()
                size = os.fstat(file.fileno()).st_size
            if len(shape) != 2 or dtype != _FLOAT32 or size != self._begin + 4 * shape[0] * shape[1]:
                raise ValueError(f"{dtype} of shape {shape} in {size} bytes")
            self.n, self.dim = int(shape[0]), int(shape[1])
            self._handle = os.open(path, os.O_RDONLY)
        except (OSError, ValueError) as error:
            reason = " ".join(str(error).split())
            raise IndexDamaged(f"{path}: does not hold vectors ({reason}); build the index again") from error

    def __del__(self) -> None:
        with suppress(AttributeError, OSError):
            os.close(self._handle)

    def at(self, positions: Positions) -> Vectors:
        if not len(positions):
            return np.empty((0, self.dim), dtype=np.float32)
        first = np.flatnonzero(np.diff(positions, prepend=-2) != 1)
        if len(first) == 1:
            return self._run(int(positions[0]), len(positions))
        size = 4 * self.dim
        runs = zip(positions[first].tolist(), np.diff(first, append=len(positions)).tolist(), strict=True)
        found = bytearray().join([os.pread(self._handle, size * n, self._begin + size * at) for at, n in runs])
        if len(found) != size * len(positions):
            raise _cut_off()
        return np.frombuffer(found, dtype=_FLOAT32).reshape(-1, self.dim)

    def copy_to(self, handle: int, first: int, n: int) -> None:
        at, end = self._begin + 4 * self.dim * first, self._begin + 4 * self.dim * (first + n)
        while at < end:
            copied = _copied(self._handle, handle, min(end - at, _MOST_COPIED), at)
            if not copied:
                raise _cut_off()
            at += copied

    def _run(self, first: int, n: int) -> Vectors:
        """So many vectors from the first on."""
        found = np.empty((n, self.dim), dtype=np.float32)
        into, offset, done = memoryview(found.data).cast("B"), self._begin + 4 * self.dim * first, 0
        while done < len(into):
            read = os.preadv(self._handle, [into[done:]], offset + done)
            if not read:
                raise _cut_off()
            done += read
        return found


def _copied(source: int, target: int, n: int, offset: int) -> int:
    """How many of so many bytes were copied; by the system, which need not hand them to this process, where it can."""
    if hasattr(os, "copy_file_range"):
        try:
            return os.copy_file_range(source, target, n, offset)
        except OSError as error:
            if error.errno not in _NOT_BY_THE_SYSTEM:
                raise
    found = memoryview(os.pread(source, min(n, _READ_AT_ONCE), offset))
    return os.write(target, found) if found else 0


def _cut_off() -> IndexDamaged:
    return IndexDamaged("the file of vectors was cut off while it was open; build the index again")

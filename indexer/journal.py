"""Files of lines that are only ever added to, by several processes at once: corrections, judgements, saved questions, keys,
the audit.

Whoever adds lines holds a lock on the file, writes them whole, and has them on disk before going on. Where the disk is full,
what was written of them is taken back. A writer that is killed in between leaves a line without its end: the next line
begins behind it, and readers keep it out.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import FileIO
from pathlib import Path
from typing import TypeVar

from indexer.errors import UsageError

__all__ = ["Appended", "append", "appending", "stored"]

_Made = TypeVar("_Made")

# Of a file that is for its owner alone.
PRIVATE = 0o600


def stored(path: Path) -> bytes:
    """What the file holds, not while a line is being written; nothing where there is no file yet.

    Raises UsageError where it cannot be read.
    """
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH)
            return file.read()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}); check its permissions") from error


def append(path: Path, make: Callable[[bytes], tuple[_Made, list[bytes]]], *, private: bool = False) -> _Made:
    """Add the lines that `make` gives for what the file holds; gives what they were made of, once they are on disk.

    Nobody else writes in between. A new file is readable for its owner alone where it is `private`. Raises UsageError where
    the file cannot be written, and whatever `make` raises.
    """
    with appending(path, private=private) as file:
        before = file.stored
        made, lines = make(before)
        torn = bool(before) and not before.endswith(b"\n")
        if lines:
            file.add(b"\n" * torn + b"".join(line + b"\n" for line in lines))
    return made


class Appended:
    """A file that nobody else writes to meanwhile."""

    def __init__(self, file: FileIO) -> None:
        self._file = file

    @property
    def stored(self) -> bytes:
        """All that it holds."""
        self._file.seek(0)
        return self._file.read()

    @property
    def size(self) -> int:
        """How many bytes it holds."""
        return os.fstat(self._file.fileno()).st_size

    def tail(self, n_bytes: int) -> bytes:
        """Its last bytes."""
        self._file.seek(max(0, self.size - n_bytes))
        return self._file.read()

    def add(self, added: bytes) -> None:
        """Write the bytes and have them on disk; where that fails nothing of them stays."""
        behind = self.size
        try:
            while added:
                added = added[self._file.write(added) :]
            os.fsync(self._file.fileno())
        except OSError:
            self._file.truncate(behind)
            raise


@contextmanager
def appending(path: Path, *, private: bool = False) -> Iterator[Appended]:
    """The file, made where it is absent, and locked meanwhile. Raises UsageError where it cannot be written."""
    try:
        is_new = not path.exists()
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, PRIVATE if private else 0o666)
        with os.fdopen(handle, "a+b", buffering=0) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield Appended(file)
        if is_new:
            _sync(path.parent)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({error.strerror}); check permissions and free space") from error


def _sync(folder: Path) -> None:
    """Have the folder's list of files on disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # some file systems cannot
            os.fsync(handle)
    finally:
        os.close(handle)

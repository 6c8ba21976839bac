"""Files of lines that are only ever added to, by several processes at once: corrections, judgements, saved questions.

Whoever adds lines holds a lock on the file, writes them whole, and has them on disk before going on. Where the disk is full,
what was written of them is taken back. A writer that is killed in between leaves a line without its end: the next line
begins behind it, and readers keep it out.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from contextlib import suppress
from io import FileIO
from pathlib import Path
from typing import TypeVar

from indexer.errors import UsageError

__all__ = ["append", "stored"]

_Made = TypeVar("_Made")


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


def append(path: Path, make: Callable[[bytes], tuple[_Made, list[bytes]]]) -> _Made:
    """Add the lines that `make` gives for what the file holds; gives what they were made of, once they are on disk.

    Nobody else writes in between. Raises UsageError where the file cannot be written, and whatever `make` raises.
    """
    try:
        with path.open("a+b", buffering=0) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            before = file.read()
            made, lines = make(before)
            torn = bool(before) and not before.endswith(b"\n")
            if lines:
                _add(file, b"\n" * torn + b"".join(line + b"\n" for line in lines), behind=len(before))
        if not before:
            _sync(path.parent)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({error.strerror}); check permissions and free space") from error
    return made


def _add(file: FileIO, added: bytes, *, behind: int) -> None:
    """Write the bytes and have them on disk; where that fails nothing of them stays behind the first `behind` ones."""
    try:
        while added:
            added = added[file.write(added) :]
        os.fsync(file.fileno())
    except OSError:
        file.truncate(behind)
        raise


def _sync(folder: Path) -> None:
    """Have the folder's list of files on disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # some file systems cannot
            os.fsync(handle)
    finally:
        os.close(handle)

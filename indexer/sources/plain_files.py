"""Files opened for reading without waiting: a pipe or a device that lies among notices holds nobody up.

Opening a named pipe waits until somebody writes into it, and a device may give bytes without end; both may stand in the
place of a file that was a plain one a moment ago, so what is opened is looked at, not what is named.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator
from io import BufferedReader
from pathlib import Path

from indexer.errors import UsageError

__all__ = ["NotPlain", "exists", "files_below", "open_plain"]


class NotPlain(OSError):
    """What is there is a folder, a pipe, a socket or a device."""

    def __init__(self, path: Path) -> None:
        super().__init__(errno.EINVAL, "is not a plain file", str(path))


def open_plain(path: Path) -> BufferedReader:
    """The file, opened for reading bytes; raises NotPlain for what is none, and OSError as `open` does."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        if error.errno == errno.ENXIO:  # a socket
            raise NotPlain(path) from error
        raise
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise NotPlain(path)
    return os.fdopen(handle, "rb")


def exists(path: Path) -> bool:
    """Whether there is such a file, folder or link; raises UsageError where a folder on the way may not be entered."""
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise UsageError(
            f"{path}: cannot be looked at ({error.strerror}); check the path and its permissions"
        ) from error
    return True


def files_below(
    folder: Path, *, enter: Callable[[Path], bool] = lambda _: True, refuse: Callable[[OSError], None] | None = None
) -> Iterator[Path]:
    """Every visible file below the folder: no hidden ones (`.git`), no Office lock files (`~$…`), none of hidden folders.

    Linked folders are followed, each folder once, so that links in a circle end. Folders that `enter` refuses are left
    out. A folder that is gone before it is listed holds nothing; of one that cannot be listed `refuse` is told.
    """

    def failed(error: OSError) -> None:
        if refuse is not None and (not isinstance(error, FileNotFoundError) or error.filename == os.fspath(folder)):
            refuse(error)

    seen: set[tuple[int, int]] = set()
    for parent, folders, names in os.walk(folder, onerror=failed, followlinks=True):
        try:
            status = os.stat(parent)
        except OSError:  # gone since it was listed, and its files with it
            folders.clear()
            continue
        if (status.st_dev, status.st_ino) in seen:
            folders.clear()
            continue
        seen.add((status.st_dev, status.st_ino))
        folders[:] = sorted(name for name in folders if not name.startswith(".") and enter(Path(parent, name)))
        yield from (Path(parent, name) for name in names if not name.startswith((".", "~$")))

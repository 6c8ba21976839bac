"""SHA-256 of many large files, by threads of their own, so that whoever wants them need not stand still meanwhile."""

from __future__ import annotations

import hashlib
import os
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self

__all__ = ["Checksums", "sync"]

_MOST_THREADS = 4  # more wait for the disk
_READ_AT_ONCE = 1 << 20


class Checksums:
    """The checksums of files, each reckoned from when it is asked for."""

    def __init__(self) -> None:
        """Nothing is read before `begin`."""
        self._threads = ThreadPoolExecutor(min(_MOST_THREADS, os.cpu_count() or 1))
        self._stopped = threading.Event()
        self._coming: dict[Path, Future[str]] = {}

    def __enter__(self) -> Self:
        """The checksums themselves; leaving the block gives up what is not done."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give up what is not done."""
        self._stopped.set()
        self._threads.shutdown(cancel_futures=True)

    def begin(self, path: Path, *, synced: bool = False) -> None:
        """Have the file read, which no longer changes; `synced`: have it on disk first."""
        self._coming[path] = self._threads.submit(self._of, path, synced)

    def known(self, path: Path, checksum: str) -> None:
        """Take the file's checksum as given."""
        found: Future[str] = Future()
        found.set_result(checksum)
        self._coming[path] = found

    def __contains__(self, path: Path) -> bool:
        """Whether the file's checksum was begun or is known."""
        return path in self._coming

    def of(self, path: Path) -> str:
        """The checksum, in hex, once it is there; raises OSError where the file cannot be read or synced."""
        return self._coming[path].result()

    def _of(self, path: Path, synced: bool) -> str:
        if synced:
            sync(path)
        digest, part = hashlib.sha256(), memoryview(bytearray(_READ_AT_ONCE))
        with path.open("rb", buffering=0) as file:
            while not self._stopped.is_set() and (read := file.readinto(part)):
                digest.update(part[:read])
        return digest.hexdigest()


def sync(path: Path) -> None:
    """Have the file's content, or the folder's list of files, on disk before returning."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

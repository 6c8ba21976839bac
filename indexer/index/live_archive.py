"""The archive of the live generation by itself, for whoever asks neither by words nor by vectors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from indexer.errors import IndexMismatch, IndexMissing
from indexer.index.archive import Archive
from indexer.index.generations import ARCHIVE, open_live

__all__ = ["live_archive"]


@contextmanager
def live_archive(directory: Path) -> Iterator[Archive | None]:
    """The archive, held meanwhile; None where there is no index yet, or one that another version of this program made.

    Raises IndexDamaged where it cannot be read.
    """
    try:
        generation = open_live(directory)
    except (IndexMissing, IndexMismatch):
        yield None
        return
    try:
        with closing(Archive(generation.path / ARCHIVE)) as archive:
            yield archive
    finally:
        generation.release()

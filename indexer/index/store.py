"""Where a build writes to: what it asks of the place, and the folder of this machine that does so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from msgspec.structs import replace

from indexer.address import IndexAddress, MilvusAddress
from indexer.index.archive import Archive
from indexer.index.archive_writer import ArchiveWriter
from indexer.index.changes import changes_between
from indexer.index.dense import texts_to_encode, write_dense
from indexer.index.generations import ARCHIVE, LEXICAL, VECTORS, build_lock, new_generation, publish, sweep
from indexer.index.identity import DeferredEncoder
from indexer.index.lexical_writer import change_lexical, write_lexical
from indexer.index.previous import LocalPrevious, Previous, open_previous
from indexer.records import Manifest

__all__ = ["Draft", "LocalStore", "Published", "Store", "Tell", "store_of"]

# Told the stage, how much of it is done and how much there is.
Tell = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Published:
    """What is live after a build, and how many clauses it encoded and how many kept their vectors."""

    manifest: Manifest
    encoded: int
    reused: int


class Draft(Protocol):
    """A build in progress."""

    @property
    def writer(self) -> ArchiveWriter:
        """What takes the notices."""
        ...

    def publish(self, manifest: Manifest, encoder: DeferredEncoder, tell: Tell) -> Published:
        """Make what was written the live generation.

        `manifest` says what the builder knows; the numbers and digests are filled in here. Raises EncoderError where
        the encoder cannot be used; whatever is raised, the live generation stays.
        """
        ...


class Store(Protocol):
    """The place of an index."""

    def lock(self) -> AbstractContextManager[None]:
        """While held, no other build writes there; raises UsageError while another one does."""
        ...

    def previous(self) -> AbstractContextManager[Previous | None]:
        """The live generation, held meanwhile; None where there is none that is whole."""
        ...

    def draft(self, previous: Previous | None, manifest: Manifest) -> AbstractContextManager[Draft]:
        """A build in progress, after the previous generation; what is left of it unless published is thrown away.

        `manifest` is what the builder will publish, as far as it is known.
        """
        ...

    def sweep(self, *, changed: bool) -> None:
        """Remove what nobody needs any more, after a build that has changed something or nothing."""
        ...


def store_of(address: IndexAddress) -> Store:
    """The place that the address names."""
    if isinstance(address, MilvusAddress):
        from indexer.index.milvus_store import MilvusStore

        return MilvusStore(address)
    return LocalStore(address)


class LocalStore:
    """A folder with generations."""

    def __init__(self, directory: Path) -> None:
        """The folder, which may be absent."""
        self._directory = directory

    def lock(self) -> AbstractContextManager[None]:
        """See `build_lock`."""
        return build_lock(self._directory)

    def previous(self) -> AbstractContextManager[LocalPrevious | None]:
        """See `open_previous`."""
        return open_previous(self._directory)

    @contextmanager
    def draft(self, previous: Previous | None, manifest: Manifest) -> Iterator[Draft]:
        """A new archive in the folder of a build in progress."""
        if previous is not None and not isinstance(previous, LocalPrevious):
            raise TypeError(f"{type(previous).__name__} is of another kind of store")
        building = new_generation(self._directory)
        with ArchiveWriter(building / ARCHIVE, previous=previous.archive_path if previous else None) as writer:
            yield _LocalDraft(self._directory, building, writer, previous)

    def sweep(self, *, changed: bool) -> None:
        """See `generations.sweep`, which knows who reads."""
        sweep(self._directory)


@dataclass(frozen=True, slots=True)
class _LocalDraft:
    directory: Path
    building: Path
    writer: ArchiveWriter
    previous: LocalPrevious | None

    def publish(self, manifest: Manifest, encoder: DeferredEncoder, tell: Tell) -> Published:
        """Both legs beside the archive, then the folder under its final name."""
        corpus_sha256 = self.writer.finish()
        archive = Archive(self.building / ARCHIVE)
        n = archive.n_clauses
        self._write_words(archive, manifest, lambda done: tell("words", done, n))
        kept = self.previous.vectors(encoder.sha256) if self.previous else None
        dim = kept[0].dim if kept else encoder.load().dim
        encoder.expect(texts_to_encode(archive.indexed_clauses(), kept[1] if kept else ()))
        encoded, reused = write_dense(
            self.building / VECTORS,
            archive.indexed_clauses(),
            dim=dim,
            encode=encoder.encode_clauses,
            previous=kept,
            progress=lambda done: tell("vectors", done, n),
        )
        archive.close()
        made = replace(manifest, dim=dim, corpus_sha256=corpus_sha256, n_notices=archive.n_notices, n_clauses=n)
        tell("publish", 0, 1)
        publish(self.directory, self.building, made)
        tell("publish", 1, 1)
        return Published(made, encoded, reused)

    def _write_words(self, archive: Archive, manifest: Manifest, progress: Callable[[int], None]) -> None:
        """The lexical leg, as a change of the previous one where that can be."""
        folder = self.building / LEXICAL
        folder.mkdir()
        progress(0)
        previous = self.previous
        earlier = previous.words(dict(manifest.parameters).get("storage")) if previous else None
        if previous is not None and earlier is not None:
            changes = changes_between(previous.archive, archive)
            gone = previous.archive.indexed_rows(np.flatnonzero(changes.moved < 0))
            if change_lexical(folder, earlier, changes, gone=gone, new=archive.indexed_rows(changes.added)):
                progress(archive.n_clauses)
                return
        write_lexical(folder, archive.indexed_clauses(), progress=progress)

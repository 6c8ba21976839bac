"""Where a build writes to: what it asks of the place, and the folder of this machine that does so."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

import numpy as np
from msgspec.structs import replace

from indexer.address import IndexAddress, MilvusAddress
from indexer.index.archive import Archive
from indexer.index.archive_writer import ArchiveWriter
from indexer.index.changes import Before, Changes, changes_between
from indexer.index.checksums import Checksums
from indexer.index.dense_writer import Earlier, texts_to_encode, write_dense
from indexer.index.generations import ARCHIVE, LEXICAL, VECTORS, build_lock, new_generation, publish, sweep
from indexer.index.identity import DeferredEncoder
from indexer.index.lexical_writer import change_lexical, write_lexical
from indexer.index.previous import LocalPrevious, Previous, open_previous
from indexer.records import Manifest

__all__ = ["Beside", "Draft", "LocalStore", "Published", "Store", "Tell", "store_of"]

# What a build writes beside archive and legs, by the name of the file: given its path, the finished archive, and from what
# the same code wrote before, if it did.
Beside = Mapping[str, Callable[[Path, Archive, Before | None], None]]

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

    def publish(self, manifest: Manifest, encoder: DeferredEncoder, tell: Tell, *, beside: Beside) -> Published:
        """Make what was written the live generation.

        `manifest` says what the builder knows; the numbers and digests are filled in here. What is to be written `beside`
        is left out where a generation is no folder: whoever wants it then makes it of the index. Raises EncoderError where
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
        before = previous.archive_path if previous else None
        with Checksums() as checksums, ArchiveWriter(building / ARCHIVE, previous=before) as writer:
            yield _LocalDraft(self._directory, building, writer, checksums, previous)

    def sweep(self, *, changed: bool) -> None:
        """See `generations.sweep`, which knows who reads."""
        sweep(self._directory)


@dataclass(frozen=True, slots=True)
class _LocalDraft:
    directory: Path
    building: Path
    writer: ArchiveWriter
    checksums: Checksums
    previous: LocalPrevious | None

    def publish(self, manifest: Manifest, encoder: DeferredEncoder, tell: Tell, *, beside: Beside) -> Published:
        """Both legs and what else is wanted beside the archive, then the folder under its final name."""
        corpus_sha256 = self.writer.finish()
        self.checksums.begin(self.writer.path, synced=True)
        archive = Archive(self.building / ARCHIVE)
        n = archive.n_clauses
        changes = changes_between(self.previous.archive, archive) if self.previous else None
        self._write_words(archive, manifest, changes, lambda done: tell("words", done, n))
        encoded, reused, dim = self._write_vectors(archive, changes, encoder, lambda done: tell("vectors", done, n))
        tell("publish", 0, 1)
        for name, write in beside.items():
            write(self.building / name, archive, self._before(name, manifest, changes))
        archive.close()
        made = replace(manifest, dim=dim, corpus_sha256=corpus_sha256, n_notices=archive.n_notices, n_clauses=n)
        earlier = self.previous.generation if self.previous else None
        publish(self.directory, self.building, made, checksums=self.checksums, earlier=earlier)
        tell("publish", 1, 1)
        return Published(made, encoded, reused)

    def _write_vectors(
        self, archive: Archive, changes: Changes | None, encoder: DeferredEncoder, progress: Callable[[int], None]
    ) -> tuple[int, int, int]:
        """The dense leg; gives of how many clauses vectors were encoded, of how many kept, and how long each is."""
        previous = self.previous
        dense = previous.vectors(encoder.sha256) if previous else None
        if previous is None or changes is None or dense is None:
            earlier, clauses = None, archive.indexed.all
        else:
            known = previous.archive.rows_of_passages(archive.passages(changes.added))
            earlier, clauses = Earlier(dense, known, changes), partial(archive.indexed.of, changes.added)
        dim = encoder.load().dim if earlier is None else earlier.dense.dim
        encoder.expect(texts_to_encode(clauses(), earlier.row_of if earlier else ()))
        encoded, kept = write_dense(
            self.building / VECTORS,
            clauses(),
            dim=dim,
            encode=encoder.encode_clauses,
            previous=earlier,
            progress=progress,
        )
        return encoded, kept, dim

    def _before(self, name: str, manifest: Manifest, changes: Changes | None) -> Before | None:
        """What the file of that name may be made from."""
        previous = self.previous
        if previous is None or changes is None or not previous.is_made_as(manifest, "parser", "storage"):
            return None
        file = previous.path / name
        return Before(file, previous.archive, changes.gone, changes.new) if file.exists() else None

    def _write_words(
        self, archive: Archive, manifest: Manifest, changes: Changes | None, progress: Callable[[int], None]
    ) -> None:
        """The lexical leg, as a change of the previous one where that can be."""
        folder = self.building / LEXICAL
        folder.mkdir()
        progress(0)
        previous = self.previous
        if previous is not None and changes is not None and previous.is_made_as(manifest, "storage"):
            gone = previous.archive.indexed.of(np.flatnonzero(changes.moved < 0))
            new = archive.indexed.of(changes.added)
            if change_lexical(folder, previous.path / LEXICAL, changes, gone=gone, new=new):
                progress(archive.n_clauses)
                return
        write_lexical(folder, archive.indexed.all(), progress=progress)

"""What the live generation gives to the next one: notices of files that did not change, vectors of equal passages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol

from indexer.errors import IndexDamaged, IndexFault, TiaowenError
from indexer.index.archive import Archive
from indexer.index.dense import Dense
from indexer.index.generations import ARCHIVE, VECTORS, Generation, open_live, verifying
from indexer.index.live_archive import LiveArchive
from indexer.index.rows import StoredPage
from indexer.records import Manifest, Source

__all__ = ["KnownFile", "LocalPrevious", "Previous", "PreviousDamaged", "known_files", "open_previous"]


class PreviousDamaged(IndexDamaged):
    """The live generation turned out to be damaged while the next one was made from it."""


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A file that an earlier build read; `kept` says that its notice was read from this one of several pages."""

    source: Source
    doc_id: str  # of the notice kept, which may have been read from another page
    kept: bool
    page: StoredPage
    state: str | None  # what the file system said of it, where that tells it from any other


class Previous(Protocol):
    """The live generation as the next build sees it."""

    @property
    def manifest(self) -> Manifest:
        """Its manifest."""
        ...

    @property
    def archive(self) -> LiveArchive:
        """What it says of its files and notices."""
        ...

    @property
    def is_as_described(self) -> bool:
        """Whether it holds what the manifest says."""
        ...

    def states(self) -> dict[str, str]:
        """What the file system said of the files it was made from, by path, where that tells them from any others."""
        ...

    def check(self) -> None:
        """Return once it is certain that it is whole; raises PreviousDamaged where it is not."""
        ...


def known_files(previous: Previous) -> dict[str, KnownFile]:
    """Every file of the generation by its path."""
    pages = {page.path: page for page in previous.archive.pages()}
    states = previous.states()
    return {
        source.path: KnownFile(source, doc_id, kept, pages[source.path], states.get(source.path))
        for source, doc_id, kept in previous.archive.all_sources()
        if source.path in pages
    }


@dataclass(frozen=True)
class LocalPrevious:
    """The live generation of a folder, which is read and hashed from end to end while the build goes on."""

    generation: Generation
    archive: Archive
    verified: Callable[[], None]  # see `generations.verifying`

    @property
    def manifest(self) -> Manifest:
        """Its manifest."""
        return self.generation.manifest

    @property
    def path(self) -> Path:
        """Its folder."""
        return self.generation.path

    @cached_property
    def dense(self) -> Dense:
        """Its vectors; raises PreviousDamaged where they cannot be read."""
        try:
            return Dense(self.path / VECTORS)
        except IndexDamaged as error:
            raise PreviousDamaged(str(error)) from error

    def states(self) -> dict[str, str]:
        """See `Archive.states`."""
        return self.archive.states()

    def check(self) -> None:
        """See `Previous.check`."""
        try:
            self.verified()
        except IndexDamaged as error:
            raise PreviousDamaged(str(error)) from error

    @property
    def is_as_described(self) -> bool:
        """Whether the files hold as much as the manifest says."""
        manifest, archive, dense = self.manifest, self.archive, self.dense
        return (manifest.n_notices, manifest.n_clauses, manifest.n_clauses, manifest.dim) == (
            archive.n_notices,
            archive.n_clauses,
            dense.n_clauses,
            dense.dim,
        )

    @property
    def archive_path(self) -> Path:
        """The SQLite file from which unchanged notices are copied."""
        return self.path / ARCHIVE

    def is_made_as(self, manifest: Manifest, *parameters: str) -> bool:
        """Whether these parameters were the same: with the same code, files may be changed instead of being written anew."""
        mine, theirs = dict(self.manifest.parameters), dict(manifest.parameters)
        return all(mine.get(name) == theirs.get(name) for name in parameters)

    def vectors(self, encoder_sha256: str) -> Dense | None:
        """The vectors; None where another encoder made them, or where there are none of some clause."""
        if encoder_sha256 != self.manifest.encoder_sha256 or self.dense.n_clauses != self.archive.n_clauses:
            return None
        return self.dense


@contextmanager
def open_previous(directory: Path) -> Iterator[LocalPrevious | None]:
    """The live generation, held meanwhile; None where there is none that is whole: a build then starts from nothing.

    Every byte is checked, whatever the size: what is copied from a damaged file would be damaged in the next generation,
    under a checksum that fits. That goes on while the block runs. Raises PreviousDamaged where the block fails over what
    turns out to be damage.
    """
    try:
        generation = open_live(directory)
    except IndexFault:
        yield None
        return
    with closing(generation.lease), ExitStack() as opened:
        try:
            verified = opened.enter_context(verifying(generation))
            archive = opened.enter_context(closing(Archive(generation.path / ARCHIVE)))
        except IndexFault:
            yield None
            return
        previous = LocalPrevious(generation, archive, verified)
        try:
            yield previous
        except TiaowenError as error:
            if isinstance(error, IndexFault):
                previous.check()
            raise
        except Exception:
            previous.check()  # whatever it was, damage comes first
            raise

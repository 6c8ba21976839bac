"""The archive of the live generation by itself, for whoever asks neither by words nor by vectors."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Protocol

from indexer.address import IndexAddress, MilvusAddress, index_address
from indexer.errors import IndexMismatch, IndexMissing
from indexer.index.archive import Archive
from indexer.index.correction_rows import StoredCorrection
from indexer.index.generations import ARCHIVE, open_live
from indexer.index.rows import StoredPage
from indexer.records import Clause, Link, Notice, Skipped, Source

__all__ = ["LiveArchive", "live_archive"]


class LiveArchive(Protocol):
    """What an archive says of its files and of what was done with them; see `Archive`, which does so from SQLite."""

    @property
    def n_sources(self) -> int:
        """How many files gave a notice."""
        ...

    def all_sources(self) -> list[tuple[Source, str, bool]]:
        """Every file by path, with the doc_id of its notice and whether the notice was read from this one."""
        ...

    def pages(self) -> Iterator[StoredPage]:
        """What is kept of every file for recognising its notice elsewhere, by path."""
        ...

    def skipped(self) -> list[Skipped]:
        """Every file that the build left out, by path, with the reason."""
        ...

    def links(self) -> list[Link]:
        """All links between notices, by doc_id; each stands in both directions."""
        ...

    def links_of(self, doc_id: str) -> list[Link]:
        """What the notice is to others of the archive, by relation."""
        ...

    def notices(self) -> list[Notice]:
        """The heads of all notices by doc_id."""
        ...

    def notice(self, doc_id: str) -> Notice:
        """The whole notice; raises UsageError for an id that is not in the archive."""
        ...

    def clauses(self, clause_ids: Sequence[str]) -> list[Clause]:
        """The clauses in the order asked for; raises UsageError for an id that is not in the archive."""
        ...

    def wordings(self, clause_ids: Sequence[str]) -> list[tuple[str, bool]]:
        """Of each clause the text and whether it names a unit, in the order asked for; as `clauses`, but sooner."""
        ...

    def sources(self, doc_id: str) -> list[Source]:
        """Every file in which the notice was found; first the one it was read from."""
        ...

    def duplicates(self) -> list[Skipped]:
        """Every file whose notice is kept once, from another, by path."""
        ...

    def page_content(self, path: str) -> str:
        """The content of the file as it is compared with others; raises UsageError for one the archive does not have."""
        ...

    def doc_ids(self) -> frozenset[str]:
        """The ids of all notices."""
        ...

    def kept_instead(self, doc_id: str) -> str | None:
        """The doc_id under which a notice is kept whose text of that id is another page's; None where none is."""
        ...

    def corrections(self, doc_id: str | None = None) -> list[StoredCorrection]:
        """What an editor corrected by hand in the notice, or in all by doc_id."""
        ...

    def corrections_digests(self) -> dict[str, str]:
        """By doc_id, for notices that have any, the digest of their corrections."""
        ...

    def digests(self) -> dict[str, tuple[str, str]]:
        """By doc_id the digest of what a notice says, and that of its corrections by hand."""
        ...

    def contents(self) -> dict[str, tuple[int, int]]:
        """By doc_id how many clauses each notice has, and how many units by their canonical names."""
        ...

    def unit_names(self, of: Collection[str] | None = None) -> list[str]:
        """The canonical names of all units, or of those that the notices name, sorted."""
        ...

    def member_names(self, of: Collection[str] | None = None) -> list[str]:
        """The canonical names of all members of groups, or of those that the notices name, sorted."""
        ...

    def headings(self, of: Collection[str] | None = None) -> list[str]:
        """Every heading that a clause, or one of the notices' clauses, stands under, once, sorted."""
        ...


@contextmanager
def live_archive(address: IndexAddress | str) -> Iterator[LiveArchive | None]:
    """The archive, held meanwhile; None where there is no index yet, or one that another version of this program made.

    Raises IndexDamaged where it cannot be read, IndexUnreachable where a server does not answer.
    """
    where = index_address(address)
    try:
        if isinstance(where, MilvusAddress):
            from indexer.index.milvus_index import open_milvus_archive

            in_milvus = open_milvus_archive(where)
        else:
            generation = open_live(where)
    except (IndexMissing, IndexMismatch):
        yield None
        return
    if isinstance(where, MilvusAddress):
        with closing(in_milvus):
            yield in_milvus
        return
    try:
        with closing(Archive(generation.path / ARCHIVE)) as archive:
            yield archive
    finally:
        generation.release()

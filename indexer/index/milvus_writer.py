"""The notices of a build on their way to Milvus: what is new in an archive of this machine, what stays by its id."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from indexer.index.archive_writer import ArchiveWriter
from indexer.index.milvus_archive import MilvusArchive

__all__ = ["MilvusWriter"]


class MilvusWriter(ArchiveWriter):
    """An archive of what a build reads anew. What it would copy from the archive before is only noted by id.

    For a new set of collections (`whole`) nothing can stay where it is: then notices and pages are copied from Milvus.
    """

    def __init__(self, path: Path, archive: MilvusArchive | None, *, whole: bool) -> None:
        """Begin in a file that does not exist yet, after the archive in Milvus, if there is one."""
        super().__init__(path)
        self.kept: set[str] = set()  # doc_ids of notices that stay as they are
        self.kept_pages: set[str] = set()  # paths of files whose pages stay
        self._archive = archive
        self._whole = whole

    def copy(self, doc_ids: Collection[str]) -> None:
        """Leave the notices as they are, without their sources."""
        if not self._whole:
            self.kept.update(doc_ids)
            return
        for doc_id in doc_ids:
            notice = self._before.notice(doc_id)
            self.add(notice, corrections=self._before.corrections(doc_id))
            self._connection.execute("DELETE FROM main.sources WHERE path = ?", (notice.source.path,))

    def copy_pages(self, paths: Collection[str]) -> None:
        """Leave what is known of the files as it is."""
        if not self._whole:
            self.kept_pages.update(paths)
            return
        if paths:
            pages = {page.path: page for page in self._before.pages()}
            for path in sorted(paths):
                self.add_page(pages[path], self._before.page_content(path))

    def remove_page(self, path: str) -> None:
        """Forget a file that gives no notice after all."""
        self.kept_pages.discard(path)
        super().remove_page(path)

    def content(self, path: str) -> str:
        """The content of a file whose page was added or stays."""
        return self._before.page_content(path) if path in self.kept_pages else super().content(path)

    @property
    def _before(self) -> MilvusArchive:
        if self._archive is None:
            raise LookupError("there is no archive to copy from")
        return self._archive

"""The archive of an index as far as a reader may see it: it says what one without the other files would say."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Sequence
from functools import cached_property
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from indexer.duplicates import Page, links_between
from indexer.errors import NotInArchive
from indexer.index.correction_rows import StoredCorrection
from indexer.index.live_archive import LiveArchive
from indexer.index.rows import StoredPage
from indexer.records import Clause, Link, Notice, Skipped, Source

__all__ = ["Visible", "VisibleArchive"]

_Value = TypeVar("_Value")


class Visible(Struct, frozen=True):
    """What of an archive may be seen."""

    doc_ids: frozenset[str]
    paths: frozenset[str]  # of files that show one of these notices
    skipped: frozenset[str]  # of files that gave no notice

    @property
    def digest(self) -> str:
        """What tells it from any other: twelve hex digits."""
        parts = (sorted(self.doc_ids), sorted(self.paths), sorted(self.skipped))
        return hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()[:12]


class VisibleArchive:
    """Everything that the visible notices say; what is not visible is not there, and errors say just that."""

    def __init__(self, whole: LiveArchive, visible: Visible) -> None:
        """The visible part of the archive."""
        self._whole = whole
        self._visible = visible

    # --- notices -------------------------------------------------------------------------------

    def doc_ids(self) -> frozenset[str]:
        """The ids of all notices."""
        return self._visible.doc_ids

    def notices(self) -> list[Notice]:
        """The heads of all notices by doc_id."""
        return [head for head in self._whole.notices() if head.doc_id in self._visible.doc_ids]

    def notice(self, doc_id: str) -> Notice:
        """The whole notice; raises UsageError for an id that is not in the archive."""
        if doc_id not in self._visible.doc_ids:
            raise NotInArchive(f"{doc_id}: no such notice in the archive; see the doc_id of a hit")
        return self._whole.notice(doc_id)

    def clauses(self, clause_ids: Sequence[str]) -> list[Clause]:
        """The clauses in the order asked for; raises UsageError for an id that is not in the archive."""
        self._check_visible(clause_ids)
        return self._whole.clauses(clause_ids)

    def wordings(self, clause_ids: Sequence[str]) -> list[tuple[str, bool]]:
        """Of each clause the text and whether it names a unit, in the order asked for; as `clauses`, but sooner."""
        self._check_visible(clause_ids)
        return self._whole.wordings(clause_ids)

    def _check_visible(self, clause_ids: Sequence[str]) -> None:
        """Raises UsageError for the first id that is not in the archive.

        An id begins with that of its notice, so that nothing is read of what is not visible.
        """
        for at, clause_id in enumerate(clause_ids):
            if clause_id.partition(":")[0] not in self._visible.doc_ids:
                self._whole.clauses(clause_ids[:at])  # one before it may be unknown, too, and is named first
                raise NotInArchive(f"{clause_id}: no such clause in the archive; see the clause_id of a hit")

    def digests(self) -> dict[str, tuple[str, str]]:
        """By doc_id the digest of what a notice says, and that of its corrections by hand."""
        return self._of_visible(self._whole.digests())

    def contents(self) -> dict[str, tuple[int, int]]:
        """By doc_id how many clauses each notice has, and how many units by their canonical names."""
        return self._of_visible(self._whole.contents())

    def unit_names(self, of: Collection[str] | None = None) -> list[str]:
        """The canonical names of all units, or of those that the notices name, sorted."""
        return self._whole.unit_names(self._among(of))

    def member_names(self, of: Collection[str] | None = None) -> list[str]:
        """The canonical names of all members of groups, or of those that the notices name, sorted."""
        return self._whole.member_names(self._among(of))

    def headings(self, of: Collection[str] | None = None) -> list[str]:
        """Every heading that a clause, or one of the notices' clauses, stands under, once, sorted."""
        return self._whole.headings(self._among(of))

    # --- links ---------------------------------------------------------------------------------

    def links(self) -> list[Link]:
        """All links between notices, by doc_id; each stands in both directions."""
        return list(self._links)

    def links_of(self, doc_id: str) -> list[Link]:
        """What the notice is to others of the archive, by relation."""
        found = [link for link in self._links if link.doc_id == doc_id]
        return sorted(found, key=lambda link: (link.relation, link.other_doc_id))

    @cached_property
    def _links(self) -> list[Link]:
        """The links that a build of the visible notices would find.

        Not those of the whole archive between them: whether a title names one notice or may mean several depends on all
        notices there are. Versions of one document are told by their texts, which the build has compared: they are the
        pairs that are linked though neither says anything of the other.
        """
        if not self._visible.doc_ids:
            return []
        pages = self._kept_pages()
        stated = {(link.doc_id, link.other_doc_id) for link in links_between(pages.values(), ())}
        linked = {(link.doc_id, link.other_doc_id) for link in self._whole.links()}
        seen = [pages[doc_id] for doc_id in sorted(self._visible.doc_ids)]
        versions = [
            (pages[one], pages[other])
            for one, other in sorted(linked - stated)
            if one < other and {one, other} <= self._visible.doc_ids
        ]
        return links_between(seen, versions)

    def _kept_pages(self) -> dict[str, Page]:
        """By doc_id the page that each notice of the whole archive was read from, with its header as corrected."""
        heads = {head.source.path: head for head in self._whole.notices()}
        found = {}
        for stored in self._whole.pages():
            head = heads.get(stored.path)
            if head is not None:
                page = Page.from_facts(stored.path, head.doc_id, stored.facts, stored.sketch)
                found[head.doc_id] = replace(
                    page, title=head.title, issuers=head.issuers, doc_number=head.doc_number, issued_on=head.issued_on,
                    published_on=head.published_on, place=head.place, level=head.level,
                )  # fmt: skip
        return found

    # --- files ---------------------------------------------------------------------------------

    @property
    def n_sources(self) -> int:
        """How many files gave a notice."""
        return len(self._visible.paths)

    def all_sources(self) -> list[tuple[Source, str, bool]]:
        """Every file by path, with the doc_id of its notice and whether the notice was read from this one."""
        return [found for found in self._whole.all_sources() if found[0].path in self._visible.paths]

    def sources(self, doc_id: str) -> list[Source]:
        """Every file in which the notice was found; first the one it was read from."""
        return [source for source in self._whole.sources(doc_id) if source.path in self._visible.paths]

    def pages(self) -> Iterator[StoredPage]:
        """What is kept of every file for recognising its notice elsewhere, by path."""
        return (page for page in self._whole.pages() if page.path in self._visible.paths)

    def page_content(self, path: str) -> str:
        """The content of the file as it is compared with others; raises UsageError for one the archive does not have."""
        if path not in self._visible.paths:
            raise NotInArchive(f"{path}: no such file in the archive")
        return self._whole.page_content(path)

    def skipped(self) -> list[Skipped]:
        """Every file that the build left out, by path, with the reason."""
        return [file for file in self._whole.skipped() if file.path in self._visible.skipped]

    def duplicates(self) -> list[Skipped]:
        """Every file whose notice is kept once, from another, by path."""
        return [file for file in self._whole.duplicates() if file.path in self._visible.paths]

    def kept_instead(self, doc_id: str) -> str | None:
        """The doc_id under which a notice is kept whose text of that id is another page's; None where none is."""
        shown = {page.path for page in self.pages() if page.text_id == doc_id}
        return min((kept for source, kept, _ in self.all_sources() if source.path in shown), default=None)

    # --- corrections ---------------------------------------------------------------------------

    def corrections(self, doc_id: str | None = None) -> list[StoredCorrection]:
        """What an editor corrected by hand in the notice, or in all by doc_id."""
        found = self._whole.corrections(doc_id)
        return [stored for stored in found if stored.correction.doc_id in self._visible.doc_ids]

    def corrections_digests(self) -> dict[str, str]:
        """By doc_id, for notices that have any, the digest of their corrections."""
        return self._of_visible(self._whole.corrections_digests())

    # -------------------------------------------------------------------------------------------

    def _among(self, of: Collection[str] | None) -> Collection[str]:
        return self._visible.doc_ids if of is None else self._visible.doc_ids.intersection(of)

    def _of_visible(self, by_id: dict[str, _Value]) -> dict[str, _Value]:
        return {doc_id: value for doc_id, value in by_id.items() if doc_id in self._visible.doc_ids}

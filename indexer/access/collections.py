"""Which collection each notice and each file of an archive belongs to.

Rule `collection_of`, the first that says anything: the notice's id; the file's name or path; the folder it lies in; who
issued it; that it is marked as not public (依申请公开, 不予公开, and internal marks, which the parser reads as 不予公开); else the
default. A folder or an issuer does not make a marked notice public: only its id or its file named outright does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from msgspec import Struct

from indexer.access.configuration import Access, CollectionRules
from indexer.access.visible_archive import Visible
from indexer.duplicates import OTHER_DECIMALS, Page
from indexer.errors import CLASSIFIED
from indexer.index.live_archive import LiveArchive
from indexer.records import Skipped

__all__ = ["Assignment", "Misplaced", "assignment_of", "collection_of", "counted", "misplaced", "rank_of"]

_MARKED = frozenset({"依申请公开", "不予公开"})


class Assignment(Struct, frozen=True):
    """The collection of everything in an archive."""

    by_doc_id: Mapping[str, str]
    by_path: Mapping[str, str]  # of files that show a notice
    skipped: Mapping[str, str]  # by the path of files that gave no notice
    doc_id_of: Mapping[str, str]  # by path

    def visible(self, collections: frozenset[str]) -> Visible:
        """What a reader of the collections may see: of a notice that is on several pages, those that are in them.

        A notice is in the collection of the page that it was read from.
        """
        doc_ids = frozenset(doc_id for doc_id, name in self.by_doc_id.items() if name in collections)
        return Visible(
            doc_ids=doc_ids,
            paths=frozenset(
                path for path, name in self.by_path.items() if name in collections and self.doc_id_of[path] in doc_ids
            ),
            skipped=frozenset(path for path, name in self.skipped.items() if name in collections),
        )


class Misplaced(Struct, frozen=True):
    """A notice that is read from a page of a less open collection than another page of it is in: a build mends it."""

    doc_id: str
    kept: str  # the path of the page that it was read from
    collection: str
    other: str  # the path of the other page
    other_collection: str


def collection_of(
    access: Access, *, path: str, doc_id: str = "", issuers: tuple[str, ...] = (), disclosure: str | None = None
) -> str:
    """The collection of a notice that is read from the file."""
    marked = disclosure in _MARKED
    for rules in access.collection:
        if doc_id in rules.doc_ids:
            return rules.name
    for rules in access.collection:
        if any(_fits(path, pattern) for pattern in rules.files):
            return rules.name
    for rules in access.collection:
        if (_lies_in_any(path, rules) or set(issuers).intersection(rules.issuers)) and not (
            marked and rules.name == access.default
        ):
            return rules.name
    return access.marked if marked else access.default


def rank_of(access: Access, page: Page) -> int:
    """How open the collection of a page is: 0 for the most open one."""
    name = collection_of(access, path=page.path, doc_id=page.text_id, issuers=page.issuers, disclosure=page.disclosure)
    return access.names.index(name)


def assignment_of(archive: LiveArchive, access: Access) -> Assignment:
    """The collection of every notice and every file of the archive."""
    heads = {head.doc_id: head for head in archive.notices()}
    by_doc_id = {
        doc_id: collection_of(
            access, path=head.source.path, doc_id=doc_id, issuers=head.issuers, disclosure=head.disclosure
        )
        for doc_id, head in heads.items()
    }
    files = archive.all_sources()
    others = {source.path for source, _, kept in files if not kept}
    pages = {}
    if others:
        for page in archive.pages():
            if page.path in others:
                pages[page.path] = Page.from_facts(page.path, page.text_id, page.facts, page.sketch)
    by_path = {
        source.path: by_doc_id[doc_id] if kept else access.names[rank_of(access, pages[source.path])]
        for source, doc_id, kept in files
    }
    return Assignment(
        by_doc_id=by_doc_id,
        by_path=by_path,
        skipped={file.path: _of_skipped(access, file) for file in archive.skipped()},
        doc_id_of={source.path: doc_id for source, doc_id, _ in files},
    )


def counted(assignment: Assignment, access: Access) -> dict[str, int]:
    """How many notices each collection has, the most open one first."""
    found = Counter(assignment.by_doc_id.values())
    return {name: found[name] for name in access.names}


def misplaced(archive: LiveArchive, assignment: Assignment, access: Access) -> list[Misplaced]:
    """The notices that readers of a more open collection do not see though it has a page of them, by doc_id."""
    rank = {name: at for at, name in enumerate(access.names)}
    kept = {doc_id: source.path for source, doc_id, is_kept in archive.all_sources() if is_kept}
    found = {}
    for path, name in assignment.by_path.items():
        doc_id = assignment.doc_id_of[path]
        if rank[name] < rank[assignment.by_doc_id[doc_id]]:
            found[doc_id] = Misplaced(doc_id, kept[doc_id], assignment.by_doc_id[doc_id], path, name)
    return [found[doc_id] for doc_id in sorted(found)]


def _of_skipped(access: Access, file: Skipped) -> str:
    """The collection of a file that gave no notice: by its path; a classified one is not for everybody to know of.

    Nor is one whose text is that of another but for a number: what it is marked as is not known any more.
    """
    name = collection_of(access, path=file.path)
    hushed = CLASSIFIED in file.reason or OTHER_DECIMALS in file.reason
    return access.marked if hushed and name == access.default else name


def _fits(path: str, pattern: str) -> bool:
    """Whether the pattern is of the file's name, or of its path or the end of it."""
    return any(fnmatchcase(name, pattern) for name in (PurePosixPath(path).name, path)) or fnmatchcase(
        path, f"*/{pattern}"
    )


def _lies_in_any(path: str, rules: CollectionRules) -> bool:
    """Whether the file lies in one of the folders; a ZIP archive is a folder, too."""
    parts = PurePosixPath(path.replace("!/", "/")).parts
    for folder in rules.folders:
        wanted = PurePosixPath(folder).parts
        starts = (0,) if folder.startswith("/") else range(len(parts) - len(wanted))
        if wanted and any(parts[at : at + len(wanted)] == wanted for at in starts):
            return True
    return False

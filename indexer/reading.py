"""From files to an archive: every notice once, from the best of the pages that show it, with its links to others."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from os.path import realpath
from pathlib import Path
from typing import TypeAlias

from msgspec.structs import replace

from indexer.access.collections import rank_of
from indexer.access.configuration import Access
from indexer.corrections import corrected, header_values
from indexer.duplicates import (
    OTHER_DECIMALS,
    Group,
    Grouping,
    Page,
    content_of,
    group,
    group_apart,
    links_between,
    page_of,
    preference,
)
from indexer.errors import NothingToIndex, UnreadableNotice
from indexer.index.archive_writer import ArchiveWriter
from indexer.index.correction_rows import corrections_digest
from indexer.index.generations import UPLOADS
from indexer.index.previous import KnownFile, Previous, known_files
from indexer.index.rows import StoredPage
from indexer.notices import parse
from indexer.records import HandCorrection, Notice, Skipped, Source
from indexer.sources import content_sha256, file_state, find_files, printable, read
from indexer.sources.archives import archive_of

__all__ = [
    "Corrections", "Progress", "ReadFile", "ReadFiles", "Reading", "as_recorded", "files_in", "is_there", "one_by_one", "read_file",
    "read_notices",
]  # fmt: skip

# Told the stage (read, words, vectors, publish), how much of it is done and how much there is: files, then clauses.
Progress: TypeAlias = Callable[[str, int, int], None]

# What a file gives: its notice, and what is kept of it to recognise it elsewhere; or why there is none.
ReadFile: TypeAlias = tuple[Notice, Page] | UnreadableNotice
# Reads the files of these paths, in their order.
ReadFiles: TypeAlias = Callable[[Sequence[str]], Iterator[ReadFile]]

# By doc_id, what editors corrected by hand.
Corrections: TypeAlias = Mapping[str, Sequence[HandCorrection]]

_NONE: Corrections = {}
# What an editor corrects in a header, and what links between notices and their collections go by.
_LINKED_BY = frozenset({"title", "issuers", "doc_number", "issued_on", "published_on", "place", "level", "disclosure"})
_DECIMAL = re.compile(r"\d+\.\d+")


@dataclass(slots=True)
class Reading:
    """What came of the files."""

    kept: int = 0  # files taken over from the previous generation
    parsed: int = 0
    links: int = 0  # pairs of notices
    skipped: list[Skipped] = field(default_factory=list)
    duplicates: list[Skipped] = field(default_factory=list)


def files_in(paths: Iterable[Path | str], index_dir: Path) -> list[Path]:
    """The files to read, by path: those given, and those that were uploaded to the index.

    Other files in the index's own folder are no notices. Uploads are named by their absolute paths, so that they are
    known again however the index was named.
    """
    own = index_dir.resolve()
    real: dict[str, str] = {}  # by folder
    files = [file for file in find_files([Path(path) for path in paths]) if not _lies_in(file, str(own), real)]
    if (own / UPLOADS).is_dir():
        files += find_files([own / UPLOADS])
    if not files:
        raise NothingToIndex("there is no file in what was given; give files or folders that hold notices")
    return sorted(files, key=lambda file: file.as_posix())


def _lies_in(file: Path, folder: str, real: dict[str, str]) -> bool:
    """Whether the file stands in the folder, or below, once links are followed; `real` keeps what was followed."""
    parent, name = os.path.split(file)
    if parent not in real:
        real[parent] = realpath(parent)
    # Not Path.resolve(), which raises for links in a circle: such a link is a file that cannot be read, and is listed.
    path = realpath(file) if os.path.islink(file) else os.path.join(real[parent], name)
    return path.startswith(os.path.join(folder, ""))


def as_recorded(paths: Iterable[Path | str]) -> tuple[str, ...]:
    """The paths as they were given, with / between folders, for building from them again."""
    return tuple(printable(Path(path)) for path in paths)


def is_there(path: Path) -> bool:
    """Whether there is such a file or folder; of a file in an archive, whether there is that archive."""
    return os.path.lexists(archive_of(path))


def read_file(path: str) -> ReadFile:
    """What the file gives."""
    try:
        raw = read(Path(path))
        notice = parse(raw)
    except UnreadableNotice as error:
        return error
    return notice, page_of(notice, dict(raw.metadata))


def one_by_one(paths: Sequence[str]) -> Iterator[ReadFile]:
    """The files read in this process, each when it is its turn."""
    return map(read_file, paths)


def read_notices(
    files: Sequence[Path],
    writer: ArchiveWriter,
    previous: Previous | None,
    tell: Progress,
    *,
    corrections: Corrections = _NONE,
    read_files: ReadFiles = one_by_one,
    access: Access | None = None,
    regroup: bool = False,
) -> Reading:
    """Every notice into the archive, each once, with its links; files that give none are listed in what is returned.

    Which page of several a notice is read from depends on the pages alone: the same files give the same archive,
    whatever was built before. Pages are compared as they are; the notices kept, and the links between them, are as
    `corrections` has them. `previous` must have been made by the same parser. With `access` pages of different collections
    are compared only where their text is the very same; `regroup` says that the previous generation did so otherwise.
    Raises NothingToIndex where no file gives a notice.
    """
    if previous is not None:
        writer.anticipate()
    states = {file.as_posix(): file_state(file) for file in files}
    known = _still_known(files, states, previous, corrections)
    if known:
        writer.copy_pages(known)
    reading = _Reader(writer, known, corrections, access)
    paths = [file.as_posix() for file in files if printable(file) == file.as_posix()]
    coming = read_files([path for path in paths if path not in reading.known])
    for done, file in enumerate(files):
        tell("read", done, len(files))
        reading.take(file, coming)
    as_before = previous is not None and not reading.found.parsed and not regroup
    if previous is not None and as_before and len(reading.known) == previous.archive.n_sources:
        reading.settle_as_before(previous)
    else:
        reading.settle()
    writer.add_skipped(reading.found.skipped)
    writer.add_states({path: state for path in reading.pages if (state := states[path]) is not None})
    tell("read", len(files), len(files))
    if not reading.pages:
        first = reading.found.skipped[0]
        raise NothingToIndex(
            f"none of {len(files)} files could be read as a notice; the first: {first.path}: {first.reason}"
        )
    return reading.found


class _Reader:
    """Pages as they come, then the notices that they show."""

    def __init__(
        self, writer: ArchiveWriter, known: Mapping[str, KnownFile], corrections: Corrections, access: Access | None
    ) -> None:
        self.known = known
        self._access = access
        self._corrections = corrections
        self.pages: dict[str, Page] = {}  # by path
        self.found = Reading(kept=len(known))
        self._writer = writer
        self._sources: dict[str, Source] = {path: same.source for path, same in known.items()}
        self._written: dict[str, Page] = {}  # by doc_id, the page whose notice the archive holds so far

    def take(self, file: Path, coming: Iterator[ReadFile]) -> None:
        """One file: its page as the previous build left it, else its notice, which is what comes next, into the archive."""
        path = file.as_posix()
        if printable(file) != path:
            self.found.skipped.append(Skipped(printable(file), "has a name that is not UTF-8; rename it"))
            return
        if path in self.known:
            stored = self.known[path].page
            self.pages[path] = Page.from_facts(path, stored.text_id, stored.facts, stored.sketch)
            return
        try:
            notice, page = self._read(next(coming))
            before = self._written.get(page.text_id)
            if before is None or preference(page) < preference(before):
                self._write(notice, page)
        except UnreadableNotice as error:
            self.found.skipped.append(Skipped(path, error.reason))
            return
        self._writer.add_page(StoredPage(path, page.text_id, page.facts(), page.sketch), content_of(notice))
        self.pages[path] = page
        self._sources[path] = notice.source

    def settle_as_before(self, previous: Previous) -> None:
        """The notices and links of the previous generation, whose files are all as they were."""
        owners = {same.doc_id: path for path, same in self.known.items() if same.kept}
        self._writer.copy(owners)
        for path, same in self.known.items():
            self._add_source(self.pages[path], self.pages[owners[same.doc_id]])
        links = previous.archive.links()
        self._writer.add_links(links)
        self.found.links = len(links) // 2

    def settle(self) -> None:
        """Each notice from the best page that shows it, and no other; then the links between notices."""
        self._leave_out_other_decimals()
        while True:  # again without a page that turns out unreadable
            grouping = self._grouping()
            failed = [page for found in grouping.groups for page in self._keep(found)]
            if not failed:
                break
        kept = {found.kept.text_id for found in grouping.groups}
        for doc_id in [doc_id for doc_id in self._written if doc_id not in kept]:
            self._writer.remove(doc_id)
        self._writer.copy(kept - self._written.keys())
        for found in grouping.groups:
            if found.kept.text_id not in self._written:
                self._add_source(found.kept, found.kept)
            for page in found.pages[1:]:
                self._add_source(page, found.kept)
        links = links_between(
            (self._as_corrected(found.kept) for found in grouping.groups),
            ((self._as_corrected(one), self._as_corrected(other)) for one, other in grouping.versions),
        )
        self._writer.add_links(links)
        self.found.links = len(links) // 2

    def _grouping(self) -> Grouping:
        def content(page: Page) -> str:
            return self._writer.content(page.path)

        if self._access is None:
            return group(self.pages.values(), content)
        return group_apart(self.pages.values(), content, self._rank)

    def _rank(self, page: Page) -> int:
        """How open the collection of the page is; 0 for all where nothing is set up."""
        return rank_of(self._access, self._as_corrected(page)) if self._access else 0

    def _read(self, found: ReadFile) -> tuple[Notice, Page]:
        """What was read, counted; raises UnreadableNotice where there is nothing."""
        if isinstance(found, UnreadableNotice):
            raise found
        self.found.parsed += 1
        return found

    def _write(self, notice: Notice, page: Page) -> None:
        """The notice into the archive, in the place of another page with the same text."""
        if self._written.pop(page.text_id, None) is not None:
            self._writer.remove(page.text_id)
        made, stored = corrected(notice, self._corrections.get(notice.doc_id, ()))
        self._writer.add(made, corrections=stored)
        self._written[page.text_id] = page

    def _as_corrected(self, page: Page) -> Page:
        """The page with what was corrected by hand in the header of its notice."""
        values = header_values(self._corrections.get(page.text_id, ()))
        return replace(page, **{field: value for field, value in values.items() if field in _LINKED_BY})

    def _keep(self, found: Group) -> list[Page]:
        """See to it that the archive can hold the group's notice as its best page has it; gives a page that fails.

        What the previous archive has of that page is copied later.
        """
        page = found.kept
        if self._written.get(page.text_id) == page:
            return []
        same = self.known.get(page.path)
        if same is not None and same.kept:
            if self._written.pop(page.text_id, None) is not None:
                self._writer.remove(page.text_id)
            return []  # copied once it is certain
        try:
            notice, again = self._read(read_file(page.path))
            if again.text_id != page.text_id:
                raise UnreadableNotice(page.path, "was changed while the index was built; build again")
            self._write(notice, page)
        except UnreadableNotice as error:
            self._leave_out(page, error.reason)
            return [page]
        return []

    def _leave_out(self, page: Page, reason: str) -> None:
        """Treat the page as one that gives no notice."""
        self.found.skipped.append(Skipped(page.path, reason))
        self._writer.remove_page(page.path)
        del self.pages[page.path]

    def _leave_out_other_decimals(self) -> None:
        """Leave out pages that have a doc_id in common with one before them, but differ from it in a decimal number.

        An id is made of letters and digits, so that other punctuation does not make another notice; 9.5 and 95 written
        with a full-width point are the one difference in punctuation that is a difference in what is said, and no two
        clauses may share an id.
        """
        first: dict[str, Page] = {}
        for path in sorted(self.pages, key=lambda path: (self._rank(self.pages[path]), path)):
            page = self.pages[path]
            owner = first.setdefault(page.text_id, page)
            if owner is not page and self._decimals(page) != self._decimals(owner):
                reason = f"{OTHER_DECIMALS} {owner.path}, but other decimal numbers; correct the one that is wrong"
                self._leave_out(page, reason)

    def _decimals(self, page: Page) -> set[str]:
        return set(_DECIMAL.findall(unicodedata.normalize("NFKC", self._writer.content(page.path))))

    def _add_source(self, page: Page, kept: Page) -> None:
        """Note where a notice was found, and in the report that it was found more than once."""
        self._writer.add_source(self._sources[page.path], kept.text_id, kept=page is kept)
        if page is not kept:
            alike = "text" if page.text_id == kept.text_id else "notice"
            self.found.duplicates.append(Skipped(page.path, f"same {alike} as {kept.path}"))


def _still_known(
    files: Sequence[Path], states: Mapping[str, str | None], previous: Previous | None, corrections: Corrections
) -> dict[str, KnownFile]:
    """The files that the previous generation holds a page of, by path: same path, same content.

    A file is read to tell unless the file system says of it what it said then.

    Not the one that a notice was read from whose corrections have changed: it is read again.
    """
    if previous is None:
        return {}
    digests = previous.archive.corrections_digests()
    digests_now = {doc_id: corrections_digest(found) for doc_id, found in corrections.items()}
    before = known_files(previous)
    same: dict[str, KnownFile] = {}
    for file in files:
        path = file.as_posix()
        found = before.get(path)
        if found is not None and found.kept and digests.get(found.doc_id) != digests_now.get(found.doc_id):
            continue
        if found is None:
            continue
        is_as_then = found.state is not None and found.state == states[path]
        if is_as_then or content_sha256(file) == found.source.sha256:
            same[path] = found
    return same

"""A file that somebody hands in, read and parsed before anything is kept: what it is, and what the archive has of it."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from indexer.duplicates import Page, content_of, page_of, standing_of
from indexer.errors import UnreadableNotice
from indexer.index import Index
from indexer.index.generations import UPLOADS
from indexer.records import Link, Notice
from indexer.sources import content_sha256, find_files, read
from indexer.sources.crawler.one_page import MAX_SECONDS, checked_address, fetch_page
from indexer.sources.crawler.provenance import Provenance, read_provenance
from indexer.sources.crawler.sources_file import CONTACT_UNSET
from indexer.uploads.names import safe_name
from indexer.uploads.parsing import parse_bounded

__all__ = ["Staged", "fetch_one", "stage"]


@dataclass(frozen=True, slots=True)
class Staged:
    """A file that was looked at; nothing of it is on disk until it is admitted."""

    name: str  # under which it will be kept, if that is free
    content: bytes
    notice: Notice  # as a build would read it; `notice.warnings` say what is unclear
    url: str | None  # where it came from, if that is known
    held: str | None = None  # doc_id of the notice of the archive that is the same
    same_text: bool = False  # that one has the very same text
    takes_over: bool = False  # a build would read that notice from this file instead: where the text is another, the
    # notice has another doc_id then, and corrections by hand of the one before do not apply to it
    links: tuple[
        Link, ...
    ] = ()  # to notices of the archive, seen from this one: repeals, corrected_by, other_version …
    uploaded_as: Path | None = None  # the upload with the very same bytes, which is there already
    record: Provenance | None = None  # of an address that was fetched

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the parser found unclear or damaged."""
        return self.notice.warnings


def stage(name: str, content: bytes, *, index: Index | None = None, url: str | None = None) -> Staged:
    """The file as a notice, and what the archive of the index has of it; nothing is kept.

    `name` is what the file is called where it comes from, `url` the address it is from, if that is known. It is read
    and parsed in processes of their own, within the limits of time and memory of `indexer.sources.bounded`. Raises UnreadableNotice with the reason for a file
    that is empty, damaged, of a format that is not read or beyond the limits, SecretNotice for a classified one,
    UsageError for what is no web address.
    """
    return _staged(name, content, index=index, url=checked_address(url) if url else None, record=None)


def fetch_one(
    url: str,
    *,
    index: Index | None = None,
    private_hosts: Collection[str] = (),
    contact: str = CONTACT_UNSET,
    seconds: float = MAX_SECONDS,
) -> Staged:
    """The page or file at an address, as `stage` gives it; nothing is kept.

    It is asked for as the crawler does: robots.txt is obeyed, redirects are followed, private addresses are refused unless
    `private_hosts` names their host; at most 50 MB and `seconds` for the answer. `contact` is whom the site can write to.
    Raises UsageError for what is no web address, UnreadableNotice where there is no answer that can be kept, and what
    `stage` raises.
    """
    with tempfile.TemporaryDirectory(prefix="tiaowen-fetch-") as folder:
        file = fetch_page(url, Path(folder), private_hosts=private_hosts, contact=contact, seconds=seconds)
        record = read_provenance(file)
        address = record.url if record else url
        return _staged(file.name, file.read_bytes(), index=index, url=address, record=record)


def _staged(name: str, content: bytes, *, index: Index | None, url: str | None, record: Provenance | None) -> Staged:
    chosen = safe_name(name)
    notice, page = _read(chosen, content, url)
    staged = Staged(chosen, content, notice, url, record=record)
    return staged if index is None else _compared(staged, page, index)


def _read(name: str, content: bytes, url: str | None) -> tuple[Notice, Page]:
    """The notice of the file, read from a private folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="tiaowen-upload-") as folder:
        file = Path(folder, name)
        file.write_bytes(content)
        try:
            raw = read(file, bounded=True)
            source = replace(raw.source, path=name, url=url or raw.source.url)
            raw = replace(raw, source=source)
            notice = parse_bounded(raw)
        except UnreadableNotice as error:
            # Not under the name of a folder that nobody knows.
            raise type(error)(name, error.reason.replace(file.as_posix(), name)) from error
    return notice, page_of(notice, dict(raw.metadata))


def _compared(staged: Staged, page: Page, index: Index) -> Staged:
    """The file with what the archive has of it."""
    files = index.files()
    doc_ids = {source.path: doc_id for source, doc_id, _ in files}
    pages = [Page.from_facts(stored.path, stored.text_id, stored.facts, stored.sketch) for stored in index.pages()]
    heads = {head.doc_id: head for head in index.notices()}
    kept = {source.path for source, _, is_kept in files if is_kept}
    notices = [_as_kept(each, heads[each.text_id]) for each in pages if each.path in kept and each.text_id in heads]
    own = content_of(staged.notice)
    standing = standing_of(
        page, pages, notices, content=lambda each: own if each is page else index.page_content(each.path)
    )
    held = doc_ids[standing.same.path] if standing.same else None
    return Staged(
        staged.name,
        staged.content,
        staged.notice,
        staged.url,
        held=held,
        same_text=standing.same is not None and standing.same.text_id == staged.notice.doc_id,
        takes_over=standing.takes_over,
        links=tuple(index.links_of(held)) if held else standing.links,
        uploaded_as=_same_upload(staged.content, index.directory),
        record=staged.record,
    )


def _as_kept(page: Page, head: Notice) -> Page:
    """The page with the header of its notice, in which editors may have corrected something."""
    return replace(
        page, title=head.title, issuers=head.issuers, doc_number=head.doc_number, issued_on=head.issued_on,
        published_on=head.published_on, place=head.place, level=head.level,
    )  # fmt: skip


def _same_upload(content: bytes, directory: Path) -> Path | None:
    """The file among the uploads that has these bytes."""
    folder = directory.resolve() / UPLOADS
    if not folder.is_dir():
        return None
    sha256 = hashlib.sha256(content).hexdigest()
    return next((file for file in find_files([folder]) if content_sha256(file) == sha256), None)

"""Files into the folder `uploads` of an index and out of it, each with the record of who did it and when.

The record is that of the crawler's files (`.provenance`, see docs/fetching.md). What was admitted is in the index after
the next build; what was withdrawn is not.
"""

from __future__ import annotations

import dataclasses
import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from indexer.access.roles import Reader, require
from indexer.address import IndexAddress, folder_of
from indexer.audit import note
from indexer.authorship import checked_author, now
from indexer.errors import UsageError
from indexer.index.generations import UPLOADS, WITHDRAWN
from indexer.sources.crawler.provenance import Provenance, read_provenance, record_path
from indexer.sources.crawler.raw_files import remove_unfinished, write_whole
from indexer.uploads.names import free_name
from indexer.uploads.staging import Staged

__all__ = ["admit", "uploads_folder", "withdraw"]

_LOCK = ".lock"


def uploads_folder(index_dir: IndexAddress | str) -> Path:
    """Where the uploads of an index are, by its absolute path."""
    return folder_of(index_dir).resolve() / UPLOADS


def admit(staged: Staged, index_dir: IndexAddress | str, *, by: str, reader: Reader | None = None) -> Path:
    """Keep the file among the index's uploads; gives where it is. The next build takes it in.

    The file is there whole or not at all, after its record; one of the same name is never overwritten, this one gets a
    number. Raises UsageError for an empty author and where the folder cannot be written, AccessDenied for a reader who
    may not edit.
    """
    require(reader, "edit")
    author = checked_author(by)
    folder = uploads_folder(index_dir)
    with _writing(folder):
        file = folder / free_name(staged.name, lambda name: os.path.lexists(folder / name))
        note(index_dir, reader, "upload_kept", what=file.name, shown=[staged.notice.doc_id])
        _keep_record(file, _record(staged, author))
        write_whole(file, staged.content)
        file.chmod(0o644)
    return file


def withdraw(path: Path | str, index_dir: IndexAddress | str, *, by: str, reader: Reader | None = None) -> Path:
    """Take an uploaded file out again; gives where it is kept aside. The next build leaves it out.

    Raises UsageError for a file that is not among the index's uploads, for an empty author, and where the folder cannot
    be written, AccessDenied for a reader who may not edit.
    """
    require(reader, "edit")
    author = checked_author(by)
    folder = uploads_folder(index_dir)
    file = _uploaded(Path(path), folder)
    aside = folder / WITHDRAWN
    with _writing(folder):
        aside.mkdir(exist_ok=True)
        kept = aside / free_name(file.name, lambda name: os.path.lexists(aside / name))
        note(index_dir, reader, "upload_withdrawn", what=file.name)
        record = read_provenance(file) or _bare_record(file.read_bytes())
        _keep_record(kept, dataclasses.replace(record, withdrawn_by=author, withdrawn_at=now()))
        os.replace(file, kept)
        record_path(file).unlink(missing_ok=True)
    return kept


def _uploaded(path: Path, folder: Path) -> Path:
    """The file; raises UsageError where it is none of the uploads."""
    file = path.resolve()
    inside = file.is_relative_to(folder) and not any(part.startswith(".") for part in file.relative_to(folder).parts)
    if not inside:
        raise UsageError(f"{path}: is not among the uploads of this index; only uploaded files are taken out")
    if not file.is_file():
        raise UsageError(f"{path}: there is no such upload; it may have been taken out before")
    return file


def _record(staged: Staged, author: str) -> Provenance:
    """Where the file came from, with who handed it in and when."""
    record = staged.record or _bare_record(staged.content)
    return dataclasses.replace(
        record,
        url=staged.url or "",
        media_type=record.media_type or staged.notice.source.media_type,
        source="",
        uploaded_by=author,
        uploaded_at=now(),
    )


def _bare_record(content: bytes) -> Provenance:
    """The record of a file of which nothing is known but its bytes."""
    return Provenance(
        url="", fetched_at=now(), status=0, sha256=hashlib.sha256(content).hexdigest(), size=len(content), media_type="",
        charset=None, content_encoding=None, etag=None, last_modified=None, source="", place=None, level=None,
        linked_by=None, link_text="",
    )  # fmt: skip


def _keep_record(file: Path, record: Provenance) -> None:
    place = record_path(file)
    place.parent.mkdir(parents=True, exist_ok=True)
    write_whole(place, record.to_json().encode())


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    """While held, nobody else puts files into the folder, which is made if it is absent; raises UsageError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / _LOCK).open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            remove_unfinished(folder)
            yield
    except OSError as error:
        raise UsageError(
            f"{error.filename or folder}: cannot be written ({error.strerror}); check permissions and free space"
        ) from error

"""What was uploaded to an index and what was taken out again, by whom, and what the live generation has of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from indexer.address import IndexAddress
from indexer.index.generations import WITHDRAWN
from indexer.index.live_archive import LiveArchive, live_archive
from indexer.sources import content_sha256, find_files
from indexer.sources.crawler.provenance import read_provenance
from indexer.uploads.admission import uploads_folder

__all__ = ["Admitted", "UploadState", "Withdrawn", "admitted", "withdrawn"]

# live: the live generation has read it. left_out: it could not. waiting: the next build takes it in.
UploadState: TypeAlias = Literal["live", "left_out", "waiting"]


@dataclass(frozen=True, slots=True)
class Admitted:
    """An uploaded file."""

    path: Path
    uploaded_by: str | None  # None where the file has no record: it was put there by other means
    uploaded_at: str | None  # ISO 8601, UTC
    url: str | None  # where it came from, if that is known
    state: UploadState
    doc_id: str | None = None  # of its notice in the live generation, which may be read from another file
    reason: str | None = None  # why the live generation leaves it out, in one line


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A file that was taken out again."""

    path: Path  # where it is kept aside
    name: str  # what it was called among the uploads, where no other withdrawn file had that name
    withdrawn_by: str | None
    withdrawn_at: str | None
    uploaded_by: str | None
    uploaded_at: str | None
    url: str | None
    waits_for_build: bool  # the live generation still has it


def admitted(index_dir: IndexAddress | str) -> list[Admitted]:
    """Every uploaded file by its path, and whether the live generation has it; of a ZIP archive each file in it."""
    folder = uploads_folder(index_dir)
    files = find_files([folder]) if folder.is_dir() else []
    with live_archive(index_dir) as archive:
        known = _known(archive)
        skipped = {file.path: file.reason for file in archive.skipped()} if archive else {}
    return [_admitted(file, known, skipped) for file in files]


def withdrawn(index_dir: IndexAddress | str) -> list[Withdrawn]:
    """Every file that was taken out again, the last one first."""
    aside = uploads_folder(index_dir) / WITHDRAWN
    if not aside.is_dir():
        return []
    with live_archive(index_dir) as archive:
        live = {sha256 for path, (sha256, _) in _known(archive).items() if Path(path).is_relative_to(aside.parent)}
    found = [_withdrawn(file, live) for file in sorted(aside.iterdir()) if not file.name.startswith(".")]
    return sorted(found, key=lambda each: (each.withdrawn_at or "", each.name), reverse=True)


def _known(archive: LiveArchive | None) -> dict[str, tuple[str, str]]:
    """By path the SHA-256 of each file of the archive, and the doc_id of its notice."""
    return {source.path: (source.sha256, doc_id) for source, doc_id, _ in archive.all_sources()} if archive else {}


def _admitted(file: Path, known: dict[str, tuple[str, str]], skipped: dict[str, str]) -> Admitted:
    record = read_provenance(file)
    path = file.as_posix()
    state: UploadState = "waiting"
    doc_id = None
    if path in known and known[path][0] == content_sha256(file):
        state, doc_id = "live", known[path][1]
    elif path in skipped:
        state = "left_out"
    return Admitted(
        file,
        uploaded_by=record.uploaded_by if record else None,
        uploaded_at=record.uploaded_at if record else None,
        url=(record.url or None) if record else None,
        state=state,
        doc_id=doc_id,
        reason=skipped.get(path) if state == "left_out" else None,
    )


def _withdrawn(file: Path, live: set[str]) -> Withdrawn:
    record = read_provenance(file)
    return Withdrawn(
        file,
        file.name,
        withdrawn_by=record.withdrawn_by if record else None,
        withdrawn_at=record.withdrawn_at if record else None,
        uploaded_by=record.uploaded_by if record else None,
        uploaded_at=record.uploaded_at if record else None,
        url=(record.url or None) if record else None,
        waits_for_build=content_sha256(file) in live,
    )

"""The provenance record beside each fetched file, and its return into what is read from that file.

The record of `X/Y.html` is `X/.provenance/Y.html.json`: hidden, so that a build over the folder does not take it for a
notice, and beside the file, so that it goes where its folder goes.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from msgspec.structs import replace

from indexer.records import RawNotice

__all__ = ["RECORDS", "Provenance", "read_provenance", "record_path", "with_provenance"]

RECORDS = ".provenance"
_IN_ARCHIVE = "!/"  # between an archive's path and the name of a file in it, as `archives.SEPARATOR`
# What of the record goes with the notice; `url` and `fetched_at` go into its `Source`.
_METADATA = {"source": "crawl_source", "place": "crawl_place", "level": "crawl_level", "linked_by": "linked_by",
             "link_text": "link_text", "gone_at": "gone_at"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a file's bytes came from."""

    url: str  # empty where a person handed the file in and did not say where it was from
    fetched_at: str  # ISO 8601, UTC; of a file handed in, when that was
    status: int  # 0 of a file handed in
    sha256: str  # of the bytes, as they were after transfer encodings were taken off
    size: int  # bytes
    media_type: str  # as the site declared it
    charset: str | None  # as the site's header declared it
    content_encoding: str | None  # gzip …, where it was sent compressed
    etag: str | None
    last_modified: str | None
    source: str  # name in the sources file; empty of a file handed in
    place: str | None
    level: str | None
    linked_by: str | None  # the page that linked it
    link_text: str
    gone_at: str | None = None  # when the site first said that it is gone; the file stays
    replaces: str | None = None  # SHA-256 of the bytes that the address gave before
    uploaded_by: str | None = None  # who handed the file in, where a person did
    uploaded_at: str | None = None  # ISO 8601, UTC
    withdrawn_by: str | None = None  # who took it out again; the file is kept aside
    withdrawn_at: str | None = None

    def to_json(self) -> str:
        """The record as it is written."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n"


def record_path(file: Path) -> Path:
    """Where the record of a file is."""
    return file.parent / RECORDS / f"{file.name}.json"


def read_provenance(file: Path) -> Provenance | None:
    """The record of a file, of one in an archive that of the archive; None where there is none that can be read."""
    archive, _, _ = file.as_posix().partition(_IN_ARCHIVE)
    try:
        given = json.loads(record_path(Path(archive)).read_bytes())
        record = Provenance(**given)
    except (OSError, ValueError, TypeError, RecursionError):
        return None
    texts = (record.url, record.fetched_at, record.sha256, record.source)
    return record if all(isinstance(text, str) for text in texts) else None


def with_provenance(file: Path, raw: RawNotice) -> RawNotice:
    """What was read from a file, with where and when it was fetched, if a record says so.

    The address it was fetched from goes before the one the page names for itself. A file that was changed since it was
    fetched keeps its own account, with a warning.
    """
    record = read_provenance(file)
    if record is None:
        return raw
    if _IN_ARCHIVE not in file.as_posix() and record.sha256 != raw.source.sha256:
        was = f"was fetched from {record.url}" if record.status else f"was handed in by {record.uploaded_by}"
        warning = f"is not the file that {was}; what was noted then is left aside"
        return replace(raw, warnings=(*raw.warnings, warning))
    metadata = dict(raw.metadata)
    for name, key in _METADATA.items():
        value = getattr(record, name)
        if isinstance(value, str) and value:
            metadata[key] = value
    retrieved_at = record.fetched_at if record.status else raw.source.retrieved_at
    source = replace(raw.source, url=record.url or raw.source.url, retrieved_at=retrieved_at)
    return replace(raw, source=source, metadata=tuple(sorted(metadata.items())))

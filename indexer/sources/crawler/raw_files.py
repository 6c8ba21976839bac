"""Where the bytes of a page are kept: unchanged, in a file whose name comes from the page's address."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import replace
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from indexer.sources.crawler.provenance import Provenance, read_provenance, record_path

__all__ = ["ENDINGS", "RawFiles", "file_name", "write_whole", "year_of"]

EARLIER = ".earlier"  # what an address gave before it changed
_LONGEST_NAME = 40  # characters of the address's own last word

# Endings of files by media type; what a site declares as something else keeps the ending of its address.
ENDINGS: dict[str, str] = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "application/pdf": ".pdf",
    "application/msword": ".doc",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.ms-works": ".wps",
    "application/wps-office.wps": ".wps",
    "application/wps-office.et": ".et",
    "application/zip": ".zip",
    "application/x-zip-compressed": ".zip",
    "application/vnd.rar": ".rar",
    "application/x-rar-compressed": ".rar",
    "application/ofd": ".ofd",
    "text/plain": ".txt",
}
_KNOWN = frozenset(ENDINGS.values())
# A year as addresses have it: /2023/05/, /202305/, t20230517_, /20230517/; not one of a longer number.
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:(?:0[1-9]|1[0-2])(?:[0-3]\d)?)?(?!\d)")
_NOT_IN_NAMES = re.compile(r"[^\w.-]+|^[.~]+")


def year_of(url: str) -> str | None:
    """The year that an address names as a part of its path, `/2023/05/17/` or `t20230517_12.html`; None for none."""
    years = [match[1] for match in _YEAR.finditer(urlsplit(url).path) if match[1] <= "2099"]
    return years[0] if years else None


def file_name(url: str, media_type: str, *, disposition: str = "") -> str:
    """The name of a page's file: a legible part of its address, eight digits of its hash, and an ending.

    It depends on the address alone, but for the ending, so that a page that changed keeps its name.
    """
    path = unquote(urlsplit(url).path, errors="replace")
    last = PurePosixPath(path).name or "index"
    stem = _NOT_IN_NAMES.sub("-", PurePosixPath(last).stem).strip("-.")[:_LONGEST_NAME] or "page"
    digest = hashlib.sha256(url.encode()).hexdigest()[:8]
    return f"{stem}-{digest}{_ending(last, media_type, disposition)}"


def _ending(last: str, media_type: str, disposition: str) -> str:
    own = PurePosixPath(last).suffix.lower()
    if ENDINGS.get(media_type) == ".html":
        return ".html"
    sent = PurePosixPath(unquote(disposition.rpartition("filename")[2]).strip("\"'; ")).suffix.lower().rstrip("\"'; ")
    return next((ending for ending in (own, sent) if ending in _KNOWN), None) or ENDINGS.get(media_type, ".bin")


class RawFiles:
    """The fetched files of a folder, one folder for each source and year."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def has(self, path: str | None) -> bool:
        """Whether the file is there."""
        return path is not None and (self._folder / path).is_file()

    def keep(self, content: bytes, record: Provenance, *, disposition: str = "") -> str:
        """Keep a page's bytes with their record, in the folder of its year or of the page that linked it; gives the path.

        What the address gave before is moved to the folder `.earlier` beside it. Raises OSError.
        """
        name = file_name(record.url, record.media_type, disposition=disposition)
        year = year_of(record.url) or year_of(record.linked_by or "")
        relative = PurePosixPath(record.source, *filter(None, [year]), name)
        file = self._folder / relative
        before = read_provenance(file)
        if before is not None and before.sha256 != record.sha256 and file.is_file():
            aside = file.parent / EARLIER / f"{file.stem}.{before.sha256[:8]}{file.suffix}"
            record_path(aside).parent.mkdir(parents=True, exist_ok=True)
            write_whole(record_path(aside), before.to_json().encode())
            os.replace(file, aside)
            record = replace(record, replaces=before.sha256)
        record_path(file).parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, content)
        write_whole(record_path(file), record.to_json().encode())
        return relative.as_posix()

    def note_gone(self, path: str, time: str) -> None:
        """Note in a file's record that the site no longer has it; the file stays. Raises OSError."""
        file = self._folder / path
        record = read_provenance(file)
        if record is not None and record.gone_at is None:
            write_whole(record_path(file), replace(record, gone_at=time).to_json().encode())

    def note_back(self, path: str) -> None:
        """Note in a file's record that the site has it again, unchanged. Raises OSError."""
        file = self._folder / path
        record = read_provenance(file)
        if record is not None and record.gone_at is not None:
            write_whole(record_path(file), replace(record, gone_at=None).to_json().encode())


def write_whole(file: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all."""
    beside = file.with_name(f".{file.name[:100]}.part")
    with beside.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    os.replace(beside, file)

"""Files and folders: which files there are, and each file as a `RawNotice` by the reader of its format."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from msgspec.structs import replace

from indexer.errors import UnreadableNotice, UsageError
from indexer.records import RawNotice, Source
from indexer.sources.archives import archive_of, is_archive, is_member, member_bytes, members, refuse_archive
from indexer.sources.bounded import read_bounded
from indexer.sources.conversion import convert_office, has_ocr, recognise
from indexer.sources.crawler.provenance import with_provenance
from indexer.sources.formats import Format, Refused, detect_format
from indexer.sources.html import read_html
from indexer.sources.plain_files import NotPlain, exists, files_below, open_plain
from indexer.sources.text import read_text

__all__ = ["MAX_BYTES", "content_sha256", "file_state", "find_files", "printable", "read"]

# The largest file that is read, in bytes: a notice with all its attachments is a few hundred kilobytes of text; what is
# larger than this is a dump or a mistake, and would hold the build up and fill its memory.
MAX_BYTES = 64 * 1024 * 1024

# A file that was changed so short a time ago might be changed again at what its file system takes for the same time.
_SETTLED = 2_000_000_000  # nanoseconds


MEDIA_TYPES: dict[Format, str] = {
    "text": "text/plain",
    "html": "text/html",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "old_text": "application/msword",
    "old_sheet": "application/vnd.ms-excel",
    "zip": "application/zip",
}


def find_files(paths: Iterable[Path | str]) -> list[Path]:
    """Every file named, and every file below every folder named, once each, sorted by path.

    Of a ZIP archive the files in it, as `archive.zip!/file`. Hidden files and folders (`.git`, `.DS_Store`) and Office
    lock files (`~$…`) below a folder are left out; one that is named outright is not. Files of formats that are not read
    are in the list, so that `read` refuses each with its reason and none vanishes unseen. Raises UsageError for a path
    that does not exist and for a folder that cannot be listed.
    """
    found: dict[str, Path] = {}
    for given in paths:
        path = Path(given)
        is_there = is_member(path) or exists(path)
        if is_there and os.path.isdir(path):  # Path.is_dir raises where a link leads into a locked folder
            for file in files_below(path, refuse=_refuse):
                for one in _unpacked(file):
                    found.setdefault(one.as_posix(), one)
        elif is_there:
            for one in _unpacked(path):
                found.setdefault(one.as_posix(), one)
        else:
            raise UsageError(f"{path}: no such file or folder; check the path")
    return [found[name] for name in sorted(found)]


def content_sha256(path: Path) -> str | None:
    """SHA-256 of a file's bytes, also of one in an archive, by which it is known again; None where it cannot be read."""
    try:
        if is_member(path):
            return hashlib.sha256(member_bytes(path)).hexdigest()
        with open_plain(path) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, UnreadableNotice):
        return None


def file_state(path: Path) -> str | None:
    """What the file system says of a file: where it says the same again, the file is the same, and need not be read.

    Size, inode, and when content and inode were last changed, to the nanosecond; of a file in an archive, the archive's.
    None where that would not tell: for a file that cannot be looked at, and for one that was changed a moment ago or, by a
    clock that has gone backwards since, will be.
    """
    try:
        status = os.stat(archive_of(path))
    except (OSError, ValueError):
        return None
    if max(status.st_mtime_ns, status.st_ctime_ns) > time.time_ns() - _SETTLED:
        return None
    return f"{status.st_size} {status.st_ino} {status.st_mtime_ns} {status.st_ctime_ns}"


def read(path: Path | str, *, bounded: bool = False) -> RawNotice:
    """The file as a notice not yet understood: its blocks in reading order and what the page declares about itself.

    The format is told by the content first and the file's ending second. `archive.zip!/file` is a file in an archive.
    PDF and Office files are read within limits of time and memory; where it is to be `bounded`, pages and texts are too,
    which takes longer and is for files that anybody may have written.
    Raises UnreadableNotice for a file that is missing, empty, binary, undecodable, too large, beyond the limits of its
    reader or of a format that is not read.
    """
    path = Path(path)
    name = printable(path)
    content = member_bytes(path) if is_member(path) else _bytes_of(path)
    if not content.strip():
        raise UnreadableNotice(name, "is empty")
    format_ = detect_format(path, content)
    if isinstance(format_, Refused):
        raise UnreadableNotice(name, format_.reason)
    source = Source(path=name, url=None, sha256=hashlib.sha256(content).hexdigest(), media_type=MEDIA_TYPES[format_])
    return with_provenance(path, _read_as(format_, source, content, bounded=bounded))


def _read_as(format_: Format, source: Source, content: bytes, *, bounded: bool) -> RawNotice:
    if bounded and format_ in {"html", "text"}:
        return read_bounded(format_, source, content)
    if format_ == "html":
        return read_html(source, content)
    if format_ == "text":
        return read_text(source, content)
    if format_ == "pdf":
        return _read_pdf(source, content)
    if format_ == "zip":
        raise refuse_archive(source.path, content)
    if format_ in {"docx", "xlsx"}:
        return read_bounded(format_, source, content)
    wanted = "docx" if format_ == "old_text" else "xlsx"
    made = convert_office(source.path, content, ending=_old_ending(source.path, format_), wanted=wanted)
    return _with_warning(read_bounded(wanted, source, made), "read from a copy that LibreOffice converted")


def _read_pdf(source: Source, content: bytes) -> RawNotice:
    """The PDF; where pages are pictures and ocrmypdf is there, with their text recognised.

    Where only some pages are pictures and ocrmypdf fails, the others stay, with a warning.
    """
    from indexer.sources.pdf import NEEDS_OCR, NO_CHARACTERS, SOME_NEED_OCR

    raw = None
    force = False
    try:
        raw = read_bounded("pdf", source, content)
    except UnreadableNotice as error:
        if error.reason not in {NEEDS_OCR, NO_CHARACTERS} or not has_ocr():
            raise
        force = error.reason == NO_CHARACTERS
    if raw is not None and not (has_ocr() and any(SOME_NEED_OCR in warning for warning in raw.warnings)):
        return raw
    try:
        made = read_bounded("pdf", source, recognise(source.path, content, force=force))
    except UnreadableNotice as error:
        if raw is None:
            raise
        return _with_warning(raw, error.reason)
    return _with_warning(made, "text recognised from pictures by ocrmypdf; it may hold errors")


def _with_warning(raw: RawNotice, warning: str) -> RawNotice:
    return replace(raw, warnings=(*raw.warnings, warning))


def _old_ending(path: str, format_: Format) -> str:
    """The ending by which LibreOffice is told what the file is: its own where it is a known one."""
    ending = PurePosixPath(path).suffix.lower().lstrip(".")
    known = {"old_text": ("doc", "wps", "rtf", "odt", "xml"), "old_sheet": ("xls", "et", "ods")}
    return ending if ending in known[format_] else known[format_][0]


def _unpacked(path: Path) -> Iterator[Path]:
    """The file itself, or the files in it where it is a ZIP archive and no Office file."""
    if path.suffix.lower() == ".zip" and is_archive(path):
        yield from members(path)
    else:
        yield path


def printable(path: Path) -> str:
    """The path with / between folders; bytes of a name that is not UTF-8 stand as \\xce\\xc4."""
    return path.as_posix().encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _refuse(error: OSError) -> None:
    raise UsageError(f"{error.filename}: this folder cannot be listed ({error.strerror}); check its permissions")


def _bytes_of(path: Path) -> bytes:
    """The file's bytes; raises UnreadableNotice where it is no plain file, is too large or cannot be read."""
    try:
        with open_plain(path) as file:
            is_large = os.fstat(file.fileno()).st_size > MAX_BYTES
            content = b"" if is_large else file.read(MAX_BYTES + 1)  # it may grow meanwhile
    except NotPlain as error:
        raise UnreadableNotice(path.as_posix(), "is not a plain file") from error
    except OSError as error:
        raise UnreadableNotice(path.as_posix(), f"cannot be read ({error.strerror})") from error
    if is_large or len(content) > MAX_BYTES:
        raise UnreadableNotice(
            path.as_posix(), f"is larger than {MAX_BYTES // 1024 // 1024} MB, the most that is read; split it by notice"
        )
    return content

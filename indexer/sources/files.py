"""Files and folders: which files there are, and each file as a `RawNotice` by the reader of its format."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from indexer.errors import UnreadableNotice, UsageError
from indexer.records import RawNotice, Source
from indexer.sources.formats import Refused, detect_format
from indexer.sources.html import read_html
from indexer.sources.text import read_text

__all__ = ["MAX_BYTES", "find_files", "read"]

# The largest file that is read, in bytes: a notice with all its attachments is a few hundred kilobytes of text; what is
# larger than this is a dump or a mistake, and would hold the build up and fill its memory.
MAX_BYTES = 64 * 1024 * 1024


def find_files(paths: Iterable[Path | str]) -> list[Path]:
    """Every file named, and every file below every folder named, once each, sorted by path.

    Hidden files and folders (`.git`, `.DS_Store`) and Office lock files (`~$…`) below a folder are left out; one that
    is named outright is not. Files of formats that are not read are in the list, so that `read` refuses each with its
    reason and none vanishes unseen. Raises UsageError for a path that does not exist and for a folder that cannot be
    listed.
    """
    found: dict[str, Path] = {}
    for given in paths:
        path = Path(given)
        if path.is_dir():
            for file in _files_below(path):
                found.setdefault(file.as_posix(), file)
        elif path.exists() or path.is_symlink():
            found.setdefault(path.as_posix(), path)
        else:
            raise UsageError(f"{path}: no such file or folder; check the path")
    return [found[name] for name in sorted(found)]


def read(path: Path | str) -> RawNotice:
    """The file as a notice not yet understood: its blocks in reading order and what the page declares about itself.

    The format is told by the content first and the file's ending second. Raises UnreadableNotice for a file that is
    missing, empty, binary, undecodable, too large or of a format that is not read.
    """
    path = Path(path)
    name = _printable(path)
    content = _bytes_of(path)
    if not content.strip():
        raise UnreadableNotice(name, "is empty")
    format_ = detect_format(path, content)
    if isinstance(format_, Refused):
        raise UnreadableNotice(name, format_.reason)
    source = Source(
        path=name,
        url=None,
        sha256=hashlib.sha256(content).hexdigest(),
        media_type="text/html" if format_ == "html" else "text/plain",
    )
    return read_html(source, content) if format_ == "html" else read_text(source, content)


def _printable(path: Path) -> str:
    """The path with / between folders; bytes of a name that is not UTF-8 stand as \\xce\\xc4."""
    return path.as_posix().encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _files_below(folder: Path) -> Iterator[Path]:
    """Every visible file below the folder; linked folders are followed, each folder once."""

    def refuse(error: OSError) -> None:
        raise UsageError(f"{error.filename}: this folder cannot be listed ({error.strerror}); check its permissions")

    seen: set[tuple[int, int]] = set()
    for parent, folders, names in os.walk(folder, onerror=refuse, followlinks=True):
        status = os.stat(parent)
        if (status.st_dev, status.st_ino) in seen:
            folders.clear()
            continue
        seen.add((status.st_dev, status.st_ino))
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(parent, name) for name in names if not name.startswith((".", "~$")))


def _bytes_of(path: Path) -> bytes:
    """The file's bytes; raises UnreadableNotice where it is no plain file, is too large or cannot be read."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableNotice(path.as_posix(), "is not a plain file")
        if status.st_size > MAX_BYTES:
            raise UnreadableNotice(
                path.as_posix(),
                f"is larger than {MAX_BYTES // 1024 // 1024} MB, the most that is read; split it by notice",
            )
        return path.read_bytes()
    except OSError as error:
        raise UnreadableNotice(path.as_posix(), f"cannot be read ({error.strerror})") from error

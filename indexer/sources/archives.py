"""ZIP archives of notices: every file in one is a file of its own, named `archive.zip!/folder/file.docx`."""

from __future__ import annotations

import functools
import io
import os
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from indexer.errors import UnreadableNotice
from indexer.sources.formats import kind_of_zip
from indexer.sources.office import MAX_PART_BYTES, check_members
from indexer.sources.plain_files import open_plain

__all__ = ["SEPARATOR", "is_archive", "is_member", "member_bytes", "members", "refuse_archive"]

SEPARATOR = "!/"  # between an archive's path and the name of a file in it
_DEEPEST = 2  # an archive inside an archive is opened, one inside that is not
_UTF8_FLAG = 0x800


def is_member(path: Path | str) -> bool:
    """Whether the path names a file inside an archive."""
    return SEPARATOR in (path if isinstance(path, str) else path.as_posix())


def archive_of(path: Path | str) -> str:
    """The path of the archive that the file is in; of a file in none, its own."""
    return os.fspath(path).partition(SEPARATOR)[0]


def members(archive: Path) -> Iterator[Path]:
    """The paths of all files in the archive, sorted; of an archive inside it the files in that.

    Hidden files and what macOS adds are left out. An archive that cannot be opened, is beyond the limits or holds no file
    gives its own path, so that reading it says why.
    """
    try:
        names = sorted(_directory(archive.as_posix(), _opened(archive)))
    except UnreadableNotice:
        names = []
    if not names:
        yield archive
    for name in names:
        path = Path(f"{archive.as_posix()}{SEPARATOR}{name}")
        inner = path.as_posix()
        if name.lower().endswith(".zip") and inner.count(SEPARATOR) < _DEEPEST:
            yield from members(path)
        else:
            yield path


def is_archive(path: Path) -> bool:
    """Whether the file is a ZIP archive of files, and no Office file."""
    try:
        with open_plain(path) as file:
            head = file.read(200)
            return head.startswith(b"PK") and kind_of_zip(zipfile.ZipFile(file).namelist(), head) == "zip"
    except zipfile.BadZipFile:
        return True  # damaged: reading it says so
    except (OSError, NotImplementedError, ValueError):
        return False


def refuse_archive(path: str, content: bytes) -> UnreadableNotice:
    """Why an archive is not read as a file: what is wrong with it, or where to put it."""
    try:
        check_members(path, zipfile.ZipFile(io.BytesIO(content)).infolist())
    except (UnreadableNotice, zipfile.BadZipFile, ValueError) as error:
        return (
            error
            if isinstance(error, UnreadableNotice)
            else UnreadableNotice(path, "is a damaged archive; get it again")
        )
    if path.count(SEPARATOR) >= _DEEPEST - 1:
        return UnreadableNotice(path, "is an archive inside an archive inside an archive; unpack it")
    return UnreadableNotice(path, "is a ZIP archive without a file to read, or under another name than .zip; unpack it")


def member_bytes(path: Path) -> bytes:
    """The bytes of a file in an archive.

    Raises UnreadableNotice where the archive or the file in it is damaged, protected, too large or named so that it
    would land outside of the archive's folder.
    """
    shown = path.as_posix()
    outer, _, name = shown.rpartition(SEPARATOR)
    archive = _opened(Path(outer))
    info = _directory(outer, archive).get(name)
    if info is None:
        raise UnreadableNotice(shown, f"is not in the archive {outer}")
    packed = _name(info)
    if packed.startswith("/") or ".." in packed.split("/") or packed[1:2] == ":":
        raise UnreadableNotice(shown, "has a name that leads outside of its archive; not read")
    if info.flag_bits & 1:
        raise UnreadableNotice(shown, "is protected with a password; unpack the archive and add the files")
    if info.file_size > MAX_PART_BYTES:
        raise UnreadableNotice(shown, f"is larger than {MAX_PART_BYTES // 1024 // 1024} MB; split it by notice")
    try:
        return archive.read(info)
    except NotImplementedError as error:
        raise UnreadableNotice(shown, f"is packed in a way that is not read ({error}); unpack the archive") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
        raise UnreadableNotice(shown, "is damaged in its archive; get the archive again") from error


def _opened(path: Path) -> zipfile.ZipFile:
    """The archive, on disk or in another one."""
    try:
        if not is_member(path):
            open_plain(path).close()  # raises for a pipe, which would be waited for
            return zipfile.ZipFile(path)
        return zipfile.ZipFile(io.BytesIO(_inner(path.as_posix(), _age(path))))
    except FileNotFoundError as error:
        folder = f"{path.as_posix()}{SEPARATOR[0]}"
        if os.path.isdir(folder):
            reason = f"lies in a folder whose name ends in {SEPARATOR[0]}, as only archives are written: rename it"
            raise UnreadableNotice(folder, reason) from error
        raise UnreadableNotice(path, "is not there") from error
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise UnreadableNotice(path, "is a damaged archive; get it again") from error


@functools.lru_cache(maxsize=2)
def _inner(path: str, age: tuple[int, ...]) -> bytes:
    """The bytes of an archive inside another one, kept while its files are read one by one."""
    del age
    return member_bytes(Path(path))


def _age(path: Path) -> tuple[int, ...]:
    """What tells the outermost archive from an earlier one of its name, also where a clock was set back."""
    found = Path(path.as_posix().partition(SEPARATOR)[0]).stat()
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino


def _directory(path: str, archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The archive's files by the names they are shown with; of two with one name the last, as when unpacked."""
    check_members(path, archive.infolist())
    named = ((_name(info), info) for info in archive.infolist() if not info.is_dir())
    return {_as_path(name): info for name, info in named if not _is_hidden(name)}


def _as_path(name: str) -> str:
    """The name as it comes back from a path: without a / at its start, without // and ./ inside."""
    return PurePosixPath(name.lstrip("/")).as_posix()


def _is_hidden(name: str) -> bool:
    parts = name.split("/")
    return any((part.startswith(".") and part != "..") or part == "__MACOSX" for part in parts) or parts[-1].startswith(
        "~$"
    )


def _name(info: zipfile.ZipInfo) -> str:
    """The file's name as it was typed, with / between folders.

    Rule `archive_name`: a name that is not marked as UTF-8 is what the packer's system wrote: UTF-8 where it is valid
    UTF-8, else GB 18030, as Chinese Windows packs. zipfile takes all such names for code page 437.
    """
    name = info.orig_filename
    if not info.flag_bits & _UTF8_FLAG:
        raw = name.encode("cp437", "replace")
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    name = name.partition("\x00")[0].replace("\\", "/")
    return "".join(c if c.isprintable() else "\ufffd" for c in name)

"""A whole archive as one file, for a backup or another machine: the live generation, and what people put beside it.

The file is a tar (gzip where its name ends in .gz). Its first member, `tiaowen.json`, says what is in it and the SHA-256 of
every other one, so that a file that was cut off or changed is refused before anything is put in place.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from indexer.errors import UsageError
from indexer.index.generations import (
    UPLOADS,
    Generation,
    build_lock,
    new_generation,
    open_live,
    publish,
    read_manifest,
    verify,
)

__all__ = ["Packed", "pack", "unpack"]

_CONTENTS = "tiaowen.json"
_FORMAT = 1
_GENERATION = "generation"
_MANIFEST = "manifest.json"
# What stands beside the generations and belongs to the archive.
_BESIDE_FILES = ("access.toml", "corrections.jsonl", "pools.jsonl", "judgements.jsonl", "saved.jsonl")
_MOST_CONTENTS = 256 * 1024 * 1024  # bytes of the list of contents; a million files need about half of it


@dataclass(frozen=True, slots=True)
class Packed:
    """What a packed file holds."""

    path: Path
    n_files: int
    n_bytes: int  # of the files in it
    n_notices: int
    n_clauses: int


def pack(index_dir: Path | str, path: Path | str) -> Packed:
    """Write the archive of the index into a new file, which appears whole or not at all.

    Raises what `open_live` and `verify` raise for an index that is not whole, UsageError where the file exists or cannot be
    written. A build may go on meanwhile; the file holds the generation that was live at the call.
    """
    directory, target = Path(index_dir), Path(path)
    if target.exists():
        raise UsageError(f"{target}: exists already; give another name, or remove it")
    generation = open_live(directory)
    unfinished = target.with_name(f".{target.name}.part")
    try:
        verify(generation, thorough=True)
        members = dict(_members(generation))
        contents = _contents(generation, members)
        with tarfile.open(unfinished, "w:gz" if target.suffix in (".gz", ".tgz") else "w") as tar:
            _add_bytes(tar, _CONTENTS, json.dumps(contents, ensure_ascii=False, indent=1).encode())
            for name, file in members.items():
                tar.add(file, arcname=name, recursive=False, filter=_plain)
        with unfinished.open("rb") as written:
            os.fsync(written.fileno())
        unfinished.rename(target)
    except OSError as error:
        raise UsageError(
            f"{error.filename or target}: cannot be written ({error.strerror or error}); mend that, or give another file"
        ) from error
    finally:
        generation.release()
        unfinished.unlink(missing_ok=True)
    return _packed(target, contents)


def unpack(path: Path | str, index_dir: Path | str) -> Packed:
    """Put a packed archive into a folder that has no index yet; it is live when the call returns.

    Raises UsageError where the folder holds an index, corrections or uploads, and where the file is no packed archive, is
    cut off or differs from its list of contents; nothing is left in the folder then. IndexMismatch where another version
    of the program made it.
    """
    source, directory = Path(path), Path(index_dir)
    _refuse_used(directory)
    with build_lock(directory):
        building = new_generation(directory)
        beside = building.with_name(".unpacking")
        try:
            contents = _extract(source, building, beside)
            manifest, _ = read_manifest(
                (building / _MANIFEST).read_bytes(), directory / contents["generation"], directory
            )
            (building / _MANIFEST).unlink()  # written last, when all else is in place
            _refuse_used(directory)
            for name in (*_BESIDE_FILES, UPLOADS):
                if (beside / name).exists():
                    (beside / name).rename(directory / name)
            publish(directory, building, manifest)
        finally:
            for folder in (building, beside):
                shutil.rmtree(folder, ignore_errors=True)
    return _packed(source, contents)


# --- writing -------------------------------------------------------------------------------------


def _members(generation: Generation) -> Iterator[tuple[str, Path]]:
    """Every file that goes in, by its name there, in a fixed order."""
    for name in sorted([*(name for name, _ in generation.manifest.files), _MANIFEST]):
        yield f"{_GENERATION}/{name}", generation.path / name
    for name in _BESIDE_FILES:
        if (generation.directory / name).is_file():
            yield name, generation.directory / name
    uploads = generation.directory / UPLOADS
    for file in sorted(uploads.rglob("*")) if uploads.is_dir() else []:
        if file.is_file() and not file.is_symlink():
            yield file.relative_to(generation.directory).as_posix(), file


def _contents(generation: Generation, members: dict[str, Path]) -> dict[str, Any]:
    manifest = generation.manifest
    return {
        "format": _FORMAT,
        "schema_version": manifest.schema_version,
        "packed_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "generation": generation.path.name,
        "n_notices": manifest.n_notices,
        "n_clauses": manifest.n_clauses,
        "files": {name: {"sha256": _sha256(file), "bytes": file.stat().st_size} for name, file in members.items()},
    }


def _add_bytes(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), 0o644
    tar.addfile(member, io.BytesIO(content))


def _plain(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """The member without who owned it and when it was written, which are nobody's business elsewhere."""
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mtime, member.mode = 0, 0o644
    return member


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _packed(path: Path, contents: dict[str, Any]) -> Packed:
    files = contents["files"]
    return Packed(
        path,
        n_files=len(files),
        n_bytes=sum(file["bytes"] for file in files.values()),
        n_notices=contents["n_notices"],
        n_clauses=contents["n_clauses"],
    )


# --- reading -------------------------------------------------------------------------------------


def _refuse_used(directory: Path) -> None:
    """Raises UsageError where something would be replaced."""
    for name in ("CURRENT", *_BESIDE_FILES, UPLOADS):
        if (directory / name).exists():
            raise UsageError(f"{directory}: holds an archive already ({name}); give a new folder by --index")


def _extract(source: Path, building: Path, beside: Path) -> dict[str, Any]:
    """The files of the packed archive in their two folders; gives its list of contents.

    Members are written under names made from the list alone, each checked against its SHA-256; links, devices and names
    that leave the folder are in no list that is accepted.
    """
    refused = f"{source}: is no packed archive of this program, or was cut off or changed; pack it again"
    try:
        with tarfile.open(source, "r|*") as tar:
            contents = _read_contents(tar, source, refused)
            wanted: dict[str, dict[str, Any]] = dict(contents["files"])
            while (member := tar.next()) is not None:
                said = wanted.pop(member.name, None)
                if said is None or not member.isfile():
                    raise UsageError(refused)
                _write_member(tar, member, _place(member.name, building, beside, refused), said, refused)
    except (tarfile.TarError, EOFError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(refused) from error
    except OSError as error:
        raise UsageError(f"{error.filename or source}: {error.strerror or 'cannot be read'}; mend that") from error
    if wanted or not (building / _MANIFEST).is_file():
        raise UsageError(refused)
    return contents


def _read_contents(tar: tarfile.TarFile, source: Path, refused: str) -> dict[str, Any]:
    first = tar.next()
    if first is None or first.name != _CONTENTS or first.size > _MOST_CONTENTS:
        raise UsageError(refused)
    opened = tar.extractfile(first)
    contents: dict[str, Any] = json.loads(opened.read()) if opened else {}
    if contents["format"] != _FORMAT:
        raise UsageError(f"{source}: was packed by another version of this program (format {contents['format']})")
    return contents


def _place(name: str, building: Path, beside: Path, refused: str) -> Path:
    """Where the member of the name goes."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or path.as_posix() != name:
        raise UsageError(refused)
    if path.parts[0] == _GENERATION and len(path.parts) > 1:
        return building.joinpath(*path.parts[1:])
    if path.parts[0] == UPLOADS or name in _BESIDE_FILES:
        return beside / path
    raise UsageError(refused)


def _write_member(
    tar: tarfile.TarFile, member: tarfile.TarInfo, place: Path, said: dict[str, Any], refused: str
) -> None:
    """Write one file and see that it is what the list says."""
    opened = tar.extractfile(member)
    if opened is None or member.size != said["bytes"]:
        raise UsageError(refused)
    place.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with place.open("xb") as file:
        while block := opened.read(1 << 20):
            digest.update(block)
            file.write(block)
        file.flush()
        os.fsync(file.fileno())
    if digest.hexdigest() != said["sha256"]:
        raise UsageError(refused)

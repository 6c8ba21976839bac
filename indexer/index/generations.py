"""Generations of an index on disk: which one is live, whether it is whole, how the next one takes its place.

    DIR/CURRENT                 name of the live generation
    DIR/000003-1f0c9a4be7d2/    a generation: archive.sqlite, vectors.faiss, lexical/, manifest.json (written last)
    DIR/.building/              a build in progress, or what a killed one left
    DIR/.build.lock             held while a build runs
    DIR/corrections.jsonl       what editors corrected by hand; outside generations, as are
    DIR/saved.jsonl             questions that people saved
    DIR/uploads/                files that were uploaded, which every build includes

A build writes into `.building`, syncs every file, renames the folder to its final name and swaps `CURRENT` by one
`os.replace`; killed at any moment it leaves the old generation live. The next build clears what is left over before it
writes anything, so that leftovers never add up; one that fails clears up behind itself. A reader holds a shared lock on
its generation's manifest; an older generation is removed by the next build unless it is held. Generations follow one
another by number: no clock is asked which is the newer one.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
import re
import shlex
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from functools import partial, wraps
from pathlib import Path
from typing import IO, Any, Concatenate, ParamSpec, TypeVar

import msgspec
from msgspec.structs import asdict

from indexer.address import IndexAddress
from indexer.errors import IndexDamaged, IndexFault, IndexMismatch, IndexMissing, UsageError
from indexer.index.checksums import Checksums, sync
from indexer.records import Manifest

__all__ = [
    "ARCHIVE",
    "BUILDING",
    "LEXICAL",
    "SCHEMA_VERSION",
    "UPLOADS",
    "VECTORS",
    "WITHDRAWN",
    "Generation",
    "build_command",
    "build_lock",
    "generations_in",
    "link_or_copy",
    "new_generation",
    "not_written",
    "open_live",
    "publish",
    "read_manifest",
    "sweep",
    "verify",
    "verifying",
]

# Raised when the layout on disk changes, so that an older index is refused instead of misread.
SCHEMA_VERSION = 10

ARCHIVE = "archive.sqlite"
VECTORS = "vectors.faiss"
LEXICAL = "lexical"
UPLOADS = "uploads"  # beside the generations: files that belong to every build
WITHDRAWN = ".withdrawn"  # in it, hidden, so that no build takes what was taken out for a notice

_MANIFEST = "manifest.json"
_CURRENT = "CURRENT"
BUILDING = ".building"
_LOCK = ".build.lock"
_NAME = re.compile(r"(\d{6,})-[0-9a-f]{12}")

# Up to this many bytes every file is hashed whenever a generation is opened; above, only its size is compared, for
# hashing would take longer than loading. `verify(…, thorough=True)` hashes at any size.
HASHED_ON_OPEN = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Generation:
    """A generation that is held for reading: it is not removed before `release`."""

    directory: Path  # of the index
    path: Path  # of the generation
    manifest: Manifest
    sizes: tuple[tuple[str, int], ...]  # file name below the generation → bytes
    lease: IO[bytes]

    def release(self) -> None:
        """Let the generation go; a later build may then remove it."""
        self.lease.close()


def build_command(directory: IndexAddress | str, *, encoder: str | None = None, paths: Sequence[str] = ()) -> str:
    """The command that makes or mends an index, for messages; `paths` are what it was built from, where that is known."""
    given = shlex.join(paths) if paths else "FOLDER"
    return f"`python -m indexer build {given} --index {directory}{f' --encoder {encoder}' if encoder else ''}`"


# --- reading -----------------------------------------------------------------------------------


def open_live(directory: Path) -> Generation:
    """The live generation, held but not yet verified.

    Raises IndexMissing where there is none, IndexDamaged where its manifest is gone or cannot be read, IndexMismatch
    where another version of this program wrote it.
    """
    while True:
        name = _current(directory)
        path = directory / name
        try:
            lease = (path / _MANIFEST).open("rb")
        except OSError as error:
            if name != _current(directory):
                continue  # a build swapped in the next generation and removed this one in between
            raise IndexDamaged(
                f"{path / _MANIFEST}: cannot be read ({error.strerror}), though {_CURRENT} names this generation; "
                f"build it again: {build_command(directory)}"
            ) from error
        fcntl.flock(lease, fcntl.LOCK_SH)
        if os.fstat(lease.fileno()).st_nlink:
            break
        lease.close()  # removed between opening and locking
    try:
        manifest, sizes = read_manifest(lease.read(), path, directory)
    except (IndexDamaged, IndexMismatch):
        lease.close()
        raise
    return Generation(directory, path, manifest, sizes, lease)


def verify(generation: Generation, *, thorough: bool | None = None) -> None:
    """Returns if every file of the generation is there and whole; raises IndexDamaged naming the first that is not.

    Sizes are always compared, SHA-256 when `thorough`; by default when all files together are at most HASHED_ON_OPEN.
    """
    if thorough is None:
        thorough = sum(size for _, size in generation.sizes) <= HASHED_ON_OPEN
    if thorough:
        with verifying(generation) as check:
            check()
    else:
        _check_sizes(generation)


@contextmanager
def verifying(generation: Generation) -> Iterator[Callable[[], None]]:
    """Gives what does as `verify` does thoroughly, whose reading and hashing goes on while the block does something else.

    Raises IndexDamaged at once where a size is another.
    """
    _check_sizes(generation)
    with Checksums() as checksums:
        for name, _ in generation.manifest.files:
            checksums.begin(generation.path / name)
        yield partial(_check_sums, generation, checksums)


def _check_sizes(generation: Generation) -> None:
    """Returns if every file of the generation is there and has its size; raises IndexDamaged."""
    for name, expected in generation.sizes:
        path = generation.path / name
        try:
            size = path.stat().st_size
        except OSError as error:
            raise _damaged(generation, f"{path}: cannot be read ({error.strerror})") from error
        if size != expected:
            raise _damaged(generation, f"{path}: has {size} bytes instead of {expected}")


def _check_sums(generation: Generation, checksums: Checksums) -> None:
    """Returns if every file of the generation has its checksum; raises IndexDamaged."""
    for name, expected in generation.manifest.files:
        path = generation.path / name
        try:
            actual = checksums.of(path)
        except OSError as error:
            raise _damaged(generation, f"{path}: cannot be read ({error.strerror})") from error
        if actual != expected:
            raise _damaged(generation, f"{path}: differs from its checksum")


def _damaged(generation: Generation, wrong: str) -> IndexDamaged:
    return IndexDamaged(f"{wrong}; build the index again: {build_command(generation.directory)}")


def _current(directory: Path) -> str:
    """The name in CURRENT; raises IndexMissing without it and IndexDamaged where it holds something else."""
    try:
        name = (directory / _CURRENT).read_text(encoding="utf-8", errors="replace").strip()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise IndexMissing(f"{directory}: there is no index here; build one: {build_command(directory)}") from error
    except OSError as error:
        raise IndexMissing(
            f"{directory / _CURRENT}: cannot be read ({error.strerror}); check its permissions"
        ) from error
    if not _NAME.fullmatch(name):
        raise IndexDamaged(
            f"{directory / _CURRENT}: does not name a generation; build the index again: {build_command(directory)}"
        )
    return name


def read_manifest(stored: bytes, path: Path, directory: Path) -> tuple[Manifest, tuple[tuple[str, int], ...]]:
    """The manifest and the files' sizes; raises IndexMismatch for another schema version, IndexDamaged for nonsense."""
    again = f"build the index again: {build_command(directory)}"
    try:
        values = json.loads(stored)
        version = values["schema_version"]
        if version != SCHEMA_VERSION:
            raise IndexMismatch(
                f"{path}: has layout version {version}, this program reads {SCHEMA_VERSION}; build the index again: "
                f"{build_command(directory, paths=_built_from(values))}"
            )
        if values.pop("checksum", None) != _checksum(values):
            raise IndexDamaged(f"{path / _MANIFEST}: differs from its checksum; {again}")
        if values["generation"] != path.name:
            raise IndexDamaged(f"{path / _MANIFEST}: belongs to generation {values['generation']}; {again}")
        listed = values["files"]
        values["parameters"] = sorted(values["parameters"].items())
        values["files"] = sorted((name, file["sha256"]) for name, file in listed.items())
        return (
            msgspec.convert(values, Manifest),
            tuple(sorted((name, file["bytes"]) for name, file in listed.items())),
        )
    except (ValueError, KeyError, TypeError, AttributeError, msgspec.ValidationError) as error:
        raise IndexDamaged(f"{path / _MANIFEST}: is not a manifest; {again}") from error


def _built_from(values: Mapping[str, Any]) -> list[str]:
    """The paths that a manifest of any version says it was built from, against the folder they are meant in."""
    paths, folder = values.get("paths"), values.get("folder")
    if not isinstance(paths, list) or not all(isinstance(path, str) for path in paths) or not isinstance(folder, str):
        return []
    return paths if folder == os.getcwd() else [os.path.join(folder, path) for path in paths]


def generations_in(directory: Path) -> list[str]:
    """The names of all generations in the folder, the live one first, then the others by age, the latest first.

    Raises IndexMissing and IndexDamaged as `open_live` does where CURRENT names none.
    """
    live = _current(directory)
    others = {path.name for path in directory.iterdir() if _NAME.fullmatch(path.name) and path.is_dir()} - {live}
    return [live, *sorted(others, reverse=True)]


def _checksum(values: Mapping[str, object]) -> str:
    """SHA-256 of what a manifest says, its own checksum aside."""
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


# --- writing -----------------------------------------------------------------------------------


def not_written(path: Path | str, reason: object) -> UsageError:
    """The error for a file or folder of an index that could not be written, in one line."""
    why = " ".join(str(reason).split())
    return UsageError(f"{path}: cannot be written ({why}); mend that, or give another folder by --index")


_Rest = ParamSpec("_Rest")
_Made = TypeVar("_Made")


def _writes(step: Callable[Concatenate[Path, _Rest], _Made]) -> Callable[Concatenate[Path, _Rest], _Made]:
    """The step of a build, raising UsageError with the path where the index's folder does not let it write."""

    @wraps(step)
    def guarded(directory: Path, /, *rest: _Rest.args, **named: _Rest.kwargs) -> _Made:
        try:
            return step(directory, *rest, **named)
        except OSError as error:
            raise not_written(error.filename or directory, error.strerror or error) from error

    return guarded


@contextmanager
def build_lock(directory: Path) -> Iterator[None]:
    """While held, no other build writes into the folder; made if absent. A killed holder's lock is free at once.

    What a build that fails has written so far is removed. Raises UsageError while another build holds it, and where the
    folder cannot be made or written, or has a name that is not UTF-8, by which neither SQLite nor FAISS can open a file.
    """
    name = os.fsencode(directory.absolute())
    if (shown := name.decode("utf-8", "backslashreplace")) != str(directory.absolute()):
        raise UsageError(f"{shown}: has a name that is not UTF-8; rename it, or give another folder by --index")
    try:
        directory.mkdir(parents=True, exist_ok=True)
        file = (directory / _LOCK).open("ab")
    except OSError as error:
        raise UsageError(
            f"{directory}: cannot be written ({error.strerror}); give another folder by --index"
        ) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise UsageError(
                f"{directory}: another build is writing here; wait until it ends, or give another folder by --index"
            ) from error
        try:
            yield
        except BaseException:
            if (building := directory / BUILDING).is_dir():
                shutil.rmtree(building, ignore_errors=True)  # the disk may be full of it
            raise


@_writes
def new_generation(directory: Path) -> Path:
    """An empty folder to build in; what killed builds left is gone, here and in generations that never were live.

    The build lock must be held. Raises UsageError where it cannot be made, or where CURRENT could not be swapped once it
    is full.
    """
    for name in (_CURRENT, f"{_CURRENT}.new"):
        if (directory / name).is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), directory / name)
    with suppress(IndexFault, OSError):  # what cannot be removed is said when the build is complete
        # Without CURRENT none is live: a build was killed before the first one was.
        live = _current(directory) if (directory / _CURRENT).exists() else None
        if live is None or (directory / live / _MANIFEST).is_file():
            _remove_all_but(live, directory)
    building = directory / BUILDING
    if building.exists():
        shutil.rmtree(building)
    building.mkdir()
    return building


def link_or_copy(file: Path, target: Path) -> None:
    """Have a file that never changes in another place as well: as a link, or as a copy where there are none.

    Raises OSError where neither can be made.
    """
    try:
        os.link(file, target)
    except OSError:  # a file system without links
        shutil.copyfile(file, target)


@_writes
def publish(
    directory: Path,
    building: Path,
    manifest: Manifest,
    *,
    checksums: Checksums | None = None,
    earlier: Generation | None = None,
) -> Path:
    """Make what was built the live generation; gives its folder. The build lock must be held.

    `manifest.files` is filled here from the files as they lie on disk; files whose checksums were begun are not read
    again, nor those that are links to files of the `earlier` generation, which was verified. All is synced before CURRENT
    is swapped, so that not even a power cut makes CURRENT name a generation that is not whole. Raises UsageError where that
    cannot be done.
    """
    with Checksums() if checksums is None else nullcontext(checksums) as sums:
        files = _files_in(building, sums, earlier)
    latest = max((int(found[1]) for path in directory.iterdir() if (found := _NAME.fullmatch(path.name))), default=0)
    path = directory / f"{latest + 1:06d}-{manifest.corpus_sha256[:12]}"
    stored = {
        **asdict(manifest), "parameters": dict(manifest.parameters), "files": files, "generation": path.name,
    }  # fmt: skip
    _write(building / _MANIFEST, json.dumps({**stored, "checksum": _checksum(stored)}, ensure_ascii=False, indent=1))
    for folder in (*(path for path in building.rglob("*") if path.is_dir()), building):
        sync(folder)
    building.rename(path)
    try:
        sync(directory)
        _write(directory / f"{_CURRENT}.new", path.name + "\n")
        os.replace(directory / f"{_CURRENT}.new", directory / _CURRENT)
    except OSError:
        shutil.rmtree(path, ignore_errors=True)  # it is not live, and would fill a disk that may be full
        raise
    sync(directory)
    return path


def _files_in(building: Path, checksums: Checksums, earlier: Generation | None) -> dict[str, dict[str, str | int]]:
    """The checksum and the size of every file, by its name below the folder; all are on disk then."""
    # Lock files that tantivy leaves behind are empty and belong to whoever writes, not to the index.
    paths = sorted(path for path in building.rglob("*") if path.is_file() and path.suffix != ".lock")
    known = dict(earlier.manifest.files) if earlier else {}
    for path in paths:
        path.chmod(0o644)  # tantivy makes some readable by the owner alone; a server may run as someone else
        name = path.relative_to(building).as_posix()
        if earlier is not None and name in known and path.samefile(earlier.path / name):
            checksums.known(path, known[name])
        elif path not in checksums:
            checksums.begin(path, synced=True)
    return {
        path.relative_to(building).as_posix(): {"sha256": checksums.of(path), "bytes": path.stat().st_size}
        for path in paths
    }


@_writes
def sweep(directory: Path) -> list[str]:
    """Remove every generation that is neither live nor held by a reader; gives their names. Needs the build lock.

    A generation whose manifest is missing is a leftover and goes too. Other files in the folder are never touched, not
    even one that has the name of a generation. Raises UsageError where an old generation cannot be removed, IndexMissing
    and IndexDamaged where CURRENT names none.
    """
    building = directory / BUILDING
    if building.exists():
        shutil.rmtree(building)
    return _remove_all_but(_current(directory), directory)


def _remove_all_but(live: str | None, directory: Path) -> list[str]:
    """Remove every other generation that no reader holds; gives their names."""
    removed = []
    for path in sorted(path for path in directory.iterdir() if _NAME.fullmatch(path.name) and path.name != live):
        if path.is_dir() and not _is_held(path):
            shutil.rmtree(path)
            removed.append(path.name)
    return removed


def _is_held(generation: Path) -> bool:
    """Whether some reader holds the generation."""
    try:
        with (generation / _MANIFEST).open("rb") as manifest:
            fcntl.flock(manifest, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Unlinked under the lock: a reader that comes now finds it gone and takes the live generation instead.
            (generation / _MANIFEST).unlink()
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def _write(path: Path, text: str) -> None:
    """Write the file and sync it."""
    path.write_text(text, encoding="utf-8")
    sync(path)

"""From files to an index, one way: find, read, parse, store, index by words and by vectors, publish.

What did not change is not done again: a file with the same path and content keeps its parsed notice, a clause with the
same passage keeps its vector, and where nothing changed at all the live generation stays as it is.
"""

from __future__ import annotations

import hashlib
import re
import time
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TypeAlias

from indexer.errors import UnreadableNotice, UsageError
from indexer.index.archive import Archive
from indexer.index.archive_writer import ArchiveWriter
from indexer.index.dense import write_dense
from indexer.index.encoder import Encoder
from indexer.index.generations import (
    ARCHIVE,
    LEXICAL,
    SCHEMA_VERSION,
    VECTORS,
    build_lock,
    new_generation,
    publish,
    sweep,
)
from indexer.index.identity import DeferredEncoder
from indexer.index.lexical import write_lexical
from indexer.index.previous import KnownFile, Previous, open_previous
from indexer.notices import parse
from indexer.records import Manifest, Notice, Skipped
from indexer.sources import find_files, read

__all__ = ["BuildReport", "Progress", "build"]

# Told the stage (read, words, vectors, publish), how much of it is done and how much there is: files, then clauses.
Progress: TypeAlias = Callable[[str, int, int], None]

_DECIMAL = re.compile(r"\d+\.\d+")


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did; `n_notices` and `n_clauses` count what is live afterwards."""

    n_notices: int
    n_clauses: int
    skipped: tuple[Skipped, ...]  # files that did not enter, by path
    duplicates: tuple[Skipped, ...]  # files whose notice is kept once, from another file: `same text as PATH`
    parsed: int  # files read and parsed by this build; the others kept their notices
    encoded: int  # clauses whose vectors were computed
    reused: int  # clauses whose vectors were kept
    unchanged: bool  # nothing had changed: the live generation was left as it is
    seconds: float


def build(
    paths: Iterable[Path | str],
    index_dir: Path | str,
    *,
    encoder: Encoder | str | None = None,
    progress: Progress | None = None,
) -> BuildReport:
    """Make the index of all notices in the files and folders; it is live at once when it is complete.

    `encoder` is a name, a folder or an encoder already loaded; None is the bundled one. It is loaded only if there is
    something to encode. The index then holds exactly these files: notices whose files are gone are gone. Files that
    cannot be read are listed in the report and the rest goes on. Files inside the index's own folder are left out.

    Raises UsageError where a path does not exist, where no file can be read as a notice, while another build writes to
    the same folder, and where that cannot be written; EncoderError where the encoder cannot be used. Whatever is
    raised, the live index stays.
    """
    started = time.perf_counter()
    tell = progress or _say_nothing
    directory = Path(index_dir)
    files = _files(paths, directory)
    deferred = DeferredEncoder(encoder)
    with build_lock(directory):
        with open_previous(directory) as previous:
            building = new_generation(directory)
            with ArchiveWriter(building / ARCHIVE, previous=previous.archive_path if previous else None) as writer:
                reading = _read(files, writer, previous, tell)
                unchanged = _nothing_changed(reading, previous, deferred)
                corpus_sha256 = "" if unchanged else writer.finish()
            if previous is not None and unchanged:
                manifest, encoded, reused = previous.manifest, 0, previous.manifest.n_clauses
            else:
                manifest, encoded, reused = _index(building, corpus_sha256, deferred, previous, tell)
                tell("publish", 0, 1)
                publish(directory, building, manifest)
                tell("publish", 1, 1)
        sweep(directory)
    return BuildReport(
        n_notices=manifest.n_notices,
        n_clauses=manifest.n_clauses,
        skipped=tuple(reading.skipped),
        duplicates=tuple(sorted(reading.duplicates, key=lambda file: file.path)),
        parsed=reading.parsed,
        encoded=encoded,
        reused=reused,
        unchanged=unchanged,
        seconds=time.perf_counter() - started,
    )


# --- files to notices --------------------------------------------------------------------------


@dataclass(slots=True)
class _Reading:
    """What came of the files."""

    kept: int = 0  # files taken over from the previous generation
    parsed: int = 0
    skipped: list[Skipped] = field(default_factory=list)
    duplicates: list[Skipped] = field(default_factory=list)


def _files(paths: Iterable[Path | str], directory: Path) -> list[Path]:
    """The files to read, by path; those of an index inside a folder of notices are no notices."""
    own = directory.resolve()
    files = [file for file in find_files([Path(path) for path in paths]) if not file.resolve().is_relative_to(own)]
    if not files:
        raise UsageError("there is no file in what was given; give files or folders that hold notices")
    return sorted(files, key=lambda file: file.as_posix())


def _read(files: Sequence[Path], writer: ArchiveWriter, previous: Previous | None, tell: Progress) -> _Reading:
    """Every notice into the archive, each once; files that give none are listed in what is returned.

    Of several files with the same text the first by path is the notice's source, whatever was built before: the same
    files give the same archive. Raises UsageError where no file gives a notice.
    """
    reading = _Reading()
    known = _still_known(files, previous)
    owners = {same.doc_id: path for path, same in known.items() if same.kept}
    for done, file in enumerate(files):
        tell("read", done, len(files))
        if file.as_posix() not in known:
            _read_one(file, writer, owners, reading)
    for path, same in known.items():
        owner = owners[same.doc_id]
        if owner == path:
            writer.copy(same.doc_id)
        else:
            reading.duplicates.append(Skipped(path, f"same text as {owner}"))
        writer.add_source(same.source, same.doc_id, kept=owner == path)
    reading.kept = len(known)
    tell("read", len(files), len(files))
    if not owners:
        first = reading.skipped[0]
        raise UsageError(
            f"none of {len(files)} files could be read as a notice; the first: {first.path}: {first.reason}"
        )
    return reading


def _read_one(file: Path, writer: ArchiveWriter, owners: dict[str, str], reading: _Reading) -> None:
    """One file's notice into the archive, unless another file before it has the same."""
    path = file.as_posix()
    try:
        notice = parse(read(file))
        reading.parsed += 1
        owner = owners.get(notice.doc_id)
        if owner is not None:
            _require_same_text(notice, writer.body(notice.doc_id), owner)
        if owner is not None and owner < path:
            reading.duplicates.append(Skipped(path, f"same text as {owner}"))
            writer.add_source(notice.source, notice.doc_id, kept=False)
        else:
            writer.add(notice)
            owners[notice.doc_id] = path
    except UnreadableNotice as error:
        reading.skipped.append(Skipped(path, error.reason))


def _still_known(files: Sequence[Path], previous: Previous | None) -> Mapping[str, KnownFile]:
    """The files whose notices the previous generation has, by path: same path, same content, same parser.

    A file that had the same text as another is known only together with that other, from which the notice was read.
    """
    if previous is None or dict(previous.manifest.parameters).get("parser") != _parser():
        return {}
    before = previous.known_files()
    same: dict[str, KnownFile] = {}
    for file in files:
        found = before.get(file.as_posix())
        if found is not None and _sha256(file) == found.source.sha256:
            same[file.as_posix()] = found
    owned = {known.doc_id for known in same.values() if known.kept}
    return {path: known for path, known in same.items() if known.doc_id in owned}


def _require_same_text(notice: Notice, body: str, owner: str) -> None:
    """Raises UnreadableNotice where two notices with one doc_id differ in a number: no two clauses may share an id.

    An id is made of letters and digits alone, so that other punctuation does not make another notice; 9.5 and 95
    are the one difference in punctuation that is a difference in what is said.
    """
    if _decimals(notice.body) != _decimals(body):
        reason = f"has the same letters and digits as {owner}, but other decimal numbers; correct the one that is wrong"
        raise UnreadableNotice(notice.source.path, reason)


def _decimals(body: str) -> set[str]:
    return set(_DECIMAL.findall(unicodedata.normalize("NFKC", body)))


# --- notices to an index -----------------------------------------------------------------------


def _nothing_changed(reading: _Reading, previous: Previous | None, encoder: DeferredEncoder) -> bool:
    """Whether the live generation already is what this build would make."""
    return (
        previous is not None
        and reading.parsed == 0
        and reading.kept == previous.archive.n_sources
        and dict(previous.manifest.parameters) == _parameters()
        and (previous.manifest.encoder, previous.manifest.encoder_sha256) == (encoder.name, encoder.sha256)
        and previous.is_as_described
    )


def _index(
    building: Path, corpus_sha256: str, encoder: DeferredEncoder, previous: Previous | None, tell: Progress
) -> tuple[Manifest, int, int]:
    """Both legs of the archive beside it; gives the manifest, the clauses encoded and those that kept their vectors."""
    archive = Archive(building / ARCHIVE)
    n = archive.n_clauses
    (building / LEXICAL).mkdir()
    write_lexical(building / LEXICAL, archive.indexed_clauses(), progress=lambda done: tell("words", done, n))
    kept = previous.vectors(encoder.sha256) if previous else None
    dim = kept[0].dim if kept else encoder.load().dim
    encoded, reused = write_dense(
        building / VECTORS,
        archive.indexed_clauses(),
        dim=dim,
        encode=lambda texts: encoder.load().encode_clauses(texts),
        previous=kept,
        progress=lambda done: tell("vectors", done, n),
    )
    archive.close()
    manifest = Manifest(
        schema_version=SCHEMA_VERSION,
        encoder=encoder.name,
        encoder_sha256=encoder.sha256,
        dim=dim,
        corpus_sha256=corpus_sha256,
        n_notices=archive.n_notices,
        n_clauses=n,
        parameters=tuple(sorted(_parameters().items())),
        files=(),  # known once they are written: `publish` fills them in
        built_at=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    return manifest, encoded, reused


def _parameters() -> dict[str, str]:
    """What the index depends on besides files and encoder: the code that parses and the code that stores."""
    return {"parser": _parser(), "storage": _digest_of("index")}


def _parser() -> str:
    """The digest of everything that makes a notice of a file, so that an edited rule parses every file again."""
    return _digest_of("records.py", "sources", "notices")


@cache
def _digest_of(*parts: str) -> str:
    """SHA-256 over the files of this package named, or below the folders named; byte code does not count."""
    package = Path(__file__).parent
    digest = hashlib.sha256()
    for part in parts:
        for file in sorted([package / part, *(package / part).rglob("*")]):
            if file.is_file() and "__pycache__" not in file.parts:
                digest.update(f"{file.relative_to(package).as_posix()} {_sha256(file)}\n".encode())
    return digest.hexdigest()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _say_nothing(stage: str, done: int, total: int) -> None:
    """The progress of whoever does not want to know."""

"""From files to an index, one way: find, read, parse, store, index by words and by vectors, publish.

What did not change is not done again: a file with the same path and content keeps its parsed notice, a clause with the
same passage keeps its vector, and where nothing changed at all the live generation stays as it is.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Protocol

from indexer.access.configuration import Access, is_configured, read_access
from indexer.access.roles import Reader, require
from indexer.address import IndexAddress, folder_of, index_address
from indexer.audit import note
from indexer.corrections import ListedCorrection, listed, read_corrections
from indexer.errors import UsageError
from indexer.index.encoder import Encoder
from indexer.index.encoder_settings import EncoderSettings
from indexer.index.generations import SCHEMA_VERSION, build_command
from indexer.index.identity import COLLECTIONS, DeferredEncoder, EncodedText
from indexer.index.live_archive import live_archive
from indexer.index.opening import live_manifest
from indexer.index.previous import Previous, PreviousDamaged
from indexer.index.store import Published, store_of
from indexer.reading import Progress, ReadFile, Reading, as_recorded, files_in, is_there, one_by_one, read_notices
from indexer.records import Manifest, Skipped
from indexer.vocabulary import VOCABULARY, write_vocabulary

__all__ = ["BuildReport", "Progress", "Stages", "build", "rebuild"]

_TOLD = 500  # characters that the audit has of what was built from


class Stages(Protocol):
    """Where the two long stages of a build are done, if not in this process."""

    def read_files(self, paths: Sequence[str]) -> Iterator[ReadFile]:
        """As `reading.one_by_one`."""
        ...

    def encode(self, load: Callable[[], Encoder], texts: Iterable[str]) -> Iterator[EncodedText]:
        """The texts in their order with their vectors, by the encoder that `load` gives there."""
        ...


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did; `n_notices` and `n_clauses` count what is live afterwards."""

    n_notices: int
    n_clauses: int
    skipped: tuple[Skipped, ...]  # files that did not enter, by path
    duplicates: tuple[
        Skipped, ...
    ]  # pages whose notice is kept once, from another: `same text as PATH`, `same notice …`
    links: int  # pairs of notices of which one repeals, replaces, corrects or amends the other, or is a version of it
    parsed: int  # files read and parsed by this build; the others kept their notices
    encoded: int  # clauses whose vectors were computed
    reused: int  # clauses whose vectors were kept
    split: int  # texts longer than the encoder takes at once, which were encoded in parts
    unchanged: bool  # nothing had changed: the live generation was left as it is
    seconds: float
    corrections: tuple[ListedCorrection, ...] = ()  # all that is on file, and what became of each
    corrections_damaged: tuple[str, ...] = ()  # lines of that file that are kept out, each named in one line


def build(
    paths: Iterable[Path | str],
    index_dir: IndexAddress | str,
    *,
    encoder: Encoder | str | None = None,
    settings: EncoderSettings | None = None,
    progress: Progress | None = None,
    given: Iterable[Path | str] | None = None,
    stages: Stages | None = None,
    reader: Reader | None = None,
) -> BuildReport:
    """Make the index of all notices in the files and folders; it is live at once when it is complete.

    `encoder` is a name, a folder or an encoder already loaded; None is the bundled one. It is loaded only if there is
    something to encode, under the `settings`, which the index keeps. The index then holds exactly these files and those
    in its folder `uploads`: notices whose files are gone are gone. Files that cannot be read are listed in the report and
    in the index, and the rest goes on. Other files inside the index's own folder are left out. What editors corrected by
    hand is applied. The index remembers the paths, or `given` in their place, for `rebuild`. Files are read and clauses
    encoded in this process, or where `stages` do so, with the same result.

    Raises UsageError where a path does not exist, where no file can be read as a notice, while another build writes to
    the same folder, and where that cannot be written; EncoderError where the encoder cannot be used; AccessDenied for a
    reader who may not edit. Whatever is raised, the live index stays.
    """
    require(reader, "edit")
    started = time.perf_counter()
    tell = progress or _say_nothing
    address = index_address(index_dir)
    paths = list(paths)
    files = files_in(paths, folder_of(address))
    deferred = DeferredEncoder(encoder, settings, spread=stages.encode if stages else None)
    access = read_access(address) if is_configured(address) else None
    described = _described(deferred, as_recorded(paths if given is None else given), access)
    store = store_of(address)

    def made(previous: Previous | None) -> tuple[Reading, bool, Published]:
        with store.draft(previous, described) as draft:
            known = previous if _same_parser(previous) else None
            reading = read_notices(
                files,
                draft.writer,
                known,
                tell,
                corrections=on_file.in_force(),
                read_files=stages.read_files if stages else one_by_one,
                access=access,
                regroup=previous is not None and _collections(previous.manifest) != _collections(described),
            )
            if previous is not None:
                previous.check()
                if _nothing_changed(reading, previous, described):
                    return reading, True, Published(previous.manifest, 0, previous.manifest.n_clauses)
            note(address, reader, "built", what=f"{reading.parsed} files read; {', '.join(described.paths)}"[:_TOLD])
            return reading, False, draft.publish(described, deferred, tell, beside={VOCABULARY: write_vocabulary})

    with store.lock():
        on_file = read_corrections(address)
        try:
            with store.previous() as previous:
                reading, unchanged, published = made(previous)
        except PreviousDamaged:
            reading, unchanged, published = made(None)
        store.sweep(changed=not unchanged)
        with live_archive(address) as archive:
            corrections = listed(on_file, archive)
    manifest = published.manifest
    return BuildReport(
        n_notices=manifest.n_notices,
        n_clauses=manifest.n_clauses,
        skipped=tuple(reading.skipped),
        duplicates=tuple(sorted(reading.duplicates, key=lambda file: file.path)),
        links=reading.links,
        parsed=reading.parsed,
        encoded=published.encoded,
        reused=published.reused,
        split=deferred.split,
        unchanged=unchanged,
        seconds=time.perf_counter() - started,
        corrections=tuple(corrections),
        corrections_damaged=on_file.damaged,
    )


def rebuild(
    index_dir: IndexAddress | str,
    *,
    encoder: Encoder | str | None = None,
    extra: Iterable[Path | str] = (),
    progress: Progress | None = None,
    reader: Reader | None = None,
) -> BuildReport:
    """Make the index again from the files and folders it was built from, and from `extra` ones beside them.

    With the same encoder and settings; `encoder` may be one that is loaded already. Relative paths are meant against the
    folder in which the index was built; there, nothing that has not changed is read again. Raises UsageError where one
    of the paths is gone, IndexMissing or IndexMismatch where there is no index that says what it was built from, and
    what `build` raises.
    """
    manifest = live_manifest(index_dir)
    here = as_recorded([Path.cwd()])[0] == manifest.folder
    paths = [Path(path) if here else Path(manifest.folder, path) for path in manifest.paths]
    for path in paths:
        if not is_there(path):
            raise UsageError(
                f"{path}: the index was built from it, and it is gone; put it back, or build from other folders: "
                f"{build_command(index_address(index_dir))}"
            )
    return build(
        chain(paths, extra),
        index_dir,
        encoder=manifest.encoder if encoder is None else encoder,
        settings=EncoderSettings.of_manifest(manifest.parameters),
        progress=progress,
        reader=reader,
    )


# --- notices to an index -----------------------------------------------------------------------


def _nothing_changed(reading: Reading, previous: Previous | None, described: Manifest) -> bool:
    """Whether the live generation already is what this build would make."""
    return (
        previous is not None
        and reading.parsed == 0
        and reading.kept == previous.archive.n_sources
        and sorted(reading.skipped, key=lambda file: file.path) == previous.archive.skipped()
        and previous.manifest.parameters == described.parameters
        and (previous.manifest.encoder, previous.manifest.encoder_sha256)
        == (described.encoder, described.encoder_sha256)
        and previous.is_as_described
    )


def _collections(manifest: Manifest) -> str | None:
    """What the collections of notices were assigned by, where that was set up."""
    return dict(manifest.parameters).get(COLLECTIONS)


def _described(encoder: DeferredEncoder, paths: tuple[str, ...], access: Access | None) -> Manifest:
    """The manifest of this build, as far as it is known before anything is read."""
    collections = {COLLECTIONS: access.assignment_sha256} if access else {}
    return Manifest(
        schema_version=SCHEMA_VERSION,
        encoder=encoder.name,
        encoder_sha256=encoder.sha256,
        dim=0,
        corpus_sha256="",
        n_notices=0,
        n_clauses=0,
        parameters=tuple(sorted((_parameters(encoder.settings) | collections).items())),
        files=(),  # known once they are written
        built_at=datetime.now(UTC).isoformat(timespec="seconds"),
        paths=paths,
        folder=as_recorded([Path.cwd()])[0],
    )


def _parameters(settings: EncoderSettings) -> dict[str, str]:
    """What the index depends on besides files and encoder: the code that parses, the code that stores, the settings."""
    return {"parser": _parser(), "storage": _digest_of("index", "vocabulary", "characters.py"), **settings.parameters()}


def _parser() -> str:
    """The digest of everything that makes a notice of a file, so that an edited rule parses every file again."""
    return _digest_of("records", "sources", "notices", "duplicates", "corrections/values.py", "corrections/applying.py")


def _same_parser(previous: Previous | None) -> bool:
    """Whether what the previous generation holds of a file is what would be read from it today."""
    return previous is not None and dict(previous.manifest.parameters).get("parser") == _parser()


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

"""Following files and folders: the index is brought up to date whenever what lies there has changed and come to rest."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from os.path import realpath
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, TypeAlias

from watchfiles import watch as changes_in

from indexer.address import IndexAddress, folder_of
from indexer.build import BuildReport, build
from indexer.corrections import CORRECTIONS
from indexer.errors import NothingToIndex, TiaowenError
from indexer.index.generations import UPLOADS, WITHDRAWN
from indexer.sources import files_below, find_files

if TYPE_CHECKING:
    from threading import Event

    from indexer.index.encoder import Encoder
    from indexer.index.encoder_settings import EncoderSettings

__all__ = ["Rebuild", "follow"]

# By path, of every file that is followed: its size, its time of change, and when the system last saw it changed, which no
# program sets: a file copied over with its old time, or while the clock was set back, is another one.
_State: TypeAlias = Mapping[str, tuple[int, int, int]]

# Seconds in which no file may change before the folder is read: a file that is still being written grows meanwhile.
SETTLE_SECONDS = 1.0
# Seconds after which a rebuild that failed is tried again though nothing changed: another build may have held the index.
RETRY_SECONDS = 10.0
# Seconds after which what has come to rest is read though other files still change, as under a crawler; those are left
# out until they rest too.
MOST_WAIT_SECONDS = 30.0
_TICK_MS = 250


@dataclass(frozen=True, slots=True)
class Rebuild:
    """One attempt to bring the index up to date: what it did, or why it could not be done."""

    changed: tuple[str, ...]  # files new, changed or gone since the attempt before, by path; at first all files
    report: BuildReport | None
    error: str | None  # one line; the index stays as it was, and following goes on


def follow(
    paths: Sequence[Path],
    index_dir: IndexAddress,
    *,
    encoder: Encoder | str | None = None,
    settings: EncoderSettings | None = None,
    settle_seconds: float = SETTLE_SECONDS,
    stop: Event | None = None,
) -> Iterator[Rebuild]:
    """Builds the index and builds it again after every change; each build is yielded. Ends when `stop` is set.

    Changes are those of files below the folders, new files and files that are gone, as the system reports them
    (watchfiles); a network drive that reports none is polled if the environment has WATCHFILES_FORCE_POLLING=1.
    Files are read when all have kept size and time for `settle_seconds`. What goes wrong is yielded, and does not end
    it; what is uploaded to the index or corrected in it by hand counts as a change, too; only at the start are UsageError and EncoderError raised, for paths that do not exist, an index that cannot be
    written and an encoder that cannot be loaded.
    """
    find_files(paths)  # raises for what is not there
    own = folder_of(index_dir).resolve()
    with suppress(OSError):  # the build that comes first says why
        own.mkdir(parents=True, exist_ok=True)
    ticks = changes_in(
        *_watched([*paths, *filter(Path.is_dir, [own])]),
        watch_filter=lambda _, path: _concerns(Path(path), own),
        debounce=_TICK_MS,
        rust_timeout=_TICK_MS,
        yield_on_timeout=True,
        stop_event=stop,
        raise_interrupt=True,
    )
    done: _State = {}
    seen, seen_at = _state(paths, own), monotonic()
    waiting_since: float | None = seen_at  # None while nothing has changed
    failed_at: float | None = None
    first = True
    for changes in ticks:
        now = monotonic()
        if changes or (failed_at is not None and now - failed_at >= RETRY_SECONDS):
            waiting_since = waiting_since or now
        if waiting_since is None or now - seen_at < settle_seconds:
            continue
        state = _state(paths, own)
        moving = _changed(seen, state)
        seen, seen_at = state, now
        if moving and now - waiting_since < MOST_WAIT_SECONDS:
            continue
        settled = {path: found for path, found in state.items() if path not in moving}
        if first or settled != done or failed_at is not None:
            chosen = [Path(path) for path in settled] if moving else paths
            outcome = _attempt(chosen, paths, index_dir, (encoder, settings), _changed(done, settled), first=first)
            failed_at = None if outcome.error is None else monotonic()
            first, done = False, settled
            yield outcome
        waiting_since = now if moving else None


def _attempt(
    paths: Sequence[Path],
    given: Sequence[Path],
    index_dir: IndexAddress,
    encoder: tuple[Encoder | str | None, EncoderSettings | None],
    changed: tuple[str, ...],
    *,
    first: bool,
) -> Rebuild:
    """A build whose failure is part of what is returned; the first one raises, unless there is nothing to read yet."""
    try:
        report = build(paths, index_dir, encoder=encoder[0], settings=encoder[1], given=given)
        return Rebuild(changed, report, None)
    except NothingToIndex as error:
        return Rebuild(changed, None, str(error))
    except (TiaowenError, OSError) as error:  # a file may vanish between being listed and being read
        if first:
            raise
        return Rebuild(changed, None, str(error))


def _watched(paths: Iterable[Path]) -> list[Path]:
    """What to have reported: folders as they are, and the folders of single files, which editors replace whole."""
    return sorted({path if path.is_dir() else path.absolute().parent for path in paths})


def _state(paths: Iterable[Path], own: Path) -> _State:
    """Size and time of change of every file there is; hidden files and those of the index's generations are left out."""
    files = chain(
        chain.from_iterable(_files(path, own) for path in paths),
        _files(own / UPLOADS, own / UPLOADS / WITHDRAWN),
        [own / CORRECTIONS],
    )
    return {
        file.as_posix(): (found.st_size, found.st_mtime_ns, found.st_ctime_ns)
        for file in files
        if (found := _stat(file)) is not None
    }


def _concerns(path: Path, own: Path) -> bool:
    """Whether a build depends on the file: on those outside the index's folder, on uploads, on corrections by hand."""
    return not path.is_relative_to(own) or path == own / CORRECTIONS or path.is_relative_to(own / UPLOADS)


def _files(path: Path, own: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    yield from files_below(path, enter=lambda folder: not Path(realpath(folder)).is_relative_to(own))


def _stat(file: Path) -> os.stat_result | None:
    try:
        return file.stat()
    except OSError:  # gone, or a link to nothing
        return None


def _changed(before: _State, after: _State) -> tuple[str, ...]:
    """The files that are new, changed or gone."""
    return tuple(sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path)))

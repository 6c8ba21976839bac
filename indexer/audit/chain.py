"""Lines of JSON in a folder `audit` beside the index, a segment a month, each line with the SHA-256 of the line before.

A line that is changed, taken out or put in breaks the chain at that place. The first line of a segment carries the hash of
the last line of the segment before it, so that a whole month can be dropped: what stays of it in `dropped.jsonl` is its
name, its first and its last hash. Lines cut off at the very end leave no break: whoever wants to see that notes the last
hash, which `check` tells, somewhere else.

All writers hold the same lock, so several processes write one chain. A writer that is killed leaves a torn line: it stays,
the chain goes on behind it, and `check` names it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
from msgspec import Struct

from indexer.address import IndexAddress, folder_of
from indexer.audit.records import Event
from indexer.authorship import now
from indexer.errors import AuditFault, UsageError
from indexer.journal import appending, stored

__all__ = ["AUDIT", "Chain", "Checked", "Dropped", "chain_of"]

AUDIT = "audit"

_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])")
_START = "0" * 64
_TAIL = 1 << 16


class _Line(Struct, frozen=True, omit_defaults=True):
    before: str  # SHA-256 of the line before, hex
    event: Event | None = None  # None: the first line of a segment


class Dropped(Struct, frozen=True):
    """What stays of a segment that was dropped."""

    month: str
    first_before: str  # what its first line carried
    last: str  # the hash of its last line
    n_events: int
    dropped_at: str


class Checked(Struct, frozen=True):
    """What the chain looks like."""

    n_events: int
    n_segments: int
    n_dropped: int  # segments
    last: str  # the hash of the last line
    broken: tuple[str, ...]  # one line for each place where it does not hold
    torn: tuple[str, ...]  # one line for each line that a writer was killed in


def chain_of(index_dir: IndexAddress | str) -> Chain:
    """The chain of the index."""
    return Chain(folder_of(index_dir) / AUDIT)


class Chain:
    """The segments in a folder, which may be absent."""

    def __init__(self, folder: Path) -> None:
        """Nothing is written before the first event."""
        self.folder = folder

    def append(self, event: Event) -> None:
        """Add the event; it is on disk when this returns. Raises AuditFault where it cannot be written."""
        try:
            with self._lock():
                path = self._segment(event.at[:7])
                with appending(path, private=True) as file:
                    last = _last_line(file.tail, file.size)
                    torn = bool(last) and not last.endswith(b"\n")
                    line = _Line(_hash(last.rstrip(b"\n")), event)
                    file.add(b"\n" * torn + msgspec.json.encode(line) + b"\n")
        except (OSError, UsageError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            raise AuditFault(
                f"{self.folder}: what was asked cannot be written down ({reason}), so nothing is shown; make room or mend "
                "its permissions, or switch the audit off in access.toml"
            ) from error

    def events(self) -> Iterator[Event]:
        """All events in the order in which they came; raises UsageError where a segment cannot be read."""
        for month in self.months():
            for line in stored(self._path(month)).split(b"\n"):
                found = _line(line)
                if found is not None and found.event is not None:
                    yield found.event

    def months(self) -> list[str]:
        """The segments that there are, the earliest first."""
        if not self.folder.is_dir():
            return []
        return sorted(path.stem for path in self.folder.glob("*.jsonl") if _MONTH.fullmatch(path.stem))

    def dropped(self) -> list[Dropped]:
        """What stays of the segments that were dropped, in that order; raises UsageError where a line makes no sense."""
        path = self.folder / "dropped.jsonl"
        try:
            return [msgspec.json.decode(line, type=Dropped) for line in stored(path).splitlines() if line.strip()]
        except msgspec.DecodeError as error:
            raise UsageError(f"{path}: a line is damaged ({error}); put the file back from a backup") from error

    def check(self) -> Checked:
        """Whether every line follows from the one before, also across months and over those that were dropped."""
        broken: list[str] = []
        torn: list[str] = []
        n_events, last = 0, _START
        gone = {each.month: each for each in self.dropped()}
        months = self.months()
        for month in sorted({*months, *gone}):
            if month not in months:
                if gone[month].first_before != last:
                    broken.append(f"{month}: was dropped, and does not follow from what stands before it")
                last = gone[month].last
                continue
            for number, line in enumerate(stored(self._path(month)).rstrip(b"\n").split(b"\n"), 1):
                found = _line(line)
                where = f"{self._path(month).name}:{number}"
                if found is None:
                    torn.append(f"{where}: is no whole line; a writer was killed in it, or it was changed")
                elif found.before != last:
                    broken.append(f"{where}: does not follow from the line before it")
                n_events += found is not None and found.event is not None
                last = _hash(line)
        return Checked(n_events, len(months), len(gone), last, tuple(broken), tuple(torn))

    def drop_before(self, month: str) -> list[Dropped]:
        """Drop the segments of all months before this one, never the latest; gives what stays of them.

        Raises UsageError for what is no month, where the chain is broken (then it is evidence), and where a file cannot be
        removed.
        """
        if not _MONTH.fullmatch(month):
            raise UsageError(f"{month}: is no month; write one such as 2026-03")
        with self._lock():
            checked = self.check()
            if checked.broken:
                raise UsageError(
                    f"{self.folder}: the chain is broken ({checked.broken[0]}); look at that before anything is dropped"
                )
            return [self._drop(each) for each in self.months()[:-1] if each < month]

    # -------------------------------------------------------------------------------------------

    def _drop(self, month: str) -> Dropped:
        path = self._path(month)
        lines = stored(path).rstrip(b"\n").split(b"\n")
        found = [line for line in map(_line, lines) if line is not None]
        if not found:
            raise UsageError(f"{path}: holds no whole line; look at that before it is dropped")
        stub = Dropped(month, found[0].before, _hash(lines[-1]), sum(line.event is not None for line in found), now())
        # First what stays, then what goes: a crash in between leaves both, and the segment counts.
        with appending(self.folder / "dropped.jsonl", private=True) as file:
            file.add(msgspec.json.encode(stub) + b"\n")
        try:
            path.unlink()
        except OSError as error:
            raise UsageError(f"{path}: cannot be removed ({error.strerror}); check its permissions") from error
        return stub

    def _segment(self, month: str) -> Path:
        """The segment to write to, begun where it is new; never one before the latest, should the clock go back."""
        months = self.months()
        latest = months[-1] if months else ""
        path = self._path(max(month, latest))
        if path.exists():
            return path
        if latest:
            held = stored(self._path(latest))
            before = _hash(held.rstrip(b"\n").rsplit(b"\n", 1)[-1])
        else:
            gone = self.dropped()
            before = max(gone, key=lambda each: each.month).last if gone else _START
        with appending(path, private=True) as file:
            file.add(msgspec.json.encode(_Line(before)) + b"\n")
        return path

    def _path(self, month: str) -> Path:
        return self.folder / f"{month}.jsonl"

    @contextmanager
    def _lock(self) -> Iterator[None]:
        """While held, nobody else writes; the folder is made if absent, for its owner alone."""
        self.folder.mkdir(mode=0o700, parents=False, exist_ok=True)
        handle = os.open(self.folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)


def _last_line(tail: Callable[[int], bytes], size: int) -> bytes:
    """The last line of a file with its end, if it has one, read from behind."""
    wanted = _TAIL
    while True:
        found = tail(wanted)
        at = found.rstrip(b"\n").rfind(b"\n")
        if at >= 0 or len(found) >= size:
            return found[at + 1 :]
        wanted *= 4


def _line(line: bytes) -> _Line | None:
    try:
        return msgspec.json.decode(line, type=_Line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _hash(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()

"""Files of complex formats, read in a process of their own that may be slow, grow or die without harm to this one.

A PDF can be written to take hours or all memory, and no check before reading it finds that out; the libraries that
read it are written in C in part. The process is started once and reads file after file.
"""

from __future__ import annotations

import atexit
import os
import pickle
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO, Any, TypeAlias

from indexer.errors import UnreadableNotice
from indexer.records import RawNotice, Source

__all__ = ["MAX_MEMORY_BYTES", "MAX_SECONDS", "Answer", "Reader", "read_bounded", "receive", "send"]

# How long one file may take, and how much memory its reader may use, in seconds and bytes: far more than the largest
# notice needs, for what is too large is refused for a reason of its own before.
MAX_SECONDS = 180.0
MAX_MEMORY_BYTES = 2 * 1024 * 1024 * 1024
_GRACE_SECONDS = 10.0  # after which the process ends itself: whoever started it may have been killed
_FILES_PER_PROCESS = 500  # a new one after so many, for what libraries do not give back
_LENGTH = 8  # bytes that say how long a message is

# A notice, or in one line why there is none; and whether the process should not read another file.
Answer: TypeAlias = tuple[RawNotice | str, bool]


class Reader:
    """A process that reads one file after another; started when the first file comes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._n_read = 0

    def read(self, format_: str, source: Source, content: bytes) -> RawNotice:
        """The file as the reader of its format gives it; raises UnreadableNotice, also where a limit is reached."""
        with self._lock:
            process = self._running()
            late = threading.Event()

            def stop() -> None:
                late.set()
                process.kill()

            clock = threading.Timer(MAX_SECONDS, stop)
            clock.start()
            try:
                answer = _ask(process, (format_, source, content))
            finally:
                clock.cancel()
            if answer is None:
                self.close()
                raise UnreadableNotice(source.path, _why(late=late.is_set()))
            self._n_read += 1
            found, is_exhausted = answer
            if is_exhausted or self._n_read >= _FILES_PER_PROCESS:
                self.close()
        if isinstance(found, str):
            raise UnreadableNotice(source.path, found)
        return found

    def close(self) -> None:
        """End the process; the next file starts another."""
        process, self._process, self._n_read = self._process, None, 0
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:  # what was not sent is of no use any more
                    continue
        process.wait()

    def forget(self) -> None:
        """Leave the process to whom it belongs: called in a copy of this program made by a fork."""
        self._lock, self._process, self._n_read = threading.Lock(), None, 0

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self.close()
            package = Path(__file__).resolve().parents[2]
            path = os.pathsep.join(filter(None, [str(package), os.environ.get("PYTHONPATH", "")]))
            self._process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "indexer.sources.bounded_process",
                    str(MAX_MEMORY_BYTES),
                    str(MAX_SECONDS + _GRACE_SECONDS),
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": path},
            )
        return self._process


_READER = Reader()
atexit.register(_READER.close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_READER.forget)


def read_bounded(format_: str, source: Source, content: bytes) -> RawNotice:
    """The file as the reader of its format gives it, within `MAX_SECONDS` and `MAX_MEMORY_BYTES`.

    Raises UnreadableNotice where the reader does and where a limit is reached. Memory is not limited on systems
    without POSIX resource limits.
    """
    return _READER.read(format_, source, content)


def _why(*, late: bool) -> str:
    if late:
        return f"took longer than {MAX_SECONDS:.0f} s to read, the most that is given to one file; not read"
    return f"made its reader break off, by damage or by needing more than {MAX_MEMORY_BYTES // 1024**3} GB; not read"


def _ask(process: subprocess.Popen[bytes], question: tuple[str, Source, bytes]) -> Answer | None:
    """The process's answer, None where it died over it."""
    if process.stdin is None or process.stdout is None:
        return None
    try:
        send(process.stdin, question)
    except OSError:
        return None
    answer: Answer | None = receive(process.stdout)
    return answer


def send(pipe: IO[bytes], message: object) -> None:
    """Write a message with its length before it."""
    packed = pickle.dumps(message)
    pipe.write(len(packed).to_bytes(_LENGTH, "little") + packed)
    pipe.flush()


def receive(pipe: IO[bytes]) -> Any:  # noqa: ANN401 - whatever the other side sent
    """The next message, None at the end of the pipe."""
    head = pipe.read(_LENGTH)
    if len(head) < _LENGTH:
        return None
    packed = pipe.read(n := int.from_bytes(head, "little"))
    return pickle.loads(packed) if len(packed) == n else None

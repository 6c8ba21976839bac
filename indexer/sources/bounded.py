"""Files of complex formats, read in a process of their own that may be slow, grow or die without harm to this one.

A PDF can be written to take hours or all memory, and no check before reading it finds that out; the libraries that
read it are written in C in part. The process is started once and reads file after file. What it answers is decoded as
records and as nothing else: a file that takes the process over gets no further.
"""

from __future__ import annotations

import atexit
import os
import pickle
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO, Generic, TypeVar

import msgspec

from indexer.errors import UnreadableNotice
from indexer.records import RawNotice, Source

__all__ = ["MAX_MEMORY_BYTES", "MAX_SECONDS", "Reader", "file_reader", "read_bounded", "reader_of", "receive", "send"]

# How long one file may take, and how much memory its reader may use, in seconds and bytes: far more than the largest
# notice needs, for what is too large is refused for a reason of its own before.
MAX_SECONDS = 180.0
MAX_MEMORY_BYTES = 2 * 1024 * 1024 * 1024
_GRACE_SECONDS = 10.0  # after which the process ends itself: whoever started it may have been killed
_FILES_PER_PROCESS = 500  # a new one after so many, for what libraries do not give back
_LENGTH = 8  # bytes that say how long a message is

_Found = TypeVar("_Found")


class Reader(Generic[_Found]):
    """A process that reads one file after another; started when the first file comes."""

    def __init__(self, program: str, answers: type[_Found]) -> None:
        """`program` is the module that the process runs, which gives `answers` to what it is asked."""
        self._program = program
        self._decoder = msgspec.msgpack.Decoder(tuple[answers, bool])  # type: ignore[valid-type]
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._n_read = 0

    def ask(self, path: str, question: object) -> _Found:
        """What the process answers about the file of that path; raises UnreadableNotice where a limit is reached."""
        with self._lock:
            process = self._running()
            late = threading.Event()

            def stop() -> None:
                late.set()
                process.kill()

            clock = threading.Timer(MAX_SECONDS, stop)
            clock.start()
            try:
                answer = self._answer(process, question)
            finally:
                clock.cancel()
            if answer is None:
                self.close()
                raise UnreadableNotice(path, _why(late=late.is_set()))
            self._n_read += 1
            found, is_exhausted = answer
            if is_exhausted or self._n_read >= _FILES_PER_PROCESS:
                self.close()
        return found

    def _answer(self, process: subprocess.Popen[bytes], question: object) -> tuple[_Found, bool] | None:
        """The process's answer, None where it died over it, or says what is no answer."""
        if process.stdin is None or process.stdout is None:
            return None
        try:
            send(process.stdin, pickle.dumps(question))
        except OSError:
            return None
        message = receive(process.stdout)
        try:
            return None if message is None else self._decoder.decode(message)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return None

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
                    self._program,
                    str(MAX_MEMORY_BYTES),
                    str(MAX_SECONDS + _GRACE_SECONDS),
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": path},
            )
        return self._process


def reader_of(program: str, answers: type[_Found]) -> Reader[_Found]:
    """A reader that ends with this process, and that a fork of it does not use."""
    reader = Reader(program, answers)
    atexit.register(reader.close)
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=reader.forget)
    return reader


def file_reader() -> Reader[RawNotice | str]:
    """A reader of files: it gives a notice, or in one line why there is none."""
    return reader_of("indexer.sources.bounded_process", RawNotice | str)  # type: ignore[arg-type]


_READER = file_reader()


def read_bounded(format_: str, source: Source, content: bytes) -> RawNotice:
    """The file as the reader of its format gives it, within `MAX_SECONDS` and `MAX_MEMORY_BYTES`.

    Formats are pdf, docx, xlsx, html and text. Raises UnreadableNotice where the reader does and where a limit is reached.
    Memory is not limited on systems without POSIX resource limits.
    """
    found = _READER.ask(source.path, (format_, source, content))
    if isinstance(found, str):
        raise UnreadableNotice(source.path, found)
    return found


def _why(*, late: bool) -> str:
    if late:
        return f"took longer than {MAX_SECONDS:.0f} s to read, the most that is given to one file; not read"
    return f"made its reader break off, by damage or by needing more than {MAX_MEMORY_BYTES // 1024**3} GB; not read"


def send(pipe: IO[bytes], message: bytes) -> None:
    """Write a message with its length before it."""
    pipe.write(len(message).to_bytes(_LENGTH, "little") + message)
    pipe.flush()


def receive(pipe: IO[bytes]) -> bytes | None:
    """The next message, None at the end of the pipe."""
    head = pipe.read(_LENGTH)
    if len(head) < _LENGTH:
        return None
    message = pipe.read(n := int.from_bytes(head, "little"))
    return message if len(message) == n else None

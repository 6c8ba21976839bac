"""The process that `bounded` starts: reads files from its standard input until that ends, within its memory.

python -m indexer.sources.bounded_process MEMORY_BYTES SECONDS
"""

from __future__ import annotations

import logging
import os
import pickle
import signal
import sys
import warnings
from collections.abc import Callable
from typing import TypeVar

import msgspec

from indexer.errors import UnreadableNotice
from indexer.records import RawNotice, Source
from indexer.sources.bounded import receive, send

__all__ = ["broken_off", "main"]

_Read = TypeVar("_Read")


def main(answer: Callable[..., tuple[object, bool]] | None = None) -> None:
    """Give the answer to each question until there is none: by default to (format, source, bytes)."""
    answer = answer or _answer
    _limit_memory(int(sys.argv[1]))
    logging.disable()
    warnings.simplefilter("ignore")
    # What a library prints must not come between the messages.
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    while (question := receive(sys.stdin.buffer)) is not None:
        _end_after(float(sys.argv[2]))
        send(out, _encoded(answer(*pickle.loads(question))))
        _end_after(0)


def _encoded(answer: tuple[object, bool]) -> bytes:
    try:
        return msgspec.msgpack.encode(answer)
    except UnicodeEncodeError:
        return msgspec.msgpack.encode(("holds half a character, which no text can be made of; not read", False))


def _answer(format_: str, source: Source, content: bytes) -> tuple[RawNotice | str, bool]:
    return broken_off(lambda: _reader(format_)(source, content))


def broken_off(read: Callable[[], _Read]) -> tuple[_Read | str, bool]:
    """What is read, or why it is not, in one line; and whether the process should not read another file."""
    try:
        return read(), False
    except UnreadableNotice as error:
        return error.reason, False
    except MemoryError:
        return "needs more memory to read than is given to one file; not read", True
    except RecursionError:
        return "is nested too deep; not read", True
    except Exception as error:  # a damaged file makes libraries stumble in ways that nobody can list
        return f"is damaged ({type(error).__name__} while reading); save it again and add that file", True


def _reader(format_: str) -> Callable[[Source, bytes], RawNotice]:
    if format_ == "pdf":
        from indexer.sources.pdf import read_pdf

        return read_pdf
    if format_ == "docx":
        from indexer.sources.docx import read_docx

        return read_docx
    if format_ == "html":
        from indexer.sources.html import read_html

        return read_html
    if format_ == "text":
        from indexer.sources.text import read_text

        return read_text
    from indexer.sources.xlsx import read_xlsx

    return read_xlsx


def _end_after(seconds: float) -> None:
    """Have the system end this process then, whatever it is at; 0 for never."""
    if hasattr(signal, "setitimer"):  # POSIX
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _limit_memory(n_bytes: int) -> None:
    try:
        import resource
    except ImportError:  # no POSIX
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (n_bytes, hard))


if __name__ == "__main__":
    main()

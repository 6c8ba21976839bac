"""What a command writes: results to stdout, everything else to stderr.

Stdout is UTF-8 whatever the locale, as JSON is.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from indexer.errors import TiaowenError
from indexer.logs import told

if TYPE_CHECKING:
    import argparse

__all__ = ["ProgressBar", "is_read", "output", "say", "wants_json", "write", "write_all", "write_json"]

_LOG = logging.getLogger("indexer")
_SAID_EVERY_S = 5.0  # progress in a log


def wants_json(options: argparse.Namespace) -> bool:
    """Machine output where it was asked for, or where no person is looking."""
    return bool(options.json) or not sys.stdout.isatty()


def is_read() -> bool:
    """Whether a person is looking at what is said beside the output."""
    return sys.stderr.isatty()


def write_json(value: object) -> None:
    """Write one JSON object in a line."""
    write(json.dumps(value, ensure_ascii=False))


def write(text: str) -> None:
    """Write lines, at once where a person is looking."""
    with output():
        print(text, flush=sys.stdout.isatty())


def write_all(shown: Iterable[str | dict[str, object]]) -> None:
    """Write lines as they are, and objects as JSON."""
    for each in shown:
        if isinstance(each, str):
            write(each)
        else:
            write_json(each)


@contextmanager
def output() -> Iterator[None]:
    """Writing to stdout; raises BrokenPipeError where the reader has gone, else TiaowenError for one that fails."""
    try:
        yield
    except OSError as error:
        # What is still buffered would fail once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            raise
        raise TiaowenError(f"standard output cannot be written ({error.strerror}); the output is incomplete") from error


def say(line: str) -> None:
    """Say a line to whoever reads stderr, or to the log."""
    _LOG.info("%s", line)


class ProgressBar:
    """A bar on stderr that follows the stages of a build; in a log of JSON lines a record every few seconds."""

    def __init__(self) -> None:
        from tqdm import tqdm

        self._said = ("", 0.0)
        self._bar = tqdm(
            file=sys.stderr,
            dynamic_ncols=True,
            leave=False,
            disable=not sys.stderr.isatty() or _LOG.isEnabledFor(logging.DEBUG),
        )

    def __enter__(self) -> ProgressBar:
        return self

    def __exit__(self, *exception: object) -> None:
        self._bar.close()

    def show(self, stage: str, done: int, total: int) -> None:
        """Show how far a stage is."""
        self._bar.set_description(stage)
        self._bar.total = total
        self._bar.n = done
        self._bar.refresh()
        if self._bar.disable and (stage != self._said[0] or time.monotonic() - self._said[1] > _SAID_EVERY_S):
            self._said = (stage, time.monotonic())
            _LOG.debug("%s %d of %d", stage, done, total, extra=told(stage=stage, done=done, total=total))

"""Lines of JSON that several processes add to and none changes: what was written stays, also where one is killed meanwhile.

A line is written at once under an exclusive lock on the file. A line that a crash cut off is closed by the next writer, and
counted by every reader.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from indexer.errors import UsageError

__all__ = ["append", "entries"]


def append(path: Path, entry: Mapping[str, Any]) -> None:
    """Add one line to the file, which is made where it is absent; raises UsageError where it cannot be written."""
    line = json.dumps(entry, ensure_ascii=False).encode() + b"\n"
    try:
        with path.open("ab+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if file.seek(0, os.SEEK_END):
                file.seek(-1, os.SEEK_END)
                if file.read(1) != b"\n":
                    line = b"\n" + line
            file.write(line)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({error.strerror}); make its folder writable") from error


def entries(path: Path) -> tuple[list[dict[str, Any]], int]:
    """Every whole entry in order, and how many lines are none; nothing where there is no file."""
    try:
        text = path.read_bytes().decode("utf-8", errors="replace")
    except FileNotFoundError:
        return [], 0
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}); make it readable") from error
    found: list[dict[str, Any]] = []
    damaged = 0
    for line in filter(None, text.split("\n")):
        try:
            entry = json.loads(line)
        except json.JSONDecodeError:
            entry = None
        if isinstance(entry, dict):
            found.append(entry)
        else:
            damaged += 1
    return found, damaged

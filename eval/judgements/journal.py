"""Lines of JSON that several processes add to and none changes: what was written stays, also where one is killed meanwhile.

They are added as `indexer/journal.py` does. A line that a crash cut off is closed by the next writer, and counted by every
reader.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from indexer import journal

__all__ = ["append", "entries"]


def append(path: Path, entry: Mapping[str, Any]) -> None:
    """Add one line to the file, which is made where it is absent; raises UsageError where it cannot be written."""
    line = json.dumps(entry, ensure_ascii=False).encode()
    journal.append(path, lambda _: (None, [line]))


def entries(path: Path) -> tuple[list[dict[str, Any]], int]:
    """Every whole entry in order, and how many lines are none; nothing where there is no file."""
    text = journal.stored(path).decode("utf-8", errors="replace")
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

"""The file of corrections by hand: `corrections.jsonl` in the index's folder, a line for each and for each taken back.

Lines are only ever added. Whoever adds one holds a lock on the file, writes it whole, and has it on disk before going on.
Where the disk is full, what was written of a line is taken back. A writer that is killed in between leaves a line without its end: it is kept out and named, and the next line begins
behind it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Struct

from indexer.address import IndexAddress, folder_of
from indexer.appending import append_line, read_whole
from indexer.index.correction_rows import correction_of_values
from indexer.records import CorrectedField, HandCorrection

__all__ = ["CORRECTIONS", "OnFile", "TakenBack", "append", "read_corrections"]

CORRECTIONS = "corrections.jsonl"


class TakenBack(Struct, frozen=True):
    """Who took a correction back, and when."""

    taken_back: str  # the correction's id
    made_at: str  # ISO 8601, UTC
    made_by: str
    note: str = ""


_Line = TypeVar("_Line", HandCorrection, TakenBack)


class OnFile(Struct, frozen=True):
    """All that was ever corrected, in the order in which it was."""

    corrections: tuple[HandCorrection, ...] = ()
    taken_back: Mapping[str, TakenBack] = {}  # by the correction's id
    damaged: tuple[str, ...] = ()  # one line for each line of the file that is kept out

    def in_force(self) -> dict[str, tuple[HandCorrection, ...]]:
        """By doc_id the corrections that hold: of each field the last one that was not taken back, in order."""
        last: dict[tuple[str, str | None, CorrectedField], HandCorrection] = {}
        for correction in self.corrections:
            if correction.correction_id not in self.taken_back:
                key = (correction.doc_id, correction.clause_id, correction.field)
                last.pop(key, None)  # the later one stands later, too
                last[key] = correction
        found: dict[str, list[HandCorrection]] = {}
        for correction in last.values():
            found.setdefault(correction.doc_id, []).append(correction)
        return {doc_id: tuple(corrections) for doc_id, corrections in found.items()}


def read_corrections(index_dir: IndexAddress | str) -> OnFile:
    """What is on file for the index; nothing where there is no file yet. Raises UsageError where it cannot be read."""
    path = folder_of(index_dir) / CORRECTIONS
    return _on_file(path, read_whole(path))


def append(index_dir: Path, make: Callable[[OnFile], _Line]) -> _Line:
    """Add the line that `make` gives for what is on file; gives it back once it is on disk.

    Nobody else writes in between. Raises UsageError where the file cannot be written, and whatever `make` raises.
    """
    path = index_dir / CORRECTIONS

    def made(stored: bytes) -> tuple[_Line, bytes]:
        line = make(_on_file(path, stored))
        return line, msgspec.json.encode(line)

    return append_line(path, made)


def _on_file(path: Path, stored: bytes) -> OnFile:
    """What the lines say; a line that is not whole or says something else is named and kept out."""
    corrections: list[HandCorrection] = []
    taken_back: dict[str, TakenBack] = {}
    damaged: list[str] = []
    for number, line in enumerate(stored.split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            values = json.loads(line)
            if isinstance(values, dict) and "taken_back" in values:
                back = msgspec.convert(values, TakenBack)
                taken_back[back.taken_back] = back
            else:
                corrections.append(correction_of_values(values))
        except (ValueError, RecursionError):
            damaged.append(f"{path}:{number}: is no whole correction; it is kept out, write it down again")
    return OnFile(tuple(corrections), taken_back, tuple(damaged))

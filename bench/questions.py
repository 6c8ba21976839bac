"""Questions for measuring: what staff asked of public clauses, written for this project and kept beside it."""

from __future__ import annotations

import json
from pathlib import Path

from indexer.errors import UsageError

__all__ = ["staff_questions"]

_WRITTEN = Path(__file__).resolve().parents[2] / "shared" / "train" / "dev.jsonl"


def staff_questions(n: int) -> list[str]:
    """The first `n` questions in staff wording; raises UsageError where they are not at hand."""
    if not _WRITTEN.is_file():
        raise UsageError(f"{_WRITTEN}: is not there; put the written questions beside the project")
    lines = _WRITTEN.read_text(encoding="utf-8").splitlines()[:n]
    return [str(json.loads(line)["staff"]) for line in lines]

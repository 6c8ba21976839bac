"""Corrections by hand: what an editor put right in a notice, who and when, kept through every build.

They stand in `corrections.jsonl` in the index's folder, outside its generations; a build applies them to what the parser
reads.

| module | idea |
|---|---|
| `store` | the file: lines are only ever added, under a lock; a line that a killed writer left torn is kept out |
| `values` | what may be written down for a field, and what the field holds |
| `applying` | a notice with its corrections |
| `editing` | one more correction, checked against the index; one taken back |
| `listing` | what is on file, and what became of it in the live generation |
"""

from __future__ import annotations

from indexer.corrections.applying import Unapplied, apply, corrected, header_values
from indexer.corrections.editing import correct, take_back
from indexer.corrections.listing import ListedCorrection, State, list_corrections, listed
from indexer.corrections.store import CORRECTIONS, OnFile, TakenBack, read_corrections

__all__ = [
    "CORRECTIONS",
    "ListedCorrection",
    "OnFile",
    "State",
    "TakenBack",
    "Unapplied",
    "apply",
    "correct",
    "corrected",
    "header_values",
    "list_corrections",
    "listed",
    "read_corrections",
    "take_back",
]

"""What whoever runs an installation needs: is all in order, what is there, what can go, and the archive as one file.

| module | idea |
|---|---|
| `doctor` | checks of this machine and of an index, each with what mends it |
| `statistics` | what an index holds, in figures |
| `cleaning` | older generations and leftovers that nobody reads any more |
| `packing` | an index with corrections and uploads as one file, and back |
"""

from __future__ import annotations

from indexer.operations.cleaning import Removed, clean
from indexer.operations.doctor import Check, Verdict, examine
from indexer.operations.packing import Packed, pack, unpack
from indexer.operations.statistics import Statistics, statistics_of

__all__ = [
    "Check",
    "Packed",
    "Removed",
    "Statistics",
    "Verdict",
    "clean",
    "examine",
    "pack",
    "statistics_of",
    "unpack",
]

"""Time and memory of `families` on the first clauses of a file, in a process of its own, so that its peak is told apart.

`python -m bench.family_growth FILE N` prints {"seconds": of one core, "megabytes": the peak above what the clauses
themselves take, "families": …}. The file has one msgspec-encoded `FamilyClause` a line.
"""

from __future__ import annotations

import itertools
import json
import resource
import sys
import time
from pathlib import Path

import msgspec

from indexer.precedents.families import FamilyClause, families

_KIB = 1024


def _resident() -> float:
    """Megabytes of this process that are in memory now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1e6


def main() -> None:
    """Print the figures as one JSON object."""
    with Path(sys.argv[1]).open("rb") as lines:
        decode = msgspec.json.Decoder(FamilyClause).decode
        clauses = [decode(line) for line in itertools.islice(lines, int(sys.argv[2]))]
    families(clauses[:100])  # what is loaded once (dictionaries, gazetteer) is not counted
    before, started = _resident(), time.process_time()
    found = families(clauses)
    seconds = time.process_time() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _KIB / 1e6
    sys.stdout.write(json.dumps({"seconds": seconds, "megabytes": peak - before, "families": len(found)}) + "\n")


if __name__ == "__main__":
    main()

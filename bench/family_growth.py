"""Time and memory of `families` on the first clauses of a file, in a process of its own, so that its peak is told apart.

`python -m bench.family_growth FILE N` prints {"seconds": of one core, "megabytes": the peak above what the clauses
themselves take, "families": …}. The file has one msgspec-encoded `FamilyClause` a line.
"""

from __future__ import annotations

import itertools
import json
import sys
import time
from pathlib import Path

import msgspec

from bench.memory import megabytes
from indexer.precedents.families import FamilyClause, families


def main() -> None:
    """Print the figures as one JSON object."""
    with Path(sys.argv[1]).open("rb") as lines:
        decode = msgspec.json.Decoder(FamilyClause).decode
        clauses = [decode(line) for line in itertools.islice(lines, int(sys.argv[2]))]
    families(clauses[:100])  # what is loaded once (dictionaries, gazetteer) is not counted
    before, started = megabytes("VmRSS"), time.process_time()
    found = families(clauses)
    seconds = time.process_time() - started
    peak = megabytes("VmHWM")
    sys.stdout.write(json.dumps({"seconds": seconds, "megabytes": peak - before, "families": len(found)}) + "\n")


if __name__ == "__main__":
    main()

"""How the time and memory of wording families grow with the archive, on clauses of public documents.

They are read from the folder beside the project; without it these measurements are skipped.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import math
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest
from msgspec.structs import replace

from indexer.errors import UnreadableNotice
from indexer.notices import parse
from indexer.precedents.families import FamilyClause
from indexer.records import Source
from indexer.sources.text import read_text

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

ROOT = Path(__file__).resolve().parents[1]
CORPORA = ROOT.parent / "shared" / "corpora"
NAMES = ("notices", "province-reports", "city-reports", "service-items", "laws")
SIZES = (10_000, 30_000, 100_000)

pytestmark = pytest.mark.skipif(not CORPORA.is_dir(), reason=f"no public documents at {CORPORA}")


def _clauses() -> Iterator[FamilyClause]:
    for name in NAMES:
        with gzip.open(CORPORA / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines):
                record = json.loads(line)
                content = f"{record['title']}\n{record['text']}".encode()
                source = Source(f"{name}/{number}", None, hashlib.sha256(content).hexdigest(), "text/plain")
                try:
                    notice = parse(read_text(source, content))
                except UnreadableNotice:
                    continue
                head = replace(notice, body="", clauses=())
                yield from (FamilyClause(clause.clause_id, clause.text, head) for clause in notice.clauses)


@pytest.fixture(scope="module")
def clause_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The clauses, shuffled, so that the first of them are of all documents alike."""
    clauses = []
    for clause in _clauses():
        clauses.append(msgspec.json.encode(clause))
        if len(clauses) == int(1.3 * SIZES[-1]):
            break
    random.Random(1).shuffle(clauses)
    path = tmp_path_factory.mktemp("families") / "clauses.jsonl"
    path.write_bytes(b"\n".join(clauses[: SIZES[-1]]))
    return path


@pytest.fixture(scope="module")
def measured() -> dict[int, float]:
    return {}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.benchmark(group="wording families, growing")
def test_families(benchmark: BenchmarkFixture, clause_file: Path, measured: dict[int, float], size: int) -> None:
    command = [sys.executable, "-m", "bench.family_growth", str(clause_file), str(size)]

    def work() -> dict[str, float]:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        found: dict[str, float] = json.loads(done.stdout)
        return found

    found = benchmark.pedantic(work, rounds=1)  # type: ignore[no-untyped-call]
    benchmark.extra_info.update(found)
    measured[size] = found["seconds"]
    growth = ""
    if size > SIZES[0]:
        exponent = math.log(measured[size] / measured[SIZES[0]]) / math.log(size / SIZES[0])
        growth = f", time grows with exponent {exponent:.2f} since {SIZES[0]:,}"
    sys.stderr.write(
        f"\n{size:,} clauses: {found['families']:.0f} families, {found['seconds']:.1f} s of one core, "
        f"{found['megabytes']:.0f} MB{growth}\n"
    )

"""How an archive behaves as it grows: built, changed and asked at several sizes, each beside the least that could be done.

`python -m bench.scale --clauses 10000 100000` grows an archive of each size from public documents (`archives.py`), builds it,
builds it again after a hundredth of its files has changed, and asks written questions; each step in a process of its own
(`scale_steps.py`). A million clauses take an hour and fifteen gigabytes of disk. `--report bench/report.md` writes the tables; without it they
go to stdout. Files lie below `--work` and are removed unless `--keep`; with `--keep` what is there is not made again.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shlex
import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench.archives import CORPORA, write_archive
from bench.scale_report import Size, report
from indexer.errors import TiaowenError

__all__ = ["machine", "measured"]

ROOT = Path(__file__).resolve().parents[1]
LIBRARIES = ("faiss-cpu", "tantivy", "numpy", "torch", "sentence-transformers", "rjieba")


def measured(sizes: list[int], work: Path) -> list[Size]:
    """The figures of each size, the smallest first; raises TiaowenError where what they are made of is not at hand."""
    found = []
    for n_clauses in sorted(sizes):
        archive, index = _archive(n_clauses, work), work / f"index-{n_clauses}"
        if not archive.exists():
            write_archive(archive, n_clauses, corpora=CORPORA)
        built = _said(index, "build", str(archive), str(index))
        found.append(Size(n_clauses, index, built, _said(index, "ask", str(index)), None))
    return [replace(size, changed=_changed(size, work)) for size in found]


def _changed(size: Size, work: Path) -> dict[str, Any]:
    return _said(size.index, "change", str(_archive(size.wanted, work)), str(size.index))


def _archive(n_clauses: int, work: Path) -> Path:
    return work / f"archive-{n_clauses}"


def _said(index: Path, *step: str) -> dict[str, Any]:
    """What a step said of the index, now or when it was taken before."""
    said = index.with_name(f"{index.name}-{step[0]}.json")
    if not said.exists():
        said.write_text(json.dumps(_step(*step)), encoding="utf-8")
    figures: dict[str, Any] = json.loads(said.read_text(encoding="utf-8"))
    return figures


def _step(*step: str) -> dict[str, Any]:
    sys.stderr.write(f"{' '.join(step)} …\n")
    command = [sys.executable, "-m", "bench.scale_steps", *step]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


def machine() -> list[str]:
    """Lines that say where, when and with what was measured."""
    processor = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    load = os.getloadavg()[2]
    return [
        f"- {datetime.now(UTC).date()}, {processor}, {os.cpu_count()} cores, {memory:.0f} GB, "
        f"load average over 15 minutes at the end {load:.1f}",
        f"- Python {platform.python_version()}, " + ", ".join(f"{name} {version(name)}" for name in LIBRARIES),
    ]


def main() -> int:
    """Measure and report; 2 where the documents are not at hand."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--clauses", type=int, nargs="+", default=[10_000, 100_000], help="the sizes (10000 100000)")
    parser.add_argument("--report", type=Path, help="write the tables here instead of to stdout")
    parser.add_argument("--work", type=Path, help="where archives and indexes lie meanwhile (a temporary folder)")
    parser.add_argument("--keep", action="store_true", help="leave them there, and use what is there")
    parser.add_argument("--remark", help="a sentence on the circumstances, for the report")
    given = parser.parse_args()
    work = given.work or Path(tempfile.mkdtemp(prefix="tiaowen-scale-"))
    work.mkdir(parents=True, exist_ok=True)
    try:
        text = report(
            measured(given.clauses, work),
            command=shlex.join(_command(given)),
            machine=[*machine(), *([f"- {given.remark}"] if given.remark else [])],
        )
    except TiaowenError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    finally:
        if not given.keep:
            shutil.rmtree(work, ignore_errors=True)
    if given.report:
        given.report.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)
    return 0


def _command(given: argparse.Namespace) -> list[str]:
    command = ["python", "-m", "bench.scale", "--clauses", *map(str, given.clauses)]
    command += ["--keep"] if given.keep else []
    return [*command, "--report", str(given.report)] if given.report else command


if __name__ == "__main__":
    sys.exit(main())

"""What takes too long for every run of the tests: kills by the hundred, ten minutes of load on the library, the app and the API.

`python -m bench.soak --report bench/soak.md` runs the tests of faults and of the contract that every index keeps, with so many
kills at random (`--kills`, 240), then each load for so many minutes (`--minutes`, 10), one after another, each in a process
of its own, and writes one report with the commands, the machine and the figures. A step that fails does not keep the others
from being run; exit status 1 where one did. `make soak` is that command.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from bench.api_load import ApiLoad
from bench.api_load import tables as tables_of_the_api
from bench.load_report import LoadReport
from eval.tables import Table

__all__ = ["Done", "Step", "main", "run", "steps", "tables"]

ROOT = Path(__file__).resolve().parents[1]
TESTS = ("test_index_contract.py", "test_faults*.py")
LEAST_KILLS = 200  # of a soak that shows something; fewer are for trying the command out


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that is run."""

    what: str
    arguments: tuple[str, ...]  # of this Python
    kills: int | None = None

    @property
    def command(self) -> str:
        """As one would type it."""
        return (f"TIAOWEN_KILLS={self.kills} " if self.kills is not None else "") + shlex.join(
            ["python", *self.arguments]
        )


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a step."""

    step: Step
    status: int
    seconds: float
    said: str  # on stdout

    @property
    def figures(self) -> dict[str, Any]:
        """The JSON object that a load prints; empty where it did not get so far."""
        lines = [line for line in self.said.splitlines() if line.startswith("{")]
        found: dict[str, Any] = json.loads(lines[-1]) if lines else {}
        return found


def steps(*, minutes: float, kills: int, tests: Sequence[str] = TESTS) -> list[Step]:
    """Everything that is run, in that order."""
    files = [path.relative_to(ROOT).as_posix() for name in tests for path in sorted((ROOT / "tests").glob(name))]
    return [
        Step("faults and the contract of indexes", ("-m", "pytest", "-q", *files), kills),
        Step("the library, 8 threads", ("-m", "bench.load", "--threads", "8", "--seconds", f"{60 * minutes:g}")),
        Step("the app, 20 readers", ("-m", "bench.app_load", "--sessions", "20", "--minutes", f"{minutes:g}")),
        Step("the API, 20 clients", ("-m", "bench.api_load", "--clients", "20", "--minutes", f"{minutes:g}")),
    ]


def run(step: Step) -> Done:
    """What comes of the step, in a process of its own."""
    sys.stderr.write(f"{step.command} …\n")
    kills = {"TIAOWEN_KILLS": str(step.kills)} if step.kills is not None else {}
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, *step.arguments], cwd=ROOT, env={**os.environ, **kills}, stdout=subprocess.PIPE, text=True, check=False
    )  # fmt: skip
    return Done(step, done.returncode, time.monotonic() - began, done.stdout)


def tables(every: Sequence[Done]) -> list[Table]:
    """The figures as the report has them; figures that a step did not print are left out, and its status says why."""
    columns = ("what", "command", "exit status", "minutes", "came of it")
    rows = tuple(
        (each.step.what, f"`{each.step.command}`", f"{each.status}", f"{each.seconds / 60:.1f}", _came_of(each))
        for each in every
    )
    found = [Table("What was run", columns, rows, "Exit status 0: everything held.", words=1)]
    loads = [each for each in every if "p95_one" in each.figures]
    if loads:
        columns = ("load", "p50, one", "p50, all", "p95, one", "p95, all", "memory before", "most")
        names = ("p50_one", "p50_all", "p95_one", "p95_all", "memory_before", "memory_most")
        rows = tuple((each.step.what, *(f"{each.figures[name]:,.0f}" for name in names)) for each in loads)
        found.append(Table("The library and the app", columns, rows, "Times in milliseconds, memory in megabytes."))
    for each in every:
        if "operations" in each.figures:
            found += tables_of_the_api(msgspec.convert(each.figures, ApiLoad, strict=False))
    return found


def _came_of(done: Done) -> str:
    if figures := done.figures:
        wrong = f"{len(figures['errors'])} errors, {figures['different']} other replies than one alone is given"
        return f"{figures['asked']:,} asked, {wrong}"
    counted = re.findall(r"\d+ (?:passed|failed|skipped|errors?|xfailed)", done.said)
    kills = f"; {done.step.kills} kills at random" if done.step.kills is not None else ""
    return (", ".join(counted) + kills) if counted else "ended before it counted anything"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run everything and write the report; exit status 1 where something did not hold."""
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0, metavar="M", help="of each load (10)")
    parser.add_argument("--kills", type=int, default=240, metavar="N", help="at random (240)")
    parser.add_argument(
        "--tests", nargs="+", default=TESTS, metavar="PATTERN", help="files of tests/ (faults, contract)"
    )
    parser.add_argument(
        "--report", type=Path, metavar="FILE", help="write the report there instead of to bench/soak.md"
    )
    options = parser.parse_args(arguments)
    if options.minutes <= 0 or options.kills < 1:
        parser.error("--minutes must be above 0, --kills 1 or more")
    path = options.report or ROOT / "bench" / "soak.md"
    given = [word for name, value in _given(options) for word in (name, value)]
    report = LoadReport("A soak", command=shlex.join(["python", "-m", "bench.soak", *given]))
    every = [run(step) for step in steps(minutes=options.minutes, kills=options.kills, tests=options.tests)]
    report.write(path, tables(every))
    sys.stderr.write(f"{path}\n")
    if options.kills < LEAST_KILLS:
        sys.stderr.write(f"{options.kills} kills are for trying this out; a soak has {LEAST_KILLS} or more\n")
    return 1 if any(each.status for each in every) else 0


def _given(options: argparse.Namespace) -> list[tuple[str, str]]:
    """The options with their values, as the report names them."""
    report = [("--report", str(options.report))] if options.report else []
    tests = [("--tests", " ".join(options.tests))] if tuple(options.tests) != TESTS else []
    return [("--minutes", f"{options.minutes:g}"), ("--kills", str(options.kills)), *tests, *report]


if __name__ == "__main__":
    sys.exit(main())

"""The order of the files of tests: the slowest begin, so that none of them runs alone at the end.

`make test` hands whole files to workers in the order in which they are collected.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol, TypeVar

__all__ = ["SLOWEST", "SLOW_SECONDS", "begin_with_slowest", "missing_among_slowest"]

# A file that takes longer than this on a quiet machine is to be among the slowest.
SLOW_SECONDS = 20.0
SLOWEST = tuple(
    f"test_{name}.py"
    for name in """
    ray watch browser_ask browser_archive browser index_contract faults_kills faults_load hostile cli invariants
    servers_access mcp uploads app_saved access_attacks ask_llm browser_evaluate browser_precedents browser_duties
    app app_archive deploy api_generated generated encoder api_limits docs browser_login fetch build app_duties access_view
    architecture app_evaluate app_ask adapt access prefilters train app_precedents
    """.split()
)


class Item(Protocol):
    """A test that was collected."""

    @property
    def path(self) -> Path:
        """The file that it stands in."""


class Report(Protocol):
    """What became of a phase of a test."""

    nodeid: str
    duration: float


Test = TypeVar("Test", bound=Item)


def begin_with_slowest(items: Iterable[Test]) -> list[Test]:
    """The tests with those of the slowest files first, in the order of the list; otherwise as they stand."""
    rank = {name: number for number, name in enumerate(SLOWEST)}
    return sorted(items, key=lambda item: rank.get(item.path.name, len(SLOWEST)))


def missing_among_slowest(reports: Iterable[Report]) -> list[tuple[str, float]]:
    """Files that took longer than SLOW_SECONDS and are not in the list, each with its seconds, slowest first."""
    seconds: defaultdict[str, float] = defaultdict(float)
    for report in reports:
        seconds[report.nodeid.partition("::")[0]] += report.duration
    found = [(file, took) for file, took in seconds.items() if took > SLOW_SECONDS and Path(file).name not in SLOWEST]
    return sorted(found, key=lambda each: -each[1])

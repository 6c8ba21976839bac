"""What `pytest bench` prints at the end: parsing speeds by length, and how long readers of the app wait."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median, quantiles

import pytest

from tests.browser_fixture import browser, chromium  # noqa: F401 (fixtures of the app's benchmark)
from tests.conftest import shared  # noqa: F401 (the folder of real notices)


@dataclass(frozen=True)
class _Speed:
    """How fast one thing was done."""

    row: str
    size: str
    megabytes: float  # of text a second
    is_baseline: bool


_SPEEDS = pytest.StashKey[list[_Speed]]()


@pytest.fixture
def note_speed(request: pytest.FixtureRequest) -> Callable[[str, str, float], None]:
    """What takes (row, size, MB of text a second) into the table; the tests named test_baseline_… are what is compared with."""
    speeds = request.config.stash.setdefault(_SPEEDS, [])
    is_baseline = request.node.name.startswith("test_baseline")
    return lambda row, size, megabytes: speeds.append(_Speed(row, size, megabytes, is_baseline))


_WAITS = pytest.StashKey[dict[str, dict[str, list[float]]]]()


@pytest.fixture
def note_wait(request: pytest.FixtureRequest) -> Callable[[str, str, float], None]:
    """What takes (what for, which one, seconds) into the tables of waits."""
    waits = request.config.stash.setdefault(_WAITS, {})
    return lambda what, one, seconds: waits.setdefault(what, {}).setdefault(one, []).append(seconds)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print what was noted."""
    for what, waits in config.stash.get(_WAITS, {}).items():
        _print_waits(terminalreporter, what, waits)
    _print_speeds(terminalreporter, config.stash.get(_SPEEDS, []))


def _print_waits(terminalreporter: pytest.TerminalReporter, what: str, waits: dict[str, list[float]]) -> None:
    """Print the seconds of each one (its median), and the median and the 95th percentile of all."""
    every = sorted(seconds for of_one in waits.values() for seconds in of_one)
    if len(every) < 2:
        return
    terminalreporter.section(f"the app, seconds {what}")
    for one, seconds in waits.items():
        terminalreporter.line(f"{median(seconds):6.2f}  {one}")
    percentile = quantiles(every, n=20, method="inclusive")[-1]
    terminalreporter.line(f"median {median(every):.2f}, 95th percentile {percentile:.2f}, of {len(every)}")


def _print_speeds(terminalreporter: pytest.TerminalReporter, speeds: list[_Speed]) -> None:
    """Print the speeds with the ratio to the baseline of the same size; a speed that stays is linear time."""
    if not speeds:
        return
    baseline = {speed.size: speed.megabytes for speed in speeds if speed.is_baseline}
    sizes = list(dict.fromkeys(speed.size for speed in speeds))
    terminalreporter.section("parsing, MB of text a second (times slower than the baseline)")
    terminalreporter.line(f"{'':24}" + "".join(f"{size:>18}" for size in sizes))
    for row in dict.fromkeys(speed.row for speed in speeds):
        found = {speed.size: speed.megabytes for speed in speeds if speed.row == row}
        cells = [_cell(found.get(size), baseline.get(size)) for size in sizes]
        terminalreporter.line(f"{row:24}" + "".join(f"{cell:>18}" for cell in cells))
    terminalreporter.line("1× is 10,000 characters of the samples; the fastest of three runs, in time of one core.")


def _cell(speed: float | None, baseline: float | None) -> str:
    if speed is None:
        return ""
    return f"{speed:.2f} ({baseline / speed:.0f})" if baseline else f"{speed:.2f}"

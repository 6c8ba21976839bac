"""The table of parsing speeds that `pytest bench` prints at the end: MB of text a second, by length."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest


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


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the speeds with the ratio to the baseline of the same size; a speed that stays is linear time."""
    speeds = config.stash.get(_SPEEDS, [])
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

"""The slowest files of tests begin, and one that has become slow is named."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.slowest_first import SLOW_SECONDS, SLOWEST, begin_with_slowest, missing_among_slowest


@dataclass(frozen=True)
class Collected:
    path: Path
    name: str = ""


@dataclass(frozen=True)
class Reported:
    nodeid: str
    duration: float


def test_every_file_of_the_list_exists_and_stands_there_once(root: Path) -> None:
    assert [name for name in SLOWEST if not (root / "tests" / name).is_file()] == []
    assert len(set(SLOWEST)) == len(SLOWEST)


def test_the_slowest_begin_and_tests_of_a_file_keep_their_order() -> None:
    quick, last, first = (Path("tests") / name for name in ("test_a_quick_one.py", SLOWEST[-1], SLOWEST[0]))
    given = [
        Collected(quick, "1"),
        Collected(last, "2"),
        Collected(first, "4"),
        Collected(first, "3"),
        Collected(quick),
    ]
    assert begin_with_slowest(given) == [given[2], given[3], given[1], given[0], given[4]]


def test_this_run_begins_with_the_slowest(request: pytest.FixtureRequest) -> None:
    files = list(dict.fromkeys(item.path.name for item in request.session.items))
    n_slow = len(set(files).intersection(SLOWEST))
    assert files[:n_slow] == [name for name in SLOWEST if name in files]


def test_a_file_that_became_slow_is_named_with_its_seconds() -> None:
    half = SLOW_SECONDS * 0.6
    reports = [Reported("tests/test_new.py::test_a", half), Reported("tests/test_other.py::test_a", half)]
    assert missing_among_slowest(reports) == []
    reports += [Reported("tests/test_new.py::test_b[x::y]", half), Reported(f"tests/{SLOWEST[0]}::test_a", 5 * half)]
    assert missing_among_slowest(reports) == [("tests/test_new.py", 2 * half)]

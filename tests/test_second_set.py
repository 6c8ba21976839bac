"""The second set of judged notices: styles that the samples lack stay read."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.gold import load_gold
from eval.structure import StructureReport, score_structure


@pytest.fixture(scope="module")
def report(root: Path) -> StructureReport:
    folder = root / "eval" / "second"
    return score_structure(load_gold(folder / "gold"), folder / "corpus")


def test_clauses_and_units_are_found(report: StructureReport) -> None:
    assert report.total["clauses"].f1 >= 0.98
    assert report.total["units + roles"].f1 >= 0.98


def test_every_notice_is_read_not_only_most(report: StructureReport) -> None:
    assert len(report.by_doc) == 9
    assert {doc: tallies["clauses"].f1 for doc, tallies in report.by_doc.items() if tallies["clauses"].f1 < 0.95} == {}

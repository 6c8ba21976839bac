"""Duties of a unit over the sample notices: all of them, and only them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.build import build
from indexer.index import Index, open_index
from indexer.notices.agencies import same_agency
from indexer.records import Answer, Filters, Query
from indexer.search import ask
from tests.hash_encoder import HashEncoder


@pytest.fixture(scope="module")
def index(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("duties")
    encoder = HashEncoder()
    build([root / "corpus" / "samples"], folder, encoder=encoder)
    with open_index(folder, encoder) as opened:
        yield opened


def duties(index: Index, text: str, **filters: tuple[str, ...]) -> Answer:
    answer = ask(index, Query(text, filters=Filters(**filters)))
    assert answer.kind == "duties"
    return answer


def names(index: Index, answer: Answer) -> list[set[str]]:
    return [{u.name for u in c.units} for c in index.clauses([h.clause_id for h in answer.hits])]


def test_all_clauses_of_the_unit_are_listed_not_only_k(index: Index) -> None:
    answer = duties(index, "市民政局有哪些任务？")
    clauses = index.clauses_of_units(["市民政局"])
    assert {c.clause_id for c in clauses} <= {h.clause_id for h in answer.hits}


@pytest.mark.parametrize("unit", ["砚湖区政府", "澜川市人民政府", "南屏区政府"])
def test_a_place_in_the_units_name_hides_no_notice_of_another_place(index: Index, unit: str) -> None:
    answer = duties(index, f"{unit}有哪些任务？")
    assert {c.clause_id for c in index.clauses_of_units([unit])} <= {h.clause_id for h in answer.hits}


def test_a_unit_filter_restricts_the_duties_too(index: Index) -> None:
    """Under every name the filter's unit has had: 市贸易局 became 市商务局."""
    found = names(index, duties(index, "民政局有哪些任务？", units=("市商务局",)))
    assert found
    assert all(any(same_agency("市商务局", name) for name in clause) for clause in found)
    assert len(found) < len(names(index, duties(index, "民政局有哪些任务？")))


def test_a_unit_that_no_notice_names_has_no_duties(index: Index) -> None:
    answer = duties(index, "市外星人管理局有哪些任务？")
    assert (answer.abstained, answer.units, answer.hits) == ("not_in_archive", (), ())

"""Units in a question: by short, spoken and former names through the register; a list of duties, or a hint."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from indexer.index import Index
from indexer.records import Filters, Query
from indexer.search import plan, search
from tests.plan_fixture import plan_index


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    with plan_index(tmp_path_factory.mktemp("units")) as opened:
        yield opened


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("云泽市人社局有哪些任务?", "市人力资源社会保障局"),  # a short form
        ("云泽市人力资源和社会保障局有哪些任务?", "市人力资源社会保障局"),  # the full name
        ("云泽民政局要做哪些事?", "市民政局"),  # without its level
        ("澜川市工信局要做什么?", "市经济和信息化委"),  # a later name of the same agency
        ("砚湖区城管承担哪些工作?", "区综合执法局"),  # as people say
    ],
)
def test_a_unit_is_known_by_its_other_names(index: Index, text: str, unit: str) -> None:
    planned = plan(index, Query(text))
    assert planned.intent == "duties"
    assert unit in planned.units


@pytest.mark.parametrize(
    "text",
    [
        "社区食堂由哪个局负责?",  # a kind of unit
        "砚湖区的夜市什么时候建成?",  # a place
        "社区食堂除了民政局还有哪些单位参加?",  # excepted
        "财政补贴有多少?",  # a word that begins as a unit's name does
        "商务活动怎么安排?",
        "云泽市气象局有哪些任务?",  # no unit of the archive
    ],
)
def test_what_names_no_unit_of_the_archive(index: Index, text: str) -> None:
    planned = plan(index, Query(text))
    assert not set(planned.units) & set(index.unit_names())


def test_a_unit_is_a_list_of_duties_or_only_a_hint(index: Index) -> None:
    duties = plan(index, Query("云泽市民政局有哪些任务?"))
    assert (duties.boosts.units, [part.effect for part in duties.parts if part.kind == "unit"]) == ((), ["filter"])
    hinted = plan(index, Query("云泽市民政局的社区食堂开几家?"))
    assert (hinted.boosts.units, hinted.filters.units) == (hinted.units, ())
    assert [part.effect for part in hinted.parts if part.kind == "unit"] == ["boost"]


def test_a_unit_with_its_place_is_one_part(index: Index) -> None:
    planned = plan(index, Query("云泽市民政局有哪些任务?"))
    assert [part.value for part in planned.parts if part.kind == "unit"] == ["云泽市民政局"]
    assert plan(index, Query("云泽市民政局有哪些任务?", without=("unit:云泽市民政局",))).units == ()


def test_a_unit_chosen_by_the_caller_gets_no_boost(index: Index) -> None:
    asked = Query("市民政局的社区食堂开几家?", filters=Filters(units=("市商务局",)))
    assert plan(index, asked).boosts.units == ()


def test_each_unit_can_be_taken_back_alone(index: Index) -> None:
    text = "云泽市民政局和市商务局分别有哪些任务?"
    both, one = plan(index, Query(text)), plan(index, Query(text, without=("unit:市商务局",)))
    assert {"市民政局", "市商务局"} <= set(both.units)
    assert "市商务局" not in one.units
    assert "市民政局" in one.units


def test_words_run_together_find_the_clause_that_separates_them(index: Index) -> None:
    best = search(index, Query("报刊电视宣传孝老敬老"), k=1)[0]
    assert "报刊、电视" in index.clause(best.clause_id).text

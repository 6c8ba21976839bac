"""The parts of a plan: shown one by one, taken back one by one, and all switched off at once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from indexer.index import Index
from indexer.plain_text import understood_line
from indexer.records import Filters, Plan, Query
from indexer.search import ask, plan, search
from indexer.search.boosts import BoostWeights, boosted
from tests.plan_fixture import plan_index

TEXT = "云泽市2021年社区食堂由市民政局牵头吗,哪些单位配合?"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    with plan_index(tmp_path_factory.mktemp("parts")) as opened:
        yield opened


def keys(planned: Plan) -> list[str]:
    return [part.key for part in planned.parts]


def test_every_part_stands_in_the_plan_in_a_fixed_order(index: Index) -> None:
    planned = plan(index, Query(TEXT))
    assert keys(planned) == ["intent:units", "topic", "place:云泽市", "year:2021", "unit:市民政局"]
    assert [part.effect for part in planned.parts] == ["reading", "reading", "filter", "filter", "boost"]


@pytest.mark.parametrize("position", range(5))
def test_a_part_taken_back_is_gone_and_the_others_stay(index: Index, position: int) -> None:
    all_keys = keys(plan(index, Query(TEXT)))
    key = all_keys[position]
    left = keys(plan(index, Query(TEXT, without=(key,))))
    if key == "topic":  # there is always one: now the whole question
        assert "由市民政局牵头吗" in plan(index, Query(TEXT, without=("topic",))).topic
    else:
        assert key not in left
    assert {other for other in all_keys if other not in (key, "year:2021")} <= {*left}


def test_parts_taken_back_together(index: Index) -> None:
    planned = plan(index, Query(TEXT, without=("place:云泽市", "unit:市民政局", "intent:units")))
    assert (planned.filters, planned.units, planned.intent) == (Filters(), (), "measures")
    assert planned.boosts == Filters(years=(2021, 2021))  # without its place the year only ranks


@pytest.mark.parametrize("key", ["place:杭州市", "year", "unit:", "nonsense", "", "intent:duties"])
def test_a_key_that_fits_nothing_changes_nothing(index: Index, key: str) -> None:
    asked = plan(index, Query(TEXT))
    assert keys(plan(index, Query(TEXT, without=(key,)))) == keys(asked)


def test_an_unknown_place_taken_back_no_longer_silences(index: Index) -> None:
    planned = plan(index, Query("白沙市社区食堂由谁负责?", without=("place:白沙市",)))
    assert (planned.unknown_places, planned.filters) == ((), Filters())


def test_the_duties_of_a_unit_taken_back_are_a_question_again(index: Index) -> None:
    text = "云泽市民政局要做哪些工作?"
    assert ask(index, Query(text)).kind == "duties"
    assert ask(index, Query(text, without=("intent:duties",))).kind == "measures"


def test_a_draft_taken_back_is_read_as_a_question(index: Index) -> None:
    draft = "云泽市支持餐饮企业进社区开办助餐点,为行动不便的老年人提供送餐上门服务。"
    assert keys(plan(index, Query(draft))) == ["intent:wording"]
    assert plan(index, Query(draft, without=("intent:wording",))).filters.places == ("云泽市",)


def test_as_is_nothing_is_read(index: Index) -> None:
    planned = plan(index, Query("雲澤市養老服物歸誰管?", as_is=True))
    assert (planned.topic, planned.parts, planned.filters) == ("云泽市养老服物归谁管?", (), Filters())
    assert {
        str(index.notice(index.clause(hit.clause_id).doc_id).place)
        for hit in search(index, Query(TEXT, as_is=True), k=30)
    } != {"云泽市"}


def test_one_line_says_what_was_understood(index: Index) -> None:
    line = understood_line(plan(index, Query("物留补贴2023年谁来发?")))
    assert line.startswith("理解为 ")
    assert "问:谁负责" in line
    assert "年份:2023(优先)" in line
    assert "更正:物留→物流" in line
    assert understood_line(plan(index, Query("补贴", as_is=True))) == "按原文查找"


# --- what a boost adds -----------------------------------------------------------------------------


def boosts_of(index: Index, boosts: Filters, **weights: float) -> dict[str, float]:
    """What each of three clauses of three notices gains, in standard deviations of scores 1, 2 and 3 (0.816)."""
    clause_ids = [index.notice(notice.doc_id).clauses[0].clause_id for notice in index.notices()][:3]
    scores = {clause_id: float(rank) for rank, clause_id in enumerate(clause_ids, 1)}
    planned = Plan(query=Query("x"), intent="measures", topic="x", filters=Filters(), boosts=boosts)
    raised = boosted(index, planned, scores, BoostWeights(**weights))
    return {clause_id.partition(":")[0]: raised[clause_id] - scores[clause_id] for clause_id in scores}


def test_a_boost_adds_to_what_passes_and_to_nothing_else(index: Index) -> None:
    first = index.notices()[0].doc_id
    gained = boosts_of(index, Filters(doc_ids=(first,)), doc_ids=1.0)
    assert gained[first] == pytest.approx((2 / 3) ** 0.5)
    assert [gain for doc_id, gain in gained.items() if doc_id != first] == [0.0, 0.0]


def test_each_field_of_a_boost_counts_by_itself(index: Index) -> None:
    first = index.notices()[0]
    assert first.year is not None
    both = Filters(doc_ids=(first.doc_id,), years=(first.year, first.year))
    gained = boosts_of(index, both, doc_ids=1.0, years=0.5)
    assert gained[first.doc_id] == pytest.approx(1.5 * (2 / 3) ** 0.5)


def test_without_boosts_scores_stay(index: Index) -> None:
    assert set(boosts_of(index, Filters()).values()) == {0.0}

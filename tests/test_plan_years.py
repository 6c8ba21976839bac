"""Years, five-year plans and levels in a question: which restrict, which only rank, and what is none."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from indexer.index import Index
from indexer.records import Effect, Filters, Level, Query
from indexer.search import ask, plan
from indexer.search.levels import levels_asked
from indexer.search.when import years_asked
from tests.plan_fixture import plan_index


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    with plan_index(tmp_path_factory.mktemp("years")) as opened:
        yield opened


@pytest.mark.parametrize(
    ("text", "years", "effect"),
    [
        ("2021年印发的养老文件有哪些?", (2021, 2021), "filter"),
        ("2016年出台的工业设计政策", (2016, 2016), "filter"),
        ("2021年的文件里床位怎么补?", (2021, 2021), "filter"),
        ("2019到2022年发布的养老意见", (2019, 2022), "filter"),
        ("2016-2021年的政策有哪些?", (2016, 2021), "filter"),
        ("十四五期间出台的养老政策", (2021, 2025), "filter"),
        ("2021年养老床位要新增多少?", (2021, 2021), "boost"),
        ("2021年度的重点工作", (2021, 2021), "boost"),
        ("十四五期间床位建多少?", (2021, 2025), "boost"),
        ("“十三五”时期的人才目标", (2016, 2020), "boost"),
        ("第十四个五年规划里养老怎么说?", (2021, 2025), "boost"),
        ("第十二个五年计划", (2011, 2015), "boost"),
        ("九五期间的旧账", (1996, 2000), "boost"),
    ],
)
def test_years_of_notices(text: str, years: tuple[int, int], effect: Effect) -> None:
    asked = years_asked(text)
    assert asked is not None
    assert (asked.years, asked.effect) == (years, effect)


@pytest.mark.parametrize(
    "text",
    [
        "到2027年床位要多少?",  # a goal
        "2013年底前完成哪些?",  # a deadline
        "2023-2027年的目标",  # what a plan is for
        "到2021年出台几项标准?",
        "2018年的意见和2022年的意见各定多少?",  # two years, neither alone
        "十四五个人能办吗?",  # fourteen or fifteen
        "买二十五五折的票",
        "打九五折的商家",
        "第十五个社区食堂在哪?",
        "今年要建几家?",  # a question has no date
    ],
)
def test_what_is_no_year_of_a_notice(text: str) -> None:
    assert years_asked(text) is None


@pytest.mark.parametrize(
    ("text", "filters", "boosts"),
    [
        ("2021年印发的养老文件有哪些?", (2021, 2021), None),
        ("2021年养老床位要新增多少?", None, (2021, 2021)),
        ("云泽2021年养老床位要新增多少?", (2021, 2021), None),  # beside a place that has notices of it
        ("十四五期间床位建多少?", None, (2021, 2025)),
        ("1999年养老床位要新增多少?", None, None),  # nothing to rank higher
    ],
)
def test_a_year_restricts_or_ranks(
    index: Index, text: str, filters: tuple[int, int] | None, boosts: tuple[int, int] | None
) -> None:
    planned = plan(index, Query(text))
    assert (planned.filters.years, planned.boosts.years) == (filters, boosts)


def test_a_year_that_no_notice_is_from_is_a_reason_for_silence(index: Index) -> None:
    assert ask(index, Query("2012年印发的社区食堂文件由谁负责?")).abstained == "not_in_archive"
    assert "year_not_in_archive" in plan(index, Query("云泽1999年社区食堂由谁负责?")).notes


def test_the_long_name_of_a_plan_is_looked_for_by_its_short_one_too(index: Index) -> None:
    assert "十四五" in plan(index, Query("第十四个五年规划里养老怎么说?")).topic


# --- levels --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "levels", "effect"),
    [
        ("市级文件里养老怎么说?", ("city",), "filter"),
        ("省里的规定给多少运营补助?", ("province",), "filter"),
        ("区县出台的政策", ("district", "county"), "filter"),
        ("国家层面的意见有哪些?", ("nation",), "filter"),
        ("县级的方案怎么写?", ("county",), "filter"),
        ("乡镇一级的措施", ("town",), "filter"),
        ("省里对养老机构怎么补?", ("province",), "boost"),
        ("市里打算建几家食堂?", ("city",), "boost"),
        ("区级层面有哪些夜市?", ("district",), "boost"),
    ],
)
def test_levels_of_notices(text: str, levels: tuple[Level, ...], effect: Effect) -> None:
    assert [(asked.levels, asked.effect) for asked in levels_asked(text)] == [(levels, effect)]


@pytest.mark.parametrize(
    "text",
    [
        "城市里的规定有哪些?",
        "社区里打算建食堂吗?",
        "园区里的政策",
        "市级机关食堂开放吗?",
        "省级示范区怎么评?",
        "国家级专精特新企业奖多少?",
        "区县政府要做什么?",
        "超市里有哪些优惠?",
        "节省里程的办法",
    ],
)
def test_what_is_no_level_of_a_notice(text: str) -> None:
    assert levels_asked(text) == []


def test_a_level_restricts_where_it_leaves_something_and_else_ranks(index: Index) -> None:
    assert plan(index, Query("省里的规定给多少运营补助?")).filters.levels == ("province",)
    assert plan(index, Query("乡镇的文件怎么说社区食堂?")).filters.levels == ()
    assert plan(index, Query("省里对养老机构怎么补?")).boosts.levels == ("province",)


def test_of_a_place_and_a_level_above_it_the_notices_above_remain(index: Index) -> None:
    planned = plan(index, Query("云泽市适用的省级文件给多少运营补助?"))
    assert planned.filters.levels == ("province",)
    assert planned.covering == (Filters(places=("江澜省",), levels=("province",)),)


def test_a_level_of_the_caller_wins(index: Index) -> None:
    asked = Query("省里的规定给多少运营补助?", filters=Filters(levels=("city",)))
    assert plan(index, asked).filters.levels == ("city",)

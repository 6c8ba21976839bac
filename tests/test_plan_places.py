"""Places in a question: what they restrict, what covers them, and which notices rank first."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from indexer.index import Index
from indexer.index.place_names import with_parents
from indexer.records import Filters, Query
from indexer.search import ask, plan, search
from indexer.search.scope import scope
from indexer.search.where import asks_province, places_named
from tests.plan_fixture import plan_index


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    with plan_index(tmp_path_factory.mktemp("places")) as opened:
        yield opened


def titles_in_scope(index: Index, text: str, *, without: tuple[str, ...] = ()) -> set[str]:
    """The first words of the titles of all notices in which a question is answered."""
    rows = scope(index, plan(index, Query(text, without=without)))
    passing: set[str] = set()
    for notice in index.notices():
        own = [clause.clause_id for clause in index.notice(notice.doc_id).clauses]
        if rows is None or rows.among(own):
            passing.add(notice.title.split("关于")[0])
    return passing


PROVINCE, NATION = "江澜省人民政府办公厅", "国务院办公厅"
CITY = {"云泽市人民政府办公室", "江澜省云泽市人民政府办公室"}
DISTRICT = "云泽市砚湖区人民政府办公室"


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        # a city: its own, its districts', its province's, the nation's; never another city's
        ("云泽市的养老机构有什么补贴?", {*CITY, DISTRICT, PROVINCE, NATION}),
        ("云泽养老补贴", {*CITY, DISTRICT, PROVINCE, NATION}),
        # a district: its own and those above it
        (
            "砚湖区的社区食堂几点关门?",
            {DISTRICT, "云泽市人民政府办公室", "江澜省云泽市人民政府办公室", PROVINCE, NATION},
        ),
        # a city whose province nobody tells
        ("澜川市的人才补助", {"澜川市人民政府", NATION}),
        # a province: its own, its cities' and districts', and the city whose province nobody tells
        ("江澜省有哪些养老补贴?", {*CITY, DISTRICT, PROVINCE, NATION, "澜川市人民政府"}),
        # several places are compared with each other and with nothing else
        ("云泽市和澜川市的人才补助有什么不同?", {*CITY, DISTRICT, "澜川市人民政府"}),
        # unless the province is named beside them
        ("人才补助，省里、云泽市和澜川市有什么不同?", {*CITY, DISTRICT, PROVINCE, "澜川市人民政府"}),
    ],
)
def test_a_place_is_answered_by_its_own_notices_and_those_that_cover_it(
    index: Index, text: str, titles: set[str]
) -> None:
    assert titles_in_scope(index, text) == titles


def test_of_a_citys_and_its_provinces_clause_the_citys_comes_first(index: Index) -> None:
    def places(text: str) -> list[str]:
        return [str(index.notice(index.clause(hit.clause_id).doc_id).place) for hit in search(index, Query(text), k=5)]

    assert "云泽市" in places("云泽市养老机构补贴怎么发?")[0]
    assert places("澜川市养老机构补贴怎么发?")[0] == "澜川市"


def test_what_only_the_province_rules_is_found_for_its_city(index: Index) -> None:
    best = search(index, Query("云泽市护理专业毕业生入职养老机构的一次性入职奖励是多少?"), k=1)[0]
    assert "入职奖励2万元" in index.clause(best.clause_id).text


def test_a_filter_of_the_caller_lets_nothing_else_in(index: Index) -> None:
    planned = plan(index, Query("养老机构补贴", filters=Filters(places=("云泽市",))))
    assert (planned.covering, planned.boosts) == ((), Filters())


def test_a_place_outside_the_archive_still_means_silence(index: Index) -> None:
    for text in ("杭州市的养老机构补贴多少?", "白沙市护理人员培训由谁负责?"):
        assert ask(index, Query(text)).abstained == "not_in_archive"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("成都资阳同城化怎么推?", ["成都", "资阳"]),  # where one name ends another begins
        ("峨眉山的茶怎么卖?", []),  # not 眉山
        ("小凉山的学校", []),  # not 凉山
        ("2026年湖北省的安排", ["湖北省"]),  # not 年湖北省
        ("资阳政办发〔2026〕3号里谁负责?", []),  # letters of a number
    ],
)
def test_names_inside_other_names(text: str, named: list[str]) -> None:
    archive = ["四川省成都市", "四川省资阳市", "四川省眉山市", "四川省凉山彝族自治州", "湖北省"]
    assert [text[place.start : place.end] for place in places_named(text, archive)] == named


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("云泽、砚湖、澜川各补几块?", ["云泽市", "云泽市砚湖区", "澜川市"]),  # each for itself
        ("培训人次，云泽2015、砚湖2020各是多少?", ["云泽市", "云泽市砚湖区"]),
        ("公积金能贷多少，云泽2016和澜川2022比一比", ["云泽市", "澜川市"]),
        ("枢纽一期和澜川2021年方案各是多少?", ["澜川市"]),
        ("云泽砚湖的夜市", ["云泽市砚湖区"]),  # one name in two parts
        ("云泽市的砚湖区有哪些食堂?", ["云泽市砚湖区"]),
        ("云泽市与澜川合作办学吗?", ["云泽市"]),  # a partner
        ("云泽市居民去澜川看病怎么报销?", ["云泽市"]),  # a destination
    ],
)
def test_places_of_a_list_stand_for_themselves_and_parts_of_a_name_together(text: str, named: list[str]) -> None:
    assert [place.name for place in places_named(text, ["云泽市", "云泽市砚湖区", "澜川市"])] == named


@pytest.mark.parametrize(
    "text", ["省里和云泽市差多少?", "省2019、云泽2020的比例", "比省里放宽了多少", "补助,省文件怎么说"]
)
def test_the_province_is_named_beside_places(text: str) -> None:
    assert asks_province(text)


@pytest.mark.parametrize(
    "text", ["全省和云泽", "怎么节省里程", "江澜省和云泽市", "省级枢纽和云泽", "办证省钱吗", "云泽市怎么办"]
)
def test_what_names_no_province_beside_places(text: str) -> None:
    assert not asks_province(text)


def test_an_archive_tells_where_its_places_lie_only_where_it_is_sure() -> None:
    whole = ("江澜省", "云泽市", None)
    completed = with_parents(
        [whole, (None, "云泽市", None), (None, "云泽市", "砚湖区"), (None, None, "砚湖区"), (None, "澜川市", None)]
    )
    assert completed[None, "云泽市", None] == whole
    assert completed[None, "云泽市", "砚湖区"] == completed[None, None, "砚湖区"] == ("江澜省", "云泽市", "砚湖区")
    assert completed[None, "澜川市", None] == (None, "澜川市", None)
    two = with_parents([whole, ("青山省", "云泽市", None), (None, "云泽市", None)])
    assert two[None, "云泽市", None] == (None, "云泽市", None)  # which of the two nobody knows


def test_a_place_taken_back_restricts_nothing(index: Index) -> None:
    assert len(titles_in_scope(index, "云泽市的养老机构有什么补贴?", without=("place:云泽市",))) == len(index.notices())

"""What the planner makes of a question: intent, topic, filters and units, over three fictional notices."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.characters import simplified
from indexer.index import Index
from indexer.notices.agencies import same_agency
from indexer.records import Filters, Intent, Query
from indexer.search import plan
from indexer.search.plan import is_draft
from indexer.search.questions import asks, excepted_units, facts_asked, roles_asked, topic_of, unit_kind_asked
from indexer.search.where import places_named
from tests.search_fixture import small_index


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    with small_index(tmp_path_factory.mktemp("plan")) as opened:
        yield opened


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("社区食堂由哪个部门负责?", "units"),
        ("护理人员培训归谁管", "units"),
        ("夜市摊位规范 牵头部门", "units"),
        ("想开养老院,找谁申请补贴?", "units"),
        ("云泽市财政局要做哪些工作?", "duties"),
        ("澜川市经信委领了几项任务", "duties"),
        ("新建养老机构每张床位补贴多少钱?", "targets"),
        ("特色夜市什么时候建成?", "targets"),
        ("养老照料方面各地的做法对比一下", "comparison"),
        ("夜游有哪些新项目?", "measures"),
        ("工业设计领军人才", "measures"),
        ("支持餐饮企业进社区开办助餐点,为行动不便的老年人提供送餐上门服务。", "wording"),
        # near misses of the rules above
        ("谁可以申请养老床位补贴?", "measures"),  # who is eligible is not who is responsible
        ("扶持文件有哪几个?", "measures"),  # 哪几个 asks which, not how many
        ("专班组长是哪位领导?", "measures"),  # a person is not a unit
        ("推进小组办公室主任是谁?", "measures"),
        ("主要任务是什么?", "measures"),  # no unit is named, so these are nobody's duties
    ],
)
def test_intent_follows_the_words_of_the_question(index: Index, text: str, intent: Intent) -> None:
    assert plan(index, Query(text)).intent == intent


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("云泽市养老床位要新增多少?", ("云泽市",)),
        ("在云泽办养老院有什么补贴", ("云泽市",)),
        ("云泽砚湖的夜市归谁管?", ("云泽市砚湖区",)),  # the outer of two nested names does not widen the filter
        ("澜川和云泽的扶持政策有什么不同?", ("澜川市", "云泽市")),
        ("养老床位要新增多少?", ()),
        ("云泽航线什么时候开?", ()),  # part of another thing
    ],
)
def test_places_of_the_archive_become_filters(index: Index, text: str, places: tuple[str, ...]) -> None:
    assert set(plan(index, Query(text)).filters.places) == set(places)


def test_a_filter_leaves_the_topic(index: Index) -> None:
    assert "云泽" not in plan(index, Query("云泽市的社区食堂建几家?")).topic
    assert "社区食堂" in plan(index, Query("云泽市的社区食堂建几家?")).topic


def test_a_filter_of_the_caller_wins_over_the_text(index: Index) -> None:
    asked = Query("云泽市的社区食堂建几家?", filters=Filters(places=("澜川",)))
    assert plan(index, asked).filters.places == ("澜川",)


def test_a_year_filters_only_beside_a_place_that_has_notices_of_it(index: Index) -> None:
    assert plan(index, Query("云泽2021年养老工作怎么安排?")).filters.years == (2021, 2021)
    assert plan(index, Query("云泽到2021年要新增多少床位?")).filters.years is None  # a goal, not the notice's year
    assert plan(index, Query("云泽2015年养老工作怎么安排?")).filters.years is None  # would leave nothing
    assert plan(index, Query("2021年养老工作怎么安排?")).filters.years is None


def test_a_draft_is_searched_everywhere(index: Index) -> None:
    draft = "云泽市支持餐饮企业进社区开办助餐点,为行动不便的老年人提供送餐上门服务。"
    planned = plan(index, Query(draft))
    assert planned.intent == "wording"
    assert not planned.filters
    assert planned.topic == draft


def test_written_drafts_are_told_from_questions(shared: Path) -> None:
    lines = (shared / "train" / "dev.jsonl").read_text(encoding="utf-8").splitlines()
    written = [json.loads(line) for line in lines]
    drafts = {kind: sum(is_draft(simplified(row[kind])) for row in written) for kind in ("draft", "staff", "short")}
    assert drafts["draft"] >= 0.99 * len(written)
    assert drafts["staff"] == drafts["short"] == 0


def test_a_document_number_restricts_to_its_notice(index: Index) -> None:
    planned = plan(index, Query("澜政发〔2016〕22号里大赛由谁办?"))
    assert [index.notice(doc_id).title for doc_id in planned.filters.doc_ids] == [
        "澜川市人民政府关于加快工业设计产业发展的实施意见"
    ]


def test_units_are_found_without_their_level_and_by_description(index: Index) -> None:
    assert "市民政局" in plan(index, Query("云泽民政局要做哪些事?")).units
    assert any(same_agency("市经信委", name) for name in plan(index, Query("澜川市经信委要做哪些事?")).units)
    described = plan(index, Query("砚湖管文化旅游的那个局有哪些任务?"))
    assert any("文" in name and "旅" in name for name in described.units)
    assert described.intent == "duties"


def test_an_excepted_unit_is_not_asked_about(index: Index) -> None:
    assert excepted_units("除了民政部门还要哪些单位参加?") == ("民政",)
    assert "市民政局" not in plan(index, Query("社区食堂除了民政局还有哪些单位参加?")).units


def test_same_plan_every_time(index: Index) -> None:
    query = Query("云泽市2021年护理人员培训由哪些单位负责?")
    assert plan(index, query) == plan(index, query)


# --- the words of a question ---------------------------------------------------------------------


def test_traditional_characters_and_wide_forms_are_folded() -> None:
    assert simplified("護理人員培訓　歸誰管？") == "护理人员培训 归谁管?"
    assert simplified("乾隆著作") == "乾隆著作"  # characters of their own right stay


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("老招牌老店的保护和培育,各地由谁来抓?", "老招牌老店的保护和培育"),
        ("夜市摊位规范 哪个部门负责", "夜市摊位规范"),
        ("社区食堂要开多少家?", "社区食堂要开 家"),
        ("谁?", "谁?"),  # nothing would be left
    ],
)
def test_topic_is_what_a_clause_may_say(text: str, topic: str) -> None:
    assert topic_of(text) == topic


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("开一家首店奖励多少钱?", ("money",)),
        ("安家费能拿多少?", ("money",)),
        ("护理型床位要占多大比例?", ("share",)),
        ("食堂开几家?", ("count",)),
        ("最晚什么时候兑现?", ("time",)),
        ("组长是哪位领导?", ("person",)),
        ("夜市怎么管?", ()),
    ],
)
def test_kind_of_fact_wanted(text: str, facts: tuple[str, ...]) -> None:
    assert facts_asked(text) == facts


def test_roles_and_kinds_of_unit_asked() -> None:
    assert roles_asked("创意街由谁牵头建?") == ("lead",)
    assert roles_asked("属地哪个街道要配合?") == ("support",)
    assert unit_kind_asked("属地哪个街道要配合?") == "街道"
    assert unit_kind_asked("归哪个局管?") is None
    assert not asks("asks_how_much", "第几届大赛由谁办")


def test_nested_names_and_things_named_after_places() -> None:
    places = ["江澜省云泽市", "江澜省云泽市砚湖区"]
    assert [place.name for place in places_named("江澜省云泽市有什么政策", places)] == ["云泽市"]
    assert [place.name for place in places_named("云泽的砚湖有什么政策", places)] == ["云泽市砚湖区"]
    assert places_named("云泽航线怎么开", places) == []


def test_a_place_outside_the_archive_counts_only_where_the_question_is_about_it() -> None:
    places = ["江澜省云泽市"]
    assert [(place.name, place.known) for place in places_named("杭州市的养老方案是什么", places)] == [
        ("杭州市", False)
    ]
    assert places_named("冬天去海口旅居养老怎么安排", places) == []
    assert places_named("上海航线什么时候开", places) == []
    assert [place.name for place in places_named("云泽和上海的医院怎么合作", places)] == ["云泽市"]

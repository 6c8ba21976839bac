"""The tasks of a notice, of a unit under every name it has had, and of an archive."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.duties import Task, duties_of_unit, find_notice, find_unit, load_of_archive, tasks_of
from indexer.duties.fields import FIELDS, field_named, field_of_first_unit, field_of_function, field_of_task
from indexer.duties.tasks import place_in_notice
from indexer.errors import UsageError
from indexer.index import Index
from indexer.notices import parse
from indexer.notices.agencies.succession import register
from indexer.records import Filters, Notice
from tests.duties_fixture import duties_index
from tests.notice_writing import raw_notice


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    with duties_index(tmp_path_factory.mktemp("tasks")) as opened:
        yield opened


@pytest.fixture(scope="module")
def plan(index: Index) -> Notice:
    return find_notice(index, "云泽政办发〔2022〕12号")


def parsed(text: str) -> Notice:
    return parse(raw_notice(text))


# --- the tasks of a notice -----------------------------------------------------------------------


def test_a_breakdown_has_name_measures_goals_units_and_place_of_each_task(plan: Notice) -> None:
    first = tasks_of(plan)[0]
    assert (first.serial, first.name, first.place) == (1, "建设智慧景区", "二、（一）")
    assert first.measures == "2023年6月底前建成智慧景区6个,接入视频监控400路。"
    assert first.deadline is not None
    assert first.deadline.ends_on == "2023-06-30"
    assert [u.surface for u in first.of_role("lead")] == ["市文化广电旅游局"]
    assert [u.surface for u in first.of_role("support")] == ["市公安局", "市大数据局"]


def test_a_row_of_a_table_gives_its_columns(plan: Notice) -> None:
    row = tasks_of(plan)[-2]
    assert (row.name, row.measures, row.goals) == ("旅游大数据中心", "整合酒店、景区、交通数据。", ("归集数据2亿条",))
    assert (row.persons, row.place) == (("李明",), "附件第1项")


def test_every_text_of_a_task_stands_in_the_notice(plan: Notice) -> None:
    for task in tasks_of(plan):
        assert all(part in plan.body for part in (task.name, *task.goals, *task.measures.split("\n")))


def test_an_item_without_unit_among_items_with_units_is_a_task_that_lacks_one(plan: Notice) -> None:
    assert [task.name for task in tasks_of(plan) if not task.units] == ["加强数据归集"]


@pytest.mark.parametrize(
    "item",
    [
        "(四)健全机制。成立市文旅融合工作领导小组,办公室设在市文旅局。",
        "(四)压实责任。各县(市、区)要制定具体方案。",
        "(四)明确标准。按下列标准给予补助:",
        "(四)施行时间。本措施自2023年1月1日起施行。",
    ],
)
def test_an_item_that_says_itself_who_acts_or_only_leads_in_lacks_no_unit(item: str) -> None:
    items = "\n".join(f"({n})事项{n}。开展工作{n}项。\n责任单位:市财政局" for n in "一二三")
    notice = parsed(f"云泽市关于加强管理的意见\n一、主要任务\n{items}\n{item}")
    assert [task for task in tasks_of(notice) if not task.units] == []


def test_sections_that_name_units_seldom_and_sections_of_aims_lack_none() -> None:
    notice = parsed(
        "云泽市关于加强管理的意见\n一、总体目标\n(一)提质。全面提质。\n(二)增效。全面增效。\n二、保障措施\n"
        "(一)加强领导。统筹推进。\n(二)加大投入。足额安排资金。\n责任单位:市财政局\n(三)加强宣传。营造氛围。"
    )
    assert [task.name for task in tasks_of(notice)] == ["加大投入"]


@pytest.mark.parametrize(
    ("headings", "clause_id", "place"),
    [
        (("三、主要任务", "(一)重点行业", "1.物流", "(2)"), "a:3.1.1.2", "三、（一）1.（2）"),
        (("附件1 任务清单", "二、做强链条", "5 培育人才"), "a:A1.2.5", "附件1二、第5项"),
        (("附件 任务表", "改造市场"), "a:A1.r14", "附件第14行"),
        (("第三条 补贴",), "a:3", "第三条"),
        ((), "a:letter", ""),
    ],
)
def test_the_place_in_a_notice_is_the_path_of_its_labels(headings: tuple[str, ...], clause_id: str, place: str) -> None:
    assert place_in_notice(headings, clause_id=clause_id) == place


# --- fields --------------------------------------------------------------------------------------


def test_every_function_of_the_register_has_exactly_one_field() -> None:
    mapped = [function for functions in FIELDS.values() for function in functions.split()]
    assert sorted(mapped) == sorted(register().functions)


def task(name: str, *units: str) -> Task:
    items = f"一、任务\n(一){name}。开展工作。\n责任单位:{'、'.join(units)}"
    return tasks_of(parsed(f"云泽市关于加强管理的意见\n{items}"))[0]


def test_the_name_of_a_task_tells_its_field_before_the_unit_does() -> None:
    assert field_of_task(task("发展养老服务", "市财政局")) == "民政、扶贫、救灾"


def test_a_name_of_two_fields_or_none_leaves_it_to_the_first_unit_with_a_function() -> None:
    both = task("发展养老金融", "砚湖区政府", "市卫生健康委")
    assert (field_named(both), field_of_first_unit(both)) == (None, "卫生、体育")
    assert field_of_task(both) == "卫生、体育"


def test_a_task_of_governments_alone_has_the_field_of_its_notice() -> None:
    assert field_of_task(task("加强监管", "各区县政府"), notice_field="工业、交通") == "工业、交通"
    assert field_of_function("没有这个职能") == "其他"


# --- the tasks of a unit -------------------------------------------------------------------------


def test_a_unit_is_found_under_former_names_and_says_which_matched(index: Index) -> None:
    found = duties_of_unit(index, find_unit(index, "市文化广电旅游局"))
    names = [(n.name, n.relation, n.n_tasks, n.first_year) for n in found.names]
    assert names == [("市文化广电旅游局", "same", 4, 2022), ("市旅游局", "former", 3, 2014)]
    assert [d.notice.year for d in found.duties] == [2014] * 3 + [2022] * 4
    assert (found.in_role("lead"), found.in_role("responsible")) == (2, 5)


def test_duties_are_restricted_by_role_year_and_place(index: Index) -> None:
    unit = find_unit(index, "市文化广电旅游局")
    assert {d.role for d in duties_of_unit(index, unit, roles=("lead",)).duties} == {"lead"}
    assert {d.notice.year for d in duties_of_unit(index, unit, filters=Filters(years=(2010, 2016))).duties} == {2014}
    assert duties_of_unit(index, unit, filters=Filters(places=("澜川",))).duties == ()


def test_a_unit_named_with_its_place_has_no_tasks_elsewhere(index: Index) -> None:
    everywhere = {d.notice.place.city for d in duties_of_unit(index, find_unit(index, "市财政局")).duties}
    there = {d.notice.place.city for d in duties_of_unit(index, find_unit(index, "澜川市财政局")).duties}
    assert (everywhere, there) == ({"云泽市", "澜川市"}, {"澜川市"})


@pytest.mark.parametrize("name", ["市外星人管理局", "省民政厅"])
def test_an_unknown_unit_gives_the_nearest_names(index: Index, name: str) -> None:
    with pytest.raises(UsageError, match=f"no unit {name} in the archive; nearest: "):
        find_unit(index, name)


def test_a_name_of_several_levels_or_functions_is_not_guessed(index: Index) -> None:
    with pytest.raises(UsageError, match=r"民政局 may be any of several units; give one of .*市民政局"):
        find_unit(index, "民政局")
    with pytest.raises(UsageError, match=r"市经贸委 may be any of several units"):
        find_unit(index, "市经贸委")


# --- notices by name -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "asked",
    [
        "云泽政办发[2022]12号",
        "云泽市数字文旅三年行动方案",
        "数字文旅",
        "云泽市人民政府办公室关于印发云泽市数字文旅三年行动方案的通知",
    ],
)
def test_a_notice_is_found_by_number_title_or_part_of_it(index: Index, plan: Notice, asked: str) -> None:
    assert find_notice(index, asked).doc_id == plan.doc_id
    assert find_notice(index, plan.doc_id) == plan


@pytest.mark.parametrize(
    ("asked", "said"),
    [("云泽", "is the name of"), ("云泽政办发〔2022〕13号", "nearest: "), ("无此文件名", "no notice")],
)
def test_a_notice_that_is_unknown_or_not_the_only_one_gives_one_line(index: Index, asked: str, said: str) -> None:
    with pytest.raises(UsageError, match=said) as error:
        find_notice(index, asked)
    assert "\n" not in str(error.value)


# --- an archive ----------------------------------------------------------------------------------


def test_the_load_counts_each_unit_by_seat_role_year_and_field(index: Index) -> None:
    load = load_of_archive(index)
    tourism = next(unit for unit in load.units if unit.name == "市文化广电旅游局")
    assert (tourism.seat, tourism.n_lead, tourism.n_tasks, dict(tourism.years)) == ("云泽市", 2, 4, {2022: 4})
    seats = {unit.seat: unit.n_tasks for unit in load.units if unit.name == "市财政局"}
    assert seats == {"云泽市": 3, "澜川市": 1}
    assert sum(tourism.fields.values()) == tourism.n_tasks


def test_the_load_lists_tasks_without_unit_and_deadlines_in_order(index: Index) -> None:
    load = load_of_archive(index)
    assert [each.task.name for each in load.without_unit if each.notice.year == 2022] == ["加强数据归集"]
    days = [each.task.deadline.ends_on for each in load.deadlines() if each.task.deadline]
    assert days == sorted(days, key=str)
    assert "2023-06-30" in days


def test_the_load_passes_the_filters(index: Index) -> None:
    load = load_of_archive(index, filters=Filters(places=("云泽",), years=(2014, 2014)))
    assert [each.notice.doc_number for each in load.notices] == ["云泽政发〔2014〕9号"]
    assert load_of_archive(index, filters=Filters(levels=("nation",))).tasks == ()


def test_members_of_a_group_have_its_tasks(root: Path, tmp_path: Path) -> None:
    from indexer.build import build
    from indexer.index import open_index
    from tests.hash_encoder import HashEncoder

    sample = next((root / "corpus" / "samples").glob("s05*"))
    build([sample], tmp_path, encoder=HashEncoder())
    with open_index(tmp_path, HashEncoder()) as index:
        through = [d for d in duties_of_unit(index, find_unit(index, "区委组织部")).duties if d.through]
    assert {duty.through for duty in through} == {"工作专班成员单位", "区服务业提质扩容工作专班成员单位"}

"""Agencies: short official names, sameness across levels and reforms, unit names in strings and sentences."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from indexer.notices.agencies import canonical, find_units, function_of, is_unit_name, same_agency
from indexer.notices.register import cores

GOLD = Path(__file__).resolve().parents[2] / "shared" / "gold"


@pytest.mark.parametrize(
    ("surface", "name"),
    [
        ("市发改委", "市发展改革委"),
        ("市发展和改革委员会", "市发展改革委"),
        ("市发展改革委", "市发展改革委"),
        ("区发改局", "区发展改革局"),
        ("云泽市发展和改革委员会", "云泽市发展改革委"),
        ("区文广旅体局", "区文化广电旅游体育局"),
        ("区文化和广电旅游体育局", "区文化广电旅游体育局"),
        ("市政府国资委", "市国资委"),
        ("市信访工作办公室", "市信访办"),
        ("市自然资源和规划局砚湖分局", "市自然资源和规划局砚湖分局"),
        ("县民政和人力资源社会保障局", "县民政人力资源社会保障局"),
    ],
)
def test_short_official_name(surface: str, name: str) -> None:
    assert canonical(surface) == name


@pytest.mark.parametrize(
    "surface",
    [
        "市旅游局",
        "人行云泽市中心支行",
        "砚城集团",
        "市滨海办",
        "各街镇",
        "国家税务总局云泽市税务局",
        "市政府",
        "新格局",
        "市级",
        "市委宣传部",
        "考核办",
    ],
)
def test_names_that_stay_as_they_are(surface: str) -> None:
    assert canonical(surface) == surface


@pytest.mark.parametrize(
    ("surface", "function"),
    [
        ("市旅游局", "文化广电旅游"),
        ("市工商局", "市场监管"),
        ("市国土资源局", "自然资源"),
        ("人行云泽市中心支行", "人民银行"),
        ("云泽银监分局", "国家金融监管"),
        ("市文产办", "文化产业"),
        ("砚城集团", None),
        ("大格局", None),
    ],
)
def test_function_of_an_agency(surface: str, function: str | None) -> None:
    assert function_of(surface) == function


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("市发改委", "云泽市发展和改革委员会"),
        ("发改委", "市发展改革委"),
        ("市旅游局", "市文化广电旅游局"),
        ("市工商局", "市市场监管局"),
        ("市金融办", "市地方金融监管局"),
        ("人行云泽市中心支行", "中国人民银行云泽市分行"),
        ("区政府", "区人民政府"),
        ("市滨海办", "滨海办"),
    ],
)
def test_same_agency(a: str, b: str) -> None:
    assert same_agency(a, b)
    assert same_agency(b, a)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("市发改委", "区发改局"),
        ("市工商局", "市质监局"),
        ("云泽市教育局", "澜川市教育局"),
        ("市自然资源局", "市自然资源局砚湖分局"),
        ("市卫生局", "市民政局"),
        ("人行云泽市中心支行", "人行望津市中心支行"),
        ("砚城集团", "汀兰集团"),
        ("市政府", "区政府"),
    ],
)
def test_different_agencies(a: str, b: str) -> None:
    assert not same_agency(a, b)


@pytest.mark.parametrize(
    "text",
    [
        "市商务局",
        "考核办",
        "经贸委",
        "云泽高新区管委会",
        "云泽经济技术开发区(综合保税区)管委会",
        "砚城集团",
        "各街镇",
        "各县(市、区)人民政府",
        "工作专班成员单位",
        "相关审批职能部门",
        "人行云泽市中心支行",
        "金陵海关",
        "市行政服务中心",
        "砚湖区政府",
        "国网云泽供电公司",
        "县卫健委]",
    ],
)
def test_whole_string_is_a_unit(text: str) -> None:
    assert is_unit_name(text)


@pytest.mark.parametrize(
    "text",
    [
        "新格局",
        "承办",
        "全市",
        "加快建设区域性商贸中心",
        "区域性金融中心",
        "责任单位",
        "人才培训",
        "确保责任到位",
        "服务业集聚区",
        "产业园区",
        "出台相应的实施细则",
        "按职责分工负责",
        "现代物流",
        "2023年",
        "5家以上",
        "社会",
        "从其规定",
    ],
)
def test_whole_string_is_no_unit(text: str) -> None:
    assert not is_unit_name(text)


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("市民政局要做什么", ["市民政局"]),
        ("发改委和商务局谁牵头养老", ["发改委", "商务局"]),
        ("砚湖区委组织部负责哪些", ["砚湖区委组织部"]),
        ("人社部门的职责", ["人社部门"]),
        ("各区县政府要落实什么", ["各区县政府"]),
        ("砚湖高新区管委会负责什么", ["砚湖高新区管委会"]),
        ("市委宣传部、市文产办", ["市委宣传部", "市文产办"]),
    ],
)
def test_units_in_a_sentence(text: str, units: list[str]) -> None:
    found = find_units(text)
    assert [name for name, _, _ in found] == units
    assert all(text[start:end] == name for name, start, end in found)


@pytest.mark.parametrize(
    "text",
    [
        "新发展格局布局中的政策",
        "委托办理部分事项",
        "谁负责养老服务",
        "结局如何",
        "按办法执行",
        "有关当局的看法",
        "物流补贴多少钱",
    ],
)
def test_no_unit_in_a_sentence(text: str) -> None:
    assert find_units(text) == []


def test_register_is_large_and_without_contradiction() -> None:
    known = cores()
    assert len({core.function for core in known.values()}) >= 60
    assert all(core.short in known for core in known.values())


def test_every_unit_of_the_gold_clauses_is_a_unit_name() -> None:
    files = sorted(GOLD.glob("clauses_*.jsonl"))
    if not files:
        pytest.skip("../shared/gold is not here")
    rows = [json.loads(line) for path in files for line in path.read_text("utf-8").splitlines()]
    names = {name for row in rows for role in ("responsible", "lead", "support") for name in row[role]}
    assert [name for name in sorted(names) if not is_unit_name(name)] == []


def test_long_lines_take_linear_time() -> None:
    began = time.perf_counter()
    find_units("市布局办理委托部分" * 20_000)
    is_unit_name("局" * 1_000_000)
    canonical("委员会" * 300_000)
    assert time.perf_counter() - began < 5

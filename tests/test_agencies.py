"""Agencies: short official names, sameness across levels and reforms, unit names in strings and sentences."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from indexer.notices.agencies import (
    branch_of,
    canonical,
    find_units,
    function_of,
    functions_of,
    is_unit_name,
    relation,
    same_agency,
)

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
        ("市资规砚湖分局", "市自然资源和规划局砚湖分局"),
        ("县教体局", "县教育体育局"),
        ("房产管理中心", "房产管理中心"),
        ("市房管中心", "市房产管理中心"),
        ("云泽市住房公积金管理委员会", "云泽市住房公积金管委会"),
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
        "市经委",
        "市建委",
        "市规划局",
        "市口岸办",
        "县文体局",
        "区社会事务局",
        "市药监局",
        "国家邮政局",
        "民航局",
        "市房地产事务中心",
        "国家金融监督管理总局云泽监管分局",
        "市生态环境局鹭洲分局",
        "砚湖公安分局",
        "望津市财政局澜川市财政局",
        "砚湖新区规划建设管理委员会",
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
        ("市经贸委", None),  # split
        ("县教体局", "教育、体育"),
        ("市地方金融监管局", "金融"),
        ("国家税务总局云泽市砚湖区税务局", "税务"),
        ("国家统计局云泽调查队", "调查队"),
        ("云泽海关", "海关"),
        ("国网云泽供电公司", "供电"),
        ("原市安监局", "应急管理"),
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
    "格局 布局 新格局 大局 当局 市级 全部 委托 办法 研究办法 教育中心 金融中心 国际金融中心 数据中心 物流中心 市局 市政府 区域性商贸中心 "
    "社区综治办 经市财政局 根据市财政局 市住建局联合市财政局 第四条市住房管理部门 望津市财政局澜川市财政局 砚湖新区建设管理委员会".split(),
)
def test_what_only_looks_like_an_agency_has_no_function(text: str) -> None:
    assert functions_of(text) == ()


# --- branches ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "head", "place"),
    [
        ("市生态环境局鹭洲分局", "市生态环境局", "鹭洲"),
        ("鹭洲区生态环境分局", "市生态环境局", "鹭洲区"),
        ("云泽市砚湖区公安分局", "云泽市公安局", "砚湖区"),
        ("砚湖公安分局", "市公安局", "砚湖"),
        ("区公安分局", "市公安局", "区"),
        ("市公安局砚湖分局", "市公安局", "砚湖"),
        ("市自然资源和规划局砚湖分局", "市自然资源和规划局", "砚湖"),
        ("市资规砚湖分局", "市自然资源和规划局", "砚湖"),
        ("市市场监管局高新区分局", "市市场监管局", "高新区"),
        ("市住房公积金管理中心枫林管理部", "市住房公积金管理中心", "枫林"),
        ("国家税务总局云泽市砚湖区税务局", "国家税务总局", "云泽市砚湖区"),
        ("人行云泽市中心支行", "中国人民银行", "云泽市"),
        ("国家金融监督管理总局云泽监管分局", "国家金融监督管理总局", "云泽"),
    ],
)
def test_a_branch_keeps_its_head_and_its_place(name: str, head: str, place: str) -> None:
    branch = branch_of(name)
    assert branch is not None
    assert (branch.head, branch.place) == (head, place)


@pytest.mark.parametrize(
    "name",
    [
        "市生态环境局",
        "鹭洲区生态环境局",
        "市公安局交警支队",
        "工商分局",
        "砚城集团",
        "中国人民银行",
        "市住建局（市人防办）",
    ],
)
def test_a_body_of_its_own_is_no_branch(name: str) -> None:
    assert branch_of(name) is None


@pytest.mark.parametrize(
    ("asked", "found", "expected"),
    [
        ("市生态环境局", "市生态环境局鹭洲分局", "branch"),
        ("云泽市生态环境局", "市环保局鹭洲分局", "branch"),
        ("市生态环境局", "鹭洲区生态环境分局", "branch"),
        ("市公安局", "砚湖公安分局", "branch"),
        ("市生态环境局鹭洲分局", "市生态环境局", "head"),
        ("鹭洲区生态环境局", "市生态环境局鹭洲分局", "same"),
        ("鹭洲区生态环境分局", "市生态环境局鹭洲分局", "same"),
        ("枫林县生态环境局", "市生态环境局枫林分局", "same"),
        ("区公安分局", "市公安局砚湖分局", "same"),
        ("青砚市生态环境局", "望津市生态环境局青砚分局", "same"),
        ("砚湖区税务局", "国家税务总局云泽市砚湖区税务局", "same"),
        ("南屏区生态环境局", "市生态环境局鹭洲分局", None),
        ("云泽市生态环境局鹭洲分局", "澜川市生态环境局鹭洲分局", None),
        ("澜川市生态环境局", "云泽市生态环境局鹭洲分局", None),
        ("市生态环境局", "市自然资源局鹭洲分局", None),
        ("市公安局", "市公安局交警支队", None),
        ("国家税务总局云泽市税务局", "国家税务总局云泽市砚湖区税务局", None),
    ],
)
def test_a_look_up_says_that_it_found_a_branch(asked: str, found: str, expected: str | None) -> None:
    assert relation(asked, found) == expected
    assert same_agency(asked, found) == (expected == "same")


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
        ("市住房公积金管理部门如何办理", ["市住房公积金管理部门"]),
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

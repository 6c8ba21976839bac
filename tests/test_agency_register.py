"""The agency register: every function is reached, every shared name is declared, and reforms are dated and passable."""

from __future__ import annotations

import subprocess
import sys

import pytest

from indexer.notices.agencies import function_of, functions_of, is_ambiguous, names_of, relation, same_agency
from indexer.notices.agencies.register import agency_name, cores, tails
from indexer.notices.agencies.succession import Core, DatedName, functions_at, leads_to, register

# Names of bodies that were split: what a task of theirs went to cannot be told from the name.
SPLIT = {
    "国家经贸委": {"发展改革", "商务", "国资"},
    "乡镇企业": {"经济和信息化", "农业农村"},
    "经济贸易": {"经济和信息化", "商务"},
    "国防科工委": {"国防科工", "经济和信息化"},
    "贸粮": {"商务", "粮食物资"},
    "外专": {"科技", "人力资源社会保障"},
    "铁道": {"铁路", "交通运输"},
    "食品药品监管": {"市场监管", "药品监管"},
    "物价": {"发展改革", "市场监管"},
    "广播电影电视": {"广播电视", "文化广电旅游"},
    # present names of bodies that are part of another at some levels
    "广播电视": {"广播电视", "文化广电旅游"},
    "新闻出版": {"新闻出版", "文化广电旅游", "宣传"},
    "版权": {"新闻出版", "文化广电旅游", "宣传"},
    "侨务": {"侨务", "统战"},
}
AMBIGUOUS = {
    "建委": {"住房城乡建设"},
    "规划": {"自然资源", "住房城乡建设"},
    "经委": {"经济和信息化", "商务"},
    "商贸": {"商务", "经济和信息化"},
    "文体": {"文化广电旅游", "体育"},
    "社会事务": {"民政", "社会发展"},
    "口岸": {"口岸物流", "商务"},
    "药监": {"药品监管", "市场监管"},
    "金融监管": {"金融", "国家金融监管"},
    "移民": {"水库移民", "移民管理"},
    "应急办": {"应急管理", "政府办"},
    "发展研究": {"研究室", "政研"},
    "综合办公室": {"政府办", "党委办", "党群工作"},
    "住房": {"住房城乡建设", "房产管理"},
    "人居环境": {"生态环境", "农业农村"},
}


def _in_full(spelling: str, core: Core) -> str:
    """A spelling with a level and an ending it may have, as a notice would write it."""
    if not core.tails:
        return spelling if spelling.startswith(("国", "最高", "中", "全国")) else "市" + spelling
    tail = next(t for t in ("局", "部", "办") if t in core.tails)
    return "市" + spelling + tail


def test_the_register_is_large() -> None:
    known = register()
    assert len(known.functions) == len(set(known.functions)) >= 200
    assert len(known.cores) >= 1_200


@pytest.mark.parametrize("function", register().functions)
def test_every_function_has_a_name_that_resolves_to_it(function: str) -> None:
    first = names_of(function)[0]
    spelling = first.spellings[0].rstrip("$")
    full = _in_full(spelling, cores()[spelling])
    assert function in functions_of(full), full
    assert is_ambiguous(full) == (len(functions_at((function,))) > 1)


def test_every_spelling_resolves_to_the_functions_of_its_name() -> None:
    wrong = {
        full: (functions_of(full), core.name.functions)
        for spelling, core in cores().items()
        if set(functions_of(full := _in_full(spelling, core))) != set(core.name.functions)
    }
    assert wrong == {}


def test_names_of_several_functions_are_declared() -> None:
    """A name means several functions because its body carries them, was split, or is listed as ambiguous."""
    several = {name.short: name for name in register().names if len(name.functions) > 1}
    joint = {short for short, name in several.items() if len(name.nodes) > 1}
    assert joint.isdisjoint(SPLIT)
    assert {short: set(name.functions) for short, name in several.items() if short not in joint} == {
        **SPLIT,
        **{short: may for short, may in AMBIGUOUS.items() if len(may) > 1},
    }
    assert {name.short for name in register().names if name.ambiguous} == set(AMBIGUOUS)


def test_succession_ends_in_functions_and_never_turns_back() -> None:
    known = register()
    for node in {*known.functions, *known.follows}:
        assert functions_at((node,)), node
        assert not any(leads_to(after, node) for after in known.follows.get(node, ())), node
    assert set(known.functions).isdisjoint(
        name.short for name in known.names if name.nodes[0] not in known.functions
    ), "a former name is spelled like a function"


def test_years_are_those_of_reforms_and_in_order() -> None:
    for name in register().names:
        for year in (name.since, name.until):
            assert year is None or 1993 <= year <= 2023, name.short
        assert not (name.since and name.until) or name.since < name.until, name.short
        assert not name.lingered or (name.until and name.until + 2 < name.lingered), name.short


# --- the reforms ---------------------------------------------------------------------------------

REFORMS = [
    # former name, its last year, the function it became
    ("市计委", 1998, "发展改革"),
    ("市体委", 1998, "体育"),
    ("市土地管理局", 1998, "自然资源"),
    ("市发展计划委员会", 2003, "发展改革"),
    ("市体改办", 2003, "发展改革"),
    ("市外经贸局", 2003, "商务"),
    ("市贸易局", 2003, "商务"),
    ("市人事局", 2008, "人力资源社会保障"),
    ("市劳动和社会保障局", 2008, "人力资源社会保障"),
    ("市建设局", 2008, "住房城乡建设"),
    ("市交通局", 2008, "交通运输"),
    ("市信息产业局", 2008, "经济和信息化"),
    ("市卫生局", 2013, "卫生健康"),
    ("市人口计生委", 2013, "卫生健康"),
    ("市卫计委", 2018, "卫生健康"),
    ("市文广新局", 2018, "文化广电旅游"),
    ("市旅游局", 2018, "文化广电旅游"),
    ("市国土资源局", 2018, "自然资源"),
    ("市城乡规划局", 2018, "自然资源"),
    ("市环保局", 2018, "生态环境"),
    ("市农业局", 2018, "农业农村"),
    ("市农办", 2018, "农业农村"),
    ("市安监局", 2018, "应急管理"),
    ("市工商局", 2018, "市场监管"),
    ("市质监局", 2018, "市场监管"),
    ("市法制办", 2018, "司法"),
    ("市国税局", 2018, "税务"),
    ("市地税局", 2018, "税务"),
    ("市粮食局", 2018, "粮食物资"),
    ("市监察局", 2018, "纪委监委"),
    ("市检验检疫局", 2018, "海关"),
    ("市扶贫办", 2021, "农业农村"),
    ("市乡村振兴局", 2023, "农业农村"),
    ("市地方金融监管局", 2023, "金融"),
]


@pytest.mark.parametrize(("former", "until", "function"), REFORMS)
def test_a_former_name_belongs_to_the_function_it_became(former: str, until: int, function: str) -> None:
    assert function_of(former) == function
    name = agency_name(former)
    assert name is not None
    assert name.parts[0].name.until == until
    assert name.parts[0].name in names_of(function)


def test_names_of_a_function_are_dated() -> None:
    health = {name.short: (name.since, name.until) for name in names_of("卫生健康") if len(name.nodes) == 1}
    assert health == {"卫生健康": (2018, None), "卫生计生": (2013, 2018), "卫生": (None, 2013), "计生": (None, 2013)}
    assert names_of("天文观测") == ()


def test_names_borne_in_a_year_allow_for_late_localities() -> None:
    def in_year(year: int) -> set[str]:
        return {name.short for name in names_of("卫生健康", year=year) if len(name.nodes) == 1}

    assert in_year(2012) == {"卫生", "计生"}
    assert in_year(2014) == {"卫生计生", "卫生", "计生"}
    assert in_year(2017) == {"卫生计生"}
    assert in_year(2019) == {"卫生健康", "卫生计生"}
    assert in_year(2022) == {"卫生健康"}
    assert "外经贸" in {name.short for name in names_of("商务", year=2009)}


def test_present_names_come_first() -> None:
    names = names_of("市场监管")
    assert names[0].short == "市场监管"
    assert [n for n in names if n.until is None] == list(names[: sum(n.until is None for n in names)])


def test_a_name_knows_its_years() -> None:
    name = DatedName("甲乙", ("甲乙",), ("卫生健康",), since=2003, until=2013, lingered=2016)
    assert [year for year in range(2000, 2020) if name.borne_in(year)] == list(range(2003, 2017))


# --- succession between names --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "found", "expected"),
    [
        ("市发改委", "云泽市发展和改革委员会", "same"),
        ("市文化广电旅游局", "市旅游局", "former"),
        ("市旅游局", "市文化广电旅游局", "successor"),
        ("市应急管理局", "市安监局", "former"),
        ("市卫健委", "市卫生局", "former"),
        ("市卫健委", "市卫计委", "former"),
        ("市卫计委", "市计生委", "former"),
        ("市发改委", "市计委", "former"),
        ("市自然资源和规划局", "市国土局", "former"),
        ("市税务局", "市地税局", "former"),
        ("市农业农村局", "市扶贫办", "former"),
        ("市乡村振兴局", "市扶贫办", "former"),
        ("县教育局", "县教体局", "successor"),
        ("县教体局", "县教育局", "former"),
        ("市人防办", "市住建局（市人防办）", "successor"),
        ("市商务局", "市经贸委", "possible"),
        ("市经信局", "市经贸委", "possible"),
        ("市经信局", "市经委", "possible"),
        ("市市场监管局", "市食药监局", "possible"),
        ("省药监局", "省药品监督管理局", "possible"),
        ("市规土局", "市规划局", "possible"),
        ("市工商局", "市质监局", None),
        ("市卫生局", "市计生委", None),
        ("市国税局", "市地税局", None),
        ("市国土局", "市规划局", None),
        ("市人事局", "市劳动保障局", None),
        ("市发改委", "市经贸委", None),
        ("市发改委", "区发改局", None),
        ("市财政局", "财政部", None),
        ("财政局", "财政部", None),
        ("市公安局", "省公安厅", None),
    ],
)
def test_relation(asked: str, found: str, expected: str | None) -> None:
    assert relation(asked, found) == expected
    assert same_agency(asked, found) == same_agency(found, asked) == (expected is not None)


@pytest.mark.parametrize(("short", "may"), AMBIGUOUS.items())
def test_an_ambiguous_name_gives_every_candidate(short: str, may: set[str]) -> None:
    full = _in_full(short, cores()[short])
    assert set(functions_of(full)) == may
    assert (function_of(full) is None) == (len(may) > 1)


def test_a_joint_body_carries_all_its_functions() -> None:
    assert functions_of("县教体局") == ("教育", "体育")
    assert not is_ambiguous("县教体局")
    assert function_of("县教体局") == "教育、体育"
    assert functions_of("县民政和人力资源社会保障局") == ("民政", "人力资源社会保障")
    assert functions_of("县规划和自然资源局（林业局、不动产登记中心）") == ("自然资源", "林业", "不动产登记")
    assert functions_of("市委组织部（砚湖区）") == ("组织",)


# --- cost ----------------------------------------------------------------------------------------


def test_the_register_is_read_only_when_asked() -> None:
    code = (
        "import indexer.notices\nfrom indexer.notices.agencies.succession import register\n"
        "assert register.cache_info().currsize == 0"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_endings_need_no_register() -> None:
    assert list(tails()) == sorted(tails(), key=len, reverse=True)
    assert {"局", "委员会", "部", "主管部门"} <= set(tails())

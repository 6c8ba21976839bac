"""Places: names with their parents, levels, and mentions in sentences."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from indexer.notices.places import find_places, gazetteer_of, leading_place, level_of, place_of
from indexer.records import Place

ARCHIVE = ("江澜省云泽市", "云泽市砚湖区", "青砚市枫林县")


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("温州市鹿城区", Place("浙江省", "温州市", "鹿城区")),
        ("鹿城区", Place("浙江省", "温州市", "鹿城区")),
        ("浙江省", Place("浙江省")),
        ("西湖区", Place(None, None, "西湖区")),
        ("杭州市西湖区", Place("浙江省", "杭州市", "西湖区")),
        ("上海市浦东新区", Place("上海市", None, "浦东新区")),
        ("云泽市砚湖区", Place(None, "云泽市", "砚湖区")),
        ("江澜省云泽市", Place("江澜省", "云泽市")),
        ("青砚市枫林县", Place(None, "青砚市", "枫林县")),
    ],
)
def test_place_of_a_name(name: str, place: Place) -> None:
    assert place_of(name) == place


@pytest.mark.parametrize("name", ["", "市场", "服务业", "高质量发展"])
def test_no_place(name: str) -> None:
    assert place_of(name) == Place()


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("国务院办公厅", "nation"),
        ("江澜省人民政府", "province"),
        ("重庆市商务委员会", "province"),
        ("云泽市人民政府办公室", "city"),
        ("国家税务总局云泽市税务局", "city"),
        ("云泽市砚湖区人民政府办公室", "district"),
        ("青砚市枫林县人民政府", "county"),
        ("义乌市人民政府", "county"),
        ("云泽市砚湖区青石镇人民政府", "town"),
        ("服务业", None),
        ("财政部", "nation"),
        ("民政部办公厅", "nation"),
        ("中国人民银行", "nation"),
        ("中国人民银行云泽市分行", "city"),
        ("海关总署", "nation"),
        ("省民政厅", "province"),
        ("市住建局", "city"),
        ("县委办公室", "county"),
        ("市场监督管理局", None),
        ("云泽市委宣传部", "city"),
    ],
)
def test_level_of_a_name(name: str, level: str | None) -> None:
    assert level_of(name) == level


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("嘉兴旅游目标是多少", ["嘉兴"]),
        ("浙江省温州市鹿城区谁负责养老", ["浙江省温州市鹿城区"]),
        ("温州鹿城区的补贴", ["温州鹿城区"]),
        ("鹿城物流补贴", ["鹿城"]),
        ("杭州、宁波和绍兴的做法", ["杭州", "宁波", "绍兴"]),
        ("蓝桥市的物流补贴谁来发", ["蓝桥市"]),
        ("澜川市汀兰区谁牵头", ["澜川市汀兰区"]),
    ],
)
def test_places_in_a_sentence(text: str, names: list[str]) -> None:
    found = find_places(text)
    assert [mention.text for mention in found] == names
    assert all(text[mention.start : mention.end] == mention.text for mention in found)


@pytest.mark.parametrize(
    "text",
    [
        "合理确保定期报告",
        "资金安排和乡村振兴",
        "城市上市公司和门市",
        "乡村振兴城市更新",
        "我市全市本市各县市区",
        "苏州河治理",
        "平安建设与友好合作",
        "哪个市的园区最多",
        "共和、和平与新建",
        "提振市场信心",
        "便利市民出行",
        "完善市政设施",
    ],
)
def test_no_place_in_a_sentence(text: str) -> None:
    assert find_places(text) == []


def test_names_of_the_archive_are_known_bare_and_in_full() -> None:
    found = find_places("云泽和枫林县的养老,砚湖区谁负责", known=ARCHIVE)
    assert [str(mention.place) for mention in found] == ["江澜省云泽市", "青砚市枫林县", "江澜省云泽市砚湖区"]
    assert find_places("云泽的养老") == []


def test_long_lines_take_linear_time() -> None:
    began = time.perf_counter()
    find_places("浙江温州的市县区" * 40_000)
    assert time.perf_counter() - began < 5


@pytest.mark.parametrize("known", [(), ARCHIVE])
def test_the_place_at_the_beginning_is_the_first_of_those_in_the_text(root: Path, known: tuple[str, ...]) -> None:
    titles = [
        file.read_text(encoding="utf-8").partition("\n")[0]
        for file in sorted((root / "corpus" / "samples").rglob("*.txt"))
    ]
    texts = [
        *titles,
        "云泽市砚湖区养老方案",
        "枫林县物流意见",
        "峨眉山市旅游办法",
        "眉山市",
        "蓝桥市的夜间经济",
        "城市更新",
        "省",
        "",
        "关于杭州",
    ]
    found = {text: leading_place(text, gazetteer_of(known)) for text in texts}
    assert found == {text: next((at for at in find_places(text, known=known) if at.start == 0), None) for text in texts}
    assert sum(place is not None for place in found.values()) > 3

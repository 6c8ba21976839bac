"""Persons: who is named as responsible, and what is no person."""

from __future__ import annotations

import time

import pytest

from indexer.notices.units.persons import find_persons, split_persons


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("许 澜", ["许澜"]),
        ("许 \xa0澜", ["许澜"]),
        ("宋岩、韩越", ["宋岩", "韩越"]),
        ("宋岩（局长）、韩越(副局长)", ["宋岩", "韩越"]),
        ("方志铭\n卢  珂", ["方志铭", "卢珂"]),
        ("林  杰 宋知远", ["林杰", "宋知远"]),
        ("欧阳 娜", ["欧阳娜"]),
        ("阿依努尔·买买提", ["阿依努尔·买买提"]),
        ("副市长陆遥", ["陆遥"]),
        ("市民政局局长 许澜", ["许澜"]),
        ("韩越同志", ["韩越"]),
    ],
)
def test_a_cell_gives_its_names(cell: str, expected: list[str]) -> None:
    assert split_persons(cell) == expected


@pytest.mark.parametrize(
    "cell", ["", "分管领导", "各镇街主要负责人", "副市长", "区应急局", "待定", "全体班子成员", "规划科"]
)
def test_offices_and_units_are_no_persons(cell: str) -> None:
    assert split_persons(cell) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("总牵头人：许  澜（区委副书记）\n丁岚（区发改局局长）\n成员单位：区教育局", ["许澜", "丁岚"]),
        ("责任人：宋岩、阿依努尔·买买提。", ["宋岩", "阿依努尔·买买提"]),
        ("组长：顾砚清 市长", ["顾砚清"]),
        ("由市长陆遥任组长，副市长宋知远、韩越任副组长。", ["陆遥", "宋知远", "韩越"]),
    ],
)
def test_text_that_appoints_names_its_persons(text: str, expected: list[str]) -> None:
    assert find_persons(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "由分管副市长担任组长。",
        "由行政首长担任总指挥。",
        "按照下列规定确定责任人：\n（一）机关",
        "联系人：宋岩",
        "市长陆遥到场指导。",
    ],
)
def test_text_without_appointed_persons_names_none(text: str) -> None:
    assert find_persons(text) == []


@pytest.mark.parametrize("piece", ["责任人：", "责任人：宋岩、", "宋 ", "市长宋岩、", "总指挥市长宋岩、"])
def test_a_long_line_is_read_in_linear_time(piece: str) -> None:
    text = piece * (200_000 // len(piece))
    begun = time.process_time()
    find_persons(text)
    split_persons(text)
    assert time.process_time() - begun < 3

"""Units with their roles: labelled lists, brackets, prose, and what names no unit."""

from __future__ import annotations

import pytest

from indexer.notices.labels import starts_unit_line
from indexer.notices.prose import prose_units
from indexer.notices.units import document_wide, plain_bracket, read_unit_list


def said(text: str) -> list[tuple[str, str]]:
    return [(m.surface, m.role) for m in read_unit_list(text, 0, rule="unit_line").mentions]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("责任单位：市民政局、市财政局", [("市民政局", "responsible"), ("市财政局", "responsible")]),
        ("责任部门:市商务局,市经信局", [("市商务局", "responsible"), ("市经信局", "responsible")]),
        ("牵头单位：省民政厅；配合单位：省财政厅", [("省民政厅", "lead"), ("省财政厅", "support")]),
        ("责任单位：市民政局（牵头）、市教育局", [("市民政局", "lead"), ("市教育局", "responsible")]),
        (
            "市民政局牵头，市财政局、市商务局配合",
            [("市民政局", "lead"), ("市财政局", "support"), ("市商务局", "support")],
        ),
        # one name that holds a conjunction, and two names that one joins
        ("责任单位：市自然资源和规划局", [("市自然资源和规划局", "responsible")]),
        ("责任单位：市发改委和市财政局", [("市发改委", "responsible"), ("市财政局", "responsible")]),
        # brackets belong to the name
        (
            "责任单位：云泽经济开发区(综合保税区)管委会、市商务局",
            [("云泽经济开发区(综合保税区)管委会", "responsible"), ("市商务局", "responsible")],
        ),
        ("责任单位：各县（市、区）人民政府", [("各县（市、区）人民政府", "responsible")]),
        # list words are no part of a name
        ("责任单位：市文广旅体局等有关部门按职责分工负责。", [("市文广旅体局", "responsible")]),
        ("责任单位：市公安局 市司法局", [("市公安局", "responsible"), ("市司法局", "responsible")]),
    ],
)
def test_a_list_gives_each_unit_with_its_role(text: str, expected: list[tuple[str, str]]) -> None:
    assert said(text) == expected


def test_a_mention_is_located_and_says_its_rule() -> None:
    text = "责任单位：市民政局、市 财政局"
    for m in read_unit_list(text, 100, rule="unit_line").mentions:
        assert text[m.start - 100 : m.end - 100].replace(" ", "") == m.surface
        assert m.rule == "unit_line"


def test_a_document_wide_statement_is_kept_apart_and_inherited() -> None:
    found = read_unit_list("责任单位：市民政局，以下均需各区县政府落实，不再列出", 0, rule="unit_bracket")
    assert [m.surface for m in found.mentions] == ["市民政局"]
    assert [(m.surface, m.inherited) for m in found.document_wide] == [("各区县政府", True)]


def test_a_statement_in_front_of_a_table_holds_for_all_of_it() -> None:
    found = document_wide("（各街道办事处对表中全部任务均承担落实责任，不再逐行列出）", 0)
    assert found is not None
    assert [m.surface for m in found.document_wide] == ["各街道办事处"]


def test_a_short_form_is_learned() -> None:
    found = read_unit_list("区发改局,区养老服务工作专班成员单位(以下简称专班成员单位)", 0, rule="table_column")
    assert found.aliases == (("专班成员单位", "区养老服务工作专班成员单位"),)


@pytest.mark.parametrize(
    "text", ["（市民政局牵头，市财政局配合）", "(省教育厅、省财政厅按职责分工负责)", "（市商务局负责）"]
)
def test_a_bracket_of_units_alone_assigns(text: str) -> None:
    assert plain_bracket(text, 0) is not None


@pytest.mark.parametrize(
    "text", ["（2023—2027年）", "（含电商）", "(综合保税区)", "（以下简称专班）", "（试行）", "（暂名）"]
)
def test_other_brackets_assign_nothing(text: str) -> None:
    assert plain_bracket(text, 0) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "由区教育局牵头，区财政局、区民政局配合。",
            {("区教育局", "lead"), ("区财政局", "support"), ("区民政局", "support")},
        ),
        (
            "市发展改革委牵头抓总，市商务局、市金融办等相关部门协同。",
            {("市发展改革委", "lead"), ("市商务局", "support"), ("市金融办", "support")},
        ),
        ("整治工作总牵头单位为市城管局，各部门协同。", {("市城管局", "lead")}),
        ("市商务局为总牵头单位。", {("市商务局", "lead")}),
        ("由区教育局会同区文广旅体局制定标准。", {("区教育局", "lead"), ("区文广旅体局", "support")}),
    ],
)
def test_prose_that_assigns_names_its_units(text: str, expected: set[tuple[str, str]]) -> None:
    assert {(m.surface, m.role) for m in prose_units(text, 0)} == expected


@pytest.mark.parametrize(
    "text",
    [
        "鼓励龙头企业牵头组建创新联合体。",
        "各行业牵头部门要加强指导。",
        "市商务局按季汇总进展，市府办会同相关单位抽查。",
        "定期向市人大常委会汇报。",
        "各行业主管部门负责组织实施本行业工作。",
    ],
)
def test_prose_that_only_mentions_names_none(text: str) -> None:
    assert prose_units(text, 0) == []


@pytest.mark.parametrize(
    "text", ["责任单位：市民政局", "（牵头单位:区民政局", "参与单位：各街道", "2.责任部门：市商务局"]
)
def test_a_unit_line_is_known_by_its_label(text: str) -> None:
    assert starts_unit_line(text)


@pytest.mark.parametrize("text", ["压实责任单位主体责任", "牵头单位要履行职责", "用人单位：可自主招聘", "责任到人"])
def test_prose_about_units_is_no_unit_line(text: str) -> None:
    assert not starts_unit_line(text)

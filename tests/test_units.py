"""Units with their roles: labelled lists, brackets, prose, and what names no unit."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.notices.agencies.unitnames import find_units, is_unit_name
from indexer.notices.brackets import bracket_spans, closes, top_level
from indexer.notices.units import UNIT_RULES, document_wide, lists_units, plain_bracket, read_unit_list
from indexer.notices.units.labels import find_labels, label_alone, starts_unit_line
from indexer.notices.units.prose import prose_units
from indexer.records import UnitMention


def said(text: str) -> list[tuple[str, str]]:
    return [(m.surface, m.role) for m in read_unit_list(text, 0, rule="unit_line").mentions]


def in_prose(text: str) -> set[tuple[str, str]]:
    return {(m.surface, m.role) for m in prose_units(text, 0)}


# --- lists ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("责任单位：市民政局、市财政局", [("市民政局", "responsible"), ("市财政局", "responsible")]),
        ("责任部门:市商务局,市经信局", [("市商务局", "responsible"), ("市经信局", "responsible")]),
        ("牵头单位：省民政厅；配合单位：省财政厅", [("省民政厅", "lead"), ("省财政厅", "support")]),
        ("主办单位：市民政局；协办单位：市教育局", [("市民政局", "lead"), ("市教育局", "support")]),
        ("市级责任单位：市民政局", [("市民政局", "responsible")]),
        ("责任主体：各区政府", [("各区政府", "responsible")]),
        ("〔责任单位〕市民政局、市财政局", [("市民政局", "responsible"), ("市财政局", "responsible")]),
        ("责任单位市民政局、市财政局", [("市民政局", "responsible"), ("市财政局", "responsible")]),
        ("责任单位：市级：市民政局；区级：各区政府", [("市民政局", "responsible"), ("各区政府", "responsible")]),
        ("责任单位：市民政局；督办单位：市政府办公室", [("市民政局", "responsible")]),
        ("责任单位：市民政局（牵头）、市教育局", [("市民政局", "lead"), ("市教育局", "responsible")]),
        # one name that holds a conjunction, and two names that one joins
        ("责任单位：市自然资源和规划局", [("市自然资源和规划局", "responsible")]),
        ("责任单位：市自然资源和\n规划局", [("市自然资源和规划局", "responsible")]),
        ("责任单位：市发改委和市财政局", [("市发改委", "responsible"), ("市财政局", "responsible")]),
        # brackets belong to the name
        (
            "责任单位：云泽经济开发区(综合保税区)管委会、市商务局",
            [("云泽经济开发区(综合保税区)管委会", "responsible"), ("市商务局", "responsible")],
        ),
        ("责任单位：各县（市、区）人民政府", [("各县（市、区）人民政府", "responsible")]),
        # names that share their ending
        (
            "责任单位：省民政厅，各市、州、县人民政府",
            [("省民政厅", "responsible"), ("各市、州、县人民政府", "responsible")],
        ),
        ("责任单位：各区、市直有关部门", [("各区", "responsible"), ("市直有关部门", "responsible")]),
        # list words are no part of a name
        ("责任单位：市文广旅体局等有关部门按职责分工负责。", [("市文广旅体局", "responsible")]),
        ("责任单位：市公安局依据各自职责分别组织实施", [("市公安局", "responsible")]),
        ("责任单位：市公安局 市司法局", [("市公安局", "responsible"), ("市司法局", "responsible")]),
        ("责任单位：1.市公安局；2.市司法局", [("市公安局", "responsible"), ("市司法局", "responsible")]),
        ("责任单位：市民政局。其他部门配合", [("市民政局", "responsible")]),
    ],
)
def test_a_list_gives_each_unit_with_its_role(text: str, expected: list[tuple[str, str]]) -> None:
    assert said(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("市民政局牵头，市财政局、市商务局配合", "lead support support"),
        ("市民政局牵头、市财政局配合", "lead support"),
        ("市民政局牵头，市财政局、市商务局按职责分工负责", "lead responsible responsible"),
        ("市民政局、市财政局共同牵头", "lead lead"),
        ("市民政局负责，市财政局配合", "responsible support"),
        ("市民政局，市财政局、市商务局配合", "responsible support support"),
        ("市民政局会同市财政局、市商务局，各区政府配合", "lead support support support"),
        ("市发改委、市民政局会同市财政局", "lead lead support"),
        ("市民政局牵头，会同市财政局、市商务局", "lead support support"),
        ("市民政局为牵头单位，市财政局为配合单位", "lead support"),
    ],
)
def test_phrases_give_their_names_roles(text: str, expected: str) -> None:
    assert [role for _, role in said(text)] == expected.split()


@pytest.mark.parametrize(
    ("text", "open_at"),
    [
        ("市民政局、市财政局等有关部门", ["市财政局"]),
        ("市民政局、市财政局等部门按职责分工负责", ["市财政局"]),
        ("市民政局、市财政局等单位，各区政府", ["市财政局"]),
        ("市民政局、市财政局、等部门", ["市财政局"]),
        ("市民政局及有关部门", ["市民政局"]),
        ("市民政局会同有关部门负责", ["市民政局"]),
        ("市民政局、各有关部门", []),
        ("市民政局、市高等教育园区管委会", []),
    ],
)
def test_a_list_that_goes_on_without_names_is_marked(text: str, open_at: list[str]) -> None:
    mentions = read_unit_list(text, 0, rule="unit_line").mentions
    assert [m.surface for m in mentions if m.open_ended] == open_at


def test_a_mention_is_located_and_says_its_rule() -> None:
    text = "责任单位：市民政局、市 财政局"
    for m in read_unit_list(text, 100, rule="unit_line").mentions:
        assert text[m.start - 100 : m.end - 100].replace(" ", "") == m.surface
        assert m.rule == "unit_line"


def test_a_misprinted_label_is_read_and_noted() -> None:
    mentions = read_unit_list("贵任单位：市民政局", 0, rule="unit_line").mentions
    assert [(m.surface, m.role, m.rule) for m in mentions] == [("市民政局", "responsible", "misprint")]
    assert "misprint" in UNIT_RULES


def test_a_list_says_deadline_and_persons_beside_its_units() -> None:
    found = read_unit_list("牵头单位：市民政局；责任人：宋岩、韩越；完成时限：2024年6月", 0, rule="unit_line")
    assert [m.surface for m in found.mentions] == ["市民政局"]
    assert found.persons == "宋岩、韩越"
    assert found.deadline is not None
    assert found.deadline.text == "2024年6月"


def test_a_time_limit_among_names_is_the_deadline() -> None:
    found = read_unit_list("市民政局牵头，2024年底前完成", 0, rule="plain_bracket")
    assert [m.surface for m in found.mentions] == ["市民政局"]
    assert found.deadline is not None
    assert found.deadline.text == "2024年底前完成"


def test_a_document_wide_statement_is_kept_apart_and_inherited() -> None:
    found = read_unit_list("责任单位：市民政局，以下均需各区县政府落实，不再列出", 0, rule="unit_bracket")
    assert [m.surface for m in found.mentions] == ["市民政局"]
    assert [(m.surface, m.inherited) for m in found.document_wide] == [("各区县政府", True)]


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("（各街道办事处对表中全部任务均承担落实责任，不再逐行列出）", "各街道办事处"),
        ("以下任务均涉及各区县政府，不再重复列出。", "各区县政府"),
        ("本方案各项任务均由各街道落实。", "各街道"),
    ],
)
def test_a_statement_of_its_own_holds_for_all_that_follows(text: str, unit: str) -> None:
    found = document_wide(text, 0)
    assert found is not None
    assert [m.surface for m in found.document_wide] == [unit]


@pytest.mark.parametrize(
    "text",
    ["以上措施均由市住建局负责解释。", "以下材料均由申请人提供。", "上述企业均可享受补贴。", "各区政府要抓好落实。"],
)
def test_a_statement_about_something_else_holds_for_nothing(text: str) -> None:
    assert document_wide(text, 0) is None


def test_a_short_form_is_learned() -> None:
    found = read_unit_list("区发改局,区养老服务工作专班成员单位(以下简称专班成员单位)", 0, rule="table_column")
    assert found.aliases == (("专班成员单位", "区养老服务工作专班成员单位"),)


# --- brackets ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "（市民政局牵头，市财政局配合）",
        "(省教育厅、省财政厅按职责分工负责)",
        "（市商务局负责）",
        "（由市商务局负责）",
        "（市商务局会同市财政局）",
        "（市商务局牵头，2024年底前完成）",
        "（银保监会、证监会负责）",
    ],
)
def test_a_bracket_of_units_alone_assigns(text: str) -> None:
    assert plain_bracket(text, 0) is not None


@pytest.mark.parametrize(
    "text",
    [
        "（2023—2027年）",
        "（含电商）",
        "(综合保税区)",
        "（以下简称专班）",
        "（试行）",
        "（暂名）",
        "（政府、企业各承担一半）",
    ],
)
def test_other_brackets_assign_nothing(text: str) -> None:
    assert plain_bracket(text, 0) is None


def test_brackets_pair_by_family_and_a_lone_one_is_a_character() -> None:
    text = "增速<5%（责任单位：市民政局）（市财政局〕"
    assert [text[a:b] for a, b in bracket_spans(text)] == ["（责任单位：市民政局）", "（市财政局〕"]
    lone = "甲（乙、丙）、丁（戊、己"
    assert top_level(lone, 0, len(lone), "、") == [6, 10]
    assert closes("(责任单位：各区政府(管委会))")
    assert not closes("(市民政局)和(市财政局)")


def test_a_bracket_left_open_runs_to_the_end_when_a_label_opens_it() -> None:
    text = "建设站点（含电商）。（责任单位：市民政局"
    assert [text[a:b] for a, b in bracket_spans(text, left_open=starts_unit_line)][-1] == "（责任单位：市民政局"


# --- labels --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "责任单位：市民政局",
        "（牵头单位:区民政局",
        "参与单位：各街道",
        "2.责任部门：市商务局",
        "【责任单位】市民政局",
        "（责任单位市民政局、市财政局）",
        "责 任 单 位：市民政局",
        "责任领导：宋岩",
    ],
)
def test_a_unit_line_is_known_by_its_label(text: str) -> None:
    assert starts_unit_line(text)


@pytest.mark.parametrize(
    "text",
    [
        "压实责任单位主体责任",
        "牵头单位要履行职责",
        "用人单位：可自主招聘",
        "责任到人",
        "具体负责人：宋岩（副局长）",
        "办理机构：各网点",
        "（责任单位应当公开）",
    ],
)
def test_prose_about_units_is_no_unit_line(text: str) -> None:
    assert not starts_unit_line(text)


def test_labels_do_not_overlap() -> None:
    marks = find_labels("责任单位（部门）：市民政局；配合：市财政局；联系电话：0000；完成时限：2024年")
    assert [m.kind for m in marks] == ["units", "units", "other", "deadline"]
    assert all(a.end <= b.start for a, b in zip(marks, marks[1:], strict=False))


# --- prose ---------------------------------------------------------------------------------------


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
        ("经市人社局牵头评估后公布。", {("市人社局", "lead")}),
        ("区发改局负责牵头组织实施平台建设。", {("区发改局", "lead")}),
        ("由市民政局负责组织实施。", {("市民政局", "responsible")}),
        ("此项工作由市教育局负责。", {("市教育局", "responsible")}),
        ("市工作专班负责统筹协调，每月调度。", {("市工作专班", "responsible")}),
    ],
)
def test_prose_that_assigns_names_its_units(text: str, expected: set[tuple[str, str]]) -> None:
    assert in_prose(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "鼓励龙头企业牵头组建创新联合体。",
        "各行业牵头部门要加强指导。",
        "市商务局按季汇总进展，市府办会同相关单位抽查。",
        "定期向市人大常委会汇报。",
        "各行业主管部门负责组织实施本行业工作。",
        "建立市市场监管局牵头的联席会议制度。",
        "在城市政府牵头协调机制下推送名单。",
        "成立由市住建局牵头、市财政局等部门参与的工作小组。",
        "本办法由市住建局会同有关部门负责解释。",
        "本通知由市住建局牵头解释，自印发之日起施行。",
        "住房城乡建设部门负责牵头组织检查。",
        "由用人单位负责实施。",
        "由其负责组织实施。",
        "市财政局负责资金保障；市人社局负责层次认定。",
        "驿站由团市委负责运营，费用在专项资金中列支。",
    ],
)
def test_prose_that_only_mentions_names_none(text: str) -> None:
    assert prose_units(text, 0) == []


def test_prose_beside_a_list_only_adds_who_leads() -> None:
    text = "由市民政局牵头，市财政局配合。由市教育局负责组织实施。"
    assert {(m.surface, m.role) for m in prose_units(text, 0, labelled=True)} == {("市民政局", "lead")}


# --- names ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    "市商务局 考核办 云泽高新区管委会 砚城集团 各街镇 工作专班成员单位 人行云泽市中心支行 各市、县人民政府 银保监会 外交部 县人行 "
    "市要素保障局 自由贸易试验区管委会 市委组织部 经信局 市对口支援办 各区政府（含开发区，下同）".split(),
)
def test_names_of_units_are_known(name: str) -> None:
    assert is_unit_name(name)


@pytest.mark.parametrize(
    "text",
    "新格局 承办 全市 加快建设区域性商贸中心 责任单位 人才培训 确保责任到位 邀请市住建局 根据省住建厅 经市人社部门 有条件的县 数字政府 "
    "制造强市 三省一市 办事大厅 全程网办 开好局 保险公司等机构 各监管局要成立工作专班 启动区".split(),
)
def test_other_words_are_no_units(text: str) -> None:
    assert not is_unit_name(text)


def test_units_in_a_sentence_are_cut_from_the_words_before_them() -> None:
    names = [name for name, _, _ in find_units("建立市县人民政府牵头机制，邀请市住建局、经市人社部门会同区财政局")]
    assert names == ["市县人民政府", "市住建局", "市人社部门", "区财政局"]


# --- what always holds ---------------------------------------------------------------------------

_WORDS = st.sampled_from(
    "市民政局 市 财政局 各区、县（市）人民政府 省发展改革委 各有关部门 （牵头） 牵头 配合 会同 负责 等部门 、 ， ； 。 \n （ ） 【 】 〔 〕 < > ： "
    "责任单位： 配合单位： 【责任单位】 贵任单位： 完成时限：2024年 责任人：宋岩 以下均需各区政府落实 （以下简称专班） 1. 由 和 2024年底前 \u3000 下同".split(
        " "
    )
)


def _true(mentions: tuple[UnitMention, ...] | list[UnitMention], text: str, offset: int) -> bool:
    return all(re.sub(r"\s", "", text[m.start - offset : m.end - offset]) == m.surface for m in mentions)


@given(st.lists(_WORDS, max_size=25).map("".join), st.integers(0, 1000))
def test_every_mention_is_a_quotation(text: str, offset: int) -> None:
    for found in (read_unit_list(text, offset, rule="unit_line"), plain_bracket(f"（{text}）", offset - 1)):
        if found is not None:
            assert _true(found.mentions, text, offset)
            assert _true(found.document_wide, text, offset)
            if found.deadline is not None:
                assert text[found.deadline.start - offset : found.deadline.end - offset] == found.deadline.text
    assert _true(prose_units(text, offset), text, offset)
    assert all(text[a:b] == name for name, a, b in find_units(text))


@given(st.text("(（〔【[〈<)）〕】]〉>甲、"))
def test_brackets_are_in_order_and_apart(text: str) -> None:
    spans = bracket_spans(text)
    assert all(a[1] <= b[0] for a, b in zip(spans, spans[1:], strict=False))
    places = top_level(text, 0, len(text), "、")
    assert all(text[i] == "、" and not any(a <= i < b for a, b in spans) for i in places)


@pytest.mark.parametrize(
    "piece",
    [
        "(",
        "责任单位：",
        "市民政局、",
        "【",
        "各区、",
        "市民政局牵头",
        "由市民政局会同市财政局",
        "以下均需",
        "\n市民政",
        "市局",
    ],
)
def test_a_long_line_is_read_in_linear_time(piece: str) -> None:
    def seconds(length: int) -> float:
        text = piece * (length // len(piece))
        begun = time.process_time()
        read_unit_list(text, 0, rule="unit_line")
        plain_bracket(f"（{text}）", 0)
        prose_units(text, 0)
        starts_unit_line(text)
        return time.process_time() - begun

    assert seconds(100_000) < 3


@pytest.mark.parametrize(
    ("text", "role"), [("责任单位：", "responsible"), ("【牵头单位】", "lead"), ("配合单位", None)]
)
def test_a_label_may_have_its_line_for_itself(text: str, role: str | None) -> None:
    assert label_alone(text) == role
    assert label_alone(f"{text}市民政局") is None


def test_a_line_of_names_alone_is_known() -> None:
    assert lists_units("市民政局、市财政局，各区政府")
    assert not lists_units("市民政局、市财政局要加强协作")
    assert not lists_units("市民政局。市财政局配合")


def test_articles_of_a_legal_text_state_duties() -> None:
    text = "此项工作由市民政局负责，费用由市财政局承担。"
    assert [m.rule for m in prose_units(text, 0)] == ["prose_by"]
    assert prose_units(text, 0, legal=True) == []

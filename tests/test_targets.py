"""Targets: what is to be reached or paid, verbatim, with what it counts."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_deadlines import _gold

from indexer.notices.quantities.figures import fold_digits, number_value
from indexer.notices.quantities.targets import TARGET_RULES, find_targets

FOUND = [
    ("quantity", "全市服务业增加值突破900亿元,增长9.5%以上。", ["全市服务业增加值突破900亿元", "增长9.5%以上"]),
    ("quantity", "完善机制,力争吞吐量突破20万标箱。", ["力争吞吐量突破20万标箱"]),
    ("quantity", "2024年,新增省级中心1家、创意园区2家以上。", ["新增省级中心1家", "创意园区2家以上"]),
    ("quantity", "选择50个成长企业、50个小微企业作为扶持对象。", ["选择50个成长企业、50个小微企业作为扶持对象"]),
    ("quantity", "投资占比不低于2/3。", ["投资占比不低于2/3"]),
    ("quantity", "1.新建养老服务站3个。", ["新建养老服务站3个"]),
    ("quantity", "培育具有全国影响力的百亿级龙头企业1家以上。", ["百亿级龙头企业1家以上"]),
    ("quantity", "2026年年底前建成低碳工厂40家。", ["建成低碳工厂40家"]),
    ("quantity", "在老城、江岸布局夜市集聚区2个。", ["布局夜市集聚区2个"]),
    ("quantity", "出口货物1,200台。", ["出口货物1,200台"]),
    ("comparison", "增速高于全市地区生产总值增速。", ["增速高于全市地区生产总值增速"]),
    ("written_figure", "比重提高零点五到一个百分点。", ["比重提高零点五到一个百分点"]),
    ("written_figure", "每个街道至少设立一处助浴点。", ["每个街道至少设立一处助浴点"]),
    ("paid", "对成效突出的链主给予最高30万元奖励。", ["给予最高30万元奖励"]),
    ("paid", "新获评的企业,分别奖励20万元、60万元、120万元。", ["分别奖励20万元、60万元、120万元"]),
    ("bounded", "租赁期限一般不少于8年。", ["租赁期限一般不少于8年"]),
    ("promised", "资金5个工作日内拨付。", ["资金5个工作日内拨付"]),
]


@pytest.mark.parametrize(("rule", "text", "targets"), FOUND)
def test_targets(rule: str, text: str, targets: list[str]) -> None:
    found = find_targets(text, 7)
    assert [target.text for target in found] == targets
    assert all(text[target.start - 7 : target.end - 7] == target.text for target in found)
    assert {target.rule for target in found} == {rule}


def test_every_rule_has_a_case() -> None:
    assert {rule for rule, *_ in FOUND} == set(TARGET_RULES)


@pytest.mark.parametrize(
    "text",
    [
        "引进一批国内外知名企业。",
        "根据江政发〔2023〕8号文件。",
        "招引500强企业。",
        "开展30周年纪念活动。",
        "制订三年培训计划。",
        "购买住房面积在90平方米以下的。",
        "月缴存额在2000元以上。",
        "到2027年,全面建成体系。",
        "工作专班下设5个工作组。",
        "每季度召开一次会议。",
        "应当在10个工作日内作出决定。",
        "对年营业收入1亿元以上且纳入统计的企业。",
        "支持换购住房政策延长至2024年12月31日。",
        "印发《云泽市培育100家企业计划》。",
        "实行一人一议。",
    ],
)
def test_no_targets(text: str) -> None:
    assert find_targets(text) == ()


@pytest.mark.parametrize(
    ("text", "value", "upper", "unit", "direction"),
    [
        ("全市养老床位突破3万张", 30000, None, "张", "at_least"),
        ("新增养老床位三万张", 30000, None, "张", "increase"),
        ("出口提高百分之二十", 20, None, "%", "increase"),
        ("覆盖不少于三分之一的街道", pytest.approx(1 / 3), None, "", "at_least"),
        ("培育龙头企业一百二十家", 120, None, "家", "exactly"),
        ("新增企业30余家", 30, None, "家", "about"),
        ("出口货物1,200台", 1200, None, "台", "exactly"),
        ("建设12~15个站点", 12, 15, "个", "exactly"),
        ("运营补助150元至400元", 150, 400, "元", "exactly"),
        ("新建1万至2万套住房", 10000, 20000, "套", "exactly"),
        ("单位能耗下降3%左右", 3, None, "%", "about"),
        ("办理材料压减50%", 50, None, "%", "decrease"),
        ("将费率降至1%以下", 1, None, "%", "at_most"),
        ("费率控制在3%以内", 3, None, "%", "at_most"),
        ("最高贷款额度上浮20%", 20, None, "%", "increase"),
        ("给予200元/平方米补贴", 200, None, "元/平方米", "exactly"),
        ("给予最高800万支持", 8_000_000, None, "", "at_most"),
        ("租赁期限一般不少于8年", 8, None, "年", "at_least"),
        ("押金不得超过月床位费的3倍", 3, None, "倍", "at_most"),
        ("阳台投影面积不得超过该套型总建筑面积的15%", 15, None, "%", "at_most"),
        ("优良率达到９５％", 95, None, "%", "exactly"),
    ],
)
def test_quantities(text: str, value: float, upper: float | None, unit: str, direction: str) -> None:
    (target,) = find_targets(text)
    quantity = target.quantities[0]
    assert (quantity.value, quantity.upper, quantity.unit, quantity.direction) == (value, upper, unit, direction)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,200", 1200),
        ("三万", 30000),
        ("一百二十", 120),
        ("零点五", 0.5),
        ("3.5亿", 350_000_000),
        ("1/4", 0.25),
        ("两千", 2000),
    ],
)
def test_number_value(text: str, value: float) -> None:
    assert number_value(text) == pytest.approx(value)


@pytest.mark.parametrize("text", ["", "家", "一/零", "1/0", "零分之一"])
def test_no_number(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        number_value(text)


@given(st.text(alphabet="０１５９年月日二〇一九十五七月。x％．零"))
def test_folding_keeps_every_character_in_its_place(text: str) -> None:
    assert len(fold_digits(text)) == len(text)


def test_targets_of_the_gold_clauses() -> None:
    exact = touching = n_gold = n_found = 0
    for row, text in _gold():
        gold = list(row["targets"])
        found = [target.text for target in find_targets(text)]
        n_gold, n_found = n_gold + len(gold), n_found + len(found)
        exact += len(set(gold) & set(found))
        touching += sum(any(a in b or b in a for b in gold) for a in found)
    assert 2 * exact / (n_gold + n_found) >= 0.88
    assert 2 * touching / (n_gold + n_found) >= 0.96


_PIECES = ["力争", "新增", "3", "万", "亿", "家", "个百分点", "%", "以上", "不少于", "三", "两", "百", "分之", "至", "~", "、", "，", "。", "的", "按",
           "给予", "（", "）", "《", "》", "2023年", "底前", "1,200", "/", "元", "工作日", "内", "最长", "对", "企业", "．", "５"]  # fmt: skip


@given(st.one_of(st.text(), st.lists(st.sampled_from(_PIECES), max_size=16).map("".join)))
def test_any_text_gives_quotations_in_order(text: str) -> None:
    at = 0
    for target in find_targets(text):
        assert text[target.start : target.end] == target.text
        assert target.start >= at
        at = target.end
        assert target.rule in TARGET_RULES
        for quantity in target.quantities:
            assert quantity.value >= 0
            assert quantity.upper is None or quantity.upper >= quantity.value


@pytest.mark.parametrize(
    "piece", ["1", "的", "(", "1.2", "零点五", "、3家", ",1", "1家 ", "按1", "分之", "不低于", "对5家给予", "3天"]
)
def test_long_lines_take_linear_time(piece: str) -> None:
    text = piece * (300_000 // len(piece))
    began = time.process_time()
    find_targets(text)
    assert time.process_time() - began < 4

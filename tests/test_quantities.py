"""Deadlines and targets: what limits a clause, and what it aims at, verbatim."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from indexer.notices.quantities import find_deadline, find_targets

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.mark.parametrize(
    ("text", "deadline"),
    [
        ("到2027年,全区建成养老服务站30个。", "到2027年"),
        ("2023年,新建托育点5个;到2025年底,实现街道全覆盖。", "到2025年底"),
        ("2024年6月底前完成平台搭建。", "2024年6月底前"),
        ("12月底前办结。", "12月底前"),
        ("202412月底前,培育领军企业1家。", "202412月底前"),
        ("年内力争落户一家品牌酒店。", "年内"),
        ("开展夜游,全年争取接待游客100万人次。", "全年"),
        ("组织展会。\n2024全年,举办展会8场。", "2024全年"),
        ("到“十四五”期末,每年增长8%。", "到“十四五”期末"),
        ("2014年力争项目达到50个。", "2014年"),
        ("力争2014年全市旅游收入达到90亿元。", "2014年"),
        ("到年,服务业增加值达到60亿元。", "到年"),
        ("(三)总结阶段(2011年10月至11月)", "2011年10月至11月"),
        ("(二)2011年的主要工作任务", "2011年"),
        ("4月上旬", "4月上旬"),
        ("五年内培训50名企业家。", "五年内"),
    ],
)
def test_deadline(text: str, deadline: str) -> None:
    found = find_deadline(text)
    assert found is not None
    assert found[0] == deadline
    assert text[found[1] : found[2]] == deadline


@pytest.mark.parametrize(
    "text",
    [
        "制订养老服务队伍三年培训计划。",
        "编制2012年云泽市服务业发展报告。",
        "组织开展2013年省级集聚区申报工作。",
        "做好2013年度申报。",
        "开展撤地建市30周年纪念活动。",
        "每年举办一次展会,按月报送进度。",
        "在1年内出售住房的,予以退税。",
        "根据《云泽市养老服务规划(2021-2025年)》,完善设施。",
        "恢复到2019年同期。",
        "每年年底开展综合评估。",
        "加快推进平台建设。",
        "完成全年目标任务。",
        "对2023年一季度营业收入达到1亿元以上的企业给予奖励。",
        "项目交付前完成验收。",
        "2013年是全面建设的开局之年。",
        "举办2013年国际厨艺大赛。",
    ],
)
def test_no_deadline(text: str) -> None:
    assert find_deadline(text) is None


@pytest.mark.parametrize(
    ("text", "targets"),
    [
        ("全市服务业增加值突破900亿元,增长9.5%以上。", ["全市服务业增加值突破900亿元", "增长9.5%以上"]),
        ("完善机制,力争吞吐量突破20万标箱。", ["力争吞吐量突破20万标箱"]),
        ("2024年,新增省级中心1家、创意园区2家以上。", ["新增省级中心1家", "创意园区2家以上"]),
        ("选择50个成长企业、50个小微企业作为扶持对象。", ["选择50个成长企业、50个小微企业作为扶持对象"]),
        ("增速高于全市地区生产总值增速。", ["增速高于全市地区生产总值增速"]),
        ("投资占比不低于2/3。", ["投资占比不低于2/3"]),
        ("比重提高零点五到一个百分点。", ["比重提高零点五到一个百分点"]),
        ("1.新建养老服务站3个。", ["新建养老服务站3个"]),
        ("培育具有全国影响力的百亿级龙头企业1家以上。", ["百亿级龙头企业1家以上"]),
    ],
)
def test_targets(text: str, targets: list[str]) -> None:
    found = find_targets(text)
    assert [target for target, _, _ in found] == targets
    assert all(text[start:end] == target for target, start, end in found)


@pytest.mark.parametrize(
    "text",
    [
        "引进一批国内外知名企业。",
        "根据江政发〔2023〕8号文件。",
        "招引500强企业。",
        "开展30周年纪念活动。",
        "制订三年培训计划。",
        "给予最高20万元奖励。",
        "购买住房面积在90平方米以下的,按2%给予补贴。",
        "到2027年,全面建成体系。",
        "工作专班下设5个工作组。",
        "二孩家庭最低首付款比例为20%。",
    ],
)
def test_no_targets(text: str) -> None:
    assert find_targets(text) == []


def _gold() -> list[tuple[dict[str, Any], str]]:
    clauses = []
    for path in sorted((SHARED / "gold").glob("clauses_*.jsonl")):
        seed = next((SHARED / "seeds").glob(f"{path.stem[-3:]}_*"), None)
        if seed is None:
            continue
        source = seed.read_text("utf-8")
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            start = source.find(row["quote"])
            end = source.find(row["end_quote"], start) + len(row["end_quote"])
            clauses.append((row, source[start:end]))
    if not clauses:
        pytest.skip("../shared/gold or ../shared/seeds is not here")
    return clauses


def test_deadlines_of_the_gold_clauses() -> None:
    rows = [
        (row["deadline"], find_deadline(text))
        for row, text in _gold()
        if not row["deadline"] or row["deadline"] in text
    ]
    wrong = [(gold, found and found[0]) for gold, found in rows if gold != (found[0] if found else None)]
    assert len(wrong) <= 0.02 * len(rows), wrong


def test_targets_of_the_gold_clauses() -> None:
    exact = touching = n_gold = n_found = 0
    for row, text in _gold():
        gold = list(row["targets"])
        found = [target for target, _, _ in find_targets(text)]
        n_gold, n_found = n_gold + len(gold), n_found + len(found)
        exact += len(set(gold) & set(found))
        touching += sum(any(a in b or b in a for b in gold) for a in found)
    assert 2 * exact / (n_gold + n_found) >= 0.84
    assert 2 * touching / (n_gold + n_found) >= 0.97


@pytest.mark.parametrize("piece", ["1", "2023年", "的", "到2027年", "(", "1.2", "零点五", "、3家", ",1"])
def test_long_lines_take_linear_time(piece: str) -> None:
    text = piece * (150_000 // len(piece))
    began = time.perf_counter()
    find_deadline(text)
    find_targets(text)
    assert time.perf_counter() - began < 5

"""Deadlines: what limits a clause, verbatim, and which days that means."""

from __future__ import annotations

import json
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.notices.quantities.deadlines import DEADLINE_RULES, find_deadline, read_deadline, resolve

SHARED = Path(__file__).resolve().parents[2] / "shared"

# rule → text → quotation, first day, last day, as far as the text itself fixes them
FOUND = [
    ("until", "到2027年,全区建成养老服务站30个。", "到2027年", None, "2027-12-31"),
    ("until", "2023年,新建托育点5个;到2025年底,实现街道全覆盖。", "到2025年底", None, "2025-12-31"),
    ("until", "到“十四五”期末,每年增长8%。", "到“十四五”期末", None, "2025-12-31"),
    ("until", "到年,服务业增加值达到60亿元。", "到年", None, None),
    ("until", "到二〇二三年底，食堂达标率达到95%。", "到二〇二三年底", None, "2023-12-31"),
    ("until", "补贴申报截至2026年6月30日。", "截至2026年6月30日", None, "2026-06-30"),
    ("valid_until", "本意见有效期至2029年8月31日。", "2029年8月31日", None, "2029-08-31"),
    ("valid_until", "奖补政策执行至2024年6月30日止。", "2024年6月30日止", None, "2024-06-30"),
    ("before", "2024年6月底前完成平台搭建。", "2024年6月底前", None, "2024-06-30"),
    ("before", "2024年2月底前申报。", "2024年2月底前", None, "2024-02-29"),
    ("before", "12月底前办结。", "12月底前", None, None),
    ("before", "202412月底前,培育领军企业1家。", "202412月底前", None, None),
    ("before", "２０２３年６月底前接入平台。", "２０２３年６月底前", None, "2023-06-30"),
    ("before", "并于二〇二三年十二月十日前报送总结。", "二〇二三年十二月十日前", None, "2023-12-10"),
    ("before", "2023年 6月 30日前完成整改。", "2023年 6月 30日前", None, "2023-06-30"),
    ("yearly", "企业应于每年3月31日前提交材料。", "每年3月31日前", None, None),
    ("feast", "汛期前完成除险加固。", "汛期前", None, None),
    ("feast", "2021年国庆节前开放。", "2021年国庆节前", None, "2021-10-01"),
    ("feast", "二〇二二年秋季学期开学前实现集中采购。", "二〇二二年秋季学期开学前", None, None),
    ("end_of", "4月上旬", "4月上旬", None, None),
    ("end_of", "于2024年4月上旬报市发展改革委汇总。", "2024年4月上旬", "2024-04-01", "2024-04-10"),
    ("stretch", "(三)总结阶段(2011年10月至11月)", "2011年10月至11月", "2011-10-01", "2011-11-30"),
    (
        "stretch",
        "自2022年1月1日起至2024年12月31日,给予贴息。",
        "自2022年1月1日起至2024年12月31日",
        "2022-01-01",
        "2024-12-31",
    ),
    ("stretch", "2021—2023年，新建公园10座。", "2021—2023年", "2021-01-01", "2023-12-31"),
    ("from_now", "即日起至2024年12月31日,缓缴维修资金。", "即日起至2024年12月31日", None, "2024-12-31"),
    ("since_issue", "自本意见印发之日起三个月内制定细则。", "自本意见印发之日起三个月内", None, None),
    ("plan_period", "“十四五”期间完成改造6万户。", "“十四五”期间", "2021-01-01", "2025-12-31"),
    ("year_heads", "2014年力争项目达到50个。", "2014年", "2014-01-01", "2014-12-31"),
    ("year_heads", "有效增加供给,2026年分配1万套。", "2026年", "2026-01-01", "2026-12-31"),
    ("year_of_tasks", "(二)2011年的主要工作任务", "2011年", "2011-01-01", "2011-12-31"),
    ("whole_year", "组织展会。\n2024全年,举办展会8场。", "2024全年", "2024-01-01", "2024-12-31"),
    ("whole_year", "开展夜游,全年争取接待游客100万人次。", "全年", None, None),
    ("within_year", "年内力争落户一家品牌酒店。", "年内", None, None),
    ("within_years", "五年内培训50名企业家。", "五年内", None, None),
    ("within_years", "三年培训护理员1500人次。", "三年", None, None),
    ("month_heads", "2025年6月投入使用。", "2025年6月", "2025-06-01", "2025-06-30"),
    ("quarter_heads", "2024年第三季度启动试点。", "2024年第三季度", "2024-07-01", "2024-09-30"),
    ("quarter_heads", "归集数据,2023年上半年上线运行。", "2023年上半年", "2023-01-01", "2023-06-30"),
]


@pytest.mark.parametrize(("rule", "text", "quotation", "begins", "ends"), FOUND)
def test_finds_what_limits_the_clause(
    rule: str, text: str, quotation: str, begins: str | None, ends: str | None
) -> None:
    found = find_deadline(text)
    assert found is not None
    assert (found.text, found.rule) == (quotation, rule)
    assert text[found.start : found.end] == quotation
    assert (found.begins_on, found.ends_on) == (begins, ends)


def test_every_rule_has_a_case() -> None:
    assert {rule for rule, *_ in FOUND} | {"cell"} == set(DEADLINE_RULES)


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
        "达到2022年水平。",
        "每年年底开展综合评估。",
        "年底开展综合评估。",
        "完成全年目标任务。",
        "对2023年一季度营业收入达到1亿元以上的企业给予奖励。",
        "项目交付前完成验收。",
        "2013年是全面建设的开局之年。",
        "举办2013年国际厨艺大赛。",
        "于年月底前拿出方案。",
        "自2024年8月1日起施行。",
        "应当自受理之日起10个工作日内完成初审。",
        "2014年印发的《青砚市救助办法》（青民〔2014〕61号）同时废止。",
        "对2024年12月31日前购房的家庭给予补贴。",
        "2019年1月1日至2020年12月31日期间的配建项目，按面积缴纳。",
        "每月25日前报送进展。",
        "2024年11月18日",
        "今年是建市30周年。",
        "2024年，是攻坚之年。",
        "旅游淡季（3至4月份、10至11月份）免收门票。",
        "按照《关于深化改革的意见》（2020年3月）要求，完善机制。",
    ],
)
def test_what_limits_nothing(text: str) -> None:
    assert find_deadline(text) is None


@pytest.mark.parametrize(
    ("value", "kind", "begins", "ends"),
    [
        ("2023.12", "period", "2023-12-01", "2023-12-31"),
        ("2023-12-31", "date", None, "2023-12-31"),
        ("2023/6", "period", "2023-06-01", "2023-06-30"),
        ("2024年底", "date", None, "2024-12-31"),
        ("2025年全年", "period", "2025-01-01", "2025-12-31"),
        ("2024年5月-8月", "period", "2024-05-01", "2024-08-31"),
        ("2023年6月、9月", "period", None, "2023-09-30"),
        ("长期坚持", "period", None, None),
        ("每季度", "period", None, None),
        ("暑假结束前", "date", None, None),
        ("2023年2月30日", "date", None, None),
    ],
)
def test_reads_a_deadline_column(value: str, kind: str, begins: str | None, ends: str | None) -> None:
    found = read_deadline(value, 40)
    assert (found.text, found.start, found.end) == (value, 40, 40 + len(value))
    assert (found.kind, found.begins_on, found.ends_on, found.rule) == (kind, begins, ends, "cell")


@pytest.mark.parametrize(
    ("text", "begins", "ends"),
    [
        ("年底前完成清淤。", None, "2023-12-31"),
        ("9月底前完成清淤。", None, "2023-09-30"),
        ("全年接待游客100万人次。", "2023-01-01", "2023-12-31"),
        ("明年6月底前完成清淤。", None, "2024-06-30"),
        ("一季度完成清淤。", "2023-01-01", "2023-03-31"),
        ("国庆节前开街。", None, "2023-10-01"),
    ],
)
def test_the_notices_year_fills_in(text: str, begins: str | None, ends: str | None) -> None:
    found = find_deadline(text)
    assert found is not None
    assert found.ends_on is None
    full = resolve(found, 2023)
    assert (full.begins_on, full.ends_on, full.year_assumed) == (begins, ends, True)
    assert resolve(found, None) == found


@pytest.mark.parametrize(
    "text", ["到年,增加值达到60亿元。", "五年内培训50人。", "每年3月底前报送。", "202412月底前完成。", "汛期前完成。"]
)
def test_what_the_year_does_not_settle_stays_open(text: str) -> None:
    found = find_deadline(text)
    assert found is not None
    assert resolve(found, 2023) == found


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
    wrong = [(gold, found and found.text) for gold, found in rows if gold != (found.text if found else None)]
    assert len(wrong) <= 0.01 * len(rows), wrong


_PIECES = ["到", "2023年", "12月", "底", "前", "至", "31日", "２０２４年", "二〇二五年", "“十四五”", "期间", "季度", "第", "一", "汛期",
           "国庆节", "每年", "全年", "内", "五", "—", "起", "（", "）", "《", "》", "，", "。", "\n", " ", "完成", "之日起", "3", "30"]  # fmt: skip


@given(st.one_of(st.text(), st.lists(st.sampled_from(_PIECES), max_size=14).map("".join)))
def test_any_text_gives_a_quotation_and_days_in_order(text: str) -> None:
    for found in (find_deadline(text), read_deadline(text)):
        if found is None:
            continue
        for deadline in (found, resolve(found, 2024)):
            assert text[deadline.start : deadline.end] == deadline.text
            first, last = deadline.begins_on, deadline.ends_on
            assert first is None or (last is not None and date.fromisoformat(first) <= date.fromisoformat(last))
            assert deadline.rule in DEADLINE_RULES


@pytest.mark.parametrize(
    "piece", ["1", "2023年", "到2027年", "(", "12月", "汛期前", "每年3月底前", "到年，", "《〈", "年", "十", "之日起"]
)
def test_long_lines_take_linear_time(piece: str) -> None:
    text = piece * (300_000 // len(piece))
    began = time.process_time()
    find_deadline(text)
    assert time.process_time() - began < 4

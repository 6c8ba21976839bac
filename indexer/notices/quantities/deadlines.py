"""The date or period that limits a clause, quoted as it stands, with its days on the calendar.

One pass finds every time that the text names (module times); what stands before and behind it then decides by which rule of
DEADLINE_RULES, if any, it limits the clause. Damaged forms (202312月底前, 到年) are kept as written.

Figures, written by `python -m eval.rules --write`:

until          P 0.986 (143/145)  R 1.000 (143/143)  generated P 1.000 (1204/1204)  R 1.000 (1204/1204)
valid_until    P 0.615 (8/13)  R 1.000 (8/8)  generated P – (0/0)  R – (0/0)
before         P 0.968 (239/247)  R 0.964 (239/248)  generated P 0.996 (3479/3492)  R 0.999 (3484/3488)
yearly         P 0.571 (4/7)  R 1.000 (4/4)  generated P – (0/0)  R – (0/0)
feast          P 1.000 (14/14)  R 0.933 (14/15)  generated P – (0/0)  R – (0/0)
end_of         P 1.000 (4/4)  R 1.000 (4/4)  generated P 0.000 (0/1)  R 1.000 (2/2)
stretch        P 0.955 (21/22)  R 0.952 (20/21)  generated P – (0/0)  R – (0/0)
from_now       P – (0/0)  R – (0/0)  generated P – (0/0)  R – (0/0)
since_issue    P – (0/0)  R – (0/0)  generated P – (0/0)  R – (0/0)
plan_period    P 1.000 (6/6)  R 0.750 (6/8)  generated P – (0/0)  R – (0/0)
year_heads     P 0.965 (55/57)  R 1.000 (53/53)  generated P 0.998 (619/620)  R 0.998 (619/620)
year_of_tasks  P 1.000 (13/13)  R 1.000 (13/13)  generated P – (0/0)  R – (0/0)
whole_year     P 0.783 (47/60)  R 1.000 (47/47)  generated P – (0/0)  R – (0/0)
within_year    P 1.000 (6/6)  R 1.000 (6/6)  generated P – (0/0)  R – (0/0)
within_years   P 1.000 (25/25)  R 0.862 (25/29)  generated P – (0/0)  R – (0/0)
month_heads    P 1.000 (6/6)  R 1.000 (7/7)  generated P – (0/0)  R – (0/0)
quarter_heads  P 1.000 (2/2)  R 1.000 (2/2)  generated P – (0/0)  R – (0/0)
cell           P 1.000 (377/377)  R 1.000 (378/378)  generated P 0.996 (2519/2530)  R 0.991 (2512/2536)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from indexer.notices.quantities.calendar import read_time, resolve
from indexer.notices.quantities.figures import fold_digits
from indexer.notices.quantities.times import feasts, holds_feast, in_title, times
from indexer.records import Deadline

__all__ = ["DEADLINE_RULES", "find_deadline", "read_deadline", "resolve"]

DEADLINE_RULES = (
    "until",  # 到2027年, 至2025年12月31日, 到2025年底; not 达到2022年水平, 恢复到2019年同期
    "valid_until",  # 有效期至2025年12月31日, 政策执行至2024年6月; quoted without 至
    "before",  # 2023年底前, 12月底前, 6月30日前, 202312月底前; not 2024年3月31日前取得…的, 交付前
    "yearly",  # 每年3月31日前: before, but without days; not 每年年底开展评估, 每月25日前
    "feast",  # 汛期前, 2021年国庆节前, 秋季学期开学前; not 考前, 汛期
    "end_of",  # 2024年12月底, 9月下旬; not 上年底, 年底开展评估, 2023年底余额
    "stretch",  # 2023年3月至10月, 自2022年1月1日起至2024年12月31日; not （2021—2023年） behind a plan's name
    "from_now",  # 即日起至2024年12月31日, 自文件印发之日起至2027年12月31日
    "since_issue",  # 自本意见印发之日起三个月内; not 自受理之日起10个工作日内
    "plan_period",  # “十四五”期间 before what is to be done; not “十四五”规划, “十四五”期间的成就
    "year_heads",  # 2023年，… and 2023年新增… at the head of a segment; not 编制2012年报告, 2013年度, 2013年是
    "year_of_tasks",  # 2010年的主要工作任务 as a heading
    "whole_year",  # 2023全年; 全年 before a verb or a figure; not 全年目标, 全年平均
    "within_year",  # 年内; not 三年内, 近年内
    "within_years",  # 五年内培养…, 三年完成… at the head of a segment; not 三年行动计划, 在1年内出售的
    "month_heads",  # 7月, 4月上旬 at the head of a sentence, 2025年6月投入使用; not 2023年6月修订的
    "quarter_heads",  # 一季度, 2024年第三季度, 2023年上半年 at the head of a segment; not 对一季度营业收入
    "cell",  # what stands in a deadline's own column or behind 完成时限：
)

_WEIGHT = {"until": 3, "before": 3, "feast": 3, "valid_until": 3, "from_now": 3, "stretch": 3, "end_of": 2}
_WEIGHT |= {"month_heads": 2, "quarter_heads": 2, "year_heads": 1, "year_of_tasks": 1, "plan_period": 1}

# What stands before it: 到, 有效期至, 每; a head of a segment; what was once (上年底).
_UNTIL = re.compile(r"(?<![0-9达提回直复降加升])(?:截止?[到至于]?|[到至])\s?$")
_VALID = re.compile(r"(?:有效期?限?|执行期?限?|实施期?限?|持续|延长|延续|顺延|期限)(?:为|延长|延续)?[至到]\s?$")
_NOW = re.compile(
    r"(?:自|从)?(?:即日|(?:[本该此]?(?:通知|文件|意见|方案|措施|办法|细则|规定|政策|公告)(?:正式)?)?"
    r"(?:印发|发布|公布|发文|下发|颁发|出台|实施|施行|执行)之日)(?:[（(][^()（）]{1,14}[)）])?起?[至到]\s?$"
)
_HEAD = re.compile(r"(?:^|[。;；,，:：、\n\r\s（(])(?:并|拟)?(?:力争|确保|争取|预计|计划|在|于)?\s?$")
_SENTENCE_HEAD = re.compile(r"(?:^|[。;；\n\r])\s?[(（]?$")
_AIMED = re.compile(r"(?:力争|确保|争取|预计)$")
_OTHER_TIME = frozenset("每上去近历往前")

# What stands behind it: 前, a condition, a level, a verb.
_BEFORE = re.compile(r"\s?(?:[(（]含[)）])?(?:之前|以前|前)")
_CONDITION = re.compile(
    r"已|的|到期|取得|供应|出让|拿地|批准|办理过|签订的|购买的|置|期|三|五|十|列|后|发放|出生|建成的|应[交当]|无法"
)
_LEVEL = re.compile(r"\s?(?:度|水平|同期|以来|起(?!至)|以后|及以后|之?后|版|制(?![造定订])|届|同比)")
_OF_END = re.compile(r"[前之以]|余额|存量|对|数|起|开展(?:综合)?评估")
_VERBS = (
    r"力争|争取|确保|完成|新增|新建|新改建|实现|建成|基本|累计|计划|组织|开展|培育|创建|争创|引进|改造|"
    r"取得|达到|打造|推动|推进|启动|全面|举办|形成|力促|努力|举行|培训|培养|投入|投用|上线|竣工|通车|交付|开工|"
    r"出台|制定|编制|研究|实施|建立|全市|全省|全区|全县|全州|我市|我区|我县|我省|所有|各"
)
_STOP_OR_VERB = re.compile(rf"[,，:：](?!是)|\s?(?:$|{_VERBS})")
_TASKS = re.compile(r"的?(?:主要|重点)?(?:工作)?(?:目标|任务|重点|安排)(?:任务|和|及|$|。)")
_FIGURE = re.compile(r"(?!目标|任务|平均|计划|工作)[^,，。;；]{0,24}?\d")
# 2026年分配1万套; not 2014年印发的《…》（…〔2014〕6号）, 今年是建市30周年
_COUNTS = re.compile(r"[^,，。;；、《〔的是第]{0,20}?[0-9]")
_NO_AIM = re.compile(r"目标|任务|平均|计划")
_MONTH_STOP = re.compile(r"[,，:：)）]|\s?$|\s(?!\d)")
_SALES = re.compile(r"[^,，。]{0,2}[度营销]|的|增|以|收")

# 五年内培养…, 三年完成…; with 累计 or 统筹 also behind who does it: 市财政三年统筹安排.
# It is found by its 年, since figures are everywhere, and read backwards from there.
_YEARS = re.compile(
    r"年(?<=[一二两三四五六七八九十0-9]年)(?:左右)?(?:时间)?内?"
    r"(?=[^,，。;；年]{0,4}?(?:累计|力争|培训|培养|培育|轮训|完成|建成|建设|新建|新增|引进|实现|达到|打造|统筹安排))"
)
_COUNT = re.compile(r"[一二两三四五六七八九十0-9]{1,2}(?:[—–~～\-至到][0-9])?\Z")
_LONGEST_COUNT = 4  # characters of 三至5, 10—15
_YEARS_HEAD = re.compile(r"(?:^|[。;；,，:：、\n\r\s])(?:今后|未来|力争|利用|用)?$")
_SUMMED = re.compile(r"[一二两三四五]年(?:累计|统筹)")
_SINCE = re.compile(
    r"(?:自|从)?本?(?:通知|文件|意见|方案|措施|办法|细则|规定|计划)(?:印发|发布|公布|下发)之日起\s?"
    r"[一二两三四五六七八九十\d]{1,3}(?:年|个月|个工作日|日|天)(?:之|以)?内"
)
_LOOK = 28  # characters before a time that its rule may look at


def find_deadline(text: str, at: int = 0, *, folded: str | None = None) -> Deadline | None:
    """The latest date or period that limits the clause, verbatim: 到2027年, 2023年底前, 年内, 202312月底前.

    Not durations (三年行动计划, 1年内出售), not years that name something else (编制2012年报告, 2013年度申报, 撤地建市30周年),
    not frequencies (每年, 按月), not dates of cited documents. None where nothing limits it. The text starts at `at`;
    `folded` is what `fold_digits` makes of it, where that is known.
    """
    if not ("年" in text or "月" in text or "前" in text or "季" in text or "期" in text):
        return None
    if folded is None:
        folded = fold_digits(text)
    best: tuple[tuple[tuple[int, int, int], int, int], str, int, int] | None = None
    for rule, start, end in _limits(folded):
        key = (read_time(folded[start:end]).order, _WEIGHT.get(rule, 0), -start)
        if best is None or key > best[0]:
            best = (key, rule, start, end)
    return _deadline(text[best[2] : best[3]], at + best[2], best[1]) if best else None


def read_deadline(value: str, at: int = 0) -> Deadline:
    """The deadline that a text known to be one says: 2024年6月底, 6月, 2023.12, 长期, 暑假结束前, 每季度."""
    return _deadline(value, at, "cell")


def _deadline(quotation: str, start: int, rule: str) -> Deadline:
    found = read_time(quotation)
    begins = found.begins.isoformat() if found.begins else None
    ends = found.ends.isoformat() if found.ends else None
    return Deadline(quotation, start, start + len(quotation), found.kind, begins, ends, rule=rule)


def _limits(text: str) -> Iterator[tuple[str, int, int]]:
    """(rule, start, end) of every time that limits the clause, in reading order within each pattern."""
    for m in times(text):
        if found := _classified(text, m):
            rule, start, end = found
            while text[end - 1].isspace():
                end -= 1
            yield rule, start, end
    for start, end in feasts(text):
        if not in_title(text, start) and (found := _before(text, start, end, text[start:end])):
            yield found
    if "年" in text:
        for m in _YEARS.finditer(text):
            count = _COUNT.search(text, max(0, m.start() - _LONGEST_COUNT), m.start())
            start = count.start() if count else m.start()
            if _YEARS_HEAD.search(text, max(0, start - 6), start) or _SUMMED.match(text, start):
                yield "within_years", start, m.end()
    if "之日起" in text:
        for m in _SINCE.finditer(text):
            yield "since_issue", m.start(), m.end()


def _classified(text: str, m: re.Match[str]) -> tuple[str, int, int] | None:
    """The rule by which a named time limits, with what is quoted."""
    start, end = m.span()
    form = m.lastgroup
    if (start and text[start - 1] in _OTHER_TIME) or in_title(text, start):
        return None
    if form == "lost":
        return "until", start, end
    if form == "stretch":
        return _stretch(text, start, end)
    if form != "plan" and not m[0].endswith("年内") and _BEFORE.match(text, end):
        return _before(text, start, end, m[0])
    return _led(text, start, end, form) or (_bare(text, start, end) if form == "bare" else _named(text, m))


def _led(text: str, start: int, end: int, form: str | None) -> tuple[str, int, int] | None:
    """到2027年, 有效期至2025年12月31日, 即日起至2024年底."""
    low = max(0, start - _LOOK)
    close = end + text.startswith("止", end)
    until = _UNTIL.search(text, low, start)
    if until is None:
        return None
    if form != "bare" and (valid := _VALID.search(text, low, start)):
        return "valid_until", valid.end(), close
    if now := _NOW.search(text, low, start):
        return "from_now", now.start(), close
    return None if _LEVEL.match(text, end) else ("until", until.start(), close)


def _stretch(text: str, start: int, end: int) -> tuple[str, int, int] | None:
    """2023年3月至10月; of bare years only what heads a segment (2021—2023年，新建…), never a plan's （2021—2023年）."""
    front = text[start - 1 : start]
    if "月" not in text[start:end] and (
        front in ("(", "（") or not _heads(text, start) or not _STOP_OR_VERB.match(text, end)
    ):
        return None
    if text.startswith("期间的", end):
        return None
    if "起" in text[start:end] and front in ("自", "从"):
        start -= 1
    before = _BEFORE.match(text, end)
    return "stretch", start, before.end() if before else end + text.startswith("止", end)


def _before(text: str, start: int, end: int, quotation: str) -> tuple[str, int, int] | None:
    """…前, unless what is said to be before only describes: 对2024年底前购房的, 12月31日前取得…的."""
    found = _BEFORE.match(text, end)
    if not found or _CONDITION.match(text, found.end()) or text[start - 1 : start] in ("凡", "对"):
        return None
    rule = "feast" if holds_feast(quotation) else "yearly" if quotation.startswith("每年") else "before"
    until = _UNTIL.search(text, max(0, start - _LOOK), start)
    return rule, until.start() if until else start, found.end()


def _bare(text: str, start: int, end: int) -> tuple[str, int, int] | None:
    """全年 and 年内; 年底 limits only with 前 or 到."""
    if text.startswith("全年", start):
        if not (_AIMED.search(text, max(0, start - 2), start) or _heads(text, start)):
            return None
        return ("whole_year", start, end) if _STOP_OR_VERB.match(text, end) or _FIGURE.match(text, end) else None
    if text.endswith("年内", start, end):
        counted = start and text[start - 1] in "0123456789一二两三四五六七八九十几多数半周期"
        return None if counted or text.startswith(("部", "生"), end) else ("within_year", start, end)
    return None


def _heads(text: str, start: int) -> bool:
    return _HEAD.search(text, max(0, start - _LOOK), start) is not None


def _named(text: str, m: re.Match[str]) -> tuple[str, int, int] | None:
    """A named year, month, quarter or plan that stands by itself."""
    start, end = m.span()
    if _LEVEL.match(text, end):
        return None
    if m.lastgroup == "plan":
        if m[0].endswith("末"):
            return "end_of", start, end
        return ("plan_period", start, end) if _heads(text, start) and _STOP_OR_VERB.match(text, end) else None
    if m.lastgroup == "year":
        return _year(text, start, end)
    if m.lastgroup == "damaged":
        return ("end_of", start, end) if m[0][-1] in "底末" else None
    if m[0].startswith("每年"):
        return None
    rule = _part_of_year(text, start, end, m[0])
    return (rule, start, end) if rule else None


def _year(text: str, start: int, end: int) -> tuple[str, int, int] | None:
    counts = text[start - 1 : start] != "、" and _COUNTS.match(text, end)
    if (counts or _STOP_OR_VERB.match(text, end)) and _heads(text, start):
        return "year_heads", start, end
    if _AIMED.search(text, max(0, start - 2), start):
        return "year_heads", start, end
    return ("year_of_tasks", start, end) if start <= 6 and _TASKS.match(text, end) else None


def _part_of_year(text: str, start: int, end: int, quotation: str) -> str | None:
    front = text[start - 1 : start]
    if quotation.endswith("全年"):
        return None if _NO_AIM.match(text, end) else "whole_year"
    if "季度" in quotation or "半年" in quotation:
        return "quarter_heads" if front != "、" and _heads(text, start) and not _SALES.match(text, end) else None
    if quotation[-1] in "末旬" or (quotation[-1] == "底" and not _OF_END.match(text, end)):
        return None if front == "对" else "end_of"
    if front in ("(", "（") and text[end : end + 1] in (")", "）"):  # 动员阶段（2022年4月）; not 《…》（2020年3月）
        return "stretch" if quotation.endswith("月") and text[start - 2 : start - 1] != "》" else None
    if quotation[-1] in "日号" and len(text.strip()) == end - start:  # a dateline
        return None
    if _SENTENCE_HEAD.search(text, max(0, start - 3), start) and _MONTH_STOP.match(text, end):
        return "month_heads"
    return (
        "month_heads"
        if quotation[:2] in ("19", "20") and _STOP_OR_VERB.match(text, end) and _heads(text, start)
        else None
    )

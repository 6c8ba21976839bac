"""Which years a question is about: a year, a span of years, or a five-year plan, and how surely it means the notice's own.

What must not count as the year of a notice: a goal (到2027年), a deadline (2013年底前), the period of a plan (2023-2027年).
今年 and 去年 are left alone: a question has no date, and a notice's own 今年 is another one.
"""

from __future__ import annotations

import re

from msgspec import Struct

from indexer.records import Effect

__all__ = ["YearsAsked", "plan_periods", "years_asked"]

_ISSUED = r"(?:期间|时期|间|里|内)?(?:新|所|一共|总共)?(?:印发|出台|发布|发文|下发|公布|颁布|颁发|制定|制发|发的|出的)"
_DOCUMENT = r"(?:的|那份|这份)?(?:文件|公文|红头文件|通知|意见|方案|办法|规划|要点|政策|措施|规定|细则|实施意见|条例)"
_YEAR = r"(?<!\d)((?:19|20)\d{2})"

# 2021年印发的…, 2021年的文件: rule `year_of_notice`; not 到2021年出台 (a goal), 2021年养老政策有哪些 (hinted only).
_OF_NOTICE = re.compile(rf"(?<![到至-]){_YEAR}年(?:度)?(?:{_ISSUED}|{_DOCUMENT})")
# 2019到2023年出台的…, 2019—2023年的文件: rule `years_of_notices`; not 2023-2027年 alone, which is what a plan is for.
_SPAN_OF_NOTICES = re.compile(rf"{_YEAR}年?[-—–~至到]+((?:19|20)\d{{2}})年(?:{_ISSUED}|{_DOCUMENT})")
# 云泽2021年…, 2021年度: rule `year_hinted`; the negatives are those of the module.
_HINTED = re.compile(
    rf"(?<![到至-]){_YEAR}年?(?:度)?(?![\d-]|年?(?:底|末|前|以前|之前|上半年|下半年|\d{{1,2}}月|[一—~至到-]))"
)

_NUMERALS = {"八": 8, "九": 9, "十": 10, "十一": 11, "十二": 12, "十三": 13, "十四": 14, "十五": 15}
_PLAN_AFTER = r"(?=[\"”』」]?(?:期间|时期|规划|计划|期末|末|初|以来|这五年))"
# Rule `plan_period`: 十四五, “十三五”期间, 第十四个五年规划; 八五 to 十五, which are numbers too, only before 期间, 规划 and
# the like. Not 十四五个 (fourteen or fifteen), 二十四五岁, 九五折, 第十五个.
_SHORT_PERIOD = re.compile(
    r"(?<![一二三四五六七八九十百千第几])(十[一二三四五])五(?![个名家项条天日元万亿年级岁号%折多来])"
)
_SHORT_OLD_PERIOD = re.compile(rf"(?<![一二三四五六七八九十百千第几])([八九十])五{_PLAN_AFTER}")
_LONG_PERIOD = re.compile(r"第(八|九|十[一二三四五]?)个五年(?:规划|计划)?")
_PERIOD_ISSUED = re.compile(rf"^[\"”』」]?(?:规划|计划)?{_ISSUED}")


class YearsAsked(Struct, frozen=True):
    """Years that a question names, `text[start:end]`, first and last inclusive."""

    years: tuple[int, int]
    start: int
    end: int
    effect: Effect  # filter where the notices' own years are named outright, else boost
    rule: str

    @property
    def shown(self) -> str:
        """2021, or 2021-2025."""
        first, last = self.years
        return str(first) if first == last else f"{first}-{last}"


def years_asked(text: str) -> YearsAsked | None:
    """What a simplified question says of the year of the notices it wants; None where it says nothing, or several things.

    >>> years_asked("2021年印发的养老文件").rule, years_asked("十四五期间床位要建多少").years
    ('year_of_notice', (2021, 2025))
    """
    for pattern, rule in ((_SPAN_OF_NOTICES, "years_of_notices"), (_OF_NOTICE, "year_of_notice")):
        outright = list(pattern.finditer(text))
        if len({match.groups() for match in outright}) > 1:
            return None
        if outright:
            first, last = outright[0][1], outright[0][len(outright[0].groups())]
            end = text.index("年", outright[0].end(len(outright[0].groups()))) + 1
            asked = YearsAsked((int(first), int(last)), outright[0].start(), end, "filter", rule)
            return asked if first <= last else None
    hinted = list(_HINTED.finditer(text))
    if len({match[1] for match in hinted}) == 1:
        year = int(hinted[0][1])
        return YearsAsked((year, year), hinted[0].start(), hinted[0].end(), "boost", "year_hinted")
    if hinted:
        return None
    periods = plan_periods(text)
    return periods[0][0] if len({period.years for period, _ in periods}) == 1 else None


def plan_periods(text: str) -> list[tuple[YearsAsked, str]]:
    """The five-year plans that a simplified question names, each with its short name as notices write it.

    The n-th plan runs from 1951 + 5n for five years: the fourteenth from 2021 to 2025.
    """
    found: list[tuple[YearsAsked, str]] = []
    for pattern in (_LONG_PERIOD, _SHORT_PERIOD, _SHORT_OLD_PERIOD):
        for match in pattern.finditer(text):
            first = 1951 + 5 * _NUMERALS[match[1]]
            effect: Effect = "filter" if _PERIOD_ISSUED.match(text[match.end() :]) else "boost"
            asked = YearsAsked((first, first + 4), match.start(), match.end(), effect, "plan_period")
            found.append((asked, f"{match[1]}五"))
    return sorted(found, key=lambda pair: pair[0].start)

"""Quantities: a number with its unit, located in a text, and what a phrase says of it (at least, at most, more by, …).

A unit is a measure word or a unit of measurement; the multipliers 万 and 亿 belong to the number: 3万张 is 30000 张.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from indexer.notices.quantities.figures import FRACTION, NUMERALS, number_value
from indexer.records import Direction, Quantity

__all__ = ["UNIT", "WRITTEN", "each_quantity", "in_reading_order", "read_quantities", "spans_of_time", "unit_of"]

# By first character, the longer name first; 5个, 5个百分点, 5公里.
_NAMES = (
    "个(?:百分点|基点|工作日|小时|课时|月)?|百分点|基点|工作日|小时|分钟|课时|人(?:次|份)?|户次?|场次?|件次?|家次?|架次?|辆次?|批次?|班次?|床位?|车位|"
    "平方(?:公里|千米|米)|立方米|公(?:里|顷|斤)|千(?:米|克|瓦时|瓦)|毫克/升|标准?箱|[美欧]元|年一遇|元(?:/(?:平方米|公里|小时|[人吨户月年套亩辆]))?|"
    "TEU|MW|GW|KW|kW|km|EFLOPS|PFLOPS"
)
_SHORT = "名项套间张条座处所台亩吨%％‰倍艘种类天支只对款部篇册宗起米位片棵株头口剂门幢栋核期段组层盏根尾羽匹份笔本顶块面枚队届轮堂节站盘例村镇升克P字次"
# 500强, 4A级, 30周年, 12345热线, 3号 and G60 count nothing; 2023年 is a time.
_NOT_NEXT = r"(?!级|强|周年|大类|号|届|线|口之家|字楼|本化|度电|(?<=支)持|(?<=次)性)"
UNIT = rf"(?:{_NAMES}|[{_SHORT}度]){_NOT_NEXT}"
_NUMBER = r"(?:\d{1,3}(?:[,，]\d{3})+(?!\d)(?:\.\d+)?|\d{1,13}(?:\.\d{1,6})?)"
_TIMES = r"[十百千]?[万亿]{0,2}"
_TO = r"\s?[~\uff5e～\-—–至到]\s?"
_QUANTITY = re.compile(
    rf"(?<![\d.第\-A-Za-z〔\[/])(?P<low>{_NUMBER})(?:/(?P<over>\d{{1,3}})(?![\d/])|\s?(?P<some>余|多)?(?P<times>{_TIMES})(?P<more>余|多)?\s?"
    rf"(?P<unit>{UNIT})?(?:{_TO}(?P<high>{_NUMBER})\s?(?P<high_times>{_TIMES})\s?(?P<high_unit>{UNIT}))?)"
)
# 2023年 and 12月 are times, and 30年一遇 a measure.
_DIGITS = re.compile(r"[0-9][0-9.,，]*(?![0-9月日号]|年(?!一遇))")
_WORD = re.compile("[0-9A-Za-z/]")
_PART = re.compile(f"(?P<part>{FRACTION})")
# 三所, 两条, 三到五个百分点, 三成: counted only where the phrase compares or acts (see targets).
WRITTEN = re.compile(
    rf"(?P<low>[{NUMERALS}]{{1,6}}(?:点[{NUMERALS}]{{1,3}})?)(?:[到至](?P<high>[{NUMERALS}]{{1,6}}(?:点[{NUMERALS}]{{1,3}})?))?"
    rf"(?P<some>余|多)?(?P<times>[万亿]?)(?P<unit>{_NAMES}|[{_SHORT}成]){_NOT_NEXT}"
)

# 租赁期限不少于8年, 6个月, 两小时: counted only where the phrase bounds a time.
_SPAN = re.compile(
    rf"(?P<low>(?<!\d)\d{{1,3}}(?:\.\d+)?(?!\d)|[{NUMERALS}]{{1,3}})(?P<high>)(?P<some>余|多)?(?P<times>)(?P<unit>年|个月|个?工作日|日|天|个?小时|个?课时|分钟)"
)

# Without one of these characters nothing before or behind a number bounds it.
_HINT = re.compile("[不低少小高多长控限足至突超大优快力约近增升提加上降减压缩节精下宽]")
_AFTER = re.compile(r"\s?[(（及或以之内]")
_UP_AFTER = re.compile(r"\s?(?:[(（]含[)）])?(?:及|或)?以上")
_DOWN_AFTER = re.compile(r"\s?(?:[(（]含[)）])?(?:及|或)?(?:以下|以内|之内|内)")
_ABOUT_AFTER = re.compile(r"\s?(?:左右|上下)")
_NEAR = 30  # characters before a number that may say how it is meant
_DOWN_BEFORE = re.compile(
    r"不(?:得|应|能|可|宜)?(?:超过|高于|多于|大于|突破|迟于)|(?<!不)(?<!不得)(?<!不宜)(?<!不应)(?:低于|少于|小于)|控制在|最[高多长大]|上限|放宽[至到]|不足|以内"
)
_UP_BEFORE = re.compile(
    r"不(?:得|应|能|宜)?(?:少于|低于|小于|短于)|至少|最低|(?<!不)(?<!不得)(?<!不宜)(?<!不应)(?:突破|超过|高于|大于|超)|优于|快于|力争"
)
_LESS = re.compile(r"(?:下降|降低|减少|压减|缩减|压缩|缩短|节约|精简|下调|减(?!按))[^到至为]{0,3}$")
_MORE = re.compile(r"(?:增长|提高|新增|增加|提升|上升|上浮|上调|增速|增幅|加发)[^到至达的]{0,8}$")
_CHANGED = re.compile(r"(?:上浮|上调|提高|增加|增长|下调|降低|下降|减少|下浮)$")
_ABOUT_BEFORE = re.compile(r"(?:约|大约|近)$")
_REACHED = re.compile(r"(?:达|达到|降至|降到|减至|增至|提高到|提高至|保持在|建成|为)$")


def each_quantity(text: str) -> list[re.Match[str]]:
    """The places of quantities in arabic figures, of bare amounts (3.5亿), and of fractions (2/3, 百分之二十)."""
    places: list[re.Match[str]] = []
    read = 0
    for digits in _DIGITS.finditer(text):
        at = digits.start()
        if at >= read and (m := _QUANTITY.match(text, at)) and (m["unit"] or m["high"] or m["over"] or _is_amount(m)):
            read = m.end()
            places.append(m)
    if "分之" in text:
        places = sorted((*places, *_PART.finditer(text)), key=lambda m: m.start())
    return places


def _is_amount(m: re.Match[str]) -> bool:
    """800万支持, 突破3.5亿; not 3.5 alone."""
    return m["times"][-1:] in ("万", "亿") and not _WORD.match(m.string, m.end())


def unit_of(m: re.Match[str]) -> str | None:
    """The unit as written, None for a fraction or a bare amount."""
    return None if m.re is _PART else m["high_unit"] or m["unit"]


def spans_of_time(text: str) -> list[re.Match[str]]:
    """The places of bounded times: 不少于8年, 24小时内."""
    return list(_SPAN.finditer(text))


def in_reading_order(places: Iterable[re.Match[str]], written: Iterable[re.Match[str]]) -> list[re.Match[str]]:
    """Quantities in either kind of figures, in reading order; not 第三届, 每一家."""
    return sorted(
        (*places, *(m for m in written if m.string[m.start() - 1 : m.start()] not in ("第", "每"))),
        key=lambda m: m.start(),
    )


def read_quantities(text: str, places: Iterable[re.Match[str]], start: int) -> tuple[Quantity, ...]:
    """What is meant at the places of a phrase that starts at `start` of the text."""
    found: list[Quantity] = []
    for m in places:
        try:
            value, upper, unit = _value(m)
        except ValueError:  # 十百, 零千: characters of numbers that make none
            continue
        found.append(Quantity(value, upper, unit, _direction(text, m, start)))
        start = m.end()
    return tuple(found)


def _value(m: re.Match[str]) -> tuple[float, float | None, str]:
    if m.re is _PART:
        return number_value(m[0]), None, "%" if m[0].startswith("百分之") else ""
    figures = m.re is _QUANTITY
    if figures and m["over"]:
        return number_value(m[0]), None, ""
    low, high, unit, times = m.group("low", "high", "unit", "times")
    times = times or ""
    if not high:
        return number_value(low + times), None, (unit or "").replace("％", "%")
    above = m["high_times"] if figures else times
    unit = m["high_unit"] if figures else unit
    value, upper = number_value(low + (times or above)), number_value(high + above)
    return value, upper if upper >= value else None, unit.replace("％", "%")


def _direction(text: str, m: re.Match[str], held: int) -> Direction:
    """How a number is meant: by what follows it, else by what stands before it behind the last number."""
    end = m.end()
    if _AFTER.match(text, end):
        if _UP_AFTER.match(text, end):
            return "at_least"
        if _DOWN_AFTER.match(text, end):
            return "at_most"
    before = text[max(held, m.start() - _NEAR) : m.start()]
    hinted = _HINT.search(before) is not None
    changed = hinted and _CHANGED.search(before) is not None
    if hinted and not changed and _DOWN_BEFORE.search(before):
        return "at_most"
    if _is_rough(m) or _ABOUT_AFTER.match(text, end):
        return "about"
    return _meant(before, changed) if hinted else "exactly"


def _meant(before: str, changed: bool) -> Direction:
    if _ABOUT_BEFORE.search(before):
        return "about"
    aimed = None if changed else _UP_BEFORE.search(before)
    if aimed and aimed[0] != "力争":
        return "at_least"
    if _LESS.search(before):
        return "decrease"
    if _MORE.search(before) and not _REACHED.search(before):
        return "increase"
    return "at_least" if aimed else "exactly"


def _is_rough(m: re.Match[str]) -> bool:
    return m.re is not _PART and bool(m["some"] or (m.re is _QUANTITY and m["more"]))

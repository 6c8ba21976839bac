"""What a quoted deadline means on the calendar: whether a day or a stretch of time, and its first and last day.

The quotation is read as points (2023年3月, 10月底, 三季度, “十四五”期末), joined to a stretch by 至, — or 起至. Days are
ISO 8601 and inclusive. What the calendar does not fix (汛期前, 春节前, 长期, 三年内, 每年3月底前) has no days.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from indexer.notices.numbering import chinese_number
from indexer.notices.quantities.figures import fold_digits
from indexer.records import Deadline

__all__ = ["Reading", "read_time", "resolve"]

_S = r"\s?"
_MONTH = r"(?P<month>1[0-2]|0?[1-9]|十[一二]?)"
_DAY = r"(?P<day>3[01]|[12]\d|0?[1-9]|三十一?|二?十[一二三四五六七八九]?|[一二三四五六七八九])"
_POINT = re.compile(
    # 2023.12 · 2023-12-31 · 2023/6 of a table cell
    rf"(?P<numeric>(?:19|20)\d\d)[.\-/](?P<nmonth>1[0-2]|0?[1-9])(?:[.\-/](?P<nday>3[01]|[12]\d|0?[1-9]))?(?!\d)"
    rf"|(?P<damaged>(?:19|20)\d\d\d{{1,2}}月)"
    # 2021—2023年: the first year of two
    rf"|(?P<bare>(?:19|20)\d\d)(?={_S}[—–~\uff5e～\-至到]+{_S}(?:19|20)\d\d)"
    rf"|(?P<year>(?:19|20)\d\d{_S}(?:年(?!度)|(?=全年))|今年|本年度?|当年|明年|次年|每年)?{_S}"
    rf"(?:{_MONTH}{_S}月(?:份)?(?:{_S}{_DAY}{_S}[日号])?(?P<part>{_S}底|末|初|上旬|中旬|下旬)?"
    r"|第?(?P<quarter>[一二三四1-4])季度(?P<quarter_end>末|底)?"
    r"|(?P<half>[上下])半年(?P<half_end>末|底)?"
    r"|(?P<feast>五一|六一|七一|教师节|国庆)(?:节|国际劳动节|国际儿童节|假期)*"
    r"|(?P<year_end>年?[底末])|(?P<whole>全年|(?<![\d一二两三四五六七八九十几])年内)|(?P<open>(?:主汛|汛|春|端午|中秋|元旦|学|暑|寒|假|采暖|供暖)))"
    rf"|(?P<only>(?:19|20)\d\d{_S}年|今年|本年度?|当年|明年|次年|每年)"
    r"|(?P<plan>十[一二三四五六]五)(?:[”\"’])?(?:规划)?(?P<plan_end>期?末|时期末)?"
)
_JOIN = re.compile(r"[起（(含）)]*\s?[—–~\uff5e～\-至到]+\s?$")
_FROM_NOW = re.compile(r"(?:即日|之日)起?[至到]")
_LIMIT = re.compile(r"前|底|末|止|[到至](?!\d{1,2}月(?!底|末|前))|截")
_PLAN_END = {"十一五": 2010, "十二五": 2015, "十三五": 2020, "十四五": 2025, "十五五": 2030, "十六五": 2035}
_FEASTS = {"五一": (5, 1), "六一": (6, 1), "七一": (7, 1), "教师节": (9, 10), "国庆": (10, 1)}
_RELATIVE = {"今年": 0, "本年": 0, "本年度": 0, "当年": 0, "明年": 1, "次年": 1}


class Reading(Struct, frozen=True, gc=False):
    """What a quotation says: its kind, its days as far as known, and whether only a year was missing."""

    kind: Literal["date", "period"]
    begins: date | None = None
    ends: date | None = None
    lacks_year: bool = False
    order: tuple[int, int, int] = (0, 0, 0)  # for the latest of several; a missing year counts as 0


@lru_cache(maxsize=2**14)
def read_time(quotation: str, year: int | None = None) -> Reading:
    """The reading of a quoted time; `year` stands in where the text names none.

    2023年12月底前 → a date, 2023-12-31; 2023年3月至10月 → a period; 每年3月底前, 长期, 202312月底前 → no days.
    """
    text = fold_digits(quotation)
    points = list(_POINT.finditer(text))
    if not points:
        return Reading("date" if text.endswith("前") else "period")
    if any(p["damaged"] for p in points):
        first = points[0][0]
        return Reading("date", order=(int(first[:4]), int(first[4:6].rstrip("月")), 31))
    joined = len(points) > 1 and all(
        _JOIN.search(text, a.end(), b.start()) or a["bare"] for a, b in zip(points, points[1:], strict=False)
    )
    spans = [s for p, own in _years(points, year) if (s := _span(p, own))]
    kind: Literal["date", "period"] = (
        "date" if points[-1]["day"] or points[-1]["nday"] or _LIMIT.search(text) else "period"
    )
    if joined or _FROM_NOW.search(text):
        kind = "period"
    order = max((_order(p, own) for p, own in _years(points, None)), default=(0, 0, 0))
    if len(spans) < len(points):
        lacks = year is None and not any(p["open"] or _is_recurring(p) for p in points)
        return Reading(kind, lacks_year=lacks, order=order)
    ends = max(b for _, b in spans)
    begins = min(a for a, _ in spans) if kind == "period" and (joined or len(spans) == 1) else None
    if _FROM_NOW.search(text):
        begins = None
    if begins and begins > ends:
        return Reading(kind, order=order)
    return Reading(kind, begins, ends, order=order)


def resolve(deadline: Deadline, year: int | None) -> Deadline:
    """The deadline with its days where only the year was missing: 年底前, 9月底前, 全年, 一季度, 明年.

    `year` is the notice's own; without it, or where more than the year is open, the deadline comes back as it is.
    """
    if year is None or deadline.ends_on or not read_time(deadline.text).lacks_year:
        return deadline
    found = read_time(deadline.text, year)
    if found.ends is None:
        return deadline
    begins = found.begins.isoformat() if found.begins else None
    return replace(deadline, begins_on=begins, ends_on=found.ends.isoformat(), year_assumed=True)


def _is_recurring(point: re.Match[str]) -> bool:
    return "每年" in (point["year"], point["only"])


def _years(points: list[re.Match[str]], year: int | None) -> list[tuple[re.Match[str], int | None]]:
    """Each point with its year: its own, else that of the point before, else that of the point behind, else `year`."""
    said: list[int | None] = []
    held: int | None = None
    for p in points:
        written = p["year"] or p["only"] or p["numeric"] or p["bare"] or ""
        if written[:4].isdecimal() and len(written) >= 4:
            held = int(written[:4])
        elif written in _RELATIVE:
            base = held if written in ("次年", "当年") and held is not None else year
            held = base + _RELATIVE[written] if base is not None else None
        elif _is_recurring(p):
            held = None
        elif held is None and not p["plan"]:
            held = year
        said.append(held)
    return list(zip(points, said, strict=True))


def _order(p: re.Match[str], year: int | None) -> tuple[int, int, int]:
    if _is_recurring(p):
        return (0, 0, 0)
    span = _span(p, year if year is not None else 2)
    if span is None:
        return (year or 0, 6, 0) if p["open"] else (year or 0, 12, 31)
    last = span[1]
    return (last.year if year is not None or p["plan"] else 0, last.month, last.day)


def _span(p: re.Match[str], year: int | None) -> tuple[date, date] | None:
    """First and last day of one point; None where the year or the calendar leaves them open."""
    if p["plan"]:
        end = _PLAN_END[p["plan"]]
        return date(end - 4, 1, 1), date(end, 12, 31)
    if year is None or p["open"] or _is_recurring(p):
        return None
    month, day = p["month"] or p["nmonth"], p["day"] or p["nday"]
    if month:
        return _in_month(year, chinese_number(month), day, (p["part"] or "").strip())
    if p["quarter"]:
        last = 3 * ("一二三四".find(p["quarter"]) + 1 or int(p["quarter"]))
        return date(year, last - 2, 1), _month_end(year, last)
    if p["half"]:
        return (date(year, 1, 1), date(year, 6, 30)) if p["half"] == "上" else (date(year, 7, 1), date(year, 12, 31))
    if p["feast"]:
        day_of = date(year, *_FEASTS[p["feast"]])
        return day_of, day_of
    return date(year, 1, 1), date(year, 12, 31)


def _in_month(year: int, month: int, day: str | None, part: str) -> tuple[date, date] | None:
    if day:
        number = chinese_number(day)
        if number > monthrange(year, month)[1]:
            return None
        return date(year, month, number), date(year, month, number)
    first = date(year, month, 1)
    tenths = {"初": (0, 9), "上旬": (0, 9), "中旬": (10, 19)}
    if part in tenths:
        a, b = tenths[part]
        return first + timedelta(a), first + timedelta(b)
    return (first + timedelta(20) if part == "下旬" else first), _month_end(year, month)


def _month_end(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])

"""Dates of signing and of publication: a full date anywhere in a string, a paragraph that is nothing but a date.

成文日期 stands below the signature in arabic figures (GB/T 9704-2012, 7.3.5.4) or, before 2012, in Chinese numerals with
one of three signs for nought (二○一○年, 二〇一〇年, 二0一0年).
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

__all__ = ["DATE", "is_date_line", "is_month_line", "parse_date"]

_BLANK = " \t\u00a0\u3000\u2002\u2003\u2009\u200b\ufeff"
_BLANKS = str.maketrans("", "", _BLANK + "\r\n")
_NOUGHTS = "○〇OoΟО０0◯"
_FIGURES = {c: str(i) for i, c in enumerate("零一二三四五六七八九")} | dict.fromkeys(_NOUGHTS, "0")
_FIGURES |= {chr(ord("０") + i): str(i) for i in range(10)} | {str(i): str(i) for i in range(10)}
_YEAR = r"\d零一二三四五六七八九○〇◯OoΟО"  # \d holds the full-width figures too
_GAP = r"[ \u00a0\u3000]{0,4}"
DATE = re.compile(
    rf"(?P<y>[{_YEAR}](?:[ \u3000]?[{_YEAR}]){{3}}){_GAP}[年\-/.\uff0e]"
    rf"{_GAP}(?P<m>\d{{1,2}}|[正元一二三四五六七八九十]{{1,2}}){_GAP}[月\-/.\uff0e]"
    rf"{_GAP}(?P<d>\d{{1,2}}|[初一二三四五六七八九十廿卅]{{1,3}})(?=\d\d:\d\d|[^\d]|$)"
)
_BEFORE_YEAR = frozenset("零一二三四五六七八九〇○")
_DATE_SIGNS = re.compile(rf"[{_YEAR}正元初十廿卅年月日\-/.\uff0e()\uff08\uff09{_BLANK}\r\n]++")
_DATE_LINE = re.compile(
    rf"[(\uff08]?[{_YEAR}]{{0,4}}[年\-/.\uff0e][\d正元一二三四五六七八九十]{{0,2}}[月\-/.\uff0e]"
    r"[\d初一二三四五六七八九十廿卅]{0,3}日?[)\uff09]?"
)
_MONTH_LINE = re.compile(rf"[(\uff08]?[{_YEAR}]{{4}}年[\d正元一二三四五六七八九十]{{1,2}}月份?[)\uff09]?")
_LONGEST_LINE = 60  # characters of a date with the blanks that justify it
_LONGEST_KEPT = 100  # characters of a text whose date is remembered
_FIRST_YEAR, _LAST_YEAR = 1949, 2100


def _counting(text: str) -> int | None:
    """The number below 100 that figures or Chinese numerals spell: 10, 十, 二十一, 廿三, 初三; None for nonsense."""
    if text in ("正", "元"):
        return 1
    text = text.removeprefix("初").replace("廿", "二十").replace("卅", "三十")
    if "十" in text:
        tens, _, ones = text.partition("十")
        if len(tens) > 1 or len(ones) > 1 or "十" in ones:
            return None
        return int(_FIGURES[tens] if tens else "1") * 10 + int(_FIGURES[ones] if ones else "0")
    return int("".join(_FIGURES[c] for c in text)) if text and all(c in _FIGURES for c in text) else None


def parse_date(text: str) -> str | None:
    """The first full date in `text` as ISO 8601: 2013年4月10日, 二○一○年四月七日, 2022-12-12 10:28; None without a day.

    Must not match: 2010年4月 (no day), 2023年13月1日 (no such month), 1.2.3, the figures of an index number.
    """
    return _first_date(text) if len(text) <= _LONGEST_KEPT else _read_first_date(text)


@lru_cache(maxsize=2**10)
def _first_date(text: str) -> str | None:
    """The same, remembered: one line is asked for its date by several rules, and notices of one archive share days."""
    return _read_first_date(text)


def _read_first_date(text: str) -> str | None:
    for found in DATE.finditer(text):
        before = text[found.start() - 1 : found.start()]
        if before.isdigit() or before in _BEFORE_YEAR:
            continue
        year = int("".join(_FIGURES[c] for c in found["y"] if c in _FIGURES))
        month, day = _counting(found["m"]), _counting(found["d"])
        if month is None or day is None or not _FIRST_YEAR <= year <= _LAST_YEAR:
            continue
        try:
            return date(year, month, day).isoformat()
        except ValueError:  # 2月30日: not a date, the next one may be
            continue
    return None


def is_date_line(text: str) -> bool:
    """Whether the whole paragraph is a date of signing, blanks included: 2013年4月10日, 二○一○年四月七日, 2023年 月 日.

    Must not match: 2013年 (a heading), (2010年4月) (see `is_month_line`), 3.1.2 (a number).
    """
    if len(text) > _LONGEST_LINE or not _DATE_SIGNS.fullmatch(text):
        return False
    bare = text.translate(_BLANKS)
    if len(bare) > 24 or not _DATE_LINE.fullmatch(bare):
        return False
    return parse_date(bare) is not None or ("年" in bare and "月" in bare and bare.rstrip(")\uff09").endswith("日"))


def is_month_line(text: str) -> bool:
    """Whether the whole paragraph is a year and month, as under a plan's title: (2010年4月)."""
    return len(text) <= 40 and "月" in text and bool(_MONTH_LINE.fullmatch(text.translate(_BLANKS)))

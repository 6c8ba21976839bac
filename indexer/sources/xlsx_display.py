"""What a spreadsheet's cell shows: 45292 in a date format is 2024年1月1日, 0.095 in a percent format is 9.5%."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

__all__ = ["displayed"]

# What a format's parts in quotes, behind a backslash or in brackets say, and the padding that shows nothing.
_LITERAL = re.compile(r'"([^"]*)"|\\(.)')
_BRACKETS = re.compile(r"\[[^\]]*\]")
_PADDING = re.compile(r"[_*].")
# Rule `date_parts`: a date shows the parts that its format names; m beside h or s is minutes.
_DATE_PART = re.compile(r'yyyy|yy|mmmm|mmm|mm|m|dd|d|hh|h|ss|s|AM/PM|上午/下午|aaaa|aaa|"[^"]*"|\\.|[^"\\]', re.I)
_LARGEST = Decimal(10) ** 20  # Excel keeps 15 figures; what is larger is no number of a notice
_WEEKDAYS = "一二三四五六日"
# Formats by number that show a date as the system does; Chinese Excel shows them so.
_SYSTEM_DATE = re.compile(r"mm-dd-yy|m/d/yy", re.I)


def displayed(value: object, number_format: str) -> str:
    """The text that the cell shows for a value in a number format (ECMA-376, 18.8.30), as Chinese Excel does.

    Colours, conditions and padding of a format show nothing. A number without a format of its own is shown with all its
    digits, never in powers of ten or as 3.0000000004.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime | date | time):
        return _date(value, number_format)
    if isinstance(value, timedelta):
        minutes = int(value.total_seconds() // 60)
        return f"{minutes // 60}:{minutes % 60:02d}"
    if isinstance(value, int | float):
        return _number(value, number_format)
    return str(value)


def _number(value: int | float, number_format: str) -> str:
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not exact.is_finite() or abs(exact) >= _LARGEST:
        return str(value)
    sections = number_format.split(";")
    part = sections[0]
    if exact < 0 and len(sections) > 1:
        part, exact = sections[1], -exact
    elif exact == 0 and len(sections) > 2:
        part = sections[2]
    part = _PADDING.sub("", _BRACKETS.sub("", part))
    if not part or "general" in part.lower() or "@" in part:
        return _plain(exact)
    bare = _LITERAL.sub("", part)
    figures = re.search(r"[#0?][#0?,.]*", bare)
    if figures is None:  # a format that shows words alone
        return _LITERAL.sub(lambda m: m[1] or m[2] or "", part)
    if "%" in bare:
        exact *= 100
    pattern = figures[0]
    whole, _, decimals = pattern.rstrip(",").partition(".")
    if re.search("[eE][+-]", bare) or "/" in bare:  # powers of ten and fractions: the digits say the same
        return _plain(exact)
    exact = exact.scaleb(-3 * (len(pattern) - len(pattern.rstrip(","))))
    rounded = exact.quantize(Decimal(1).scaleb(-len(decimals)), rounding=ROUND_HALF_UP)
    text = f"{rounded:,f}" if "," in whole else f"{rounded:f}"
    optional = len(decimals) - len(decimals.rstrip("#?"))
    for _ in range(optional):
        text = text.removesuffix("0") if "." in text else text
    text = text.removesuffix(".")
    if whole.count("0") > 1 and "," not in whole:  # 0000: a number of four figures
        sign, figures_only = ("-", text[1:]) if text.startswith("-") else ("", text)
        before, point, behind = figures_only.partition(".")
        text = sign + before.zfill(whole.count("0")) + point + behind
    # The literals around the figures, each in its place.
    masked = _LITERAL.sub(lambda m: "\x00" * len(m[0]), part)
    at = masked.find(pattern)
    before, behind = part[:at], part[at + len(pattern) :]
    return _literally(before) + text + _literally(behind)


def _literally(part: str) -> str:
    shown = _LITERAL.sub(lambda m: m[1] or m[2] or "", part)
    return re.sub(r"[#0?]", "", shown).strip()


def _plain(exact: Decimal) -> str:
    """All digits of a number, of a float those that Excel keeps (15)."""
    text = f"{exact:f}"
    if "." in text:
        digits = len(text.replace("-", "").replace(".", "").lstrip("0"))
        if digits > 15:
            keep = max(15 - len(str(abs(int(exact))).lstrip("0")), 0)
            text = f"{exact.quantize(Decimal(1).scaleb(-keep)):f}"
        text = text.rstrip("0").rstrip(".")
    return text if text not in {"", "-0"} else "0"


def _date(value: datetime | date | time, number_format: str) -> str:
    part = _BRACKETS.sub("", number_format.split(";")[0])
    if isinstance(value, time):
        moment = datetime(1900, 1, 1, value.hour, value.minute, value.second)
    elif isinstance(value, datetime):
        moment = value
    else:
        moment = datetime(value.year, value.month, value.day)
    if _SYSTEM_DATE.match(part) or not re.search("[ymdhs]|aaa", part, re.I):
        shown = f"{moment.year}/{moment.month}/{moment.day}"
        return shown if moment.time() == time() or _SYSTEM_DATE.fullmatch(part) else f"{shown} {moment:%H:%M}"
    parts = _DATE_PART.findall(_PADDING.sub("", part))
    out: list[str] = []
    for i, name in enumerate(parts):
        code = name.lower()
        minutes = code in {"m", "mm"} and _is_minutes(parts, i)
        out.append(_date_part(moment, name, code, minutes=minutes))
    return "".join(out).strip()


def _date_part(moment: datetime, name: str, code: str, *, minutes: bool) -> str:
    if code in {"am/pm", "上午/下午"}:
        return "上午" if moment.hour < 12 else "下午"
    if code in {"aaaa", "aaa"}:
        return ("星期" if code == "aaaa" else "") + _WEEKDAYS[moment.weekday()]
    number = {"y": moment.year, "m": moment.minute if minutes else moment.month, "d": moment.day,
              "h": moment.hour, "s": moment.second}.get(code[0])  # fmt: skip
    if number is None or not code.isalpha():
        return name.strip('"') if name.startswith('"') else name.removeprefix("\\")
    if code == "yy":
        return f"{number % 100:02d}"
    return f"{number:02d}" if len(code) == 2 else str(number)


def _is_minutes(parts: list[str], i: int) -> bool:
    """Whether the m in this place stands for minutes: the part of a date before it is hours, or behind it seconds."""
    before = next((p.lower() for p in reversed(parts[:i]) if re.fullmatch("[ymdhs]+", p, re.I)), "")
    behind = next((p.lower() for p in parts[i + 1 :] if re.fullmatch("[ymdhs]+", p, re.I)), "")
    return before[:1] == "h" or behind[:1] == "s"

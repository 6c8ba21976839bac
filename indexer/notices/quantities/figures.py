"""Numbers as notices write them: full-width and Chinese figures folded in place, and the value of a written number."""

from __future__ import annotations

import re
from functools import lru_cache

__all__ = ["FRACTION", "NUMERALS", "fold_digits", "needs_folding", "number_value"]

_FULL_WIDTH = str.maketrans("０１２３４５６７８９％\uff0e", "0123456789%.")
_WIDE_SIGNS = "０１２３４５６７８９％\uff0e"
_WIDE = re.compile(f"[{_WIDE_SIGNS}]")
_WRITTEN = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_WRITTEN_YEAR = re.compile(r"[一二][九〇○零][〇○零一二三四五六七八九]{2}(?=年)")
# The same found by its last character, of which there are few.
_HOLDS_YEAR = re.compile(r"年(?<=[一二][九〇○零][〇○零一二三四五六七八九]{2}年)")
_HOLDS_MONTH = re.compile("月(?:(?<=[一二三四五六七八九]月)|(?=[一二三四五六七八九]日))")
_WRITTEN_MONTH = re.compile(
    r"[一二三四五六七八九](?:(?=月(?!份?额|均|度))(?<![十一二三四五六七八九第].)|(?=日)(?<=月.))"
)

NUMERALS = "零〇一二两三四五六七八九十百千"
FRACTION = rf"(?:百分之[{NUMERALS}点]{{1,7}}|[{NUMERALS}]{{1,3}}分之[{NUMERALS}点]{{1,6}})"
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_POWERS = {"十": 10, "百": 100, "千": 1000}


def needs_folding(text: str) -> bool:
    """Whether `fold_digits` may change the text or any part of it: asked once of a body, it spares most clauses the folding."""
    return (
        any(sign in text for sign in _WIDE_SIGNS)
        or _HOLDS_YEAR.search(text) is not None
        or _HOLDS_MONTH.search(text) is not None
    )


@lru_cache(maxsize=2**8)
def fold_digits(text: str) -> str:
    """The text with full-width figures and the Chinese figures of dates as arabic ones, every character in its place.

    ２０２２年６月底前 → 2022年6月底前, 二〇二二年五月 → 2022年5月; 十月 and 十二日 keep their length and so stay.
    """
    if _WIDE.search(text):
        text = text.translate(_FULL_WIDTH)
    if "年" in text and _HOLDS_YEAR.search(text):
        text = _WRITTEN_YEAR.sub(lambda m: m.group(0).translate(_WRITTEN), text)
    if "月" in text and _HOLDS_MONTH.search(text):
        text = _WRITTEN_MONTH.sub(lambda m: m.group(0).translate(_WRITTEN), text)
    return text


@lru_cache(maxsize=2**12)
def number_value(text: str) -> float:
    """The value of a written number: 1,200 → 1200, 三万 → 30000, 一百二十 → 120, 零点五 → 0.5, 3.5亿 → 350000000.

    A fraction (三分之一, 1/3) gives its value, 百分之二十 gives 20: the per cent is the unit.
    Raises ValueError for anything else.
    """
    try:
        return float(text)  # most are plain
    except ValueError:
        text = re.sub(r"[\s,\uff0c]", "", text)
    if text.startswith("百分之"):
        return number_value(text[3:])
    if "分之" in text:
        below, _, above = text.partition("分之")
        return _ratio(number_value(above), number_value(below))
    if "/" in text:
        above, _, below = text.partition("/")
        return _ratio(number_value(above), number_value(below))
    for unit, power in (("亿", 1e8), ("万", 1e4)):
        if unit in text:
            head, _, tail = text.partition(unit)
            return (number_value(head) if head else 1.0) * power + (number_value(tail) if tail else 0.0)
    if text[:1].isdecimal():
        bare = text.rstrip("".join(_POWERS))
        power = 1
        for c in text[len(bare) :]:
            power *= _POWERS[c]
        return float(bare) * power
    if "点" in text:
        whole, _, rest = text.partition("点")
        return float(_chinese(whole)) + float("0." + "".join(str(_DIGITS[c]) for c in rest if c in _DIGITS) + "0")
    return float(_chinese(text))


def _ratio(above: float, below: float) -> float:
    if not below:
        raise ValueError("a fraction of nothing")
    return above / below


def _chinese(text: str) -> int:
    total = digit = 0
    if not text:
        raise ValueError("no number")
    for c in text:
        if c in _POWERS:
            total += (digit or 1) * _POWERS[c]
            digit = 0
        elif c in _DIGITS:
            digit = _DIGITS[c]
        else:
            raise ValueError(f"not a number: {text}")
    return total + digit

"""The figures that a sentence states, and whether a quotation states them too: the same value, unit, date and bound.

A figure is a chain: 2023年12月31日 is one, and so is 5%-8%, so that 2023年12月 is not put together from 2023年3月 and
12月. 1.2万元 is 12000元, 百分之五十八 is 58%. Chinese numerals that count nothing (统一, 一次性, 三农) are no figures.
Errors are on the side of strictness: 900人 is not taken for 900人次.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from indexer.notices.quantities.figures import FRACTION, NUMERALS, fold_digits, number_value
from indexer.notices.quantities.measures import UNIT

__all__ = ["stated_elsewhere"]

_Bound = Literal["least", "most", "up", "down"]

_DIGITS = {c: d for d, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0, "两": 2}
_TIME = "年度?|个?月份?|日|天|周年?|星期|个?季度|旬|时|分钟?|秒|世纪|岁|届|折|成|条|号|级|强"
_MEASURE = rf"(?:{_TIME}|{UNIT})"
_FIGURE = re.compile(
    # G60, 4A, 5km: as written
    r"(?P<code>[A-Za-z][A-Za-z\-]*\d[\w.\-]*|\d[\d.]*[A-Za-z][A-Za-z0-9/]*)"
    rf"|(?P<fraction>{FRACTION}|\d+/\d+)"
    rf"|(?P<number>\d+(?:,\d{{3}})*(?:\.\d+)?)(?P<times>[十百千]?[万亿]{{0,2}})(?P<unit>[余多]?(?:{_MEASURE}|[%‰]))?"
    rf"|(?P<words>第?[{NUMERALS}〇○]+(?:点[{NUMERALS}]+)?[万亿]{{0,2}})(?P<of>[余多]?{_MEASURE})?"
    # 半年, 翻一番, 减半; ① and 壹: whatever else counts, as written
    r"|(?P<other>[一过对减]半|[上下]?半[年月天价]|翻[一两]?番|倍增)"
)
_JOIN = re.compile(r"\s?(?:[-—–~～]+|至|到)\s?")
# 底, 前, 后 behind a date say another thing than the date alone.
_TAIL = re.compile(r"年?(?:底|末|初|[上中下]旬)?(?:之|以)?[前后起]?")
_BOUNDS: tuple[tuple[_Bound, re.Pattern[str], re.Pattern[str]], ...] = (
    ("least", re.compile(r"不(?:得|应|能)?(?:低于|少于|小于)|至少|最低|超过|高于"), re.compile(r"\)?(?:及|或)?以上")),
    (
        "most",
        re.compile(r"不(?:得|应|能)?(?:超过|高于|多于|大于)|至多|最高|最多|上限|低于|少于"),
        re.compile(r"\)?(?:以下|以内|之内)"),
    ),
    ("up", re.compile(r"增长|提高|增加|提升|上升|上浮|上调|新增"), re.compile(r"(?!)")),
    ("down", re.compile(r"下降|降低|减少|压减|缩短|下浮|下调"), re.compile(r"(?!)")),
)
_NEAR = 10  # characters before a figure that may bound it
# 统一, 进一步, 一批: no count
_NO_COUNT_BEFORE, _NO_COUNT_UNIT = "统唯单同逐专万进", re.compile("[部批些段种样般点次步期级成时]")


@dataclass(frozen=True, slots=True)
class _Part:
    """A number with its unit; `joined` where it ends a range."""

    value: float | str  # a string where it is compared as written
    unit: str
    joined: bool


@dataclass(frozen=True, slots=True)
class _Figure:
    parts: tuple[_Part, ...]
    tail: str
    bounds: frozenset[_Bound]


def stated_elsewhere(sentence: str, quotations: Iterable[str]) -> bool:
    """Whether every figure of the sentence stands in one of the quotations.

    >>> stated_elsewhere("每张床位补贴1.2万元。", ["按每张床位12000元给予一次性补贴"])
    True
    >>> stated_elsewhere("2023年12月前兑现。", ["2023年3月至12月前兑现"])
    False
    """
    known = [figure for quotation in quotations for figure in _figures(quotation)]
    return all(any(_same(figure, other) for other in known) for figure in _figures(sentence))


def _same(stated: _Figure, quoted: _Figure) -> bool:
    """Whether the chain is a stretch of the quoted one, meant alike."""
    n = len(stated.parts)
    for at in range(len(quoted.parts) - n + 1):
        stretch = quoted.parts[at : at + n]
        pairs = list(zip(stated.parts, stretch, strict=True))
        if all(
            mine.value == its.value and mine.unit in ("", its.unit) and (mine.joined == its.joined or number == 0)
            for number, (mine, its) in enumerate(pairs)
        ):
            tail = quoted.tail if at + n == len(quoted.parts) else ""
            if tail.startswith(stated.tail) and not _contradicts(stated.bounds, quoted.bounds):
                return True
    return False


def _contradicts(stated: frozenset[_Bound], quoted: frozenset[_Bound]) -> bool:
    """Whether the sentence bounds the figure in a way that the quotation does not."""
    return not stated <= quoted


def _figures(text: str) -> list[_Figure]:
    """The figures of a text in reading order."""
    text = _level(text)
    found: list[_Figure] = []
    parts: list[_Part] = []
    begin = end = -1
    for match in [*_FIGURE.finditer(text), None]:
        if match and not _counts(match):
            continue
        join = _JOIN.fullmatch(text, end, match.start()) if match and parts else None
        if parts and (match is None or not (join or match.start() == end)):
            found.append(_Figure(tuple(parts), _tail(text, end), _bounds(text, begin, end)))
            parts = []
        if match is None:
            break
        part = _part(match, joined=join is not None)
        if join and not parts[-1].unit:  # 5-8%
            parts[-1] = _Part(parts[-1].value, part.unit, parts[-1].joined)
        begin = begin if parts else match.start()
        parts.append(part)
        end = match.end()
    return found + [_Figure((_Part(c, "", False),), "", frozenset()) for c in text if _is_odd(c)]


def _level(text: str) -> str:
    """One width, no blanks but between Latin words, figures of dates arabic."""
    half = "".join(chr(ord(c) - 0xFEE0) if "\uff01" <= c <= "\uff5e" else c for c in text)
    bare = re.sub(r"(?<![A-Za-z])\s+|\s+(?![A-Za-z])", "", half).replace("％", "%")
    return fold_digits(bare)


def _counts(match: re.Match[str]) -> bool:
    """Whether a match is a figure: a Chinese numeral is one with a unit, behind 第, or of more than one character."""
    words = match["words"]
    if words is None:
        return True
    if words == "一" and match.string[match.start() - 1 : match.start()] in tuple(_NO_COUNT_BEFORE):
        return False
    if words == "一" and match["of"] and _NO_COUNT_UNIT.fullmatch(match["of"]):
        return False
    return bool(match["of"]) or len(words) > 1


def _part(match: re.Match[str], *, joined: bool) -> _Part:
    if match["code"] or match["other"]:
        return _Part(match[0].casefold(), "", joined)
    if match["fraction"]:
        return _Part(_value(match[0]), "%" if match[0].startswith("百分之") else "", joined)
    if match["words"]:
        return _Part(_value(match["words"]), _unit(match["of"]), joined)
    return _Part(_value(match["number"] + match["times"]), _unit(match["unit"]), joined)


def _unit(text: str | None) -> str:
    """The unit alone: 余 and 多 are bounds that nobody states wrongly."""
    return (text or "").lstrip("余多")


def _value(text: str) -> float | str:
    """The number meant, or the text where it is none (第三, 二〇二三 is 2023)."""
    if len(text) > 1 and all(c in _DIGITS for c in text):
        return float("".join(str(_DIGITS[c]) for c in text))
    try:
        return round(number_value(text), 6)
    except (ValueError, KeyError, OverflowError):
        return text


def _tail(text: str, end: int) -> str:
    match = _TAIL.match(text, end)
    return re.sub("[之以]", "", match[0]) if match else ""


def _bounds(text: str, begin: int, end: int) -> frozenset[_Bound]:
    """How the figure is bounded by the words right before and behind it."""
    before = re.split(r"[,，。；;、:：\d]", text[max(0, begin - _NEAR) : begin])[-1]
    bounds: set[_Bound] = set()
    for bound, leading, following in _BOUNDS:
        if leading.search(before) or following.match(text, end):
            bounds.add(bound)
    if re.search("不[得应能]?(?:超过|高于)", before):
        bounds.discard("least")
    if re.search("不[得应能]?(?:低于|少于)", before):
        bounds.discard("most")
    return frozenset(bounds)


def _is_odd(character: str) -> bool:
    """A character that counts and is in no system above: ①, ½, Ⅲ, 壹."""
    return character.isnumeric() and not character.isdecimal() and character not in f"{NUMERALS}〇○万亿"

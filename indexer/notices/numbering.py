"""Numbering labels at the head of a paragraph, by GB/T 9704-2012 (一、（一）1.（1）) and the law's 第X章/节/条.

A label is recognised only at the start of a logical paragraph; what looks like one but is none:
decimals (`1.2个百分点`), cross-references (`第三条第（二）项规定的…`), enumerations (`一、二、三产业`), dates (`2023.4`).

Figures, written by `python -m eval.rules --write`:

part        P – (0/0)  R – (0/0)  generated P – (0/0)  R – (0/0)
chapter     P – (0/0)  R – (0/0)  generated P 1.000 (53/53)  R 1.000 (53/53)
section     P – (0/0)  R – (0/0)  generated P 1.000 (39/39)  R 1.000 (39/39)
article     P 1.000 (102/102)  R 1.000 (102/102)  generated P 1.000 (1615/1615)  R 1.000 (1615/1615)
paragraph   P – (0/0)  R – (0/0)  generated P – (0/0)  R – (0/0)
cn          P 1.000 (43/43)  R 0.977 (43/44)  generated P 0.998 (3941/3947)  R 0.999 (3941/3944)
cn_paren    P 1.000 (917/917)  R 1.000 (917/917)  generated P 0.999 (6767/6777)  R 0.999 (6767/6777)
box         P 1.000 (2/2)  R 1.000 (2/2)  generated P – (0/0)  R – (0/0)
point       P – (0/0)  R – (0/0)  generated P – (0/0)  R – (0/0)
ar          P 1.000 (435/435)  R 1.000 (435/435)  generated P 0.999 (7356/7364)  R 1.000 (7356/7359)
ar_paren    P 1.000 (91/91)  R 1.000 (91/91)  generated P 0.999 (3118/3122)  R 0.998 (3118/3124)
ar_half     P – (0/0)  R – (0/0)  generated P – (0/0)  R – (0/0)
circled     P – (0/0)  R – (0/0)  generated P 0.999 (1583/1584)  R 0.998 (1583/1586)
table_row   P 1.000 (483/483)  R 1.000 (483/483)  generated P 0.995 (2273/2285)  R 0.993 (2273/2289)
unnumbered  P 0.992 (119/120)  R 0.975 (119/122)  generated P 0.999 (2876/2879)  R 1.000 (2876/2876)
"""

from __future__ import annotations

import re
from typing import TypeAlias

from msgspec import Struct

__all__ = ["ATTACHMENT", "RANKS", "Label", "chinese_number", "read_label"]

# Outermost first: a label closes every open label of its own rank or below.
RANKS = {
    "part": 0,
    "chapter": 1,
    "section": 2,
    "article": 3,
    "paragraph": 4,
    "cn": 5,
    "cn_paren": 6,
    "box": 6,
    "point": 6,
    "ar": 7,
    "ar_paren": 8,
    "ar_half": 9,
    "circled": 10,
}

_CN = "一二三四五六七八九十百零〇"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_CN_IN_ONE = "㈠㈡㈢㈣㈤㈥㈦㈧㈨㈩"
_AR_IN_ONE = "⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛"
_PAREN_IN_ONE = "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇"
# A number and its marks drawn as one character, by style.
_IN_ONE = {
    character: (style, value)
    for style, characters in (
        ("circled", _CIRCLED),
        ("cn_paren", _CN_IN_ONE),
        ("ar", _AR_IN_ONE),
        ("ar_paren", _PAREN_IN_ONE),
    )
    for value, character in enumerate(characters, 1)
}

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0}
_Pattern: TypeAlias = tuple[str, re.Pattern[str]]
# 第三条 opens an article; 第三条第（二）项, 第三条规定 and 第三条、第五条 refer to one.
_ORDINAL: tuple[_Pattern, ...] = (
    ("part", re.compile(rf"第([{_CN}]{{1,5}}|\d{{1,3}})编(?=\s|[一-鿿]|$)")),
    ("chapter", re.compile(rf"第([{_CN}]{{1,5}}|\d{{1,3}})章(?=\s|[一-鿿]|$)")),
    ("section", re.compile(rf"第([{_CN}]{{1,5}}|\d{{1,3}})节(?=\s|[一-鿿]|$)")),
    (
        "article",
        re.compile(
            rf"第([{_CN}]{{1,6}}|\d{{1,3}})条(?!第|规定|所[列指称述]|[的之、和至与及或款]|中[的规所])[:\uff1a]?"
        ),
    ),
    ("paragraph", re.compile(rf"第([{_CN}]{{1,3}}|\d{{1,2}})款(?=[\s:\uff1a])[:\uff1a]?")),
    ("point", re.compile(rf"第([{_CN}]{{1,3}}|\d{{1,2}})项(?=[\s:\uff1a])[:\uff1a]?")),
)
# 专栏1　“一县一业”工程 heads a box beside the sections; 专栏中 refers to one.
_BOX: tuple[_Pattern, ...] = (
    ("box", re.compile(rf"专栏\s{{0,4}}(\d{{1,2}}|[{_CN}]{{1,3}})(?=[\s:：“《]|$)[\s:：]{{0,4}}")),
)
_BRACKETED: tuple[_Pattern, ...] = (
    ("cn_paren", re.compile(rf"[(（〔]\s{{0,2}}([{_CN}]{{1,4}})\s{{0,2}}[)）〕][、.\uff0e]?")),
    ("ar_paren", re.compile(r"[(（]\s{0,2}(\d{1,3})\s{0,2}[)）][、.\uff0e]?")),
)
# 一、二产业 and 一、二、三 enumerate; 十、 at the head of a paragraph numbers it.
_CHINESE: tuple[_Pattern, ...] = (
    ("cn", re.compile(rf"([{_CN}]{{1,4}})\s{{0,2}}[、.\uff0e,，](?![{_CN}]{{1,2}}[、是次产级类]|[{_CN}]$)")),
    ("cn_paren", re.compile(rf"([{_CN}]{{1,3}})[)）](?=\s{{0,2}}[一-鿿])")),
)
_ARABIC: tuple[_Pattern, ...] = (
    # 1.2个百分点 is a decimal; 1.2023年… numbers a title that begins with a year.
    (
        "ar",
        re.compile(r"(\d{1,3})\s{0,2}(?:[.\uff0e](?!\d)|[.\uff0e](?=(?:19|20)\d\d\s?[年—-])|、(?!\d+[、.\uff0e]))"),
    ),
    ("ar_half", re.compile(r"(\d{1,3})[)）]")),
)
_BY_FIRST: dict[str, tuple[_Pattern, ...]] = {
    "第": _ORDINAL,
    "专": _BOX,
    **dict.fromkeys("(（〔", _BRACKETED),
    **dict.fromkeys(_CN, _CHINESE),
    **dict.fromkeys("0123456789０１２３４５６７８９", _ARABIC),
}

# 附件 · 附件1 · 附件一： · 附表2 — alone or before a title; not 附件所列, 附件中.
ATTACHMENT = re.compile(rf"附\s*[件表录]\s*(\d{{1,2}}|[{_CN}]{{1,3}})?\s*([:\uff1a.\uff0e、]|\s|$|(?=[《(（]))")


class Label(Struct, frozen=True, gc=False):
    """A numbering label: `text` as written, its style, its value (一 → 1) and its depth by the standard order, outermost 0."""

    style: str
    text: str
    value: int
    rank: int


def chinese_number(text: str) -> int:
    """The value of a Chinese or arabic integer below 1,000: 十二 → 12, 二十 → 20, 一百零三 → 103.

    Raises ValueError for anything else.
    """
    if len(text) == 1 and text in _DIGITS:
        return _DIGITS[text]
    if text.isdecimal():
        return int(text)
    digits = _DIGITS
    total = digit = 0
    for c in text:
        if c == "百":
            total += (digit or 1) * 100
            digit = 0
        elif c == "十":
            total += (digit or 1) * 10
            digit = 0
        elif c in digits:
            digit = digit * 10 + digits[c] if digit and text.isdecimal() else digits[c]
        else:
            raise ValueError(f"not a number: {text}")
    return total + digit


def read_label(text: str) -> Label | None:
    """The numbering label that opens the paragraph, or None."""
    first = text[:1]
    patterns = _BY_FIRST.get(first)
    if patterns is None:
        return (
            Label(_IN_ONE[first][0], first, _IN_ONE[first][1], RANKS[_IN_ONE[first][0]]) if first in _IN_ONE else None
        )
    for style, pattern in patterns:
        m = pattern.match(text)
        if m:
            return Label(style, m.group(0), chinese_number(m.group(1)), RANKS[style])
    return None

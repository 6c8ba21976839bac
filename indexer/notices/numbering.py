"""Numbering labels at the head of a paragraph, by GB/T 9704-2012 (一、（一）1.（1）) and the law's 第X章/节/条.

A label is recognised only at the start of a logical paragraph; what looks like one but is none:
decimals (`1.2个百分点`), cross-references (`第三条第（二）项规定的…`), enumerations (`一、二、三产业`), dates (`2023.4`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["ATTACHMENT", "Label", "chinese_number", "read_label"]

# Outermost first: a label closes every open label of its own rank or below.
RANKS = {
    "part": 0,
    "chapter": 1,
    "section": 2,
    "article": 3,
    "cn": 4,
    "cn_paren": 5,
    "box": 5,
    "ar": 6,
    "ar_paren": 7,
    "ar_half": 8,
    "circled": 9,
}

_CN = "一二三四五六七八九十百零〇"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"

_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    # 第三条 opens an article; 第三条第（二）项, 第三条规定 and 第三条、第五条 refer to one.
    ("part", re.compile(rf"第([{_CN}]{{1,5}}|\d{{1,3}})编(?=\s|[一-鿿]|$)")),
    ("chapter", re.compile(rf"第([{_CN}]{{1,5}}|\d{{1,3}})章(?=\s|[一-鿿]|$)")),
    ("section", re.compile(rf"第([{_CN}]{{1,5}}|\d{{1,3}})节(?=\s|[一-鿿]|$)")),
    ("article", re.compile(rf"第([{_CN}]{{1,6}}|\d{{1,3}})条(?!第|规定|所|的|之|、|和|至|与|及|或|款|中)[:\uff1a]?")),
    # 专栏1　“一县一业”工程 heads a box beside the sections; 专栏中 refers to one.
    ("box", re.compile(rf"专栏\s*(\d{{1,2}}|[{_CN}]{{1,3}})(?=[\s:：“《]|$)[\s:：]*")),
    ("cn_paren", re.compile(rf"[(（〔]\s*([{_CN}]{{1,4}})\s*[)）〕][、.\uff0e]?")),
    # 一、二产业 and 一、二、三 enumerate; 十、 at the head of a paragraph numbers it.
    ("cn", re.compile(rf"([{_CN}]{{1,4}})\s*[、.\uff0e,，](?![{_CN}]{{1,2}}[、是次产级类]|[{_CN}]$)")),
    ("ar_paren", re.compile(r"[(（]\s*(\d{1,3})\s*[)）][、.\uff0e]?")),
    # 1.2个百分点 is a decimal; 1.2023年… numbers a title that begins with a year.
    ("ar", re.compile(r"(\d{1,3})\s*(?:[.\uff0e](?!\d)|[.\uff0e](?=(?:19|20)\d\d\s*[年—-])|、(?!\d+[、.\uff0e]))")),
    ("ar_half", re.compile(r"(\d{1,3})[)）]")),
    ("circled", re.compile(rf"([{_CIRCLED}])")),
)

# 附件 · 附件1 · 附件一： · 附表2 — alone or before a title; not 附件所列, 附件中.
ATTACHMENT = re.compile(rf"附\s*[件表录]\s*(\d{{1,2}}|[{_CN}]{{1,3}})?\s*([:\uff1a.\uff0e、]|\s|$|(?=[《(（]))")


@dataclass(frozen=True, slots=True)
class Label:
    """A numbering label: `text` as written, its style and its value (一 → 1)."""

    style: str
    text: str
    value: int

    @property
    def rank(self) -> int:
        """Depth by the standard order, outermost 0."""
        return RANKS[self.style]


def chinese_number(text: str) -> int:
    """The value of a Chinese or arabic integer below 1,000: 十二 → 12, 二十 → 20, 一百零三 → 103.

    Raises ValueError for anything else.
    """
    if text.isdecimal():
        return int(text)
    digits = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0}
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
    for style, pattern in _PATTERNS:
        m = pattern.match(text)
        if not m:
            continue
        if style == "circled":
            return Label(style, m.group(0), _CIRCLED.index(m.group(1)) + 1)
        return Label(style, m.group(0), chinese_number(m.group(1)))
    return None

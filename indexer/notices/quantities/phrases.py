"""Phrases that may be targets: the pieces between commas and stops around a quantity, without what leads in to them."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from indexer.notices.quantities.measures import UNIT

__all__ = ["PAID", "phrases"]

_SENTENCE = re.compile("[^。;；\n\r]+")
_CUT = re.compile(r"[,，!！?？:：、(（《“〔\[【)）》”〕\]】]")
_OPENING, _CLOSING = frozenset("(（《“〔[【"), frozenset(")）》”〕]】")
_SHORTEST, _LONGEST = 4, 400  # characters of a piece that may be one; a longer one is no prose
# 补贴, 奖励, 给予, …: a plain class of characters first, so that a text without them is passed over fast.
PAID = re.compile(r"[奖补给资贴发加](?:(?<=[奖补])|(?<=给)予|(?<=资)助|(?<=贴)息|(?<=发)放|(?<=加)发)")
_LEAD_IN = re.compile(
    r"(?:其中|包括|分别为|以及|并且?|同时|即|但|且)[,，:：]?"
    # 加快创建1个…: the haste is not counted
    r"|(?:加快|抓紧|积极)(?:落实)?(?=创建|建设|\d{4}年)"
    # 2026年年底前建成…, 力争2023年新增…; 2023年力争… and 全年完成… stay whole
    r"|(?:力争|确保|争取)?(?:(?:到|至|在|于)?(?:19|20)\d\d\s?年(?!度)(?:\s?(?:1[0-2]|0?[1-9])月(?:份)?(?:\d{1,2}日)?)?"
    r"(?:年?底|年?末|上半年|下半年|[上中下]旬)?(?:之前|以前|前)?|年底前|\d{1,2}月底前)[,，]?(?!力争)"
    # “十四五”期间累计培训…
    r"|[“\"]?十[一二三四五六]五[”\"]?(?:规划)?(?:期?末|期间)[,，]?(?:全[市省区县](?:计划)?)?"
    # 三年累计培训…, 当年改造…; 五年内培训… stays whole
    r"|(?:[到至])?[一二两三四五六七八九十\d]{1,2}年(?!内)(?:累计)?(?=培|完成|轮训|培训|统筹|建)|当年(?=改造|新|建|完成)"
    # 在老城、江岸布局…2个, 依托…开发…30门, 在省级补助基础上再增加…: where and on what, before the act
    r"|(?:在|依托|结合|围绕)[^,，。;；]{2,24}?(?:上|中|外|内|时)?"
    r"(?=培育|引进|布局|更新|设置|设立|开发|新建|打造|再|每[套人]|安排|提取|分别|按)"
)
_FIRST_OF_LEAD_IN = frozenset('其包分以并同即但且加抓积力确争到至在于年“"当依结围一二两三四五六七八九十0123456789')
_BULLET = re.compile(r"\s*(?:[0-9]{1,2}[.．、](?!\d)|[(（][0-9]{1,2}[)）]|[①-⑳]|[一二三四五六七八九]是)\s*")
_FIRST_OF_BULLET = frozenset("0123456789(（①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳一二三四五六七八九")
# 对成效突出的链主给予最高300万元奖励, 租赁房屋改建的按每张6000元给予补助, 人才公寓租金按市场租金的60%确定: who and for what
_PAYEE = re.compile(
    r"(?!分别|给予|按|每|一次性|最高)[^,，。;；]{2,40}的[^的给按奖补,，。;；\d]{0,8}(?=给予|按|(?:奖励|补贴|补助)(?!比例|标准|金额|资金|额度)|一次性|分别)"
    r"|[^,，。;；]{2,30}?(?=减?按(?!期|时|月|季|年|规定|要求|职责|需|程序|计划|.{0,8}等级)照?[^,，。;；]{0,18}\d)"
    r"|按照?[^,，。;；\d]{0,10}等级(?=给予|每|补)"
)
# 培育具有…能力的领跑企业10家以上: the description before the last 的 is left out where the quantity closes the piece.
_DESCRIBED = re.compile(
    rf"(?!(?:建设|建成|新建)[^的]{{0,22}}的)[^\n]{{8,60}}的(?=(?:(?!达|提高|超过|突破|增长|增加|比|不低|不少|实现|完成|累计|"
    rf"一次性)[^的\n\d]){{4,20}}\d+(?:\.\d+)?[万亿]?{UNIT}(?:以上|左右)?\s?\Z)"
)
_ENDS = re.compile(r"(?:以上|以下|左右|以内)?\s?$")

Ends = dict[int, int]  # of each quantity: where it starts, where it ends


def phrases(text: str, marks: Sequence[int], ends: Ends) -> Iterator[tuple[int, int]]:
    """The spans of the pieces that hold one of the `marks` (ascending), in order; `ends` tells those that are quantities."""
    nth = 0
    for sentence in _SENTENCE.finditer(text):
        start, end = sentence.span()
        while nth < len(marks) and marks[nth] < start:
            nth += 1
        if nth == len(marks):
            return
        if marks[nth] < end:
            for a, b in _pieces(text, start, end, marks, ends):
                yield _trimmed(text, a, b)


def _pieces(text: str, start: int, end: int, marks: Sequence[int], ends: Ends) -> Iterator[tuple[int, int]]:
    """Spans between commas outside brackets and quotation marks; 、 parts only where each has its own quantity."""
    depth, held = 0, start
    inner: list[int] = []
    nth = bisect_left(marks, start)
    for m in _CUT.finditer(text, start, end):
        at = m.start()
        char = text[at]
        if char == "、":
            if depth == 0:
                inner.append(at)
        elif char in _OPENING:
            depth += 1
        elif char in _CLOSING:
            depth = max(0, depth - 1)
        elif char in ":\uff1a" or (
            depth == 0 and not (at and text[at - 1].isdecimal() and _groups_thousands(text, at))
        ):
            if marks[nth] < at:
                yield from _enumerated(text, held, at, inner, marks, ends)
                nth = bisect_left(marks, at)
                if nth == len(marks) or marks[nth] >= end:
                    return
            held, depth, inner = at + 1, 0, []
    yield from _enumerated(text, held, end, inner, marks, ends)


def _groups_thousands(text: str, at: int) -> bool:
    """1,200台: a comma between figures."""
    behind = text[at + 1 : at + 5]
    return text[at] in ",\uff0c" and behind[:3].isdecimal() and len(behind) > 2 and not behind[3:].isdecimal()


def _enumerated(
    text: str, start: int, end: int, cuts: Sequence[int], marks: Sequence[int], ends: Ends
) -> Sequence[tuple[int, int]]:
    """创意中心1家、创意园区2家以上 are two; 奖励20万元、60万元 is one, and so is every payment."""
    if not _SHORTEST <= end - start <= _LONGEST:
        return ()
    if not cuts or PAID.search(text, start, end):
        return ((start, end),)
    bounds = [start - 1, *cuts, end]
    parts = [(a + 1, b) for a, b in zip(bounds, bounds[1:], strict=False)]
    own = [
        any(
            at in ends and _ENDS.match(text, ends[at], b)
            for at in marks[bisect_left(marks, max(a + 2, b - 24)) : bisect_left(marks, b)]
        )
        for a, b in parts
    ]
    if sum(own) < 2:
        return ((start, end),)
    found: list[tuple[int, int]] = []
    held = start
    for (_, b), closed in zip(parts, own, strict=True):
        if closed:
            found.append((held, b))
            held = b + 1
    if held < end:
        found.append((held, end))
    return found


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The piece without bullet, lead-in, payee and leading description."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if text[start : start + 1] in _FIRST_OF_BULLET and (bullet := _BULLET.match(text, start, end)):
        start = bullet.end()
    for _ in range(3):
        if (
            text[start : start + 1] not in _FIRST_OF_LEAD_IN
            or not (lead := _LEAD_IN.match(text, start, end))
            or lead.end() == start
        ):
            break
        start = lead.end()
    if (text.find("按", start, end) >= 0 or PAID.search(text, start, end)) and (
        payee := _PAYEE.match(text, start, end)
    ):
        start = payee.end()
    elif text.find("的", start, end) >= 0 and (described := _DESCRIBED.match(text[start:end])):
        start += described.end()
    while start < end and text[start].isspace():
        start += 1
    return start, end

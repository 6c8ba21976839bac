"""Where a text names a time: 2023年12月底, 三季度, “十四五”期末, 2023年3月至10月, 汛期; whether it limits anything is not asked here."""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["feasts", "holds_feast", "in_title", "times"]

_S = r"\s?"
_M = r"(?:1[0-2]|0?[1-9]|十[一二]?)"
_D = r"(?:3[01]|[12]\d|0?[1-9]|三十一?|二?十[一二三四五六七八九]?)"
_PART = r"(?:底|末|上旬|中旬|下旬|初)"
_YEAR = rf"(?:19|20)\d\d{_S}年"
_SAID = rf"(?:{_YEAR}|今年|明年|当年|本年度?|次年|每年|(?<=[(（])年(?=\d))"
_IN_MONTH = rf"{_M}{_S}月(?:份)?(?:{_S}{_D}{_S}[日号]|{_S}{_PART})?"
_QUARTER = r"(?:第?[一二三四1-4]季度|[上下]半年)[末底]?"
_FEAST = (
    r"(?:春节|元宵节?|清明节?|五一(?:假期|国际劳动节|节)?|端午节?|六一(?:国际儿童节|节)?|七一|中秋节?|国庆(?:节|假期)*|"
    r"元旦|主?汛期?|[春秋]季(?:学期)?开学|新学[期年](?:开学)?|开学|[暑寒]假(?:结束)?|采暖[季期]|供暖[季期]|入冬)"
)
_PLAN = r"[“\"]?十[一二三四五六]五[”\"]?(?:规划)?(?:期?末|期间|时期末)"
_WORDS = rf"(?:{_IN_MONTH}|{_QUARTER}|{_FEAST}(?=之?前|以前)|年?[底末]|全年)"
_TO = r"\s?[起]?\s?(?:[—–~\uff5e～\-]{1,2}|至|到)\s?"
_POINT = rf"(?:{_SAID}(?:{_S}{_WORDS})?|{_IN_MONTH})"

_TIME = re.compile(
    rf"(?P<stretch>(?:{_POINT}{_TO}|(?:19|20)\d\d{_S}[—–~\uff5e～\-至]{{1,2}}{_S}(?=(?:19|20)\d\d)){_POINT})"
    rf"|(?P<damaged>(?:19|20)\d\d{_M}月[底末]?)"
    rf"|(?P<worded>{_SAID}{_S}{_WORDS}|(?:19|20)\d\d全年|{_IN_MONTH}|{_QUARTER})"
    rf"|(?P<year>{_YEAR}|今年|明年|本年度)|(?P<plan>{_PLAN})"
    r"|(?P<bare>(?:今年|明年|当年|本年)?年?(?:年底|年末)|本月底|全年|[今本]?年内)"
    r"|(?P<lost>[到至]年(?=[,，]))"
)
# Where a time may begin; a plain class of characters first, so that the rest of a text is skipped at full speed.
_BEGINS = re.compile(
    r"[0-9年季半十月](?:(?<=[0-9])[0-9]*\s?(?:[年月]|全年|[—–~\uff5e～\-至](?=\s?20\d\d))|(?<=年)(?:[底末内0-9]|(?<=[今明当次本每全到至]年)|(?<=本年)度)|"
    r"(?<=季)度|(?<=半)年|(?<=十)(?:[一二]?\s?月|[一二三四五六]五)|(?<=本月)底)"
)
# Characters that belong to a time in front of its sign: 今年, 第三季度, 上半年, “十四五”.
_FRONT = {"年": "今明当次本每全到至", "季": "一二三四第", "半": "上下", "月": "本", "十": '“"'}
# 汛期前, 国庆节前, 开学前: the word ends at 前 and is read backwards.
_FEAST_END = re.compile(r"[节汛期一学假束季冬旦宵明庆午秋年](?=(?:之|以)?前)")
_FEAST_LAST = re.compile(rf"{_FEAST}$")
_TITLE = 160  # characters that a title between 《》 may have


def times(text: str) -> Iterator[re.Match[str]]:
    """The times that a text with folded digits names, in order, each by its form.

    `lastgroup` is stretch (from … to …), damaged (202312月), worded (with month, quarter or half-year), year, plan, bare
    (年底, 全年, 年内) or lost (到年，where the year was scrubbed).
    """
    if not ("年" in text or "月" in text or "季" in text or "五" in text):
        return
    read = 0
    for sign in _BEGINS.finditer(text):
        at = sign.start()
        if at < read:
            continue
        front = _FRONT.get(text[at], "")
        while at > max(read, sign.start() - 3) and text[at - 1] in front:
            at -= 1
        m = _TIME.match(text, at) or (_TIME.match(text, sign.start()) if at < sign.start() else None)
        if m is not None:
            read = m.end()
            yield m


def feasts(text: str) -> Iterator[tuple[int, int]]:
    """The feasts and seasons in front of 前, without a year of their own: 汛期前, 秋季学期开学前."""
    if "前" not in text:
        return
    for sign in _FEAST_END.finditer(text):
        found = _FEAST_LAST.search(text, max(0, sign.end() - 10), sign.end())
        if found and text[found.start() - 1 : found.start()] not in ("年", "每", "上", "去"):
            yield found.start(), sign.end()


def holds_feast(quotation: str) -> bool:
    """Whether a named time ends with a feast or season: 2021年国庆节."""
    return _FEAST_LAST.search(quotation) is not None


def in_title(text: str, at: int) -> bool:
    """Whether the place lies between 《 and 》."""
    low = max(0, at - _TITLE)
    return text.rfind("《", low, at) > text.rfind("》", low, at)

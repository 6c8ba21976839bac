"""What a clause says, word for word, with everything masked that differs between places by nature.

Two notices that say the same still differ in who they are: their places, the units of their level, their years, the name
and number of the document. These become one character each, so that what is compared afterwards is wording:

| what | for example | mask |
|---|---|---|
| places, units, levels, and lists of them | 云泽市, 市民政局, 各县(市、区)人民政府, 全省, 市级 | one for all, a list of them counts once |
| years and days | 2023年, 2023—2025年, 2022年8月1日, 十四五 | one for all; a month alone (6月底前) is a figure |
| the document itself | 本意见, 本办法 | one for all |
| a 发文字号 | 云泽政发〔2021〕18号 | one for all |
| figures | 3000元, 62%, 七折, 三年 | one for all; the figures themselves are kept beside it, in order |

Punctuation, blanks, widths (NFKC) and a few empty words play no part. Two parts of a clause are no wording of its content and
are left out: its run-in title, and a sentence that only assigns it to units.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from msgspec import Struct

from indexer.notices.agencies import find_units
from indexer.notices.places import find_places

__all__ = ["FIGURE", "Wording", "wording_of"]

# Private characters, which no notice contains.
_WHO, _WHEN, _ITSELF, _NUMBER, FIGURE = "\ue000", "\ue001", "\ue002", "\ue003", "\ue004"

# Rule `run_in_title`: 落实用地政策。市县年度土地供应计划应当… has its title before the first 。, or a cell of a table before the
# line break. Not a first sentence with a comma or a figure, and not where nothing follows.
_RUN_IN_TITLE = re.compile(r"^[\u4e00-\u9fff、“”\"()+—-]{2,24}(?:。|\n| )(?=\S{8})")
_DOC_NUMBER = re.compile(r"[\u4e00-\u9fff]{2,12}[〔\[(【](?:19|20)\d\d[〕\])】]\s*(?:第\s*)?\d{1,4}\s*号")
_ITSELF_NAMED = re.compile(
    r"本(?:行动|实施|工作)?(?:通知|意见|办法|方案|措施|规定|细则|规划|计划|决定|条例|要点|清单|公告)"
)
_YEARS = re.compile(
    r"(?:19|20)\d\d\s*(?:年?\s*(?:-|—|~|至|到)+\s*(?:19|20)\d\d)?年(?:度|(?:1[0-2]|0?[1-9])月(?:3[01]|[12]?\d)日)?"
    r"|(?:19|20)\d\d(?:-|—|~)+(?:19|20)\d\d|“?十[二三四五六]五”?(?:时期|期间)?"
)
# Rule `level_words`: by which a level of government speaks of itself and of those below. Not 城市, 社区内, 园区级, 市场.
_LEVEL_WORDS = re.compile(
    r"各(?:有关)?(?:省|市|区|县|州|旗|镇|乡|街道|街|园区|地(?!区|方)|、|\((?:市、区|市|区)\))+(?!场|域|民)"
    r"|(?:市、县(?:\(市、区\))?|区、县|县\(市、区\)|县\(区\)|区\(县\)|省市县|市县|区县|县区|街道|镇街|街镇|乡镇)(?:两级|三级)?"
    r"|[全我本该][省市区县州]"
    r"|(?<![城都上股夜超社园校小街景片辖库地灾])[省市区县](?:级|属|直|本级|内|(?=财政|重点))"
)
# Governments by their level, before units are looked for: 区、县人民政府 is one list, and 归县人民政府 begins with no name.
_GOVERNMENTS = re.compile(r"各?[省市区县州旗](?:、[市区县旗]|\((?:市、区|市|区)\))*级?人民政府")
_GOVERNMENT = re.compile(r"(?:人民)?政府")
_FIGURE = re.compile(
    r"\d+(?:\.\d+)?(?:万|亿|%|‰)*|百分之[一二三四五六七八九十百]+|[〇零一二三四五六七八九十百千万亿两]{2,}"
    r"|(?<![统第唯])[一二两三四五六七八九十](?!次性)(?=[个名家项次年月日万亿倍折岁张所处条分成])"
)
# One part of a list that is told by its number: 一是…；二是….
_ENUMERATOR = re.compile(r"(?:^|(?<=[,;。:、]))(?:其?[一二三四五六七八九十]是|第[一二三四五六七八九十],)")
_EMPTY_WORDS = frozenset("的和与及等了")
_SENTENCE_ENDS = frozenset("。;!?\n")
# A list of units is one mask, whatever joins them.
_WHO_LIST = re.compile(f"{_WHO}(?:[、,和与及]?{_WHO})+")
# Rule `assignment_sentence`: a sentence of units and their roles alone: 市教育局牵头,市文化广电旅游局配合. Not 由市交通运输局牵头,
# 2020年底前通航: that says something else as well.
_ASSIGNMENT = re.compile(
    f"(?=.*{_WHO})(?:{_WHO}|[由为]|牵头|配合|负责|会同|参与|参加|协助|协同|落实|实施|分别|按照?|职责|分工|有关|相关|部门|单位|责任)+"
)


class Wording(Struct, frozen=True):
    """The masked wording of a text."""

    template: str  # one character a letter or mask, nothing between
    figures: tuple[str, ...]  # what stands for each FIGURE of the template, in order
    sentences: tuple[tuple[int, int], ...]  # spans of the template
    breaks: frozenset[int]  # places in the template where a part of a sentence begins or ends

    def __len__(self) -> int:
        return len(self.template)


def wording_of(text: str, places: Iterable[str] = ()) -> Wording:
    """The wording of a clause's text; `places` are names of the archive, which are recognised with and without suffix."""
    return _wording(text, tuple(sorted(set(places))))


@lru_cache(maxsize=8192)
def _wording(text: str, places: tuple[str, ...]) -> Wording:
    plain = unicodedata.normalize("NFKC", text).replace("○", "〇").strip()
    content = _RUN_IN_TITLE.sub("", plain)
    wording = _compact(*_without_figures(_masked(content, places)))
    if not len(wording) and content != plain:  # only units stand behind the first sentence: that is what it says
        wording = _compact(*_without_figures(_masked(plain, places)))
    return wording


def _without_figures(masked: str) -> tuple[str, list[str]]:
    """The text with its figures masked too, and the figures in order."""
    return _FIGURE.sub(FIGURE, masked), [found[0] for found in _FIGURE.finditer(masked)]


def _masked(plain: str, places: tuple[str, ...]) -> str:
    """The text with everything masked but its figures."""
    plain = _DOC_NUMBER.sub(_NUMBER, plain)
    plain = _ITSELF_NAMED.sub(_ITSELF, plain)
    plain = _YEARS.sub(_WHEN, plain)
    plain = _GOVERNMENTS.sub(_WHO, plain)
    plain = _hidden(plain, [(start, end) for _, start, end in find_units(plain)])
    plain = _hidden(plain, [(found.start, found.end) for found in find_places(plain, known=places)])
    plain = _LEVEL_WORDS.sub(_WHO, plain)
    plain = _GOVERNMENT.sub(_WHO, plain)
    plain = _WHO_LIST.sub(_WHO, plain)
    return _ENUMERATOR.sub("", plain)


def _hidden(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text with a mask in the place of each span; spans stand in order and do not overlap."""
    parts: list[str] = []
    done = 0
    for start, end in spans:
        parts += (text[done:start], _WHO)
        done = end
    return "".join((*parts, text[done:]))


def _compact(masked: str, figures: list[str]) -> Wording:
    """The letters and masks, without sentences that only assign; where sentences and their parts begin and end."""
    letters: list[str] = []
    sentences: list[tuple[int, int]] = []
    breaks = {0}
    kept: list[str] = []
    left = iter(figures)
    for sentence in _sentences(masked):
        own = [character for character in sentence if _is_letter(character)]
        mine = [next(left) for character in own if character == FIGURE]
        if _ASSIGNMENT.fullmatch("".join(own)):
            continue
        start = len(letters)
        for character in sentence:
            if _is_letter(character):
                if character not in _EMPTY_WORDS:
                    letters.append(character)
            else:
                breaks.add(len(letters))
        if len(letters) > start:
            sentences.append((start, len(letters)))
            breaks |= {start, len(letters)}
            kept += mine
    return Wording("".join(letters), tuple(kept), tuple(sentences), frozenset(breaks))


def _sentences(masked: str) -> list[str]:
    parts: list[str] = []
    start = 0
    for at, character in enumerate(masked):
        if character in _SENTENCE_ENDS:
            parts.append(masked[start:at])
            start = at + 1
    parts.append(masked[start:])
    return [part for part in parts if part]


def _is_letter(character: str) -> bool:
    return character.isalnum() or "\ue000" <= character <= "\ue004"

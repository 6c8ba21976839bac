"""Of which level of government the notices are that a question wants: 市级文件, 省里的规定, 区县的政策."""

from __future__ import annotations

import re

from msgspec import Struct

from indexer.records import Effect, Level

__all__ = ["LevelAsked", "levels_asked"]

_LEVELS: dict[str, tuple[Level, ...]] = {
    "国家": ("nation",), "中央": ("nation",), "省": ("province",), "自治区": ("province",), "市": ("city",),
    "区县": ("district", "county"), "县区": ("district", "county"), "区": ("district",), "县": ("county",),
    "乡镇": ("town",), "镇": ("town",), "街道": ("town",),
}  # fmt: skip
# Not 城市里的规定, 社区里的规定, 节省里…: a character before that makes another word of it.
_WORD = (
    r"(?P<level>国家|中央|(?<!节)省|自治区|(?<![城超夜菜上股都集门楼])市|区县|县区"
    r"|(?<![社园小辖校景片地街专新发试港功郊山])区|县|乡镇|(?<!乡)镇|街道)"
)
_KIND = r"(?:文件|公文|红头文件|规定|政策|通知|意见|方案|办法|规划|措施|条例|细则|制度|实施意见)"
# Rule `level_of_document`: 市级文件, 省里出台的政策, 国家层面的规定. Not 市级机关, 省级示范区, 国家级专精特新, 市级以上文件.
_OF_DOCUMENT = re.compile(
    rf"{_WORD}(?:(?:级|一级|里|层面|级层面)(?:的)?(?:印发|出台|发布|制定|下发)?(?:的)?|(?:出台|印发|发布|下发)的){_KIND}"
)
# Rule `level_hinted`: 省里对…怎么说, 市级层面…; not 省里 at the end of a name, 市里面 (a place), 省里的企业.
_HINTED = re.compile(
    rf"{_WORD}(?:里|级层面|层面|这一级)(?=对|给|怎么|咋|有没有|有什么|有啥|有哪些|今年|打算|要|准备|是不是|支持|会|提出|安排|规定|出台)"
)


class LevelAsked(Struct, frozen=True):
    """Levels that a question names, `text[start:end]`."""

    levels: tuple[Level, ...]
    start: int
    end: int
    effect: Effect  # filter where the level of the documents is named outright, else boost
    rule: str


def levels_asked(text: str) -> list[LevelAsked]:
    """The levels of the notices that a simplified question wants, in its order; a level once, outright before hinted.

    >>> [asked.levels for asked in levels_asked("省里的规定和市级文件有什么不同?")]
    [('province',), ('city',)]
    """
    outright = [_asked(match, "filter", "level_of_document") for match in _OF_DOCUMENT.finditer(text)]
    hinted = [_asked(match, "boost", "level_hinted") for match in _HINTED.finditer(text)]
    found: dict[tuple[Level, ...], LevelAsked] = {}
    for asked in outright or hinted:
        found.setdefault(asked.levels, asked)
    return list(found.values())


def _asked(match: re.Match[str], effect: Effect, rule: str) -> LevelAsked:
    return LevelAsked(_LEVELS[match["level"]], match.start(), match.end(), effect, rule)

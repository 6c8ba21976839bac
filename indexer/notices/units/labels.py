"""Labels that open a list of units, and those beside them that open a deadline, a person or something else.

责任单位：, 牵头部门：, 配合单位：, 【责任单位】, 责 任 单 位：, 市级责任单位：, 牵头：; 完成时限：, 责任人：; 督办单位：, 备注：.
Without a colon a label opens a list only in a bracket or at a line's head, and only before a name: （责任单位市民政局、…）.
贵任单位, 责仼单位, 牵关单位 are misprints of 责任单位 and 牵头单位 and read as such.
Not: 压实责任单位主体责任, 用人单位：, 牵头单位要履行….
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, TypeAlias

from msgspec import Struct

from indexer.notices.agencies.unitnames import is_unit_name
from indexer.records import Role

__all__ = ["LabelKind", "LabelMark", "find_labels", "label_alone", "role_of", "starts_unit_line"]

LabelKind: TypeAlias = Literal["units", "deadline", "person", "other"]


class LabelMark(Struct, frozen=True, gc=False):
    """A label in a text: what it opens, in which role, and where it stands."""

    kind: LabelKind
    role: Role  # of the units it opens; "responsible" for the other kinds
    start: int
    end: int
    misprinted: bool = False  # 贵任单位


def _spaced(word: str) -> str:
    """The word with blanks allowed between its characters: 责 任 单 位."""
    return r"[ \u3000]{0,3}".join(word)


def _any_of(words: str) -> str:
    return "(?:" + "|".join(_spaced(w) for w in words.split()) + ")"


_LEVEL = "(?:[省市区县镇][级直]|国家|省|市|区|县|属地)?"
_DEGREE = "(?:第一|主要|共同|具体|直接|其他|其它|相关|首要|各|总|主)?"
_ACT = _any_of(
    "牵头 牵关 责任 贵任 责仼 责仕 责住 负任 配合 参与 参加 协办 会办 协作 协同 协助 主办 分办 承办 落实 实施 支持 主责 主管 组织 完成 负责 指导 执行 兑现"
)
_MORE = "(?:办理|落实|实施|责任|推进|协助|参与|配合|负责|牵头)?(?:[和及、/](?:配合|责任|参与|协办|实施|落实))?"
_BODY = _any_of("单位 部门 机构 主体 科室 处室 股室")
_AFTER = r"(?:[及和、](?:责任人|负责人|责任部门|部门))?(?:[(\uff08][^()\uff08\uff09]{1,20}[)\uff09])?"
_WORD = rf"{_LEVEL}(?P<word>{_DEGREE}{_ACT}){_MORE}[ \u3000]{{0,3}}{_BODY}{_AFTER}"
_COLON = r"[:\uff1a]"
# 牵头：市民政局；配合：市财政局 — the short form, only at a list's own places
_SHORT = r"总?牵头|配合|主责|主办|协办|参与|责任"
_DUE = r"(?:完成|办结|整改|工作)?(?:时限|期限|时间要求|时间节点|时间)|完成时间|时间要求|时序进度|时间节点|进度安排|进度要求"
_WHO = r"(?:责任|分管|牵头|包联|包抓|包保|挂钩|联系|市级|区级|县级|主要|具体)*(?:责任人|责任领导|领导|负责人)"
_OFFICIAL = (
    r"(?:责任|分管|牵头|包联|包抓|包保|挂钩|联系|[市区县]级)*(?:责任人|领导)"  # heads a line; 负责人：… is content
)
_OTHER = (
    r"(?:督[办导查促]|监督|监管|考核|审核|联络|咨询)(?:责任)?(?:单位|部门)|备注|说明|联系(?:人|方式|电话)|电话|"
    r"(?:工作|任务|阶段性?|预期|年度|主要|重点)*(?:目标|成果|要求|措施|举措|内容|任务|进展)"
)
_UNIT_PIECE = re.compile(rf"(?:{_WORD}|(?:(?<=^)|(?<=[ \u3000]))(?P<short>{_SHORT}))[ \u3000]*$")
_OTHER_PIECE = re.compile(rf"(?:(?P<person>{_WHO})|(?P<deadline>{_DUE})|^[ \u3000]*(?:{_OTHER}))[ \u3000]*$")
# Where a label may end, and what stands before it, back to the last mark of a list.
_STOP = re.compile(r"[:\uff1a】〕\]]")
_PIECE = re.compile(
    r"[^、,\uff0c;\uff1b。\n()\uff08\uff09〔〕【】\[\]]{2,40}+(?:[(\uff08][^()\uff08\uff09]{1,20}[)\uff09][ \u3000]{0,2})?\Z"
)
_MISPRINT = re.compile("贵|仼|仕|住|负任|牵关")
_CLOSERS_OF = {"【": "】", "〔": "〕", "[": "]"}
_BLANKS = re.compile(r"\s*")
_COLON_BLANKS = re.compile(r"\s*[:\uff1a]?\s*")
# （责任单位 市民政局、市财政局）, 责任单位市民政局: without a colon only at the head and before a name
_BARE = re.compile(
    rf"\s*{_WORD}(?P<gap>[ \u3000]*(?:[为是][ \u3000]*)?)(?=(?P<name>[^\s:\uff1a、,\uff0c;\uff1b。]{{2,40}}))"
)
# What a paragraph or a bracket may open with before the label: brackets, and the number of a list (2.责任部门：…).
_LEAD = re.compile(r"[\s(\uff08〔【\[]*(?:[(\uff08]?[0-9０-９][)\uff09.\uff0e、]\s*)?")
_HEAD = re.compile(
    rf"{_WORD}\s*(?:{_COLON}|[】\]〕])|(?:{_OFFICIAL}|完成[时期]限|办结时限|完成时间|时间要求|时序进度|总?牵头|主责|主办|协办)\s*{_COLON}"
)
# What no label is without: its colon or closing bracket, or the last character of 单位, 部门 and their like.
_MAY_START = re.compile(r"[:\uff1a】\]〕位门构体室]")
_FIRST = frozenset(
    "国省市区县镇属第主共具直其相首各总牵责贵配参协会分承落实支组完负指办执时包挂联 \u3000(\uff08〔【[0123456789"
)
_LEAD_FIRST = frozenset(" \u3000(\uff08〔【[0123456789")
_IN_LEAD = (
    "".join(_LEAD_FIRST) + "０１２３４５６７８９\t\r\n\xa0)\uff09.\uff0e、"
)  # characters of which such an opening is made
# What every label's own word begins with, so that a number's line is passed over by the character behind its number.
_WORD_FIRST = (_FIRST - _LEAD_FIRST) | frozenset("领兑")


def starts_unit_line(text: str) -> bool:
    """Whether a paragraph or a bracket opens with a label: 责任单位：…, 【牵头部门】…, (责任单位 …), 完成时限：…."""
    first = text[:1]
    if first not in _FIRST or (first in _LEAD_FIRST and not _word_behind_lead(text)):
        return False
    return _starts(text[:60])


def _word_behind_lead(text: str) -> bool:
    """Whether a label's word may begin behind the brackets and the number that open the text."""
    first = text.lstrip(_IN_LEAD)[:1]
    return first in _WORD_FIRST or first.isspace()


@lru_cache(maxsize=2**13)
def _starts(head: str) -> bool:
    if not _MAY_START.search(head):
        return False
    lead = _LEAD.match(head)
    at = lead.end() if lead else 0
    found = _HEAD.match(head, at)
    if found:
        closing = found.group()[-1:]
        if closing not in _CLOSERS_OF.values():
            return True
        opening = head[at - 1 : at]
        return _CLOSERS_OF.get(opening) == closing
    return _bare(head[at:]) is not None


def _bare(text: str) -> re.Match[str] | None:
    """A label without colon right before a unit's name, at the head of `text`."""
    found = _BARE.match(text)
    if found is None:
        return None
    name = found["name"].rstrip(")\uff09〕】]")
    return found if is_unit_name(name.removesuffix("牵头")) else None


@lru_cache(maxsize=2**13)
def _label_in(piece: str) -> tuple[LabelKind, Role, int, bool] | None:
    """What a label at the end of `piece` opens, its role, where it begins, whether it is misprinted; None without one."""
    found = _UNIT_PIECE.search(piece)
    if found:
        word = found["word"] or found["short"]
        lead = len(found.group()) - len(found.group().lstrip(" \u3000"))
        return "units", role_of(word), found.start() + lead, _MISPRINT.search(word) is not None
    found = _OTHER_PIECE.search(piece)
    if found is None:
        return None
    kind: LabelKind = "person" if found["person"] else "deadline" if found["deadline"] else "other"
    return kind, "responsible", found.start(), False


def label_alone(text: str) -> Role | None:
    """The role that a label opens which has its line for itself, the names standing on the next; None for other lines."""
    if len(text) > 24 or not starts_unit_line(text):
        return None
    marks = find_labels(text)
    alone = len(marks) == 1 and marks[0].kind == "units" and marks[0].end >= len(text.rstrip())
    return marks[0].role if alone else None


def find_labels(text: str) -> list[LabelMark]:
    """The labels in a unit line or bracket, in order, none inside another."""
    marks: list[LabelMark] = []
    past = at = 0  # the last place a label may have ended; the end of the last label
    for stop in _STOP.finditer(text):
        here = stop.start()
        lowest, past = max(past, here - 44), here + 1
        piece = _PIECE.search(text, lowest, here)
        label = _label_in(piece.group()) if piece else None
        if piece is None or label is None or piece.start() + label[2] < at:
            continue
        kind, role, shift, misprinted = label
        start = piece.start() + shift
        mark = text[here]
        if mark in ":\uff1a":
            blanks = _BLANKS.match(text, here + 1)
        elif start and _CLOSERS_OF.get(text[start - 1]) == mark:
            start -= 1
            blanks = _COLON_BLANKS.match(text, here + 1)
        else:
            continue
        at = past = blanks.end() if blanks else here + 1
        marks.append(LabelMark(kind, role, start, at, misprinted))
    if not marks or (marks[0].start and text[: marks[0].start].strip()):
        bare = _bare(text[:80])
        if bare:
            word = bare["word"]
            marks.insert(0, LabelMark("units", role_of(word), 0, bare.end(), _MISPRINT.search(word) is not None))
    return marks


_SUPPORT = ("配合", "参与", "参加", "协办", "协作", "协同", "协助", "支持", "会办", "指导")


def role_of(word: str) -> Role:
    """The role that a label's or a phrase's word gives: 牵头 and 主办 → lead, 配合 and its like → support, else responsible."""
    bare = re.sub(r"\s", "", word)
    if "牵" in bare or bare.endswith("主办"):
        return "lead"
    return "support" if any(w in bare for w in _SUPPORT) else "responsible"

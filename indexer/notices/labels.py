"""Labels that open a list of units, and those beside them that open a deadline or a person.

责任单位：, 牵头部门：, 配合单位：, 【责任单位】, 责 任 单 位：, 市级责任单位：, 牵头：; 完成时限：, 责任人：.
Not: 压实责任单位主体责任, 用人单位：, 牵头单位要履行….
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

from indexer.records import Role

__all__ = ["LabelKind", "LabelMark", "find_labels", "role_of", "starts_unit_line"]

LabelKind: TypeAlias = Literal["units", "deadline", "person"]


@dataclass(frozen=True, slots=True)
class LabelMark:
    """A label in a text: what it opens, in which role, and where it stands."""

    kind: LabelKind
    role: Role  # of the units it opens; "responsible" for the other kinds
    start: int
    end: int


def _spaced(word: str) -> str:
    """The word with blanks allowed between its characters: 责 任 单 位."""
    return r"[ \u3000]{0,2}".join(word)


def _any_of(words: str) -> str:
    return "(?:" + "|".join(_spaced(w) for w in words.split()) + ")"


_LEVEL = "(?:市级|省级|区级|县级|市直|区直|省直|县直|市|区|县|省)?"
_DEGREE = "(?:第一|主要|共同|具体|总|主|首要)?"
_ACT = _any_of(
    "牵头 责任 配合 参与 参加 协办 协作 协同 协助 主办 分办 承办 落实 实施 支持 主责 主管 组织 完成 负责 指导"
)
_MORE = "(?:办理|落实|实施|责任|推进|协助|参与|配合|负责)?(?:[和及](?:配合|责任|参与|协办))?"
_BODY = _any_of("单位 部门 机构 主体 科室 处室")
_AFTER = r"(?:及责任人)?(?:[(（][^()（）]{1,20}[)）])?"
_WORD = rf"{_LEVEL}(?P<word>{_DEGREE}{_ACT}){_MORE}[ \u3000]{{0,2}}{_BODY}{_AFTER}"
# 牵头：市民政局；配合：市财政局 — the short form, only at a list's own places
_SHORT = r"(?P<short>总?牵头|配合|主责|协办|参与)(?=\s*[:：])"
_UNIT_LABEL = re.compile(rf"(?:[【\[]\s*{_WORD}\s*[】\]]\s*[:：]?|{_WORD.replace('word', 'bare')}\s*[:：])\s*")
_SHORT_LABEL = re.compile(rf"(?:(?<=^)|(?<=[(（〔【\[；;，,]))\s*{_SHORT}\s*[:：]\s*")
_DEADLINE_LABEL = re.compile(
    r"(?:完成|办结|整改)?(?:时限|期限)\s*[:：]\s*|(?:完成时间|时间要求|时序进度|时间节点|进度安排|进度要求)\s*[:：]\s*"
)
_PERSON_LABEL = re.compile(r"(?:责任|分管|牵头|包联|包抓|挂钩|市级|区级|县级)?(?:责任人|领导|负责人|联系人)\s*[:：]\s*")
# At a paragraph's or a bracket's head; a number may stand before it (2.责任部门：…).
_HEAD = re.compile(
    rf"[\s(（〔【\[]*(?:[(（]?\d[)）.、]\s*)?(?:{_WORD}\s*[】\]]?\s*[:：]"
    rf"|(?<=[【\[]){_WORD.replace('word', 'w2')}[】\]]|(?:完成[时期]限|办结时限|完成时间|时间要求|时序进度|(?:责任|分管|牵头|包联|包抓|挂钩|市级|区级|县级)?(?:责任人|领导))\s*[:：])"
)
# （责任单位 市民政局、市财政局）: without a colon only inside a bracket and before a name
_HEAD_BARE = re.compile(rf"[(（〔【\[]\s*{_WORD}[ \u3000]+(?=[^\s:：]{{2,}})")
_BARE = re.compile(rf"\s*{_WORD}[ \u3000]+(?=[^\s:：]{{2,}})")


def starts_unit_line(text: str) -> bool:
    """Whether a paragraph or a bracket opens with a label: 责任单位：…, 【牵头部门】…, (责任单位 …), 完成时限：…."""
    head = text[:60]
    return bool(_HEAD.match(head) or _HEAD_BARE.match(head))


def find_labels(text: str) -> list[LabelMark]:
    """The labels in a unit line or bracket, in order, none inside another."""
    marks: list[LabelMark] = []
    bare = _BARE.match(text)
    if bare:
        marks.append(LabelMark("units", role_of(bare.group("word")), 0, bare.end()))
    for m in _UNIT_LABEL.finditer(text):
        marks.append(LabelMark("units", role_of(m.group("word") or m.group("bare")), m.start(), m.end()))
    for m in _SHORT_LABEL.finditer(text):
        marks.append(LabelMark("units", role_of(m.group("short")), m.start(), m.end()))
    for m in _DEADLINE_LABEL.finditer(text):
        marks.append(LabelMark("deadline", "responsible", m.start(), m.end()))
    for m in _PERSON_LABEL.finditer(text):
        marks.append(LabelMark("person", "responsible", m.start(), m.end()))
    kept: list[LabelMark] = []
    for mark in sorted(marks, key=lambda x: (x.start, -x.end)):
        if not kept or mark.start >= kept[-1].end:
            kept.append(mark)
    return kept


_SUPPORT = ("配合", "参与", "参加", "协办", "协作", "协同", "协助", "支持")


def role_of(word: str) -> Role:
    """The role that a label's or a phrase's word gives: 牵头 → lead, 配合 and its like → support, else responsible."""
    bare = re.sub(r"\s", "", word)
    if "牵头" in bare:
        return "lead"
    return "support" if any(w in bare for w in _SUPPORT) else "responsible"

"""One piece of a list of units, between two marks of it: the names it holds, their roles, and what the list words say.

A piece is read by its own characters alone, and so once for all notices: 市财政局等部门配合 gives 市财政局, says that the list is
left open behind it, and that the phrase it closes helps.
"""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec import Struct

from indexer.notices.agencies import canonical, is_unit_name
from indexer.notices.agencies.register import agency_name
from indexer.notices.blanks import without_blanks
from indexer.notices.brackets import CLOSE, OPEN, bracket_spans
from indexer.notices.units.labels import role_of
from indexer.records import Role

__all__ = ["LAST_OF_LEVELS", "MAX_NAME", "Listed", "Piece", "only_levels", "read_piece", "shares_level"]

MAX_NAME = 40  # a longer stretch between separators is prose, not a name
_MAX_PIECE = 400  # names parted by blanks alone may make a piece of several; beyond this it is prose


class Listed(Struct, frozen=True, gc=False):
    """A name in a piece, located from the piece's start."""

    start: int
    end: int
    surface: str
    name: str  # canonical
    role: Role | None  # its own: 市民政局（牵头）
    open_ended: bool  # 等部门 behind it


class Piece(Struct, frozen=True, gc=False):
    """What a piece says."""

    names: tuple[Listed, ...] = ()
    role: Role | None = None  # of the phrase that the piece closes: …配合
    acts: bool = False  # the phrase is closed by 负责 or its like, without a role of its own
    carries: Role | None = None  # for the names behind it in the same phrase: …会同市财政局、市教育局
    open_before: bool = False  # 等部门 alone: the list is left open behind the name before
    alias: tuple[str, str] | None = None  # (short form, full name) defined here
    limit: tuple[int, int] | None = None  # a time limit instead of a name: 2024年底前完成


# 等有关部门 · 等市直部门和单位 · 及有关部门: the list goes on without names. Not: 各有关部门, which is a group of its own.
_GOES_ON = re.compile(
    r"[、,\uff0c]?(?:等(?:[^、,\uff0c;\uff1b()\uff08\uff09]{0,10}?(?:部门|单位|机构|地区|区县|街道|企业|方面)(?:和单位|、单位)?)?"
    r"|(?:以及|及|和|与)(?:其他|其它|各?有关|各?相关)(?:有关|相关)?(?:职能|责任|成员|[省市区县][级直])?(?:部门|单位|机构)(?:和单位)?)$"
)
# 会同有关部门: helpers without names leave the list open
_UNNAMED = re.compile(r"(?:各|其他)?(?:有关|相关|各有关)(?:职能|市级|省级)?(?:部门|单位|方面)(?:和单位|、单位)?$")
# What may close a phrase of a list without being a part of a name: 按职责分工负责, 组织实施.
_ACTS = re.compile(
    r"(?:(?:按照?|依据|根据|依照|依)(?:各自|单位|部门|其)?(?:的)?职[责能](?:范围|权限)?(?:的?分工)?)?"
    r"(?:分别|共同|依职责|具体|联合|分工)*(?:负责(?:贯彻|组织|具体)?(?:落实|实施|推进|指导|办理)?|组织实施|组织落实|抓好落实|贯彻落实|落实|实施|推进|指导|办理)$"
    r"|(?:按照?|依据|根据|依照|依)(?:各自|单位|部门|其)?(?:的)?职[责能](?:范围|权限)?(?:的?分工)?$"
)
_LAST_OF_ACT = frozenset("责实施进导理工能围限")
_PHRASE_ROLE = re.compile(
    r"(?:共同|分别|积极|协同|负责|联合|具体|总|按职责)*(?:(?P<word>牵头|配合|参与|协助|协办|协同|参加|支持)"
    r"(?:负责|抓总|抓好|落实|实施|推进|组织实施|组织|统筹|做好|办理|推动)*(?:工作)?"
    r"|(?:为|作为|是)(?P<kind>总?牵头|责任|配合|协办|参与|主办|承办)(?:责任|办理)?(?:单位|部门))$"
)
_LAST_OF_ROLE = frozenset("头合与助办同加持责总好实施进织筹理动作位门")
# 市民政局（牵头） marks one name; 市财政局、市商务局配合 marks its whole phrase.
_OWN_ROLE = re.compile(
    r"[(\uff08\[〔](?P<word>总牵头|牵头|配合|参与|协助|协办|协同|参加|主责|主办|责任)(?:单位|部门|负责)?[)\uff09\]〕]$"
)
_ALIAS = re.compile(
    r"[(\uff08][^()\uff08\uff09]{0,12}?以下(?:统?称|简称)(?:为)?[“\"]?(?P<alias>[^”\")\uff09]{2,30})[”\"]?[)\uff09]"
)
_LIMIT = re.compile(
    r"(?:\d{4}年|\d{1,2}月|每年|年)?[^、,\uff0c]{0,10}(?:底|末|初|前|内|日|月|季度|半年)(?:之?前)?(?:全部|基本)?(?:完成|建成|落实|到位|见效|取得实效)?$"
)
_NO_NAME = re.compile(
    r"(?:无|暂无|同上|下同|其他|其它|待定|全年|长期|常态化|持续|各自|分别|单位|部门|各负其责|不再列出|电话|联系.{0,4})$"
    r"|(?:持续|长期|常态化|分步|适时)(?:推进|坚持|实施|开展)$|.{0,20}(?:排(?:名|序|在)?第[一1]|下同|不再列出)|\d[\d年月日.\-/—至 ]*(?:底|前|末|完成)*$"
)
_DATED, _FIGURE = re.compile(r"\d|年|月"), re.compile(r"\d")
_HAN, _WORDS = re.compile(r"[\u4e00-\u9fff]"), re.compile(r"\S+")
_LEFT = re.compile(
    r"[\s、:\uff1a。.|\-—*★▲●/]*(?:(?:[(\uff08]?\d{1,2}[.\uff0e)\uff09]|[①-⑳]|[省市区县镇][级直](?:单位|部门)?[:\uff1a])\s*(?=[\u4e00-\u9fff]))?"
)
_RIGHT = "、:：。.|-—*★▲●/；;，,"
_LEADING = ("以及", "会同", "其中", "由", "和", "及", "与")
_LEADING_FIRST = frozenset(word[0] for word in _LEADING)
_CONJUNCTION = re.compile(r"以及|[及和与]")
_LEVEL_HEAD = re.compile(r"[省市区县各镇州]|国家")
# 各区、县（市）人民政府 is one name: what follows 各区 names levels and what they have in common.
_LEVELS_ONLY = re.compile(r"\s*(?:(?:各|有关|相关)?[省市州县区旗镇乡盟]{1,2})(?:、(?:自治)?[市州县区旗镇乡盟]{1,2})*\Z")
LAST_OF_LEVELS = frozenset("省市州县区旗镇乡盟")  # a piece that names levels alone ends in one of these
_SHARED = re.compile(
    r"(?:自治[州县旗]|[市州县区旗镇乡]|街道|园区){1,2}(?:[(\uff08][^()\uff08\uff09]{1,24}[)\uff09])?(?:党委|人民政府|政府|管委会|管理委员会|办事处)*"
    r"(?:负责.{0,4}|牵头|配合|等.{0,8})?\s*$"
)


def only_levels(piece: str) -> bool:
    """Whether a piece names levels alone, so that the name may go on behind it: 各区, 县, 各市、州."""
    return _LEVELS_ONLY.match(piece) is not None


def shares_level(following: str) -> bool:
    """Whether what stands behind such a piece and 、 is the rest of one name: 各区 + 县（市）人民政府, 县 + 区政府.

    Not: 各区 + 市民政局, 各县区 + 各部门, 各区 + 开发区 (a kind of its own), 市 + 区联动 (prose).
    """
    return _SHARED.match(following) is not None


def read_piece(raw: str) -> Piece:
    """The names, roles and list words of a piece; of prose, nothing."""
    if len(raw) <= 64:
        return _read_short(raw)
    return _read(raw) if len(raw) <= _MAX_PIECE else Piece()


@lru_cache(maxsize=2**15)
def _read_short(raw: str) -> Piece:
    return _read(raw)


def _read(raw: str) -> Piece:
    end = len(raw)
    alias = _ALIAS.search(raw) if "以下" in raw else None
    if alias:
        end = alias.start()
    end = _rstrip(raw, 0, end)
    role: Role | None = None
    if end and raw[end - 1] in _LAST_OF_ROLE:
        closing = _PHRASE_ROLE.search(raw, 0, end)
        if closing:
            role = role_of(closing["word"] or closing["kind"])
            end = _rstrip(raw, 0, closing.start())
    before = end
    end, acts = _without_act(raw, end)
    end, goes_on = _without_rest(raw, end)
    if goes_on and not acts:
        end, acts = _without_act(raw, end)
    bare = raw[:end].strip()
    if not bare:
        return Piece(role=role, acts=acts, open_before=goes_on)
    if _NO_NAME.match(bare) or (not goes_on and _LIMIT.match(bare) and _DATED.search(bare)):
        start = len(raw) - len(raw.lstrip())
        dated = _FIGURE.search(bare) and _LIMIT.match(bare)
        return Piece(acts=acts, limit=(start, before) if dated else None)
    names, carries = _names(raw, end, goes_on)
    full = without_blanks(raw[names[-1].start : names[-1].end]) if names else ""
    return Piece(
        names, role, acts, carries, goes_on and not names, (alias["alias"].strip(), full) if alias and full else None
    )


def _without_act(raw: str, end: int) -> tuple[int, bool]:
    if end and raw[end - 1] in _LAST_OF_ACT:
        act = _ACTS.search(raw, 0, end)
        if act:
            return _rstrip(raw, 0, act.start()), True
    return end, False


def _without_rest(raw: str, end: int) -> tuple[int, bool]:
    """Where the piece ends without 等部门 and its like, and whether it had them."""
    if end and (raw[end - 1] in "门位构区县道业面" or "等" in raw):
        rest = _GOES_ON.search(raw, 0, end)
        if rest:
            return _rstrip(raw, 0, rest.start()), True
    return end, False


def _rstrip(raw: str, start: int, end: int) -> int:
    while end > start and (raw[end - 1] in _RIGHT or raw[end - 1].isspace()):
        end -= 1
    return end


def _names(raw: str, end: int, goes_on: bool) -> tuple[tuple[Listed, ...], Role | None]:
    """The names in raw[:end], and the role that 会同 gives to those behind the piece."""
    at = raw.find("会同", 0, end)
    if at < 0:
        return tuple(_parted(raw, 0, end, None, goes_on)), None
    left_end = _rstrip(raw, 0, at)
    closing = _PHRASE_ROLE.search(raw, 0, left_end)
    left_end = _rstrip(raw, 0, closing.start()) if closing else left_end
    unnamed = _UNNAMED.match(raw, at + 2, end) is not None
    left = _parted(raw, 0, left_end, "lead", unnamed)
    right = [] if unnamed else _parted(raw, at + 2, end, "support", goes_on)
    return (*left, *right), "support"


def _parted(raw: str, start: int, end: int, role: Role | None, goes_on: bool) -> list[Listed]:
    """Names parted by blanks or a conjunction; the list goes on behind the last of them."""
    found: list[Listed] = []
    for a, b in _split_gaps(raw, start, end):
        found += [x for c, d in _split_conjunction(raw, a, b) if (x := _listed(raw, c, d, role))]
    if goes_on and found:
        x = found[-1]
        found[-1] = Listed(x.start, x.end, x.surface, x.name, x.role, True)
    return found


def _split_gaps(raw: str, start: int, end: int) -> list[tuple[int, int]]:
    if len(raw[start:end].split(None, 1)) < 2:
        return [(start, end)]
    words = [m.span() for m in _WORDS.finditer(raw, start, end)]
    if len(words) > 1 and all(is_unit_name(raw[a:b]) for a, b in words):
        return words
    return [(start, end)]


def _split_conjunction(raw: str, start: int, end: int) -> list[tuple[int, int]]:
    """市发改委和市财政局 are two units; 市自然资源和规划局 is one: both sides must be complete, the right with a level or known.

    Not: 市发展和改革委员会, 国家发展和改革委员会 (the left side is no unit), 相关部门和单位 (nor is the right).
    """
    if not ("和" in raw or "及" in raw or "与" in raw):
        return [(start, end)]
    for m in _CONJUNCTION.finditer(raw, start + 2, max(start + 2, end - 1)):
        left, right = without_blanks(raw[start : m.start()]), without_blanks(raw[m.end() : end])
        if not is_unit_name(left) or not is_unit_name(right):
            continue
        if _LEVEL_HEAD.match(right) or (
            agency_name(left) and agency_name(right) and not agency_name(left + m[0] + right)
        ):
            return [(start, m.start()), *_split_conjunction(raw, m.end(), end)]
    return [(start, end)]


def _listed(raw: str, start: int, end: int, role: Role | None) -> Listed | None:
    """One name without list words and stray brackets, or None where none is left."""
    lead = _LEFT.match(raw, start, end)
    start = lead.end() if lead else start
    end, goes_on = _without_rest(raw, _rstrip(raw, start, end))
    mark = _OWN_ROLE.search(raw, start, end) if end and raw[end - 1] in CLOSE else None
    if mark and mark.start() - start >= 2:
        role, end = role_of(mark["word"]), _rstrip(raw, start, mark.start())
    if start < end and raw[start] in _LEADING_FIRST:
        for word in _LEADING:
            if raw.startswith(word, start, end) and is_unit_name(without_blanks(raw[start + len(word) : end])):
                start += len(word)
                break
    start, end = _within_brackets(raw, start, end)
    surface = without_blanks(raw[start:end])
    if not 2 <= len(surface) <= MAX_NAME or not _HAN.search(surface):
        return None
    return Listed(start, end, surface, canonical(surface), role, goes_on)


def _within_brackets(raw: str, start: int, end: int) -> tuple[int, int]:
    """The stretch without an outer bracket of its own and without brackets at its ends that have no partner."""
    while start < end and (
        raw[start] in OPEN or raw[end - 1] in CLOSE or raw[start].isspace() or raw[end - 1].isspace()
    ):
        spans = bracket_spans(raw[start:end])
        if raw[start].isspace() or (
            raw[start] in OPEN and (not spans or spans[0][0] > 0 or spans[0][1] == end - start)
        ):
            start += 1
        elif raw[end - 1].isspace() or (raw[end - 1] in CLOSE and (not spans or spans[-1][1] < end - start)):
            end -= 1
        else:
            break
    return start, end

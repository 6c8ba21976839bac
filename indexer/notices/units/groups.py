"""Groups of units that a notice itself defines, with their members.

成员单位：市民政局、市财政局、各街镇           a list behind the group's name, wherever the notice has it (often an attachment)
领导小组成员单位包括市民政局、市财政局等        the same in a sentence
由市民政局、市财政局组成的工作专班             a body made up of units; its members are those of 专班成员单位
市民政局、市财政局（以下统称责任部门）          a short form for several units

The definition may stand behind the use, and names vary: 区养老服务工作专班成员单位, 工作专班成员单位 and 专班成员单位 are one
group where a notice has one 专班 only.
Must not match: a group without a list (各成员单位要加强协作), a short form for one unit (…管理委员会（以下简称管委会）), members that are
persons or places, groups of which a notice has several and that the name does not tell apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from indexer.notices.agencies.unitnames import is_unit_name
from indexer.notices.brackets import top_level
from indexer.notices.units.listed import read_piece
from indexer.records import UnitMention

__all__ = ["expand", "find_groups"]

_MEMBERS = "成员单位"
_MEMBER = re.compile("成员(?:单位)?")
_KIND = "专班|领导小组|指挥部|联席会议|协调机制|协调小组|推进小组|协调推进组|工作小组|工作组|委员会|联盟"
_KINDS = re.compile(_KIND)
_LAST_KIND = re.compile(rf"(?:{_KIND})(?!.*(?:{_KIND}))", re.S)
# The list behind a group's name: a colon, or a verb before the first name.
_LIST = re.compile(r"\s*(?:[:\uff1a]|(?:主要)?(?:包括|由|为|有)[:\uff1a]?)\s*(?P<list>[^。;\uff1b\n]{4,2000})")
_NAME_BEFORE = re.compile(r"[^\s,\uff0c。;\uff1b:\uff1a、()\uff08\uff09由为是]{0,40}\Z")
# 由市民政局、市财政局等部门负责人组成的工作专班
_MADE_OF = re.compile(
    rf"由(?P<list>[^。;\uff1b:\uff1a\n由]{{4,600}}?)(?:(?:主要|分管|相关|有关)*(?:负责人|负责同志|领导))?(?:共同)?(?:组成|参加|参与)的?(?P<body>[^,\uff0c。;\uff1b:\uff1a\n()\uff08\uff09]{{0,30}}?(?:{_KIND}))"
)
# Found by its word, which is rarer than a bracket.
_SHORT_FORM = re.compile(
    r"以下(?<=[(\uff08]以下)(?P<how>统称|简称|合称)(?:为)?[“\"]?(?P<name>[^”\")\uff09]{2,24}(?:单位|部门|专班|小组))[”\"]?[)\uff09]"
)
_SENTENCE_START = re.compile(r"[。;\uff1b:\uff1a\n由]")
_ALL_OF = re.compile(r"^(?:其他|其它|各(?:有关|相关)?|相关|有关)+|[“”\"]")
_AS_PERSONS = re.compile(r"(?:等(?:部门|单位)?)?(?:主要|分管|有关|相关)*(?:负责人|负责同志|领导)?(?:组成)?$")
_CUTS = "、,\uff0c\n"
_NEAR = 600  # characters before a bare 成员单位：… in which its body is looked for
_MIN = 2  # a group has at least so many members


def find_groups(body: str) -> dict[str, tuple[str, ...]]:
    """The groups that the notice defines, by name: canonical names of their members, in the order of the list."""
    groups: dict[str, tuple[str, ...]] = {}
    if "成员" in body:
        _from_lists(body, groups)
    if "组成" in body or "参加" in body or "参与" in body:
        for m in _MADE_OF.finditer(body):
            members = _members(m["list"])
            if members:
                groups.setdefault(m["body"].removeprefix("的") + _MEMBERS, members)
    if "以下" in body:
        _from_short_forms(body, groups)
    return groups


def _from_lists(body: str, groups: dict[str, tuple[str, ...]]) -> None:
    places = [m.span() for m in _MEMBER.finditer(body)]
    for (at, end), (following, _) in zip(places, [*places[1:], (len(body), 0)], strict=True):
        listed = _LIST.match(body, end, following)
        members = _members(listed["list"]) if listed else ()
        if members:
            before = _NAME_BEFORE.search(body, max(0, at - 40), at)
            groups.setdefault(_titled((before.group() if before else "") + _MEMBERS, body, at), members)


def _titled(name: str, body: str, at: int) -> str:
    """The group's name with the kind of its body, taken from the text above where the name has none."""
    if _KINDS.search(name):
        return name
    above = _LAST_KIND.search(body, max(0, at - _NEAR), at)
    return above.group() + _MEMBERS if above else _MEMBERS


def _from_short_forms(body: str, groups: dict[str, tuple[str, ...]]) -> None:
    """市民政局、市财政局（以下统称责任部门）; and what a group with a list is called for short."""
    past = 0
    for m in _SHORT_FORM.finditer(body):
        at = m.start() - 1  # the bracket
        lowest, past = max(past, at - _NEAR), m.end()
        starts = [x.end() for x in _SENTENCE_START.finditer(body, lowest, at)]
        stretch = body[starts[-1] if starts else lowest : at]
        last = stretch[max((i + 1 for i in top_level(stretch, 0, len(stretch), _CUTS)), default=0) :].strip()
        named = last + ("" if last.endswith(_MEMBERS) else _MEMBERS)
        made = next((found for name, found in groups.items() if _KINDS.search(last) and named.endswith(name)), ())
        members = made or (_members(stretch) if m["how"] != "简称" and not last.endswith(_MEMBERS) else ())
        members = members or (_of(last, groups) if last.endswith(_MEMBERS) else ())
        if members:
            groups.setdefault(m["name"], members)


def _members(text: str) -> tuple[str, ...]:
    """Canonical names in a list, or nothing when it holds other things than units."""
    names: dict[str, None] = {}
    start, unknown = 0, 0
    for cut in [*top_level(text, 0, len(text), _CUTS), len(text)]:
        piece = read_piece(_AS_PERSONS.sub("", text[start:cut].strip()))
        start = cut + 1
        for x in piece.names:
            if is_unit_name(x.surface):
                names[x.name] = None
            else:
                unknown += 1
    return tuple(names) if len(names) >= _MIN and unknown <= len(names) // 2 else ()


def expand(mentions: Iterable[UnitMention], groups: Mapping[str, tuple[str, ...]]) -> tuple[UnitMention, ...]:
    """The mentions, those of a group with its members; surface and name stay as they are."""
    if not groups:
        return tuple(mentions)
    return tuple(replace(m, members=found) if (found := _of(m.surface, groups)) else m for m in mentions)


def _of(surface: str, groups: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Members of the group that `surface` names; nothing where it names none or might name several."""
    wanted = _ALL_OF.sub("", surface)
    if wanted in groups:
        return groups[wanted]
    if not wanted.endswith(_MEMBERS):
        return ()
    members = {name: found for name, found in groups.items() if name.endswith(_MEMBERS)}
    ends = [found for name, found in members.items() if _same_end(wanted, _ALL_OF.sub("", name))]
    kind = _LAST_KIND.search(wanted)
    if not ends and kind:
        ends = [found for name, found in members.items() if kind.group() in name]
    if not ends and not kind:
        ends = list(members.values())
    return ends[0] if len(set(ends)) == 1 else ()


def _same_end(a: str, b: str) -> bool:
    return len(min(a, b, key=len)) > len(_MEMBERS) and (a.endswith(b) or b.endswith(a))

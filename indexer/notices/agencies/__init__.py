"""Agencies: short official names, the functions a name stands for, the names a function has had, and sameness.

How succession and ambiguity are represented. `agencies.toml` holds, for each function, its present names and its former
ones with the years of the national reforms; what became of a former name is a function, a later name, or several of them
where the body was split. A function's look-up therefore finds every name that leads to it (`names_of`), and a name gives
every function it leads to (`functions_of`). Names that the register calls ambiguous (经委, 社会事务局) and names of bodies
that were split (经贸委, 食药监局) give several functions, and `is_ambiguous` says that these are alternatives; a body of
several functions (教育体育局) gives several as well, and carries them all. Nothing is chosen among several: `canonical`
keeps an ambiguous name as it is written, and `relation` says how two names are connected instead of equating them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

from msgspec import Struct

from indexer.notices.agencies.branches import Branch, branch_of, national_branch
from indexer.notices.agencies.register import AgencyName, agency_name, prefix_parts
from indexer.notices.agencies.succession import DatedName, functions_at, leads_to, register
from indexer.notices.agencies.unitnames import find_units, is_unit_name
from indexer.notices.blanks import without_blanks

__all__ = [
    "Branch",
    "DatedName",
    "Relation",
    "branch_of",
    "canonical",
    "find_units",
    "function_of",
    "functions_of",
    "is_ambiguous",
    "is_unit_name",
    "names_of",
    "relation",
    "same_agency",
]

_BRACKETS = "(（〔<〈"
_NO_WIDTH = "\u200b"  # a blank without width, which pages leave inside names
_LONGEST_NAME = 96  # characters with blanks; nothing longer is a name, and nothing longer is remembered


def canonical(surface: str) -> str:
    """The short official name of an agency, its level or place kept; unknown or ambiguous names come back unchanged.

    市发改委 and 市发展和改革委员会 → 市发展改革委; 区发改局 → 区发展改革局; 市政府国资委 → 市国资委; a branch keeps both
    parts (市资规局砚湖分局 → 市自然资源和规划局砚湖分局).
    A reform is no spelling: 市旅游局 stays 市旅游局; so do 人行云泽市中心支行, 市经委 and 国家税务总局云泽市税务局.
    """
    return _canonical(surface) if len(surface) <= _LONGEST_NAME else _squeezed(surface)


def _squeezed(name: str) -> str:
    return without_blanks(name).replace(_NO_WIDTH, "")


@lru_cache(maxsize=2**16)
def _canonical(surface: str) -> str:
    bare = _squeezed(surface)
    name = agency_name(bare)
    if name is None or name.ambiguous or bare.startswith("国家税务总局") or national_branch(bare) is not None:
        return bare
    return _without_organ(name).canonical


_GOVERNMENT_ORGAN = re.compile(r"(?<=[省市区县州])(?:人民政府|政府)$")
_OF_THE_PARTY = frozenset(
    "组织 宣传 统战 政法委 编办 网信 巡察 老干部 直属机关工委 社会工作 人才 政研 政府办 新闻办 研究室 参事室".split()
)


def _without_organ(name: AgencyName) -> AgencyName:
    """市政府国资委 → 市国资委: a government's agency is its level's agency; 市委宣传部 keeps its 市委."""
    prefix = _GOVERNMENT_ORGAN.sub("", name.prefix)
    if prefix == name.prefix or not _OF_THE_PARTY.isdisjoint(name.nodes):
        return name
    return AgencyName(prefix, name.parts, name.tail, name.branch)


# --- functions and names -------------------------------------------------------------------------


@lru_cache(maxsize=2**16)
def functions_of(name: str) -> tuple[str, ...]:
    """The functions an agency's name stands for: one; several for a joint, split or ambiguous one; none if unknown.

    市旅游局 → 文化广电旅游; 县教体局 → 教育, 体育; 市经委 → 经济和信息化, 商务; 人行云泽市中心支行 → 人民银行;
    a second name in brackets counts: 市住建局（市人防办） → 住房城乡建设, 人防.
    """
    body = _body(_squeezed(name))
    return functions_at(body.nodes) if body else ()


def is_ambiguous(name: str) -> bool:
    """Whether the several functions of a name are alternatives: 市经委, 市经贸委; not 县教体局, which carries both."""
    body = _body(_squeezed(name))
    return body is not None and any(len(functions_at((node,))) > 1 for node in body.nodes)


def function_of(surface: str) -> str | None:
    """The function an agency carries (市旅游局 → 文化广电旅游); several of a joint body are joined by 、.

    None for the unknown and for the ambiguous: see `functions_of`.
    """
    functions = functions_of(surface)
    return "、".join(functions) if functions and not is_ambiguous(surface) else None


def names_of(function: str, *, year: int | None = None) -> tuple[DatedName, ...]:
    """Every name that a function has had, present ones first, with the years of the reforms that began and ended it.

    With a year, only names that some body may have borne then: localities followed a national reform within two years,
    or by the year that the name's `lingered` gives. Names of joint bodies and ambiguous ones are among them.
    Empty for an unknown function.
    """
    found = [name for name in register().names if function in name.functions]
    found.sort(key=lambda name: (name.until is not None, name.ambiguous, name.nodes != (function,), -(name.until or 0)))
    return tuple(name for name in found if year is None or name.borne_in(year))


# --- sameness ------------------------------------------------------------------------------------

Relation = Literal["same", "former", "successor", "possible", "branch", "head"]


_BELOW = "下"  # a district or a county, whichever the city's branch is in
_LOCAL = "地方"  # any level but the nation's


class _Body(Struct, frozen=True):
    """What a name says of the body: its nodes in the succession, its place, its level, of whom it is a branch."""

    nodes: tuple[str, ...]
    place: str
    level: str  # 国 省 市 区 县 州 …, or one of the two below; "" where unsaid
    division: str = ""  # a part that is no branch in a place: 交警支队
    head: tuple[str, str] | None = None  # place and level of the head office


@lru_cache(maxsize=2**16)
def _body(bare: str) -> _Body | None:
    national = national_branch(bare)
    if national is not None:
        return _Body((national.function,), national.place, "")
    name = agency_name(bare)
    if name is None:
        return None
    nodes, (place, level) = name.nodes, prefix_parts(name.prefix) or (name.prefix, "")
    if name.branch and name.branch[0] in _BRACKETS:
        nodes = tuple(dict.fromkeys((*nodes, *_second_names(name.branch[1:-1], level))))
        return _Body(nodes, place, level or _level_by_name(name))
    branch = branch_of(bare) if name.branch or name.tail in ("分局", "支局") else None
    if branch is None:
        return _Body(nodes, place, level or _level_by_name(name), name.branch)
    head = prefix_parts(branch.city) or (branch.city, "")
    if name.branch:  # 市生态环境局鹭洲分局
        return _Body(nodes, place + _stem(branch.place), _BELOW, "", head)
    return _Body(nodes, place, level or _BELOW, "", head)  # 鹭洲区生态环境分局


def _second_names(bracket: str, level: str) -> Iterator[str]:
    """The nodes of the names a body bears besides, one or several in its bracket; not those of another level."""
    for piece in re.split("[、,\uff0c]", bracket):
        second = agency_name(piece)
        if second is not None and _levels_agree(level, (prefix_parts(second.prefix) or ("", ""))[1]):
            yield from second.nodes


def _level_by_name(name: AgencyName) -> str:
    """The level that a name without prefix tells by itself.

    商务部 and 市场监管总局 are the nation's, 财政厅 is a province's, 财政局 not the nation's, which has a ministry.
    """
    if name.tail in ("总局", "署") or (name.tail == "部" and any(part.ministry for part in name.parts)):
        return "国"
    if name.parts[-1].short.startswith(("国家", "最高", "团中央", "海关总署")):
        return "国"
    if name.tail == "局" and any(part.ministry for part in name.parts):
        return _LOCAL
    return "省" if name.tail == "厅" else ""


@lru_cache(maxsize=2**16)
def relation(asked: str, found: str) -> Relation | None:
    """How the agency of one name is connected with that of another; None where it is not.

    same       市发改委 and 云泽市发展和改革委员会; the same function, and levels or places that do not contradict
    former     asked 市文化广电旅游局, found 市旅游局, which became it; of a joint body, one it took in
    successor  asked 市旅游局, found 市文化广电旅游局
    possible   a split or an ambiguous name: 市商务局 and 市经贸委
    branch     asked 市生态环境局, found 市生态环境局鹭洲分局
    head       the other way round
    Must not match: levels (市发改委, 区发改局), bodies that were merged (市工商局, 市质监局).
    """
    asked, found = _squeezed(asked), _squeezed(found)
    if asked == found:
        return "same"
    a, b = _body(asked), _body(found)
    if a is None or b is None:
        return "same" if a is b and _same_unregistered(asked, found) else None
    succession = _succession(a.nodes, b.nodes)
    if succession is None:
        return None
    if _same_seat(a, b):
        return succession
    if b.head and _is_head(a, b.head):
        return "branch"
    return "head" if a.head and _is_head(b, a.head) else None


def same_agency(a: str, b: str) -> bool:
    """Whether two names may mean one agency, across reforms either way: `relation` other than branch and head.

    市发改委 ~ 云泽市发展和改革委员会 ~ 发改委; 市旅游局 ~ 市文化广电旅游局 (merged into it); 区公安分局 ~ 市公安局砚湖分局.
    Must not match: 市发改委 and 区发改局 (levels), 市工商局 and 市质监局 (both merged into 市场监管, never one body),
    an agency and its own branch.
    """
    return relation(a, b) not in (None, "branch", "head")


def _succession(asked: tuple[str, ...], found: tuple[str, ...]) -> Relation | None:
    if asked == found:
        return "same"
    if not (_covers(asked, found) or _covers(found, asked)):
        return None
    if any(len(functions_at((node,))) > 1 for node in (*asked, *found)):
        return "possible"
    if set(asked) < set(found):  # a joint body of today, which took the other in
        return "successor"
    if set(found) < set(asked):
        return "former"
    return "former" if any(leads_to(f, a) for f in found for a in asked) else "successor"


def _covers(whole: tuple[str, ...], part: tuple[str, ...]) -> bool:
    """Whether each of the part's nodes is one of the whole's, or became it, or came from it."""
    return all(any(leads_to(a, b) or leads_to(b, a) for a in whole) for b in part)


def _same_seat(a: _Body, b: _Body) -> bool:
    if a.division != b.division:
        return False
    if _BELOW in (a.level, b.level) and a.level != b.level:
        named, other = (a, b) if a.level == _BELOW else (b, a)
        if other.level in ("", _LOCAL, "市") and not other.place:
            return False
        return other.level in ("", _LOCAL, "市", "区", "县", "旗") and _places_agree(named.place, other.place)
    return _levels_agree(a.level, b.level) and _places_agree(a.place, b.place)


def _is_head(body: _Body, head: tuple[str, str]) -> bool:
    return body.head is None and _levels_agree(body.level, head[1]) and _places_agree(body.place, head[0])


def _levels_agree(a: str, b: str) -> bool:
    if _LOCAL in (a, b):
        return "国" not in (a, b)
    return not a or not b or a == b


def _places_agree(a: str, b: str) -> bool:
    a, b = _stem(a), _stem(b)
    return not a or not b or a.endswith(b) or b.endswith(a)


def _stem(place: str) -> str:
    return place[:-1] if len(place) > 2 and place[-1] in "省市区县州" else place


_LEVEL_HEAD = frozenset("省市区县州")


def _same_unregistered(a: str, b: str) -> bool:
    """市滨海办 and 滨海办; 区人民政府 and 区政府: equal but for a level on one side, or for 人民."""
    a, b = a.replace("人民政府", "政府"), b.replace("人民政府", "政府")
    if a == b:
        return True
    short, long = sorted((a, b), key=len)
    return len(short) >= 3 and len(long) == len(short) + 1 and long[0] in _LEVEL_HEAD and long[1:] == short

"""The parts of an agency's name: place and level, the names of the register in it, its ending, a branch.

The register itself is read by `succession`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from msgspec import Struct

from indexer.notices.agencies.succession import ENDINGS, Core, register

__all__ = ["AgencyName", "Core", "agency_name", "cores", "prefix_parts", "tails"]

_SHORT_TAIL = {"委员会": "委", "办公室": "办"}
_MINISTRIES = {"国家", "中央", "全国", "中国", "中共中央", ""}  # before these a 部 is a ministry: 商务部, 国家教育部
_FILLERS = ("监督管理", "行政管理", "管理", "工作")  # 信访工作办公室 = 信访办
_JOINTS = "和与及、"
_LONGEST_CORE = 16
# 金融中心 and 数据中心 are places or plants; with a level before them they are bodies: 县金融中心.
_ALSO_VENUES = frozenset("金融 口岸物流 文化产业 数据 会展 轨道交通 民航".split())


class AgencyName(Struct, frozen=True):
    """An agency's name taken apart: 云泽市 + 发展改革 + 局, or 市 + 自然资源和规划 + 局 + 砚湖分局."""

    prefix: str
    parts: tuple[Core, ...]  # several where the name strings functions together: 民政和人力资源社会保障
    tail: str
    branch: str = ""  # 砚湖分局, or the bracket of a second name

    @property
    def canonical(self) -> str:
        """The short official name, prefix and branch kept."""
        short = "".join(part.short for part in self.parts)
        return f"{self.prefix}{short}{_SHORT_TAIL.get(self.tail, self.tail)}{self.branch}"

    @property
    def nodes(self) -> tuple[str, ...]:
        """Where the name stands in the succession."""
        return tuple(dict.fromkeys(node for part in self.parts for node in part.nodes))

    @property
    def ambiguous(self) -> bool:
        """Whether the register declares that a part of the name has several meanings."""
        return any(part.name.ambiguous for part in self.parts)


def cores() -> dict[str, Core]:
    """Every spelling in the register, without its ending, and what it stands for."""
    return register().cores


@lru_cache(maxsize=1)
def tails() -> tuple[str, ...]:
    """Every ending an agency's name may have, longest first."""
    return tuple(sorted({tail for group in ENDINGS.values() for tail in group}, key=lambda t: (-len(t), t)))


@lru_cache(maxsize=1)
def _tails_by_last() -> dict[str, tuple[str, ...]]:
    """The endings by their last character, shortest first, so that 房产管理中心 is 房产管理 and 中心."""
    found: dict[str, tuple[str, ...]] = {}
    for tail in reversed(tails()):
        found[tail[-1]] = (*found.get(tail[-1], ()), tail)
    return found


@lru_cache(maxsize=1)
def _lengths_by_last() -> dict[str, tuple[int, ...]]:
    """The lengths that the register's names without ending have, by their last character, longest first."""
    found: dict[str, set[int]] = {}
    for name in cores():
        if len(name) <= _LONGEST_CORE:
            found.setdefault(name[-1], set()).add(len(name))
    return {last: tuple(sorted(lengths, reverse=True)) for last, lengths in found.items()}


# --- the prefix: place and level -----------------------------------------------------------------

# Prefixes that are no place's name, with the level they tell; 原市 is said of a body that is gone.
_LEVEL_WORDS = {
    word: level
    for level, words in (
        ("国", "国家 中央 全国 中国 国务院 中共中央 党中央"),
        ("省", "省 省级 省直 原省 自治区 自治区级 兵团"),
        ("市", "市 市级 市直 各市 本市 我市 全市 原市 省市 市区 市县 市本级 师市"),
        ("区", "区 区级 区直 各区 我区 本区 原区 县区 各县区 新区 开发区 高新区 经开区"),
        ("县", "县 县级 县直 各县 我县 本县 原县 各区县 区县 县本级"),
        ("州", "州 州级 州直 自治州 全州 原州"),
        ("地", "地区 地委 行署 地区行署"),
        ("盟", "盟"),
        ("旗", "旗"),
        ("镇", "镇"),
        ("乡", "乡"),
        ("", "各 各级 各地 属地 当地 相关 有关 上级 地方 街道 辖区 原"),
    )
    for word in words.split()
}
_PREFIX = re.compile(
    r"(?:中共|中国共产党)?(?:国家税务总局)?"
    r"(?P<place>[\u4e00-\u9fff]{1,18}?)??"
    r"(?P<level>自治区|自治州|地区|新区|开发区|高新区|经开区|度假区|示范区|管理区|兵团|省|市|区|县|州|盟|旗|镇|乡)"
    r"(?P<organ>委员会|委|人民政府|政府|府|党委|直)?"
)
_LEVEL = {"自治区": "省", "兵团": "省", "自治州": "州", "地区": "地"}
_BAD_IN_PLACE = frozenset("的和与及由是请让把对给向在为、各谁哪什怎应须要有无并将同按以等责任或报到征局厅")
_ZONE = re.compile("(?:新|发|新技术产业|假|示范)区$")  # 砚湖新区建设管理委员会 is a government, no agency
# Words that no place's name holds: verbs, and the ends of other units' names.
_NOT_IN_PLACE = re.compile(
    "负责|牵头|会同|责任|配合|落实|报送|推进|推动|加强|加快|根据|依托|成立|组建|支持|统筹|联合|组织|协助|邀请|指导|要求|通过|接受|"
    "中心|委会|委员会|公司|办事处|[委办]$|^建设|第.{1,3}条"
)
_LEVELS_OF_SHORT_NAMES = frozenset("县旗镇乡州")  # of one character: no 市 or 区 (经市, 社区)
_ENDS_AS_PREFIX = frozenset("省市区县州盟旗镇乡团会委府直")


@lru_cache(maxsize=2**14)
def prefix_parts(prefix: str) -> tuple[str, str] | None:
    """The place and the level a prefix names (云泽市砚湖区委 → 云泽市砚湖, 区); both empty for none; None where it is
    no prefix.

    Must not match: words of a sentence that end in 市 or 区 (由全市, 打造的园区), a verb.
    """
    if not prefix:
        return "", ""
    level = _LEVEL_WORDS.get(prefix)
    if level is not None:
        return "", level
    if len(prefix) > 24:
        return None
    from indexer.notices.places import is_known_name

    found = _PREFIX.fullmatch(prefix) if prefix[-1] in _ENDS_AS_PREFIX else None
    if found:
        place = found["place"] or ""
        sound = not _NOT_IN_PLACE.search(place) and _BAD_IN_PLACE.isdisjoint(place)
        sound = sound and (len(place) != 1 or found["level"] in _LEVELS_OF_SHORT_NAMES)
        if sound or is_known_name(place + found["level"]):
            return place, _LEVEL.get(found["level"], found["level"][-1])
    if 2 <= len(prefix) <= 6 and is_known_name(prefix):
        return prefix, ""
    return None


# --- taking a name apart -------------------------------------------------------------------------

_BRACKET = re.compile(r"(?P<base>[^(（〔<〈]{2,30})(?P<bracket>[(（〔<〈][^()（）〔〕<>〈〉]{1,30}[)）〕>〉])")
_BRANCH = re.compile(
    r"(?P<base>.{3,20}?(?:局|委(?!员)|中心))(?P<branch>[\u4e00-\u9fff]{1,8}(?:分局|分中心|管理部|"
    r"办事处|支局|支队|大队|局|中心|所))"
)
_BRANCH_ENDS = frozenset("局心部处队所")
# 市资规砚湖分局: the bureau's own ending left out; 砚湖公安分局: the place without its suffix.
_BARE_BRANCH = re.compile(r"(?P<prefix>.{0,8}?[市县])(?P<rest>[\u4e00-\u9fff]{4,12})分局")
_SHORT_PLACE = re.compile(r"[\u4e00-\u9fff]{2,3}")


@lru_cache(maxsize=2**16)
def agency_name(surface: str) -> AgencyName | None:
    """An agency's name taken apart by the register; None where the register does not know it.

    市发改委 → 市 + 发展改革 + 委. A name of several functions is read part by part (县民政和人力资源社会保障局).
    Must not match: 市级, 布局, 新格局, 市政府 (a government, no agency), 教育中心 (no tail of that function), two
    names run together (市发展改革委财政局).
    """
    if not 2 <= len(surface) <= 48:
        return None
    if surface[-1] in ")）〕>〉":
        bracket = _BRACKET.fullmatch(surface)
        return _with_branch(_simple_name(bracket["base"]), bracket["bracket"]) if bracket else None
    return _simple_name(surface) or _name_of_branch(surface)


def _name_of_branch(surface: str) -> AgencyName | None:
    if surface[-1] not in _BRANCH_ENDS or len(surface) < 6:
        return None
    branch = _BRANCH.fullmatch(surface)
    if branch and _may_be_branch(branch["branch"]):
        name = _simple_name(branch["base"])
        if name is not None:
            return _with_branch(name, branch["branch"])
    return _bare_branch(surface) if surface.endswith("分局") else None


def _may_be_branch(text: str) -> bool:
    """Whether the part behind a bureau's name is a branch, and no second agency run together with it."""
    inner = text[:-2] if text.endswith("分局") else text[:-1]
    return _BAD_IN_PLACE.isdisjoint(inner) and not _NOT_IN_PLACE.search(inner) and _simple_name(text) is None


def _bare_branch(surface: str) -> AgencyName | None:
    """市资规砚湖分局 as 市资规局砚湖分局, 砚湖公安分局 as it stands."""
    found = _BARE_BRANCH.fullmatch(surface)
    if found:
        rest = found["rest"]
        for stop in range(len(rest) - 2, 1, -1):
            name = _simple_name(found["prefix"] + rest[:stop] + "局")
            if name is not None and _may_be_branch(rest[stop:] + "分局") and _simple_name(rest[stop:] + "局") is None:
                return _with_branch(name, rest[stop:] + "分局")
    for start, core in _cores_before(surface, len(surface) - 2, tail="分局"):
        place = surface[:start]
        if _SHORT_PLACE.fullmatch(place) and _BAD_IN_PLACE.isdisjoint(place):
            return AgencyName(place, (core,), "分局")
    return None


def _with_branch(name: AgencyName | None, branch: str) -> AgencyName | None:
    return None if name is None else AgencyName(name.prefix, name.parts, name.tail, branch)


def _simple_name(surface: str) -> AgencyName | None:
    for start, core in _cores_before(surface, len(surface), tail=""):
        if prefix_parts(surface[:start]) is not None:
            return AgencyName(surface[:start], (core,), "")
    endings = [tail for tail in _tails_by_last().get(surface[-1], ()) if surface.endswith(tail)]
    for tail in endings:
        name = _name_before(surface, len(surface) - len(tail), tail)
        if name is not None:
            return name
    for tail in endings:
        stop = len(surface) - len(tail)
        for filler in _FILLERS:
            if surface.endswith(filler, 0, stop) and filler + tail not in ("管理委员会", "管理中心"):
                name = _name_before(surface, stop - len(filler), tail)
                if name is not None:
                    return name
    return None


def _name_before(surface: str, stop: int, tail: str) -> AgencyName | None:
    for start, core in _cores_before(surface, stop, tail=tail):
        prefix = surface[:start]
        if not prefix and tail == "中心" and not _ALSO_VENUES.isdisjoint(core.nodes):
            return None
        if tail == "委员会" and _ZONE.search(prefix) and surface.endswith("管理委员会"):
            return None
        if prefix_parts(prefix) is not None and (tail != "部" or "部" in core.tails or prefix in _MINISTRIES):
            return AgencyName(prefix, (core,), tail)
        joined = _joined(surface, start, (core,), tail)
        if joined is not None:
            return joined
    return None


def _joined(surface: str, stop: int, parts: tuple[Core, ...], tail: str) -> AgencyName | None:
    """A name of two or three functions, read from the right: 文化 + 体育 + 和 + 旅游."""
    if len(parts) == 3 or stop < 2 or tail == "部":
        return None
    before = stop - 1 if surface[stop - 1] in _JOINTS else stop
    for start, core in _cores_before(surface, before, tail=tail):
        all_parts = (core, *parts)
        if prefix_parts(surface[:start]) is not None:
            return AgencyName(surface[:start], all_parts, tail)
        deeper = _joined(surface, start, all_parts, tail)
        if deeper is not None:
            return deeper
    return None


def _cores_before(text: str, stop: int, *, tail: str) -> Iterator[tuple[int, Core]]:
    """The register's names that end at `stop` and may bear `tail` (none: whole names), longest first."""
    known = register().cores
    for length in _lengths_by_last().get(text[stop - 1 : stop], ()):
        if length > stop:
            continue
        start = stop - length
        core = known.get(text[start:stop])
        if core is None:
            continue
        fits = not core.tails if not tail else tail in core.tails or (tail == "部" and core.ministry)
        if fits:
            yield start, core

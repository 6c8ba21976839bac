"""The register of agency functions, and the parts of an agency's name that it makes out.

`agencies.toml` beside this module holds the functions with the names they bear and have borne; it is read on first use.
The names are facts from the reform plans of the State Council and from local practice, collected for this register.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

__all__ = ["AgencyName", "Core", "agency_name", "cores", "prefix_parts", "tails"]

_TAILS = {
    "office": ("主管部门", "委员会", "办公室", "办公厅", "部门", "总局", "分局", "支局", "局", "厅", "委", "办", "署"),
    "party": ("部门", "部"),
    "cabinet": ("办公室", "办公厅", "办"),
    "body": (),
}
_TAILS["centre"] = (*_TAILS["office"], "服务中心", "管理中心", "中心")
_TAILS["corps"] = (*_TAILS["office"], "总队", "支队", "大队")
_TAILS["archive"] = (*_TAILS["office"], "馆")
_SHORT_TAIL = {"委员会": "委", "办公室": "办"}
_MINISTRIES = {"国家", "中央", "全国", "中国", ""}  # before these a 部 is a ministry: 商务部, 国家教育部
_FILLERS = ("监督管理", "行政管理", "管理", "工作")  # 信访工作办公室 = 信访办
_JOINTS = ("和", "与", "及", "、")
_LONGEST_CORE = 16


@dataclass(frozen=True, slots=True)
class Core:
    """One name of a function: its short official form, what it may end in, and the line it belongs to."""

    function: str
    short: str  # 发展改革 for 发展和改革
    tails: tuple[str, ...]  # empty where the name is whole
    line: int  # 0 for names in use; each list of former names is a line of its own
    until: int | None  # the year of the reform that ended the name


@dataclass(frozen=True, slots=True)
class AgencyName:
    """An agency's name taken apart: 云泽市 + 发展改革 + 局, or 市 + 自然资源规划 + 局 + 砚湖分局."""

    prefix: str
    functions: tuple[str, ...]
    lines: tuple[int, ...]
    short: str
    tail: str
    branch: str = ""  # 砚湖分局, or the bracket of a second name

    @property
    def canonical(self) -> str:
        """The short official name, prefix and branch kept."""
        return f"{self.prefix}{self.short}{_SHORT_TAIL.get(self.tail, self.tail)}{self.branch}"


@lru_cache(maxsize=1)
def cores() -> dict[str, Core]:
    """Every name in the register, without its tail, and what it stands for."""
    register = tomllib.loads(files(__package__).joinpath("agencies.toml").read_text("utf-8"))
    found: dict[str, Core] = {}
    for agency in register["agency"]:
        tail = _TAILS[agency.get("tail", "office")]
        groups: list[tuple[list[str], int | None]] = [(names, None) for names in agency["current"]]
        groups += [(former["names"], former["until"]) for former in agency.get("former", ())]
        for place, (names, until) in enumerate(groups):
            line = 0 if until is None else place
            for name in names:
                whole = name.endswith("$") or not tail
                short = names[0] if whole == (names[0].endswith("$") or not tail) else name
                found[name.rstrip("$")] = Core(
                    agency["function"], short.rstrip("$"), () if whole else tail, line, until
                )
    return found


@lru_cache(maxsize=1)
def tails() -> tuple[str, ...]:
    """Every ending an agency's name may have, longest first."""
    return tuple(sorted({tail for group in _TAILS.values() for tail in group} | {"部"}, key=lambda t: (-len(t), t)))


# --- the prefix: place and level -----------------------------------------------------------------

_LEVEL_WORDS = (
    "自治区 自治州 地区 新区 省 市 区 县 州 盟 旗 镇 乡 街道 省级 市级 区级 县级 市直 区直 "
    "县直 省直 国家 中央 全国 中国 "
    "各 各级 各地 各市 各区 各县 各区县 本市 我市 我区 我县 全市 属地 当地 相关 有关 上级 "
    "市县 市区 省市 县区 地委 地方 行署 开发区 高新区 经开区"
).split()
_PREFIX = re.compile(
    r"(?:中共|中国共产党)?(?:国家税务总局)?"
    r"(?P<place>(?!.*(?:负责|牵头|会同|责任|配合|落实|报送|推进|加强))[\u4e00-\u9fff]{1,18}?)??"
    r"(?P<level>自治区|自治州|地区|新区|开发区|高新区|经开区|度假区|示范区|管理区|省|市|区|县|州|盟|旗|镇|乡)"
    r"(?P<organ>委员会|委|人民政府|政府|府|党委|直)?"
)
_BAD_IN_PLACE = set("的和与及由是请让把对给向在为、各谁哪什怎应须要有无并将同按以等责任")


@lru_cache(maxsize=8192)
def prefix_parts(prefix: str) -> tuple[str, str] | None:
    """The place and the level a prefix names (云泽市砚湖区委 → 云泽市砚湖, 区); both empty for none; None where it is
    no prefix.

    Must not match: words of a sentence that end in 市 or 区 (由全市, 打造的园区), a verb.
    """
    if not prefix or prefix in ("各", "各级", "相关", "有关", "属地", "当地", "上级", "各地", "地方"):
        return "", ""
    if prefix in _LEVEL_WORDS:
        if prefix in ("国家", "中央", "全国", "中国"):
            return "", "国"
        return "", {"自治区": "省", "自治州": "州", "地委": "地", "行署": "地", "地区": "地"}.get(
            prefix, _level_char(prefix)
        )
    from indexer.notices.places import is_known_name

    found = _PREFIX.fullmatch(prefix)
    if found and (
        not set(found["place"] or "") & _BAD_IN_PLACE or is_known_name((found["place"] or "") + found["level"])
    ):
        level = "地" if found["level"] == "地区" else found["level"][-1]
        place = found["place"] or ""
        return place, level
    if 2 <= len(prefix) <= 6 and is_known_name(prefix):
        return prefix, ""
    return None


def _level_char(word: str) -> str:
    return next((char for char in reversed(word) if char in "省市区县州盟旗镇乡"), "")


# --- taking a name apart -------------------------------------------------------------------------

_BRACKET = re.compile(r"^(?P<base>[^(（〔<〈]{2,30})(?P<bracket>[(（〔<〈][^()（）〔〕<>〈〉]{1,30}[)）〕>〉])$")
_BRANCH = re.compile(
    r"^(?P<base>.{3,20}?(?:局|委|中心))(?P<branch>[\u4e00-\u9fff]{2,8}(?:分局|分中心|管理部|"
    r"办事处|支局|支队|大队|局|中心))$"
)


@lru_cache(maxsize=16384)
def agency_name(surface: str) -> AgencyName | None:
    """An agency's name taken apart by the register; None where the register does not know it.

    市发改委 → 市 + 发展改革 + 委. A name of several functions is read part by part (县民政和人力资源社会保障局).
    Must not match: 市级, 布局, 新格局, 市政府 (a government, no agency), 教育中心 (no tail of that function).
    """
    if not 2 <= len(surface) <= 48:
        return None
    bracket = _BRACKET.match(surface)
    if bracket:
        return _with_branch(_simple_name(bracket["base"]), bracket["bracket"])
    simple = _simple_name(surface)
    if simple is not None:
        return simple
    branch = _BRANCH.match(surface)
    return _with_branch(_simple_name(branch["base"]), branch["branch"]) if branch else None


def _with_branch(name: AgencyName | None, branch: str) -> AgencyName | None:
    if name is None:
        return None
    return AgencyName(name.prefix, name.functions, name.lines, name.short, name.tail, branch)


def _simple_name(surface: str) -> AgencyName | None:
    for start, core in _cores_before(surface, len(surface), tail=""):
        if prefix_parts(surface[:start]) is not None:
            return AgencyName(surface[:start], (core.function,), (core.line,), core.short, "")
    for tail in tails():
        if surface.endswith(tail) and len(surface) > len(tail):
            name = _name_with_tail(surface, tail)
            if name is not None:
                return name
    return None


def _name_with_tail(surface: str, tail: str) -> AgencyName | None:
    end = len(surface) - len(tail)
    for stop in (end, *(end - len(f) for f in _FILLERS if surface.endswith(f, 0, end))):
        for start, core in _cores_before(surface, stop, tail=tail):
            prefix = surface[:start]
            if prefix_parts(prefix) is not None and (tail != "部" or "部" in core.tails or prefix in _MINISTRIES):
                return AgencyName(prefix, (core.function,), (core.line,), core.short, tail)
            joined = _joined(surface, start, (core,), tail)
            if joined is not None:
                return joined
    return None


def _joined(surface: str, stop: int, parts: tuple[Core, ...], tail: str) -> AgencyName | None:
    """A name of two or three functions, read from the right: 文化 + 体育 + 和 + 旅游."""
    if len(parts) == 3 or stop <= 0:
        return None
    before = stop - 1 if surface[stop - 1] in _JOINTS else stop
    for start, core in _cores_before(surface, before, tail=tail):
        all_parts = (core, *parts)
        if prefix_parts(surface[:start]) is not None:
            return AgencyName(
                surface[:start],
                tuple(part.function for part in all_parts),
                tuple(part.line for part in all_parts),
                "".join(part.short for part in all_parts),
                tail,
            )
        deeper = _joined(surface, start, all_parts, tail)
        if deeper is not None:
            return deeper
    return None


def _cores_before(text: str, stop: int, *, tail: str) -> Iterator[tuple[int, Core]]:
    """The register's names that end at `stop` and may bear `tail` (none: whole names), longest first."""
    known = cores()
    for length in range(min(_LONGEST_CORE, stop), 0, -1):
        core = known.get(text[stop - length : stop])
        if core is None:
            continue
        fits = not core.tails if not tail else tail in core.tails or (tail == "部" and bool(core.tails))
        if fits:
            yield stop - length, core

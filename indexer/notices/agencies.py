"""Agencies: the short official name, whether two names mean one agency, and unit names in running text.

The register itself is read by `register`; here are the questions the rest of the library asks of it.
"""

from __future__ import annotations

import re
from functools import lru_cache

from indexer.notices.register import AgencyName, agency_name, prefix_parts
from indexer.notices.unitnames import find_units, is_unit_name

__all__ = ["canonical", "find_units", "function_of", "is_unit_name", "same_agency"]

_SPACES = re.compile(r"[\s\u3000\u200b]+")


def canonical(surface: str) -> str:
    """The short official name of an agency, its level or place kept; unknown or ambiguous names come back unchanged.

    市发改委 and 市发展和改革委员会 → 市发展改革委; 区发改局 → 区发展改革局; 市政府国资委 → 市国资委.
    A reform is no spelling: 市旅游局 stays 市旅游局, and 人行云泽市中心支行 stays as it is.
    """
    bare = _SPACES.sub("", surface)
    name = agency_name(bare)
    if name is None:
        return bare
    if bare.startswith("国家税务总局"):
        return bare
    return _without_organ(name).canonical


_GOVERNMENT_ORGAN = re.compile(r"(?<=[省市区县州])(?:人民政府|政府)$")
_PARTY_FUNCTIONS = {
    "组织",
    "宣传",
    "统战",
    "政法委",
    "编办",
    "网信",
    "巡察",
    "老干部",
    "直属机关工委",
    "社会工作",
    "人才",
    "政研",
}


def _without_organ(name: AgencyName) -> AgencyName:
    """市政府国资委 → 市国资委: a government's agency is its level's agency; 市委宣传部 keeps its 市委."""
    prefix = _GOVERNMENT_ORGAN.sub("", name.prefix)
    if prefix == name.prefix or set(name.functions) & _PARTY_FUNCTIONS:
        return name
    return AgencyName(prefix, name.functions, name.lines, name.short, name.tail, name.branch)


def function_of(surface: str) -> str | None:
    """The function an agency carries (市旅游局 → 文化广电旅游); several are joined by 、; None for the unknown.

    Branches of the central bank, the financial regulator and the tax service count: 人行云泽市中心支行 → 人民银行.
    """
    bare = _SPACES.sub("", surface)
    central = _central_branch(bare)
    if central:
        return central[0]
    name = agency_name(bare)
    return "、".join(name.functions) if name else None


# --- branches of national bodies -----------------------------------------------------------------

_P = r"(?P<place>[\u4e00-\u9fff]{0,10}?)"
_Q = r"(?P<head>[\u4e00-\u9fff]{0,6}?)"
# Bodies whose branches carry the place inside the name; the last of each kind's forms are those of earlier years.
_CENTRAL = (
    (
        "人民银行",
        rf"(?:中国)?(?:人民银行|人行){_P}(?:营业管理部|中心支行|营管部|营业部|分行|支行|总部|"
        rf"总行)?|(?P<head>[省市区县州])(?:人民银行|人行)",
    ),
    (
        "国家金融监管",
        rf"(?:国家金融监督管理总局|国家金融监管总局|金融监管总局){_P}(?:监管分局|监管支局|监管局|分局|支局|监管组|局)?"
        r"|(?P<head>[\u4e00-\u9fff]{2,6}?)金融监管(?:分局|支局|局)",
    ),
    (
        "国家金融监管",
        rf"(?:中国银行保险监督管理委员会|中国银保监会|银保监会){_P}(?:监管分局|监管局|监管组|"
        rf"分局)?|{_Q}银保监(?:分局|局|组|办)?",
    ),
    (
        "国家金融监管",
        rf"(?:中国银行业监督管理委员会|中国银监会|银监会){_P}(?:监管分局|监管局|分局)?|{_Q}银监(?:分局|局|办|组)",
    ),
    ("税务", rf"国家税务总局{_P}税务局|(?P<head>[省市区县州]|[\u4e00-\u9fff]{{2,8}}?[市区县])税务局"),
)


@lru_cache(maxsize=1)
def _central() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((function, re.compile(pattern)) for function, pattern in _CENTRAL)


@lru_cache(maxsize=8192)
def _central_branch(bare: str) -> tuple[str, str] | None:
    """The function of a national body's branch, and the place in its name without suffix; None for other names."""
    for function, pattern in _central():
        found = pattern.fullmatch(bare)
        if found:
            return function, found["place"] or found["head"] or ""
    return None


# --- sameness ------------------------------------------------------------------------------------


def same_agency(a: str, b: str) -> bool:
    """Whether two names may mean one agency: the same function, and levels or places that do not contradict.

    市发改委 ~ 云泽市发展和改革委员会 ~ 发改委; 市旅游局 ~ 市文化广电旅游局 (merged into it).
    Must not match: 市发改委 and 区发改局 (levels), 市工商局 and 市质监局 (both merged into 市场监管, never one body),
    an agency and its own branch.
    """
    a, b = _SPACES.sub("", a), _SPACES.sub("", b)
    if a == b:
        return True
    central_a, central_b = _central_branch(a), _central_branch(b)
    if central_a and central_b:
        return central_a[0] == central_b[0] and _places_agree(central_a[1], central_b[1])
    name_a, name_b = agency_name(a), agency_name(b)
    if name_a is None or name_b is None:
        return name_a is name_b and _same_unregistered(a, b)
    if name_a.functions != name_b.functions or _branch_key(name_a) != _branch_key(name_b):
        return False
    lines_agree = all(x == y or 0 in (x, y) for x, y in zip(name_a.lines, name_b.lines, strict=True))
    return lines_agree and _prefixes_agree(name_a.prefix, name_b.prefix)


def _branch_key(name: AgencyName) -> str:
    return "" if name.branch[:1] in "(（〔<〈" else name.branch


def _prefixes_agree(a: str, b: str) -> bool:
    parts_a, parts_b = prefix_parts(a), prefix_parts(b)
    if parts_a is None or parts_b is None:
        return a == b
    (place_a, level_a), (place_b, level_b) = parts_a, parts_b
    if level_a and level_b and level_a != level_b:
        return False
    return _places_agree(place_a, place_b)


def _places_agree(a: str, b: str) -> bool:
    a, b = re.sub(r"[省市区县州]$", "", a), re.sub(r"[省市区县州]$", "", b)
    return not a or not b or a.endswith(b) or b.endswith(a)


_LEVEL_HEAD = re.compile(r"^[省市区县州]")


def _same_unregistered(a: str, b: str) -> bool:
    """市滨海办 and 滨海办; 区人民政府 and 区政府: equal but for a level on one side, or for 人民."""
    a, b = a.replace("人民政府", "政府"), b.replace("人民政府", "政府")
    if a == b:
        return True
    short, long = sorted((a, b), key=len)
    return len(short) >= 3 and len(long) == len(short) + 1 and bool(_LEVEL_HEAD.match(long)) and long[1:] == short

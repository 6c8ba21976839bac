"""Branches: of national bodies in a place, and of a city's bureaus in its districts.

A branch keeps both its head and its place: 市生态环境局鹭洲分局 is the city bureau's branch in 鹭洲, and the agency of that
district for its function.
"""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec import Struct

from indexer.notices.agencies.register import AgencyName, agency_name, prefix_parts
from indexer.notices.agencies.succession import functions_at

__all__ = ["Branch", "branch_of", "national_branch"]


class Branch(Struct, frozen=True):
    """A branch's head office, the place it is for, and the function.

    `level` is that of the place, "" where unsaid; `city` the city in the head's name (市, 云泽市), "" for national bodies.
    """

    head: str
    place: str
    function: str
    level: str = ""
    city: str = ""


# --- national bodies -----------------------------------------------------------------------------

_P = r"(?P<place>[\u4e00-\u9fff]{0,12}?)"
_Q = r"(?P<head>(?!.*地方)[\u4e00-\u9fff]{0,6}?)"
# Bodies whose branches carry the place inside the name or before it: function, head office, forms. Where the financial
# regulator's name changed, each name has a form of its own.
_NATIONAL = (
    (
        "人民银行",
        "中国人民银行",
        rf"(?:中国)?(?:人民银行|人行){_P}(?:营业管理部|中心支行|营管部|营业部|分行|支行|总部|总行)?"
        r"|(?P<head>[省市区县州])(?:人民银行|人行)",
    ),
    (
        "国家金融监管",
        "国家金融监督管理总局",
        rf"(?:国家金融监督管理总局|国家金融监管总局|金融监管总局){_P}(?:监管分局|监管支局|监管局|分局|支局|监管组|局)?"
        r"|(?P<head>(?![省市区县州]|.*(?:地方|[省市区县州]$))[\u4e00-\u9fff]{2,6}?)金融监管(?:分局|支局|局)"
        r"|(?P<unit>[省市区县州])金融监管(?:分局|支局|组)",
    ),
    (
        "国家金融监管",
        "中国银行保险监督管理委员会",
        rf"(?:中国银行保险监督管理委员会|中国银保监会|银保监会){_P}(?:监管分局|监管局|监管组|分局)?"
        rf"|{_Q}银保监(?:分局|局|组|办)?(?:[\u4e00-\u9fff]{{2,4}}监管组)?",
    ),
    (
        "国家金融监管",
        "中国银行业监督管理委员会",
        rf"(?:中国银行业监督管理委员会|中国银监会|银监会){_P}(?:监管分局|监管局|分局)?|{_Q}银监(?:分局|局|办|组)",
    ),
    (
        "证监",
        "中国证券监督管理委员会",
        rf"(?:中国证券监督管理委员会|中国证监会|证监会){_P}(?:监管局|证监局)?|{_Q}证监局",
    ),
    (
        "外汇",
        "国家外汇管理局",
        rf"(?:国家外汇管理局|(?:国家)?外汇局){_P}(?:中心支局|分局|支局|外汇管理部)?",
    ),
    ("调查队", "国家统计局", rf"国家统计局{_P}(?:调查总队|调查队)|{_Q}调查总队"),
    ("矿山安全监察", "国家矿山安全监察局", rf"国家矿山安全监察局{_P}局?"),
    ("移民管理", "国家移民管理局", rf"{_Q}(?:出入境边防检查站|边检站|边检总站)"),
    ("海关", "海关总署", r"(?:中华人民共和国)?(?P<place>(?![省市区县]|中华)[\u4e00-\u9fff]{1,8}?)海关"),
    ("海事", "中国海事局", r"(?:中华人民共和国)(?P<place>[\u4e00-\u9fff]{1,8}?)海事局"),
    (
        "民航",
        "中国民用航空局",
        rf"(?:中国民用航空|中国民航|民航){_P}(?:地区)?(?:安全监督管理局|监督管理局|监管局|管理局)",
    ),
    ("供电", "国家电网", r"国网(?P<place>[\u4e00-\u9fff]{2,8}?)(?:供电公司|电力公司|供电分公司)"),
    ("团委", "共青团中央", r"共青团(?P<place>[\u4e00-\u9fff]{0,10}?[省市区县州])(?:委员会|委)"),
)
_GATE = re.compile(
    "人民银行|人行|金融监|银保监|银监|证监|证券监督|外汇|统计局|调查总队|矿山安全监察局|边检|边防|海关|海事局|民航|民用航空|国网|共青团"
)


@lru_cache(maxsize=1)
def _national() -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    return tuple((function, head, re.compile(pattern)) for function, head, pattern in _NATIONAL)


@lru_cache(maxsize=2**14)
def national_branch(bare: str) -> Branch | None:
    """A national body's branch, or the body itself with an empty place; None for other names.

    人行云泽市中心支行, 云泽银保监分局, 国家统计局云泽调查队, 云泽海关.
    Must not match: 市地方金融监管局 (a local body), 市金融监管局 (either), 国家统计局.
    """
    if not _GATE.search(bare):
        return None
    for function, head, pattern in _national():
        found = pattern.fullmatch(bare)
        if found:
            groups = found.groupdict()
            return Branch(head, groups.get("place") or groups.get("head") or groups.get("unit") or "", function)
    return None


# --- a city's bureaus in its districts -----------------------------------------------------------

_BRANCH_END = re.compile(r"(?:分局|分中心|管理部|办事处|支局|局|中心|所)$")
_DISTRICT_LEVELS = frozenset("区县旗")


@lru_cache(maxsize=2**14)
def branch_of(name: str) -> Branch | None:
    """The head office and the place of a branch; None for a body of its own.

    市生态环境局鹭洲分局 → 市生态环境局, 鹭洲; 鹭洲区生态环境分局 → 市生态环境局, 鹭洲区; 国家税务总局云泽市砚湖区税务局 →
    国家税务总局, 云泽市砚湖区; 人行云泽市中心支行 → 中国人民银行, 云泽市.
    Must not match: 鹭洲区生态环境局 (nothing in the name says whose it is), 市公安局交警支队 (a division, no place).
    """
    bare = re.sub(r"\s+", "", name)
    national = national_branch(bare)
    if national is not None:
        return national if national.place else None
    parsed = agency_name(bare)
    if parsed is None:
        return None
    if parsed.prefix.startswith("国家税务总局"):
        return Branch("国家税务总局", parsed.prefix.removeprefix("国家税务总局"), "税务", _level(parsed.prefix))
    return _named_after_head(parsed) or _named_after_place(parsed)


def _named_after_head(name: AgencyName) -> Branch | None:
    """市生态环境局鹭洲分局: the head's whole name, then the place."""
    place = _BRANCH_END.sub("", name.branch)
    if not name.branch or name.branch[0] in "(（〔<〈" or place in ("", name.branch):
        return None
    head = AgencyName(name.prefix, name.parts, name.tail)
    known = prefix_parts(place)
    return Branch(head.canonical, place, "、".join(functions_at(name.nodes)), known[1] if known else "", name.prefix)


def _named_after_place(name: AgencyName) -> Branch | None:
    """鹭洲区公安分局, 砚湖公安分局: the place, then what is branched; the head is the city's bureau."""
    if name.tail not in ("分局", "支局") or not name.prefix:
        return None
    place, city, level = name.prefix, "市", _level(name.prefix)
    if level and level not in _DISTRICT_LEVELS:
        return None
    above = re.fullmatch(r"(?P<city>.+?市)(?P<place>[\u4e00-\u9fff]{1,8})", name.prefix)
    if above:
        city, place = above["city"], above["place"]
    head = AgencyName(city, name.parts, "局")
    return Branch(head.canonical, place, "、".join(functions_at(name.nodes)), level, city)


def _level(prefix: str) -> str:
    parts = prefix_parts(prefix)
    return parts[1] if parts else ""

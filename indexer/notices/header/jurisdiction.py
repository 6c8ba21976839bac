"""Where a notice applies, and which level of government it is of.

By the issuer first, then the title, what a site writes before it, who published it, and last what the text calls its
own (我市, 全县) together with the places it names.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from msgspec import Struct

from indexer.notices.places import find_places, is_known_name, level_of, place_of, stem_of
from indexer.records import Level, Place

__all__ = ["Evidence", "place_and_level", "place_of_body"]

_NOWHERE = Place()
_OF_US = re.compile(r"(?:我|本|全)(?P<level>[省市区县州])(?![^\s。]{0,2}范围外)|经(?P<organ>[省市区县州])(?:人民)?政府")
_WORD_OF_LEVEL: dict[Level | None, str] = {"province": "省", "city": "市", "district": "区", "county": "县"}
_LEVEL_BY_WORD: dict[str, Level] = {"省": "province", "市": "city", "州": "city", "区": "district", "县": "county"}
_MOST_EVIDENCE = 4000  # characters of the body read for 我市
_HEAD, _TAIL = 1500, 400  # characters of the body in which its own place is looked for
_MOST_OF_ALL = 0.6  # of the mentions of its level, so many must name the one place
# 砚湖区文旅融合试点方案: a district that no gazetteer knows. Words that end like one are kinds of areas.
_DISTRICT_FIRST = re.compile(r"[\u4e00-\u9fff]{2,3}?区(?![域块位间划别])")
_KIND_OF_AREA = re.compile(
    r"[各我本全两几城郊园社景地辖校片小专街新港库矿林牧山灾农禁厂发范假税贸验务能业聚护制开游创空作济心]区$"
)
_TIMES_NAMED = 4  # with the title, which stands in the body once or twice
_HEAD_OFFICE = re.compile(r"^(?:中共|国家税务总局|中国人民银行|国家金融监督管理总局|国家统计局)")
_PLACE_HEAD = re.compile(
    r"(?:[\u4e00-\u9fff]{2,4}省)?(?:[\u4e00-\u9fff]{2,4}?[市州])?(?:[\u4e00-\u9fff]{1,4}?[区县])?(?=人民政府|政府|[委办])"
)
_NO_PLACE_HEAD = re.compile(r"[各我本全][省市区县]|[市省区县]")
# Letters of a 文号 that stand for a province; those that a city uses as well (苏府, 云府, 宁政, 吉政, 新政) are left out.
_PROVINCE_OF_NUMBER = {
    "京政": "北京市",
    "津政": "天津市",
    "沪府": "上海市",
    "渝府": "重庆市",
    "冀政": "河北省",
    "晋政": "山西省",
    "辽政": "辽宁省",
    "黑政": "黑龙江省",
    "浙政": "浙江省",
    "皖政": "安徽省",
    "闽政": "福建省",
    "赣府": "江西省",
    "鲁政": "山东省",
    "豫政": "河南省",
    "鄂政": "湖北省",
    "湘政": "湖南省",
    "粤府": "广东省",
    "桂政": "广西壮族自治区",
    "琼府": "海南省",
    "川府": "四川省",
    "黔府": "贵州省",
    "陕政": "陕西省",
    "甘政": "甘肃省",
}


class Evidence(Struct, frozen=True):
    """What a notice and its page say that may name a place, strongest first."""

    issuers: Sequence[str]
    titles: Sequence[str]  # the title, then those of the parts
    bracket: str | None  # 江澜省云泽市 in 【江澜省云泽市】
    published_by: Sequence[str]  # the page's 发布机构, its source
    doc_number: str | None
    body: str


def place_of_body(name: str) -> Place | None:
    """The place in a body's name: 云泽市砚湖区人民政府办公室 → 云泽市砚湖区; None where it names none."""
    name = _HEAD_OFFICE.sub("", name)
    found = find_places(name[:20])
    if found and found[0].start == 0:
        return found[0].place
    head = _PLACE_HEAD.match(name)
    if head and len(head[0]) >= 3 and not _NO_PLACE_HEAD.match(head[0]):
        return place_of(head[0])
    return None


def place_and_level(evidence: Evidence) -> tuple[Place, Level | None]:
    """Where the notice applies and of which level it is; an empty Place and None where nothing tells.

    A body that names its level alone (市住建局) gives way to the level of the place that is found for it.
    """
    issued = next((found for found in map(level_of, evidence.issuers) if found), None)
    for name in evidence.issuers:
        place = place_of_body(name)
        if place:
            return _with_bracket(place, evidence.bracket), issued or level_of(str(place))
    if issued == "nation" or (evidence.bracket and level_of(evidence.bracket) == "nation"):
        return _NOWHERE, "nation"
    for text in evidence.titles:
        for mention in find_places(text):
            return _with_bracket(mention.place, evidence.bracket), level_of(mention.text) or issued
    place = _with_bracket(_NOWHERE, evidence.bracket)
    if place == _NOWHERE:
        place = next((found for found in map(_first_place, evidence.published_by) if found), _NOWHERE)
    if place != _NOWHERE:
        return place, level_of(str(place)) or issued
    return _by_text(evidence, issued)


def _by_text(evidence: Evidence, issued: Level | None) -> tuple[Place, Level | None]:
    """The place and level that 我市 and the places named around it add up to, else the province of the 文号."""
    ours = _OF_US.search(evidence.body, 0, _MOST_EVIDENCE)
    word = (ours["level"] or ours["organ"]) if ours else None
    level = issued or (_LEVEL_BY_WORD[word] if word else None)
    place = _own_place(evidence.body, word or _WORD_OF_LEVEL.get(level, ""))
    if place == _NOWHERE and level == "district":
        place = _opening_district(evidence)
    if place != _NOWHERE:
        return place, level_of(str(place)) or level
    province = _PROVINCE_OF_NUMBER.get((evidence.doc_number or "")[:2])
    if province and level in (None, "province"):
        return Place(province), "province"
    return _NOWHERE, level


def _own_place(body: str, word: str) -> Place:
    """The one place of the kind 我省/我市/我区/我县 that the head and the end of the body name; empty where several do."""
    if not word:
        return _NOWHERE
    text = body[:_HEAD] + "\n" + body[-_TAIL:] if len(body) > _HEAD + _TAIL else body
    named = Counter(
        mention.place for mention in find_places(text) if _lowest(mention.place).endswith((word, "州", "盟"))
    )
    for place, times in list(named.items()):
        if times == 1 and not is_known_name(_lowest(place)):
            del named[place]  # 问题由县住建局: a name that nobody knows is believed when it comes again
    if not named:
        return _NOWHERE
    place, most = named.most_common(1)[0]
    return place if most >= _MOST_OF_ALL * named.total() else _NOWHERE


def _opening_district(evidence: Evidence) -> Place:
    """Rule `district_first`: a district that an issuer or the title begins with, and that the body names again and again.

    For the names that no gazetteer knows, in a notice that calls itself one of a district (我区, 全区). Must not match:
    开发区, 示范区, 老城区, 自贸区.
    """
    for text in (*evidence.issuers, *evidence.titles):
        found = _DISTRICT_FIRST.match(text)
        if found and not _KIND_OF_AREA.search(found[0]) and evidence.body.count(stem_of(found[0])) >= _TIMES_NAMED:
            return place_of(found[0])
    return _NOWHERE


def _lowest(place: Place) -> str:
    return place.district or place.city or place.province or ""


def _first_place(text: str) -> Place | None:
    return next((mention.place for mention in find_places(text[:60]) if mention.start <= 4), None)


def _with_bracket(place: Place, bracket: str | None) -> Place:
    """The place with the parents or the district that a bracket before the title adds, where the two agree."""
    mentions = find_places(bracket) if bracket else []
    if not mentions or mentions[0].start:
        return place
    other = mentions[0].place
    pairs = ((place.province, other.province), (place.city, other.city), (place.district, other.district))
    if all(a is None or b is None or a == b for a, b in pairs):
        return Place(*(a or b for a, b in pairs))
    return place

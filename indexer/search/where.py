"""Which places a question is about: those of the archive become a filter, real ones outside it a reason for silence.

What must not count as where the question is about: a place inside another thing (上海航线), a destination or partner
(冬天去海南, 与上海的医院合作).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from indexer.notices.places import find_places, place_of
from indexer.records import Filters, Place

__all__ = ["NamedPlace", "asks_province", "covering", "places_named", "province_of", "without_places"]


# 澜川市和砚湖区 are two places; a comma in place of 和 keeps them apart without moving anything.
_LISTING = re.compile(r"(?<=[省市区县])[和与及跟](?=[\u4e00-\u9fff]{2,4}[省市区县])")


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A place that a question names, `text[start:end]`; `name` is its full name as far as a filter needs it."""

    name: str
    start: int
    end: int
    known: bool  # a notice of the archive is from there
    place: Place = Place()


# Between places that stand in a list, with or without their years.
_LIST_AFTER = re.compile(r"(?:\d{4}年?)?(?:[、,]|[和与跟及或](?=[\u4e00-\u9fff]{2}))")
_LIST_BEFORE = re.compile(r"(?:\d{4}年?)?[、,和与跟及或]$")
_YEAR_AFTER = re.compile(r"(?:19|20)\d{2}")
_ONLY_YEAR = re.compile(r"(?:(?:19|20)\d{2}年?)?")
_PROVINCE_TOO = re.compile(
    r"(?:^|[\s,.?!、;:和与跟比])省(?:里|文件|政府|级文件)?(?=(?:\d{4}年?)?[、,和与跟及]|里|文件|\d{4}年?(?:通知|文件|意见|办法|方案))"
)
# Right before an unknown place: the question is about it, or it is where the asker is.
_ABOUT_BEFORE = re.compile(r"(?:^|[,.?!、;:\s“\"《(在]|请问|想问|想知道|关于|咱们|我们|问下)$")
# Right after it: still about it. 的, a government's own words, a year, a question word or an organ.
_ABOUT_AFTER = re.compile(
    r"^(?:市|省|区|县|州|那|这|的|在|有|对|把|给|要|打算|哪|谁|怎么|今年|去年|明年|\d{4}|人大|政府|全市|全省|小|服务业|$|[,])"
)
# What makes a place name a part of another thing.
_THING_AFTER = re.compile(
    r"^(?:航线|方向|路|大道|街(?!道)|港|合作|经验|模式|客源|资本|企业家?来|商会|菜(?!场|市)|总部|专线|班列|高速|都市圈|湾"
    r"|(?:市|区|县)?[政府委](?:办)?[发函规](?=[\[(〔【]))"  # the letters of a 文号
)
# 小凉山, 大上海: rule `inside_another_name`, for a bare name only
_INSIDE_BEFORE = re.compile(r"[小大]$")
# 去海南, 与上海合作, 从北京引进, 学习苏州: a destination, a partner, an origin or a model
_ELSEWHERE_BEFORE = re.compile(r"(?:去|到|赴|往|从|和|与|跟|同|向|连|连接|对接|接轨|融入|学|学习|借鉴|对标|比)$")


def places_named(text: str, archive_places: Sequence[str]) -> list[NamedPlace]:
    """The places that the question is about, in order; of nested ones (温州 … 鹿城) only the innermost.

    A place of the archive counts wherever it stands; where several do, destinations and partners are left out.
    An unknown one counts only in the position of a subject, and only where no place of the archive is named.
    """
    archive = tuple(archive_places)
    known: list[tuple[Place, NamedPlace]] = []
    unknown: list[NamedPlace] = []
    for mention in find_places(_LISTING.sub(",", text), known=archive_places):
        before, after = text[: mention.start], text[mention.end :]
        bare = mention.text[-1] not in "省市区县州盟旗"
        if _THING_AFTER.match(after) or (bare and _INSIDE_BEFORE.search(before)):
            continue
        if _is_known(mention.place, archive):
            named = NamedPlace(_filter_name(mention.place), mention.start, mention.end, known=True, place=mention.place)
            known.append((mention.place, named))
        elif not _ELSEWHERE_BEFORE.search(before) and (
            _ABOUT_BEFORE.search(before) or (mention.start <= 4 and _ABOUT_AFTER.match(after))
        ):
            unknown.append(NamedPlace(mention.text, mention.start, mention.end, known=False, place=mention.place))
    if not known:
        return unknown
    inner = [
        (place, named)
        for place, named in known
        if not any(
            place != other and _fits(place, other) and not _listed(text, named, within) for other, within in known
        )
    ]
    names = [named for _, named in inner]
    return [named for named in names if not _is_elsewhere(text, named, names)] or names


def _listed(text: str, outer: NamedPlace, inner: NamedPlace) -> bool:
    """Whether a place and one that lies in it stand in a list, each for itself: 云泽、砚湖; 云泽2015、汀兰2020."""
    if outer.start > inner.start:
        return bool(_LIST_BEFORE.search(text[: outer.start]))
    return bool(_LIST_AFTER.match(text[outer.end :]))


def _is_elsewhere(text: str, named: NamedPlace, others: Sequence[NamedPlace]) -> bool:
    """Whether the place is a destination or a partner; 和 after another place of the archive only lists two.

    So does 和 where years stand by the places: 云泽2016和望津2022.
    """
    before = _ELSEWHERE_BEFORE.search(text[: named.start])
    if before is None or _YEAR_AFTER.match(text[named.end :]):
        return False
    return not any(
        other.end <= before.start() and _ONLY_YEAR.fullmatch(text[other.end : before.start()]) for other in others
    )


def covering(named: NamedPlace, archive_places: Sequence[str]) -> list[Filters]:
    """Filters for the notices that hold in the place without being from there, nearest first.

    For a district the notices of its city, for both those of the province, for all the nation's. For a province, places
    whose province nobody tells: they may lie in it. Never another city, or another district of the same one.
    """
    place, found = named.place, list[Filters]()
    if place.district and place.city:
        found.append(Filters(places=(place.city,), levels=("city",)))
    if (place.district or place.city) and place.province:
        found.append(province_of(place))
    if not (place.district or place.city) and (anywhere := _without_province(tuple(archive_places))):
        found.append(Filters(places=anywhere))
    return [*found, Filters(levels=("nation",))]


def province_of(place: Place) -> Filters:
    """The notices of the province in which the place lies; of any, where nobody tells which one that is."""
    return Filters(places=(place.province,) if place.province else (), levels=("province",))


def asks_province(text: str) -> bool:
    """Whether a question that names places wants what the province says as well: 省里和鹭洲区…, 省2019、望津2020….

    Must not match: 全省, 节省, 江澜省, 省级枢纽, 省钱.
    """
    return _PROVINCE_TOO.search(text) is not None


@lru_cache(maxsize=8)
def _without_province(names: tuple[str, ...]) -> tuple[str, ...]:
    """The places of which neither the gazetteer nor another notice of the archive tells the province."""
    places = dict(zip(names, _places(names), strict=True))
    told = {place.city for place in places.values() if place.province}
    return tuple(name for name, place in places.items() if not place.province and place.city not in told)


def without_places(text: str, named: Iterable[NamedPlace]) -> str:
    """The text with those places blanked out; a 的 that would be left over goes with them."""
    for place in sorted(named, key=lambda place: -place.start):
        text = f"{text[: place.start]} {text[place.end :].removeprefix('的')}"
    return text


@lru_cache(maxsize=8)
def _places(names: tuple[str, ...]) -> tuple[Place, ...]:
    return tuple(place_of(name) for name in names)


@lru_cache(maxsize=1024)
def _is_known(asked: Place, names: tuple[str, ...]) -> bool:
    """Whether one of the archive's places is the one asked about or lies in it."""
    return any(_fits(asked, place) for place in _places(names))


def _fits(asked: Place, archived: Place) -> bool:
    """Whether a place of the archive is the one asked about or lies in it; a parent that is not known fits any."""
    pairs = ((asked.province, archived.province), (asked.city, archived.city), (asked.district, archived.district))
    wanted = [(mine, theirs) for mine, theirs in pairs if mine]
    if not wanted or wanted[-1][0] != wanted[-1][1]:
        return False
    return all(theirs is None or mine == theirs for mine, theirs in wanted)


def _filter_name(place: Place) -> str:
    """The shortest part of the full name that tells the place from its namesakes: 温州市鹿城区, 嘉兴市, 江澜省."""
    return (
        f"{place.city}{place.district}"
        if place.city and place.district
        else str(place.district or place.city or place.province)
    )

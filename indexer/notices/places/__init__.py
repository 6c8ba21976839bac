"""Places in names and in sentences, by the gazetteer and by the suffixes of names it does not know."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from msgspec import Struct

from indexer.notices.places.gazetteer import AT_A_BEGINNING, Gazetteer, depth, gazetteer, gazetteer_with, stem_of
from indexer.notices.places.national import NATIONAL_HEAD
from indexer.records import Level, Place

__all__ = [
    "Gazetteer", "PlaceMention", "find_places", "gazetteer_of", "is_known_name", "leading_place", "level_of", "place_of",
    "stem_of",
]  # fmt: skip


class PlaceMention(Struct, frozen=True):
    """A place named in a text: `text[start:end]` of the whole string is `text`."""

    text: str
    start: int
    end: int
    place: Place


_MUNICIPALITIES = ("北京市", "上海市", "天津市", "重庆市")
# Full names that are everyday words: only directly after their city.
_WORDS_IN_FULL = frozenset(
    "城区 郊区 矿区 老城区 新城区 海港区 港口区 站前区 城中区 城东区 城西区 城北区 南郊区 "
    "市中区 市南区 市北区 合作市".split()
)


def is_known_name(name: str) -> bool:
    """Whether the gazetteer knows `name`, in full or as a bare name that may stand alone."""
    known = gazetteer()
    return name in known.full or name in known.bare


# --- one name ------------------------------------------------------------------------------------

_PARTS = re.compile(
    r"(?P<province>[\u4e00-\u9fff]{2,6}?(?:省|自治区|特别行政区))?"
    r"(?P<city>[\u4e00-\u9fff]{2,9}?(?:市|自治州|地区|盟|州(?![\u4e00-\u9fff]*市)))?"
    r"(?P<district>[\u4e00-\u9fff]{1,9}?(?:区|县|旗|市))?"
)


def place_of(name: str) -> Place:
    """The place a name stands for, with its parents where there is only one answer.

    温州市鹿城区 and 鹿城区 give 浙江省, 温州市, 鹿城区; 西湖区 alone, which several cities have, gives only the
    district.
    Names no gazetteer knows go by their suffix: 云泽市砚湖区 is the district 砚湖区 of the city 云泽市.
    A string that is no place gives an empty Place.
    """
    name = name.strip()
    found = _longest_place(gazetteer(), name, 0)
    if found is not None and found[0] == len(name):
        return found[1]
    parts = _PARTS.fullmatch(name)
    if parts is None or not name:
        return Place()
    province, city, district = parts["province"], parts["city"], parts["district"]
    if city in _MUNICIPALITIES and not province:
        return Place(city, None, district)
    known = gazetteer().full
    above = known.get(city or "", [])
    if len(above) == 1 and above[0].city == city and not province:
        province = above[0].province
    return Place(province, city, district)


# The local office of a national body is of the level of its place: 国家税务总局云泽市税务局.
_HEAD_OFFICE = re.compile(
    r"中共(?!中央)|国家税务总局|中国人民银行|国家金融监督管理总局|国家统计局|中国银行保险监督管理委员会|中国银保监会"
)
_TOWN_END = re.compile(r"(?:镇|乡|街道|街道办事处|镇人民政府|乡人民政府)$")
_DISTRICT_AFTER = re.compile(r"[\u4e00-\u9fff]{1,6}?(?:区|县|旗)(?=人民政府|政府|委|$)")
# 省建设厅, 市人民政府, 县委办公室 name their level and leave the place to the context.
_BARE_HEAD = re.compile(r"(省|自治区|市(?!场|民|政(?!府|协|务)|值)|区(?!域|块|位)|县(?!域)|州)[\u4e00-\u9fff]{2,}")
_LEVEL_OF_HEAD: dict[str, Level] = {
    "省": "province",
    "自治区": "province",
    "市": "city",
    "州": "city",
    "区": "district",
    "县": "county",
}


def level_of(name: str) -> Level | None:
    """The level of government a place's or a body's name belongs to; None where the name does not tell.

    区 is a district; 县, 旗 and a city below a prefecture are counties; 国务院, the ministries and the bodies directly
    below it are the nation; 省建设厅 and 市政府 say their level without a place.
    """
    rest = _HEAD_OFFICE.sub("", name, count=1) if _HEAD_OFFICE.match(name) else name
    if _TOWN_END.search(rest):
        return "town"
    found = _longest_place(gazetteer(), rest, 0)
    if (
        found is None
        and (NATIONAL_HEAD.match(name) and not _BARE_HEAD.match(name))
        and place_of(_place_head(rest)) == Place()
    ):
        return "nation"
    place = found[1] if found else place_of(_place_head(rest))
    if found and found[0] < len(rest):
        deeper = _DISTRICT_AFTER.match(rest, found[0])
        if deeper and not deeper[0].endswith(("开发区", "园区", "社区", "新区")):
            return "district" if deeper[0].endswith("区") else "county"
    level = _level_of_place(place)
    bare = _BARE_HEAD.match(rest) if level is None else None
    return _LEVEL_OF_HEAD[bare[1]] if bare else level


def _place_head(name: str) -> str:
    """The leading part of a body's name that has the form of a place: 云泽市砚湖区人民政府办公室 → 云泽市砚湖区."""
    parts = _PARTS.match(name)
    return parts[0] if parts else ""


def _level_of_place(place: Place) -> Level | None:
    if place.district:
        return "district" if place.district.endswith("区") else "county"
    if place.city:
        return "city"
    return "province" if place.province else None


# --- places in a sentence ------------------------------------------------------------------------

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_BEFORE = set("在从到与和及对给由向把让像请问是查看按照据我们现各省比跟同去来了的里")
# An unknown name is believed only at a beginning and with its suffix; these words end like places and are none.
# 提振市场, 便利市民, 完善市政设施 are no cities; 云泽市民政局 and 云泽市政府 name one.
_NO_CITY = r"(?!场|民(?!政)|政(?!府|协)|值|容(?!环卫)|井|况|价)"
_UNKNOWN = re.compile(
    rf"(?P<place>(?:[\u4e00-\u9fff]{{2,4}}省)?[\u4e00-\u9fff]{{2,3}}?市{_NO_CITY}(?!的)[\u4e00-\u9fff]{{1,3}}[区县]"
    rf"|(?:[\u4e00-\u9fff]{{2,4}}省)?[\u4e00-\u9fff]{{2,3}}?(?:市{_NO_CITY}|县(?!域))|[\u4e00-\u9fff]{{2,3}}省)"
)
_UNKNOWN_END = re.compile("[省市县]")  # one of them is the third to the fifth character of such a name
_UNKNOWN_CITY = re.compile(rf"[\u4e00-\u9fff]{{2,3}}?市{_NO_CITY}")
_UNKNOWN_DISTRICT = re.compile(r"(?!的)[\u4e00-\u9fff]{2,3}?[区县]")
_NO_PLACE = re.compile(
    r"[城超上股夜全本各我都门集早楼车房街开入该外省县大小菜闹跳花农贸黑建设]市|"
    r"[全各我本该市区外城邻多几]县|[全各我本该节外跨邻多几]省|"
    r"园区|社区|景区|地区|辖区|校区|片区|小区|专区|城区|郊区|街区|新区|发区|范区|假区|税区|"
    r"港区|功能区|[全各我本该两几]区|哪|什么|怎|谁"
)


@lru_cache(maxsize=16)
def _with(names: tuple[str, ...]) -> Gazetteer:
    return gazetteer_with([place_of(name) for name in sorted(set(names))])


def find_places(text: str, *, known: Iterable[str] = ()) -> list[PlaceMention]:
    """The places named in a question or a sentence, left to right, without overlap.

    In full (嘉兴市), bare (嘉兴, 鹿城) and compound (浙江省温州市鹿城区, 温州鹿城); `known` adds names of an archive
    (云泽市, 云泽市砚湖区), recognised in full and bare too. A name nobody knows is taken at a beginning and with its
    suffix (蓝桥市的…). Must not match: 城市, 上市, 我市, 资金安排, 确保定期, 乡村振兴, 园区, 提振市场信心.
    """
    names = gazetteer_of(known)
    starts = names.starts
    mentions: list[PlaceMention] = []
    done = 0
    near_end = _near_an_end(text)
    for at in range(len(text) - 1):
        if at < done:
            continue
        found = None
        if text[at : at + 2] in starts:
            found = _longest_place(names, text, at)
            if found is None and mentions and at == mentions[-1].end:  # 成都资阳: where a name ends, one may begin
                found = _shifted(_longest_place(names, text[at:], 0), at)
            if found is None and (hidden := _silent_name(names, text, at)):
                done = at + hidden
                continue
        if found is None and near_end[at] and _begins(text, at):
            found = _unknown_place(text, at)
        if found is not None:
            done, place = found
            mentions.append(PlaceMention(text[at:done], at, done, place))
    return mentions


def _near_an_end(text: str) -> bytearray:
    """For each place of the text whether a name that nobody knows may begin there, by the character that ends it."""
    near = bytearray(len(text))
    for end in _UNKNOWN_END.finditer(text):
        at = end.start()
        for start in range(max(0, at - 4), at - 1):
            near[start] = 1
    return near


def _begins(text: str, at: int) -> bool:
    """Whether a name may begin here: behind no Chinese character, or one that leads to a name (在云泽市)."""
    before = text[at - 1 : at]
    return not "\u4e00" <= before <= "\u9fff" or before in _BEFORE


def leading_place(text: str, names: Gazetteer) -> PlaceMention | None:
    """The place that the text begins with, as `find_places` would tell it, without looking at the rest of the text.

    `names` are those of `gazetteer_of`: asked for once, and not for each of an archive's titles.
    """
    found = None
    if text[:2] in names.starts:
        found = _longest_place(names, text, 0)
        if found is None and _silent_name(names, text, 0):
            return None
    if found is None and len(text) > 1:
        found = _unknown_place(text, 0)
    return PlaceMention(text[: found[0]], 0, *found) if found else None


def gazetteer_of(known: Iterable[str]) -> Gazetteer:
    """The names of places that there are, with the full names that an archive adds."""
    added = tuple(known)  # as given: an archive's thousands of names are not sorted for every text
    return _with(added) if added else gazetteer()


def _shifted(found: tuple[int, Place] | None, by: int) -> tuple[int, Place] | None:
    return (found[0] + by, found[1]) if found else None


def _silent_name(names: Gazetteer, text: str, at: int) -> int:
    """The length of a name without its suffix that stays silent and hides another: 峨眉山 is not 眉山; 0 for none."""
    return next(
        (len(name) for name in names.starts[text[at : at + 2]] if len(name) > 2 and name in names.silent
         and name not in names.full and text.startswith(name, at)),
        0,
    )  # fmt: skip


def _longest_place(names: Gazetteer, text: str, at: int) -> tuple[int, Place] | None:
    """The end and the place of the longest name that begins at `at`, grown by the names of places inside it."""
    first = _name_at(names, text, at, within=None)
    if first is None:
        return None
    end, place = first
    while place.district is None:
        deeper = _name_at(names, text, end, within=place) or _unknown_district(text, end, place)
        if deeper is None:
            break
        end, place = deeper
    return end, place


def _name_at(names: Gazetteer, text: str, at: int, *, within: Place | None) -> tuple[int, Place] | None:
    for name in names.starts.get(text[at : at + 2], ()):
        if not text.startswith(name, at):
            continue
        end = at + len(name)
        places = names.full.get(name)
        if places:
            fitting = [place for place in places if _is_within(place, within)] if within else places
            if within is None and (name in _WORDS_IN_FULL or not _full_may_begin(names, text, at, name)):
                continue
            if fitting:
                return end, fitting[0] if len(fitting) == 1 else _common(fitting, name)
        bare = names.bare.get(name)
        if within is not None and name not in names.bare and end == len(text):
            bare = next(
                (p for full in (name + s for s in "区县市") for p in names.full.get(full, ()) if _is_within(p, within)),
                None,
            )
            if bare:
                return end, bare
        if bare and name not in names.silent and (within is None or _is_within(bare, within)):
            if within is None and (not _may_begin(text, at, name) or _runs_on(text, end)):
                continue
            return end, bare
    return None


def _full_may_begin(names: Gazetteer, text: str, at: int, name: str) -> bool:
    """Whether a full name of three characters that hides in words stands apart: not 兴城市 in 振兴城市."""
    if at == 0 or len(name) > 3 or stem_of(name) not in names.silent:
        return True
    return not _CHINESE.match(text[at - 1]) or text[at - 1] in _BEFORE


def _may_begin(text: str, at: int, name: str) -> bool:
    if at == 0 or name not in AT_A_BEGINNING:
        return True
    return not _CHINESE.match(text[at - 1]) or text[at - 1] in _BEFORE


def _runs_on(text: str, end: int) -> bool:
    """Whether a bare name runs into a word that makes it another thing: 湖州路, 南京路, 苏州河, 嘉兴港 stay places'
    namesakes."""
    return text[end : end + 1] in ("路", "河", "江", "湖", "街", "山", "大") and text[end : end + 2] not in ("江北",)


def _is_within(place: Place, above: Place) -> bool:
    if above.city:
        return bool(place.district) and place.city == above.city and place.province == above.province
    return place.province == above.province and place != above


def _common(places: list[Place], name: str) -> Place:
    """What several places of one name share: the district alone, with a province or city they have in common."""
    province = places[0].province if len({place.province for place in places}) == 1 else None
    if all(place.district for place in places):
        city = places[0].city if province and len({place.city for place in places}) == 1 else None
        return Place(province, city, name)
    return min(places, key=depth)


def _unknown_district(text: str, at: int, above: Place) -> tuple[int, Place] | None:
    """A district that no gazetteer lists, directly after its city: 澜川市汀兰区; not 云泽市开发区, 云泽市各区."""
    if not above.city or text[at - 1 : at] != "市":
        return None
    found = _UNKNOWN_DISTRICT.match(text, at)
    if not found or _NO_PLACE.search(found[0]):
        return None
    return found.end(), Place(above.province, above.city, found[0])


def _unknown_place(text: str, at: int) -> tuple[int, Place] | None:
    found = _UNKNOWN.match(text, at)
    if found and _NO_PLACE.search(found[0]):  # 石港市老旧小区: the city alone may be one
        found = _UNKNOWN_CITY.match(text, at)
    if not found or _NO_PLACE.search(found[0]) or found[0][0] in _BEFORE or found[0][0] == "年":
        return None
    return found.end(), place_of(found[0])

"""Places in names and in sentences, by a gazetteer of China's divisions and by the suffixes of names it does not know.

`places.txt` beside this module lists provinces, prefectures, counties and districts: facts after GB/T 2260 and the
yearly
changes announced by the Ministry of Civil Affairs; which names stay silent without their suffix is marked there.
It is read on first use.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files

from indexer.records import Level, Place

__all__ = ["PlaceMention", "find_places", "is_known_name", "level_of", "place_of", "stem_of"]


@dataclass(frozen=True, slots=True)
class PlaceMention:
    """A place named in a text: `text[start:end]` of the whole string is `text`."""

    text: str
    start: int
    end: int
    place: Place


_PEOPLES = (
    "柯尔克孜|达斡尔|维吾尔|哈萨克|塔吉克|鄂温克|鄂伦春|仫佬族|毛南族|仡佬族|布依族|朝鲜族|"
    "土家族|哈尼族|傈僳族|拉祜族|东乡族|纳西族|景颇族|"
    "布朗族|撒拉族|锡伯族|普米族|裕固族|保安族|独龙族|各族|回族|藏族|苗族|彝族|壮族|满族|"
    "侗族|瑶族|白族|傣族|黎族|佤族|畲族|水族|土族|羌族|"
    "怒族|蒙古族|维吾尔族|哈萨克族|达斡尔族|塔吉克族|锡伯|蒙古"
)
_SUFFIX = re.compile(rf"(?:(?:{_PEOPLES})*自治[区州县旗]|特别行政区|壮族自治区|林区|矿区|地区|[省市区县州盟旗])$")
_MUNICIPALITIES = ("北京市", "上海市", "天津市", "重庆市")
# Prefectures and provinces whose bare name is a word or hides in words; never recognised without the suffix.
_ONLY_IN_FULL = frozenset(
    "白银 中山 大同 长治 北海 大理 阿里 东方 合作 海南州 和田 安康 红河 文山 山南 通化 朝阳 "
    "三明 白山 来宾 天门 保山".split()
)
# These are recognised bare only where a word can begin: 确保定期, 长安顺丰, 美丽江村, 出海口, 重大庆典.
_AT_A_BEGINNING = frozenset(
    "保定 广安 安顺 大庆 大连 吉安 六安 资阳 定西 开封 日照 运城 丽江 海口 镇江 通辽 临沧 "
    "宣城 达州 河池 安阳 海东 海西 海北 黄山 "
    "黄石 金昌 平凉 本溪 长沙 长春 太原 广元 南平 泰安 淮安 宜春 永州 内江 乐山 巴中 "
    "大兴安岭 台州 东营 河源 江门 南通 吉林 海南 河南 河北 "
    "山东 山西 江西 湖南 湖北 广东 广西 云南 贵州 福建 安徽 新疆 青海".split()
)

# Full names that are everyday words: only directly after their city.
_WORDS_IN_FULL = frozenset(
    "城区 郊区 矿区 老城区 新城区 海港区 港口区 站前区 城中区 城东区 城西区 城北区 南郊区 "
    "市中区 市南区 市北区 合作市".split()
)


@dataclass(slots=True)
class _Gazetteer:
    """Names to places: in full, bare, and by their parent for compounds; `starts` groups names by two characters."""

    full: dict[str, list[Place]] = field(default_factory=dict)
    bare: dict[str, Place] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)  # stems that stay silent
    starts: dict[str, list[str]] = field(default_factory=dict)

    def add(self, name: str, place: Place, *, silent: bool = False) -> None:
        places = self.full.setdefault(name, [])
        if place not in places:
            places.append(place)
        stem = stem_of(name)
        if silent or len(stem) < 2 or stem in _ONLY_IN_FULL:
            self.silent.add(stem)
        elif stem not in self.bare or _depth(place) < _depth(self.bare[stem]):
            self.bare[stem] = place

    def close(self) -> _Gazetteer:
        self.silent -= {stem for stem, place in self.bare.items() if place.district is None}
        silent_stems = {stem for stem in self.silent if len(stem) >= 2}
        for name in sorted({*self.full, *self.bare, *silent_stems}, key=lambda n: (-len(n), n)):
            self.starts.setdefault(name[:2], []).append(name)
        return self


def _depth(place: Place) -> int:
    return 3 if place.district else 2 if place.city else 1


def stem_of(name: str) -> str:
    """A place's name without the suffix of its kind: 云泽市 → 云泽, 景宁畲族自治县 → 景宁, 内蒙古自治区 → 内蒙古.

    A name of which nothing but one character would remain is kept whole (沙县).
    """
    if name in ("内蒙古自治区", "广西壮族自治区", "新疆维吾尔自治区", "宁夏回族自治区", "西藏自治区"):
        return name[:3] if name.startswith("内") else name[:2]
    stem = _SUFFIX.sub("", name)
    return stem if len(stem) >= 2 else name


@lru_cache(maxsize=1)
def _gazetteer() -> _Gazetteer:
    return _read_gazetteer().close()


def _read_gazetteer() -> _Gazetteer:
    gazetteer = _Gazetteer()
    for line in files(__package__).joinpath("places.txt").read_text("utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        province, city, *districts = line.split()
        above = Place(province=province) if city == "-" else Place(province, city)
        gazetteer.add(province, Place(province=province))
        if city != "-":
            gazetteer.add(city, above)
            if city.endswith("自治州"):
                gazetteer.add(stem_of(city) + "州", above)
                gazetteer.add(stem_of(city) + "自治州", above)
        for district in districts:
            name = district.rstrip("*")
            gazetteer.add(name, Place(above.province, above.city, name), silent=district.endswith("*"))
    return gazetteer


@lru_cache(maxsize=16)
def _gazetteer_with(known: tuple[str, ...]) -> _Gazetteer:
    gazetteer = _read_gazetteer()
    places = [place_of(name) for name in known]
    provinces = {place.city: place.province for place in places if place.city and place.province}
    for found in places:
        place = Place(found.province or provinces.get(found.city or ""), found.city, found.district)
        for part, level in ((place.province, 1), (place.city, 2), (place.district, 3)):
            if part and part not in gazetteer.full:
                kept = Place(place.province, place.city if level > 1 else None, place.district if level > 2 else None)
                gazetteer.add(part, kept, silent=stem_of(part) in gazetteer.silent)
    return gazetteer.close()


def is_known_name(name: str) -> bool:
    """Whether the gazetteer knows `name`, in full or as a bare name that may stand alone."""
    gazetteer = _gazetteer()
    return name in gazetteer.full or name in gazetteer.bare


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
    found = _longest_place(_gazetteer(), name, 0)
    if found is not None and found[0] == len(name):
        return found[1]
    parts = _PARTS.fullmatch(name)
    if parts is None or not name:
        return Place()
    province, city, district = parts["province"], parts["city"], parts["district"]
    if city in _MUNICIPALITIES and not province:
        return Place(city, None, district)
    known = _gazetteer().full
    above = known.get(city or "", [])
    if len(above) == 1 and above[0].city == city and not province:
        province = above[0].province
    return Place(province, city, district)


def level_of(name: str) -> Level | None:
    """The level of government a place's or a body's name belongs to; None where the name does not tell.

    区 is a district; 县, 旗 and a city below a prefecture are counties; 国务院 and the ministries are the nation.
    """
    if re.match(r"中华人民共和国|国务院|国家|中共中央|中央|全国", name) and not name.startswith("国家税务总局"):
        return "nation"
    if re.search(r"(?:镇|乡|街道|街道办事处|镇人民政府|乡人民政府)$", name):
        return "town"
    name = name.removeprefix("中共").removeprefix("国家税务总局")
    found = _longest_place(_gazetteer(), name, 0)
    place = found[1] if found else place_of(_place_head(name))
    if found and found[0] < len(name):
        rest = re.match(r"[\u4e00-\u9fff]{1,6}?(?:区|县|旗)(?=人民政府|政府|委|$)", name[found[0] :])
        if rest and not rest[0].endswith(("开发区", "园区", "社区")):
            return "district" if rest[0].endswith("区") else "county"
    return _level_of_place(place)


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
_UNKNOWN = re.compile(
    r"(?P<place>(?:[\u4e00-\u9fff]{2,4}省)?[\u4e00-\u9fff]{2,3}?市[\u4e00-\u9fff]{1,3}[区县]"
    r"|(?:[\u4e00-\u9fff]{2,4}省)?[\u4e00-\u9fff]{2,3}?[市县]|[\u4e00-\u9fff]{2,3}省)"
)
_UNKNOWN_CITY = re.compile(r"[\u4e00-\u9fff]{2,3}?市")
_NO_PLACE = re.compile(
    r"[城超上股夜全本各我都门集早楼车房街开入该外省县大小菜闹跳花农贸黑建设]市|"
    r"[全各我本该市区外城邻多几]县|[全各我本该节外跨邻多几]省|"
    r"园区|社区|景区|地区|辖区|校区|片区|小区|专区|城区|郊区|街区|新区|发区|范区|假区|税区|"
    r"港区|功能区|[全各我本该两几]区|哪|什么|怎|谁"
)


def find_places(text: str, *, known: Iterable[str] = ()) -> list[PlaceMention]:
    """The places named in a question or a sentence, left to right, without overlap.

    In full (嘉兴市), bare (嘉兴, 鹿城) and compound (浙江省温州市鹿城区, 温州鹿城); `known` adds names of an archive
    (云泽市, 云泽市砚湖区), recognised in full and bare too. A name nobody knows is taken at a beginning and with its
    suffix (蓝桥市的…). Must not match: 城市, 上市, 我市, 资金安排, 确保定期, 乡村振兴, 园区.
    """
    names = tuple(sorted(set(known)))
    gazetteer = _gazetteer_with(names) if names else _gazetteer()
    mentions: list[PlaceMention] = []
    at = 0
    while at < len(text):
        found = _longest_place(gazetteer, text, at)
        if found is None:
            found = _unknown_place(text, at)
        if found is None:
            at += 1
            continue
        end, place = found
        mentions.append(PlaceMention(text[at:end], at, end, place))
        at = end
    return mentions


def _longest_place(gazetteer: _Gazetteer, text: str, at: int) -> tuple[int, Place] | None:
    """The end and the place of the longest name that begins at `at`, grown by the names of places inside it."""
    first = _name_at(gazetteer, text, at, within=None)
    if first is None:
        return None
    end, place = first
    while place.district is None:
        deeper = _name_at(gazetteer, text, end, within=place) or _unknown_district(text, end, place)
        if deeper is None:
            break
        end, place = deeper
    return end, place


def _name_at(gazetteer: _Gazetteer, text: str, at: int, *, within: Place | None) -> tuple[int, Place] | None:
    for name in gazetteer.starts.get(text[at : at + 2], ()):
        if not text.startswith(name, at):
            continue
        end = at + len(name)
        places = gazetteer.full.get(name)
        if places:
            fitting = [place for place in places if _is_within(place, within)] if within else places
            if within is None and (name in _WORDS_IN_FULL or not _full_may_begin(gazetteer, text, at, name)):
                continue
            if fitting:
                return end, fitting[0] if len(fitting) == 1 else _common(fitting, name)
        bare = gazetteer.bare.get(name)
        if within is not None and name not in gazetteer.bare and end == len(text):
            bare = next(
                (
                    p
                    for full in (name + s for s in "区县市")
                    for p in gazetteer.full.get(full, ())
                    if _is_within(p, within)
                ),
                None,
            )
            if bare:
                return end, bare
        if bare and name not in gazetteer.silent and (within is None or _is_within(bare, within)):
            if within is None and (not _may_begin(text, at, name) or _runs_on(text, end)):
                continue
            return end, bare
    return None


def _full_may_begin(gazetteer: _Gazetteer, text: str, at: int, name: str) -> bool:
    """Whether a full name of three characters that hides in words stands apart: not 兴城市 in 振兴城市."""
    if at == 0 or len(name) > 3 or stem_of(name) not in gazetteer.silent:
        return True
    return not _CHINESE.match(text[at - 1]) or text[at - 1] in _BEFORE


def _may_begin(text: str, at: int, name: str) -> bool:
    if at == 0 or name not in _AT_A_BEGINNING:
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
    return min(places, key=_depth)


def _unknown_district(text: str, at: int, above: Place) -> tuple[int, Place] | None:
    """A district that no gazetteer lists, directly after its city: 澜川市汀兰区; not 云泽市开发区, 云泽市各区."""
    if not above.city or text[at - 1 : at] != "市":
        return None
    found = re.compile(r"[\u4e00-\u9fff]{2,3}?[区县]").match(text, at)
    if not found or _NO_PLACE.search(found[0]):
        return None
    return found.end(), Place(above.province, above.city, found[0])


def _unknown_place(text: str, at: int) -> tuple[int, Place] | None:
    if at > 0 and _CHINESE.match(text[at - 1]) and text[at - 1] not in _BEFORE:
        return None
    found = _UNKNOWN.match(text, at)
    if found and _NO_PLACE.search(found[0]):  # 石港市老旧小区: the city alone may be one
        found = _UNKNOWN_CITY.match(text, at)
    if not found or _NO_PLACE.search(found[0]) or found[0][0] in _BEFORE:
        return None
    return found.end(), place_of(found[0])

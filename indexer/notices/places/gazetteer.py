"""The gazetteer of China's divisions: which names are places, which of them stay silent without their suffix.

`places.txt` beside this module lists provinces, prefectures, counties and districts: facts after GB/T 2260 and the
yearly changes announced by the Ministry of Civil Affairs. It is read on first use.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files

from msgspec import Struct, field

from indexer.records import Place

__all__ = ["AT_A_BEGINNING", "Gazetteer", "depth", "gazetteer", "gazetteer_with", "stem_of"]

_PEOPLES = (
    "柯尔克孜|达斡尔|维吾尔|哈萨克|塔吉克|鄂温克|鄂伦春|仫佬族|毛南族|仡佬族|布依族|朝鲜族|"
    "土家族|哈尼族|傈僳族|拉祜族|东乡族|纳西族|景颇族|"
    "布朗族|撒拉族|锡伯族|普米族|裕固族|保安族|独龙族|各族|回族|藏族|苗族|彝族|壮族|满族|"
    "侗族|瑶族|白族|傣族|黎族|佤族|畲族|水族|土族|羌族|"
    "怒族|蒙古族|维吾尔族|哈萨克族|达斡尔族|塔吉克族|锡伯|蒙古"
)
_SUFFIX = re.compile(rf"(?:(?:{_PEOPLES})*自治[区州县旗]|特别行政区|壮族自治区|林区|矿区|地区|[省市区县州盟旗])$")
# Prefectures and provinces whose bare name is a word or hides in words; never recognised without the suffix.
_ONLY_IN_FULL = frozenset(
    "白银 中山 大同 长治 北海 大理 阿里 东方 合作 海南州 和田 安康 红河 文山 山南 通化 朝阳 "
    "三明 白山 来宾 天门 保山".split()
)
# These are recognised bare only where a word can begin: 确保定期, 长安顺丰, 美丽江村, 出海口, 重大庆典.
AT_A_BEGINNING = frozenset(
    "保定 广安 安顺 大庆 大连 吉安 六安 资阳 定西 开封 日照 运城 丽江 海口 镇江 通辽 临沧 "
    "宣城 达州 河池 安阳 海东 海西 海北 黄山 "
    "黄石 金昌 平凉 本溪 长沙 长春 太原 广元 南平 泰安 淮安 宜春 永州 内江 乐山 巴中 "
    "大兴安岭 台州 东营 河源 江门 南通 吉林 海南 河南 河北 "
    "山东 山西 江西 湖南 湖北 广东 广西 云南 贵州 福建 安徽 新疆 青海".split()
)


class Gazetteer(Struct):
    """Names to places: in full, bare, and by their parent for compounds; `starts` groups names by two characters."""

    full: dict[str, list[Place]] = field(default_factory=dict)
    bare: dict[str, Place] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)  # stems that stay silent
    starts: dict[str, list[str]] = field(default_factory=dict)

    def add(self, name: str, place: Place, *, silent: bool = False) -> None:
        """Take in a name; `silent` where it is recognised with its suffix only."""
        places = self.full.setdefault(name, [])
        if place not in places:
            places.append(place)
        stem = stem_of(name)
        if silent or len(stem) < 2 or stem in _ONLY_IN_FULL:
            self.silent.add(stem)
        elif stem not in self.bare or depth(place) < depth(self.bare[stem]):
            self.bare[stem] = place

    def close(self) -> Gazetteer:
        """The same gazetteer, ready for look-ups."""
        self.silent -= {stem for stem, place in self.bare.items() if place.district is None}
        silent_stems = {stem for stem in self.silent if len(stem) >= 2}
        for name in sorted({*self.full, *self.bare, *silent_stems}, key=lambda n: (-len(n), n)):
            self.starts.setdefault(name[:2], []).append(name)
        return self


def depth(place: Place) -> int:
    """1 for a province, 2 for a city, 3 for a district or county."""
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
def gazetteer() -> Gazetteer:
    """The gazetteer of `places.txt`, read once."""
    return _read().close()


def gazetteer_with(places: Sequence[Place]) -> Gazetteer:
    """The gazetteer with the places of an archive added, each under its province, city and district."""
    found = _read()
    provinces = {place.city: place.province for place in places if place.city and place.province}
    for named in places:
        place = Place(named.province or provinces.get(named.city or ""), named.city, named.district)
        for part, level in ((place.province, 1), (place.city, 2), (place.district, 3)):
            if part and part not in found.full:
                kept = Place(place.province, place.city if level > 1 else None, place.district if level > 2 else None)
                found.add(part, kept, silent=stem_of(part) in found.silent)
    return found.close()


def _read() -> Gazetteer:
    found = Gazetteer()
    for line in files(__package__).joinpath("places.txt").read_text("utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        province, city, *districts = line.split()
        above = Place(province=province) if city == "-" else Place(province, city)
        found.add(province, Place(province=province))
        if city != "-":
            found.add(city, above)
            if city.endswith("自治州"):
                found.add(stem_of(city) + "州", above)
                found.add(stem_of(city) + "自治州", above)
        for district in districts:
            name = district.rstrip("*")
            found.add(name, Place(above.province, above.city, name), silent=district.endswith("*"))
    return found

"""Whether a place is what a user calls it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate
from types import MappingProxyType
from typing import TypeAlias

__all__ = ["Parts", "covering_regions", "full_names", "is_at", "places_at", "regions_of", "with_parents"]

Parts: TypeAlias = tuple[str | None, str | None, str | None]  # province, city, district

# What the parts of a place's name may end in; each may be left out by whoever asks.
_SUFFIXES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "province": ("省", "市", "自治区", "特别行政区"),
        "city": ("市", "地区", "盟", "自治州"),
        "district": ("区", "县", "市", "旗", "自治县"),
    }
)


def is_at(place: Iterable[str | None], name: str) -> bool:
    """Whether a place (province, city, district) is, or lies in, what the user calls `name`.

    Rule `place_by_part_of_name`: `name` is a part of the place's full name, where each 省/市/区/县 (自治区, 旗 …) at
    the end of a part may be there or not: 云泽, 云泽市, 江澜省云泽市 and 江澜云泽 all find 江澜省云泽市砚湖区. A suffix
    that is given must fit: 云泽县 does not find 云泽市, nor 吉林市 the whole of 吉林省. A place without any known part
    matches no name.
    """
    name = "".join(name.split())
    return bool(name) and any(name in form for form in _names(tuple(place)))


def with_parents(places: Iterable[Parts]) -> dict[Parts, Parts]:
    """Each place with the province and the city that other places of the archive give it.

    Rule `parents_by_the_archive`: 云泽市 lies in 江澜省 where a notice is from 江澜省云泽市 and none from a 云泽市 of
    another province; 砚湖区 alone lies in 云泽市 likewise. A part that several places may be, or none, stays open.
    """
    found = list(places)
    provinces: dict[str, set[str]] = {}
    cities: dict[str, set[str]] = {}
    for province, city, district in found:
        if province and city:
            provinces.setdefault(city, set()).add(province)
        if city and district:
            cities.setdefault(district, set()).add(city)
    completed: dict[Parts, Parts] = {}
    for place in found:
        province, city, district = place
        if district and not city and not province:
            city = _only(cities.get(district))
        completed[place] = (province or _only(provinces.get(city or "")), city, district)
    return completed


def places_at(wholes: Mapping[Parts, Parts], names: Sequence[str]) -> list[Parts]:
    """Of places, each with its parents (`with_parents`), those that are, or lie in, what one of the names says."""
    return [own for own, whole in wholes.items() if any(is_at(whole, name) for name in names)]


def full_names(places: Iterable[Parts]) -> list[str]:
    """The full names of the places, sorted; a place without any known part has none."""
    return sorted({name for parts in places if (name := "".join(part or "" for part in parts))})


@lru_cache(maxsize=8192)
def regions_of(place: Parts) -> tuple[str, ...]:
    """The regions that a place lies in, the narrowest first: its full name, which is itself alone, and with a star the
    names of itself and of what it lies in, each with all that lies there. 江澜省云泽市 lies in 江澜省云泽市, 江澜省云泽市*
    and 江澜省*; a place without any known part in "" alone.
    """
    names = list(dict.fromkeys(name for name in accumulate(part or "" for part in place) if name))
    return (names[-1] if names else "", *(name + "*" for name in reversed(names)))


def covering_regions(chosen: Collection[Parts], n_places: Mapping[str, int]) -> frozenset[str]:
    """The fewest regions in which all of the chosen places lie and, where names tell them apart, no other place.

    `n_places` tells how many places lie in each region, the chosen ones among them.
    """
    n_chosen = Counter(region for place in chosen for region in regions_of(place))
    return frozenset(
        next(
            (region for region in reversed(regions_of(place)) if n_chosen[region] == n_places[region]),
            regions_of(place)[0],
        )
        for place in chosen
    )


def _only(names: set[str] | None) -> str | None:
    return next(iter(names)) if names and len(names) == 1 else None


@lru_cache(maxsize=8192)  # an archive has a few thousand places at most, and every filter asks about all of them
def _names(place: tuple[str | None, ...]) -> tuple[str, ...]:
    """The full name of the place, with every choice of suffixes."""
    names: tuple[str, ...] = ("",)
    for part, suffixes in zip(place, _SUFFIXES.values(), strict=True):
        if part:
            names = tuple(before + form for before in names for form in _forms(part, suffixes))
    return names


def _forms(part: str, suffixes: tuple[str, ...]) -> list[str]:
    """A part of a place's name with and without its suffix; one without gets each that it may have."""
    for suffix in sorted(suffixes, key=len, reverse=True):
        # A name of one character keeps its suffix in use: 沛县 is not called 沛.
        if part.endswith(suffix) and len(part) >= len(suffix) + 2:
            return [part, part.removesuffix(suffix)]
    return [part] if part.endswith(suffixes) else [part, *(part + suffix for suffix in suffixes)]

"""Filters and roles as people name them: 市级, 2013-2023, 牵头; a mistake is one line."""

from __future__ import annotations

from collections.abc import Iterable

from indexer.errors import UsageError
from indexer.records import LEVELS, ROLES, Filters, Level, Role

__all__ = ["LEVELS_BY_NAME", "ROLES_BY_NAME", "filters_named", "roles_named"]

LEVELS_BY_NAME: dict[str, tuple[Level, ...]] = {
    **{level: (level,) for level in LEVELS},
    "国家": ("nation",), "国家级": ("nation",), "省": ("province",), "省级": ("province",), "市": ("city",), "市级": ("city",),
    "区": ("district",), "区级": ("district",), "县": ("county",), "县级": ("county",),
    "镇": ("town",), "乡镇": ("town",), "镇级": ("town",),
    "区县": ("district", "county"), "区县级": ("district", "county"),
}  # fmt: skip
ROLES_BY_NAME: dict[str, Role] = {
    **{role: role for role in ROLES},
    "牵头": "lead", "责任": "responsible", "配合": "support", "牵头单位": "lead", "责任单位": "responsible", "配合单位": "support",
}  # fmt: skip


def filters_named(
    *,
    places: Iterable[str] = (),
    year: str | None = None,
    levels: Iterable[str] = (),
    units: Iterable[str] = (),
    kinds: Iterable[str] = (),
) -> Filters:
    """The filters that are meant; raises UsageError for a year or level that does not exist."""
    found: list[Level] = []
    for name in levels:
        if name not in LEVELS_BY_NAME:
            raise UsageError(f"unknown level {name}; one of {', '.join(LEVELS)}, 市级, 区县 …")
        found.extend(LEVELS_BY_NAME[name])
    return Filters(
        places=tuple(places), years=_years(year), levels=tuple(found), units=tuple(units), kinds=tuple(kinds)
    )


def roles_named(names: Iterable[str]) -> tuple[Role, ...]:
    """The roles that are meant, all of them where none is named; raises UsageError for one that does not exist."""
    wanted = set()
    for name in names:
        if name not in ROLES_BY_NAME:
            raise UsageError(f"unknown role {name}; one of 牵头, 责任, 配合")
        wanted.add(ROLES_BY_NAME[name])
    return tuple(role for role in ROLES if not wanted or role in wanted)


def _years(text: str | None) -> tuple[int, int] | None:
    """An inclusive range of years from 2013-2023 or 2013."""
    if text is None:
        return None
    first, dash, last = text.partition("-")
    if not dash:
        last = first
    if not (first.isdecimal() and last.isdecimal() and len(first) == len(last) == 4 and first <= last):
        raise UsageError(f"bad year {text}; give 2013 or a range such as 2013-2023")
    return int(first), int(last)

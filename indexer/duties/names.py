"""What a caller calls a unit or a notice, and which unit or notice of the archive that is; one clear line where it is none."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence

from msgspec import Struct

from indexer.duplicates.titles import core_of, number_key, title_key
from indexer.errors import NoticeAmbiguous, NotInArchive, UnitUnsettled, UsageError
from indexer.index import Index
from indexer.notices.agencies import Relation, functions_of, is_ambiguous, relation
from indexer.notices.agencies.register import agency_name, prefix_parts
from indexer.records import Notice
from indexer.search.asked_units import same_units

__all__ = [
    "AskedUnit",
    "NamedAs",
    "find_notice",
    "find_unit",
    "level_of_name",
    "notices_named",
    "place_of_name",
    "years_of_name",
]

_NEAREST = 5  # names that a complaint offers
_LIKE = 0.3  # least similarity (difflib ratio) of a name or title that is offered
_BLANKS = re.compile(r"\s+")
_SHORTEST_TITLE = 2  # characters of a part of a title that names it


class NamedAs(Struct, frozen=True):
    """A name that the archive has for the unit, and how it is connected with the name that was asked.

    `relation` is that of `indexer.notices.agencies.relation`, asked to found: former where the archive's name was
    borne before, possible where the name may be another body's as well.
    """

    name: str
    relation: Relation


class AskedUnit(Struct, frozen=True):
    """A unit as it was asked for: the archive's names for it, and the place that the asked name says itself."""

    asked: str
    names: tuple[NamedAs, ...]
    place: str  # 云泽 of 云泽市民政局; empty where the name says none
    seat: str = ""  # 云泽市, where only the unit of that place is meant


# --- units ---------------------------------------------------------------------------------------


def find_unit(index: Index, name: str, *, seat: str = "") -> AskedUnit:
    """The unit by any name it has had; the archive's names for it in the order of the archive.

    With a `seat` (云泽市) it is the unit of that place alone, as `archive_load.seat_of` tells places.

    A name that stands for several bodies (市经委 may be 经信 or 商务; 民政局 may be the city's or a district's) finds
    what the archive calls so itself; where it calls nobody so, and for an unknown name, UnitUnsettled with the nearest names.
    """
    asked = _BLANKS.sub("", name)
    if not asked:
        raise UsageError("the unit's name is empty; give one such as 市民政局")
    known, members = index.unit_names(), index.member_names()
    every = sorted({*known, *members})
    found = [other for other in same_units(asked, every, index.places()) if _connected(asked, other)]
    if not found:
        nearest = _nearest_units(asked, every)
        message = f"no unit {asked} in the archive{_offer(nearest)}"
        raise UnitUnsettled(message, several=False, names=tuple(nearest))
    if is_ambiguous(asked) or _levels(found) > 1:
        if asked not in found:
            message = f"{asked} may be any of several units; give one of {'、'.join(found[: 2 * _NEAREST])}"
            raise UnitUnsettled(message, several=True, names=tuple(found))
        found = [
            other
            for other in found
            if relation(asked, other) == "same" and level_of_name(other) == level_of_name(asked)
        ]
    names = tuple(NamedAs(other, relation(asked, other) or "same") for other in found)
    return AskedUnit(asked, names, place_of_name(asked), seat)


def _connected(asked: str, other: str) -> bool:
    """Whether a candidate is the unit: not one whose name says another place."""
    return other == asked or relation(asked, other) not in (None, "branch", "head")


def level_of_name(name: str) -> str:
    """The level that an agency's name says (省, 市, 区, 县 …); empty where it says none."""
    parsed = agency_name(name)
    parts = prefix_parts(parsed.prefix) if parsed else None
    return parts[1] if parts else ""


def years_of_name(name: str) -> tuple[int | None, int | None]:
    """The years of the national reforms that began and ended the name; None where none did or the register lacks it.

    市旅游局 → (None, 2018); of a joint name the last that began and the first that ended.
    """
    parsed = agency_name(name)
    parts = [part.name for part in parsed.parts] if parsed else []
    since = [part.since for part in parts if part.since is not None]
    until = [part.until for part in parts if part.until is not None]
    return max(since, default=None), min(until, default=None)


def _levels(names: Iterable[str]) -> int:
    """How many levels (市, 区 …) the names say; those that say none are of any."""
    return len({level for name in names if (level := level_of_name(name))})


def place_of_name(name: str) -> str:
    """The place that an agency's name says, without its last character: 云泽市民政局 → 云泽."""
    parsed = agency_name(name)
    parts = prefix_parts(parsed.prefix) if parsed else None
    return parts[0] if parts else ""


def _nearest_units(asked: str, names: Sequence[str]) -> list[str]:
    """Names of other levels or branches of the same function first, then names that look alike."""
    functions = set(functions_of(asked))
    kin = [name for name in names if functions and functions & set(functions_of(name))]
    alike = difflib.get_close_matches(asked, names, n=_NEAREST, cutoff=_LIKE)
    return list(dict.fromkeys([*sorted(kin, key=lambda name: (-_likeness(asked, name), name)), *alike]))[:_NEAREST]


def _likeness(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()


def _offer(nearest: Sequence[str]) -> str:
    return f"; nearest: {'、'.join(nearest)}" if nearest else "; see the units in `parse` or `search` of a notice"


# --- notices -------------------------------------------------------------------------------------


def find_notice(index: Index, asked: str) -> Notice:
    """The notice by doc_id, 发文字号 or title (whole, without what is around it, or a part that only one has).

    Raises NotInArchive where none fits, NoticeAmbiguous where several do, with the nearest ones.
    """
    asked = asked.strip()
    found = notices_named(index, asked)
    if len(found) == 1:
        return index.notice(found[0].doc_id)
    if found:
        raise NoticeAmbiguous(f"{asked} is the name of {len(found)} notices; give the doc_id of one: {_listed(found)}")
    nearest = _nearest_notices(asked, index.notices())
    raise NotInArchive(f"no notice {asked} in the archive (by doc_id, 文号 or title){nearest}")


def notices_named(index: Index, asked: str) -> list[Notice]:
    """The heads of the notices that the words may name: by doc_id, else by 发文字号, else by title as `find_notice` reads it."""
    asked = asked.strip()
    heads = index.notices()
    by_id = [head for head in heads if head.doc_id == asked]
    by_number = [head for head in heads if head.doc_number and number_key(head.doc_number) == number_key(asked)]
    key = title_key(asked)
    by_title = [head for head in heads if key and key == title_key(head.title)]
    by_core = [head for head in heads if key and core_of(asked) == core_of(head.title)]
    part = [head for head in heads if len(key) >= _SHORTEST_TITLE and key in title_key(head.title)]
    return next((found for found in (by_id, by_number, by_title, by_core, part) if found), [])


def _listed(heads: Sequence[Notice]) -> str:
    more = f" and {len(heads) - _NEAREST} more" if len(heads) > _NEAREST else ""
    return "; ".join(f"{h.doc_id} {h.title}{h.doc_number or ''}" for h in heads[:_NEAREST]) + more


def _nearest_notices(asked: str, heads: Sequence[Notice]) -> str:
    number = "号" in asked
    said = {(h.doc_number or "") if number else h.title: h for h in heads}
    alike = [said[text] for text in difflib.get_close_matches(asked, [s for s in said if s], n=3, cutoff=_LIKE)]
    return f"; nearest: {_listed(alike)}" if alike else "; see the doc_id of a hit"

"""Names of units that were no longer borne when the draft was written, by the dated register of agencies."""

from __future__ import annotations

from collections.abc import Iterator

from indexer.drafts.findings import Draft, Finding, finding
from indexer.notices.agencies import find_units, functions_of, is_ambiguous, names_of, relation
from indexer.notices.agencies.register import AgencyName, agency_name
from indexer.notices.agencies.succession import DatedName
from indexer.notices.header.cites import titles_in_marks
from indexer.search.asked_units import same_units

__all__ = ["check_unit_names"]

_MOST_NAMED = 3


def check_unit_names(draft: Draft) -> Iterator[Finding]:
    """former_unit_name: a unit stands under a name that a reform had ended by the draft's day.

    市旅游局 in a draft of 2022: since 2018 the function is with 文化广电旅游. Localities have two years to follow a reform, or
    longer where the register knows so. Said once a name, where it stands first. Must not match: names that are current in
    other places (经信局, 工信局), names in a title that is cited, a name of that year in an older draft, an ambiguous name
    (规划局 may be a function of today's 自然资源局), former names behind 原, words for any body of a function (卫生部门), a
    name that some body still bore the year before.
    """
    year = draft.day.year
    quoted = _cited_titles(draft.body)
    seen: set[str] = set()
    for surface, start, end in _units(draft):
        was = surface.startswith("原") or draft.body[max(0, start - 1) : start] == "原"
        if surface in seen or was or any(a <= start < b for a, b in quoted):
            continue
        parsed = agency_name(surface)
        ended = _ended(parsed, year) if parsed and not is_ambiguous(surface) else None
        if parsed is None or ended is None:
            continue
        seen.add(surface)
        message = f"“{surface}”是曾用名，{ended.until}年机构改革后不再使用"
        current = _current(draft, surface, parsed, year)
        advice = f"改用现名：{current}" if current else "按现行机构名称核对"
        yield finding(draft, (start, end), rule="former_unit_name", severity="warning", message=message, advice=advice)


def _units(draft: Draft) -> list[tuple[str, int, int]]:
    """Units that clauses name, and units in the running text, by where they stand."""
    named = {(draft.body[m.start : m.end], m.start, m.end) for c in draft.notice.clauses for m in c.units}
    named |= {
        (draft.body[c.start + start : c.start + end], c.start + start, c.start + end)
        for c in draft.notice.clauses
        for _, start, end in find_units(draft.body[c.start : c.end])
    }
    return sorted(((surface.replace(" ", ""), start, end) for surface, start, end in named), key=lambda unit: unit[1:])


def _cited_titles(body: str) -> list[tuple[int, int]]:
    return [(start, end) for _, start, end in titles_in_marks(body)]


def _ended(parsed: AgencyName, year: int) -> DatedName | None:
    """The part of the name that a reform had ended, and that no body bore in that year or the one before."""
    if parsed.tail.endswith("部门"):
        return None
    return next((p.name for p in parsed.parts if p.name.until is not None and not p.name.borne_in(year - 1)), None)


def _current(draft: Draft, surface: str, parsed: AgencyName, year: int) -> str:
    """What the archive calls the unit since; else the register's first names for its functions."""
    later = [name for name in same_units(surface, draft.index.unit_names()) if relation(surface, name) == "successor"]
    borne = [name for name in later if (own := agency_name(name)) and _ended(own, year) is None and own.prefix]
    if borne:
        return "、".join(borne[:_MOST_NAMED])
    names = [dated[0].short for function in functions_of(surface) if (dated := names_of(function, year=year))]
    return "、".join(f"{parsed.prefix}{name}{parsed.tail}" for name in names[:_MOST_NAMED])

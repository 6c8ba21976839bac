"""Where a wording comes from: which notice took it from which, by citation and by date, and how it travelled.

A notice seldom says which sentence it took from where. What can be told: it cannot come from a later notice; a notice that is
cited as the ground was on the desk; a text is likelier to follow its own issuer's earlier one than a stranger's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

from msgspec import Struct

from indexer.duplicates.titles import core_of, number_key, title_key
from indexer.precedents.alignment import Likeness, likeness
from indexer.precedents.wording import Wording
from indexer.records import Level, Notice, Place

__all__ = ["KINDS", "Edge", "Genealogy", "Kind", "Member", "Node", "cites", "day_of", "genealogy"]

Kind: TypeAlias = Literal["handed_down", "taken_over", "renewed", "taken_up", "unknown"]
KINDS: tuple[Kind, ...] = ("handed_down", "taken_over", "renewed", "taken_up", "unknown")
Evidence: TypeAlias = Literal["cites", "date_and_level"]

# Parents whose shares differ by less than this are equally likely by their wording; then the relation decides.
_AS_LIKELY = 0.1

_RANKS: dict[Level, int] = {"nation": 0, "province": 1, "city": 2, "district": 3, "county": 3, "town": 4}


class Member(Struct, frozen=True):
    """A clause that has the wording, as the genealogy needs it; `notice` may be without body and clauses."""

    clause_id: str
    notice: Notice
    wording: Wording


class Node(Struct, frozen=True):
    """A clause of the genealogy."""

    clause_id: str
    doc_id: str
    title: str
    place: str
    level: Level | None
    day: str | None  # 成文日期, else 发布日期, ISO 8601


class Edge(Struct, frozen=True):
    """A clause took its wording from another.

    handed_down: from a level above, whose place contains the child's or whose notice the child cites. taken_over: from
    another place of the same level. renewed: from an earlier notice of the same place and level. taken_up: from a level
    below, inside the child's place. unknown: it is earlier and alike, but how it came is not to be told.
    """

    child: str  # clause_id
    parent: str
    kind: Kind
    evidence: Evidence  # whether the child's notice cites the parent's, or only days and levels say so
    share: float  # of the child's wording that stands in the parent


class Genealogy(Struct, frozen=True):
    """The clauses that have a wording, by day, and from which each took it; each has at most one parent."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    @property
    def earliest(self) -> Node | None:
        """The clause of the earliest known day; None where no day is known."""
        return next((node for node in self.nodes if node.day), None)


def genealogy(members: Sequence[Member], *, boilerplate: bool = False) -> Genealogy:
    """The genealogy of clauses that share a wording; the same members give the same one in whatever order they come.

    Boilerplate has no edges: everybody writes it, and nobody takes it from anybody.
    """
    ordered = sorted(members, key=lambda member: (day_of(member.notice) or "9999", member.clause_id))
    edges = [edge for member in ordered if not boilerplate and (edge := _edge(member, ordered)) is not None]
    return Genealogy(tuple(map(_node, ordered)), tuple(edges))


def day_of(notice: Notice) -> str | None:
    """The day by which notices are put in order: 成文日期, else 发布日期."""
    return notice.issued_on or notice.published_on


def cites(notice: Notice, other: Notice) -> bool:
    """Whether the notice cites the other, by its 发文字号, else by its title."""
    number = number_key(other.doc_number) if other.doc_number else None
    for cite in notice.cites:
        if cite.doc_number and number:
            if number_key(cite.doc_number) == number:
                return True
        elif cite.title and (
            title_key(cite.title) == title_key(other.title)
            or (core_of(cite.title) == core_of(other.title) and any(issuer in cite.title for issuer in other.issuers))
        ):
            return True
    return False


def _node(member: Member) -> Node:
    notice = member.notice
    return Node(member.clause_id, notice.doc_id, notice.title, str(notice.place), notice.level, day_of(notice))


def _edge(child: Member, members: Sequence[Member]) -> Edge | None:
    """The child's likeliest parent: nearly the largest share, then the closest relation, then the latest day."""
    found: list[tuple[Member, Likeness, bool]] = []
    for other in members:
        cited = cites(child.notice, other.notice)
        if other.notice.doc_id == child.notice.doc_id or not (cited or _is_earlier(other.notice, child.notice)):
            continue
        alike = likeness(child.wording, other.wording)
        if alike.label != "similar":
            found.append((other, alike, cited))
    if not found:
        return None
    best = max(alike.share for _, alike, _ in found)
    likely = [each for each in found if each[1].share > best - _AS_LIKELY]
    parent, alike, cited = max(likely, key=lambda each: _closeness(child.notice, *each))
    kind = _kind(child.notice, parent.notice, cited=cited)
    return Edge(child.clause_id, parent.clause_id, kind, "cites" if cited else "date_and_level", alike.share)


def _closeness(child: Notice, parent: Member, alike: Likeness, cited: bool) -> tuple[int, str, float, str]:
    """What makes a parent likelier than another of about the same share; larger is likelier."""
    kind = _kind(child, parent.notice, cited=cited)
    relation = 5 if kind == "renewed" else 4 if cited else _ORDER.index(kind)
    return relation, day_of(parent.notice) or "", alike.share, parent.clause_id


_ORDER: tuple[Kind, ...] = ("unknown", "taken_up", "taken_over", "handed_down")


def _kind(child: Notice, parent: Notice, *, cited: bool) -> Kind:
    own, other = (_RANKS[level] if level else None for level in (child.level, parent.level))
    if own is None or other is None:
        return "unknown"
    if other < own:
        return "handed_down" if cited or _within(child.place, parent.place) else "unknown"
    if other > own:
        return "taken_up" if _within(parent.place, child.place) else "unknown"
    if not str(child.place) or not str(parent.place):
        return "unknown"
    return "renewed" if _within(child.place, parent.place) and _within(parent.place, child.place) else "taken_over"


def _within(inner: Place, outer: Place) -> bool:
    """Whether the inner place lies in the outer one; the nation holds all.

    A province that a notice leaves out may be any; a city that it leaves out may not: 西湖区 alone is in no city.
    """
    if outer.province and inner.province and outer.province != inner.province:
        return False
    pairs = ((inner.city, outer.city), (inner.district, outer.district))
    return all(theirs is None or mine == theirs for mine, theirs in pairs)


def _is_earlier(one: Notice, other: Notice) -> bool:
    first, second = day_of(one), day_of(other)
    return first is not None and second is not None and first < second

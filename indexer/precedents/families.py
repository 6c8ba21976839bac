"""Families of clauses that share wording, over a whole archive, in about as many steps as there are clauses.

Equal wordings are put together first. For the others MinHash in bands (rensa) names those that may be alike: two that share
40 % of their shingles meet in one of 42 bands of 3 with a probability of 94 %, at 10 % with 4 %. Alignment then decides. In a
band each clause is compared with one clause of each family there, and with few of these, so that wording which thousands of
clauses have takes no more than its share.

On clauses of public documents (`make bench`): 10,000 take 8 s of one core, 30,000 take 31 s, 100,000 take 99 s, which grows with
exponent 1.11, and at most 0.2 GB above the clauses themselves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from indexer.index import Index
from indexer.precedents.alignment import LEAST_ADAPTED, shared_letters, shingles
from indexer.precedents.boilerplate import is_boilerplate
from indexer.precedents.genealogy import day_of
from indexer.precedents.wording import wording_of
from indexer.records import Notice

__all__ = ["Family", "FamilyClause", "clauses_of", "families", "families_of"]

_BANDS, _ROWS = 42, 3
_SEED = 1
_SKETCHED_AT_ONCE = 4096
# A wording of fewer letters is a heading or a cell of a table (合计, 市民政局): it stands everywhere and says nothing.
LEAST_LETTERS = 8
# Of the longer of the first wordings of two families, before they become one: a chain of small steps leads from any wording
# to any other, and all of a family should have something in common with its first.
_LEAST_OF_FIRST = 0.25
# Families that a clause is compared with in one band, the latest first.
_MOST_COMPARED = 4
# Clauses of a family whose wordings are looked at to tell whether it is boilerplate: of many, the first.
_MOST_LOOKED_AT = 50

_Digests = npt.NDArray[np.uint32]


class FamilyClause(Struct, frozen=True):
    """A clause as families need it; `notice` may be without body and clauses."""

    clause_id: str
    text: str
    notice: Notice


class Family(Struct, frozen=True):
    """Clauses of several notices that share wording: each is at least an adaptation of another one."""

    family_id: str  # the clause_id of the earliest
    text: str  # of the earliest
    clause_ids: tuple[str, ...]  # by day, undated ones last
    n_notices: int
    n_wordings: int  # different ones, when what differs by nature is masked
    first_day: str | None  # ISO 8601, of the earliest dated notice
    places: tuple[tuple[str, int], ...]  # and how many notices are from there, the most first
    years: tuple[tuple[int, int], ...]  # and how many notices are of that year, in order
    boilerplate: bool


def families_of(index: Index, *, least: int = 2) -> list[Family]:
    """The families of an archive's clauses that stand in at least `least` notices; see `families`."""
    return families(clauses_of(index), places=index.places(), least=least)


def clauses_of(index: Index) -> Iterator[FamilyClause]:
    """Every clause of the archive with its notice's head."""
    for head in index.notices():
        for clause in index.notice(head.doc_id).clauses:
            yield FamilyClause(clause.clause_id, clause.text, head)


def families(clauses: Iterable[FamilyClause], *, places: Iterable[str] = (), least: int = 2) -> list[Family]:
    """The families that stand in at least `least` notices, the most widespread first, then by id.

    Two clauses are of one family where at least LEAST_ADAPTED of each one's wording stands in the other, or where others
    link them in this way. The same clauses give the same families in whatever order they come.
    """
    known = tuple(sorted(places))
    ordered = sorted(clauses, key=lambda each: (day_of(each.notice) or "9999", each.clause_id))
    same: dict[str, list[FamilyClause]] = {}
    for each in ordered:
        wording = wording_of(each.text, known)
        if len(wording) >= LEAST_LETTERS:
            same.setdefault(wording.template, []).append(each)
    templates = list(same)
    groups: dict[int, list[str]] = {}
    for number, head in enumerate(_joined(templates)):
        groups.setdefault(head, []).append(templates[number])
    found = (_family(group, same, known) for group in groups.values())
    return sorted(
        (family for family in found if family.n_notices >= least),
        key=lambda family: (-family.n_notices, family.family_id),
    )


def _joined(templates: Sequence[str]) -> list[int]:
    """For each template the first one of its family."""
    heads = _Heads(len(templates))
    refused: set[tuple[int, int]] = set()
    for bucket in _buckets(_digests(templates)):
        seen: dict[int, int] = {}  # family → its latest member in this bucket
        for number in bucket:
            own = heads.of(number)
            others = [(family, member) for family, member in seen.items() if heads.of(family) != own]
            for _, other in others[-_MOST_COMPARED:]:
                if heads.of(other) == heads.of(number) or (other, number) in refused:
                    continue
                if _belong_together(templates, number, other, heads):
                    heads.join(number, other)
                else:
                    refused.add((other, number))
            seen.pop(own, None)
            seen[heads.of(number)] = number
    return [heads.of(number) for number in range(len(templates))]


def _belong_together(templates: Sequence[str], one: int, other: int, heads: _Heads) -> bool:
    """Whether two wordings are adaptations of one another, and the first ones of their families are still alike."""
    if not _share(templates[one], templates[other], LEAST_ADAPTED):
        return False
    firsts = heads.of(one), heads.of(other)
    return firsts == (one, other) or _share(templates[firsts[0]], templates[firsts[1]], _LEAST_OF_FIRST)


def _share(one: str, other: str, least: float) -> bool:
    """Whether the least share of the longer wording, and so many letters as a wording has at least, stand in both."""
    return shared_letters(one, other) >= max(LEAST_LETTERS, least * max(len(one), len(other)))


class _Heads:
    """Which template is the first of whose family (disjoint sets)."""

    def __init__(self, count: int) -> None:
        self._above = list(range(count))

    def of(self, number: int) -> int:
        """The first of the family."""
        while self._above[number] != number:
            self._above[number] = self._above[self._above[number]]
            number = self._above[number]
        return number

    def join(self, one: int, other: int) -> None:
        """Make one family of two."""
        first, second = sorted((self.of(one), self.of(other)))
        self._above[second] = first


def _digests(templates: Sequence[str]) -> _Digests:
    """The MinHash of each template's shingles, [number, bands × rows]."""
    from rensa import RMinHash

    digests = np.empty((len(templates), _BANDS * _ROWS), dtype=np.uint32)
    for first in range(0, len(templates), _SKETCHED_AT_ONCE):
        tokens = [sorted(shingles(template)) for template in templates[first : first + _SKETCHED_AT_ONCE]]
        digests[first : first + len(tokens)] = RMinHash.digests_from_token_sets(tokens, _BANDS * _ROWS, _SEED)
    return digests


def _buckets(digests: _Digests) -> Iterator[list[int]]:
    """The numbers, in order, whose sketches agree in a band; band by band, and in a band by the first number."""
    for band in range(_BANDS):
        keys = np.ascontiguousarray(digests[:, band * _ROWS : (band + 1) * _ROWS])
        order = np.lexsort(keys.T)  # stable: equal keys stay in the order of their numbers
        changes = np.flatnonzero(np.any(np.diff(keys[order], axis=0) != 0, axis=1)) + 1
        buckets = [bucket.tolist() for bucket in np.split(order, changes) if len(bucket) > 1]
        yield from sorted(buckets)


def _family(templates: Sequence[str], same: dict[str, list[FamilyClause]], places: tuple[str, ...]) -> Family:
    members = sorted(
        (each for template in templates for each in same[template]),
        key=lambda each: (day_of(each.notice) or "9999", each.clause_id),
    )
    notices = {each.notice.doc_id: each.notice for each in members}
    by_place = Counter(str(notice.place) for notice in notices.values() if str(notice.place))
    by_year = Counter(notice.year for notice in notices.values() if notice.year is not None)
    looked_at = [same[template][0] for template in templates[:_MOST_LOOKED_AT]]
    wordings = [wording_of(each.text, places) for each in looked_at]
    return Family(
        family_id=members[0].clause_id,
        text=members[0].text,
        clause_ids=tuple(each.clause_id for each in members),
        n_notices=len(notices),
        n_wordings=len(templates),
        first_day=min((day for notice in notices.values() if (day := day_of(notice))), default=None),
        places=tuple(sorted(by_place.items(), key=lambda pair: (-pair[1], pair[0]))),
        years=tuple(sorted(by_year.items())),
        boilerplate=is_boilerplate(wordings, [notice.title for notice in notices.values()]),
    )

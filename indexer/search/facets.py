"""How the clauses found for a question spread over places, years, levels, 文种 and units.

A facet is counted over what the question finds under all filters but the facet's own, so that its other values keep
their counts while one of them is chosen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal, TypeAlias, get_args

from msgspec import Struct
from msgspec.structs import replace

from indexer.index import Index
from indexer.records import Clause, Filters, Hit, Notice, Query
from indexer.search.answer import ask
from indexer.search.retrieve import search

__all__ = ["FACETS", "Facet", "FacetValue", "facets", "nearest"]

Facet: TypeAlias = Literal["places", "years", "levels", "kinds", "units"]

FACETS: Final[tuple[Facet, ...]] = get_args(Facet)


class FacetValue(Struct, frozen=True):
    """A value, and how many of the clauses found have it; the years' values are years in digits."""

    value: str
    n: int


def nearest(index: Index, query: Query, *, k: int) -> tuple[Hit, ...]:
    """The clauses that an answer lists, every one of them for a unit's tasks; where it lists none, the k nearest."""
    return ask(index, query, k=k).hits or tuple(search(index, query, k=k))


def facets(
    index: Index, query: Query, clauses: Sequence[Clause], *, depth: int = 100
) -> Mapping[Facet, tuple[FacetValue, ...]]:
    """By facet its values with their counts, the most frequent first, then by name.

    `clauses` are those found for the query as it stands. For each facet that it restricts, the `depth` nearest clauses without
    that restriction are looked up and counted. A unit counts under the name that its clause gives it.
    """
    heads = {notice.doc_id: notice for notice in index.notices()}
    counted: dict[Facet, tuple[FacetValue, ...]] = {}
    for facet in FACETS:
        found = clauses
        if getattr(query.filters, facet):
            wider = replace(query, filters=_without(query.filters, facet))
            found = index.clauses([hit.clause_id for hit in nearest(index, wider, k=depth)])
        counted[facet] = _counted(index, facet, found, heads)
    return counted


def _without(filters: Filters, facet: Facet) -> Filters:
    """The filters without those of one facet."""
    return replace(filters, **{facet: getattr(Filters(), facet)})


def _counted(
    index: Index, facet: Facet, clauses: Sequence[Clause], heads: Mapping[str, Notice]
) -> tuple[FacetValue, ...]:
    if facet == "units":
        counts = Counter(name for clause in clauses for name in {unit.name for unit in clause.units})
    elif facet == "places":
        counts = _places(index, [heads[clause.doc_id] for clause in clauses])
    else:
        counts = Counter(value for clause in clauses for value in _of_notice(heads[clause.doc_id], facet))
    return tuple(FacetValue(value, n) for value, n in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def _places(index: Index, notices: Sequence[Notice]) -> Counter[str]:
    """The places that the notices are from, each with what lies in it: a filter for a city passes its districts."""
    by_place = Counter(notice.place for notice in notices if str(notice.place))
    return Counter(
        {
            name: sum(n for place, n in by_place.items() if index.lies_in(place, name))
            for name in {str(place) for place in by_place}
        }
    )


def _of_notice(notice: Notice, facet: Facet) -> Iterable[str]:
    """The values of a facet that a notice has: one or none."""
    value = {"years": notice.year, "levels": notice.level, "kinds": notice.kind}[facet]
    return [str(value)] if value else []

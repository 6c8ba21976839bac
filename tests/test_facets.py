"""Counts of places, years, levels, 文种 and units over the clauses found: each equals what its filter leaves of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
from msgspec.structs import replace

from indexer.index import Index
from indexer.records import Clause, Filters, Query
from indexer.search import ask
from indexer.search.facets import FACETS, Facet, FacetValue, facets, nearest
from tests.search_fixture import small_index

QUESTION = Query("养老服务由谁负责?")
YUNZE, YANHU, LANCHUAN = "云泽市", "云泽市砚湖区", "澜川市"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    with small_index(tmp_path_factory.mktemp("facets")) as opened:
        yield opened


def clauses_found(index: Index, query: Query) -> list[Clause]:
    return index.clauses([hit.clause_id for hit in nearest(index, query, k=100)])


def counted(index: Index, query: Query) -> Mapping[Facet, dict[str, int]]:
    found = facets(index, query, clauses_found(index, query))
    return {facet: {each.value: each.n for each in values} for facet, values in found.items()}


def filter_of(facet: Facet, value: str) -> Filters:
    return Filters(years=(int(value), int(value))) if facet == "years" else replace(Filters(), **{facet: (value,)})


@pytest.mark.parametrize("facet", FACETS)
def test_each_count_is_what_the_filter_leaves_of_the_clauses_found(index: Index, facet: Facet) -> None:
    clauses = clauses_found(index, QUESTION)
    values = facets(index, QUESTION, clauses)[facet]
    assert values
    for each in values:
        assert each.n == len(index.passing([clause.clause_id for clause in clauses], filter_of(facet, each.value)))


def test_a_city_counts_its_districts(index: Index) -> None:
    places = counted(index, QUESTION)["places"]
    assert places[YUNZE] > places[YANHU] > 0
    assert LANCHUAN in places


def test_values_come_by_count_then_by_name(index: Index) -> None:
    for values in facets(index, QUESTION, clauses_found(index, QUESTION)).values():
        assert list(values) == sorted(values, key=lambda each: (-each.n, each.value))


def test_a_facet_that_is_restricted_keeps_its_other_values(index: Index) -> None:
    within = counted(index, Query(QUESTION.text, filters=Filters(places=(LANCHUAN,))))
    assert within["places"] == counted(index, QUESTION)["places"]
    assert set(within["years"]) == {"2016"}
    assert "市民政局" not in within["units"]


def test_two_restrictions_narrow_each_others_facets(index: Index) -> None:
    within = counted(index, Query(QUESTION.text, filters=Filters(places=(YUNZE,), years=(2023, 2023))))
    assert set(within["places"]) == {YANHU}
    assert set(within["years"]) == {"2021", "2023"}


def test_clauses_without_units_count_under_none(index: Index) -> None:
    clauses = clauses_found(index, QUESTION)
    without = [clause for clause in clauses if not clause.units]
    assert without
    assert facets(index, QUESTION, without)["units"] == ()
    assert facets(index, QUESTION, without)["kinds"]


def test_nothing_found_counts_nothing(index: Index) -> None:
    assert set(facets(index, QUESTION, ()).values()) == {()}


def test_the_tasks_of_a_unit_are_counted_all_of_them(index: Index) -> None:
    query = Query("市民政局有哪些任务?")
    clauses = index.clauses([hit.clause_id for hit in nearest(index, query, k=1)])
    assert len(clauses) > 1
    assert FacetValue("市民政局", len(clauses)) in facets(index, query, clauses)["units"]


@pytest.mark.parametrize(
    "text", ["云泽护理人员培训由哪些单位负责?", "养老机构床位补贴多少?", "各地的养老护理员培训目标有什么不同?"]
)
def test_how_many_clauses_are_listed_never_changes_the_answer(index: Index, text: str) -> None:
    answers = [ask(index, Query(text), k=k) for k in (1, 10, 100)]
    assert len({replace(answer, hits=()) for answer in answers}) == 1
    assert [len(answer.hits) for answer in answers[:2]] == [1, 10]
    assert answers[2].hits[:10] == answers[1].hits

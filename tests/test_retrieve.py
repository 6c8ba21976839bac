"""Ranking over three fictional notices: order, filters, modes, and legs that must not fail quietly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from indexer.errors import IndexDamaged, UsageError
from indexer.index import Index
from indexer.records import Filters, Mode, Query
from indexer.search import SearchParameters, search, search_batch
from tests.search_fixture import small_index


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    with small_index(tmp_path_factory.mktemp("retrieve")) as opened:
        yield opened


@pytest.mark.parametrize("mode", ["hybrid", "lexical", "dense"])
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("护理人员培训由谁负责", "护理课程"),
        ("工业设计大赛怎么办", "工业设计大赛"),
        ("湖上夜游航线", "湖上夜游航线"),
    ],
)
def test_the_clause_that_answers_comes_first(index: Index, mode: Mode, text: str, words: str) -> None:
    first = search(index, Query(text), k=3, mode=mode)[0]
    assert words in index.clause(first.clause_id).text


def test_ranks_count_from_one_and_scores_fall(index: Index) -> None:
    hits = search(index, Query("社区食堂"), k=5)
    assert [hit.rank for hit in hits] == [1, 2, 3, 4, 5]
    assert sorted((hit.score for hit in hits), reverse=True) == [hit.score for hit in hits]
    assert len({hit.clause_id for hit in hits}) == 5


def test_results_repeat_exactly_and_ties_go_by_id(index: Index) -> None:
    query = Query("社区食堂送餐")
    assert search(index, query, k=8) == search(index, query, k=8)
    tied = [hit for hit in search(index, query, k=20) if hit.score == 0.0]
    assert [hit.clause_id for hit in tied] == sorted(hit.clause_id for hit in tied)


def test_a_place_in_the_text_keeps_other_places_out(index: Index) -> None:
    hits = search(index, Query("澜川市的人才怎么支持"), k=10)
    assert hits
    assert {index.notice(index.clause(hit.clause_id).doc_id).place.city for hit in hits} == {"澜川市"}


def test_filters_of_the_caller(index: Index) -> None:
    hits = search(index, Query("社区食堂", filters=Filters(years=(2023, 2023))), k=10)
    assert {index.notice(index.clause(hit.clause_id).doc_id).year for hit in hits} == {2023}
    units = search(index, Query("养老", filters=Filters(units=("教育局",))), k=10)
    assert units
    assert all(any("教育局" in unit.name for unit in index.clause(hit.clause_id).units) for hit in units)
    assert search(index, Query("社区食堂", filters=Filters(years=(1990, 1991)))) == []


def test_mode_says_which_leg_found_it(index: Index) -> None:
    assert all(hit.dense_rank is None for hit in search(index, Query("社区食堂"), mode="lexical"))
    assert all(hit.lexical_rank is None for hit in search(index, Query("社区食堂"), mode="dense"))
    assert any(hit.lexical_rank and hit.dense_rank for hit in search(index, Query("社区食堂")))


def test_parameters_are_part_of_the_call(index: Index) -> None:
    lexical = search(index, Query("护理课程"), parameters=SearchParameters(dense_weight=0.0))
    assert lexical[0].clause_id == search(index, Query("护理课程"), mode="lexical")[0].clause_id
    assert replace(SearchParameters(), depth=5).depth == 5


def test_a_leg_that_never_finds_anything_is_an_error(index: Index) -> None:
    nonsense = [Query("ζξψ ωφχ", query_id="1"), Query("ϡϟϛ", query_id="2")]
    with pytest.raises(IndexDamaged, match="lexical leg found nothing for 2 queries"):
        search_batch(index, nonsense, mode="lexical")
    assert len(search_batch(index, [*nonsense, Query("社区食堂")])) == 3


@pytest.mark.parametrize("query", [Query(""), Query("  \n")])
def test_an_empty_query_is_a_mistake(index: Index, query: Query) -> None:
    with pytest.raises(UsageError, match="empty"):
        search(index, query)


def test_k_below_one_and_an_unknown_mode_are_mistakes(index: Index) -> None:
    with pytest.raises(UsageError, match="k must be 1 or more"):
        search(index, Query("社区食堂"), k=0)
    with pytest.raises(UsageError, match="unknown mode"):
        search(index, Query("社区食堂"), mode="fuzzy")  # type: ignore[arg-type]

"""The models of the OpenAPI document against the objects that are really sent: the same keys, the same values."""

from __future__ import annotations

import pytest
from pydantic import BaseModel, TypeAdapter

from indexer.api import shapes
from indexer.index import Index
from indexer.json_duties import breakdown_object, unit_duties_object
from indexer.json_shapes import written_object
from indexer.records import Statement, Written, WrittenSentence
from tests.api_server import asked


def same(model: type[BaseModel], value: object) -> None:
    """The value is of the model, no key more and none less."""
    read = TypeAdapter(model).validate_python(value, strict=True)
    assert read.model_dump(mode="json", exclude_unset=True) == value
    missing = [
        name for name, field in model.model_fields.items() if name not in read.model_fields_set and field.is_required()
    ]
    assert missing == []


@pytest.mark.parametrize(
    "q",
    [
        "谁负责养老护理员培训？",
        "市民政局负责什么？",
        "物流补贴多少钱？",
        "各地社区食堂由谁负责？",
        "火星基地由谁建设？",
    ],
)
def test_questions(api: str, q: str) -> None:
    same(shapes.SearchResult, asked(api, "/search", q=q, k=50).json)
    same(shapes.AskResult, asked(api, "/ask", q=q, k=20).json)


def test_every_notice_and_its_clauses(api: str, index: Index) -> None:
    listed = asked(api, "/notices", limit=500).json
    same(shapes.NoticeList, listed)
    assert len(listed["notices"]) == len(index.notices())
    for each in listed["notices"]:
        notice = asked(api, f"/notices/{each['doc_id']}").json
        same(shapes.NoticeFull, notice)
        same(shapes.ClauseInNotice, asked(api, f"/clauses/{notice['clauses'][0]['clause_id']}").json)


@pytest.mark.parametrize("unit", ["市民政局", "市商务局", "市旅游局"])
def test_duties_of_units(api: str, unit: str) -> None:
    same(shapes.UnitDuties, asked(api, "/duties", unit=unit, limit=500).json)


def test_breakdowns_of_notices(api: str, index: Index) -> None:
    for head in index.notices()[:10]:
        same(shapes.Breakdown, asked(api, "/duties", notice=head.doc_id, limit=500).json)


def test_precedents_with_and_without_a_baseline(api: str, index: Index) -> None:
    clause = index.notice(index.notices()[0].doc_id).clauses[0]
    for parameters in ({}, {"baseline": clause.clause_id}):
        for found in asked(api, "/precedents", text="养老机构用水、用电执行居民生活类价格。", **parameters).json:
            same(shapes.ClausePrecedents, found)


def test_what_a_model_wrote() -> None:
    quotation = Statement("开设护理课程", "a:1", 3, 9)
    written = Written("m", (WrittenSentence("开设课程。", (quotation,)),), ("figure", "unit"), "cut_off", "broke off")
    same(shapes.Written, written_object(written))
    same(shapes.Written, written_object(Written("m")))


def test_a_model_that_lacks_a_key_or_has_one_too_many_is_found(api: str) -> None:
    whole = asked(api, "/health").json
    same(shapes.Health, whole)
    for wrong in (whole | {"x": 1}, {key: value for key, value in whole.items() if key != "encoder"}):
        with pytest.raises(ValueError, match="validation error"):
            same(shapes.Health, wrong)


def test_the_objects_of_duties_are_those_of_the_library(api: str, index: Index) -> None:
    from indexer.duties import duties_of_unit, find_unit, tasks_of

    notice = index.notice(index.notices()[0].doc_id)
    assert asked(api, "/duties", notice=notice.doc_id, limit=500).json == breakdown_object(notice, tasks_of(notice))
    found = unit_duties_object(duties_of_unit(index, find_unit(index, "市商务局")))
    assert asked(api, "/duties", unit="市商务局", limit=500).json == found

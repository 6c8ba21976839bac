"""Notices that a question names by number or by title: in full, in 《》, or by a part that few titles have."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from indexer.index import Index
from indexer.records import Query
from indexer.search import ask, plan
from tests.plan_fixture import plan_index


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    with plan_index(tmp_path_factory.mktemp("titles")) as opened:
        yield opened


def titles(index: Index, doc_ids: tuple[str, ...]) -> str:
    return " ".join(index.notice(doc_id).title for doc_id in doc_ids)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("《砚湖区夜间经济发展行动方案》里夜市归谁?", "夜间经济发展行动方案"),
        ("《夜间经济发展行动方案》里夜市归谁?", "夜间经济发展行动方案"),  # without its place
        ("夜间经济发展行动方案里夜市归谁?", "夜间经济发展行动方案"),  # without 《》
        ("云泽市物流补贴实施细则补多少?", "物流补贴实施细则"),
        ("《关于印发江澜省养老服务促进办法的通知》给多少补助?", "养老服务促进办法"),
        ("云泽政办发〔2021〕18号里谁培训护理员?", "养老服务工作要点"),
        ("澜政发[2016]22号里大赛由谁办?", "工业设计"),
        ("请问江澜政办发（2022）31号给多少补助?", "养老服务促进办法"),
    ],
)
def test_a_notice_named_outright_restricts_to_it(index: Index, text: str, title: str) -> None:
    filters = plan(index, Query(text)).filters
    assert len(filters.doc_ids) == 1
    assert title in titles(index, filters.doc_ids)


@pytest.mark.parametrize(
    ("text", "title"),
    [("夜间经济发展谁来抓?", "夜间经济发展"), ("工业设计产业有哪些支持?", "工业设计产业")],
)
def test_a_part_that_few_titles_have_ranks_higher(index: Index, text: str, title: str) -> None:
    planned = plan(index, Query(text))
    assert planned.filters.doc_ids == ()
    assert title in titles(index, planned.boosts.doc_ids)


@pytest.mark.parametrize(
    "text",
    [
        "养老服务谁负责?",  # a topic
        "社区食堂由谁负责?",  # a clause's words, no title's
        "《夜间灯光设置导则》由谁编?",  # a document that no notice of the archive is
        "《意见》什么时候出?",  # too short to tell
        "行动方案由谁制定?",  # a kind of document
        "关于印发的通知有哪些?",
    ],
)
def test_what_names_no_title(index: Index, text: str) -> None:
    planned = plan(index, Query(text))
    assert (planned.filters.doc_ids, planned.boosts.doc_ids) == ((), ())


def test_a_number_that_no_notice_bears_is_a_reason_for_silence(index: Index) -> None:
    text = "云泽政办发〔2035〕77号里社区食堂由谁负责?"
    assert ask(index, Query(text)).abstained == "not_in_archive"
    assert [part.effect for part in plan(index, Query(text)).parts if part.kind == "doc_number"] == ["missing"]
    kept = plan(index, Query(text, without=("doc_number:云泽政办发203577号",)))
    assert [part for part in kept.parts if part.kind == "doc_number"] == []


def test_a_number_wins_over_a_place_that_contradicts_it_and_a_title_does_not(index: Index) -> None:
    numbered = plan(index, Query("澜川市在砚湖政办发〔2023〕7号里有什么任务?"))
    assert "夜间经济" in titles(index, numbered.filters.doc_ids)
    assert (numbered.filters.places, [part.kind for part in numbered.parts if part.effect == "filter"]) == (
        (),
        ["doc_number"],
    )
    titled = plan(index, Query("澜川市的夜间经济发展行动方案里夜市归谁?"))
    assert (titled.filters.places, titled.filters.doc_ids) == (("澜川市",), ())


def test_a_title_taken_back_restricts_nothing(index: Index) -> None:
    words = "砚湖区夜间经济发展行动方案"
    text = f"《{words}》里夜市归谁?"
    assert plan(index, Query(text, without=(f"title:{words}",))).filters.doc_ids == ()

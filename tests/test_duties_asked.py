"""Which clauses a question for a unit's duties means: of the notice, the year and the government that it names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.build import build
from indexer.index import Index, open_index
from indexer.records import Query
from indexer.search import ask, plan
from indexer.search.duties import document_hinted
from indexer.search.questions import asks
from tests.hash_encoder import HashEncoder

PENSIONS = """\
云泽市人民政府办公室关于印发云泽市养老服务行动方案的通知
云泽政办发〔2016〕18号
云泽市人民政府办公室
2016年3月9日
云泽市养老服务行动方案
一、规范收费。核定养老机构的收费标准。
责任单位:市物价局、市发展改革委
二、编制规划。编制养老设施布点规划。
责任单位:市发展改革委
"""

LOGISTICS = """\
云泽市人民政府办公室关于印发云泽市物流业振兴工作要点的通知
云泽政办发〔2019〕4号
云泽市人民政府办公室
2019年2月6日
云泽市物流业振兴工作要点
一、降低收费。清理涉及物流企业的收费项目。
责任单位:市发展改革委
二、扩大消费。组织物流企业对接电商平台。
责任单位:市商务局
"""

DISTRICT = """\
云泽市砚湖区人民政府办公室关于印发砚湖区夜间经济发展行动方案的通知
砚湖政办发〔2019〕7号
云泽市砚湖区人民政府办公室
2019年5月16日
砚湖区夜间经济发展行动方案
一、打造夜市街区。改造临湖路夜市,规范摊位设置。
牵头单位:区商务局
二、丰富夜游产品。推出灯光秀,由市里统一宣传。
牵头单位:市商务局
"""


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder: Path = tmp_path_factory.mktemp("duties-asked")
    for name, text in (("p.txt", PENSIONS), ("l.txt", LOGISTICS), ("d.txt", DISTRICT)):
        (folder / name).write_text(text, encoding="utf-8")
    build([folder], folder / "index", encoder=HashEncoder())
    with open_index(folder / "index", HashEncoder()) as opened:
        yield opened


def listed(index: Index, text: str, *without: str) -> list[str]:
    """How the clauses that are listed begin, sorted."""
    hits = ask(index, Query(text, without=without)).hits
    return sorted(index.clause(hit.clause_id).text[:4] for hit in hits)


def test_a_document_that_is_hinted_at_restricts(index: Index) -> None:
    assert listed(index, "云泽市发展改革委在养老方案里有哪些任务?") == ["编制规划", "规范收费"]
    assert listed(index, "云泽市发展改革委在物流要点里有哪些任务?") == ["降低收费"]
    assert listed(index, "云泽市发展改革委有哪些任务?") == ["编制规划", "规范收费", "降低收费"]


def test_a_document_that_is_hinted_at_can_be_taken_back(index: Index) -> None:
    text = "云泽市发展改革委在养老方案里有哪些任务?"
    assert ("title:养老", "filter") in [(part.key, part.effect) for part in plan(index, Query(text)).parts]
    assert len(listed(index, text, "title:养老")) == 3


def test_a_document_that_gives_the_unit_nothing_restricts_nothing(index: Index) -> None:
    assert len(listed(index, "云泽市发展改革委在人才方案里有哪些任务?")) == 3


@pytest.mark.parametrize(
    ("text", "words", "year"),
    [
        ("医保局在养老行动里有哪些任务?", "养老", None),
        ("物价局2016年养老意见里摊上哪些事?", "养老", "2016"),
        ("财政局在关于物流振兴的意见中要做什么?", "物流振兴", None),
    ],
)
def test_how_documents_are_hinted_at(text: str, words: str, year: str | None) -> None:
    hinted = document_hinted(text)
    assert hinted is not None
    assert (hinted.words, hinted.year) == (words, year)


@pytest.mark.parametrize(
    "text",
    [
        "商务局有哪些任务?",
        "在方案里有哪些任务?",
        "养老意见和消费方案里有哪些任务?",  # two documents
        "规划中心有哪些任务?",
        "养老政策内容有哪些?",
        "人才计划里程碑有哪些?",
    ],
)
def test_what_hints_at_no_document(text: str) -> None:
    assert document_hinted(text) is None


def test_where_a_unit_has_its_own_name_others_of_the_notice_are_others(index: Index) -> None:
    assert listed(index, "云泽市物价局在养老方案里有哪些任务?") == ["规范收费"]


def test_a_citys_bodies_are_not_those_of_its_districts(index: Index) -> None:
    assert listed(index, "云泽商务局有哪些任务?") == ["丰富夜游", "扩大消费"]  # 市商务局 in the district's notice too
    assert listed(index, "砚湖区商务局有哪些任务?") == ["打造夜市"]


@pytest.mark.parametrize(
    "text",
    [
        "数据局当牵头单位的活有哪些?",
        "数据局牵头、配合了哪几条?",
        "民政局承担几条?",
        "财政局的工作都有哪些?",
    ],
)
def test_what_asks_for_duties(text: str) -> None:
    assert asks("asks_duties", text)


@pytest.mark.parametrize("text", ["夜市摊位几点收?", "补贴给多少?", "有哪些补贴?"])
def test_what_does_not_ask_for_duties(text: str) -> None:
    assert not asks("asks_duties", text)

"""Figures of one notice that contradict each other are found; figures that only differ are not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.build import build
from indexer.index import Index, open_index
from indexer.notices import parse
from indexer.records import Block, Clause, Query, RawNotice, Source
from indexer.search import ask
from indexer.search.conflicts import conflicting_figures
from tests.hash_encoder import HashEncoder

HEAD = "云泽市人民政府关于印发养老服务三年行动方案的通知\n各区人民政府，市政府各部门:\n现将《养老服务三年行动方案》印发给你们。\n"


def clauses_of(text: str) -> list[Clause]:
    lines = [line for line in (HEAD + text).split("\n") if line.strip()]
    source = Source("notice.txt", None, "0" * 64, "text/plain")
    return list(parse(RawNotice(source, tuple(Block(line) for line in lines))).clauses)


def told(text: str, question: str) -> list[tuple[str, str]]:
    found = clauses_of(text)
    pairs = conflicting_figures(found, found, question)
    return [(one.phrase, other.phrase) for one, other in pairs]


BEDS = "全市新增护理型床位多少张?"


@pytest.mark.parametrize(
    ("text", "question", "values"),
    [
        pytest.param(
            "一、主要目标\n到2025年，新增护理型床位6000张。\n二、保障措施\n（一）抓好床位建设。2025年新增护理型床位5200张。",
            BEDS,
            ("6000", "5200"),
            id="body and measure",
        ),
        pytest.param(
            "一、主要目标\n新增护理型床位2~3千张。\n二、任务\n（一）扩大供给。新增护理型床位4000张。",
            "新增护理型床位到底多少张?",
            ("2~3", "4000"),
            id="range and number",
        ),
        pytest.param(
            "一、补贴标准\n对新建民办养老机构，每张床位给予建设补贴1.2万元。\n二、附则\n（一）资金拨付。民办养老机构每张床位建设补贴1万元，由市财政局拨付。",
            "民办养老机构建设补贴是1.2万元还是1万元?",
            ("1.2", "1万"),
            id="amount for each bed",
        ),
    ],
)
def test_two_figures_for_one_thing_are_a_conflict(text: str, question: str, values: tuple[str, str]) -> None:
    pairs = told(text, question)
    assert len(pairs) == 1
    assert all(value in phrase for value, phrase in zip(values, pairs[0], strict=True))


@pytest.mark.parametrize(
    ("text", "question"),
    [
        pytest.param(
            "一、主要目标\n2024年新增护理型床位3000张。\n二、任务\n（一）扩大供给。2025年新增护理型床位5200张。",
            BEDS,
            id="different years",
        ),
        pytest.param(
            "一、主要目标\n新增护理型床位6000张。\n二、任务\n（一）扩大供给。新增护理型床位6000张。", BEDS, id="same"
        ),
        pytest.param(
            "一、主要目标\n新增护理型床位6000张。\n二、任务\n（一）配齐人员。新增家庭养老床位800张。",
            BEDS,
            id="different things in one unit",
        ),
        pytest.param(
            "一、分区任务\n（一）砚湖区。新增护理型床位2000张。\n（二）鹭洲区。新增护理型床位1500张。",
            BEDS,
            id="items side by side",
        ),
        pytest.param(
            "一、主要目标\n三年新增护理型床位6000张。\n二、任务\n（一）扩大供给。当年新增护理型床位2000张。",
            BEDS,
            id="a sum of years and one year",
        ),
        pytest.param(
            "一、补贴标准\n分别奖励一级、二级机构护理补贴20万元、10万元。\n二、附则\n（一）拨付。二级机构护理补贴10万元分两次拨付。",
            "二级机构护理补贴多少钱?",
            id="one of several repeated",
        ),
        pytest.param(
            "一、主要目标\n新增护理型床位6000张。\n二、任务\n（一）扩大供给。新增护理型床位5200张。",
            "护理型床位由谁负责?",
            id="figures are not asked for",
        ),
        pytest.param(
            "一、补贴标准\n每张护理型床位补贴500元。\n二、预算\n（一）经费。安排护理型床位补贴260万元。",
            "护理型床位补贴多少钱?",
            id="for each and for all",
        ),
    ],
)
def test_figures_that_only_differ_are_none(text: str, question: str) -> None:
    assert told(text, question) == []


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("conflicts")
    (folder / "notices").mkdir()
    body = "一、主要目标\n到2025年，新增护理型床位6000张。\n二、保障措施\n（一）抓好床位建设。2025年新增护理型床位5200张。\n"
    Path(folder / "notices" / "a.txt").write_text(HEAD + body, encoding="utf-8")
    build([folder / "notices"], folder / "index", encoder=HashEncoder(dim=256))
    with open_index(folder / "index", HashEncoder(dim=256)) as opened:
        yield opened


def test_an_answer_shows_both_places_as_located_quotations(index: Index) -> None:
    answer = ask(index, Query("新增护理型床位多少张?"))
    assert len(answer.conflicts) == 1
    conflict = answer.conflicts[0]
    assert conflict.about == "figures"
    for place in (conflict.first, conflict.second):
        body = index.notice(index.clause(place.clause_id).doc_id).body
        assert body[place.start : place.end] == place.text
    assert {"6000" in conflict.first.text, "6000" in conflict.second.text} == {True, False}

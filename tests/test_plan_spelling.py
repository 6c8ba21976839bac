"""Slips of the pen: mended where the archive leaves no doubt, and never a word that is right."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from indexer.characters import simplified
from indexer.index import Index
from indexer.records import Correction, Query
from indexer.search import ask, plan
from indexer.search.spelling import corrected
from indexer.vocabulary import cut
from tests.plan_fixture import plan_index


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    with plan_index(tmp_path_factory.mktemp("spelling")) as opened:
        yield opened


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("养老服物归谁管?", "养老服务归谁管?"),  # same sound
        ("物留补贴谁来发?", "物流补贴谁来发?"),
        ("夜间经挤谁牵头?", "夜间经济谁牵头?"),
        ("社区食堂由哪个负责部们管?", "社区食堂由哪个负责部门管?"),  # a word of the question
        ("夜市的责任但位是谁?", "夜市的责任单位是谁?"),
        ("云择市民政局有哪些任务?", "云泽市民政局有哪些任务?"),  # a place
        ("云泽市民正局有哪些任务?", "云泽市民政局有哪些任务?"),  # a unit
        ("养老务服谁来抓?", "养老服务谁来抓?"),  # two characters exchanged
    ],
)
def test_a_slip_is_mended(index: Index, text: str, meant: str) -> None:
    assert corrected(index, text)[0] == meant


@pytest.mark.parametrize(
    "text",
    [
        "养老服务归谁管?",
        "首店奖励多少钱?",  # words that the dictionary does not know, and no term is like
        "研学旅行归哪个局?",
        "碳汇交易怎么做?",
        "老楼装电梯补几万?",  # two words, not one of another spelling
        "护河护得好不好?",
        "能补几块钱?",
        "杭州的养老补贴",  # a place that the gazetteer knows
        "鹿城区夜市归谁管?",
        "双随机一公开谁来查?",
        "人社局和发改委管什么?",
        "谁管得着?",
        "湖边的夜食有哪些?",
    ],
)
def test_what_is_right_is_left_alone(index: Index, text: str) -> None:
    assert corrected(index, text) == (text, ())


@pytest.mark.xfail(strict=True, reason="a new word that the dictionary lacks and a term of the archive sounds like")
def test_a_new_word_that_sounds_like_another_is_left_alone(index: Index) -> None:
    assert corrected(index, "青年专享的贷款有哪些?") == ("青年专享的贷款有哪些?", ())


def test_words_that_the_dictionary_does_not_know_come_singly() -> None:
    assert cut("养老服物") == ["养老", "服", "物"]


def test_a_correction_is_told_and_can_be_taken_back(index: Index) -> None:
    text = "物留补贴谁来发?"
    planned = plan(index, Query(text))
    assert planned.corrections == (Correction("物留", "物流"),)
    assert "物流" in planned.topic
    assert [part.key for part in planned.parts if part.kind == "correction"] == ["correction:物留→物流"]
    kept = plan(index, Query(text, without=("correction:物留→物流",)))
    assert kept.corrections == ()
    assert "物留" in kept.topic


def test_a_draft_is_left_as_it_was_pasted(index: Index) -> None:
    draft = "支持餐饮企业进社区开办助餐点,为行动不便的老年人提供养老服物和上门送餐。"
    assert plan(index, Query(draft)).text == draft


def test_a_mended_question_is_answered_like_the_right_one(index: Index) -> None:
    slip, right = (ask(index, Query(text)) for text in ("云择市民政局有哪些任务?", "云泽市民政局有哪些任务?"))
    assert slip.statements == right.statements != ()


def test_mending_is_quick(index: Index) -> None:
    text = "云择市民政局在夜间经挤和养老务服里有哪些任务,护理人员培训归谁管?"
    corrected(index, text)
    best = min(_seconds(index, text) for _ in range(5))
    assert best < 0.005


def _seconds(index: Index, text: str) -> float:
    started = time.process_time()
    corrected(index, text)
    return time.process_time() - started


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("護理人員培訓　歸誰管？", "护理人员培训 归谁管?"),
        ("臺賬在後面", "台账在后面"),  # by words: 後 is 后
        ("乾燥、幹部、若干", "干燥、干部、若干"),
        ("ＡＩ算力２０２５年", "AI算力2025年"),
        ("「十四五」期間", "「十四五」期间"),
    ],
)
def test_traditional_and_wide_characters_are_folded(text: str, plain: str) -> None:
    assert simplified(text) == plain


@pytest.mark.parametrize("text", ["乾隆著作", "慰藉", "瞭望塔", "皇后", "山谷里的五谷", "一只猫"])
def test_simplified_characters_stay(text: str) -> None:
    assert simplified(text) == text

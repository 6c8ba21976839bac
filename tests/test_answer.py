"""Answers over three fictional notices: units with roles, duties, facts, comparison, precedents, silence; all located."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from indexer.errors import UsageError
from indexer.index import Index
from indexer.records import Answer, Clause, Query, Silence, UnitMention
from indexer.search import ask
from indexer.search.conflicts import contradicting_clauses
from indexer.search.facts import find_facts, states
from indexer.search.sentences import answering_sentences, verified
from tests.search_fixture import small_index


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    with small_index(tmp_path_factory.mktemp("answer")) as opened:
        yield opened


def surfaces(answer: Answer) -> set[str]:
    return {unit.surface for unit in answer.units}


def quoted(answer: Answer) -> str:
    return " ".join(statement.text for statement in answer.statements)


# --- units ---------------------------------------------------------------------------------------


def test_the_units_of_the_clause_that_fits(index: Index) -> None:
    answer = ask(index, Query("云泽护理人员培训由哪些单位负责?"))
    assert answer.kind == "units"
    assert surfaces(answer) == {"市人力社保局", "市教育局"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("改造夜市、规范摊位由谁牵头?", {"区商务局"}),
        ("改造夜市、规范摊位要哪些单位配合?", {"区综合执法局", "临湖街道"}),
        ("改造夜市、规范摊位,哪个街道要配合?", {"临湖街道"}),
        ("改造夜市、规范摊位归谁管?", {"区商务局", "区综合执法局", "临湖街道"}),
        ("改造临湖路夜市、规范摊位设置,除了综合执法部门还有哪些单位?", {"区商务局", "临湖街道"}),
    ],
)
def test_a_role_or_kind_that_is_asked_for_is_what_is_answered(index: Index, text: str, expected: set[str]) -> None:
    assert surfaces(ask(index, Query(text))) == expected


def test_each_unit_names_a_clause_among_the_hits(index: Index) -> None:
    answer = ask(index, Query("云泽护理人员培训由哪些单位负责?"))
    assert {unit.clause_id for unit in answer.units} <= {hit.clause_id for hit in answer.hits}


# --- duties --------------------------------------------------------------------------------------


def test_duties_are_every_clause_of_the_unit_under_the_place(index: Index) -> None:
    answer = ask(index, Query("云泽市民政局要做哪些工作?"), k=1)
    assert answer.kind == "duties"
    texts = [index.clause(hit.clause_id).text for hit in answer.hits]
    assert len(texts) == 2
    assert any("社区食堂" in text for text in texts)
    assert any("一次性补贴" in text for text in texts)


def test_duties_of_one_role(index: Index) -> None:
    lead = ask(index, Query("砚湖区商务局牵头哪些工作?"))
    assert lead.kind == "duties"
    assert {unit.role for unit in lead.units} == {"lead"}


# --- facts, sentences, precedents ----------------------------------------------------------------


def test_the_sentence_with_the_fact_is_quoted(index: Index) -> None:
    answer = ask(index, Query("云泽新建民办养老机构每张床位补贴多少钱?"))
    assert answer.kind == "targets"
    assert answer.abstained is None
    assert "1.2万元" in quoted(answer)


def test_a_comparison_quotes_each_place_once(index: Index) -> None:
    answer = ask(index, Query("社区食堂送餐上门、延长营业时间为独居老人晚间照护,各地对比一下"))
    assert answer.kind == "comparison"
    places = [index.notice(index.clause(s.clause_id).doc_id).title for s in answer.statements]
    assert len(set(places)) == 2


def test_a_draft_gets_precedents_in_full(index: Index) -> None:
    answer = ask(index, Query("支持餐饮企业进社区开办助餐点,为行动不便的高龄老年人提供送餐上门服务。"))
    assert answer.kind == "wording"
    assert answer.statements[0].text == index.clause(answer.statements[0].clause_id).text


@pytest.mark.parametrize(
    "text",
    [
        "云泽护理人员培训由哪些单位负责?",
        "云泽市民政局要做哪些工作?",
        "云泽新建民办养老机构每张床位补贴多少钱?",
        "夜游有哪些新产品?",
        "社区食堂送餐上门、延长营业时间为独居老人晚间照护,各地对比一下",
        "支持餐饮企业进社区开办助餐点,为行动不便的高龄老年人提供送餐上门服务。",
    ],
)
def test_every_statement_stands_where_it_says(index: Index, text: str) -> None:
    answer = ask(index, Query(text))
    assert answer.statements
    for statement in answer.statements:
        clause = index.clause(statement.clause_id)
        assert index.notice(clause.doc_id).body[statement.start : statement.end] == statement.text
        assert clause.start <= statement.start < statement.end <= clause.end


def test_a_quotation_outside_its_clause_is_refused(index: Index, caplog: pytest.LogCaptureFixture) -> None:
    hit = ask(index, Query("云泽护理人员培训由哪些单位负责?")).hits[0]
    clause = index.clause(hit.clause_id)
    notice = index.notice(clause.doc_id)
    assert verified(notice, clause, clause.start, clause.end) is not None
    assert verified(notice, clause, clause.start - 3, clause.end) is None
    assert verified(replace(notice, body="x" + notice.body), clause, clause.start, clause.end) is None
    assert "does not stand in the clause" in caplog.text


def test_an_answer_repeats_exactly(index: Index) -> None:
    query = Query("社区食堂归哪些单位管?")
    assert ask(index, query) == ask(index, query)


# --- silence -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("杭州市的社区食堂归哪个局管?", "not_in_archive"),  # a real place that no notice is from
        ("云泽2016年的养老工作怎么安排?", "not_in_archive"),  # a year that the place has no notice of
        ("宣传孝老敬老的典型由哪个部门负责?", "no_unit_named"),
        ("湖上夜游航线票价多少钱?", "insufficient_match"),  # near, but no money is stated
        ("“澜川杯”工业设计大赛的组委会主任是谁?", "insufficient_match"),
    ],
)
def test_silence_has_a_reason(index: Index, text: str, reason: Silence) -> None:
    answer = ask(index, Query(text))
    assert answer.abstained == reason
    assert answer.units == ()
    assert answer.statements == ()
    assert answer.hits


def test_two_tellings_of_one_task_with_other_leaders_conflict() -> None:
    def clause(number: str, text: str, *names: str) -> Clause:
        units = tuple(UnitMention(name, name, "lead", False, 0, 0, "test") for name in names)
        return Clause(f"d:{number}", "d", number, (), text, 0, len(text), units)

    task = "改造临湖路夜市,规范摊位设置"
    one, other = clause("1", task, "区商务局"), clause("2", task + ",建成特色夜市3条", "区城管局")
    same, apart = clause("3", task, "区商务局"), clause("4", "开发湖上夜游航线,推出灯光秀", "区城管局")
    assert contradicting_clauses([one, other]) == (one, other)
    assert contradicting_clauses([one, same]) is None
    assert contradicting_clauses([one, apart]) is None
    assert contradicting_clauses([one, replace(other, doc_id="e")]) is None  # another notice may differ


def test_what_the_question_states_is_no_answer() -> None:
    text = "安排养老预算880万元,其中人才120万元。另建食堂40家。"
    assert states(("money",), text, "880万元预算里人才分多少?")
    assert not states(("money",), "安排养老预算880万元。", "880万元预算里人才分多少?")
    # the fact must stand in the sentence that shares the figure
    assert not states(("year",), "增加值达到95亿元。到2020年游客翻番。", "增加值95亿元要到哪一年?")
    assert states(("year",), "到2020年增加值达到95亿元。", "增加值95亿元要到哪一年?")


def test_a_person_must_hold_the_post_asked_about() -> None:
    text = "成立领导小组,由副市长王云舟任组长,市民政局局长李青禾任副组长。"
    assert find_facts("person", text, "组长是谁?")
    assert not find_facts("person", text, "办公室主任是谁?")


def test_sentences_that_answer_come_in_the_order_of_the_text() -> None:
    text = "完善服务网络,方便群众。对新建机构按每张床位1.2万元给予补贴。" * 2 + "加强宣传,营造氛围。"
    clause = Clause("d:1", "d", "1", (), text, 100, 100 + len(text))
    spans = answering_sentences(clause, "新建机构床位补贴", ("money",), [text])
    assert spans == sorted(spans)
    assert all("补贴" in text[start - 100 : end - 100] for start, end in spans)


def test_mistakes_are_those_of_search(index: Index) -> None:
    with pytest.raises(UsageError, match="empty"):
        ask(index, Query(" "))
    with pytest.raises(UsageError, match="k must be"):
        ask(index, Query("养老"), k=0)

"""The scores themselves: exact numbers for hand-made records, 1 for a perfect run, 0 for an empty one."""

# ruff: noqa: ANN401 - keyword values are handed on to records as they are
from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from eval import __main__ as command
from eval import answers, deviations, fields, gold, headers, intervals, judging, matching, retrieval, tables, windows
from eval.gold import GoldClause, GoldQuery
from indexer.errors import UsageError
from indexer.notices import parse
from indexer.records import (
    Answer,
    AnswerUnit,
    Clause,
    Deadline,
    Filters,
    Hit,
    Notice,
    Place,
    Plan,
    Query,
    Role,
    Source,
    Statement,
    Target,
    UnitMention,
)
from indexer.sources import read

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"


def judged(quote: str, end: str, **more: Any) -> GoldClause:
    record = {"doc": "900", "quote": quote, "end_quote": end, **more}
    return gold._clause(record, "test")


def mention(surface: str, role: Role = "responsible", *, inherited: bool = False, rule: str = "label") -> UnitMention:
    return UnitMention(surface, surface, role, inherited, 0, len(surface), rule)


def clause(number: int, text: str, **more: Any) -> Clause:
    return replace(Clause(f"900:{number}", "900", f"{number}.", (), text, 0, len(text)), **more)


def notice(**more: Any) -> Notice:
    values: dict[str, Any] = {
        "doc_id": "900",
        "title": "云泽市人民政府办公室关于加快夜间经济发展的通知",
        "kind": "通知",
        "issuers": ("云泽市人民政府办公室",),
        "doc_number": "云泽政办发〔2021〕12号",
        "index_number": None,
        "addressees": ("各区人民政府", "市政府各部门"),
        "issued_on": "2021-05-06",
        "published_on": None,
        "place": Place(province="江澜省", city="云泽市"),
        "level": "city",
        "cites": (),
        "attachments": (),
        "body": "",
        "clauses": (),
        "warnings": (),
        "source": Source("900.txt", None, "0" * 64, "text/plain"),
    }
    return Notice(**{**values, **more})


THREE = (
    judged(
        "建设夜市三处",
        "年底前开放。",
        responsible=["市商务局", "市城管局"],
        targets=["建设夜市三处"],
        deadline="年底前",
    ),
    judged("开通夜班公交", "覆盖主要商圈;", lead=["市交通运输局"], support=["市公交集团"]),
    judged("举办灯会", "举办灯会", persons=["陆 遥"]),
)


class TestMatching:
    def test_a_clause_with_the_quote_and_the_end_matches(self) -> None:
        found = matching.align(THREE[:1], [clause(1, "支持各区建设夜市 三处,年底前开放。")])
        assert len(found.pairs) == 1
        assert not found.missed
        assert not found.spurious

    @pytest.mark.parametrize(
        "text", ["开通夜班公交,覆盖主要商圈", "开通夜班公交,覆盖主要商圈；", "开通夜班公交，覆盖主要商圈。"]
    )
    def test_trailing_stops_and_full_width_forms_do_not_matter(self, text: str) -> None:
        assert len(matching.align(THREE[1:2], [clause(1, text)]).pairs) == 1

    def test_a_clause_that_goes_on_does_not_match(self) -> None:
        found = matching.align(THREE[:1], [clause(1, "建设夜市三处,年底前开放。责任单位:市商务局")])
        assert found.pairs == ()
        assert len(found.missed) == len(found.spurious) == 1

    def test_two_judged_clauses_in_one_do_not_match(self) -> None:
        found = matching.align(THREE[:2], [clause(1, "建设夜市三处,年底前开放。开通夜班公交,覆盖主要商圈;")])
        assert found.pairs == ()
        assert len(found.missed) == 2

    def test_a_repeated_clause_matches_once(self) -> None:
        found = matching.align(THREE[2:], [clause(1, "举办灯会"), clause(2, "举办灯会")])
        assert len(found.pairs) == len(found.spurious) == 1

    def test_tally_gives_precision_recall_and_f1(self) -> None:
        tally = matching.Tally(right=3, said=4, judged=6)
        assert (tally.precision, tally.recall, tally.f1) == (0.75, 0.5, 0.6)

    def test_nothing_said_about_something_scores_zero_and_about_nothing_one(self) -> None:
        assert (matching.Tally(0, 0, 5).precision, matching.Tally(0, 0, 5).f1) == (0.0, 0.0)
        assert (matching.Tally().precision, matching.Tally().recall, matching.Tally().f1) == (1.0, 1.0, 1.0)


class TestFields:
    def perfect(self) -> list[Clause]:
        return [
            clause(
                1,
                "建设夜市三处,年底前开放。",
                units=(mention("市商务局"), mention("市城管局")),
                targets=(Target("建设夜市三处", 0, 6),),
                deadline=Deadline("年底前", 7, 10),
            ),
            clause(
                2,
                "开通夜班公交,覆盖主要商圈;",
                units=(mention("市交通运输局", "lead"), mention("市公交集团", "support")),
            ),
            clause(3, "举办灯会", persons=("陆遥",)),
        ]

    def test_a_perfect_run_scores_one_everywhere(self) -> None:
        assert {tally.f1 for tally in fields.score_notice(THREE, self.perfect()).values()} == {1.0}

    def test_an_empty_run_scores_zero_wherever_something_was_judged(self) -> None:
        scores = fields.score_notice(THREE, [])
        assert {name: tally.f1 for name, tally in scores.items() if tally.judged} == dict.fromkeys(
            set(fields.FIELDS) - {"inherited units"}, 0.0
        )

    def test_a_wrong_role_counts_for_units_and_not_for_roles(self) -> None:
        clauses = self.perfect()
        clauses[1] = clause(2, clauses[1].text, units=(mention("市交通运输局"), mention("市公交集团", "support")))
        scores = fields.score_notice(THREE, clauses)
        assert scores["units"] == matching.Tally(4, 4, 4)
        assert scores["units + roles"] == matching.Tally(3, 4, 4)

    def test_units_of_missed_clauses_are_missed_and_of_spurious_ones_wrong(self) -> None:
        clauses = [*self.perfect()[1:], clause(4, "另一段", units=(mention("市教育局"),))]
        assert fields.score_notice(THREE, clauses)["units"] == matching.Tally(2, 3, 4)

    def test_brackets_of_either_width_name_the_same_unit(self) -> None:
        one = (judged("举办灯会", "举办灯会", responsible=["高新区(科学城)管委会"]),)
        clauses = [clause(1, "举办灯会", units=(mention("高新区（科学城）管委会"),))]
        assert fields.score_notice(one, clauses)["units + roles"].f1 == 1.0

    def test_a_unit_judged_as_inherited_only_is_allowed_beside_the_roles(self) -> None:
        one = (judged("举办灯会", "举办灯会", responsible=["市文旅局"], inherited=["各区政府"]),)
        units = (mention("市文旅局"), mention("各区政府", inherited=True))
        scores = fields.score_notice(one, [clause(1, "举办灯会", units=units)])
        assert scores["units + roles"] == matching.Tally(1, 1, 1)
        assert scores["inherited units"] == matching.Tally(1, 1, 1)

    def test_overlapping_spans_count_apart_from_exact_ones(self) -> None:
        clauses = self.perfect()
        clauses[0] = clause(1, clauses[0].text, deadline=Deadline("前", 9, 10), targets=(Target("夜市三处", 2, 6),))
        scores = fields.score_notice(THREE, clauses)
        assert scores["deadlines (exact)"] == matching.Tally(0, 1, 1)
        assert scores["deadlines (overlapping)"] == matching.Tally(1, 1, 1)
        assert scores["targets (overlapping)"] == matching.Tally(1, 1, 1)


class TestDeviations:
    def test_each_kind_of_deviation_has_its_line(self) -> None:
        clauses = (
            clause(1, "建设夜市三处,年底前开放。", units=(mention("市商务局", "lead"), mention("市教育局"))),
            clause(2, "开通夜班公交,覆盖主要商圈;举办灯会"),
        )
        lines = "\n".join(deviations.explain(THREE, notice(clauses=clauses)))
        assert "MISSED CLAUSE  '举办灯会' … '举办灯会': merged in 900:2" in lines
        assert "SPURIOUS CLAUSE 900:2" in lines
        assert "MISSED UNIT 市商务局 as responsible in 900:1 '建设夜市三处,年底前开放。' (said lead)" in lines
        assert "SPURIOUS UNIT 市教育局 as responsible by label" in lines
        assert "MISSED DEADLINE '年底前'" in lines

    def test_a_perfect_notice_has_none(self) -> None:
        assert deviations.explain(THREE, notice(clauses=tuple(TestFields().perfect()))) == []


class TestHeader:
    meta: dict[str, Any] = {
        "doc": "900",
        "title": "云泽市人民政府办公室关于加快夜间经济发展的通知",
        "issuer": "云泽市人民政府办公室",
        "doc_number": "云泽政办发[2021]12号",
        "written_date": "2021-05-06",
        "published_date": None,
        "region": "云泽市",
        "level": "city",
        "addressees": ["各区人民政府", "市政府各部门"],
        "cites": [],
    }

    def test_right_elements_are_right_and_absent_ones_not_scored(self) -> None:
        meta = {**self.meta, "doc_number": "云泽政办发〔2021〕12号"}
        scores = headers.score_header(meta, notice())
        assert set(scores.values()) == {True}
        assert "index_number" not in scores

    def test_an_invented_value_is_wrong(self) -> None:
        scores = headers.score_header({**self.meta, "doc_number": None}, notice())
        assert scores["doc_number"] is False

    def test_another_place_is_wrong(self) -> None:
        meta = {**self.meta, "region": "澜川市"}
        assert headers.score_header(meta, notice())["region"] is False

    def test_a_page_line_inside_a_clause_is_found(self) -> None:
        meta = {**self.meta, "furniture": ["浏览次数:12"]}
        assert headers.score_header(meta, notice())["furniture kept out"] is True
        dirty = notice(clauses=(clause(1, "建设夜市。 浏览次数:12"),))
        assert headers.score_header(meta, dirty)["furniture kept out"] is False


class TestGold:
    def test_files_are_found_by_stem_or_prefix(self) -> None:
        files = [Path("000_ab.txt"), Path("001.txt"), Path("001-copy.txt")]
        assert gold.files_of_docs(["000", "001"], files) == {"000": files[0], "001": files[1]}

    @pytest.mark.parametrize("doc", ["7", "0"])
    def test_no_file_or_several_is_an_error(self, doc: str) -> None:
        with pytest.raises(UsageError, match=r"no file|2 files"):
            gold.files_of_docs([doc], [Path("000.txt"), Path("001.txt")])

    def test_a_split_is_read_from_the_record_or_the_file_name(self, tmp_path: Path) -> None:
        one = {"qid": "a", "type": "unit", "query": "夜市归谁管?"}
        (tmp_path / "queries_tune.jsonl").write_text(json.dumps(one), encoding="utf-8")
        other = {**one, "qid": "b", "split": "test"}
        (tmp_path / "queries_more.jsonl").write_text(json.dumps(other), encoding="utf-8")
        assert [query.query_id for query in gold.load_gold(tmp_path, split="tune").queries] == ["a"]
        assert [query.query_id for query in gold.load_gold(tmp_path, split="test").queries] == ["b"]
        assert len(gold.load_gold(tmp_path).queries) == 2

    def test_a_broken_record_says_where(self, tmp_path: Path) -> None:
        (tmp_path / "queries_x.jsonl").write_text('{"qid": "a"}', encoding="utf-8")
        with pytest.raises(UsageError, match=r"queries_x.jsonl:1: no 'query'"):
            gold.load_gold(tmp_path)

    def test_a_repeated_question_id_is_refused(self, tmp_path: Path) -> None:
        line = json.dumps({"qid": "a", "type": "unit", "query": "夜市归谁管?"})
        (tmp_path / "queries_x.jsonl").write_text(f"{line}\n{line}\n", encoding="utf-8")
        with pytest.raises(UsageError, match="stands twice"):
            gold.load_gold(tmp_path)


def question(query_id: str, kind: str = "content", **more: Any) -> GoldQuery:
    return gold.read_question(
        {"qid": query_id, "type": kind, "query": "夜市归谁管?", **more}, "test", collection="queries_x"
    )


class Notices:
    """Notices held in memory, looked up as in an index."""

    def __init__(self, *notices: Notice) -> None:
        self._notices = {notice.doc_id: notice for notice in notices}

    def notices(self) -> list[Notice]:
        return list(self._notices.values())

    def sources(self, doc_id: str) -> list[Source]:
        return [self._notices[doc_id].source]

    def notice(self, doc_id: str) -> Notice:
        return self._notices[doc_id]

    def clause(self, clause_id: str) -> Clause:
        return next(c for n in self._notices.values() for c in n.clauses if c.clause_id == clause_id)


class TestJudging:
    archive = Notices(
        notice(
            clauses=(
                clause(1, "建设夜市 三处。"),
                clause(2, "覆盖主要商圈。", headings=("一、开通夜班公交",)),
            )
        )
    )

    def test_a_quote_is_looked_up_in_texts_then_in_headings(self) -> None:
        query = question(
            "q1",
            relevant=[
                {"doc": "900", "quote": "建设夜市三处", "grade": 2},
                {"doc": "900", "quote": "夜班公交", "grade": 1},
            ],
        )
        assert judging.judge([query], self.archive).grades == {"q1": {"900:1": 2, "900:2": 1}}

    def test_a_relevant_quote_in_no_clause_stays_as_something_nothing_can_find(self) -> None:
        query = question(
            "q1",
            relevant=[{"doc": "900", "quote": "举办灯会", "grade": 2}],
            nonrelevant=[{"doc": "900", "quote": "没有的话"}],
        )
        judged = judging.judge([query], self.archive)
        assert judged.grades == {"q1": {"unresolved:900:举办灯会": 2}}
        assert len(judged.unresolved) == 2

    def test_two_quotes_in_one_clause_give_its_higher_grade(self) -> None:
        quotes = [{"doc": "900", "quote": "建设", "grade": 1}, {"doc": "900", "quote": "三处", "grade": 2}]
        assert judging.judge([question("q1", relevant=quotes)], self.archive).grades == {"q1": {"900:1": 2}}

    def test_a_judged_notice_outside_the_index_is_an_error(self) -> None:
        with pytest.raises(UsageError, match="no file for the judged notice 901"):
            judging.judge([question("q1", relevant=[{"doc": "901", "quote": "建设", "grade": 1}])], self.archive)


class TestRetrieval:
    grades = {"q1": {"a": 2, "b": 1, "c": 0}, "q2": {"a": 1}}  # noqa: RUF012

    def test_measures_are_those_worked_out_by_hand(self) -> None:
        scores = retrieval.measure(self.grades, {"q1": [("b", 0.9), ("z", 0.8), ("a", 0.7)]})
        # (1/log2(2) + 2/log2(4)) / (2/log2(2) + 1/log2(3)) = 2 / 2.63093
        assert scores["nDCG@10"]["q1"] == pytest.approx(0.760188, abs=1e-6)
        assert (scores["R@10"]["q1"], scores["R@100"]["q1"], scores["RR@10"]["q1"]) == (1.0, 1.0, 1.0)
        assert scores["Judged@10"]["q1"] == pytest.approx(2 / 3)

    def test_a_question_without_a_result_scores_0_and_stays(self) -> None:
        scores = retrieval.measure(self.grades, {"q1": [("a", 1.0), ("b", 0.5)], "q2": []})
        assert scores["nDCG@10"] == {"q1": 1.0, "q2": 0.0}
        assert retrieval.measure(self.grades, {})["RR@10"] == {"q1": 0.0, "q2": 0.0}

    def test_a_perfect_run_scores_one(self) -> None:
        scores = retrieval.measure(self.grades, {"q1": [("a", 2.0), ("b", 1.0)], "q2": [("a", 1.0)]})
        assert {name: set(values.values()) for name, values in scores.items()} == {
            name: {1.0} for name in retrieval.MEASURES
        }

    def test_equal_scores_keep_the_order_of_the_run(self) -> None:
        one = retrieval.measure({"q": {"z": 1, "a": 0}}, {"q": [("z", 0.5), ("a", 0.5)]})
        assert one["RR@10"]["q"] == 1.0

    def test_an_unresolved_judgement_lowers_the_score(self) -> None:
        scores = retrieval.measure({"q": {"a": 1, "unresolved:900:x": 1}}, {"q": [("a", 1.0)]})
        assert scores["R@100"]["q"] == 0.5
        assert scores["nDCG@10"]["q"] == pytest.approx(1 / (1 + 0.630930), abs=1e-6)

    def test_unanswerable_questions_and_duties_are_not_ranked(self) -> None:
        relevant = [{"doc": "900", "quote": "x", "grade": 1}]
        queries = [
            question("a", relevant=relevant),
            question("b", "unanswerable"),
            question("c", "duties", relevant=relevant),
        ]
        assert [query.query_id for query in retrieval.retrievable(queries)] == ["a"]

    def test_runs_are_written_in_trec_format(self, tmp_path: Path) -> None:
        judged = judging.Judged({"q1": {"a": 2, "unresolved:900:举 办": 1}}, {}, (), {})
        retrieval.write_runs(tmp_path, {"hybrid": {"q1": [("a", 0.5)]}}, judged)
        assert (tmp_path / "hybrid.run").read_text(encoding="utf-8") == "q1 Q0 a 1 0.500000 hybrid\n"
        assert (tmp_path / "qrels.txt").read_text(encoding="utf-8") == "q1 0 a 2\nq1 0 unresolved:900:举办 1\n"


class TestWindows:
    def test_windows_overlap_and_cover_everything(self) -> None:
        assert windows.cut("0123456789", size=4, overlap=1) == ["0123", "3456", "6789"]
        assert windows.cut("01", size=4, overlap=1) == ["01"]

    def test_every_window_that_holds_a_quote_has_its_grade(self) -> None:
        found = [
            windows.Window(f"900:w{n}", "900", "", text) for n, text in enumerate(("建设夜市", "夜 市三处", "三处。"))
        ]
        quotes = [{"doc": "900", "quote": "夜市", "grade": 1}, {"doc": "900", "quote": "三处", "grade": 2}]
        query = question("q", relevant=quotes, nonrelevant=[{"doc": "900", "quote": "建设"}])
        judged = judging.Judged({}, {}, (), {"900": "900"})
        grades = windows.judge_windows([query], found, judged).grades
        assert grades == {"q": {"900:w0": 1, "900:w1": 2, "900:w2": 2}}

    def test_a_quote_in_no_window_stays_as_something_nothing_can_find(self) -> None:
        query = question("q", relevant=[{"doc": "900", "quote": "灯会", "grade": 2}])
        judged = judging.Judged({}, {}, (), {"900": "900"})
        assert windows.judge_windows([query], [], judged).grades == {"q": {"unresolved:900:灯会": 2}}


class TestIntervals:
    def test_equal_values_have_no_spread(self) -> None:
        assert intervals.bootstrap_interval([0.5] * 8) == (0.5, 0.5)
        assert intervals.bootstrap_interval([]) == (0.0, 0.0)

    def test_the_interval_holds_the_mean_and_repeats(self) -> None:
        values = [0.0, 1.0] * 50
        low, high = intervals.bootstrap_interval(values)
        assert 0.38 < low < 0.5 < high < 0.62  # 0.5 ± 1.96·0.05
        assert intervals.bootstrap_interval(values) == (low, high)

    def test_p_counts_the_arrangements_at_least_as_extreme(self) -> None:
        # Five differences of the same sign: 2 of the 32 arrangements are as extreme.
        assert intervals.randomisation_p([1.0] * 5, [0.0] * 5) == pytest.approx(2 / 32, abs=0.01)
        assert intervals.randomisation_p([0.4, 0.6], [0.4, 0.6]) == 1.0


def unit(name: str, *, inherited: bool = False) -> AnswerUnit:
    return AnswerUnit(name, name, "responsible", inherited, "900:1")


def answer(query: GoldQuery, **more: Any) -> Answer:
    asked = Query(query.text, query.query_id)
    values: dict[str, Any] = {"kind": "units", "abstained": None, "units": (), "statements": (), "hits": ()}
    return Answer(asked, Plan(asked, "units", query.text, Filters()), **{**values, **more})


class TestAnswers:
    body = "一、夜市 建设夜市三处。(责任单位:市商务局)"
    archive = Notices(
        notice(
            body=body,
            clauses=(
                Clause(
                    "900:1",
                    "900",
                    "一、",
                    ("一、夜市",),
                    "建设夜市三处。",
                    5,
                    12,
                    (UnitMention("市商务局", "市商务局", "responsible", False, 18, 22, "label"),),
                ),
            ),
        )
    )

    def row(self, query: GoldQuery, **more: Any) -> answers.AnswerRow:
        return answers.answer_row(query, answer(query, **more), judging.judge([query], self.archive), self.archive)

    def test_units_are_right_by_name_and_wrong_ones_count(self) -> None:
        tally = answers.unit_tally(["市商务局", "市教育局"], [unit("市商务局"), unit("市公安局"), unit("市商务局")])
        assert tally == matching.Tally(1, 2, 2)

    def test_an_inherited_unit_does_no_harm(self) -> None:
        assert answers.unit_tally(["市商务局"], [unit("市商务局"), unit("各区政府", inherited=True)]).f1 == 1.0
        assert answers.unit_tally(["各区政府"], [unit("各区政府", inherited=True)]).f1 == 1.0

    def test_silence_where_units_are_judged_scores_zero(self) -> None:
        row = self.row(question("q", "unit", answer_units=["市商务局"]), abstained="no_unit_named")
        assert row.units == matching.Tally(0, 0, 1)
        assert row.false_silence

    @pytest.mark.parametrize(
        ("start", "end", "said", "located"),
        [
            (5, 12, "建设夜市三处。", True),
            (7, 9, "夜市", True),
            (18, 22, "市商务局", True),
            (2, 4, "夜市", False),
            (7, 9, "灯会", False),
        ],
    )
    def test_a_statement_is_located_in_its_clause_or_unit_line(
        self, start: int, end: int, said: str, located: bool
    ) -> None:
        row = self.row(question("q"), statements=(Statement(said, "900:1", start, end),))
        assert (row.located, row.statements) == (int(located), 1)

    def test_verbatim_answers_are_looked_for_inside_statements(self) -> None:
        query = question(
            "q", "target", answer_text="夜市 三处", relevant=[{"doc": "900", "quote": "建设夜市", "grade": 2}]
        )
        row = self.row(query, statements=(Statement("建设夜市三处。", "900:1", 5, 12),))
        assert (row.texts_found, row.relevant_statements) == (1, 1)

    def test_listed_duties_are_counted_against_every_judged_clause(self) -> None:
        tally = answers.duties_tally({"a": 2, "b": 2, "unresolved:x": 2}, {"c"}, ["a", "c", "d"])
        assert tally == matching.Tally(1, 2, 3)
        query = question("q", "duties", relevant=[{"doc": "900", "quote": "建设夜市", "grade": 2}])
        hit = Hit("q", "900:1", 1, 1.0, None, None)
        assert self.row(query, hits=(hit,)).duties == matching.Tally(1, 1, 1)
        assert self.row(query, hits=(hit,), abstained="not_in_archive").duties == matching.Tally(0, 0, 1)

    def test_silence_is_counted_with_its_reason(self) -> None:
        rows = (
            self.row(question("a", "unanswerable", reason="not_in_archive"), abstained="not_in_archive"),
            self.row(question("b", "unanswerable", reason="no_unit_named"), abstained="not_in_archive"),
            self.row(question("c", "unanswerable"), abstained="insufficient_match"),
            self.row(question("d", "unanswerable", reason="no_unit_named")),
            self.row(question("e"), abstained="insufficient_match"),
            self.row(question("f", "conflict"), abstained="conflicting_units"),
        )
        scored = answers.AnswerReport(rows)
        assert scored.silent == (3, 4)
        assert scored.false_silence == (1, 2)
        assert scored.reason_accuracy == (1, 2)
        assert scored.reasons["no_unit_named"] == (2, 1, 0)
        lines = "\n".join(answers.explain_answers(scored))
        assert "WRONG REASON (judged no_unit_named, said not_in_archive) · b" in lines
        assert "NOT SILENT (judged no_unit_named) · d" in lines
        assert "FALSE SILENCE (insufficient_match) · e" in lines


class TestCommand:
    def test_a_missing_folder_is_one_line_and_status_2(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr("sys.argv", ["eval", "structure", "--gold", str(tmp_path / "none")])
        assert command.main() == 2
        said = capsys.readouterr()
        assert said.out == ""
        assert said.err.count("\n") == 1
        assert "--gold" in said.err

    def test_an_unknown_option_is_one_line_and_status_2(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr("sys.argv", ["eval", "everything"])
        assert command.main() == 2
        assert capsys.readouterr().err.count("\n") == 1

    def test_a_small_archive_is_scored_from_file_to_figure(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "901_yunze.txt").write_text(
            "云泽市人民政府办公室关于加快夜间经济发展的通知\n各区人民政府,市政府各部门:\n"
            "为加快发展夜间经济,现通知如下:\n"
            "一、建设夜市。全市新建夜市三处,年底前开放。(责任单位:市商务局、市城管局)\n"
            "二、开通夜班公交。夜班公交覆盖主要商圈。(责任单位:市交通运输局)\n"
            "云泽市人民政府办公室\n2021年5月6日\n",
            encoding="utf-8",
        )
        records = [
            {"doc": "901", "quote": "为加快发展夜间经济", "end_quote": "现通知如下:"},
            {
                "doc": "901",
                "quote": "新建夜市三处",
                "end_quote": "年底前开放。",
                "responsible": ["市商务局", "市城管局"],
            },
            {"doc": "901", "quote": "夜班公交覆盖", "end_quote": "主要商圈。", "responsible": ["市公安局"]},
        ]
        (tmp_path / "clauses_901.jsonl").write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
        options = ["--gold", str(tmp_path), "--corpus", str(tmp_path / "901_yunze.txt"), "--json"]
        assert command.run(["structure", *options, "--report", str(tmp_path / "report.md")]) == 0
        total = json.loads(capsys.readouterr().out)["structure"]["total"]
        assert total["clauses"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0, "right": 3, "said": 3, "judged": 3}
        assert (total["units"]["right"], total["units"]["said"], total["units"]["judged"]) == (2, 3, 3)
        assert "| clauses | 1.000 |" in (tmp_path / "report.md").read_text(encoding="utf-8")

    def test_several_sets_are_scored_as_one_and_apart(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        options = []
        for doc, unit in (("901", "市商务局"), ("902", "市公安局")):
            folder = tmp_path / doc
            (folder / "corpus").mkdir(parents=True)
            (folder / "gold").mkdir()
            text = "一、建设夜市。全市新建夜市三处。（责任单位：市商务局）\n二、通车。开通夜班公交。（责任单位：市商务局）\n"
            (folder / "corpus" / f"{doc}.txt").write_text(text, encoding="utf-8")
            record = {"doc": doc, "quote": "全市新建夜市", "end_quote": "三处。", "responsible": [unit]}
            (folder / "gold" / f"clauses_{doc}.jsonl").write_text(json.dumps(record), encoding="utf-8")
            options += ["--gold", str(folder / "gold"), "--corpus", str(folder / "corpus")]
        assert command.run(["structure", *options, "--json"]) == 0
        said = json.loads(capsys.readouterr().out)["structure"]
        assert said["total"]["clauses"]["judged"] == 2
        by_set = {name: values["units"]["right"] for name, values in said["by_set"].items()}
        assert by_set == {"901/corpus": 1, "902/corpus": 0}
        assert set(said["by_notice"]) == {"901", "902"}

    def test_more_corpora_than_gold_folders_are_refused(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr("sys.argv", ["eval", "structure", "--gold", "a", "--corpus", "b", "--corpus", "c"])
        assert command.main() == 2
        assert "one --gold for each --corpus" in capsys.readouterr().err

    def test_generated_notices_stand_beside_the_judged_ones(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "903.txt").write_text("一、建设夜市。全市新建夜市三处。\n", encoding="utf-8")
        record = {"doc": "903", "quote": "全市新建夜市", "end_quote": "三处。"}
        (tmp_path / "clauses_903.jsonl").write_text(json.dumps(record), encoding="utf-8")
        page = tmp_path / "rules.md"
        options = ["--gold", str(tmp_path), "--corpus", str(tmp_path / "903.txt"), "--generated", "4"]
        assert command.run(["structure", *options, "--rules", str(page)]) == 0
        assert "4 notices of eval/generated" in capsys.readouterr().out
        written = page.read_text(encoding="utf-8")
        assert (
            "| rule | precision | recall | generated precision | generated recall | a miss, else a false one |"
            in written
        )
        assert "generated notices exercise it" in written

    def test_tables_line_up_with_wide_characters(self) -> None:
        table = tables.Table("T", ("条文", "F1"), (("a", "0.5"),))
        assert tables.as_text([table]) == "T\n  条文   F1\n  a     0.5"
        assert "| 条文 | F1 |\n|---|---:|\n| a | 0.5 |" in tables.as_markdown([table], heading="H", command="c")

    def test_columns_of_words_are_aligned_left(self) -> None:
        table = tables.Table("T", ("a", "n", "miss"), (("b", "10", "x"), ("c", "1", "")), words=1)
        assert tables.as_text([table]) == "T\n  a   n  miss\n  b  10  x\n  c   1"
        assert "|---|---:|---|" in tables.as_markdown([table], heading="H", command="c")


def test_every_judged_quote_of_the_own_gold_stands_in_one_clause() -> None:
    records = gold.load_gold(ROOT / "eval" / "gold")
    archive = Notices(*(parse(read(path)) for path in gold.corpus_files(ROOT / "corpus" / "samples")))
    assert judging.judge(records.queries, archive).unresolved == ()


@pytest.mark.skipif(not (SHARED / "gold").is_dir(), reason="the reference notices are not beside the project")
@pytest.mark.parametrize("doc", ["000", "002", "004"])
def test_clauses_cut_exactly_at_the_judged_quotes_score_one(doc: str) -> None:
    records = gold.load_gold(SHARED / "gold").clauses[doc]
    path = gold.files_of_docs([doc], sorted((SHARED / "seeds").iterdir()))[doc]
    source = gold.squeeze(path.read_text(encoding="utf-8"))
    clauses = []
    for number, record in enumerate(records):
        quote, end = gold.squeeze(record.quote), gold.squeeze(record.end_quote)
        start = source.index(quote)
        stop = source.index(end, max(start, start + len(quote) - len(end))) + len(end)
        units = tuple(mention(surface, role) for surface, role in record.units)
        clauses.append(clause(number, source[start:stop], units=units))
    scores = fields.score_notice(records, clauses)
    assert (scores["clauses"].f1, scores["units + roles"].f1) == (1.0, 1.0)

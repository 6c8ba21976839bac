"""Judging: pools of unjudged clauses as sheets, grades read back, and the agreement of two judges."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from eval.__main__ import main, run
from eval.judgements.agreement import agreement, agreement_tables, agreement_values, disagreements, merged
from eval.judgements.pool import Pooled, pool
from eval.judgements.sheets import COLUMNS, Sheet, read_judgements, write_sheet
from eval.trec import read_qrels
from indexer.errors import UsageError
from indexer.index import Index
from indexer.records import Query
from indexer.search import search
from tests.search_fixture import small_index

ROWS = [
    Pooled("q1", "夜市\t归谁管？", "900:1", "通知", "一、夜市 › （一）", "建设夜市\n三处。", "市商务局"),
    Pooled("q1", "夜市\t归谁管？", "900:2", "通知", "", '称为"夜集"的，', ""),
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    with small_index(tmp_path_factory.mktemp("judging")) as opened:
        yield opened


def sheet(folder: Path, name: str, grades: list[object]) -> Path:
    """A sheet as a judge gives it back, one clause of q1 a grade."""
    path = folder / name
    lines = [f"q1\tx:{number}\t{'' if grade is None else grade}" for number, grade in enumerate(grades)]
    path.write_text("\n".join(["query_id\tclause_id\tgrade", *lines]), encoding="utf-8")
    return path


class TestPool:
    def test_only_unjudged_clauses_of_the_first_are_pooled_each_once(self, index: Index) -> None:
        ranked = [(hit.clause_id, hit.score) for hit in search(index, Query("养老护理员培训"))]
        first = [clause_id for clause_id, _ in ranked]
        runs = {"one": {"q1": ranked}, "other": {"q1": ranked[::-1]}}
        rows = pool(index, {"q1": "养老护理员培训"}, runs, {"q1": {first[0]: 2}}, depth=2)
        assert {row.clause_id for row in rows} == {first[1], first[-1], first[-2]}
        assert len(rows) == 3

    def test_a_judge_sees_the_clause_with_its_context_and_units(self, index: Index) -> None:
        [hit] = search(index, Query("养老护理员培训"), k=1)
        [row] = pool(index, {"q": "养老护理员培训"}, {"r": {"q": [(hit.clause_id, 1.0)]}}, {}, depth=1)
        assert "养老护理员900人次" in row.text
        assert "培训护理人员" in row.context
        assert row.units == "市人力社保局、市教育局"
        assert row.notice.startswith("云泽市人民政府办公室")

    def test_the_order_tells_nothing_of_rank_and_repeats(self, index: Index) -> None:
        ranked = [(hit.clause_id, hit.score) for hit in search(index, Query("养老"))]
        rows = pool(index, {"q": "养老"}, {"r": {"q": ranked}}, {}, depth=10)
        other = pool(index, {"q": "养老"}, {"r": {"q": ranked[::-1]}}, {}, depth=10)
        assert rows == other
        assert [row.clause_id for row in rows] != [clause_id for clause_id, _ in ranked]

    def test_a_question_that_is_not_asked_is_refused(self, index: Index) -> None:
        with pytest.raises(UsageError, match="the run r has a question q9 that is not asked"):
            pool(index, {"q1": "养老"}, {"r": {"q9": [("x", 1.0)]}}, {}, depth=1)


class TestSheets:
    def test_a_spreadsheet_opens_it_with_an_empty_grade(self, tmp_path: Path) -> None:
        write_sheet(tmp_path / "pool.tsv", ROWS)
        assert (tmp_path / "pool.tsv").read_bytes().startswith(b"\xef\xbb\xbf")
        with (tmp_path / "pool.tsv").open(encoding="utf-8-sig", newline="") as file:
            header, first, second = csv.reader(file, dialect="excel-tab")
        assert tuple(header) == COLUMNS
        assert dict(zip(header, first, strict=True))["text"] == "建设夜市 三处。"
        assert dict(zip(header, second, strict=True))["text"] == '称为"夜集"的，'
        assert first[header.index("grade")] == ""

    @pytest.mark.parametrize("name", ["pool.tsv", "pool.jsonl"])
    def test_what_was_not_graded_is_counted_and_not_read(self, tmp_path: Path, name: str) -> None:
        write_sheet(tmp_path / name, ROWS)
        read = read_judgements(tmp_path / name)
        assert (read.grades, read.blank) == ({}, 2)

    def test_grades_come_back_from_tsv_json_lines_and_qrels(self, tmp_path: Path) -> None:
        tsv = sheet(tmp_path, "a.tsv", [2, None, "0 ", "1.0"])
        lines = [
            {"query_id": "q1", "clause_id": f"x:{n}", "grade": g} for n, g in ((0, 2), (1, None), (2, "0"), (3, 1))
        ]
        (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
        (tmp_path / "qrels.txt").write_text("q1 0 x:0 2\nq1 0 x:2 0\nq1 0 x:3 1\n", encoding="utf-8")
        expected = {"q1": {"x:0": 2, "x:2": 0, "x:3": 1}}
        for path in (tsv, tmp_path / "a.jsonl", tmp_path / "qrels.txt"):
            assert read_judgements(path).grades == expected
        assert read_judgements(tsv).blank == 1

    @pytest.mark.parametrize(
        ("name", "text", "complaint"),
        [
            ("a.tsv", "query_id\tclause_id\tgrade\nq\tx\t2\nq\ty\t3\n", r"a\.tsv:3: grade '3' is none of 0, 1, 2"),
            ("a.tsv", "query_id\tclause_id\tgrade\nq\tx\tja\n", r"a\.tsv:2: grade 'ja'"),
            ("a.tsv", "query_id\tclause_id\tgrade\nq\tx\t1\nq\tx\t1\n", r"a\.tsv:3: x was judged for q at .*a\.tsv:2"),
            ("a.tsv", "query_id\tclause_id\tgrade\n\tx\t1\n", r"a\.tsv:2: a grade without query_id"),
            ("a.tsv", "query_id\tgrade\nq\t1\n", r"a\.tsv:2: no clause_id"),
            ("a.tsv", "q\tx\t1\n", r"a\.tsv:1: no column grade in the header"),
            ("a.tsv", "query_id\tclause_id\tgrade\nq\tx\t1\tmore\n", r"a\.tsv:2: 4 columns instead of 3"),
            ("a.tsv", "query_id\tclause_id\tgrade\n", r"a\.tsv: holds no line to judge"),
            ("a.jsonl", '{"query_id": "q"\n', r"a\.jsonl:1: not JSON"),
            ("a.jsonl", '\n{"query_id": "q", "grade": 1}\n', r"a\.jsonl:2: no clause_id"),
        ],
    )
    def test_a_bad_line_is_named(self, tmp_path: Path, name: str, text: str, complaint: str) -> None:
        (tmp_path / name).write_text(text, encoding="utf-8")
        with pytest.raises(UsageError, match=complaint):
            read_judgements(tmp_path / name)


def judge(grades: list[int]) -> Sheet:
    return Sheet(
        {"q": {str(n): grade for n, grade in enumerate(grades)}}, {("q", str(n)): f"f:{n}" for n in range(len(grades))}
    )


class TestAgreement:
    def test_kappa_is_that_worked_out_by_hand(self) -> None:
        found = agreement(judge([0, 0, 1, 2]), judge([0, 1, 1, 2]))
        # Agreement 3/4; by chance 2/4·1/4 + 1/4·2/4 + 1/4·1/4 = 5/16: (12/16 - 5/16) / (11/16).
        assert found.share == 0.75
        assert found.kappas["κ"] == pytest.approx(7 / 11)
        # Linear weights: disagreement 1 of 4 pairs by 1; by chance the mean distance of the margins, 14/16.
        assert found.kappas["κ, linear weights"] == pytest.approx(1 - (1 / 4) / (14 / 16))

    def test_perfect_and_opposite_judges(self) -> None:
        assert agreement(judge([0, 2, 1]), judge([0, 2, 1])).kappas["κ, quadratic weights"] == 1.0
        assert agreement(judge([0, 2]), judge([2, 0])).kappas["κ"] == -1.0

    def test_one_grade_throughout_leaves_kappa_undefined(self) -> None:
        found = agreement(judge([2, 2]), judge([2, 2]))
        assert agreement_values(found)["kappa"] is None
        assert "undefined" in str(agreement_tables(found)[0].rows)

    def test_only_what_both_judged_counts(self) -> None:
        found = agreement(judge([0, 2, 1]), judge([0, 2]))
        assert (found.n_pairs, found.first_only, found.second_only) == (2, 1, 0)
        with pytest.raises(UsageError, match="judge no clause in common"):
            agreement(judge([1]), Sheet({"p": {"0": 1}}, {("p", "0"): "f:0"}))

    def test_a_disagreement_is_refused_or_settled_as_told(self) -> None:
        sheets = [judge([0, 2]), judge([1, 2])]
        assert disagreements(*sheets) == ["q 0: 0 (f:0), 1 (f:0)"]
        with pytest.raises(UsageError, match="0 has grade 1 for q, but 0 at f:0"):
            merged(sheets)
        assert merged(sheets, different="lower") == {"q": {"0": 0, "1": 2}}
        assert merged(sheets, different="higher") == {"q": {"0": 1, "1": 2}}


class TestCommands:
    def test_sheets_become_qrels(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        a, b = sheet(tmp_path, "a.tsv", [2, None]), sheet(tmp_path, "b.tsv", [2, 0])
        assert run(["qrels", str(a), str(b), "--into", str(tmp_path / "qrels.txt")]) == 0
        assert read_qrels(tmp_path / "qrels.txt") == {"q1": {"x:0": 2, "x:1": 0}}
        assert "2 judgements of 1 questions; 1 lines without a grade" in capsys.readouterr().err

    def test_agreement_is_printed_with_each_disagreement(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        a, b = sheet(tmp_path, "a.tsv", [2, 1, 0, 0]), sheet(tmp_path, "b.tsv", [2, 0, 0, 0])
        assert run(["agreement", str(a), str(b), "--misses"]) == 0
        said = capsys.readouterr().out
        assert "q1 x:1: 1 (" in said
        assert "same grade" in said
        assert "0.750" in said

    def test_a_bad_grade_is_one_line_and_status_2(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        a, b = sheet(tmp_path, "a.tsv", [9]), sheet(tmp_path, "b.tsv", [2])
        monkeypatch.setattr("sys.argv", ["eval", "agreement", str(a), str(b)])
        assert main() == 2
        said = capsys.readouterr()
        assert (said.out, said.err.count("\n")) == ("", 1)
        assert "a.tsv:2" in said.err

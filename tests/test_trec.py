"""TREC files read and written, runs compared on them, and figures held against their floors."""

from __future__ import annotations

import json
from pathlib import Path

import ir_measures
import pytest

from eval import comparison, floors, intervals, retrieval, trec
from eval.__main__ import main, run
from indexer.errors import UsageError

ROOT = Path(__file__).resolve().parents[1]
RUN = "q1 Q0 a 1 0.9 hybrid\nq1 Q0 b 2 0.4 hybrid\nq2 Q0 c 1 1.5 hybrid\n"
QRELS = "q1 0 a 2\nq1 0 z 0\nq2 0 d 1\n"


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


class TestFiles:
    def test_a_run_comes_back_as_it_was_written(self, tmp_path: Path) -> None:
        ranked = {"q1": [("a", 0.9), ("b", 0.4)], "q2": [("c", 1.5)]}
        trec.write_run(tmp_path / "x.run", ranked, tag="hybrid")
        assert (tmp_path / "x.run").read_text(encoding="utf-8").splitlines()[0] == "q1 Q0 a 1 0.900000 hybrid"
        assert trec.read_run(tmp_path / "x.run") == ranked

    def test_judgements_come_back_as_they_were_written(self, tmp_path: Path) -> None:
        grades = {"q1": {"a": 2, "z": 0}, "q2": {"d": 1}}
        trec.write_qrels(tmp_path / "qrels.txt", grades)
        assert trec.read_qrels(tmp_path / "qrels.txt") == grades

    def test_another_program_reads_what_is_written(self, tmp_path: Path) -> None:
        run_file, qrels = written(tmp_path, "x.run", RUN), written(tmp_path, "qrels.txt", QRELS)
        theirs = ir_measures.calc_aggregate(
            [ir_measures.nDCG @ 10], ir_measures.read_trec_qrels(str(qrels)), ir_measures.read_trec_run(str(run_file))
        )
        ours = retrieval.measure(trec.read_qrels(qrels), trec.read_run(run_file))["nDCG@10"]
        assert sum(ours.values()) / len(ours) == pytest.approx(theirs[ir_measures.nDCG @ 10]) == 0.5

    def test_ranks_decide_and_not_the_order_of_lines(self, tmp_path: Path) -> None:
        shuffled = written(tmp_path, "x.run", "q Q0 b 2 9.0 t\nq Q0 a 1 0.1 t\n")
        assert [clause_id for clause_id, _ in trec.read_run(shuffled)["q"]] == ["a", "b"]

    def test_equal_ranks_fall_back_on_scores_then_ids(self, tmp_path: Path) -> None:
        tied = written(tmp_path, "x.run", "q Q0 c 0 0.1 t\nq Q0 b 0 0.1 t\nq Q0 a 0 0.5 t\n")
        assert [clause_id for clause_id, _ in trec.read_run(tied)["q"]] == ["a", "b", "c"]

    @pytest.mark.parametrize(
        ("text", "complaint"),
        [
            ("q1 Q0 a 1 0.9\n", r"x\.run:1: 5 columns instead of 6"),
            (f"{RUN}q3 Q0 a one 0.9 t\n", r"x\.run:4: rank 'one' is no whole number"),
            ("\nq1 Q0 a 1 nan t\n", r"x\.run:2: score 'nan' is no number"),
            (f"{RUN}q1 Q0 a 3 0.1 t\n", r"x\.run:4: a stands twice for q1"),
            ("\n\n", r"x\.run: holds no line"),
        ],
    )
    def test_a_bad_line_of_a_run_is_named(self, tmp_path: Path, text: str, complaint: str) -> None:
        with pytest.raises(UsageError, match=complaint):
            trec.read_run(written(tmp_path, "x.run", text))

    @pytest.mark.parametrize(
        ("text", "complaint"),
        [
            ("q1 0 a 1.5\n", r"qrels:1: grade '1\.5' is no whole number"),
            ("q1 0 a 1\nq1 0 a 2\n", r"qrels:2: a has another grade for q1 further up"),
            ("q1 a 1\n", r"qrels:1: 3 columns instead of 4"),
        ],
    )
    def test_a_bad_line_of_judgements_is_named(self, tmp_path: Path, text: str, complaint: str) -> None:
        with pytest.raises(UsageError, match=complaint):
            trec.read_qrels(written(tmp_path, "qrels", text))

    def test_a_missing_or_binary_file_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="none.run: cannot be read"):
            trec.read_run(tmp_path / "none.run")
        (tmp_path / "x.run").write_bytes(b"\xff\xfe\x00")
        with pytest.raises(UsageError, match=r"x\.run: not UTF-8"):
            trec.read_run(tmp_path / "x.run")


class TestDifference:
    def test_a_difference_comes_with_interval_p_and_counts(self) -> None:
        better = intervals.paired_difference([0.6, 0.8, 0.5, 0.9] * 5, [0.5, 0.6, 0.5, 0.5] * 5)
        assert better.mean == pytest.approx(0.175)
        assert 0 < better.low < better.mean < better.high < 0.4
        assert better.p < 0.001
        assert (better.better, better.worse) == (15, 0)

    def test_opposite_differences_cancel(self) -> None:
        even = intervals.paired_difference([1.0, 0.0] * 10, [0.0, 1.0] * 10)
        assert even.mean == 0
        assert even.low < 0 < even.high
        assert even.p == 1.0

    def test_p_is_exact_where_there_are_few_questions(self) -> None:
        # All 2^3 arrangements of signs; 2 are as extreme.
        assert intervals.randomisation_p([0.2, 0.3, 0.4], [0.1, 0.1, 0.1]) == pytest.approx(2 / 8)

    def test_one_question_or_none_proves_nothing(self) -> None:
        assert intervals.randomisation_p([1.0], [0.0]) == 1.0
        assert intervals.paired_difference([], []) == intervals.Difference(0.0, 0.0, 0.0, 1.0, 0, 0)


class TestComparison:
    grades = {"q1": {"a": 1}, "q2": {"b": 1}, "q3": {"c": 1}, "q4": {"d": 0}}  # noqa: RUF012

    def test_every_run_is_compared_with_the_first(self) -> None:
        first = {"q1": [("a", 1.0)], "q2": [("x", 1.0)]}
        second = {"q1": [("a", 1.0)], "q2": [("b", 1.0)], "q3": [("c", 1.0)]}
        [found] = comparison.compare(self.grades, {"old": first, "new": second})
        assert (found.n_queries, found.absent) == (3, 1)
        assert found.baseline_means["nDCG@10"] == pytest.approx(1 / 3)
        assert found.means["nDCG@10"] == 1.0
        assert found.differences["RR@10"].mean == pytest.approx(2 / 3)
        assert "1 of them are not in old" in comparison.comparison_table(found).note

    def test_a_question_that_no_run_has_does_not_count(self) -> None:
        one = {"q1": [("a", 1.0)]}
        assert comparison.compare(self.grades, {"old": one, "new": one})[0].n_queries == 1

    def test_a_run_of_other_questions_is_refused(self) -> None:
        with pytest.raises(UsageError, match="no question of the run new is judged"):
            comparison.compare(self.grades, {"old": {"q1": [("a", 1.0)]}, "new": {"other": [("a", 1.0)]}})

    def test_few_judged_clauses_give_a_warning_and_many_none(self) -> None:
        assert retrieval.judged_warnings({"hybrid": 0.8, "dense": 1.0}) == []
        [warning] = retrieval.judged_warnings({"hybrid": 0.79, "dense": 1.0})
        assert "hybrid 0.79" in warning
        assert "dense" not in warning

    def test_the_command_compares_files(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        old, new = tmp_path / "a", tmp_path / "b"
        old.mkdir()
        new.mkdir()
        files = [written(old, "hybrid.run", RUN), written(new, "hybrid.run", RUN.replace("q2 Q0 c", "q2 Q0 d"))]
        qrels = written(tmp_path, "qrels.txt", QRELS)
        assert run(["compare", "--qrels", str(qrels), *map(str, files), "--json"]) == 0
        [values] = json.loads(capsys.readouterr().out)["comparison"].values()
        assert (values["nDCG@10"]["baseline"], values["nDCG@10"]["mean"]) == (0.5, 1.0)

    @pytest.mark.parametrize("runs", [1, 2])
    def test_one_run_or_the_same_twice_is_a_mistake(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], runs: int
    ) -> None:
        path, qrels = written(tmp_path, "x.run", RUN), written(tmp_path, "qrels.txt", QRELS)
        monkeypatch.setattr("sys.argv", ["eval", "compare", "--qrels", str(qrels), *[str(path)] * runs])
        assert main() == 2
        said = capsys.readouterr().err
        assert said.startswith("error: ")
        assert said.count("\n") == 1


class TestFloors:
    values = {"retrieval": {"runs": {"hybrid": {"nDCG@10": 0.8}}}, "answers": {"false_silence_share": 0.04}}  # noqa: RUF012

    def floors(self, folder: Path, text: str, name: str = "floors.toml") -> list[floors.Floor]:
        return floors.load_floors(written(folder, name, text))

    def test_a_figure_above_its_floor_holds_and_one_below_fails(self, tmp_path: Path) -> None:
        text = '[at_least.retrieval.runs.hybrid]\n"nDCG@10" = {}\n[at_most.answers]\nfalse_silence_share = 0.1\n'
        held = floors.hold(self.floors(tmp_path, text.format(0.75)), self.values)
        assert [one.holds for one in held] == [True, True]
        held = floors.hold(self.floors(tmp_path, text.format(0.85)), self.values)
        assert [one.holds for one in held] == [False, True]
        assert held[0].line == "FAILS: retrieval › runs › hybrid › nDCG@10 is 0.8, at least 0.85"

    def test_json_says_the_same(self, tmp_path: Path) -> None:
        text = json.dumps({"at_most": {"answers": {"false_silence_share": 0.01}}})
        [held] = floors.hold(self.floors(tmp_path, text, "floors.json"), self.values)
        assert not held.holds

    def test_a_part_that_was_not_measured_is_said_so_and_breaks_nothing(self, tmp_path: Path) -> None:
        [held] = floors.hold(self.floors(tmp_path, "[at_least.structure]\nx = 1\n"), self.values)
        assert held.holds
        assert held.line.startswith("not measured: structure › x")

    @pytest.mark.parametrize("key", ['[at_least.retrieval.runs.none]\n"nDCG@10" = 1\n', "[at_least]\nretrieval = 1\n"])
    def test_a_figure_that_is_none_is_a_mistake(self, tmp_path: Path, key: str) -> None:
        with pytest.raises(UsageError, match=r"there is no 'none' at place 3|no single figure"):
            floors.hold(self.floors(tmp_path, key), self.values)

    @pytest.mark.parametrize(
        ("text", "complaint"),
        [
            ("", "expected the tables at_least and at_most"),
            ("[minimum]\nx = 1\n", "expected the tables at_least and at_most"),
            ("[at_least]\n", "no figure below at_least or at_most"),
            ('[at_least.a]\nb = "much"\n', "a › b: 'much' is no number"),
            ("[at_least", "cannot be read"),
        ],
    )
    def test_a_malformed_file_is_a_mistake(self, tmp_path: Path, text: str, complaint: str) -> None:
        with pytest.raises(UsageError, match=complaint):
            self.floors(tmp_path, text)

    def test_the_floors_of_the_samples_name_figures_of_every_part(self) -> None:
        bounds = floors.load_floors(ROOT / "eval" / "floors.toml")
        assert {bound.keys[0] for bound in bounds} == {"structure", "retrieval", "answers", "coverage", "cases"}

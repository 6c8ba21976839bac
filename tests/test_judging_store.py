"""Judgements kept beside an index: nothing is lost or seen twice, and two judges become one set of judgements."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import pytest

from eval.judgements.agreement import agreement
from eval.judgements.journal import append, entries
from eval.judgements.kept import JudgementStore, KeptPool, name_of_judge
from eval.judgements.pool import Pooled
from eval.judgements.settled import disputes, settlement, sheet_of
from eval.judgements.sheets import read_judgements, sheet_text
from indexer.errors import UsageError

ROWS = [Pooled("q1", "夜市归谁管？", f"900:{number}", "通知", "", "建设夜市。", "") for number in (1, 2, 3)]
ROWS += [Pooled("q2", "补贴多少？", "900:1", "通知", "", "建设夜市。", "")]
WRITER = """
import sys
from pathlib import Path
from eval.judgements.kept import JudgementStore
store = JudgementStore(Path(sys.argv[1]))
[pool] = store.pools().values()
for round in range(40):
    for place in pool.places:
        store.record(pool, place, round % 3, judge=sys.argv[2], generation="g")
"""


@pytest.fixture
def store(tmp_path: Path) -> JudgementStore:
    return JudgementStore(tmp_path)


@pytest.fixture
def pool(store: JudgementStore) -> KeptPool:
    return store.add_pool(ROWS, name="夜市", depth=10, generation="g1")


def judge_all(store: JudgementStore, pool: KeptPool, judge: str, grades: list[int | None]) -> None:
    for place, grade in zip(pool.places, grades, strict=True):
        if grade is not None:
            store.record(pool, place, grade, judge=judge, generation="g1")


class TestJournal:
    def test_a_line_that_a_crash_cut_off_costs_only_itself(self, tmp_path: Path) -> None:
        path = tmp_path / "lines.jsonl"
        append(path, {"n": 1})
        with path.open("ab") as file:
            file.write('{"n": 2, "text": "半'.encode()[:-1])
        append(path, {"n": 3})
        assert entries(path) == ([{"n": 1}, {"n": 3}], 1)

    def test_without_a_file_there_is_nothing(self, tmp_path: Path) -> None:
        assert entries(tmp_path / "none.jsonl") == ([], 0)

    def test_a_folder_that_is_not_there_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="cannot be written"):
            append(tmp_path / "none" / "lines.jsonl", {})


class TestStore:
    def test_a_pool_is_read_back_and_the_same_one_is_kept_once(self, store: JudgementStore, pool: KeptPool) -> None:
        assert store.add_pool(ROWS, name="again", depth=10, generation="g2") == pool
        assert store.pools() == {pool.pool_id: pool}
        assert pool.places == [("q1", "900:1"), ("q1", "900:2"), ("q1", "900:3"), ("q2", "900:1")]

    def test_a_pool_of_nothing_is_refused(self, store: JudgementStore) -> None:
        with pytest.raises(UsageError, match="choose other questions"):
            store.add_pool([], name="", depth=10, generation="g")

    def test_the_last_line_of_a_judge_counts_and_can_be_taken_back(self, store: JudgementStore, pool: KeptPool) -> None:
        first, second = pool.places[:2]
        for place, grade in ((first, 0), (first, 2), (second, 1), (second, None)):
            store.record(pool, place, grade, judge="张", generation="g1")
        kept = store.kept(pool)
        assert kept.grades == {"张": {first: 2}}
        assert kept.open_places("张") == pool.places[1:]
        assert kept.open_places("李") == pool.places
        assert len(entries(store.judgements_path)[0]) == 4

    def test_who_judged_when_and_on_which_generation_stands_in_the_file(
        self, store: JudgementStore, pool: KeptPool
    ) -> None:
        store.record(pool, pool.places[0], 2, judge=" 张  三 ", generation="g7")
        [entry] = entries(store.judgements_path)[0]
        assert (entry["judge"], entry["generation"], entry["grade"]) == ("张 三", "g7", 2)
        assert entry["at"].endswith("+00:00")

    @pytest.mark.parametrize(
        ("place", "grade", "judge", "message"),
        [
            (("q9", "900:1"), 1, "张", "is not to be judged"),
            (("q1", "900:1"), 3, "张", "grade 3 is none of"),
            (("q1", "900:1"), 1, " \n", "needs a name"),
        ],
    )
    def test_what_cannot_be_is_refused(
        self, store: JudgementStore, pool: KeptPool, place: tuple[str, str], grade: int, judge: str, message: str
    ) -> None:
        with pytest.raises(UsageError, match=message):
            store.record(pool, place, grade, judge=judge, generation="g")
        assert entries(store.judgements_path) == ([], 0)

    def test_several_processes_write_at_once_and_nothing_is_lost(self, store: JudgementStore, pool: KeptPool) -> None:
        folder = store.judgements_path.parent
        writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(folder), name]) for name in ("张", "李")]
        assert [writer.wait(timeout=60) for writer in writers] == [0, 0]
        lines, damaged = entries(store.judgements_path)
        assert (len(lines), damaged) == (2 * 40 * 4, 0)
        assert store.kept(pool).grades == {name: dict.fromkeys(pool.places, 0) for name in ("张", "李")}

    def test_a_long_name_is_cut_and_one_of_another_width_is_the_same(self) -> None:
        assert name_of_judge("ＡＢ") == name_of_judge(" AB ") == "AB"
        assert len(name_of_judge("长" * 100)) == 40


class TestTwoJudges:
    def test_what_they_agree_on_counts_and_disputes_wait_for_a_decision(
        self, store: JudgementStore, pool: KeptPool
    ) -> None:
        judge_all(store, pool, "张", [2, 1, 0, None])
        judge_all(store, pool, "李", [2, 0, None, 1])
        kept = store.kept(pool)
        [dispute] = disputes(kept)
        assert (dispute.place, dispute.grades, dispute.settled) == (("q1", "900:2"), {"张": 1, "李": 0}, None)
        before = settlement(kept)
        assert before.undecided == 1
        assert before.grades == {"q1": {"900:1": 2, "900:3": 0}, "q2": {"900:1": 1}}
        store.record(pool, dispute.place, 1, judge="王", generation="g1", settles=True)
        kept = store.kept(pool)
        assert set(kept.grades) == {"张", "李"}
        assert settlement(kept).grades["q1"]["900:2"] == 1
        assert disputes(kept)[0].settled == 1

    def test_agreement_is_computed_over_what_both_judged(self, store: JudgementStore, pool: KeptPool) -> None:
        judge_all(store, pool, "张", [2, 1, 0, 0])
        judge_all(store, pool, "李", [2, 0, None, 0])
        kept = store.kept(pool)
        found = agreement(sheet_of(kept, "张"), sheet_of(kept, "李"))
        assert (found.n_pairs, found.first_only, found.second_only) == (3, 1, 0)
        assert sheet_of(kept, "李").blank == 1

    def test_a_settled_clause_that_they_agree_on_afterwards_keeps_their_grade(
        self, store: JudgementStore, pool: KeptPool
    ) -> None:
        place = pool.places[0]
        store.record(pool, place, 2, judge="张", generation="g")
        store.record(pool, place, 0, judge="李", generation="g")
        store.record(pool, place, 1, judge="王", generation="g", settles=True)
        store.record(pool, place, 2, judge="李", generation="g")
        assert settlement(store.kept(pool)).grades == {"q1": {"900:1": 2}}


def test_an_exported_sheet_is_read_back_and_starts_no_formula(tmp_path: Path) -> None:
    rows = [Pooled("q1", "=1+1", "900:1", "通知", "", "=HYPERLINK(1)\t行", "", grade=0)]
    path = tmp_path / "sheet.tsv"
    path.write_text(sheet_text(rows), encoding="utf-8-sig")
    assert read_judgements(path).grades == {"q1": {"900:1": 0}}
    with path.open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file, dialect="excel-tab") for cell in row]
    assert "'=HYPERLINK(1) 行" in cells
    assert not any(cell.startswith("=") for cell in cells)

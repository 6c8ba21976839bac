"""The exported breakdown of judged notices against the gold table, cell by cell."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.duties import score_duties, score_fields
from eval.gold import load_gold
from eval.sets import OWN, SECOND, JudgedSet

LEAST = 0.98


@pytest.mark.parametrize("doc", ["000", "004"])
def test_the_exported_breakdown_of_a_reference_notice_equals_the_gold_table(shared: Path, doc: str) -> None:
    scores = score_duties(JudgedSet(load_gold(shared / "gold"), shared / "seeds"))[doc]
    assert scores.total.right >= LEAST * scores.total.judged, "\n".join(scores.misses)
    assert scores.total_filled.f1 >= LEAST, "\n".join(scores.misses)


@pytest.mark.parametrize("folders", [OWN, SECOND])
def test_the_exported_breakdowns_of_our_notices_equal_the_gold_tables(folders: tuple[Path, Path]) -> None:
    scores = score_duties(JudgedSet(load_gold(folders[0]), folders[1]))
    right, judged = (sum(getattr(s.total, name) for s in scores.values()) for name in ("right", "judged"))
    assert judged > 500
    assert right >= LEAST * judged


def test_a_wrong_unit_a_missing_row_and_a_row_too_many_are_counted(tmp_path: Path) -> None:
    corpus, gold = tmp_path / "corpus", tmp_path / "gold"
    corpus.mkdir()
    gold.mkdir()
    items = "(一)甲事。做甲事。\n责任单位:市财政局\n(二)乙事。做乙事。\n责任单位:市民政局\n(三)丙事。做丙事。\n责任单位:市商务局"
    (corpus / "d1.txt").write_text(f"云泽市关于加强管理的意见\n一、任务\n{items}", encoding="utf-8")
    clause = '{"doc": "d1", "path": [], "quote": "%s", "end_quote": "%s", "responsible": ["%s"]}\n'
    said = [
        ("做甲事。", "做甲事。", "市财政局"),
        ("做乙事。", "做乙事。", "市教育局"),
        ("不存在", "不存在", "市财政局"),
    ]
    (gold / "clauses_d1.jsonl").write_text("".join(clause % row for row in said), encoding="utf-8")
    score = score_duties(JudgedSet(load_gold(gold), corpus))["d1"]
    assert (score.total.right, score.total.judged) == (9, 20)  # 5 of 甲, 4 of 乙; 5 of 丙 and 5 without a row are wrong
    assert score.filled["责任单位"].right == 1
    assert len(score.misses) == 1 + 5 + 1


def test_policy_fields_are_scored_where_they_are_judged(shared: Path) -> None:
    own = score_fields(JudgedSet(load_gold(OWN[0]), OWN[1]))
    assert own is not None
    assert own.judged == 110
    assert own.right["name and unit"] > own.right["most tasks of the notice"]
    assert score_fields(JudgedSet(load_gold(shared / "gold"), shared / "seeds")) is None

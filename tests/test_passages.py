"""How much of what a long clause has of a question stands together."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.records import Query
from indexer.search import plan
from indexer.search.boosts import BoostWeights, with_answers_first
from indexer.search.passages import PASSAGE, passage_share
from tests.hash_encoder import HashEncoder
from tests.search_fixture import built

RARITIES = {"夜市": 2.0, "摊位": 2.0, "灯光": 1.0}


def test_a_short_clause_has_all_of_it_together() -> None:
    assert passage_share("夜市和摊位,还有灯光", RARITIES) == 1.0


def test_words_far_apart_in_a_long_clause_do_not_stand_together() -> None:
    gap = "甲" * (PASSAGE + 50)
    assert passage_share(f"夜市{gap}摊位{gap}灯光", RARITIES) == pytest.approx(2 / 5)
    assert passage_share(f"夜市摊位{gap}灯光", RARITIES) == pytest.approx(4 / 5)


def test_words_side_by_side_in_a_long_clause_do() -> None:
    text = "甲" * (2 * PASSAGE) + "夜市的摊位有灯光" + "甲" * (2 * PASSAGE)
    assert passage_share(text, RARITIES) == 1.0
    assert passage_share("甲" * (2 * PASSAGE), RARITIES) == 1.0  # none of the words


LONG_NOTICE = """云泽市人民政府工作报告
云泽政发〔2021〕8号
各县(市、区)人民政府:
一、夜间消费。{first}
二、设夜市摊位,装景观灯光。
云泽市人民政府
2021年3月1日
"""


@pytest.mark.parametrize(
    "text", ["夜市摊位的灯光谁来管?", "在云泽的老城设置夜市,规范摊位经营,统一装设景观灯光,由街道日常管理。"]
)
def test_a_clause_whose_words_stand_apart_loses_of_its_score_for_questions_and_drafts(
    tmp_path: Path, text: str
) -> None:
    gap = "推进各项工作取得新的进展。" * 30
    folder = tmp_path / "notices"
    folder.mkdir()
    (folder / "a.txt").write_text(LONG_NOTICE.format(first=f"夜市{gap}摊位{gap}灯光。"), encoding="utf-8")
    with built(folder, tmp_path / "index", HashEncoder(dim=64)) as index:
        scattered, together = (clause.clause_id for clause in index.notice(index.notices()[0].doc_id).clauses[-2:])
        scores, lexical = {scattered: 0.6, together: 0.5}, {scattered: 0.8, together: 0.7}
        found = with_answers_first(
            index, plan(index, Query(text)), scores, BoostWeights(names_units=0), lexical=lexical
        )
        assert found[scattered] < scores[scattered]
        assert found[together] == scores[together]
        off = BoostWeights(names_units=0, scattered=0)
        assert with_answers_first(index, plan(index, Query(text)), scores, off, lexical=lexical) == scores

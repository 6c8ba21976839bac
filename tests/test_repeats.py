"""The same task told twice in a notice is one finding; like tasks are not."""

from __future__ import annotations

import pytest

from indexer.records import Clause
from indexer.search.repeats import repeated

TASK = "改造临湖路夜市,规范摊位设置和垃圾分类"


def clause(number: int, text: str, doc_id: str = "d") -> Clause:
    return Clause(f"{doc_id}:{number}", doc_id, str(number), (), text, 0, len(text))


def test_a_later_telling_points_to_the_first() -> None:
    found = [
        clause(1, TASK),
        clause(2, "开发湖上夜游航线,推出灯光秀"),
        clause(3, TASK + "。"),
        clause(4, "年底前" + TASK),
    ]
    assert repeated(found) == {"d:3": "d:1", "d:4": "d:1"}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(clause(1, TASK), clause(2, TASK, doc_id="e"), id="another notice"),
        pytest.param(clause(1, TASK), clause(2, "改造滨河路菜场,规范停车秩序"), id="another task"),
        pytest.param(clause(1, "一次性补贴"), clause(2, "一次性补贴"), id="too short to tell"),
        pytest.param(clause(1, ""), clause(2, ""), id="empty"),
    ],
)
def test_what_is_not_the_same_task_stays_apart(first: Clause, second: Clause) -> None:
    assert repeated([first, second]) == {}

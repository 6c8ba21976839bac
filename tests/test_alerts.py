"""The score of what saved questions tell: every judged clause comes in once, and counts as the judgements say."""

from __future__ import annotations

import json
from pathlib import Path

from eval.alerts import alert_tables
from eval.gold import load_gold
from eval.sets import JudgedSet
from tests.search_corpus import write_corpus

QUESTIONS = [
    {"qid": "a", "type": "unit", "query": "云泽谁负责培训养老护理员？", "relevant": [("云泽2021", "依托职业院校开设护理课程", 2)]},
    {"qid": "b", "type": "unit", "query": "砚湖的夜市由谁牵头打造？", "relevant": [("砚湖2023", "改造临湖路夜市", 2)]},
    {"qid": "c", "type": "unit", "query": "澜川的海底隧道由谁修建？", "relevant": [("澜川2016", "办好“澜川杯”", 1)]},
    {"qid": "d", "type": "unanswerable", "query": "望津市的海底隧道由谁修建？", "relevant": []},
]  # fmt: skip


def judged_set(folder: Path) -> JudgedSet:
    corpus, gold = write_corpus(folder / "corpus"), folder / "gold"
    gold.mkdir()
    lines = [
        json.dumps(
            question
            | {
                "split": "test",
                "relevant": [
                    {"doc": doc, "quote": quote, "grade": grade} for doc, quote, grade in question["relevant"]
                ],  # type: ignore[misc]
                "answer_units": None,
                "answer_text": None,
                "reason": None,
            },
            ensure_ascii=False,
        )
        for question in QUESTIONS
    ]
    (gold / "queries_1.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return JudgedSet(load_gold(gold), corpus)


def test_what_is_announced_of_held_out_notices_is_held_against_the_judgements(tmp_path: Path) -> None:
    tables, values, lines = alert_tables([judged_set(tmp_path)])
    [scores] = values.values()
    assert scores["test"]["questions"] == 4
    assert scores["test"]["recall_answers"] == 1.0  # of a and b
    assert scores["test"]["recall"] < 1.0  # c asks for something else than what is judged
    assert scores["test"]["unanswerable"] == 1
    assert scores["test"]["announced_in_vain"] == 0  # no notice is from there
    assert any(line.startswith("c not announced") for line in lines)
    assert not any(line.startswith(("a not", "b not", "d announced")) for line in lines)
    by_rule, *rankings = next(table for table in tables if table.title.startswith("Rule")).rows
    assert [int(row[2]) for row in rankings] == sorted(int(row[2]) for row in rankings)
    assert int(by_rule[2]) < int(rankings[-1][2])

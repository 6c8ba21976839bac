"""Faults put into drafts, and how findings are counted."""

from __future__ import annotations

import json
import random
from datetime import date
from pathlib import Path

import pytest

from eval.draft_mutations import MUTATIONS
from eval.drafts import score_drafts
from eval.gold import load_gold
from eval.sets import OWN, JudgedSet
from indexer.build import build
from indexer.drafts import RULES, check_draft, read_draft
from indexer.index import open_index
from tests.hash_encoder import HashEncoder
from tests.notice_writing import raw_notice
from tests.test_drafts import ARCHIVE, TABLE, draft_text

SAID = "全市新建社区老年食堂28家。"
DRAFT = (
    draft_text(
        "一、任务",
        *(line for n in "一二三四" for line in (f"（{n}）事项{n}。2024年12月底前完成。", "责任单位:市文化广电旅游局")),
        "二、老年食堂。" + SAID,
        "责任单位:市民政局",
        "三、依据。按《云泽市人民政府关于促进养老服务业发展的意见》(云泽政发〔2019〕5号)办理。",
    )
    + "\n"
    + TABLE.format(said=SAID)
)


def corpus(folder: Path) -> Path:
    folder.mkdir()
    for name, text in ARCHIVE.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("rule", MUTATIONS)
def test_each_mutation_puts_one_fault_where_it_says_and_the_rule_finds_it(tmp_path: Path, rule: str) -> None:
    build([corpus(tmp_path / "corpus")], tmp_path / "index", encoder=HashEncoder())
    with open_index(tmp_path / "index", HashEncoder()) as index:
        draft = read_draft(raw_notice(DRAFT), index, today=date(2024, 6, 1))
        assert check_draft(draft) == []
        mutated = MUTATIONS[rule](draft, random.Random(1))
        again = MUTATIONS[rule](draft, random.Random(1))
        assert mutated is not None
        assert mutated == again
        assert mutated.text != draft.body
        found = check_draft(read_draft(raw_notice(mutated.text), index, today=date(2024, 6, 1)))
        assert (rule, mutated.line) in {(each.rule, each.line) for each in found}


def test_findings_are_counted_by_what_was_judged(tmp_path: Path) -> None:
    gold = tmp_path / "gold"
    gold.mkdir()
    (gold / "docmeta_d.json").write_text('{"doc": "d"}', encoding="utf-8")
    folder = corpus(tmp_path / "corpus")
    (folder / "d.txt").write_text(DRAFT.replace("（三）事项三", "（五）事项三"), encoding="utf-8")
    (folder / "e.txt").write_text(DRAFT.replace("〔2019〕", "[2019]").replace("有关", "其他"), encoding="utf-8")
    verdict = {"doc": "e", "rule": "number_brackets", "quotation": "云泽政发[2019]5号", "verdict": "fault"}
    (gold / "draft_findings.jsonl").write_text(json.dumps(verdict, ensure_ascii=False), encoding="utf-8")
    scores = score_drafts(JudgedSet(load_gold(gold), folder))
    assert scores.verdicts["number_brackets"] == {"fault": 1}
    assert scores.verdicts["numbering_skipped"] == {"not judged": 1}
    assert scores.n_samples == 5
    assert scores.put_in["number_zero"] >= scores.found["number_zero"] > 0


def test_every_finding_on_the_samples_that_was_judged_is_of_a_rule() -> None:
    path = OWN[0] / "draft_findings.jsonl"
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert {record["rule"] for record in records} <= set(RULES)
    assert {record["verdict"] for record in records} <= {"fault", "true", "wrong"}

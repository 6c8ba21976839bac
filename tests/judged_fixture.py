"""Judged sets over the three notices of `search_corpus`: four questions, and one that is a piece of a clause."""

from __future__ import annotations

import json
from pathlib import Path

from tests.search_corpus import write_corpus

QUESTIONS = [
    {
        "qid": "a",
        "split": "test",
        "type": "content",
        "query": "云泽市怎么培训养老护理员？",
        "relevant": [{"doc": "云泽2021", "quote": "全年培训养老护理员900人次", "grade": 2}],
    },
    {
        "qid": "b",
        "split": "test",
        "type": "target",
        "query": "澜政发〔2016〕22号说夜市要建几条？",  # the number of another notice, which becomes a filter
        "relevant": [{"doc": "砚湖2023", "quote": "建成特色夜市3条", "grade": 2}],
    },
    {"qid": "c", "split": "test", "type": "unanswerable", "query": "网约车怎么收费？", "reason": "not_in_archive"},
    {
        "qid": "d",
        "split": "tune",
        "type": "content",
        "query": "设计人才补助多少？",
        "relevant": [
            {"doc": "澜川2016", "quote": "最高50万元安家补助", "grade": 2},
            {"doc": "澜川2016", "quote": "工业设计大赛", "grade": 1},
        ],
    },
]


def write_gold(folder: Path) -> Path:
    """The folder, with a file of the four questions."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps(question, ensure_ascii=False) for question in QUESTIONS]
    (folder / "queries_x.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folder


def write_judged_set(folder: Path) -> tuple[Path, Path]:
    """The folders of the gold records and of the notices, made below `folder`."""
    gold, corpus = folder / "gold", folder / "corpus"
    gold.mkdir(parents=True)
    corpus.mkdir()
    write_corpus(corpus)
    file = min(path for path in corpus.iterdir() if path.suffix == ".txt")
    line = next(line for line in file.read_text(encoding="utf-8").splitlines() if len(line) > 30)
    query = {
        "qid": "q1", "split": "test", "type": "content", "query": line[5:25], "answer_units": [], "answer_text": [],
        "relevant": [{"doc": file.stem, "quote": line[5:25], "grade": 2}], "why": "",
    }  # fmt: skip
    (gold / "queries_1.jsonl").write_text(json.dumps(query, ensure_ascii=False) + "\n", encoding="utf-8")
    return gold, corpus

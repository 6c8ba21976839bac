"""A judged set over the three notices of `search_corpus`: one question, a piece of a clause."""

from __future__ import annotations

import json
from pathlib import Path

from tests.search_corpus import write_corpus


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

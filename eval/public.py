"""Written questions over public clauses, from the folder of training questions beside the project."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from indexer.build import build
from indexer.index import Encoder, Index, open_index

__all__ = ["Public", "public_archive"]


@dataclass(frozen=True, slots=True)
class Public:
    """An index of public clauses, one a document, and the development questions about them."""

    index: Index
    questions: tuple[dict[str, str], ...]  # cid, staff, short, draft
    doc_ids: dict[str, str]  # cid → doc_id


@contextmanager
def public_archive(folder: Path, encoder: Encoder) -> Iterator[Public]:
    """The clauses of `train.jsonl` and `dev.jsonl`, indexed in a folder that is removed afterwards."""
    rows = {name: _rows(folder / f"{name}.jsonl") for name in ("dev", "train")}
    with tempfile.TemporaryDirectory(prefix="tiaowen-public-") as scratch:
        notices = Path(scratch) / "notices"
        notices.mkdir()
        for row in (*rows["dev"], *rows["train"]):
            (notices / f"{row['cid']}.txt").write_text(f"{row['title']}\n{row['text']}\n", encoding="utf-8")
        build([notices], Path(scratch) / "index", encoder=encoder)
        with open_index(Path(scratch) / "index", encoder) as index:
            heads = index.notices()
            doc_ids = {Path(source.path).stem: n.doc_id for n in heads for source in index.sources(n.doc_id)}
            yield Public(index, tuple(rows["dev"]), doc_ids)


def _rows(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]

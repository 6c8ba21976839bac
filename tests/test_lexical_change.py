"""A lexical leg that was written as a change answers to the last digit like one that was written anew."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from indexer.build import build
from indexer.errors import IndexDamaged
from indexer.index import dense, open_index, row_keys
from indexer.index.changes import Changes
from indexer.index.lexical import WEIGHTS, Lexical
from indexer.index.lexical_writer import change_lexical, write_lexical
from indexer.index.passage import IndexedClause
from indexer.records import Query
from indexer.search import search
from indexer.search.retrieve import DEFAULTS
from indexer.sources import find_files
from tests.hash_encoder import HashEncoder

WORDS = "养老 服务 补贴 物流 企业 奖励 市民政局 财政局 住房 公积金 贷款 绿色 建筑 招商 引资 就业 培训 道路 水库 河长".split()
QUESTIONS = ("养老服务补贴", "物流企业奖励", "住房公积金贷款由财政局负责", "水库河长", "道路", "没有的词 养老")


def clauses(texts: Mapping[int, str]) -> list[IndexedClause]:
    """A clause a text, by row."""
    return [
        IndexedClause(row, f"{text[:2]}方案", (text[2:4],), text, (text[-3:],), "云泽市", str(row))
        for row, text in sorted(texts.items())
    ]


def text(seed: int) -> str:
    """Some words in some order."""
    rng = random.Random(seed)
    return "".join(rng.choices(WORDS, k=rng.randint(2, 6)))


def written(folder: Path, texts: list[str]) -> Lexical:
    """The leg of these clauses, written anew."""
    folder.mkdir()
    write_lexical(folder, [clauses(dict(enumerate(texts)))], progress=lambda done: None)
    return Lexical(folder)


def changed(folder: Path, earlier: Path, before: list[str], now: list[str]) -> bool:
    """The leg of the texts now, written as a change; every text occurs once."""
    folder.mkdir()
    places = {text: row for row, text in enumerate(now)}
    changes = Changes(
        np.array([places.get(text, -1) for text in before], dtype=np.int64),
        np.array([row for row, text in enumerate(now) if text not in set(before)], dtype=np.int64),
    )
    gone = clauses({row: text for row, text in enumerate(before) if text not in places})
    new = clauses({row: now[row] for row in changes.added.tolist()})
    return change_lexical(folder, earlier, changes, gone=[gone], new=[new])


def distinct(n: int, *, seed: int = 0) -> list[str]:
    """So many texts, no two the same."""
    return list(dict.fromkeys(f"{text(seed + number)}{chr(0x4E00 + (seed + number) % 9000)}" for number in range(n)))


def assert_alike(one: Lexical, other: Lexical) -> None:
    assert one.n_clauses == other.n_clauses
    for question in QUESTIONS:
        assert one.frequencies(question) == other.frequencies(question)
        for k in (1, 10, 1000):
            assert one.search(question, k) == other.search(question, k)
            for weights in (dict(DEFAULTS.field_weights), {**WEIGHTS, "text": 2.0}):
                assert one.search(question, k, weights=weights) == other.search(question, k, weights=weights)
        for allowed in (np.arange(0, one.n_clauses, 7), np.arange(one.n_clauses // 2)):
            assert one.search(question, 20, allowed=allowed) == other.search(question, 20, allowed=allowed)


def test_changes_one_after_another_answer_like_a_new_leg(tmp_path: Path) -> None:
    before = distinct(1500)
    written(tmp_path / "0", before)
    for turn in range(1, 4):
        new = distinct(20, seed=5000 + 100 * turn)
        now = [text for number, text in enumerate(before) if number % 60 != turn]
        now[100:100] = [text for text in new if text not in before]
        assert changed(tmp_path / str(turn), tmp_path / str(turn - 1), before, now)
        before = now
    assert_alike(Lexical(tmp_path / "3"), written(tmp_path / "anew", before))


def test_the_earlier_leg_goes_on_answering_as_before(tmp_path: Path) -> None:
    before = distinct(300)
    leg = written(tmp_path / "0", before)
    found = [leg.search(question, 10) for question in QUESTIONS]
    files = {file.name: file.read_bytes() for file in (tmp_path / "0").iterdir()}
    assert changed(tmp_path / "1", tmp_path / "0", before, before[10:])
    assert {file.name: file.read_bytes() for file in (tmp_path / "0").iterdir()} == files
    assert [Lexical(tmp_path / "0").search(question, 10) for question in QUESTIONS] == found


def test_changes_go_on_when_tantivy_has_put_together_what_they_wrote(tmp_path: Path) -> None:
    now = distinct(1500)
    written(tmp_path / "0", now)
    n_segments = []
    for turn in range(1, 21):
        before = now
        gone = {turn * 70, *(len(before) - n for n in range(2, 12))}
        now = [text for number, text in enumerate(before) if number not in gone]
        now += [text for text in distinct(20, seed=5000 + 100 * turn) if text not in set(before)]
        assert changed(tmp_path / str(turn), tmp_path / str(turn - 1), before, now)
        meta = json.loads((tmp_path / str(turn) / "meta.json").read_text(encoding="utf-8"))
        n_segments.append(len(meta["segments"]))
    assert max(n_segments) > 3
    assert n_segments[-1] < 20
    assert_alike(Lexical(tmp_path / "20"), written(tmp_path / "anew", now))


@pytest.mark.parametrize("kept", [slice(0, 500), slice(0, 0)], ids=["many are new", "all are gone"])
def test_where_too_much_has_changed_nothing_is_written(tmp_path: Path, kept: slice) -> None:
    before = distinct(1000)
    written(tmp_path / "0", before)
    assert not changed(tmp_path / "1", tmp_path / "0", before, before[kept] + distinct(200, seed=5000))
    assert list((tmp_path / "1").iterdir()) == []


@pytest.mark.parametrize("name", ["rows.npy", "gone.msgpack"])
@pytest.mark.parametrize("content", [b"", b"nonsense", None])
def test_a_damaged_list_of_rows_is_named(tmp_path: Path, name: str, content: bytes | None) -> None:
    before = distinct(100)
    written(tmp_path / "0", before)
    assert changed(tmp_path / "1", tmp_path / "0", before, before[1:])
    if content is None:
        (tmp_path / "1" / "rows.npy").write_bytes((tmp_path / "1" / "rows.npy").read_bytes()[:-8])
        name = "rows.npy"
    else:
        (tmp_path / "1" / name).write_bytes(content)
    with pytest.raises(IndexDamaged, match=name.replace(".", r"\.")):
        Lexical(tmp_path / "1")


def test_a_build_after_a_change_gives_the_answers_of_a_fresh_one(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dense, "EXACT_UP_TO", 50)  # so that the vectors are an inverted file as well
    monkeypatch.setattr(row_keys, "MOST_NEW", 1.0)
    samples = find_files([root / "corpus" / "samples"])[:16]
    folder = tmp_path / "notices"
    folder.mkdir()
    for file in samples[1:]:
        shutil.copy(file, folder)
    build([folder], tmp_path / "changed", encoder=HashEncoder())
    shutil.copy(samples[0], folder)
    (folder / samples[-1].name).unlink()
    report = build([folder], tmp_path / "changed", encoder=HashEncoder())
    build([folder], tmp_path / "fresh", encoder=HashEncoder())
    assert report.parsed == 1
    with (
        open_index(tmp_path / "changed", HashEncoder()) as changed_index,
        open_index(tmp_path / "fresh", HashEncoder()) as fresh,
    ):
        live = tmp_path / "changed" / changed_index.generation
        assert (live / "lexical" / "rows.npy").exists()
        assert (live / "vectors.1.npy").exists()
        for question in ("养老服务由谁牵头", "物流补贴", "夜间经济", "数字政府建设"):
            assert changed_index.lexical(question, 50) == fresh.lexical(question, 50)
            first = [hit.clause_id for hit in search(changed_index, Query(question), k=5)]
            assert len(set(first) & {hit.clause_id for hit in search(fresh, Query(question), k=5)}) >= 4


@pytest.mark.parametrize(
    "name",
    ["vectors.npy", "vectors.1.npy", "vectors.rows.npy", "vectors.faiss", "lexical/rows.npy", "lexical/gone.msgpack"],
)
def test_each_file_of_a_large_changed_index_that_is_damaged_is_named(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(dense, "EXACT_UP_TO", 20)
    samples = find_files([root / "corpus" / "samples"])
    folder = tmp_path / "notices"
    folder.mkdir()
    for file in samples[:12]:
        shutil.copy(file, folder)
    build([folder], tmp_path / "index", encoder=HashEncoder())
    monkeypatch.setattr(row_keys, "MOST_NEW", 1.0)
    shutil.copy(samples[12], folder)
    build([folder], tmp_path / "index", encoder=HashEncoder())
    live = tmp_path / "index" / (tmp_path / "index" / "CURRENT").read_text(encoding="utf-8").strip()
    content = bytearray((live / name).read_bytes())
    content[len(content) // 2] ^= 1
    (live / name).write_bytes(content)
    with pytest.raises(IndexDamaged, match=name.replace(".", r"\.")):
        open_index(tmp_path / "index", HashEncoder())

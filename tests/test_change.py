"""Builds one after another, each from what the one before left, hold to the last row what a build from nothing does."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import indexer.build as build_module
from indexer.build import build
from indexer.corrections import correct
from indexer.index import archive_writer, dense, open_index, row_keys
from indexer.index.archive_writer import ArchiveWriter
from indexer.index.generations import ARCHIVE
from indexer.vocabulary import VOCABULARY
from tests.hash_encoder import HashEncoder
from tests.thoroughness import few_or_many

PLACES = "云泽市 砚湖区 枫林县 江澜省云泽市砚湖区 望津市 浙江省温州市".split()
TOPICS = "养老服务 现代物流 夜间经济 住房公积金 绿色建筑 数字政府 乡村道路".split()
KINDS = "行动方案 实施意见 管理办法".split()
HEADINGS = "主要任务 扶持政策 保障措施 工作要求".split()
UNITS = "市民政局 市财政局 区发改局 县住建局 市商务局 市交通运输局".split()
DONE = "培训护理员三千人次 购置新能源货车 建成一家服务中心 评选示范街区 修复乡村道路 归集办事材料 发放补贴 公开审批结果".split()
QUESTIONS = ("养老服务由谁牵头", "物流补贴", "市财政局负责什么", "住房公积金")
# What a table says, without the numbers by which its rows find one another.
ARCHIVED = (
    "SELECT * FROM notices", "SELECT * FROM sources", "SELECT * FROM pages", "SELECT * FROM links", "SELECT * FROM skipped",
    "SELECT * FROM corrections", "SELECT row, clause_id FROM rows", "SELECT * FROM runs",
    "SELECT r.row, c.clause_id, c.doc_id, c.number, c.headings, c.text, c.start, c.end, c.persons, c.deadline, c.targets, "
    "c.columns, c.ordinal, c.passage_sha256 FROM clauses c JOIN rows r ON r.clause = c.id",
    "SELECT r.row, u.ordinal, u.surface, u.name, u.role, u.inherited, u.start, u.end, u.rule, u.members, u.open_ended "
    "FROM units u JOIN rows r ON r.clause = u.clause",
)  # fmt: skip
CALLED = [
    f"SELECT * FROM {table}"
    for table in ("terms", "phrases", "headings", "patterns", "pairs", "titles", "runs", "numbers")
]


def notice(rng: random.Random) -> str:
    """A notice of a few clauses; two of them have much in common."""
    place, topic, kind, year = rng.choice(PLACES), rng.choice(TOPICS), rng.choice(KINDS), rng.randint(2019, 2024)
    lines = [f"{place}人民政府办公室关于印发{topic}{kind}的通知", f"{place[:2]}政办发〔{year}〕{rng.randint(1, 60)}号"]
    for number in "一二三"[: rng.randint(1, 3)]:
        lines.append(f"{number}、{rng.choice(HEADINGS)}")
        for item in "一二三四"[: rng.randint(1, 4)]:
            lines.append(
                f"（{item}）{topic}工作。{rng.choice(DONE)}，{rng.choice(DONE)}。（责任单位：{rng.choice(UNITS)}）"
            )
    return "\n".join([*lines, f"{place}人民政府办公室", f"{year}年{rng.randint(1, 12)}月1日", ""])


class Archive:
    """A folder of notices in which things happen."""

    def __init__(self, folder: Path, index: Path, seed: int) -> None:
        self.folder, self.index, self.rng = folder, index, random.Random(seed)
        self.numbered = 0
        folder.mkdir()

    def files(self) -> list[Path]:
        return sorted(self.folder.iterdir())

    def add(self, text: str | None = None) -> None:
        """A new file, somewhere in the order of the names."""
        self.numbered += 1
        name = f"{self.rng.randint(0, 99):02}-{self.numbered}.txt"
        (self.folder / name).write_text(text or notice(self.rng), encoding="utf-8")

    def happen(self) -> None:
        """One thing of those that happen to archives."""
        file = self.rng.choice(self.files())
        text = file.read_text(encoding="utf-8")
        what = self.rng.choice(
            ("add", "again", "nearly", "change", "retitle", "remove", "move", "correct", "unreadable")
        )
        if what == "add":
            self.add()
        elif what == "again":
            self.add(text)
        elif what == "nearly":
            self.add(text.replace("工作。", "工作，", 1))
        elif what == "change":
            file.write_text(text.replace("，", "，并且", 1), encoding="utf-8")
        elif what == "retitle":
            file.write_text(text.replace("关于印发", f"关于印发{self.rng.choice(TOPICS)}", 1), encoding="utf-8")
        elif what == "remove" and len(self.files()) > 6:
            file.unlink()
        elif what == "move":
            file.rename(file.with_name(f"{self.rng.randint(0, 99):02}-moved-{file.name}"))
        elif what == "correct":
            with open_index(self.index, HashEncoder()) as index:
                found = self.rng.choice(index.notices())
                self.numbered += 1
                title = f"{self.rng.choice(PLACES)}{self.rng.choice(TOPICS)}办法{self.numbered}"
                correct(index, found.doc_id, field="title", after=title, by="李敏")
        elif what == "unreadable":
            self.add(" ")


def rows_of(index: Path, name: str, statements: tuple[str, ...] | list[str]) -> Iterator[list[tuple[Any, ...]]]:
    """What each statement gives of a file of the live generation, sorted."""
    file = index / (index / "CURRENT").read_text().strip() / name
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        for statement in statements:
            yield sorted(connection.execute(statement).fetchall(), key=repr)


def assert_alike(changed: Path, fresh: Path) -> None:
    for name, statements in ((ARCHIVE, ARCHIVED), (VOCABULARY, CALLED)):
        both = [rows_of(index, name, statements) for index in (changed, fresh)]
        for statement, mine, theirs in zip(statements, *both, strict=True):
            assert mine == theirs, statement
    with open_index(changed, HashEncoder()) as mine, open_index(fresh, HashEncoder()) as theirs:
        assert mine.manifest.corpus_sha256 == theirs.manifest.corpus_sha256
        everything = range(mine.manifest.n_clauses)
        legs = [dense.Dense(index.directory / index.generation / "vectors.faiss") for index in (mine, theirs)]
        assert np.array_equal(*(np.concatenate(leg.vectors(everything)) for leg in legs))
        for question in QUESTIONS:
            assert mine.lexical(question, 50) == theirs.lexical(question, 50)
            assert mine.dense(question, 50) == theirs.dense(question, 50)  # so few that all lists are looked into


@pytest.mark.parametrize("seed", range(few_or_many(3, 30)))
def test_whatever_happens_between_builds_the_index_is_that_of_a_build_from_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(dense, "EXACT_UP_TO", 40)  # so that vectors are in a file of their own, most of the time
    monkeypatch.setattr(row_keys, "MOST_NEW", 1.0)
    monkeypatch.setattr(row_keys, "MOST_GONE", 0.9)
    inherited, added_to = [], []
    inherit = ArchiveWriter._inherit
    monkeypatch.setattr(ArchiveWriter, "_inherit", lambda self: (inherited.append(self), inherit(self))[1])
    archive = Archive(tmp_path / "notices", tmp_path / "changed", seed)
    for _ in range(12):
        archive.add()
    build([archive.folder], archive.index, encoder=HashEncoder())
    for step in range(8):
        for _ in range(archive.rng.choice((1, 1, 2, 5))):
            archive.happen()
        if step == 5:
            monkeypatch.setattr(build_module, "_parser", lambda: "another version")
        build([archive.folder], archive.index, encoder=HashEncoder())
        fresh = tmp_path / "fresh"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir()
        if (archive.index / "corrections.jsonl").exists():
            shutil.copy(archive.index / "corrections.jsonl", fresh)
        build([archive.folder], fresh, encoder=HashEncoder())
        assert_alike(archive.index, fresh)
        added_to += archive.index.glob("*/vectors.1.npy")
    assert inherited
    assert added_to


def test_a_file_of_which_most_is_gone_gives_its_room_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_writer, "_MOST_GONE", 0.9)  # so that the file is copied whatever is gone
    archive = Archive(tmp_path / "notices", tmp_path / "changed", 0)
    for _ in range(40):
        archive.add()
    build([archive.folder], archive.index, encoder=HashEncoder())
    for file in archive.files()[::2] + archive.files()[1::4]:
        file.unlink()
    build([archive.folder], archive.index, encoder=HashEncoder())
    build([archive.folder], tmp_path / "fresh", encoder=HashEncoder())
    assert_alike(archive.index, tmp_path / "fresh")
    sizes = [next(index.glob(f"*/{ARCHIVE}")).stat().st_size for index in (archive.index, tmp_path / "fresh")]
    assert sizes[0] <= 1.2 * sizes[1]


def test_a_build_never_writes_to_the_generation_that_it_copies(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "notices", tmp_path / "index", 1)
    for _ in range(12):
        archive.add()
    build([archive.folder], archive.index, encoder=HashEncoder())
    with open_index(archive.index, HashEncoder()) as index:  # which keeps the generation
        live = archive.index / index.generation
        before = {path: path.read_bytes() for path in sorted(live.rglob("*")) if path.is_file()}
        archive.add()
        assert not build([archive.folder], archive.index, encoder=HashEncoder()).unchanged
        assert {path: path.read_bytes() for path in sorted(live.rglob("*")) if path.is_file()} == before

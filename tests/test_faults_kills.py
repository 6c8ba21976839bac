"""Killed at any moment (SIGKILL) nothing that was there is lost, and the next call goes on: build, fetch, corrections, uploads.

TIAOWEN_KILLS says how many kills at random are made in all, 24 if it is not set: half of them of a build, a quarter of a
fetch, an eighth each of a writer of corrections and of uploads. Beside them every change to files that publishes a
generation, and every one that keeps a page, is killed before in turn.

    TIAOWEN_KILLS=240 python -m pytest tests/test_faults_kills.py

Half of the kills of a build come after a random time, half before a random change to files; the numbers are drawn by a
generator whose seed is TIAOWEN_KILLS, so that a run can be repeated as far as time can.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from indexer.build import build
from indexer.corrections import CORRECTIONS, correct, read_corrections, take_back
from indexer.index import Index, open_index
from indexer.index.generations import UPLOADS, open_live, verify
from indexer.sources import find_files
from indexer.sources.crawler.provenance import Provenance, read_provenance
from indexer.sources.crawler.raw_files import RawFiles
from indexer.uploads import admit, stage, withdraw
from tests.fetch_site import Site, column, notice_path, serving
from tests.hash_encoder import HashEncoder
from tests.killed_process import Working, changes_of
from tests.search_corpus import YANHU, write_corpus
from tests.test_fetch import fetch, sources, start

KILLS = int(os.environ.get("TIAOWEN_KILLS", "24"))
LONGEST = 30.0  # seconds that a process may take to begin

Say = Callable[[str], None]


@pytest.fixture
def chance() -> random.Random:
    return random.Random(KILLS)


# --- what the processes do -----------------------------------------------------------------------


def building(notices: str, directory: str, say: Say) -> None:
    say("begun")
    build([notices], directory, encoder=HashEncoder())


def correcting(directory: str, say: Say) -> None:
    """Correct and take back without end; say what was written down once it is."""
    with open_index(directory, HashEncoder()) as index:
        doc_id = index.notices()[0].doc_id
        for number in range(1_000_000):
            made = correct(index, doc_id, field="title", after=f"第{os.getpid()}号第{number}次改正", by="编辑甲")
            say(made.correction_id)
            if number % 3 == 2:
                say(f"back {take_back(directory, made.correction_id, by='编辑乙').taken_back}")


def uploading(directory: str, say: Say) -> None:
    """Admit and withdraw without end; say what was done once it is."""
    for number in range(1_000_000):
        staged = stage(f"通知{os.getpid()}-{number}.txt", YANHU.replace("3条", f"{number + 4}条").encode())
        file = admit(staged, directory, by="编辑甲")
        say(f"in {file.name}")
        if number % 3 == 2:
            withdraw(file, directory, by="编辑乙")
            say(f"out {file.name}")


def keeping(folder: str, old: str, new: str, say: Say) -> None:
    """Keep a page that has changed."""
    del old, say
    RawFiles(Path(folder)).keep(new.encode(), page_record(new))


def page_record(text: str) -> Provenance:
    return Provenance(
        url="https://example.org/zc/2023/t20230105_1.html", fetched_at="2026-01-02T03:04:05+00:00", status=200,
        sha256=hashlib.sha256(text.encode()).hexdigest(), size=len(text.encode()), media_type="text/html",
        charset=None, content_encoding=None, etag=None, last_modified=None, source="s", place=None, level=None,
        linked_by=None, link_text="",
    )  # fmt: skip


# --- build ---------------------------------------------------------------------------------------


class Archive:
    """Three notices, one more uploaded, and a correction by hand, with an index over them."""

    def __init__(self, folder: Path) -> None:
        self.notices, self.directory = write_corpus(folder / "notices"), folder / "index"
        self.live = self.wanted = 3
        self.build()
        text = YANHU.replace("砚湖", "枫林").replace("特色夜市3条", "水上集市2处")
        admit(stage("上传.txt", text.encode()), self.directory, by="编辑甲")
        with self.opened() as index:
            found = next(head for head in index.notices() if "澜川" in head.title)
            self.correction = correct(index, found.doc_id, field="doc_number", after="澜政发〔2016〕23号", by="编辑甲")
        self.build()
        self.kept = {path: path.read_bytes() for path in self.outside()}

    def outside(self) -> list[Path]:
        """What is in the index's folder and in no generation."""
        uploads = [path for path in (self.directory / UPLOADS).rglob("*") if path.is_file()]
        return sorted([self.directory / CORRECTIONS, *uploads])

    def change(self) -> None:
        """Have another number in a notice, so that the next build has something to do."""
        self.wanted += 1
        text = YANHU.replace("特色夜市3条", f"特色夜市{self.wanted}条")
        (self.notices / "砚湖2023.txt").write_text(text, encoding="utf-8")

    def build(self) -> None:
        build([self.notices], self.directory, encoder=HashEncoder())
        self.live = self.wanted

    def opened(self) -> Index:
        return open_index(self.directory, HashEncoder())

    def check(self) -> None:
        """The live generation is whole: that of the last complete build or the wanted one, with all that is kept."""
        generation = open_live(self.directory)
        verify(generation, thorough=True)
        generation.release()
        with self.opened() as index:
            ((clause_id, _), *_) = index.lexical("特色夜市 临湖路", 1)
            number = int(index.clause(clause_id).text.partition("特色夜市")[2].partition("条")[0])
            assert number in (self.live, self.wanted)
            self.live = number
            heads = {head.title: head for head in index.notices()}
            assert len(heads) == 4
            assert sum("枫林" in title for title in heads) == 1
            assert [head.doc_number for title, head in heads.items() if "澜川" in title] == ["澜政发〔2016〕23号"]
            assert len(index.dense("夜市", 99)) == index.manifest.n_clauses
        assert {path: path.read_bytes() for path in self.outside() if path.name != ".lock"} == {
            path: content for path, content in self.kept.items() if path.name != ".lock"
        }

    def folders(self) -> list[str]:
        """The generations, complete or not."""
        return sorted(path.name for path in self.directory.iterdir() if path.is_dir() and path.name != UPLOADS)


def test_a_build_killed_anywhere_leaves_an_index_that_is_whole_and_the_next_build_goes_on(
    tmp_path: Path, chance: random.Random
) -> None:
    archive = Archive(tmp_path)
    archive.change()
    began = time.monotonic()
    n_changes = changes_of(building, str(archive.notices), str(archive.directory))
    longest = time.monotonic() - began
    archive.live = archive.wanted
    n_killed = number = 0
    reader, seen = archive.opened(), archive.live
    while n_killed < KILLS // 2:  # one that comes too late does not count
        number += 1
        archive.change()
        before_change = chance.randint(1, n_changes) if number % 2 else 0
        process = Working(building, str(archive.notices), str(archive.directory), before_change=before_change)
        assert process.next_said(LONGEST) == "begun" if not before_change else True
        if not before_change:
            process.kill(after=chance.uniform(0, longest))
        n_killed += process.ended()[0]
        archive.check()
        # The live one, that of the reader, one that was not made live, one begun: never more, however many kills there were.
        assert len(archive.folders()) <= 4
        assert f"特色夜市{seen}条" in reader.clause(reader.lexical("特色夜市 临湖路", 1)[0][0]).text
        if number % 6 == 0:
            archive.build()
            archive.check()
            assert archive.live == archive.wanted
            reader.close()
            archive.build()
            assert len(archive.folders()) == 1
            reader, seen = archive.opened(), archive.live
    reader.close()
    archive.build()
    archive.check()
    assert len(archive.folders()) == 1
    assert not list(tmp_path.rglob(".building"))


def test_a_build_killed_before_each_of_its_changes_never_leaves_more_than_one_generation_too_many(
    tmp_path: Path,
) -> None:
    archive = Archive(tmp_path)
    archive.change()
    n_changes = changes_of(building, str(archive.notices), str(archive.directory))
    archive.live = archive.wanted
    last = range(n_changes, max(n_changes - max(KILLS // 4, 6), 0), -1)  # publishing and clearing up come last
    for before_change in last:
        archive.change()
        was_killed, _ = Working(
            building, str(archive.notices), str(archive.directory), before_change=before_change
        ).ended()
        archive.check()
        assert was_killed or archive.live == archive.wanted
        assert len(archive.folders()) <= 3
    archive.build()
    assert len(archive.folders()) == 1


def test_the_first_build_killed_before_it_is_live_leaves_nothing_for_good(tmp_path: Path) -> None:
    notices, directory = write_corpus(tmp_path / "notices"), tmp_path / "index"
    n_changes = changes_of(building, str(notices), str(tmp_path / "other"))
    # From behind: before what is done once it is live, before CURRENT is swapped, before its file is written.
    n_not_live = 0
    for before_change in range(n_changes, n_changes - 4, -1):
        shutil.rmtree(directory, ignore_errors=True)
        for _ in range(2):
            Working(building, str(notices), str(directory), before_change=before_change).ended()
            assert len(list(directory.glob("0*"))) <= 1, "generations that were never live add up"
            n_not_live += bool(list(directory.glob("0*"))) and not (directory / "CURRENT").exists()
    assert n_not_live, "no kill came between"
    build([notices], directory, encoder=HashEncoder())
    assert sorted(path.name for path in directory.iterdir() if path.is_dir()) == [
        (directory / "CURRENT").read_text().strip()
    ]


# --- fetch ---------------------------------------------------------------------------------------


@pytest.fixture
def site() -> Iterator[Site]:
    with serving(column()) as served:
        yield served


def test_a_fetch_killed_anywhere_keeps_every_file_whole_and_the_next_one_goes_on(
    site: Site, tmp_path: Path, chance: random.Random
) -> None:
    described, into = sources(site, tmp_path, delay=0.01), tmp_path / "raw"
    given: set[bytes] = {page.body for page in site.pages.values()}
    kept: set[Path] = set()
    began = time.monotonic()
    assert fetch(described, tmp_path / "other").status == 0
    longest, n_runs, n_killed = time.monotonic() - began, 0, 0
    while n_killed < KILLS // 4:
        process = start(described, into)
        time.sleep(chance.uniform(0, longest))
        if process.is_running():
            process.send(signal.SIGKILL)
        status = process.wait().status
        assert status in (0, -signal.SIGKILL)
        files = set(find_files([into])) if into.is_dir() else set()
        assert kept <= files
        assert all(file.read_bytes() in given for file in files)
        kept = files
        n_killed += status != 0
        if status == 0:  # the run came to its end before the kill: on with the next one
            n_runs += 1
            site.page(notice_path(1 + n_runs % 9), "更正", text=f"一、市民政局做好第{n_runs}次更正。")
            given.add(site.pages[notice_path(1 + n_runs % 9)].body)
    for _ in range(2):  # one to end the run that was broken off, one that finds nothing else to do
        done = fetch(described, into)
        assert done.status == 0, done.stderr
    assert "11 unchanged" in done.stderr
    assert len(find_files([into])) == 11
    for file in find_files([into]):
        record = read_provenance(file)
        assert record is not None
        assert record.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    assert not list(into.rglob("*.part"))


def test_a_changed_page_killed_before_each_change_keeps_both_versions(tmp_path: Path) -> None:
    old, new = "旧的内容", "新的内容"
    RawFiles(tmp_path / "counted").keep(old.encode(), page_record(old))
    n_changes = changes_of(keeping, str(tmp_path / "counted"), old, new)
    assert n_changes >= 8
    for before_change in range(1, n_changes + 1):
        folder = tmp_path / str(before_change)
        path = folder / RawFiles(folder).keep(old.encode(), page_record(old))
        assert Working(keeping, str(folder), old, new, before_change=before_change).ended()[0]
        assert path.read_text(encoding="utf-8") in (old, new)
        keeping(str(folder), old, new, lambda _: None)
        assert path.read_text(encoding="utf-8") == new
        (earlier,) = path.parent.glob(".earlier/*.html")
        assert earlier.read_text(encoding="utf-8") == old
        for file, text in ((path, new), (earlier, old)):
            record = read_provenance(file)
            assert record is not None
            assert record.sha256 == hashlib.sha256(text.encode()).hexdigest()


# --- corrections and uploads ---------------------------------------------------------------------


def test_a_correction_that_was_written_down_outlives_every_kill(tmp_path: Path, chance: random.Random) -> None:
    archive = Archive(tmp_path)
    made, back = {archive.correction.correction_id}, set()
    for number in range(1, max(KILLS // 8, 2) + 1):
        process = Working(correcting, str(archive.directory))
        said = [process.next_said(LONGEST)]
        process.kill(after=chance.uniform(0, 0.2))
        was_killed, more = process.ended()
        assert was_killed
        for line in [*said, *more]:
            (back if line.startswith("back ") else made).add(line.removeprefix("back "))
        on_file = read_corrections(archive.directory)
        assert made <= {each.correction_id for each in on_file.corrections}
        assert back <= set(on_file.taken_back)
        assert len(on_file.damaged) <= number  # a line that the kill cut off is named, and costs no other
    report = build([archive.notices], archive.directory, encoder=HashEncoder())
    assert {each.correction.correction_id for each in report.corrections} >= made
    assert len(made) > max(KILLS // 8, 2)


def test_an_upload_that_was_admitted_outlives_every_kill(tmp_path: Path, chance: random.Random) -> None:
    archive = Archive(tmp_path)
    uploads = archive.directory / UPLOADS
    inside, outside = {"上传.txt"}, set()
    for _ in range(max(KILLS // 8, 2)):
        process = Working(uploading, str(archive.directory))
        said = [process.next_said(LONGEST)]
        process.kill(after=chance.uniform(0, 0.3))
        was_killed, more = process.ended()
        assert was_killed
        for line in [*said, *more]:
            (inside if line.startswith("in ") else outside).add(line.partition(" ")[2])
        there = {file.name for file in find_files([uploads])}
        withdrawn = {file.name for file in uploads.glob(".withdrawn/*.txt")}
        assert inside <= there | withdrawn
        assert outside <= withdrawn
        assert not there & withdrawn
        for file in [*find_files([uploads]), *uploads.glob(".withdrawn/*.txt")]:
            record = read_provenance(file)
            assert record is not None
            assert record.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    admit(stage("最后.txt", YANHU.replace("砚湖", "云湖").encode()), archive.directory, by="编辑甲")
    assert not list(uploads.rglob("*.part"))
    report = build([archive.notices], archive.directory, encoder=HashEncoder())
    assert not report.skipped

"""Faults of a generation: each damaged file is named, builds do not meet, an open index keeps its own, clocks do not matter."""

from __future__ import annotations

import random
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, tzinfo
from pathlib import Path

import pytest

import indexer.build as build_module
from indexer.__main__ import main
from indexer.build import build
from indexer.corrections import correct, editing, read_corrections
from indexer.errors import IndexDamaged, IndexFault
from indexer.index import Index, generations, open_index
from indexer.index.generations import open_live
from indexer.records import Query
from indexer.search import ask
from indexer.sources.crawler import frontier as frontier_module
from indexer.sources.crawler.frontier import Found, Frontier, Reply
from tests.hash_encoder import HashEncoder
from tests.killed_process import Working
from tests.search_corpus import YANHU, YUNZE

Say = Callable[[str], None]
LONGEST = 60.0  # seconds that a process may take to begin


def make(notices: Path, directory: Path, encoder: HashEncoder | None = None) -> Path:
    """The generation that a build makes live."""
    build([notices], directory, encoder=encoder or HashEncoder())
    return live(directory)


def live(directory: Path) -> Path:
    return directory / (directory / "CURRENT").read_text().strip()


def files_of(generation: Path) -> list[str]:
    """Every file of the generation; lock files are no part of it."""
    return sorted(
        path.relative_to(generation).as_posix()
        for path in generation.rglob("*")
        if path.is_file() and path.suffix != ".lock"
    )


def refusal(directory: Path) -> str:
    """What opening the index says."""
    with pytest.raises(IndexFault) as caught:
        open_index(directory, HashEncoder()).close()
    assert "\n" not in str(caught.value)
    assert "python -m indexer build" in str(caught.value)
    return str(caught.value)


# --- damage --------------------------------------------------------------------------------------


def test_each_file_that_is_damaged_is_named_and_the_next_build_mends_it(notices: Path, directory: Path) -> None:
    generation = make(notices, directory)
    chance = random.Random(1)
    whole = {name: (generation / name).read_bytes() for name in files_of(generation)}
    assert {"archive.sqlite", "vectors.faiss", "manifest.json", "lexical/meta.json"} < set(whole)
    for name, content in whole.items():
        places = {0, len(content) // 2, len(content) - 1, *(chance.randrange(len(content)) for _ in range(3))}
        harms = [content[:at] + bytes([content[at] ^ 1 << chance.randrange(8)]) + content[at + 1 :] for at in places]
        for harmed in [*harms, content[:-1], content[: len(content) // 2], b"", content + b"\0"]:
            (generation / name).write_bytes(harmed)
            assert str(generation / name) in refusal(directory), (name, len(harmed))
        (generation / name).unlink()
        assert str(generation / name) in refusal(directory)
        (generation / name).mkdir()
        assert str(generation / name) in refusal(directory)
        (generation / name).rmdir()
        (generation / name).write_bytes(content)
    open_index(directory, HashEncoder()).close()
    (generation / "lexical/meta.json").write_bytes(b"{}")
    make(notices, directory)
    open_index(directory, HashEncoder()).close()


def test_no_byte_of_a_manifest_can_change_unseen(notices: Path, directory: Path) -> None:
    manifest = make(notices, directory) / "manifest.json"
    content = manifest.read_bytes()
    for at in range(len(content)):
        manifest.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
        with pytest.raises(IndexFault) as caught:
            open_live(directory).release()
        assert str(manifest.parent) in str(caught.value)
    manifest.write_bytes(content)
    open_live(directory).release()


def test_a_file_of_another_generation_is_named(notices: Path, directory: Path, tmp_path: Path) -> None:
    first = make(notices, directory)
    kept = shutil.copytree(first, tmp_path / "kept")
    # The same archive under another encoder, whose manifest describes the same notices.
    second = make(notices, directory, HashEncoder(salt="2"))
    assert first.name[6:] == second.name[6:]
    for name in files_of(kept):
        if not (second / name).exists() or (second / name).read_bytes() == (kept / name).read_bytes():
            continue
        content = (second / name).read_bytes()
        (second / name).write_bytes((kept / name).read_bytes())
        assert str(second / name) in refusal(directory)
        (second / name).write_bytes(content)
    shutil.rmtree(second / "lexical")
    shutil.copytree(kept / "lexical", second / "lexical")
    assert str(second / "lexical") in refusal(directory)
    (second / "manifest.json").write_bytes((kept / "manifest.json").read_bytes())
    assert "manifest.json: belongs to generation 000001-" in refusal(directory)


def test_each_byte_of_current_that_is_damaged_is_noticed(notices: Path, directory: Path) -> None:
    current = directory / "CURRENT"
    make(notices, directory)
    content = current.read_bytes()
    for at in range(len(content) - 1):
        current.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
        assert str(directory) in refusal(directory)
    for harmed in (b"", content[:5], content * 2):
        current.write_bytes(harmed)
        assert str(current) in refusal(directory)


def test_a_build_copies_nothing_from_a_damaged_archive_however_large(
    notices: Path, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    generation = make(notices, directory)
    monkeypatch.setattr(generations, "HASHED_ON_OPEN", 0)  # as if it were too large to be hashed whenever it is opened
    archive = generation / "archive.sqlite"
    archive.write_bytes(archive.read_bytes().replace("社区食堂40家".encode(), "社区食堂90家".encode()))
    (notices / "砚湖2023.txt").write_text(YANHU.replace("3条", "4条"), encoding="utf-8")
    make(notices, directory)
    with open_index(directory, HashEncoder()) as index:
        bodies = [index.notice(head.doc_id).body for head in index.notices()]
    assert sum("社区食堂40家" in body for body in bodies) == 1
    assert not any("社区食堂90家" in body for body in bodies)


# --- at once -------------------------------------------------------------------------------------


def building_slowly(notices: str, directory: str, say: Say) -> None:
    """A build that stops where it would write the words, until it is killed."""

    def progress(stage: str, done: int, total: int) -> None:
        if stage == "words":
            say("writing")
            time.sleep(600)

    build([notices], directory, encoder=HashEncoder(), progress=progress)


def test_a_second_build_is_refused_in_one_line_and_goes_on_once_the_first_is_killed(
    notices: Path, directory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = Working(building_slowly, str(notices), str(directory))
    assert first.next_said(LONGEST) == "writing"
    assert main(["build", str(notices), "--index", str(directory)]) == 2
    said = capsys.readouterr().err
    assert "another build is writing here; wait until it ends" in said
    assert said.count("\n") == 1
    first.kill()
    assert first.ended()[0]
    make(notices, directory)


def test_answers_are_of_one_generation_while_builds_go_on(notices: Path, directory: Path) -> None:
    def write(number: int) -> None:
        (notices / "云泽2021.txt").write_text(YUNZE.replace("40家", f"{number}家"), encoding="utf-8")
        (notices / "砚湖2023.txt").write_text(YANHU.replace("3条", f"{number}条"), encoding="utf-8")

    write(100)
    make(notices, directory)
    stop, wrong, seen = threading.Event(), list[str](), list[list[int]]()

    def numbers(index: Index) -> set[int]:
        found = set()
        for question, before, behind in (
            ("开办社区食堂多少家?", "社区食堂", "家以上"),
            ("特色夜市几条?", "特色夜市", "条"),
        ):
            for hit in ask(index, Query(question)).hits:
                text = index.clause(hit.clause_id).text
                if before in text and behind in text.partition(before)[2]:
                    middle = text.partition(before)[2].partition(behind)[0]
                    found |= {int(middle)} if middle.isdigit() else set()
        return found

    def read() -> None:
        mine: list[int] = []
        try:
            while not stop.is_set():
                with open_index(directory, HashEncoder()) as index:
                    first = numbers(index)
                    time.sleep(0.05)  # a build may come in between
                    assert first == numbers(index), "an open index changed"
                    assert len(first) == 1, f"an answer of two generations: {first}"
                    mine.extend(first)
        except Exception as error:  # a thread's failure is the test's
            wrong.append(repr(error))
        seen.append(mine)

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(101, 109):
        write(number)
        make(notices, directory)
    stop.set()
    for thread in threads:
        thread.join(60)
    assert wrong == []
    assert all(mine == sorted(mine) for mine in seen), "an older generation came after a newer one"
    assert len({number for mine in seen for number in mine}) > 1
    make(notices, directory)
    assert len([path for path in directory.iterdir() if path.is_dir()]) == 1


# --- clocks --------------------------------------------------------------------------------------


class Clock(datetime):
    """A clock that shows what it was set to."""

    shown = datetime(2030, 1, 1, tzinfo=UTC)

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        return cls.shown.astimezone(tz)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Clock]]:
    monkeypatch.setattr(build_module, "datetime", Clock)
    yield Clock
    Clock.shown = datetime(2030, 1, 1, tzinfo=UTC)


def test_a_clock_that_goes_back_changes_the_day_shown_and_not_which_generation_is_live(
    notices: Path, directory: Path, clock: type[Clock]
) -> None:
    make(notices, directory)
    names = [live(directory).name]
    for number, day in enumerate((datetime(1999, 1, 1, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC)), 4):
        clock.shown = day
        (notices / "砚湖2023.txt").write_text(YANHU.replace("3条", f"{number}条"), encoding="utf-8")
        names.append(make(notices, directory).name)
        with open_index(directory, HashEncoder()) as index:
            assert index.manifest.built_at == day.isoformat()
            assert any(f"{number}条" in index.notice(head.doc_id).body for head in index.notices())
    assert [name[:6] for name in names] == ["000001", "000002", "000003"]
    assert [path.name for path in directory.iterdir() if path.is_dir()] == names[-1:]


def test_a_clock_that_goes_back_does_not_change_which_correction_holds(
    notices: Path, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(notices, directory)
    with open_index(directory, HashEncoder()) as index:
        doc_id = index.notices()[0].doc_id
        for day, title in (("2030-01-01T00:00:00+00:00", "先改的标题"), ("1999-01-01T00:00:00+00:00", "后改的标题")):
            monkeypatch.setattr(editing, "now", lambda day=day: day)
            correct(index, doc_id, field="title", after=title, by="编辑甲")
    assert [each.after for each in read_corrections(directory).in_force()[doc_id]] == ["后改的标题"]
    make(notices, directory)
    with open_index(directory, HashEncoder()) as index:
        assert index.notice(doc_id).title == "后改的标题"


def test_a_clock_that_goes_back_leaves_no_page_out_of_the_next_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [Found(f"http://example.org/{number}", "s", "detail") for number in range(3)]
    runs = []
    for day in ("2030-01-01T00:00:00+00:00", "1999-01-01T00:00:00+00:00", "2031-01-01T00:00:00+00:00"):
        monkeypatch.setattr(frontier_module, "now", lambda day=day: day)
        frontier = Frontier(tmp_path, ["s"])
        assert not frontier.begin(found)
        asked = []
        while (page := frontier.next_page((), ())) is not None:
            asked.append(page.url)
            frontier.finish(page, "gone" if page.url.endswith("2") else "new", reply=Reply(sha256="ab"))
        frontier.end()
        frontier.close()
        runs.append(asked)
    everything = [one.url for one in found]
    # What was gone comes back where it is linked again, whatever the clock says.
    assert runs == [everything, everything, everything]


def test_an_index_of_the_future_is_read(notices: Path, directory: Path, clock: type[Clock]) -> None:
    clock.shown = datetime(9999, 12, 31, tzinfo=UTC)
    make(notices, directory)
    with open_index(directory, HashEncoder()) as index:
        assert index.manifest.built_at.startswith("9999")


def test_an_index_that_says_it_is_damaged_does_so_at_the_command_line(
    notices: Path, directory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    generation = make(notices, directory)
    (generation / "vectors.faiss").write_bytes(b"")
    with pytest.raises(IndexDamaged):
        open_index(directory, HashEncoder())
    assert main(["search", "夜市", "--index", str(directory)]) == 1
    said = capsys.readouterr().err
    assert "vectors.faiss: has 0 bytes instead of" in said
    assert said.count("\n") == 1

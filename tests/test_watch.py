"""`build --watch` on a real folder by a real process: it waits until files rest, goes on after mistakes, ends cleanly."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Empty, Queue

import pytest

import indexer.watch as watch_module
from indexer.build import build
from indexer.corrections import correct
from indexer.errors import UsageError
from indexer.index import open_index
from indexer.uploads import admit, stage, withdraw
from indexer.watch import Rebuild, follow
from tests.hash_encoder import HashEncoder

NOTICE = """{place}市人民政府关于加强{topic}工作的通知
{place}政发〔2022〕{number}号
各县（市、区）人民政府：
一、明确分工。由各地制定{topic}年度计划，按月报送进展情况。（责任单位：市商务局）
二、落实资金。安排专项资金{number}00万元用于{topic}项目建设。（责任单位：市财政局）
{place}市人民政府
2022年5月{number}日
"""
WAIT_SECONDS = 60.0
SETTLE_SECONDS = 0.4


def written(topic: str, number: int, place: str = "云泽") -> str:
    return NOTICE.format(topic=topic, number=number, place=place)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one notice."""
    notices = tmp_path / "notices"
    notices.mkdir()
    (notices / "one.txt").write_text(written("快递进村", 3), encoding="utf-8")
    return notices


@pytest.fixture
def following(folder: Path, tmp_path: Path) -> Iterator[Callable[[], Rebuild]]:
    """The next rebuild of a folder that is followed in another thread; raises Empty where none comes."""
    found: Queue[Rebuild] = Queue()
    stop = threading.Event()

    def run() -> None:
        for rebuild in follow(
            [folder], tmp_path / "index", encoder=HashEncoder(), settle_seconds=SETTLE_SECONDS, stop=stop
        ):
            found.put(rebuild)

    thread = threading.Thread(target=run)
    thread.start()
    yield lambda: found.get(timeout=WAIT_SECONDS)
    stop.set()
    thread.join(WAIT_SECONDS)
    assert not thread.is_alive()
    with pytest.raises(Empty):  # nothing was built that nobody asked for
        found.get_nowait()


def n_notices(rebuild: Rebuild) -> int:
    """How many notices are live after it."""
    assert rebuild.report is not None, rebuild.error
    return rebuild.report.n_notices


def test_uploads_and_corrections_by_hand_are_followed(tmp_path: Path, following: Callable[[], Rebuild]) -> None:
    assert n_notices(following()) == 1
    file = admit(stage("two.txt", written("夜间集市", 4).encode()), tmp_path / "index", by="李敏")
    second = following()
    assert (n_notices(second), second.changed) == (2, (file.as_posix(),))
    with open_index(tmp_path / "index", HashEncoder()) as index:
        doc_id = index.notices()[0].doc_id
        correct(index, doc_id, field="kind", after="意见", by="李敏")
    third = following()
    assert third.report is not None
    assert (third.report.parsed, [each.state for each in third.report.corrections]) == (1, ["applied"])
    withdraw(file, tmp_path / "index", by="李敏")
    assert n_notices(following()) == 1


def test_new_changed_and_removed_files_are_followed(
    folder: Path, tmp_path: Path, following: Callable[[], Rebuild]
) -> None:
    first = following()
    assert (n_notices(first), first.changed) == (1, ((folder / "one.txt").as_posix(),))
    (folder / "deeper").mkdir()
    (folder / "deeper" / "two.txt").write_text(written("夜间集市", 4), encoding="utf-8")
    second = following()
    assert (n_notices(second), second.changed) == (2, ((folder / "deeper" / "two.txt").as_posix(),))
    assert second.report is not None
    assert second.report.parsed == 1
    (folder / "one.txt").write_text(written("快递进村", 5), encoding="utf-8")
    assert n_notices(following()) == 2
    (folder / "one.txt").unlink()
    assert n_notices(following()) == 1
    with open_index(tmp_path / "index", HashEncoder()) as index:
        assert [Path(head.source.path).name for head in index.notices()] == ["two.txt"]


def test_a_file_is_read_when_it_has_been_written(folder: Path, following: Callable[[], Rebuild]) -> None:
    following()
    with (folder / "slow.txt").open("w", encoding="utf-8") as file:
        for line in written("冷库改造", 6).splitlines(keepends=True):
            file.write(line)
            file.flush()
            time.sleep(SETTLE_SECONDS / 2)
    rebuild = following()
    assert (n_notices(rebuild), rebuild.changed) == (2, ((folder / "slow.txt").as_posix(),))


def test_a_file_that_cannot_be_read_ends_nothing(folder: Path, following: Callable[[], Rebuild]) -> None:
    following()
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 nothing behind")
    rebuild = following()
    assert n_notices(rebuild) == 1
    assert rebuild.report is not None
    assert [Path(file.path).name for file in rebuild.report.skipped] == ["broken.pdf"]
    (folder / "one.txt").write_bytes(b"")
    nothing = following()
    assert nothing.report is None
    assert nothing.error is not None
    assert "\n" not in nothing.error
    (folder / "one.txt").write_text(written("快递进村", 3), encoding="utf-8")
    assert n_notices(following()) == 1


def test_another_build_holding_the_index_is_waited_for(
    folder: Path, tmp_path: Path, following: Callable[[], Rebuild], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch_module, "RETRY_SECONDS", 1.0)
    following()

    def progress(stage: str, done: int, total: int) -> None:
        if stage == "publish" and not done:
            (folder / "two.txt").write_text(written("夜间集市", 4), encoding="utf-8")
            held.append(following())

    held: list[Rebuild] = []
    build([folder], tmp_path / "index", encoder=HashEncoder(salt="2"), progress=progress)
    assert held[0].error is not None
    assert "another build" in held[0].error
    while (rebuild := following()).error is not None:
        pass
    assert n_notices(rebuild) == 2


def test_what_rests_is_read_though_other_files_never_do(
    folder: Path, following: Callable[[], Rebuild], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch_module, "MOST_WAIT_SECONDS", 3.0)
    following()
    (folder / "two.txt").write_text(written("夜间集市", 4), encoding="utf-8")
    ended = threading.Event()

    def write_on() -> None:
        with (folder / "endless.txt").open("w", encoding="utf-8") as file:
            file.write(written("河道保洁", 7))
            while not ended.wait(SETTLE_SECONDS / 8):
                file.write("各地要认真落实。\n")
                file.flush()

    writer = threading.Thread(target=write_on)
    writer.start()
    rebuild = following()
    ended.set()
    writer.join()
    assert (n_notices(rebuild), rebuild.changed) == (2, ((folder / "two.txt").as_posix(),))
    assert n_notices(following()) == 3


def test_a_folder_without_notices_is_waited_for_and_one_that_is_not_there_is_a_mistake(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    stop = threading.Event()
    steps = follow([empty], tmp_path / "index", encoder=HashEncoder(), settle_seconds=0.1, stop=stop)
    assert "there is no file" in (next(steps).error or "")
    (empty / "one.txt").write_text(written("快递进村", 3), encoding="utf-8")
    assert n_notices(next(steps)) == 1
    stop.set()
    assert list(steps) == []
    with pytest.raises(UsageError, match="nowhere"):
        next(follow([tmp_path / "nowhere"], tmp_path / "index", encoder=HashEncoder()))


@pytest.mark.parametrize("ended_by", [signal.SIGINT, signal.SIGTERM])
def test_the_command_says_a_line_a_rebuild_and_ends_with_status_0(
    folder: Path, tmp_path: Path, root: Path, ended_by: signal.Signals
) -> None:
    command = [sys.executable, "-m", "indexer", "build", str(folder), "--index", str(tmp_path / "index"), "--watch"]
    process = subprocess.Popen(
        command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", env=os.environ | {"PYTHONUNBUFFERED": "1"}
    )  # fmt: skip
    assert process.stderr is not None
    try:
        assert process.stderr.readline().startswith("1 file changed: 1 notices, ")
        (folder / "two.txt").write_text(written("夜间集市", 4), encoding="utf-8")
        (folder / "bad.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
        line = process.stderr.readline()
        assert line.startswith("2 files changed: 2 notices, ")
        assert f"; skipped {(folder / 'bad.png').as_posix()}: " in line
        process.send_signal(ended_by)
        out, rest = process.communicate(timeout=WAIT_SECONDS)
    finally:
        process.kill()
    assert (process.returncode, out, rest) == (0, "", "stopped\n")

"""What lies in a folder of notices besides notices, and what becomes of it meanwhile: nothing hangs, nothing vanishes unseen."""

from __future__ import annotations

import contextlib
import io
import json
import os
import pickle
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
import unicodedata
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from indexer.__main__ import main
from indexer.build import BuildReport, build, rebuild
from indexer.errors import UsageError
from indexer.index import open_index
from indexer.records import Source
from indexer.sources import find_files, read
from indexer.sources.bounded import receive, send
from indexer.watch import _state
from tests.hash_encoder import HashEncoder
from tests.killed_process import Working
from tests.notice_files import write_docx
from tests.search_corpus import YANHU, write_corpus

LONGEST = 60  # seconds after which a test that hangs is ended


@pytest.fixture(autouse=True)
def ended_if_it_hangs() -> Iterator[None]:
    def end(number: int, frame: object) -> None:
        raise TimeoutError(f"still waiting after {LONGEST} s")

    before = signal.signal(signal.SIGALRM, end)
    signal.alarm(LONGEST)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def make(notices: Path, directory: Path) -> BuildReport:
    return build([notices], directory, encoder=HashEncoder())


def reasons(report: BuildReport) -> dict[str, str]:
    return {Path(file.path).name: file.reason for file in report.skipped}


def say(arguments: Sequence[str]) -> tuple[int, list[str]]:
    """The exit status of a command, and the lines it said."""
    said = io.StringIO()
    with contextlib.redirect_stderr(said):
        status = main(arguments)
    return status, said.getvalue().splitlines()


# --- what is no file -----------------------------------------------------------------------------


def test_pipes_sockets_and_devices_are_listed_and_never_waited_for(notices: Path, directory: Path) -> None:
    for name in ("管道.txt", "管道.zip", "管道.docx"):
        os.mkfifo(notices / name)
    for name in ("零.txt", "零.zip"):
        (notices / name).symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(os.path.relpath(notices / "端口.txt"))
        report = make(notices, directory)
    assert report.n_notices == 3
    assert reasons(report) == dict.fromkeys(
        ("管道.txt", "管道.zip", "管道.docx", "零.txt", "零.zip", "端口.txt"), "is not a plain file"
    )
    assert make(notices, directory).unchanged


def test_a_notice_in_whose_place_a_pipe_stands_is_gone_and_the_pipe_is_listed(notices: Path, directory: Path) -> None:
    make(notices, directory)
    (notices / "云泽2021.txt").unlink()
    os.mkfifo(notices / "云泽2021.txt")
    report = make(notices, directory)
    assert (report.n_notices, report.parsed) == (2, 0)
    assert reasons(report) == {"云泽2021.txt": "is not a plain file"}


def test_a_pipe_in_the_place_of_a_record_of_provenance_counts_as_none(notices: Path, directory: Path) -> None:
    (notices / ".provenance").mkdir()
    os.mkfifo(notices / ".provenance" / "云泽2021.txt.json")
    assert make(notices, directory).n_notices == 3


def test_a_folder_named_like_a_file_is_a_folder(notices: Path, directory: Path) -> None:
    for name in ("目录.zip", "目录.txt", ".提示"):
        (notices / name).mkdir()
        (notices / name / "通知.txt").write_text(YANHU.replace("砚湖", name[0] + "湖"), encoding="utf-8")
    report = make(notices, directory)
    assert report.skipped == ()
    assert {Path(file.path).parent.name for file in report.duplicates} <= {"目录.zip", "目录.txt"}


def test_a_folder_whose_name_looks_like_an_archive_is_listed_with_what_to_do(notices: Path, directory: Path) -> None:
    (notices / "附件!").mkdir()
    (notices / "附件!" / "通知.txt").write_text(YANHU, encoding="utf-8")
    assert reasons(make(notices, directory)) == {
        "通知.txt": "lies in a folder whose name ends in !, as only archives are written: rename it"
    }


# --- links ---------------------------------------------------------------------------------------


def test_links_in_a_circle_end_and_links_to_nothing_are_listed(notices: Path, directory: Path) -> None:
    for name in ("圈甲", "圈乙", "圈丙"):
        (notices / name).symlink_to(".")  # three of them: followed forty deep each, they would never end
    (notices / "自己.txt").symlink_to("自己.txt")
    (notices / "甲.txt").symlink_to("乙.txt")
    (notices / "乙.txt").symlink_to("甲.txt")
    (notices / "无.txt").symlink_to("没有这个文件")
    report = make(notices, directory)
    assert report.n_notices == 3
    assert report.duplicates == ()
    assert reasons(report) == {
        **dict.fromkeys(("自己.txt", "甲.txt", "乙.txt"), "cannot be read (Too many levels of symbolic links)"),
        "无.txt": "cannot be read (No such file or directory)",
    }
    assert {Path(path).name for path in _state([notices], directory)} == {
        "云泽2021.txt", "砚湖2023.txt", "澜川2016.txt",
    }  # fmt: skip


def test_a_link_to_the_index_itself_brings_nothing_of_it_in(notices: Path, directory: Path) -> None:
    make(notices, directory)
    (notices / "索引").symlink_to(directory)
    report = make(notices, directory)
    assert (report.skipped, report.n_notices) == ((), 3)


# --- names ---------------------------------------------------------------------------------------

NAMES = [
    b"two\nlines.txt", b"-rf.txt", b"--index.txt", b"esc\x1b[2Jape.txt", "\u202egnp.txt".encode(), b"tab\there.txt",
    ("长" * 83 + ".txt").encode(), unicodedata.normalize("NFC", "é通知.txt").encode(),
    unicodedata.normalize("NFD", "é通知.txt").encode(), b"100%?#&;'\".txt", b" blank .txt", b"back\\slash.txt",
    "\u2028.txt".encode(), b"c:.txt",
]  # fmt: skip
NOT_UTF8 = ["文件.txt".encode("gb18030"), b"\xff\xfe.txt", b"\xed\xa0\x80.txt"]


def named_files(notices: Path) -> None:
    """A notice of its own under each name."""
    for number, name in enumerate([*NAMES, *NOT_UTF8]):
        with open(os.path.join(os.fsencode(notices), name), "wb") as file:
            file.write(YANHU.replace("砚湖", f"{'甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午'[number]}湖").encode())


def test_a_file_of_any_name_is_in_the_index_or_listed_with_the_reason(notices: Path, directory: Path) -> None:
    named_files(notices)
    report = make(notices, directory)
    with open_index(directory, HashEncoder()) as index:
        known = {os.fsencode(Path(source.path).name) for source, _, _ in index.files()}
    assert set(NAMES) <= known
    assert sorted(reasons(report).items()) == [
        (name, "has a name that is not UTF-8; rename it")
        for name in sorted(["\\xce\u013c\\xfe.txt", r"\xff\xfe.txt", r"\xed\xa0\x80.txt"])
    ]
    assert make(notices, directory).unchanged


def test_what_is_said_of_a_file_of_any_name_is_one_line_that_steers_no_terminal(
    notices: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in [*NAMES, *NOT_UTF8]:
        with open(os.path.join(os.fsencode(notices), name), "wb"):
            pass  # empty, so that each is refused by its name
    status, lines = say(["parse", str(notices)])
    assert status == 1
    assert len(lines) == len(NAMES) + len(NOT_UTF8)
    assert not [c for line in lines for c in line if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"}]
    assert sum(r"two\nlines.txt: is empty" in line for line in lines) == 1
    assert [json.loads(line)["title"] for line in capsys.readouterr().out.splitlines()]


def test_an_index_in_a_folder_whose_name_is_no_text_is_refused_and_the_current_folder_may_have_one(
    notices: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    strange = Path(os.fsdecode(os.path.join(os.fsencode(tmp_path), "文件".encode("gb18030"))))
    strange.mkdir()
    with pytest.raises(UsageError, match=r"\\xce.*\\xfe/index: has a name that is not UTF-8; rename it") as caught:
        make(notices, strange / "index")
    str(caught.value).encode()  # it can be printed
    monkeypatch.chdir(strange)
    write_corpus(strange / "own")
    build(["own"], tmp_path / "index", encoder=HashEncoder())
    assert rebuild(tmp_path / "index", encoder=HashEncoder()).unchanged
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=r"\\xce.*own: the index was built from it, and it is gone"):
        rebuild(tmp_path / "index", encoder=HashEncoder())
    with open_index(tmp_path / "index", HashEncoder()) as index:
        assert len(index.notices()) == 3


# --- meanwhile -----------------------------------------------------------------------------------


def while_reading(notices: Path, directory: Path, harm: Callable[[], None]) -> BuildReport:
    """A build during which the harm is done, after all files were listed and before the first is read."""
    left = [harm]

    def progress(stage: str, done: int, total: int) -> None:
        if stage == "read" and left:
            left.pop()()

    return build([notices], directory, encoder=HashEncoder(), progress=progress)


def test_files_and_folders_that_vanish_before_they_are_read_are_listed(notices: Path, directory: Path) -> None:
    (notices / "子目录").mkdir()
    (notices / "子目录" / "通知.txt").write_text(YANHU.replace("砚湖", "枫林"), encoding="utf-8")
    with zipfile.ZipFile(notices / "包.zip", "w") as archive:
        archive.writestr("内.txt", YANHU.replace("砚湖", "云湖"))

    def harm() -> None:
        (notices / "子目录" / "通知.txt").unlink()
        (notices / "子目录").rmdir()
        (notices / "包.zip").unlink()
        (notices / "云泽2021.txt").unlink()

    report = while_reading(notices, directory, harm)
    assert report.n_notices == 2
    assert reasons(report) == {
        "通知.txt": "cannot be read (No such file or directory)",
        "云泽2021.txt": "cannot be read (No such file or directory)",
        "内.txt": "is not there",
    }
    assert make(notices, directory).skipped == ()


def test_a_folder_that_vanishes_while_folders_are_listed_holds_nothing(notices: Path) -> None:
    for name in ("甲", "乙", "丙"):
        (notices / name).mkdir()
        (notices / name / "通知.txt").write_text(YANHU, encoding="utf-8")
    from indexer.sources import files_below

    listing = files_below(notices, refuse=lambda error: pytest.fail(str(error)))
    first = next(listing)  # the folders were listed, none of them was entered
    (notices / "丙" / "通知.txt").unlink()
    (notices / "丙").rmdir()
    names = {path.relative_to(notices).as_posix() for path in [first, *listing]}
    assert {"甲/通知.txt", "乙/通知.txt"} < names
    assert "丙/通知.txt" not in names


def test_a_file_that_is_written_again_and_again_harms_no_build(notices: Path, directory: Path) -> None:
    stop = threading.Event()

    def rewrite() -> None:
        number = 4
        while not stop.is_set():
            (notices / "砚湖2023.txt").write_text(YANHU.replace("3条", f"{number}条"), encoding="utf-8")
            number += 1

    writer = threading.Thread(target=rewrite)
    writer.start()
    try:
        for _ in range(8):
            report = make(notices, directory)
            assert report.n_notices + len(report.skipped) == 3
            with open_index(directory, HashEncoder()) as index:
                assert len(index.notices()) == report.n_notices
    finally:
        stop.set()
        writer.join()
    make(notices, directory)
    report = build([notices], directory.with_name("fresh"), encoder=HashEncoder())
    with (
        open_index(directory, HashEncoder()) as index,
        open_index(directory.with_name("fresh"), HashEncoder()) as fresh,
    ):
        assert index.manifest.corpus_sha256 == fresh.manifest.corpus_sha256


def test_an_archive_inside_another_is_read_again_though_its_time_is_that_of_before(tmp_path: Path) -> None:
    def pack(number: int) -> None:
        inner = io.BytesIO()
        with zipfile.ZipFile(inner, "w") as archive:
            archive.writestr("内.txt", YANHU.replace("3条", f"{number}条"))
        with zipfile.ZipFile(tmp_path / "外.zip", "w") as archive:
            archive.writestr("里.zip", inner.getvalue())
        os.utime(tmp_path / "外.zip", (1_000_000_000, 1_000_000_000))

    found = []
    for number in (4, 5):
        pack(number)
        (file,) = find_files([tmp_path])
        found.append(any(f"{number}条" in block.text for block in read(file).blocks if hasattr(block, "text")))
    assert found == [True, True]


def test_a_file_replaced_under_its_old_size_and_time_counts_as_changed_where_a_folder_is_followed(
    notices: Path, directory: Path
) -> None:
    file = notices / "砚湖2023.txt"
    before, times = _state([notices], directory), file.stat()
    file.write_text(YANHU.replace("3条", "4条"), encoding="utf-8")
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    after = _state([notices], directory)
    assert [path for path in after if after[path] != before[path]] == [file.as_posix()]


# --- permissions ---------------------------------------------------------------------------------


def without_power(unprivileged: Sequence[str], root: Path, *arguments: str, umask: int = 0o022) -> tuple[int, str]:
    """The exit status of a command that permissions hold for, and what it says."""
    done = subprocess.run(
        [*unprivileged, sys.executable, "-m", "indexer", *arguments],
        cwd=root, capture_output=True, encoding="utf-8", check=False, umask=umask, timeout=LONGEST,
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    return done.returncode, done.stderr


def test_what_may_not_be_read_is_said_a_file_listed_and_a_folder_refused(
    notices: Path, directory: Path, root: Path, unprivileged: Sequence[str]
) -> None:
    (notices / "云泽2021.txt").chmod(0)
    (notices / "锁").mkdir(mode=0)
    status, said = without_power(unprivileged, root, "build", str(notices), "--index", str(directory))
    assert (status, said) == (
        2, f"{notices / '锁'}: this folder cannot be listed (Permission denied); check its permissions\n"
    )  # fmt: skip
    status, said = without_power(unprivileged, root, "build", str(notices / "锁" / "里"), "--index", str(directory))
    assert status == 2
    assert said == (
        f"{notices / '锁' / '里'}: cannot be looked at (Permission denied); check the path and its permissions\n"
    )
    (notices / "锁").rmdir()
    status, said = without_power(unprivileged, root, "parse", str(notices))
    assert status == 1
    assert said == f"{notices / '云泽2021.txt'}: cannot be read (Permission denied)\n"


def building_under(umask: str, notices: str, directory: str, say: Callable[[str], None]) -> None:
    del say
    os.umask(int(umask, 8))
    build([notices], directory, encoder=HashEncoder())


@pytest.mark.parametrize("umask", ["000", "027", "077"])
def test_under_any_umask_that_lets_the_builder_in_the_files_of_an_index_can_be_read_where_its_folder_can(
    notices: Path, directory: Path, umask: str
) -> None:
    directory.mkdir()
    assert not Working(building_under, umask, str(notices), str(directory)).ended()[0]
    generation = directory / (directory / "CURRENT").read_text().strip()
    with open_index(directory, HashEncoder()) as index:
        listed = [generation / name for name, _ in index.manifest.files]
    assert {stat.S_IMODE(path.stat().st_mode) for path in listed} == {0o644}
    assert stat.S_IMODE(generation.stat().st_mode) == 0o777 & ~int(umask, 8)


def test_under_a_umask_that_keeps_the_builder_out_a_build_is_refused_in_one_line(
    notices: Path, directory: Path, root: Path, unprivileged: Sequence[str]
) -> None:
    directory.mkdir()
    arguments = ("build", str(notices), "--index", str(directory))
    status, said = without_power(unprivileged, root, *arguments, umask=0o777)
    assert status == 2
    assert said.count("\n") == 1
    assert "cannot be written" in said


# --- a reader that outlives its program ----------------------------------------------------------


def test_a_reader_whose_program_was_killed_ends_itself(tmp_path: Path, root: Path) -> None:
    file = write_docx(tmp_path / "长.docx", ["一、加强组织领导。"] * 2_000)
    source = Source(path=str(file), url=None, sha256="", media_type="")
    command = [sys.executable, "-m", "indexer.sources.bounded_process", str(2**31)]
    for seconds, status in (("0.005", -signal.SIGALRM), ("50", 0)):
        reader = subprocess.Popen([*command, seconds], cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert reader.stdin is not None
        assert reader.stdout is not None
        send(reader.stdin, pickle.dumps(("docx", source, file.read_bytes())))
        answer = receive(reader.stdout)  # nobody is left to end it: only its own clock does
        assert (answer is None) == (status != 0)
        time.sleep(0.1)  # between files the clock stands
        reader.stdin.close()
        assert reader.wait(LONGEST) == status
        reader.stdout.close()

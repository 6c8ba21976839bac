"""From files to an index: every file accounted for, nothing done twice, and a killed build harms nothing."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace

import indexer.build as build_module
from indexer import reading
from indexer.build import BuildReport, build
from indexer.errors import EncoderError, IndexDamaged, IndexMismatch, IndexMissing, UsageError
from indexer.index import Index, open_index
from indexer.index.encoder import BUNDLED
from indexer.records import Filters
from indexer.sources import files
from tests.hash_encoder import HashEncoder

ELDERLY = """云泽市人民政府办公室关于印发养老服务提升行动方案的通知
云泽政办发〔2023〕7号
各区、县人民政府，市政府各部门：
《云泽市养老服务提升行动方案》已经市政府同意，现印发给你们，请认真组织实施。
一、主要任务
（一）加强队伍建设。培训养老护理员三千人次，建立护理员等级与补贴挂钩的办法。（责任单位：市民政局、市财政局）
（二）完善服务设施。每个街道建成一家区域养老服务中心。（责任单位：市民政局）
二、保障措施
（一）加强组织领导。各地要按月通报进展情况。（责任单位：市政府办公室）
云泽市人民政府办公室
2023年4月10日
"""
LOGISTICS = """砚湖区人民政府办公室关于扶持现代物流业发展的实施意见
砚湖政办发〔2021〕12号
各镇人民政府、街道办事处：
为加快现代物流业发展，现提出以下意见。
一、扶持政策
（一）购置补助。物流企业购置新能源货车，每辆补助2.5万元。（责任单位：区发改局）
（二）评级奖励。对获评国家4A级的物流企业奖励20万元。（责任单位：区财政局）
砚湖区人民政府办公室
2021年12月31日
"""
HOUSING = """枫林县人民政府办公室关于加强住房公积金缴存管理的通知
青砚政办发〔2019〕3号
一、扩大缴存范围。住房公积金制度向新市民覆盖。（责任单位：县财政局）
二、规范贷款审核。贷款的最高额度为六十万元。（责任单位：县住建局）
枫林县人民政府办公室
2019年6月1日
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of three notices in three files."""
    notices = tmp_path / "notices"
    (notices / "older").mkdir(parents=True)
    (notices / "elderly.txt").write_text(ELDERLY, encoding="utf-8")
    (notices / "logistics.txt").write_text(LOGISTICS, encoding="utf-8")
    (notices / "older" / "housing.txt").write_text(HOUSING, encoding="utf-8")
    return notices


def make(folder: Path, directory: Path, encoder: HashEncoder | None = None) -> BuildReport:
    """A build with the deterministic encoder."""
    return build([folder], directory, encoder=encoder or HashEncoder())


def opened(directory: Path) -> Index:
    """The live index with the deterministic encoder."""
    return open_index(directory, HashEncoder())


def state(directory: Path) -> tuple[object, ...]:
    """What the live index holds and finds."""
    with opened(directory) as index:
        notices = [index.notice(head.doc_id) for head in index.notices()]
        return notices, index.lexical("养老服务补贴", 20), index.dense("养老服务补贴", 20), index.manifest.corpus_sha256


# --- what is built -----------------------------------------------------------------------------


def test_every_notice_is_found_by_words_by_vectors_and_by_unit(folder: Path, directory: Path) -> None:
    report = make(folder, directory)
    assert report.n_notices == 3
    assert report.n_clauses == report.encoded > 0
    assert (report.skipped, report.duplicates, report.reused, report.parsed, report.unchanged) == ((), (), 0, 3, False)
    with opened(directory) as index:
        assert index.manifest.n_clauses == report.n_clauses
        best = index.clause(index.lexical("新能源货车补助", 1)[0][0])
        assert "2.5万元" in best.text
        assert best in index.clauses_of_units([unit.name for unit in best.units])
        nearest = index.dense(f"{best.headings[-1]} {best.text}", 3)
        assert best.clause_id in [clause_id for clause_id, _ in nearest]
        assert index.notice(best.doc_id).source.path == (folder / "logistics.txt").as_posix()
        assert index.years() == [2019, 2021, 2023]
        allowed = index.allowed(Filters(years=(2019, 2019)))
        assert {clause_id.split(":")[0] for clause_id, _ in index.dense("补助", 50, allowed=allowed)} == {
            notice.doc_id for notice in index.notices() if notice.year == 2019
        }


def test_the_same_files_give_the_same_index_in_any_order_and_place(folder: Path, tmp_path: Path) -> None:
    build(sorted(folder.rglob("*.txt"), reverse=True), tmp_path / "one", encoder=HashEncoder())
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for number, file in enumerate(sorted(folder.rglob("*.txt"), reverse=True)):
        shutil.copy(file, elsewhere / f"{number}.txt")
    build([elsewhere], tmp_path / "two", encoder=HashEncoder())
    one, two = state(tmp_path / "one"), state(tmp_path / "two")
    assert one[1:] == two[1:]


def test_files_that_cannot_be_read_are_listed_and_the_rest_goes_on(folder: Path, directory: Path) -> None:
    (folder / "empty.txt").write_bytes(b"")
    (folder / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    (folder / "secret.txt").write_text("机密★1年\n" + ELDERLY.replace("云泽", "望津"), encoding="utf-8")
    report = make(folder, directory)
    assert report.n_notices == 3
    assert [Path(file.path).name for file in report.skipped] == ["empty.txt", "picture.png", "secret.txt"]
    assert all(file.reason and "\n" not in file.reason for file in report.skipped)
    assert make(folder, directory).unchanged  # they are tried again, and listed again
    assert len(make(folder, directory).skipped) == 3


def test_a_notice_in_several_files_is_kept_once_from_the_first_by_path(folder: Path, directory: Path) -> None:
    (folder / "again.txt").write_text(ELDERLY.replace("\n", "\r\n\r\n"), encoding="gb18030")
    report = make(folder, directory)
    assert (report.n_notices, report.skipped) == (3, ())
    assert [(Path(file.path).name, file.reason) for file in report.duplicates] == [
        ("elderly.txt", f"same text as {(folder / 'again.txt').as_posix()}")
    ]
    with opened(directory) as index:
        doc_id = index.clause(index.lexical("养老护理员", 1)[0][0]).doc_id
        assert [Path(source.path).name for source in index.sources(doc_id)] == ["again.txt", "elderly.txt"]


def test_duplicates_that_come_and_go_leave_what_a_fresh_build_makes(
    folder: Path, directory: Path, tmp_path: Path
) -> None:
    def same_as_fresh() -> bool:
        make(folder, directory)
        fresh = tmp_path / "fresh"
        shutil.rmtree(fresh, ignore_errors=True)
        make(folder, fresh)
        return state(directory) == state(fresh)

    make(folder, directory)
    (folder / "zz.txt").write_text(ELDERLY, encoding="utf-8")  # behind the file the notice was read from
    assert same_as_fresh()
    (folder / "aa.txt").write_text(ELDERLY, encoding="utf-8")  # before it
    assert same_as_fresh()
    (folder / "elderly.txt").unlink()
    assert same_as_fresh()
    (folder / "aa.txt").unlink()
    assert same_as_fresh()


def test_texts_that_differ_only_in_a_decimal_point_never_share_an_id(folder: Path, directory: Path) -> None:
    (folder / "wrong.txt").write_text(LOGISTICS.replace("2.5万元", "25万元"), encoding="utf-8")
    report = make(folder, directory)
    assert report.n_notices + len(report.skipped) == 4
    with opened(directory) as index:
        assert len(index.notices()) == report.n_notices


def test_nothing_to_index_is_a_mistake_and_leaves_the_live_index(folder: Path, directory: Path, tmp_path: Path) -> None:
    make(folder, directory)
    before = state(directory)
    bad = tmp_path / "bad"
    bad.mkdir()
    with pytest.raises(UsageError, match="no file"):
        make(bad, directory)
    (bad / "empty.txt").write_bytes(b"")
    with pytest.raises(UsageError, match=r"empty\.txt"):
        make(bad, directory)
    with pytest.raises(UsageError, match="nowhere"):
        make(tmp_path / "nowhere", directory)
    assert state(directory) == before


def test_an_index_inside_the_folder_of_notices_is_not_indexed(folder: Path) -> None:
    inside = folder / "index"
    assert make(folder, inside).skipped == ()
    report = make(folder, inside)
    assert (report.skipped, report.unchanged) == ((), True)


# --- what is done again ------------------------------------------------------------------------


def test_nothing_changed_leaves_the_live_generation_and_loads_no_encoder(folder: Path, directory: Path) -> None:
    make(folder, directory)
    live = (directory / "CURRENT").read_text()
    encoder = HashEncoder()
    report = make(folder, directory, encoder)
    assert report.unchanged
    assert (report.parsed, report.encoded, report.reused) == (0, 0, report.n_clauses)
    assert encoder.calls == 0
    assert (directory / "CURRENT").read_text() == live
    assert sorted(path.name for path in directory.iterdir()) == sorted([".build.lock", "CURRENT", live.strip()])


def test_a_changed_clause_is_the_only_one_encoded_and_the_index_is_as_if_fresh(
    folder: Path, directory: Path, tmp_path: Path
) -> None:
    before = make(folder, directory)
    (folder / "logistics.txt").write_text(LOGISTICS.replace("20万元", "30万元"), encoding="utf-8")
    encoder = HashEncoder()
    report = make(folder, directory, encoder)
    assert (report.parsed, report.encoded, encoder.calls) == (1, 1, 1)
    assert report.reused == before.n_clauses - 1
    make(folder, tmp_path / "fresh")
    assert state(directory) == state(tmp_path / "fresh")


def test_a_file_that_is_gone_is_gone_from_the_index(folder: Path, directory: Path, tmp_path: Path) -> None:
    make(folder, directory)
    (folder / "older" / "housing.txt").unlink()
    report = make(folder, directory)
    assert (report.n_notices, report.parsed, report.encoded) == (2, 0, 0)
    with opened(directory) as index:
        assert index.lexical("公积金", 10) == []
    make(folder, tmp_path / "fresh")
    assert state(directory) == state(tmp_path / "fresh")
    assert len([path for path in directory.iterdir() if path.is_dir()]) == 1


def test_another_encoder_encodes_everything_again_and_parses_nothing(folder: Path, directory: Path) -> None:
    make(folder, directory)
    other = HashEncoder(salt="2", dim=32)
    report = make(folder, directory, other)
    assert (report.parsed, report.encoded, report.reused) == (0, report.n_clauses, 0)
    with open_index(directory, other) as index:
        assert index.manifest.dim == 32
        assert index.dense("养老", 1)


def test_an_encoder_that_moved_is_named_anew_and_encodes_nothing(folder: Path, directory: Path) -> None:
    make(folder, directory)
    moved = HashEncoder()
    moved.name = "elsewhere"
    report = make(folder, directory, moved)
    assert (report.unchanged, report.parsed, report.encoded, report.reused) == (False, 0, 0, report.n_clauses)
    with opened(directory) as index:
        assert index.manifest.encoder == "elsewhere"
    assert make(folder, directory, moved).unchanged


@pytest.mark.parametrize("name", ["n_notices", "n_clauses", "dim"])
def test_a_manifest_of_wrong_numbers_is_damaged_and_mended_by_building_again(
    folder: Path, directory: Path, name: str
) -> None:
    make(folder, directory)
    before = state(directory)
    manifest = directory / (directory / "CURRENT").read_text().strip() / "manifest.json"
    stored = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(json.dumps({**stored, name: stored[name] + 1}), encoding="utf-8")
    with pytest.raises(IndexDamaged, match=r"manifest\.json: differs"):
        opened(directory)
    report = make(folder, directory)
    assert (report.unchanged, report.parsed, report.encoded, report.reused) == (False, 3, report.n_clauses, 0)
    assert state(directory) == before


def test_an_edited_parser_parses_every_file_again(
    folder: Path, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(folder, directory)
    monkeypatch.setattr(build_module, "_parser", lambda: "another digest")
    report = make(folder, directory)
    assert (report.parsed, report.encoded, report.unchanged) == (3, 0, False)


def test_a_damaged_index_is_mended_by_building_again(folder: Path, directory: Path) -> None:
    make(folder, directory)
    before = state(directory)
    for name in ("archive.sqlite", "vectors.faiss", "manifest.json"):
        live = directory / (directory / "CURRENT").read_text().strip()
        (live / name).write_bytes(b"damaged")
        with pytest.raises(IndexDamaged, match=name):
            opened(directory)
        assert make(folder, directory).parsed == 3
        assert state(directory) == before


@pytest.mark.parametrize("change", ["nothing", "a clause", "a file that cannot be read"])
@pytest.mark.parametrize("name", ["archive.sqlite", "vectors.faiss", "lexical/meta.json", "vocabulary.sqlite"])
def test_one_damaged_byte_anywhere_is_carried_into_no_other_generation(
    folder: Path, directory: Path, tmp_path: Path, name: str, change: str
) -> None:
    make(folder, directory)
    file = directory / (directory / "CURRENT").read_text().strip() / name
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    if change == "a clause":
        (folder / "logistics.txt").write_text(LOGISTICS.replace("20万元", "30万元"), encoding="utf-8")
    elif change == "a file that cannot be read":
        (folder / "logistics.txt").write_bytes(b"\x00")
    report = make(folder, directory)
    assert (report.unchanged, report.parsed) == (False, 2 if "file" in change else 3)
    assert (report.encoded, report.reused) == (report.n_clauses, 0)
    make(folder, tmp_path / "fresh")
    assert state(directory) == state(tmp_path / "fresh")


# --- files that the file system knows ----------------------------------------------------------


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """A minute later, by which files are no longer as good as new."""
    now = time.time_ns()
    monkeypatch.setattr(files.time, "time_ns", lambda: now + 60 * 10**9)


def forbid_reading(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Gives the files that are read to see whether they have changed."""
    asked: list[str] = []
    digest = reading.content_sha256
    monkeypatch.setattr(reading, "content_sha256", lambda file: (asked.append(file.name), digest(file))[1])
    return asked


@pytest.mark.usefixtures("later")
def test_files_of_which_the_file_system_says_the_same_are_not_read(
    folder: Path, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(folder, directory)
    asked = forbid_reading(monkeypatch)
    assert make(folder, directory).unchanged
    assert asked == []
    (folder / "older" / "housing.txt").unlink()
    assert make(folder, directory).parsed == 0
    os.utime(folder / "elderly.txt", ns=(0, 0))  # touched, not changed
    assert make(folder, directory).unchanged
    assert asked == ["elderly.txt"]


@pytest.mark.usefixtures("later")
def test_a_file_that_was_changed_in_place_with_its_time_set_back_is_read_again(folder: Path, directory: Path) -> None:
    make(folder, directory)
    file = folder / "logistics.txt"
    before = file.stat()
    time.sleep(0.05)  # more than the file system's clock needs to go on
    file.write_text(LOGISTICS.replace("20万元", "30万元"), encoding="utf-8")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (file.stat().st_size, file.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    assert make(folder, directory).parsed == 1
    with opened(directory) as index:
        assert index.lexical("30万元", 1)


@pytest.mark.parametrize("shift", [0, -3600], ids=["just written", "the clock has gone backwards"])
def test_files_that_might_have_changed_since_are_read(
    folder: Path, directory: Path, monkeypatch: pytest.MonkeyPatch, shift: int
) -> None:
    now = time.time_ns()
    monkeypatch.setattr(files.time, "time_ns", lambda: now + shift * 10**9)
    make(folder, directory)
    asked = forbid_reading(monkeypatch)
    assert make(folder, directory).unchanged
    assert asked == ["elderly.txt", "logistics.txt", "housing.txt"]


# --- opening -----------------------------------------------------------------------------------


def test_a_missing_index_says_how_to_build_one(directory: Path) -> None:
    with pytest.raises(IndexMissing, match="python -m indexer build FOLDER --index"):
        open_index(directory)


def test_another_encoder_than_the_one_it_was_built_with_is_a_mismatch(folder: Path, directory: Path) -> None:
    make(folder, directory)
    with pytest.raises(IndexMismatch, match=r"encoder hash \(64 dimensions\), not hash2.*--encoder hash2"):
        open_index(directory, HashEncoder(salt="2"))
    changed = HashEncoder()
    changed.sha256 = "00" * 32
    with pytest.raises(IndexMismatch, match="has changed since the index was built"):
        open_index(directory, changed)
    with pytest.raises(IndexMismatch, match="not bundled"):
        open_index(directory, "bundled")


def test_words_are_searched_without_any_encoder(folder: Path, directory: Path) -> None:
    make(folder, directory)
    with open_index(directory) as index:  # the manifest names `hash`, which no model is called
        assert index.lexical("养老", 5)
        with pytest.raises(EncoderError):
            index.dense("养老", 5)


def test_a_reader_keeps_its_generation_while_builds_go_on(folder: Path, directory: Path) -> None:
    make(folder, directory)
    with opened(directory) as reader:
        before = [reader.notice(head.doc_id) for head in reader.notices()], reader.dense("养老", 9)
        for number in range(2):
            (folder / "logistics.txt").write_text(LOGISTICS.replace("20万元", f"{number}万元"), encoding="utf-8")
            assert not make(folder, directory).unchanged
        seen: list[object] = []
        thread = threading.Thread(
            target=lambda: seen.append(
                ([reader.notice(head.doc_id) for head in reader.notices()], reader.dense("养老", 9))
            )
        )
        thread.start()
        thread.join()
        assert seen == [before]
    make(folder, directory)
    assert len([path for path in directory.iterdir() if path.is_dir()]) == 1


def test_a_text_of_no_known_token_is_near_to_nothing(folder: Path, directory: Path) -> None:
    make(folder, directory)
    with opened(directory) as index:
        assert index.dense("x", 5) == []
        assert index.dense("养老", 0) == []


# --- killed and crowded ------------------------------------------------------------------------

KILLED = """
import os, signal, sys
from indexer.build import build
from tests.hash_encoder import HashEncoder
folder, directory, stage, at = sys.argv[1:]
def progress(name, done, total):
    if name == stage and done >= min(int(at), total):
        os.kill(os.getpid(), signal.SIGKILL)
build([folder], directory, encoder=HashEncoder(), progress=progress)
"""


@pytest.mark.parametrize(("stage", "at"), [("read", 0), ("read", 2), ("words", 1), ("vectors", 1), ("publish", 0)])
def test_a_build_killed_at_any_stage_leaves_the_old_index_and_the_next_build_succeeds(
    folder: Path, directory: Path, root: Path, stage: str, at: int
) -> None:
    make(folder, directory)
    before = state(directory)
    (folder / "logistics.txt").write_text(LOGISTICS.replace("20万元", "30万元"), encoding="utf-8")
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(folder), str(directory), stage, str(at)],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert state(directory) == before
    make(folder, directory)
    after = state(directory)
    assert after[3] != before[3]
    assert len(list(directory.iterdir())) == 3


def test_a_second_build_at_the_same_time_is_refused(folder: Path, directory: Path) -> None:
    refused: list[str] = []

    def progress(stage: str, done: int, total: int) -> None:
        if stage == "words" and not refused:
            with pytest.raises(UsageError) as caught:
                make(folder, directory)
            refused.append(str(caught.value))

    build([folder], directory, encoder=HashEncoder(), progress=progress)
    assert "another build" in refused[0]
    assert "\n" not in refused[0]


def test_a_folder_that_cannot_be_written_is_one_line_and_still_searched(
    folder: Path, directory: Path, root: Path, unprivileged: Sequence[str]
) -> None:
    make(folder, directory)
    before = state(directory)
    (folder / "older" / "housing.txt").unlink()
    for path in directory.rglob("*"):  # but not the lock of the build: that may be written
        if path.name != ".build.lock":
            path.chmod(0o555 if path.is_dir() else 0o444)
    directory.chmod(0o555)
    found = [
        subprocess.run(
            [*unprivileged, sys.executable, "-m", "indexer", *arguments],
            cwd=root, capture_output=True, encoding="utf-8", check=False,
        )
        for arguments in (
            ("build", str(folder), "--index", str(directory)),
            ("search", "公积金", "--index", str(directory), "--mode", "lexical"),
        )
    ]  # fmt: skip
    for path in (directory, *directory.rglob("*")):
        path.chmod(0o755)
    assert [done.returncode for done in found] == [2, 0]
    assert found[0].stderr.count("\n") == 1
    assert f"{directory / '.building'}: cannot be written (Permission denied)" in found[0].stderr
    assert "housing.txt" in found[1].stdout
    assert state(directory) == before


def test_progress_counts_every_stage_up_to_its_total(folder: Path, directory: Path) -> None:
    told: list[tuple[str, int, int]] = []
    report = build([folder], directory, encoder=HashEncoder(), progress=lambda *now: told.append(now))
    n = report.n_clauses
    assert list(dict.fromkeys(stage for stage, _, _ in told)) == ["read", "words", "vectors", "publish"]
    for stage, total in (("read", 3), ("words", n), ("vectors", n), ("publish", 1)):
        assert (stage, total, total) in told


def test_the_bundled_encoder_is_loaded_only_to_encode(folder: Path, directory: Path, root: Path) -> None:
    if not BUNDLED.is_dir():
        pytest.skip("needs the bundled encoder in embeddings/encoder")
    build([folder], directory)
    code = (
        "import sys; from indexer.build import build; from indexer.index import open_index\n"
        "assert build([sys.argv[1]], sys.argv[2]).unchanged\n"
        "with open_index(sys.argv[2]) as index: assert index.lexical('养老', 3)\n"
        "assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code, str(folder), str(directory)], cwd=root, check=True)
    with open_index(directory) as index:
        assert index.dense("养老护理员培训", 3)


# --- real notices ------------------------------------------------------------------------------


def test_the_seeds_build_and_rebuild(shared: Path, directory: Path) -> None:
    report = make(shared / "seeds", directory)
    assert (report.n_notices, report.skipped) == (5, ())
    with opened(directory) as index:
        for head in index.notices():
            notice = index.notice(head.doc_id)
            assert [notice.body[c.start : c.end] for c in notice.clauses] == [c.text for c in notice.clauses]
            assert replace(notice, body="", clauses=()) == head
    assert make(shared / "seeds", directory).unchanged

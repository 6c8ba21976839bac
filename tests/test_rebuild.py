"""What a build tells later: what it left out, what it was made from, and how it is made again."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from indexer.build import build, rebuild
from indexer.errors import IndexMissing, UsageError
from indexer.index import open_index
from indexer.records import Manifest, Skipped
from tests.hash_encoder import HashEncoder
from tests.search_corpus import write_corpus


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with three notices in `notices`."""
    write_corpus(tmp_path / "notices")
    return tmp_path


def manifest_of(directory: Path) -> Manifest:
    with open_index(directory, HashEncoder()) as index:
        return index.manifest


def skipped_of(directory: Path) -> list[Skipped]:
    with open_index(directory, HashEncoder()) as index:
        return index.skipped()


# --- what was left out -------------------------------------------------------------------------


def test_the_index_keeps_what_was_left_out_with_the_reasons(folder: Path) -> None:
    (folder / "notices" / "空.txt").write_bytes(b"")
    (folder / "notices" / "密.txt").write_text(
        "机密★1年\n云泽市人民政府关于养老的通知\n一、做好服务。\n", encoding="utf-8"
    )
    report = build([folder / "notices"], folder / "index", encoder=HashEncoder())
    found = skipped_of(folder / "index")
    assert found == sorted(report.skipped, key=lambda file: file.path)
    assert [Path(file.path).name for file in found] == ["密.txt", "空.txt"]
    assert all(file.reason for file in found)


def test_a_list_of_skipped_files_that_alone_changed_is_kept_too(folder: Path) -> None:
    build([folder / "notices"], folder / "index", encoder=HashEncoder())
    assert skipped_of(folder / "index") == []
    (folder / "notices" / "空.txt").write_bytes(b"")
    report = build([folder / "notices"], folder / "index", encoder=HashEncoder())
    assert (report.unchanged, report.parsed, report.encoded) == (False, 0, 0)
    assert [Path(file.path).name for file in skipped_of(folder / "index")] == ["空.txt"]
    assert build([folder / "notices"], folder / "index", encoder=HashEncoder()).unchanged
    (folder / "notices" / "空.txt").unlink()
    assert not build([folder / "notices"], folder / "index", encoder=HashEncoder()).unchanged
    assert skipped_of(folder / "index") == []


def test_the_index_tells_which_files_show_a_notice_that_is_kept_from_another(folder: Path) -> None:
    text = (folder / "notices" / "澜川2016.txt").read_text(encoding="utf-8")
    (folder / "notices" / "又一份.txt").write_text(text.replace("\n", "\r\n"), encoding="gb18030")
    (folder / "notices" / "转载.txt").write_text(
        "来源:云泽在线\n" + text + "扫一扫在手机打开当前页\n", encoding="utf-8"
    )
    report = build([folder / "notices"], folder / "index", encoder=HashEncoder())
    with open_index(folder / "index", HashEncoder()) as index:
        assert index.duplicates() == list(report.duplicates)
    assert [found.reason.split(" as ")[0] for found in report.duplicates] == ["same text", "same notice"]


# --- made again --------------------------------------------------------------------------------


def test_a_build_is_repeated_from_what_it_was_given(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    build(["notices", Path("notices")], "index", encoder=HashEncoder())
    manifest = manifest_of(folder / "index")
    assert (manifest.paths, manifest.folder) == (("notices", "notices"), folder.as_posix())
    assert rebuild("index", encoder=HashEncoder()).unchanged
    (folder / "notices" / "新.txt").write_text(
        "云泽市民政局关于开展助餐服务的通知\n一、开设助餐点。(责任单位:市民政局)\n云泽市民政局\n2024年1月2日\n",
        encoding="utf-8",
    )
    stages: list[str] = []
    report = rebuild("index", encoder=HashEncoder(), progress=lambda stage, done, total: stages.append(stage))
    assert (report.n_notices, report.parsed) == (4, 1)
    assert "read" in stages


def test_paths_are_meant_against_the_folder_of_the_build(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    build(["notices"], "index", encoder=HashEncoder())
    sha256 = manifest_of(folder / "index").corpus_sha256
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    report = rebuild(folder / "index", encoder=HashEncoder())
    assert (report.n_notices, report.parsed, report.encoded) == (3, 3, 0)
    manifest = manifest_of(folder / "index")
    assert manifest.paths == ((folder / "notices").as_posix(),)
    assert manifest.corpus_sha256 == sha256
    assert rebuild(folder / "index", encoder=HashEncoder()).unchanged


def test_other_files_are_added_by_name(folder: Path) -> None:
    extra = folder / "另外.txt"
    extra.write_text(
        "云泽市商务局关于夜市的通知\n一、规范摊位。(责任单位:市商务局)\n云泽市商务局\n2024年1月2日\n", encoding="utf-8"
    )
    build([folder / "notices"], folder / "index", encoder=HashEncoder())
    assert rebuild(folder / "index", encoder=HashEncoder(), extra=[extra]).n_notices == 4
    assert manifest_of(folder / "index").paths == ((folder / "notices").as_posix(), extra.as_posix())


def test_paths_do_not_make_another_index(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    build([folder / "notices"], folder / "index", encoder=HashEncoder())
    files = sorted((folder / "notices").iterdir())
    assert build(files, folder / "index", encoder=HashEncoder()).unchanged
    other = tmp_path_factory.mktemp("other")
    write_corpus(other / "quite" / "elsewhere")
    build([other / "quite"], other / "index", encoder=HashEncoder())
    assert manifest_of(other / "index").corpus_sha256 == manifest_of(folder / "index").corpus_sha256


def test_a_path_that_is_gone_is_one_line(folder: Path) -> None:
    build([folder / "notices"], folder / "index", encoder=HashEncoder())
    os.rename(folder / "notices", folder / "moved")
    with pytest.raises(UsageError, match="notices: the index was built from it, and it is gone") as refused:
        rebuild(folder / "index", encoder=HashEncoder())
    assert "\n" not in str(refused.value)
    with pytest.raises(IndexMissing):
        rebuild(folder / "nothing", encoder=HashEncoder())


def test_following_a_folder_remembers_the_folder(folder: Path) -> None:
    from indexer.watch import follow

    for made in follow([folder / "notices"], folder / "index", encoder=HashEncoder(), settle_seconds=0.05):
        assert made.error is None
        break
    assert manifest_of(folder / "index").paths == ((folder / "notices").as_posix(),)


def test_a_file_whose_name_is_no_text_is_left_out_with_a_reason(folder: Path) -> None:
    (folder / "notices" / os.fsdecode(b"\xce\xc4.txt")).write_text("一、做好服务。\n", encoding="utf-8")
    report = build([folder / "notices"], folder / "index", encoder=HashEncoder())
    assert [file.path.rpartition("/")[2] for file in report.skipped] == ["\\xce\\xc4.txt"]
    assert skipped_of(folder / "index") == list(report.skipped)
    assert report.n_notices == 3

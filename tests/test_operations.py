"""Running an installation: checks, figures, cleaning up, the archive as one file, and logs."""

from __future__ import annotations

import io
import json
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from indexer.__main__ import main
from indexer.build import build, rebuild
from indexer.corrections import correct, list_corrections
from indexer.errors import IndexMissing, UsageError
from indexer.index import Index, open_index
from indexer.index.generations import generations_in, open_live
from indexer.operations import clean, examine, pack, statistics_of, unpack
from indexer.records import Query
from indexer.search import ask
from indexer.uploads import admit, admitted, stage
from tests.hash_encoder import HashEncoder
from tests.search_corpus import write_corpus


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write_corpus(tmp_path / "notices")


@pytest.fixture
def directory(corpus: Path, tmp_path: Path) -> Path:
    build([corpus], tmp_path / "index")
    return tmp_path / "index"


def checks(directory: Path) -> dict[str, tuple[str, str, str]]:
    return {each.name: (each.verdict, each.found, each.mend) for each in examine(directory)}


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[str], list[str]]:
    status = main(list(arguments))
    captured = capsys.readouterr()
    return status, captured.out.splitlines(), captured.err.splitlines()


# --- doctor --------------------------------------------------------------------------------------


def test_a_whole_index_is_in_order(directory: Path) -> None:
    found = checks(directory)
    assert {name: found[name][0] for name in ("python", "encoder", "index", "leftovers", "disk")} == {
        "python": "ok",
        "encoder": "ok",
        "index": "ok",
        "leftovers": "ok",
        "disk": "ok",
    }
    assert all(mend for verdict, _, mend in found.values() if verdict != "ok")
    assert not any(mend for verdict, _, mend in found.values() if verdict == "ok")


def test_a_changed_byte_is_a_fault_with_the_file_and_the_command(
    directory: Path, corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    vectors = directory / generations_in(directory)[0] / "vectors.faiss"
    content = bytearray(vectors.read_bytes())
    content[-3] ^= 1
    vectors.write_bytes(content)
    verdict, found, mend = checks(directory)["index"]
    assert verdict == "fault"
    assert str(vectors) in found
    assert "python -m indexer build" in mend
    status, lines, _ = said(capsys, "doctor", "--index", str(directory), "--json")
    assert status == 1
    assert {json.loads(line)["verdict"] for line in lines} >= {"ok", "fault"}


def test_quick_compares_sizes_only(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    vectors = directory / generations_in(directory)[0] / "vectors.faiss"
    vectors.write_bytes(vectors.read_bytes() + b"\0")
    status, lines, _ = said(capsys, "doctor", "--quick", "--index", str(directory))
    assert status == 1
    assert "bytes instead of" in "\n".join(lines)


def test_without_an_index_that_is_what_lacks(tmp_path: Path) -> None:
    verdict, _, mend = checks(tmp_path / "nothing")["index"]
    assert (verdict, "build one" in mend) == ("lack", True)
    assert not (tmp_path / "nothing").exists()


def test_an_index_of_another_layout_says_what_it_was_built_from(directory: Path, corpus: Path) -> None:
    path = directory / generations_in(directory)[0] / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(manifest | {"schema_version": 3}), encoding="utf-8")
    verdict, found, mend = checks(directory)["index"]
    assert (verdict, "layout version 3" in found) == ("fault", True)
    assert f"build {corpus} --index {directory}" in mend


# --- figures -------------------------------------------------------------------------------------


def test_the_figures_are_those_of_the_archive(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with open_index(directory) as index:
        found = statistics_of(index)
        notices = index.notices()
        assert (found.n_notices, found.n_clauses) == (index.manifest.n_notices, index.manifest.n_clauses)
        assert sum(found.years.values()) == sum(found.places.values()) == len(notices)
        assert found.n_units == len(index.unit_names())
        assert found.n_bytes == sum(
            file.stat().st_size for file in (directory / index.generation).rglob("*") if file.is_file()
        )
        assert list(found.kinds.values()) == sorted(found.kinds.values(), reverse=True)
    status, lines, _ = said(capsys, "stats", "--index", str(directory), "--json")
    assert status == 0
    assert json.loads(lines[0])["n_clauses"] == found.n_clauses


# --- cleaning up ---------------------------------------------------------------------------------


def test_older_generations_go_and_one_that_is_read_stays(directory: Path, corpus: Path) -> None:
    with open_index(directory) as reader:
        before = reader.generation
        (corpus / "more.txt").write_text(
            "云泽市人民政府关于路灯的通知\n\n一、换装路灯。路灯全部换装。", encoding="utf-8"
        )
        build([corpus], directory)
        (directory / ".building").mkdir()
        (directory / ".building" / "left").write_bytes(b"x" * 100)
        removed, kept = clean(directory)
        assert [(each.name, each.n_bytes) for each in removed] == [(".building", 100)]
        assert kept == [before]
    removed, kept = clean(directory)
    assert ([each.name for each in removed], kept) == ([before], [])
    assert clean(directory) == ([], [])
    open_index(directory).close()


def test_where_there_is_no_index_nothing_is_made(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="no index"):
        clean(tmp_path / "nothing")
    assert not (tmp_path / "nothing").exists()


# --- one file ------------------------------------------------------------------------------------


def answers(index: Index) -> list[object]:
    answer = ask(index, Query("云泽护理人员培训由哪些单位负责?"))
    return [answer.units, answer.statements, answer.hits]


@pytest.mark.parametrize("name", ["archive.tar", "archive.tar.gz"])
def test_an_archive_comes_back_whole_with_what_people_made_of_it(
    directory: Path, corpus: Path, tmp_path: Path, name: str
) -> None:
    staged = stage("路灯.txt", "云泽市人民政府关于路灯的通知\n\n一、换装路灯。由市城管局负责。".encode())
    upload = admit(staged, directory, by="王敏")
    rebuild(directory)
    with open_index(directory) as index:
        doc_id = index.notices()[0].doc_id
        correct(index, doc_id, field="doc_number", after="云政发〔2021〕99号", by="王敏")
        expected = answers(index)
    for judged in ("pools.jsonl", "judgements.jsonl", "saved.jsonl"):
        (directory / judged).write_text(f'{{"judge": "{judged}"}}\n', encoding="utf-8")
    packed = pack(directory, tmp_path / name)
    assert packed.n_notices == index.manifest.n_notices
    assert list(tmp_path.glob(".*.part")) == []
    unpacked = unpack(tmp_path / name, tmp_path / "elsewhere")
    assert unpacked.n_bytes == packed.n_bytes
    with open_index(tmp_path / "elsewhere") as index:
        assert answers(index) == expected
    assert [each.path.name for each in admitted(tmp_path / "elsewhere")] == [upload.name]
    assert len(list_corrections(tmp_path / "elsewhere")) == 1
    for judged in ("pools.jsonl", "judgements.jsonl", "saved.jsonl"):
        assert (tmp_path / "elsewhere" / judged).read_bytes() == (directory / judged).read_bytes()
    assert not {".building", ".unpacking"} & {path.name for path in (tmp_path / "elsewhere").iterdir()}


def test_the_same_archive_gives_the_same_files(directory: Path, tmp_path: Path) -> None:
    pack(directory, tmp_path / "one.tar")
    pack(directory, tmp_path / "two.tar")
    with tarfile.open(tmp_path / "one.tar") as one, tarfile.open(tmp_path / "two.tar") as two:
        members = [(each.name, each.size, each.mtime, each.uid, each.mode) for each in one]
        assert members == [(each.name, each.size, each.mtime, each.uid, each.mode) for each in two]


def test_nothing_is_written_over(directory: Path, tmp_path: Path) -> None:
    packed = tmp_path / "archive.tar"
    pack(directory, packed)
    before = packed.read_bytes()
    with pytest.raises(UsageError, match="exists already"):
        pack(directory, packed)
    assert packed.read_bytes() == before
    with pytest.raises(UsageError, match="holds an archive already"):
        unpack(packed, directory)
    open_live(directory).release()


def cut(packed: Path) -> None:
    packed.write_bytes(packed.read_bytes()[:-20_000])


def flipped(packed: Path) -> None:
    content = bytearray(packed.read_bytes())
    content[len(content) // 2] ^= 1
    packed.write_bytes(content)


def no_tar(packed: Path) -> None:
    packed.write_bytes(b"no tar at all" * 1000)


def rewritten(packed: Path, change: Callable[[dict[str, object], list[tuple[tarfile.TarInfo, bytes]]], None]) -> None:
    """The file with its list and its members changed."""
    with tarfile.open(packed) as tar:
        members = [(each, (opened.read() if (opened := tar.extractfile(each)) else b"")) for each in tar]
    contents = json.loads(members[0][1])
    rest = members[1:]
    change(contents, rest)
    listed = json.dumps(contents).encode()
    head = tarfile.TarInfo("tiaowen.json")
    head.size = len(listed)
    with tarfile.open(packed, "w") as tar:
        tar.addfile(head, io.BytesIO(listed))
        for member, content in rest:
            tar.addfile(member, io.BytesIO(content))


def leaving(packed: Path) -> None:
    def change(contents: dict[str, object], rest: list[tuple[tarfile.TarInfo, bytes]]) -> None:
        member, content = rest[0]
        files = contents["files"]
        assert isinstance(files, dict)
        files["../outside.txt"] = files.pop(member.name)
        member.name = "../outside.txt"

    rewritten(packed, change)


def linking(packed: Path) -> None:
    def change(contents: dict[str, object], rest: list[tuple[tarfile.TarInfo, bytes]]) -> None:
        member, _ = rest[0]
        member.type, member.linkname, member.size = tarfile.SYMTYPE, "/etc/passwd", 0
        rest[0] = (member, b"")

    rewritten(packed, change)


def unlisted(packed: Path) -> None:
    def change(contents: dict[str, object], rest: list[tuple[tarfile.TarInfo, bytes]]) -> None:
        extra = tarfile.TarInfo("generation/more.bin")
        extra.size = 3
        rest.append((extra, b"abc"))

    rewritten(packed, change)


@pytest.mark.parametrize("damage", [cut, flipped, no_tar, leaving, linking, unlisted])
def test_a_damaged_or_hostile_file_is_refused_and_leaves_nothing(
    directory: Path, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    packed = tmp_path / "archive.tar"
    pack(directory, packed)
    damage(packed)
    with pytest.raises(UsageError, match=r"archive\.tar: is no packed archive"):
        unpack(packed, tmp_path / "elsewhere")
    assert {path.name for path in (tmp_path / "elsewhere").iterdir()} <= {".build.lock"}
    assert not (tmp_path / "outside.txt").exists()
    shutil.rmtree(tmp_path / "elsewhere")


def test_export_and_import_by_command(directory: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    packed = tmp_path / "a.tar"
    assert said(capsys, "export", str(packed), "--index", str(directory))[0] == 0
    status, lines, _ = said(capsys, "import", str(packed), "--index", str(tmp_path / "new"))
    assert (status, json.loads(lines[0])["n_notices"]) == (0, 3)
    status, _, errors = said(capsys, "import", str(packed), "--index", str(tmp_path / "new"))
    assert (status, len(errors)) == (2, 1)


# --- logs ----------------------------------------------------------------------------------------


def test_a_log_of_json_lines_has_progress_and_what_was_done(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, _, errors = said(capsys, "--log", "json", "build", str(corpus), "--index", str(tmp_path / "index"))
    lines = [json.loads(line) for line in errors]
    assert status == 0
    assert {"time", "level", "logger", "message"} <= set(lines[0])
    assert {"read", "words", "vectors", "publish"} <= {line.get("stage") for line in lines}
    assert "notices" in lines[-1]["message"]


def test_mistakes_are_in_the_log_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, _, errors = said(capsys, "--log", "json", "stats", "--index", str(tmp_path / "nothing"))
    assert (status, [json.loads(line)["level"] for line in errors]) == (2, ["error"])


def test_the_form_of_logs_is_taken_from_the_environment(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIAOWEN_LOG", "json")
    assert json.loads(said(capsys, "stats", "--index", str(tmp_path / "nothing"))[2][0])["level"] == "error"
    monkeypatch.setenv("TIAOWEN_LOG", "xml")
    status, _, errors = said(capsys, "stats", "--index", str(tmp_path / "nothing"))
    assert (status, len(errors)) == (2, 1)
    assert "text, json" in errors[0]


def test_the_encoder_of_an_index_need_not_be_the_bundled_one(corpus: Path, tmp_path: Path) -> None:
    build([corpus], tmp_path / "hashed", encoder=HashEncoder())
    pack(tmp_path / "hashed", tmp_path / "hashed.tar")
    unpack(tmp_path / "hashed.tar", tmp_path / "again")
    with open_index(tmp_path / "again", encoder=HashEncoder()) as index:
        assert index.dense("护理", 3)

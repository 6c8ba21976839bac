"""Archives: every file in one is a notice of its own, whatever system packed it."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from notice_files import write_docx, write_xlsx

from indexer.errors import UnreadableNotice
from indexer.sources import archives, content_sha256, find_files, office, read

TEXT = "云泽市关于开展社区食堂建设的通知\n一、建成社区食堂120家。（责任单位：市民政局）\n"


def packed(path: Path, files: dict[str, bytes | str], *, encoding: str = "") -> Path:
    """An archive of these files; with an encoding, their names are in it without a word about it, as old packers write."""
    stand_ins = (
        {"x" * (len(name.encode(encoding)) - 1) + str(i): name for i, name in enumerate(files)} if encoding else {}
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for stand_in, name in stand_ins.items() or zip(files, files, strict=True):
            archive.writestr(stand_in, files[name])
    whole = path.read_bytes()
    for stand_in, name in stand_ins.items():
        whole = whole.replace(stand_in.encode(), name.encode(encoding))
    path.write_bytes(whole)
    return path


def names(folder: Path) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in find_files([folder])]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", ""])
def test_names_are_read_whatever_system_packed_them(tmp_path: Path, encoding: str) -> None:
    packed(tmp_path / "附件.zip", {"通知/关于食堂.txt": TEXT}, encoding=encoding)
    assert names(tmp_path) == ["附件.zip!/通知/关于食堂.txt"]
    raw = read(tmp_path / "附件.zip!/通知/关于食堂.txt")
    assert raw.blocks[0].text == TEXT.split("\n")[0]
    assert raw.source.path.endswith("附件.zip!/通知/关于食堂.txt")
    assert raw.source.sha256 == content_sha256(tmp_path / "附件.zip!/通知/关于食堂.txt")


def test_every_format_is_read_inside_an_archive(tmp_path: Path) -> None:
    word = write_docx(tmp_path / "a.docx", TEXT.split("\n")).read_bytes()
    sheet = write_xlsx(tmp_path / "b.xlsx", [["序号", "任务"], ["1", "开展培训"]]).read_bytes()
    path = packed(tmp_path / "c.zip", {"a.docx": word, "b.xlsx": sheet, "p.png": b"\x89PNG\r\n\x1a\n\x00\x00"})
    found = find_files([path])
    assert [one.name for one in found] == ["a.docx", "b.xlsx", "p.png"]
    assert read(found[0]).blocks[1].text == TEXT.split("\n")[1]
    assert read(found[1]).blocks[0].table is not None
    with pytest.raises(UnreadableNotice, match=r"c\.zip!/p\.png: is a picture"):
        read(found[2])


def test_a_stored_word_file_does_not_make_the_archive_one(tmp_path: Path) -> None:
    word = write_docx(tmp_path / "a.docx", TEXT.split("\n")).read_bytes()
    with zipfile.ZipFile(tmp_path / "c.zip", "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("a.docx", word)
    assert [path.as_posix() for path in find_files([tmp_path / "c.zip"])] == [f"{tmp_path.as_posix()}/c.zip!/a.docx"]


def test_a_word_file_named_zip_is_a_word_file(tmp_path: Path) -> None:
    path = write_docx(tmp_path / "a.zip", TEXT.split("\n"))
    assert find_files([path]) == [path]
    assert len(read(path).blocks) == 2


def test_an_archive_in_an_archive_is_opened_once(tmp_path: Path) -> None:
    innermost = packed(tmp_path / "3", {"c.txt": TEXT}).read_bytes()
    inner = packed(tmp_path / "2", {"b.txt": TEXT, "c.zip": innermost}).read_bytes()
    packed(tmp_path / "a.zip", {"b.zip": inner})
    for name in "23":
        (tmp_path / name).unlink()
    assert names(tmp_path) == ["a.zip!/b.zip!/b.txt", "a.zip!/b.zip!/c.zip"]
    assert read(tmp_path / "a.zip!/b.zip!/b.txt").blocks
    with pytest.raises(UnreadableNotice, match="archive inside an archive inside"):
        read(tmp_path / "a.zip!/b.zip!/c.zip")


def test_what_packers_add_is_left_out(tmp_path: Path) -> None:
    files: dict[str, bytes | str] = {
        "a.txt": TEXT,
        "__MACOSX/._a.txt": "x",
        ".DS_Store": "x",
        "b/~$c.docx": "x",
        "d\\e.txt": TEXT,
    }
    packed(tmp_path / "a.zip", files)
    assert names(tmp_path) == ["a.zip!/a.txt", "a.zip!/d/e.txt"]


@pytest.mark.parametrize("name", ["../a.txt", "x/../../a.txt", "/etc/a.txt", "C:\\a.txt", "..\\a.txt"])
def test_a_name_that_leads_outside_is_refused(tmp_path: Path, name: str) -> None:
    packed(tmp_path / "a.zip", {name: TEXT})
    (path,) = find_files([tmp_path])
    with pytest.raises(UnreadableNotice, match="leads outside"):
        read(path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04 and nothing more", "damaged"),
        (b"PK\x05\x06" + b"\0" * 18, "without a file"),
        (b"", "empty"),
        (b"\0" * 50, "ending"),
    ],
)
def test_an_archive_that_cannot_be_opened_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "a.zip").write_bytes(content)
    (path,) = find_files([tmp_path])
    with pytest.raises(UnreadableNotice, match=said):
        read(path)


def test_an_archive_that_would_fill_the_disk_is_refused(tmp_path: Path) -> None:
    packed(tmp_path / "a.zip", {f"{i}.txt": b"\0" * 10_000_000 for i in range(3)})
    (path,) = find_files([tmp_path])
    with pytest.raises(UnreadableNotice, match="zip bomb"):
        read(path)


def test_an_archive_of_too_many_files_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packed(tmp_path / "a.zip", {"a.txt": TEXT, "b.txt": TEXT})
    monkeypatch.setattr(office, "MAX_PARTS", 1)
    (path,) = find_files([tmp_path])
    with pytest.raises(UnreadableNotice, match="more than 1 files"):
        read(path)


def test_a_file_that_is_too_large_or_protected_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = packed(tmp_path / "a.zip", {"a.txt": TEXT})
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01"))
    with pytest.raises(UnreadableNotice, match="password"):
        read(tmp_path / "a.zip!/a.txt")
    path.write_bytes(whole)
    monkeypatch.setattr(archives, "MAX_PART_BYTES", 10)
    with pytest.raises(UnreadableNotice, match="larger than"):
        read(tmp_path / "a.zip!/a.txt")


def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    packed(tmp_path / "a.zip", {"a.txt": TEXT})
    with pytest.raises(UnreadableNotice, match="is not in the archive"):
        read(tmp_path / "a.zip!/b.txt")
    with pytest.raises(UnreadableNotice, match=r"b\.zip: is not there"):
        read(tmp_path / "b.zip!/b.txt")

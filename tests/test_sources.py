"""Finding files, telling their format and encoding, and reading plain text."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.errors import UnreadableNotice, UsageError
from indexer.sources import file_state, files, find_files, read
from indexer.sources.encoding import BROKEN_SHARE, decode
from indexer.sources.text import strip_line

NOTICE = (
    "云泽市人民政府办公室关于印发社区食堂建设三年行动方案的通知\n"
    "云泽政办发〔2024〕17号\n\n"
    "各区县人民政府，市政府各部门：\n"
    "　　一、到2026年底，全市建成社区食堂120家，覆盖率达到9.5%。（责任单位：市民政局、市商务局）\n"
    "　　二、对符合条件的社区食堂给予一次性建设补助。（责任单位：市财政局）\n"
)
LINES = [line.strip() for line in NOTICE.split("\n") if line.strip()]


def write(folder: Path, name: str, content: bytes | str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def texts(path: Path) -> list[str]:
    return [block.text for block in read(path).blocks]


def zipped(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return buffer.getvalue()


# --- finding -----------------------------------------------------------------------------------


def test_files_are_found_below_folders_sorted_and_once(tmp_path: Path) -> None:
    b, a, c = (write(tmp_path, name, NOTICE) for name in ("b.txt", "甲/a.txt", "甲/乙/c.html"))
    assert find_files([tmp_path, b, tmp_path / "甲"]) == sorted([a, b, c], key=lambda path: path.as_posix())


def test_hidden_and_lock_files_are_left_out_but_not_when_named(tmp_path: Path) -> None:
    hidden = write(tmp_path, ".草稿.txt", NOTICE)
    write(tmp_path, ".git/a.txt", NOTICE)
    write(tmp_path, "~$通知.docx", NOTICE)
    assert find_files([tmp_path]) == []
    assert find_files([hidden]) == [hidden]


def test_files_of_formats_that_are_not_read_are_found_too(tmp_path: Path) -> None:
    names = ["a.pdf", "b.docx", "c.xlsx", "d.zip", "e.png", "f.wps"]
    for name in names:
        write(tmp_path, name, b"x")
    assert [path.name for path in find_files([tmp_path])] == names


def test_a_missing_path_is_a_usage_error_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file or folder") as caught:
        find_files([tmp_path / "没有"])
    assert "没有" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_folder_linked_into_itself_is_walked_once(tmp_path: Path) -> None:
    write(tmp_path, "甲/a.txt", NOTICE)
    os.symlink(tmp_path, tmp_path / "甲" / "loop")
    assert [path.name for path in find_files([tmp_path])] == ["a.txt"]


# --- plain text --------------------------------------------------------------------------------


def test_the_file_system_says_of_a_file_what_tells_it_from_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.txt"
    file.write_text("一", encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("a.txt", "一")
    assert file_state(file) is None  # it was changed a moment ago
    now = time.time_ns()
    monkeypatch.setattr(files.time, "time_ns", lambda: now + 60 * 10**9)
    state = file_state(file)
    assert state is not None
    assert state == file_state(file)
    assert file_state(tmp_path / "b.zip!" / "a.txt") == file_state(tmp_path / "b.zip") != state
    time.sleep(0.05)
    file.chmod(0o600)
    assert file_state(file) not in {state, None}
    (tmp_path / "link.txt").symlink_to(file)
    assert file_state(tmp_path / "link.txt") == file_state(file)
    assert file_state(tmp_path / "gone.txt") is None
    assert file_state(tmp_path / "\x00") is None


def test_each_line_is_a_block_and_the_source_is_recorded(tmp_path: Path) -> None:
    path = write(tmp_path, "n.txt", NOTICE)
    raw = read(path)
    assert [block.text for block in raw.blocks] == LINES
    assert raw.warnings == ()
    assert raw.metadata == ()
    assert raw.source.path == path.as_posix()
    assert raw.source.media_type == "text/plain"
    assert raw.source.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_white_space_goes_around_a_line_and_stays_inside(tmp_path: Path) -> None:
    path = write(
        tmp_path, "n.txt", "\ufeff　　\xa0责任人：杨　扬  （兼）\xa0\u200b　\r\n 二、 分工\t明确 \r三、\f四、\u2028五、"
    )
    assert texts(path) == ["责任人：杨　扬  （兼）", "二、 分工\t明确", "三、", "四、", "五、"]


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""),
        ("utf-8", b"\xef\xbb\xbf"),
        ("utf-16-le", b"\xff\xfe"),
        ("utf-16-be", b"\xfe\xff"),
        ("utf-16-le", b""),
        ("utf-16-be", b""),
        ("utf-32-le", b"\xff\xfe\x00\x00"),
        ("gb18030", b""),
        ("gbk", b""),
        ("gb18030", b"\x84\x31\x95\x33"),
    ],
)
def test_text_is_read_in_its_encoding(tmp_path: Path, encoding: str, mark: bytes) -> None:
    assert texts(write(tmp_path, "n.txt", mark + NOTICE.encode(encoding))) == LINES


def test_big5_is_guessed_with_a_warning(tmp_path: Path) -> None:
    notice = (
        "雲澤市人民政府關於印發社區食堂建設方案的通知\n各區縣人民政府，市政府各部門：現將方案印發給你們，請認真貫徹執行。\n"
        * 5
    )
    raw = read(write(tmp_path, "n.txt", notice.encode("big5")))
    assert raw.blocks[0].text == "雲澤市人民政府關於印發社區食堂建設方案的通知"
    assert "guessed" in raw.warnings[0]


@pytest.mark.parametrize("content", [b"", b"   \r\n\t ", "\ufeff\n　　\xa0\n".encode(), b"\xff\xfe"])
def test_an_empty_file_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(UnreadableNotice, match="is empty"):
        read(write(tmp_path, "n.txt", content))


def test_broken_utf8_is_refused_with_the_byte_offset(tmp_path: Path) -> None:
    content = NOTICE.encode()
    with pytest.raises(UnreadableNotice, match=r"n\.txt: .*byte 30\b") as caught:
        read(write(tmp_path, "n.txt", content[:30] + b"\xff\xfe\xfd" + content[30:]))
    assert "\n" not in str(caught.value)


def test_few_broken_bytes_in_a_long_text_are_shown_with_a_warning(tmp_path: Path) -> None:
    content = NOTICE.encode() * 20
    raw = read(write(tmp_path, "n.txt", content[:30] + b"\xff" + content[30:-2]))
    assert any("\ufffd" in block.text for block in raw.blocks)
    assert len(raw.warnings) == 1
    assert "first at byte 30" in raw.warnings[0]
    assert 2 / len(NOTICE * 20) <= BROKEN_SHARE


def test_utf16_with_a_lone_half_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableNotice, match="utf-16"):
        read(write(tmp_path, "n.txt", b"\xff\xfe" + NOTICE.encode("utf-16-le") + b"\x4e"))


@given(st.binary(min_size=1, max_size=400))
def test_any_bytes_are_read_or_refused_never_worse(content: bytes) -> None:
    with contextlib.suppress(UnreadableNotice):
        decode("n.txt", content).text.encode("utf-8")


@given(st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=60))
def test_utf8_text_is_never_taken_for_another_encoding(text: str) -> None:
    assert decode("n.txt", text.encode()).text == text


def test_reads_as_chinese_separates_notices_from_wrong_encodings(shared: Path) -> None:
    from indexer.sources.encoding import CHINESE_SHARE, _chinese_share

    for path in find_files([shared / "notices" / "txt", shared / "seeds"]):
        text = path.read_text(encoding="utf-8")
        assert _chinese_share(text) > 0.99, path.name
        assert _chinese_share(text.encode().decode("gb18030", "replace")) < 0.25, path.name
        assert _chinese_share(text.encode("big5", "ignore").decode("gb18030", "replace")) < 0.5, path.name
    assert 0.5 < CHINESE_SHARE < 0.99


# --- formats -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.pdf", b"%PDF-1.7\n\x00\x01", "damaged PDF"),
        ("a.txt", b"%PDF-1.4 ...", "damaged PDF"),
        ("a.docx", zipped("[Content_Types].xml", "word/document.xml"), "damaged in word/document.xml"),
        ("a.xlsx", zipped("[Content_Types].xml", "xl/workbook.xml"), "damaged Excel"),
        ("a.pptx", zipped("[Content_Types].xml", "ppt/presentation.xml"), "PowerPoint"),
        ("a.ofd", zipped("OFD.xml", "Doc_0/Document.xml"), "OFD is not read"),
        ("a.docx", b"PK\x03\x04 no directory", "damaged Office file"),
        ("a.pdf", b"\x00\x01\x02" * 50, "not what its ending says"),
        ("a.png", b"\x89PNG\r\n\x1a\n\x00\x00", "picture"),
        ("a.html", b"\x89PNG\r\n\x1a\n\x00\x00", "picture"),
        ("a.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF", "picture"),
        ("a.bmp", b"BM\x36\x00\x00\x00\x00\x00\x00\x00\x36", "picture"),
        ("a", b"\x7fELF\x02\x01\x01\x00", "program"),
        ("a.gz", b"\x1f\x8b\x08\x00", "unpack"),
        ("a.bin", bytes(range(256)) * 8, "binary"),
        ("a.txt", NOTICE.encode()[:50] + b"\x00" * 40 + NOTICE.encode()[50:], "binary"),
        ("a.json", '{"标题": "通知"}'.encode(), "data"),
        ("a.xml", '<?xml version="1.0"?><通知/>'.encode(), "XML"),
    ],
)
def test_what_is_not_read_is_refused_and_says_what_it_is(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    with pytest.raises(UnreadableNotice, match=said) as caught:
        read(write(tmp_path, name, content))
    assert str(caught.value).startswith((tmp_path / name).as_posix())
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["a.html", "a.txt", "a.doc", "a.jsp", "a"])
def test_a_page_is_read_as_html_under_any_name(tmp_path: Path, name: str) -> None:
    page = f"<!-- saved -->\n<!DOCTYPE html><html><body><p>{LINES[0]}</p><p>{LINES[2]}</p></body></html>"
    raw = read(write(tmp_path, name, page))
    assert raw.source.media_type == "text/html"
    assert [block.text for block in raw.blocks] == [LINES[0], LINES[2]]


def test_text_under_the_name_of_a_page_is_read_as_text(tmp_path: Path) -> None:
    raw = read(write(tmp_path, "a.html", NOTICE))
    assert raw.source.media_type == "text/plain"
    assert [block.text for block in raw.blocks] == LINES


def test_a_notice_that_mentions_markup_stays_text(tmp_path: Path) -> None:
    assert texts(write(tmp_path, "a.txt", "一、网页须有<title>与<meta>标签。\n")) == [
        "一、网页须有<title>与<meta>标签。"
    ]


def test_a_text_beginning_with_two_capitals_is_no_bitmap(tmp_path: Path) -> None:
    assert texts(write(tmp_path, "a.txt", "BM信息模型应用方案\n")) == ["BM信息模型应用方案"]


def test_a_file_that_is_too_large_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with path.open("wb") as file:
        file.truncate(files.MAX_BYTES + 1)
    with pytest.raises(UnreadableNotice, match="larger than 64 MB"):
        read(path)


def test_what_is_no_plain_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    os.symlink(tmp_path / "away", tmp_path / "link.txt")
    for path in find_files([tmp_path]):
        with pytest.raises(UnreadableNotice):
            read(path)
    with pytest.raises(UnreadableNotice, match="plain file"):
        read(tmp_path)


def test_real_texts_lose_nothing(shared: Path) -> None:
    for path in find_files([shared / "notices" / "txt", shared / "seeds"]):
        whole = "".join(path.read_text(encoding="utf-8").split())
        assert "".join("".join(block.text for block in read(path).blocks).split()) == whole, path.name


def test_a_line_of_many_blanks_is_read_at_once() -> None:
    started = time.perf_counter()
    strip_line("一" + " " * 200_000 + "、推进")
    assert time.perf_counter() - started < 1


def test_a_file_name_that_is_not_utf_8_is_shown_escaped(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"\xb2\xe2\xca\xd4.txt")
    path.write_text("云泽市关于开展工作的通知\n一、目标\n建成项目。", encoding="utf-8")
    notice = read(path)
    notice.source.path.encode("utf-8")
    assert notice.source.path.endswith("\\xb2\\xe2\\xca\\xd4.txt")

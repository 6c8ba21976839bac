"""Files written to do harm: each is refused in one line, in bounded time and memory, and the rest goes on."""

from __future__ import annotations

import contextlib
import io
import os
import time
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from notice_files import write_docx, write_pdf, write_xlsx

from app.precedents.given_draft import file_draft, text_draft
from indexer.errors import SecretNotice, UnreadableNotice, UsageError
from indexer.records import Block, RawNotice, Source
from indexer.sources import bounded, find_files, office, read
from indexer.uploads import stage
from indexer.uploads.parsing import notice_parser, parse_bounded
from tests.thoroughness import few_or_many

TEXT = "云泽市关于开展社区食堂建设的通知\n一、到2026年底，建成社区食堂120家。（责任单位：市民政局）\n"
SOON = 20.0  # seconds; most take less than one
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type='
    '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>'
    "</Relationships>"
)


def zipped(path: Path, parts: dict[str, bytes | str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def word(path: Path, body: str, *, before: str = "") -> Path:
    """A Word file whose text is this XML."""
    document = f'<?xml version="1.0" encoding="UTF-8"?>{before}<w:document {W}><w:body>{body}</w:body></w:document>'
    return zipped(path, {"[Content_Types].xml": "<Types/>", "_rels/.rels": RELATIONS, "word/document.xml": document})


def pdf(path: Path, objects: list[str | bytes], *, root: int = 1) -> Path:
    """A PDF of these objects, numbered from 1."""
    out = io.BytesIO(b"")
    out.write(b"%PDF-1.7\n")
    places = []
    for n, text in enumerate(objects, 1):
        places.append(out.tell())
        out.write(f"{n} 0 obj\n".encode() + (text.encode() if isinstance(text, str) else text) + b"\nendobj\n")
    start = out.tell()
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(objects) + 1
    out.write(f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<</Size {size}/Root {root} 0 R>>\n".encode())
    out.write(f"startxref\n{start}\n%%EOF\n".encode())
    path.write_bytes(out.getvalue())
    return path


def stream(content: bytes, entries: str = "") -> bytes:
    return f"<</Length {len(content)}{entries}>>stream\n".encode() + content + b"\nendstream"


def refused(path: Path, said: str) -> None:
    started = time.perf_counter()
    with pytest.raises(UnreadableNotice, match=said) as caught:
        read(path)
    assert time.perf_counter() - started < SOON
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith(path.as_posix())


@pytest.fixture
def small_reader(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A reading process of its own with little memory, so that what would fill it fills it soon."""
    reader = bounded.file_reader()
    monkeypatch.setattr(bounded, "_READER", reader)
    monkeypatch.setattr(bounded, "MAX_MEMORY_BYTES", 300 * 1024 * 1024)
    yield
    reader.close()


# --- containers --------------------------------------------------------------------------------


def test_a_word_file_that_is_a_zip_bomb_is_refused(tmp_path: Path) -> None:
    refused(word(tmp_path / "a.docx", "<w:p/>" + " " * 40_000_000), "zip bomb")


def test_a_large_table_of_like_rows_is_no_bomb(tmp_path: Path) -> None:
    row = "<w:tr><w:tc><w:p><w:r><w:t>序号</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>市民政局</w:t></w:r></w:p></w:tc></w:tr>"
    table = read(word(tmp_path / "a.docx", f"<w:tbl>{row * 20_000}</w:tbl>")).blocks[0].table
    assert table is not None
    assert len(table.rows) == 20_000


def test_an_excel_file_of_bombs_is_refused(tmp_path: Path) -> None:
    parts: dict[str, bytes | str] = {f"xl/media/{i}.bin": b"\0" * 20_000_000 for i in range(3)}
    refused(zipped(tmp_path / "a.xlsx", {"[Content_Types].xml": "", "xl/workbook.xml": "", **parts}), "zip bomb")


def test_a_container_of_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = word(tmp_path / "a.docx", "<w:p/>")
    monkeypatch.setattr(office, "MAX_PACKAGE_BYTES", 100)
    with pytest.raises(UnreadableNotice, match="unpack to more"):
        office.Package("a.docx", path.read_bytes())
    monkeypatch.setattr(office, "MAX_PACKAGE_BYTES", 1 << 30)
    monkeypatch.setattr(office, "MAX_PARTS", 2)
    with pytest.raises(UnreadableNotice, match="more than 2 files"):
        office.Package("a.docx", path.read_bytes())


def test_a_part_that_is_larger_than_its_directory_says_is_refused(tmp_path: Path) -> None:
    path = word(tmp_path / "a.docx", "<w:p><w:r><w:t>通知</w:t></w:r></w:p>" * 50_000)
    content = bytearray(path.read_bytes())
    at = content.rfind(b"word/document.xml") - 46
    content[at + 24 : at + 28] = (1_000).to_bytes(4, "little")
    path.write_bytes(bytes(content))
    refused(path, "damaged")


ENTITIES = '<!DOCTYPE b [<!ENTITY a0 "云">' + "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 10))


def test_an_entity_bomb_in_a_word_file_is_refused(tmp_path: Path) -> None:
    body = "<w:p><w:r><w:t>&a9;</w:t></w:r></w:p>"
    refused(word(tmp_path / "a.docx", body, before=ENTITIES + "]>"), "declares entities")


def test_an_entity_that_names_a_file_is_refused(tmp_path: Path) -> None:
    before = '<!DOCTYPE b [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
    refused(word(tmp_path / "a.docx", "<w:p><w:r><w:t>&a;</w:t></w:r></w:p>", before=before), "declares entities")


def test_an_entity_bomb_in_an_excel_file_is_refused(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", [["序号", "任务"], ["1", "开展培训"]])
    with zipfile.ZipFile(path) as archive:
        parts: dict[str, bytes | str] = {name: archive.read(name) for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    assert isinstance(sheet, bytes)
    parts["xl/worksheets/sheet1.xml"] = (ENTITIES + "]>").encode("utf-16") + sheet
    refused(zipped(path, parts), "declares entities")


@pytest.mark.parametrize("cut", [30, 200, 1_000])
@pytest.mark.parametrize("name", ["a.docx", "a.xlsx", "a.pdf"])
def test_a_file_cut_off_is_refused(tmp_path: Path, name: str, cut: int) -> None:
    path = tmp_path / name
    if name.endswith("docx"):
        write_docx(path, TEXT.split("\n"))
    elif name.endswith("xlsx"):
        write_xlsx(path, [["序号", "任务"], ["1", "开展培训"]])
    else:
        write_pdf(path, TEXT.split("\n"))
    path.write_bytes(path.read_bytes()[:cut])
    refused(path, "damaged|is empty|no text")


# --- text of endless size or depth ---------------------------------------------------------------


def test_a_million_empty_paragraphs_are_no_notice(tmp_path: Path) -> None:
    body = "".join(f"<w:p a='{i}'/>" for i in range(1_000_000))
    refused(word(tmp_path / "a.docx", body), "is empty")


def test_a_word_file_nested_too_deep_is_refused(tmp_path: Path) -> None:
    depth = 20_000
    body = "<w:tbl><w:tr><w:tc>" * depth + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * depth
    refused(word(tmp_path / "a.docx", body), "damaged|nested")


def test_a_table_with_spans_beyond_reason_is_read_as_text(tmp_path: Path) -> None:
    cell = '<w:tc><w:tcPr><w:gridSpan w:val="999999999"/></w:tcPr><w:p><w:r><w:t>开展培训</w:t></w:r></w:p></w:tc>'
    raw = read(word(tmp_path / "a.docx", "<w:tbl>" + f"<w:tr>{cell}{cell}</w:tr>" * 500 + "</w:tbl>"))
    assert raw.blocks[0].text == "开展培训"


def test_a_page_nested_tens_of_thousands_of_levels_deep_is_bounded(tmp_path: Path) -> None:
    path, levels = tmp_path / "a.html", few_or_many(30_000, 100_000)
    path.write_text("<html><body>" + "<div>" * levels + TEXT + "</div>" * levels, encoding="utf-8")
    started = time.perf_counter()
    with contextlib.suppress(UnreadableNotice):
        assert "社区食堂" in "".join(block.text for block in read(path).blocks)
    assert time.perf_counter() - started < SOON


def test_cells_far_apart_do_not_make_a_sheet_of_millions(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.active["A1"], book.active["XFD1048576"] = "序号", "任务"
    book.active["A2"], book.active["B2"] = "1", "开展培训"
    book.save(tmp_path / "a.xlsx")
    started = time.perf_counter()
    assert read(tmp_path / "a.xlsx").blocks
    assert time.perf_counter() - started < SOON


def test_a_sheet_of_millions_of_drawn_cells_is_refused(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", [["序号", "任务"], ["1", "开展培训"]])
    with zipfile.ZipFile(path) as archive:
        parts: dict[str, bytes | str] = {name: archive.read(name) for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    assert isinstance(sheet, bytes)
    rows = b"".join(
        b'<row r="%d">%s</row>' % (n, b"".join(b'<c r="%c%d"/>' % (c, n) for c in range(65, 90)))
        for n in range(3, 45_000)
    )
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(b"</sheetData>", rows + b"</sheetData>")
    refused(zipped(path, parts), "more than 1000000 cells")


# --- PDF -----------------------------------------------------------------------------------------


def test_a_pdf_whose_page_tree_loops_is_refused(tmp_path: Path) -> None:
    catalog = "<</Type/Catalog/Pages 2 0 R>>"
    loop = "<</Type/Pages/Kids[2 0 R 3 0 R]/Count 100000>>"
    refused(
        pdf(tmp_path / "a.pdf", [catalog, loop, "<</Type/Pages/Kids[2 0 R]/Count 5/Parent 2 0 R>>"]),
        "PDF|pages|empty|damaged",
    )


def test_a_pdf_that_says_it_has_a_million_pages_is_refused(tmp_path: Path) -> None:
    kids = "3 0 R " * 10_000
    page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>"
    objects: list[str | bytes] = ["<</Type/Catalog/Pages 2 0 R>>", f"<</Type/Pages/Kids[{kids}]/Count 1000000>>", page]
    refused(pdf(tmp_path / "a.pdf", objects), "more than 3000 pages|damaged|empty")


def test_a_pdf_that_inflates_without_end_is_refused(tmp_path: Path, small_reader: None) -> None:
    packed = zlib.compress(zlib.compress(b"0 0 m " * 30_000_000, 9))
    filters = "/Filter[/FlateDecode/FlateDecode]"
    page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents[" + "4 0 R " * 200 + "]>>"
    objects = ["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>", page, stream(packed, filters)]
    refused(pdf(tmp_path / "a.pdf", objects), "memory|break off|empty|no text|longer")


def test_a_form_that_draws_itself_is_bounded(tmp_path: Path, small_reader: None) -> None:
    page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</XObject<</F 5 0 R>>>>>>"
    form = stream(b"/F Do /F Do", "/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</F 5 0 R>>>>")
    objects = ["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>", page, stream(b"/F Do"), form]
    refused(pdf(tmp_path / "a.pdf", objects), "break off|memory|characters they show|is empty")


# --- limits of the reading process -----------------------------------------------------------------


def test_a_file_that_takes_too_long_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = word(tmp_path / "a.docx", "<w:p><w:r><w:t>通知</w:t></w:r></w:p>" * 50_000)
    monkeypatch.setattr(bounded, "MAX_SECONDS", 0.05)
    refused(path, "took longer than")
    monkeypatch.setattr(bounded, "MAX_SECONDS", 60.0)
    assert read(write_docx(tmp_path / "b.docx", TEXT.split("\n"))).blocks  # another process reads on


def test_a_file_that_needs_too_much_memory_is_given_up(tmp_path: Path, small_reader: None) -> None:
    refused(word(tmp_path / "a.docx", "".join(f"<w:p a='{i}'/>" for i in range(1_000_000))), "memory|break off|damaged")
    assert read(write_docx(tmp_path / "b.docx", TEXT.split("\n"))).blocks


def test_a_copy_of_the_program_reads_by_a_process_of_its_own(tmp_path: Path) -> None:
    path = write_docx(tmp_path / "a.docx", TEXT.split("\n"))
    assert len(read(path).blocks) == 2
    child = os.fork()
    if child == 0:
        os._exit(0 if len(read(path).blocks) == 2 else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert len(read(path).blocks) == 2


def test_a_process_that_was_taken_over_can_only_answer_with_records(tmp_path: Path) -> None:
    reader = bounded.reader_of("tests.lying_process", str)
    with pytest.raises(UnreadableNotice, match="break off"):
        reader.ask("a.pdf", (str(tmp_path / "made"),))
    assert not (tmp_path / "made").exists()
    reader.close()


@pytest.mark.parametrize("name", ["a.html", "a.txt"])
def test_a_page_or_text_that_is_handed_in_is_read_and_parsed_within_limits(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    opening, closing = ("<html><body>", "</body></html>") if name.endswith("html") else ("", "")
    content = f"{opening}{TEXT}{closing}".encode()
    assert len(stage(name, content).notice.clauses) == 1
    monkeypatch.setattr(bounded, "MAX_SECONDS", 0.2)
    long = opening + "".join(f"<p>{n}.建成社区食堂120家。</p>\n" for n in range(40_000)) + closing
    started = time.perf_counter()
    with pytest.raises(UnreadableNotice, match="took longer than"):
        stage(name, long.encode())
    assert time.perf_counter() - started < SOON
    monkeypatch.setattr(bounded, "MAX_SECONDS", 60.0)
    assert len(stage(name, content).notice.clauses) == 1  # another process reads on


def test_parsing_what_is_handed_in_has_a_limit_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    source = Source(path="a.txt", url=None, sha256="", media_type="text/plain")
    raw = RawNotice(source, tuple(Block(text=f"{n}.建成社区食堂120家。") for n in range(30_000)))
    parser = notice_parser()
    monkeypatch.setattr(bounded, "MAX_SECONDS", 0.2)
    with pytest.raises(UnreadableNotice, match=r"a\.txt: took longer than"):
        parse_bounded(raw, parser=parser)
    monkeypatch.setattr(bounded, "MAX_SECONDS", 60.0)
    assert parse_bounded(RawNotice(source, raw.blocks[:3]), parser=parser).clauses
    parser.close()


def test_a_draft_that_is_handed_in_is_read_and_parsed_within_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    assert file_draft("a.txt", TEXT.encode()).notice.clauses
    monkeypatch.setattr(bounded, "MAX_SECONDS", 0.2)
    with pytest.raises(UsageError, match="took longer than"):
        text_draft("".join(f"{n}.建成社区食堂120家。\n" for n in range(10_000)))
    monkeypatch.setattr(bounded, "MAX_SECONDS", 60.0)
    assert text_draft(TEXT).notice.clauses


def test_a_classified_file_that_is_handed_in_is_refused_as_such() -> None:
    with pytest.raises(SecretNotice):
        stage("a.txt", f"秘密★一年\n{TEXT}".encode())


# --- the rest goes on --------------------------------------------------------------------------------


def test_hostile_files_do_not_keep_the_others_out(tmp_path: Path) -> None:
    folder = tmp_path / "notices"
    folder.mkdir()
    (folder / "a.txt").write_text(TEXT, encoding="utf-8")
    word(folder / "b.docx", "<w:p/>" + " " * 40_000_000)
    word(folder / "c.docx", "&a9;", before=ENTITIES + "]>")
    pdf(folder / "d.pdf", ["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[2 0 R]/Count 9>>"])
    with zipfile.ZipFile(folder / "e.zip", "w") as archive:
        archive.writestr("../../evil.txt", TEXT)
        archive.writestr("/etc/evil.txt", TEXT)
        archive.writestr("good.txt", TEXT.replace("食堂", "书屋"))
    notices = 0
    said: list[str] = []
    for path in find_files([folder]):
        try:
            notices += bool(read(path).blocks)
        except UnreadableNotice as error:
            said.append(str(error))
    assert notices == 2
    assert len(said) == 5
    assert all(line.startswith(folder.as_posix()) and "\n" not in line for line in said)
    assert not (tmp_path / "evil.txt").exists()

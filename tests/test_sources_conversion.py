"""Old Office files and scans: what other programs make of them is read, and what to do where there are none."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest
from notice_files import write_docx, write_pdf, write_xlsx
from test_pdf import TEXT, scan, texts

from indexer.errors import UnreadableNotice
from indexer.sources import conversion, read

OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
# Stands for LibreOffice: writes the file FILE.ENDING that lies beside it to the folder asked for, and notes its words.
SOFFICE = """
import pathlib, shutil, sys
here = pathlib.Path(__file__).resolve().parent
wanted = sys.argv[sys.argv.index("--convert-to") + 1]
out = pathlib.Path(sys.argv[sys.argv.index("--outdir") + 1])
out.mkdir()
(here / "asked").write_text(pathlib.Path(sys.argv[-1]).name)
shutil.copy(here / f"made.{wanted}", out / f"notice.{wanted}")
"""
OCR = """
import pathlib, shutil, sys
here = pathlib.Path(__file__).resolve().parent
(here / "asked").write_text(" ".join(sys.argv[1:-2]))
shutil.copy(here / "made.pdf", sys.argv[-1])
"""


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder on PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def install(folder: Path, name: str, program: str) -> None:
    path = folder / name
    path.write_text(f"#!{sys.executable}\n{program}", encoding="utf-8")
    path.chmod(0o755)


def old(path: Path, stream: str) -> Path:
    path.write_bytes(OLD + stream.encode("utf-16-le") + b"\0" * 600)
    return path


@pytest.mark.parametrize(
    ("name", "stream", "wanted"),
    [
        ("a.doc", "WordDocument", "docx"),
        ("a.wps", "WordDocument", "docx"),
        ("a.xls", "Workbook", "xlsx"),
        ("a.et", "Workbook", "xlsx"),
        ("a.txt", "WordDocument", "docx"),
    ],
)
def test_without_libreoffice_the_line_says_how_to_get_it(
    tmp_path: Path, programs: Path, name: str, stream: str, wanted: str
) -> None:
    with pytest.raises(UnreadableNotice, match=rf"old Office or WPS.*libreoffice.*\.{wanted}") as caught:
        read(old(tmp_path / name, stream))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "stream", "ending"),
    [
        ("a.doc", "WordDocument", "doc"),
        ("a.wps", "WordDocument", "wps"),
        ("a.pdf", "WordDocument", "doc"),
        ("a.et", "Workbook", "et"),
        ("a.doc", "Workbook", "xls"),
    ],
)
def test_what_libreoffice_makes_is_read(tmp_path: Path, programs: Path, name: str, stream: str, ending: str) -> None:
    install(programs, "soffice", SOFFICE)
    write_docx(programs / "made.docx", TEXT)
    write_xlsx(programs / "made.xlsx", [["任务"], *([text] for text in TEXT)])
    raw = read(old(tmp_path / name, stream))
    assert texts(raw)[-len(TEXT) :] == TEXT
    assert (programs / "asked").read_text() == f"notice.{ending}"
    assert raw.warnings == ("read from a copy that LibreOffice converted",)
    assert raw.source.path.endswith(name)
    assert raw.source.media_type == ("application/vnd.ms-excel" if stream == "Workbook" else "application/msword")


def test_rich_text_and_open_documents_are_converted_too(tmp_path: Path, programs: Path) -> None:
    install(programs, "libreoffice", SOFFICE)
    write_docx(programs / "made.docx", TEXT)
    path = tmp_path / "a.doc"
    path.write_bytes(b"{\\rtf1 text}")
    assert texts(read(path)) == TEXT


def test_a_conversion_that_fails_or_hangs_is_one_line(
    tmp_path: Path, programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = old(tmp_path / "a.doc", "WordDocument")
    install(programs, "soffice", "print('Error: source file\\ncould not be loaded')")
    with pytest.raises(UnreadableNotice, match="could not be converted by LibreOffice .could not be loaded"):
        read(path)
    install(programs, "soffice", "import time; time.sleep(60)")
    monkeypatch.setattr(conversion, "MAX_CONVERSION_S", 0.3)
    started = time.monotonic()
    with pytest.raises(UnreadableNotice, match="took LibreOffice longer"):
        read(path)
    assert time.monotonic() - started < 10


@pytest.mark.parametrize(("stream", "said"), [("EncryptedPackage", "password"), ("PowerPoint Document", "PowerPoint")])
def test_what_cannot_be_converted_is_refused(tmp_path: Path, stream: str, said: str) -> None:
    with pytest.raises(UnreadableNotice, match=said):
        read(old(tmp_path / "a.docx", stream))


def test_a_scan_is_read_where_ocrmypdf_is_there(tmp_path: Path, programs: Path) -> None:
    install(programs, "ocrmypdf", OCR)
    write_pdf(programs / "made.pdf", TEXT)
    raw = read(scan(tmp_path / "a.pdf"))
    assert texts(raw) == TEXT
    assert raw.warnings == ("text recognised from pictures by ocrmypdf; it may hold errors",)
    assert "--skip-text" in (programs / "asked").read_text()
    assert texts(read(scan(tmp_path / "b.pdf", n_pages=1, more=list(TEXT)))) == TEXT  # a page of it


def test_a_scan_that_ocrmypdf_cannot_read_is_one_line(tmp_path: Path, programs: Path) -> None:
    install(programs, "ocrmypdf", "import sys; print('chi_sim is not installed'); sys.exit(3)")
    with pytest.raises(UnreadableNotice, match="could not recognise .chi_sim is not installed"):
        read(scan(tmp_path / "a.pdf"))
    raw = read(scan(tmp_path / "b.pdf", n_pages=1, more=list(TEXT)))
    assert texts(raw) == TEXT
    assert len(raw.warnings) == 2


def test_no_program_is_left_running(tmp_path: Path, programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(
        programs,
        "soffice",
        f"import os, time; os.fork(); open({str(tmp_path)!r} + '/' + str(os.getpid()), 'w'); time.sleep(60)",
    )
    monkeypatch.setattr(conversion, "MAX_CONVERSION_S", 1.0)
    with pytest.raises(UnreadableNotice, match="longer"):
        read(old(tmp_path / "a.doc", "WordDocument"))
    started = [int(path.name) for path in tmp_path.iterdir() if path.name.isdecimal()]
    time.sleep(0.2)
    assert started
    for process in started:
        status = Path(f"/proc/{process}/status")
        assert not status.exists() or "zombie" in status.read_text() or os.getpid() == process

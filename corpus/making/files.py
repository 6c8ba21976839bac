"""Every written notice as the file of its format, and whether a file is the one that would be made."""

from __future__ import annotations

from pathlib import Path

from corpus.making.archive import members
from corpus.making.page import page
from corpus.making.pdf import pdf
from corpus.making.sheet import sheet
from corpus.making.source import Written
from corpus.making.word import word

__all__ = ["SAMPLES", "is_up_to_date", "made"]

SAMPLES = Path(__file__).resolve().parent.parent / "samples"


def made(notice: Written) -> bytes:
    """The bytes of the notice's file; raises ValueError for a format that is not made."""
    makers = {"html": page, "gb18030.html": page, "pdf": pdf, "docx": word, "xlsx": sheet, "txt": _text}
    if notice.format not in makers:
        raise ValueError(f"{notice.name}: no format {notice.format}; there are {', '.join(makers)}")
    return makers[notice.format](notice)


def is_up_to_date(notice: Written, content: bytes) -> bool:
    """Whether `content` is what would be made.

    Pages and texts agree byte for byte. Word and Excel files agree in what they hold, and PDF files in what is drawn
    on their pages: how they are packed depends on the machine's zlib.
    """
    now = made(notice)
    if now == content:
        return True
    if notice.format in ("docx", "xlsx"):
        return members(now) == members(content)
    return notice.format == "pdf" and _drawn(now) == _drawn(content)


def _text(notice: Written) -> bytes:
    """The text as it was written, which says itself that it is a demonstration."""
    return notice.body.encode("utf-8")


def _drawn(content: bytes) -> list[bytes]:
    """What is drawn on each page of a PDF file, unpacked."""
    import io

    from pypdf import PdfReader

    contents = (page.get_contents() for page in PdfReader(io.BytesIO(content)).pages)
    return [stream.get_data() if stream is not None else b"" for stream in contents]

"""What a file is, told by its first bytes before its name: a scraped page's name says little about what is in it."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

__all__ = ["Format", "Refused", "detect_format", "kind_of_zip"]

# How a file is read. The old formats are converted first: old_text to docx, old_sheet to xlsx.
Format: TypeAlias = Literal["text", "html", "pdf", "docx", "xlsx", "old_text", "old_sheet", "zip"]

_CONVERT = "save it as PDF or Word (.docx) and add that file instead"
_SLIDES = f"PowerPoint is not read; {_CONVERT}"
_OFD = f"OFD is not read; {_CONVERT}"
_ARCHIVE = "is a compressed archive other than ZIP; unpack it first"
_PICTURE = "is a picture, which holds no text; add the text of the notice, or a PDF of it made by OCR"
_PROGRAM = "is a program, not a notice"
_DATABASE = "is a database, not a notice"
_MEDIA = "is sound or video, not a notice"
_PROTECTED = "is protected with a password; save it without one and add that file"

# What files of these kinds begin with (offset 0), per their published formats.
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", _PICTURE),
    (b"\xff\xd8\xff", _PICTURE),
    (b"GIF87a", _PICTURE),
    (b"GIF89a", _PICTURE),
    (b"II*\x00", _PICTURE),
    (b"MM\x00*", _PICTURE),
    (b"\x1f\x8b", _ARCHIVE),
    (b"BZh", _ARCHIVE),
    (b"\xfd7zXZ\x00", _ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", _ARCHIVE),
    (b"Rar!\x1a\x07", _ARCHIVE),
    (b"\x28\xb5\x2f\xfd", _ARCHIVE),
    (b"\x7fELF", _PROGRAM),
    (b"MZ\x90\x00", _PROGRAM),
    (b"SQLite format 3\x00", _DATABASE),
    (b"ID3", _MEDIA),
    (b"RIFF", _MEDIA),
    (b"OggS", _MEDIA),
)

# Endings whose files hold text, but never a notice as a page or a text.
_NOT_NOTICES: dict[str, str] = {
    **dict.fromkeys((".json", ".jsonl", ".csv", ".tsv", ".toml", ".yaml", ".yml", ".ini", ".cfg", ".log"), "is data"),
    **dict.fromkeys((".py", ".js", ".css", ".sh", ".ts", ".java", ".c", ".h", ".sql", ".ipynb"), "is program text"),
    ".mht": "is a saved web archive",
    ".mhtml": "is a saved web archive",
    ".eml": "is a mail",
    ".svg": "is a drawing",
}

# Endings that promise a format; used only to word the refusal of a file whose content is binary but unknown.
_DAMAGED = "is not what its ending says, or damaged; get the file again"
_PROMISES: dict[str, str] = {
    **dict.fromkeys((".pdf", ".docx", ".doc", ".wps", ".xls", ".et", ".xlsx", ".zip"), _DAMAGED),
    ".ofd": _OFD,
    **dict.fromkeys((".gz", ".rar", ".7z", ".tar", ".xz", ".bz2"), _ARCHIVE),
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".webp", ".ico"), _PICTURE),
}

_HTML_ENDINGS = frozenset({".html", ".htm", ".shtml", ".xhtml"})

# A page begins with one of these, after white space, comments and an XML declaration.
_PROLOGUE = re.compile(r"(?:\s|\ufeff|<\?xml[^>]*>|<!--.*?-->)*", re.S)
_PAGE_START = re.compile(r"<(?:!doctype\s+html|html|head|body|meta|title)[\s>]", re.I)
# Markup that a page's ending makes believable even where the page starts in the middle.
_ANY_MARKUP = re.compile(r"<(?:p|div|br|table|span|h[1-6]|a|ul|font|td|section|article)[\s/>]", re.I)
_HEAD_CHARACTERS = 20_000


@dataclass(frozen=True, slots=True)
class Refused:
    """A format that is not read, and the reason in the words shown to the user."""

    reason: str


_PDF_WITHIN = 1_024  # bytes before %PDF- that readers allow
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the container of old Office files (MS-CFB)
_PACKAGES: tuple[tuple[str, Format | Refused], ...] = (("word", "docx"), ("xl", "xlsx"), ("ppt", Refused(_SLIDES)))
# Names of streams in a compound file, by which its kind is told; encrypted new files are put into one, too.
_STREAMS: tuple[tuple[str, Format | Refused], ...] = (
    ("EncryptedPackage", Refused(_PROTECTED)),
    ("WordDocument", "old_text"),
    ("Workbook", "old_sheet"),
    ("PowerPoint Document", Refused(_SLIDES)),
    ("Book", "old_sheet"),
)


def detect_format(path: Path, content: bytes) -> Format | Refused:
    """How the file is to be read, or that it is not, and why.

    Content decides before the name: HTML saved as `.doc`, `.txt`, `.jsp` or without any ending is read as HTML, which
    is how many sites serve their attachments. The name only decides where content cannot: a `.json` file is text, but
    no notice. Bytes that are neither a known format nor text are found out later, when they are decoded.
    """
    for magic, reason in _MAGIC:
        if content.startswith(magic):
            return Refused(reason)
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_kind(content)
    if content.startswith(_COMPOUND):
        return _compound_kind(path, content)
    if content.startswith(b"{\\rtf"):
        return "old_text"
    if content[4:8] == b"ftyp":
        return Refused(_MEDIA)
    if _is_bitmap(content):
        return Refused(_PICTURE)
    if content.startswith(b"%PDF-") or (b"%PDF-" in content[:_PDF_WITHIN] and b"startxref" in content[-_PDF_WITHIN:]):
        return "pdf"
    return _text_kind(path, content)


def _text_kind(path: Path, content: bytes) -> Format | Refused:
    """How a file of no binary format is to be read."""
    ending = path.suffix.lower()
    # Latin-1 maps every byte, and all markup is ASCII; UTF-16 shows its ASCII once the zero bytes are gone.
    head = content[: _HEAD_CHARACTERS * 2].replace(b"\x00", b"").decode("latin-1")
    head = head.removeprefix("\xff\xfe").removeprefix("\xfe\xff").removeprefix("\xef\xbb\xbf")
    start = _PROLOGUE.match(head)
    begins = head[start.end() if start else 0 :]
    if _PAGE_START.match(begins):
        return "html"
    if head.lstrip().startswith("<?xml"):
        if "w:wordDocument" in begins[:_HEAD_CHARACTERS] or "pkg:package" in begins[:_HEAD_CHARACTERS]:
            return "old_text"  # Word 2003 XML and flat packages
        return Refused("is XML, but not a web page; save the notice as text or HTML")
    if ending in _NOT_NOTICES:
        return Refused(f"{_NOT_NOTICES[ending]} ({ending}), not a notice")
    if ending in _HTML_ENDINGS and _ANY_MARKUP.search(head):
        return "html"
    if ending in _PROMISES and b"\x00" in content[:4096]:
        return Refused(_PROMISES[ending])
    return "text"


def kind_of_zip(names: Collection[str], head: bytes) -> Format | Refused:
    """What a ZIP container is, by the names of the files in it and its first bytes: an Office file or an archive.

    The names, not the bytes: an archive of Word files holds the words that tell a Word file, too.
    """
    if "mimetype" in names and "content.xml" in names:
        return "old_sheet" if b"opendocument.spreadsheet" in head else "old_text"
    if "OFD.xml" in names:
        return Refused(_OFD)
    if "[Content_Types].xml" not in names:
        return "zip"
    folders = {name.partition("/")[0] for name in names}
    for folder, kind in _PACKAGES:
        if folder in folders:
            return kind
    return "zip"


def _zip_kind(content: bytes) -> Format | Refused:
    try:
        names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        return Refused("is a damaged Office file or archive; get it again")
    return kind_of_zip(names, content[:200])


def _compound_kind(path: Path, content: bytes) -> Format | Refused:
    """What an old Office container is, by the names of its streams; by its ending where they say nothing."""
    for stream, kind in _STREAMS:
        if stream.encode("utf-16-le") in content:
            return kind
    return "old_sheet" if path.suffix.lower() in {".xls", ".et"} else "old_text"


def _is_bitmap(content: bytes) -> bool:
    """Whether the bytes are a Windows bitmap: `BM`, then the file's own length, then two zero words."""
    return content[:2] == b"BM" and content[6:10] == b"\x00\x00\x00\x00"

"""What a file is, told by its first bytes before its name: a scraped page's name says little about what is in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

__all__ = ["Refused", "detect_format"]

Readable: TypeAlias = Literal["text", "html"]

_CONVERT = "save it as text or HTML and add that file instead"
_PDF = f"PDF is not read yet by this version; {_CONVERT}"
_WORD = f"Word (.docx) is not read yet by this version; {_CONVERT}"
_OLD_OFFICE = f"old Office and WPS files (.doc, .xls, .wps) are not read yet by this version; {_CONVERT}"
_SHEET = f"Excel (.xlsx) is not read yet by this version; {_CONVERT}"
_ARCHIVE = "is a compressed archive; unpack it first"
_PICTURE = "is a picture, which holds no text; add the text of the notice instead"
_PROGRAM = "is a program, not a notice"
_DATABASE = "is a database, not a notice"
_MEDIA = "is sound or video, not a notice"

# What files of these kinds begin with (offset 0), per their published formats.
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", _PDF),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _OLD_OFFICE),
    (b"{\\rtf", f"RTF is not read by this version; {_CONVERT}"),
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
_PROMISES: dict[str, str] = {
    ".pdf": _PDF,
    ".docx": _WORD,
    ".doc": _OLD_OFFICE,
    ".wps": _OLD_OFFICE,
    ".xls": _OLD_OFFICE,
    ".et": _OLD_OFFICE,
    ".xlsx": _SHEET,
    ".ofd": f"OFD is not read by this version; {_CONVERT}",
    **dict.fromkeys((".zip", ".gz", ".rar", ".7z", ".tar", ".xz", ".bz2"), _ARCHIVE),
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


def detect_format(path: Path, content: bytes) -> Readable | Refused:
    """How the file is to be read: as HTML, as text, or not at all and why.

    Content decides before the name: HTML saved as `.doc`, `.txt`, `.jsp` or without any ending is read as HTML, which
    is how many sites serve their attachments. The name only decides where content cannot: a `.json` file is text, but
    no notice. Bytes that are neither a known format nor text are found out later, when they are decoded.
    """
    for magic, reason in _MAGIC:
        if content.startswith(magic):
            return Refused(reason)
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return Refused(_zip_reason(content))
    if content[4:8] == b"ftyp":
        return Refused(_MEDIA)
    if _is_bitmap(content):
        return Refused(_PICTURE)
    ending = path.suffix.lower()
    # Latin-1 maps every byte, and all markup is ASCII; UTF-16 shows its ASCII once the zero bytes are gone.
    head = content[: _HEAD_CHARACTERS * 2].replace(b"\x00", b"").decode("latin-1")
    head = head.removeprefix("\xff\xfe").removeprefix("\xfe\xff").removeprefix("\xef\xbb\xbf")
    start = _PROLOGUE.match(head)
    begins = head[start.end() if start else 0 :]
    if _PAGE_START.match(begins):
        return "html"
    if head.lstrip().startswith("<?xml"):
        return Refused("is XML, but not a web page; save the notice as text or HTML")
    if ending in _NOT_NOTICES:
        return Refused(f"{_NOT_NOTICES[ending]} ({ending}), not a notice; only text and HTML files are read")
    if ending in _HTML_ENDINGS and _ANY_MARKUP.search(head):
        return "html"
    if ending in _PROMISES and b"\x00" in content[:4096]:
        return Refused(_PROMISES[ending])
    return "text"


def _zip_reason(content: bytes) -> str:
    """Why a ZIP container is refused: Office files are told by the member names in its directory."""
    if b"word/document.xml" in content:
        return _WORD
    if b"xl/workbook.xml" in content:
        return _SHEET
    if b"ppt/presentation.xml" in content:
        return f"PowerPoint is not read by this version; {_CONVERT}"
    if b"OFD.xml" in content:
        return _PROMISES[".ofd"]
    return _ARCHIVE


def _is_bitmap(content: bytes) -> bool:
    """Whether the bytes are a Windows bitmap: `BM`, then the file's own length, then two zero words."""
    return content[:2] == b"BM" and content[6:10] == b"\x00\x00\x00\x00"

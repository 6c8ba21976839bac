"""The container of Word and Excel files: a ZIP of XML parts, opened within limits and without entities."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import TYPE_CHECKING

from indexer.errors import UnreadableNotice

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["MAX_PARTS", "MAX_PART_BYTES", "MAX_PACKAGE_BYTES", "MAX_RATIO", "Package", "check_members"]

# The most that is inflated, in bytes: of one part, and declared of all parts together. The task table of a whole
# province as XML has some megabytes; pictures are counted, though they are not inflated.
MAX_PART_BYTES = 64 * 1024 * 1024
MAX_PACKAGE_BYTES = 1024 * 1024 * 1024
MAX_PARTS = 10_000
# Rule `zip_bomb`: a part larger than `_SMALL_PART` that shrank to less than one part in so many. Deflate can shrink
# nothing to less than 1 : 1032, which only endless repetition reaches; a table with the same row twenty thousand times
# stays below the limit (tests/test_hostile.py).
MAX_RATIO = 500
_SMALL_PART = 1024 * 1024

# Rule `entity_bomb`: Office writes no document type, so a part that has one was made to do harm. Entities can be
# declared nowhere else. The XML may be in UTF-16.
_DOCTYPES = tuple("<!DOCTYPE".encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be"))
# ISO/IEC 29500 Strict has other names for the same elements.
_STRICT = (
    (b"http://purl.oclc.org/ooxml/wordprocessingml/main", b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"),
    (b"http://purl.oclc.org/ooxml/officeDocument/relationships", b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"),
)  # fmt: skip


class Package:
    """An opened Office file; `path` is the name that its errors carry."""

    def __init__(self, path: str, content: bytes) -> None:
        self.path = path
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise UnreadableNotice(
                path, f"is a damaged Office file ({error}); save it again and add that file"
            ) from error
        check_members(path, self._zip.infolist())
        self._members = {info.filename.replace("\\", "/").lstrip("/").lower(): info for info in self._zip.infolist()}

    @property
    def names(self) -> list[str]:
        """The names of all parts, in lower case."""
        return list(self._members)

    def part(self, name: str) -> bytes | None:
        """A part's bytes, None where there is no such part; raises UnreadableNotice where it is damaged or too large."""
        info = self._members.get(name.lower())
        if info is None:
            return None
        if info.flag_bits & 1:
            raise UnreadableNotice(self.path, "is protected with a password; save it without one and add that file")
        if info.file_size > MAX_PART_BYTES:
            raise UnreadableNotice(
                self.path, f"holds {name} of more than {MAX_PART_BYTES // 1024 // 1024} MB; split it by notice"
            )
        try:
            return self._zip.read(info)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
            raise UnreadableNotice(self.path, f"is damaged in {name}; save it again and add that file") from error

    def xml(self, name: str) -> _Element | None:
        """A part's tree, None where there is no such part; no entity is resolved and nothing is fetched."""
        from lxml import etree

        content = self.part(name)
        if content is None:
            return None
        self.refuse_entities(name, content)
        for strict, usual in _STRICT:
            content = content.replace(strict, usual)
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
        try:
            return etree.fromstring(content, parser)
        except etree.XMLSyntaxError as error:
            raise UnreadableNotice(self.path, f"is damaged in {name}; save it again and add that file") from error

    def refuse_entities(self, name: str, content: bytes) -> None:
        """Raise UnreadableNotice for a part that declares a document type, by rule `entity_bomb`."""
        if any(mark in content for mark in _DOCTYPES):
            raise UnreadableNotice(self.path, f"declares entities in {name}, which no Office program writes; not read")


def check_members(path: str, members: list[zipfile.ZipInfo]) -> None:
    """Raise UnreadableNotice for a ZIP that would inflate beyond the limits, by what its directory says.

    What inflates to more than the directory says is cut off there by zipfile and then fails its checksum.
    """
    if len(members) > MAX_PARTS:
        raise UnreadableNotice(path, f"holds more than {MAX_PARTS} files; split it")
    if sum(info.file_size for info in members) > MAX_PACKAGE_BYTES:
        raise UnreadableNotice(
            path, f"would unpack to more than {MAX_PACKAGE_BYTES // 1024 // 1024} MB; split it by notice"
        )
    for info in members:
        if info.file_size > _SMALL_PART and info.file_size > MAX_RATIO * info.compress_size:
            raise UnreadableNotice(
                path, f"holds a file packed more than {MAX_RATIO} times smaller than it is, a zip bomb; not read"
            )

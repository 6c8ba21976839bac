"""From bytes to text: which encoding a file is in, and what happens to bytes that fit none."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from indexer.errors import UnreadableNotice

__all__ = ["BROKEN_SHARE", "Decoded", "clean_controls", "decode"]

# Rule `few_broken_bytes`: a text with at most this share of broken places is kept, each place shown as U+FFFD, with a
# warning that says how many and where the first is; more than that is refused. One place in a thousand characters is a
# page cut off in the middle of a character, or a stray byte; a text in another encoding is broken every few characters.
BROKEN_SHARE = 0.001

# Rule `reads_as_chinese`: of the characters beyond ASCII, the share that are GB 2312 punctuation, letters or level-1
# hanzi (the 3,755 in daily use). Notices in the right encoding have nearly all; text of another encoding read as
# GB 18030 falls into rare hanzi (UTF-8 read as GBK: 鐨勬枃浠). Measured by
# tests/test_sources.py::test_reads_as_chinese_*.
CHINESE_SHARE = 0.85
_SAMPLE_CHARACTERS = 20_000

_BOMS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
# Control characters that no text holds; tab, line ends, form feed and next-line are white space.
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_REPLACED = "\ufffd"


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text, the encoding it was in, and what the reader should know about it."""

    text: str
    encoding: str
    warnings: tuple[str, ...] = ()


def decode(path: str, content: bytes, *, declared: str | None = None) -> Decoded:
    """The text of a file's bytes; raises UnreadableNotice where no encoding fits, with the first bad byte's offset.

    Tried in this order: a byte order mark; UTF-16 without a mark (text with zero bytes); strict UTF-8; GB 18030,
    of which GB 2312 and GBK are parts; the declared encoding; what charset-normalizer finds. UTF-8 goes first because
    text of another encoding is practically never valid UTF-8, and what a page declares is often wrong.
    """
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return _decode_as(path, content[len(mark) :], encoding, shift=len(mark))
    if (wide := _unmarked_utf16(content)) is not None:
        return _checked(path, wide[0], wide[1], f"read as {wide[1]}, though it has no byte order mark")
    if (text := _strict(content, "utf-8")) is not None:
        return _checked(path, text, "utf-8")
    if (text := _strict(content, "gb18030")) is not None and _chinese_share(text) >= CHINESE_SHARE:
        return _checked(path, text, "gb18030")
    known = _known(declared)
    if known and known not in {"utf-8", "gb18030"} and (text := _strict(content, known)) is not None:
        return _checked(path, text, known)
    for encoding in ("utf-8", "gb18030"):
        text = content.decode(encoding, errors="replace")
        if _broken_share(text) <= BROKEN_SHARE and _chinese_share(text) >= CHINESE_SHARE:
            return _decode_as(path, content, encoding, shift=0)
    return _guessed(path, content)


def clean_controls(text: str) -> tuple[str, int]:
    """The text with each control character or lone surrogate shown as U+FFFD, and how many there were."""
    return _CONTROL.subn(_REPLACED, text)


def _decode_as(path: str, content: bytes, encoding: str, *, shift: int) -> Decoded:
    """The text in a known encoding, by rule `few_broken_bytes`; `shift` is what was cut off before `content`."""
    try:
        return _checked(path, content.decode(encoding), encoding)
    except UnicodeDecodeError as error:
        offset = error.start + shift
    text = content.decode(encoding, errors="replace")
    n_broken = text.count(_REPLACED)
    if _broken_share(text) > BROKEN_SHARE:
        raise UnreadableNotice(path, f"broken {encoding} at byte {offset}; save it again as UTF-8")
    return _checked(
        path,
        text,
        encoding,
        f"{n_broken} broken place(s) in the {encoding} text shown as U+FFFD, first at byte {offset}",
    )


def _guessed(path: str, content: bytes) -> Decoded:
    """The text in the encoding that charset-normalizer finds most likely, with a warning that says so."""
    from charset_normalizer import from_bytes

    utf8_offset = _first_error(content, "utf-8")
    n_ascii_controls = sum(byte < 0x20 and byte not in b"\t\n\v\f\r" for byte in content[:65_536])
    if n_ascii_controls > BROKEN_SHARE * min(len(content), 65_536):
        raise UnreadableNotice(path, "is a binary file, not text; add the notice as text or HTML")
    best = from_bytes(content).best()
    # A legible guess for Chinese text is one of these; single-byte code pages "fit" any bytes and mean nothing.
    if best is None or best.encoding not in {"big5", "big5hkscs", "cp950", "gb18030", "gbk", "gb2312", "hz"}:
        raise UnreadableNotice(
            path, f"broken or unknown encoding: not UTF-8 from byte {utf8_offset} on, nor GB 18030; save it as UTF-8"
        )
    return _checked(path, str(best), best.encoding, f"encoding guessed as {best.encoding}")


def _checked(path: str, text: str, encoding: str, *warnings: str) -> Decoded:
    """The text without control characters; raises UnreadableNotice where they are too many for a text."""
    text = text.removeprefix("\ufeff")
    cleaned, n_controls = clean_controls(text)
    if n_controls > BROKEN_SHARE * len(text):
        raise UnreadableNotice(path, "is a binary file, not text; add the notice as text or HTML")
    if n_controls:
        warnings = (*warnings, f"{n_controls} control character(s) shown as U+FFFD")
    return Decoded(cleaned, encoding, warnings)


def _strict(content: bytes, encoding: str) -> str | None:
    """The text if every byte is valid in the encoding, else None."""
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None


def _first_error(content: bytes, encoding: str) -> int:
    """The offset of the first byte that is invalid in the encoding; the length where none is."""
    try:
        content.decode(encoding)
    except UnicodeDecodeError as error:
        return error.start
    return len(content)


def _unmarked_utf16(content: bytes) -> tuple[str, str] | None:
    """UTF-16 text without a byte order mark and its byte order: it holds zero bytes, and reads as Chinese or ASCII.

    Zero bytes are mostly on one side (of ASCII and line ends); some are on the other, for 一 is U+4E00.
    """
    if len(content) % 2 or b"\x00" not in content:
        return None
    little = content[1::2].count(0) >= content[0::2].count(0)
    encoding = "utf-16-le" if little else "utf-16-be"
    text = _strict(content, encoding)
    if text is None or "\x00" in text or _chinese_share(text) < CHINESE_SHARE:
        return None
    return text, encoding


def _known(declared: str | None) -> str | None:
    """The Python name of a declared encoding, GB 2312 and GBK widened to GB 18030; None where it is no encoding."""
    if not declared:
        return None
    try:
        name = codecs.lookup(declared.strip().strip("\"'")).name
    except LookupError:
        return None
    return "gb18030" if name in {"gb2312", "gbk", "hz"} else name


def _broken_share(text: str) -> float:
    return text.count(_REPLACED) / max(len(text), 1)


def _chinese_share(text: str) -> float:
    """Rule `reads_as_chinese`: the share of everyday Chinese beyond ASCII; 1.0 where all is ASCII."""
    beyond = [c for c in text if c > "\x7f" and not c.isspace() and c != _REPLACED][:_SAMPLE_CHARACTERS]
    return sum(_is_everyday(c) for c in beyond) / len(beyond) if beyond else 1.0


def _is_everyday(character: str) -> bool:
    """Whether GB 2312 has the character among its symbols (rows 1–9) or level-1 hanzi (rows 16–55)."""
    try:
        row = character.encode("gb2312")[0] - 0xA0
    except UnicodeEncodeError:
        return False
    return row <= 9 or 16 <= row <= 55

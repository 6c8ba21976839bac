"""Plain text: one block for each physical line."""

from __future__ import annotations

import re

from indexer.errors import UnreadableNotice
from indexer.records import Block, RawNotice, Source
from indexer.sources.encoding import decode

__all__ = ["read_text", "strip_line"]

# Line ends of every system, page breaks, and Unicode's own separators; not the file and group marks (U+001C…) at which
# `str.splitlines` also splits.
# A line end of two characters gives an empty line between them, which is left out with all others.
_LINE_END = re.compile("[\n\r\v\f\x85\u2028\u2029]")
# Around a line, white space means nothing: indents of two U+3000, NBSP of web copies, zero-width space, byte order
# mark.
_INVISIBLE = "\ufeff\u200b\u200c\u200d\u2060"


def read_text(source: Source, content: bytes) -> RawNotice:
    """The lines of a text file as blocks, in order, without the empty ones.

    White space around a line goes; everything inside it stays as written, for spaces inside a line carry structure
    (`一、总体要求 二、主要任务` on one line) and damage is for the parser to report, not for the reader to mend.
    Raises UnreadableNotice for an empty, binary or undecodable file.
    """
    decoded = decode(source.path, content)
    lines = (strip_line(line) for line in _LINE_END.split(decoded.text))
    blocks = tuple(Block(line) for line in lines if line)
    if not blocks:
        raise UnreadableNotice(source.path, "is empty")
    return RawNotice(source, blocks, warnings=decoded.warnings)


def strip_line(line: str) -> str:
    """The line without white space and invisible characters at its ends."""
    bare = line.strip()
    if not bare or (bare[0] not in _INVISIBLE and bare[-1] not in _INVISIBLE):
        return bare
    line = bare
    start, end = 0, len(line)
    while start < end and _is_blank(line[start]):
        start += 1
    while end > start and _is_blank(line[end - 1]):
        end -= 1
    return line[start:end]


def _is_blank(character: str) -> bool:
    return character.isspace() or character in _INVISIBLE

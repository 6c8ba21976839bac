"""Which part a line outside of clauses plays, told from what the notice says of itself and from the clause below it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.layout.blocks import LineKind
from indexer.notices.numbering import read_label
from indexer.records import Notice

__all__ = ["bare", "heading_level", "kind_of_line"]

# Headings below this level are set like it.
_DEEPEST = 4
# A line outside of clauses that is no longer and ends without a mark is the title of a plan or of an attachment.
_PART_CHARACTERS = 60
# The date or the issuer at the end of a letter, with what may be printed beside it.
_CLOSE_CHARACTERS = 40
_NOT_TEXT = re.compile(r"[\s\u3000。．.:：;；,，、]+")
_BRACKETS = "（(【[〔"
_ENDS = "。；;！!？?，,、"
_ATTACHMENT = re.compile(r"\s*附(?:件|表|录)?\s*\d*\s*[:：.．、]|\s*附(?:件|表|录)\s*[\d一二三四五六七八九十]*\s*$")
_DAY = re.compile(
    r".{0,24}[\d〇○零一二三四五六七八九]{4}年[\d一二三四五六七八九十]{1,3}月[\d一二三四五六七八九十]{1,3}日.{0,6}"
)


def bare(text: str) -> str:
    """The text without blanks and the marks that end or join, for comparing a line with what was read from it."""
    return _NOT_TEXT.sub("", text)


def heading_level(text: str, *, below: Sequence[str], above: Sequence[str]) -> int | None:
    """The level of a heading from 1: its place in the path of the clause below it, else by its label; None for none.

    `below` are the headings of the next clause, `above` those of the clause before. A heading may have units in a bracket
    behind it: 三、加强监管（责任单位：市商务局).
    """
    plain = bare(text)
    for depth, heading in enumerate(below):
        known = bare(heading)
        if known and plain.startswith(known) and (len(plain) == len(known) or plain[len(known)] in _BRACKETS):
            return min(depth + 1, _DEEPEST)
    stripped = text.strip()
    if read_label(stripped) is not None and len(stripped) <= _PART_CHARACTERS and stripped[-1] not in _ENDS:
        return min(max(len(above), 1), _DEEPEST)
    return None


def kind_of_line(notice: Notice, text: str, *, at_end: bool) -> LineKind:
    """Number, addressees, attachment, close, part or text; `at_end` says that no clause follows."""
    plain, stripped = bare(text), text.strip()
    if notice.doc_number and bare(notice.doc_number) == plain.strip("()（）"):
        return "number"
    if stripped.endswith((":", "：")) and any(bare(name) in plain for name in notice.addressees):
        return "addressees"
    if _ATTACHMENT.match(text):
        return "attachment"
    is_issuer = any(plain == bare(name) for name in notice.issuers)
    if len(plain) <= _CLOSE_CHARACTERS and (is_issuer or _DAY.fullmatch(stripped.strip("()（）"))):
        return "close"
    if (
        not at_end
        and len(stripped) <= _PART_CHARACTERS
        and stripped[-1] not in _ENDS + ":："
        and stripped[0] not in _BRACKETS
    ):
        return "part"
    return "text"

"""The form in which a model writes: sentences, each followed by what it rests on, read while they come.

    社区食堂由市民政局负责建设。[3fa9c1d07be2:2.1「在老年人口集中的小区开办社区食堂」]

One bracket may hold several quotations, and a sentence may have several brackets, also before its full stop. Models
vary the marks, so square brackets of any width and any pair of quotation marks are read; nothing is guessed beyond that.
What a model thinks aloud between <think> and </think> is passed over.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

__all__ = ["Cited", "SentenceReader", "without_thoughts"]

_OPEN, _CLOSE = "[【\uff3b", "]】\uff3d"
_MARKS = {"「": "」", "『": "』", "“": "”", '"': '"', "\uff02": "\uff02"}
_ENDS = "。！？!?"  # a full stop in Latin script also stands in numbers and clause ids
# An id is at most this long; a bracket with more before its quotation is part of the text.
_ID_CHARACTERS = 120
# [3fa9c1d07be2:2.1] names a clause and quotes nothing: it is taken out, and the sentence has no quotation by it.
_CLAUSE_ID = re.compile(r"[0-9a-f]{6,}:[0-9A-Za-z_.:\-]*")
_BETWEEN = " \t\r\n;；,，、"
# 1. · - · （一） · ## before a sentence, ** around words: marks of lists and headings, which were not asked for
_LIST_MARK = re.compile(r"^(?:[-*•·#>]+\s+|[（(]?(?:\d{1,2}|[一二三四五六七八九十]{1,2})(?:[)）、]|\.(?!\d))\s*)")


@dataclass(frozen=True, slots=True)
class Cited:
    """A sentence as written, with the clause_id and the words of each quotation, none of which has been checked."""

    text: str
    quotations: tuple[tuple[str, str], ...]


class SentenceReader:
    """Sentences from a text that comes in pieces; a sentence is given once the next one begins."""

    def __init__(self) -> None:
        self._waiting = ""  # not read yet, since its end decides what it is
        self._text = ""
        self._quotations: list[tuple[str, str]] = []
        self._ended = False  # the full stop has been read; only quotations may still belong to the sentence
        self._whole = True  # nothing has come behind its last bracket or full stop

    def feed(self, piece: str) -> list[Cited]:
        """The sentences that the piece completes."""
        self._waiting += piece
        return self._read(last=False)

    def close(self) -> list[Cited]:
        """The sentence that was left, if it is complete: the text has ended."""
        found = self._read(last=True)
        whole = self._whole
        rest = self._taken()
        # What breaks off in the middle of a sentence is no sentence; it is given without quotations, and so not shown.
        return found + ([rest if whole else Cited(rest.text, ())] if rest else [])

    def _read(self, *, last: bool) -> list[Cited]:
        found: list[Cited] = []
        text = self._waiting
        at = 0
        while at < len(text):
            character = text[at]
            if character in _OPEN:
                bracket = _bracket(text, at)
                if bracket == "unfinished":
                    if last:  # it broke off in the bracket, and the sentence with it
                        self._whole, at = False, len(text)
                    break
                if isinstance(bracket, tuple):
                    at, quotations = bracket
                    self._quotations += quotations
                    self._whole = True
                    continue
            if character in "\r\n":
                self._ended = self._whole = self._ended or bool(self._text.strip())
            elif character in _ENDS:
                # One full stop is enough where a model sets it both before and behind its bracket.
                self._text += character if self._text.rstrip()[-1:] not in tuple(_ENDS) else ""
                self._ended = self._whole = True
            elif character.isspace() or (self._ended and character in "”」』）)"):
                self._text += character
            else:
                if self._ended and (sentence := self._taken()):
                    found.append(sentence)
                self._text += character
                self._whole = False
            at += 1
        self._waiting = text[at:]
        return found

    def _taken(self) -> Cited | None:
        """The sentence read so far, which is then forgotten; None where there are no words."""
        text, quotations = _plain(self._text), tuple(self._quotations)
        self._text, self._quotations, self._ended, self._whole = "", [], False, True
        return Cited(text, quotations) if any(c.isalnum() for c in text) or quotations else None


def without_thoughts(pieces: Iterable[str]) -> Iterator[str]:
    """The pieces without what stands between <think> and </think>; the tags themselves may come in parts."""
    waiting, thinking = "", False
    for piece in pieces:
        waiting += piece
        while True:
            tag = "</think>" if thinking else "<think>"
            before, found, behind = waiting.partition(tag)
            if found:
                waiting = behind
            else:
                held = next(n for n in range(len(tag) - 1, -1, -1) if waiting.endswith(tag[:n]))
                before, waiting = waiting[: len(waiting) - held], waiting[len(waiting) - held :]
            if before and not thinking:
                yield before
            if not found:
                break
            thinking = not thinking
    if waiting and not thinking:
        yield waiting


def _bracket(text: str, at: int) -> tuple[int, list[tuple[str, str]]] | Literal["text", "unfinished"]:
    """Where the bracket that opens at `at` ends, with (clause_id, words) of each quotation; "text" where it is none."""
    quotations: list[tuple[str, str]] = []
    clause_id, start = "", at + 1
    while True:
        mark = start
        while mark < len(text) and text[mark] not in _MARKS:
            if text[mark] in _CLOSE:
                rest = text[start:mark].strip(_BETWEEN)
                if not rest if quotations else _CLAUSE_ID.fullmatch(rest):
                    return mark + 1, quotations
                return "text"
            if text[mark] in _OPEN or text[mark] in "。\n" or mark - start > _ID_CHARACTERS:
                return "text"
            mark += 1
        if mark == len(text):
            return "unfinished"
        # A second quotation without an id of its own is from the same clause.
        clause_id = text[start:mark].strip(_BETWEEN).strip(":： ") or clause_id
        if not clause_id:
            return "text"
        end = _quotation_end(text, mark)
        if end is None:
            return "unfinished"
        quotations.append((clause_id, text[mark + 1 : end]))
        start = end + 1


def _quotation_end(text: str, mark: int) -> int | None:
    """Where the quotation that opens at `mark` closes: at a closing mark before a bracket or another quotation.

    A notice has quotation marks of its own, which close nothing: 「办好“澜川杯”大赛」.
    """
    closing = _MARKS[text[mark]]
    at = text.find(closing, mark + 1)
    while at >= 0:
        behind = text[at + 1 :].lstrip(_BETWEEN)
        if behind and (behind[0] in _CLOSE or _goes_on(behind)):
            return at
        at = text.find(closing, at + 1)
    return None


# ; 3fa9c1d07be2:2.2「 — another quotation in the same bracket, with or without an id of its own
_NEXT = re.compile(r"(?:[0-9A-Za-z_.:\-]{4,120}\s*[:：]?\s*)?[「『]")


def _goes_on(behind: str) -> bool:
    return _NEXT.match(behind) is not None


def _plain(text: str) -> str:
    """The text in one line, without marks of lists and characters that no reader sees."""
    seen = "".join(c if c.isspace() or unicodedata.category(c)[0] != "C" else "" for c in text)
    bare = re.sub(r"\s+", " ", seen.replace("**", "").replace("__", "")).strip()
    return _LIST_MARK.sub("", bare).strip()

"""Text of notices as HTML: escaped, with spans marked. Notices come from anywhere and are never trusted."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from html import escape
from typing import TypeAlias

from indexer.index.tokens import tokens

__all__ = ["Mark", "marked", "matches", "plain_label"]

Mark: TypeAlias = tuple[int, int, str]  # start, end and the name of the style

# What Markdown would read in a label.
_MARKDOWN = str.maketrans({mark: f"\\{mark}" for mark in r"\`*_{}[]()<>#+-.!|~:$^"})
_WORD = re.compile(r"[a-z0-9]+(?:\.[0-9]+)*%?")
_HAN = re.compile(r"[\u3400-\u9fff]{2,}")


def marked(text: str, marks: Iterable[Mark] = ()) -> str:
    """The text escaped for HTML, each mark in `<mark class=…>`; of marks that overlap, the earlier and longer wins.

    >>> marked("a<b 9%", [(4, 6, "found")])
    'a&lt;b <mark class="tw-found">9%</mark>'
    """
    parts: list[str] = []
    at = 0
    for start, end, style in sorted(marks, key=lambda mark: (mark[0], -mark[1])):
        if start < at or end > len(text) or start >= end:
            continue
        parts += [escape(text[at:start]), f'<mark class="tw-{escape(style)}">', escape(text[start:end]), "</mark>"]
        at = end
    return "".join([*parts, escape(text[at:])])


def plain_label(text: str) -> str:
    """The text for the label of a widget, which reads Markdown: shown as it is written, whatever it holds.

    >>> plain_label("[a](b) 9*")
    '\\\\[a\\\\]\\\\(b\\\\) 9\\\\*'
    """
    return text.translate(_MARKDOWN)


def matches(text: str, topic: str) -> list[tuple[int, int]]:
    """The spans of the text that share words with the topic, as the lexical leg sees words.

    Han text matches where two characters in a row stand in the topic as well; neighbouring pairs make one span.

    >>> [("老旧住宅加装电梯,补助22万元"[a:b]) for a, b in matches("老旧住宅加装电梯,补助22万元", "加装电梯 22")]
    ['加装电梯', '22']
    """
    wanted = set(tokens(topic))
    # One character for one, so that offsets hold; what NFKC would make longer stays as it is.
    plain = "".join(folded if len(folded := _folded(character)) == 1 else character for character in text)
    found = [match.span() for match in _WORD.finditer(plain) if match.group() in wanted]
    for run in _HAN.finditer(plain):
        start = end = -1
        for at in range(run.start(), run.end() - 1):
            if plain[at : at + 2] not in wanted:
                continue
            if at > end - 1:
                if start >= 0:
                    found.append((start, end))
                start = at
            end = at + 2
        if start >= 0:
            found.append((start, end))
    return sorted(found)


def _folded(character: str) -> str:
    return unicodedata.normalize("NFKC", character).lower()

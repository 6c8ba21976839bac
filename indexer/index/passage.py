"""The texts by which a clause is encoded, and the hash by which its vectors are found again."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from indexer.index.place_names import Parts, regions_of
from indexer.records import Clause, Notice

__all__ = [
    "SENTENCE_END",
    "IndexedClause",
    "indexed_clause",
    "level_mark",
    "marks_of",
    "passage",
    "passage_sha256",
    "passage_text",
    "views",
]


@dataclass(frozen=True, slots=True)
class IndexedClause:
    """What the lexical and dense legs index of one clause; `row` is its number in both."""

    row: int
    title: str
    headings: tuple[str, ...]
    text: str
    units: tuple[str, ...]  # surfaces and canonical names, each once
    place: str
    passage_sha256: str
    marks: tuple[str, ...] = ()  # what filters find it by (`marks_of`)


def marks_of(place: Parts, level: str | None) -> tuple[str, ...]:
    """What a filter by place or by level finds the clauses of a notice by: its regions, and its level."""
    return (*regions_of(place), *([level_mark(level)] if level else []))


def level_mark(level: str) -> str:
    """The mark of a level; no place is called so."""
    return "@" + level


def indexed_clause(notice: Notice, clause: Clause, *, row: int = 0) -> IndexedClause:
    """What the legs index of a clause of the notice."""
    names = dict.fromkeys(name for unit in clause.units for name in (unit.surface, unit.name))
    return IndexedClause(
        row=row,
        title=notice.title,
        headings=clause.headings,
        text=clause.text,
        units=tuple(names),
        place=str(notice.place),
        passage_sha256=passage_sha256(passage(notice, clause)),
        marks=marks_of((notice.place.province, notice.place.city, notice.place.district), notice.level),
    )


def passage_text(title: str, headings: Sequence[str], text: str) -> str:
    """A clause with its context: the notice's title, the headings from the top and the text, one a line.

    Empty parts are left out. A clause alone often lacks its topic (落实到位，定期通报), which stands in the headings.
    """
    return "\n".join(part for part in (title, *headings, text) if part)


# Characters that a group of sentences has at least; a rest shorter than half of that goes with the group before it.
_GROUP = 30
SENTENCE_END = re.compile(r"(?<=[。！？；;!?])")


def views(title: str, headings: Sequence[str], text: str) -> list[str]:
    """The texts that are encoded for a clause: the whole passage first, then each group of sentences with its context.

    A long clause speaks of many things, and one vector is their mean: a question about one of them is far from it.
    A clause of one group has the passage alone.
    """
    groups: list[str] = []
    open_group = ""
    for sentence in SENTENCE_END.split(text):
        open_group += sentence
        if len(open_group) >= _GROUP:
            groups.append(open_group)
            open_group = ""
    if len(open_group.strip()) >= _GROUP // 2 or not groups:
        groups.append(open_group)
    else:
        groups[-1] += open_group
    texts = [text, *groups] if len(groups) > 1 else [text]
    return [passage_text(title, headings, part) for part in texts]


def passage(notice: Notice, clause: Clause) -> str:
    """The text of the clause as the encoder is given it; see `passage_text`."""
    return passage_text(notice.title, clause.headings, clause.text)


def passage_sha256(text: str) -> str:
    """The hash that decides whether a clause's vector can be kept (hex, of the UTF-8 bytes)."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()

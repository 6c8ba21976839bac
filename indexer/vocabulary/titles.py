"""Which notices a question names by their titles: in 《…》, by the title's own words, or by a part that few titles have."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Protocol

from msgspec import Struct

from indexer.duplicates.titles import core_of, named_in, title_key
from indexer.notices.places import Gazetteer, leading_place
from indexer.records import Effect

__all__ = ["StoredTitles", "TitleAsked", "own_words", "rare_runs", "title_asked"]

_HAN = re.compile(r"[\u4e00-\u9fff]+")

# A title is recognised by runs of so many characters: four are a topic (养老服务), which many titles share.
_RUN = 5
# Without 《》 a title is named outright by so many of its own characters …
_SHORTEST_OUTRIGHT = 8
# … that end as a document's name does: 夜间经济发展行动方案.
_DOCUMENT = re.compile(
    r"(?:方案|意见|办法|规划|计划|要点|细则|规定|条例|措施|清单|台账|决定|通知|公告|纲要|任务分解表?)$"
)
# A part of a title hints at it only where so few notices' titles have that part.
_FEW = 2
_QUOTED_SHORTEST = 4
# A province, a prefecture and a county in full take no more characters than this.
_LONGEST_PLACE = 30
# 2023年云泽市…, …行动方案(2023-2025年): the years around a title's own words.
_YEARS_AROUND = re.compile(r"^(?:19|20)\d{2}年?度?|(?:(?:19|20)\d{2}年?){1,2}$")


class TitleAsked(Struct, frozen=True):
    """Notices that a question names by `words` of their titles."""

    words: str
    doc_ids: tuple[str, ...]
    effect: Effect  # filter where the title is named outright, else boost
    rule: str


class StoredTitles(Protocol):
    """The titles of an archive by number: each as a key, and as the words that are its own."""

    def with_part(self, key: str) -> list[int]:
        """The titles that have the key in them."""
        ...

    def with_words(self, words: Sequence[str]) -> dict[str, list[int]]:
        """The titles whose own words are just one of these, by their words."""
        ...

    def with_rare_runs(self, runs: Sequence[str]) -> dict[str, dict[int, str]]:
        """Of the runs of characters those that few titles have (`rare_runs`), with these titles and their own words."""
        ...

    def doc_ids(self, numbers: Collection[int]) -> tuple[str, ...]:
        """The notices that bear the titles, sorted."""
        ...


def title_asked(titles: StoredTitles, text: str, topic: str | None = None) -> TitleAsked | None:
    """The notices that a simplified question names by title; None for none. `topic` is the text without its places.

    Rule `title_quoted`: what stands in 《》 is in a title. Rule `title_in_full`: a title's own words stand in the
    question. Rule `title_in_part`: five characters or more that at most two titles have. Must not match a
    topic (养老服务), nor a document that only clauses name, nor several titles of equal right with one part.
    """
    for words in named_in(text):
        found = _with_part(titles, title_key(words)) or _with_part(titles, core_of(words))
        if found:
            return TitleAsked(words, titles.doc_ids(found), "filter", "title_quoted")
    full = titles.with_words(_documents_in(title_key(text)))
    if full:
        longest = max(full, key=lambda words: (len(words), words))
        return TitleAsked(longest, titles.doc_ids(full[longest]), "filter", "title_in_full")
    return _in_part(titles, title_key(text if topic is None else topic))


def rare_runs(words: Sequence[str]) -> dict[str, tuple[int, ...]]:
    """The runs of characters that at most a few of the titles' own words have, each with the positions of these."""
    found: dict[str, tuple[int, ...]] = {}
    for at, own in enumerate(words):
        for run in {run for part in _HAN.findall(own) for run in _runs(part)}:
            before = found.get(run, ())
            if len(before) <= _FEW:
                found[run] = (*before, at)
    return {run: at for run, at in found.items() if len(at) <= _FEW}


def _runs(key: str) -> list[str]:
    return [key[at : at + _RUN] for at in range(len(key) - _RUN + 1)]


def _documents_in(key: str) -> list[str]:
    """Every part of the key that is long enough to name a document outright, and ends as a document's name does."""
    ends = [end for end in range(_SHORTEST_OUTRIGHT, len(key) + 1) if _DOCUMENT.search(key, 0, end)]
    return [key[start:end] for end in ends for start in range(end - _SHORTEST_OUTRIGHT + 1)]


def _with_part(titles: StoredTitles, key: str) -> list[int]:
    return titles.with_part(key) if len(key) >= _QUOTED_SHORTEST else []


def _in_part(titles: StoredTitles, key: str) -> TitleAsked | None:
    """The notices of the longest run that at most a few titles have."""
    best: tuple[str, Collection[int]] = ("", ())
    runs = _runs(key)
    rare = titles.with_rare_runs(runs)
    for at, run in enumerate(runs):
        if run not in rare:
            continue
        end = at + _RUN
        while end < len(key) and all(key[at : end + 1] in words for words in rare[run].values()):
            end += 1
        if end - at > len(best[0]):
            best = key[at:end], rare[run]
    return TitleAsked(best[0], titles.doc_ids(best[1]), "boost", "title_in_part") if best[1] else None


def own_words(title: str, names: Gazetteer) -> str:
    """A title as a key without what other titles share: who issued it, where, for which years.

    `names` are those of places, with what the archive adds.
    """
    name = _YEARS_AROUND.sub("", core_of(title))
    place = leading_place(name[:_LONGEST_PLACE], names)
    if place is not None:
        name = name[place.end :]
    return _YEARS_AROUND.sub("", name)

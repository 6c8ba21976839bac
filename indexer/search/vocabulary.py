"""What an open archive calls things: the words of its titles, headings, units and places; read once a generation."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from weakref import WeakKeyDictionary

import msgspec
from msgspec import Struct

from indexer.index import Index
from indexer.notices.places import place_of, stem_of
from indexer.search.titles import Titles, titles_of

__all__ = ["Vocabulary", "cut", "vocabulary_of", "vocabulary_of_terms"]

_HAN = re.compile(r"[\u4e00-\u9fff]+")
_LONGEST_PHRASE = 6
# A phrase of several words is a term of the archive where so many titles and headings have it.
_FEWEST_PHRASES = 2

# The words that questions are asked with: their slips are mended as well, whatever the archive says.
ASKING = (
    "部门 单位 负责 牵头 责任 配合 任务 职责 分工 补贴 补助 奖励 标准 时间 期限 要求 目标 措施 政策 文件 规定 方案 意见 通知 "
    "责任单位 牵头单位 牵头部门 负责部门 配合单位 哪个部门 哪个单位 什么时候 主要任务"
).split()


class Vocabulary(Struct, frozen=True):
    """The terms of an archive, ready to be asked for what is like a word."""

    terms: dict[str, int]  # term → in how many titles, headings and names it stands
    one_off: dict[str, tuple[str, ...]]  # a term of two or three characters with one left open (部?) → the terms
    halves: dict[tuple[str, int, bool], tuple[str, ...]]  # two characters, length, at the start or end → longer terms
    names: str  # titles and names in one text, for whether something stands in any of them
    titles: Titles

    def like(self, word: str) -> set[str]:
        """The terms that may be meant by the word: one character off, or for four and more with a half in common."""
        if len(word) < 4:
            patterns = (f"{word[:at]}?{word[at + 1 :]}" for at in range(len(word)))
            return {term for pattern in patterns for term in self.one_off.get(pattern, ())} - {word}
        ends = ((word[:2], False), (word[-2:], True))
        return {term for half, last in ends for term in self.halves.get((half, len(word), last), ())} - {word}


_VOCABULARIES: WeakKeyDictionary[Index, Vocabulary] = WeakKeyDictionary()


def vocabulary_of(index: Index) -> Vocabulary:
    """The vocabulary of the open index, made at the first call; a generation never changes."""
    found = _VOCABULARIES.get(index)
    if found is None:
        titles = index.titles()
        places = {part for name in index.places() for part in msgspec.structs.astuple(place_of(name)) if part}
        names = [*index.unit_names(), *places, *map(stem_of, places)]
        texts = [*(title for _, title in titles), *index.headings()]
        found = vocabulary_of_terms(names, texts, titles_of(titles, index.places()))
        _VOCABULARIES[index] = found
    return found


def vocabulary_of_terms(names: Iterable[str], texts: Sequence[str], titles: Titles) -> Vocabulary:
    """The vocabulary of names (of units and places) and of the words in texts (titles and headings)."""
    names = sorted({run for name in names for run in _HAN.findall(name) if len(run) >= 2})
    terms: Counter[str] = Counter()
    phrases: Counter[str] = Counter()
    for run in (run for text in (*texts, *names) for run in _HAN.findall(text)):
        words = cut(run)
        terms.update(word for word in words if len(word) >= 2)
        for first, second in itertools.pairwise(words):
            if len(first) >= 2 and len(second) >= 2 and len(first + second) <= _LONGEST_PHRASE:
                phrases[first + second] += 1
    terms.update({phrase: count for phrase, count in phrases.items() if count >= _FEWEST_PHRASES})
    terms.update(names)
    terms.update(dict.fromkeys(ASKING, _FEWEST_PHRASES))
    one_off: dict[str, list[str]] = {}
    halves: dict[tuple[str, int, bool], list[str]] = {}
    for term in sorted(terms):
        if len(term) < 4:
            for at in range(len(term)):
                one_off.setdefault(f"{term[:at]}?{term[at + 1 :]}", []).append(term)
        else:
            halves.setdefault((term[:2], len(term), False), []).append(term)
            halves.setdefault((term[-2:], len(term), True), []).append(term)
    return Vocabulary(
        terms=dict(terms),
        one_off={pattern: tuple(found) for pattern, found in one_off.items()},
        halves={half: tuple(found) for half, found in halves.items()},
        names="\n".join((*texts, *names)),
        titles=titles,
    )


def cut(run: str) -> list[str]:
    """The words of a run of Chinese characters, by the dictionary alone: what it does not know comes singly.

    >>> cut("养老服物")
    ['养老', '服', '物']
    """
    import rjieba  # the dictionary is loaded by the first call

    return list(rjieba.cut(run, False))

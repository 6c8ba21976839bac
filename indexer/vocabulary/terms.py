"""The terms of an archive: words of its titles and headings, names of units and places; and what is like a word."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

__all__ = [
    "ASKING", "Counts", "counts_of", "cut", "patterns_of", "phrase_as_term", "runs_in", "runs_of_names", "terms_of",
]  # fmt: skip

_HAN = re.compile(r"[\u4e00-\u9fff]+")
_LONGEST_PHRASE = 6
# A phrase of several words is a term of the archive where so many titles and headings have it.
_FEWEST_PHRASES = 2
# Terms of fewer characters are like a word that has one character other, longer ones where half of them is the same.
_HALVED_FROM = 4

# The words that questions are asked with: their slips are mended as well, whatever the archive says.
ASKING = (
    "部门 单位 负责 牵头 责任 配合 任务 职责 分工 补贴 补助 奖励 标准 时间 期限 要求 目标 措施 政策 文件 规定 方案 意见 通知 "
    "责任单位 牵头单位 牵头部门 负责部门 配合单位 哪个部门 哪个单位 什么时候 主要任务"
).split()


@dataclass(frozen=True, slots=True)
class Counts:
    """How often each stands in runs of Chinese characters: words, phrases of two words, pairs of neighbours."""

    words: Counter[str] = field(default_factory=Counter)
    phrases: Counter[str] = field(default_factory=Counter)
    pairs: Counter[str] = field(default_factory=Counter)


def runs_in(texts: Iterable[str]) -> Counter[str]:
    """The runs of Chinese characters in texts, with how often each stands there."""
    return Counter(run for text in texts for run in _HAN.findall(text))


def runs_of_names(names: Iterable[str]) -> set[str]:
    """The runs of Chinese characters in names of units and places that are terms themselves."""
    return {run for name in names for run in _HAN.findall(name) if len(run) >= 2}


def counts_of(runs: Mapping[str, int]) -> Counts:
    """What stands in runs, each as often as it is said to occur, which may be less than not at all: what is gone."""
    counts = Counts()
    for run, n in runs.items():
        words = cut(run)
        for word in words:
            if len(word) >= 2:
                counts.words[word] += n
        for first, second in itertools.pairwise(words):
            if len(first) >= 2 and len(second) >= 2 and len(first + second) <= _LONGEST_PHRASE:
                counts.phrases[first + second] += n
        for at in range(len(run) - 1):
            counts.pairs[run[at : at + 2]] += n
    return counts


def phrase_as_term(n: int) -> int:
    """What a phrase that stands in so many texts counts as a term: nothing where it is too rare to be one."""
    return n if n >= _FEWEST_PHRASES else 0


def terms_of(counts: Counts, names: Iterable[str]) -> Counter[str]:
    """The terms, and in how many titles, headings and names each stands; `names` are runs of them (`runs_of_names`)."""
    terms = Counter(counts.words)
    terms.update({phrase: n for phrase, count in counts.phrases.items() if (n := phrase_as_term(count))})
    terms.update(names)
    terms.update(dict.fromkeys(ASKING, _FEWEST_PHRASES))
    return terms


def patterns_of(term: str) -> Iterator[str]:
    """The patterns that a term fits: one character left open (部?), or for longer ones a half and the length (养老…4)."""
    if len(term) < _HALVED_FROM:
        for at in range(len(term)):
            yield f"{term[:at]}?{term[at + 1 :]}"
    else:
        yield f"{term[:2]}…{len(term)}"
        yield f"…{term[-2:]}{len(term)}"


def cut(run: str) -> list[str]:
    """The words of a run of Chinese characters, by the dictionary alone: what it does not know comes singly.

    >>> cut("养老服物")
    ['养老', '服', '物']
    """
    import rjieba  # the dictionary is loaded by the first call

    return list(rjieba.cut(run, False))

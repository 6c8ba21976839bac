"""Slips of the pen in a question: 养老服物 for 养老服务, mended only where the archive leaves no doubt.

A word is touched only where the dictionary does not know it, where it occurs nowhere in the archive, and where exactly one
term of the archive is like it: by sound (pypinyin, without tones) or, from four characters on, one edit away (rapidfuzz).
Must not match words that are rare but right, names of places that the gazetteer knows, or the words of the question itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from indexer.index import Index
from indexer.notices.places import find_places, is_known_name
from indexer.records import Correction
from indexer.vocabulary import ASKING, Vocabulary, cut, vocabulary_of

__all__ = ["corrected"]

_HAN = re.compile(r"[\u4e00-\u9fff]{2,}")
_LONGEST = 8
# Of several terms that are like the word, one is clearly meant where it stands so many times as often as the next.
_CLEARLY = 5
# A term stands in so many clauses, or is a name of the archive or a word of questions: a term that hardly occurs is no proof.
_FEWEST_CLAUSES = 2
# Single characters that are words of everyday questions. A group with one of them is no slip: 补几, 谁管, 给不.
_EVERYDAY = frozenset(
    "谁哪几啥吗呢吧啊呀么嘛的了着过得地在是有和与及或跟同把被让给向从到为由归按对就都也还又再才只不没别要会能可该得应"
    "我你他她它咱这那其每各某本该此两一二三四五六七八九十百千万亿多少些个家件项条种次年月日号天时点块元钱"
    "上下里外中内前后左右大小新老好坏高低长短快慢早晚去来进出起走想问说看请找用做干办管抓搞弄拿领交给"
)


def corrected(index: Index, text: str, *, without: frozenset[str] = frozenset()) -> tuple[str, tuple[Correction, ...]]:
    """The simplified question with its slips mended, and what was mended; `without` are typed words to be left alone."""
    vocabulary = vocabulary_of(index)
    barred = _places(index, vocabulary, text)
    corrections: dict[str, str] = {}
    for run_start, run_end in _runs(text, barred):
        for start, end, cut_off in _doubtful(text, run_start, run_end):
            typed = text[start:end]
            if typed in without or any(typed in longer or longer in typed for longer in corrections):
                continue
            if _occurs(index, vocabulary, typed):
                continue
            meant = _meant(index, vocabulary, typed, cut_off=cut_off)
            if meant:
                corrections[typed] = meant
    for typed, meant in corrections.items():
        text = text.replace(typed, meant)
    return text, tuple(Correction(typed, meant) for typed, meant in corrections.items())


def _runs(text: str, barred: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Where Chinese characters stand in a row, outside what is barred."""
    for start, end in reversed(barred):
        text = text[:start] + " " * (end - start) + text[end:]
    return (run.span() for run in _HAN.finditer(text))


def _places(index: Index, vocabulary: Vocabulary, text: str) -> list[tuple[int, int]]:
    """Where the question names places that the gazetteer or the archive knows."""
    return [
        (mention.start, mention.end)
        for mention in find_places(text, known=index.places())
        if any(
            part and (is_known_name(part) or vocabulary.count(part))
            for part in (mention.place.province, mention.place.city, mention.place.district)
        )
    ]


def _doubtful(text: str, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
    """Spans of neighbouring words of which the dictionary does not know at least one, the longest first.

    With each, whether it is cut off from a neighbour that the dictionary does not know either: 河护 in 护河护得好.
    """
    words = cut(text[start:end])
    starts = [start]
    for word in words:
        starts.append(starts[-1] + len(word))
    alone = [len(word) == 1 and word not in _EVERYDAY for word in words]
    spans = []
    for first in range(len(words)):
        for last in range(first + 1, len(words)):
            if starts[last + 1] - starts[first] > _LONGEST or words[last] in _EVERYDAY or words[first] in _EVERYDAY:
                break
            cut_off = (first > 0 and alone[first - 1]) or (last + 1 < len(words) and alone[last + 1])
            if any(alone[first : last + 1]):
                spans.append((starts[first], starts[last + 1], cut_off))
    return iter(sorted(spans, key=lambda span: (span[0] - span[1], span[0])))


def _occurs(index: Index, vocabulary: Vocabulary, typed: str) -> bool:
    """Whether the word may stand somewhere in the archive: every pair of its characters does, in a clause or in a name."""
    counts = index.frequencies(typed)
    missing = {pair for at in range(len(typed) - 1) if not counts.get(pair := typed[at : at + 2], 0)}
    return not missing or vocabulary.pairs(missing) == missing


def _meant(index: Index, vocabulary: Vocabulary, typed: str, *, cut_off: bool) -> str | None:
    """The one term that is clearly meant; None where there is none, or more than one."""
    like = (term for term in vocabulary.like(typed) if _is_like(typed, term, cut_off=cut_off))
    near = {term: _weight(index, vocabulary, term) for term in like}
    ranked = sorted(((weight, term) for term, weight in near.items() if weight), key=lambda pair: (-pair[0], pair[1]))
    if not ranked or (len(ranked) > 1 and ranked[0][0] < _CLEARLY * ranked[1][0]):
        return None
    return ranked[0][1]


def _weight(index: Index, vocabulary: Vocabulary, term: str) -> int:
    """How often the term stands in the archive; 0 where that is too seldom to be meant."""
    if term in ASKING:
        return max(vocabulary.count(term), _FEWEST_CLAUSES)
    clauses = index.frequencies(term).get(term, 0) if len(term) < 4 else 0
    count = max(clauses, vocabulary.count(term))
    return count if count >= _FEWEST_CLAUSES else 0


def _is_like(typed: str, term: str, *, cut_off: bool) -> bool:
    """Whether the one may have been typed for the other.

    Rule `same_sound`: 服物, 服务; not two characters that are cut off. Rule `one_edit`, from four characters on and not
    cut off: a character inside is another (养老条务, 养老服务) or two are exchanged (养老务服). Must not match 哪个部门定
    or 楼装电梯 (加装电梯), where another character at an end, one more or one less is a word of its own.
    """
    if _sounds_alike(typed, term):
        return len(typed) > 2 or not cut_off
    if len(typed) < 4 or cut_off:
        return False
    from rapidfuzz.distance import OSA

    inside = typed[0] == term[0] and typed[-1] == term[-1]
    return (inside or sorted(typed) == sorted(term)) and OSA.distance(typed, term, score_cutoff=1) <= 1


def _sounds_alike(typed: str, term: str) -> bool:
    return all(
        first == second or _readings(first) & _readings(second) for first, second in zip(typed, term, strict=True)
    )


@lru_cache(maxsize=8192)
def _readings(character: str) -> frozenset[str]:
    """Every reading of a character, without tones."""
    from pypinyin import Style, pinyin

    return frozenset(pinyin(character, style=Style.NORMAL, heteronym=True)[0])

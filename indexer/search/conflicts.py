"""Where one notice gives two figures for one thing, or one task to two leaders: 新增护理型床位6000张 in its body, 5200张 behind it.

Both are right quotations, so an answer that shows one of them alone would mislead. Compared are the figures of two clauses
of one notice in the same unit, under phrases that share their subject. What must not count: figures of different years
(2014年…952亿元, 2015年…1000亿元), of different things in one unit (建成服务点46个, 培训站40个), the parts of a sum, and
one of several figures repeated (分别奖励100万元、60万元 and 奖励60万元).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

from indexer.index.tokens import tokens
from indexer.notices.quantities.measures import each_quantity, read_quantities
from indexer.records import Clause
from indexer.search.facts import states
from indexer.search.questions import asks, facts_asked
from indexer.search.repeats import says_the_same

__all__ = ["Figures", "conflicting_figures", "contradicting_clauses"]

# Two phrases are about one thing where the shorter one's subject stands in the other's clause to this share, …
SHARED_SUBJECT = 0.6
# … and where this share of the words of one of them is in the question.
ASKED_SUBJECT = 0.3

_PHRASE = re.compile(r"[^,，。;；:：!！?？\n]+")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?=\s*年)")
_EACH = re.compile(r"每|/")
_YEARS = re.compile(r"[两二三四五六]年(?!级)|累计")
_FIGURE_WORD = re.compile(r"[\d%.]")
# What is said of any task; no word by which two phrases would be about the same thing.
_COMMON = frozenset(
    "全市 全区 全县 全省 建设 建成 完成 达到 实现 确保 力争 新增 新建 增加 培育 认定 给予 分别 奖励 补助 补贴 每个 每家 每户 一次 一次性 "
    "不低 低于 不少 少于 以上 以下 左右 其中 累计 总数 数量 比例 比率 比重 年底 到年 底前 进一 推进 实施 开展 工作 项目 标准 按照 亿元 万元".split()
)


@dataclass(frozen=True)
class Figures:
    """The figures of one unit in one phrase of a clause, `body[start:end]`."""

    clause: Clause
    start: int
    end: int
    unit: str
    values: frozenset[tuple[float, float | None]]
    phrase: str

    @cached_property
    def subject(self) -> frozenset[str]:
        """The words of the phrase that say what is counted."""
        return _words(self.phrase)

    @cached_property
    def context(self) -> frozenset[str]:
        """The words of the sentence around the phrase, of the last heading and of the row's other columns."""
        clause = self.clause
        text = clause.text if clause.columns else _sentence_around(clause.text, self.start - clause.start)
        return _words(" ".join((*clause.headings[-1:], text)))

    @cached_property
    def years(self) -> frozenset[str]:
        """The years that the phrase names, else its sentence, else the clause's deadline, else its headings."""
        clause = self.clause
        sentence = _sentence_around(clause.text, self.start - clause.start)
        deadline = clause.deadline.ends_on or "" if clause.deadline else ""
        named = (_YEAR.findall(text) for text in (self.phrase, sentence, f"{deadline[:4]}年", "".join(clause.headings)))
        return frozenset(next(filter(None, named), ()))

    @cached_property
    def several_years(self) -> bool:
        """Whether the figures add up several years (三年新建28家)."""
        return _YEARS.search(self.phrase) is not None

    @cached_property
    def each(self) -> bool:
        """Whether the figures hold for each of several (每张床位5000元), and not for all together."""
        return _EACH.search(self.phrase) is not None


def conflicting_figures(
    quoted: Sequence[Clause], found: Sequence[Clause], question: str
) -> list[tuple[Figures, Figures]]:
    """Pairs of phrases in different clauses of one notice that contradict each other on what the question asks.

    The first of a pair stands in a clause that is `quoted`, the other in any that was `found`; `question` is
    simplified. Only a question for figures, or whether two places agree, has any. Each phrase is in one pair at most;
    pairs come in the order of the quoted clauses.
    """
    facts = facts_asked(question)
    if not facts and not asks("asks_whether_consistent", question):
        return []
    asked = _words(question)
    pairs: list[tuple[Figures, Figures]] = []
    taken: set[tuple[str, int]] = set()
    for first in quoted:
        for second in found:
            if first.doc_id != second.doc_id or first == second or _are_siblings(first, second):
                continue
            for one, other in _contradictions(first, second, asked):
                if facts and not all(states(facts, figures.phrase) for figures in (one, other)):
                    continue
                keys = {(figures.clause.clause_id, figures.start) for figures in (one, other)}
                if not keys & taken:
                    taken |= keys
                    pairs.append((one, other))
    return pairs


def _are_siblings(first: Clause, second: Clause) -> bool:
    """Whether the two stand side by side, as items of one list or rows of one table: different tasks of one kind."""
    if first.columns and second.columns:
        return [column.name for column in first.columns] == [column.name for column in second.columns]
    return len(first.headings) == len(second.headings) > 1 and first.headings[:-1] == second.headings[:-1]


def _contradictions(first: Clause, second: Clause, asked: frozenset[str]) -> Iterator[tuple[Figures, Figures]]:
    theirs = list(_figures(second))
    for one in _figures(first):
        for other in theirs:
            if (
                one.unit == other.unit
                and _differ(one, other)
                and _one_subject(one, other)
                and _asked(one, other, asked)
            ):
                yield one, other


def _differ(one: Figures, other: Figures) -> bool:
    """Whether neither repeats the other's figures, at no different time."""
    if (one.each, one.several_years) != (other.each, other.several_years) or (
        one.years and other.years and not one.years & other.years
    ):
        return False
    return not (one.values <= other.values or other.values <= one.values)


def _one_subject(one: Figures, other: Figures) -> bool:
    """Whether the phrases count the same: a bare figure (940亿元) counts what its clause is about."""
    shorter, longer = sorted((one, other), key=lambda figures: len(figures.subject))
    if shorter.subject:
        return len(shorter.subject & longer.subject) >= SHARED_SUBJECT * len(shorter.subject)
    return bool(longer.subject) and len(longer.subject & shorter.context) >= SHARED_SUBJECT * len(longer.subject)


def _asked(one: Figures, other: Figures, asked: frozenset[str]) -> bool:
    """Whether the question is about what is counted."""
    return any(len(each.subject & asked) >= ASKED_SUBJECT * len(each.subject) > 0 for each in (one, other))


def _figures(clause: Clause) -> Iterator[Figures]:
    """The figures of the clause, phrase by phrase and unit by unit."""
    for match in _PHRASE.finditer(clause.text):
        phrase = match.group()
        by_unit: dict[str, set[tuple[float, float | None]]] = {}
        for quantity in read_quantities(phrase, each_quantity(phrase), 0):
            if quantity.unit:
                by_unit.setdefault(quantity.unit, set()).add((quantity.value, quantity.upper))
        for unit, values in by_unit.items():
            start = clause.start + match.start()
            yield Figures(clause, start, start + len(phrase), unit, frozenset(values), phrase)


def _words(text: str) -> frozenset[str]:
    return frozenset(_telling(tokens(text)))


def _telling(found: Iterable[str]) -> Iterator[str]:
    return (word for word in found if len(word) > 1 and word not in _COMMON and not _FIGURE_WORD.search(word))


def _sentence_around(text: str, place: int) -> str:
    """The sentence of the text in which the place lies."""
    start = max(text.rfind(mark, 0, place) for mark in "。；;\n") + 1
    ends = [end for mark in "。；;\n" if (end := text.find(mark, place)) >= 0]
    return text[start : min(ends, default=len(text))]


# --- units ---------------------------------------------------------------------------------------


def contradicting_clauses(chosen: Sequence[Clause]) -> tuple[Clause, Clause] | None:
    """The first two of the clauses that give one task of one notice to different leaders."""
    for first, second in combinations(chosen, 2):
        if first.doc_id == second.doc_id and says_the_same(first, second) and not _leaders(first) & _leaders(second):
            return first, second
    return None


def _leaders(clause: Clause) -> set[str]:
    """The names in the clause's strongest role."""
    for role in ("lead", "responsible", "support"):
        names = {mention.name for mention in clause.units if mention.role == role}
        if names:
            return names
    return set()

"""Which of a unit's clauses a question for its duties means: those of the notice, the year and the government it names.

A list of duties has no ranking that would put what is only near behind what is meant, so what else merely hints (a year,
words of a title) restricts it, wherever something is left.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from indexer.duplicates.titles import core_of
from indexer.index import Index
from indexer.notices.places import place_of
from indexer.records import Clause, Filters, Level, PartKind

__all__ = ["Restriction", "document_hinted", "of_own_bodies", "of_units_named", "restrictions"]

_KIND = (
    "(?:行动方案|工作方案|实施方案|行动计划|任务清单|任务台账|分解表|若干措施|实施意见|行动|方案|意见|清单|台账|计划"
    "|措施|办法|规划|要点|通知|政策|细则)"
)
# 在养老行动里, 2016年养老意见中: rule `document_hinted`. Must not match 意见里程碑, 计划中心, 政策内容.
_DOCUMENT_HINTED = re.compile(
    rf"(?:(?P<year>(?:19|20)\d{{2}})年?)?(?P<words>[\u4e00-\u9fff]{{2,14}}?)的?{_KIND}(?:里(?!程)|中(?![心央])|内(?!容))"
)
# What stands before the words of a title: …局在, …年, 关于.
_BEFORE_WORDS = re.compile(r"^.*(?:[在年的]|关于|对于)")
# 养老意见和消费方案里 names several documents, of which the words say only one.
_SEVERAL = re.compile(rf"{_KIND}[和与及跟]|和$")
_MOST_LIKE = 0.5  # share of the hint's pairs of characters that a title must have
_KIND_OF_UNIT = re.compile(r"(?:管理|监管)?(?:部门|单位|分局|局|委员会|委|办公室|办|厅|中心|处|站|所|队)$")
_LOWER_BODY = re.compile(r"^(?:各|[区县镇乡])")
_OWN_PREFIX: dict[Level, str] = {"city": "市", "province": "省"}


@dataclass(frozen=True, slots=True)
class Hinted:
    """A document as a question hints at it: words of its title, and a year right before them."""

    words: str
    year: str | None


@dataclass(frozen=True, slots=True)
class Restriction:
    """What a question for duties restricts beside what it names outright: a part of the plan, and its notices."""

    kind: PartKind
    value: str | None  # None where the plan has the part already, as a boost
    doc_ids: tuple[str, ...]
    rule: str


def restrictions(index: Index, text: str, filters: Filters, boosts: Filters, units: Sequence[str]) -> list[Restriction]:
    """What may restrict the clauses of the units, in the order of how sure it is; `text` is without places and units.

    Rule `document_hinted`: 在养老行动里, of the notices that give the units something to do those whose titles are like it.
    Rule `duties_year`: of those, 2016年 right before the document's words, the ones of that year, by date or by title. Rule
    `duties_title`: where no document is hinted at so, the notices that have a part of their title in the question.
    """
    hinted = document_hinted(text)
    if filters.doc_ids or (hinted is None and not boosts.doc_ids):
        return []
    if hinted is None:
        return [Restriction("title", None, boosts.doc_ids, "duties_title")]
    clauses = index.clauses_of_units(units, allowed=index.allowed(filters))
    doc_ids = {clause.doc_id for clause in clauses}
    titles = {doc_id: title for doc_id, title in index.titles() if doc_id in doc_ids}
    found = [Restriction("title", hinted.words, _like(hinted.words, titles), "document_hinted")]
    if hinted.year and boosts.years:
        dated = index.passing([clause.clause_id for clause in clauses], Filters(years=boosts.years))
        of_year = {clause.doc_id for clause in clauses if clause.clause_id in dated}
        of_year |= {doc_id for doc_id, title in titles.items() if hinted.year in title}
        found.append(Restriction("year", None, tuple(sorted(of_year)), "duties_year"))
    return found


def document_hinted(text: str) -> Hinted | None:
    """The words by which a simplified question hints at one document's title; None where it does not.

    >>> document_hinted("医保局在2016年养老行动里有哪些任务?"), document_hinted("商务局有哪些任务?")
    (Hinted(words='养老', year='2016'), None)
    """
    found = _DOCUMENT_HINTED.search(text)
    if found is None or _SEVERAL.search(found["words"]):
        return None
    words = _BEFORE_WORDS.sub("", found["words"])
    return Hinted(words, found["year"]) if len(words) >= 2 else None


def of_units_named(
    clauses: Sequence[Clause], names: Collection[str], words: Sequence[str], places: Sequence[str]
) -> list[Clause]:
    """The clauses whose units the words mean: in a notice that has a unit by that very name, its others are other units.

    In a notice with a 物价局 the 发展改革委 does not look after prices, though it does wherever there is none. A word
    names a unit whose name has its characters in their order: 人力社保局 the 人力资源社会保障局. A place before it is no part.
    """
    tails = sorted({place[at:] for place in places for at in range(len(place) - 1)}, key=len, reverse=True)
    bare = [word.removeprefix(next((tail for tail in tails if word.startswith(tail)), "")) for word in words]
    stems = [stem for word in bare if len(stem := _KIND_OF_UNIT.sub("", word)) >= 2]
    literal = {name for name in names if any(_in_order(stem, name) for stem in stems)}
    named_in = {clause.doc_id for clause in clauses if any(unit.name in literal for unit in clause.units)}
    return [
        clause
        for clause in clauses
        if clause.doc_id not in named_in or any(unit.name in literal for unit in clause.units)
    ]


def of_own_bodies(
    index: Index, clauses: Sequence[Clause], filters: Filters, names: Collection[str], words: Sequence[str]
) -> list[Clause]:
    """The clauses of a city's or province's own bodies, not of those of its districts and cities.

    They are those of its own notices, and others that name a body of its level (市商务局 in a district's notice). Where its
    own notices have none, or bodies of districts are asked about (各区商务局), all of them.
    """
    level = _own_level(filters)
    if level is None or filters.levels or any(_LOWER_BODY.search(word) for word in words):
        return list(clauses)
    own = index.passing([clause.clause_id for clause in clauses], Filters(levels=(level,)))
    if not own:
        return list(clauses)
    bodies = {name for name in names if name.startswith(_OWN_PREFIX[level])}
    return [c for c in clauses if c.clause_id in own or any(unit.name in bodies for unit in c.units)]


def _in_order(stem: str, name: str) -> bool:
    rest = iter(name)
    return all(character in rest for character in stem)


def _own_level(filters: Filters) -> Level | None:
    """The level of the one place that the filters name, where others lie in it; None for a district or several places."""
    if len(filters.places) != 1:
        return None
    place = place_of(filters.places[0])
    if place.district:
        return None
    return "city" if place.city else "province" if place.province else None


def _like(words: str, titles: dict[str, str]) -> tuple[str, ...]:
    """The notices whose titles have the words, be it shortened (文旅, 文化旅游), or half of their pairs of characters."""
    wanted = {words[at : at + 2] for at in range(len(words) - 1)}
    shortened = re.compile(".{0,2}".join(words))
    found = []
    for doc_id, title in titles.items():
        own = core_of(title)
        if shortened.search(own) or sum(pair in own for pair in wanted) >= _MOST_LIKE * len(wanted):
            found.append(doc_id)
    return tuple(sorted(found))

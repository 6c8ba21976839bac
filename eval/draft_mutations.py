"""Drafts with one known error: a sample's text in which a seeded choice puts one fault of one rule.

Each mutation gives the text with the fault and the line where it stands, or None where the sample has no place for it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import takewhile
from typing import TypeAlias

from indexer.drafts import Draft, cited_documents
from indexer.notices.agencies import functions_of, is_ambiguous, names_of
from indexer.notices.agencies.register import agency_name
from indexer.notices.numbering import ATTACHMENT, read_label
from indexer.records import Clause

__all__ = ["MUTATIONS", "Mutated", "Mutation"]


@dataclass(frozen=True, slots=True)
class Mutated:
    """A draft's text with one fault, and the line on which a check should point to it."""

    text: str
    line: int


Mutation: TypeAlias = Callable[[Draft, random.Random], Mutated | None]

_NUMBER = re.compile(r"(?<=[发办函字])〔(\d{4})〕(\d{1,5})号")
_CHINESE = "零一二三四五六七八九十"


def _replaced(draft: Draft, start: int, end: int, text: str) -> Mutated:
    return Mutated(draft.body[:start] + text + draft.body[end:], draft.body.count("\n", 0, start) + 1)


# --- 文号 ------------------------------------------------------------------------------------------


def _number(template: str) -> Mutation:
    """A 文号 of the draft, written by the template."""

    def mutate(draft: Draft, chance: random.Random) -> Mutated | None:
        found = list(_NUMBER.finditer(draft.body))
        if not found:
            return None
        m = chance.choice(found)
        return _replaced(draft, m.start(), m.end(), template.format(year=m[1], short=m[1][2:], no=m[2]))

    return mutate


def _own_year(draft: Draft, chance: random.Random) -> Mutated | None:
    """The draft's own number with the year after next."""
    own, issued = draft.notice.doc_number or "", draft.notice.issued_on
    at = draft.body.find(own) if own and "〔" in own else -1
    if at < 0 or issued is None:
        return None
    year = own.index("〔") + 1
    return _replaced(draft, at + year, at + year + 4, str(int(issued[:4]) + chance.choice((1, 2, -2))))


# --- numbering -----------------------------------------------------------------------------------


def _labels(draft: Draft, styles: tuple[str, ...], least: int) -> list[tuple[int, int, str, int]]:
    found = []
    for element in draft.elements:
        label = read_label(draft.body[element.start : element.end]) if element.kind == "label" else None
        if label and label.style in styles and label.value >= least:
            found.append((element.start, element.end, label.style, label.value))
    return found


def _written(style: str, value: int) -> str:
    tens, ones = divmod(value, 10)
    chinese = (
        _CHINESE[value]
        if value <= 10
        else ("" if tens == 1 else _CHINESE[tens]) + "十" + (_CHINESE[ones] if ones else "")
    )
    return {"cn": f"{chinese}、", "cn_paren": f"（{chinese}）", "ar": f"{value}.", "ar_paren": f"（{value}）"}[style]


def _renumbered(shift: int, least: int) -> Mutation:
    """An item numbered `shift` too high or too low."""

    def mutate(draft: Draft, chance: random.Random) -> Mutated | None:
        labels = _labels(draft, ("cn", "cn_paren", "ar", "ar_paren"), least)
        if not labels:
            return None
        start, end, style, value = chance.choice(labels)
        return _replaced(draft, start, end, _written(style, value + shift))

    return mutate


def _level_left_out(draft: Draft, chance: random.Random) -> Mutated | None:
    """（一） directly under 一、 written as （1）."""
    every = _labels(draft, ("cn", "cn_paren", "ar", "ar_paren"), 1)
    labels = [
        each
        for above, each in zip(every, every[1:], strict=False)
        if above[2] == "cn" and each[2] == "cn_paren" and each[3] == 1
    ]
    if not labels:
        return None
    start, end, _, value = chance.choice(labels)
    return _replaced(draft, start, end, _written("ar_paren", value))


# --- units, deadlines, figures -------------------------------------------------------------------


def _former_name(draft: Draft, chance: random.Random) -> Mutated | None:
    """A unit under a name that its function lost at least four years before the draft."""
    choices: list[tuple[int, int, str]] = []
    for mention in (mention for clause in draft.notice.clauses for mention in clause.units):
        name, functions = agency_name(mention.surface), functions_of(mention.surface)
        if name is None or name.branch or not name.prefix or len(functions) != 1 or is_ambiguous(mention.surface):
            continue
        for old in names_of(functions[0]):
            former = f"{name.prefix}{old.short}局"
            gone = max(old.until or 9999, old.lingered or 0)
            if gone <= draft.day.year - 4 and not is_ambiguous(former) and functions_of(former) == functions:
                choices.append((mention.start, mention.end, former))
    return _replaced(draft, *chance.choice(choices)) if choices else None


def _unit_line_lost(draft: Draft, chance: random.Random) -> Mutated | None:
    """An item of a list whose unit lines are gone."""
    starts = {clause.start for clause in draft.notice.clauses if clause.number and clause.units}
    choices = []
    for at, before in enumerate(draft.elements):
        lines = list(takewhile(lambda element: element.kind == "unit_line", draft.elements[at + 1 :]))
        if before.kind == "clause" and before.start in starts and lines:
            choices.append((before.start, lines[0].start, lines[-1].end))
    if not choices:
        return None
    item, start, end = chance.choice(choices)
    text = draft.body[:start].rstrip() + draft.body[end:]
    return Mutated(text, draft.body.count("\n", 0, item) + 1)


def _deadline_passed(draft: Draft, chance: random.Random) -> Mutated | None:
    """A deadline of one or two years before the draft."""
    choices = [
        (found.start + year.start(), found.start + year.end())
        for clause in draft.notice.clauses
        if (clause.number or clause.columns)
        and (found := clause.deadline) is not None
        and len(re.findall(r"(?:19|20)\d\d", found.text)) == 1
        and (year := re.search(r"(?:19|20)\d\d(?=年)", found.text)) is not None
        and (found.ends_on or "") >= draft.day.isoformat()
    ]
    if not choices:
        return None
    return _replaced(draft, *chance.choice(choices), str(draft.day.year - chance.choice((1, 2))))


def _figure_changed(draft: Draft, chance: random.Random) -> Mutated | None:
    """A target that text and attachment state in the same words, with another number in the attachment."""

    def attached(clause: Clause) -> bool:
        return bool(clause.headings) and ATTACHMENT.match(clause.headings[0]) is not None

    stated = {
        target.text: target.start
        for clause in draft.notice.clauses
        if not attached(clause)
        for target in clause.targets
    }
    choices = []
    for clause in draft.notice.clauses:
        for target in clause.targets if attached(clause) else ():
            figure = re.search(r"\d+", target.text)
            if target.text in stated and figure and len(target.quantities) == 1:
                choices.append((target.start + figure.start(), target.start + figure.end(), stated[target.text]))
    if not choices:
        return None
    start, end, said = chance.choice(choices)
    text = draft.body[:start] + str(int(draft.body[start:end]) + chance.choice((1, 5, 20))) + draft.body[end:]
    return Mutated(text, draft.body.count("\n", 0, said) + 1)


# --- citations -----------------------------------------------------------------------------------


def _with_citation(draft: Draft, title: str, number: str) -> Mutated | None:
    """The draft with 根据《title》（number）精神 at the head of its preamble."""
    preamble = next(
        (c for c in draft.notice.clauses if not c.headings and c.text.startswith(("为", "根据", "按照"))), None
    )
    if preamble is None:
        return None
    return _replaced(draft, preamble.start, preamble.start, f"根据《{title}》（{number}）精神,")


def _ended(draft: Draft, chance: random.Random) -> Mutated | None:
    """A notice of the archive that was repealed or replaced before the draft."""
    choices = []
    for head in draft.index.notices():
        if not head.doc_number or head.doc_number == draft.notice.doc_number or "《" in head.title:
            continue
        for link in draft.index.links_of(head.doc_id):
            by = draft.index.notice(link.other_doc_id)
            ended = (
                link.relation in ("repealed_by", "replaced_by") and (by.issued_on or "9999") <= draft.day.isoformat()
            )
            if ended and by.doc_number != draft.notice.doc_number:
                choices.append((head.title, head.doc_number))
    return _with_citation(draft, *chance.choice(sorted(choices))) if choices else None


def _changed_number(draft: Draft, chance: random.Random, *, taken: bool) -> Mutated | None:
    """A citation in force whose number is another: one that another notice has (taken), or one that none has."""
    heads = [head.doc_number for head in draft.index.notices() if head.doc_number]
    choices = [
        (at, at + len(each.doc_number))
        for each in cited_documents(draft)
        if each.state == "in_force" and each.title and each.doc_number
        if (at := draft.body.find(each.doc_number)) >= 0
    ]
    if not choices:
        return None
    start, end = chance.choice(choices)
    own = (draft.notice.doc_number, draft.body[start:end])
    other = (
        chance.choice([n for n in heads if n not in own])
        if taken
        else re.sub(r"\d+号$", "887号", draft.body[start:end])
    )
    return _replaced(draft, start, end, other)


def _other_title(draft: Draft, chance: random.Random) -> Mutated | None:
    return _changed_number(draft, chance, taken=True)


def _other_number(draft: Draft, chance: random.Random) -> Mutated | None:
    return _changed_number(draft, chance, taken=False)


def _unknown(draft: Draft, chance: random.Random) -> Mutated | None:
    """A document of a series of the archive that the archive does not have."""
    numbers = [head.doc_number for head in draft.index.notices() if head.doc_number]
    heads = sorted({number.partition("〔")[0] for number in numbers if "〔" in number})
    return _with_citation(
        draft, "关于加强应急物资储备工作的意见", f"{chance.choice(heads)}〔{draft.day.year - 1}〕886号"
    )


MUTATIONS: Mapping[str, Mutation] = {
    "cited_ended": _ended,
    "cited_other_title": _other_title,
    "cited_other_number": _other_number,
    "cited_not_in_archive": _unknown,
    "number_brackets": _number("[{year}]{no}号"),
    "number_year": _number("〔{short}〕{no}号"),
    "number_ordinal": _number("〔{year}〕第{no}号"),
    "number_zero": _number("〔{year}〕0{no}号"),
    "number_other_year": _own_year,
    "numbering_skipped": _renumbered(1, 2),
    "numbering_repeated": _renumbered(-1, 3),
    "numbering_level": _level_left_out,
    "former_unit_name": _former_name,
    "task_without_unit": _unit_line_lost,
    "deadline_past": _deadline_passed,
    "figure_differs": _figure_changed,
}

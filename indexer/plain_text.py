"""Notices, hits and answers as lines of text, for a person at a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from indexer.records import (
    LEVEL_NAMES,
    Answer,
    Clause,
    Deadline,
    Effect,
    Hit,
    Notice,
    PartKind,
    Plan,
    Quantity,
    Role,
    Silence,
    Target,
    UnitMention,
    WrittenSentence,
)

__all__ = ["answer_lines", "hit_lines", "notice_lines", "understood_line", "units_text", "written_lines"]

_ROLES: dict[Role, str] = {"lead": "牵头", "responsible": "责任", "support": "配合"}
_SILENCE: dict[Silence, str] = {
    "not_in_archive": "档案中没有这方面的文件",
    "no_unit_named": "找到了相关条文,但没有写明责任单位",
    "conflicting_units": "条文之间对责任单位的说法不一致",
    "insufficient_match": "没有足够相符的条文",
}
_PARTS: dict[PartKind, str] = {
    "intent": "问", "topic": "查找词", "place": "地区", "year": "年份", "level": "层级", "unit": "单位",
    "doc_number": "文号", "title": "文件", "correction": "更正",
}  # fmt: skip
_INTENTS: dict[str, str] = {
    "units": "谁负责", "duties": "单位的任务", "targets": "多少、何时", "measures": "怎么做",
    "comparison": "各地对比", "wording": "相近写法",
}  # fmt: skip
_EFFECTS: dict[Effect, str] = {"boost": "(优先)", "missing": "(没有收录)"}
_DIRECTIONS = {"at_least": "≥", "at_most": "≤", "increase": "+", "decrease": "-", "about": "≈", "exactly": "="}


def notice_lines(notice: Notice) -> Iterable[str]:
    """A notice as a tree: what its header says, then each clause below its headings with all that was read from it."""
    yield notice.title
    facts = (notice.kind, notice.doc_number, notice.issued_on, str(notice.place), "、".join(notice.issuers))
    yield "  " + "  ".join(fact for fact in facts if fact)
    yield from _header_lines(notice)
    shown: tuple[str, ...] = ()
    for clause in notice.clauses:
        for depth, heading in enumerate(clause.headings):
            if clause.headings[: depth + 1] != shown[: depth + 1]:
                yield "  " * (depth + 1) + heading
        shown = clause.headings
        indent = "  " * (len(clause.headings) + 1)
        yield from _indented(clause.text, indent)
        yield from (f"{indent}{line}" for line in _clause_facts(clause))
    for warning in notice.warnings:
        yield f"  ! {warning}"
    yield ""


def _header_lines(notice: Notice) -> Iterable[str]:
    named = (
        ("主送", "；".join(notice.addressees)),
        ("索引号", notice.index_number),
        ("发布", notice.published_on if notice.published_on != notice.issued_on else None),
        ("公开方式", notice.disclosure),
        ("附件", "；".join(notice.attachments)),
        ("引用", "；".join(f"《{cite.title}》{cite.doc_number or ''}" for cite in notice.cites)),
    )
    for name, value in named:
        if value:
            yield f"  {name}:{value}"
    for repeal in notice.repeals:
        said = "废止" if repeal.relation == "repeals" else "替代"
        yield f"  {said}:{f'《{repeal.title}》' if repeal.title else ''}{repeal.doc_number or ''}"


def _indented(text: str, indent: str) -> Iterable[str]:
    return (indent + line for line in text.split("\n"))


def _clause_facts(clause: Clause) -> Iterable[str]:
    """Units, persons, deadline and targets, one line each."""
    if clause.units:
        yield f"→ {units_text(clause)}"
    if clause.persons:
        yield f"人员 {'、'.join(clause.persons)}"
    if clause.deadline:
        yield f"期限 {clause.deadline.text}{_days(clause.deadline)}"
    for target in clause.targets:
        yield f"目标 {target.text}{_quantities(target)}"


def units_text(clause: Clause) -> str:
    """The units by role, in order: 牵头:市民政局  配合:市财政局、市商务局等."""
    return "  ".join(
        f"{_ROLES[role]}:{'、'.join(map(_unit, units))}" for role, units in groupby(clause.units, key=lambda u: u.role)
    )


def _unit(unit: UnitMention) -> str:
    remarks = [f"{len(unit.members)}个成员"] if unit.members else []
    remarks += ["统一规定"] if unit.inherited else []
    return unit.surface + (f"({'，'.join(remarks)})" if remarks else "") + ("等" if unit.open_ended else "")


def _days(deadline: Deadline) -> str:
    days = " 至 ".join(day for day in (deadline.begins_on, deadline.ends_on) if day)
    return f"  [{days}{'，年份按发文年' if deadline.year_assumed else ''}]" if days else ""


def _quantities(target: Target) -> str:
    said = "，".join(map(_quantity, target.quantities))
    return f"  [{said}]" if said else ""


def _quantity(quantity: Quantity) -> str:
    upper = f"–{quantity.upper:g}" if quantity.upper is not None else ""
    return f"{_DIRECTIONS[quantity.direction]} {quantity.value:.10g}{upper} {quantity.unit}".rstrip()


def hit_lines(hits: Sequence[Hit], clauses: Mapping[str, Clause], notices: Mapping[str, Notice]) -> Iterable[str]:
    """Hits for reading; `clauses` by clause_id, `notices` by doc_id."""
    if not hits:
        yield "没有找到条文"
    for hit in hits:
        clause = clauses[hit.clause_id]
        yield f"{hit.rank:>3}. {notices[clause.doc_id].title}"
        yield f"     {' › '.join(clause.headings)}  [{clause.clause_id}  {hit.score:.3f}]"
        yield from _indented(clause.text, "     ")
        if clause.units:
            yield f"     → {units_text(clause)}"


def understood_line(planned: Plan) -> str:
    """What the planner read from a question, in one line: 理解为 问:谁负责  地区:云泽市  年份:2021(优先)."""
    named = {**_INTENTS, **LEVEL_NAMES}
    parts = [
        f"{_PARTS[part.kind]}:{named.get(part.value, part.value)}{_EFFECTS.get(part.effect, '')}"
        for part in planned.parts
    ]
    return f"理解为 {'  '.join(parts)}" if parts else "按原文查找"


def answer_lines(answer: Answer, clauses: Mapping[str, Clause], notices: Mapping[str, Notice]) -> Iterable[str]:
    """An answer for reading: units first, then the quotations, then where to look further."""
    if answer.abstained:
        yield f"不作答:{_SILENCE[answer.abstained]}({answer.abstained})"
    for unit in answer.units:
        yield f"{_ROLES[unit.role]}  {unit.surface}{'(统一规定)' if unit.inherited else ''}  [{unit.clause_id}]"
    for statement in answer.statements:
        yield f"“{statement.text}”  [{statement.clause_id}]"
    for conflict in answer.conflicts:
        told = " ≠ ".join(f"“{place.text}”  [{place.clause_id}]" for place in (conflict.first, conflict.second))
        yield f"前后不一致:{told}"
    yield "—— 条文"
    yield from hit_lines(answer.hits, clauses, notices)


def written_lines(sentence: WrittenSentence) -> Iterable[str]:
    """A sentence of a language model for reading, with the quotations it rests on."""
    yield sentence.text
    for quotation in sentence.quotations:
        yield f"    “{quotation.text}”  [{quotation.clause_id}]"

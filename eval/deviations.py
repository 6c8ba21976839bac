"""What went wrong in one notice, line by line: every missed and spurious clause, unit, person and span."""

from __future__ import annotations

from collections.abc import Sequence

from eval.fields import judged_roles, scored_units
from eval.gold import GoldClause, squeeze
from eval.matching import align, holds
from indexer.records import Notice, UnitMention

__all__ = ["explain"]


def explain(judged: Sequence[GoldClause], notice: Notice) -> list[str]:
    """One line a deviation: missed and spurious clauses, missed, wrong-role and spurious units, persons, spans."""
    alignment = align(judged, notice.clauses)
    lines = [_explain_missed(gold, judged, notice) for gold in alignment.missed]
    for clause in alignment.spurious:
        inside = [gold.quote for gold in judged if holds(squeeze(clause.text), gold.quote)]
        inner = f"; holds {len(inside)} judged quotes" if inside else ""
        lines.append(f"SPURIOUS CLAUSE {clause.clause_id} {_ends_of(clause.text)}{inner}")
    scored = scored_units(alignment)
    for gold, clause in alignment.pairs:
        where = f"{clause.clause_id} {clause.text[:14]!r}"
        lines += _explain_units(gold, scored[clause.clause_id], where)
        lines += _difference("PERSON", gold.persons, clause.persons, where)
        deadline = (clause.deadline.text,) if clause.deadline else ()
        lines += _difference("DEADLINE", (gold.deadline,) if gold.deadline else (), deadline, where)
        lines += _difference("TARGET", gold.targets, [target.text for target in clause.targets], where)
    return lines


def _explain_missed(gold: GoldClause, judged: Sequence[GoldClause], notice: Notice) -> str:
    at = f"MISSED CLAUSE {' > '.join(gold.path)[-40:]} {gold.quote!r} … {gold.end_quote!r}:"
    holder = next((c for c in notice.clauses if holds(squeeze(c.text), gold.quote)), None)
    if holder is None:
        heading = next((c for c in notice.clauses if squeeze(gold.quote) in squeeze("".join(c.headings))), None)
        if heading is not None:
            return f"{at} in the headings of {heading.clause_id}, whose text is {_ends_of(heading.text)}"
        return f"{at} in no clause" if squeeze(gold.quote) in squeeze(notice.body) else f"{at} not in the body"
    others = [g.quote for g in judged if g is not gold and holds(squeeze(holder.text), g.quote)]
    if others:
        return f"{at} merged in {holder.clause_id} with {others}"
    return f"{at} {holder.clause_id} ends with {holder.text[-30:]!r}"


def _explain_units(gold: GoldClause, units: Sequence[UnitMention], where: str) -> list[str]:
    said = {(squeeze(unit.surface), str(unit.role)): unit.rule for unit in units}
    judged = judged_roles(gold)
    said_names = {surface: role for surface, role in said}
    lines = []
    for surface, role in sorted(judged - set(said)):
        wrong = said_names.get(surface)
        lines.append(f"MISSED UNIT {surface} as {role} in {where}" + (f" (said {wrong})" if wrong else ""))
    for surface, role in sorted(set(said) - judged):
        lines.append(f"SPURIOUS UNIT {surface} as {role} by {said[surface, role]} in {where}")
    return lines


def _difference(kind: str, judged: Sequence[str], said: Sequence[str], where: str) -> list[str]:
    wanted, found = {squeeze(text) for text in judged}, {squeeze(text) for text in said}
    missed = [f"MISSED {kind} {text!r} in {where}" for text in sorted(wanted - found)]
    return missed + [f"SPURIOUS {kind} {text!r} in {where}" for text in sorted(found - wanted)]


def _ends_of(text: str) -> str:
    return repr(text) if len(text) <= 50 else f"{text[:25]!r} … {text[-25:]!r}"

"""How well questions are answered: units named, statements located, duties listed, and silence kept with its reason."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from eval.gold import GoldQuery, squeeze
from eval.judging import Judged
from eval.matching import Tally
from indexer.records import Answer, AnswerUnit, Clause, Notice, Query, Statement

if TYPE_CHECKING:
    from indexer.index import Index

__all__ = [
    "AnswerReport",
    "AnswerRow",
    "Archive",
    "answer_row",
    "duties_tally",
    "explain_answers",
    "is_located",
    "score_answers",
    "unit_tally",
]


class Archive(Protocol):
    """What is needed of an index here."""

    def clause(self, clause_id: str) -> Clause:
        """One clause."""

    def notice(self, doc_id: str) -> Notice:
        """One notice with its body."""


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One question's answer, scored."""

    query: GoldQuery
    abstained: str | None
    units: Tally | None  # where units are asked for
    duties: Tally | None  # where a unit's clauses are asked for
    located: int  # statements whose text stands where they say, in their clause
    statements: int
    texts_found: int  # judged verbatim answers inside a statement
    relevant_statements: int  # statements from a clause judged relevant
    units_said: tuple[str, ...]
    conflicts: int  # contradictions shown
    conflicts_right: int  # of them with both places in clauses judged relevant

    @property
    def false_silence(self) -> bool:
        """Whether nothing was said though there is an answer; a contradiction may be met by naming it as the reason."""
        excused = self.query.type == "conflict" and self.abstained == "conflicting_units"
        return self.query.answerable and self.abstained is not None and not excused


@dataclass(frozen=True, slots=True)
class AnswerReport:
    """Every question's answer, scored."""

    rows: tuple[AnswerRow, ...]

    @property
    def unanswerable(self) -> list[AnswerRow]:
        """The questions to which nothing should be said."""
        return [row for row in self.rows if not row.query.answerable]

    @property
    def answerable(self) -> list[AnswerRow]:
        """The questions to which something should be said."""
        return [row for row in self.rows if row.query.answerable]

    @property
    def unit_f1(self) -> list[float]:
        """F1 of the units named, one value a question that asks for units."""
        return [row.units.f1 for row in self.rows if row.units]

    @property
    def duties(self) -> list[Tally]:
        """Clauses listed, one tally a question for a unit's duties."""
        return [row.duties for row in self.rows if row.duties]

    @property
    def located(self) -> Tally:
        """Statements that stand where they say, of all statements."""
        shown = sum(row.statements for row in self.rows)
        return Tally(sum(row.located for row in self.rows), shown, shown)

    @property
    def texts(self) -> tuple[int, int]:
        """Judged verbatim answers found inside a statement, of all."""
        return sum(r.texts_found for r in self.rows), sum(len(r.query.answer_texts) for r in self.answerable)

    @property
    def conflicts_found(self) -> tuple[int, int]:
        """Questions about a contradiction where both its places are shown, of all of them."""
        asked = [row for row in self.rows if row.query.type == "conflict"]
        return sum(row.conflicts_right > 0 for row in asked), len(asked)

    @property
    def conflicts_elsewhere(self) -> tuple[int, int]:
        """Other questions where a contradiction is shown, of all of them."""
        others = [row for row in self.rows if row.query.type != "conflict"]
        return sum(row.conflicts > 0 for row in others), len(others)

    @property
    def silent(self) -> tuple[int, int]:
        """Unanswerable questions met with silence, of all."""
        return sum(row.abstained is not None for row in self.unanswerable), len(self.unanswerable)

    @property
    def false_silence(self) -> tuple[int, int]:
        """Answerable questions met with silence, of all."""
        return sum(row.false_silence for row in self.answerable), len(self.answerable)

    @property
    def reasons(self) -> dict[str, tuple[int, int, int]]:
        """Judged reason → (questions, silent, silent for that reason); questions without a judged reason under `-`."""
        table: dict[str, tuple[int, int, int]] = {}
        for row in self.unanswerable:
            count, silent, right = table.get(row.query.reason or "-", (0, 0, 0))
            is_silent, is_right = row.abstained is not None, row.abstained == row.query.reason
            table[row.query.reason or "-"] = (count + 1, silent + is_silent, right + (is_silent and is_right))
        return dict(sorted(table.items()))

    @property
    def reason_accuracy(self) -> tuple[int, int]:
        """Silences for the judged reason, of all silences whose reason was judged."""
        judged = [row for reason, row in self.reasons.items() if reason != "-"]
        return sum(right for _, _, right in judged), sum(silent for _, silent, _ in judged)


def unit_tally(wanted: Collection[str], units: Iterable[AnswerUnit]) -> Tally:
    """Units named rightly, named and judged; a unit is itself by its written or canonical name.

    Inherited units the judges did not list (a statement for the whole notice, a caption) do no harm.
    """
    from indexer.notices.agencies import canonical

    judged = {squeeze(surface): squeeze(canonical(surface)) for surface in wanted}
    found: dict[str, set[str]] = {}
    for unit in units:
        names = {squeeze(unit.surface), squeeze(unit.name)}
        if unit.inherited and not any(names & {surface, name} for surface, name in judged.items()):
            continue
        found.setdefault(squeeze(unit.name), set()).update(names)
    right_judged = sum(any({surface, name} & names for names in found.values()) for surface, name in judged.items())
    right_found = sum(any({surface, name} & names for surface, name in judged.items()) for names in found.values())
    wrong = len(found) - right_found
    return Tally(right_judged, right_judged + wrong, len(judged))


def duties_tally(grades: Mapping[str, int], allowed: Collection[str], listed: Iterable[str]) -> Tally:
    """Clauses of a unit listed rightly, listed and judged; `allowed` clauses do no harm."""
    relevant = {clause_id for clause_id, grade in grades.items() if grade > 0}
    said = set(listed) - (set(allowed) - relevant)
    return Tally(len(said & relevant), len(said), len(relevant))


def is_located(statement: Statement, clause: Clause, body: str) -> bool:
    """Whether a statement's text stands at its span, in its clause or over a mention of one of its units."""
    if body[statement.start : statement.end] != statement.text or not statement.text:
        return False
    if clause.start <= statement.start and statement.end <= clause.end:
        return True
    return any(statement.start <= unit.start and unit.end <= statement.end for unit in clause.units)


def answer_row(query: GoldQuery, answer: Answer, judged: Judged, archive: Archive) -> AnswerRow:
    """One answer, scored against everything judged about its question."""
    grades = judged.grades.get(query.query_id, {})
    statements = answer.statements
    clauses = {statement.clause_id: archive.clause(statement.clause_id) for statement in statements}
    bodies = {clause.doc_id: archive.notice(clause.doc_id).body for clause in clauses.values()}
    located = [is_located(s, clauses[s.clause_id], bodies[clauses[s.clause_id].doc_id]) for s in statements]
    units = duties = None
    if query.answerable and query.type == "unit" and query.answer_units:
        units = unit_tally(query.answer_units, answer.units)
    if query.type == "duties":
        hits = () if answer.abstained else answer.hits
        duties = duties_tally(grades, judged.allowed[query.query_id], (hit.clause_id for hit in hits))
    return AnswerRow(
        query=query,
        abstained=answer.abstained,
        units=units,
        duties=duties,
        located=sum(located),
        statements=len(statements),
        texts_found=_texts_found(query.answer_texts, statements) if query.answerable else 0,
        conflicts=len(answer.conflicts),
        conflicts_right=sum(
            all(grades.get(place.clause_id, 0) > 0 for place in (conflict.first, conflict.second))
            for conflict in answer.conflicts
        ),
        units_said=tuple(dict.fromkeys(unit.surface for unit in answer.units)),
        relevant_statements=sum(grades.get(statement.clause_id, 0) > 0 for statement in statements),
    )


def _texts_found(texts: Sequence[str], statements: Sequence[Statement]) -> int:
    said = [squeeze(statement.text) for statement in statements]
    return sum(any(squeeze(text) in statement for statement in said) for text in texts)


def explain_answers(report: AnswerReport) -> list[str]:
    """One line a deviation: silence missing, false or for a wrong reason, units, duties, verbatim answers, places."""
    return [f"{line} · {row.query.query_id} {row.query.text}" for row in report.rows for line in _deviations(row)]


def _deviations(row: AnswerRow) -> Iterable[str]:
    query = row.query
    if not query.answerable and row.abstained is None:
        yield f"NOT SILENT (judged {query.reason})"
    if not query.answerable and row.abstained and query.reason and row.abstained != query.reason:
        yield f"WRONG REASON (judged {query.reason}, said {row.abstained})"
    if row.false_silence:
        yield f"FALSE SILENCE ({row.abstained})"
    if row.units and row.units.f1 < 1:
        yield f"UNITS F1 {row.units.f1:.2f} (judged {'、'.join(query.answer_units)}, said {'、'.join(row.units_said)})"
    if row.duties and row.duties.f1 < 1:
        yield f"DUTIES {row.duties.right} right of {row.duties.said} said and {row.duties.judged} judged"
    if query.answerable and row.texts_found < len(query.answer_texts):
        yield f"VERBATIM ANSWER {row.texts_found} of {len(query.answer_texts)}"
    if row.located < row.statements:
        yield f"STATEMENTS LOCATED {row.located} of {row.statements}"


def score_answers(index: Index, queries: Iterable[GoldQuery], judged: Judged) -> AnswerReport:
    """Every question asked and its answer scored."""
    from indexer.search import ask

    return AnswerReport(
        tuple(answer_row(query, ask(index, Query(query.text, query.query_id)), judged, index) for query in queries)
    )

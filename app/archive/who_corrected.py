"""Who corrected what by hand, and when, in few words for the place that shows it."""

from __future__ import annotations

from app.texts import Texts
from indexer.corrections import ListedCorrection, list_corrections
from indexer.errors import UsageError
from indexer.index import Index
from indexer.records import CorrectedField, FieldValue, HandCorrection, Notice, Place

__all__ = ["clause_of_correction", "corrected_clauses", "corrected_fields", "on_file_for", "value_text"]


def corrected_fields(index: Index, notice: Notice, texts: Texts) -> dict[CorrectedField, str]:
    """By field of the header, who corrected it and when, as far as the live generation has it."""
    found = index.corrections_of(notice.doc_id)
    return {each.field: _by(each, texts) for each in found if each.clause_id is None}


def corrected_clauses(index: Index, notice: Notice, texts: Texts) -> dict[str, str]:
    """By clause_id, who corrected its units and when."""
    found = index.corrections_of(notice.doc_id)
    return {each.clause_id: _by(each, texts) for each in found if each.clause_id is not None}


def on_file_for(index: Index, doc_id: str) -> list[ListedCorrection]:
    """Everything corrected in the notice, also what waits for a build or was taken back."""
    return list_corrections(index.address, doc_id=doc_id)


def value_text(value: FieldValue, texts: Texts) -> str:
    """A value as it is shown: names joined, units by role, a level in words, — for nothing."""
    if isinstance(value, Place):
        return str(value) or "—"
    if isinstance(value, tuple):
        return "、".join(
            unit if isinstance(unit, str) else f"{texts(f'role_{unit.role}')} {unit.surface}" for unit in value
        ) or "—"  # fmt: skip
    return value or "—"


def clause_of_correction(correction: HandCorrection, index: Index) -> str:
    """What a correction of units is about: the heading of its clause, else the clause's id."""
    if correction.clause_id is None:
        return ""
    try:
        clause = index.clause(correction.clause_id)
    except UsageError:
        return correction.clause_id
    return (clause.headings or (clause.number,))[-1] or correction.clause_id


def _by(correction: HandCorrection, texts: Texts) -> str:
    return texts("archive_corrected_by", who=correction.made_by, date=correction.made_at[:10])

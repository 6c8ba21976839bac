"""Checks of a draft notice before it is issued: citations, 文号, numbering, units, deadlines, figures.

Every rule is named; its docstring says what it must not match. How often each is right and what it misses stands in
eval/drafts.md, written by `python -m eval drafts`.
"""

from __future__ import annotations

from datetime import date

from indexer.drafts.cited_documents import CitedDocument, check_citations, cited_documents
from indexer.drafts.clause_contents import check_deadlines, check_responsibility
from indexer.drafts.figures import check_figures
from indexer.drafts.findings import Check, Draft, Finding, Severity
from indexer.drafts.number_form import check_number_form, check_number_year
from indexer.drafts.numbering_order import check_numbering
from indexer.drafts.unit_names import check_unit_names
from indexer.index import Index
from indexer.notices import dissect_raw, parse
from indexer.records import RawNotice

__all__ = ["RULES", "CitedDocument", "Draft", "Finding", "Severity", "check_draft", "cited_documents", "read_draft"]

_CHECKS: tuple[Check, ...] = (
    check_citations,
    check_number_form,
    check_number_year,
    check_numbering,
    check_unit_names,
    check_responsibility,
    check_deadlines,
    check_figures,
)
# Every rule that a finding may bear.
RULES = (
    "cited_ended",
    "cited_corrected",
    "cited_other_title",
    "cited_other_number",
    "cited_not_in_archive",
    "number_brackets",
    "number_year",
    "number_ordinal",
    "number_zero",
    "number_other_year",
    "numbering_skipped",
    "numbering_repeated",
    "numbering_level",
    "former_unit_name",
    "task_without_unit",
    "deadline_past",
    "figure_differs",
)


def read_draft(raw: RawNotice, index: Index, *, today: date) -> Draft:
    """The draft taken apart; judged by its own date, else by today's. Raises SecretNotice as `parse` does."""
    notice = parse(raw)
    day = date.fromisoformat(notice.issued_on) if notice.issued_on else today
    return Draft(notice, dissect_raw(raw).elements, day, index)


def check_draft(draft: Draft) -> list[Finding]:
    """What to look at, in the order of the text."""
    found = [each for check in _CHECKS for each in check(draft)]
    return sorted(found, key=lambda each: (each.start, each.end, each.rule))

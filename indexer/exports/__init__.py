"""Files for editors and for other programs: XLSX, DOCX, CSV, Markdown, iCalendar and a list of citations.

What a file says is decided once, as sheets of typed cells (`sheets`) or as quotations with their sources (`citations`);
one module a format writes it.
"""

from __future__ import annotations

from indexer.exports.bibliography import bibliography
from indexer.exports.breakdown import archive_sheets, breakdown_sheets, task_sheet, unit_sheets
from indexer.exports.citations import Quotation, Section, citation
from indexer.exports.csv_text import csv_text
from indexer.exports.deadline_calendar import calendar_of
from indexer.exports.draft_reports import FoundPrecedent, finding_sheet, precedent_sections, precedent_sheet
from indexer.exports.hits import FoundClause, hits_sheet
from indexer.exports.ledger import file_name, ledger_sheet
from indexer.exports.markdown import markdown_text
from indexer.exports.sheets import Sheet, SheetColumn
from indexer.exports.word import (
    archive_document,
    breakdown_document,
    quotations_document,
    sections_document,
    sheet_document,
    unit_document,
)
from indexer.exports.workbook import write_workbook

__all__ = [
    "FoundClause",
    "FoundPrecedent",
    "Quotation",
    "Section",
    "Sheet",
    "SheetColumn",
    "archive_document",
    "archive_sheets",
    "bibliography",
    "breakdown_document",
    "breakdown_sheets",
    "calendar_of",
    "citation",
    "csv_text",
    "finding_sheet",
    "hits_sheet",
    "file_name",
    "ledger_sheet",
    "markdown_text",
    "precedent_sections",
    "precedent_sheet",
    "quotations_document",
    "sections_document",
    "sheet_document",
    "task_sheet",
    "unit_document",
    "unit_sheets",
    "write_workbook",
]

"""Word documents: breakdowns of tasks as tables, quotations as text, each with its source in a real footnote."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO
from itertools import groupby
from typing import TYPE_CHECKING

from indexer.duties.archive_load import ArchiveLoad
from indexer.duties.tasks import Task
from indexer.duties.unit_duties import UnitDuties
from indexer.exports.breakdown import (
    RELATIONS,
    ROLE_NAMES,
    archive_sheets,
    breakdown_sheets,
    flowing,
    notice_line,
    role_text,
    units_text,
)
from indexer.exports.citations import Quotation, Section, citation, in_title_marks, notice_citation
from indexer.exports.footnotes import Footnotes
from indexer.exports.sheets import Sheet, shown, writable
from indexer.records import Notice

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table, _Cell
    from docx.text.paragraph import Paragraph

__all__ = [
    "archive_document",
    "breakdown_document",
    "quotations_document",
    "sections_document",
    "sheet_document",
    "unit_document",
]

_TEXT_FONT, _HEAD_FONT = "仿宋", "黑体"
_LATIN_FONT = "Times New Roman"
_MOST_UNITS = 50  # rows of an archive's table of units; the workbook has them all


def breakdown_document(notices: Sequence[tuple[Notice, Sequence[Task]]]) -> bytes:
    """A table of tasks for each notice, on pages across; the notice is cited in a footnote to the table's title.

    Columns that are empty throughout are left out, and so is 截止日, by which nobody sorts on paper.
    """
    document = _document(across=True)
    notes = Footnotes(document)
    _, *sheets = breakdown_sheets(notices)
    for nth, ((notice, _), sheet) in enumerate(zip(notices, sheets, strict=True)):
        notes.add(_heading(document, sheet.title, 1, new_page=nth > 0), _full_source(notice))
        _paragraph(document, sheet.note, centred=True, small=True)
        _table(document, _on_paper(sheet))
    return _saved(document, notes, "任务分解表")


def _full_source(notice: Notice) -> str:
    """The notice with who issued it when, and its address on the web."""
    facts = ["、".join(notice.issuers), notice.issued_on or notice.published_on, notice.source.url]
    return "，".join([notice_citation(notice), *(fact for fact in facts if fact)]) + "。"


def _on_paper(sheet: Sheet) -> Sheet:
    kept = [
        at
        for at, column in enumerate(sheet.columns)
        if column.name != "截止日" and any(shown(row[at]) for row in sheet.rows)
    ]
    rows = tuple(tuple(row[at] for at in kept) for row in sheet.rows)
    return Sheet(sheet.name, sheet.title, tuple(sheet.columns[at] for at in kept), rows, note=sheet.note)


def unit_document(found: UnitDuties) -> bytes:
    """What a unit has to do, notice by notice: each task as a quotation, its role and time limit, the source as a footnote."""
    document = _document()
    notes = Footnotes(document)
    _heading(document, f"{found.unit.asked}任务摘编", 1)
    roles = "，".join(f"{name}{found.in_role(role)}项" for role, name in ROLE_NAMES.items())
    _paragraph(document, f"共{len(found.duties)}项任务：{roles}。", small=True, centred=True)
    names = "；".join(f"{n.name}（{RELATIONS[n.relation]}，{n.n_tasks}项）" for n in found.names)
    _paragraph(document, f"查到的名称：{names}。")
    for notice, duties in groupby(found.duties, key=lambda duty: duty.notice):
        _heading(document, in_title_marks(notice.title), 2)
        _paragraph(document, notice_line(notice), small=True)
        for duty in duties:
            task = duty.task
            others = [
                f"{name}：{said}" for role, name in ROLE_NAMES.items() if (said := units_text(task.of_role(role)))
            ]
            remarks = [f"本单位角色：{role_text(duty)}", *others]
            remarks += [f"完成时限：{task.deadline.text}"] if task.deadline else []
            quotation = Quotation(flowing(task), citation(notice, task.place), task.name, tuple(remarks))
            _quote(document, quotation, notes)
    return _saved(document, notes, f"{found.unit.asked}任务摘编")


def archive_document(load: ArchiveLoad) -> bytes:
    """The overview of an archive, the load of its units, and its tasks without a unit, each with its source as a footnote."""
    document = _document(across=True)
    notes = Footnotes(document)
    overview, years, fields, without, _, *_ = archive_sheets(load)
    _heading(document, "任务总览", 1)
    _paragraph(document, overview.note, centred=True, small=True)
    _table(document, _on_paper(overview))
    for sheet in (years, fields):
        _heading(document, sheet.title, 1, new_page=True)
        more = f"；列出前{_MOST_UNITS}个单位，共{len(sheet.rows)}个" if len(sheet.rows) > _MOST_UNITS else ""
        _paragraph(document, sheet.note + more, centred=True, small=True)
        _table(document, Sheet(sheet.name, sheet.title, sheet.columns, sheet.rows[:_MOST_UNITS]))
    _heading(document, without.title, 1, new_page=True)
    for each in load.without_unit:
        _quote(document, Quotation(flowing(each.task), citation(each.notice, each.task.place), each.task.name), notes)
    if not load.without_unit:
        _paragraph(document, "没有这样的任务。")
    return _saved(document, notes, "任务总览")


def quotations_document(title: str, quotations: Iterable[Quotation]) -> bytes:
    """Quotations one below the other, each with its source as a footnote."""
    document = _document()
    notes = Footnotes(document)
    _heading(document, title, 1)
    for quotation in quotations:
        _quote(document, quotation, notes)
    return _saved(document, notes, title)


def sections_document(title: str, sections: Iterable[Section]) -> bytes:
    """Sections one below the other: heading, the text in small type, then the quotations with their footnotes."""
    document = _document()
    notes = Footnotes(document)
    _heading(document, title, 1)
    for section in sections:
        _heading(document, section.heading, 2)
        _paragraph(document, section.text, small=True)
        for quotation in section.quotations:
            _quote(document, quotation, notes)
    return _saved(document, notes, title)


def sheet_document(sheet: Sheet) -> bytes:
    """One sheet as a table on pages across."""
    document = _document(across=True)
    _heading(document, sheet.title, 1)
    _paragraph(document, sheet.note, centred=True, small=True)
    _table(document, sheet)
    return _saved(document, Footnotes(document), sheet.title)


# --- parts of a document -------------------------------------------------------------------------


def _document(*, across: bool = False) -> Document:
    """An empty A4 document with the fonts and margins of official documents."""
    import docx
    from docx.enum.section import WD_ORIENT
    from docx.shared import Cm, Pt

    document = docx.Document()
    section = document.sections[0]
    width, height = Cm(21), Cm(29.7)
    if across:
        section.orientation = WD_ORIENT.LANDSCAPE
        width, height = height, width
    section.page_width, section.page_height = width, height
    section.left_margin = section.right_margin = Cm(1.8 if across else 2.7)
    section.top_margin = section.bottom_margin = Cm(2.2)
    normal = document.styles["Normal"]
    _set_fonts(normal, _TEXT_FONT, 10.5 if across else 14)
    normal.paragraph_format.space_after = Pt(4)
    for name, size in (("Heading 1", 20), ("Heading 2", 15)):
        _set_fonts(document.styles[name], _HEAD_FONT, size)
    _number_pages(section.footer.paragraphs[0])
    return document


def _set_fonts(style: object, font: str, size: float) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    style.font.name, style.font.size = _LATIN_FONT, Pt(size)  # type: ignore[attr-defined]
    style.font.color.rgb = RGBColor(0x1F, 0x29, 0x33)  # type: ignore[attr-defined]
    colour = style.element.rPr.find(qn("w:color"))  # type: ignore[attr-defined]
    for theme in ("themeColor", "themeShade", "themeTint"):
        colour.attrib.pop(qn(f"w:{theme}"), None)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()  # type: ignore[attr-defined]
    for theme in ("asciiTheme", "eastAsiaTheme", "hAnsiTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:eastAsia"), font)
    fonts.set(qn("w:hAnsi"), _LATIN_FONT)


def _number_pages(paragraph: Paragraph) -> None:
    """— 1 — in the middle of the foot, as GB/T 9704-2012 (7.5) numbers pages."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.add_run("— ")
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)
    paragraph.add_run(" —")


def _heading(document: Document, text: str, level: int, *, new_page: bool = False) -> Paragraph:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    heading: Paragraph = document.add_heading(writable(text), level)
    heading.paragraph_format.page_break_before = new_page
    if level == 1:
        heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    return heading


def _paragraph(document: Document, text: str, *, centred: bool = False, small: bool = False) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    paragraph = document.add_paragraph()
    run = paragraph.add_run(writable(text))
    if small:
        run.font.size = Pt(10.5)
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _quote(document: Document, quotation: Quotation, notes: Footnotes) -> None:
    """The name of what is quoted, the quotation with its footnote, and what was read of it."""
    from docx.shared import Pt

    if quotation.lead_in:
        lead_in = document.add_paragraph()
        lead_in.paragraph_format.space_before = Pt(8)
        lead_in.paragraph_format.keep_with_next = True
        lead_in.add_run(writable(quotation.lead_in)).bold = True
    lines = writable(quotation.text).split("\n")
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.first_line_indent = Pt(28)  # two characters
    for nth, line in enumerate(lines):
        if nth:
            paragraph.add_run().add_break()
        paragraph.add_run(line)
    notes.add(paragraph, quotation.source)
    if quotation.remarks:
        remarks = document.add_paragraph()
        remarks.paragraph_format.left_indent = Pt(28)
        run = remarks.add_run(writable("　".join(quotation.remarks)))
        run.font.size = Pt(10.5)


def _table(document: Document, sheet: Sheet) -> None:
    """The sheet as a table whose header stands on every page, and whose rows no page break cuts."""
    from docx.enum.table import WD_TABLE_ALIGNMENT
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    table = document.add_table(rows=1, cols=len(sheet.columns), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    header = table.rows[0]._tr.get_or_add_trPr()
    header.append(OxmlElement("w:tblHeader"))
    _set_widths(document, table, sheet)
    for cell, column in zip(table.rows[0].cells, sheet.columns, strict=True):
        _fill(cell, column.name, centred=True, head=True)
        shading = OxmlElement("w:shd")
        shading.set(qn("w:val"), "clear")
        shading.set(qn("w:fill"), "DCE6F1")
        cell._tc.get_or_add_tcPr().append(shading)
    for row in sheet.rows:
        line = table.add_row()
        line._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for cell, column, value in zip(line.cells, sheet.columns, row, strict=True):
            _fill(cell, shown(value), centred=column.centred)


def _set_widths(document: Document, table: Table, sheet: Sheet) -> None:
    """Columns as wide, in proportion, as the sheet says, together as wide as the page leaves room."""
    from docx.shared import Emu

    section = document.sections[0]
    room = int(section.page_width or 0) - int(section.left_margin or 0) - int(section.right_margin or 0)
    total = sum(column.width for column in sheet.columns)
    for at, column in enumerate(sheet.columns):
        table.columns[at].width = table.rows[0].cells[at].width = Emu(room * column.width // total)


def _fill(cell: _Cell, text: str, *, centred: bool = False, head: bool = False) -> None:
    from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(0)
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run(writable(text))
    run.font.size = Pt(9)
    run.bold = head or None


def _saved(document: Document, notes: Footnotes, title: str) -> bytes:
    notes.attach()
    document.core_properties.title = title
    document.core_properties.author = "条文 Tiaowen"
    document.core_properties.comments = ""
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()

"""Word files of notices: numbers that Word counts, tables with merged cells, a text box, a footnote."""

from __future__ import annotations

import datetime
import io
import re
from typing import TYPE_CHECKING, Any

from corpus.making.archive import without_time
from corpus.making.layout import Role, laid_out
from corpus.making.source import DEMONSTRATION, Grid, Written

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

__all__ = ["word"]

_NUMBERED = re.compile(r"#([123]) ")
_LIST = 90  # of the numbering made here; Word's template has lists below it
_LEVELS = (("chineseCountingThousand", "%1、"), ("chineseCountingThousand", "（%2）"), ("decimal", "%3."))
_SIZE: dict[Role, int] = {"letterhead": 30, "title": 22, "caption": 22, "copied": 14}

# Files with something that Word keeps apart from the text: 版记 in a text box, a footnote.
_BOXED = {"s16"}
_WITH_FOOTNOTE = {"s26"}

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_FOOTNOTES = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"


def word(notice: Written) -> bytes:
    """The notice as a Word file."""
    import docx
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    document = docx.Document()
    _prepare(document, notice)
    for part in laid_out(notice):
        if isinstance(part, Grid):
            _add_table(document, part)
            continue
        role, text = part
        if role == "copied" and notice.doc in _BOXED:
            _add_box(document, text)
            continue
        level = _NUMBERED.match(text)
        paragraph = document.add_paragraph(style="Normal")
        if role == "attachment":
            paragraph.paragraph_format.page_break_before = True
        _write(paragraph, text[level.end() :] if level else text, size=_SIZE.get(role, 16), red=role == "letterhead")
        if role in ("letterhead", "number", "title", "caption"):
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        elif role in ("signature", "date"):
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        elif level:
            _number(paragraph, int(level[1]) - 1)
        elif role in ("text", "heading"):
            _indent(paragraph)
        if role == "title" and notice.doc in _WITH_FOOTNOTE:
            _add_footnote(document, paragraph)
    made = io.BytesIO()
    document.save(made)
    return without_time(made.getvalue(), modified=notice.issued_on)


def _prepare(document: Document, notice: Written) -> None:
    """Page, fonts, header, page number, numbering and properties."""
    from docx.oxml import parse_xml
    from docx.shared import Mm

    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header.paragraphs[0].text = DEMONSTRATION
    foot = section.footer.paragraphs[0]
    foot.add_run("- ")
    foot._p.append(parse_xml(f'<w:fldSimple xmlns:w="{_W}" w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'))
    foot.add_run(" -")
    properties = document.core_properties
    day = datetime.datetime.fromisoformat(notice.issued_on)
    properties.title, properties.author, properties.comments = notice.title, notice.issuer, DEMONSTRATION
    properties.created = properties.modified = properties.last_printed = day
    properties.last_modified_by, properties.revision = notice.issuer, 1
    levels = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:suff w:val="nothing"/>'
        f'<w:lvlText w:val="{label}"/><w:lvlJc w:val="left"/></w:lvl>'
        for at, (form, label) in enumerate(_LEVELS)
    )
    numbering = document.part.numbering_part.element
    first = next(element for element in numbering if element.tag == f"{{{_W}}}num")
    first.addprevious(
        parse_xml(
            f'<w:abstractNum xmlns:w="{_W}" w:abstractNumId="{_LIST}"><w:multiLevelType w:val="multilevel"/>'
            f"{levels}</w:abstractNum>"
        )
    )
    numbering.append(parse_xml(f'<w:num xmlns:w="{_W}" w:numId="{_LIST}"><w:abstractNumId w:val="{_LIST}"/></w:num>'))


def _write(paragraph: Paragraph, text: str, *, size: float, red: bool = False) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    run = paragraph.add_run(text)
    run.font.name = "FangSong"
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "仿宋")
    run.font.size = Pt(size)
    if red:
        run.font.color.rgb = RGBColor(0xFF, 0, 0)


def _properties(paragraph: Paragraph) -> Any:  # noqa: ANN401 (an lxml element)
    return paragraph._p.get_or_add_pPr()


def _number(paragraph: Paragraph, level: int) -> None:
    number = _properties(paragraph).get_or_add_numPr()
    number.get_or_add_ilvl().val = level
    number.get_or_add_numId().val = _LIST
    _indent(paragraph)


def _indent(paragraph: Paragraph) -> None:
    """Two characters on the first line."""
    from docx.oxml.ns import qn

    _properties(paragraph).get_or_add_ind().set(qn("w:firstLineChars"), "200")


def _add_table(document: Document, grid: Grid) -> None:
    from docx.oxml import parse_xml

    table = document.add_table(rows=grid.n_rows, cols=grid.n_columns, style="Table Grid")
    table.rows[0]._tr.get_or_add_trPr().append(parse_xml(f'<w:tblHeader xmlns:w="{_W}"/>'))
    places = [[cell for cell in row.cells] for row in table.rows]  # noqa: C416 (a list once, a property each time)
    for cell in grid.cells:
        place = places[cell.row][cell.column]
        if cell.n_rows > 1 or cell.n_columns > 1:
            place = place.merge(places[cell.row + cell.n_rows - 1][cell.column + cell.n_columns - 1])
        for at, line in enumerate(cell.text.split("\n")):
            paragraph = place.paragraphs[0] if at == 0 else place.add_paragraph()
            _write(paragraph, line, size=10.5)


def _add_box(document: Document, text: str) -> None:
    """A paragraph whose only content is a text box, as 版记 is set at the foot of the last page."""
    from docx.oxml import parse_xml

    paragraph = document.add_paragraph()
    paragraph._p.append(
        parse_xml(
            f'<w:r xmlns:w="{_W}" xmlns:v="urn:schemas-microsoft-com:vml"><w:pict>'
            '<v:shape style="width:440pt;height:30pt" stroked="f"><v:textbox><w:txbxContent><w:p><w:r>'
            f"<w:t>{text}</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
        )
    )


def _add_footnote(document: Document, paragraph: Paragraph) -> None:
    """A footnote on the paragraph that says what every file says in its furniture."""
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part
    from docx.oxml import parse_xml

    rules = "".join(
        f'<w:footnote w:type="{kind}" w:id="{at}"><w:p><w:r><w:{mark}/></w:r></w:p></w:footnote>'
        for at, kind, mark in ((-1, "separator", "separator"), (0, "continuationSeparator", "continuationSeparator"))
    )
    notes = (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:footnotes xmlns:w="{_W}">{rules}'
        f'<w:footnote w:id="1"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t>{DEMONSTRATION}</w:t></w:r></w:p>'
        "</w:footnote></w:footnotes>"
    )
    part = Part(PackURI("/word/footnotes.xml"), _FOOTNOTES, notes.encode(), document.part.package)
    document.part.relate_to(part, _RELATION)
    paragraph._p.append(
        parse_xml(
            f'<w:r xmlns:w="{_W}"><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:footnoteReference w:id="1"/></w:r>'
        )
    )

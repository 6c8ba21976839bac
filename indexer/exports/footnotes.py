"""Real footnotes for python-docx, which reads and writes documents but knows no footnotes of its own (1.2).

A footnote is an entry in the part word/footnotes.xml and a reference in a run of the text (ECMA-376, part 1, 17.11). Word
expects two entries besides, the separators, which the settings name; both styles must exist.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from indexer.exports.sheets import writable

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

__all__ = ["Footnotes"]

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SEPARATORS = ((-1, "separator"), (0, "continuationSeparator"))
_TEXT_STYLE, _REFERENCE_STYLE = "FootnoteText", "FootnoteReference"
_PART = "/word/footnotes.xml"
# In the order of CT_Settings the element stands before these; the ones a new document has.
_BEHIND = ("endnotePr", "compat", "docVars", "rsids", "mathPr", "themeFontLang", "clrSchemeMapping", "shapeDefaults",
           "decimalSymbol", "listSeparator")  # fmt: skip


class Footnotes:
    """The footnotes of one document, in the order in which they are referred to; `attach` writes them at the end."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._texts: list[str] = []
        _add_styles(document)

    def add(self, paragraph: Paragraph, text: str) -> int:
        """A reference at the end of the paragraph to a new footnote with the text; its number, from 1."""
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        self._texts.append(text)
        run = paragraph.add_run()
        run.style = self._document.styles["footnote reference"]
        reference = OxmlElement("w:footnoteReference")
        reference.set(qn("w:id"), str(len(self._texts)))
        run._r.append(reference)
        return len(self._texts)

    def attach(self) -> None:
        """Write the part and name it in the document's relationships and settings; nothing without footnotes."""
        from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
        from docx.opc.packuri import PackURI
        from docx.opc.part import Part

        if not self._texts:
            return
        part = self._document.part
        notes = Part(PackURI(_PART), CONTENT_TYPE.WML_FOOTNOTES, self._xml().encode(), part.package)
        part.relate_to(notes, RELATIONSHIP_TYPE.FOOTNOTES)
        _name_separators(self._document)

    def _xml(self) -> str:
        entries = [_separator(number, kind) for number, kind in _SEPARATORS]
        entries += [_entry(number, text) for number, text in enumerate(self._texts, 1)]
        return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:footnotes xmlns:w="{_W}">{"".join(entries)}</w:footnotes>'


def _separator(number: int, kind: str) -> str:
    return (
        f'<w:footnote w:type="{kind}" w:id="{number}"><w:p><w:pPr><w:spacing w:after="0" w:line="240" w:lineRule="auto"/></w:pPr>'
        f"<w:r><w:{kind}/></w:r></w:p></w:footnote>"
    )


def _entry(number: int, text: str) -> str:
    return (
        f'<w:footnote w:id="{number}"><w:p><w:pPr><w:pStyle w:val="{_TEXT_STYLE}"/></w:pPr>'
        f'<w:r><w:rPr><w:rStyle w:val="{_REFERENCE_STYLE}"/></w:rPr><w:footnoteRef/></w:r>'
        f'<w:r><w:t xml:space="preserve"> {escape(writable(text))}</w:t></w:r></w:p></w:footnote>'
    )


def _add_styles(document: Document) -> None:
    """The styles that footnotes have in Word, under the names that it translates."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Pt

    styles = document.styles
    text = styles.add_style("footnote text", WD_STYLE_TYPE.PARAGRAPH)
    text.style_id = _TEXT_STYLE
    text.base_style = styles["Normal"]
    text.font.size = Pt(9)
    text.paragraph_format.space_after = Pt(0)
    text.paragraph_format.first_line_indent = Pt(0)
    text.paragraph_format.line_spacing = 1.0
    reference = styles.add_style("footnote reference", WD_STYLE_TYPE.CHARACTER)
    reference.style_id = _REFERENCE_STYLE
    reference.font.superscript = True


def _name_separators(document: Document) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    settings = document.settings.element
    properties = OxmlElement("w:footnotePr")
    for number, _ in _SEPARATORS:
        separator = OxmlElement("w:footnote")
        separator.set(qn("w:id"), str(number))
        properties.append(separator)
    behind = {f"{{{_W}}}{name}" for name in _BEHIND}
    first = next((child for child in settings if child.tag in behind or not child.tag.startswith(f"{{{_W}}}")), None)
    if first is None:
        settings.append(properties)
    else:
        first.addprevious(properties)

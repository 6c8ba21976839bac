"""What a Word paragraph shows: its text as last accepted or proposed, and what hangs on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from indexer.sources.docx_xml import child, local, value

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["Shown", "inside", "paragraph_shown"]

# Rule `tracked_changes`: a notice is read with its changes accepted. What was struck out or moved away goes, what was
# put in stays.
_STRUCK_OUT = frozenset({"del", "moveFrom"})
# Wrappers that show what is in them. `AlternateContent` shows one of its branches.
_TRANSPARENT = frozenset(
    "ins moveTo hyperlink smartTag customXml sdt sdtContent fldSimple dir bdo ruby rubyBase AlternateContent Choice "
    "Fallback oMath oMathPara".split()
)
_BREAKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "softHyphen": "", "ptab": "\t"}
# Ticks and boxes that forms take from symbol fonts, by their place in the font.
_SYMBOLS = {"F0FE": "☑", "F052": "☑", "F0A8": "□", "F06F": "□", "F0A3": "□", "F0FC": "√", "F050": "√"}
_OFF = frozenset({"0", "false", "off"})


@dataclass(slots=True)
class Shown:
    """A paragraph's text with line breaks, and the text boxes, notes and pictures anchored in it."""

    text: str = ""
    boxes: list[_Element] = field(default_factory=list)  # txbxContent
    notes: list[tuple[str, str]] = field(default_factory=list)  # ("footnote" or "endnote", its id)
    n_pictures: int = 0
    goes_on: bool = False  # its end was struck out: the next paragraph goes on with it


def paragraph_shown(paragraph: _Element) -> Shown:
    """What the paragraph shows, without the number that its list gives it.

    Hidden text, field codes and deleted text are not shown; a text box is found once, though it is written twice for
    older programs.
    """
    shown = Shown()
    pieces: list[str] = []
    for element in inside(paragraph, _TRANSPARENT):
        if local(element) == "r" and not _is_hidden(element):
            _read_run(element, pieces, shown)
        elif local(element) == "t":  # of a formula
            pieces.append(element.text or "")
        elif local(element) == "pPr":
            mark = child(element, "rPr")
            shown.goes_on = child(mark, "del") is not None or child(mark, "moveFrom") is not None
    shown.text = "".join(pieces)
    return shown


def inside(parent: _Element, transparent: frozenset[str]) -> Iterator[_Element]:
    """The elements in the parent in order, those of transparent wrappers in their place, nothing struck out.

    Of an AlternateContent the first branch alone: the others say the same for older programs.
    """
    stack = [iter(parent)]
    while stack:
        element = next(stack[-1], None)
        if element is None:
            stack.pop()
            continue
        name = local(element)
        if not name or name in _STRUCK_OUT:
            continue
        if name == "AlternateContent" and name in transparent:
            branch = next((e for e in element if local(e) in {"Choice", "Fallback"}), None)
            stack.append(iter(()) if branch is None else iter(branch))
        elif name in transparent or (name == "r" and _is_formula(element)):
            stack.append(iter(element))
        else:
            yield element


def _is_formula(run: _Element) -> bool:
    return "/math" in str(run.tag)


def _is_hidden(run: _Element) -> bool:
    hidden = child(child(run, "rPr"), "vanish")
    return hidden is not None and value(hidden) not in _OFF


def _read_run(run: _Element, pieces: list[str], shown: Shown) -> None:
    for element in inside(run, _TRANSPARENT):
        name = local(element)
        if name == "t":
            pieces.append((element.text or "").replace("\n", " "))
        elif name in _BREAKS:
            pieces.append(_BREAKS[name])
        elif name == "sym":
            pieces.append(_SYMBOLS.get(value(element, "char").upper(), ""))
        elif name in {"footnoteReference", "endnoteReference"}:
            shown.notes.append((name.removesuffix("Reference"), value(element, "id")))
        elif name in {"drawing", "pict", "object"}:
            _read_drawing(element, shown)
        elif name == "r":  # of a ruby base
            _read_run(element, pieces, shown)


def _read_drawing(drawing: _Element, shown: Shown) -> None:
    """The text boxes of a drawing, outermost only, and whether it holds a picture."""
    stack = [drawing]
    while stack:
        element = stack.pop()
        name = local(element)
        if name == "txbxContent":
            shown.boxes.append(element)
        elif name == "AlternateContent":
            branch = next((e for e in element if local(e) in {"Choice", "Fallback"}), None)
            stack += [] if branch is None else [branch]
        else:
            shown.n_pictures += name in {"blip", "imagedata"}
            stack += reversed(element)

"""A PDF page as what is drawn on it: characters with their places, ruled lines, pictures.

All places are in points from the upper left corner of the page as it is shown, whatever its rotation and crop.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from indexer.sources.radicals import plain_characters

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

__all__ = ["Box", "Drawn", "Glyph", "Line", "draw", "lines_of", "rows_of"]

MAX_OBJECTS = 50_000  # paths and pictures that are looked at on one page; a map or a plan has more, a table never
_DEEPEST = 8  # forms inside forms
_THIN = 4.0  # points; a filled rectangle thinner than this is a ruled line
# Rule `blank_gap`: what stands this far behind a character, in ems, was set apart by a blank: Latin words by less than
# Chinese ones; between the two Word itself leaves a quarter of an em. Between Chinese characters counts what is beyond
# the usual gap of the line, which may be spread to fill its width. A gap of an em and more is one or two blanks of an em
# (U+3000), as one types them.
_LATIN_GAP = 0.2
_MIXED_GAP = 0.35
_CHINESE_GAP = 0.2
_MOST_BLANKS = 2
_HYPHEN_AT_END = 0x02  # how PDFium gives a hyphen at the end of a line
_BIG_PICTURE = 0.4  # of the page

Point: TypeAlias = tuple[float, float]


class Box(NamedTuple):
    """A rectangle."""

    x0: float
    top: float
    x1: float
    bottom: float

    def holds(self, x: float, y: float) -> bool:
        """Whether the point lies in the rectangle."""
        return self.x0 <= x <= self.x1 and self.top <= y <= self.bottom


class Glyph(NamedTuple):
    """A character and where it stands; `size` is its height in points, the em."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float

    @property
    def size(self) -> float:
        """The em, in points."""
        return self.bottom - self.top

    @property
    def middle(self) -> Point:
        """Where the character's centre is."""
        return (self.x0 + self.x1) / 2, (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line: its text and where it stands."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    size: float


@dataclass(frozen=True, slots=True)
class Drawn:
    """A page: its size, its characters, its ruled lines (each a thin box), and whether a picture fills much of it."""

    width: float
    height: float
    glyphs: tuple[Glyph, ...]
    rules: tuple[Box, ...]
    has_picture: bool
    is_blank: bool  # nothing is drawn on it
    n_slanted: int  # characters of a watermark across the page, left out


@dataclass(frozen=True, slots=True)
class _View:
    """How a point of the page's own coordinates is shown: x' = ax + cy + e, y' = bx + dy + f."""

    a: float
    b: float
    c: float
    d: float
    e: float
    f: float

    def point(self, x: float, y: float) -> Point:
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    def after(self, inner: _View) -> _View:
        """This view of what the inner one shows."""
        x, y = self.point(inner.e, inner.f)
        return _View(
            self.a * inner.a + self.c * inner.b,
            self.b * inner.a + self.d * inner.b,
            self.a * inner.c + self.c * inner.d,
            self.b * inner.c + self.d * inner.d,
            x,
            y,
        )

    def box(self, x0: float, y0: float, x1: float, y1: float) -> Box:
        (ax, ay), (bx, by) = self.point(x0, y0), self.point(x1, y1)
        return Box(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))


def draw(page: PdfPage) -> Drawn:
    """The page's characters, ruled lines and pictures."""
    from pypdfium2 import raw

    width, height = page.get_size()
    view = _view(page, width, height)
    glyphs, n_slanted = _glyphs(page, view)
    rules: list[Box] = []
    has_picture = False
    for kind, shape in _objects(page, view):
        if kind == "picture":
            has_picture = has_picture or _area(shape) >= _BIG_PICTURE * width * height
        else:
            rules.append(shape)
    is_blank = not glyphs and not raw.FPDFPage_CountObjects(page)
    return Drawn(width, height, tuple(glyphs), tuple(rules), has_picture, is_blank, n_slanted)


def lines_of(glyphs: Sequence[Glyph]) -> list[Line]:
    """The printed lines that the characters stand on, from the top, each from left to right."""
    return [line for row in rows_of(glyphs) for line in [_line(sorted(row, key=lambda g: g.x0))] if line.text]


def rows_of(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    """The characters that stand beside one another, row by row from the top."""
    rows: list[list[Glyph]] = []
    top = bottom = 0.0
    for glyph in sorted(glyphs, key=lambda g: g.middle[1]):
        overlap = min(bottom, glyph.bottom) - max(top, glyph.top)
        if rows and overlap > 0.5 * min(bottom - top, glyph.size):
            rows[-1].append(glyph)
            if glyph.size > bottom - top:
                top, bottom = glyph.top, glyph.bottom
        else:
            rows.append([glyph])
            top, bottom = glyph.top, glyph.bottom
    return rows


def _line(row: Sequence[Glyph]) -> Line:
    """The characters, sorted from left to right, as a line; blanks stand where rule `blank_gap` finds them."""
    pieces: list[str] = []
    usual = _usual_gap(row)
    before: Glyph | None = None
    is_apart = False  # by a blank that is in the file itself
    for glyph in row:
        if glyph.text.isspace():
            is_apart = True
            continue
        if before is not None:
            if glyph.text == before.text and glyph.x0 - before.x0 < 0.2 * glyph.size:
                continue  # rule `bold_by_overprint`: the same character a little beside itself
            gap = glyph.x0 - before.x1
            if is_apart or gap > _least_gap(before, glyph, usual):
                ems = round((gap - usual) / max(before.size, glyph.size))
                pieces.append("\u3000" * min(ems, _MOST_BLANKS) or " ")
        pieces.append(glyph.text)
        before, is_apart = glyph, False
    ink = [glyph for glyph in row if not glyph.text.isspace()]
    if not ink:
        return Line("", 0, 0, 0, 0, 0)
    sizes = sorted(glyph.size for glyph in ink)
    return Line(
        plain_characters("".join(pieces).strip()),
        ink[0].x0,
        min(glyph.top for glyph in ink),
        max(glyph.x1 for glyph in ink),
        max(glyph.bottom for glyph in ink),
        sizes[len(sizes) // 2],
    )


def _usual_gap(row: Sequence[Glyph]) -> float:
    """The usual gap between two Chinese characters of a line, in points."""
    gaps = sorted(b.x0 - a.x1 for a, b in zip(row, row[1:], strict=False) if _is_chinese(a) and _is_chinese(b))
    return max(gaps[len(gaps) // 2], 0.0) if gaps else 0.0


def _least_gap(a: Glyph, b: Glyph, usual: float) -> float:
    """How far apart the two must stand for a blank to be between them, by rule `blank_gap`."""
    em = max(a.size, b.size)
    if _is_chinese(a) and _is_chinese(b):
        return usual + _CHINESE_GAP * em
    return (_MIXED_GAP if _is_chinese(a) or _is_chinese(b) else _LATIN_GAP) * em


def _is_chinese(glyph: Glyph) -> bool:
    return glyph.text[0] >= "\u2e80"


def _view(page: PdfPage, width: float, height: float) -> _View:
    """How PDFium shows the page, from where it shows three of its points."""
    from pypdfium2 import raw

    fine = 20  # dots a point, for the answer is in whole dots

    def shown(x: float, y: float) -> Point:
        out = ctypes.c_int(), ctypes.c_int()
        size = int(width * fine), int(height * fine)
        raw.FPDF_PageToDevice(page, 0, 0, *size, 0, x, y, out[0], out[1])
        return out[0].value / fine, out[1].value / fine

    (e, f), (ax, ay), (cx, cy) = shown(0, 0), shown(1000, 0), shown(0, 1000)
    return _View((ax - e) / 1000, (ay - f) / 1000, (cx - e) / 1000, (cy - f) / 1000, e, f)


def _glyphs(page: PdfPage, view: _View) -> tuple[list[Glyph], int]:
    """The page's characters, and how many were left out because they stand aslant, as a watermark does."""
    from pypdfium2 import raw

    text = page.get_textpage()
    try:
        found: list[Glyph] = []
        n_slanted = 0
        rect = raw.FS_RECTF()
        high = ""  # the first half of a character beyond U+FFFF
        for i in range(raw.FPDFText_CountChars(text)):
            code = raw.FPDFText_GetUnicode(text, i)
            if 0xD800 <= code < 0xDC00:
                high = chr(code)
                continue
            character = (high + chr(code)).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
            high = ""
            if code == _HYPHEN_AT_END:
                character = "-"
            elif code < 0x20 or code in {0xFFFE, 0xFFFF, 0xAD} or raw.FPDFText_IsGenerated(text, i) == 1:
                continue
            if not raw.FPDFText_GetLooseCharBox(text, i, rect):
                continue
            angle = raw.FPDFText_GetCharAngle(text, i) % 1.5707963
            if 0.1 < angle < 1.47:
                n_slanted += 1
                continue
            box = view.box(rect.left, rect.bottom, rect.right, rect.top)
            if box.bottom - box.top > 0.5:
                found.append(Glyph(character, *box))
        return found, n_slanted
    finally:
        text.close()


def _objects(page: PdfPage, view: _View) -> Iterator[tuple[str, Box]]:
    """("picture", where it stands) and ("rule", a ruled line) for what is drawn, also in forms inside the page."""
    from pypdfium2 import raw

    # What holds objects: how many, how to get one, from what, how it is shown.
    stack: list[tuple[Iterator[int], Any, Any, _View]] = [
        (iter(range(raw.FPDFPage_CountObjects(page))), raw.FPDFPage_GetObject, page, view)
    ]
    n_seen = 0
    while stack and n_seen < MAX_OBJECTS:
        numbers, get, holder, shown = stack[-1]
        n = next(numbers, None)
        if n is None:
            stack.pop()
            continue
        n_seen += 1
        found = get(holder, n)
        kind = raw.FPDFPageObj_GetType(found)
        if kind == raw.FPDF_PAGEOBJ_FORM and len(stack) < _DEEPEST:
            inner = shown.after(_matrix(raw, found))
            stack.append((iter(range(raw.FPDFFormObj_CountObjects(found))), raw.FPDFFormObj_GetObject, found, inner))
        elif kind == raw.FPDF_PAGEOBJ_IMAGE:
            yield "picture", shown.box(*_bounds(raw, found))
        elif kind == raw.FPDF_PAGEOBJ_PATH:
            yield from (("rule", rule) for rule in _rules(raw, found, shown))


def _matrix(raw: Any, found: Any) -> _View:  # noqa: ANN401
    matrix = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(found, matrix):
        return _View(1, 0, 0, 1, 0, 0)
    return _View(matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f)


def _bounds(raw: Any, found: Any) -> tuple[float, float, float, float]:  # noqa: ANN401
    sides = [ctypes.c_float() for _ in range(4)]
    raw.FPDFPageObj_GetBounds(found, *sides)
    return sides[0].value, sides[1].value, sides[2].value, sides[3].value


def _rules(raw: Any, path: Any, view: _View) -> Iterator[Box]:  # noqa: ANN401
    """The ruled lines of a path: its straight strokes along the page's sides, and rectangles so thin that they are one.

    A filled rectangle is a shade and rules nothing; its border is another path.
    """
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(path, fill, stroke)
    whole = view.box(*_bounds(raw, path))
    if fill.value and min(whole.x1 - whole.x0, whole.bottom - whole.top) <= _THIN:
        yield whole
        return
    if not stroke.value:
        return
    own = view.after(_matrix(raw, path))
    x, y = ctypes.c_float(), ctypes.c_float()
    start: Point | None = None
    last: Point | None = None
    for i in range(min(raw.FPDFPath_CountSegments(path), MAX_OBJECTS)):
        segment = raw.FPDFPath_GetPathSegment(path, i)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        point = own.point(x.value, y.value)
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            start = point
        elif kind == raw.FPDF_SEGMENT_LINETO and last is not None:
            yield from _straight(last, point)
        if raw.FPDFPathSegment_GetClose(segment) and start is not None:
            yield from _straight(point, start)
        last = point


def _straight(a: Point, b: Point) -> Iterator[Box]:
    box = Box(min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1]))
    if min(box.x1 - box.x0, box.bottom - box.top) <= 1 < max(box.x1 - box.x0, box.bottom - box.top):
        yield box


def _area(box: Box) -> float:
    return max(box.x1 - box.x0, 0) * max(box.bottom - box.top, 0)

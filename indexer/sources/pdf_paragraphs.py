"""Paragraphs from printed lines: a line goes on with the next where it had no room for one more character.

Only here is it known where a line stood on its page: how far it reached, how far it was indented, how much room was left
above it. The parser joins the lines of texts for which nobody knows that any more.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import dataclass, replace

from indexer.sources.pdf_page import Line

__all__ = ["Layout", "ems_of_beginning", "paragraphs", "usual_pitch"]

_EM = 0.8  # of an em: further in than this, a line is indented
_SAME_SIZE = 0.12  # of the em
_TITLE_SIZE = 1.12  # of the text's size; larger print is a title's
_WIDE_GAP = 1.25  # of the usual distance between lines; a wider one ends a paragraph
_TITLE_PITCH = 2.2  # of a title's em
_CENTERED = 1.5  # ems by which the blanks left and right of a centred line may differ
_LEAST_INDENTED = 0.08  # of all lines; where so many are indented by two, an indent opens each paragraph
_EDGE_WIDTH = 0.6  # ems; lines of even length end this close to each other
_EDGE_SHARE = 0.25
_AT_FOOT = 3.5  # lines; a page that ends higher was ended by hand, and a paragraph with it
_LEAST_OF_PAGE = 8  # lines by which a page's own margins are told
_LEAST_OF_COLUMN = 3
_LONG_LINE = 0.8  # of the width of the text
# What may not begin or end a line, and so takes its neighbour along.
_NEVER_FIRST = frozenset("，。、；：？！）》〉”’」』】〕…—％%,.;:?!)")
_NEVER_LAST = frozenset("（《〈“‘「『【〔(")
_PARTED_WORD = re.compile(r"[A-Za-z]-$")
_MOST_EMS = 12.0  # a longer run is broken all the same
_RUN = re.compile(r"[0-9A-Za-z.,%+/〔〕-]+")  # is not broken between its characters
# Rule `opens_paragraph`: on pages without indents a full line says nothing, and a new paragraph is told by its label. A
# number opens one unless the line before breaks off in the middle (按照第 / 三条, 见本意见第二、 / （三）项); 附件 and
# 责任单位 do so behind the end of a sentence or with a colon: 明确 / 责任单位和时限 is running text.
_NUMBER = re.compile(
    r"[一二三四五六七八九十]{1,3}、|[(（][一二三四五六七八九十]{1,3}[)）]|\d{1,2}[.．、](?!\d)|[(（]\d{1,2}[)）]"
    r"|第[一二三四五六七八九十百]{1,4}[章节条]|[①-⑳]"
)
_WORD = re.compile("附件|(?:总?牵头|责任|主办|承办|配合|协办|参与)(?:单位|部门)|责任领导|责任人|完成时[限间]")
_WORD_AND_COLON = re.compile(f"(?:{_WORD.pattern})\\s*\\d*\\s*[:\uff1a]")
_BROKEN_OFF = "、，,（(《“第及和与至—-"
_SENTENCE_END = "。；：！？;:!?"


@dataclass(frozen=True, slots=True)
class Layout:
    """How the text is set: the size of its characters, the distance from line to line, and whether indents open paragraphs."""

    size: float
    pitch: float
    left: float
    right: float
    foot: float  # where the lowest lines of the text end
    indents: bool


def usual_pitch(pages: Sequence[Sequence[Line]]) -> float:
    """The usual distance from one line of the text to the next, in points; 0 where no page has two lines."""
    steps = Counter(
        round(below.top - above.top)
        for page in pages
        for above, below in zip(page, page[1:], strict=False)
        if _alike(above, below) and 0 < below.top - above.top < 4 * above.size
    )
    return float(max(steps, key=lambda step: (steps[step], -step), default=0))


def paragraphs(
    pages: Sequence[Sequence[Line | None]], *, columns: Container[int] = frozenset()
) -> list[list[str | None]]:
    """The paragraphs that begin on each page; None stands for what is not text (a table) and ends a paragraph.

    A paragraph that goes on over a page break belongs to the page it begins on. `columns` are the places in `pages` of
    what is not a page but a column of one.
    """
    flat = [line for page in pages for line in page if line is not None]
    if not flat:
        return [[None for line in page if line is None] for page in pages]
    whole = _layout(flat, [[line for line in page if line is not None] for page in pages])
    out: list[list[str | None]] = []
    open_lines: list[Line] = []
    home: list[str | None] = []
    broken = False  # by a page, since the last line
    before = whole  # the layout of the last line

    def close() -> None:
        if open_lines:
            home[place] = _joined(open_lines)
            open_lines.clear()

    place = 0
    for n, page in enumerate(pages):
        mine: list[str | None] = []
        out.append(mine)
        layout = _of_page([line for line in page if line is not None], whole, is_column=n in columns)
        for line in page:
            if line is None:
                close()
                mine.append(None)
                continue
            if open_lines and _goes_on(open_lines, line, before, layout, broken=broken):
                open_lines.append(line)
            else:
                close()
                home, place = mine, len(mine)
                mine.append("")
                open_lines.append(line)
            broken, before = False, layout
        broken = True
    close()
    return out


def _layout(flat: Sequence[Line], pages: Sequence[Sequence[Line]]) -> Layout:
    sizes: Counter[float] = Counter()
    for line in flat:
        sizes[round(line.size, 1)] += len(line.text)
    size = max(sizes, key=lambda s: (sizes[s], s))
    body = [line for line in flat if _alike_size(line.size, size)] or list(flat)
    left, right = _margins(body, size)
    indented = sum(_is_usual_indent(line.x0 - left, size) for line in body)
    foot = max(line.bottom for line in body)
    return Layout(size, usual_pitch(pages), left, right, foot, indented >= max(2, _LEAST_INDENTED * len(body)))


def _of_page(lines: Sequence[Line], whole: Layout, *, is_column: bool) -> Layout:
    """The layout of one page: its margins where it has enough lines to tell them, for left and right pages differ."""
    body = [line for line in lines if _alike_size(line.size, whole.size)]
    if len(body) < (_LEAST_OF_COLUMN if is_column else _LEAST_OF_PAGE):
        return whole
    left, right = _margins(body, whole.size)
    if is_column:
        indents = any(_is_usual_indent(line.x0 - left, whole.size) for line in body)
        return replace(whole, left=left, right=right, indents=indents)
    if abs((right - left) - (whole.right - whole.left)) > 2 * whole.size:
        return whole
    return replace(whole, left=left, right=right)


def _margins(body: Sequence[Line], size: float) -> tuple[float, float]:
    """The edges of the text, by rule `text_edge`.

    The left one is the outermost that two lines reach. The right one is the outermost near which a quarter as many
    lines end as near the most frequent end: some lines reach beyond it, where a mark at a line's end is let hang.
    """
    lefts = sorted(line.x0 for line in body)
    left = next((a for a, b in zip(lefts, lefts[1:], strict=False) if b - a < 0.5 * size), lefts[0])
    rights = sorted((line.x1 for line in body), reverse=True)
    near = [bisect_right(rights, -(x - _EDGE_WIDTH * size), key=lambda r: -r) - i for i, x in enumerate(rights)]
    most = max(near)
    right = next(x for x, n in zip(rights, near, strict=True) if n >= max(min(2, most), _EDGE_SHARE * most))
    return left, right


def _goes_on(above: Sequence[Line], line: Line, before: Layout, layout: Layout, *, broken: bool) -> bool:
    """Whether the line, in its page's layout, goes on with the paragraph whose lines are `above`, the last set as `before`."""
    last = above[-1]
    if not _alike(last, line) or (broken and last.bottom < layout.foot - _AT_FOOT * layout.pitch):
        return False
    is_full = _is_full(last, line, before)
    if line.size > _TITLE_SIZE * layout.size:
        near = broken or line.top - last.top < _TITLE_PITCH * line.size
        return near and ((_is_centred(last, before) and _is_centred(line, layout)) or is_full)
    if not broken and layout.pitch and line.top - last.top > _WIDE_GAP * max(layout.pitch, 1.2 * line.size):
        return False
    indent = line.x0 - layout.left
    if not is_full:
        return layout.indents and indent < _EM * line.size and _breaks_off(last, line, before)
    if indent > _EM * line.size:
        return not broken and _hangs(above[0], line, layout)
    if layout.indents:
        return True
    return not _opens(above, line.text)


def _opens(above: Sequence[Line], text: str) -> bool:
    """Whether a line begins a paragraph where no indent tells it, by rule `opens_paragraph`.

    Behind a colon, too, where it closes a paragraph without a sentence: the addressees of a notice.
    """
    end = above[-1].text[-1]
    if end in _BROKEN_OFF:
        return False
    if _NUMBER.match(text) or _WORD_AND_COLON.match(text):
        return True
    if end in ":\uff1a" and not any("。" in line.text for line in above):
        return True
    return end in _SENTENCE_END + "）)" and bool(_WORD.match(text))


def _hangs(first: Line, line: Line, layout: Layout) -> bool:
    """Rule `hanging_indent`: deeper in than its paragraph began, as below 附件：1.….

    Not a signature on the right; not the usual indent of a paragraph, below the line that addresses the notice.
    """
    began, indent = first.x0 - layout.left, line.x0 - layout.left
    if layout.indents and _is_usual_indent(indent, line.size):
        return False
    return began < 3 * line.size and began + _EM * line.size < indent < 8 * line.size and not _is_centred(line, layout)


def _breaks_off(line: Line, following: Line, layout: Layout) -> bool:
    """Rule `breaks_off`: where indents open paragraphs, a long line without an end of a sentence goes on below at the edge.

    Its program set it a little short of the right edge. Not: a heading, 联系人：…, which are short; a list of addressees,
    which ends in a colon; before 附件 at the edge.
    """
    if _NUMBER.match(following.text) or _WORD.match(following.text):
        return False
    is_long = line.x1 - layout.left > _LONG_LINE * (layout.right - layout.left)
    return is_long and line.text[-1] not in _SENTENCE_END + "）)"


def _is_usual_indent(indent: float, em: float) -> bool:
    """Two characters, as GB/T 9704-2012 asks."""
    return 1.4 * em < indent < 2.6 * em


def _alike(a: Line, b: Line) -> bool:
    return _alike_size(a.size, b.size)


def _alike_size(a: float, b: float) -> bool:
    return abs(a - b) <= _SAME_SIZE * max(a, b)


def ems_of_beginning(text: str) -> float:
    """How much room, in ems, the beginning of a line needs that cannot be parted: a character with what may not leave it."""
    run = _RUN.match(text)
    # A Latin letter or a figure is about half an em wide.
    ems = 0.5 * len(run[0]) if run else 1.0
    rest = text[run.end() if run else 1 :]
    if text[0] in _NEVER_LAST and rest:
        ems += 1.0
        rest = rest[1:]
    while rest and rest[0] in _NEVER_FIRST and ems < _MOST_EMS:
        ems += 1.0
        rest = rest[1:]
    return min(ems, _MOST_EMS)


def _is_full(line: Line, following: Line, layout: Layout) -> bool:
    """Whether what the next line begins with had no room in this one."""
    return line.x1 + (ems_of_beginning(following.text) + 0.5) * line.size >= layout.right


def _is_centred(line: Line, layout: Layout) -> bool:
    before, behind = line.x0 - layout.left, layout.right - line.x1
    return abs(before - behind) < _CENTERED * line.size


def _joined(lines: Sequence[Line]) -> str:
    """The lines as one text: Latin words stay apart or, parted by a hyphen, become one; Chinese follows at once."""
    text = lines[0].text
    for line in lines[1:]:
        if _PARTED_WORD.search(text) and line.text[0].isascii() and line.text[0].islower():
            text = text[:-1] + line.text
            continue
        latin = text[-1].isascii() and text[-1].isalpha() and line.text[0].isascii() and line.text[0].isalpha()
        text += (" " if latin else "") + line.text
    return text

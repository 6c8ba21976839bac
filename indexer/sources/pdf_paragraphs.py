"""Paragraphs from printed lines: a line goes on with the next where it had no room for one more character.

Only here is it known where a line stood on its page: how far it reached, how far it was indented, how much room was left
above it. The parser joins the lines of texts for which nobody knows that any more.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from indexer.sources.pdf_page import Line

__all__ = ["Layout", "paragraphs", "usual_pitch"]

_EM = 0.8  # of an em: further in than this, a line is indented
_SAME_SIZE = 0.12  # of the em
_TITLE_SIZE = 1.12  # of the text's size; larger print is a title's
_WIDE_GAP = 1.45  # of the usual distance between lines; a wider one ends a paragraph
_TITLE_PITCH = 2.2  # of a title's em
_CENTERED = 1.5  # ems by which the blanks left and right of a centred line may differ
_LEAST_INDENTED = 0.08  # of all lines; where so many are indented by two, an indent opens each paragraph
# What may not begin or end a line, and so takes its neighbour along.
_NEVER_FIRST = frozenset("，。、；：？！）》〉”’」』】〕…—％%,.;:?!)")
_NEVER_LAST = frozenset("（《〈“‘「『【〔(")
_RUN = re.compile(r"[0-9A-Za-z.,%+/〔〕-]+")  # is not broken between its characters
# Rule `opens_paragraph`: for pages without indents, where the end of a sentence fills its line: whether a new paragraph
# begins is told by its label alone. 一、 （二） 3. 第四条 责任单位：
_OPENS = re.compile(
    r"[一二三四五六七八九十]{1,3}、|[(（][一二三四五六七八九十]{1,3}[)）]|\d{1,2}[.．、](?!\d)|[(（]\d{1,2}[)）]"
    r"|第[一二三四五六七八九十百]{1,4}[章节条]|[①-⑳]|附件|(?:责任|牵头|配合|主办|协办)(?:单位|部门)"
)
_SENTENCE_END = "。；：！？;:!?"


@dataclass(frozen=True, slots=True)
class Layout:
    """How the text is set: the size of its characters, the distance from line to line, and whether indents open paragraphs."""

    size: float
    pitch: float
    left: float
    right: float
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


def paragraphs(pages: Sequence[Sequence[Line | None]]) -> list[list[str | None]]:
    """The paragraphs that begin on each page; None stands for what is not text (a table) and ends a paragraph.

    A paragraph that goes on over a page break belongs to the page it begins on.
    """
    flat = [line for page in pages for line in page if line is not None]
    if not flat:
        return [[None for line in page if line is None] for page in pages]
    whole = _layout(flat, [[line for line in page if line is not None] for page in pages])
    out: list[list[str | None]] = []
    open_lines: list[Line] = []
    home: list[str | None] = []
    broken = False  # by a page, since the last line

    def close() -> None:
        if open_lines:
            home[place] = _joined(open_lines)
            open_lines.clear()

    place = 0
    for page in pages:
        mine: list[str | None] = []
        out.append(mine)
        layout = _of_page([line for line in page if line is not None], whole)
        for line in page:
            if line is None:
                close()
                mine.append(None)
                continue
            if open_lines and _goes_on(open_lines, line, layout, broken=broken):
                open_lines.append(line)
            else:
                close()
                home, place = mine, len(mine)
                mine.append("")
                open_lines.append(line)
            broken = False
        broken = True
    close()
    return out


def _layout(flat: Sequence[Line], pages: Sequence[Sequence[Line]]) -> Layout:
    sizes: Counter[float] = Counter()
    for line in flat:
        sizes[round(line.size, 1)] += len(line.text)
    size = max(sizes, key=lambda s: (sizes[s], s))
    body = [line for line in flat if abs(line.size - size) <= _SAME_SIZE * size] or list(flat)
    left, right = _margins(body, size)
    indented = sum(1.4 * size < line.x0 - left < 2.6 * size for line in body)
    return Layout(size, usual_pitch(pages), left, right, indented >= max(2, _LEAST_INDENTED * len(body)))


def _of_page(lines: Sequence[Line], whole: Layout) -> Layout:
    """The layout of one page: its margins where it has enough lines to tell them, for left and right pages differ."""
    body = [line for line in lines if abs(line.size - whole.size) <= _SAME_SIZE * whole.size]
    if len(body) < 8:
        return whole
    left, right = _margins(body, whole.size)
    if abs((right - left) - (whole.right - whole.left)) > 2 * whole.size:
        return whole
    return Layout(whole.size, whole.pitch, left, right, whole.indents)


def _margins(body: Sequence[Line], size: float) -> tuple[float, float]:
    """The edges that at least two lines reach, so that one stray line does not move them; else the outermost."""
    lefts, rights = sorted(line.x0 for line in body), sorted((line.x1 for line in body), reverse=True)
    left = next((a for a, b in zip(lefts, lefts[1:], strict=False) if b - a < 0.5 * size), lefts[0])
    right = next((a for a, b in zip(rights, rights[1:], strict=False) if a - b < size), rights[0])
    return left, right


def _goes_on(above: Sequence[Line], line: Line, layout: Layout, *, broken: bool) -> bool:
    """Whether the line goes on with the paragraph whose lines are `above`."""
    last = above[-1]
    if not _alike(last, line):
        return False
    if line.size > _TITLE_SIZE * layout.size:
        near = broken or line.top - last.top < _TITLE_PITCH * line.size
        both_centred = _is_centred(last, layout) and _is_centred(line, layout)
        return near and (both_centred or _is_full(last, line, layout))
    if not broken and layout.pitch and line.top - last.top > _WIDE_GAP * max(layout.pitch, 1.2 * line.size):
        return False
    if not _is_full(last, line, layout):
        return False
    indent = line.x0 - layout.left
    if indent > _EM * line.size:
        # A hanging indent: deeper than the paragraph began, as below 附件：1.… or a numbered entry.
        return (
            line.x0 > above[0].x0 + _EM * line.size
            and not _is_centred(line, layout)
            and line.x1 < layout.right + line.size
        )
    if layout.indents:
        return True
    return not (last.text[-1] in _SENTENCE_END + "）)" and _OPENS.match(line.text))


def _alike(a: Line, b: Line) -> bool:
    return abs(a.size - b.size) <= _SAME_SIZE * max(a.size, b.size)


def _is_full(line: Line, following: Line, layout: Layout) -> bool:
    """Whether what the next line begins with had no room in this one."""
    text = following.text
    run = _RUN.match(text)
    # A Latin letter or a figure is about half an em wide.
    taken = 0.5 * len(run[0]) if run else 1.0
    rest = text[run.end() if run else 1 :]
    if text[0] in _NEVER_LAST and rest:
        taken += 1.0
        rest = rest[1:]
    while rest and rest[0] in _NEVER_FIRST and taken < 12:
        taken += 1.0
        rest = rest[1:]
    return line.x1 + (taken + 0.5) * line.size >= layout.right


def _is_centred(line: Line, layout: Layout) -> bool:
    before, behind = line.x0 - layout.left, layout.right - line.x1
    return abs(before - behind) < _CENTERED * line.size


def _joined(lines: Sequence[Line]) -> str:
    """The lines as one text: Latin words stay apart, nothing stands between Chinese characters."""
    text = lines[0].text
    for line in lines[1:]:
        latin = text[-1].isascii() and text[-1].isalpha() and line.text[0].isascii() and line.text[0].isalpha()
        text += (" " if latin else "") + line.text
    return text

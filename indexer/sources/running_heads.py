"""What every printed page repeats: headers, footers, page numbers; and the one thing in them that is the notice's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from indexer.sources.pdf_page import Line

__all__ = ["PageLines", "is_secrecy_mark", "without_running_heads"]

# Rule `secrecy_mark`: a 密级 stands alone, with the time it holds (GB/T 9704-2012, 7.2.2): 机密★1年, 秘密. In a header it
# classifies the notice as well. Not: 保密工作, 商业秘密保护协会.
_SECRECY_MARK = re.compile("(?:密级\\s*[:\uff1a]?\\s*)?(?:绝\\s*密|机\\s*密|秘\\s*密)\\s*(?:[★☆].{0,12})?")

# Rule `running_head`: lines near the upper or lower edge that are the same at the same height on several pages,
# whatever numbers they hold, and stand apart from the text. 云泽市人民政府公报 2024年第3期.
_EDGE = 0.11  # of the page's height
_OUTERMOST = 3  # lines at each edge that are looked at
_SAME_HEIGHT = 4.0  # points
_PAGES_SHARE = 0.3  # of all pages, at least two: left and right pages may differ, first pages have none
_APART = 1.15  # of the distance between the lines of the text
# Rule `page_number`: the line that only counts the pages. — 3 —, - 3 -, 第3页 共12页, 3/12; a bare 3 only where it is the
# page's own number. It stands below the text, not only at the edge.
_NUMBER_EDGE = 0.15
_MARKED_NUMBER = re.compile(
    "[-\uff0d—–―─_·~・]+\\s*\\d{1,4}\\s*[-\uff0d—–―─_·~・]+|第\\s*\\d{1,4}\\s*页(?:\\s*[,，/]?\\s*共\\s*\\d{1,4}\\s*页)?"
    "|\\d{1,4}\\s*/\\s*\\d{1,4}|[Pp]age\\s*\\d{1,4}(?:\\s*of\\s*\\d{1,4})?"
)
_BARE_NUMBER = re.compile(r"\d{1,4}")


@dataclass(slots=True)
class PageLines:
    """The lines of one page from the top, and the page's height in points."""

    lines: list[Line]
    height: float


def is_secrecy_mark(line: str) -> bool:
    """Whether the line is a 密级 and nothing else, by rule `secrecy_mark`."""
    return bool(_SECRECY_MARK.fullmatch(line.strip()))


def without_running_heads(pages: Sequence[PageLines], *, pitch: float) -> list[list[Line]]:
    """Each page's lines without running heads and page numbers; `pitch` is the usual distance from line to line.

    A 密级 stays wherever it stands.
    """
    heads = _running(pages, pitch)
    offset = _page_offset(pages)
    return [
        [
            line
            for at, line in enumerate(page.lines)
            if is_secrecy_mark(line.text) or not ((n, at) in heads or _is_page_number(page, at, n, offset))
        ]
        for n, page in enumerate(pages)
    ]


def _running(pages: Sequence[PageLines], pitch: float) -> set[tuple[int, int]]:
    """(page, line) of all running heads."""
    alike: dict[str, list[tuple[int, int]]] = {}
    for n, page in enumerate(pages):
        for at in _outermost(page):
            if _is_apart(page, at, pitch):
                alike.setdefault(re.sub(r"\d+", "#", page.lines[at].text), []).append((n, at))
    found: set[tuple[int, int]] = set()
    for places in alike.values():
        for n, at in places:
            top = pages[n].lines[at].top
            same = {m for m, b in places if abs(pages[m].lines[b].top - top) <= _SAME_HEIGHT}
            if len(same) >= max(2, _PAGES_SHARE * len(pages)):
                found.add((n, at))
    return found


def _outermost(page: PageLines) -> list[int]:
    """The lines near the upper and the lower edge."""
    n = len(page.lines)
    edge = _EDGE * page.height
    at_top = [at for at in range(min(_OUTERMOST, n)) if page.lines[at].bottom <= edge]
    at_foot = [at for at in range(max(n - _OUTERMOST, 0), n) if page.lines[at].top >= page.height - edge]
    return list(dict.fromkeys(at_top + at_foot))


def _is_apart(page: PageLines, at: int, pitch: float) -> bool:
    """Whether the line, with what stands outside of it, is further from the text than its lines are from each other."""
    line = page.lines[at]
    inward = page.lines[at + 1 :] if line.bottom <= page.height / 2 else page.lines[:at][::-1]
    edge = _EDGE * page.height
    text = next((x for x in inward if edge < x.bottom and x.top < page.height - edge), None)
    return text is None or abs(text.top - line.top) > _APART * pitch or abs(text.size - line.size) > 0.1 * text.size


def _page_offset(pages: Sequence[PageLines]) -> int | None:
    """Page numbers less places in the file, where two pages agree on it or the file has one page; else None."""
    offsets = [
        int(page.lines[at].text) - n
        for n, page in enumerate(pages)
        for at in _number_places(page)
        if _BARE_NUMBER.fullmatch(page.lines[at].text)
    ]
    usual = max(set(offsets), key=offsets.count, default=None)
    if usual is None or (offsets.count(usual) < 2 and (len(pages) > 1 or usual != 1)):
        return None
    return usual


def _number_places(page: PageLines) -> list[int]:
    """The first and the last line, if they stand near an edge."""
    n = len(page.lines)
    edge = _NUMBER_EDGE * page.height
    at_edge = [0] if n and page.lines[0].bottom <= edge else []
    return at_edge + ([n - 1] if n and page.lines[n - 1].top >= page.height - edge else [])


def _is_page_number(page: PageLines, at: int, n: int, offset: int | None) -> bool:
    """Whether the line counts the pages, by rule `page_number`."""
    text = page.lines[at].text
    if at not in _number_places(page):
        return False
    if _MARKED_NUMBER.fullmatch(text):
        return True
    return offset is not None and bool(_BARE_NUMBER.fullmatch(text)) and int(text) - n == offset

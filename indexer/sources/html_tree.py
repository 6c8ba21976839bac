"""A page as a tree, and any part of it as the lines a reader sees.

Nothing here calls itself: pages nested a hundred thousand levels deep are walked with a stack of their own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PreformattedString

from indexer.sources.encoding import clean_controls
from indexer.sources.text import strip_line

__all__ = ["attribute", "breaks_line", "lines", "parse_page", "text_of", "walk"]

# Elements that show no text of the page: programs, styles, pictures, other documents, form controls.
_SHOWN_ELSEWHERE = frozenset(
    "script style noscript template svg math iframe frame frameset object embed applet canvas audio video map select "
    "textarea button datalist input".split()
)
# Rule `hidden_element`: what the page itself hides with an attribute or an inline style. Copies of the text for screen
# readers, counters and share panels are hidden so. Not `opacity`, which pages use for fading in.
_HIDING_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)

_SHOWN_SHARE = 0.1  # of the page's sentences, visible; with fewer, the hidden ones are the notice

# Elements that begin and end a line of their own.
_BREAKING = frozenset(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hr html legend li main menu nav ol option p pre section summary table tbody "
    "td tfoot th thead tr ul".split()
)

_CJK = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f“”‘’—…·"
# Rule `source_line_end`: a line end in the page's source is a space to a browser, but between two Chinese characters it
# is only how the source was wrapped, and goes. It stays a space before what may be a numbering label (`（二）`, `三、`,
# `第四条`), for there a space carries structure.
_SOURCE_LINE_END = re.compile(rf"(?<=[{_CJK}])[ \t]*[\r\n][ \t\r\n]*(?=[{_CJK}])(?![（(〔第一二三四五六七八九十①-⑳])")
_SPACES = re.compile(r"[ \t\r\n\f\xa0]+")
# Rule `ordered_list`: a browser numbers the entries of <ol>, so the number is part of what the page says. Not where the
# entry is numbered in its text as well, and not for other marks than digits or where a style takes the number away.
_OWN_NUMBER = re.compile(r"[（(]?(?:第?[一二三四五六七八九十百]+|\d+)\s*[）)、．.条章节]|[①-⑳]")


def parse_page(markup: str) -> Tag:
    """The page's tree without comments, programs, form controls and hidden elements.

    Where hardly a sentence is left without the hidden elements, they are what a script shows, and they stay.
    """
    page = BeautifulSoup(markup, "lxml")
    _take_out(page, lambda tag: tag.name in _SHOWN_ELSEWHERE)
    n_all = _n_sentences(page)
    hidden = _take_out(page, _is_hidden)
    if _n_sentences(page) >= _SHOWN_SHARE * n_all:
        return page
    for tag, place in reversed(hidden):
        place.replace_with(tag)
    return page


def walk(root: Tag, *, whole: Callable[[Tag], bool] | None = None) -> Iterator[tuple[str, Tag | str]]:
    """The tree below and with `root` in reading order: ("open", tag), ("text", string), ("close", tag).

    A tag for which `whole` is true comes as ("whole", tag) and is not entered.
    """
    stack: list[tuple[Tag, Iterator[object]]] = [(root, iter(root.contents))]
    yield "open", root
    while stack:
        tag, children = stack[-1]
        child = next(children, None)
        if child is None:
            stack.pop()
            yield "close", tag
        elif isinstance(child, Tag):
            if whole is not None and whole(child):
                yield "whole", child
            else:
                stack.append((child, iter(child.contents)))
                yield "open", child
        elif isinstance(child, NavigableString) and not isinstance(child, PreformattedString):
            yield "text", str(child)


def lines(root: Tag, *, whole: Callable[[Tag], bool] | None = None) -> Iterator[str | Tag]:
    """The lines a reader sees in this part of the page, without empty ones; tags for which `whole` is true stay tags.

    Inline elements are joined; block elements and <br> end a line; white space is as a browser shows it, with NBSP as
    an ordinary space.
    """
    pending: list[str] = []
    n_pre = 0
    numbers: list[int | None] = []  # next number of each open list, None where a list shows none
    label = ""

    def flush() -> Iterator[str]:
        nonlocal label
        line = _as_shown("".join(pending))
        pending.clear()
        if line:
            yield line if not label or _OWN_NUMBER.match(line) else label + line
            label = ""

    for kind, part in walk(root, whole=whole):
        if isinstance(part, str):
            first, *rest = part.split("\n") if n_pre else [part]
            pending.append(first)
            for line in rest:
                yield from flush()
                pending.append(line)
            continue
        if kind == "whole":
            yield from flush()
            yield part
            continue
        if breaks_line(part):
            yield from flush()
        step = 1 if kind == "open" else -1
        n_pre += step * (part.name == "pre")
        if part.name in {"ol", "ul"}:
            if kind == "open":
                numbers.append(_first_number(part))
            else:
                numbers.pop()
        elif part.name == "li":
            label = ""
            if kind == "open" and numbers and (number := numbers[-1]) is not None:
                label = f"{number}."
                numbers[-1] = number + 1
    yield from flush()


def breaks_line(tag: Tag) -> bool:
    """Whether a line ends where the element begins and where it ends."""
    return tag.name == "br" or tag.name in _BREAKING


def text_of(root: Tag) -> str:
    """All the text of this part of the page, its lines joined by line breaks."""
    return "\n".join(line for line in lines(root) if isinstance(line, str))


def attribute(tag: Tag, name: str) -> str:
    """The attribute's value as one string, empty where the tag has none."""
    value = tag.get(name)
    if value is None:
        return ""
    return value if isinstance(value, str) else " ".join(value)


def _as_shown(text: str) -> str:
    text, _ = clean_controls(_SPACES.sub(" ", _SOURCE_LINE_END.sub("", text)))
    return strip_line(text)


def _take_out(page: Tag, chosen: Callable[[Tag], bool]) -> list[tuple[Tag, NavigableString]]:
    """Take the chosen elements out of the tree; each with the empty string left in its place."""
    found: list[Tag] = []

    def note(tag: Tag) -> bool:
        if chosen(tag):
            found.append(tag)
            return True
        return False

    for _ in walk(page, whole=note):
        pass
    taken = [(tag, NavigableString("")) for tag in found]
    for tag, place in taken:
        tag.replace_with(place)
    return taken


def _n_sentences(page: Tag) -> int:
    return sum(part.count("。") for kind, part in walk(page) if kind == "text" and isinstance(part, str))


def _is_hidden(tag: Tag) -> bool:
    return (
        tag.has_attr("hidden")
        or attribute(tag, "aria-hidden").lower() == "true"
        or bool(_HIDING_STYLE.search(attribute(tag, "style")))
    )


def _first_number(tag: Tag) -> int | None:
    """What a list's first entry is numbered with, by rule `ordered_list`."""
    style = attribute(tag, "style").replace(" ", "").lower()
    if tag.name != "ol" or attribute(tag, "type") not in {"", "1"} or "list-style" in style:
        return None
    start = attribute(tag, "start").strip()
    return int(start) if re.fullmatch(r"[0-9]{1,4}", start) else 1

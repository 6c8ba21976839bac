"""What a notice's header says: title, 文种, issuers, numbers, addressees, dates, place and level, cites, attachments.

Each element has a module of its own; here the labelled paragraphs of a notice and the metadata of its page are weighed
against each other. Elements after GB/T 9704-2012, metadata names after GB/T 33480-2016.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from msgspec import Struct

from indexer.notices.blanks import without_blanks
from indexer.notices.header.addressing import split_addressees
from indexer.notices.header.bodies import BODY_END, names_in, split_signature
from indexer.notices.header.cites import find_cites
from indexer.notices.header.datelines import parse_date
from indexer.notices.header.docnumbers import find_doc_numbers, number_spans
from indexer.notices.header.issuers import bracket_head, find_issuers, order_head, signatures, with_place
from indexer.notices.header.jurisdiction import Evidence, place_and_level
from indexer.notices.header.pagefields import page_fields
from indexer.notices.header.remarks import disclosure_of, find_disclosure, is_internal_mark
from indexer.notices.header.repeals import find_repeals
from indexer.notices.header.titlelines import clean_title, kind_of_title
from indexer.notices.header.titling import choose_title, issued_titles, joined_titles, whole_titles
from indexer.records import Cite, Level, Place, Repeal

__all__ = ["Header", "read_header"]


class Header(Struct, frozen=True):
    """The named elements of a notice; None or empty where neither the text nor the page tells."""

    title: str
    kind: str | None
    issuers: tuple[str, ...]
    doc_number: str | None
    index_number: str | None
    addressees: tuple[str, ...]
    issued_on: str | None
    published_on: str | None
    place: Place
    level: Level | None
    cites: tuple[Cite, ...]
    attachments: tuple[str, ...]
    disclosure: str | None = None
    repeals: tuple[Repeal, ...] = ()


def read_header(elements: Sequence[tuple[str, str]], metadata: Sequence[tuple[str, str]], body: str) -> Header:
    """The header that labelled paragraphs, page metadata and body add up to.

    `elements` are (label, text) in reading order; labels other than the named ones are ignored. What the document
    itself says wins over the page, except that a date on the page never becomes the date of issue.
    """
    page = {name: value.strip() for name, value in reversed(metadata) if value.strip()}
    disclosure = page.get("disclosure", "")
    everything, elements = elements, [element for element in elements if element[0] not in _TEXT_LABELS]
    said = page_fields(_texts(elements, "meta", "furniture"))
    title_lines = _texts(elements, "title")
    parts = [clean_title(part) for part in _texts(elements, "part", "plan_title")]
    title = choose_title(title_lines, page.get("title")) or choose_title(parts, None)
    headlines = [*title_lines, *([page["title"]] if "title" in page else [])]
    ordered_by = order_head(elements)
    signed = [ordered_by] if ordered_by else signatures(elements)
    issuers = find_issuers(title, headlines, signed, page.get("issuer") or said.get("issuer"))
    doc_number = _doc_number(elements, title_lines, page.get("doc_number") or said.get("doc_number"))
    if ordered_by and doc_number and _NUMBER_ALONE.fullmatch(doc_number):
        doc_number = f"{ordered_by}令{doc_number}"
    evidence = Evidence(
        issuers=issuers,
        titles=(title, *parts),
        bracket=bracket_head(headlines),
        published_by=[x[name] for x in (page, said) for name in ("issuer", "source") if name in x],
        doc_number=doc_number,
        body=body,
    )
    place, level = place_and_level(evidence)
    issued_on = _issued_on(elements) or parse_date(page.get("issued_on", "")) or said.get("issued_on")
    issued_on = issued_on or _printed_on(elements) or parse_date(page.get("printed_on", "")) or said.get("printed_on")
    return Header(
        title=title,
        kind=kind_of_title(title),
        issuers=tuple(with_place(name, place) for name in issuers),
        doc_number=doc_number,
        index_number=page.get("index_number") or said.get("index_number"),
        addressees=_addressees(_texts(elements, "addressees")),
        issued_on=issued_on,
        published_on=parse_date(page.get("published_on", "")) or said.get("published_on"),
        place=place,
        level=level,
        cites=find_cites(body, own_titles=_own_titles(title, parts), own_year=_year(issued_on or doc_number)),
        attachments=_attachments(elements),
        disclosure=_disclosure(everything, disclosure, said.get("disclosure")),
        repeals=find_repeals(body, title=title),
    )


# The numbered text and what stands among it: of the header only a remark on who may read the document.
_TEXT_LABELS = frozenset("numbered text unit_line closing list_end caption preamble letter".split())
# Where 此件公开发布 may stand; the numbered text of a notice speaks of other things made public.
_REMARK_LABELS = frozenset(
    "note meta furniture date signature doc_number attachment_list letter preamble part text".split()
)


def _disclosure(elements: Sequence[tuple[str, str]], declared: str, said: str | None) -> str | None:
    """The 公开方式; a document that is marked as internal is one that is not made public, whatever a page says."""
    if any(is_internal_mark(text) for _, text in elements):
        return "不予公开"
    remarks = (text for label, text in elements if label in _REMARK_LABELS)
    return disclosure_of(declared) or said or find_disclosure(remarks)


def _texts(elements: Iterable[tuple[str, str]], *labels: str) -> list[str]:
    return [text for label, text in elements if label in labels and text.strip()]


_YEAR = re.compile(r"(?:19|20)\d\d")


def _year(text: str | None) -> int | None:
    found = _YEAR.search(text) if text else None
    return int(found[0]) if found else None


def _own_titles(title: str, parts: Sequence[str]) -> list[str]:
    """The names by which the notice may speak of itself: its title with and without issuers, and what it issues."""
    about = title.find("关于")
    bare = [title[about:]] if about > 0 and all(map(BODY_END.search, names_in(title[:about]))) else []
    return [title, *bare, *issued_titles(title), *whole_titles(joined_titles(parts))]


# --- numbers and dates -----------------------------------------------------------------------------

_NUMBER_ALONE = re.compile(r"第\d{1,4}号")
_ORDER_NUMBER = re.compile(r"第\s*\d{1,4}\s*号")
_NUMBER_AT_END = re.compile(r"号[)\uff09\]】]?\s*$")


def _doc_number(elements: Sequence[tuple[str, str]], title_lines: Sequence[str], page: str | None) -> str | None:
    """The notice's own 文号: a paragraph of its own, then the page's field, then one glued to the title; never a
    cited one."""
    for text in _texts(elements, "doc_number"):
        numbers = find_doc_numbers(text)
        if numbers:
            return numbers[0]
        if _ORDER_NUMBER.search(text):
            return without_blanks(text.strip("()\uff08\uff09 "))
    if page:
        return next(iter(find_doc_numbers(page)), page)
    for line in title_lines:
        spans = number_spans(line) if "号" in line else []
        if spans and _NUMBER_AT_END.search(line):
            return spans[-1][0]
        if spans and spans[0][1] == 0 and kind_of_title(line):
            return spans[0][0]
    return None


def _issued_on(elements: Sequence[tuple[str, str]]) -> str | None:
    """成文日期: the date below the first signature, else the first date that is a paragraph of its own."""
    signed = False
    first: str | None = None
    for label, text in elements:
        pair = split_signature(text) if label == "signature" else None
        if pair:
            return parse_date(pair[1])
        if label == "signature":
            signed = True
        elif label == "date" and not text.rstrip("。 ").endswith("印发"):
            day = parse_date(text)
            if day and signed:
                return day
            first = first or day
    return first


def _printed_on(elements: Sequence[tuple[str, str]]) -> str | None:
    """The day of printing in 版记 (…年…月…日印发), for a notice that states no other date."""
    return next(
        (parse_date(text) for text in _texts(elements, "note", "date") if text.rstrip("。 ").endswith("印发")), None
    )


# --- addressees and attachments ----------------------------------------------------------------------


def _addressees(lines: Sequence[str]) -> tuple[str, ...]:
    """The first 主送 line's bodies; a file of several letters repeats it."""
    return split_addressees(lines[0]) if lines else ()


_LIST_HEAD = re.compile(r"^\s*附\s*[件表录]\s*[\d一二三四五六七八九十]{0,3}\s*[:\uff1a.、]?\s*")
_LIST_NUMBER = re.compile(r"(?:^|(?<=[\s;；。]))\d{1,2}[.\uff0e、](?!\d(?!\d{3}年))\s?")


def _attachments(elements: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """The titles of the attachments: from the list below the letter, else from the attachments' own headings."""
    names: list[str] = []
    for text in _texts(elements, "attachment_list"):
        begins = bool(_LIST_HEAD.match(text))
        for i, name in enumerate(_LIST_NUMBER.split(_LIST_HEAD.sub("", text))):
            clean = clean_title(name.strip(" \t\u3000;；。.")).strip("《》")
            if i == 0 and not begins and names and clean:
                names[-1] = clean_title(names[-1] + clean)  # the line goes on with the name above it
            elif len(clean) >= 2 and clean not in names:
                names.append(clean)
    if names:
        return tuple(names)
    held = ""
    for label, text in elements:
        if label == "attachment":
            if held:
                names.append(held)
            held = clean_title(_LIST_HEAD.sub("", text))
        elif label == "attachment_title":
            held = clean_title(held + text)
    names += [held] if held else []
    return tuple(dict.fromkeys(names))

"""What a notice's header says: title, 文种, issuers, numbers, addressees, dates, place and level, cites, attachments.

The recognisers for single elements are in `elements`, citations in `cites`; here the labelled paragraphs of a notice
and the
metadata of its page are weighed against each other. Elements after GB/T 9704-2012, metadata names after GB/T
33480-2016.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from indexer.notices.cites import find_cites
from indexer.notices.elements import (
    BODY_END,
    clean_title,
    find_doc_numbers,
    is_addressees_line,
    is_date_line,
    is_doc_number_line,
    is_month_line,
    is_signature,
    is_title,
    kind_of_title,
    names_in,
    parse_date,
    split_names,
    split_signature,
    split_title_and_rest,
)
from indexer.notices.pagefields import page_fields
from indexer.notices.places import find_places, level_of, place_of
from indexer.notices.titling import choose_title, issued_titles, joined_titles, whole_titles
from indexer.records import Cite, Level, Place

__all__ = [
    "Header",
    "choose_title",
    "find_doc_numbers",
    "is_addressees_line",
    "is_date_line",
    "is_doc_number_line",
    "is_month_line",
    "is_signature",
    "is_title",
    "parse_date",
    "read_header",
    "split_addressees",
    "split_names",
    "split_signature",
    "split_title_and_rest",
]


@dataclass(frozen=True, slots=True)
class Header:
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


def read_header(elements: Sequence[tuple[str, str]], metadata: Sequence[tuple[str, str]], body: str) -> Header:
    """The header that labelled paragraphs, page metadata and body add up to.

    `elements` are (label, text) in reading order; labels other than the named ones are ignored. What the document
    itself
    says wins over the page, except that a date on the page never becomes the date of issue.
    """
    page = {name: value.strip() for name, value in reversed(metadata) if value.strip()}
    said = page_fields(_texts(elements, "meta") + _texts(elements, "furniture"))
    title_lines = _texts(elements, "title")
    parts = _texts(elements, "part", "plan_title")
    title = choose_title(title_lines, page.get("title")) or choose_title(parts, None)
    signatures = _signatures(elements)
    issuers = _issuers(title, title_lines, signatures, page.get("issuer") or said.get("issuer"))
    place, level = _place_and_level(issuers, title, title_lines, parts, body)
    issuers = tuple(_with_place(name, place) for name in issuers)
    return Header(
        title=title,
        kind=kind_of_title(title),
        issuers=issuers,
        doc_number=_doc_number(elements, title_lines, page.get("doc_number") or said.get("doc_number")),
        index_number=page.get("index_number") or said.get("index_number"),
        addressees=_addressees(_texts(elements, "addressees")),
        issued_on=_issued_on(elements) or parse_date(page.get("issued_on", "")) or said.get("issued_on"),
        published_on=parse_date(page.get("published_on", "")) or said.get("published_on"),
        place=place,
        level=level,
        cites=find_cites(
            body,
            own_titles=[
                title,
                *issued_titles(title),
                *whole_titles(joined_titles([clean_title(part) for part in parts])),
            ],
        ),
        attachments=_attachments(elements),
    )


def _texts(elements: Iterable[tuple[str, str]], *labels: str) -> list[str]:
    return [text for label, text in elements if label in labels and text.strip()]


# --- issuers -------------------------------------------------------------------------------------

_TITLE_ISSUER = re.compile(
    r"^(?P<names>[\u4e00-\u9fff、\s()（）·]{3,120}?)(?:等\d*[\u4e00-\u9fff]{0,3}(?:单位|"
    r"部门))?(?:关于|印发|转发|批转|发布(?=《))"
)
_BRACKET_HEAD = re.compile(r"^\s*【(?P<head>[^【】]{2,30})】")


def _signatures(elements: Sequence[tuple[str, str]]) -> list[str]:
    """Names in the signature lines up to the first date after them, each once, lines that break a name joined."""
    names: list[str] = []
    signed = False
    for label, text in elements:
        if label == "signature":
            pair = split_signature(text)
            for name in names_in(pair[0] if pair else text):
                if names and name.endswith(("监管分局", "监管局")) and names[-1].endswith("委员会") and len(name) <= 8:
                    names[-1] += name
                elif name not in names:
                    names.append(name)
            signed = True
        elif signed and label == "date":
            break
    return names


def _issuers(title: str, title_lines: Sequence[str], signatures: Sequence[str], page: str | None) -> tuple[str, ...]:
    """发文机关: the signature where it is fuller than the title's opening, else the title, a name above it, the
    page."""
    above = [name for line in title_lines if is_signature(line) for name in names_in(line)]
    found = _TITLE_ISSUER.match(title)
    named = [name for name in (names_in(found["names"]) if found else []) if BODY_END.search(name)]
    if signatures and len(signatures) >= len(named):
        return tuple(dict.fromkeys(signatures))
    if named:
        return tuple(dict.fromkeys(named))
    if above:
        return tuple(dict.fromkeys(above))
    for line in title_lines:
        bracket = _BRACKET_HEAD.match(line)
        if bracket and BODY_END.search(bracket["head"]):
            return (bracket["head"],)
    return tuple(split_names(page)) if page else ()


# --- place and level -----------------------------------------------------------------------------

_OF_US = re.compile(r"(?:我|本|全)(?P<level>[省市区县州])(?![^\s。]{0,2}范围外)|经(?P<organ>[省市区县州])(?:人民)?政府")
_LEVEL_BY_WORD: dict[str, Level] = {"省": "province", "市": "city", "州": "city", "区": "district", "县": "county"}
_MOST_EVIDENCE = 4000


def _with_place(name: str, place: Place) -> str:
    """市人民政府 in a notice of 云泽市 is 云泽市人民政府; names with a place, and places of another level, stay."""
    for part in (place.district, place.city, place.province):
        if part and name[:1] == part[-1:] and re.match(r"[省市区县州](?:人民政府|政府|委)", name):
            return part + name[1:]
        if part:
            return name
    return name


def place_of_body(name: str) -> Place | None:
    """The place in a body's name: 云泽市砚湖区人民政府办公室 → 云泽市砚湖区; None where it names none."""
    name = re.sub(r"^(?:中共|国家税务总局|中国人民银行|国家金融监督管理总局)", "", name)
    found = find_places(name)
    if found and found[0].start == 0:
        return found[0].place
    head = re.match(
        r"(?:[\u4e00-\u9fff]{2,4}省)?(?:[\u4e00-\u9fff]{2,4}?[市州])?(?:[\u4e00-\u9fff]{1,4}?[区县])?(?=人民政府|"
        r"政府|[委办])",
        name,
    )
    if head and len(head[0]) >= 3 and not re.match(r"[各我本全][省市区县]|[市省区县]", head[0]):
        return place_of(head[0])
    return None


def _place_and_level(
    issuers: Sequence[str], title: str, title_lines: Sequence[str], parts: Sequence[str], body: str
) -> tuple[Place, Level | None]:
    """Where the notice applies: by issuer, then by title, then by the page's bracket (【江澜省云泽市】) before the
    title."""
    level: Level | None = next((found for found in map(level_of, issuers) if found), None)
    for name in issuers:
        place = place_of_body(name)
        if place:
            return _with_bracket(place, title_lines), level or level_of(str(place))
    if level == "nation":
        return Place(), level
    for text in (title, *parts):
        for mention in find_places(text):
            return _with_bracket(mention.place, title_lines), level or level_of(mention.text)
    place = _with_bracket(Place(), title_lines)
    if place != Place():
        return place, level or level_of(str(place))
    ours = _OF_US.search(body[:_MOST_EVIDENCE])
    return Place(), level or (_LEVEL_BY_WORD[ours["level"] or ours["organ"]] if ours else None)


def _with_bracket(place: Place, title_lines: Sequence[str]) -> Place:
    """The place with the parents or the district that a bracket before the title adds, where the two agree."""
    for line in title_lines:
        bracket = _BRACKET_HEAD.match(line)
        mentions = find_places(bracket["head"]) if bracket else []
        if mentions and mentions[0].start == 0:
            other = mentions[0].place
            agree = all(
                a is None or b is None or a == b
                for a, b in (
                    (place.province, other.province),
                    (place.city, other.city),
                    (place.district, other.district),
                )
            )
            if agree:
                return Place(
                    place.province or other.province, place.city or other.city, place.district or other.district
                )
    return place


# --- numbers and dates -----------------------------------------------------


def _doc_number(elements: Sequence[tuple[str, str]], title_lines: Sequence[str], page: str | None) -> str | None:
    """The notice's own 文号: a paragraph of its own, then the page's field, then one glued to the title; never a
    cited one."""
    for text in _texts(elements, "doc_number"):
        numbers = find_doc_numbers(text)
        if numbers:
            return numbers[0]
        order = re.search(r"第\s*\d{1,4}\s*号", text)
        if order:
            return re.sub(r"\s", "", text.strip("()（） "))
    if page:
        return next(iter(find_doc_numbers(page)), page)
    for line in title_lines:
        numbers = find_doc_numbers(line)
        if numbers and re.search(r"号[)）\]】]?\s*$", line):
            return numbers[-1]
    return None


def _issued_on(elements: Sequence[tuple[str, str]]) -> str | None:
    """成文日期: the date below the first signature, else the first date paragraph, else 版记's (…年…月…日印发)."""
    signed = False
    first: str | None = None
    for label, text in elements:
        pair = split_signature(text) if label == "signature" else None
        if pair:
            return parse_date(pair[1])
        if label == "signature":
            signed = True
        elif label == "date":
            day = parse_date(text)
            if day and signed:
                return day
            first = first or day
    printed = next((parse_date(text) for text in _texts(elements, "note") if text.rstrip("。 ").endswith("印发")), None)
    return first or printed


# --- addressees and attachments ------------------------------------------------------------------

_HEADLESS = re.compile(r"^(?:镇|乡|街道|民族乡|办事处|管委会|区人民政府|街办|[委办局厅](?:$|[(（]))")
_BODY_LIKE = re.compile(
    r"(?:政府|委员会|管委会|办公室|办事处|厅|局|委|部|部门|机构|单位|企业|公司|集团|学校|高校|"
    r"院校|大学|院|行|开发区|园区|新区|港区|管理区|度假区|示范区|县|团体|组织|办|会|"
    r"会议)[)）]?$"
)


def split_addressees(text: str) -> tuple[str, ...]:
    """The 主送 as the notice groups them: commas part, and 、 where both sides are bodies of their own.

    各县(市、区)人民政府,市政府各部门、直属各单位 gives three; 各街道办事处、镇人民政府 stays one, because 各 holds
    for both.
    """
    names: list[str] = []
    for group in re.split(
        r"[,，;；]", _hide(re.sub(r"[\s\u3000]+", "", text).strip(":：。").removeprefix("主送:").removeprefix("主送："))
    ):
        held: list[str] = []
        for part in group.split("、"):
            if held and (not _BODY_LIKE.search(_show(held[-1])) or ("各" in held[-1] and _HEADLESS.match(part))):
                held[-1] += "、" + part
            elif part:
                held.append(part)
        names += [_show(part) for part in held if part]
    return tuple(names)


_INNER = {"、": "\ue000", ",": "\ue001", "，": "\ue002", ";": "\ue003", "；": "\ue004"}


def _hide(text: str) -> str:
    """`text` with the separators inside brackets replaced, so that a split leaves the brackets whole."""
    return re.sub(
        r"[(（〔\[][^()（）〔〕\[\]]*[)）〕\]]", lambda m: "".join(_INNER.get(char, char) for char in m[0]), text
    )


def _show(text: str) -> str:
    return text.translate({ord(hidden): char for char, hidden in _INNER.items()})


def _addressees(lines: Sequence[str]) -> tuple[str, ...]:
    """The first 主送 line's bodies; a file of several letters repeats it."""
    return split_addressees(lines[0]) if lines else ()


_LIST_HEAD = re.compile(r"^\s*附\s*[件表录]\s*[\d一二三四五六七八九十]{0,3}\s*[:：.、]?\s*")
_LIST_NUMBER = re.compile(r"(?:^|(?<=[\s;；。]))\d{1,2}[.．、](?!\d(?!\d{3}年))\s?")


def _attachments(elements: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """The titles of the attachments: from the list below the letter, else from the attachments' own headings."""
    names: list[str] = []
    for text in _texts(elements, "attachment_list"):
        for name in _LIST_NUMBER.split(_LIST_HEAD.sub("", text)):
            clean = clean_title(name.strip(" \t\u3000;；。.")).strip("《》")
            if len(clean) >= 2 and clean not in names:
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

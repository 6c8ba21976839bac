"""In which form a judged unit or person is written, told from the page and the gold record alone.

This is the other half of a rule's evidence: a rule's recall is the share of what is written in its form that was found.
Nothing of the parser is used here, so that a form which the parser does not see is still counted. The names are those of
the rules that are meant for a form; where the page does not decide, the form is `unclear`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from eval.gold import squeeze
from eval.pages import Page, Stretch

__all__ = ["PERSON_FORMS", "UNCLEAR", "Unit", "in_table", "person_form", "places_before", "under_heading", "unit_forms"]

UNCLEAR = "unclear"

_PAIRS = {"(": ")", "〔": "〕", "【": "】", "[": "]"}
# 责任单位: · 牵头部门: · 【责任单位】 · 配合: ; squeezed text has no blanks and only half-width colons
_WORDS = "牵头|责任|配合|参与|参加|协办|协同|协助|主办|分办|承办|落实|实施|支持|主责|主管|组织|完成|负责|指导"
_BODIES = "单位|部门|机构|主体|科室|处室"
_LABEL = re.compile(
    rf"(?:{_WORDS})[^:;,。、()【】]{{0,8}}(?:{_BODIES})(?:\([^()]{{1,20}}\))?[】\]]?:|(?:{_WORDS}):|【[^】]{{0,6}}(?:{_BODIES})】"
)
_BARE_LABEL = re.compile(rf"[(〔【\[](?:[市区县省]级?)?(?:{_WORDS})[^:;,。、()]{{0,4}}(?:{_BODIES})")
# 以下均由各街道办好 · 本部分任务均由…负责: names what comes behind; …对表中全部任务均承担责任: what stands in front
_ALL = "以下|下列|下述|上述|表中|本表|本方案|本部分|本节|本章|本条|本大?项"
_WIDE = re.compile(rf"(?:{_ALL})[^。]{{0,40}}?(?:均|都)")
_WIDE_FRONT = re.compile(rf"对(?:{_ALL})[^。]{{0,20}}(?:均|都|责任|负责)")
_MISPRINT = re.compile(rf"[^责]任(?:{_BODIES}):|(?:责仼|责仕|牵关)(?:{_BODIES}):")
_LEADS = re.compile("牵头|会同|主办")
_BEFORE_LABEL = re.compile(r"(?:[(]?\d{1,2}[).、])?(?:[市区县省][级直]?)?(?:总|第一|主要|共同|具体)?")
_NEAR = 120  # characters of a sentence that are looked at on either side of a name
_HEADING = 8  # characters of a heading by which its line is known
_SECTION = re.compile(r"本(?:部分|节|章|条|大?项)")


# --- units ---------------------------------------------------------------------------------------

Unit = tuple[str, str]  # (surface, role); the role of a unit that is judged as inherited only is `inherited`


def unit_forms(page: Page, places: Sequence[Stretch]) -> list[dict[Unit, str]]:
    """For each place its judged units, each with its form.

    unit_line, unit_bracket, plain_bracket, table_column, misprint, caption, document_wide, section_wide, heading,
    section_end, prose_lead, prose_by, or unclear. A labelled bracket on a line of its own is a unit_line.
    """
    return [_forms_at(page, places, row) for row in range(len(places))]


def _forms_at(page: Page, places: Sequence[Stretch], row: int) -> dict[Unit, str]:
    place = places[row]
    roles = [(squeeze(surface), str(role)) for surface, role in place.gold.units]
    names = {surface for surface, _ in roles}
    forms: dict[Unit, str] = {}
    for surface, role in roles:
        own = _form_in_row(page, place, surface) or _form_in_clause(page, place, surface, role, names)
        forms[surface, role] = own or _form_elsewhere(page, places, row, surface, names) or UNCLEAR
    for name in place.gold.inherited:
        stated = _stated_form(page, place, squeeze(name))
        forms[squeeze(name), "inherited"] = (
            stated or _form_elsewhere(page, places, row, squeeze(name), names) or UNCLEAR
        )
    return forms


def _form_in_row(page: Page, place: Stretch, surface: str) -> str | None:
    """The form of a unit in a row of a table that the source marks as one."""
    row = page.row(place.start)
    if row is None or not any(surface in cell for cell in row.cells):
        return None
    return _prose_form(page, place, surface) if page.text.find(surface, place.start, place.end) >= 0 else "table_column"


def _form_in_clause(page: Page, place: Stretch, surface: str, role: str, names: set[str]) -> str | None:
    """The form of a unit that is named in the clause or right behind it; None where it is named elsewhere."""
    if page.row(place.start) is not None:
        return None
    own, behind = page.text[place.start : place.end], page.text.find(surface, place.end, place.after)
    inside = own.find(surface)
    # The clause's sentence gives the lead, and the list behind names no leader: 由市A局牵头…。责任单位：市A局、市B局
    leads = inside >= 0 and "牵头" in own[inside : inside + len(surface) + 12]
    if inside >= 0 and (behind < 0 or (leads and role == "lead" and "牵头" not in page.text[place.end : place.after])):
        return _prose_form(page, place, surface)
    return _form_behind(page, place, behind, names) if behind >= 0 else None


def _prose_form(page: Page, place: Stretch, surface: str) -> str:
    """prose_lead where a sentence of the clause says who leads beside the unit, else prose_by: 由市民政局负责实施."""
    sentences = re.split("[。;]", page.text[place.start : place.end])
    leads = any(surface in sentence and _LEADS.search(sentence) for sentence in sentences)
    return "prose_lead" if leads else "prose_by"


def _form_behind(page: Page, place: Stretch, at: int, names: set[str]) -> str:
    """The form of a unit named at `at`, behind the end of its clause."""
    statement = _statement(page, at)
    if statement:
        return _reach(statement)
    bracket = _bracket_around(page.text, place.end, at)
    labelled = _LABEL.search(page.text, place.end if bracket is None else bracket, at)
    if _MISPRINT.search(page.text, place.end, at):
        return "misprint"
    if bracket is not None and "|" not in page.text[place.end : bracket]:
        if not (labelled or _BARE_LABEL.match(page.text, bracket)):
            return "plain_bracket"
        return "unit_line" if bracket in page.starts else "unit_bracket"
    if "|" in page.text[place.end : at]:
        return "table_column"
    if labelled:
        return "unit_line"
    start, end = page.line(at)
    opens_with_a_unit = start >= place.end and any(page.text.startswith(name, start) for name in names)
    return "table_column" if opens_with_a_unit or "|" in page.text[at:end] else UNCLEAR


def places_before(page: Page, words: str, end: int) -> Iterator[int]:
    """Where words stand before a place, the nearest first."""
    at = page.text.rfind(words, 0, end)
    while at >= 0:
        yield at
        at = page.text.rfind(words, 0, at)


def _bracket_around(text: str, start: int, at: int) -> int | None:
    """Where the outermost bracket opens that opens behind `start` and is still open at `at`."""
    opened: list[int] = []
    for place in range(start, at):
        if text[place] in _PAIRS:
            opened.append(place)
        elif opened and text[place] in _PAIRS.values():
            opened.pop()
    return opened[0] if opened else None


def _statement(page: Page, at: int) -> re.Match[str] | None:
    """The statement for all that follows, in the sentence around `at`, that names the unit there; None without one."""
    start, end = page.line(at)
    begin = max(start, page.text.rfind("。", start, at) + 1, at - _NEAR)
    stop = min(end, at + _NEAR)
    front = _WIDE_FRONT.search(page.text, at, stop)
    if front and "。" not in page.text[at : front.start()]:
        return front
    found = _WIDE.search(page.text, begin, at)
    return found if found and found.end() <= at else None


def _reach(statement: re.Match[str]) -> str:
    return "section_wide" if _SECTION.search(statement.group(0)) else "document_wide"


def _stated_form(page: Page, place: Stretch, surface: str) -> str | None:
    """The form of a unit that holds by a statement, which stands before the clause or in the list behind it."""
    statements = (_statement(page, at) for at in places_before(page, surface, place.after))
    return next((_reach(statement) for statement in statements if statement), None)


def _form_elsewhere(page: Page, places: Sequence[Stretch], row: int, surface: str, names: set[str]) -> str | None:
    """The form of a unit that is named outside its clause: behind a later one of the section, or before it."""
    place = places[row]
    for later in places[row + 1 :]:
        if later.gold.path != place.gold.path:
            break
        at = page.text.find(surface, later.end, later.after)
        if at >= 0 and _form_behind(page, later, at, names) in ("unit_line", "unit_bracket"):
            return "section_end"
    found = (_form_before(page, place, at) for at in places_before(page, surface, place.start))
    return next((form for form in found if form), None)


def _form_before(page: Page, place: Stretch, at: int) -> str | None:
    """The form of a unit named at `at`, before its clause; None where that place assigns nothing to it."""
    statement = _statement(page, at)
    if statement:
        return _reach(statement)
    start, end = page.line(at)
    line = page.text[start:end]
    rows = in_table(page, place)
    if _LABEL.match(line[_level(line) :]):
        if rows:
            return "caption"
        return "unit_line" if start >= place.before else "heading" if under_heading(place, page, start) else None
    if under_heading(place, page, at) and _bracket_around(page.text, start, at) is not None:
        return "heading"
    return "table_column" if rows and (page.row(at) or "|" in line) else None


def _level(line: str) -> int:
    """The length of what may stand before a label: 总, 市级, 2.; 0 where the line opens with the label."""
    found = _BEFORE_LABEL.match(line)
    return found.end() if found else 0


def under_heading(place: Stretch, page: Page, at: int) -> bool:
    """Whether a heading of the clause stands on the line of `at` or on the line before it."""
    start, _ = page.line(at)
    above, _ = page.line(max(0, start - 1))
    headings = [squeeze(heading)[:_HEADING] for heading in place.gold.path]
    return any(heading and page.text.startswith(heading, line) for line in (start, above) for heading in headings)


# --- persons -------------------------------------------------------------------------------------

PERSON_FORMS = ("person_label", "person_below", "person_prose", "person_column")
_PERSON_LABEL = re.compile(r"(?:责任人|负责人|领导|联系人|牵头人|组长|总指挥|召集人|主任)[^:;,。]{0,4}:")
_NAMES = re.compile("(?:[一-鿿·]{2,8}[、,])*")  # in front of a name in its cell
_BEHIND_LABEL = re.compile(rf"{_PERSON_LABEL.pattern}[^。;]{{0,40}}$")


def person_form(page: Page, place: Stretch, name: str) -> str:
    """person_label (责任人:…), person_below (a line of its own below such a line), person_prose, person_column, or unclear."""
    row = page.row(place.start)
    if row is not None and any(name in cell for cell in row.cells):
        return "person_column"
    at = page.text.find(name, place.start, place.after)
    if at < 0:
        return UNCLEAR
    start, end = page.line(at)
    if start == at and _PERSON_LABEL.search(page.text, max(place.start, at - _NEAR), at):
        return "person_below"
    if _BEHIND_LABEL.search(page.text[max(place.before, at - 60) : at]):
        return "person_label"
    if at < place.end:
        return "person_prose"
    return "person_column" if _NAMES.fullmatch(page.text, start, at) or "|" in page.text[place.end : end] else UNCLEAR


# --- tables --------------------------------------------------------------------------------------

_ROW_HEAD = re.compile(r"(?:\d{1,3}|[一二三四五六七八九十]{1,3})\s+\S")


def in_table(page: Page, place: Stretch) -> bool:
    """Whether a judged clause is a row of a table: marked as one, divided by pipes, or one cell a line."""
    if page.row(place.start) is not None:
        return True
    start, _ = page.line(place.start)
    if page.text.startswith("|", start) or "|" in page.text[place.end : place.end + 2]:
        return True
    return bool(place.gold.path and _ROW_HEAD.match(place.gold.path[-1]))

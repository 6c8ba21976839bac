"""What is asked: the intent, the topic, the units asked about, and what in the text restricts the archive."""

from __future__ import annotations

import re

from msgspec.structs import replace

from indexer.index import Index
from indexer.records import Filters, Intent, Plan, Query
from indexer.search.asked_units import described_units, named_units, same_units, unknown_units
from indexer.search.characters import simplified
from indexer.search.questions import asks, topic_of
from indexer.search.where import NamedPlace, places_named, without_places

__all__ = ["is_draft", "plan"]

# A pasted sentence of a draft is long and asks nothing. Of 576 written drafts 575 are recognised, of as many staff
# questions and hurried key words none (tests/test_plan.py, where those questions are at hand).
DRAFT_CHARACTERS = 24

# Added to the topic where it is asked who leads the whole. Unit lines are no part of a clause's text, so one that says 牵头单位
# assigns a task in prose (市贸易局为议案办理总牵头单位), which nothing else in the question may match.
LEAD_WORDS = "牵头单位"

_DOC_NUMBER = re.compile(r"[一-鿿]{2,12}[〔\[(【]\s*(\d{4})\s*[〕\])】]\s*(?:第)?\s*(\d{1,4})\s*号")
# A year that says when the notice is from; must not match 到2027年 (a goal), 2013年底前 (a deadline), 2023-2027年
# (a period).
_NOTICE_YEAR = re.compile(
    r"(?<!\d)(?<![到至-])((?:19|20)\d{2})年?(?:度)?(?![\d-]|年?(?:底|末|前|以前|之前|上半年|下半年|\d{1,2}月|[一—~至到-]))"
)


def plan(index: Index, query: Query) -> Plan:
    """The plan for a query over this archive.

    Filters of the query itself are kept as they are and win over what the text names; a filter is added only where it
    leaves something, because a wrong filter loses the answer and a missing one only lowers it.
    """
    text = simplified(query.text)
    notes: list[str] = []
    draft = is_draft(text)

    named = [] if draft or query.filters.places else places_named(text, index.places())
    filters = _with_places(query.filters, named, notes)
    filters = _with_year(index, filters, text, named, notes)
    filters = _with_doc_number(index, filters, text, notes)
    units = () if draft else _units_asked(index, text, notes)
    if not units and not draft and asks("asks_duties", text) and not asks("asks_who", text):
        units = unknown_units(text)
        notes += ["unit_not_in_archive"] if units else []
    if query.filters.units:
        filters = replace(filters, units=_same_in_archive(index, query.filters.units))

    intent = "wording" if draft else _intent(text, units=bool(units))
    if not draft and asks("asks_across_places", text):
        notes.append("asks_across_places")
    topic = text if draft else topic_of(without_places(text, (place for place in named if place.known)))
    if intent == "units" and asks("asks_who_leads_all", text):
        topic = f"{topic} {LEAD_WORDS}"
    return Plan(
        query=query,
        intent=intent,
        topic=topic,
        filters=filters,
        units=units,
        unknown_places=tuple(place.name for place in named if not place.known),
        notes=tuple(notes),
    )


def is_draft(text: str) -> bool:
    """Whether a simplified text is a sentence of a draft, pasted to find its like, and not a question or key words."""
    return len(text) >= DRAFT_CHARACTERS and not asks("asks_anything", text) and not asks("asks_who", text)


def _intent(text: str, *, units: bool) -> Intent:
    """The intent of a question; the first rule that fits, the most specific first."""
    if units and asks("asks_duties", text) and not asks("asks_who", text):
        return "duties"
    if asks("asks_person", text):
        return "measures"
    if asks("asks_who", text) or asks("asks_whether_responsible", text):
        return "units"
    if asks("asks_across_places", text):
        return "comparison"
    if asks("asks_how_much", text):
        return "targets"
    return "measures"


def _with_places(filters: Filters, found: list[NamedPlace], notes: list[str]) -> Filters:
    names = tuple(dict.fromkeys(place.name for place in found if place.known))
    if not names:
        return filters
    notes.append("place_named")
    return replace(filters, places=names)


def _with_year(index: Index, filters: Filters, text: str, named: list[NamedPlace], notes: list[str]) -> Filters:
    """A year filters only beside a place, and only where that place has notices of the year.

    Where it has none, and the year stands right beside the place (望津2013年…), the note `year_not_in_archive` says so.
    """
    matches = list(_NOTICE_YEAR.finditer(text))
    if filters.years or not filters.places or len({match.group(1) for match in matches}) != 1:
        return filters
    year = int(matches[0].group(1))
    narrowed = replace(filters, years=(year, year))
    rows = index.allowed(narrowed)
    if rows is not None and len(rows):
        notes.append("year_named")
        return narrowed
    if any(0 <= match.start() - place.end <= 1 or match.end() == place.start for match in matches for place in named):
        notes.append("year_not_in_archive")
    return filters


def _with_doc_number(index: Index, filters: Filters, text: str, notes: list[str]) -> Filters:
    """A 发文字号 in the question restricts to the notice that bears it."""
    match = _DOC_NUMBER.search(text)
    if match is None or filters.doc_ids:
        return filters
    asked = _plain_number(match.group())
    bearing = tuple(
        notice.doc_id
        for notice in index.notices()
        if notice.doc_number and asked.endswith(_plain_number(notice.doc_number))
    )
    if not bearing:
        return filters
    notes.append("doc_number_named")
    return replace(filters, doc_ids=bearing)


def _plain_number(doc_number: str) -> str:
    return re.sub(r"[\s〔〕\[\]()【】第]", "", simplified(doc_number))


# --- units ---------------------------------------------------------------------------------------


def _units_asked(index: Index, text: str, notes: list[str]) -> tuple[str, ...]:
    """Names of the archive for the units that the question asks about."""
    names, places = index.unit_names(), index.places()
    asked = named_units(text, names, places)
    if asked:
        notes.append("unit_named")
        return asked
    asked = described_units(text, names)
    if asked:
        notes.append("unit_described")
    return asked


def _same_in_archive(index: Index, units: tuple[str, ...]) -> tuple[str, ...]:
    """The archive's names for the same agencies; the given names themselves where the archive has none."""
    names = index.unit_names()
    same = {name for unit in units for name in same_units(unit, names)}
    return tuple(sorted(same)) or units

"""What is asked: the intent, the topic, the units asked about, and what in the text restricts the archive or hints at it.

What is named outright becomes a filter, what is only hinted at a boost. Each thing read is a `Part` of the plan, which the
asker can take back (`Query.without`); the same archive and query always give the same plan.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import get_args

from msgspec.structs import replace

from indexer.characters import simplified
from indexer.duplicates.titles import numbers_in
from indexer.index import Index
from indexer.records import Correction, Effect, Filters, Intent, Level, Part, PartKind, Plan, Query
from indexer.search.asked_units import described_units, named_units, register_of, same_units, unknown_units
from indexer.search.duties import restrictions
from indexer.search.levels import levels_asked
from indexer.search.questions import asks, has_topic, topic_of
from indexer.search.spelling import corrected
from indexer.search.when import plan_periods, years_asked
from indexer.search.where import (
    NamedPlace,
    asks_province,
    covering,
    places_named,
    province_of,
    without_places,
)
from indexer.vocabulary import vocabulary_of

__all__ = ["is_draft", "plan"]

# A pasted sentence of a draft is long and asks nothing. Of 576 written drafts 575 are recognised, of as many staff
# questions and hurried key words none (tests/test_plan.py, where those questions are at hand).
DRAFT_CHARACTERS = 24

# Added to the topic where it is asked who leads the whole. Unit lines are no part of a clause's text, so one that says 牵头单位
# assigns a task in prose (市贸易局为议案办理总牵头单位), which nothing else in the question may match.
LEAD_WORDS = "牵头单位"


def plan(index: Index, query: Query) -> Plan:
    """The plan for a query over this archive.

    Filters of the query itself are kept as they are and win over what the text names; a filter is added only where it
    leaves something, because a wrong filter loses the answer and a missing one only lowers it. With `query.as_is`
    nothing is read from the text at all.
    """
    text = simplified(query.text)
    filters = query.filters
    if filters.units:
        filters = replace(filters, units=_same_in_archive(index, filters.units))
    if query.as_is:
        return Plan(query=query, intent="measures", topic=text, filters=filters, text=text)
    if is_draft(text) and "intent:wording" not in query.without:
        parts = (Part("intent", "wording", "reading"),)
        return Plan(query=query, intent="wording", topic=text, filters=filters, text=text, parts=parts)
    return _Reading(index, query, text, filters).plan()


def is_draft(text: str) -> bool:
    """Whether a simplified text is a sentence of a draft, pasted to find its like, and not a question or key words."""
    return len(text) >= DRAFT_CHARACTERS and not asks("asks_anything", text) and not asks("asks_who", text)


# A 发文字号 with blanks in it, as it is copied from a page: 枫政办〔 2023 〕 27 号
_SPACED_NUMBER = re.compile(r"\s*[〔\[(【]\s*(\d{4})\s*[〕\])】]\s*第?\s*(\d{1,4})\s*号")


# The end of a body's name: rule `year_hinted` of a body's duties.
_BODY_BEFORE = re.compile(r"(?:[局委办厅府处院会部]|部门|单位|中心|公司|集团|支队)$")


@dataclass(slots=True)
class _Reading:
    """A question while it is being read: each rule adds what it found, and nothing that was taken back."""

    index: Index
    query: Query
    text: str
    filters: Filters
    boosts: Filters = Filters()
    covering: list[Filters] = field(default_factory=list)
    places: list[NamedPlace] = field(default_factory=list)
    units: tuple[str, ...] = ()
    corrections: tuple[Correction, ...] = ()
    notes: list[str] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)

    def plan(self) -> Plan:
        """The plan, read in an order in which what comes first restricts what follows."""
        self._mend()
        self._read_places()
        self._read_levels()
        self._read_years()
        self._read_doc_number()
        self._read_title()
        self._read_units()
        intent = self._intent()
        if asks("asks_across_places", self.text):
            self.notes.append("asks_across_places")
        if intent != "duties" and self.units and not self.filters.units:
            self.boosts = replace(self.boosts, units=self.units)
        if intent == "duties":
            self._restrict_duties()
        topic = self._topic(intent)
        order = get_args(PartKind)
        return Plan(
            query=self.query,
            intent=intent,
            topic=topic,
            filters=self.filters,
            units=self.units,
            unknown_places=tuple(place.name for place in self.places if not place.known),
            notes=tuple(self.notes),
            text=self.text,
            covering=tuple(self.covering),
            boosts=self.boosts,
            corrections=self.corrections,
            parts=tuple(sorted(self.parts, key=lambda part: order.index(part.kind))),
        )

    # --- taking note of what was read ----------------------------------------------------------

    def _wanted(self, kind: PartKind, value: str) -> bool:
        """Whether the asker has not taken such a part back."""
        return Part(kind, value, "reading").key not in self.query.without

    def _note(self, kind: PartKind, value: str, effect: Effect, rule: str | None = None) -> None:
        self.parts.append(Part(kind, value, effect))
        if rule:
            self.notes.append(rule)

    def _leaves(self, filters: Filters, beside: list[Filters] | None = None) -> bool:
        """Whether the filters leave any clause, or those of the places above do."""
        for each in (filters, *(beside or ())):
            rows = self.index.allowed(each)
            if rows is None or len(rows):
                return True
        return False

    # --- the rules, in their order -------------------------------------------------------------

    def _mend(self) -> None:
        """Slips of the pen, so that every other rule reads what was meant."""
        kept = frozenset(
            key.removeprefix("correction:").partition("→")[0]
            for key in self.query.without
            if key.startswith("correction:")
        )
        self.text, self.corrections = corrected(self.index, self.text, without=kept)
        for correction in self.corrections:
            self._note("correction", f"{correction.typed}→{correction.meant}", "reading")

    def _read_places(self) -> None:
        """A place of the archive is a filter, with the notices that cover it behind; one outside is a reason for silence."""
        if self.query.filters.places:
            return
        archive = self.index.places()
        named = places_named(self.text, archive)
        self.places = [place for place in named if self._wanted("place", place.name)]
        names = tuple(dict.fromkeys(place.name for place in self.places if place.known))
        for name in dict.fromkeys(place.name for place in self.places if not place.known):
            self._note("place", name, "missing")
        if not names:
            return
        self.filters = replace(self.filters, places=names)
        for name in names:
            self._note("place", name, "filter")
        self.notes.append("place_named")
        if len(names) == 1:
            place = next(place for place in self.places if place.known)
            above = [self._restricted(filters) for filters in covering(place, archive)]
            self.covering = [filters for filters in above if self._leaves(filters)]
            self.boosts = replace(self.boosts, places=names) if self.covering else self.boosts
        if asks_province(self.text):
            above = [self._restricted(province_of(place.place)) for place in self.places if place.known]
            self.covering = list(dict.fromkeys([*self.covering, *filter(self._leaves, above)]))

    def _restricted(self, filters: Filters) -> Filters:
        """Filters of places above, with what the caller restricts beside the place; empty levels mean any."""
        given = self.query.filters
        return replace(given, places=filters.places, levels=filters.levels or given.levels)

    def _read_levels(self) -> None:
        """市级文件 is a filter, 省里怎么说 a boost; several levels are alternatives."""
        if self.query.filters.levels:
            return
        asked = [
            (level, found)
            for found in levels_asked(self.text)
            for level in found.levels
            if self._wanted("level", level)
        ]
        levels = tuple(dict.fromkeys(level for level, _ in asked))
        if not levels:
            return
        rule = asked[0][1].rule
        beside = [narrowed for filters in self.covering if (narrowed := _of_levels(filters, levels))]
        narrowed = replace(self.filters, levels=levels)
        if asked[0][1].effect == "filter" and self._leaves(narrowed, beside):
            self.filters, self.covering = narrowed, beside
            effect: Effect = "filter"
        else:
            self.boosts = replace(self.boosts, levels=levels)
            effect = "boost"
        for level in levels:
            self._note("level", level, effect)
        self.notes.append(rule)

    def _read_years(self) -> None:
        """Years named outright, or right beside the one place (云泽2023年…) or a body of it (云泽市商务局2023年…) that has
        notices of them, are a filter; others a boost.

        Where there are no such notices, and the year is named outright or stands right beside the place (望津2013年…),
        the note `year_not_in_archive` says so.
        """
        asked = years_asked(self.text)
        if asked is None or self.query.filters.years or not self._wanted("year", asked.shown):
            return
        narrowed = replace(self.filters, years=asked.years)
        outright = asked.effect == "filter"
        beside_place = asked.rule == "year_hinted" and self._beside_place(asked.start, asked.end)
        beside = beside_place or (asked.rule == "year_hinted" and _BODY_BEFORE.search(self.text[: asked.start]))
        if (outright or (beside and len(self.filters.places) == 1)) and self._leaves(narrowed):
            self.filters = narrowed
            self.covering = [replace(filters, years=asked.years) for filters in self.covering]
            self._note("year", asked.shown, "filter", "year_named")
        elif beside_place or (outright and not self._leaves(Filters(years=asked.years))):
            self._note("year", asked.shown, "missing", "year_not_in_archive")
        elif self._leaves(Filters(years=asked.years)):
            self.boosts = replace(self.boosts, years=asked.years)
            self._note("year", asked.shown, "boost", asked.rule)

    def _beside_place(self, start: int, end: int) -> bool:
        return any(0 <= start - place.end <= 1 or end == place.start for place in self.places)

    def _read_doc_number(self) -> None:
        """A 发文字号 in the question restricts to the notice that bears it."""
        if self.query.filters.doc_ids:
            return
        for asked in numbers_in(_SPACED_NUMBER.sub(r"〔\1〕\2号", self.text)):
            number, bearing = vocabulary_of(self.index).numbered(asked) or (asked, ())
            if self._wanted("doc_number", number):
                self._restrict_to("doc_number", number, bearing, "doc_number_named")

    def _restrict_to(self, kind: PartKind, value: str, doc_ids: tuple[str, ...], rule: str) -> None:
        """Only these notices; a place or year beside them that contradicts goes, since a document is named by more."""
        if not doc_ids:
            self._note(kind, value, "missing", f"{kind}_not_in_archive")
            return
        narrowed = replace(self.filters, doc_ids=doc_ids)
        if not self._leaves(narrowed):
            narrowed = replace(self.query.filters, doc_ids=doc_ids)
            self.parts = [part for part in self.parts if part.effect != "filter"]
        if self._leaves(narrowed):
            self.filters, self.covering, self.boosts = narrowed, [], Filters()
            self._note(kind, value, "filter", rule)

    def _read_title(self) -> None:
        """A notice named by its title is a filter, one named by a part that few titles have a boost."""
        if self.filters.doc_ids:
            return
        asked = vocabulary_of(self.index).title_asked(self.text, without_places(self.text, self.places))
        if asked is None or not self._wanted("title", asked.words):
            return
        if asked.effect == "filter" and self._leaves(replace(self.filters, doc_ids=asked.doc_ids)):
            self._restrict_to("title", asked.words, asked.doc_ids, asked.rule)
        else:
            self.boosts = replace(self.boosts, doc_ids=asked.doc_ids)
            self._note("title", asked.words, "boost", asked.rule)

    def _read_units(self) -> None:
        """Names of the archive for the units that the question asks about."""
        names = register_of(self.index)
        named, rule = named_units(self.text, names), "unit_named"
        if not named and (described := described_units(self.text, names)):
            named, rule = {"、".join(described): described}, "unit_described"
        if not named and asks("asks_duties", self.text) and not asks("asks_who", self.text):
            named, rule = {word: (word,) for word in unknown_units(self.text)}, "unit_not_in_archive"
        named = {word: found for word, found in named.items() if self._wanted("unit", word)}
        self.units = tuple(sorted({name for found in named.values() for name in found}))
        if named:
            self.notes.append(rule)
        for word in named:
            self._note("unit", word, "missing" if rule == "unit_not_in_archive" else "boost")

    def _intent(self) -> Intent:
        """The intent of the question, unless the asker has taken it back: then what the clauses say."""
        intent = _intent(self.text, units=bool(self.units))
        if not self._wanted("intent", intent):
            intent = "measures"
        self._note("intent", intent, "reading")
        if intent == "duties":  # the list of a unit's clauses has nothing else in it
            self._promote("unit")
        return intent

    def _restrict_duties(self) -> None:
        """A list of a unit's duties has no ranking: what only hints restricts it too, wherever a clause is left."""
        text = without_places(self.text, self.places)
        for part in self.parts:
            text = text.replace(part.value, " ") if part.kind == "unit" else text
        for more in restrictions(self.index, text, self.filters, self.boosts, self.units):
            ids = set(more.doc_ids).intersection(self.filters.doc_ids or more.doc_ids)
            narrowed = replace(self.filters, doc_ids=tuple(sorted(ids)))
            wanted = more.value is None or self._wanted(more.kind, more.value)
            if not ids or not wanted or not self._leaves(replace(narrowed, units=self.units)):
                continue
            self.filters = narrowed
            self.notes.append(more.rule)
            if more.value is None:
                self._promote(more.kind)
            else:
                self._note(more.kind, more.value, "filter")

    def _promote(self, kind: PartKind) -> None:
        """What was a boost of this kind is a filter."""
        self.parts = [
            replace(part, effect="filter") if part.kind == kind and part.effect == "boost" else part
            for part in self.parts
        ]

    def _topic(self, intent: Intent) -> str:
        """What is looked for: the text without the places that became filters and without the question's words."""
        text = without_places(self.text, (place for place in self.places if place.known))
        topic = topic_of(text) if "topic" not in self.query.without else text
        if not has_topic(self.text):
            self.notes.append("no_topic")
        for _, short in plan_periods(self.text):
            topic = topic if short in topic else f"{topic} {short}"
        if intent == "units" and asks("asks_who_leads_all", self.text):
            topic = f"{topic} {LEAD_WORDS}"
        self._note("topic", topic, "reading")
        return topic


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


def _of_levels(filters: Filters, levels: tuple[Level, ...]) -> Filters | None:
    """The filters with only those of the levels that they have themselves; None where none is left."""
    kept = tuple(level for level in levels if not filters.levels or level in filters.levels)
    return replace(filters, levels=kept) if kept else None


def _same_in_archive(index: Index, units: tuple[str, ...]) -> tuple[str, ...]:
    """The archive's names for the same agencies; the given names themselves where the archive has none."""
    same = {name for unit in units for name in same_units(unit, register_of(index))}
    return tuple(sorted(same)) or units

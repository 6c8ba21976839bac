"""What is asked, and what the planner understood of it."""

from __future__ import annotations

from msgspec import Struct

from indexer.records.values import Effect, Intent, Level, PartKind

__all__ = ["Correction", "Filters", "Part", "Plan", "Query"]


class Filters(Struct, frozen=True):
    """Exact restrictions; an empty tuple or None restricts nothing. Values within a field are alternatives."""

    places: tuple[str, ...] = ()  # matches a part of the place's full name: 嘉兴 matches 浙江省嘉兴市
    years: tuple[int, int] | None = None  # inclusive
    levels: tuple[Level, ...] = ()
    units: tuple[str, ...] = ()  # any name of a unit; a clause matches if it names the same agency
    kinds: tuple[str, ...] = ()
    doc_ids: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.places or self.years or self.levels or self.units or self.kinds or self.doc_ids)


class Query(Struct, frozen=True):
    """A question as given."""

    text: str
    query_id: str = "q"
    filters: Filters = Filters()
    without: tuple[str, ...] = ()  # keys of parts of the plan that the asker has taken back
    as_is: bool = False  # nothing is read from the text: it is searched for as it stands


class Correction(Struct, frozen=True):
    """A slip of the pen in a question: what was typed occurs nowhere in the archive, what is meant does."""

    typed: str
    meant: str


class Part(Struct, frozen=True):
    """One thing that the planner read from a question; whoever asked can take it back by its key."""

    kind: PartKind
    value: str  # the intent, the topic, a place, 2021 or 2021-2025, a level, a unit as typed, a number, a title, typed→meant
    effect: Effect  # how the words are read; only what passes; what passes ranks higher; nothing in the archive passes

    @property
    def key(self) -> str:
        """The name under which `Query.without` takes the part back; there is one topic, whatever its words."""
        return self.kind if self.kind == "topic" else f"{self.kind}:{self.value}"


class Plan(Struct, frozen=True):
    """What the planner understood of a query."""

    query: Query
    intent: Intent
    topic: str  # the query without the question's own words and without what became a filter
    filters: Filters  # the query's own, and what the text names outright
    units: tuple[str, ...] = ()  # units asked about
    unknown_places: tuple[str, ...] = ()  # named outright, but no notice in the archive is from there
    notes: tuple[str, ...] = ()  # names of the rules that fired
    text: str = ""  # what the rules read: the query in simplified characters and one width, its slips mended
    covering: tuple[Filters, ...] = ()  # pass beside `filters`: notices of the places above, which hold there too
    boosts: Filters = Filters()  # only hinted at: a clause ranks higher for every field that it passes
    corrections: tuple[Correction, ...] = ()
    parts: tuple[Part, ...] = ()  # all of this one by one, to be shown and to be taken back

    @property
    def compares(self) -> bool:
        """Whether the question is what several places say: an answer is then wanted of each."""
        return self.intent == "comparison" or "asks_across_places" in self.notes

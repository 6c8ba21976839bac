"""The values that fields of records may have, and what they are called."""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

__all__ = [
    "CorrectedField",
    "Direction",
    "DropReason",
    "Effect",
    "HEADER_FIELDS",
    "Intent",
    "LEVELS",
    "LEVEL_NAMES",
    "Level",
    "Mode",
    "PartKind",
    "ROLES",
    "Relation",
    "Role",
    "Silence",
    "WritingFailure",
]

Role: TypeAlias = Literal["lead", "responsible", "support"]
Level: TypeAlias = Literal["nation", "province", "city", "district", "county", "town"]
Intent: TypeAlias = Literal["units", "duties", "targets", "measures", "comparison", "wording"]
Direction: TypeAlias = Literal["at_least", "at_most", "increase", "decrease", "about", "exactly"]
Mode: TypeAlias = Literal["hybrid", "lexical", "dense"]
PartKind: TypeAlias = Literal["intent", "topic", "place", "year", "level", "unit", "doc_number", "title", "correction"]
Effect: TypeAlias = Literal["reading", "filter", "boost", "missing"]
Relation: TypeAlias = Literal[
    "repeals",
    "repealed_by",
    "replaces",
    "replaced_by",
    "corrects",
    "corrected_by",
    "amends",
    "amended_by",
    "other_version",
]
# What an editor may correct by hand: an element of a notice's header, or the units of one clause.
CorrectedField: TypeAlias = Literal[
    "title",
    "kind",
    "issuers",
    "doc_number",
    "index_number",
    "addressees",
    "issued_on",
    "published_on",
    "place",
    "level",
    "disclosure",
    "units",
]
Silence: TypeAlias = Literal["not_in_archive", "no_unit_named", "conflicting_units", "insufficient_match"]
# Why a sentence that a language model wrote is not shown; `indexer/rewriting/support.py` says what each means.
DropReason: TypeAlias = Literal["no_quotation", "unknown_clause", "not_in_clause", "figure", "unit", "role", "wording"]
# Why a language model wrote nothing, or not all; `docs/language-models.md` says what to do about each.
WritingFailure: TypeAlias = Literal[
    "unreachable",
    "timeout",
    "key_refused",
    "not_found",
    "busy",
    "http_error",
    "redirected",
    "not_understood",
    "cut_off",
    "too_long",
    "declined",
    "nothing_verified",
]

ROLES: tuple[Role, ...] = ("lead", "responsible", "support")
LEVELS: tuple[Level, ...] = ("nation", "province", "city", "district", "county", "town")
LEVEL_NAMES: dict[str, str] = {
    "nation": "国家",
    "province": "省级",
    "city": "市级",
    "district": "区级",
    "county": "县级",
    "town": "乡镇",
}
HEADER_FIELDS: tuple[CorrectedField, ...] = tuple(field for field in get_args(CorrectedField) if field != "units")

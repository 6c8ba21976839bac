"""Corrections by hand as JSON and back, typed by the field that each corrects, and as rows of the archive."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import msgspec

from indexer.records import ClauseUnit, CorrectedField, FieldValue, HandCorrection, Place

__all__ = [
    "CORRECTION_COLUMNS",
    "StoredCorrection",
    "correction_of_row",
    "correction_of_values",
    "correction_row",
    "corrections_digest",
]

CORRECTION_COLUMNS = ("ordinal", "correction", "parsed", "unapplied")

_Kind: TypeAlias = Any  # a type, as msgspec takes it
_TEXT: _Kind = str | None
_NAMES: _Kind = tuple[str, ...]
# What the values of a field are.
_KINDS: dict[CorrectedField, _Kind] = {
    "title": str, "kind": _TEXT, "issuers": _NAMES, "doc_number": _TEXT, "index_number": _TEXT, "addressees": _NAMES,
    "issued_on": _TEXT, "published_on": _TEXT, "place": Place, "level": _TEXT, "disclosure": _TEXT,
    "units": tuple[ClauseUnit, ...],
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class StoredCorrection:
    """A correction as a build dealt with it."""

    correction: HandCorrection
    parsed: FieldValue  # what the parser of that build read there
    unapplied: str | None = None  # in one line, why the notice stays as the parser read it


def correction_of_values(values: Mapping[str, Any]) -> HandCorrection:
    """The correction whose fields these are, as `msgspec.json` gives them; raises ValueError where they are none."""
    try:
        kind = _KINDS[values["field"]]
        typed = {name: msgspec.convert(values[name], kind) for name in ("before", "after")}
        texts = {name: msgspec.convert(values[name], str) for name in ("correction_id", "made_at", "made_by", "doc_id")}
        clause_id = msgspec.convert(values["clause_id"], str | None)
        note = msgspec.convert(values.get("note", ""), str)
    except (KeyError, TypeError, msgspec.ValidationError) as error:
        raise ValueError(f"no correction ({error})") from error
    return HandCorrection(**texts, clause_id=clause_id, field=values["field"], note=note, **typed)


def corrections_digest(corrections: Iterable[HandCorrection]) -> str:
    """What tells one list of corrections from another: of a line on file nothing ever changes, so the ids say it.

    Empty for none.
    """
    ids = [correction.correction_id for correction in corrections]
    return hashlib.sha256("\n".join(ids).encode()).hexdigest() if ids else ""


def correction_row(ordinal: int, stored: StoredCorrection) -> tuple[int, str, str, str | None]:
    """The values of CORRECTION_COLUMNS."""
    return ordinal, _json(stored.correction), _json(stored.parsed), stored.unapplied


def correction_of_row(correction: str, parsed: str, unapplied: str | None) -> StoredCorrection:
    """The correction of a row."""
    found = correction_of_values(json.loads(correction))
    return StoredCorrection(found, msgspec.convert(json.loads(parsed), _KINDS[found.field]), unapplied)


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()

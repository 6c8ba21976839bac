"""What an editor corrected by hand."""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

from indexer.records.notice import Place
from indexer.records.values import CorrectedField, Role

__all__ = ["ClauseUnit", "FieldValue", "HandCorrection"]


class ClauseUnit(Struct, frozen=True):
    """A unit of a clause as an editor names it; its surface stands in the notice's body, inner spaces apart."""

    surface: str
    name: str = ""  # canonical; where none is given, the register's for the surface
    role: Role = "responsible"


# What a field holds before and after a correction: a text or none (title, kind, numbers, days, level, disclosure), names
# (issuers, addressees), a place, or the units of a clause.
FieldValue: TypeAlias = str | tuple[str, ...] | Place | tuple[ClauseUnit, ...] | None


class HandCorrection(Struct, frozen=True):
    """What one editor corrected by hand: one field of a notice's header, or the units of one clause."""

    correction_id: str  # twelve hex digits
    made_at: str  # ISO 8601, UTC
    made_by: str
    doc_id: str
    clause_id: str | None  # of the clause whose units these are; None for a field of the header
    field: CorrectedField
    before: FieldValue  # what the parser read
    after: FieldValue
    note: str = ""  # why, in the editor's words

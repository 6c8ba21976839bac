"""Dialogs in which an editor puts a field of the header or the units of a clause right; what was and what is to be, side by side."""

from __future__ import annotations

from html import escape
from typing import Final, cast

import streamlit as st

from app.archive.editor import editor_field
from app.archive.who_corrected import value_text
from app.identity import who
from app.parts.provenance import heading_path
from app.texts import Texts
from indexer.corrections import correct
from indexer.errors import UsageError
from indexer.index import Index
from indexer.records import (
    HEADER_FIELDS,
    LEVELS,
    ROLES,
    Clause,
    ClauseUnit,
    CorrectedField,
    FieldValue,
    Notice,
    Place,
    Role,
)

__all__ = ["correct_header", "correct_units", "field_label"]

_NAMES: Final[tuple[CorrectedField, ...]] = ("issuers", "addressees")
_DAYS: Final[tuple[CorrectedField, ...]] = ("issued_on", "published_on")
_DISCLOSURES: Final = ("主动公开", "依申请公开", "不予公开")
# In the session: said once on the page after the dialog is gone.
SAVED = "correction saved"


def field_label(field: CorrectedField, texts: Texts) -> str:
    """What a field is called on the page."""
    shared = {"issuers", "doc_number", "issued_on", "published_on", "place", "level"}
    return texts(field) if field in shared else texts(f"archive_{field}")


def correct_header(index: Index, notice: Notice, texts: Texts) -> None:
    """The dialog for a field of the header."""
    field = st.selectbox(
        texts("archive_field"), HEADER_FIELDS, key="corrected field",
        format_func=lambda field: field_label(field, texts),
    )  # fmt: skip
    present: FieldValue = getattr(notice, field)
    _before(value_text(texts(f"level_{present}") if field == "level" and present else present, texts), texts)
    after = _field_value(field, present, texts)
    _finish(index, notice, field, after, clause_id=None, texts=texts)


def correct_units(index: Index, notice: Notice, clause: Clause, texts: Texts) -> None:
    """The dialog for the units of a clause: one field a role, a unit a line."""
    st.html(
        f'<div class="tw-path">{heading_path(clause)}</div><div class="tw-text tw-excerpt">{escape(clause.text)}</div>'
    )
    present = tuple(ClauseUnit(unit.surface, unit.name, unit.role) for unit in clause.units)
    _before(value_text(present, texts), texts)
    st.html(f'<div class="tw-meta">{escape(texts("archive_units_hint"))}</div>')
    after: list[ClauseUnit] = []
    for role, column in zip(ROLES, st.columns(len(ROLES)), strict=True):
        known = "\n".join(unit.surface for unit in clause.units if unit.role == role)
        text = column.text_area(texts(f"role_{role}"), known, key=f"units {role} {clause.clause_id}", height=150)
        after += [_unit(line, role) for line in _lines(text)]
    _finish(index, notice, "units", tuple(after), clause_id=clause.clause_id, texts=texts)


def _unit(surface: str, role: Role) -> ClauseUnit:
    return ClauseUnit(surface, role=role)


def _before(text: str, texts: Texts) -> None:
    st.html(
        f'<div class="tw-before"><span class="tw-label">{escape(texts("archive_before"))}</span>{escape(text)}</div>'
    )


def _field_value(field: CorrectedField, present: FieldValue, texts: Texts) -> FieldValue:
    """The field to fill in, of the field's kind; gives what stands in it."""
    label, key = texts("archive_after"), f"after {field}"
    if field in _NAMES:
        names = cast("tuple[str, ...]", present)
        return tuple(_lines(st.text_area(label, "\n".join(names), key=key, help=texts("archive_one_a_line"))))
    if isinstance(present, Place):
        parts = [
            column.text_input(texts(f"archive_{part}"), getattr(present, part) or "", key=f"{key} {part}")
            for part, column in zip(("province", "city", "district"), st.columns(3), strict=True)
        ]
        return Place(*((part or "").strip() or None for part in parts))
    if field in ("level", "disclosure"):
        options: tuple[str, ...] = LEVELS if field == "level" else _DISCLOSURES
        chosen: str | None = st.selectbox(
            label, options, index=options.index(str(present)) if present in options else None, key=key,
            format_func=(lambda name: texts(f"level_{name}")) if field == "level" else str, placeholder="—",
        )  # fmt: skip
        return chosen
    shape = texts("archive_day_help") if field in _DAYS else None
    return st.text_input(label, str(present or ""), key=key, help=shape, autocomplete="off")


def _finish(
    index: Index, notice: Notice, field: CorrectedField, after: FieldValue, *, clause_id: str | None, texts: Texts
) -> None:
    """Who, why, and the button that keeps the correction; what cannot be kept is said in one line."""
    by = editor_field(texts, key="correction")
    note = st.text_input(texts("archive_note"), key="correction note", autocomplete="off", max_chars=500)
    if not st.button(texts("archive_keep"), type="primary", key="keep correction", icon=":material/check:"):
        return
    if not by:
        st.error(texts("archive_who_missing"), icon=":material/person:")
        return
    try:
        correct(
            index, notice.doc_id, field=field, after=after, by=by, clause_id=clause_id, note=note or "", reader=who()
        )
    except UsageError as error:
        st.error(_in_words(error, texts), icon=":material/error:")
        return
    st.session_state[SAVED] = True
    st.rerun()


def _in_words(error: UsageError, texts: Texts) -> str:
    """The usual mistakes in the reader's language, anything else as the library says it."""
    said = str(error)
    if "does not stand in the notice" in said:
        return texts("archive_unit_not_there", unit=said.split(":")[1].split(" does not")[0].strip())
    if "says that already" in said or "is corrected to that already" in said:
        return texts("archive_same_already")
    if "that is what the parser read" in said:
        return texts("archive_take_back_instead")
    return texts("trouble") + " " + said


def _lines(text: str | None) -> list[str]:
    return [line.strip() for line in (text or "").splitlines() if line.strip()]

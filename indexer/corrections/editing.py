"""One more correction by hand, and one taken back; nothing is written down that does not fit the archive."""

from __future__ import annotations

import secrets
from collections.abc import Collection

from indexer.access.roles import Reader, require
from indexer.address import IndexAddress, folder_of
from indexer.audit import note as write_down
from indexer.authorship import checked_author, checked_line, now
from indexer.corrections.store import OnFile, TakenBack, append
from indexer.corrections.values import checked_value, field_value
from indexer.errors import UsageError
from indexer.index import Index
from indexer.records import CorrectedField, FieldValue, HandCorrection, Notice

__all__ = ["correct", "take_back"]

_LONGEST_NOTE = 1000


def correct(
    index: Index,
    doc_id: str,
    *,
    field: CorrectedField,
    after: FieldValue,
    by: str,
    clause_id: str | None = None,
    note: str = "",
    reader: Reader | None = None,
) -> HandCorrection:
    """Write down what a field of a notice, or the units of a clause, should be; the next build applies it.

    `after` is of the field's kind: a text or None; a tuple of names for issuers and addressees; a `Place`; a tuple of
    `ClauseUnit` for units, in whose place it stands as a whole. `before` is what the parser read. A later correction of
    the same field takes the place of an earlier one. Raises UsageError for an unknown notice or clause, a value that the
    field cannot have, one that it has already, a unit that the notice does not name, and an empty author; AccessDenied for
    a reader who may not edit.
    """
    require(reader, "edit")
    author = checked_author(by)
    reason = checked_line("note", note, longest=_LONGEST_NOTE)
    notice = index.notice(doc_id)
    value = checked_value(notice, field, after, clause_id=clause_id)
    before = _parsed(index, notice, field, clause_id)

    def made(on_file: OnFile) -> HandCorrection:
        known = [
            each for each in on_file.in_force().get(doc_id, ()) if (each.clause_id, each.field) == (clause_id, field)
        ]
        _refuse_what_is_there(value, before, known[0] if known else None)
        write_down(index, reader, "corrected", what=f"{field} of {clause_id or doc_id}", shown=[clause_id or doc_id])
        return HandCorrection(
            secrets.token_hex(6), now(), author, doc_id, clause_id, field, before=before, after=value, note=reason
        )

    return append(index.directory, made)


def take_back(
    index_dir: IndexAddress | str,
    correction_id: str,
    *,
    by: str,
    note: str = "",
    reader: Reader | None = None,
    among: Collection[str] | None = None,
) -> TakenBack:
    """Write down that a correction holds no more; the next build reads the notice without it.

    The one that it had taken the place of, if any, holds again. Raises UsageError for an unknown id, a correction that
    was taken back before, and an empty author; with `among` also for one of another notice than these. Raises
    AccessDenied for a reader who may not edit.
    """
    require(reader, "edit")
    author = checked_author(by)
    reason = checked_line("note", note, longest=_LONGEST_NOTE)

    def made(on_file: OnFile) -> TakenBack:
        known = {each.correction_id for each in on_file.corrections if among is None or each.doc_id in among}
        if correction_id not in known:
            raise UsageError(f"{correction_id}: no such correction; see `python -m indexer corrections`")
        if correction_id in on_file.taken_back:
            raise UsageError(f"{correction_id}: was taken back before, by {on_file.taken_back[correction_id].made_by}")
        write_down(index_dir, reader, "correction_taken_back", what=correction_id)
        return TakenBack(correction_id, now(), author, reason)

    folder = folder_of(index_dir)
    if not folder.is_dir():
        raise UsageError(f"{folder}: there is no such folder; give that of the index")
    return append(folder, made)


def _parsed(index: Index, notice: Notice, field: CorrectedField, clause_id: str | None) -> FieldValue:
    """What the parser of the live generation reads there, corrected or not."""
    for stored in index.stored_corrections(notice.doc_id):
        if (stored.correction.clause_id, stored.correction.field) == (clause_id, field):
            return stored.parsed
    return field_value(notice, field, clause_id)


def _refuse_what_is_there(value: FieldValue, before: FieldValue, known: HandCorrection | None) -> None:
    """Raises UsageError where the correction would change nothing."""
    if known is not None and value == known.after:
        raise UsageError(f"{known.field}: is corrected to that already, by {known.made_by} ({known.correction_id})")
    if value == before and known is None:
        raise UsageError("the notice says that already; nothing is to be corrected")
    if value == before and known is not None:
        raise UsageError(f"{known.field}: that is what the parser read; take the correction {known.correction_id} back")

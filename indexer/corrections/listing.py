"""What is on file, and what became of each correction in the live generation."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal, TypeAlias

from msgspec import Struct

from indexer.address import IndexAddress
from indexer.corrections.store import OnFile, TakenBack, read_corrections
from indexer.index.live_archive import LiveArchive, live_archive
from indexer.records import HandCorrection

__all__ = ["ListedCorrection", "State", "list_corrections", "listed"]

# applied: in the live generation. waiting: the next build applies it. replaced: by a later one of the same field.
# not_applying: the notice or the clause is not in the archive any more, or does not name the unit any more.
State: TypeAlias = Literal["applied", "waiting", "taken_back", "replaced", "not_applying"]


class ListedCorrection(Struct, frozen=True):
    """A correction on file and what became of it."""

    correction: HandCorrection
    state: State
    waits_for_build: bool  # the live generation is not yet as the state says: the next build sees to it
    reason: str | None = None  # why it does not apply, in one line
    taken_back: TakenBack | None = None  # by whom and when


def list_corrections(
    index_dir: IndexAddress | str, *, doc_id: str | None = None, among: Collection[str] | None = None
) -> list[ListedCorrection]:
    """What is on file for the index, or for one notice, or for these notices, in the order in which it was written down.

    Without an index, or with one that another version of this program made, all wait for a build.
    """
    on_file = read_corrections(index_dir)
    with live_archive(index_dir) as archive:
        found = listed(on_file, archive)
    wanted = {doc_id} if doc_id is not None else None
    return [each for each in found if all(ids is None or each.correction.doc_id in ids for ids in (wanted, among))]


def listed(on_file: OnFile, archive: LiveArchive | None) -> list[ListedCorrection]:
    """What is on file, each with what became of it in the archive."""
    stored = {each.correction.correction_id: each for each in archive.corrections()} if archive else {}
    in_force = {each.correction_id for corrections in on_file.in_force().values() for each in corrections}
    known = archive.doc_ids() if archive else None
    found = []
    for each in on_file.corrections:
        here = stored.get(each.correction_id)
        is_live = here is not None and here.unapplied is None
        if each.correction_id in on_file.taken_back:
            back = on_file.taken_back[each.correction_id]
            found.append(ListedCorrection(each, "taken_back", is_live, taken_back=back))
        elif each.correction_id not in in_force:
            found.append(ListedCorrection(each, "replaced", is_live))
        elif archive is not None and known is not None and each.doc_id not in known:
            found.append(ListedCorrection(each, "not_applying", False, _gone(each.doc_id, archive)))
        elif here is None:
            found.append(ListedCorrection(each, "waiting", True))
        else:
            found.append(ListedCorrection(each, "applied" if is_live else "not_applying", False, here.unapplied))
    return found


def _gone(doc_id: str, archive: LiveArchive) -> str:
    """Why there is no notice of that id."""
    instead = archive.kept_instead(doc_id)
    if instead is not None:
        return f"{doc_id}: the archive reads this notice from another page by now, as {instead}; correct it there"
    return f"{doc_id}: the archive has no such notice any more"

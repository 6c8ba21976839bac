"""The uploads of an index that whoever asks may know of."""

from __future__ import annotations

from app.identity import part_of, who
from indexer.index import Index
from indexer.uploads import Admitted, Withdrawn, admitted, withdrawn

__all__ = ["uploads_seen"]


def uploads_seen(index: Index) -> tuple[list[Admitted], list[Withdrawn]]:
    """The files that were uploaded, and those that were taken out again.

    To whoever sees a part of the archive, those whose notices or paths are in it, and their own.
    """
    uploads, aside = admitted(index.address), withdrawn(index.address)
    seen = part_of(index)
    if seen is None:
        return uploads, aside
    name = who().name
    skipped = {file.path for file in index.skipped()}
    return (
        [
            each
            for each in uploads
            if each.doc_id in seen or each.path.as_posix() in skipped or (name and each.uploaded_by == name)
        ],
        [each for each in aside if name and name in (each.uploaded_by, each.withdrawn_by)],
    )

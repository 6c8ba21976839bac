"""Clauses that someone chose, as precedents of a text: what each shares with it, whether a search would find it or not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from indexer.precedents.alignment import LABELS, likeness
from indexer.precedents.results import Precedent
from indexer.precedents.wording import wording_of
from indexer.records import Clause

__all__ = ["chosen_precedents"]


def chosen_precedents(text: str, clauses: Sequence[Clause], *, places: Iterable[str] = ()) -> tuple[Precedent, ...]:
    """The clauses, labelled by their wording: verbatim ones first, then by the share of the text that stands in them.

    The score is that share; equals keep the order given. `places` are names of the archive, as for `wording_of`.
    """
    known = tuple(places)
    own = wording_of(text, known)
    found = [(clause, likeness(own, wording_of(clause.text, known))) for clause in clauses]
    found.sort(key=lambda pair: (LABELS.index(pair[1].label), -pair[1].share))
    return tuple(
        Precedent(
            clause.clause_id, rank, alike.share, alike.label, alike.share, alike.share_of_found, boilerplate=False
        )
        for rank, (clause, alike) in enumerate(found, 1)
    )

"""What a look for precedents gives: the records that the command line, the app and the scoring programme read."""

from __future__ import annotations

from msgspec import Struct

from indexer.precedents.alignment import Label
from indexer.precedents.genealogy import Genealogy, Node

__all__ = ["ClausePrecedents", "Precedent"]


class Precedent(Struct, frozen=True):
    """A clause of the archive with wording or matter like that of a draft's clause."""

    clause_id: str
    rank: int  # from 1
    score: float
    label: Label
    share: float  # of the draft clause's wording that stands in this one, 0 to 1; see `Likeness`
    share_of_found: float  # of this one's wording that stands in the draft clause
    boilerplate: bool
    also_in: tuple[str, ...] = ()  # clause_ids of other notices with the same wording, by day


class ClausePrecedents(Struct, frozen=True):
    """What the archive has for one clause of a draft."""

    text: str
    number: str
    headings: tuple[str, ...]
    boilerplate: bool  # the draft's own clause is such
    precedents: tuple[Precedent, ...]
    genealogy: Genealogy  # of all clauses that have the wording, verbatim or adapted, whatever the filters

    @property
    def earliest(self) -> Node | None:
        """The earliest dated clause that has the wording; None where none has, or none has a date."""
        return self.genealogy.earliest

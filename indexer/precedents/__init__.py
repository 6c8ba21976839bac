"""Precedents of a draft: who wrote it before, word for word or nearly, and from where each took it.

| module | idea |
|---|---|
| `draft` | a file or a pasted text as clauses |
| `wording` | what a clause says, with what differs between places by nature masked |
| `alignment` | how much of one wording stands in another: verbatim, adapted, similar |
| `nearest` | precedents of a clause, found, labelled, ranked, collapsed |
| `chosen` | clauses that someone chose, as precedents of a text |
| `genealogy` | which clause took its wording from which |
| `differences` | what a text changes of another, word by word |
| `boilerplate` | wording that stands in notices on anything |
| `families` | all clauses of an archive that share wording |
"""

from __future__ import annotations

from indexer.precedents.alignment import LABELS, Label, Likeness
from indexer.precedents.chosen import chosen_precedents
from indexer.precedents.differences import Difference, differences
from indexer.precedents.draft import draft_of_file, draft_of_raw, draft_of_text, own_notices, raw_text
from indexer.precedents.families import Family, families, families_of
from indexer.precedents.genealogy import KINDS, Edge, Genealogy, Kind, Node
from indexer.precedents.nearest import notices_on, precedents, precedents_of_clauses, precedents_of_draft
from indexer.precedents.results import ClausePrecedents, Precedent

__all__ = [
    "KINDS",
    "LABELS",
    "ClausePrecedents",
    "Difference",
    "Edge",
    "Family",
    "Genealogy",
    "Kind",
    "Label",
    "Likeness",
    "Node",
    "Precedent",
    "chosen_precedents",
    "differences",
    "draft_of_file",
    "draft_of_raw",
    "draft_of_text",
    "families",
    "families_of",
    "notices_on",
    "own_notices",
    "precedents",
    "precedents_of_clauses",
    "precedents_of_draft",
    "raw_text",
]

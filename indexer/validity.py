"""What the archive knows of a notice's validity: what other notices of it did to it.

Only what stands in the archive counts. That nothing is known does not say that a notice is in force.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal, TypeAlias

from indexer.records import Link, Relation

__all__ = ["VALIDITIES", "Validity", "validity_of"]

# nothing_known: no notice of the archive repeals, replaces, corrects or amends it, or is another version of it.
Validity: TypeAlias = Literal["repealed", "replaced", "amended", "corrected", "other_version", "nothing_known"]

# The weightiest first: what is repealed may have been corrected before.
_BY_RELATION: Final[dict[Relation, Validity]] = {
    "repealed_by": "repealed",
    "replaced_by": "replaced",
    "amended_by": "amended",
    "corrected_by": "corrected",
    "other_version": "other_version",
}
VALIDITIES: Final[tuple[Validity, ...]] = (*_BY_RELATION.values(), "nothing_known")


def validity_of(links: Iterable[Link]) -> Validity:
    """What weighs most of what the links of a notice say about it; links of other notices may not be among them.

    >>> validity_of([Link("a", "b", "corrected_by"), Link("a", "c", "repealed_by")])
    'repealed'
    """
    found = {link.relation for link in links}
    return next((validity for relation, validity in _BY_RELATION.items() if relation in found), "nothing_known")

"""Units that close a whole section: 牵头单位：… behind the last of several numbered paragraphs, section after section.

Where every section of a notice names its units once, behind its last paragraph, the line speaks for the section. The
last paragraph keeps the units as its own; those before it inherit them, by rule `section_end`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from indexer.records import Clause

__all__ = ["share_section_units"]

_SAID_IN_LISTS = ("unit_line", "unit_bracket")
MIN_SECTIONS = 2  # one section alone may simply name units for its last paragraph only
MIN_SHARE = 0.8  # of the sections with several paragraphs and any units


def share_section_units(clauses: Sequence[Clause]) -> list[Clause]:
    """The clauses, with units handed up from the end of their section where the whole notice is written so.

    Not: a notice where paragraphs name their own units and one section happens to have a single line.
    """
    groups = [list(g) for _, g in groupby(clauses, key=lambda c: c.headings[:-1] if c.number else (c.clause_id,))]
    labelled = [g for g in groups if len(g) >= 2 and any(_own(c) for c in g)]
    closing = [g for g in labelled if _own(g[-1]) and not any(c.units for c in g[:-1])]
    if len(closing) < MIN_SECTIONS or len(closing) < MIN_SHARE * len(labelled):
        return list(clauses)
    shared = {id(g) for g in closing}
    return [c for g in groups for c in (_share(g) if id(g) in shared else g)]


def _own(clause: Clause) -> bool:
    return any(u.rule in _SAID_IN_LISTS and not u.inherited for u in clause.units)


def _share(group: Sequence[Clause]) -> list[Clause]:
    units = tuple(replace(u, inherited=True, rule="section_end") for u in group[-1].units)
    return [*(replace(c, units=units) for c in group[:-1]), group[-1]]

"""What a notice's way of naming units says beyond the clause where it names them.

share_section_units   牵头单位：… behind the last of several numbered paragraphs, section after section, speaks for the
                      section: the last paragraph keeps the units, those before it inherit them, by rule `section_end`
lead_by_order         列第一位者为牵头单位，下同: from there on the first unit of a list without roles leads
with_members          工作专班成员单位 in a list stands for the members that the notice names elsewhere
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import groupby

from msgspec.structs import replace

from indexer.notices.units.groups import expand
from indexer.records import Clause

__all__ = ["lead_by_order", "share_section_units", "with_members"]

# 列第一位者为牵头单位 · 排在首位的部门为牵头部门 · 排名第一的单位为牵头单位; not 以黑体字标注的为牵头部门, which plain text has lost
_FIRST_LEADS = re.compile(
    r"(?:列|排|位列|居)(?:在|名|序|于)?(?:第[一1]|首)(?:位|个|名)?(?:的|者|顺位)?(?:责任|第一)?(?:部门|单位|机构|者)?(?:[、和或](?:部门|单位))?(?:为|是|即为)"
    r"(?:总)?(?:牵头|主办|第一责任|主要责任)"
)
_IN_LISTS = ("plain_bracket", "unit_bracket", "unit_line", "table_column", "misprint")
_GROUP = re.compile(r"各|有关|相关|其他")
_SAID_IN_LISTS = ("unit_line", "unit_bracket", "misprint")
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


def lead_by_order(clauses: Sequence[Clause], body: str) -> list[Clause]:
    """The clauses, with the first unit of every list as its lead, where the notice says that it leads.

    Said inside a bracket, it holds from that clause on; said anywhere else, for the whole notice. Lists that give roles
    keep them, and a group (各有关部门) leads nothing.
    """
    ranks = "第一" in body or "首" in body or "第1" in body  # the statement takes one of these
    said = _FIRST_LEADS.search(body) if ranks else None
    if said is None:
        return list(clauses)
    line = body.rfind("\n", 0, said.start())
    in_bracket = max(body.rfind("（", 0, said.start()), body.rfind("(", 0, said.start())) > line
    from_here = max((c.start for c in clauses if c.start < said.start()), default=0) if in_bracket else 0
    return [_first_leads(c) if c.start >= from_here else c for c in clauses]


def _first_leads(clause: Clause) -> Clause:
    listed = [u for u in clause.units if not u.inherited and u.rule in _IN_LISTS]
    if not listed or any(u.role != "responsible" for u in listed) or _GROUP.match(listed[0].surface):
        return clause
    first = listed[0]
    return replace(clause, units=tuple(replace(u, role="lead") if u is first else u for u in clause.units))


def with_members(clauses: Sequence[Clause], groups: Mapping[str, tuple[str, ...]]) -> list[Clause]:
    """The clauses, with the members of the notice's own groups beside each mention of one."""
    return [replace(c, units=expand(c.units, groups)) for c in clauses] if groups else list(clauses)


def _own(clause: Clause) -> bool:
    return any(u.rule in _SAID_IN_LISTS and not u.inherited for u in clause.units)


def _share(group: Sequence[Clause]) -> list[Clause]:
    units = tuple(replace(u, inherited=True, rule="section_end") for u in group[-1].units)
    return [*(replace(c, units=units) for c in group[:-1]), group[-1]]

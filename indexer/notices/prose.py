"""Units that running prose makes lead a clause, by rule `prose_lead`.

由市A局牵头，市B局、市C局配合; 市发展改革委牵头抓总，…等相关部门协同; 市贸易局为总牵头单位. A body that merely acts in the
text (市商务局按季汇总) is none, nor is what is no unit (鼓励企业牵头), nor whom a lead deals with (市港航局牵头海关、边检等部门),
nor who explains the document (本文件由市住建局会同有关部门负责解释).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.notices.agencies import find_units, is_unit_name
from indexer.notices.labels import role_of
from indexer.notices.units import compact, mention, split_names, trim_name, unique
from indexer.records import Role, UnitMention

__all__ = ["prose_units"]

_SENTENCE = re.compile("[^。；;！!]+")
_EXPLAINS = re.compile(r"负责解释|解释权|解释工作")
# 整治工作总牵头单位为市城管局 · 牵头单位是市民政局
_NAMED = re.compile(r"(?P<word>总?牵头|责任|主办|承办)(?:办理|责任)?(?:单位|部门)(?:为|是|由)")
# 市贸易局为本项工作总牵头单位
_IS = re.compile(r"(?:为|是|作为)[^,，。;；:：]{0,14}?(?P<word>总?牵头|主办)(?:办理|责任)?(?:单位|部门)")
# 由市A局牵头 · 市A局负责牵头组织 · 市A局、市B局牵头抓总; not 牵头单位, 牵头人, 牵头部门
_LEAD = re.compile(r"(?:负责|共同|联合|具体)?牵头(?!单位|部门|人|领导|办理单位|责任单位|作用)")
# 市B局、市C局等相关部门配合 — in the same sentence behind the lead
_HELP = re.compile(
    r"(?:等(?:有关|相关|各有关)?(?:部门|单位|部门和单位)?)?(?:积极|共同|协同|密切|按职责)?(?:配合|参与|协同|协助)(?!单位|部门|企业)"
)
_JOINTLY = re.compile(r"会同")
# 由市A局会同市B局制定: the first leads; without 由 it merely acts (市府办会同相关单位抽查)
_BY = re.compile(r"由(?=[^由,，。;；]{2,40}会同)")
_STRETCH = re.compile("[,，。;；:：由]|牵头")  # what names in a row do not run across
_CHAIN = 80  # characters that a row of names may take
_JOINED = ("", "、", "和", "及", "与", "会同")
# 财政部门 and 资规部门 name a function, not a unit of the place.
_FUNCTION_ONLY = re.compile(r"^[^省市区县州国各]{2,6}部门$")

Place = tuple[int, int]


def prose_units(text: str, offset: int, *, labelled: bool = False) -> list[UnitMention]:
    """The units, located from `offset` in the body, in reading order.

    A clause that is `labelled` has its units said in a list: there prose only adds who leads (市A局牵头抓总).
    """
    found: list[UnitMention] = []
    for m in _SENTENCE.finditer(text):
        start, end = m.span()
        if _EXPLAINS.search(text, start, end):
            continue
        spans = [(start + a, start + b) for name, a, b in find_units(m.group(0)) if not _FUNCTION_ONLY.match(name)]
        pairs = _assigned(text, spans, start, end)
        if labelled:
            pairs = [(x, role) for x, role in pairs if role == "lead"]
        else:
            pairs += _by_and_jointly(text, spans, start, end)
        found += [mention(text[a:b], offset + a, role=role, rule="prose_lead") for (a, b), role in pairs]
    return unique(sorted(found, key=lambda x: x.start))


def _assigned(text: str, spans: Sequence[Place], start: int, end: int) -> list[tuple[Place, Role]]:
    pairs: list[tuple[Place, Role]] = []
    for m in _NAMED.finditer(text, start, end):
        pairs += [(x, role_of(m.group("word"))) for x in spans if x[0] == m.end()]
    for m in _IS.finditer(text, start, end):
        pairs += [(x, role_of(m.group("word"))) for x in _chain_before(text, spans, m.start())]
    for m in _LEAD.finditer(text, start, end):
        leads = _chain_before(text, spans, m.start())
        pairs += [(x, "lead") for x in leads]
        if leads:
            pairs += [(x, "support") for x in _helpers(text, spans, m.end(), end)]
    return pairs


def _by_and_jointly(text: str, spans: Sequence[Place], start: int, end: int) -> list[tuple[Place, Role]]:
    pairs: list[tuple[Place, Role]] = []
    for m in _BY.finditer(text, start, end):
        for lead in (x for x in spans if x[0] == m.end() and text.startswith("会同", x[1])):
            pairs.append((lead, "lead"))
            pairs += [(x, "support") for x in _helpers(text, spans, lead[1], end)]
    return pairs


def _chain_before(text: str, spans: Sequence[Place], at: int) -> list[Place]:
    """The units that end right before `at`, with those joined to them by 、 和 会同."""
    near = max(0, at - _CHAIN)
    stretch = max((m.end() for m in _STRETCH.finditer(text, near, at)), default=near)
    pieces = [trim_name(text, a, b) for a, b in split_names(text, stretch, at)] if stretch > near or near == 0 else []
    names = [p for p in pieces if p]
    if names and all(_is_one_unit(text[a:b]) for a, b in names):
        return names  # the whole stretch back to the last comma is names: 沿线县(区)政府, 区“十百千”工作专班
    chain: list[Place] = []
    for a, b in reversed([x for x in spans if x[1] <= at]):
        if text[b:at].strip(" \u3000") not in _JOINED:
            break
        chain.insert(0, (a, b))
        at = a
    return chain


def _is_one_unit(name: str) -> bool:
    bare = compact(name)
    return is_unit_name(bare) and not _FUNCTION_ONLY.match(bare) and "、" not in re.sub(r"[(（].*?[)）]", "", bare)


def _helpers(text: str, spans: Sequence[Place], start: int, end: int) -> list[Place]:
    """Units named as helping behind a lead, up to the sentence's end."""
    helpers: list[Place] = []
    for m in _HELP.finditer(text, start, end):
        helpers += _chain_before(text, spans, m.start())
    for m in _JOINTLY.finditer(text, start, end):
        at = m.end()
        for a, b in (x for x in spans if x[0] >= m.end()):
            if text[at:a] not in _JOINED:
                break
            helpers.append((a, b))
            at = b
    return helpers

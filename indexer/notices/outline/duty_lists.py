"""Paragraphs that open with the unit whose duty they state, as lists of duties do.

duty_line    市发展改革委：负责项目审批。 — a paragraph, or 1.市发展改革委。负责…, that opens with units and goes on with what they do
duty_title   （一）市民政局 above paragraphs that state what it does: inherited by them

Not: 市民政局：关于…的请示 (an addressee), 联系单位：市民政局 (a label), a list of members.
"""

from __future__ import annotations

import re

from msgspec.structs import replace

from indexer.notices.agencies.unitnames import is_unit_name
from indexer.notices.units import read_unit_list
from indexer.records import Role, UnitMention

__all__ = ["duty_line", "duty_title", "states_duty"]

_OPENS = re.compile(r"\s*(?P<units>[^：:。；;！!？?]{2,80})(?P<stop>[：:。])\s*(?=\S)")
# What a statement of duty begins with.
_DUTY = re.compile(
    r"(?:主要|具体|统筹|共同|全面|依法|依职责|按职责|按照职责(?:分工)?[,，]?)*"
    r"(?:负责|承担|牵头|会同|配合|协助|协同|组织|指导|督促|做好|落实|制定|统筹|协调|推进|开展|加强|参与|监督|研究|提供|支持)"
)
# Behind a run-in title (市商务局。负责…) only what nobody but a unit does; 发展特色街区。支持… names none.
_DUTY_PROPER = re.compile(r"(?:主要|具体|统筹|共同|全面|依法)*(?:负责|承担|牵头|会同|配合|协助)")
_LONGEST_DUTY = 240  # characters behind the units that are looked at
_LABEL = re.compile(r"单位$|责任|牵头")
_MARKS = re.compile(r"[\s、,\uff0c]")
_JOINTS = re.compile("[和及与]")
_SUPPORTS = re.compile(r"(?:共同|积极|依职责)*(?:配合|协助|协同|参与)")
_LEADS = re.compile(r"(?:负责|具体)?(?:总)?牵头")


def states_duty(text: str) -> bool:
    """Whether a text begins with what a unit does: 负责…, 牵头…, 配合…."""
    return bool(_DUTY.match(text.lstrip()))


def duty_line(text: str, offset: int) -> list[UnitMention]:
    """The units that a paragraph opens with and whose duty it states, located from `offset` in the body; else none."""
    opening = _OPENS.match(text, 0, 120)
    if opening is None:
        return []
    duty = opening.end()
    if not (_DUTY_PROPER if opening["stop"] == "。" else _DUTY).match(text, duty):
        return []
    behind = text[duty : duty + _LONGEST_DUTY]
    role: Role = "lead" if _LEADS.match(behind) else "support" if _SUPPORTS.match(behind) else "responsible"
    return _units(text, opening.start("units"), opening.end("units"), offset, role=role, rule="duty_line")


def duty_title(title: str, offset: int) -> list[UnitMention]:
    """The units that a heading consists of, located from `offset` in the body; none where it says anything else."""
    return _units(title, 0, len(title), offset, role="responsible", rule="duty_title") if len(title) <= 80 else []


def _units(text: str, start: int, end: int, offset: int, *, role: Role, rule: str) -> list[UnitMention]:
    """The names in text[start:end] where it holds nothing but names of units."""
    named = text[start:end].strip()
    if not named or _LABEL.search(named):
        return []
    mentions = read_unit_list(text[start:end], offset + start, rule=rule, default=role).mentions
    shared = "部门" if named.endswith("部门") else ""  # 教育、卫生、人社部门: the last word stands for each
    if not mentions or not all(is_unit_name(m.surface) or is_unit_name(m.surface + shared) for m in mentions):
        return []
    if sum(len(_JOINTS.sub("", m.surface)) for m in mentions) < len(_JOINTS.sub("", _MARKS.sub("", named))):
        return []
    return [replace(m, role=role) for m in mentions]

"""Warnings about damaged text: kept verbatim in the clause, pointed out beside it, never repaired."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from indexer.notices.numbering import Label

__all__ = ["find_damage", "numbering_gaps"]


class _Damage(NamedTuple):
    """A form of damage: what it looks like, what may not stand before it, and what to tell the reader."""

    name: str
    pattern: re.Pattern[str]
    says: str
    not_behind: re.Pattern[str] | None = None  # on the character before
    shown_before: int = 0  # characters before the place that are shown with it


_DAMAGE = (
    # 202312月底前: the 年 is lost. Not 2023年12月, not 20231201.
    _Damage(
        "lost_year_sign",
        re.compile(r"(?:19|20)\d{2}(?:0?[1-9]|1[0-2])月(?:底|末|初|中)?(?:前)?"),
        "疑缺“年”字",
        re.compile(r"\d"),
    ),
    # 到年，服务业…; 从年起: the figures of the year are lost. Not 到年底, 到年末.
    _Damage(
        "lost_year",
        re.compile(r"(?:到|至|从|自|由)年(?=[，,、起]|\d)"),
        "年份缺失",
        re.compile(r"[\d一-鿿]"),
    ),
    # 发改服务[]475号: the year of a document number is lost.
    _Damage(
        "lost_number_year",
        re.compile(r"[〔\[(（]\s{0,4}[〕\])）]\s{0,4}\d{1,4}号"),
        "文号年份缺失",
        re.compile(r"[^一-鿿]"),
        shown_before=8,
    ),
    # （（责任单位：市民政局）: a bracket doubled. Not …（市政府（管委会））.
    _Damage("doubled_bracket", re.compile(r"[(（]{2}(?:责任|牵头|配合)"), "括号重复"),
    # 《…”, 〔2022): marks that do not match. Not 《…“十四五”规划》.
    _Damage(
        "unmatched_marks",
        re.compile(r"《[^《》“”〈〉\n]{2,60}+”|[〔\[](?:19|20)\d\d[)）]|[(（](?:19|20)\d\d[〕\]]"),
        "标点不成对",
    ),
    # U+FFFD stands where a byte could not be read.
    _Damage(
        "replacement_character",
        re.compile("\ufffd+[^\\s\ufffd]{0,6}"),
        "有无法识别的字符",
        shown_before=6,
    ),
)
# Where a form of damage may begin, so that one pass over the body serves nearly all of them: two plain classes of
# characters first, which pass over a long text fast, then what must follow.
_BEGINS = re.compile(
    r"[12到至从自由〔\[(（](?=[90年\s〕\])）12(（])(?:(?<=[12])(?=[90]\d{3,4}月)|(?<=[到至从自由])(?=年)|(?<=[〔\[])(?=\s{1,4}[〕\])）])|"
    r"(?<=[〔\[(（])(?=[〕\])）]|(?:19|20)\d\d[)）〕\]])|(?<=[(（])(?=[(（]))"
)
_BEGINS_UNMATCHED = re.compile("《(?=[^《》“”〈〉\n]{2,60}+”)")
_LOST = "\ufffd"
_SHOWN = 3  # examples a rule names before it only counts


def find_damage(body: str) -> list[str]:
    """One line a rule that fired, with its first places verbatim."""
    begins = _begins(body)
    if not begins:
        return []
    found: list[str] = []
    for rule in _DAMAGE:
        places = [_word_before(body, m.start(), rule.shown_before) + m.group(0) for m in _fired(rule, body, begins)]
        if places:
            shown = "、".join(f"“{p}”" for p in dict.fromkeys(places[:_SHOWN]))
            found.append(f"{rule.name}: {rule.says}: {shown}" + (f" 等{len(places)}处" if len(places) > _SHOWN else ""))
    return found


def _begins(body: str) -> list[int]:
    """The places where some form of damage may begin, in order."""
    begins = [m.start() for m in _BEGINS.finditer(body)]
    begins += [m.start() for m in _BEGINS_UNMATCHED.finditer(body)]
    if _LOST in body:
        begins += [at for at, char in enumerate(body) if char == _LOST]
    return sorted(begins)


def _fired(rule: _Damage, body: str, begins: Sequence[int]) -> Iterator[re.Match[str]]:
    """The places of one form of damage, none inside another."""
    read = 0
    for at in begins:
        m = rule.pattern.match(body, at) if at >= read else None
        if m is None:
            continue
        read = m.end()
        if not (rule.not_behind and rule.not_behind.match(body[at - 1 : at] if at else "")):
            yield m


def _word_before(body: str, at: int, most: int) -> str:
    """The letters and characters right before `at`, at most so many."""
    return re.findall(r"\w*$", body[max(0, at - most) : at])[0] if most else ""


def numbering_gaps(labels: Sequence[Label]) -> list[str]:
    """One line a place where numbering skips: after 3. comes 5. of the same style with nothing of a higher style between.

    Restarting at one, and numbers that run on across sections, are regular.
    """
    last: dict[str, int] = {}
    gaps: list[str] = []
    for label in labels:
        before = last.get(label.style)
        if label.value != 1 and before is not None and label.value not in (before, before + 1):
            gaps.append(f"numbering_gap: 编号不连续: {label.text.strip()} 之前为第{before}项")
        last[label.style] = label.value
    return gaps

"""Warnings about damaged text: kept verbatim in the clause, pointed out beside it, never repaired."""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.notices.numbering import Label

__all__ = ["find_damage", "numbering_gaps"]

# rule → pattern and what to tell the reader
_DAMAGE: tuple[tuple[str, re.Pattern[str], str], ...] = (
    # 202312月底前: the 年 is lost. Not 2023年12月, not 20231201.
    ("lost_year_sign", re.compile(r"(?<!\d)(?:19|20)\d{2}(?:0?[1-9]|1[0-2])月(?:底|末|初|中)?(?:前)?"), "疑缺“年”字"),
    # 到年，服务业…; 从年起: the figures of the year are lost. Not 到年底, 到年末.
    ("lost_year", re.compile(r"(?<![\d一-鿿])(?:到|至|从|自|由)年(?=[，,、起]|\d)|(?:从|自)年起"), "年份缺失"),
    # 发改服务[]475号: the year of a document number is lost.
    ("lost_number_year", re.compile(r"[一-鿿]{2,8}[〔\[(（]\s*[〕\])）]\s*\d{1,4}号"), "文号年份缺失"),
    # U+FFFD stands where a byte could not be read.
    ("replacement_character", re.compile("[^\\s\ufffd]{0,6}\ufffd+[^\\s\ufffd]{0,6}"), "有无法识别的字符"),
)
_SHOWN = 3  # examples a rule names before it only counts


def find_damage(body: str) -> list[str]:
    """One line a rule that fired, with its first places verbatim."""
    found: list[str] = []
    for rule, pattern, says in _DAMAGE:
        places = [m.group(0) for m in pattern.finditer(body)]
        if places:
            shown = "、".join(f"“{p}”" for p in dict.fromkeys(places[:_SHOWN]))
            found.append(f"{rule}: {says}: {shown}" + (f" 等{len(places)}处" if len(places) > _SHOWN else ""))
    return found


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

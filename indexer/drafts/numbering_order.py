"""The order of numbering by GB/T 9704-2012, 7.3.3: 一、（一）1.（1）, counted without gaps, repetitions or jumps over a level."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from indexer.drafts.findings import Draft, Finding, finding
from indexer.notices.numbering import Label, read_label

__all__ = ["check_numbering"]

_LEVELS = {"cn": 0, "cn_paren": 1, "ar": 2, "ar_paren": 3}
_FORMS = {"cn": "一、", "cn_paren": "（一）", "ar": "1.", "ar_paren": "（1）"}
_ORDINAL = ("part", "chapter", "section", "article")
# Where the counting begins anew: another document inside the file, a table.
_ANEW = ("part", "attachment", "attachment_title", "table_header", "title", "letter")


class _Last(Struct):
    """The last label of a style in the part that is read; `fresh` once a label of a higher level came behind it."""

    value: int
    fresh: bool = False


def check_numbering(draft: Draft) -> Iterator[Finding]:
    """Labels that break the order, compared with the last one of their style.

    numbering_skipped   after 三、 comes 五、, or a list begins with （二）
    numbering_repeated  三、 twice, or a number smaller than the one before that is not one
    numbering_level     一、 directly above （1）, or （一） directly above （1）: a level is left out
    Must not match: a list that begins anew at one, numbers that run on across sections (3. after （二） continues 2.), 1.
    directly under 一、 (common where there are two levels), numbers inside table cells, attachments, 第X条.
    """
    last: dict[str, _Last] = {}
    stack: list[str] = []
    for element in draft.elements:
        if element.kind in _ANEW:
            last, stack = {}, []
            continue
        if element.kind != "label":
            continue
        label = read_label(draft.body[element.start : element.end])
        if label is None or label.style not in _LEVELS:
            if label is not None and label.style in _ORDINAL:
                last, stack = ({}, []) if label.style != "article" else (last, [])
            continue
        span = (element.start, _line_end(draft.body, element.end))
        yield from _level(draft, label, stack, span)
        yield from _order(draft, label, last, span)
        stack = [style for style in stack if _LEVELS[style] < _LEVELS[label.style]] + [label.style]
        last[label.style] = _Last(label.value)
        for style, level in _LEVELS.items():
            if level > _LEVELS[label.style] and style in last:
                last[style].fresh = True


def _order(draft: Draft, label: Label, last: dict[str, _Last], span: tuple[int, int]) -> Iterator[Finding]:
    """What is wrong with the label's number, compared with the one before of its style."""
    before, form = last.get(label.style), label.text.strip()
    if before is not None and label.value == before.value + 1:
        return
    if label.value == 1:  # a list begins; only the same number twice running is surely wrong
        if before is not None and before.value == 1 and not before.fresh:
            yield _repeated(draft, form, span, before.value)
    elif before is None or (before.fresh and label.value != before.value):
        message = f"编号从“{form}”开始，缺少前面的编号"
        yield _finding(draft, span, "numbering_skipped", message, "从第一项起连续编号")
    elif label.value > before.value:
        message = f"编号不连续：上一个同级编号是第{before.value}项，这里是“{form}”"
        yield _finding(draft, span, "numbering_skipped", message, "补上缺少的条款，或者依次改编号")
    else:
        yield _repeated(draft, form, span, before.value)


def _repeated(draft: Draft, form: str, span: tuple[int, int], before: int) -> Finding:
    message = f"编号重复或倒退：上一个同级编号是第{before}项，这里又是“{form}”"
    return _finding(draft, span, "numbering_repeated", message, "依次改编号")


def _level(draft: Draft, label: Label, stack: list[str], span: tuple[int, int]) -> Iterator[Finding]:
    above = [style for style in stack if _LEVELS[style] < _LEVELS[label.style]]
    same = [style for style in stack if style == label.style]
    if not above or same:
        return
    left_out = [style for style in _LEVELS if _LEVELS[above[-1]] < _LEVELS[style] < _LEVELS[label.style]]
    if left_out and label.style == "ar_paren":
        missing = "、".join(f"“{_FORMS[style]}”" for style in left_out)
        message = f"“{_FORMS[above[-1]]}”之下直接用了“{label.text.strip()}”，越过{missing}"
        advice = "结构层次序数依次用“一、”“（一）”“1.”“（1）”（GB/T 9704-2012 7.3.3）"
        yield _finding(draft, span, "numbering_level", message, advice)


def _finding(draft: Draft, span: tuple[int, int], rule: str, message: str, advice: str) -> Finding:
    return finding(draft, span, rule=rule, severity="warning", message=message, advice=advice)


def _line_end(body: str, at: int) -> int:
    """The end of the line, at most twenty characters on: enough to recognise the item."""
    end = body.find("\n", at)
    return min(at + 20, len(body) if end < 0 else end)

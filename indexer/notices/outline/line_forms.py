"""Lines known by their form wherever they stand: remarks on the document, signatures, who printed it when, what may be a title."""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.notices.header.elements import is_date_line, is_signature
from indexer.notices.page.furniture import is_furniture
from indexer.notices.page.segments import Segment
from indexer.notices.units.labels import starts_unit_line

__all__ = ["MAX_LIST_LINE", "PROSE_END", "is_note", "is_printed_on", "is_signed", "is_title_like", "signs_alone"]

# A day in figures or in Chinese ones.
_DAY = r"[\d〇○零一二三四五六七八九]{4}\s?年\s?[\d一二三四五六七八九十]{1,2}\s?月\s?[\d一二三四五六七八九十]{1,3}\s?日"
_NOTE = re.compile(
    r"^[^。]{0,30}(?:承办|承印|校对)?[ \u3000]*(?:联系)?电话[:：][ \u3000]*[\d\-—、,，()（） \u3000]{6,40}$|"
    r"^[(（〔]?(?:本文有删减|全文如下|联系单位|此件|本件|此文|联系人|联系电话|联系方式|政策咨询|咨询电话|公开方式)[^。]{0,60}[)）〕]?$"
    rf"|^(?:抄送|抄报|印发|主题词)[:：].{{0,200}}$|^\S{{2,30}}(?:办公[室厅]|秘书处)\s*{_DAY}\s*印发$"
)
# What a note holds, one of these at least.
_NOTE_SIGN = re.compile("电话|印发|抄送|抄报|主题词|此件|本件|此文|联系|咨询|公开方式|本文|全文")
PROSE_END = "。；;：:！!"
_MAX_TITLE_LINE = 90
MAX_LIST_LINE = 80
_LONGEST_NOTE = 260
_MOST_SIGNERS = 40  # lines of signatures in a row
_SIGNERS = ("国务院", "中共中央", "中央军委")
_FIRST_OF_SIGNERS = frozenset("国中总主省市区县部局行署")  # of these and of the offices below
# 总理　李克强 — the office and the name that sign an order
_SIGNED_BY = re.compile(
    r"^(?:总理|主席|省长|市长|区长|县长|部长|局长|主任|行长|署长)[ \u3000]+[一-鿿][ \u3000]*[一-鿿]{1,3}$"
)
_PRINTED_ON = re.compile(rf"(?:\S{{2,30}}\s*)?{_DAY}\s*印发$")


def is_printed_on(text: str) -> bool:
    """Whether a paragraph says who printed the document when: 云泽市人民政府办公室 2023年4月3日印发."""
    return text.endswith("印发") and bool(_PRINTED_ON.match(text))


def signs_alone(text: str) -> bool:
    """Whether a paragraph is the name of who signs: a body, or the office and the name of a person."""
    if is_signature(text):
        return True
    if text[:1] not in _FIRST_OF_SIGNERS:
        return False
    bare = text.replace(" ", "").replace("\u3000", "")
    return bare in _SIGNERS or bool(_SIGNED_BY.match(text))


def is_note(text: str) -> bool:
    """Whether a paragraph is a remark on the document: （此件公开发布）, 抄送：…, 联系电话：…."""
    return len(text) <= _LONGEST_NOTE and _NOTE_SIGN.search(text) is not None and bool(_NOTE.match(text))


def is_signed(live: Sequence[Segment], i: int) -> bool:
    """Whether live[i] belongs to a run of signatures that a date, 印发 or the end of the text closes."""
    j = i
    most = min(len(live), i + _MOST_SIGNERS)
    while j < most and live[j].table is None and signs_alone(live[j].text):
        j += 1
    if j == i:
        return False
    return j == len(live) or (live[j].table is None and (is_date_line(live[j].text) or is_printed_on(live[j].text)))


def is_title_like(text: str) -> bool:
    """A short line without a sentence: may be a title or a part of one."""
    return (
        len(text) <= _MAX_TITLE_LINE
        and text[-1] not in PROSE_END + "，,、"
        and "。" not in text
        and not starts_unit_line(text)
        and not is_furniture(text)
    )

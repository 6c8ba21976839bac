"""Attachments: the list that names them below the letter, and the marker, the titles and the preamble that open one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.notices.header.elements import (
    is_addressees_line,
    is_date_line,
    is_month_line,
    is_signature,
    is_title,
)
from indexer.notices.numbering import ATTACHMENT, chinese_number, read_label
from indexer.notices.outline.line_forms import MAX_LIST_LINE, PROSE_END, is_signed, is_title_like
from indexer.notices.page.segments import Segment
from indexer.notices.units.labels import starts_unit_line

__all__ = ["attachment_number", "is_attachment_list", "label_attachment_list", "label_attachment_start"]


def is_attachment_list(live: Sequence[Segment], i: int, marker: re.Match[str], last_text: int) -> bool:
    """附件：1.… 2.… names attachments that follow later; 附件1 alone on its line begins one.

    A list when a name stands behind the colon and a signature, a date or another marker follows soon, or when
    numbered short lines follow up to one of these.
    """
    named = live[i].text[marker.end() :].strip()
    colon = marker.group(2) in (":", "：")
    if colon and (own := read_label(named)) and own.style == "ar" and own.value == 1:
        return True  # 附件：1.任务清单
    for x in live[i + 1 : i + 12]:
        if x.table:
            return False
        if is_date_line(x.text) or is_signature(x.text) or ATTACHMENT.match(x.text):
            return colon and (bool(named) or bool(live[i + 1].label))
        if len(x.text) > MAX_LIST_LINE or "。" in x.text:
            return False
    return colon and bool(named) and last_text <= i


def label_attachment_list(live: Sequence[Segment], i: int) -> int:
    """Name the list that begins at live[i]; the place behind its last line."""
    live[i].kind = "attachment_list"
    i += 1
    while i < len(live) and live[i].table is None:
        text = live[i].text
        if ATTACHMENT.match(text) or is_date_line(text) or is_signature(text) or len(text) > MAX_LIST_LINE:
            break
        own = live[i].label
        if own is None or own.style not in ("ar", "ar_paren"):
            break
        live[i].kind = "attachment_list"
        i += 1
    return i


def label_attachment_start(live: Sequence[Segment], i: int, marker: re.Match[str]) -> int:
    """The marker, its title lines and its preamble, up to the first number, unit line or table."""
    live[i].kind = "attachment"
    titled = bool(live[i].text[marker.end() :].strip(" :：《》"))
    i += 1
    while i < len(live) and live[i].table is None:
        s = live[i]
        if ATTACHMENT.match(s.text) or s.label:
            break
        if starts_unit_line(s.text):
            s.kind = "unit_line"
        elif is_month_line(s.text):
            s.kind = "part_date"
        elif titled and is_date_line(s.text) and _ends_here(live, i + 1):
            s.kind = "date"
        elif titled and is_signed(live, i):
            s.kind = "signature"
        elif is_addressees_line(s.text):
            s.kind = "addressees"
        elif is_title_like(s.text) and not titled:
            s.kind = "attachment_title"
            titled = not _title_continues(live, i)
        elif len(s.text) > 20 or s.text[-1] in PROSE_END:
            s.kind, titled = "preamble", True
        else:
            s.kind = "attachment_title" if not titled else "preamble"
        i += 1
    return i


def _ends_here(live: Sequence[Segment], i: int) -> bool:
    """Whether a document ends before live[i]: nothing follows, or an attachment."""
    return i == len(live) or (live[i].table is None and bool(ATTACHMENT.match(live[i].text)))


def _title_continues(live: Sequence[Segment], i: int) -> bool:
    """Whether the next line goes on with the title: this one does not end a title, and the next is short too."""
    if i + 1 >= len(live) or live[i + 1].table is not None:
        return False
    return not is_title(live[i].text) and is_title_like(live[i + 1].text) and not live[i + 1].label


def attachment_number(marker: re.Match[str]) -> int | None:
    """The attachment's number, None when it has none."""
    return chinese_number(marker.group(1)) if marker.group(1) else None

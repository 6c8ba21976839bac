"""Which part of a notice each paragraph is: title, addressees, letter, plan, attachment, signature, furniture.

A notice file often holds several documents: the letter that issues a plan, the plan, its attachments. `label` walks the
paragraphs once and gives each a name; what belongs to the page and not to the notice is set aside, not lost.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.notices.header.elements import is_date_line, is_month_line, is_title
from indexer.notices.numbering import ATTACHMENT
from indexer.notices.outline.attachments import is_attachment_list, label_attachment_list, label_attachment_start
from indexer.notices.outline.front import label_front
from indexer.notices.outline.line_forms import (
    MAX_LIST_LINE,
    PROSE_END,
    is_note,
    is_printed_on,
    is_signed,
    is_title_like,
)
from indexer.notices.page.furniture import is_front_furniture, is_furniture
from indexer.notices.page.segments import Kind, Segment
from indexer.notices.units import lists_units
from indexer.notices.units.labels import label_alone, starts_unit_line

__all__ = ["label", "label_as_text"]

_STOP = re.compile("[。：:]")
_LONGEST_END = 24  # characters of a signature or a date that ends in a mark; a longer sentence is neither
_PRINTED_BELOW = ("抄送", "抄报", "印发", "主题词")


def label(found: Sequence[Segment]) -> list[Segment]:
    """The same segments with their kinds; front matter first, then parts, attachments and the end."""
    segs = list(found)
    for s in segs:
        if s.table is None and is_furniture(s.text):
            s.kind = "furniture"
    live = [s for s in segs if s.kind != "furniture"]
    last_text = _last_text(live)
    first = _first_number(live, last_text)
    label_front(live, first)
    _label_body(live, first, last_text)
    return segs


def _first_number(live: Sequence[Segment], last_text: int) -> int:
    """Where the numbered text or a table begins; a list of attachments below the letter does not count."""
    i = 0
    while i < len(live):
        s = live[i]
        marker = ATTACHMENT.match(s.text) if s.table is None else None
        if marker and is_attachment_list(live, i, marker, last_text):
            i = label_attachment_list(live, i)
            continue
        if marker and i and marker.group(1) and len(s.text) <= MAX_LIST_LINE and not _STOP.search(s.text):
            return i  # the letter has no numbers; 附件1 begins below it
        if s.table or (s.label and not is_front_furniture(s.text)):
            return i
        i += 1
    return len(live)


def _label_body(live: list[Segment], first: int, last_text: int) -> None:
    """Kinds from the first number on: numbered paragraphs, text, attachments, the end and further parts."""
    ended = False
    i = first
    while i < len(live):
        s = live[i]
        marker = ATTACHMENT.match(s.text) if s.table is None else None
        if s.table:
            s.kind = "table"
            _label_captions(live, i)
            i += 1
        elif marker and len(s.text) <= MAX_LIST_LINE and "。" not in s.text:
            is_list = is_attachment_list(live, i, marker, last_text)
            i = label_attachment_list(live, i) if is_list else label_attachment_start(live, i, marker)
            ended = ended and is_list
        elif ended and i <= last_text and not _closes(live, i) and not starts_unit_line(s.text):
            i = _label_part(live, i)
            ended = False
        elif not ended and _opens_part(live, i):
            i = _label_part(live, i)
        else:
            s.kind = _kind_in_body(live, i, ended=ended)
            ended = ended or s.kind in ("date", "signature")
            i += 1


def _closes(live: Sequence[Segment], i: int) -> bool:
    return _kind_in_body(live, i, ended=False) in ("date", "signature", "note")


def _last_text(live: Sequence[Segment]) -> int:
    """Where the last numbered paragraph or table stands, other than a list of attachments; -1 without one."""
    for i in range(len(live) - 1, -1, -1):
        x = live[i]
        if x.table or (x.label and not ATTACHMENT.match(x.text)):
            return i
    return -1


def _kind_in_body(live: Sequence[Segment], i: int, *, ended: bool) -> Kind:
    """The kind of one paragraph from the first number on; after the end whatever is no number is a note."""
    text = live[i].text
    if text[-1] in PROSE_END and len(text) > _LONGEST_END and not text.startswith(_PRINTED_BELOW):
        if live[i].lists_units:
            return "unit_line"
        return "note" if ended else "numbered" if live[i].label else "text"
    if (is_date_line(text) and not _dates_text(live, i)) or is_printed_on(text):
        return "date"
    if is_signed(live, i):
        return "signature"
    if is_note(text):
        return "note"
    if live[i].lists_units or (i and label_alone(live[i - 1].text) and lists_units(text)):
        return "unit_line"
    if ended:
        return "note"
    return "numbered" if live[i].label else "text"


def _dates_text(live: Sequence[Segment], i: int) -> bool:
    """A date alone on its line inside running text: nothing but more numbered text of the same part follows."""
    nxt = live[i + 1] if i + 1 < len(live) else None
    return bool(nxt and nxt.table is None and starts_unit_line(nxt.text))


_MADE = re.compile(r"^(?:为|为了|根据|按照|依据|本)[^。]*(?:制定|制订|提出|特)")


def _opens_part(live: Sequence[Segment], i: int) -> bool:
    """Whether a further document begins without a signature before it: its title, then 为…制定… or its first number."""
    if live[i].text[-1] in PROSE_END or i + 1 >= len(live) or not is_title(live[i].text):
        return False
    below = [x for x in live[i + 1 : i + 3] if x.table is None and not is_note(x.text) and len(x.text) > 12]
    if below and _MADE.match(below[0].text):
        return True
    own = live[i + 1].label
    return bool(own and own.value == 1 and own.style in ("cn", "chapter", "article"))


def _label_part(live: list[Segment], i: int) -> int:
    """A further document after a signature: its title lines, then its preamble up to the first number."""
    titled = False
    while i < len(live) and not live[i].table and not live[i].label:
        s = live[i]
        if ATTACHMENT.match(s.text):
            return i
        if is_month_line(s.text):
            s.kind = "part_date"
        elif is_title_like(s.text) and not is_note(s.text):
            s.kind, titled = "part", True
        else:
            s.kind = "preamble" if titled else "note"
        i += 1
    return i


def _label_captions(live: Sequence[Segment], i: int) -> None:
    """Unit lines directly above a table lead all its rows: 总牵头办理单位：市发改委."""
    j = i - 1
    while j >= 0 and live[j].kind == "unit_line":
        live[j].kind = "caption"
        j -= 1


def label_as_text(segs: Sequence[Segment]) -> None:
    """Kinds for a page that holds no notice's text: the first title stays one, all other lines are text."""
    live = [s for s in segs if s.kind != "furniture" and s.table is None]
    for i, s in enumerate(live):
        s.kind = "title" if i == 0 and len(live) > 1 else "text"

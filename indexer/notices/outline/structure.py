"""Which part of a notice each paragraph is: title, addressees, letter, plan, attachment, signature, furniture.

A notice file often holds several documents: the letter that issues a plan, the plan, its attachments. `label` walks the
paragraphs once and gives each a name; what belongs to the page and not to the notice is set aside, not lost.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.notices.header.elements import (
    is_addressees_line,
    is_date_line,
    is_doc_number_line,
    is_month_line,
    is_signature,
    is_title,
)
from indexer.notices.numbering import ATTACHMENT, chinese_number, read_label
from indexer.notices.page.furniture import is_front_furniture, is_furniture
from indexer.notices.page.segments import Kind, Segment
from indexer.notices.units import document_wide, lists_units
from indexer.notices.units.labels import label_alone, starts_unit_line

__all__ = ["attachment_number", "label", "label_as_text"]

# --- labels --------------------------------------------------------------------------------------

# A day in figures or in Chinese ones.
_DAY = r"[\d〇○零一二三四五六七八九]{4}\s?年\s?[\d一二三四五六七八九十]{1,2}\s?月\s?[\d一二三四五六七八九十]{1,3}\s?日"
_NOTE = re.compile(
    r"^[^。]{0,30}(?:承办|承印|校对)?[ \u3000]*(?:联系)?电话[:：][ \u3000]*[\d\-—、,，()（） \u3000]{6,40}$|"
    r"^[(（〔]?(?:本文有删减|全文如下|联系单位|此件|本件|此文|联系人|联系电话|联系方式|政策咨询|咨询电话|公开方式)[^。]{0,60}[)）〕]?$"
    rf"|^(?:抄送|抄报|印发|主题词)[:：].{{0,200}}$|^\S{{2,30}}(?:办公[室厅]|秘书处)\s*{_DAY}\s*印发$"
)
# What a note holds, one of these at least.
_NOTE_SIGN = re.compile("电话|印发|抄送|抄报|主题词|此件|本件|此文|联系|咨询|公开方式|本文|全文")
_ISSUES = re.compile(
    r"印发给你们|转发给你们|现予(?:印发|公布|发布)|请(?:认真|遵照|结合|按照|各|你们|贯彻|抓好)[^。]{0,40}(?:执行|实施|落实|组织)|特此(?:通知|公告|函告)"
)
_STOP = re.compile("[。：:]")
_PROSE_END = "。；;：:！!"
_MAX_TITLE_LINE = 90
_MAX_LIST_LINE = 80


_LONGEST_NOTE = 260
_LONGEST_END = 24  # characters of a signature or a date that ends in a mark; a longer sentence is neither
_PRINTED_BELOW = ("抄送", "抄报", "印发", "主题词")
_MOST_SIGNERS = 40  # lines of signatures in a row
_SIGNERS = ("国务院", "中共中央", "中央军委")
_FIRST_OF_SIGNERS = frozenset("国中总主省市区县部局行署")  # of these and of the offices below
# 总理　李克强 — the office and the name that sign an order
_SIGNED_BY = re.compile(
    r"^(?:总理|主席|省长|市长|区长|县长|部长|局长|主任|行长|署长)[ \u3000]+[一-鿿][ \u3000]*[一-鿿]{1,3}$"
)
_PRINTED_ON = re.compile(rf"(?:\S{{2,30}}\s*)?{_DAY}\s*印发$")


def _is_printed_on(text: str) -> bool:
    """Whether a paragraph says who printed the document when: 云泽市人民政府办公室 2023年4月3日印发."""
    return text.endswith("印发") and bool(_PRINTED_ON.match(text))


def _is_signature(text: str) -> bool:
    if is_signature(text):
        return True
    if text[:1] not in _FIRST_OF_SIGNERS:
        return False
    bare = text.replace(" ", "").replace("\u3000", "")
    return bare in _SIGNERS or bool(_SIGNED_BY.match(text))


def _is_note(text: str) -> bool:
    """Whether a paragraph is a remark on the document: （此件公开发布）, 抄送：…, 联系电话：…."""
    return len(text) <= _LONGEST_NOTE and _NOTE_SIGN.search(text) is not None and bool(_NOTE.match(text))


def _signs(live: Sequence[Segment], i: int) -> bool:
    """Whether live[i] belongs to a run of signatures that a date, 印发 or the end of the text closes."""
    j = i
    most = min(len(live), i + _MOST_SIGNERS)
    while j < most and live[j].table is None and _is_signature(live[j].text):
        j += 1
    if j == i:
        return False
    return j == len(live) or (live[j].table is None and (is_date_line(live[j].text) or _is_printed_on(live[j].text)))


def _title_like(text: str) -> bool:
    """A short line without a sentence: may be a title or a part of one."""
    return (
        len(text) <= _MAX_TITLE_LINE
        and text[-1] not in _PROSE_END + "，,、"
        and "。" not in text
        and not starts_unit_line(text)
        and not is_furniture(text)
    )


def label(found: Sequence[Segment]) -> list[Segment]:
    """The same segments with their kinds; front matter first, then parts, attachments and the end."""
    segs = list(found)
    for s in segs:
        if s.table is None and is_furniture(s.text):
            s.kind = "furniture"
    live = [s for s in segs if s.kind != "furniture"]
    last_text = _last_text(live)
    first = _first_number(live, last_text)
    _label_front(live, first)
    _label_body(live, first, last_text)
    return segs


def _first_number(live: Sequence[Segment], last_text: int) -> int:
    """Where the numbered text or a table begins; a list of attachments below the letter does not count."""
    i = 0
    while i < len(live):
        s = live[i]
        marker = ATTACHMENT.match(s.text) if s.table is None else None
        if marker and _is_attachment_list(live, i, marker, last_text):
            i = _label_attachment_list(live, i)
            continue
        if marker and i and marker.group(1) and len(s.text) <= _MAX_LIST_LINE and not _STOP.search(s.text):
            return i  # the letter has no numbers; 附件1 begins below it
        if s.table or (s.label and not is_front_furniture(s.text)):
            return i
        i += 1
    return len(live)


def _label_front(live: list[Segment], first: int) -> None:
    """Kinds of what stands before the first number: the page's lines, title, number, addressees, letter, preamble."""
    front = live[:first]
    to = next((i for i, s in enumerate(front) if is_addressees_line(s.text)), None)
    titles = [i for i, s in enumerate(front) if is_title(s.text)]
    titled = titles[-1] if titles else len(front)  # behind a whole title 为… begins the text, however its line ends
    prose = next((i for i, s in enumerate(front) if _is_prose(s.text) or (i > titled and _leads_in(s.text))), None)
    zone = to if to is not None else prose if prose is not None else first
    _label_title_zone(front[:zone])
    rest = front[zone:]
    if to is not None:
        rest[0].kind = "addressees"
        rest = rest[1:]
    _label_letter(rest, live[first : first + 1], is_letter=to is not None)


def _begins_title(line: str, following: str) -> bool:
    """Whether a title breaks between two lines: 云泽市进一步优化社区养老服务供给 / 发展若干措施."""
    if "关于" in following or not _title_like(line) or is_title(line):
        return False
    return following.count("》") > following.count("《") or is_title(line + following)


# A line that opens a title, though it may go on below: 江澜省人民政府办公厅关于进一步规范房屋
_TITLE_OPENS = re.compile(r"关于印发|^关于|关于[^。]{4,80}的|(?:政府|办公[室厅]|委员会|[局部厅委])关于")


_REASONS = re.compile("为|根据|按照|依据|经")


def _is_prose(text: str) -> bool:
    """A sentence, or a long line that leads on to something; no title ends in 。 and none is long and ends in ：."""
    if is_front_furniture(text):
        return False
    if _REASONS.match(text) and (text[-1] in ",，" or (len(text) > 30 and ("," in text or "，" in text))):
        return True  # 为贯彻落实…，: a preamble, though its line may break in mid-sentence
    if text[-1] not in _PROSE_END:
        return False
    return len(text) > 30 or (text[-1] == "。" and len(text) > 12) or bool(_REASONS.match(text))


def _leads_in(text: str) -> bool:
    return len(text) > 12 and bool(_REASONS.match(text))


def _label_title_zone(zone: Sequence[Segment]) -> None:
    plain: list[Segment] = []
    for s in zone:
        if is_front_furniture(s.text):
            s.kind = "meta"
        elif is_doc_number_line(s.text):
            s.kind = "doc_number"
        elif is_date_line(s.text):
            s.kind = "date"
        elif is_month_line(s.text):
            s.kind = "part_date"
        elif _is_note(s.text):
            s.kind = "note"
        elif document_wide(s.text, 0):
            s.kind = "preamble"
        else:
            plain.append(s)
    start = next(
        (i for i, s in enumerate(plain) if is_title(s.text) or _TITLE_OPENS.search(s.text)),
        None,
    )
    while start and (_is_signature(plain[start - 1].text) or _begins_title(plain[start - 1].text, plain[start].text)):
        start -= 1
    for i, s in enumerate(plain):
        s.kind = "title" if start is None or i >= start else "meta"


def _opening_unit_line(s: Segment, following: Sequence[Segment]) -> Kind | None:
    """The kind of a paragraph before the first number that says who is responsible, None for any other."""
    if document_wide(s.text, 0):
        return "preamble"
    if not starts_unit_line(s.text):
        return None
    return "caption" if following and following[0].table else "unit_line"


def _label_letter(rest: Sequence[Segment], following: Sequence[Segment], *, is_letter: bool) -> None:
    """Letter, signature, date, then the plan's title and preamble; without a letter all prose is preamble."""
    closed = not is_letter
    for i, s in enumerate(rest):
        after = rest[i + 1].text if i + 1 < len(rest) else (following[0].text if following else "")
        if is_date_line(s.text):
            s.kind, closed = "date", True
        elif _is_signature(s.text) and (closed or is_date_line(after) or _is_signature(after)):
            s.kind, closed = "signature", True
        elif is_month_line(s.text):
            s.kind, closed = "part_date", True
        elif is_doc_number_line(s.text):
            s.kind = "doc_number"
        elif _is_note(s.text):
            s.kind = "note"
        elif s.kind == "attachment_list":
            continue
        elif ATTACHMENT.match(s.text) and len(s.text) <= _MAX_LIST_LINE:
            s.kind = "attachment_list"
        elif assigns := _opening_unit_line(s, following):
            s.kind = assigns
        elif (
            closed
            and _title_like(s.text)
            and not _leads_in(s.text)
            and (is_letter or is_title(s.text) or len(s.text) <= 40)
        ):
            s.kind = "part"
        elif closed:
            s.kind = "preamble"
        else:
            s.kind = "letter"
            closed = bool(_ISSUES.search(s.text)) and bool(after) and _title_like(after) and not is_signature(after)


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
        elif marker and len(s.text) <= _MAX_LIST_LINE and "。" not in s.text:
            is_list = _is_attachment_list(live, i, marker, last_text)
            i = _label_attachment_list(live, i) if is_list else _label_attachment_start(live, i, marker)
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
    if text[-1] in _PROSE_END and len(text) > _LONGEST_END and not text.startswith(_PRINTED_BELOW):
        if live[i].lists_units:
            return "unit_line"
        return "note" if ended else "numbered" if live[i].label else "text"
    if (is_date_line(text) and not _dates_text(live, i)) or _is_printed_on(text):
        return "date"
    if _signs(live, i):
        return "signature"
    if _is_note(text):
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
    if live[i].text[-1] in _PROSE_END or i + 1 >= len(live) or not is_title(live[i].text):
        return False
    below = [x for x in live[i + 1 : i + 3] if x.table is None and not _is_note(x.text) and len(x.text) > 12]
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
        elif _title_like(s.text) and not _is_note(s.text):
            s.kind, titled = "part", True
        else:
            s.kind = "preamble" if titled else "note"
        i += 1
    return i


def _is_attachment_list(live: Sequence[Segment], i: int, marker: re.Match[str], last_text: int) -> bool:
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
        if len(x.text) > _MAX_LIST_LINE or "。" in x.text:
            return False
    return colon and bool(named) and last_text <= i


def _label_attachment_list(live: Sequence[Segment], i: int) -> int:
    live[i].kind = "attachment_list"
    i += 1
    while i < len(live) and live[i].table is None:
        text = live[i].text
        if ATTACHMENT.match(text) or is_date_line(text) or is_signature(text) or len(text) > _MAX_LIST_LINE:
            break
        own = live[i].label
        if own is None or own.style not in ("ar", "ar_paren"):
            break
        live[i].kind = "attachment_list"
        i += 1
    return i


def _label_attachment_start(live: Sequence[Segment], i: int, marker: re.Match[str]) -> int:
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
        elif titled and _signs(live, i):
            s.kind = "signature"
        elif is_addressees_line(s.text):
            s.kind = "addressees"
        elif _title_like(s.text) and not titled:
            s.kind = "attachment_title"
            titled = not _title_continues(live, i)
        elif len(s.text) > 20 or s.text[-1] in _PROSE_END:
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
    return not is_title(live[i].text) and _title_like(live[i + 1].text) and not live[i + 1].label


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


def attachment_number(marker: re.Match[str]) -> int | None:
    """The attachment's number, None when it has none."""
    return chinese_number(marker.group(1)) if marker.group(1) else None

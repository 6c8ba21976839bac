"""What stands before the first number: the page's lines, title, number, addressees, the letter, the plan's title, preamble."""

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
from indexer.notices.numbering import ATTACHMENT
from indexer.notices.outline.line_forms import MAX_LIST_LINE, PROSE_END, is_note, is_title_like, signs_alone
from indexer.notices.page.furniture import is_front_furniture
from indexer.notices.page.segments import Kind, Segment
from indexer.notices.units import document_wide
from indexer.notices.units.labels import starts_unit_line

__all__ = ["label_front"]

_ISSUES = re.compile(
    r"印发给你们|转发给你们|现予(?:印发|公布|发布)|请(?:认真|遵照|结合|按照|各|你们|贯彻|抓好)[^。]{0,40}(?:执行|实施|落实|组织)|特此(?:通知|公告|函告)"
)


def label_front(live: list[Segment], first: int) -> None:
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
    if "关于" in following or not is_title_like(line) or is_title(line):
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
    if text[-1] not in PROSE_END:
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
        elif is_note(s.text):
            s.kind = "note"
        elif document_wide(s.text, 0):
            s.kind = "preamble"
        else:
            plain.append(s)
    start = next(
        (i for i, s in enumerate(plain) if is_title(s.text) or _TITLE_OPENS.search(s.text)),
        None,
    )
    while start and (signs_alone(plain[start - 1].text) or _begins_title(plain[start - 1].text, plain[start].text)):
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
        elif signs_alone(s.text) and (closed or is_date_line(after) or signs_alone(after)):
            s.kind, closed = "signature", True
        elif is_month_line(s.text):
            s.kind, closed = "part_date", True
        elif is_doc_number_line(s.text):
            s.kind = "doc_number"
        elif is_note(s.text):
            s.kind = "note"
        elif s.kind == "attachment_list":
            continue
        elif ATTACHMENT.match(s.text) and len(s.text) <= MAX_LIST_LINE:
            s.kind = "attachment_list"
        elif assigns := _opening_unit_line(s, following):
            s.kind = assigns
        elif (
            closed
            and is_title_like(s.text)
            and not _leads_in(s.text)
            and (is_letter or is_title(s.text) or len(s.text) <= 40)
        ):
            s.kind = "part"
        elif closed:
            s.kind = "preamble"
        else:
            s.kind = "letter"
            closed = bool(_ISSUES.search(s.text)) and bool(after) and is_title_like(after) and not is_signature(after)

"""What each paragraph of a notice is on the printed page, as GB/T 9704-2012 lays notices out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from corpus.making.source import Grid, Written

__all__ = ["Role", "laid_out"]

Role = Literal[
    "letterhead",  # 发文机关标志, in red
    "number",  # 发文字号
    "title",
    "addressees",  # 主送机关, without an indent
    "text",
    "heading",  # 一、, alone on its line
    "signature",  # 发文机关署名
    "date",  # 成文日期
    "attachment",  # 附件1, above an attachment
    "caption",  # the title of a plan or an attachment
    "copied",  # 抄送 and 印发
]

_DATE = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日")
_ATTACHMENT = re.compile(r"附件\d*")
_HEADING = re.compile(r"(?:#1 |[一二三四五六七八九十]+、|第[一二三四五六七八九十]+章)[^。]*")
_COPIED = re.compile(r"抄送[:\uff1a].*|.*\d日印发")
_PUBLIC = "（此件公开发布）"


def laid_out(notice: Written) -> Iterator[tuple[Role, str] | Grid]:
    """Each paragraph with its role, and the tables, in order."""
    role: Role | None = None
    is_above_title = True
    n_captions = 0
    parts = notice.parts
    for at, part in enumerate(parts):
        if isinstance(part, Grid):
            yield part
            continue
        before = role
        if is_above_title:
            role = _above(part, notice)
        elif part == notice.doc_number:
            role = "number"
        elif before in ("title", "number") and part.endswith((":", "：")):
            role = "addressees"
        elif _DATE.fullmatch(part):
            role = "date"
        elif part == notice.issuer and at + 1 < len(parts) and _is_date(parts[at + 1]):
            role = "signature"
        elif part == _PUBLIC:
            yield "text", part
            continue
        elif _ATTACHMENT.fullmatch(part):
            role = "attachment"
        elif _COPIED.fullmatch(part):
            role = "copied"
        elif before == "attachment" or (before == "date" and not n_captions and not part.endswith("。")):
            role = "caption"
            n_captions += 1
        else:
            role = "heading" if _HEADING.fullmatch(part) else "text"
        is_above_title = is_above_title and role != "title"
        yield role, part


def _above(part: str, notice: Written) -> Role:
    """The role of a paragraph that stands above the title or is the title."""
    if part == notice.title:
        return "title"
    return "number" if part == notice.doc_number else "letterhead"


def _is_date(part: str | Grid) -> bool:
    return isinstance(part, str) and _DATE.fullmatch(part) is not None

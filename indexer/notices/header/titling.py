"""The title of a notice, chosen among what a page shows: lines of one title, truncated repeats, a plan's name.

A full title is made of 发文机关名称, 事由 and 文种 (GB/T 9704-2012, 7.3.1), so the names of joint issuers directly above
关于… belong to it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.notices.header.bodies import is_signature, names_in
from indexer.notices.header.docnumbers import find_doc_numbers
from indexer.notices.header.titlelines import clean_title, is_title

__all__ = ["choose_title", "issued_titles", "joined_titles", "whole_titles"]

_MOST_LINES = 6
_LONGEST_LINE = 200  # characters; a longer line is no title, whatever it is labelled
_MOST_BODIES = 12  # lines of joint issuers above one title
_REMARK = re.compile(r"[(\uff08〔][^()\uff08\uff09〔〕]{1,24}[)\uff09〕]")
_NEWS = re.compile(r"^(?:我[省市区县州]|一图|图解|【图解】|解读|政策解读|关于《.*》的(?:政策)?解读|.*新闻发布)")
# 云泽市人民政府办公室发布《云泽市…若干措施》 is what a site says about the document in 《》.
_ANNOUNCED = re.compile(r"^[^《》]{0,40}(?:发布|印发|出台|公布)(?:关于)?《(?P<title>[^《》]{6,150})》$")
_ISSUES = re.compile(r"印发|转发|批转")
_ABOUT = re.compile(r"关于|印发|转发|批转")
_NUMBER_AT_END = re.compile(
    r"[\s—\-(\uff08]*[\u4e00-\u9fffA-Za-z]{2,12}[〔\[【(\uff08]\d{4}[〕\]】)\uff09]\d+号[)\uff09]?\s*$"
)
_NUMBER_AT_HEAD = re.compile(
    r"^[(\uff08]?[\u4e00-\u9fffA-Za-z]{2,12}[〔\[【(\uff08]\d{4}[〕\]】)\uff09]\d+号[)\uff09]?\s*(?!文)(?=.{6})"
)
_MARKS = re.compile(r"[\W_]+")
_ISSUED = re.compile(
    r"(?:印发|转发|发布|公布)(.{6,120}?)(?:的通知|的函|的通告|的公告)?(?:[(\uff08][^()\uff08\uff09]*[)\uff09])?$"
)


def choose_title(lines: Sequence[str], page_title: str | None) -> str:
    """The full title among a page's title lines: split lines joined, truncated repeats and residue left out.

    A title that issues (…关于印发…的通知) wins over the bare name of what is issued; a remark on a line of its own
    ((征求意见稿)) belongs to the title above it. Empty where there is nothing.
    """
    cleaned = [line for line in (_without_number(clean_title(line)) for line in lines) if line]
    candidates = [*joined_titles(cleaned)]
    page = _without_number(clean_title(page_title)) if page_title and len(page_title) <= 2 * _LONGEST_LINE else ""
    if page and is_title(page):
        candidates.append(page)
    candidates = [_announced(c) for c in candidates if not _NEWS.match(c)] or candidates
    full = whole_titles(candidates)
    if full:
        return max(full, key=lambda c: (bool(_ISSUES.search(c)), c == page, len(c)))
    return page or max((line for line in cleaned if len(line) <= _LONGEST_LINE), key=len, default="")


def whole_titles(titles: Sequence[str]) -> list[str]:
    """The titles that are no part of another one."""
    keys = {title: _key(title) for title in titles}
    return [title for title in titles if not any(title != other and keys[title] in keys[other] for other in titles)]


def joined_titles(lines: Sequence[str]) -> list[str]:
    """Complete titles made of one line or of several that follow each other; a finished title is not extended.

    Lines of joint issuers are part of the title whose 关于… follows them: 云泽市商务局 云泽市财政局 / 关于…的通知.
    """
    titles: list[str] = []
    signs = [is_signature(line) for line in lines]
    above: list[str] = []  # the bodies that stand directly above the line
    for first, line in enumerate(lines):
        if signs[first]:
            above.append(line)
            continue
        heads, above = _heads(above, line, signs.count(True)), []
        joined = ""
        for last in range(first, min(first + _MOST_LINES, len(lines))):
            if last > first and (signs[last] or _key(lines[last])[:8] == _key(heads + joined)[:8]):
                break  # another body, or the site's title once more
            joined = clean_title(joined + lines[last])
            if is_title(joined) or (heads and is_title(heads + joined)):
                remark = lines[last + 1] if last + 1 < len(lines) and _REMARK.fullmatch(lines[last + 1]) else ""
                titles.append(heads + joined + remark)
                break
    return titles


def _heads(above: Sequence[str], line: str, bodies: int) -> str:
    """The bodies above a line as the head of its title, where the line goes on with 关于… or ends one body more."""
    if not above or len(above) > _MOST_BODIES:
        return ""
    about = _ABOUT.search(line)
    if about is None or (about.start() > 0 and not is_signature(line[: about.start()])):
        return above[-1] if bodies == 1 else ""
    names = [name for part in above for name in names_in(part)]
    return " ".join(names) + (" " if about.start() else "")


def _announced(title: str) -> str:
    found = _ANNOUNCED.match(title)
    return found["title"] if found and is_title(found["title"]) else title


def _without_number(line: str) -> str:
    """A title line without a 文号 glued to its end or its head: …的通知——云住建〔2023〕46号, 云住建〔2023〕46号关于…."""
    if "号" not in line or not find_doc_numbers(line):
        return line
    bare = _NUMBER_AT_HEAD.sub("", _NUMBER_AT_END.sub("", line))
    return clean_title(bare) if bare != line else line


def issued_titles(title: str) -> list[str]:
    """The name of what a title issues: 云泽市…关于印发养老服务方案的通知 → 养老服务方案."""
    found = _ISSUED.search(title)
    return [found[1].strip("《》<>〈〉")] if found else []


def _key(text: str) -> str:
    return _MARKS.sub("", text)

"""The title of a notice, chosen among what a page shows: lines of one title, truncated repeats, a plan's name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.notices.elements import clean_title, find_doc_numbers, is_signature, is_title, names_in

__all__ = ["choose_title", "issued_titles", "joined_titles", "whole_titles"]

_MOST_LINES = 6
_REMARK = re.compile(r"[(（〔][^()（）〔〕]{1,24}[)）〕]")
_NEWS = re.compile(r"^(?:我[省市区县州]|一图|图解|【图解】|解读|政策解读|关于《.*》的(?:政策)?解读|.*新闻发布)")


def choose_title(lines: Sequence[str], page_title: str | None) -> str:
    """The full title among a page's title lines: split lines joined, truncated repeats and residue left out.

    A title that issues (…关于印发…的通知) wins over the bare name of what is issued; a remark on a line of its own
    ((征求意见稿)) belongs to the title above it. Empty where there is nothing.
    """
    cleaned = [line for line in (_without_number(clean_title(line)) for line in lines) if line]
    candidates = [*joined_titles(cleaned)]
    page = clean_title(page_title) if page_title else ""
    if page and is_title(page):
        candidates.append(page)
    candidates = [c for c in candidates if not _NEWS.match(c)] or candidates
    full = whole_titles(candidates)
    if full:
        return max(full, key=lambda c: (bool(re.search(r"印发|转发|批转", c)), c == page, len(c)))
    return page or max(cleaned, key=len, default="")


def whole_titles(titles: Sequence[str]) -> list[str]:
    """The titles that are no part of another one."""
    return [title for title in titles if not any(title != other and _key(title) in _key(other) for other in titles)]


def joined_titles(lines: Sequence[str]) -> list[str]:
    """Complete titles made of one line or of several that follow each other; a finished title is not extended."""
    titles: list[str] = []
    bodies = [line for line in lines if is_signature(line)]
    for first in range(len(lines)):
        if is_signature(lines[first]) and (len(bodies) > 1 or len(names_in(lines[first])) > 1):
            continue  # joint issuers above the title are no part of it
        joined = ""
        for last in range(first, min(first + _MOST_LINES, len(lines))):
            if last > first and (is_signature(lines[last]) or _key(lines[last])[:8] == _key(joined)[:8]):
                break  # another body, or the site's title once more
            joined = clean_title(joined + lines[last])
            if is_title(joined):
                remark = lines[last + 1] if last + 1 < len(lines) and _REMARK.fullmatch(lines[last + 1]) else ""
                titles.append(joined + remark)
                break
    return titles


def _without_number(line: str) -> str:
    """A title line without a 文号 glued to its end: …的通知——云住建〔2023〕46号."""
    numbers = find_doc_numbers(line)
    if not numbers:
        return line
    return re.sub(r"[\s—\-(（]*[\u4e00-\u9fffA-Za-z]{2,12}[〔\[【(（]\d{4}[〕\]】)）]\d+号[)）]?\s*$", "", line)


def issued_titles(title: str) -> list[str]:
    """The name of what a title issues: 云泽市…关于印发养老服务方案的通知 → 养老服务方案."""
    found = re.search(
        r"(?:印发|转发|发布|公布)(.{6,120}?)(?:的通知|的函|的通告|的公告)?(?:[(（][^()（）]*[)）])?$", title
    )
    return [found[1].strip("《》<>〈〉")] if found else []


def _key(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)

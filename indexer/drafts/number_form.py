"""The form of 发文字号 by GB/T 9704-2012, 7.2.5: the year in full in 〔〕, the serial number without 第 and without zeros before it.

Checked wherever a number stands: the draft's own and those it cites.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from indexer.drafts.findings import Draft, Finding, finding
from indexer.notices.header.docnumbers import number_spans

__all__ = ["check_number_form", "check_number_year"]

# 云政办发〔2023〕8号 with whatever brackets, year and number; letters before, so that (2023)8号 alone is none.
_NUMBER = re.compile(
    r"(?<=[\u4e00-\u9fff])\s?(?P<open>[〔\[［【(（﹝])\s?(?P<year>\d{2}|\d{4})\s?(?P<close>[〕\]］】)）﹞])\s?(?P<nth>第?)\s?(?P<no>\d{1,5})\s?号"
)
_LETTERS = re.compile(r"[\u4e00-\u9fff]{2,14}$")
_DOCUMENT_LETTERS = re.compile(r"[发办函字政府令规通委党组]$|[发办函字规通]")
_STANDARD = "GB/T 9704-2012 7.2.5"


def check_number_form(draft: Draft) -> Iterator[Finding]:
    """Numbers that are not written as the standard has it, one finding for each fault.

    number_brackets  the year stands in other brackets than 〔〕: 云政发[2023]8号, （2023）
    number_year      the year is not written in full: 〔23〕
    number_ordinal   第 before the number: 〔2023〕第8号
    number_zero      zeros before the number: 〔2023〕08号
    Must not match: 云泽市人民政府令第12号 and 2023年第5号, which have forms of their own; (2023)8号 without letters;
    a page's line 文号:.
    """
    for found in _NUMBER.finditer(draft.body):
        letters = _LETTERS.search(draft.body, max(0, found.start() - 14), found.start())
        if letters is None or not _DOCUMENT_LETTERS.search(letters[0]):
            continue
        span = (_start_of_letters(draft.body, found.start()), found.end())
        year = found["year"] if len(found["year"]) == 4 else f"20{found['year']}"
        right = f"{draft.body[span[0] : found.start()].strip()}〔{year}〕{int(found['no'])}号"
        for rule, wrong, message in (
            ("number_brackets", (found["open"], found["close"]) != ("〔", "〕"), "发文字号的年份未用六角括号〔〕"),
            ("number_year", len(found["year"]) != 4, "发文字号的年份未标全称"),
            ("number_ordinal", bool(found["nth"]), "发文顺序号前加了“第”字"),
            ("number_zero", found["no"].startswith("0"), "发文顺序号编了虚位"),
        ):
            if wrong:
                advice = f"改为“{right}”（{_STANDARD}）"
                yield finding(draft, span, rule=rule, severity="error", message=message, advice=advice)


def _start_of_letters(body: str, end: int) -> int:
    """Where the letters of a number begin; the words of the sentence that run into them are left out as far as known."""
    window = body[max(0, end - 24) : end]
    spans = number_spans(f"{window.rstrip()}〔2000〕1号")
    return max(0, end - 24) + spans[-1][1] if spans else end - 2


def check_number_year(draft: Draft) -> Iterator[Finding]:
    """number_other_year: the year of the draft's own number is not that of its date.

    Must not match: a draft without date or number; a number of the year before in a notice dated in January, which
    offices number late.
    """
    own, issued = draft.notice.doc_number, draft.notice.issued_on
    year = re.search(r"〔(\d{4})〕", own or "")
    if (
        not (own and issued and year)
        or year[1] == issued[:4]
        or (issued[5:7] == "01" and int(year[1]) == int(issued[:4]) - 1)
    ):
        return
    spans = [(start, end) for number, start, end in number_spans(draft.body) if number == own]
    if spans:
        message = f"发文字号的年份与成文日期（{issued}）不一致"
        advice = "核对文号年份和成文日期，以签发年度为准"
        yield finding(draft, spans[0], rule="number_other_year", severity="warning", message=message, advice=advice)

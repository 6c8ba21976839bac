"""发文字号: letters of the issuing body, the year in hexagonal brackets, a serial number (GB/T 9704-2012, 7.2.5).

云政办发〔2023〕8号; pages write the brackets as [] 【】 () or mix them, scrubbed ones lose the year (云发改〔〕475号).
Orders and announcements have forms of their own: 云泽市人民政府令第12号, 2023年第5号, 云泽市财政局公告2023年第28号.
"""

from __future__ import annotations

import re

from indexer.notices.blanks import without_blanks

__all__ = ["find_doc_numbers", "find_order", "is_doc_number_line", "number_spans"]

_OPEN, _CLOSE = "〔[［【(\uff08﹝", "〕]］】)\uff09﹞"
_CJK = r"\u3400-\u4dbf\u4e00-\u9fff\u3007\u25cb"
_YEAR_BRACKET = (
    rf"[{re.escape(_OPEN)}][ \u3000]{{0,2}}(?P<year>\d{{4}}|(?=[{re.escape(_CLOSE)}]))年?"
    rf"[ \u3000]{{0,2}}[{re.escape(_CLOSE)}]"
)
_SERIAL = re.compile(
    _YEAR_BRACKET
    + r"[ \u3000]{0,2}(?P<nth>第?)[ \u3000]{0,2}(?P<no>\d{1,5})[ \u3000]{0,2}(?:号|(?=(?:[、，,和及]\d{1,5}){1,9}号))"
)
# 云政发〔2019〕8号、9号 and 云政发〔2019〕8、9号: the letters and the year hold for the numbers that follow
_NEXT_NUMBER = re.compile(r"[、，,和及][ \u3000]{0,2}(?P<no>\d{1,5})(?:号|(?=(?:[、，,和及]\d{1,5}){0,9}号))")
# Words of the sentence that run into a number's letters: 根据云政办发〔2023〕8号.
_LEAD_IN = re.compile(
    r".*(?:根据|按照|依据|依照|落实|贯彻|执行|参照|遵照|文件|以及|见|详见|文号|字号|编号|号|即|原|转发|印发的|废止|代替|取代)"
)
_MAX_LETTERS = 14
_LETTERS = re.compile(rf"[{_CJK}A-Za-z]{{1,{_MAX_LETTERS}}}\Z")
_ORDER = re.compile(
    rf"(?P<body>[{_CJK}、 ]{{0,40}}(?:令|公告|通告))[ \u3000]{{0,2}}(?P<year>(?:\d{{4}}年)?)[ \u3000]{{0,2}}"
    r"第[ \u3000]{0,2}(?P<no>\d{1,4})[ \u3000]{0,2}号"
)
_ORDER_ALONE = re.compile(r"(?:\d{4}年)?第\d{1,4}号(?:令|公告|通告)?")
_SIGNER = re.compile(r"签发人[:\uff1a].*")
_FIELD_NAME = re.compile(r"^(?:发文字号|文件编号|文号|字号)[:\uff1a]?")
_LONGEST_LINE = 60
_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")


def find_doc_numbers(text: str) -> list[str]:
    """Every 发文字号 in `text`, in order, brackets normalised to 〔〕 and inner spaces removed.

    云政办发[2023]8号 and 云政办发(2023)8号 become 云政办发〔2023〕8号; 云政发〔2019〕8号、9号 gives both; a scrubbed year
    stays empty. Must not match: (2023)第1期, 〔2023〕8号 without letters before it, an index number.
    """
    return [number for number, _, _ in number_spans(text)] if "号" in text else []


def number_spans(text: str) -> list[tuple[str, int, int]]:
    """Every 发文字号 with its span in `text`; the span of a number that shares its letters is its own figures."""
    spans: list[tuple[str, int, int]] = []
    for found in _SERIAL.finditer(text):
        start = found.start()
        while start > 0 and text[start - 1] in " \u3000" and found.start() - start < 2:
            start -= 1
        end_letters = start
        before = _LETTERS.search(text, max(0, start - _MAX_LETTERS), start)
        letters = before[0] if before else ""
        lead_in = _LEAD_IN.match(letters)
        if lead_in:
            letters = letters[lead_in.end() :]
        letters = letters.lstrip("和与及以")
        if not letters:
            continue
        year = found["year"].translate(_DIGITS)
        head = f"{letters}〔{year}〕{found['nth']}"
        spans.append((f"{head}{found['no'].translate(_DIGITS)}号", end_letters - len(letters), found.end()))
        at = found.end()
        while more := _NEXT_NUMBER.match(text, at):
            spans.append((f"{head}{more['no'].translate(_DIGITS)}号", more.start("no"), more.end()))
            at = more.end()
    return spans


def find_order(text: str) -> str | None:
    """The number of an order or announcement that `text` names: 云泽市人民政府令第12号, 公告2023年第28号; else None."""
    if "号" not in text or "第" not in text:
        return None
    found = _ORDER.search(text)
    return without_blanks(found[0]) if found else None


def is_doc_number_line(text: str) -> bool:
    """Whether the whole paragraph is a 发文字号, in brackets or with 签发人 or not: (青政办发〔2010〕57号), 第12号.

    Also 云泽市人民政府令 第12号 and 2023年第5号. Must not match: a paragraph that cites a number, 附件1,
    《…》(青政发〔2010〕5号).
    """
    if len(text) > _LONGEST_LINE or "号" not in text:
        return False
    bare = _FIELD_NAME.sub("", _SIGNER.sub("", without_blanks(text)))
    if bare[:1] in ("(", "\uff08", "[") and bare[-1:] in (")", "\uff09", "]"):
        inner = bare[1:-1]
        bare = inner if number_spans(inner) or _ORDER.fullmatch(inner) or _ORDER_ALONE.fullmatch(inner) else bare
    spans = number_spans(bare)
    if spans:
        return (
            spans[0][1] == 0
            and spans[-1][2] == len(bare)
            and all(a[2] >= b[1] - 1 for a, b in zip(spans, spans[1:], strict=False))
        )
    return bool(_ORDER.fullmatch(bare) or _ORDER_ALONE.fullmatch(bare))

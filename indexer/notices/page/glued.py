"""A whole notice on one line without any blank between its paragraphs, as some sites and copied messages have it.

What is left to cut at is the numbering itself: labels that count up from one, each behind the end of a sentence, or right
behind a short heading where a deeper numbering begins (一、总体要求（一）指导思想。). A label that does not continue its own
count is text: a cross-reference, an enumeration in a sentence, a decimal.
"""

from __future__ import annotations

import re

from indexer.notices.header.elements import is_addressees_line, is_signature, is_title, split_signature
from indexer.notices.numbering import RANKS, Label, read_label

__all__ = ["glued_paragraphs", "without_addressees"]

_LABEL = re.compile(
    r"[一二三四五六七八九十]{1,3}、|[(（][一二三四五六七八九十]{1,3}[)）]|\d{1,2}[.\uff0e](?!\d)|\d{1,2}、(?!\d)|[(（]\d{1,2}[)）]|"
    r"第[一二三四五六七八九十百]{1,4}[章节条]"
)
_TOP = ("cn", "chapter", "article")  # a whole notice counts in one of these
_FEWEST = 2  # labels of that numbering, below which the line is a paragraph that enumerates
_SHORTEST = 150  # characters of a notice on one line
_STOPS = "。；;！!？?：:）)”】"
_MAX_HEADING = 24  # a heading between two labels: no mark inside, and no longer than this
_MARK = re.compile("[，,。；;：:！!？?]")
# Where a title may end before what stands behind it: 文号, 主送, the text.
_TITLE_ENDS = re.compile(
    r"(?:通知|意见|方案|办法|措施|规定|要点|决定|细则|规划|计划|通告|公告|批复|[)）])(?=[各省市县区为根按经现]|(?!的)[一-鿿]{2,8}[〔\[（(]\s?\d{4})"
)
_NUMBER = re.compile(r"[一-鿿]{2,10}[〔\[（(]\s?\d{4}\s?[〕\]）)]\s?\d{1,4}号")
# A signature and its date between two documents, or at the end of one.
_SIGNED = re.compile(
    r"(?<=[。：:])(?P<name>[^。；;：:，,]{4,40}?)(?P<date>[\d〇○零一二三四五六七八九]{4}年[\d一二三四五六七八九十]{1,2}月[\d一二三四五六七八九十]{1,3}日)"
)
_ATTACHED = re.compile(r"(?<=[。）)])附件[:\uff1a]|(?<=[。）)])[(（](?:此件|本件|此文)")
_BODY_ENDS = frozenset("府门位构局委会厅办区县市院校业企团室司行社)）")  # last characters of names of bodies
_LETTER_BEGINS = re.compile(
    r"\s*(?:《|为|根据|按照|依据|经|现|近|今|本|当前|目前|关于|你|贵|20\d\d|去年|党的|省|市|区|县|国务院)"
)
_LONGEST_TITLE, _LONGEST_ADDRESS = 120, 300


def glued_paragraphs(line: str) -> list[str]:
    """The paragraphs of a line that holds a whole notice; the line alone where its numbering does not say so."""
    if len(line) < _SHORTEST:
        return [line]
    cuts = _counted_labels(line)
    if not cuts:
        return [line]
    head, *numbered = [line[a:b] for a, b in zip([0, *cuts], [*cuts, len(line)], strict=True)]
    return [part for part in (*_head(head), *numbered[:-1], *_tail(numbered[-1])) if part]


def _counted_labels(line: str) -> list[int]:
    """Places of the labels that count on, empty where no numbering of a whole notice is among them."""
    expected: dict[str, int] = {}
    cuts: list[int] = []
    top = 0
    last: tuple[int, Label] | None = None  # end and label of the last cut
    for m in _LABEL.finditer(line):
        label = read_label(line[m.start() : m.start() + 16])
        if label is None or label.value != expected.get(label.style, 1):
            continue
        if not _may_open(line, m.start(), label, last):
            continue
        cuts.append(m.start())
        last = (m.end(), label)
        top += label.style in _TOP
        expected[label.style] = label.value + 1
        for style in [s for s in expected if RANKS[s] > label.rank and s != "article"]:  # articles count on
            del expected[style]
    return cuts if top >= _FEWEST else []


def _may_open(line: str, at: int, label: Label, last: tuple[int, Label] | None) -> bool:
    """Whether a paragraph may begin at a label: behind a sentence, or as the first one behind a deeper heading."""
    if at == 0 or line[at - 1] in _STOPS:
        return True
    if last is None or label.value != 1 or label.rank <= last[1].rank:
        return False
    between = line[last[0] : at]
    return 2 <= len(between) <= _MAX_HEADING and not _MARK.search(between)


def _head(text: str) -> list[str]:
    """What stands before the first label: title, number, addressees and letter, signature and date, plan's title, preamble."""
    signed = next((m for m in _SIGNED.finditer(text) if is_signature(m["name"])), None)
    if signed is None:
        return _opening(text)
    return [*_opening(text[: signed.start()]), signed["name"], signed["date"], *_opening(text[signed.end() :])]


def _opening(text: str) -> list[str]:
    """The title of a text that begins with one, its number and its addressees, and the rest."""
    for m in _TITLE_ENDS.finditer(text, 0, _LONGEST_TITLE):
        if is_title(text[: m.end()]):
            number = _NUMBER.match(text, m.end())
            at = number.end() if number else m.end()
            return [text[: m.end()], text[m.end() : at], *without_addressees(text[at:])]
    return without_addressees(text)


def without_addressees(text: str) -> list[str]:
    """The addressees that a text begins with and the rest; the text alone where it begins otherwise.

    各县（市、区）人民政府，市政府各部门：《…方案》已经市政府同意… is two paragraphs that a page ran together. Not 财政部门：负责….
    """
    wide, narrow = text.find("：", 0, _LONGEST_ADDRESS), text.find(":", 0, _LONGEST_ADDRESS)
    colon = min(wide, narrow) if wide >= 0 and narrow >= 0 else max(wide, narrow)
    if colon <= 0 or text[colon - 1] not in _BODY_ENDS:
        return [text]
    if _LETTER_BEGINS.match(text, colon + 1) and "关于" not in text[:colon] and is_addressees_line(text[: colon + 1]):
        return [text[: colon + 1], text[colon + 1 :]]
    return [text]


def _tail(text: str) -> list[str]:
    """The last paragraph, and behind it the list of attachments, remarks, the signature with its date."""
    cuts = sorted({0, *(m.start() for m in _ATTACHED.finditer(text)), len(text)})
    parts = [text[a:b] for a, b in zip(cuts, cuts[1:], strict=False)]
    stop = parts[0].rfind("。") + 1
    if stop and split_signature(parts[0][stop:]):
        parts[:1] = [parts[0][:stop], parts[0][stop:]]
    return parts

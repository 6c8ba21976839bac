"""Logical paragraphs of a notice: physical lines split where a page flattened them, joined where a page broke them.

Nothing is rewritten: a paragraph's characters are the source's, only blanks at its ends and page furniture go.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from indexer.notices.agencies import is_unit_name
from indexer.notices.brackets import bracket_spans, top_level
from indexer.notices.header.elements import is_addressees_line, is_date_line, is_signature
from indexer.notices.numbering import ATTACHMENT, read_label
from indexer.notices.page.furniture import is_furniture, is_page_number, without_buttons
from indexer.notices.page.glued import glued_paragraphs, without_addressees
from indexer.notices.units.labels import starts_unit_line

__all__ = ["logical_paragraphs"]

_BLANK = " \t\r\f\v\xa0\u3000\u2002\u2003\u2009\u200b\ufeff"
_GAP = re.compile(f"[{_BLANK}]+")
_UNIT_LABEL = r"(?:总?牵头|责任|配合|参与|协办|协同|主办|承办|分办责任)(?:单位|部门)[:：]|(?:责任|分管|牵头|包联|包抓)领导[:：]|责任人[:：]|完成时[限间][:：]"
_UNIT_LABEL_HEAD = re.compile(_UNIT_LABEL)
_LABEL_AHEAD = re.compile(
    rf"(?:[一二三四五六七八九十]{{1,3}}、|[(（][一二三四五六七八九十]{{1,3}}[)）]|\d{{1,2}}[.\uff0e、](?!\d)|[(（]\d{{1,2}}[)）]|第[一二三四五六七八九十百]{{1,4}}[编章节条]|[①-⑳]|{_UNIT_LABEL})"
)
_HEAD_LINES = 20  # lines among which the addressees stand
_WHOLE = 0.5  # a paragraph with this share of a page's characters may be a whole notice
_FLATTENED_LABELS = 3  # a line with this many numbering labels behind blanks is a whole page on one line
_SENTENCE_END = "。；;！!？?：:"
# …（责任单位：市民政局）三、强化保障: a number right behind a unit bracket opens a paragraph
_NUMBER_AFTER_BRACKET = re.compile(
    r"[)）〕】]。?(?=[一二三四五六七八九十]{1,3}、|[(（][一二三四五六七八九十]{1,3}[)）])"
)
_UNIT_AFTER_SENTENCE = re.compile(
    rf"[。；;！!](?=[总牵责配参协主承分包完【])(?={_UNIT_LABEL}|【(?:总?牵头|责任|配合)(?:单位|部门)】)"
)
_UNIT_WORD = re.compile("单位|部门|领导|责任人|时限|时间")
_SENTENCE_STOPS = "。！!？?"  # behind these no sentence goes on
_NOT_WRAPPED = frozenset(_SENTENCE_END + "”》)）")
_WRAP_MIN_LINES = 5
_WRAP_MIN_SHARE = 0.3  # of the page's longer lines; in a page of table cells a few happen to be of one width
_WRAP_MIN_WIDTH = 18
_WRAP_SLACK = 2.5  # a line may end this much short of the width, where a mark must not open the next
_MOST_SEEN = 600  # characters of a long paragraph that are looked at to see whether it ends or goes on
_SHORTEST_UNIT_BRACKET = 4  # characters of a unit bracket but the last: (牵头:)
_LONGEST_BRACKET = 240  # characters of a bracket that holds units
_REFERS = (
    "条第",
    "章第",
    "款第",
    "附件第",
    "方案第",
    "办法第",
    "意见第",
    "规划第",
    "条例第",
)  # 按照第三条第 / （二）项
_NAME_MARK = re.compile("[、,\uff0c;\uff1b]")
_LISTS_AT_END = re.compile(rf"{_UNIT_LABEL}[^。；;]{{0,160}}$")  # …。责任单位：省人力资源社会 / 保障厅
_NAME_BEGINS = frozenset("省市区县州各国")  # what begins so is a name of its own
_FIRST_NAME = re.compile("^[^、,，;；:：。]{0,40}")
_LAST_NAME = re.compile("[^、,，;；:：]*$")
_LONGEST_NAME = 80  # characters of a title inside 《》
_LONGEST_MARK = 30  # characters of a line that every page repeats
_FEWEST_PAGES = 2
_SHORTEST_PAGE = 250  # characters
_WIDEST = 125  # characters that are measured; a longer line is wider than any page, whatever it holds
_WRAP_MAX_WIDTH = 60  # no page sets more characters a line; longer lines are paragraphs

# The beginning of a unit bracket, as far as the line shows it: （责 · （牵头单
_BRACKET_BEGUN = re.compile(r"[(（〔【\[](?:责任?单?|牵头?单?|配合?单?)$")
# A pair with no other bracket inside, or a single bracket.
_PAIR_OR_BRACKET = re.compile(r"[(（〔【\[)）〕】\]](?:(?<=[(（〔【\[])[^(（〔【\[)）〕】\]]*+[)）〕】\]])?")
# --- splitting and joining -----------------------------------------------------------------------


def logical_paragraphs(lines: Iterable[str]) -> list[str]:
    """Paragraphs in reading order, non-empty and trimmed; page furniture is kept for the caller to judge."""
    trimmed = [t for line in lines for t in (_trim(line),) if t]
    joined = _join_wrapped(_without_running_lines(trimmed))
    whole = _WHOLE * sum(map(len, joined))
    head = [part for line in joined[:_HEAD_LINES] for part in without_addressees(line)]
    return [
        part for line in (*head, *joined[_HEAD_LINES:]) for part in _split_line(line, may_be_whole=len(line) >= whole)
    ]


def _without_running_lines(lines: list[str]) -> list[str]:
    """The lines without page numbers that stand bare beside a line repeated on every page, and without that line.

    A converter's mark or a running head comes again and again, each time behind or before the number of the page:
    1 / 来自免费用户 / … / 2 / 来自免费用户. A page holds some text; a page with a table's 序号 column is left alone, where the
    same cells come again beside counting figures too.
    """
    if not any(map(str.isdecimal, lines)):
        return lines
    beside: dict[str, list[int]] = {}
    for i, (line, below) in enumerate(zip(lines, lines[1:], strict=False)):
        if line.isdecimal() != below.isdecimal():
            number, mark = (line, below) if line.isdecimal() else (below, line)
            if len(number) <= 3 and 2 <= len(mark) <= _LONGEST_MARK:
                beside.setdefault(mark, []).append(i)
    if not beside or any(line.replace(" ", "") == "序号" for line in lines):
        return lines
    gone: set[int] = set()
    for mark, places in beside.items():
        numbers = [int(next(x for x in lines[i : i + 2] if x.isdecimal())) for i in places]
        counted = numbers == list(range(numbers[0], numbers[0] + len(numbers)))
        pages = [sum(map(len, lines[a:b])) for a, b in zip(places, places[1:], strict=False)]
        is_text = read_label(mark) or starts_unit_line(mark) or is_unit_name(mark)
        if counted and len(places) >= _FEWEST_PAGES and min(pages) >= _SHORTEST_PAGE and not is_text:
            gone.update(j for i in places for j in (i, i + 1))
    return [line for i, line in enumerate(lines) if i not in gone] if gone else lines


def _trim(line: str) -> str:
    return without_buttons(line.strip(_BLANK + "\n"))


def _split_line(line: str, *, may_be_whole: bool) -> list[str]:
    """A physical line's paragraphs: at blanks when a whole page stands on it, else at blanks before a label.

    A line that `may_be_whole`, a notice in itself, and has no blanks to be cut at is cut at its numbering.
    """
    gaps = [m.span() for m in _GAP.finditer(line)] if _has_gap(line) else []
    if not gaps and not may_be_whole:
        return _split_unit_line(line)
    labels = [bool(_LABEL_AHEAD.match(line, end)) for _, end in gaps]
    flattened = sum(labels) >= _FLATTENED_LABELS
    if may_be_whole and not flattened and len(glued := glued_paragraphs(line)) > 1:
        return [part for paragraph in glued for part in _split_line(paragraph, may_be_whole=False)]
    if not gaps:
        return _split_unit_line(line)
    parts: list[str] = []
    start = 0
    for (gap, after), label in zip(gaps, labels, strict=True):
        if (flattened or label) and gap > start and _breaks(line, start, gap, after, label=label, flattened=flattened):
            parts.append(line[start:gap])
            start = after
    parts.append(line[start:])
    return [q for p in parts for q in _split_unit_line(p) if q.strip(_BLANK)]


def _has_gap(line: str) -> bool:
    return len(line.split(None, 1)) > 1 or "\u200b" in line or "\ufeff" in line


def _split_unit_line(text: str) -> list[str]:
    """…服务水平。责任单位：市民政局 → two paragraphs; inside a bracket the label belongs to the bracket."""
    if not (_may_hold_label(text) or _closes_bracket(text) or text.find("。", 0, -1) >= 0):
        return [text]
    before = _split_before_units(text)
    numbered = _closes_bracket(text) and _NUMBER_AFTER_BRACKET.search(text) is not None
    if (len(before) == 1 and not numbered and not starts_unit_line(text)) or not _UNIT_WORD.search(text):
        return [text]
    found: list[str] = []
    for part in before:
        found += _after_unit_line(part) if starts_unit_line(part) else [part]
    return [q for part in found for q in _split_behind_brackets(part)] if numbered else found


def _may_hold_label(text: str) -> bool:
    """Whether a mark stands in the text that ends every label inside it: a colon, or the bracket of 【责任单位】."""
    return "：" in text or ":" in text or "】" in text


def _closes_bracket(text: str) -> bool:
    """Whether a bracket that may hold units closes in the text; that of a number closes before: （一）."""
    low = _SHORTEST_UNIT_BRACKET
    return (
        text.find("）", low) >= 0 or text.find(")", low) >= 0 or text.find("〕", low) >= 0 or text.find("】", low) >= 0
    )


def _split_before_units(text: str) -> list[str]:
    if not _may_hold_label(text) or not _UNIT_AFTER_SENTENCE.search(text):
        return [text]
    parts: list[str] = []
    start = counted = depth = 0
    for m in _UNIT_AFTER_SENTENCE.finditer(text):
        between = text[counted : m.end()]
        depth += sum(between.count(c) for c in "(（〔【[") - sum(between.count(c) for c in ")）〕】]")
        counted = m.end()
        if not depth:
            parts.append(text[start:counted])
            start = counted
    return [*parts, text[start:]]


def _split_behind_brackets(text: str) -> list[str]:
    parts: list[str] = []
    start = 0
    closed = {b for a, b in bracket_spans(text) if starts_unit_line(text[a:b])}
    for m in _NUMBER_AFTER_BRACKET.finditer(text):
        if m.start() + 1 in closed:
            parts.append(text[start : m.end()])
            start = m.end()
    return [*parts, text[start:]]


def _after_unit_line(line: str) -> list[str]:
    """责任单位：市民政局。利用老厂房… → the unit line and the text that goes on behind it."""
    stop = next(iter(top_level(line, 0, len(line), "。")), len(line)) + 1
    rest = line[stop:].strip(_BLANK)
    return [line[:stop], rest] if rest else [line]


_NAME_BEGUN = re.compile(r"(?:领导|责任人|负责人)[:：]\s*[一-鿿]$")
_OPENING, _CLOSING = "(（《〈“‘「『【〔[", ")）》〉”’」』】〕],，、。；;：:！!？?%％"
_NEVER_LAST = frozenset(_OPENING + "、，,")
_NEVER_FIRST = frozenset((*_CLOSING, "|", ""))
# A signature and its date behind a list of units: 云泽市人民政府办公室 2015年3月6日
_SIGNED = re.compile(
    rf"[^{_BLANK}、，,；;：:]{{4,40}}[{_BLANK}]+[\d〇○零一二三四五六七八九]{{4}}年[\d一二三四五六七八九十]{{1,2}}月"
)
_DATE_PART = re.compile(r"\d\s*[年月]$")


def _breaks(line: str, start: int, end: int, after: int, *, label: bool, flattened: bool) -> bool:
    """Whether the blank between line[start:end] and line[after:] ends a paragraph; `label` says that one follows it."""
    last, following = line[end - 1], line[after : after + 1]
    if line.startswith("主题词", start, end):
        return label
    if last in _NEVER_LAST or following in _NEVER_FIRST:
        return False
    if not flattened:
        return label and (last in _SENTENCE_END[:-2] + ")）”" or starts_unit_line(line[after : after + 20]))
    if label:
        return True
    piece = line[start : min(end, start + _MOST_SEEN)]
    own = read_label(piece)
    if own and own.text == piece:
        return False
    if last in ":：":
        return is_addressees_line(piece)
    if last.isascii() and last.isalnum() and following.isascii() and following.isalnum():
        return False
    if (_DATE_PART.search(line, max(start, end - 6), end) and following.isdigit()) or (
        last.isdigit() and following in "年月日"
    ):
        return False
    if _NAME_BEGUN.search(line, max(start, end - 12), end):
        return False  # 牵头领导:李 明 is one name
    if starts_unit_line(piece):
        if _SIGNED.match(line, after):
            return True
        word = _GAP.split(line[after : after + 40], maxsplit=1)[0]
        return not all(is_unit_name(w) for w in _NAME_MARK.split(word) if w)
    return True


def _join_wrapped(lines: Sequence[str]) -> list[str]:
    """Lines that a PDF or a fixed-width page broke mid-sentence, joined again.

    A page counts as wrapped when several lines end without a sentence end at one common width; then such a line goes
    on with the next. A unit bracket left open at a line's end goes on in any case. Never joined: a line before a
    label, a unit line, an attachment marker, a date or a signature.
    """
    widths = list(map(_width, lines))
    width = _wrap_width(lines, widths)
    joined: list[list[str]] = []
    before = ""  # the end of the paragraph so far
    cut = False  # whether a page's number stood between this line and the one before
    last = 0.0  # width of the last physical line
    for t, own in zip(lines, widths, strict=True):
        if is_page_number(t):
            cut = True  # furniture, which may stand between two halves of a sentence
            continue
        full = cut or bool(width) and width - _WRAP_SLACK <= last <= width + 1
        if before and _goes_on(joined[-1][0], before, t, full=full):
            joined[-1].append(t)
            before = (before + t)[-_MOST_SEEN:]
        else:
            joined.append([t])
            before = t[-_MOST_SEEN:]
        last, cut = own, False
    return ["".join(pieces) for pieces in joined]


def _goes_on(first: str, before: str, line: str, *, full: bool) -> bool:
    """Whether a line goes on with the paragraph that begins with the line `first` and ends in `before`.

    The last physical line had the page's `full` width. A table's unit cell may happen to have that width: it neither goes
    on nor is gone on with, unless a label opens the list (牵头单位：市民政局、 / 市财政局). No line begins with a comma.
    """
    if before[-1] in _SENTENCE_STOPS:
        return False
    bracket = _open_bracket(before)
    in_bracket = bool(bracket) and (starts_unit_line(bracket) or bool(_BRACKET_BEGUN.match(bracket)))
    in_bracket = in_bracket or _breaks_a_title(before, line)
    if line[0] in "、，,；;" and len(line) > 1:
        return in_bracket or before[-1] not in _SENTENCE_END
    if (before[-1] == "责" and line.startswith("任")) or _breaks_a_unit(before, line):
        return True
    if not in_bracket and (not full or before[-1] in "。；;：:！!？?"):
        return False
    if in_bracket and _UNIT_LABEL_HEAD.match(line):
        return True  # （牵头单位：市民政局； / 配合单位：市财政局）
    if (_opens(line) and not before.endswith(_REFERS)) or is_furniture(line):
        return False
    if bracket or in_bracket or before[-1] == "等":
        return True
    if starts_unit_line(first) and not is_unit_name(_LAST_NAME.findall(before)[0]):
        return True
    return not is_signature(line) and not _is_unit_list(line) and not _is_unit_list(before)


def _breaks_a_unit(before: str, line: str) -> bool:
    """Whether a list of units ends inside a name that the next line completes: 责任单位：省人力资源社会 / 保障厅、省总工会."""
    if not "\u4e00" <= before[-1] <= "\u9fff" or ("单位" not in before and "部门" not in before):
        return False
    if not _LISTS_AT_END.search(before[-_LONGEST_BRACKET:]):
        return False
    left, right = _LAST_NAME.findall(before)[0], _FIRST_NAME.findall(line)[0]
    if not left or not right or right[0] in _NAME_BEGINS:
        return False
    return not is_unit_name(left) and is_unit_name(left + right)


def _breaks_a_title(before: str, line: str) -> bool:
    """Whether a line ends inside 《》 and the next closes it: 《关于加快发展 / 的意见》."""
    opened = before.rfind("《", -_LONGEST_NAME, len(before))
    if opened < 0 or before.find("》", opened) >= 0:
        return False
    closed = line.find("》", 0, _LONGEST_NAME)
    return closed >= 0 and line.find("《", 0, closed) < 0


def _open_bracket(text: str) -> str:
    """The text from the outermost bracket on that is open at its end: （市民政局牵头，市财; empty where none is."""
    tail = text[-_LONGEST_BRACKET:]
    if not ("（" in tail or "(" in tail or "〔" in tail or "【" in tail or "[" in tail):
        return ""
    outermost = depth = 0
    for m in _PAIR_OR_BRACKET.finditer(tail):
        at, behind = m.span()
        if behind > at + 1:
            continue
        if tail[at] in "(（〔【[":
            outermost = outermost if depth else at
            depth += 1
        elif depth:
            depth -= 1
    return tail[outermost:] if depth else ""


def _is_unit_list(line: str) -> bool:
    return len(line) <= 80 and all(is_unit_name(x) for x in _NAME_MARK.split(line))


def _width(line: str) -> float:
    """Printed width in full-width characters."""
    length = len(line)
    if length > _WIDEST:
        return 0.5 * length
    extra = len(line.encode("utf-8", "surrogatepass")) - length  # two bytes more a Chinese one
    return 0.5 * length + 0.25 * extra


def _wrap_width(lines: Sequence[str], widths: Sequence[float]) -> float:
    """The common width at which lines break without a sentence end; 0 where there is none."""
    cut = [
        w
        for t, w in zip(lines, widths, strict=True)
        if _WRAP_MIN_WIDTH <= w <= _WRAP_MAX_WIDTH and t[-1] not in _NOT_WRAPPED and "|" not in t
    ]
    n_long = sum(w >= _WRAP_MIN_WIDTH for w in widths)
    best, most = 0.0, 0
    counts = Counter(cut)
    for w in sorted(counts):
        near = sum(n for x, n in counts.items() if w - _WRAP_SLACK <= x <= w)
        if near > most:
            best, most = w, near
    return best if most >= max(_WRAP_MIN_LINES, 0.5 * len(cut), _WRAP_MIN_SHARE * n_long) else 0.0


def _opens(line: str) -> bool:
    return bool(read_label(line) or starts_unit_line(line) or ATTACHMENT.match(line) or is_date_line(line))

"""Documents that a notice ends or puts itself in the place of: 废止, 停止执行, 代替, 与本通知不一致的以本通知为准.

A repeal is a statement of the notice itself. Tasks (清理废止…文件), proposals (拟予以废止), the notice's own end
(2027年6月30日废止) and statements that name no document (此前政策与本通知不一致的，以本通知为准) are none.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from operator import attrgetter
from typing import Literal

from msgspec import Struct

from indexer.notices.blanks import without_blanks
from indexer.notices.header.cites import is_generic, numbers_behind, titles_in_marks
from indexer.notices.header.docnumbers import number_spans
from indexer.notices.header.titlelines import is_title
from indexer.records import Repeal

__all__ = ["find_repeals"]

_ENDING = ("废止", "停止执行", "不再执行", "不再施行", "停止施行", "不再适用", "失效")
_LEADING = ("废止", "停止执行", "不再执行", "取代", "代替", "替代")
# Some character pair of every verb above; most notices end nothing.
_ENDS_ANYTHING = re.compile(
    r"[废停不失取代替](?=[止再效代替])(?:(?<=废)止|(?<=停)止[执施]|(?<=不)再[执施适]|(?<=失)效|(?<=取)代|(?<=代)替|(?<=替)代)"
)
_MOST_BEFORE = 1500  # characters of a sentence read backwards for its list of documents
_MOST_BETWEEN = 200  # characters between a document and the verb

# The bracket with a document's number, whatever brackets the number itself is written with.
_NUMBER = r"(?:[(\uff08](?:[^()\uff08\uff09《》\n]|[(\uff08]\d{4}[)\uff09]){0,120}[)\uff09]|[〔\[【][^《》\n]{0,120}?号[〕\]】])?"

# --- 《…》同时废止 ----------------------------------------------------------------------------------

# Rule `ended`: the documents stand before the verb and the statement ends behind it. 废止前, 废止的, 废止文件目录 are none.
_STATED = re.compile(r"[。；;，,、)\uff09\s\uff08]|$|自本|原|此前|以前|本")
# What may stand between the last document and the verb: its number, 等3件文件, 自本通知施行之日起同时.
_UP_TO_VERB = re.compile(
    _NUMBER + r"\s*(?:等?[\d一二三四五六七八九十两]*[件份个项]?(?:文件|规定|办法|通知|行政规范性文件|规范性文件)?)?"
    r"[,，、]?\s*(?:同时|即行|即予|即|一并|相应|随之|均|也|亦|现|现予|予以|自行|自动|立即|宣布|全部|已|业|原|不再|"
    r"自[^《》。；;，,\n]{1,24}?(?:起|日(?!起|之))|于[^《》。；;，,\n]{1,20}?日?|从[^《》。；;，,\n]{1,20}?起|[,，])*+"
)
# Rule `to_end`: the verb stands before the documents, at the head of a statement: 决定废止《…》, 取代《…》.
_OF_DOCUMENTS = re.compile(r"(?:原|了|下列|以下|[^《》。；;，,\n]{0,30}?(?:印发|发布|公布|制定|施行)的)?(?=《)")
_STATES = re.compile(
    r"(?:^|[。；;，,、：:）)\s]|决定|现|即日起|之日起|日起|同时|予以|一并|现将|起|本(?:通知|办法|意见|规定|方案|细则|措施))$"
)
# Rule `prevails`: the named document yields where the two differ, or differ they may no more.
_PREVAILS = re.compile(r"以本[\u4e00-\u9fff《》]{1,8}(?:规定)?为准")
_DIFFERS = re.compile(
    _NUMBER + r"\s*(?:等(?:文件|规定)?)?(?:中)?(?:的)?(?:相关|有关)?(?:规定|政策|内容|条款|要求)?(?:中)?[,，]?"
    r"(?:如有|如|凡|若|有)?(?:与|同|和)本[^《》。；;\n]{1,14}?(?:不一致|不符|不相符|抵触|相抵触|冲突|不同|矛盾)[^《》。；;\n]{0,8}?[,，]?(?:均|一律|应)?"
)
# Not done by this notice, or not at all: a task, a wish, another's doing.
_NOT_OURS = re.compile(
    r"(?:拟|应当?|建议|将|可|需|须|不得|不予|未|尚未|已经|已被|被|清理|推动|加快|研究|及时|抓紧|完成|审查|评估|修订或|修改或|修改、|"
    r"修订、|立改|进行|予以修改或|是否|如|若|按程序|逐步|全面|依法|待|符合)(?:予以|自行|一并|及时|按程序)?$"
)
# Between two documents of one list: a comma or 和, and who issued the next one when.
_LISTED = re.compile(
    _NUMBER + r"\s*(?:文件)?[、,，和及与]{0,2}(?:以及|或者)?\s*(?:原|此前|之前|以前)?"
    r"(?P<prelude>[^《》。；;\n]{0,220}?)"
)
_PRELUDE = re.compile(
    r"(?:[^，,]{0,60}?(?:[，,、]|年|日|号|令|会议|院|府|厅|局|委|部|会|室|原|第)[^《》]{0,200}?)?"
    r"(?:印发|发布|公布|颁布|通过|批准|制定|施行|实施|修订|修正|修改|出台|下发|发出|转发)(?:的|实施的)?|"
    r"[\d年月日○〇一二三四五六七八九十]{0,12}(?:原|[\u4e00-\u9fff]{2,30}(?:府|厅|局|委|部|会|室|院|中心|办))?|关于印发"
)
_BASIS = re.compile(r"根据|依据|按照|依照|参照|执行|遵照|适用|符合|不一致|以外|除外|继续有效")
_SENTENCE_ENDS = "。；;\n"


class _Named(Struct, frozen=True):
    """A document in 《》: its title, span and the number in the bracket behind it."""

    title: str
    start: int
    end: int
    number: str | None


def find_repeals(body: str, *, title: str = "") -> tuple[Repeal, ...]:
    """The documents that the notice ends, or puts itself in the place of, in the order of the text, each once.

    《…》（江政发〔2018〕5号）同时废止 repeals; 此前印发的《…》与本通知不一致的，以本通知为准 and 取代《…》 replace. A notice whose
    `title` is itself a repeal (关于废止…的通知) ends what its title and its list name. Not: 清理废止有关文件, 拟予以废止,
    《…》第五条停止执行 (a part of a document), 本通知2027年废止.
    """
    ends = _ENDS_ANYTHING.search(body) is not None
    ending, leading = (_verbs(body, _ENDING), _verbs(body, _LEADING)) if ends else ([], [])
    prevails = "为准" in body and "以本" in body
    if not (ending or leading or prevails) and not _REPEAL_TITLE.search(title):
        return ()
    marked = [
        _Named(without_blanks(name), start, end, next(iter(numbers_behind(body, end)), None))
        for name, start, end in titles_in_marks(body)
    ]
    found: list[Repeal] = []
    if _REPEAL_TITLE.search(title):
        found += _of_decision(body, title, marked)
    found += _before_verb(body, marked, ending) + _behind_verb(body, marked, leading)
    found += _yielding(body, marked) if prevails else []
    unique: dict[str, Repeal] = {}
    for repeal in found:
        unique.setdefault(repeal.title or repeal.doc_number or "", repeal)
    return tuple(unique.values())


Relation = Literal["repeals", "replaces"]


def _repeal(named: _Named, relation: Relation) -> Repeal:
    return Repeal(named.title, named.number, relation)


def _sentence_start(body: str, at: int) -> int:
    return max(
        max(body.rfind(sign, max(0, at - _MOST_BEFORE), at) for sign in _SENTENCE_ENDS) + 1, at - _MOST_BEFORE, 0
    )


def _verbs(body: str, words: tuple[str, ...]) -> list[tuple[int, int]]:
    """Where one of the words stands, left to right."""
    found: list[tuple[int, int]] = []
    for word in words:
        at = body.find(word)
        while at >= 0:
            found.append((at, at + len(word)))
            at = body.find(word, at + 1)
    return sorted(found)


def _before_verb(body: str, marked: list[_Named], verbs: list[tuple[int, int]]) -> list[Repeal]:
    """Rule `ended`: the run of documents directly before 同时废止, or a number alone (江政发〔2018〕5号文件同时废止)."""
    found: list[Repeal] = []
    for verb, end in verbs:
        if not _STATED.match(body, end):
            continue
        start = _sentence_start(body, verb)
        inside = _inside(marked, start, verb)
        if _NOT_OURS.search(body[max(start, verb - 12) : verb]):
            continue
        if inside and _reaches(_UP_TO_VERB, body, inside[-1].end, verb):
            found += [_repeal(named, "repeals") for named in _run(body, inside, start) if not is_generic(named.title)]
        elif not inside:
            found += _numbers_ended(body, start, verb)
    return found


def _inside(marked: list[_Named], start: int, end: int) -> list[_Named]:
    first = bisect_left(marked, start, key=attrgetter("start"))
    return marked[first : bisect_right(marked, end, lo=first, key=attrgetter("end"))]


def _reaches(between: re.Pattern[str], body: str, start: int, end: int) -> bool:
    return end - start <= _MOST_BETWEEN and bool(between.fullmatch(body, start, end))


def _numbers_ended(body: str, start: int, end: int) -> list[Repeal]:
    """Documents named by their number alone: 江政发〔2018〕5号文件同时废止."""
    sentence = body[max(start, end - 200) : end]
    spans = number_spans(sentence)
    if not spans or not _UP_TO_VERB.fullmatch(sentence, spans[-1][2]) or _BASIS.search(sentence):
        return []
    return [Repeal("", number, "repeals") for number, _, _ in spans]


def _run(body: str, inside: list[_Named], start: int) -> list[_Named]:
    """The documents listed up to the last one of `inside`: those before it as long as nothing but who issued them parts."""
    run = [inside[-1]]
    for named in reversed(inside[:-1]):
        listed = _LISTED.fullmatch(body, named.end, run[0].start)
        if not listed or _BASIS.search(listed["prelude"]) or not _PRELUDE.fullmatch(listed["prelude"]):
            break
        run.insert(0, named)
    before = body[max(start, run[0].start - 14) : run[0].start]
    return [] if re.search(r"(?:除|不含|不包括)$", before) else run


def _behind_verb(body: str, marked: list[_Named], verbs: list[tuple[int, int]]) -> list[Repeal]:
    """Rule `to_end`: the run of documents behind 决定废止, 停止执行 or 取代."""
    found: list[Repeal] = []
    starts = {named.start: i for i, named in enumerate(marked)}
    for verb, end in verbs:
        of = _OF_DOCUMENTS.match(body, end)
        first = starts.get(of.end()) if of else None
        before = body[max(0, verb - 10) : verb].rpartition("\n")[2]
        if first is None or _NOT_OURS.search(before) or (before and not _STATES.search(before)):
            continue
        relation: Relation = "replaces" if "代" in body[verb:end] or "替" in body[verb:end] else "repeals"
        last = first
        while last + 1 < len(marked) and _LISTED_SHORT.fullmatch(body, marked[last].end, marked[last + 1].start):
            last += 1
        if _PART_FOLLOWS.match(body, marked[last].end):
            continue
        found += [_repeal(named, relation) for named in marked[first : last + 1] if not is_generic(named.title)]
    return found


_LISTED_SHORT = re.compile(_NUMBER + r"\s*[、,，和及与]{0,2}(?:以及)?\s*")
# 《…》第五条, 《…》中的限购规定: a part of the document ends, not the document.
_PART_FOLLOWS = re.compile(
    _NUMBER
    + r"(?:附件\d*)?(?:第[一二三四五六七八九十百\d]+[章节条款项]|中|的?(?:有关|相关|部分)(?:规定|条款|内容|政策))"
)


def _yielding(body: str, marked: list[_Named]) -> list[Repeal]:
    """Rule `prevails`: the run of documents that yield where they differ from the notice."""
    found: list[Repeal] = []
    for verb in _PREVAILS.finditer(body):
        start = _sentence_start(body, verb.start())
        inside = _inside(marked, start, verb.start())
        if inside and _reaches(_DIFFERS, body, inside[-1].end, verb.start()):
            found += [_repeal(named, "replaces") for named in _run(body, inside, start) if not is_generic(named.title)]
    return found


# --- a notice that is itself a repeal --------------------------------------------------------------

_REPEAL_TITLE = re.compile(r"关于(?:决定|公布)?(?:废止|宣布[^《》]{0,12}?(?:废止|失效)|停止执行)(?!和?修改?制度)")
_ROW = re.compile(
    r"^\s*(?:[(\uff08]?[\d一二三四五六七八九十]{1,4}[)\uff09.\uff0e、\s|]\s*)?[|\s]*(?P<title>[^《》|\n。]{8,120}?)\s*[|]?\s*"
    r"(?P<number>[(\uff08]?[^\s|()\uff08\uff09]{2,14}[〔\[]\d{4}[〕\]]\d{1,5}号[)\uff09]?)"
)
_KEEPS = re.compile(r"修改|修订|保留|继续有效|修正")
_ENDS = re.compile(r"废止|失效|停止执行")
_TITLES_IN_TITLE = re.compile(r"《(?P<title>(?:[^《》]|〈[^〉]*〉)+)》")


def _of_decision(body: str, title: str, marked: list[_Named]) -> list[Repeal]:
    """What a decision ends: the documents in its title, and the rows of its list, apart from those it amends or keeps."""
    found = [
        Repeal(m["title"], None, "repeals")
        for m in _TITLES_IN_TITLE.finditer(title)
        if not _REPEAL_TITLE.search(m["title"])
    ]
    numbers = {named.title: named.number for named in marked if named.number}
    found = [Repeal(r.title, numbers.get(r.title), r.relation) for r in found]
    ends, at = True, 0
    waiting = list(marked)
    for line in body.split("\n"):
        line_end = at + len(line)
        held = []
        while waiting and waiting[0].start < line_end:
            held.append(waiting.pop(0))
        if _ENDS.search(line) or (_KEEPS.search(line) and not held):
            ends = bool(_ENDS.search(line))
        row = None if held else _ROW.match(line[:200])
        if ends and row and is_title(row["title"]):
            numbered = number_spans(row["number"])
            found.append(Repeal(without_blanks(row["title"]), numbered[0][0] if numbered else None, "repeals"))
        elif ends:
            found += [
                _repeal(named, "repeals")
                for named in held
                if (named.number or not body[at : named.start].strip(" \u30000123456789.、()\uff08\uff09\uff0e|"))
                and not _REPEAL_TITLE.search(named.title)
                and not is_generic(named.title)
            ]
        at = line_end + 1
    return found

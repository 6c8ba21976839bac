"""Paragraphs without a number behind numbered ones: to which item they belong, and which of them close the document.

A paragraph usually goes on with the item above it. Three kinds do not, each a rule with its own name:

list items    （一）…；（二）…。 are sentences, not titles of what follows; `Segment.listed` says so
list_end      a paragraph behind such a list belongs to the item that the list stands under: 以上两项政策不重复享受。
closing       behind the last item, what speaks for the whole document: 本意见自2022年8月1日起施行。 各县可参照执行。
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.notices.brackets import bracket_spans
from indexer.notices.page.segments import Segment
from indexer.notices.units import plain_bracket
from indexer.notices.units.labels import starts_unit_line

__all__ = ["is_repeal", "mark_endings"]

# 本意见自2022年8月1日起施行，有效期5年 · 以上措施，自印发之日起实行 · 本办法由市住房城乡建设局负责解释 · 本政策有效期至2025年底
_STATEMENT = re.compile(
    r"(?:本|该|以上|上述)(?!项目|部门|单位|市|区|县|省)[^，,。；;：:]{0,12}?[，,]?"
    r"(?:[自从][^，,。；;]{0,24}(?:施行|实施|实行|执行|生效)|由[^。；;]{0,40}解释|有效期|(?:执行|施行|实施|实行|试行)(?:期限|时间|期|[一二三四五\d]年))"
    r"|自[^，,。；;]{2,24}起(?:施行|实施|实行|执行|生效)|未尽事宜"
    r"|[^。；;]{0,40}不一致的?[，,]?\s*以本[^，,。]{1,12}为准"  # 此前规定与本办法不一致的，以本办法为准
)
# 原《…》（云政办发〔2016〕8号）停止执行; a list of what ends may be long
_REPEALS = re.compile(r"[^。]{0,400}(?:同时废止|予以废止|即行废止|停止执行|不再执行)[^。]{0,12}。?$")
# 以上1-2项政策，自行选择一项 · 上述各项奖励不重复享受
_SUMS_UP = re.compile(
    r"(?:以上|上述)(?:[\d一二三四五六七八九十至、—－-]{1,9}(?:项|条|款|类)|各[项类条]|政策|补贴|奖励|情形|措施|条件)"
)
# 以上1-2项 · 上述各项 · 第（一）、（二）条补贴政策: several items at once, whatever they look like
_SEVERAL = re.compile(
    r"(?:以上|上述)(?:第?[\d一二三四五六七八九十]+[至、—－~-]第?[\d一二三四五六七八九十]+|[两二三四五六七八九十]|各)[项条类]|"
    r"第[(（]?[\d一二三四五六七八九十]+[)）]?(?:项|条)?(?:[至、和—－~-]第?[(（]?[\d一二三四五六七八九十]+[)）]?)+[项条]"
)
# 前款规定的 · 上述补贴 · 该项目 · 其中: goes on with the item above
_REFERS_BACK = re.compile(r"前款|前述|上述|该|其中|对符合|符合(?:上述|以上)|具体|此项|同时|另外|此外")
_MAX_BARE = 40
_MARK = re.compile("[。；;]")
_COMMA_OR_FIGURE = re.compile("[,\uff0c\\d]")
_SEMICOLONS = ("；", ";")
_TEXT_ENDS = ("signature", "date", "note", "attachment", "attachment_list", "part", "doc_number", "part_date")


def is_repeal(text: str) -> bool:
    """Whether a paragraph says nothing but which earlier documents end."""
    return ("废止" in text or "执行" in text) and _REPEALS.match(text) is not None


def _is_statement(text: str) -> bool:
    """Whether a paragraph says from when a document holds, who explains it, or what it ends."""
    return bool(_STATEMENT.match(text)) or is_repeal(text)


def mark_endings(live: Sequence[Segment]) -> None:
    """Name the list items, and the paragraphs that belong to a list's parent or to the whole document, in place."""
    for i in range(len(live)):
        if live[i].kind == "numbered":
            live[i].listed = _is_listed(live, i)
    headed = False  # the paragraphs at hand are what a bare heading stands over, and statements: 五、附则
    for i, s in enumerate(live):
        if s.kind != "text":
            headed = s.kind == "numbered" and _is_bare(s)
            continue
        headed = headed and _is_statement(s.text)
        if headed:
            continue
        if _is_statement(s.text):
            s.kind = "closing"
        elif i and _ends_list(live, i):
            s.kind = "list_end"
    for i in _last_texts(live):
        if _closes_document(live, i):
            live[i].kind = "closing"


def _is_bare(s: Segment) -> bool:
    """Whether a numbered paragraph is a heading without content of its own."""
    title = s.rest
    return not s.listed and len(title) <= _MAX_BARE and not _MARK.search(title) and not bracket_spans(title)


def _is_listed(live: Sequence[Segment], i: int) -> bool:
    """Whether a numbered paragraph is a sentence of a list.

    It ends in ； or its neighbour before it does; or it is a sentence with a comma or a figure right behind another
    single sentence of its list.
    """
    text = live[i].text.rstrip()
    if text.endswith(_SEMICOLONS):
        return True
    own = live[i].label
    before = live[i - 1] if i else None
    if own is None or before is None or before.kind != "numbered":
        return False
    above = before.label
    if above is None or above.style != own.style or above.value != own.value - 1:
        return False
    if before.text.rstrip().endswith(_SEMICOLONS):
        return True
    sentences = (before.rest.rstrip("。 "), live[i].rest.rstrip("。 "))
    return text.endswith("。") and not any("。" in x for x in sentences) and bool(_COMMA_OR_FIGURE.search(sentences[1]))


def _ends_list(live: Sequence[Segment], i: int) -> bool:
    """Whether a paragraph right behind a list speaks of the list, or the list was one of half-sentences."""
    before = live[i - 1]
    if before.kind == "list_end":
        return not _REFERS_BACK.match(live[i].text)
    if before.kind in ("numbered", "unit_line", "text") and _SEVERAL.match(live[i].text):
        j = i - 1
        while j > 0 and live[j].kind in ("unit_line", "text"):
            j -= 1
        own = live[j].label
        return live[j].kind == "numbered" and bool(own and own.value > 1)
    if before.kind != "numbered" or not before.listed:
        return False
    if _SUMS_UP.match(live[i].text):
        return True
    own = before.label
    return bool(own and own.value > 1) and live[i - 2].kind == "numbered" and live[i - 2].text.endswith(_SEMICOLONS)


def _last_texts(live: Sequence[Segment]) -> list[int]:
    """Places of the paragraphs that end a part, behind its last item, where no unit is named any more."""
    found: list[int] = []
    run: list[int] = []
    for i, s in enumerate(live):
        if s.kind in ("text", "closing", "list_end"):
            run.append(i)
            continue
        if s.kind in _TEXT_ENDS:
            found += run
        run = []
    return found + run


def _closes_document(live: Sequence[Segment], i: int) -> bool:
    """Whether a paragraph behind the last item speaks for the document.

    The item is closed by its units; the paragraph names none of its own and does not refer back to it. A paragraph
    behind one that closes the document closes it too.
    """
    text, before = live[i].text, live[i - 1] if i else None
    if before is None or live[i].kind == "closing" or _names_units(text):
        return False
    if before.kind == "closing":
        return True
    if before.kind == "unit_line":
        j = i - 1
        while j >= 0 and live[j].kind == "unit_line":
            j -= 1
        closed = j >= 0 and (live[j].kind == "text" or (live[j].kind == "numbered" and not _is_bare(live[j])))
    else:
        closed = before.kind in ("numbered", "text") and _ends_in_units(before.text)
    return closed and not _REFERS_BACK.match(text)


def _ends_in_units(text: str) -> bool:
    bare = text.rstrip("。；; ")
    spans = bracket_spans(bare)
    return bool(spans) and spans[-1][1] == len(bare) and _is_unit_bracket(bare[spans[-1][0] :])


def _names_units(text: str) -> bool:
    return starts_unit_line(text) or any(_is_unit_bracket(text[a:b]) for a, b in bracket_spans(text))


def _is_unit_bracket(text: str) -> bool:
    return starts_unit_line(text) or plain_bracket(text, 0) is not None

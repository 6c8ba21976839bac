"""Responsible units: lists behind a label, brackets behind a sentence, table cells, and the few prose forms that assign.

Each rule has a name that the mention carries:

unit_line       责任单位：市民政局、市财政局        a paragraph that opens with a unit label
unit_bracket    …。（责任单位：市民政局）          a bracket that opens with a unit label
plain_bracket   …。（市民政局牵头，市财政局配合）    a bracket at a sentence's end that holds nothing but units and their roles
table_column    the cell under 责任单位/牵头单位/配合单位
caption         总牵头单位：市发改委 above a table: leads every row, inherited
document_wide   以下均需各区县政府落实，不再列出: inherited by every later clause that lists units
section_wide    本部分以下任务均由各区县政府落实: likewise, up to the end of the section
heading         units on a heading: inherited by the clauses below it
prose_lead      市发展改革委牵头抓总，市商务局等配合；总牵头单位为市发改委: prose that assigns the clause

Not units: bodies that are assessed, reported to or mentioned; 各行业主管部门负责…, 鼓励企业牵头….
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from indexer.notices.agencies import canonical, find_units, is_unit_name
from indexer.records import Role, UnitMention

__all__ = [
    "UnitList",
    "bracket_spans",
    "document_wide",
    "plain_bracket",
    "prose_units",
    "read_unit_list",
    "starts_unit_line",
]

_BODY = r"(?:单位|部门|机构|主体|科室|处室|责任单位|责任部门)"
_LABEL = re.compile(
    r"(?P<word>(?:第一|主要|共同|具体|总|主)?(?:牵头|责任|配合|参与|参加|协办|协作|协同|协助|主办|分办|承办|落实|实施|支持|主责|主管|组织|完成))"
    r"(?:办理|落实|实施|责任|推进|协助|参与|配合)?(?:和(?:配合|责任|参与))?" + _BODY + r"\s*(?:及责任人)?\s*[:：]\s*"
)
# A label that stands without a colon in front of a unit: 牵头单位 市民政局 (flattened tables, brackets).
_LABEL_HEAD = re.compile(
    r"[\s(（〔【\[]*(?:[（(]?\d[)）.、]\s*)?(?:总牵头|牵头|责任|配合|参与|参加|协办|协作|协同|协助|主办|分办|承办|落实|实施|主责)"
    r"(?:办理|落实|实施|责任|推进)?" + _BODY + r"\s*[:：]"
)
_SUPPORT_WORDS = ("配合", "参与", "参加", "协办", "协作", "协同", "协助", "支持")
_OPEN, _CLOSE = "(（〔【[〈<", ")）〕】]〉>"
_SEPARATORS = "、,，;；\n／/|"
# What may close a phrase of a list without being a part of a name: 等部门按职责分工负责.
_TRAILING = re.compile(
    r"(?:等(?:[^、,，;；()（）]{0,10}(?:部门|单位|机构|地区|区县|街道))?)?"
    r"(?:按照?(?:各自)?职责(?:分工)?)?(?:分别|共同|依职责|具体)?(?:负责(?:落实|实施|推进|指导)?|落实|推进|指导)?[。.;；,，\s]*$"
)
_ALIAS = re.compile(r"[(（]以下(?:统?称|简称)(?:为)?[“\"]?(?P<alias>[^”\")）]{2,30})[”\"]?[)）]")
# 以下均需各区县政府落实，不再列出 · 以下任务均由各县（市、区）政府负责，不再一一列出
_DOCUMENT_WIDE = re.compile(
    r"(?P<section>本(?:部分|节|章|条|项|大项))?(?:以下|下列|上述|表中|本表)(?:各项|所有|各|全部)?(?:任务|工作|事项|条款|措施|政策)?(?:均|都)(?:需|须|由|要)?(?:求)?(?P<unit>[^。;；]{2,50}?)"
    r"(?:按照?职责)?(?:分别|同步|共同|一并)?(?:负责)?(?:贯彻|抓好|组织|配合)?(?:落实|负责|实施|配合|参与)"
    r"(?:[,，;；]?\s*(?:以下)?(?:不再|不另)(?:一一|逐一|逐项|逐行|单独|重复|另行|分别)?(?:列出|列明|列示|罗列|注明|赘述))?"
)
# 各街道办事处对表中全部任务均承担落实责任: the same, with the units in front
_DOCUMENT_WIDE_FRONT = re.compile(
    r"^[(（]?(?P<unit>[^。;；:：]{2,60}?)(?:对)(?:以下|下列|表中|本表)(?:各项|所有|全部)?(?:任务|工作|事项|措施)(?:均|都)?[^。;；]{0,12}(?:责任|落实|负责)"
)
# 市民政局（牵头） marks one name; 市财政局、市商务局配合 marks its whole phrase.
_OWN_ROLE = re.compile(r"[(（](?P<word>总牵头|牵头|配合|参与|协助|协办|协同|参加)(?:单位|部门)?[)）]\s*$")
_PHRASE_ROLE = re.compile(
    r"(?:等(?:有关|相关)?(?:部门|单位)?)?(?:共同|分别|积极|协同|负责|总)?"
    r"(?P<word>牵头|配合|参与|协助|协办|协同|参加)(?:负责|抓总|落实|实施|推进|组织实施|做好)?[。.\s]*$"
)
_CONJUNCTION = re.compile(r"以及|及|和|与|会同")
# 议案办理总牵头单位为市发改委 · 牵头单位是市民政局 — 市贸易局为议案办理总牵头单位
_PROSE_NAMED = re.compile(
    r"(?P<word>总?牵头|责任|主办|承办)(?:办理|责任)?(?:单位|部门)(?:为|是|由)(?=(?P<unit>[^,，。;；、:：]{2,24}))"
)
_PROSE_IS = re.compile(r"(?:为|是|作为)[^,，。;；:：]{0,14}?(?P<word>总?牵头|主办)(?:办理|责任)?(?:单位|部门)")
# 由市A局牵头 · 市A局负责牵头组织 · 市A局、市B局牵头抓总; not 牵头单位, 牵头人, 牵头部门
_PROSE_LEAD = re.compile(r"(?:负责|共同|联合|具体)?牵头(?!单位|部门|人|领导|办理单位|责任单位|作用)")
# 市B局、市C局等相关部门配合; 会同市B局 — in the same sentence behind the lead
_PROSE_HELP = re.compile(
    r"(?:等(?:有关|相关|各有关)?(?:部门|单位|部门和单位)?)?(?:积极|共同|协同|密切|按职责)?(?:配合|参与|协同|协助)(?!单位|部门|企业)"
)
_PROSE_JOINTLY = re.compile(r"会同")
# 由市A局会同市B局制定: the first leads; without 由 it merely acts (市政府办会同有关部门检查)
_PROSE_BY = re.compile(r"由(?=[^由,，。;；]{2,40}会同)")
MAX_NAME = 40  # a longer stretch between separators is prose, not a name


@dataclass(frozen=True, slots=True)
class UnitList:
    """What a unit line or bracket says: its own mentions, and names that hold for later clauses too."""

    mentions: tuple[UnitMention, ...]
    document_wide: tuple[UnitMention, ...] = ()
    aliases: tuple[tuple[str, str], ...] = ()  # (short form, full name) defined here
    end: int = 0  # where the list ends in the body; what follows is not a part of it


def starts_unit_line(text: str) -> bool:
    """Whether a paragraph opens with a unit label: 责任单位：…, 牵头部门：…."""
    return bool(_LABEL_HEAD.match(text))


def bracket_spans(text: str) -> list[tuple[int, int]]:
    """Outermost bracket pairs as (start, end) with the brackets included; an unclosed bracket is ignored."""
    spans: list[tuple[int, int]] = []
    stack: list[int] = []
    for i, c in enumerate(text):
        if c in _OPEN:
            stack.append(i)
        elif c in _CLOSE and stack:
            start = stack.pop()
            if not stack:
                spans.append((start, i + 1))
    return spans


def read_unit_list(text: str, offset: int, *, rule: str, default: Role = "responsible") -> UnitList:
    """The units of a list at `text`, located from `offset` in the body; labels inside set the role.

    Several labels may follow one another (`牵头单位：…；配合单位：…`); before the first label the role is `default`,
    unless the names' own phrase says otherwise (`市民政局牵头，市财政局配合`). A labelled list ends at a full stop.
    """
    marks = list(_LABEL.finditer(text))
    segments: list[tuple[Role, int, int]] = []
    if not marks or text[: marks[0].start()].strip(" \t\n" + _OPEN + _SEPARATORS):
        segments.append((default, 0, marks[0].start() if marks else len(text)))
    ends = [m.start() for m in marks[1:]] + [len(text)]
    segments += [(_role(m.group("word")), m.end(), end) for m, end in zip(marks, ends, strict=bool(marks))]
    mentions: list[UnitMention] = []
    wide: list[UnitMention] = []
    aliases: list[tuple[str, str]] = []
    end = 0
    for role, a, b in segments:
        part = _names(text, a, b, offset=offset, role=role, rule=rule)
        mentions += part.mentions
        wide += part.document_wide
        aliases += part.aliases
        end = part.end
    return UnitList(tuple(_unique(mentions)), tuple(wide), tuple(aliases), offset + end)


def plain_bracket(text: str, offset: int) -> UnitList | None:
    """The units of a bracket (brackets included) without label, when it holds nothing but units and their roles.

    `（市民政局牵头，市财政局配合）` is one; `（2023-2027年）`, `（含电商）`, `（国际商务区）` are not.
    """
    inner = text[1:-1]
    found = read_unit_list(inner, offset + 1, rule="plain_bracket")
    if not found.mentions or not all(is_unit_name(m.surface) for m in found.mentions):
        return None
    # A single bare name explains the word before it (开发区(国际商务区)); an assignment has a level, a role or company.
    if len(found.mentions) == 1 and found.mentions[0].role == "responsible" and not _ASSIGNS.search(inner):
        return None
    named = sum(len(m.surface) for m in found.mentions)
    return found if named >= 0.5 * len(_compact(inner)) else None


_ASSIGNS = re.compile(r"负责|落实|^(?:省|市|区|县|国家|各)[^、,，]{1,14}(?:局|委|办|厅|部|院|会|政府|行|署)$")


def document_wide(text: str, offset: int) -> UnitList | None:
    """Units that a paragraph of its own makes responsible for all that follows, or None.

    （各街道办事处对表中全部任务均承担落实责任，不再逐行列出）; 以下任务均由各区县政府落实.
    """
    if len(text) > 160:
        return None
    m = _DOCUMENT_WIDE_FRONT.search(text) or _DOCUMENT_WIDE.search(text)
    if m is None:
        return None
    names = _names(text, m.start("unit"), m.end("unit"), offset=offset, role="responsible", rule="document_wide")
    units = tuple(replace(x, inherited=True) for x in names.mentions if is_unit_name(x.surface))
    return UnitList((), units, (), offset + len(text)) if units else None


def prose_units(text: str, offset: int) -> list[UnitMention]:
    """Units that running prose makes lead a clause, and those it names beside them, by rule `prose_lead`.

    由市A局牵头，市B局、市C局配合; 市发展改革委牵头抓总，…等相关部门协同; 市贸易局为总牵头单位. A body that merely acts
    in the text (市发改委按月收集) is none, nor is what is no unit (鼓励企业牵头), nor whom a lead deals with
    (市口岸办牵头海关、税务等部门).
    """
    found: list[UnitMention] = []
    for start, end in _sentences(text):
        units = find_units(text[start:end])
        spans = [(start + a, start + b) for _, a, b in units]
        for m in _PROSE_NAMED.finditer(text, start, end):
            found += [_at(text, x, _role(m.group("word")), offset) for x in spans if x[0] == m.end()]
        for m in _PROSE_IS.finditer(text, start, end):
            found += [_at(text, x, _role(m.group("word")), offset) for x in _chain_before(text, spans, m.start())]
        for m in _PROSE_BY.finditer(text, start, end):
            lead = [x for x in spans if x[0] == m.end() and text.startswith("会同", x[1])]
            found += [_at(text, x, "lead", offset) for x in lead]
            found += [_at(text, x, "support", offset) for y in lead for x in _helpers(text, spans, y[1], end)]
        for m in _PROSE_LEAD.finditer(text, start, end):
            leads = _chain_before(text, spans, m.start())
            found += [_at(text, x, "lead", offset) for x in leads]
            if leads:
                found += [_at(text, x, "support", offset) for x in _helpers(text, spans, m.end(), end)]
    return _unique(sorted(found, key=lambda x: x.start))


_SENTENCE = re.compile("[^。；;！!]+")


def _sentences(text: str) -> list[tuple[int, int]]:
    return [m.span() for m in _SENTENCE.finditer(text)]


def _chain_before(text: str, spans: Sequence[tuple[int, int]], at: int) -> list[tuple[int, int]]:
    """The units that end right before `at`, with those joined to them by 、 和 会同."""
    stretch = max(text.rfind(c, 0, at) for c in ",，。;；:：由") + 1
    pieces = [(a, b) for x, y in _split_names(text, stretch, at) for a, b in [_trim(text, x, y) or (0, 0)] if b]
    if pieces and all(is_unit_name(_compact(text[a:b])) for a, b in pieces):
        return pieces  # the whole stretch back to the last comma is names: 沿线县(区)政府, 区“十百千”工作专班
    chain: list[tuple[int, int]] = []
    for a, b in reversed([x for x in spans if x[1] <= at]):
        if text[b:at].strip(" \u3000") not in ("", "、", "和", "及", "与", "会同"):
            break
        chain.insert(0, (a, b))
        at = a
    return chain


def _helpers(text: str, spans: Sequence[tuple[int, int]], start: int, end: int) -> list[tuple[int, int]]:
    """Units named as helping behind a lead, up to the sentence's end."""
    helpers: list[tuple[int, int]] = []
    for m in _PROSE_HELP.finditer(text, start, end):
        helpers += _chain_before(text, spans, m.start())
    for m in _PROSE_JOINTLY.finditer(text, start, end):
        at = m.end()
        for a, b in (x for x in spans if x[0] >= m.end()):
            if text[at:a] not in ("", "、", "和", "及"):
                break
            helpers.append((a, b))
            at = b
    return helpers


def _at(text: str, span: tuple[int, int], role: Role, offset: int) -> UnitMention:
    return _mention(text[span[0] : span[1]], offset + span[0], role, "prose_lead")


def _names(text: str, start: int, end: int, *, offset: int, role: Role, rule: str) -> UnitList:
    """Units in text[start:end]: phrases between commas, each with its role, names between 、 outside brackets."""
    stop = end
    sentence = _top_level(text, start, end, "。")
    if sentence:
        stop = sentence[0]
    wide: list[UnitMention] = []
    m = _DOCUMENT_WIDE.search(text, start, end)
    if m:
        reach = "section_wide" if m.group("section") else "document_wide"
        names = _names(text, m.start("unit"), m.end("unit"), offset=offset, role="responsible", rule=reach)
        wide += [replace(x, inherited=True) for x in names.mentions]
        stop = min(stop, m.start())
    mentions: list[UnitMention] = []
    aliases: list[tuple[str, str]] = []
    waiting = 0  # names since the last phrase that said its role
    a = start
    for cut in [*_top_level(text, start, stop, ",，;；\n"), stop]:
        b, a_next = cut, cut + 1
        closing = _PHRASE_ROLE.search(text[a:b])
        own: Role = role
        if closing and not text[a:b].rstrip().endswith((")", "）")):
            own = _role(closing.group("word"))
            b = a + closing.start()
            mentions[len(mentions) - waiting :] = [_with_role(x, own) for x in mentions[len(mentions) - waiting :]]
        before = len(mentions)
        for x, y in _split_names(text, a, b):
            part = _name(text, x, y, offset=offset, role=own, rule=rule)
            if part:
                mention, alias = part
                mentions.append(mention)
                aliases += alias
        waiting = 0 if closing else waiting + len(mentions) - before
        a = a_next
    consumed = end if not sentence else sentence[0] + 1
    return UnitList(tuple(mentions), tuple(wide), tuple(aliases), consumed)


def _name(
    text: str, start: int, end: int, *, offset: int, role: Role, rule: str
) -> tuple[UnitMention, list[tuple[str, str]]] | None:
    """One name of a list with its own role mark and the short form it defines, or None for list words."""
    mark = _OWN_ROLE.search(text[start:end])
    if mark and mark.start() >= 2:
        role, end = _role(mark.group("word")), start + mark.start()
    alias = _ALIAS.search(text, start, end)
    if alias:
        end = alias.start()
    span = _trim(text, start, end)
    if span is None:
        return None
    name = text[span[0] : span[1]]
    if len(_compact(name)) > MAX_NAME:
        return None
    defined = [(alias.group("alias"), _compact(name))] if alias else []
    return _mention(name, offset + span[0], role, rule), defined


def _top_level(text: str, start: int, end: int, marks: str) -> list[int]:
    """Places of `marks` in text[start:end] that stand outside brackets."""
    places: list[int] = []
    depth = 0
    for i in range(start, end):
        c = text[i]
        if c in _OPEN:
            depth += 1
        elif c in _CLOSE:
            depth = max(0, depth - 1)
        elif depth == 0 and c in marks:
            places.append(i)
    return places


def _split_names(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Parts between 、 outside brackets, at a blank between two complete names, and at 和/及 likewise."""
    parts: list[tuple[int, int]] = []
    a = start
    for i in [*_top_level(text, start, end, "、/／|"), end]:
        parts += _split_gaps(text, a, i)
        a = i + 1
    return [piece for x, y in parts for piece in _split_conjunction(text, x, y)]


def _split_gaps(text: str, start: int, end: int) -> list[tuple[int, int]]:
    words = [m.span() for m in re.compile(r"\S+").finditer(text, start, end)]
    if len(words) > 1 and all(is_unit_name(text[a:b]) for a, b in words):
        return words
    return [(start, end)]


def _split_conjunction(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """市发改委和市财政局 are two units; 市自然资源和规划局 is one: both sides must be complete, the right with a level."""
    for m in _CONJUNCTION.finditer(text, start + 2, max(start + 2, end - 2)):
        left = _compact(text[start : m.start()])
        right = _TRAILING.sub("", _compact(text[m.end() : end]))
        if re.match(r"省|市|区|县|各|国家|镇|州", right) and is_unit_name(left) and is_unit_name(right):
            return [(start, m.start()), *_split_conjunction(text, m.end(), end)]
    return [(start, end)]


def _trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The name's own span inside text[start:end], without blanks, list words and stray brackets."""
    m = _TRAILING.search(text, start, end)
    if m and m.start() > start:
        end = m.start()
    while start < end and (text[start].isspace() or text[start] in "、:：。.|-—"):
        start += 1
    for word in ("以及", "会同"):
        if text.startswith(word, start, end):
            start += len(word)
    while end > start and (text[end - 1].isspace() or text[end - 1] in "、:：。.|-—"):
        end -= 1
    inner = text[start:end]
    if inner and inner[-1] in _CLOSE and not any(c in inner for c in _OPEN):
        end -= 1
    if inner and inner[0] in _OPEN and not any(c in inner for c in _CLOSE):
        start += 1
    name = _compact(text[start:end])
    return (start, end) if len(name) >= 2 and re.search(r"[一-鿿]", name) else None


def _role(word: str) -> Role:
    if "牵头" in word:
        return "lead"
    return "support" if any(w in word for w in _SUPPORT_WORDS) else "responsible"


def _compact(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _mention(text: str, start: int, role: Role, rule: str) -> UnitMention:
    lead = len(text) - len(text.lstrip())
    text = text.strip()
    surface = _compact(text)
    return UnitMention(surface, canonical(surface), role, False, start + lead, start + lead + len(text), rule)


def _with_role(mention: UnitMention, role: Role) -> UnitMention:
    return replace(mention, role=role)


def _unique(mentions: list[UnitMention]) -> list[UnitMention]:
    seen: set[tuple[str, Role]] = set()
    kept: list[UnitMention] = []
    for m in mentions:
        if (m.surface, m.role) not in seen:
            seen.add((m.surface, m.role))
            kept.append(m)
    return kept

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
section_end     units behind the last paragraph of each section: inherited by the paragraphs before it
prose_lead      市发展改革委牵头抓总，市商务局等配合；总牵头单位为市发改委: prose that assigns the clause

Not units: bodies that are assessed, reported to or mentioned; 各行业主管部门负责…, 鼓励企业牵头….
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from indexer.notices.agencies import canonical, is_unit_name
from indexer.notices.brackets import CLOSE, OPEN, top_level
from indexer.notices.labels import find_labels, role_of
from indexer.records import Deadline, Role, UnitMention

__all__ = [
    "UnitList",
    "compact",
    "document_wide",
    "mention",
    "plain_bracket",
    "read_unit_list",
    "split_names",
    "trim_name",
    "unique",
]

_SEPARATORS = "、,，;；\n／/|"
# What may close a phrase of a list without being a part of a name: 等部门按职责分工负责.
_TRAILING = re.compile(
    r"(?:等(?:[^、,，;；()（）]{0,10}(?:部门|单位|机构|地区|区县|街道))?)?"
    r"(?:(?:按照?|依据|根据|依照|依)(?:各自|单位|部门)?职[责能](?:分工)?)?(?:分别|共同|依职责|具体|牵头)*"
    r"(?:负责(?:落实|实施|推进|指导)?|组织实施|组织落实|抓好落实|落实|推进|指导)?[。.;；,，\s]*$"
)
_ALIAS = re.compile(r"[(（]以下(?:统?称|简称)(?:为)?[“\"]?(?P<alias>[^”\")）]{2,30})[”\"]?[)）]")
# 排在第一位的部门为牵头部门，下同 · 以黑体字标注的为牵头部门: says how to read the list, names nothing
_HOW_TO_READ = re.compile(
    r"[,，;；]?\s*(?:各项举措中|各条中|文中)?"
    r"(?:[,，;；]?\s*(?:[^,，;；、]{1,16}(?:底|末|初|前|内|日|月)(?:前)?(?:完成|建成|落实|到位|见效)(?:[,，]|$)|持续推进|长期坚持|常态化推进)|排(?:在|名|序)?第[一1]|列(?:在)?第[一1]|排在首位|排序第[一1]|以黑体|加粗|下同)[^)）〕】]*$"
)
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
# A bracket that ends so assigns what it names: 海关总署、商务部负责 · 市民政局牵头 · 按职责分工负责
_ASSIGNS = re.compile(r"(?:负责|牵头|配合|落实|指导|组织实施|参与|协助|协同|推进)(?:落实|实施|推进|抓总|指导)?[。\s]*$")
_ONE_UNIT = re.compile(r"^(?:省|市|区|县|国家|各)[^、,，]{1,14}(?:局|委|办|厅|部|院|会|政府|行|署)$")
MAX_NAME = 40  # a longer stretch between separators is prose, not a name
_MAX_LOOSE_NAME = 20  # a name that no rule knows, in a bracket that assigns, up to this length


@dataclass(frozen=True, slots=True)
class UnitList:
    """What a unit line or bracket says: its own mentions, and names that hold for later clauses too."""

    mentions: tuple[UnitMention, ...]
    document_wide: tuple[UnitMention, ...] = ()
    aliases: tuple[tuple[str, str], ...] = ()  # (short form, full name) defined here
    end: int = 0  # where the list ends in the body; what follows is not a part of it
    deadline: Deadline | None = None  # （责任单位：…；完成时限：2024年底）
    persons: str = ""  # what stands behind 责任人：, to be split


def read_unit_list(text: str, offset: int, *, rule: str, default: Role = "responsible") -> UnitList:
    """The units of a list at `text`, located from `offset` in the body; labels inside set the role.

    Several labels may follow one another (`牵头单位：…；配合单位：…；完成时限：…`); before the first label the role is
    `default`, unless the names' own phrase says otherwise (`市民政局牵头，市财政局配合`). A list ends at a full stop.
    """
    marks = find_labels(text)
    first = marks[0].start if marks else len(text)
    parts = [(default, 0, first)] if text[:first].strip(" \t\n" + OPEN + _SEPARATORS) else []
    deadline: Deadline | None = None
    persons = ""
    end = 0
    ends = [m.start for m in marks[1:]] + [len(text)]
    for mark, stop in zip(marks, ends, strict=bool(marks)):
        if mark.kind == "units":
            parts.append((mark.role, mark.end, stop))
            continue
        value = text[mark.end : stop].rstrip(" \u3000；;，,。" + CLOSE)
        end = stop
        if mark.kind == "person":
            persons = value
        elif value:
            deadline = Deadline(value, offset + mark.end, offset + mark.end + len(value))
    mentions: list[UnitMention] = []
    wide: list[UnitMention] = []
    aliases: list[tuple[str, str]] = []
    for role, a, b in parts:
        part = _names(text, a, b, offset=offset, role=role, rule=rule)
        mentions += part.mentions
        wide += part.document_wide
        aliases += part.aliases
        end = max(end, part.end)
    return UnitList(tuple(unique(mentions)), tuple(wide), tuple(aliases), offset + end, deadline, persons)


def plain_bracket(text: str, offset: int) -> UnitList | None:
    """The units of a bracket (brackets included) without label, when it holds nothing but units and their roles.

    A bracket that ends in 负责, 牵头, 配合 … assigns: half of its names must be known as units, or the first. A bare list
    must be of units alone, and of more than one, or one with its level: （市民政局、市财政局）.
    Not: （2023-2027年）, （含电商）, （综合保税区）, （试行）.
    """
    inner = text[1:-1]
    found = read_unit_list(inner, offset + 1, rule="plain_bracket")
    known = [is_unit_name(m.surface) for m in found.mentions]
    if not known:
        return found if found.document_wide else None
    wide = _DOCUMENT_WIDE.search(inner)
    reading = _HOW_TO_READ.sub("", inner[: wide.start()] if wide else inner).rstrip("。，,;； ")
    if _ASSIGNS.search(reading) and (known[0] or sum(known) * 2 >= len(known)):
        loose = [m.surface for m, is_known in zip(found.mentions, known, strict=True) if not is_known]
        return found if all(len(name) <= _MAX_LOOSE_NAME for name in loose) else None
    lone = len(known) == 1 and found.mentions[0].role == "responsible"
    if not all(known) or (lone and not _ONE_UNIT.search(inner)):
        return None
    named = sum(len(m.surface) for m in found.mentions)
    return found if named >= 0.5 * len(compact(_TRAILING.sub("", reading))) else None


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


def _names(text: str, start: int, end: int, *, offset: int, role: Role, rule: str) -> UnitList:
    """Units in text[start:end]: phrases between commas, each with its role, names between 、 outside brackets."""
    stop = end
    sentence = top_level(text, start, end, "。")
    if sentence:
        stop = sentence[0]
    hint = _HOW_TO_READ.search(text[start:stop])
    if hint:
        stop = start + hint.start()
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
    for cut in [*top_level(text, start, stop, ",，;；\n"), stop]:
        b, a_next = cut, cut + 1
        closing = _PHRASE_ROLE.search(text[a:b])
        own: Role = role
        if closing and not text[a:b].rstrip().endswith((")", "）")):
            own = role_of(closing.group("word"))
            b = a + closing.start()
            mentions[len(mentions) - waiting :] = [replace(x, role=own) for x in mentions[len(mentions) - waiting :]]
        before = len(mentions)
        for x, y in split_names(text, a, b):
            part = _name(text, x, y, offset=offset, role=own, rule=rule)
            if part:
                found, alias = part
                mentions.append(found)
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
        role, end = role_of(mark.group("word")), start + mark.start()
    alias = _ALIAS.search(text, start, end)
    if alias:
        end = alias.start()
    span = trim_name(text, start, end)
    if span is None:
        return None
    name = text[span[0] : span[1]]
    if len(compact(name)) > MAX_NAME:
        return None
    defined = [(alias.group("alias"), compact(name))] if alias else []
    return mention(name, offset + span[0], role=role, rule=rule), defined


def split_names(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Parts between 、 outside brackets, at a blank between two complete names, and at 和/及 likewise."""
    parts: list[tuple[int, int]] = []
    a = start
    for i in [*top_level(text, start, end, "、/／|"), end]:
        if len(text[a:i].strip()) == 1 and i < end:
            continue  # 县、区政府 is one name
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
        left = compact(text[start : m.start()])
        right = _TRAILING.sub("", compact(text[m.end() : end]))
        if re.match(r"省|市|区|县|各|国家|镇|州", right) and is_unit_name(left) and is_unit_name(right):
            return [(start, m.start()), *_split_conjunction(text, m.end(), end)]
    return [(start, end)]


def trim_name(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The name's own span inside text[start:end], without blanks, list words and stray brackets."""
    m = _TRAILING.search(text, start, end)
    if m and m.start() > start:
        end = m.start()
    while start < end and (text[start].isspace() or text[start] in "、:：。.|-—"):
        start += 1
    for word in ("以及", "会同", "由"):
        if text.startswith(word, start, end) and is_unit_name(compact(text[start + len(word) : end])):
            start += len(word)
    while end > start and (text[end - 1].isspace() or text[end - 1] in "、:：。.|-—"):
        end -= 1
    while end > start and text[end - 1] in CLOSE and _balance(text[start:end]) < 0:
        end -= 1
    while start < end and text[start] in OPEN and _balance(text[start:end]) > 0:
        start += 1
    name = compact(text[start:end])
    return (start, end) if len(name) >= 2 and re.search(r"[一-鿿]", name) else None


def _balance(text: str) -> int:
    """Opening brackets less closing ones."""
    return sum((c in OPEN) - (c in CLOSE) for c in text)


def compact(text: str) -> str:
    """The text without blanks."""
    return re.sub(r"\s+", "", text)


def mention(text: str, start: int, *, role: Role, rule: str) -> UnitMention:
    """A mention of the unit that `text` names from `start` on."""
    lead = len(text) - len(text.lstrip())
    text = text.strip()
    surface = compact(text)
    return UnitMention(surface, canonical(surface), role, False, start + lead, start + lead + len(text), rule)


def unique(mentions: list[UnitMention]) -> list[UnitMention]:
    """The mentions with each unit once a role, in order."""
    seen: set[tuple[str, Role]] = set()
    kept: list[UnitMention] = []
    for m in mentions:
        if (m.surface, m.role) not in seen:
            seen.add((m.surface, m.role))
            kept.append(m)
    return kept

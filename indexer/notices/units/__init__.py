"""Responsible units: lists behind a label, brackets behind a sentence, table cells, and the few prose forms that assign.

Each rule has a name that the mention carries:

unit_line       责任单位：市民政局、市财政局: a paragraph that opens with a unit label
                Not: 用人单位：…, 办理机构：…, 牵头单位要履行职责
unit_bracket    …。（责任单位：市民政局）: a bracket that opens with a unit label, with or without a colon
                Not: （责任单位应当公开）
plain_bracket   …。（市民政局牵头，市财政局配合）: a bracket at a sentence's end that holds nothing but units and their roles
                Not: （综合保税区）, （2023—2027年）, （试行）, （政府、企业各承担一半）
table_column    the cell under 责任单位, 牵头单位, 配合单位. Not: a cell of 备注, a dash
misprint        贵任单位：市民政局: a list behind a misprint of a label, read as 责任单位. Not: 担任单位, 信任部门
caption         总牵头单位：市发改委 above a table: leads every row, inherited. Not: a unit line below other text
document_wide   以下均需各区县政府落实，不再列出: inherited by every later clause that lists units
                Not: 以上措施均由市住建局负责解释, 以下材料均由申请人提供
section_wide    本部分以下任务均由各区县政府落实: likewise, up to the end of the section. Not: 本项目均由…
heading         units on a heading: inherited by the clauses below it. Not: 一、政策内容（试行）
section_end     units behind the last paragraph of each section: inherited by the paragraphs before it
                Not: one section alone that happens to end so
duty_line       市发展改革委：负责项目审批: a paragraph that opens with units and states what they do. Not: 市民政局：关于…的请示
duty_title      （一）市民政局 above paragraphs that state what it does: inherited by them. Not: a list of members
prose_lead      市发展改革委牵头抓总，市商务局等配合; 由市A局会同市B局制定: prose that says who leads
                Not: 鼓励企业牵头, 建立市A局牵头的联席会议, 由市住建局会同有关部门负责解释
prose_by        由市民政局负责组织实施; 市工作专班负责统筹协调: prose that gives the clause's work to a unit
                Not: 市财政局负责资金保障, 由用人单位负责, 由其负责, any 由…负责 of a legal text's articles

In every list 市财政局等有关部门 names 市财政局 and marks it as open-ended; in 市A局会同市B局 A leads and B helps; 县、区政府 is one name.
Bodies that are assessed, reported to or merely mentioned are never units of a clause.

Figures, written by `python -m eval.rules --write`:

unit_line      P 0.999 (1112/1113)  R 1.000 (1112/1112)  generated P 0.994 (11907/11976)  R 0.997 (11974/12014)
unit_bracket   P 1.000 (1255/1255)  R 1.000 (1255/1255)  generated P 0.999 (13418/13432)  R 0.996 (13354/13410)
plain_bracket  P 1.000 (741/741)  R 1.000 (741/741)  generated P 0.999 (11290/11304)  R 0.998 (11290/11317)
table_column   P 1.000 (998/998)  R 1.000 (998/998)  generated P 0.993 (5574/5616)  R 0.990 (5574/5630)
misprint       P – (0/0)  R – (0/0)  generated P – (0/0)  R – (0/0)
caption        P 1.000 (41/41)  R 1.000 (41/41)  generated P 1.000 (361/361)  R 1.000 (361/361)
document_wide  P 1.000 (249/249)  R 1.000 (259/259)  generated P 1.000 (695/695)  R 0.999 (695/696)
section_wide   P 1.000 (139/139)  R 1.000 (76/76)  generated P – (0/0)  R – (0/0)
heading        P – (0/0)  R – (0/0)  generated P 1.000 (1897/1897)  R 1.000 (1897/1897)
section_end    P – (0/0)  R – (0/0)  generated P – (0/0)  R – (0/0)
duty_line      P – (0/0)  R – (0/0)  generated P – (0/0)  R – (0/0)
duty_title     P – (0/0)  R – (0/0)  generated P – (0/0)  R – (0/0)
prose_lead     P 0.972 (141/145)  R 0.986 (141/143)  generated P 0.994 (2002/2015)  R 0.981 (1999/2037)
prose_by       P – (0/0)  R – (0/0)  generated P 1.000 (172/172)  R 1.000 (172/172)
"""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from indexer.notices.agencies import canonical, is_unit_name
from indexer.notices.blanks import without_blanks
from indexer.notices.brackets import CLOSE, OPEN, outside, top_level
from indexer.notices.quantities.deadlines import read_deadline
from indexer.notices.units.labels import find_labels
from indexer.notices.units.listed import LAST_OF_LEVELS, Listed, Piece, only_levels, read_piece, shares_level
from indexer.records import Deadline, Role, UnitMention

__all__ = [
    "UNIT_RULES",
    "UnitList",
    "document_wide",
    "lists_units",
    "mention",
    "plain_bracket",
    "read_unit_list",
    "unique",
]

UNIT_RULES: tuple[str, ...] = (
    "unit_line", "unit_bracket", "plain_bracket", "table_column", "misprint", "caption",
    "document_wide", "section_wide", "heading", "section_end", "duty_line", "duty_title", "prose_lead", "prose_by",
)  # fmt: skip

_SEPARATORS = "、,，;；\n／/|"
_BEFORE_LABEL = " \t\n" + OPEN + _SEPARATORS
_CUTS = "、,\uff0c;\uff1b。\n／/|"
_PHRASE_ENDS = ",，;；\n"
_INSIDE_NAMES = "、\n"  # marks that may stand inside a name
# 排在第一位的部门为牵头部门，下同 · 以黑体字标注的为牵头部门: says how to read the list, names nothing
_HOW_TO_READ = re.compile(
    r"[,，;；]?\s*(?:各项举措中|各条中|文中)?"
    r"(?:[,，;；]?\s*(?:[^,，;；、]{1,16}(?:底|末|初|前|内|日|月)(?:前)?(?:完成|建成|落实|到位|见效)(?:[,，]|$)|持续推进|长期坚持|常态化推进)|排(?:在|名|序)?第[一1]|列(?:在)?第[一1]|排在首位|排序第[一1]|以黑体|加粗|下同)[^)）〕】]*$"
)
# 以下均需各区县政府落实，不再列出 · 以下任务均由各县（市、区）政府负责，不再一一列出
_DOCUMENT_WIDE = re.compile(
    r"(?:(?P<section>本(?:部分|节|章|条|大?项))(?:以下|下列)?|以下|下列|上述|表中|本表|本方案)(?:各项|所有|各|全部|中)?"
    r"(?:任务|工作|事项|条款|措施|政策)?(?:均|都)(?:需|须|由|要|涉及)?(?:求)?(?P<unit>[^。;；]{2,50}?)"
    r"(?:(?:在[^,，。;；、]{1,8}[内中])?(?:按照?职责)?(?:分别|同步|共同|一并)?(?:负责)?(?:贯彻|抓好|组织|配合)?(?:落实|负责(?!解)|实施|配合|参与|推进)|(?=[,，;；]\s*(?:以下)?(?:不再|不另)))"
    r"(?:[,，;；]?\s*(?:以下)?(?:不再|不另)(?:一一|逐一|逐项|逐行|单独|重复|另行|分别)?(?:列出|列明|列示|罗列|注明|赘述))?"
)
# 各街道办事处对表中全部任务均承担落实责任: the same, with the units in front
_DOCUMENT_WIDE_FRONT = re.compile(
    r"^[(（]?(?P<unit>[^。;；:：]{2,60}?)对(?:(?P<section>本部分|第[一二三四五六七八九十]部分)|以下|下列|表中|本表|本方案)(?:中)?(?:各项|所有|全部|的)?(?:任务|工作|事项|措施)(?:均|都)?[^。;；]{0,12}(?:责任|落实|负责)"
)
_REACH = re.compile(r"以下|第[一二三四五六七八九十]部分|下列|上述|表中|本(?:表|方案|部分|节|章|条|大?项)")
_HINT = re.compile(r"[排列黑粗同]")  # some character of every hint at how to read
# What _HOW_TO_READ never matches without: such a character, or a time in which something is to be done.
_MAY_SAY_HOW = re.compile("[排列黑粗同推坚完建落到见]")
# A bracket that ends so assigns what it names: 海关总署、商务部负责 · 市民政局牵头 · 按职责分工负责
_ASSIGNS = re.compile(
    r"(?:负责|牵头|配合|落实|指导|组织实施|参与|参加|协助|协同|协办|承办|主办|支持|推进)(?:落实|实施|推进|抓总|指导)?[。\s]*$"
)
_ONE_UNIT = re.compile(
    r"^(?:省|市|区|县|国家|各)[^、,，]{1,14}(?:局|委|办|厅|部|院|会|政府|行|署|中心|支队|总队|大队|馆|站|集团|公司)$"
)
_LONGEST_KEPT = 240  # characters of a list that is remembered
_MAX_LOOSE_NAME = 20  # a name that no rule knows, in a bracket that assigns, up to this length


class UnitList(Struct, frozen=True, gc=False):
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
    found = _read_short(text, rule, default) if len(text) <= _LONGEST_KEPT else _read(text, rule, default)
    return _moved(found, offset) if offset else found


@lru_cache(maxsize=2**12)
def _read_short(text: str, rule: str, default: Role) -> UnitList:
    """The same, located from the text's own start, and remembered: a notice has the same few lists again and again."""
    return _read(text, rule, default)


def _moved(found: UnitList, by: int) -> UnitList:
    """The same list, standing so many characters further on."""
    due = found.deadline
    return UnitList(
        tuple([_mention_moved(m, by) for m in found.mentions]),
        tuple([_mention_moved(m, by) for m in found.document_wide]) if found.document_wide else (),
        found.aliases,
        found.end + by,
        replace(due, start=due.start + by, end=due.end + by) if due else None,
        found.persons,
    )


def _mention_moved(m: UnitMention, by: int) -> UnitMention:
    return UnitMention(
        m.surface, m.name, m.role, m.inherited, m.start + by, m.end + by, m.rule, m.members, m.open_ended
    )


def _read(text: str, rule: str, default: Role) -> UnitList:
    marks = find_labels(text)
    deadline: Deadline | None = None
    persons = ""
    end = 0
    lists: list[_Names] = []
    first = marks[0].start if marks else len(text)
    if not marks or (first and text[:first].strip(_BEFORE_LABEL)):
        lists.append(_read_names(text, 0, first, offset=0, role=default, rule=rule))
    for i, mark in enumerate(marks):
        stop = marks[i + 1].start if i + 1 < len(marks) else len(text)
        if mark.kind == "units":
            own = "misprint" if mark.misprinted else rule
            lists.append(_read_names(text, mark.end, stop, offset=0, role=mark.role, rule=own))
            continue
        end = stop
        if mark.kind == "other":
            continue
        value = text[mark.end : stop].rstrip(" \u3000；;，,。" + CLOSE)
        if mark.kind == "person":
            persons = value
        elif value:
            deadline = read_deadline(value, mark.end)
    if not lists:
        return UnitList((), end=end, deadline=deadline, persons=persons)
    found = lists[0]
    for more in lists[1:]:
        found.add(more)
    if found.limit and deadline is None:
        a, b = found.limit
        deadline = read_deadline(text[a:b], a)
    mentions = tuple(unique(found.mentions))
    return UnitList(mentions, tuple(found.wide), tuple(found.aliases), max(end, found.end), deadline, persons)


def plain_bracket(text: str, offset: int) -> UnitList | None:
    """The units of a bracket (brackets included) without label, when it holds nothing but units and their roles.

    A bracket that ends in 负责, 牵头, 配合 … assigns: half of its names must be known as units, or the first. A bare list
    must be of units alone, and of more than one, or one with its level: （市民政局、市财政局）.
    Not: （2023-2027年）, （含电商）, （综合保税区）, （试行）.
    """
    is_plain = _is_plain_short(text) if len(text) <= _LONGEST_KEPT else _is_plain(text)
    return read_unit_list(text[1:-1], offset + 1, rule="plain_bracket") if is_plain else None


@lru_cache(maxsize=2**12)
def _is_plain_short(text: str) -> bool:
    """Whether a bracket is one of `plain_bracket`, remembered: several steps ask of one bracket, and many come again."""
    return _is_plain(text)


def _is_plain(text: str) -> bool:
    inner = text[1:-1]
    found = read_unit_list(inner, 0, rule="plain_bracket")
    known = [is_unit_name(m.surface) for m in found.mentions]
    if not known:
        return bool(found.document_wide)
    wide = _wide_in(inner, 0, len(inner))
    reading = _without_how(inner[: wide.start()] if wide else inner).rstrip("。，,;； ")
    if _ASSIGNS.search(reading[-24:]) and (known[0] or sum(known) * 2 >= len(known)):
        loose = [m.surface for m, is_known in zip(found.mentions, known, strict=True) if not is_known]
        return all(len(name) <= _MAX_LOOSE_NAME for name in loose)
    lone = len(known) == 1 and found.mentions[0].role == "responsible"
    if not all(known) or (lone and not _ONE_UNIT.search(inner)):
        return False
    named = sum(len(m.surface) for m in found.mentions)
    return named >= 0.5 * len(without_blanks(reading))


def _without_how(text: str) -> str:
    """The text without what it says on how to read its list."""
    return _HOW_TO_READ.sub("", text) if _MAY_SAY_HOW.search(text) else text


def lists_units(text: str) -> bool:
    """Whether a paragraph holds nothing but names of units: 市民政局、市财政局，各区政府. Not: a sentence, other names beside them."""
    if len(text) > 300 or "。" in text.rstrip("。") or ":" in text or "：" in text:
        return False
    mentions = read_unit_list(text, 0, rule="unit_line").mentions
    return bool(mentions) and all(is_unit_name(m.surface) for m in mentions)


def document_wide(text: str, offset: int) -> UnitList | None:
    """Units that a paragraph of its own makes responsible for all that follows, or None.

    （各街道办事处对表中全部任务均承担落实责任，不再逐行列出）; 以下任务均由各区县政府落实.
    """
    if len(text) > 160 or not _says_wide(text):
        return None
    m = _DOCUMENT_WIDE_FRONT.search(text) or _DOCUMENT_WIDE.search(text)
    if m is None:
        return None
    start, end = m.span("unit")
    reach = "section_wide" if m.group("section") else "document_wide"
    names = _read_names(text, start, end, offset=offset, role="responsible", rule=reach)
    units = tuple(replace(x, inherited=True) for x in names.mentions if is_unit_name(x.surface))
    return UnitList((), units, (), offset + len(text)) if units else None


def _says_wide(text: str) -> bool:
    return ("均" in text or "都" in text or "对" in text) and _REACH.search(text) is not None


def _wide_in(text: str, start: int, end: int) -> re.Match[str] | None:
    return _DOCUMENT_WIDE.search(text, start, end) if _says_wide(text[start:end]) else None


class _Names(Struct):
    """The names in a stretch of a list, with what the stretch says beside them."""

    mentions: list[UnitMention]
    wide: list[UnitMention]
    aliases: list[tuple[str, str]]
    end: int
    limit: tuple[int, int] | None

    def add(self, more: _Names) -> None:
        """Take in what a later stretch says."""
        self.mentions += more.mentions
        self.wide += more.wide
        self.aliases += more.aliases
        self.end = max(self.end, more.end)
        self.limit = self.limit or more.limit


def _read_names(text: str, start: int, end: int, *, offset: int, role: Role, rule: str) -> _Names:
    """Units in text[start:end]: phrases between commas, each with its role, names between 、 outside brackets."""
    cuts, stop, consumed = _cut(text, start, end)
    wide: list[UnitMention] = []
    m = _wide_in(text, start, end)
    if m:
        reach = "section_wide" if m.group("section") else "document_wide"
        a, b = m.span("unit")
        names = _read_names(text, a, b, offset=offset, role="responsible", rule=reach)
        wide = [replace(x, inherited=True) for x in names.mentions]
        stop = min(stop, m.start())
    if _HINT.search(text, start, stop):
        for a, b in outside(text, start, stop):
            hint = _HOW_TO_READ.search(text[a:b])
            if hint:
                stop = a + hint.start()
                break
    reading = _Reading(text, role)
    a = start
    for cut in cuts:
        if cut >= stop:
            break
        mark = text[cut]
        if cut >= a and not (mark in _INSIDE_NAMES and _goes_on_behind(text, a, cut, stop)):
            reading.take(a, cut)
            if mark in _PHRASE_ENDS:
                reading.end_phrase()
            a = cut + 1
    if a < stop:
        reading.take(a, stop)
    return _Names(reading.mentions(offset, rule), wide, reading.aliases, consumed, reading.limit)


def _cut(text: str, start: int, end: int) -> tuple[list[int], int, int]:
    """Marks of the list outside brackets; where its sentence stops; where what it says has been read."""
    cuts = top_level(text, start, end, _CUTS)
    if text.find("。", start, end) < 0:
        return cuts, end, end
    for k, at in enumerate(cuts):
        if text[at] == "。":
            return cuts[:k], at, at + 1
    return cuts, end, end


def _goes_on_behind(text: str, start: int, cut: int, stop: int) -> bool:
    """Whether the mark at `cut` stands inside a name: 各区、县政府, or a name broken between two lines of a cell."""
    if text[cut] == "、":
        if text[cut - 1] not in LAST_OF_LEVELS or cut - start > 24:
            return False
        return only_levels(text[start:cut]) and shares_level(_until_cut(text, cut + 1, stop))
    if text[cut] == "\n":
        left, right = text[start:cut], _until_cut(text, cut + 1, stop)
        return bool(left) and not is_unit_name(left) and is_unit_name(without_blanks(left + right))
    return False


def _until_cut(text: str, start: int, stop: int) -> str:
    stretch = text[start : min(stop, start + 48)]
    cuts = top_level(stretch, 0, len(stretch), _CUTS)
    return stretch[: cuts[0]] if cuts else stretch


class _Reading:
    """Names of a list in the making, with the roles that their phrases turn out to give them."""

    def __init__(self, text: str, role: Role) -> None:
        self.text = text
        self.role = role
        self.found: list[tuple[int, Listed]] = []  # each with its piece's place
        self.roles: list[Role] = []
        self.open: list[bool] = []
        self.aliases: list[tuple[str, str]] = []
        self.limit: tuple[int, int] | None = None
        self.carried: Role | None = None
        self.first = 0  # name of the first phrase that has not said its role
        self.second = 0  # name with which the second such phrase begins
        self.phrase = 0  # name with which the present phrase begins
        self.said = False  # some phrase has said a role

    def take(self, start: int, end: int) -> None:
        """Read the piece text[start:end]."""
        piece = read_piece(self.text[start:end])
        for x in piece.names:
            self.found.append((start, x))
            self.roles.append(x.role or self.carried or self.role)
            self.open.append(x.open_ended)
        if piece.open_before and self.open:
            self.open[-1] = True
        if piece.limit and self.limit is None:
            self.limit = (start + piece.limit[0], start + piece.limit[1])
        if piece.alias:
            self.aliases.append(piece.alias)
        if piece.carries:
            self._jointly(piece.carries)
        if piece.role:
            self._say(piece)
        elif piece.acts:
            self._close()

    def _jointly(self, others: Role) -> None:
        """市A局、市B局会同市C局: A leads with B; what follows in the phrase helps."""
        for i in range(self.phrase, len(self.roles)):
            if self.found[i][1].role is None:
                self.roles[i] = "lead"
        self.carried, self.said = others, True
        self.first = self.second = len(self.roles)

    def _say(self, piece: Piece) -> None:
        """Give the phrase's role to its names, and to those before it that wait for one.

        市A局、市B局，市C局配合: someone must be helped, so the first phrase of a list keeps its own role.
        """
        begin = self.second if piece.role == "support" and not self.said else self.first
        for i in range(begin, len(self.roles)):
            if self.found[i][1].role is None and piece.role:
                self.roles[i] = piece.role
        self._close()

    def _close(self) -> None:
        self.said, self.carried = True, None
        self.first = self.second = len(self.roles)

    def end_phrase(self) -> None:
        """A comma: what 会同 carries ends here."""
        self.carried = None
        self.phrase = len(self.roles)
        if not self.said and self.second == 0:
            self.second = len(self.roles)

    def mentions(self, offset: int, rule: str) -> list[UnitMention]:
        """The names as mentions, located in the body."""
        found: list[UnitMention] = []
        for (at, x), role, goes_on in zip(self.found, self.roles, self.open, strict=True):
            start = offset + at
            found.append(UnitMention(x.surface, x.name, role, False, start + x.start, start + x.end, rule, (), goes_on))
        return found


def mention(text: str, start: int, *, role: Role, rule: str, open_ended: bool = False) -> UnitMention:
    """A mention of the unit that `text` names from `start` on."""
    lead = len(text) - len(text.lstrip())
    text = text.strip()
    surface = without_blanks(text)
    at = start + lead
    return UnitMention(surface, canonical(surface), role, False, at, at + len(text), rule, (), open_ended)


def unique(mentions: list[UnitMention]) -> list[UnitMention]:
    """The mentions with each unit once a role, in order."""
    if len(mentions) < 2:
        return mentions
    kept: dict[tuple[str, Role], UnitMention] = {}
    for m in mentions:
        kept.setdefault((m.surface, m.role), m)
    return list(kept.values())

"""Units that running prose makes responsible for a clause.

prose_lead  由市A局牵头，市B局、市C局配合; 市发展改革委牵头抓总，…等相关部门协同; 市贸易局为总牵头单位; 由市A局会同市B局制定
prose_by    由市民政局负责组织实施; 此项工作由市教育局负责; 市工作专班负责统筹协调

Must not match: a body that merely acts in the text (市商务局按季汇总) or has duties by law (市财政局负责资金保障); what is no unit
(鼓励企业牵头) or names a function wherever it is found (住房城乡建设部门牵头, 由用人单位负责, 由其负责); whom a lead deals with
(市港航局牵头海关、边检等部门); who leads a body that is set up (建立市市场监管局牵头的联席会议); who explains the document
(本文件由市住建局会同有关部门负责解释).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right

from indexer.notices.agencies import find_units, is_unit_name
from indexer.notices.blanks import without_blanks
from indexer.notices.brackets import top_level
from indexer.notices.units import mention, unique
from indexer.notices.units.labels import role_of
from indexer.notices.units.listed import read_piece
from indexer.records import Role, UnitMention

__all__ = ["prose_units"]

_SENTENCE = re.compile("[^。；;！!]+")
_EXPLAINS = re.compile(r"解释(?=权|工作|说明|[,\uff0c、）)]|\s*$)|负责(?:政策|具体)?解[释读]")
# 整治工作总牵头单位为市城管局 · 牵头单位是市民政局
_NAMED = re.compile(r"(?P<word>总?牵头|责任|主办|承办)(?:办理|责任)?(?:单位|部门)[为是由]")
# 市贸易局为本项工作总牵头单位
_IS = re.compile(r"(?:为|是|作为)[^,，。;；:：]{0,14}?(?P<word>总?牵头|主办)(?:办理|责任)?(?:单位|部门)")
# 由市A局牵头 · 市A局负责牵头组织 · 市A局、市B局牵头抓总; not 牵头单位, 牵头人, 牵头部门, 牵头的联席会议
_LEAD = re.compile(r"牵头(?!单位|部门|人|领导|办理单位|责任单位|作用|的)")
_BEFORE_LEAD = re.compile(r"(?:负责|共同|联合|具体|分别|统一)*$")
# 成立由市A局牵头、市B局参与的工作专班: says how a body is made up
_MAKES_UP = re.compile(r"(?:成立|建立|组建|设立|健全|完善|落实|构建|形成|推行|实行|强化)(?:了|起|健全|完善)?由?$")
# 市B局、市C局等相关部门配合 — in the same sentence behind the lead
_HELP = re.compile(r"(?:配合|参与|协同|协助)(?!单位|部门|企业)")
_BEFORE_HELP = re.compile(r"(?:积极|共同|协同|密切|分别|按职责)*$")
_JOINTLY = re.compile(r"会同")
# 由市A局会同市B局制定: the first leads; without 由 it merely acts (市府办会同相关单位抽查)
_BY = re.compile(r"由(?=[^由,，。;；]{2,60}会同)")
# 此项工作由市A局负责 · 具体由市A局负责
_ALL_OF_IT = re.compile(
    r"(?:(?:[此该本这]项?|上述|以上)(?:工作|任务|事项|措施|政策|项目)|具体)(?:具体)?由(?P<names>[^由,，。;；:：]{3,80}?)(?:具体|共同|分别|按职责分工|按职责)*负责(?=[,，]|\s*$)"
)
_WORK = r"(?:组织实施|组织落实|组织推进|组织开展|具体实施|贯彻落实|抓好落实|落实|实施|推进|推动|统筹|组织协调|综合协调|协调)"
# 由市A局、市B局负责组织实施 · 由市A局按职责组织实施
_CHARGED = re.compile(
    rf"由(?P<names>[^由,，。;；:：]{{3,80}}?)(?:具体|共同|分别|按职责分工|按职责)*(?:负责(?:具体)?{_WORK}|组织实施)"
)
# 市工作专班负责统筹协调: bodies that exist to coordinate
_COORDINATES = re.compile(
    r"(?:^|[,，:：])\s*(?P<names>[^,，。;；:：由的]{2,40}(?:工作专班|专班|领导小组|指挥部|联席会议|推进小组|协调小组)(?:办公室)?)"
    r"(?:具体)?负责(?:[^,，。;；]{0,8}?)(?:统筹协调|统筹推进|统筹调度|组织协调|综合协调|总体协调)"
)
_STRETCH = re.compile("[,，。;；:：由]|牵头|会同")  # what names in a row do not run across
_CHAIN = 80  # characters that a row of names may take
_ROW = 30  # names that a row may have
_PLACE_BEFORE = 24  # characters of a name before the part of it that the register knows: 江澜海事局
_ROW_END = re.compile("[,，。;；:：]")
_JOINED = ("", "、", "和", "及", "与", "会同")
# 财政部门, 住房城乡建设主管部门 name a function, not a unit of the place.
_FUNCTION_ONLY = re.compile(
    r"^(?!各|国家|中央|中国|本|属地|[省市区县州](?!场|政|容|域)|[\u4e00-\u9fff]{1,6}(?:[省市区县州]|自治区))[^(（]{2,14}(?:主管)?部门$"
)
# 相关职能单位, 有关部门, 托育机构 are whoever it may concern.
_GENERIC = re.compile(
    r"^(?:城市|地方|市县|本级|同级|上级)(?:人民)?政府$|"
    r"^(?:各|其他|市|区|县)?(?:相关|有关|职能)[^(（]{0,6}(?:部门|单位|机构)$"
    r"|^(?!各|国家|中央|中国|[省市区县州]|[\u4e00-\u9fff]{1,6}[省市区县州]).{0,12}(?:机构|企业|单位|银行|公司|医院|学校|园区|乡镇|街道|部门)$"
)
_GOES_ON = re.compile(r"等(?!级|次|额|候)")

Place = tuple[int, int]


def prose_units(text: str, offset: int, *, labelled: bool = False, legal: bool = False) -> list[UnitMention]:
    """The units, located from `offset` in the body, in reading order.

    A clause that is `labelled` has its units said in a list: there prose only adds who leads (市A局牵头抓总). In the
    articles of a `legal` text (第X条) 由…负责 states a duty and assigns nothing.
    """
    leads = "牵头" in text or "会同" in text or "主办" in text
    charges = not labelled and not legal and ("负责" in text or "组织实施" in text)
    if not leads and not charges and not ("单位" in text and _NAMED.search(text)):
        return []
    found: list[UnitMention] = []
    for m in _SENTENCE.finditer(text):
        found += _in_sentence(text, m.start(), m.end(), offset=offset, labelled=labelled, charges=charges)
    return unique(sorted(found, key=lambda x: x.start))


def _in_sentence(text: str, start: int, end: int, *, offset: int, labelled: bool, charges: bool) -> list[UnitMention]:
    sentence = _Sentence(text, start, end)
    pairs = sentence.assigned()
    rules = ["prose_lead"] * len(pairs)
    if not labelled:
        pairs += sentence.by_and_jointly()
        rules += ["prose_lead"] * (len(pairs) - len(rules))
        taken = {x for x, _ in pairs}
        charged = [x for x in sentence.charged() if x not in taken] if charges else []
        pairs += [(x, "responsible") for x in charged]
        rules += ["prose_by"] * len(charged)
    if not pairs or _EXPLAINS.search(text, start, end):
        return []
    return [
        mention(text[a:b], offset + a, role=role, rule=rule, open_ended=_GOES_ON.match(text, b) is not None)
        for ((a, b), role), rule in zip(pairs, rules, strict=True)
        if not labelled or role == "lead"
    ]


class _Sentence:
    """One sentence, text[start:end], with the units it names (looked for when a rule first asks)."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self.text, self.start, self.end = text, start, end
        self._spans: list[Place] | None = None

    @property
    def spans(self) -> list[Place]:
        """Where the sentence names units of a place, left to right."""
        if self._spans is None:
            found = find_units(self.text[self.start : self.end])
            self._spans = [(self.start + a, self.start + b) for name, a, b in found if _is_place_bound(name)]
        return self._spans

    def assigned(self) -> list[tuple[Place, Role]]:
        """Who leads by 牵头 or is called the leading unit, and who helps."""
        text, pairs = self.text, list[tuple[Place, Role]]()
        if text.find("单位", self.start, self.end) >= 0 or text.find("部门", self.start, self.end) >= 0:
            for m in _NAMED.finditer(text, self.start, self.end):
                pairs += [(x, role_of(m["word"])) for x in self.chain_from(m.end())]
        if text.find("牵头", self.start, self.end) < 0 and text.find("主办", self.start, self.end) < 0:
            return pairs
        for m in _IS.finditer(text, self.start, self.end):
            pairs += [(x, role_of(m["word"])) for x in self.chain_before(m.start())]
        first = self.end
        for m in _LEAD.finditer(text, self.start, self.end):
            before = _BEFORE_LEAD.search(text, max(self.start, m.start() - 8), m.start())
            leads = self.chain_before(before.start() if before else m.start())
            if leads and not _MAKES_UP.search(text, max(self.start, leads[0][0] - 6), leads[0][0]):
                pairs += [(x, "lead") for x in leads]
                first = min(first, m.end())
        return pairs + [(x, "support") for x in self.helpers(first)]

    def by_and_jointly(self) -> list[tuple[Place, Role]]:
        """由市A局会同市B局: the first leads, the second helps."""
        pairs: list[tuple[Place, Role]] = []
        if self.text.find("会同", self.start, self.end) < 0:
            return pairs
        first = self.end
        for m in _BY.finditer(self.text, self.start, self.end):
            leads = self.chain_before(self.text.index("会同", m.end()))
            if leads and leads[0][0] == m.end():
                pairs += [(x, "lead") for x in leads]
                first = min(first, leads[-1][1])
        return pairs + [(x, "support") for x in self.helpers(first)]

    def charged(self) -> list[Place]:
        """由市A局负责组织实施, 市工作专班负责统筹协调."""
        found: list[Place] = []
        for pattern in (_ALL_OF_IT, _CHARGED, _COORDINATES):
            for m in pattern.finditer(self.text, self.start, self.end):
                found += self.names_between(*m.span("names"))
        return found

    def names_between(self, start: int, end: int) -> list[Place]:
        """The names that a stretch consists of; none where a part of it is no unit of a place."""
        names: list[Place] = []
        for a, b in _parts(self.text, start, end):
            piece = read_piece(self.text[a:b])
            if not piece.names or not all(_is_one_unit(x.surface) for x in piece.names):
                return []
            names += [(a + x.start, a + x.end) for x in piece.names]
        return names

    def chain_before(self, at: int) -> list[Place]:
        """The units that end right before `at`, with those joined to them by 、 和 会同."""
        near = max(self.start, at - _CHAIN)
        stretch = max((m.end() for m in _STRETCH.finditer(self.text, near, at)), default=near)
        if stretch > near or near == self.start:
            names = self.names_between(stretch, at)
            if names:
                return names  # the whole stretch back to the last comma is names: 沿线县(区)政府, 区“百企”工作专班
        at -= len(self.text[near:at]) - len(_without_rest(self.text[near:at]))
        chain: list[Place] = []
        for a, b in reversed(self.spans[max(0, (last := bisect_right(self.spans, (at, at))) - _ROW) : last]):
            if b > at:
                continue
            if self.text[b:at].strip(" \u3000") not in _JOINED:
                break
            chain.insert(0, (a, b))
            at = a
        return chain

    def chain_from(self, at: int) -> list[Place]:
        """The units that begin at `at`, joined to one another; behind the last of them the sentence goes on."""
        stop = _ROW_END.search(self.text, at, min(self.end, at + 2 * _CHAIN))
        chain: list[Place] = []
        for a, b in _parts(self.text, at, stop.start() if stop else min(self.end, at + 2 * _CHAIN)):
            names = self.names_between(a, b)
            chain += names or self.run_in(a, b)
            if not names:
                break
        return chain

    def run_in(self, start: int, end: int) -> list[Place]:
        """The names with which a stretch begins before it goes on in prose: 市教育局和江澜海事局制定清单."""
        names: list[Place] = []
        first = bisect_left(self.spans, (start, start))
        for a, b in self.spans[first : first + _ROW]:
            if a >= end or a - start > _PLACE_BEFORE:
                break
            if names and a == start and _is_one_unit(self.text[names[-1][0] : b]):
                names[-1] = (names[-1][0], b)  # 国家税务总局江澜省税务局
                start = b
                continue
            joint = next((len(j) for j in _JOINED if j and self.text.startswith(j, start)), 0) if names else 0
            if a - start == joint or _is_one_unit(self.text[start + joint : b]):
                names.append((min(a, start + joint), b))
                start = b
                continue
            break
        return names

    def helpers(self, start: int) -> list[Place]:
        """Units named as helping behind a lead, up to the sentence's end."""
        helpers: list[Place] = []
        for m in _HELP.finditer(self.text, start, self.end):
            before = _BEFORE_HELP.search(self.text, max(start, m.start() - 8), m.start())
            helpers += self.chain_before(before.start() if before else m.start())
        for m in _JOINTLY.finditer(self.text, start, self.end):
            helpers += self.chain_from(m.end())
        return helpers


_REST = re.compile(r"等(?:[^、,，。]{0,8}(?:部门|单位)(?:和单位)?)?$")


def _without_rest(text: str) -> str:
    rest = _REST.search(text, max(0, len(text) - 16))
    return text[: rest.start()] if rest else text


def _parts(text: str, start: int, end: int) -> list[Place]:
    cuts = [*top_level(text, start, end, "、"), end]
    return [(a, b) for a, b in zip([start, *(c + 1 for c in cuts)], cuts, strict=False) if a < b]


def _is_place_bound(name: str) -> bool:
    return not _FUNCTION_ONLY.match(name) and not _GENERIC.match(name)


def _is_one_unit(name: str) -> bool:
    return is_unit_name(without_blanks(name)) and _is_place_bound(name)

"""Names of bodies as they stand in a signature, above a title and in a 主送 line.

Each recogniser looks at one paragraph; forms follow GB/T 9704-2012 (主送机关 7.3.2, 发文机关署名 7.3.5).
"""

from __future__ import annotations

import re
from functools import lru_cache

from indexer.notices.header.datelines import DATE, is_date_line
from indexer.notices.places.national import split_national

__all__ = ["BODY_END", "is_addressees_line", "is_signature", "names_in", "split_names", "split_signature"]

_SPACE = " \t\u00a0\u3000\u2002\u2003\u2009\u200b\ufeff"
_BLANK = re.compile(f"[{_SPACE}\r\n]+")
_CJK = r"\u3400-\u4dbf\u4e00-\u9fff\u3007\u25cb"
_BODY_TAIL = (
    "人民政府|政府|管理委员会|管委会|委员会|办公室|办公厅|办事处|办|厅|局|委|部|署|行|院|厂|社|站|处|室|中心|支队|大队|总队|"
    "部门|机构|单位|企业|公司|集团|学校|高校|院校|大学|学院|医院|协会|联合会|总会|学会|商会|总工会|分会|园区|开发区|新区|团体|"
    "乡镇|街道|街镇|镇街|工商联|残联|妇联|团委|科协|文联|侨联|社联|法院|检察院|中央|军区|领导小组|指挥部|联席会议|专班|度假区|管理区|新城|港区|景区|保税区"
)
_ADDRESSEE_PART = re.compile(rf"(?:{_BODY_TAIL})[)\uff09]?$")
_ADDRESSEE_HEAD = re.compile(
    rf"^(?:主送[:\uff1a])?(?:各|全[省市区县]|有关|中央|省|市|区|县|州|厅|局|委|驻|机关|本|"
    rf"国务院|[{_CJK}]{{2,24}}(?:政府|委员会|管委会|局|厅|公司|区|市|县|办))"
)
_NOT_ADDRESSEES = re.compile(
    r"^(?:成员|责任|牵头|配合|协办|主办|承办|参与|参加|联系|支持|负责)|责任单位|责任部门|"
    r"牵头单位|配合单位|负责单位|抄送|解读"
    r"|联系人|来源|发布|印发|信息|索引|如下|包括|附件|根据|按照|作者"
)
# 周文代表：, 李一鸣副主席： — the person whom a reply addresses
_PERSON = re.compile(
    rf"(?!各位|人大|政协|职工)(?:[{_CJK}·]{{2,4}}、){{0,6}}[{_CJK}·]{{2,4}}(?:等\d{{0,3}}[位名]?)?"
    r"(?:代表|委员|副?主席|副?委员长|同志|先生|女士)"
)
_AREAS = re.compile(r"各[省市区县州盟旗乡镇街道、()\uff08\uff09]{1,16}")  # 各市、县（市、区）：
_SIGNATURE_TAIL = re.compile(
    r"(?:人民政府|管理委员会|委员会|办公室|办公厅|办事处|厅|局|部|院|署|行|分行|支行|中心|"
    r"公司|总队|支队|领导小组|指挥部|联席会议|党组|委|办|(?:协|学|商|工|总|联合|研究|基金|理事|管委|常委|监|促进|志愿者)会)$"
)
_SIGNATURE_ENDS = frozenset("府会室厅处局部院署行心司队组议委办")
_NOT_SIGNATURE = re.compile(
    r"^(?:各|责任|牵头|配合|协办|由|为|和|与|加快|推进|推动|建设|支持|设立|引进|培育|成立|"
    r"组建|报|送)|单位|部门|关于|印发|以及|会同|《|》|来源|发布机构|作者|之日起|(?:执|施|实|进|运|举|履|试|推|放|并)行$"
)
_SENTENCE = re.compile(r"[。;；:\uff1a!！?？|]")
_LIST_MARK = re.compile(rf"[、,，;；\n{_SPACE}]+")
_NO_SIGN = r"[^〔〕\[\]［］【】()\uff08\uff09]*+"
_BRACKET = re.compile(
    rf"[〔\[［【(\uff08]{_NO_SIGN}(?:[〔\[［【(\uff08]{_NO_SIGN}[〕\]］】)\uff09]{_NO_SIGN})*+[〕\]］】)\uff09]"
)
_KEPT_IN_BRACKET = str.maketrans("、,，;； \u3000", "\ue000\ue001\ue002\ue003\ue004\ue005\ue005")
_GIVEN_BACK = str.maketrans(
    {"\ue000": "、", "\ue001": ",", "\ue002": "，", "\ue003": ";", "\ue004": "；", "\ue005": None}
)
_LONGEST_SIGNATURE = 300
# The last two characters of a date: 3日, 03, 7日), 七日, 3 日.
_DATE_END = frozenset("日)\uff09 \u30000123456789０１２３４５６７８９○〇一二三四五六七八九十廿卅")
_DATE_AT_END = 60


def is_addressees_line(text: str) -> bool:
    """Whether the whole paragraph is the 主送 line: bodies and groups of bodies, or a person, closed by a colon.

    各县(市、区)人民政府,市政府各部门、直属各单位: matches.
    Must not match: 责任单位:…, 成员单位:, …通知如下:, 抄送:…, 信息来源:.
    """
    if len(text) > 600 or not text.rstrip(_SPACE + "\r\n").endswith((":", "\uff1a")):
        return False
    if "。" in text:
        return False
    bare = _BLANK.sub("", text)
    if not 5 <= len(bare) <= 400 or _NOT_ADDRESSEES.search(bare):
        return False
    if _PERSON.fullmatch(bare.rstrip(":\uff1a")) or _AREAS.fullmatch(bare.rstrip(":\uff1a")):
        return True
    parts = split_names(bare.rstrip(":\uff1a"))
    if not parts or not _ADDRESSEE_PART.search(parts[-1]):
        return False
    return bool(_ADDRESSEE_HEAD.match(bare)) or all(_ADDRESSEE_PART.search(part) for part in parts)


def split_names(text: str) -> list[str]:
    """The names in a list, split at 、 , ， ; ； and white space outside brackets; a closing colon set aside.

    各县(市、区)人民政府,市政府各部门、直属各单位 gives three: brackets are never split.
    """
    text = text.strip(_SPACE + "\r\n:\uff1a。")
    if "(" in text or "\uff08" in text or "[" in text or "〔" in text or "【" in text:
        text = _BRACKET.sub(lambda m: m[0].translate(_KEPT_IN_BRACKET), text)
        return [name.translate(_GIVEN_BACK) for name in _LIST_MARK.split(text) if name]
    return [name for name in _LIST_MARK.split(text) if name]


def is_signature(text: str) -> bool:
    """Whether the whole paragraph is the name of the issuing body, or of several: 云泽市人民政府办公室, 市商务局 市财政局.

    Must not match: 各区县人民政府, 责任单位 lines, a title, a sentence. A table cell that holds a unit's name looks
    the same: the caller knows where the paragraph stands.
    """
    if len(text) > _LONGEST_SIGNATURE:
        return False
    end = text.rstrip()
    return end[-1:] in _SIGNATURE_ENDS and _is_signature(end)


@lru_cache(maxsize=1 << 13)
def _is_signature(text: str) -> bool:
    if _SENTENCE.search(text):
        return False
    names = [name for word in _words(text) for name in split_names(word)]
    return bool(names) and all(
        4 <= len(name) <= 40 and _SIGNATURE_TAIL.search(name) and not _NOT_SIGNATURE.search(name) for name in names
    )


def _words(text: str) -> list[str]:
    """The words between white space, a letter-spaced name closed up: 云 泽 市 人 民 政 府."""
    words = text.split()
    return ["".join(words)] if words and all(len(word) == 1 for word in words) else words


def split_signature(text: str) -> tuple[str, str] | None:
    """The signature and the date of a paragraph that holds both: 云泽市人民政府办公室 2023年4月3日; else None.

    Must not match: a date line alone, a sentence that ends in a date.
    """
    last = text[-1:]
    if (last not in _DATE_END and not last.isspace()) or len(text) > _LONGEST_SIGNATURE + _DATE_AT_END:
        return None
    end = text.rstrip()
    if end[-1:] not in _DATE_END or end[-2:-1] not in _DATE_END:
        return None
    for found in DATE.finditer(end, max(0, len(end) - _DATE_AT_END)):
        head, tail = end[: found.start()].strip(_SPACE), end[found.start() :].strip(_SPACE)
        if is_signature(head) and is_date_line(tail):
            return head, tail
    return None


# The endings of the name of a body that issues.
BODY_END = re.compile(
    r"(?:人民政府|政府|委员会|常委会|办公室|办公厅|办事处|厅|局|部|院|署|行|分行|支行|中心|公司|总队|"
    r"支队|领导小组|指挥部|联席会议|管委会|总工会|联合会|协会|委|办)$"
)
_LONGEST_ENDING = 6  # characters of the longest ending in BODY_END, and one more
_NATIONAL = ("中国人民银行", "中国银行保险监督管理委员会", "国家金融监督管理总局", "国家税务总局")
_LOCAL_OFFICE = re.compile(
    r"(?:监管局|监管分局|税务局|分行|支行)(?=[\u4e00-\u9fff]{2,4}?[省市区县州][\u4e00-\u9fff]{2}|国家|中国人民银行)"
)
_PLACE_HEAD = re.compile(r"[\u4e00-\u9fff]{2,4}?[省市区县州]")


def names_in(text: str) -> list[str]:
    """The bodies a signature line names; letter-spaced names are closed up, glued ones cut before a repeated place."""
    return [part for word in _words(text) for name in split_names(word) for part in _unglued(name)]


def _unglued(name: str) -> list[str]:
    """云泽市商务局云泽市财政局 is two names: cut where the place at the head comes again after a body's ending."""
    if len(name) > _LONGEST_SIGNATURE:
        return [name]
    for national in _NATIONAL:
        before, found, after = name.partition(national)
        if found and BODY_END.search(before):
            return _unglued(before) + _unglued(national + after)
    office = _LOCAL_OFFICE.search(name)
    if office:  # 国家税务总局云泽市税务局云泽市财政局
        return [name[: office.end()], *_unglued(name[office.end() :])]
    head = _PLACE_HEAD.match(name)
    if head is None:
        return split_national(name)
    cuts = [0]
    at = name.find(head[0], len(head[0]))
    while at > 0:
        cut = at - len("中共") if name.endswith("中共", 0, at) else at
        if BODY_END.search(name, max(cuts[-1], cut - _LONGEST_ENDING), cut):
            cuts.append(cut)
        at = name.find(head[0], at + len(head[0]))
    return [name[a:b] for a, b in zip(cuts, [*cuts[1:], len(name)], strict=True)]

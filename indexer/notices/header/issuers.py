"""发文机关: the bodies that sign a notice, or that its title or its page names.

成文 bodies stand below the text and at the head of the title (GB/T 9704-2012, 7.3.1 and 7.3.5); who printed the notice
(印发机关 in 版记) and who gets a copy (抄送机关) are not among them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.notices.header.bodies import BODY_END, is_signature, names_in, split_names, split_signature
from indexer.notices.places.national import is_national_body
from indexer.records import Place

__all__ = ["bracket_head", "find_issuers", "order_head", "signatures", "with_place"]

_TITLE_ISSUER = re.compile(
    r"^(?P<names>[\u4e00-\u9fff、\s()\uff08\uff09·]{3,120}?)(?:等[\d一二三四五六七八九十]*[\u4e00-\u9fff]{0,3}(?:单位|部门))?"
    r"(?:关于|印发|转发|批转|发布(?=《)|公告|通告|对)"
)
_BRACKET_HEAD = re.compile(r"^\s*【(?P<head>[^【】]{2,120})】")
# The second half of a name that a line break cut: 中国银行保险监督管理委员会 / 云泽监管分局
_LOCAL_OFFICE = ("监管分局", "监管局", "监管支局", "监管组")
_LONGEST_OFFICE = 8
# 总理　李一鸣 signs an order of the State Council; the body that issues it stands above the number.
_SIGNED_BY = re.compile(
    r"\s*(?:总理|主席|委员长|省长|市长|区长|县长|州长|部长|局长|主任|行长|署长)\s*[\u4e00-\u9fff]\s*[\u4e00-\u9fff]{1,3}\s*$"
)
_ORDER_HEAD = re.compile(r"\s*(?:中华人民共和国)?(?P<body>[\u4e00-\u9fff]{2,30}?)令\s*$")
_AND_OTHERS = re.compile(r"等[\d一二三四五六七八九十]*家?(?:部门|单位)?$")
_PRINTED = re.compile(r"印发$|抄送|抄报|主送")
# 市人民政府, 市住建局: a body that leaves its place to the context
_BARE_HEAD = re.compile(r"(?:[省区县州]|市(?!场|政(?!府|协|务)|民(?!政)|容))(?!级|直|属|域|块)[\u4e00-\u9fff]+")


def bracket_head(lines: Sequence[str]) -> str | None:
    """What a site writes before a title: 江澜省云泽市 in 【江澜省云泽市】关于…的通知; None where no line has it."""
    for line in lines:
        found = _BRACKET_HEAD.match(line)
        if found:
            return found["head"]
    return None


def signatures(elements: Sequence[tuple[str, str]]) -> list[str]:
    """Names in the signature lines up to the first date after them, each once, lines that break a name joined."""
    names: list[str] = []
    for label, text in elements:
        if label == "signature" and not (_PRINTED.search(text) or _SIGNED_BY.match(text)):
            pair = split_signature(text)
            for name in names_in(pair[0] if pair else text):
                if _is_cut_off(name, names):
                    names[-1] += name
                elif name not in names:
                    names.append(name)
            if pair:
                break
        elif names and label == "date":
            break
    return names


def order_head(elements: Sequence[tuple[str, str]]) -> str | None:
    """The body above the number of an order: 国务院 for 中华人民共和国国务院令; None where no line is such a head."""
    for label, text in elements:
        if label in ("title", "meta", "doc_number") and len(text) <= 40 and (found := _ORDER_HEAD.match(text)):
            return found["body"] if BODY_END.search(found["body"]) or is_national_body(found["body"]) else None
    return None


def _is_cut_off(name: str, names: Sequence[str]) -> bool:
    """Whether a line's name is the second half of the name before it: …监督管理委员会 / 云泽监管分局."""
    return (
        bool(names)
        and len(name) <= _LONGEST_OFFICE
        and name.endswith(_LOCAL_OFFICE)
        and names[-1].endswith(("委员会", "总局"))
    )


def _joined_by_and(name: str) -> list[str]:
    """The two bodies that 和 joins: 云泽市民政局和云泽市财政局; 云泽市自然资源和规划局 is one."""
    for at in (i for i, char in enumerate(name) if char == "和"):
        if BODY_END.search(name, 0, at) and BODY_END.search(name, at + 1):
            return [name[:at], name[at + 1 :]]
    return [name]


def _of_title(title: str) -> list[str]:
    found = _TITLE_ISSUER.match(title)
    return [name for name in (names_in(found["names"]) if found else []) if BODY_END.search(name)]


def find_issuers(title: str, title_lines: Sequence[str], signed: Sequence[str], page: str | None) -> tuple[str, ...]:
    """发文机关: the signature where it is fuller than the title's opening, else the title, a name above it, the page."""
    named = _of_title(title)
    if signed and len(signed) >= len(named):
        return tuple(dict.fromkeys(signed))
    if named:
        return tuple(dict.fromkeys(named))
    above = [name for line in title_lines if is_signature(line) for name in names_in(line)]
    if above:
        return tuple(dict.fromkeys(above))
    head = _AND_OTHERS.sub("", bracket_head(title_lines) or "")
    if BODY_END.search(head):
        return tuple(part for name in names_in(head) for part in _joined_by_and(name))
    for line in title_lines:  # a headline that says who issued what the title names
        if line != title and (named := _of_title(line)):
            return tuple(dict.fromkeys(named))
    return tuple(split_names(page)) if page else ()


def with_place(name: str, place: Place) -> str:
    """市人民政府 in a notice of 云泽市 is 云泽市人民政府; names with a place, and of another level, stay."""
    lowest = place.district or place.city or place.province
    if lowest and name[:1] == lowest[-1:] and _BARE_HEAD.fullmatch(name):
        return lowest + name[1:]
    return name

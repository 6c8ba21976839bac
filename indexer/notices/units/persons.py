"""Persons whom a notice names as responsible.

person_label  总牵头人：许  澜（区委副书记）; 责任人：宋岩、阿依努尔·买买提      behind a label, one or several, with or without office
person_below  丁岚（区发改局局长）                                       the line below such a label goes on with names
person_prose  由市长陆遥任组长，副市长宋知远任副组长                          appointed by running text
person_column the cell under 责任人, 分管领导                              read by `split_persons`

Must not match: offices alone (各镇街主要负责人, 分管副市长), units (区应急局), whom one may ask (联系人：…), persons merely mentioned.

Figures, written by `python -m eval.rules --write`:

person_label   P 1.000 (51/51)  R 1.000 (51/51)  generated P 1.000 (384/384)  R 0.995 (384/386)
person_below   P 1.000 (2/2)  R 1.000 (2/2)  generated P – (0/0)  R – (0/0)
person_prose   P 1.000 (7/7)  R 1.000 (7/7)  generated P – (0/0)  R – (0/0)
person_column  P 1.000 (207/207)  R 1.000 (207/207)  generated P 1.000 (712/712)  R 1.000 (712/712)
"""

from __future__ import annotations

import re

__all__ = ["find_persons", "split_persons"]

_BLANK = r"[ \u3000\xa0]"
_HAN = r"[\u4e00-\u9fff]"
# 杨 扬, 欧阳明月, 阿依努尔·买买提
_NAME = rf"(?:{_HAN}{{2,7}}[·•・]{_HAN}{{2,7}}(?:[·•・]{_HAN}{{2,7}})?|{_HAN}(?:{_BLANK}{{0,3}}{_HAN}){{1,3}})"
_OFFICE = r"(?:\s*[(\uff08][^()\uff08\uff09]{1,40}[)\uff09])?"
_ROW = rf"{_NAME}{_OFFICE}(?:\s*[、,\uff0c/;\uff1b]\s*{_NAME}{_OFFICE})*"
_LABEL = re.compile(
    r"(?:总?牵头人|(?:具体|常务|总|主要|直接|第一)?负责人|(?:第一|直接|主要|具体)?责任人|(?:责任|牵头|分管|包联|包抓|包保)领导|"
    r"(?:常务)?副?(?:组长|总指挥|召集人|主任))\s*\Z"
)
_LAST_OF_LABEL = frozenset("人导长挥任")  # in which every such label ends, blanks behind it set aside
_COLON = re.compile(r"[:\uff1a]")
_NAMED = re.compile(
    rf"\s*(?P<row>{_ROW})(?=\s*[(\uff08、,\uff0c;\uff1b。\n]|\s*\Z|{_BLANK}+{_HAN}{{0,16}}(?:长|主任|书记|委员|常委))"
)
# 市长陆遥任组长，副市长宋知远、韩越任副组长
_APPOINTED = re.compile(
    rf"(?:书记|[省市区县州镇乡局厅部处科会院校]长|主任|常委|秘书长|主席|调研员)(?P<row>{_HAN}(?:{_BLANK}{{0,3}}{_HAN}){{1,3}}?(?:、{_HAN}(?:{_BLANK}{{0,3}}{_HAN}){{1,3}}?)*)"
    r"(?:同志)?(?:分别)?(?:任|担任|为)(?:常务)?副?(?:组长|总指挥|召集人|负责人|总?牵头人|主任)"
)
# The line below a labelled one goes on with names: 丁岚（区发改局局长）
_CONTINUED = re.compile(
    rf"^(?P<row>{_NAME})\s*[(\uff08][^)\uff09]{{2,30}}(?:长|主任|书记|委员|常委|干部|专员|职务)[^)\uff09]{{0,12}}[)\uff09]\s*$",
    re.M,
)
_BRACKETS = re.compile(r"[(\uff08\[〔][^()\uff08\uff09\[\]〔〕]*[)\uff09\]〕]")
_SEPARATORS = re.compile(r"[、,\uff0c;\uff1b/／\n|]+")
# 副市长陆遥, 市民政局局长 许澜: what stands before the name; 陆遥同志: behind it
_TITLE_BEFORE = re.compile(
    rf"^{_HAN}*?(?:书记|[省市区县州镇乡局厅部处科会院校]长|主任|常委|秘书长|主席|调研员|总经理|董事长)(?=[^长任记]{{2,4}}$)"
)
_COMPOUND = frozenset(
    "欧阳 司马 诸葛 上官 夏侯 皇甫 东方 尉迟 公孙 慕容 令狐 宇文 长孙 司徒 端木 南宫 百里 呼延".split()
)
_IS_NAME = re.compile(rf"{_HAN}{{2,4}}|{_HAN}{{2,7}}(?:[·•・]{_HAN}{{2,7}}){{1,2}}")
_NO_PERSON = re.compile(
    r"^(?:各|全|本|其他|有关|相关|分管|主管|主要|具体|待|另|同上|暂|无|未)|人员|领导|负责|成员|班子|专人|责任|部门|单位|街道|镇街|科室|同志|企业|公司|中心|分工|"
    r"[省市区县州镇乡村局处科队所院校厅部司站社会组首]长$|主任$|书记$|委员$|常委$|[局委办厅处府会]$|..[科室部所站队院]$"
)


def split_persons(cell: str) -> list[str]:
    """Names in a 责任人 cell, inner blanks removed: 许 澜 → 许澜; 宋岩、韩越（局长） → two; offices and units are left out."""
    if not cell:
        return []
    parts = _SEPARATORS.split(_BRACKETS.sub(" ", cell))
    return list(dict.fromkeys(name for part in parts for name in _names_in(part)))


def _names_in(part: str) -> list[str]:
    """Names parted by blanks only; single characters belong together: 林  杰 宋知远 → 林杰, 宋知远."""
    joined: list[str] = []
    single = False
    for word in part.split():
        if joined and (
            (single and len(word) == 1 and len(joined[-1]) < 3) or (joined[-1] in _COMPOUND and len(word) <= 2)
        ):
            joined[-1] += word
        else:
            single = len(word) == 1
            joined.append(word)
    names = [_TITLE_BEFORE.sub("", word.removesuffix("同志").split("\uff1a")[-1].split(":")[-1]) for word in joined]
    return [name for name in names if _IS_NAME.fullmatch(name) and not _NO_PERSON.search(name)]


def find_persons(text: str) -> list[str]:
    """Names that the text appoints, in order, inner blanks removed; a person merely mentioned is none."""
    found: list[tuple[int, str]] = []
    if ":" in text or "\uff1a" in text:
        for colon in _COLON.finditer(text):
            last = text[colon.start() - 1 : colon.start()]
            if (last in _LAST_OF_LABEL or last.isspace()) and _LABEL.search(
                text, max(0, colon.start() - 8), colon.start()
            ):
                named = _NAMED.match(text, colon.end())
                if named:
                    found.append((named.start("row"), named["row"]))
    if "组长" in text or "总指挥" in text or "召集人" in text or "牵头人" in text or "负责人" in text:
        found += [(m.start("row"), m["row"]) for m in _APPOINTED.finditer(text)]
    if not found:
        return []
    found += [(m.start("row"), m["row"]) for m in _CONTINUED.finditer(text)]
    return list(dict.fromkeys(name for _, row in sorted(found) for name in split_persons(row)))

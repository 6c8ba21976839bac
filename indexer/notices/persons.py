"""Persons whom a notice names as responsible: 责任人 cells, 总牵头人：…, 由市长X任组长."""

from __future__ import annotations

import re

__all__ = ["find_persons", "split_persons"]

_NAME = r"[一-鿿](?:[ \u3000\xa0]{0,3}[一-鿿·]){1,3}"
# 总牵头人：许  澜（区委副书记）· 组长：张三
_LABELLED = re.compile(
    rf"(?:总牵头人|牵头人|具体负责人|负责人|责任人|总负责人|联系人|(?:副?组长|总指挥|副总指挥|召集人|副?主任))\s*[:：]\s*(?P<name>{_NAME})(?=\s*[(（、,，;；\n]|\s*$)"
)
# 市长陆遥任组长，副市长宋知远任副组长
_APPOINTED = re.compile(
    r"(?:书记|市长|区长|县长|省长|主任|局长|常委|秘书长|厅长|部长|主席|镇长)(?P<name>[一-鿿](?:[ \u3000\xa0]{0,3}[一-鿿]){1,3}?)(?:同志)?(?:任|担任|为)(?:副?组长|副?总指挥|召集人|负责人|总?牵头人|副?主任)"
)
# The line below a labelled one goes on with names: 丁岚（区发改局局长）
_CONTINUED = re.compile(
    rf"^(?P<name>{_NAME})\s*[(（][^)）]{{2,30}}(?:长|主任|书记|委员|常委|干部|专员|职务)[^)）]{{0,12}}[)）]\s*$", re.M
)


def split_persons(cell: str) -> list[str]:
    """Names in a 责任人 cell, inner blanks removed: 许 澜 → 许澜; 王某、李某 → two."""
    names = re.split(r"[、,，;；/\n]+|\s{3,}", cell)
    joined = [re.sub(r"[\s\u3000\xa0]+", "", re.sub(r"[(（].*?[)）]", "", n)) for n in names]
    return [n for n in joined if n]


def find_persons(text: str) -> list[str]:
    """Names that the text appoints, in order, inner blanks removed; a person merely mentioned is none."""
    found = [(m.start("name"), m.group("name")) for p in (_LABELLED, _APPOINTED) for m in p.finditer(text)]
    if found:
        found += [(m.start("name"), m.group("name")) for m in _CONTINUED.finditer(text)]
    names: list[str] = []
    for _, name in sorted(found):
        joined = re.sub(r"[\s\u3000\xa0]+", "", name)
        if joined not in names:
            names.append(joined)
    return names

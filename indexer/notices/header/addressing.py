"""主送: the bodies a notice is sent to, grouped as the notice groups them (GB/T 9704-2012, 7.3.2)."""

from __future__ import annotations

import re

from indexer.notices.blanks import without_blanks
from indexer.notices.places.national import is_national_body

__all__ = ["split_addressees"]

_COMMAS = re.compile(r"[,，;；]")
_BRACKET = re.compile(r"[(\uff08〔\[][^()\uff08\uff09〔〕\[\]]*[)\uff09〕\]]")
_HIDDEN = str.maketrans("、,，;；", "\ue000\ue001\ue002\ue003\ue004")
_SHOWN = str.maketrans("\ue000\ue001\ue002\ue003\ue004", "、,，;；")
# A name that ends in one of these is a body or a group of bodies and may stand alone.
_BODY_LIKE = re.compile(
    r"(?:政府|办事处|厅|局|委|部|部门|机构|单位|企业|公司|集团|学校|高校|院校|大学|院|行|区|县|团体|组织|办|室|会|"
    r"会议|队|联|中心|科|处|站|所|代表|委员|职工|人)[)\uff09]?$"
)
# What says of itself whose body it is: 市财政局, 各直属机构, 直属单位, 驻云泽各单位, 云泽经济开发区管委会.
_OWN_HEAD = re.compile(
    r"各|全[省市区县]|有关|直属|驻|中央|中共|中国|国家|国务院|(?:[省区县州]|市(?!场))(?!长|区|市|域)[^、]|团|工商联|"
    r"[\u4e00-\u9fff]{2,8}?(?:省|市(?!场)|区|县|州)(?!$)|[\u4e00-\u9fff]{2,14}区$"
)
_AREA_END = re.compile(r"(?:[市区县州镇乡]|新城)$")  # 云泽经济开发区 without 管委会: it may share the one that follows
_SHARED_ORGAN = re.compile(
    r".*(?:管委会|管理委员会|人民政府|党工委|办事处)$|[^各]{2,}[市区县州](?!直|级|属|政府|委)[^各]{2,}$"
)


def split_addressees(text: str) -> tuple[str, ...]:
    """The 主送 as the notice groups them: commas part, and 、 where both sides are bodies with a head of their own.

    各县(市、区)人民政府,市政府各部门、直属各单位 gives three. One name stays 各街道办事处、镇人民政府 and
    各县（区）民政局、财政局, because 各 holds for both, and 云泽经济开发区、砚湖旅游度假区管委会, which share 管委会.
    """
    bare = without_blanks(text).strip(":\uff1a。").removeprefix("主送:").removeprefix("主送\uff1a")
    hidden = _BRACKET.sub(lambda m: m[0].translate(_HIDDEN), bare)
    names: list[str] = []
    for group in _COMMAS.split(hidden):
        names += [name.translate(_SHOWN) for name in _split(group.split("、"))]
    return tuple(names)


def _split(parts: list[str]) -> list[str]:
    """The parts of one group between 、, those put together again that are one name."""
    shared = [False] * (len(parts) + 1)  # whether the first part from here on that is no area has an organ to share
    for i in range(len(parts) - 1, -1, -1):
        area = _AREA_END.search(parts[i])
        shared[i] = shared[i + 1] if area else bool(_SHARED_ORGAN.match(parts[i]))
    held: list[list[str]] = []
    for i, part in enumerate(parts):
        if held and part and not _parts(held[-1][-1], part, shares=shared[i]):
            held[-1].append(part)
        elif part:
            held.append([part])
    return ["、".join(name) for name in held]


def _parts(left: str, right: str, *, shares: bool) -> bool:
    """Whether a 、 parts two names: the left one is whole, and the right one has a head of its own.

    An area is not whole where the areas that follow it end in an organ that they share.
    """
    if shares and _AREA_END.search(left):
        return False
    if right.startswith(("各", "有关")) or (is_national_body(left) and is_national_body(right)):
        return True
    return bool(_BODY_LIKE.search(left) and _BODY_LIKE.search(right)) and (
        "各" in right or bool(_OWN_HEAD.match(right))
    )

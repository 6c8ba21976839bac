"""What a page says about a notice in lines of its own: 索引号, 文号, 发布机构, dates."""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.notices.elements import BODY_END, find_doc_numbers, parse_date

__all__ = ["page_fields"]

_FIELD = re.compile(
    r"(?P<name>索\s*引\s*号|信息索引号|发文字号|文件编号|文\s*号|字\s*号|发布机构|发文机关|"
    r"发文机构|发文单位|制发单位|信息来源|来\s*源|作\s*者|公开责任部门|责任部门|"
    r"成文日期|发文日期|印发日期|签发日期|成文时间|发文时间|写作日期|发布日期|发布时间|"
    r"公开日期|公开时间|生成日期|公布日期|日期|时间|"
    r"组配分类|公开方式|主题分类|主题词|体裁分类|有效性|名\s*称|标\s*题|阅读量|浏览次数|"
    r"浏览量|点击数|字体|效力状态|分\s*类|废止日期|实施日期|编辑|访问量)"
    r"\s*[:：]?\s*"
)
_FIELDS = {
    "index_number": ("索引号", "信息索引号"),
    "doc_number": ("发文字号", "文件编号", "文号", "字号"),
    "issuer": ("发布机构", "发文机关", "发文机构", "发文单位", "制发单位"),
    "issued_on": ("成文日期", "发文日期", "印发日期", "签发日期", "成文时间", "发文时间", "写作日期"),
    "published_on": ("发布日期", "发布时间", "公开日期", "公开时间", "生成日期", "公布日期", "日期", "时间"),
}
_BY_NAME = {name: field for field, names in _FIELDS.items() for name in names}


def page_fields(lines: Sequence[str]) -> dict[str, str]:
    """What the page's own lines say: 索引号 …, 文号 …, 发布机构 …, 发布日期：2022-12-12 10:28; dates as ISO 8601."""
    said: dict[str, str] = {}
    for line in lines:
        found = [m for m in _FIELD.finditer(line[:600])]
        for i, field in enumerate(found):
            following = found[i + 1] if i + 1 < len(found) else None
            name = _BY_NAME.get(re.sub(r"\s", "", field["name"]))
            value = line[field.end() : following.start() if following else len(line)].strip(" \t\u3000\u00a0|;；,，")
            if name in ("issued_on", "published_on"):
                value = parse_date(value[:40]) or ""
            elif name == "doc_number":
                value = next(iter(find_doc_numbers(value)), "")
            elif name == "index_number":
                code = re.match(r"[0-9A-Za-z][0-9A-Za-z/\-_.—]{4,60}", value)
                value = code[0] if code else ""
            elif name == "issuer" and not BODY_END.search(value):
                value = ""
            if name and value:
                said.setdefault(name, value)
    if "published_on" not in said:
        loose = next((parse_date(line[:80]) for line in lines if re.search(r"来源|浏览|阅读|编辑|字体", line)), None)
        if loose:
            said["published_on"] = loose
    return said

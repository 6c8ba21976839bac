"""What a page says about a notice in lines of its own: 索引号, 文号, 发布机构, dates, 公开方式.

Names of the fields after GB/T 33480-2016 and the index tables of government sites.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.notices.blanks import without_blanks
from indexer.notices.header.bodies import BODY_END
from indexer.notices.header.datelines import parse_date
from indexer.notices.header.docnumbers import find_doc_numbers, find_order
from indexer.notices.header.remarks import disclosure_of

__all__ = ["page_fields"]

_FIELDS = {
    "index_number": "索引号 信息索引号 公开索引号 索引码",
    "doc_number": "发文字号 发文文号 文件编号 文号 字号",
    "issuer": "发布机构 发文机关 发文机构 发文单位 制发单位 制发机关 制定机关 公开单位 编制单位 制表单位 填报单位",
    "source": "信息来源 来源 公开责任部门",
    "issued_on": "成文日期 发文日期 签发日期 成文时间 发文时间 写作日期 编制日期 制表日期 填报日期",
    "printed_on": "印发日期 印发时间",
    "published_on": "发布日期 发布时间 公开日期 公开时间 生成日期 公布日期 日期 时间",
    "disclosure": "公开方式 公开属性 公开形式 公开类型 公开类别",
    # Known, but of no use to the header; they end the field before them. 统一编号 is not the 索引号.
    "": "统一编号 规范性文件统一编号 统一登记号 备案号 备案登记号 登记号 责任部门 作者 组配分类 主题分类 主题词 体裁分类 体裁 "
    "有效性 时效性 效力状态 名称 标题 阅读量 阅读次数 浏览次数 浏览量 点击数 字体 分类 废止日期 失效日期 实施日期 施行日期 "
    "生效日期 编辑 访问量 关键词 服务对象 密级 保密期限 文种",
}
_BY_NAME = {name: field for field, names in _FIELDS.items() for name in names.split()}
_FIELD = re.compile(
    "(?P<name>" + "|".join(r"\s*".join(name) for name in sorted(_BY_NAME, key=len, reverse=True)) + r")\s*[:\uff1a]?\s*"
)
_INDEX_CODE = re.compile(r"[0-9A-Za-z](?:[0-9A-Za-z\-_.—]|\s?[/／]\s?){3,58}[0-9A-Za-z]")
_NAMES_A_DATE = re.compile(r"来源|浏览|阅读|编辑|字体")
_WIDE_DIGITS = str.maketrans("０１２３４５６７８９／－", "0123456789/-")
_MOST_OF_A_LINE = 600


def page_fields(lines: Sequence[str]) -> dict[str, str]:
    """What the page's own lines say: 索引号 …, 文号 …, 发布机构 …, 发布日期：2022-12-12 10:28; dates as ISO 8601."""
    said: dict[str, str] = {}
    for line in lines:
        found = list(_FIELD.finditer(line[:_MOST_OF_A_LINE]))
        for i, field in enumerate(found):
            name = _BY_NAME[without_blanks(field["name"])]
            end = found[i + 1].start() if i + 1 < len(found) else len(line)
            value = _value(name, line[field.end() : min(end, field.end() + 200)].strip(" \t\u3000\u00a0|;；,，"))
            if name and value:
                said.setdefault(name, value)
    if "published_on" not in said:
        loose = next((parse_date(line[:80]) for line in lines if _NAMES_A_DATE.search(line)), None)
        if loose:
            said["published_on"] = loose
    return said


def _value(name: str, value: str) -> str:
    """The value of a field in its own form; empty where it has not that form."""
    if name.endswith("_on"):
        return parse_date(value[:40]) or ""
    if name == "doc_number":
        return next(iter(find_doc_numbers(value)), "") or find_order(value) or ""
    if name == "index_number":
        code = _INDEX_CODE.match(value.translate(_WIDE_DIGITS))
        return without_blanks(code[0]) if code else ""
    if name == "issuer":
        return value if BODY_END.search(value) else ""
    if name == "disclosure":
        return disclosure_of(value) or ""
    return value

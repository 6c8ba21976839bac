"""公开方式 and 密级: what a notice says of who may read it.

公开方式 stands in the page's index table or in brackets below the date (此件公开发布, 此件主动公开), after 《政府信息公开
条例》; 密级 stands above the title with the time it holds (GB/T 9704-2012, 7.2.2).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from indexer.notices.blanks import without_blanks

__all__ = ["disclosure_of", "find_disclosure", "is_classification_mark", "is_internal_mark"]

_WAYS = r"(?P<way>主动公开|依申请公开|不予公开|不公开|免予公开|暂不公开|全文公开|公开发布|公开)"
_FIELD = re.compile(
    r"公开(?:方式|属性|类别|形式|选项|类型|性质)(?:[:\uff1a](?=[主依不免暂全公])|(?=主动|依申请|不予))" + _WAYS
)
_REMARK = re.compile(rf"此(?:件|文|文件|通知)(?:以|按|属|为|予以|可)?{_WAYS}")
_REFUSED = ("不予公开", "不公开", "免予公开", "暂不公开")
_LONGEST_REMARK = 80


def disclosure_of(value: str) -> str | None:
    """The 公开方式 that a field's value or a remark names: 主动公开, 依申请公开 or 不予公开; None for anything else."""
    bare = without_blanks(value).strip("()\uff08\uff09[]【】。；;")
    if bare.startswith(("依申请", "依法依申请")):
        return "依申请公开"
    if bare.startswith(_REFUSED):
        return "不予公开"
    return "主动公开" if bare.startswith(("主动公开", "全文公开", "公开发布")) or bare == "公开" else None


def find_disclosure(lines: Iterable[str]) -> str | None:
    """The first 公开方式 among a notice's own lines: 公开方式：主动公开, （此件公开发布）, (此件依申请公开); else None.

    Must not match: 应当主动公开服务价格 in running text, 政务公开, 以公开方式招标.
    """
    for line in lines:
        if "公开" not in line:
            continue
        bare = without_blanks(line[:600])
        found = _FIELD.search(bare) or (_REMARK.search(bare) if len(bare) <= _LONGEST_REMARK else None)
        if found is None and len(bare) <= 12 and disclosure_of(bare) and bare[0] in "(\uff08":
            return disclosure_of(bare)  # (主动公开)
        if found:
            return disclosure_of(found["way"])
    return None


# Rule `internal_mark`: what stands by itself above or below a document that is not to leave the house.
_INTERNAL = re.compile(
    r"(?:(?:本件|此件|本文|此文)?(?:(?:属|为|系|仅供|限)?内部(?:文件|资料|材料|参考|使用|掌握|传阅|发行)|(?:请勿|不得|严禁|禁止)(?:对外)?(?:外传|外泄|传播|扩散|泄露|公开)"
    r"|(?:请)?(?:妥善保管|妥善保存|注意保存|注意保密|严格保密|用后收回|阅后即焚|阅后收回))[,，、;；。.:：!！·\-—]*)+"
)
_LONGEST_MARK = 40
_HOUSE = re.compile("内部|外传|外泄|传播|扩散|泄露|保密|公开")
_AROUND_MARK = "()\uff08\uff09[]【】〔〕《》*★"
_MARK_FIRST = frozenset("本此属为系仅限内请不严禁妥注用阅")  # what every such mark begins with


def is_internal_mark(text: str) -> bool:
    """Whether the paragraph is a mark that the document is not for the public, by rule `internal_mark`.

    内部资料 注意保存, 【内部文件】, (内部文件，不得外传). Must not match: 加强内部资料管理, 内部文件管理办法, 不得外传客户信息,
    妥善保管 alone. No text of the samples has such a mark; the rule was written from how such marks are printed.
    """
    first = text.lstrip(_AROUND_MARK)[:1]
    if first not in _MARK_FIRST and not first.isspace():
        return False
    bare = without_blanks(text).strip(_AROUND_MARK)
    return len(bare) <= _LONGEST_MARK and bool(_HOUSE.search(bare)) and bool(_INTERNAL.fullmatch(bare))


_SECRET = r"(?:绝密|机密|秘密)"
_LASTS = r"(?:[★☆*＊·](?:[\d一二三四五六七八九十]{1,3}(?:年|个?月|天|日)|长期|启封前|[^\s，。、]{0,8})?)?"
_MARK = re.compile(
    rf"(?:(?:份号)?[№Nn]?[Oo.]?\d{{1,8}})?(?:(?:保密|秘密)?(?:密级|等级)(?:和保密期限)?[:\uff1a]?)?[【\[(\uff08]?{_SECRET}[】\])\uff09]?"
    rf"{_LASTS}(?:保密期限.{{0,12}})?(?:特急|加急|急件|平急|特提)?"
)
_MARK_IN_LINE = re.compile(rf"密级[:\uff1a]?{_SECRET}(?![、/／□和或])")


def is_classification_mark(text: str) -> bool:
    """Whether the paragraph is a 密级, alone or as a field of the page: 机密★1年, 秘密★, 密级：秘密, 绝 密.

    Must not match: 商业秘密, 密级：公开, 非密, 保密工作要点, 涉及国家秘密的事项, the options of a form (秘密□机密□).
    """
    if len(text) > 120 or "密" not in text:
        return False
    bare = without_blanks(text)
    if len(bare) <= 40 and _MARK.fullmatch(bare):
        return True
    return "密级" in bare and "。" not in bare and bool(_MARK_IN_LINE.search(bare))

"""Page furniture: what a web page or a printed page adds around a notice and what never enters a clause."""

from __future__ import annotations

import re

__all__ = ["is_front_furniture", "is_furniture", "is_page_number", "without_buttons"]

_LONGEST = 160  # characters of a line of furniture
_LONGEST_STATEMENT = 400  # of a statement on copyright, and of a footer

_META_WORD = (
    r"(?:发布日期|发布时间|发布单位|发布机构|发布机关|发文日期|发文机关|发文单位|制发日期|生成日期|成文日期|成文时间|信息来源|文章来源|稿件来源|来源|浏览次数|浏览量|"
    r"阅读次数|阅读量|阅读|点击数|点击量|点击率|访问次数|访问量|索引号|信息索引号|组配分类|主题分类|主题词|体裁分类|公开方式|公开形式|公开类别|公开范围|公开日期|信息分类|"
    r"责任编辑|编辑|审核|校对|作者|字体|字号|字体大小|文号|发文字号|文件编号|有效性|效力状态|文件状态|统一编号|统一登记号|关键词|编制单位|编制日期|制表单位|制表日期|填报单位|填报日期|分享到|分享|名称|标题|时间|日期|"
    r"生效日期|实施日期|施行日期|失效日期|废止日期|服务对象|有效期)"
)
_META = re.compile(rf"[【\[]?{_META_WORD}[】\]]?\s*(?:[:：]|\s(?=\S))")
# Several on one line: 信息公开目录 | 索 引 号：… | 文 号：… | 有效性：有效
_META_INSIDE = re.compile(rf"(?:{_META_WORD}|索\s*引\s*号|文\s*号)\s*[:：]")
_META_EMPTY = re.compile(rf"(?:{_META_WORD}\s*[:：]?[\s|]*)+$")

_AT_BREADCRUMB = re.compile(r"(?:您?(?:现在|当前)?(?:所在|的)?位置|当前位置|您的位置|首页)\s*[:：>＞»/\-]")
_BREADCRUMB = re.compile(r"(?:[^\s>＞»]+\s*[>＞»]\s*){2,}|^\S{2,12}\s+[>＞»]\s+\S")

# Lines known by how they begin.
_AT_HEAD = re.compile(
    r"(?:【?(?:打印|返回顶部|返回首页|关闭|关闭本页|关闭窗口|打印本[页稿文]|字体|收藏|分享)[^。]{0,30}】?|下载阅读版本|扫一扫[^。]{0,30}|"
    r"[上下]一篇[:：]?.*|相关(?:链接|阅读|文档|文件|附件|解读|稿件)[:：]?.{0,60}|政策解读[:：].{0,60}|(?:免责|版权)?声明\s*[:：].*|"
    r"版权所有.*|点击(?:下载|查看).{0,40}|附件下载[:：]?.{0,40}|[-－—–_─]*\s*\d{1,3}\s*[-－—–_─]+|[-－—–_─]+\s*\d{1,3}\s*[-－—–_─]*|"
    r"第\s*\d+\s*页(?:\s*[,，/]?\s*共\s*\d+\s*页)?|\d+\s*/\s*\d+\s*页|您是(?:本站)?第\s*\d+\s*位?[^。]{0,10}|"
    r"[•·*]\s*(?:无搜索结果|暂无[^。]{0,10}|没有(?:了|更多)[^。]{0,10})|[|\s*＊·•…_=─—-]+|[「【(（]?\s*本(?:文|页|件)[^。]{0,12}虚构.*)$"
)
# [打印] [关闭] 主办：云泽市人民政府办公室 · 【大 中 小】 【打印】
_BUTTONS = re.compile(
    r"(?:[【\[]\s*(?:打印|关闭|返回|收藏|分享|字体|字号|大\s*中\s*小|大|中|小)[^】\]]{0,8}[】\]]\s*)+(?:主办[:\uff1a].{0,40}|承办[:\uff1a].{0,40})?$"
)
# The same behind a line of the text.
_BUTTONS_BEHIND = re.compile(r"\s*(?:[【\[]\s*(?:打印|关闭|返回|收藏|分享)[^】\]]{0,8}[】\]]\s*)+$")
# Lines known by what they hold: a footer, the name of a file to be downloaded, a remark that all is made up.
_INSIDE = re.compile(
    r"ICP备|公网安备|网站标识码|技术支持[:：]|网站地图|版权所有|虚构示例|\.(?:pdf|docx?|xlsx?|wps|zip|rar|ofd)$"
)
_FIRST = frozenset("【打返关字收分下扫上相政免版声点附-－—–_─第您•·*|…＊=「(（本0123456789０１２３４５６７８９ \t")
_META_FIRST = frozenset("编制填发制生成信文稿来浏阅点访索组主体公责编审校作字有效统关分名标时日实施失废服")
_PLACE_FIRST = frozenset("您现当所的位首")
_PAGE_ENDS = frozenset("-－—–_─页")
_PAGE_FIRST = frozenset("-－—–_─第")
_PAGE_NUMBER = re.compile(r"(?:[-－—–_─]+\s*\d{1,3}\s*[-－—–_─]+|第\s*\d+\s*页.{0,12})$")


def is_furniture(text: str) -> bool:
    """Whether a paragraph is page furniture wherever it stands: 【打印本稿】, 声明：转载…, - 3 -, an ICP line."""
    first = text[:1]
    if len(text) > _LONGEST:
        return len(text) <= _LONGEST_STATEMENT and (
            (first in _FIRST and bool(_AT_HEAD.match(text))) or _holds_furniture(text)
        )
    if _holds_furniture(text):
        return True
    if first in "【[" and _BUTTONS.match(text):
        return True
    if first in _FIRST and _may_begin_furniture(text, first) and _AT_HEAD.match(text):
        return True
    if first in _META_FIRST and _META_EMPTY.match(text):
        return True
    return _is_breadcrumb(text, first)


def _may_begin_furniture(text: str, first: str) -> bool:
    """Whether a line that begins with a figure or a bracket, as numbered paragraphs do, may be furniture by its head.

    A page's number ends in a dash or in 页; in brackets stands only the remark that a text is made up (虚构).
    """
    if first.isdecimal():
        return text[-1] in _PAGE_ENDS
    return first not in "(（" or "虚构" in text


def _holds_furniture(text: str) -> bool:
    """Whether the line holds what only furniture does; without a character of its own none of it can stand there."""
    return (
        "备" in text or "公网" in text or "标识码" in text or "技术支持" in text or "地图" in text or "版权" in text
        or "示例" in text or "." in text
    ) and _INSIDE.search(text) is not None  # fmt: skip


def is_front_furniture(text: str) -> bool:
    """Whether a paragraph is page furniture above the text: 发布日期:2022-12-12, 索引号 …, 时间:… 阅读量:….

    In running text 时间：6月至8月 is content; therefore only for paragraphs before the first numbered heading.
    """
    if len(text) > _LONGEST or "。" in text:
        return False
    if (text[:1] in _META_FIRST or text[:1] in "【[") and _META.match(text):
        return True
    return text.count("：") + text.count(":") >= 2 and len(_META_INSIDE.findall(text)) >= 2


def without_buttons(line: str) -> str:
    """The line without buttons of the page behind it: 云泽市人民政府 【打印】【关闭窗口】 is a signature."""
    if line[-1:] not in "】]" or line[:1] in "【[":
        return line
    return _BUTTONS_BEHIND.sub("", line)


def is_page_number(text: str) -> bool:
    """Whether a line is a page's number and nothing else: - 3 -, 第 3 页 共 12 页."""
    return text[:1] in _PAGE_FIRST and len(text) <= 40 and bool(_PAGE_NUMBER.match(text))


def _is_breadcrumb(text: str, first: str) -> bool:
    """Where the reader is on the site: 首页 > 政务公开 > 文件."""
    if first in _PLACE_FIRST and "。" not in text and _AT_BREADCRUMB.match(text):
        return True
    if ">" not in text and "＞" not in text and "»" not in text:
        return False
    return "。" not in text and bool(_BREADCRUMB.search(text))

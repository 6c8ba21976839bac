"""Logical paragraphs of a notice: physical lines split where a page flattened them, joined where a page broke them.

Nothing is rewritten: a paragraph's characters are the source's, only blanks at its ends and page furniture go.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from indexer.notices.agencies import is_unit_name
from indexer.notices.brackets import bracket_spans, top_level
from indexer.notices.elements import is_addressees_line, is_date_line, is_signature
from indexer.notices.labels import starts_unit_line
from indexer.notices.numbering import ATTACHMENT, read_label

__all__ = ["is_furniture", "is_front_furniture", "logical_paragraphs"]

_BLANK = " \t\r\f\v\xa0\u3000\u2002\u2003\u2009\u200b\ufeff"
_GAP = re.compile(f"[{_BLANK}]+")
_UNIT_LABEL = r"(?:总?牵头|责任|配合|参与|协办|协同|主办|承办|分办责任)(?:单位|部门)[:：]|(?:责任|分管|牵头|包联|包抓)领导[:：]|责任人[:：]|完成时[限间][:：]"
_LABEL_AHEAD = re.compile(
    rf"(?:[一二三四五六七八九十]{{1,3}}、|[(（][一二三四五六七八九十]{{1,3}}[)）]|\d{{1,2}}[.\uff0e](?!\d)|[(（]\d{{1,2}}[)）]|第[一二三四五六七八九十百]{{1,4}}[章节条]|{_UNIT_LABEL})"
)
_FLATTENED_LABELS = 3  # a line with this many numbering labels behind blanks is a whole page on one line
_SENTENCE_END = "。；;！!？?：:"
# …（责任单位：市民政局）三、强化保障: a number right behind a unit bracket opens a paragraph
_NUMBER_AFTER_BRACKET = re.compile(
    r"(?<=[)）〕】])(?:。)?(?=[一二三四五六七八九十]{1,3}、|[(（][一二三四五六七八九十]{1,3}[)）])"
)
_UNIT_AFTER_SENTENCE = re.compile(rf"(?<=[。；;！!])(?={_UNIT_LABEL}|【(?:总?牵头|责任|配合)(?:单位|部门)】)")
_WRAP_MIN_LINES = 5
_WRAP_MIN_SHARE = 0.3  # of the page's longer lines; in a page of table cells a few happen to be of one width
_WRAP_MIN_WIDTH = 18
_WRAP_SLACK = 2.5  # a line may end this much short of the width, where a mark must not open the next
_WRAP_MAX_WIDTH = 60  # no page sets more characters a line; longer lines are paragraphs

_OPEN_UNIT_BRACKET = re.compile(
    r"[(（〔【\[](?:责|责任|责任单|牵|牵头|牵头单|(?:总?牵头|责任|配合)(?:单位|部门)[^)）〕】\]。]*)$"
)
_PAGE_NUMBER = re.compile(r"^(?:[-—–_─]+\s*\d{1,3}\s*[-—–_─]+|第\s*\d+\s*页.{0,12})$")

# --- furniture: what the page adds around the notice -------------------------------------------

_META_WORD = (
    r"(?:发布日期|发布时间|发布单位|发布机构|发布机关|发文日期|发文机关|发文单位|制发日期|生成日期|成文日期|成文时间|信息来源|文章来源|稿件来源|来源|浏览次数|浏览量|"
    r"阅读次数|阅读量|阅读|点击数|点击量|点击率|访问次数|访问量|索引号|信息索引号|组配分类|主题分类|主题词|体裁分类|公开方式|公开形式|公开类别|公开范围|公开日期|信息分类|"
    r"责任编辑|编辑|审核|校对|作者|字体|字号|字体大小|文号|发文字号|文件编号|有效性|效力状态|文件状态|统一编号|统一登记号|关键词|分享到|分享|名称|标题|时间|日期|"
    r"生效日期|实施日期|施行日期|失效日期|废止日期|服务对象|有效期)"
)
_META = re.compile(rf"^[【\[]?{_META_WORD}[】\]]?\s*(?:[:：]|\s(?=\S))")
# Several on one line: 信息公开目录 | 索 引 号：… | 文 号：… | 有效性：有效
_META_INSIDE = re.compile(rf"(?:{_META_WORD}|索\s*引\s*号|文\s*号)\s*[:：]")
_META_EMPTY = re.compile(rf"^(?:{_META_WORD}\s*[:：]?[\s|]*)+$")
_BREADCRUMB = re.compile(
    r"^(?:您?(?:现在|当前)?(?:所在|的)?位置|当前位置|您的位置|首页)\s*[:：>＞»/\-]|(?:\S+\s*[>＞»]\s*){2,}\S*|^\S{2,12}\s+[>＞»]\s+\S"
)
_ANYWHERE = re.compile(
    r"^(?:【?(?:打印|返回顶部|返回首页|关闭|关闭本页|关闭窗口|打印本[页稿文]|字体|收藏|分享)[^。]{0,30}】?|下载阅读版本|扫一扫[^。]{0,30}|上一篇[:：]?.*|下一篇[:：]?.*|"
    r"相关(?:链接|阅读|文档|文件|附件|解读|稿件)[:：]?.{0,60}|政策解读[:：].{0,60}|(?:免责|版权)?声明\s*[:：].*|版权所有.*|.*(?:ICP备|公网安备|网站标识码|技术支持[:：]|网站地图|版权所有).*|"
    r"点击(?:下载|查看).{0,40}|附件下载[:：]?.{0,40}|[-—–_─]*\s*\d{1,3}\s*[-—–_─]+|[-—–_─]+\s*\d{1,3}\s*[-—–_─]*|第\s*\d+\s*页(?:\s*[,，/]?\s*共\s*\d+\s*页)?|\d+\s*/\s*\d+\s*页|"
    r"您是(?:本站)?第\s*\d+\s*位?[^。]{0,10}|[•·*]\s*(?:无搜索结果|暂无[^。]{0,10}|没有(?:了|更多)[^。]{0,10})|[|\s*＊·•…_=─—-]+|[^。]{0,80}\.(?:pdf|docx?|xlsx?|wps|zip|rar|ofd)|[「【(（]?\s*本(?:文|页|件|notice)[^。]{0,12}虚构.*|.{0,12}虚构示例.{0,40})$"
)
_MAX_FURNITURE = 160


def is_furniture(text: str) -> bool:
    """Whether a paragraph is page furniture wherever it stands: 【打印本稿】, 声明：转载…, - 3 -, an ICP line."""
    return len(text) <= 400 and bool(_ANYWHERE.match(text) or _META_EMPTY.match(text)) or _is_breadcrumb(text)


def is_front_furniture(text: str) -> bool:
    """Whether a paragraph is page furniture above the text: 发布日期:2022-12-12, 索引号 …, 时间:… 阅读量:….

    In running text 时间：6月至8月 is content; therefore only for paragraphs before the first numbered heading.
    """
    if len(text) > _MAX_FURNITURE or "。" in text:
        return False
    return bool(_META.match(text)) or len(_META_INSIDE.findall(text)) >= 2


def _is_breadcrumb(text: str) -> bool:
    return len(text) <= _MAX_FURNITURE and bool(_BREADCRUMB.search(text)) and "。" not in text


# --- splitting and joining -----------------------------------------------------------------------


def logical_paragraphs(lines: Iterable[str]) -> list[str]:
    """Paragraphs in reading order, non-empty and trimmed; page furniture is kept for the caller to judge."""
    trimmed = [t for line in lines for t in (_trim(line),) if t]
    return [part for line in _join_wrapped(trimmed) for part in _split_line(line)]


def _trim(line: str) -> str:
    return line.strip(_BLANK + "\n")


def _split_line(line: str) -> list[str]:
    """A physical line's paragraphs: at blanks when a whole page stands on it, else at blanks before a label."""
    heads = sum(1 for m in _GAP.finditer(line) if _LABEL_AHEAD.match(line, m.end()))
    flattened = heads >= _FLATTENED_LABELS
    parts: list[str] = []
    start = 0
    for m in _GAP.finditer(line):
        piece = line[start : m.start()]
        if piece and _breaks(piece, line, m.end(), flattened=flattened):
            parts.append(piece)
            start = m.end()
    parts.append(line[start:])
    return [q for p in parts for q in _split_unit_line(p) if q.strip(_BLANK)]


def _split_unit_line(text: str) -> list[str]:
    """…服务水平。责任单位：市民政局 → two paragraphs; inside a bracket the label belongs to the bracket."""
    parts: list[str] = []
    start = 0
    for m in _UNIT_AFTER_SENTENCE.finditer(text):
        before = text[start : m.start()]
        if sum(before.count(c) for c in "(（〔【[") == sum(before.count(c) for c in ")）〕】]"):
            parts.append(before)
            start = m.start()
    parts.append(text[start:])
    found = [q for p in parts for q in (_after_unit_line(p) if starts_unit_line(p) else [p])]
    return [r for q in found for r in _split_behind_brackets(q)]


def _split_behind_brackets(text: str) -> list[str]:
    parts: list[str] = []
    start = 0
    closed = {b for a, b in bracket_spans(text) if starts_unit_line(text[a:b])}
    for m in _NUMBER_AFTER_BRACKET.finditer(text):
        if m.start() in closed:
            parts.append(text[start : m.end()])
            start = m.end()
    return [*parts, text[start:]]


def _after_unit_line(line: str) -> list[str]:
    """责任单位：市民政局。利用老厂房… → the unit line and the text that goes on behind it."""
    stop = next(iter(top_level(line, 0, len(line), "。")), len(line)) + 1
    rest = line[stop:].strip(_BLANK)
    return [line[:stop], rest] if rest else [line]


_NAME_BEGUN = re.compile(r"(?:领导|责任人|负责人)[:：]\s*[一-鿿]$")
_OPENING, _CLOSING = "(（《〈“‘「『【〔[", ")）》〉”’」』】〕],，、。；;：:！!？?%％"
_DATE_PART = re.compile(r"\d\s*[年月]$")


def _breaks(piece: str, line: str, after: int, *, flattened: bool) -> bool:
    """Whether the blank between `piece` and line[after:] ends a paragraph."""
    last, following = piece[-1], line[after : after + 1]
    label = _LABEL_AHEAD.match(line, after)
    if piece.startswith("主题词"):
        return bool(label)
    if last in _OPENING + "、，," or following in _CLOSING or following == "|":
        return False
    if not flattened:
        return bool(label) and (last in _SENTENCE_END[:-2] + ")）”" or starts_unit_line(line[after : after + 20]))
    if label:
        return True
    own = read_label(piece)
    if own and own.text == piece:
        return False
    if last in ":：":
        return is_addressees_line(piece)
    if last.isascii() and last.isalnum() and following.isascii() and following.isalnum():
        return False
    if (_DATE_PART.search(piece[-6:]) and following.isdigit()) or (last.isdigit() and following in "年月日"):
        return False
    if _NAME_BEGUN.search(piece[-12:]):
        return False  # 牵头领导:李 明 is one name
    if starts_unit_line(piece):
        word = _GAP.split(line[after : after + 40], maxsplit=1)[0]
        return not all(is_unit_name(w) for w in re.split("[、,，;；]", word) if w)
    return True


def _join_wrapped(lines: Sequence[str]) -> list[str]:
    """Lines that a PDF or a fixed-width page broke mid-sentence, joined again.

    A page counts as wrapped when several lines end without a sentence end at one common width; then such a line goes
    on with the next. A unit bracket left open at a line's end goes on in any case. Never joined: a line before a
    label, a unit line, an attachment marker, a date or a signature.
    """
    width = _wrap_width(lines)
    joined: list[str] = []
    last = 0.0  # width of the last physical line
    for t in lines:
        if width and _PAGE_NUMBER.match(t):
            continue  # furniture, which may stand between two halves of a sentence
        if joined and _goes_on(joined[-1], t, full=bool(width) and width - _WRAP_SLACK <= last <= width + 1):
            joined[-1] += t
        else:
            joined.append(t)
        last = _width(t)
    return joined


def _goes_on(before: str, line: str, *, full: bool) -> bool:
    """Whether a line goes on with the text before it, whose last physical line had the page's `full` width or not.

    A table's unit cell may happen to have that width: it neither goes on nor is gone on with.
    """
    if _opens(line) or is_furniture(line):
        return False
    if _OPEN_UNIT_BRACKET.search(before[-200:]):
        return True
    return full and before[-1] not in "。；;：:！!？?" and not _is_unit_list(line) and not _is_unit_list(before)


def _is_unit_list(line: str) -> bool:
    return len(line) <= 80 and all(is_unit_name(x) for x in re.split("[、,，;；]", line))


def _width(line: str) -> float:
    """Printed width in full-width characters."""
    extra = len(line.encode("utf-8", "surrogatepass")) - len(line)  # two bytes more for each Chinese character
    return 0.5 * len(line) + 0.25 * extra


def _wrap_width(lines: Sequence[str]) -> float:
    """The common width at which lines break without a sentence end; 0 where there is none."""
    cut = [_width(t) for t in lines if t[-1] not in _SENTENCE_END + "”》)）" and "|" not in t]
    cut = [w for w in cut if _WRAP_MIN_WIDTH <= w <= _WRAP_MAX_WIDTH]
    n_long = sum(_width(t) >= _WRAP_MIN_WIDTH for t in lines)
    best, most = 0.0, 0
    for w in sorted(set(cut)):
        near = sum(w - _WRAP_SLACK <= x <= w for x in cut)
        if near > most:
            best, most = w, near
    return best if most >= max(_WRAP_MIN_LINES, 0.5 * len(cut), _WRAP_MIN_SHARE * n_long) else 0.0


def _opens(line: str) -> bool:
    return bool(
        read_label(line) or starts_unit_line(line) or ATTACHMENT.match(line) or is_date_line(line) or is_signature(line)
    )

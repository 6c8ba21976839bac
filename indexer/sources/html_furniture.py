"""What a site puts around a notice: navigation, tool bars, footers; recognised without rules for single sites."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bs4 import Tag

from indexer.sources.html_tree import attribute, breaks_line, lines, walk

__all__ = [
    "Weight",
    "drop_furniture",
    "is_footer_neighbour",
    "is_furniture_line",
    "is_site_footer",
    "measure",
    "published_and_source",
]

# --- lines -------------------------------------------------------------------------------------

_DATE = r"\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?(?:\s*\d{1,2}[:：]\d{2}(?:[:：]\d{2})?)?"
_PUBLISHED = re.compile(rf"(?:发布|公开|发文|上网|更新|录入)?(?:日期|时间)\s*[:：]\s*(?P<date>{_DATE})")
_SOURCE = re.compile(
    r"(?:信息|文章|稿件|内容)?(?:来源|出处)(?:单位)?\s*[:：]\s*(?P<source>[^\s:：|【】\[\]，。；、]{2,30}?)"
    r"(?=\s|$|[|【】\[\]]|(?:发布|浏览|点击|作者|字体|字号|时间|日期))"
)
# Rule `page_info_line`: a line made of these and nothing else is what the site says about the page. For example
# `发布日期：2024-03-08 来源：云泽市人民政府 浏览次数：52 字体：[大 中 小]【打印】【关闭】`. Not a line with one word
# more: `来源：市统计局数据显示……` is text, and so is `（四）打印材料` or `发布日期另行通知`.
_PAGE_INFO = re.compile(
    "|".join(
        (
            _PUBLISHED.pattern.replace("?P<date>", "?:"),
            _SOURCE.pattern.replace("?P<source>", "?:"),
            rf"(?<!\d){_DATE}",
            r"(?:浏览|阅读|点击|访问)(?:次数|量|数|率)?\s*[:：]?\s*\d*\s*次?",
            r"(?:作者|责任编辑|责编|编辑|审核|录入|发布人|撰稿|供稿)\s*[:：]\s*(?:(?!时间|日期|来源|发布|点击|浏览|阅读|字[体号])[^\s:：]){0,20}",
            r"字\s*[体号]\s*(?:大小)?\s*[:：]?",
            r"(?:特大|超大|默认|大|中|小)(?=[\s|\]】)）/]|$)",
            r"(?:打印|关闭|收藏|分享|返回)(?:本稿|本页|本文|页面|窗口|文章|顶部|首页|上一页|列表)?(?:到|至)?\s*[:：]?",
            r"(?:下载|朗读|纠错|我要纠错|繁體|繁体|简体|无障碍|关怀版|视力保护色|复制链接|生成长图|语音播报|播报)\s*[:：]?",
            r"(?:微信|微博|新浪微博|腾讯微博|QQ空间|QQ好友|朋友圈|人人网|豆瓣|更多)",
            r"扫一扫\S{0,20}|扫码\S{0,16}|用微信扫\S{0,20}",
            r"来源(?=\s*[:：]\s*$)\s*[:：]",
        )
    ),
    re.I,
)
# Of these, one alone may be the notice's (a table's `中`, a meeting's `时间：2024年3月8日`); two together are the
# site's.
_WEAK_INFO = re.compile(r"(?:(?:日期|时间)\s*[:：].*|特大|超大|默认|大|中|小|微信|微博|下载|更多|简体|繁体|朗读)$")
_BETWEEN = re.compile(r"[\s|｜/、,，.。\[\]【】()（）<>《》&·+AaＡ—-]*")

# Rule `page_place_line`: where the page stands in its site. `当前位置：首页 > 政务公开 > 政策文件`, `上一篇：…`.
_PAGE_PLACE = re.compile(
    r"(?:您(?:现在|当前)?(?:的|所在的?)?|你(?:现在|当前)?(?:的|所在的?)?|当前|现在)(?:所在|的)?位置\s*(?:是)?\s*[:：>]"
    r"|首页\s*[>＞»/\\-]|(?:上|下)一(?:篇|条|页)\s*[:：]|友情链接|(?:相关|延伸|推荐)(?:阅读|链接|新闻|稿件|文章|解读)\s*[:：]?\s*$"
)
# Rule `site_footer_line`: what only the foot of a site says. Registration marks and rights of use; not `主办单位：` or
# `联系电话：` alone, which notices say too.
_SITE_FOOTER = re.compile(
    r"[ICP]{3}\s*备|公网安备|网站标识码|版权所有(?![人者权])|Copyright|All Rights Reserved"
    r"|建议使用.{0,20}(?:浏览器|分辨率)|^(?=.*网|.*我们|.*声明|.*隐私|.*帮助)(?:网站地图|关于我们|联系我们|网站声明|隐私声明|隐私政策|使用帮助|法律声明|网站导航|\s|[|｜·])+$"
    r"|^(?:特别)?(?:声明|免责声明|版权声明)\s*[:：].{0,120}(?:转载|版权|本网|本站)|未经.{0,12}(?:授权|许可).{0,12}转载",
    re.I,
)
# Rule `site_name_line`: the site's banner in words, `云泽市人民政府门户网站`. Not `加强政府门户网站建设`, nor with a
# verb in front: `推进政府网站`.
_SITE_NAME_LINE = re.compile(r"(?:中国)?[^\s，。、；：加建推规优]{2,16}(?:门户网站|政府网站|政务网|政府网)")
_FOOTER_LENGTH = 200
# Rule `footer_neighbour`: lines that are the site's only where they stand beside a `site_footer_line` at the page's
# end.
_FOOTER_NEIGHBOUR = re.compile(
    r"(?:主办|承办|协办|运维|维护|技术支持|地址|邮编|邮政编码|电话|联系电话|传真|邮箱|电子邮箱|网址|E-?mail)(?:单位|方)?\s*[:：]",
    re.I,
)


def is_furniture_line(line: str) -> bool:
    """Whether the line is the site's and no part of the notice, by one of the rules for lines."""
    if len(line) > _FOOTER_LENGTH:
        return False
    rules = (_PAGE_PLACE.match, _SITE_NAME_LINE.fullmatch, _SITE_FOOTER.search)
    return _is_page_info(line) or any(rule(line) for rule in rules)


def is_site_footer(line: str) -> bool:
    """Whether only the foot of a site says this, by rule `site_footer_line`."""
    return bool(_SITE_FOOTER.search(line)) and len(line) <= _FOOTER_LENGTH


def is_footer_neighbour(line: str) -> bool:
    """Whether the line may belong to a site's footer: by its own words, or by naming who runs the site."""
    return is_site_footer(line) or (len(line) <= _FOOTER_LENGTH and bool(_FOOTER_NEIGHBOUR.match(line)))


def published_and_source(line: str) -> tuple[str | None, str | None]:
    """The publication date and the source a `page_info_line` gives, as written; None for what it does not give."""
    date, source = _PUBLISHED.search(line), _SOURCE.search(line)
    return (date["date"] if date else None), (source["source"] if source else None)


def _is_page_info(line: str) -> bool:
    """Rule `page_info_line`. A bare date is not enough: it may be the notice's own, below the signature."""
    if len(line) > _FOOTER_LENGTH or re.fullmatch(_DATE, line):
        return False
    position, n_found = 0, 0
    while position < len(line):
        between = _BETWEEN.match(line, position)
        position = between.end() if between else position
        if position == len(line):
            break
        info = _PAGE_INFO.match(line, position)
        if info is None or info.end() == position:
            return False
        n_found += 1 if _WEAK_INFO.match(info[0]) else 2
        position = info.end()
    return n_found >= 2


# --- elements ----------------------------------------------------------------------------------

_SENTENCE_END = re.compile("[。；！？]")
_FILE_LINK = re.compile(r"\.(?:docx?|xlsx?|pptx?|pdf|wps|et|ofd|zip|rar|7z|jpe?g|png)(?:$|[?#])", re.I)
_LONGEST_LINK_TEXT = 100  # an anchor left open makes the whole article a "link"; titles of documents are shorter
_PROSE_LENGTH = 12  # shorter text without punctuation may be a menu entry

# Rule `furniture_name`: words in an element's class, id or role that say what it is for.
_NAMES = frozenset(
    "nav navbar navigation menu crumb crumbs breadcrumb breadcrumbs mbx dqwz weizhi footer foot bottom topbar toolbar "
    "tools share bdshare bdsharebuttonbox fenxiang sidebar related relate recommend xgwz xgyd xglj pager pagination "
    "paging qrcode "
    "ewm erweima search searchbox login copyright friendlink links banner ad ads advert gotop totop backtop banquan "
    "contentinfo complementary".split()
)
_HEAD_NAMES = frozenset({"header", "head", "top", "hd"})  # only with links in it: a title stands in such an element too
_NAMED = frozenset(
    {"div", "ul", "ol", "p", "span", "section", "dl", "form", "h2", "h3", "h4", "h5", "nav", "header", "aside"}
)
_BOXES = frozenset({"div", "ul", "ol", "dl", "section", "table", "td", "p"})
_SMALL = 60  # elements in a box that is read line by line: a trail of links, a row of share buttons
_TAGS = frozenset({"nav", "footer", "aside", "menu", "dialog"})
# What names and tags say is not believed where the element holds this share of the page's prose.
_MOST_PROSE = 0.2
# Rule `link_list`: so many links, so large a share of the text, and not one sentence.
_MIN_LINKS = 3
_LINK_SHARE = 0.6


# A heading is no prose: the title often stands far from the text.
_HEADINGS = frozenset({"h1", "h2", "h3"})


@dataclass(slots=True)
class Weight:
    """What an element holds, in characters that are not white space; `prose` is without links, menus and furniture."""

    characters: int = 0
    prose: int = 0
    linked: int = 0
    n_links: int = 0
    n_sentences: int = 0  # ends of sentences outside links
    n_elements: int = 0
    n_lines: int = 0

    def add(self, other: Weight) -> None:
        """Take in what an element inside holds."""
        self.characters += other.characters
        self.prose += other.prose
        self.linked += other.linked
        self.n_links += other.n_links
        self.n_sentences += other.n_sentences
        self.n_elements += other.n_elements + 1
        self.n_lines += other.n_lines


def measure(root: Tag, *, tabular: dict[int, Tag]) -> dict[int, Weight]:
    """What each element below and with `root` holds, keyed by `id(tag)`; all text of the `tabular` tables is prose."""
    weights: dict[int, Weight] = {}
    stack: list[tuple[Tag, Weight]] = []
    in_link = in_table = in_heading = 0
    begins_line = True
    for kind, part in walk(root):
        if isinstance(part, str):
            weight = stack[-1][1]
            text = part.strip()
            length = len(text) - sum(map(str.isspace, text))
            weight.characters += length
            if length and begins_line:
                weight.n_lines += 1
                begins_line = False
            if in_link:
                weight.linked += length
            elif in_table or not (in_heading or is_furniture_line(text)):
                n_ends = len(_SENTENCE_END.findall(text))
                weight.n_sentences += n_ends
                if in_table or n_ends or length >= _PROSE_LENGTH or re.search("[，：、]", text):
                    weight.prose += length
            continue
        begins_line = begins_line or breaks_line(part)
        step = 1 if kind == "open" else -1
        in_table += step * (id(part) in tabular)
        in_heading += step * (part.name in _HEADINGS)
        is_link = part.name == "a" and _is_site_link(part)
        in_link += step * is_link
        if kind == "open":
            stack.append((part, Weight(n_links=int(is_link))))
            continue
        tag, weight = stack.pop()
        weights[id(tag)] = weight
        if stack:
            stack[-1][1].add(weight)
    return weights


def drop_furniture(root: Tag, *, tabular: dict[int, Tag]) -> None:
    """Take the site's elements out of the tree, by tag, name and density of links; never inside a table of text."""
    weights = measure(root, tabular=tabular)
    most = _MOST_PROSE * weights[id(root)].prose
    doomed: list[Tag] = []

    def is_doomed(tag: Tag) -> bool:
        if tag is not root and id(tag) not in tabular and _is_furniture(tag, weights[id(tag)], most):
            doomed.append(tag)
            return True
        return id(tag) in tabular

    for _ in walk(root, whole=is_doomed):
        pass
    for tag in doomed:
        tag.extract()


def _is_furniture(tag: Tag, weight: Weight, most_prose: float) -> bool:
    if weight.prose > most_prose:
        return False
    if tag.name in _TAGS or (tag.name == "header" and weight.n_links and tag.find("h1") is None):
        return True
    if tag.name in _NAMED and tag.find("h1") is None:
        words = _words(tag)
        if not _NAMES.isdisjoint(words):
            return True
        if weight.n_links and not weight.n_sentences and not _HEAD_NAMES.isdisjoint(words):
            return True
    if weight.n_links and weight.characters <= _FOOTER_LENGTH and weight.n_elements <= _SMALL and tag.name in _BOXES:
        inside = [line for line in lines(tag) if isinstance(line, str)]
        if is_furniture_line(" ".join(inside)) or all(map(is_furniture_line, inside)):
            return True
    return (
        tag.name in _BOXES
        and weight.n_links >= _MIN_LINKS
        and not weight.n_sentences
        and weight.linked >= _LINK_SHARE * weight.characters
    )


def _words(tag: Tag) -> set[str]:
    """The words in the element's class, id and role: `page-footer` and `pageFooter` both give `footer`."""
    names = " ".join(attribute(tag, name) for name in ("class", "id", "role"))
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+", names)}


def _is_site_link(tag: Tag) -> bool:
    """Whether the anchor leads elsewhere in a site: no mark in the text, no attached file, no whole article."""
    href = attribute(tag, "href").strip()
    if not href or _FILE_LINK.search(href):
        return False
    text = tag.get_text(strip=True)
    return len(text) <= _LONGEST_LINK_TEXT and not text.startswith("附件") and not _FILE_LINK.search(text)

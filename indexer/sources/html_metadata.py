"""What a page declares about itself: meta elements, its title, and the index table (索引表) that policy pages carry."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bs4 import Tag

from indexer.sources.html_tree import attribute, lines, text_of, walk

__all__ = ["iso_date", "page_metadata", "take_index_table"]

# Meta elements by name, in order of trust; names are compared in lower case without separators. ArticleTitle,
# PubDate and ContentSource are those of the standard for government sites (国办发〔2017〕47号), the others in general
# use.
_META: dict[str, tuple[str, ...]] = {
    "title": ("articletitle", "og:title", "dc.title", "twitter:title"),
    "published_on": ("pubdate", "publishdate", "publishtime", "article:publishedtime", "datepublished", "dc.date"),
    "source": ("contentsource", "source", "articlesource", "og:source"),
    "url": ("og:url", "articleurl"),
    "site": ("sitename",),
}

# Labels of the index table, by metadata key; those under the empty key are known but of no use here.
_LABELS_OF = {
    "index_number": "索引号 索引码 信息索引号 公开索引号",
    "issuer": "发文机关 发布机构 发文机构 发布机关 制发机关 发文单位 公开单位 制定机关",
    "issued_on": "成文日期 发文日期 生成日期 成文时间 发文时间",
    "printed_on": "印发日期",
    "disclosure": "公开方式 公开形式 公开属性 公开类型",
    "title": "标题 名称 文件名称 信息名称 文件标题",
    "doc_number": "发文字号 文号 文件编号 发文文号 文件字号",
    "published_on": "发布日期 公开日期 公布日期 发布时间 公开时间",
    "theme": "主题分类 信息分类 分类 所属主题",
    "": "主题词 有效性 时效性 效力状态 有效期 体裁 体裁分类 组配分类 服务对象 废止日期 失效日期 "
    "失效时间 生效日期 实施日期 施行日期 备案登记号 登记号 统一编号 公开程序 公开时限 公开范围 "
    "责任部门 关键词 信息来源 来源 内容概述 文件类型 文种 语种 格式",
}
_LABELS = {label: key for key, labels in _LABELS_OF.items() for label in labels.split()}
_MARKERS = frozenset({"index_number", "issuer", "doc_number", "theme"})  # a table with none of them is another table
_DATES = frozenset({"issued_on", "published_on", "printed_on"})

# Rule `index_table`: at least three different labels, one of them a marker, in an element no larger than this, without
# prose. Not a table of tasks, though it has 责任部门 and 名称 in its head row: no marker there. Not the article around
# it.
_MIN_LABELS = 3
_LONGEST_TABLE = 1_500
_LONGEST_VALUE = 200
_MOST_SENTENCES = 1
_MOST_ELEMENTS = 400
_CONTAINERS = frozenset(
    {"table", "tbody", "div", "ul", "ol", "dl", "section", "form", "header", "td", "tr", "p", "body"}
)

_BY_LENGTH = sorted(_LABELS, key=len, reverse=True)
_LABEL = re.compile(
    r"(?:^|(?<=[\s;；|】\]]))[【\[]?(?P<label>"
    + "|".join(r"\s*".join(label) for label in _BY_LENGTH)
    + r")[】\]]?[ \u3000]*(?P<colon>[:：])?"
)

# Rule `site_suffix`: what a <title> says after the document's title. `关于……的通知_云泽市人民政府门户网站`. A part of
# the title itself is not cut: `（2018—2022年）`, `云泽-望津高速公路`, for a site's name ends in one of these words.
_TITLE_SEPARATOR = re.compile(r"\s*[_|｜]+\s*|\s+[-–—]+\s+|-{2,}|[-–—](?=[^-–—]{2,30}$)")
_SITE_NAME = re.compile(
    r"(?:网|网站|门户|平台|政府|人民政府|政务公开|信息公开|首页|公告|文件|政策|公报|栏目|专栏|频道|委员会|局|厅)$"
)


@dataclass(slots=True)
class _Labels:
    """What labels of an index table an element holds, and how much text."""

    labels: set[str] = field(default_factory=set)
    n_characters: int = 0
    n_sentences: int = 0
    n_elements: int = 0
    only: _Labels | None = None  # of the last element inside that holds text

    def is_small(self) -> bool:
        """Whether the element is small enough for an index table."""
        return (
            self.n_characters <= _LONGEST_TABLE
            and self.n_elements <= _MOST_ELEMENTS
            and self.n_sentences <= _MOST_SENTENCES
        )

    def take_in(self, inside: _Labels) -> None:
        """Add what an element inside holds."""
        if inside.n_characters or self.only is None:
            self.only = inside
        self.n_characters += inside.n_characters
        self.n_sentences += inside.n_sentences
        self.n_elements += inside.n_elements + 1


def page_metadata(page: Tag, *, index_table: dict[str, str]) -> dict[str, str]:
    """What the page says about the notice it shows: title, published_on, source, site, url and the index table's pairs.

    Dates are ISO 8601. The index table is believed before meta elements, for it is written with the document, except
    for a title that is cut short (`…`).
    """
    metas = _metas(page)
    found: dict[str, str] = {}
    titles = [index_table.get("title", ""), *(metas.get(name, "") for name in _META["title"]), *_shown_titles(page)]
    titles = [title for title in titles if title]
    whole = [title for title in titles if not title.endswith(("…", "...", ".."))]
    if titles:
        found["title"] = (whole or titles)[0]
    published = (iso_date(metas.get(name, "")) for name in _META["published_on"])
    if date := index_table.get("published_on") or next((date for date in published if date), None):
        found["published_on"] = date
    if source := next((metas[name] for name in _META["source"] if metas.get(name)), None):
        found["source"] = source
    if site := next((metas[name] for name in _META["site"] if metas.get(name)), None):
        found["site"] = site
    urls = [_canonical(page), *(metas.get(name, "") for name in _META["url"])]
    if url := next((url for url in urls if re.match(r"https?://\S+$", url)), None):
        found["url"] = url
    return {**index_table, **found}


def take_index_table(page: Tag) -> dict[str, str]:
    """The pairs of the page's index table, whose element is taken out of the tree; empty where the page has none."""
    held = _labels_held(page)
    element = next((tag for kind, tag in walk(page) if kind == "close" and _qualifies(held.get(id(tag)))), None)
    if not isinstance(element, Tag):
        return {}
    # Rows of the table may be elements of their own: up, as long as that brings in labels not seen yet.
    for parent in element.parents:
        above = held.get(id(parent))
        if above is None or parent.name == "body" or not _qualifies(above):
            break
        if above.labels > held[id(element)].labels:
            element = parent
    pairs = _pairs(text_of(element))
    if pairs:
        element.extract()
    return pairs


def _labels_held(page: Tag) -> dict[int, _Labels]:
    """What labels each element that is small enough holds, keyed by `id(tag)`."""
    held: dict[int, _Labels] = {}
    stack: list[_Labels] = []
    for kind, part in walk(page):
        if isinstance(part, str):
            stack[-1].n_characters += len(part.strip())
            stack[-1].n_sentences += part.count("。")
            continue
        if kind == "open":
            stack.append(_Labels())
            continue
        own = stack.pop()
        if own.only is not None and own.n_characters == own.only.n_characters:
            own.labels = own.only.labels  # a mere frame around one element
            held[id(part)] = own
        elif part.name in _CONTAINERS and own.is_small():
            own.labels = {_plain(match["label"]) for match in _labels_in(text_of(part))}
            held[id(part)] = own
        if stack:
            stack[-1].take_in(own)
    return held


def iso_date(text: str) -> str | None:
    """The first full date in the text as ISO 8601, or None: 2024年3月8日, 2024-03-08 10:00, 2024/3/8, 20240308."""
    match = re.search(r"(?<!\d)(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?!\d)", text)
    match = match or re.fullmatch(r"\s*(\d{4})(\d{2})(\d{2})\s*", text)
    if not match:
        return None
    year, month, day = map(int, match.groups())
    return f"{year:04d}-{month:02d}-{day:02d}" if 1 <= month <= 12 and 1 <= day <= 31 else None


def _qualifies(held: _Labels | None) -> bool:
    return (
        held is not None
        and held.is_small()
        and len(held.labels) >= _MIN_LABELS
        and any(_LABELS[label] in _MARKERS for label in held.labels)
    )


def _labels_in(text: str) -> list[re.Match[str]]:
    """The labels in the text: each with a colon behind it, or alone on its line as in a table cell."""
    return [
        match
        for match in _LABEL.finditer(text)
        if match["colon"] or (text[match.end() : match.end() + 1] in {"", "\n"} and _starts_line(text, match.start()))
    ]


def _pairs(text: str) -> dict[str, str]:
    """The index table's pairs from its text, the first value where a label comes twice; dates as ISO 8601."""
    found = _labels_in(text)
    pairs: dict[str, str] = {}
    for match, following in zip(found, [*found[1:], None], strict=True):
        value = text[match.end() : following.start() if following else len(text)]
        # A line that ends in a colon is a label not in the list.
        value = re.split(r"\n[^\n：:]{2,10}[：:](?=\n|$)", value)[0].replace("\n", "").strip(" \u3000;；|")
        key = _LABELS[_plain(match["label"])]
        if key in _DATES:
            value = iso_date(value) or ""
        if key and value and len(value) <= _LONGEST_VALUE:
            pairs.setdefault(key, value)
    return pairs


def _starts_line(text: str, position: int) -> bool:
    return position == 0 or text[position - 1] == "\n"


def _plain(label: str) -> str:
    return re.sub(r"\s", "", label)


def _metas(page: Tag) -> dict[str, str]:
    """The page's meta elements, by name without separators, the first of each name that is not empty."""
    metas: dict[str, str] = {}
    for tag in page.find_all("meta"):
        name = (attribute(tag, "name") or attribute(tag, "property") or attribute(tag, "itemprop")).lower()
        content = " ".join(attribute(tag, "content").split())
        if name and content:
            metas.setdefault(re.sub(r"[-_\s]", "", name), content)
    return metas


def _canonical(page: Tag) -> str:
    for tag in page.find_all("link"):
        if attribute(tag, "rel").lower() == "canonical":
            return attribute(tag, "href").strip()
    return ""


def _shown_titles(page: Tag) -> list[str]:
    """The title as the page shows it: its only <h1>, then <title> without the site's name."""
    headings = [line for tag in page.find_all("h1") if (line := "".join(_strings(tag)))]
    declared = page.find("title")
    name = "".join(_strings(declared)) if declared else ""
    heading = headings[0] if len(headings) == 1 and not _SITE_NAME.search(headings[0]) else ""
    return [heading, _without_site(name)]


def _strings(tag: Tag) -> list[str]:
    return [line for line in lines(tag) if isinstance(line, str)]


def _without_site(title: str) -> str:
    """The <title> without the names of site and column behind it, by rule `site_suffix`."""
    while separators := list(_TITLE_SEPARATOR.finditer(title)):
        last = separators[-1]
        if not last.start() or not _SITE_NAME.search(title[last.end() :].strip()):
            break
        title = title[: last.start()]
    return title.strip()

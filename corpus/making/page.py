"""Web pages around notices, in the three manners in which government sites build them."""

from __future__ import annotations

import html
from collections.abc import Iterator

from corpus.making.layout import Role, laid_out
from corpus.making.sites import Site, site_named, theme_of
from corpus.making.source import DEMONSTRATION, Grid, Written

__all__ = ["page"]

_STYLE: dict[Role, str] = {
    "letterhead": "text-align:center;color:red;font-size:32px",
    "number": "text-align:center",
    "title": "text-align:center;font-size:24px",
    "addressees": "",
    "text": "text-indent:2em",
    "heading": "text-indent:2em;font-family:SimHei",
    "signature": "text-align:right",
    "date": "text-align:right",
    "attachment": "",
    "caption": "text-align:center;font-size:22px",
    "copied": "",
}


def page(notice: Written) -> bytes:
    """The notice on a page of its site, in UTF-8, or in GB18030 under a declaration of gb2312."""
    site = site_named(notice.site)
    is_gb = notice.format == "gb18030.html"
    build = {"portal": _portal, "columns": _columns, "tables": _tables}[site.skin]
    text = "\n".join(["<!DOCTYPE html>", *build(notice, site, "gb2312" if is_gb else "utf-8"), ""])
    return text.encode("gb18030" if is_gb else "utf-8")


# --- the notice --------------------------------------------------------------------------------


def _article(notice: Written, *, indented: bool) -> Iterator[str]:
    """The notice's paragraphs and tables; the title stands in the page's head. `indented`: by characters, not style."""
    for part in laid_out(notice):
        if isinstance(part, Grid):
            yield from _table(part)
            continue
        role, text = part
        shown = html.escape(text, quote=False)
        if role == "title":
            continue
        if role in ("heading", "caption", "attachment"):
            shown = f"<strong>{shown}</strong>"
        if indented and "text-indent" in _STYLE[role]:
            yield f"<p>　　{shown}</p>"
        else:
            style = f' style="{_STYLE[role]}"' if _STYLE[role] else ""
            yield f"<p{style}>{shown}</p>"


def _table(grid: Grid) -> Iterator[str]:
    yield '<table border="1" cellspacing="0" cellpadding="4" width="100%">'
    for row in grid.rows():
        cells = []
        for cell in row:
            rows = f' rowspan="{cell.n_rows}"' if cell.n_rows > 1 else ""
            columns = f' colspan="{cell.n_columns}"' if cell.n_columns > 1 else ""
            kind = "th" if cell.row == 0 else "td"
            text = html.escape(cell.text, quote=False).replace("\n", "<br>")
            cells.append(f"<{kind}{rows}{columns}>{text}</{kind}>")
        yield f"<tr>{''.join(cells)}</tr>"
    yield "</table>"


# --- furniture ---------------------------------------------------------------------------------


def _head(notice: Written, site: Site, charset: str) -> Iterator[str]:
    theme, word = theme_of(notice.name)
    title = html.escape(notice.title)
    said = {
        "SiteName": site.name, "SiteDomain": site.domain, "SiteIDCode": "0000000000",
        "ColumnName": site.trail[-1], "ColumnType": "政策文件", "ArticleTitle": title,
        "PubDate": f"{notice.published_on} 09:{_clock(notice)}", "ContentSource": site.origin,
        "Keywords": f"{word},{theme.replace('、', ',')}",
    }  # fmt: skip
    yield '<html lang="zh-CN">'
    yield "<head>"
    if charset == "utf-8":
        yield '<meta charset="utf-8">'
    else:
        yield f'<meta http-equiv="Content-Type" content="text/html; charset={charset}">'
    yield f"<title>{title}_{site.trail[-1]}_{site.name}</title>"
    yield from (f'<meta name="{name}" content="{content}">' for name, content in said.items())
    yield f'<link rel="canonical" href="https://{site.domain}{_address(notice)}">'
    yield "<style>body{font-family:SimSun,serif} .hide{display:none}</style>"
    yield (
        f'<script>var articleId = "{notice.doc[1:]}"; function zoom(size) '
        '{ document.getElementById("article-text").style.fontSize = size + "px"; }</script>'
    )
    yield "</head>"


def _clock(notice: Written) -> str:
    return f"{(int(notice.doc[1:]) * 7) % 60:02d}"


def _address(notice: Written) -> str:
    return f"/zwgk/zcwj/{notice.published_on[:4]}/art_{notice.doc[1:]}{_clock(notice)}.html"


def _links(names: tuple[str, ...], tag: str = "li") -> str:
    return "".join(f'<{tag}><a href="/c{at}/">{name}</a></{tag}>' for at, name in enumerate(names))


def _trail(site: Site, between: str) -> str:
    steps = [f'<a href="/c{at}/">{name}</a>' for at, name in enumerate(("首页", *site.trail))]
    return between.join(steps)


def _index_rows(notice: Written, mark: str) -> Iterator[str]:
    """The rows of the index table: 索引号, 主题分类 and so on, two pairs a row."""
    theme, word = theme_of(notice.name)
    pairs = [
        ("索引号", notice.index_number), ("主题分类", f"{theme}/{word}"),
        ("发文机关", notice.issuer), ("成文日期", notice.issued_on),
        ("文号", notice.doc_number), ("发布日期", notice.published_on),
    ]  # fmt: skip
    for (name, said), (other, also) in zip(pairs[::2], pairs[1::2], strict=True):
        yield f"<tr><td>{name}{mark}</td><td>{said}</td><td>{other}{mark}</td><td>{also}</td></tr>"


# --- the three manners -------------------------------------------------------------------------


def _portal(notice: Written, site: Site, charset: str) -> Iterator[str]:
    """A page of today: header, nav, main and footer elements; the index table above the title."""
    yield from _head(notice, site, charset)
    yield "<body>"
    yield f'<header class="site-header"><a class="logo" href="/">{site.name}</a>'
    yield f'<p class="site-note">{DEMONSTRATION}</p>'
    yield '<form class="search" action="/s"><input name="q" placeholder="请输入关键词"><button>搜索</button></form></header>'
    yield f'<nav class="main-nav"><ul>{_links(site.menu)}</ul></nav>'
    yield f'<div class="breadcrumb">当前位置：{_trail(site, " &gt; ")}</div>'
    yield '<main class="article">'
    if notice.index_number:
        yield '<table class="index-table">'
        yield from _index_rows(notice, "：")
        yield "</table>"
    yield f"<h1>{html.escape(notice.title)}</h1>"
    yield f'<div class="article-info"><span>发布日期：{notice.published_on}</span> <span>来源：{site.origin}</span>'
    yield (
        '<span>字号：[ <a href="javascript:zoom(20)">大</a> <a href="javascript:zoom(18)">中</a> '
        '<a href="javascript:zoom(16)">小</a> ]</span></div>'
    )
    yield '<div class="article-text" id="article-text">'
    yield from _article(notice, indented=False)
    yield "</div>"
    yield '<div class="share">分享到：<a href="#">微信</a> <a href="#">微博</a> <a href="#">复制链接</a></div>'
    yield '<div class="print"><a href="javascript:window.print()">【打印】</a> <a href="#">【收藏】</a></div>'
    yield "</main>"
    yield '<aside class="related"><h3>相关解读</h3><ul><li><a href="/jd/1.html">一图读懂</a></li>'
    yield '<li><a href="/jd/2.html">政策问答</a></li></ul></aside>'
    yield f'<footer class="site-footer"><p>主办：{site.host}　网站标识码：0000000000　{site.licence}</p>'
    yield '<p><a href="/map">网站地图</a> | <a href="/about">关于我们</a> | <a href="/contact">联系我们</a></p></footer>'
    yield "</body>"
    yield "</html>"


def _columns(notice: Written, site: Site, charset: str) -> Iterator[str]:
    """A page of boxes with a side column; the index table below the title."""
    yield from _head(notice, site, charset)
    yield "<body>"
    yield f'<div class="top"><a href="/">设为首页</a> | <a href="/">加入收藏</a> | <a href="/wza">无障碍</a> | {DEMONSTRATION}</div>'
    yield f'<ul class="nav">{_links(site.menu)}</ul>'
    yield f'<div class="location">您的位置：{_trail(site, " > ").replace(" > ", " &gt; ")}</div>'
    yield '<div class="wrap">'
    yield '<div class="sidebar"><h3>栏目导航</h3>'
    yield f"<ul>{_links(site.trail)}</ul></div>"
    yield '<div class="article">'
    yield f"<h1>{html.escape(notice.title)}</h1>"
    yield (
        f'<div class="info"><span>发布时间：{notice.published_on} 09:{_clock(notice)}</span> '
        f'<span>来源：{site.origin}</span> <span>浏览次数：<i id="hits"></i> 次</span></div>'
    )
    if notice.index_number:
        yield '<table class="xxgk" border="1">'
        yield from _index_rows(notice, "")
        yield "</table>"
    yield '<div id="article-text">'
    yield from _article(notice, indented=True)
    yield "</div>"
    if site.note:
        yield f'<p class="statement">{site.note}</p>'
    yield '<div class="tools"><a href="javascript:window.print()">【打印本页】</a> <a href="javascript:window.close()">【关闭窗口】</a></div>'
    yield '<div class="share">分享到：<a class="wx" href="#">微信</a> <a class="wb" href="#">微博</a></div>'
    yield "</div>"
    yield "</div>"
    yield f'<div class="footer"><p>主办：{site.host}　备案号：{site.licence}</p>'
    yield '<p>网站标识码：0000000000　<a href="/map">网站地图</a></p></div>'
    yield "</body>"
    yield "</html>"


def _tables(notice: Written, site: Site, charset: str) -> Iterator[str]:
    """An old page: everything in tables, the menu in a row of cells, the index table above the title."""
    yield from _head(notice, site, charset)
    yield '<body bgcolor="#ffffff">'
    yield f'<table width="980" align="center" class="header"><tr>{_links(site.menu, "td")}</tr></table>'
    yield f'<div class="pos">您现在的位置: {_trail(site, " &gt;&gt; ")} &gt;&gt; 正文　<span class="note">{DEMONSTRATION}</span></div>'
    if notice.index_number:
        yield '<table width="900" align="center" border="1" class="xxgk">'
        yield from _index_rows(notice, ":")
        yield "</table>"
    yield '<table width="900" align="center"><tr><td align="center">'
    yield f'<h2 class="title">{html.escape(notice.title)}</h2></td></tr>'
    yield (
        f'<tr><td align="center" class="info">发布日期:{notice.published_on}　来源:{site.origin}　浏览次数:'
        '<span id="hits"></span>　【字体：<a href="javascript:zoom(18)">大</a> <a href="javascript:zoom(14)">小</a>】</td></tr>'
    )
    yield '<tr><td class="content" id="article-text">'
    yield from _article(notice, indented=True)
    yield "</td></tr>"
    yield '<tr><td align="right"><a href="javascript:window.print()">【打印本页】</a> <a href="javascript:window.close()">【关闭窗口】</a></td></tr>'
    yield "</table>"
    yield '<table width="980" align="center" class="footer"><tr><td align="center">'
    yield f"版权所有:{site.host} {site.licence}<br>建议使用1024*768以上分辨率浏览</td></tr></table>"
    yield "</body>"
    yield "</html>"

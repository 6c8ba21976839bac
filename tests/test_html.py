"""Reading pages: main text, furniture, metadata, tables, character sets, and pages that are broken on purpose."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.errors import UnreadableNotice
from indexer.records import RawNotice, Source, Table
from indexer.sources import read
from indexer.sources.html import MAX_PAGE_BYTES, read_html
from indexer.sources.html_furniture import is_furniture_line
from indexer.sources.html_metadata import iso_date
from tests.thoroughness import few_or_many

TITLE = "云泽市人民政府办公室关于加强社区食堂建设的通知"
PARAGRAPHS = [
    "云泽政办发〔2024〕17号",
    "各区县人民政府，市政府各部门：",
    "为方便老年人就餐，经市政府同意，现就加强社区食堂建设有关事项通知如下。",
    "一、到2026年底，全市建成社区食堂120家，覆盖率达到95.5%。（责任单位：市民政局、市商务局）",
    "二、对符合条件的社区食堂给予一次性建设补助，每家不超过20万元；连续运营满一年的，再给予运营补助。（责任单位：市财政局）",
    "云泽市人民政府办公室",
    "2024年3月8日",
]
BODY = "".join(f"<p>&nbsp;&nbsp;{paragraph}</p>\n" for paragraph in PARAGRAPHS)

MENU = "".join(
    f'<li><a href="/{i}/">{name}</a></li>' for i, name in enumerate(["首页", "政务公开", "办事服务", "互动交流"])
)
NEWS = "".join(f'<li><a href="/n/{i}.html">云泽市召开第{i}次社区食堂工作推进会议</a></li>' for i in range(6))

# The same notice as sites of different make show it; each must give the title's paragraphs and no more.
DESIGNS = {
    "semantic": f"""<header><a href="/">云泽市人民政府</a><nav><ul>{MENU}</ul></nav></header>
        <main><div class="breadcrumb">当前位置：<a href="/">首页</a> &gt; <a href="/zc/">政策</a></div>
        <article><h1>{TITLE}</h1><div class="info"><span>发布日期：2024-03-11 09:30</span><span>来源：市政府办公室</span>
        <span>浏览次数：<i id="hits">52</i></span> 字体：[<a href="#">大</a> <a href="#">中</a> <a href="#">小</a>]</div>
        <div class="content">{BODY}</div><div class="bdsharebuttonbox">分享到：<a href="#">微信</a><a href="#">微博</a></div>
        </article></main><footer>主办：云泽市人民政府办公室 备案号：江ICP备00000000号</footer>""",
    "tables": f"""<table width=980><tr><td colspan=2><table><tr><td><a href="/">首页</a></td><td><a href="/a">政务公开</a></td>
        <td><a href="/b">办事服务</a></td></tr></table></td></tr><tr><td width=200><ul>{NEWS}</ul></td><td><table><tr>
        <td align=center><b>{TITLE}</b></td></tr><tr><td>【发布日期：2024-03-11】【来源：市政府办公室】【字号：大 中 小】</td></tr><tr>
        <td>{BODY}</td></tr><tr><td align=right>【<a href="javascript:print()">打印本稿</a>】【<a href="#">关闭窗口</a>】</td></tr>
        </table></td></tr><tr><td colspan=2>版权所有：云泽市人民政府 地址：砚湖区文澜路1号 网站标识码：0000000000</td></tr></table>""",
    "breaks": f"""<div id=top><ul>{MENU}</ul></div><div>您现在的位置：<a href="/">首页</a>-&gt;<a href="/t">通知公告</a></div>
        <center><font size=5>{TITLE}</font></center><div>发布时间：2024年3月11日&nbsp;&nbsp;来源：市政府办公室&nbsp;&nbsp;点击数：9</div>
        <div id=zoom>{"<br>".join("　　" + paragraph for paragraph in PARAGRAPHS)}</div>
        <div>上一篇：<a href="/1">关于某事的通知</a></div><div>下一篇：没有了</div><div>扫一扫在手机打开当前页</div>
        <div>Copyright 2024 云泽市人民政府 版权所有</div><div>主办单位：云泽市人民政府办公室</div><div>联系电话：0000-0000000</div>""",
    "divs": f"""<div class="w"><div class="hd"><ul>{MENU}</ul></div><div class="l"><ul>{NEWS}</ul></div><div class="r">
        <div class="tit">{TITLE}</div><div class="xx">来源：市政府办公室　发布日期：2024-03-11　【打印】【收藏】</div>
        <div class="TRS_Editor">{BODY.replace("<p", "<div").replace("</p>", "</div>")}</div></div></div>""",
    "banner": f"""<div id="header">云泽市人民政府 <a href="/">首页</a> <a href="/z">信息公开</a> <a href="/h">政民互动</a></div>
        <h2 class="title">{TITLE}</h2><div class="meta">发布日期：2024-03-11　来源：市政府办公室　访问量：<span>642</span></div>
        <div class="article">{BODY}</div><div class="tools">【我要纠错】【打印此页】【关闭】</div>
        <div>友情链接：<a href="/1">江澜省人民政府</a> <a href="/2">澜川市人民政府</a></div>""",
    "one row": f"""<table><tr><td width="20%">政务公开<br>办事服务</td><td>{TITLE}<br>{"<br>".join(PARAGRAPHS)}</td></tr></table>
        <div>发布日期：2024-03-11 来源：市政府办公室</div>""",
}


def page(tmp_path: Path, body: str, *, head: str = "", encoding: str = "utf-8", charset: str = "utf-8") -> RawNotice:
    path = tmp_path / "page.html"
    markup = f'<html><head><meta charset="{charset}">{head}</head><body>{body}</body></html>'
    path.write_bytes(markup.encode(encoding))
    return read(path)


def texts(raw: RawNotice) -> list[str]:
    return [block.text for block in raw.blocks if block.table is None]


def tables(raw: RawNotice) -> list[Table]:
    return [block.table for block in raw.blocks if block.table is not None]


def grid(table: Table) -> list[list[str]]:
    return [[cell.text + ("*" if cell.merged else "") for cell in row] for row in table.rows]


# --- main text and furniture -------------------------------------------------------------------


@pytest.mark.parametrize("design", DESIGNS)
def test_the_notice_is_read_without_the_site_around_it(tmp_path: Path, design: str) -> None:
    raw = page(tmp_path, DESIGNS[design])
    # A menu without links cannot be told from text.
    assert [text for text in texts(raw) if text not in {"政务公开", "办事服务"}] == [TITLE, *PARAGRAPHS]
    assert tables(raw) == []
    metadata = dict(raw.metadata)
    assert metadata["published_on"] == "2024-03-11"
    assert metadata["source"] == "市政府办公室"


def test_attachments_signature_and_annex_beside_the_main_element_are_kept(tmp_path: Path) -> None:
    raw = page(
        tmp_path,
        f"""<nav><ul>{MENU}</ul></nav><div class="box"><div class="text">{BODY * 8}</div><div>附件：<a href="a.docx">1.任务分工表</a>
        <a href="b.pdf">2.申请表</a><a href="c.xls">3.汇总表</a></div><div>（此件公开发布）</div></div><div><ul>{NEWS}</ul></div>
        <div class="annex"><p>任务分工说明</p><p>市民政局牵头。市商务局配合。每年12月底前报送总结。</p></div>""",
    )
    assert texts(raw)[-4:] == [
        "附件：1.任务分工表 2.申请表3.汇总表",
        "（此件公开发布）",
        "任务分工说明",
        "市民政局牵头。市商务局配合。每年12月底前报送总结。",
    ]


def test_a_short_notice_keeps_what_stands_around_its_only_sentence(tmp_path: Path) -> None:
    raw = page(
        tmp_path,
        "<div><p>通知</p><p>各镇：</p><p>请于五月十日前报送材料，逾期不予受理。</p><p>枫林县民政局</p><p>5月1日</p></div>",
    )
    assert texts(raw) == ["通知", "各镇：", "请于五月十日前报送材料，逾期不予受理。", "枫林县民政局", "5月1日"]


def test_links_inside_sentences_stay(tmp_path: Path) -> None:
    cited = "".join(f'<a href="/{i}">《江澜省第{i}号办法》</a>、' for i in range(4))
    raw = page(tmp_path, f"<p>根据{cited}制定本办法。</p><p>本办法由市民政局负责解释。</p>")
    assert texts(raw)[0].startswith("根据《江澜省第0号办法》、")


def test_an_anchor_left_open_does_not_swallow_the_notice(tmp_path: Path) -> None:
    raw = page(tmp_path, f'<ul>{MENU}</ul><a href="#top">{BODY}')
    assert texts(raw) == PARAGRAPHS


def test_hidden_text_comments_and_programs_are_no_text(tmp_path: Path) -> None:
    raw = page(
        tmp_path,
        f"""{BODY}<p style="color:red; DISPLAY : none">副本。</p><p hidden>副本。</p><div style="visibility:hidden">副本。</div>
        <!-- 副本。 --><script>var a = "副本。"</script><style>p {{}}</style><noscript>副本。</noscript><textarea>副本。</textarea>""",
    )
    assert texts(raw) == PARAGRAPHS


def test_a_notice_that_a_script_would_show_is_read(tmp_path: Path) -> None:
    raw = page(tmp_path, f'<ul>{MENU}</ul><div id="tab1" style="display:none">{BODY}</div><p>正在加载……</p>')
    assert set(PARAGRAPHS) <= set(texts(raw))


@pytest.mark.parametrize(
    "line",
    [
        "发布日期：2024-03-08 来源：云泽市人民政府 浏览次数：52 字体：[大 中 小]【打印】【关闭】",
        "2024-03-08 10:00 来源：市政府办公室",
        "信息来源：市民政局  发布时间：2024年3月8日",
        "【字体：大 中 小】",
        "打印 关闭",
        "分享到：",
        "扫一扫在手机打开当前页",
        "当前位置：首页 > 政务公开 > 政策文件",
        "您现在所在的位置：首页",
        "首页 > 政务公开 > 正文",
        "上一篇：关于调整公交线路的通知",
        "来源：市府办 作者： 时间：2024-03-11 点击：",
        "云泽市人民政府门户网站",
        "江ICP备00000000号-1 江公网安备 00000000000000号",
        "版权所有：云泽市人民政府",
        "网站地图 | 联系我们 | 关于我们",
        "声明：本网站转载的文章，版权归原作者所有。",
    ],
)
def test_lines_of_the_site_are_recognised(line: str) -> None:
    assert is_furniture_line(line)


@pytest.mark.parametrize(
    "line",
    [
        "2024年3月8日",
        "来源：市统计局数据显示，全市共有养老机构86家",
        "（四）打印材料并报送市民政局",
        "发布日期另行通知",
        "主办单位：云泽市教育局",
        "联系电话：0000-0000000",
        "关闭小型煤矿",
        "一、来源",
        "下一步工作安排：",
        "责任单位：市民政局",
        "首页公示的内容应当真实。",
        "时间：2024年3月8日",
        "加强政府门户网站建设",
        "推进全省政府网站",
        "中",
        "三、保护版权。加强版权所有人权益保护，完善登记制度，对侵权行为依法查处。",
    ],
)
def test_lines_of_a_notice_are_not_taken_for_the_sites(line: str) -> None:
    assert not is_furniture_line(line)


# --- paragraphs --------------------------------------------------------------------------------


def test_inline_elements_join_and_blocks_and_breaks_end_lines(tmp_path: Path) -> None:
    raw = page(
        tmp_path,
        "<p><b>一、</b><span>总体</span>\n<i>要求</i></p><div>甲<div>乙</div>丙</div><p>丁<br>戊<br/><br>己</p><ul><li>庚</li><li>辛</li></ul>",
    )
    assert texts(raw) == ["一、总体要求", "甲", "乙", "丙", "丁", "戊", "己", "庚", "辛"]


def test_white_space_is_as_a_browser_shows_it(tmp_path: Path) -> None:
    raw = page(
        tmp_path,
        "<p>　　加强老年\n    食堂建设  一、目标\n  （一）任务　分工 A\n B&nbsp;&nbsp;责任人：杨&#12288;扬&ensp;</p><pre>甲\n  乙</pre>",
    )
    assert texts(raw) == ["加强老年食堂建设 一、目标 （一）任务　分工 A B 责任人：杨　扬", "甲", "乙"]


def test_entities_are_characters_and_impossible_ones_do_no_harm(tmp_path: Path) -> None:
    raw = page(
        tmp_path, "<p>A&amp;B &lt;2%&gt; &ldquo;三保&rdquo;&middot; &#x4e00;&#0;&#55357;&#xFFFFFFFF;&unknown;</p>"
    )
    assert texts(raw)[0].startswith("A&B <2%> “三保”· 一")
    texts(raw)[0].encode("utf-8")


def test_ordered_lists_show_their_numbers(tmp_path: Path) -> None:
    raw = page(
        tmp_path,
        "<ol><li>建设食堂。</li><li><p>发放补助。</p><p>每年一次。</p></li></ol><ol start=3><li>（三）开展评估。</li><li>公布结果。</li></ol>"
        '<ol style="list-style: none"><li>无号。</li></ol><ul><li>圆点。</li></ul>',
    )
    assert texts(raw) == [
        "1.建设食堂。",
        "2.发放补助。",
        "每年一次。",
        "（三）开展评估。",
        "4.公布结果。",
        "无号。",
        "圆点。",
    ]


# --- tables ------------------------------------------------------------------------------------

DUTIES = """<table border=1><caption>重点任务分工表</caption>
<tr><th rowspan="2">序号</th><th rowspan="2">任务</th><th colspan="2">单位</th></tr><tr><th>牵头</th><th>配合</th></tr>
<tr><td rowspan="2">1</td><td>建设社区食堂<br>120家</td><td rowspan="2">市民政局</td><td>市财政局</td></tr>
<tr><td><p>发放补助</p><p>每家20万元</p></td><td>市商务局</td></tr><tr><td colspan="4"></td></tr>
<tr><td colspan="4">二、保障措施</td></tr><tr><td>2</td><td>开展评估</td><td>市审计局</td></tr></table>"""


def test_a_table_is_a_full_grid_with_merged_cells_repeated_and_marked(tmp_path: Path) -> None:
    raw = page(tmp_path, BODY + DUTIES + "<p>本表由市民政局负责解释。</p>")
    assert texts(raw) == [*PARAGRAPHS, "重点任务分工表", "本表由市民政局负责解释。"]
    (table,) = tables(raw)
    assert table.n_header_rows == 2
    assert grid(table) == [
        ["序号", "任务", "单位", "单位*"],
        ["序号*", "任务*", "牵头", "配合"],
        ["1", "建设社区食堂\n120家", "市民政局", "市财政局"],
        ["1*", "发放补助\n每家20万元", "市民政局*", "市商务局"],
        ["二、保障措施", "二、保障措施*", "二、保障措施*", "二、保障措施*"],
        ["2", "开展评估", "市审计局", ""],
    ]


def test_a_page_that_is_a_table_of_duties_keeps_it(tmp_path: Path) -> None:
    raw = page(
        tmp_path,
        f"<ul>{MENU}</ul><table><tr><td><h3>{TITLE}</h3><br>{DUTIES}</td></tr></table><div><ul>{NEWS}</ul></div>",
    )
    assert texts(raw) == [TITLE, "重点任务分工表"]
    assert len(tables(raw)) == 1


def test_head_and_foot_rows_stand_first_and_last(tmp_path: Path) -> None:
    raw = page(
        tmp_path,
        "<table><tfoot><tr><td>合计</td><td>3</td></tr></tfoot><thead><tr><td>区县</td><td>家数</td></tr></thead>"
        "<tbody><tr><td>砚湖区</td><td>2</td></tr><tr><td>南屏区</td><td>1</td></tr></tbody></table>",
    )
    (table,) = tables(raw)
    assert grid(table) == [["区县", "家数"], ["砚湖区", "2"], ["南屏区", "1"], ["合计", "3"]]
    assert table.n_header_rows == 1


@pytest.mark.parametrize(
    "table",
    [
        f"<table><tr><td>{BODY}</td></tr></table>",
        f"<table><tr><td></td><td>{BODY}</td><td>&nbsp;</td></tr><tr><td colspan=3></td></tr></table>",
        f"<table><tr><td><table><tr><td>{BODY}</td></tr></table></td></tr></table>",
        f'<table role="presentation"><tr><td>{PARAGRAPHS[0]}</td><td>{"</td></tr><tr><td></td><td>".join(PARAGRAPHS[1:])}</td></tr></table>',
        "<table>" + "".join(f"<tr><td>{paragraph}</td></tr>" for paragraph in PARAGRAPHS) + "</table>",
        f"<table><form><tr><td>{BODY}</td></tr></form></table>",
    ],
)
def test_tables_that_lay_out_the_page_become_paragraphs(tmp_path: Path, table: str) -> None:
    raw = page(tmp_path, table)
    assert texts(raw) == PARAGRAPHS
    assert tables(raw) == []


def test_a_row_of_number_and_long_task_is_a_table(tmp_path: Path) -> None:
    long = "推进社区食堂建设，" * 60
    raw = page(tmp_path, f"<table><tr><td>序号</td><td>任务</td></tr><tr><td>1</td><td>{long}</td></tr></table>")
    assert grid(tables(raw)[0]) == [["序号", "任务"], ["1", long]]


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ('<tr><td colspan="9">标题行</td></tr><tr><td>甲</td><td>乙</td></tr>', [["标题行", "标题行*"], ["甲", "乙"]]),
        ('<tr><td rowspan="99">甲</td><td>乙</td></tr><tr><td>丙</td></tr>', [["甲", "乙"], ["甲*", "丙"]]),
        ('<tr><td rowspan="0">甲</td><td>乙</td></tr><tr><td>丙</td></tr>', [["甲", "乙"], ["甲*", "丙"]]),
        (
            '<tr><td colspan="x">甲</td><td colspan="-3">乙</td></tr><tr><td>丙</td><td>丁</td></tr>',
            [["甲", "乙"], ["丙", "丁"]],
        ),
        ("<tr><td>甲</td><td rowspan=2>乙</td></tr><tr><td colspan=2>丙</td></tr>", [["甲", "乙"], ["丙", "乙*"]]),
        ("<tr><td>甲<td>乙<tr><td>丙", [["甲", "乙"], ["丙", ""]]),
        ("<tr><td>甲</td><td>乙</td></tr><tr></tr><tr><td>丙</td><td>丁</td></tr>", [["甲", "乙"], ["丙", "丁"]]),
    ],
)
def test_spans_beyond_the_table_are_kept_within_it(tmp_path: Path, markup: str, expected: list[list[str]]) -> None:
    (table,) = tables(page(tmp_path, f"<table>{markup}</table>"))
    if expected[1][0] == "丙" and expected[1][1] == "乙*":  # the cell from above keeps its place in an overlap
        assert grid(table)[1][1] == "乙*"
    assert grid(table) == expected


def test_text_outside_the_cells_of_a_table_is_not_lost(tmp_path: Path) -> None:
    raw = page(tmp_path, "<table><tr><td>甲</td><td>乙</td></tr>落在表外的话。<tr><td>丙</td><td>丁</td></tr></table>")
    shown = "".join(texts(raw)) + "".join(cell for table in tables(raw) for row in grid(table) for cell in row)
    assert all(text in shown for text in ["甲", "乙", "丙", "丁", "落在表外的话。"])


def test_a_table_with_spans_beyond_reason_is_read_as_paragraphs(tmp_path: Path) -> None:
    rows = "<tr><td colspan=1000 rowspan=65534>甲</td><td>乙</td></tr>" * 2_000
    raw = page(tmp_path, f"<p>说明。</p><table>{rows}</table>")
    assert tables(raw) == []
    assert texts(raw)[:3] == ["说明。", "甲", "乙"]


# --- metadata ----------------------------------------------------------------------------------

PAIRS = [
    ("索 引 号：", "00000000/2024-00017"),
    ("主题分类：", "民政、扶贫\\社会福利"),
    ("发文机关：", "云泽市人民政府办公室"),
    ("成文日期：", "2024年03月08日"),
    ("标　　题：", TITLE),
    ("发文字号：", "云泽政办发〔2024〕17号"),
    ("发布日期：", "2024年03月11日"),
    ("时 效 性：", "有效"),
]
INDEX_TABLES = {
    "table": "<table>" + "".join(f"<tr><td><b>{k}</b></td><td>{v}</td></tr>" for k, v in PAIRS) + "</table>",
    "two pairs a row": "<table><tr>"
    + "</tr><tr>".join(
        "".join(f"<td>{k.rstrip('：')}</td><td>{v}</td>" for k, v in PAIRS[i : i + 2]) for i in range(0, 8, 2)
    )
    + "</tr></table>",
    "dl": "<dl>" + "".join(f"<dt>{k}</dt><dd>{v}</dd>" for k, v in PAIRS) + "</dl>",
    "list": "<ul>" + "".join(f"<li><span>{k}</span><em>{v}</em></li>" for k, v in PAIRS) + "</ul>",
    "divs": "<div>" + "".join(f"<div><label>{k}</label><span>{v}</span></div>" for k, v in PAIRS) + "</div>",
    "two tables": "<table><tr><td>"
    + "<table>" + "".join(f"<tr><td>{k}</td><td>{v}</td></tr>" for k, v in PAIRS[:5]) + "</table>"
    + "<table>" + "".join(f"<tr><td>{k}</td><td>{v}</td></tr>" for k, v in PAIRS[5:]) + "</table></td></tr></table>",
}  # fmt: skip


@pytest.mark.parametrize("form", INDEX_TABLES)
def test_the_index_table_is_metadata_and_no_text(tmp_path: Path, form: str) -> None:
    raw = page(tmp_path, f'<ul>{MENU}</ul><div class="main">{INDEX_TABLES[form]}<div>{BODY}</div></div>')
    assert texts(raw) == PARAGRAPHS
    assert tables(raw) == []
    assert dict(raw.metadata) == {
        "index_number": "00000000/2024-00017",
        "theme": "民政、扶贫\\社会福利",
        "issuer": "云泽市人民政府办公室",
        "issued_on": "2024-03-08",
        "title": TITLE,
        "doc_number": "云泽政办发〔2024〕17号",
        "published_on": "2024-03-11",
    }


def test_a_table_of_tasks_is_not_taken_for_an_index_table(tmp_path: Path) -> None:
    raw = page(
        tmp_path,
        BODY
        + "<table><tr><td>名称</td><td>责任部门</td><td>有效期</td></tr><tr><td>食堂补助</td><td>市民政局</td><td>两年</td></tr></table>",
    )
    assert len(tables(raw)) == 1


def test_meta_elements_give_title_date_source_and_address(tmp_path: Path) -> None:
    raw = page(
        tmp_path,
        BODY,
        head=f"""<title>{TITLE}_云泽市人民政府</title><meta name="ArticleTitle" content="{TITLE}">
        <meta name="PubDate" content="2024-03-11 09:30"><meta name="ContentSource" content="市政府办公室">
        <meta property="og:url" content="https://www.example.org/zc/17.html">""",
    )
    assert raw.source.url == "https://www.example.org/zc/17.html"
    assert dict(raw.metadata) == {
        "title": TITLE,
        "published_on": "2024-03-11",
        "source": "市政府办公室",
        "url": "https://www.example.org/zc/17.html",
    }


@pytest.mark.parametrize(
    ("declared", "title"),
    [
        (f"{TITLE}_云泽市人民政府门户网站", TITLE),
        (f"{TITLE} - 通知公告 - 云泽市民政局", TITLE),
        (f"{TITLE}-云泽政府网", TITLE),
        (f"{TITLE}|政策文件|云泽市人民政府", TITLE),
        ("云泽市养老服务行动计划（2024—2026年）", "云泽市养老服务行动计划（2024—2026年）"),
        ("关于云泽-望津高速公路收费的通知", "关于云泽-望津高速公路收费的通知"),
    ],
)
def test_the_title_is_cut_before_the_sites_name(tmp_path: Path, declared: str, title: str) -> None:
    assert dict(page(tmp_path, BODY, head=f"<title>{declared}</title>").metadata)["title"] == title


def test_a_title_cut_short_gives_way_to_a_whole_one(tmp_path: Path) -> None:
    raw = page(
        tmp_path,
        f"<h1>{TITLE}</h1>{BODY}",
        head='<meta name="ArticleTitle" content="云泽市人民政府办公室关于加强社区食堂…">',
    )
    assert dict(raw.metadata)["title"] == TITLE


@pytest.mark.parametrize(
    ("text", "date"),
    [("2024年3月8日", "2024-03-08"), ("2024-03-08 10:00:00", "2024-03-08"), ("2024/3/8", "2024-03-08"), ("20240308", "2024-03-08"),
     ("2024年13月8日", None), ("2024年3月", None), ("", None), ("12024-03-081", None)],
)  # fmt: skip
def test_dates_become_iso(text: str, date: str | None) -> None:
    assert iso_date(text) == date


# --- character sets ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "charset", "warned"),
    [
        ("utf-8", "utf-8", False),
        ("gb18030", "gb2312", False),
        ("gbk", "GBK", False),
        ("gb18030", "utf-8", True),
        ("utf-8", "gb2312", True),
        ("utf-8", "iso-8859-1", True),
        ("gb18030", "no-such-charset", True),
        ("utf-16", "utf-16", False),
    ],
)
def test_the_true_character_set_wins_over_the_declared_one(
    tmp_path: Path, encoding: str, charset: str, warned: bool
) -> None:
    rare = "<p>负责人：㛃䶮。市㵲路，朱镕基、𠮷野。</p>" if encoding not in {"gbk"} else "<p>负责人：朱镕。</p>"
    raw = page(tmp_path, BODY + rare, encoding=encoding, charset=charset)
    assert texts(raw)[: len(PARAGRAPHS)] == PARAGRAPHS
    assert "镕" in texts(raw)[-1]
    assert bool(raw.warnings) == warned
    assert all(charset.lower() in warning for warning in raw.warnings)


def test_xhtml_with_a_wrong_declaration_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    head = '<?xml version="1.0" encoding="gb2312"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"><body>'
    path.write_text(head + BODY + "</body></html>", encoding="utf-8")
    assert texts(read(path)) == PARAGRAPHS


# --- broken on purpose -------------------------------------------------------------------------


@pytest.mark.parametrize("tag", ["div", "span", "b", "font", "ul", "a href=x", "blockquote"])
def test_deep_nesting_is_read(tmp_path: Path, tag: str) -> None:
    raw = page(tmp_path, f"<{tag}>" * 5_000 + BODY)
    assert texts(raw)[-len(PARAGRAPHS) :] == PARAGRAPHS


def test_deeply_nested_tables_are_read(tmp_path: Path) -> None:
    assert texts(page(tmp_path, "<table><tr><td>甲。" * 1_000 + BODY))[-len(PARAGRAPHS) :] == PARAGRAPHS


@pytest.mark.parametrize(
    "body", ["", "<p>&nbsp;</p><img src=a.png>", "<script>load()</script><div id=app></div>", "<p hidden>有字</p>"]
)
def test_a_page_without_visible_text_is_refused(tmp_path: Path, body: str) -> None:
    with pytest.raises(UnreadableNotice, match="no visible text"):
        page(tmp_path, body)


def test_a_page_of_nothing_but_menus_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableNotice, match="the site's own"):
        page(tmp_path, "<p>打印 关闭</p><footer>版权所有：云泽市人民政府</footer>")


def test_a_page_cut_off_in_the_middle_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text(f"<html><body><div><p>{PARAGRAPHS[2]}</p><p>{PARAGRAPHS[3]}</p><p>二、对符合<sp", encoding="utf-8")
    assert texts(read(path)) == [PARAGRAPHS[2], PARAGRAPHS[3], "二、对符合"]


def test_a_page_that_is_too_large_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableNotice, match="larger than 16 MB"):
        page(tmp_path, "<p>字。</p>" + " " * MAX_PAGE_BYTES)


TAGS = "div p span td tr table tbody ul ol li a b h1 nav footer br center font dl dt dd th form pre section".split()
PIECES = st.lists(
    st.one_of(
        st.sampled_from([f"<{tag}>" for tag in TAGS] + [f"</{tag}>" for tag in TAGS]),
        st.sampled_from(
            [
                '<td rowspan=3 colspan="2">',
                '<div class="footer">',
                '<a href="/x">',
                "<p hidden>",
                "<!--",
                "<![CDATA[",
                "&#0;",
                "<",
            ]
        ),
        st.sampled_from([*PARAGRAPHS, "索引号：1", "文号：", "发布日期：2024-1-1", "首页", "打印", " ", "\n"]),
    ),
    max_size=40,
)


@given(PIECES)
@settings(max_examples=few_or_many(100, 300))
def test_any_markup_is_read_or_refused_never_worse(pieces: list[str]) -> None:
    source = Source("p.html", None, "", "text/html")
    with contextlib.suppress(UnreadableNotice):
        raw = read_html(source, ("<html><body>" + "".join(pieces)).encode())
        assert raw.blocks
        for block in raw.blocks:
            assert (block.table is None) == bool(block.text)
            assert block.text == block.text.strip()
            assert "\n" not in block.text
            if block.table is not None:
                assert len({len(row) for row in block.table.rows}) == 1
                assert 0 <= block.table.n_header_rows < max(len(block.table.rows), 2)


# --- real pages --------------------------------------------------------------------------------


def test_real_pages_give_the_whole_notice_and_nothing_else(shared: Path) -> None:
    from bs4 import BeautifulSoup

    for path in sorted((shared / "notices" / "html").glob("*.html")):
        content = BeautifulSoup(path.read_bytes(), "lxml").find(id="UCAP-CONTENT")
        assert content is not None
        raw = read(path)
        shown = "".join(
            block.text
            if block.table is None
            else "".join(c.text for row in block.table.rows for c in row if not c.merged)
            for block in raw.blocks
        )
        assert "".join(shown.split()) == "".join(content.get_text().split()), path.name
        assert {"title", "index_number", "issuer", "issued_on", "published_on", "theme"} <= dict(raw.metadata).keys(), (
            path.name
        )

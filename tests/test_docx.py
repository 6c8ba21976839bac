"""Reading Word files: text as Word shows it, the numbers Word makes, tables, boxes, notes, tracked changes."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from notice_files import write_docx
from test_hostile import RELATIONS, W

from indexer.errors import SecretNotice, UnreadableNotice
from indexer.notices import parse
from indexer.records import RawNotice, Table
from indexer.sources import find_files, read
from indexer.sources.docx_numbering import written_number

MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'


def word(path: Path, body: str, **parts: str) -> Path:
    """A Word file whose text is this XML; other parts by their name below word/."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("_rels/.rels", RELATIONS)
        archive.writestr("word/document.xml", f"<w:document {W} {MC}><w:body>{body}</w:body></w:document>")
        for name, inner in parts.items():
            root = {"header1": "hdr", "footer1": "ftr"}.get(name, name)
            archive.writestr(f"word/{name}.xml", f"<w:{root} {W}>{inner}</w:{root}>")
    return path


def p(text: str, *, properties: str = "") -> str:
    return f"<w:p>{f'<w:pPr>{properties}</w:pPr>' if properties else ''}<w:r><w:t xml:space='preserve'>{text}</w:t></w:r></w:p>"


def listed(text: str, level: int = 0, num: int = 1) -> str:
    return p(text, properties=f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{num}"/></w:numPr>')


def levels(*formats: tuple[str, str], start: int = 1, extra: Sequence[str] = ()) -> str:
    return "".join(
        f'<w:lvl w:ilvl="{i}"><w:start w:val="{start}"/><w:numFmt w:val="{format_}"/><w:lvlText w:val="{text}"/>'
        f"{extra[i] if i < len(extra) else ''}</w:lvl>"
        for i, (format_, text) in enumerate(formats)
    )


def numbering(definition: str, *, nums: str = '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>') -> str:
    return f'<w:abstractNum w:abstractNumId="0">{definition}</w:abstractNum>{nums}'


def texts(raw: RawNotice) -> list[str]:
    return [block.text for block in raw.blocks if block.table is None]


def grid(table: Table | None) -> list[list[str]]:
    assert table is not None
    return [[cell.text + ("*" if cell.merged else "") for cell in row] for row in table.rows]


# --- text ----------------------------------------------------------------------------------------


def test_paragraphs_come_in_order_with_their_source(tmp_path: Path) -> None:
    raw = read(write_docx(tmp_path / "a.docx", ["关于开展培训的通知", "", "　　各区县人民政府：", "一、开展培训。"]))
    assert texts(raw) == ["关于开展培训的通知", "各区县人民政府：", "一、开展培训。"]
    assert raw.source.media_type.endswith("wordprocessingml.document")


def test_breaks_tabs_and_hyphens_are_what_they_look_like(tmp_path: Path) -> None:
    body = (
        "<w:p><w:r><w:t>第一行</w:t><w:br/><w:t>第二行</w:t></w:r><w:r><w:tab/><w:t>2024</w:t><w:noBreakHyphen/>"
        "<w:t>2026年</w:t></w:r></w:p>"
    )
    assert texts(read(word(tmp_path / "a.docx", body))) == ["第一行", "第二行\t2024-2026年"]


def test_tracked_changes_are_accepted(tmp_path: Path) -> None:
    run = "<w:r><w:t>{}</w:t></w:r>"
    body = (
        f"<w:p>{run.format('建成')}<w:del><w:r><w:delText>10</w:delText></w:r></w:del><w:ins>{run.format('12')}</w:ins>"
        f"{run.format('家。')}<w:moveFrom>{run.format('旧处。')}</w:moveFrom><w:moveTo>{run.format('新处。')}</w:moveTo></w:p>"
        f"<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>{run.format('合为')}</w:p><w:p>{run.format('一段。')}</w:p>"
    )
    assert texts(read(word(tmp_path / "a.docx", body))) == ["建成12家。新处。", "合为一段。"]


def test_hidden_text_field_codes_and_comments_are_not_shown(tmp_path: Path) -> None:
    body = (
        "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>隐藏</w:t></w:r><w:r><w:fldChar w:fldCharType='begin'/><w:instrText>PAGE"
        "</w:instrText><w:fldChar w:fldCharType='separate'/><w:t>3</w:t></w:r><w:commentRangeStart/><w:r><w:t>项任务"
        "</w:t></w:r><w:r><w:rPr><w:vanish w:val='0'/></w:rPr><w:t>。</w:t></w:r></w:p>"
    )
    assert texts(read(word(tmp_path / "a.docx", body))) == ["3项任务。"]


def test_links_fields_and_content_controls_show_what_is_in_them(tmp_path: Path) -> None:
    body = (
        f"<w:sdt><w:sdtContent>{p('一、目标')}</w:sdtContent></w:sdt><w:p><w:hyperlink><w:r><w:t>办法</w:t></w:r></w:hyperlink>"
        "<w:fldSimple><w:r><w:t>二</w:t></w:r></w:fldSimple><w:sdt><w:sdtContent><w:r><w:t>章</w:t></w:r></w:sdtContent></w:sdt>"
        "<w:r><w:ruby><w:rt><w:r><w:t>zhang</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>张</w:t></w:r></w:rubyBase></w:ruby></w:r></w:p>"
    )
    assert texts(read(word(tmp_path / "a.docx", body))) == ["一、目标", "办法二章张"]


def test_a_text_box_is_read_once_behind_its_paragraph(tmp_path: Path) -> None:
    box = f"<w:txbxContent>{p('框内文字')}</w:txbxContent>"
    body = (
        "<w:p><w:r><w:t>正文。</w:t></w:r><w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing>"
        f"{box}</w:drawing></mc:Choice><mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    assert texts(read(word(tmp_path / "a.docx", body))) == ["正文。", "框内文字"]


def test_notes_follow_the_text_in_the_order_they_are_cited(tmp_path: Path) -> None:
    body = (
        "<w:p><w:r><w:t>覆盖率</w:t></w:r><w:r><w:footnoteReference w:id='3'/></w:r><w:r><w:t>达到95%。</w:t></w:r>"
        "<w:r><w:footnoteReference w:id='2'/></w:r></w:p>" + p("二、其他。")
    )
    note = "<w:footnote w:id='{}'><w:p><w:r><w:footnoteRef/><w:t>{}</w:t></w:r></w:p></w:footnote>"
    raw = read(
        word(tmp_path / "a.docx", body, footnotes=note.format(2, "另有规定的除外。") + note.format(3, "指社区食堂。"))
    )
    assert texts(raw) == ["覆盖率达到95%。", "二、其他。", "注1：指社区食堂。", "注2：另有规定的除外。"]


def test_headers_go_but_their_secrecy_mark_stays_and_refuses(tmp_path: Path) -> None:
    plain = word(tmp_path / "a.docx", p("通知"), header1=p("云泽市人民政府文件"), footer1=p("— 1 —"))
    assert texts(read(plain)) == ["通知"]
    marked = read(word(tmp_path / "b.docx", p("通知"), header1=p("机密★1年")))
    assert texts(marked) == ["机密★1年", "通知"]
    with pytest.raises(SecretNotice):
        parse(marked)


def test_a_table_of_contents_is_left_out(tmp_path: Path) -> None:
    styles = '<w:style w:type="paragraph" w:styleId="T1"><w:name w:val="toc 1"/></w:style>'
    gallery = '<w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr>'
    body = (
        f"<w:sdt>{gallery}<w:sdtContent>{p('目录')}{p('一、目标 1')}</w:sdtContent></w:sdt>"
        + p("二、任务 2", properties='<w:pStyle w:val="T1"/>') + p("一、目标") + p("二、任务")
    )  # fmt: skip
    assert texts(read(word(tmp_path / "a.docx", body, styles=styles))) == ["一、目标", "二、任务"]


def test_properties_are_believed_only_where_the_text_says_so_too(tmp_path: Path) -> None:
    import docx

    for title, expected in [
        ("关于开展培训工作的通知", "关于开展培训工作的通知"),
        ("关于召开会议的通知", None),
        ("通知", None),
    ]:
        document = docx.Document()
        document.add_paragraph("云泽市民政局关于开展培训工作的通知")
        document.core_properties.title = title
        document.save(str(tmp_path / "a.docx"))
        metadata = dict(read(tmp_path / "a.docx").metadata)
        assert metadata.get("title") == expected
        assert metadata["created"] == "2013-12-23"  # of the writer's template


def test_pictures_alone_need_ocr(tmp_path: Path) -> None:
    picture = '<w:p><w:r><w:drawing><a:blip xmlns:a="urn:a"/></w:drawing></w:r></w:p>'
    with pytest.raises(UnreadableNotice, match="OCR"):
        read(word(tmp_path / "a.docx", picture * 3))
    assert read(word(tmp_path / "a.docx", p("通知") + picture)).warnings == ("1 picture(s) not read",)


# --- numbers -------------------------------------------------------------------------------------


def test_numbers_that_word_makes_are_in_the_text(tmp_path: Path) -> None:
    definition = levels(
        ("chineseCounting", "%1、"), ("chineseCounting", "（%2）"), ("decimal", "%3."), ("decimalEnclosedCircle", "%4")
    )
    steps = [
        (0, "总体要求"),
        (0, "主要任务"),
        (1, "养老服务"),
        (2, "建设食堂"),
        (2, "开展培训"),
        (3, "城区"),
        (1, "托育服务"),
        (2, "新增托位"),
        (0, "保障"),
    ]
    body = "".join(listed(text, level) for level, text in steps)
    assert texts(read(word(tmp_path / "a.docx", body, numbering=numbering(definition)))) == [
        "一、总体要求", "二、主要任务", "（一）养老服务", "1.建设食堂", "2.开展培训", "① 城区", "（二）托育服务", "1.新增托位", "三、保障",
    ]  # fmt: skip


def test_articles_and_levels_in_figures(tmp_path: Path) -> None:
    definition = levels(("chineseCountingThousand", "第%1条"), ("decimal", "%1.%2"), extra=["", "<w:isLgl/>"])
    body = listed("目的") + listed("范围", 1) + listed("依据") + listed("解释", 1) + listed("施行", 1)
    assert texts(read(word(tmp_path / "a.docx", body, numbering=numbering(definition)))) == [
        "第一条 目的", "1.1 范围", "第二条 依据", "2.1 解释", "2.2 施行",
    ]  # fmt: skip


def test_lists_start_where_they_say_and_start_again_where_told(tmp_path: Path) -> None:
    nums = (
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="0"/></w:num>'
        '<w:num w:numId="3"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
    )
    part = numbering(levels(("decimal", "%1."), start=4), nums=nums)
    body = (
        listed("甲", num=1)
        + listed("乙", num=2)
        + listed("丙", num=3)
        + listed("丁", num=3)
        + listed("戊", num=0)
        + listed("己", num=9)
    )
    assert texts(read(word(tmp_path / "a.docx", body, numbering=part))) == ["4.甲", "5.乙", "1.丙", "2.丁", "戊", "己"]


def test_a_level_may_count_on_through_the_one_above(tmp_path: Path) -> None:
    definition = levels(("chineseCounting", "%1、"), ("decimal", "%2."), extra=["", '<w:lvlRestart w:val="0"/>'])
    body = listed("甲") + listed("子", 1) + listed("丑", 1) + listed("乙") + listed("寅", 1)
    assert texts(read(word(tmp_path / "a.docx", body, numbering=numbering(definition)))) == [
        "一、甲", "1.子", "2.丑", "二、乙", "3.寅",
    ]  # fmt: skip


def test_a_style_may_number_its_paragraphs(tmp_path: Path) -> None:
    styles = (
        '<w:style w:type="paragraph" w:styleId="H"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="H2"><w:basedOn w:val="H"/></w:style>'
    )
    definition = levels(("chineseCounting", "%1、"), ("decimal", "%2."), extra=["", '<w:pStyle w:val="H2"/>'])
    body = "".join(
        p(text, properties=f'<w:pStyle w:val="{name}"/>')
        for text, name in [("甲", "H"), ("子", "H2"), ("丑", "H2"), ("乙", "H")]
    )
    raw = read(word(tmp_path / "a.docx", body, numbering=numbering(definition), styles=styles))
    assert texts(raw) == ["一、甲", "1.子", "2.丑", "二、乙"]


def test_bullets_are_not_shown_and_empty_paragraphs_count(tmp_path: Path) -> None:
    part = numbering(levels(("bullet", "\uf06c"), ("decimal", "%2.")))
    body = listed("甲") + listed("子", 1) + listed("　", 1) + listed("丑", 1)
    assert texts(read(word(tmp_path / "a.docx", body, numbering=part))) == ["甲", "1.子", "3.丑"]


@pytest.mark.parametrize(
    ("number", "style", "written"),
    [
        (10, "chineseCounting", "十"), (11, "chineseCounting", "十一"), (20, "chineseCounting", "二十"),
        (105, "chineseCounting", "一百〇五"), (105, "chineseCountingThousand", "一百零五"), (110, "chineseCountingThousand", "一百一十"),
        (1006, "chineseCountingThousand", "一千零六"), (20_010, "chineseCountingThousand", "二万零一十"),
        (12, "japaneseCounting", "十二"), (3, "ideographTraditional", "丙"), (2, "ideographZodiac", "丑"), (12, "chineseLegalSimplified", "壹拾贰"),
        (21, "decimalEnclosedCircle", "㉑"), (51, "decimalEnclosedCircle", "51"), (3, "decimalEnclosedParen", "⑶"), (12, "decimalFullWidth", "１２"),
        (7, "decimalZero", "07"), (27, "upperLetter", "AA"), (4, "lowerRoman", "iv"), (5, "none", ""), (5, "hebrew1", "5"), (20, "taiwaneseDigital", "二〇"),
    ],
)  # fmt: skip
def test_numbers_are_written_as_word_writes_them(number: int, style: str, written: str) -> None:
    assert written_number(number, style) == written


# --- tables --------------------------------------------------------------------------------------


def tc(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{''.join(p(line) for line in text.split('|'))}</w:tc>"


def test_merged_cells_are_resolved(tmp_path: Path) -> None:
    down, on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    body = (
        "<w:tbl><w:tr><w:trPr><w:tblHeader/></w:trPr>" + tc("序号") + tc("任务") + tc("责任分工", '<w:gridSpan w:val="2"/>') + "</w:tr>"
        "<w:tr>" + tc("1", down) + tc("建设食堂|开展培训") + tc("市民政局") + tc("市财政局", down) + "</w:tr>"
        "<w:tr>" + tc("", on) + tc("改造厨房") + tc("市商务局") + tc("", on) + "</w:tr>"
        '<w:tr><w:trPr><w:gridBefore w:val="1"/></w:trPr>' + tc("合计") + tc("三项") + "</w:tr></w:tbl>"
    )  # fmt: skip
    raw = read(word(tmp_path / "a.docx", p("任务表") + body + p("以上。")))
    assert grid(raw.blocks[1].table) == [
        ["序号", "任务", "责任分工", "责任分工*"],
        ["1", "建设食堂\n开展培训", "市民政局", "市财政局"],
        ["1*", "改造厨房", "市商务局", "市财政局*"],
        ["", "合计", "三项", ""],
    ]
    assert raw.blocks[1].table is not None
    assert raw.blocks[1].table.n_header_rows == 1
    assert raw.blocks[2].text == "以上。"


def test_numbers_count_on_inside_cells(tmp_path: Path) -> None:
    number = "<w:tr><w:tc>" + listed("任务") + "</w:tc>" + tc("丙") + "</w:tr>"
    raw = read(
        word(tmp_path / "a.docx", f"<w:tbl>{number}{number}</w:tbl>", numbering=numbering(levels(("decimal", "%1."))))
    )
    assert grid(raw.blocks[0].table) == [["1.任务", "丙"], ["2.任务", "丙"]]


def test_a_number_alone_in_its_cell_is_there(tmp_path: Path) -> None:
    rows = "".join(f"<w:tr><w:tc>{listed('')}</w:tc>{tc(text)}</w:tr>" for text in ["甲", "乙"])
    head = "<w:tr>" + tc("序号") + tc("任务") + "</w:tr>"
    raw = read(
        word(tmp_path / "a.docx", f"<w:tbl>{head}{rows}</w:tbl>", numbering=numbering(levels(("decimal", "%1"))))
    )
    assert grid(raw.blocks[0].table) == [["序号", "任务"], ["1", "甲"], ["2", "乙"]]


def test_a_table_in_a_cell_is_part_of_its_text(tmp_path: Path) -> None:
    inner = f"<w:tbl><w:tr>{tc('食堂')}{tc('120家')}</w:tr><w:tr>{tc('书屋')}{tc('30家')}</w:tr></w:tbl>"
    body = f"<w:tbl><w:tr>{tc('目标')}<w:tc>{p('如下：')}{inner}<w:p/></w:tc></w:tr></w:tbl>"
    assert grid(read(word(tmp_path / "a.docx", body)).blocks[0].table) == [["目标", "如下：\n食堂 120家\n书屋 30家"]]


def test_a_frame_around_a_letter_is_no_table(tmp_path: Path) -> None:
    inner = f"<w:tbl><w:tr>{tc('1')}{tc('食堂')}</w:tr></w:tbl>"
    body = f"<w:tbl><w:tr>{tc('关于开展培训的通知|各区县人民政府：')}</w:tr><w:tr><w:tc>{inner}</w:tc></w:tr></w:tbl>"
    raw = read(word(tmp_path / "a.docx", body))
    assert texts(raw) == ["关于开展培训的通知", "各区县人民政府："]
    assert grid(raw.blocks[2].table) == [["1", "食堂"]]


def test_rows_struck_out_are_gone(tmp_path: Path) -> None:
    body = f"<w:tbl><w:tr>{tc('1')}{tc('甲')}</w:tr><w:tr><w:trPr><w:del/></w:trPr>{tc('2')}{tc('乙')}</w:tr></w:tbl>"
    assert grid(read(word(tmp_path / "a.docx", body)).blocks[0].table) == [["1", "甲"]]


# --- variants of the format ------------------------------------------------------------------------


def test_the_strict_variant_is_read_as_well(tmp_path: Path) -> None:
    path = write_docx(tmp_path / "a.docx", ["一、开展培训。"])
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(
                name,
                content.replace(
                    b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
                    b"http://purl.oclc.org/ooxml/wordprocessingml/main",
                ),
            )
    assert texts(read(path)) == ["一、开展培训。"]


def test_a_word_file_is_known_under_any_name(tmp_path: Path) -> None:
    for name in ["a.doc", "a.txt", "a"]:
        assert texts(read(write_docx(tmp_path / name, ["一、开展培训。"]))) == ["一、开展培训。"]


def test_real_word_files_lose_nothing(shared: Path) -> None:
    import docx

    for path in find_files([shared / "notices" / "docx"]):
        expected = ["".join(part.text.split()) for part in docx.Document(str(path)).paragraphs]
        assert ["".join(text.split()) for text in texts(read(path))] == [text for text in expected if text], path.name
        assert len(parse(read(path)).clauses) >= 20

"""Reading PDF files: paragraphs from lines, what pages repeat, ruled tables, scans, damage."""

from __future__ import annotations

import contextlib
import io
import subprocess
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from notice_files import FONT, pdf_table, style, write_pdf
from test_hostile import pdf, stream

from indexer.errors import SecretNotice, UnreadableNotice
from indexer.notices import parse
from indexer.records import RawNotice, Table
from indexer.sources import read
from indexer.sources.pdf_columns import flows, gutters
from indexer.sources.pdf_page import Glyph, Line, lines_of
from indexer.sources.pdf_paragraphs import paragraphs
from indexer.sources.radicals import plain_characters
from indexer.sources.running_heads import PageLines, is_secrecy_mark, without_running_heads
from tests.thoroughness import few_or_many

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas
    from reportlab.platypus import BaseDocTemplate

TITLE = "云泽市人民政府办公室关于加强社区食堂建设的通知"
LONG = (
    "一、到2026年底，全市建成社区食堂120家，覆盖率达到95.5%，实现主城区步行十五分钟可达，对运营满一年且群众满意度达到90%以上的，"
    "由市财政按照每家不超过20万元的标准给予一次性建设补助。（责任单位：市民政局、市商务局、市财政局、市市场监督管理局）"
)
TEXT = [
    "各区县人民政府，市政府各部门：",
    "为方便老年人就餐，经市政府同意，现就加强社区食堂建设有关事项通知如下。",
    LONG,
    LONG.replace("一、", "二、"),
]


def texts(raw: RawNotice) -> list[str]:
    return [block.text for block in raw.blocks if block.table is None]


def grids(raw: RawNotice) -> list[list[list[str]]]:
    tables: list[Table] = [block.table for block in raw.blocks if block.table is not None]
    return [[[cell.text + ("*" if cell.merged else "") for cell in row] for row in table.rows] for table in tables]


def printed(chromium: str, page: Path) -> None:
    """The page as a PDF beside it, with the day, the title and the address that a browser prints."""
    target = page.with_suffix(".pdf")
    command = [chromium, "--headless", "--no-sandbox", "--disable-gpu", f"--print-to-pdf={target}", str(page)]
    subprocess.run(command, capture_output=True, check=True, timeout=60)


# --- paragraphs ----------------------------------------------------------------------------------


def test_lines_are_paragraphs_again(tmp_path: Path) -> None:
    raw = read(write_pdf(tmp_path / "a.pdf", TEXT * 8))
    assert texts(raw) == TEXT * 8
    assert raw.source.media_type == "application/pdf"
    assert raw.warnings == ()


def test_lines_are_paragraphs_again_without_indents(tmp_path: Path) -> None:
    from reportlab.platypus import Paragraph

    flat = [Paragraph(text, style(indent=False)) for text in TEXT * 8]
    assert texts(read(write_pdf(tmp_path / "a.pdf", flat))) == TEXT * 8


def test_a_title_over_several_lines_is_one(tmp_path: Path) -> None:
    from reportlab.platypus import Paragraph

    title = "云泽市人民政府办公室关于印发云泽市加强社区食堂建设三年行动方案（2024—2026年）的通知"
    raw = read(write_pdf(tmp_path / "a.pdf", [Paragraph(title, style(22, indent=False, centred=True)), *TEXT]))
    assert texts(raw) == [title, *TEXT]


def test_running_heads_and_page_numbers_are_gone(tmp_path: Path) -> None:
    for number in ["— {} —", "- {} -", "第 {} 页 共 9 页", "{}"]:
        raw = read(write_pdf(tmp_path / "a.pdf", TEXT * 8, head="云泽市人民政府公报", number=number))
        assert texts(raw) == TEXT * 8, number


def test_a_line_that_stands_on_two_pages_by_chance_stays(tmp_path: Path) -> None:
    from reportlab.platypus import PageBreak

    parts = ["责任单位：市民政局", *TEXT, PageBreak(), "责任单位：市民政局", *TEXT]
    assert texts(read(write_pdf(tmp_path / "a.pdf", parts))).count("责任单位：市民政局") == 2


def line(text: str, x0: float, top: float, x1: float | None = None, size: float = 16) -> Line:
    return Line(text, x0, top, x0 + size * len(text) if x1 is None else x1, top + size, size)


def test_what_is_apart_is_not_joined() -> None:
    full = "力" * 27
    body = [line(full, 112, 100), line(full[:26], 80, 128, 512), line("完成。", 80, 156)]
    signed = [line("云泽市人民政府办公室", 300, 300, 512), line("2024年3月8日", 340, 328, 470)]
    assert paragraphs([[*body, *body, *signed]]) == [[full + full[:26] + "完成。"] * 2 + [part.text for part in signed]]


def test_a_paragraph_goes_on_over_a_page_and_ends_at_a_table() -> None:
    full = "力" * 27
    page = [line(full, 80, 100 + 28 * i, 512) for i in range(3)]
    assert paragraphs([[line(full, 112, 72, 512), *page], page, [None, *page]]) == [[full * 7], [], [None, full * 3]]


@pytest.mark.parametrize(
    ("end", "text", "is_one"),
    [
        ("力完成。", "（二）开展培训。", False),
        ("市民政局", "（二）开展培训。", False),
        ("各直属单位：", "《方案》已经同意。", False),
        ("落实。", "责任单位：市民政局", False),
        ("按照第", "三、四项执行。", True),
        ("一、任务、", "（三）项。", True),
        ("明确", "责任单位和时限。", True),
        ("到年底，建成", "120家。", True),
        ("完成。", "同时推进改造。", True),
    ],
)
def test_without_indents_labels_tell_where_a_paragraph_begins(end: str, text: str, is_one: bool) -> None:
    full = "力" * (27 - len(end)) + end
    found = paragraphs([[line("力" * 27, 80, 100, 512), line(full, 80, 128, 512), line(text, 80, 156)]])[0]
    assert found == (["力" * 27 + full + text] if is_one else ["力" * 27 + full, text])


def in_columns(path: Path, parts: list[str], title: str) -> Path:
    """A gazette: the title across, the text in two columns."""
    from reportlab.lib.pagesizes import A4
    from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph

    small = style(10.5)
    size = {"leftPadding": 0, "rightPadding": 0}
    frames = [Frame(x, 80, 215, 620, **size) for x in (70, 310)]
    head = style(18, indent=False, centred=True)

    def furnish(canvas: Canvas, document: BaseDocTemplate) -> None:
        if document.page == 1:
            heading = Paragraph(title, head)
            heading.wrap(455, 100)
            heading.drawOn(canvas, 70, 720)
        canvas.setFont(FONT, 10)
        canvas.drawCentredString(298, 40, f"· {document.page} ·")

    document = BaseDocTemplate(str(path), pagesize=A4)
    document.addPageTemplates(PageTemplate(frames=frames, onPage=furnish))
    document.build([Paragraph(part, small) for part in parts])
    return path


def test_a_gazette_in_two_columns_is_read_column_by_column(tmp_path: Path) -> None:
    parts = [LONG.replace("一、", f"{n}.") for n in range(1, 25)]
    assert texts(read(in_columns(tmp_path / "a.pdf", parts, TITLE))) == [TITLE, *parts]


def test_a_list_of_names_in_two_columns_is_read_row_by_row() -> None:
    rows = [
        [*glyphs_of(f"副组长：某人{n}", 80, 30 * n), *glyphs_of(f"成员：某某{n}", 300, 30 * n)] for n in range(1, 20)
    ]
    glyphs = [glyph for row in rows for glyph in row]
    assert gutters([glyphs]) == [None]
    (flow,) = flows(glyphs, None)
    assert flow.lines[0].text.startswith("副组长：某人1　　成员")


def glyphs_of(text: str, x: float, y: float) -> list[Glyph]:
    return [Glyph(c, x + 12 * i, y, x + 12 * i + 12, y + 12) for i, c in enumerate(text)]


def test_words_and_signs_that_a_line_parts() -> None:
    def joined(first: str, second: str) -> list[list[str | None]]:
        return paragraphs([[line(first, 80, 100, 512), line(second, 80, 128, 400), line("力" * 20, 80, 156, 512)]])

    assert joined("参照 Digital Gov-", "ernment 标准。")[0][0] == "参照 Digital Government 标准。"
    assert joined("参照 Digital", "Government 标准。")[0][0] == "参照 Digital Government 标准。"
    assert joined("“发放-使用-", "偿还”机制。")[0][0] == "“发放-使用-偿还”机制。"


def test_page_numbers_in_words_only_at_the_edge() -> None:
    page = PageLines(
        [line("第3页", 80, 300), line("3/12", 80, 400), line("正文。", 80, 500), line("— 3 —", 250, 780)], 842
    )
    assert [kept.text for kept in without_running_heads([page], pitch=28)[0]] == ["第3页", "3/12", "正文。"]


def test_blanks_stand_where_they_were_set() -> None:
    def set_at(text: str, gaps: dict[int, float]) -> str:
        glyphs, x = [], 0.0
        for i, character in enumerate(text):
            x += gaps.get(i, 0.0)
            width = 8.0 if character.isascii() else 16.0
            glyphs.append(Glyph(character, x, 0, x + width, 16))
            x += width
        return lines_of(glyphs)[0].text

    assert set_at("责任人杨扬", {4: 16}) == "责任人杨　扬"
    assert set_at("共2024年", {1: 4, 5: 4}) == "共2024年"  # what Word leaves between Chinese and figures
    assert set_at("AI人工智能", {2: 8}) == "AI 人工智能"
    assert set_at("通知", {1: 40}) == "通知"  # spread
    assert set_at("bigdata", {3: 5}) == "big data"


def test_bold_made_by_printing_twice_is_read_once() -> None:
    glyphs = [Glyph(c, 16 * i + shift, 0, 16 * i + 16 + shift, 16) for i, c in enumerate("通知") for shift in (0, 0.4)]
    assert lines_of(glyphs)[0].text == "通知"


def test_a_contents_page_is_left_out(tmp_path: Path) -> None:
    entries = [f"{label}、重点任务 {'.' * 40} {n}" for n, label in enumerate("一二三四", 1)]
    assert texts(read(write_pdf(tmp_path / "a.pdf", ["目　录", *entries, *TEXT]))) == TEXT


def test_a_secrecy_mark_stays_wherever_it_stands(tmp_path: Path) -> None:
    raw = read(write_pdf(tmp_path / "a.pdf", TEXT * 8, head="机密★1年"))
    assert texts(raw)[0] == "机密★1年"
    with pytest.raises(SecretNotice):
        parse(raw)


@pytest.mark.parametrize(
    ("line", "is_mark"),
    [("机密★1年", True), ("密级：秘 密", True), ("绝密", True), ("保密工作要点", False), ("商业秘密", False)],
)
def test_secrecy_marks_stand_alone(line: str, is_mark: bool) -> None:
    assert is_secrecy_mark(line) is is_mark


# --- characters ----------------------------------------------------------------------------------


def test_radicals_are_characters_again() -> None:
    assert plain_characters("⽼年⼈⾷堂，⺠政局⻓⻋⻔⻛险（A）①％ﬁ年") == "老年人食堂，民政局长车门风险（A）①％fi年"
    for code in range(0x2F00, 0x2FD6):
        assert unicodedata.name(plain_characters(chr(code))).startswith("CJK UNIFIED")
    supplement = map(chr, [*range(0x2E80, 0x2E9A), *range(0x2E9B, 0x2EF4)])
    assert [character for character in supplement if plain_characters(character) == character] == [
        "\u2e80"
    ]  # a repeat mark


def test_a_page_printed_by_a_browser_has_no_radicals(tmp_path: Path, chromium: str) -> None:
    import pypdf

    page = tmp_path / "a.html"
    body = "".join(f"<p>{text}</p>" for text in TEXT * 4)
    page.write_text(
        '<meta charset="utf-8"><style>@page {size: A4; margin: 2.5cm} body {font: 16pt/28pt "Noto Serif CJK SC"} '
        f"p {{text-indent: 2em; margin: 0}} h1 {{text-align: center}}</style><h1>{TITLE}</h1>{body}",
        encoding="utf-8",
    )
    printed(chromium, page)
    assert texts(read(tmp_path / "a.pdf")) == [TITLE, *TEXT * 4]
    other = "".join(page.extract_text() for page in pypdf.PdfReader(tmp_path / "a.pdf").pages)
    assert any("\u2f00" <= character <= "\u2fdf" for character in other)  # why PDFium reads the text


# --- tables --------------------------------------------------------------------------------------

HEADER = ["序号", "重点任务", "具体举措", "牵头单位", "配合单位"]
WIDTHS = [30, 100, 150, 80, 80]


def task(n: int) -> list[str]:
    return [
        str(n),
        f"推进第{n}项社区食堂建设",
        f"年底前建成社区食堂{n}家，完善配送体系，实现主城区全覆盖。",
        "市民政局",
        "市商务局、市财政局",
    ]


def test_a_table_stands_in_its_place_and_its_text_nowhere_else(tmp_path: Path) -> None:
    rows = [HEADER, task(1), task(2)]
    raw = read(write_pdf(tmp_path / "a.pdf", ["任务如下。", pdf_table(rows, widths=WIDTHS), "以上任务由各单位落实。"]))
    assert [block.table is not None for block in raw.blocks] == [False, True, False]
    assert grids(raw) == [rows]


def test_merged_cells_of_a_table_are_resolved(tmp_path: Path) -> None:
    rows = [["序号", "重点任务", "责任分工", ""], ["", "", "牵头单位", "配合单位"], ["一、养老服务", "", "", ""], ["1", "建设食堂", "市民政局", "市财政局"], ["", "改造厨房", "市商务局", ""]]  # fmt: skip
    spans = [(0, 0, 0, 1), (1, 0, 1, 1), (2, 0, 3, 0), (0, 2, 3, 2), (0, 3, 0, 4), (3, 3, 3, 4)]
    raw = read(write_pdf(tmp_path / "a.pdf", [pdf_table(rows, spans=spans, widths=[60, 120, 120, 120])]))
    assert grids(raw) == [[
        ["序号", "重点任务", "责任分工", "责任分工*"],
        ["序号*", "重点任务*", "牵头单位", "配合单位"],
        ["一、养老服务", "一、养老服务*", "一、养老服务*", "一、养老服务*"],
        ["1", "建设食堂", "市民政局", "市财政局"],
        ["1*", "改造厨房", "市商务局", "市财政局*"],
    ]]  # fmt: skip


@pytest.mark.parametrize("repeated", [True, False])
def test_a_table_over_several_pages_gives_each_row_once(tmp_path: Path, repeated: bool) -> None:
    table = pdf_table([HEADER, *map(task, range(1, 31))], widths=WIDTHS)
    table.repeatRows = int(repeated)
    raw = read(write_pdf(tmp_path / "a.pdf", ["任务如下。", table, "以上。"], head="云泽市人民政府文件"))
    assert len(grids(raw)) > 1
    assert [row for grid in grids(raw) for row in grid if row != HEADER] == list(map(task, range(1, 31)))
    clauses = [clause for clause in parse(raw).clauses if clause.units]
    assert [clause.number for clause in clauses] == list(map(str, range(1, 31)))
    assert {unit.surface for clause in clauses for unit in clause.units} == {"市民政局", "市商务局", "市财政局"}


def test_a_merged_cell_that_a_page_break_cuts_is_there_on_both_pages(tmp_path: Path) -> None:
    from reportlab.platypus import PageBreak

    head, tail = [["1", "建设食堂", "甲"], ["", "", "乙"]], [["", "", "丙"], ["2", "改造厨房", "丁"]]
    first, second = (
        pdf_table(head, spans=[(0, 0, 0, 1), (1, 0, 1, 1)], widths=[80, 120, 200]),
        pdf_table(tail, widths=[80, 120, 200]),
    )
    raw = read(write_pdf(tmp_path / "a.pdf", [first, PageBreak(), second]))
    assert grids(raw) == [
        [["1", "建设食堂", "甲"], ["1*", "建设食堂*", "乙"]],
        [["1*", "建设食堂*", "丙"], ["2", "改造厨房", "丁"]],
    ]


def test_a_row_that_a_page_break_leaves_open_is_whole(tmp_path: Path, chromium: str) -> None:
    long = "完善配送体系，实现主城区全覆盖，推动可持续运营，" * 14
    rows = "".join(
        f"<tr><td>{n}</td><td>{long}建成社区食堂{n}家。</td><td>市民政局、市商务局</td></tr>" for n in range(1, 9)
    )
    (tmp_path / "a.html").write_text(
        '<meta charset="utf-8"><style>@page {size: A4; margin: 2.5cm} body {font: 14pt/26pt "Noto Serif CJK SC"} td, th {border: '
        "1px solid; padding: 4px} table {border-collapse: collapse} thead {display: table-row-group}</style><h1>任务表</h1><table>"
        f"<thead><tr><th>序号</th><th>具体任务</th><th>责任单位</th></tr></thead><tbody>{rows}</tbody></table>",
        encoding="utf-8",
    )
    printed(chromium, tmp_path / "a.html")
    raw = read(tmp_path / "a.pdf")
    assert texts(raw) == ["任务表"]
    assert len(grids(raw)) > 1
    clauses = parse(raw).clauses
    assert [clause.text for clause in clauses] == [f"{long}建成社区食堂{n}家。" for n in range(1, 9)]
    assert all([unit.surface for unit in clause.units] == ["市民政局", "市商务局"] for clause in clauses)


def test_a_table_on_a_turned_page_is_read_as_it_is_shown(tmp_path: Path) -> None:
    import pypdf

    rows = [HEADER, task(1), task(2)]
    path = write_pdf(tmp_path / "a.pdf", ["任务如下。", pdf_table(rows, widths=WIDTHS), "以上。"], landscape=True)
    writer = pypdf.PdfWriter(clone_from=path)
    for page in writer.pages:
        page.rotate(90)
        page.transfer_rotation_to_content()
        page.rotate(-90)
        page.cropbox.lower_left = (5, 5)
    writer.write(path)
    raw = read(path)
    assert grids(raw) == [rows]
    assert texts(raw) == ["任务如下。", "以上。"]


def test_a_table_open_at_its_sides_has_its_outer_columns(tmp_path: Path) -> None:
    from reportlab.platypus import TableStyle

    rows = [HEADER, task(1), task(2)]
    table = pdf_table(rows, widths=WIDTHS, grid=False)
    inner = [("LINEBEFORE", (i, 0), (i, -1), 0.7, "black") for i in range(1, 5)]
    level = [(f"LINE{side}", (0, 0), (-1, -1), 0.7, "black") for side in ("ABOVE", "BELOW")]
    table.setStyle(TableStyle([*inner, *level]))
    assert grids(read(write_pdf(tmp_path / "a.pdf", ["任务如下。", table, "以上。"]))) == [rows]


def test_rules_above_and_below_text_make_no_table(tmp_path: Path) -> None:
    from reportlab.platypus import HRFlowable

    rule = HRFlowable(width="100%", color="black")
    parts = [rule, *TEXT, rule, *TEXT, rule, *TEXT]
    raw = read(write_pdf(tmp_path / "a.pdf", parts))
    assert texts(raw) == TEXT * 3
    assert grids(raw) == []


def test_a_frame_around_text_is_no_table(tmp_path: Path) -> None:
    raw = read(
        write_pdf(tmp_path / "a.pdf", [pdf_table([["各区县人民政府："], ["现将方案印发给你们。"]], widths=[400])])
    )
    assert texts(raw) == ["各区县人民政府：", "现将方案印发给你们。"]


# --- scans, protection, damage ---------------------------------------------------------------------


def scan(path: Path, *, n_pages: int = 2, more: list[Any] | None = None) -> Path:
    """A PDF of pictures of pages; text pages behind them."""
    from PIL import Image as Picture
    from reportlab.platypus import Image, PageBreak

    buffer = io.BytesIO()
    Picture.new("L", (300, 420), 230).save(buffer, "PNG")
    parts: list[Any] = []
    for _ in range(n_pages):
        buffer.seek(0)
        parts += [Image(io.BytesIO(buffer.getvalue()), width=430, height=600), PageBreak()]
    return write_pdf(path, [*parts, *(more or [])])


def test_a_scan_is_reported_as_needing_ocr(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UnreadableNotice, match=r"needs? OCR.*ocrmypdf -l chi_sim"):
        read(scan(tmp_path / "a.pdf"))


def test_pages_that_are_scans_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    raw = read(scan(tmp_path / "a.pdf", more=list(TEXT)))
    assert texts(raw) == TEXT
    assert raw.warnings == ("page(s) 1、2 of 3 are pictures without text and need OCR (ocrmypdf); not read",)


def test_a_protected_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(UnreadableNotice, match="password"):
        read(write_pdf(tmp_path / "a.pdf", TEXT, password="secret"))


def test_blank_pages_are_empty_and_shapes_alone_have_no_characters(tmp_path: Path) -> None:
    page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]{}>>"
    tree = ["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>"]
    with pytest.raises(UnreadableNotice, match="is empty"):
        read(pdf(tmp_path / "a.pdf", [*tree, page.format("")]))
    drawn = [*tree, page.format("/Contents 4 0 R"), stream(b"0 0 m 90 90 l 9 200 l f")]
    with pytest.raises(UnreadableNotice, match="which characters they show"):
        read(pdf(tmp_path / "b.pdf", drawn))


def test_title_and_day_of_the_properties(tmp_path: Path) -> None:
    import pypdf

    path = write_pdf(tmp_path / "a.pdf", [TITLE, *TEXT])
    for title, expected in [(TITLE, TITLE), ("Microsoft Word - 文档1", None)]:
        writer = pypdf.PdfWriter(clone_from=path)
        writer.add_metadata({"/Title": title, "/CreationDate": "D:20240308093000+08'00'"})
        writer.write(path)
        metadata = dict(read(path).metadata)
        assert metadata.get("title") == expected
        assert metadata["created"] == "2024-03-08"


@settings(max_examples=few_or_many(20, 40), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_file_is_read_or_refused_never_worse(tmp_path: Path, data: st.DataObject) -> None:
    path = tmp_path / "whole.pdf"
    if not path.exists():
        write_pdf(path, [*TEXT, pdf_table([HEADER, task(1)], widths=WIDTHS)])
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.with_name("broken.pdf").write_bytes(bytes(content))
    with contextlib.suppress(UnreadableNotice):
        read(path.with_name("broken.pdf"))

"""Exports opened again by a library and compared cell by cell, note by note, event by event."""

from __future__ import annotations

import csv
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import docx
import pytest
from icalendar import Calendar
from markdown_it import MarkdownIt
from openpyxl import load_workbook
from pybtex.database import parse_string

from indexer.duties import Task, UnitDuties, duties_of_unit, find_notice, find_unit, load_of_archive, tasks_of
from indexer.exports import (
    Quotation,
    Sheet,
    SheetColumn,
    archive_document,
    archive_sheets,
    bibliography,
    breakdown_document,
    breakdown_sheets,
    calendar_of,
    citation,
    csv_text,
    markdown_text,
    quotations_document,
    unit_document,
    unit_sheets,
    write_workbook,
)
from indexer.exports.citations import notice_citation
from indexer.exports.sheets import shown, starts_formula
from indexer.exports.workbook import HEADER_ROW
from indexer.index import Index
from indexer.records import Notice
from tests.duties_fixture import duties_index

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
HOSTILE = ('=HYPERLINK("http://x","y")', "+1+1", "-2+3", "@SUM(A1)", "＝1", " =1", "\t=1")


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    with duties_index(tmp_path_factory.mktemp("exports")) as opened:
        yield opened


@pytest.fixture(scope="module")
def plan(index: Index) -> tuple[Notice, tuple[Task, ...]]:
    notice = find_notice(index, "云泽政办发〔2022〕12号")
    return notice, tasks_of(notice)


@pytest.fixture(scope="module")
def tourism(index: Index) -> UnitDuties:
    return duties_of_unit(index, find_unit(index, "市文化广电旅游局"))


def cells_of(content: bytes) -> dict[str, list[list[str]]]:
    """Sheet → its header and rows as a spreadsheet reads them, days and numbers as text."""

    def text(value: Any) -> str:  # noqa: ANN401 (a cell)
        return value.date().isoformat() if isinstance(value, datetime) else "" if value is None else str(value)

    book = load_workbook(BytesIO(content))
    return {
        page.title: [[text(value) for value in row] for row in page.iter_rows(min_row=HEADER_ROW, values_only=True)]
        for page in book.worksheets
    }


def expected(sheet: Sheet) -> list[list[str]]:
    return [[column.name for column in sheet.columns], *([shown(value) for value in row] for row in sheet.rows)]


def hostile_sheet() -> Sheet:
    columns = (SheetColumn("=列"), SheetColumn("数", kind="number"), SheetColumn("日", kind="date"))
    return Sheet("表", "=题", columns, tuple((text, -5, date(2023, 12, 31)) for text in HOSTILE))


# --- what the sheets say -------------------------------------------------------------------------


def test_a_breakdown_has_the_columns_of_such_tables_and_its_cells(plan: tuple[Notice, tuple[Task, ...]]) -> None:
    overview, sheet = breakdown_sheets([plan])
    names = [column.name for column in sheet.columns]
    assert names == [
        "序号",
        "重点任务",
        "具体举措",
        "目标与时限",
        "截止日",
        "牵头单位",
        "责任单位",
        "配合单位",
        "责任人",
        "出处",
    ]
    second, last = sheet.rows[1], sheet.rows[-1]
    assert second == (
        2, "推广电子门票", "2022年12月底前电子门票覆盖率达到90%以上。", "电子门票覆盖率达到90%以上\n完成时限：2022年12月底前",
        date(2022, 12, 31), "市文化广电旅游局", "", "市市场监管局等", "", "二、（二）",
    )  # fmt: skip
    assert last[5:] == ("", "市文化广电旅游局", "", "王小川", "附件第2项")
    assert [row[5] for row in sheet.rows if row[1] == "加强数据归集"] == ["（未明确责任单位）"]
    assert overview.rows[0][1:3] == (plan[0].title, "云泽政办发〔2022〕12号")
    assert overview.rows[0][6:9] == (7, 4, 1)


def test_without_responsible_units_there_is_no_column_for_them(index: Index) -> None:
    notice = find_notice(index, "砚湖政办发〔2023〕7号")
    sheet = breakdown_sheets([(notice, tasks_of(notice))])[1]
    assert "责任单位" not in [column.name for column in sheet.columns]


def test_a_units_sheets_name_its_role_and_the_names_it_was_found_under(tourism: UnitDuties) -> None:
    overview, names, *notices = unit_sheets(tourism)
    assert [row[0] for row in names.rows] == ["市文化广电旅游局", "市旅游局"]
    assert [row[1] for row in names.rows] == ["同一单位", "曾用名"]
    assert [row[-1] for row in overview.rows] == [3, 4]
    at = [column.name for column in notices[1].columns].index("本单位角色")
    assert [row[at] for row in notices[1].rows] == ["牵头", "牵头", "责任", "责任"]


# --- XLSX ----------------------------------------------------------------------------------------


def test_every_cell_of_a_workbook_is_read_again(
    index: Index, tourism: UnitDuties, plan: tuple[Notice, tuple[Task, ...]]
) -> None:
    for sheets in (breakdown_sheets([plan]), unit_sheets(tourism), archive_sheets(load_of_archive(index))):
        assert cells_of(write_workbook(sheets)) == {sheet.name: expected(sheet) for sheet in sheets}


def test_a_workbook_has_a_frozen_header_filters_widths_and_real_days(plan: tuple[Notice, tuple[Task, ...]]) -> None:
    sheet = breakdown_sheets([plan])[1]
    page = load_workbook(BytesIO(write_workbook([sheet]))).worksheets[0]
    assert page.freeze_panes == f"C{HEADER_ROW + 1}"
    assert page.auto_filter.ref == f"A{HEADER_ROW}:J{HEADER_ROW + len(sheet.rows)}"
    assert [page.column_dimensions[letter].width for letter in "ABC"] == [6, 22, 58]
    assert page.print_title_rows == f"${HEADER_ROW}:${HEADER_ROW}"
    day = page.cell(HEADER_ROW + 1, 5)
    assert (day.value, day.number_format) == (datetime(2023, 6, 30), "yyyy-mm-dd")
    assert page.cell(HEADER_ROW + 1, 3).alignment.wrap_text


def test_the_overview_leads_to_the_sheets(plan: tuple[Notice, tuple[Task, ...]]) -> None:
    book = load_workbook(BytesIO(write_workbook(breakdown_sheets([plan]))))
    link = book.worksheets[0].cell(HEADER_ROW + 1, 2).hyperlink
    assert link is not None
    assert link.location == f"'{book.sheetnames[1]}'!A1"


def test_formulas_are_texts_in_a_workbook() -> None:
    page = load_workbook(BytesIO(write_workbook([hostile_sheet()]))).worksheets[0]
    for row, text in enumerate(HOSTILE, HEADER_ROW + 1):
        cell = page.cell(row, 1)
        assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)
    assert page["A1"].data_type == page.cell(HEADER_ROW, 1).data_type == "s"
    assert page.cell(HEADER_ROW + 1, 2).value == -5


def test_characters_that_xml_forbids_and_overlong_texts_do_not_break_a_workbook() -> None:
    sheet = Sheet("表", "题", (SheetColumn("甲"),), (("坏\x00\x1f字",), ("长" * 40_000,)))
    rows = cells_of(write_workbook([sheet]))["表"]
    assert rows[1] == ["坏\ufffd\ufffd字"]
    assert len(rows[2][0]) == 32_767
    assert rows[2][0].endswith("（全文见出处）")


def test_sheet_names_are_short_allowed_and_different(plan: tuple[Notice, tuple[Task, ...]]) -> None:
    from msgspec.structs import replace

    notice = replace(plan[0], title="关于印发[甲]:乙/丙*丁?戊" + "很长" * 30 + "的通知")
    names = [sheet.name for sheet in breakdown_sheets([(notice, plan[1]), (notice, plan[1])])]
    assert len(set(names)) == 3
    assert all(len(name) <= 31 and not re.search(r"[\[\]:*?/\\]", name) for name in names)


# --- CSV and Markdown ----------------------------------------------------------------------------


def test_csv_has_a_byte_order_mark_and_the_cells_of_the_sheet(plan: tuple[Notice, tuple[Task, ...]]) -> None:
    sheet = breakdown_sheets([plan])[1]
    text = csv_text(sheet)
    assert text.startswith("\ufeff序号")
    rows = list(csv.reader(StringIO(text.removeprefix("\ufeff"), newline="")))
    neutralised = [["'" + cell if starts_formula(cell) else cell for cell in row] for row in expected(sheet)]
    assert rows == neutralised
    assert rows[4][1] == "'=SUM(1)开展宣传推介"


def test_formulas_in_csv_have_an_apostrophe_and_numbers_none() -> None:
    rows = list(csv.reader(StringIO(csv_text(hostile_sheet()).removeprefix("\ufeff"), newline="")))
    assert [row[0] for row in rows] == ["'=列", *("'" + text for text in HOSTILE)]
    assert rows[1][1:] == ["-5", "2023-12-31"]


@pytest.mark.parametrize("text", ["增长5%", "5-10家", "a=b", "", "（=1）"])
def test_what_holds_a_sign_inside_is_no_formula(text: str) -> None:
    assert not starts_formula(text)


def test_markdown_tables_are_read_again_cell_by_cell(plan: tuple[Notice, tuple[Task, ...]]) -> None:
    sheet = breakdown_sheets([plan])[1]
    tricky = Sheet("表", "甲|乙", (SheetColumn("列*一*"),), (("a|b\nc",), ("<b>_x_</b> [y](z) `q` \\",)))
    for each in (sheet, tricky):
        html = MarkdownIt("commonmark").enable("table").render(markdown_text([each]))
        table = ElementTree.fromstring(html[html.index("<table>") :].replace("<br>", "\n").replace("&lt;br&gt;", "\n"))
        cells = [["".join(cell.itertext()) for cell in row] for row in table.iter("tr")]
        assert cells == [[cell.strip() for cell in row] for row in expected(each)]


# --- DOCX ----------------------------------------------------------------------------------------


def footnotes_of(content: bytes) -> tuple[dict[str, str], list[str]]:
    """Footnotes by id, and the ids that the text refers to, in order."""
    with zipfile.ZipFile(BytesIO(content)) as package:
        notes = ElementTree.fromstring(package.read("word/footnotes.xml"))
        text = ElementTree.fromstring(package.read("word/document.xml"))
        types = package.read("[Content_Types].xml").decode()
        relations = package.read("word/_rels/document.xml.rels").decode()
        settings = ElementTree.fromstring(package.read("word/settings.xml"))
    assert "wordprocessingml.footnotes+xml" in types
    assert "relationships/footnotes" in relations
    separators = [note.get(f"{W}id") for note in notes if note.get(f"{W}type")]
    assert [note.get(f"{W}id") for note in settings.iter(f"{W}footnote")] == separators == ["-1", "0"]
    texts = {
        str(note.get(f"{W}id")): "".join(note.itertext()).strip() for note in notes if note.get(f"{W}type") is None
    }
    return texts, [str(found.get(f"{W}id")) for found in text.iter(f"{W}footnoteReference")]


def test_each_quotation_of_a_units_document_has_its_source_as_a_footnote(tourism: UnitDuties) -> None:
    content = unit_document(tourism)
    notes, referred = footnotes_of(content)
    assert referred == list(notes) == [str(n) for n in range(1, 8)]
    assert notes["1"] == "《云泽市人民政府关于加快旅游业发展的意见》（云泽政发〔2014〕9号），一"
    assert list(notes.values()) == [citation(d.notice, d.task.place) for d in tourism.duties]
    paragraphs = [paragraph.text for paragraph in docx.Document(BytesIO(content)).paragraphs]
    assert all(duty.task.measures in paragraphs for duty in tourism.duties)


def test_a_breakdown_document_has_the_table_and_cites_the_notice(plan: tuple[Notice, tuple[Task, ...]]) -> None:
    content = breakdown_document([plan])
    document = docx.Document(BytesIO(content))
    rows = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    whole = expected(breakdown_sheets([plan])[1])
    kept = [at for at, name in enumerate(whole[0]) if name != "截止日"]
    assert rows == [[row[at] for at in kept] for row in whole]
    notes, referred = footnotes_of(content)
    assert referred == ["1"]
    assert notes["1"].startswith(notice_citation(plan[0]))
    styles = {style.style_id for style in document.styles}
    assert {"FootnoteText", "FootnoteReference"} <= styles
    assert "w:tblHeader" in document.tables[0].rows[0]._tr.xml


def test_an_archives_document_opens_and_shows_tasks_without_unit(index: Index) -> None:
    document = docx.Document(BytesIO(archive_document(load_of_archive(index))))
    assert len(document.tables) == 3
    assert "加强数据归集" in [paragraph.text for paragraph in document.paragraphs]


def test_quotations_with_marks_of_xml_and_line_breaks_are_kept() -> None:
    content = quotations_document("摘编", [Quotation("甲<b>&乙\n丙\x00", '《"x"》<1>&', lead_in="一")])
    notes, _ = footnotes_of(content)
    assert notes == {"1": '《"x"》<1>&'}
    assert "甲<b>&乙\n丙\ufffd" in [paragraph.text for paragraph in docx.Document(BytesIO(content)).paragraphs]


def test_a_document_without_quotations_has_no_footnotes() -> None:
    with zipfile.ZipFile(BytesIO(quotations_document("空", []))) as package:
        assert "word/footnotes.xml" not in package.namelist()


# --- iCalendar and citations ---------------------------------------------------------------------


def test_a_calendar_has_an_all_day_event_for_each_day_and_counts_what_it_leaves_out(
    plan: tuple[Notice, tuple[Task, ...]],
) -> None:
    notice, tasks = plan
    content, left_out = calendar_of([(notice, task) for task in tasks], name="时限")
    events = list(Calendar.from_ical(content).walk("VEVENT"))
    dated = [task for task in tasks if task.deadline and task.deadline.ends_on]
    assert (len(events), left_out) == (4, 3)
    for event, task in zip(events, dated, strict=True):
        assert task.deadline is not None
        assert event.decoded("dtstart").isoformat() == task.deadline.ends_on
        assert str(event["uid"]) == f"{task.clause_id}@tiaowen"
        assert str(event["summary"]).startswith(task.name)
        assert task.measures in str(event["description"])
        assert citation(notice, task.place) in str(event["description"])
    assert max(len(line) for line in content.split(b"\r\n")) <= 75
    assert calendar_of([(notice, task) for task in tasks], name="时限")[0] == content


def test_bibtex_entries_are_read_again(plan: tuple[Notice, tuple[Task, ...]]) -> None:
    from msgspec.structs import replace

    odd = replace(plan[0], doc_id="x1", title="50%&_{甲}#$\\~^", doc_number=None, issued_on=None, published_on=None)
    entries = parse_string(bibliography([plan[0], odd], places={"x1": ["一", "二"]}), "bibtex").entries
    assert list(entries) == [f"tiaowen-{plan[0].doc_id}", "tiaowen-x1"]
    first, second = entries.values()
    assert first.fields["title"].strip("{}") == plan[0].title
    said = [first.fields[name] for name in ("number", "year", "date")]
    assert said == ["云泽政办发〔2022〕12号", "2022", "2022-04-06"]
    assert [str(person).strip("{}") for person in first.persons["author"]] == ["云泽市人民政府办公室"]
    assert second.fields["note"] == "一；二"
    assert "year" not in second.fields


def test_titles_inside_a_title_stand_in_single_marks(plan: tuple[Notice, tuple[Task, ...]]) -> None:
    from msgspec.structs import replace

    notice = replace(plan[0], title="关于印发《甲方案》的通知", doc_number=None)
    assert citation(notice, "三、（一）1") == "《关于印发〈甲方案〉的通知》（2022年），三、（一）1"


def test_same_notices_give_the_same_word_text_twice(plan: tuple[Notice, tuple[Task, ...]], tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(breakdown_document([plan]))
    (tmp_path / "b.docx").write_bytes(breakdown_document([plan]))
    texts = [zipfile.ZipFile(tmp_path / name).read("word/document.xml") for name in ("a.docx", "b.docx")]
    assert texts[0] == texts[1]

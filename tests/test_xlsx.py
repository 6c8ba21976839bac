"""Reading Excel ledgers: title lines, merged cells, what numbers and dates look like, hidden parts."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest
from notice_files import write_xlsx

from indexer.errors import UnreadableNotice
from indexer.notices import parse
from indexer.records import RawNotice, Table
from indexer.sources import read
from indexer.sources.xlsx_display import displayed

HEADER = ["序号", "重点任务", "工作措施", "完成时限", "责任单位"]
ROWS = [
    HEADER,
    ["1", "社区食堂", "建成社区食堂120家。", "2024年12月底前", "市民政局、市商务局"],
    ["2", "托育服务", "新增托位2000个。", "2025年6月底前", "市卫生健康委"],
]


def texts(raw: RawNotice) -> list[str]:
    return [block.text for block in raw.blocks if block.table is None]


def grids(raw: RawNotice) -> list[list[list[str]]]:
    tables: list[Table] = [block.table for block in raw.blocks if block.table is not None]
    return [[[cell.text + ("*" if cell.merged else "") for cell in row] for row in table.rows] for table in tables]


def saved(path: Path, book: openpyxl.Workbook) -> Path:
    book.save(path)
    return path


def test_the_title_is_a_paragraph_and_each_row_a_clause(tmp_path: Path) -> None:
    raw = read(write_xlsx(tmp_path / "a.xlsx", ROWS, title="云泽市2024年民生实事任务台账"))
    assert texts(raw) == ["云泽市2024年民生实事任务台账"]
    assert grids(raw) == [ROWS]
    assert raw.source.media_type.endswith("spreadsheetml.sheet")
    clauses = parse(raw).clauses
    assert [clause.text for clause in clauses] == ["建成社区食堂120家。", "新增托位2000个。"]
    assert [[unit.surface for unit in clause.units] for clause in clauses] == [
        ["市民政局", "市商务局"],
        ["市卫生健康委"],
    ]


def test_lines_above_and_below_the_table_are_paragraphs(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in [
        ["民生实事任务台账"],
        ["填报单位：市民政局", None, None, "填报日期：", "2024年3月"],
        *ROWS,
        ["注：本表每月更新。"],
        ["联系人：\n张平"],
    ]:
        sheet.append(row)
    sheet.merge_cells("A1:E1")
    raw = read(saved(tmp_path / "a.xlsx", book))
    assert texts(raw) == [
        "民生实事任务台账",
        "填报单位：市民政局　填报日期：　2024年3月",
        "注：本表每月更新。",
        "联系人：",
        "张平",
    ]
    assert grids(raw) == [ROWS]


def test_merged_cells_are_resolved_and_section_rows_stay(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    rows = [["序号", "任务", "责任分工", None], [None, None, "牵头单位", "配合单位"], ["一、养老服务", None, None, None],
            ["1", "建设食堂", "市民政局", "市财政局"], [None, "改造厨房", "市商务局", None]]  # fmt: skip
    for row in rows:
        sheet.append(row)
    for area in ["A1:A2", "B1:B2", "C1:D1", "A3:D3", "A4:A5", "D4:D5"]:
        sheet.merge_cells(area)
    assert grids(read(saved(tmp_path / "a.xlsx", book))) == [[
        ["序号", "任务", "责任分工", "责任分工*"],
        ["序号*", "任务*", "牵头单位", "配合单位"],
        ["一、养老服务", "一、养老服务*", "一、养老服务*", "一、养老服务*"],
        ["1", "建设食堂", "市民政局", "市财政局"],
        ["1*", "改造厨房", "市商务局", "市财政局*"],
    ]]  # fmt: skip


def test_every_sheet_is_read_empty_and_hidden_ones_are_not(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "养老服务"
    for row in ROWS:
        book.active.append(row)
    book.create_sheet("空表")
    listed = book.create_sheet("下拉")
    for name in ["市民政局", "市商务局"]:
        listed.append([name])
    listed.sheet_state = "hidden"
    other = book.create_sheet("托育")
    for row in [HEADER, ROWS[2]]:
        other.append(row)
    raw = read(saved(tmp_path / "a.xlsx", book))
    assert texts(raw) == ["养老服务", "托育"]
    assert len(grids(raw)) == 2
    assert raw.warnings == ("hidden sheet(s) not read: 下拉",)


def test_hidden_rows_and_columns_are_read_with_a_warning(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append(row)
    book.active.row_dimensions[2].hidden = True
    book.active.column_dimensions["D"].hidden = True
    raw = read(saved(tmp_path / "a.xlsx", book))
    assert grids(raw) == [ROWS]
    assert len(raw.warnings) == 2


def test_numbers_and_dates_are_as_the_sheet_shows_them(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["序号", "指标", "目标", "时限"])
    sheet.append([1, "覆盖率", 0.955, dt.datetime(2024, 12, 31)])
    sheet.append([2.0, "托位", 0.1 + 0.2, dt.date(2025, 6, 1)])
    sheet["C2"].number_format, sheet["D2"].number_format = "0.0%", 'yyyy"年"m"月"d"日"'
    sheet["D3"].number_format = "yyyy/m"
    assert grids(read(saved(tmp_path / "a.xlsx", book)))[0][1:] == [
        ["1", "覆盖率", "95.5%", "2024年12月31日"],
        ["2", "托位", "0.3", "2025/6"],
    ]


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [
        (3, "General", "3"), (3.0, "General", "3"), (0.1 + 0.2, "General", "0.3"), (1e-7, "General", "0.0000001"), (12345678901234567890, "General", "12345678901234567890"),
        (1234567.891, "#,##0.00", "1,234,567.89"), (1234567, "#,##0", "1,234,567"), (-5, "0;(0)", "(5)"), (0, '0;-0;"无"', "无"),
        (0.5, "0%", "50%"), (0.0955, "0.00%", "9.55%"), (2.5, "0", "3"), (2.5, "0.##", "2.5"), (2, "0.##", "2"), (7, "000", "007"),
        (120, '0"家"', "120家"), (120, '"约"0', "约120"), (12000000, '0.0,,"百万"', "12.0百万"), (5, "[Red]0_ ", "5"), (5, "@", "5"), (1.5, "0.00E+00", "1.5"), (5, '"已完成"', "已完成"),
        (dt.datetime(2024, 3, 8), "yyyy-mm-dd", "2024-03-08"), (dt.datetime(2024, 3, 8), "mm-dd-yy", "2024/3/8"), (dt.datetime(2024, 3, 8), 'm"月"d"日"', "3月8日"),
        (dt.datetime(2024, 3, 8, 9, 5), "yyyy/m/d h:mm", "2024/3/8 9:05"), (dt.time(9, 5), "h:mm", "9:05"), (dt.datetime(2024, 3, 8), "General", "2024/3/8"),
        (dt.datetime(2024, 3, 8), '[$-804]yyyy"年"m"月";@', "2024年3月"), (dt.timedelta(hours=30), "[h]:mm", "30:00"), (dt.datetime(2024, 3, 8), "aaaa", "星期五"),
        (True, "General", "TRUE"), (None, "General", ""), ("　三 项", "General", "　三 项"), (float("inf"), "0.0", "inf"),
    ],
)  # fmt: skip
def test_values_in_their_formats(value: object, number_format: str, shown: str) -> None:
    assert displayed(value, number_format) == shown


def test_an_empty_book_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableNotice, match="is empty"):
        read(saved(tmp_path / "a.xlsx", openpyxl.Workbook()))


def test_a_list_in_one_column_gives_paragraphs(tmp_path: Path) -> None:
    raw = read(write_xlsx(tmp_path / "a.xlsx", [["关于开展培训的通知"], ["一、开展培训。"]], sheet="表1"))
    assert texts(raw) == ["关于开展培训的通知", "一、开展培训。"]
    assert grids(raw) == []


def test_a_formula_without_a_value_gives_a_warning(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in [*ROWS, ["合计", "=COUNTA(B2:B3)"]]:
        book.active.append(row)
    assert read(saved(tmp_path / "a.xlsx", book)).warnings == (
        "1 formula(s) without a value; open and save the file once",
    )

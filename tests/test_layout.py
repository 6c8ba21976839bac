"""A notice set as a document: nothing of its body is lost or shown twice, and tables are grids."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from indexer.errors import TiaowenError
from indexer.layout import Block, ClauseBlock, Grid, Line, lay_out, spans
from indexer.notices import parse
from indexer.records import Block as SourceBlock
from indexer.records import Cell, Notice, RawNotice, Source, Table
from indexer.sources import read

SAMPLES = Path(__file__).resolve().parent.parent / "corpus" / "samples"


def notice_of(*paragraphs: str | list[list[str]]) -> Notice:
    """The notice of paragraphs and tables; in a table "^" is the cell above."""
    blocks = [SourceBlock(text=p) if isinstance(p, str) else SourceBlock(table=_table(p)) for p in paragraphs]
    return parse(RawNotice(Source("n.txt", None, "0", "text/plain"), tuple(blocks)))


def _table(rows: list[list[str]]) -> Table:
    cells: list[list[Cell]] = []
    for row in rows:
        above = cells[-1] if cells else []
        cells.append([Cell(above[at].text, merged=True) if text == "^" else Cell(text) for at, text in enumerate(row)])
    return Table(tuple(map(tuple, cells)), n_header_rows=1)


def assert_whole(notice: Notice, blocks: tuple[Block, ...]) -> None:
    """Each character but blanks stands in one block, in the order of the body; each clause in one."""
    held = [span for block in blocks for span in spans(block)]
    assert held == sorted(held)
    assert all(one[1] <= other[0] for one, other in zip(held, held[1:], strict=False))
    assert "".join("".join(notice.body[a:b] for a, b in held).split()) == "".join(notice.body.split())
    shown = [block.clause for block in blocks if isinstance(block, ClauseBlock)]
    shown += [row.clause for block in blocks if isinstance(block, Grid) for row in block.rows if row.clause]
    assert sorted(clause.clause_id for clause in shown) == sorted(clause.clause_id for clause in notice.clauses)


@pytest.mark.parametrize("path", sorted(SAMPLES.iterdir()), ids=lambda path: path.name[:3])
def test_nothing_of_a_sample_is_lost_or_set_twice(path: Path) -> None:
    notice = parse(read(path))
    assert_whole(notice, lay_out(notice))


def test_nothing_of_a_real_notice_is_lost_or_set_twice(shared: Path) -> None:
    n = 0
    for path in sorted([*(shared / "seeds").iterdir(), *(shared / "notices").rglob("*.*")]):
        try:
            notice = parse(read(path))
        except TiaowenError:
            continue
        assert_whole(notice, lay_out(notice))
        n += 1
    assert n > 100


def kinds(notice: Notice) -> list[tuple[str, str]]:
    return [(block.kind, notice.body[block.start : block.end]) for block in lay_out(notice) if isinstance(block, Line)]


def test_a_letter_and_its_plan_are_told_apart_line_by_line() -> None:
    notice = notice_of(
        "云泽市人民政府办公室关于印发云泽市夜间照明实施方案的通知",
        "云泽政办发〔2024〕77号",
        "各区县政府，市政府各部门：",
        "《云泽市夜间照明实施方案》已经市政府同意，现印发给你们，请认真贯彻执行。",
        "云泽市人民政府办公室",
        "2024年3月1日",
        "云泽市夜间照明实施方案",
        "一、主要任务",
        "（一）更换路灯。年内更换路灯300盏。",
        "责任单位：市城管局、市财政局",
        "（二）巡查。每月巡查一次。（责任单位：市城管局）发现问题三日内修复。（责任单位：市住建局）",
    )
    found = kinds(notice)
    assert [kind for kind, _ in found] == ["title", "number", "addressees", "close", "close", "part", "heading"]
    assert found[-1] == ("heading", "一、主要任务")
    clauses = [block for block in lay_out(notice) if isinstance(block, ClauseBlock)]
    text = [notice.body[block.start : block.end] for block in clauses]
    assert text[1] == "（一）更换路灯。年内更换路灯300盏。\n责任单位：市城管局、市财政局"
    assert text[2:] == [
        "（二）巡查。每月巡查一次。（责任单位：市城管局）",
        "发现问题三日内修复。（责任单位：市住建局）",
    ]


def test_headings_have_the_level_of_their_place() -> None:
    notice = notice_of(
        "关于照明的通知",
        "一、任务",
        "（一）路灯",
        "1.更换路灯300盏，由市城管局负责，年底前完成。",
        "二、保障",
        "加强领导。",
    )
    levels = [
        (block.level, notice.body[block.start : block.end])
        for block in lay_out(notice)
        if isinstance(block, Line) and block.kind == "heading"
    ]
    assert levels == [(1, "一、任务"), (2, "（一）路灯"), (1, "二、保障")]


def test_a_table_is_a_grid_with_its_head_and_merged_cells_once() -> None:
    notice = notice_of(
        "云泽市照明任务分解表",
        [
            ["序号", "类别", "任务", "责任单位"],
            ["1", "路灯", "更换路灯300盏", "市城管局"],
            ["2", "^", "巡查路灯每月一次", "市城管局、市财政局"],
            ["3", "隧道", "改造隧道照明两处", "市交通运输局"],
        ],
    )
    (grid,) = [block for block in lay_out(notice) if isinstance(block, Grid)]
    assert [name for name, _ in grid.columns] == ["序号", "类别", "任务", "责任单位"]
    assert all(notice.body[span[0] : span[1]] == name for name, (span,) in grid.columns)
    assert len(grid.rows) == 3
    assert_whole(notice, lay_out(notice))


def test_headings_between_the_rows_stay_in_the_table() -> None:
    notice = parse(read(SAMPLES / "s05_yanhu_2023_fuwuye_tizhi.txt"))
    (grid,) = [block for block in lay_out(notice) if isinstance(block, Grid)]
    between = [row for row in grid.rows if row.clause is None]
    assert between
    assert all(cell is not None and cell.columns == len(grid.columns) for row in between for cell in row.cells)
    merged = [cell for row in grid.rows for cell in row.cells if cell is not None and cell.rows > 1]
    assert merged


def test_a_notice_without_text_has_no_blocks() -> None:
    notice = parse(read(SAMPLES / "s05_yanhu_2023_fuwuye_tizhi.txt"))
    assert lay_out(replace(notice, body="", clauses=())) == ()

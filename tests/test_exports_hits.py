"""Lists of found clauses as sheets: what each row says, read back from the files written."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import BytesIO, StringIO

import pytest
from markdown_it import MarkdownIt
from msgspec.structs import replace
from openpyxl import load_workbook

from indexer.exports import FoundClause, csv_text, hits_sheet, markdown_text, write_workbook
from indexer.exports.sheets import shown
from indexer.exports.workbook import HEADER_ROW
from indexer.index import Index
from indexer.records import Query
from indexer.search import search
from tests.search_fixture import small_index

QUESTION = "云泽养老机构床位一次性补贴由谁发?"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    with small_index(tmp_path_factory.mktemp("hits")) as opened:
        yield opened


@pytest.fixture(scope="module")
def found(index: Index) -> list[FoundClause]:
    hits = search(index, Query(QUESTION), k=20)
    heads = {notice.doc_id: notice for notice in index.notices()}
    clauses = index.clauses([hit.clause_id for hit in hits])
    return [FoundClause(hit, clause, heads[clause.doc_id]) for hit, clause in zip(hits, clauses, strict=True)]


def test_a_row_says_where_the_clause_stands_what_it_says_and_why_it_was_found(found: list[FoundClause]) -> None:
    sheet = hits_sheet(QUESTION, found)
    row = dict(zip([column.name for column in sheet.columns], sheet.rows[0], strict=True))
    assert row["序号"] == 1
    assert row["文号"] == "云泽政办发〔2021〕18号"
    assert (row["地区"], row["年份"], row["层级"]) == ("云泽市", 2021, "市级")
    assert row["标题路径"] == "二、主要任务 › (三)支持机构建设"
    assert "每张床位1.2万元" in str(row["条文"])
    assert (row["牵头单位"], row["责任单位"]) == ("", "市财政局、市民政局")
    assert row["时限"] == "12月底前"
    assert shown(row["截止日"]) == "2021-12-31"
    assert "1.2万元" in str(row["指标"])
    assert (row["用词排名"], row["语义排名"]) == (found[0].hit.lexical_rank, found[0].hit.dense_rank)
    assert row["条文编号"] == found[0].clause.clause_id
    assert [row[0] for row in sheet.rows] == list(range(1, len(found) + 1))
    assert QUESTION in sheet.note


def test_clauses_that_no_leg_ranked_have_empty_ranks(found: list[FoundClause]) -> None:
    listed = replace(found[0], hit=replace(found[0].hit, lexical_rank=None, dense_rank=None))
    assert hits_sheet(QUESTION, [listed]).rows[0][-3:-1] == (None, None)


def test_workbook_csv_and_markdown_hold_every_clause(found: list[FoundClause]) -> None:
    sheet = hits_sheet(QUESTION, found)
    page = load_workbook(BytesIO(write_workbook([sheet]))).active
    column = [row[7] for row in page.iter_rows(min_row=HEADER_ROW + 1, values_only=True)]
    texts = [each.clause.text for each in found]
    assert column == texts
    rows = list(csv.DictReader(StringIO(csv_text(sheet).removeprefix("\ufeff"), newline="")))
    assert [row["条文"] for row in rows] == texts
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(markdown_text([sheet]))
    assert sum(token.type == "tr_open" for token in tokens) == len(found) + 1


def test_what_begins_like_a_formula_stays_text(found: list[FoundClause]) -> None:
    hostile = replace(found[0], clause=replace(found[0].clause, text='=HYPERLINK("http://x","y")', headings=("+1",)))
    sheet = hits_sheet("=1+1", [hostile])
    cells = list(load_workbook(BytesIO(write_workbook([sheet]))).active.iter_rows(min_row=HEADER_ROW + 1))[0]
    assert [cells[at].data_type for at in (6, 7)] == ["s", "s"]
    assert cells[7].quotePrefix
    row = next(csv.DictReader(StringIO(csv_text(sheet).removeprefix("\ufeff"), newline="")))
    assert (row["标题路径"], row["条文"][:2]) == ("'+1", "'=")

"""What is known of a draft beyond a search: whether the archive holds it, what chosen clauses share with it, and its files."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from datetime import date
from io import BytesIO
from pathlib import Path

import docx
import openpyxl
import pytest

from indexer.drafts import Finding, check_draft, read_draft
from indexer.errors import UsageError
from indexer.exports import (
    FoundPrecedent,
    Section,
    finding_sheet,
    precedent_sections,
    precedent_sheet,
    sections_document,
    sheet_document,
    write_workbook,
)
from indexer.index import Index
from indexer.precedents import (
    ClausePrecedents,
    chosen_precedents,
    draft_of_raw,
    draft_of_text,
    own_notices,
    precedents_of_clauses,
    raw_text,
)
from tests.precedent_corpus import CITY, PROVINCE, precedent_index

DRAFT = """\
鹭洲区人民政府办公室关于推进社区食堂建设的实施意见
各街道办事处:
为解决老年人吃饭难题,根据《江澜省人民政府办公厅关于推进社区食堂建设的实施意见》(江澜政办发[2020]8号),提出如下意见。
一、布点建设。每个街道至少建设一处社区食堂,与便民服务中心统一规划、统一装修、统一管理。(责任单位:区民政局)
三、阳台菜园。鼓励居民把露台改造成种植箱,轮椅可以进出。(责任单位:区民政局)
鹭洲区人民政府办公室
2023年5月8日
"""
SHARED = "每个街道至少建设一处社区食堂,与便民服务中心统一规划、统一装修、统一管理。"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    with precedent_index(tmp_path_factory.mktemp("drafts")) as opened:
        yield opened


def found_for(index: Index, text: str) -> list[tuple[ClausePrecedents, Sequence[FoundPrecedent]]]:
    """The precedents of the text's clauses that share wording, with their notices."""
    heads = {notice.doc_id: notice for notice in index.notices()}
    found = precedents_of_clauses(index, draft_of_text(text).clauses)
    rows: list[tuple[ClausePrecedents, Sequence[FoundPrecedent]]] = []
    for each in found:
        shared = [one for one in each.precedents if one.share > 0]
        clauses = [index.clause(one.clause_id) for one in shared]
        others = [tuple(heads[index.clause(other).doc_id] for other in one.also_in) for one in shared]
        rows.append(
            (each, [FoundPrecedent(*row) for row in zip(shared, clauses, [heads[c.doc_id] for c in clauses], others, strict=True)])
        )  # fmt: skip
    return rows


def findings(index: Index, text: str) -> list[Finding]:
    return check_draft(read_draft(raw_text(text), index, today=date(2023, 5, 8)))


# --- the draft itself ----------------------------------------------------------------------------


def test_a_draft_that_the_archive_holds_is_recognised_by_its_text_and_by_its_number(index: Index) -> None:
    same_text = own_notices(index, draft_of_text(CITY))
    revised = own_notices(index, draft_of_text(CITY.replace("统一装修、", "")))
    assert {index.notice(doc_id).doc_number for doc_id in same_text} == {"云泽政办发〔2021〕15号"}
    assert revised == same_text


def test_a_draft_with_the_title_of_a_notice_but_another_number_is_not_that_notice(index: Index) -> None:
    assert own_notices(index, draft_of_text(CITY.replace("〔2021〕15号", "〔2024〕3号"))) == frozenset()
    assert own_notices(index, draft_of_text(SHARED)) == frozenset()


def test_a_pasted_text_is_read_as_a_text_file_is() -> None:
    assert draft_of_raw(raw_text(PROVINCE)).clauses == draft_of_text(PROVINCE).clauses


@pytest.mark.parametrize("text", ["", "  \n "])
def test_a_text_that_holds_nothing_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(UsageError, match="give a sentence or a draft"):
        raw_text(text)


# --- clauses that someone chose -------------------------------------------------------------------


def test_chosen_clauses_are_labelled_and_ordered_by_what_they_share(index: Index) -> None:
    clauses = [clause for notice in index.notices() for clause in index.notice(notice.doc_id).clauses]
    unlike = next(clause for clause in clauses if "无人机航线" in clause.text)
    like = next(clause for clause in clauses if "统一装修" in clause.text)
    first, second = chosen_precedents(SHARED, [unlike, like], places=index.places())
    assert (first.clause_id, first.label, first.share, first.rank) == (like.clause_id, "verbatim", 1.0, 1)
    assert (second.clause_id, second.label, second.share, second.rank) == (unlike.clause_id, "similar", 0.0, 2)
    assert chosen_precedents(SHARED, []) == ()


# --- files ---------------------------------------------------------------------------------------


def test_the_workbook_has_a_row_for_each_precedent_and_one_for_a_clause_without(index: Index) -> None:
    found = found_for(index, DRAFT)
    page = openpyxl.load_workbook(BytesIO(write_workbook([precedent_sheet("草稿", found)])))["先例"]
    header = [cell.value for cell in page[3]]
    rows = [dict(zip(header, (cell.value for cell in row), strict=True)) for row in page.iter_rows(min_row=4)]
    copied = [row for row in rows if row["草稿条文"] == "一、布点建设" and row["关系"] == "照搬"]
    assert [(row["相同文字（%）"], row["文号"]) for row in copied] == [(100, "江澜政办发〔2020〕8号")]
    assert "云泽政办发〔2021〕15号" in copied[0]["同文另见"]
    assert [row["关系"] for row in rows if row["草稿条文"] == "三、阳台菜园"] == ["没有先例"]


def test_a_cell_that_looks_like_a_formula_stays_a_text(index: Index) -> None:
    found = [
        (each, precedents) for each, precedents in found_for(index, '=HYPERLINK("x") 每个街道至少建设一处社区食堂')
    ]
    page = openpyxl.load_workbook(BytesIO(write_workbook([precedent_sheet("草稿", found)])))["先例"]
    cells = [cell for cell in page[4] if str(cell.value).startswith("=HYPERLINK")]
    assert cells
    assert {cell.data_type for cell in cells} == {"s"}


def test_the_document_quotes_every_precedent_with_a_footnote(index: Index) -> None:
    found = found_for(index, DRAFT)
    content = sections_document("草稿", precedent_sections(found))
    with zipfile.ZipFile(BytesIO(content)) as parts:
        notes = parts.read("word/footnotes.xml").decode()
    texts = [paragraph.text for paragraph in docx.Document(BytesIO(content)).paragraphs]
    assert "《江澜省人民政府办公厅关于推进社区食堂建设的实施意见》（江澜政办发〔2020〕8号），一" in notes
    assert any("没有先例" in text for text in texts)
    assert sum(len(precedents) for _, precedents in found) == notes.count("《")


def test_sections_stand_in_their_order() -> None:
    content = sections_document("草稿", [Section("1. 甲", "甲的原文", ()), Section("2. 乙", "乙的原文", ())])
    texts = [paragraph.text for paragraph in docx.Document(BytesIO(content)).paragraphs]
    assert texts == ["草稿", "1. 甲", "甲的原文", "2. 乙", "乙的原文"]


def test_findings_become_a_table_with_what_to_do(index: Index, tmp_path: Path) -> None:
    found = findings(index, DRAFT)
    assert {"number_brackets", "numbering_skipped"} <= {each.rule for each in found}
    path = tmp_path / "check.docx"
    path.write_bytes(sheet_document(finding_sheet("草稿", found)))
    (table,) = docx.Document(str(path)).tables
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    assert rows[0] == ["序号", "程度", "行", "原文", "问题", "建议"]
    assert len(rows) == len(found) + 1
    assert rows[1][3] == found[0].quotation
    assert finding_sheet("草稿", []).note == "没有发现问题"

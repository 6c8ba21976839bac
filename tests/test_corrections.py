"""Corrections by hand: kept through builds, checked before they are written down, never lost, never silently dropped."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from indexer.__main__ import main
from indexer.corrections import CORRECTIONS, apply, correct, list_corrections, read_corrections, take_back
from indexer.corrections.store import append
from indexer.errors import UsageError
from indexer.index import Index
from indexer.notices import parse
from indexer.records import ClauseUnit, CorrectedField, FieldValue, Filters, HandCorrection, Notice, Place, Query
from indexer.search import ask, plan
from tests.notice_writing import raw_notice
from tests.search_corpus import LANCHUAN, YANHU, YUNZE, write_corpus
from tests.search_fixture import build_small, open_small

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def index(small_archive: Path) -> Iterator[Index]:
    with open_small(small_archive) as found:
        yield found


def notice_of(index: Index, year: int) -> Notice:
    """The whole notice of that year."""
    return next(index.notice(head.doc_id) for head in index.notices() if head.year == year)


def fix(index: Index, year: int, field: CorrectedField, after: FieldValue, **more: str) -> HandCorrection:
    """A correction of the notice of that year."""
    return correct(index, notice_of(index, year).doc_id, field=field, after=after, by=more.pop("by", "李敏"), **more)


# --- through a build ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "after"),
    [
        ("title", "澜川市工业设计产业发展意见"),
        ("kind", "通知"),
        ("issuers", ("澜川市人民政府", "澜川市经济和信息化委员会")),
        ("doc_number", "澜政发〔2016〕23号"),
        ("index_number", "000014349/2016-00022"),
        ("addressees", ("各区人民政府",)),
        ("issued_on", "2016-09-30"),
        ("published_on", "2016-10-08"),
        ("place", Place("江澜省", "澜川市", None)),
        ("level", "district"),
        ("disclosure", "主动公开"),
    ],
)
def test_a_corrected_field_is_in_the_index_after_the_next_build(
    small_archive: Path, index: Index, field: CorrectedField, after: FieldValue
) -> None:
    before = notice_of(index, 2016)
    made = fix(index, 2016, field, after, note="对照原件")
    assert made.before == getattr(before, field)
    report = build_small(small_archive)
    assert (report.parsed, report.unchanged) == (1, False)
    assert report.encoded <= len(before.clauses)
    assert [each.state for each in report.corrections] == ["applied"]
    with open_small(small_archive) as again:
        notice = again.notice(before.doc_id)
        assert getattr(notice, field) == after
        assert replace(notice, **{field: getattr(before, field)}) == before
        assert again.corrections_of(before.doc_id) == [made]
        assert [again.corrections_of(head.doc_id) for head in again.notices() if head.doc_id != before.doc_id] == [
            [],
            [],
        ]
    assert build_small(small_archive).unchanged


def test_a_title_is_encoded_again_and_nothing_else(small_archive: Path, index: Index) -> None:
    notice = notice_of(index, 2016)
    fix(index, 2016, "title", "澜川市工业设计产业发展意见")
    report = build_small(small_archive)
    assert (report.parsed, report.encoded) == (1, len(notice.clauses))
    assert report.reused == report.n_clauses - len(notice.clauses)


def test_a_corrected_place_reaches_filters_words_and_the_planner(small_archive: Path, index: Index) -> None:
    doc_id = notice_of(index, 2016).doc_id
    assert plan(index, Query("望津市工业设计人才补助")).filters.places == ()
    fix(index, 2016, "place", Place("江澜省", "望津市", None))
    fix(index, 2016, "level", "county")
    build_small(small_archive)
    with open_small(small_archive) as again:
        assert "江澜省望津市" in again.places()
        for filters in (Filters(places=("望津",)), Filters(levels=("county",))):
            rows = again.allowed(filters)
            assert rows is not None
            assert {hit[0].split(":")[0] for hit in again.lexical("工业设计", 9, allowed=rows)} == {doc_id}
        answer = ask(again, Query("望津市工业设计人才补助多少钱？"))
        assert any("望津" in place for place in answer.plan.filters.places)
        assert answer.hits[0].clause_id.startswith(doc_id)


def test_a_corrected_day_moves_the_deadlines_that_name_no_year(small_archive: Path, index: Index) -> None:
    clause = next(c for c in notice_of(index, 2021).clauses if c.deadline and c.deadline.year_assumed)
    assert clause.deadline
    assert clause.deadline.ends_on == "2021-12-31"
    fix(index, 2021, "issued_on", "2020-12-30")
    build_small(small_archive)
    with open_small(small_archive) as again:
        moved = again.clause(clause.clause_id).deadline
        assert moved
        assert (moved.ends_on, moved.year_assumed) == ("2020-12-31", True)
        assert again.years() == [2016, 2020, 2023]


def test_a_corrected_number_links_notices(tmp_path: Path) -> None:
    (tmp_path / "notices").mkdir()
    (tmp_path / "notices" / "old.txt").write_text(LANCHUAN.replace("〔2016〕22号", "〔2016〕2号"), encoding="utf-8")
    (tmp_path / "notices" / "new.txt").write_text(
        "澜川市人民政府关于废止部分文件的通知\n澜政发〔2020〕5号\n各区、县人民政府:\n一、经研究,澜政发〔2016〕22号文件自发文之日起废止。\n"
        "二、各部门要做好衔接工作。(责任单位:市司法局)\n澜川市人民政府\n2020年3月1日\n",
        encoding="utf-8",
    )
    assert build_small(tmp_path).links == 0
    with open_small(tmp_path) as index:
        old = notice_of(index, 2016).doc_id
        fix(index, 2016, "doc_number", "澜政发〔2016〕22号")
    assert build_small(tmp_path).links == 1
    with open_small(tmp_path) as index:
        assert [link.relation for link in index.links_of(old)] == ["repealed_by"]


def test_units_are_corrected_as_quotations_of_the_notice(small_archive: Path, index: Index) -> None:
    notice = notice_of(index, 2023)
    clause = next(c for c in notice.clauses if "夜市街区" in "".join(c.headings) + c.text)
    after = (ClauseUnit("区商务局", "", "responsible"), ClauseUnit("区民政局", "", "support"))
    made = fix(index, 2023, "units", after, clause_id=clause.clause_id)
    assert [unit.surface for unit in made.before] == ["区商务局", "区综合执法局", "临湖街道"]  # type: ignore[union-attr]
    assert [unit.name for unit in made.after] == ["区商务局", "区民政局"]  # type: ignore[union-attr]
    report = build_small(small_archive)
    assert (report.parsed, report.encoded) == (1, 0)
    with open_small(small_archive) as again:
        units = again.clause(clause.clause_id).units
        assert [(unit.surface, unit.role, unit.rule) for unit in units] == [
            ("区商务局", "responsible", "by_hand"),
            ("区民政局", "support", "by_hand"),
        ]
        body = again.notice(notice.doc_id).body
        assert [body[unit.start : unit.end] for unit in units] == ["区商务局", "区民政局"]
        assert again.clauses_of_units(["区综合执法局"]) == []
        assert clause.clause_id in [c.clause_id for c in again.clauses_of_units(["区民政局"])]


def test_a_clause_may_have_no_unit_after_all(small_archive: Path, index: Index) -> None:
    clause = next(c for c in notice_of(index, 2021).clauses if c.units)
    fix(index, 2021, "units", (), clause_id=clause.clause_id)
    build_small(small_archive)
    with open_small(small_archive) as again:
        assert again.clause(clause.clause_id).units == ()


def test_a_unit_is_located_in_the_clause_before_anywhere_else() -> None:
    text = "云泽市人民政府关于养老的通知\n一、市民政局做好服务。请市财政局安排经费。\n二、市财政局做好审核。\n(责任单位:市审计局)\n云泽市人民政府\n2023年1月1日\n"
    notice = parse(raw_notice(text))
    clause = notice.clauses[0]
    made, unapplied = apply(notice, [units_of(notice, clause.clause_id, "市财政局")])
    assert unapplied == ()
    (unit,) = made.clauses[0].units
    assert clause.start <= unit.start < unit.end <= clause.end
    made, _ = apply(notice, [units_of(notice, notice.clauses[1].clause_id, "市民政局")])
    (unit,) = made.clauses[1].units
    assert notice.body[unit.start : unit.end] == "市民政局"


def units_of(notice: Notice, clause_id: str, *surfaces: str) -> HandCorrection:
    """A correction to these units."""
    after = tuple(ClauseUnit(surface, surface, "lead") for surface in surfaces)
    return HandCorrection("0" * 12, "2026-01-01T00:00:00+00:00", "李敏", notice.doc_id, clause_id, "units", (), after)


def test_a_surface_is_found_across_blanks() -> None:
    notice = parse(
        raw_notice("云泽市人民政府关于养老的通知\n一、由市 民政 局牵头做好服务。\n云泽市人民政府\n2023年1月1日\n")
    )
    made, unapplied = apply(notice, [units_of(notice, notice.clauses[0].clause_id, "市民政局")])
    assert unapplied == ()
    (unit,) = made.clauses[0].units
    assert "".join(made.body[unit.start : unit.end].split()) == unit.surface == "市民政局"


def test_what_does_not_fit_the_notice_is_given_back_with_a_reason() -> None:
    notice = parse(raw_notice(YUNZE))
    gone = units_of(notice, f"{notice.doc_id}:9.9", "市民政局")
    unnamed = units_of(notice, notice.clauses[0].clause_id, "市海洋局")
    made, unapplied = apply(notice, [gone, unnamed])
    assert made == notice
    assert [each.correction for each in unapplied] == [gone, unnamed]
    assert "no such clause" in unapplied[0].reason
    assert "市海洋局" in unapplied[1].reason


def test_a_file_written_anew_with_the_same_text_keeps_its_corrections(small_archive: Path, index: Index) -> None:
    made = fix(index, 2016, "doc_number", "澜政发〔2016〕23号")
    build_small(small_archive)
    file = small_archive / "notices" / "澜川2016.txt"
    file.write_text(LANCHUAN.replace("\n", "\r\n\r\n"), encoding="gb18030")
    report = build_small(small_archive)
    assert report.parsed == 1
    with open_small(small_archive) as again:
        assert notice_of(again, 2016).doc_number == "澜政发〔2016〕23号"
        assert again.corrections_of(made.doc_id) == [made]
        assert not [warning for warning in notice_of(again, 2016).warnings if "人工更正" in warning]


def test_a_parser_that_reads_something_else_leaves_the_correction_with_a_warning(
    small_archive: Path, index: Index
) -> None:
    made = fix(index, 2016, "doc_number", "澜政发〔2016〕23号")
    # The same letters, but what was read as the number before is read as another now.
    path = small_archive / "index" / CORRECTIONS
    path.write_text(path.read_text(encoding="utf-8").replace("2016〕22号", "2016〕21号"), encoding="utf-8")
    build_small(small_archive)
    with open_small(small_archive) as again:
        notice = notice_of(again, 2016)
        assert notice.doc_number == "澜政发〔2016〕23号"
        assert any(made.correction_id in warning for warning in notice.warnings)


def test_a_notice_that_is_gone_leaves_its_corrections_on_file(small_archive: Path, index: Index) -> None:
    fix(index, 2016, "doc_number", "澜政发〔2016〕23号")
    build_small(small_archive)
    (small_archive / "notices" / "澜川2016.txt").unlink()
    report = build_small(small_archive)
    (listed,) = report.corrections
    assert (listed.state, listed.waits_for_build) == ("not_applying", False)
    write_corpus(small_archive / "notices")
    build_small(small_archive)
    with open_small(small_archive) as again:
        assert notice_of(again, 2016).doc_number == "澜政发〔2016〕23号"


def test_a_duplicate_page_does_not_part_from_a_corrected_one(tmp_path: Path) -> None:
    write_corpus(tmp_path / "notices")
    (tmp_path / "notices" / "转载.txt").write_text(
        "来源:云泽在线\n" + LANCHUAN + "扫一扫在手机打开当前页\n", encoding="utf-8"
    )
    assert build_small(tmp_path).n_notices == 3
    with open_small(tmp_path) as index:
        fix(index, 2016, "doc_number", "澜政发〔2016〕23号")
    report = build_small(tmp_path)
    assert (report.n_notices, report.parsed, len(report.duplicates)) == (3, 1, 1)
    with open_small(tmp_path) as index:
        assert notice_of(index, 2016).doc_number == "澜政发〔2016〕23号"
        assert index.duplicates() == list(report.duplicates)


def test_a_clause_that_is_gone_leaves_its_correction_on_file(small_archive: Path, index: Index) -> None:
    notice = notice_of(index, 2016)
    gone = units_of(notice, f"{notice.doc_id}:9.9", "市经信委")
    append(small_archive / "index", lambda _: gone)
    fix(index, 2016, "kind", "通知")
    report = build_small(small_archive)
    assert [each.state for each in report.corrections] == ["not_applying", "applied"]
    assert "no such clause" in (report.corrections[0].reason or "")
    with open_small(small_archive) as again:
        assert [each.field for each in again.corrections_of(notice.doc_id)] == ["kind"]
        assert again.notice(notice.doc_id).clauses == notice.clauses
    assert build_small(small_archive).unchanged
    assert [each.state for each in list_corrections(small_archive / "index", doc_id=notice.doc_id)] == [
        "not_applying",
        "applied",
    ]
    assert list_corrections(small_archive / "index", doc_id="0" * 12) == []


def test_a_notice_that_is_read_from_another_page_by_now_says_where_to_correct_it(tmp_path: Path) -> None:
    write_corpus(tmp_path / "notices")
    (tmp_path / "notices" / "澜川2016.txt").write_text(
        LANCHUAN + "扫一扫在手机打开当前页\n本网转载此文仅供参考\n", encoding="utf-8"
    )
    build_small(tmp_path)
    with open_small(tmp_path) as index:
        fix(index, 2016, "kind", "通知")
    (tmp_path / "notices" / "原件.txt").write_text(LANCHUAN, encoding="utf-8")
    (listed,) = build_small(tmp_path).corrections
    with open_small(tmp_path) as index:
        instead = notice_of(index, 2016).doc_id
    assert instead != listed.correction.doc_id
    assert (listed.state, listed.reason) == (
        "not_applying",
        f"{listed.correction.doc_id}: the archive reads this notice from another page by now, as {instead}; correct it there",
    )


# --- taking back, replacing --------------------------------------------------------------------


def test_one_taken_back_leaves_what_the_parser_read(small_archive: Path, index: Index) -> None:
    before = notice_of(index, 2016)
    made = fix(index, 2016, "kind", "通知")
    build_small(small_archive)
    take_back(small_archive / "index", made.correction_id, by="王芳", note="原件是意见")
    (listed,) = list_corrections(small_archive / "index")
    assert (listed.state, listed.waits_for_build) == ("taken_back", True)
    assert build_small(small_archive).parsed == 1
    with open_small(small_archive) as again:
        assert again.notice(before.doc_id) == before
        assert again.corrections_of(before.doc_id) == []
    (listed,) = list_corrections(small_archive / "index")
    assert listed.taken_back is not None
    assert (listed.taken_back.made_by, listed.waits_for_build) == ("王芳", False)
    with pytest.raises(UsageError, match="taken back before, by 王芳"):
        take_back(small_archive / "index", made.correction_id, by="王芳")


def test_a_later_correction_takes_the_place_of_an_earlier_one(small_archive: Path, index: Index) -> None:
    first = fix(index, 2016, "kind", "通知")
    build_small(small_archive)
    with open_small(small_archive) as again:
        second = fix(again, 2016, "kind", "办法")
        assert second.before == first.before == "意见"
    build_small(small_archive)
    assert [each.state for each in list_corrections(small_archive / "index")] == ["replaced", "applied"]
    take_back(small_archive / "index", second.correction_id, by="李敏")
    build_small(small_archive)
    with open_small(small_archive) as again:
        assert notice_of(again, 2016).kind == "通知"
        with pytest.raises(UsageError, match=f"take the correction {first.correction_id} back"):
            fix(again, 2016, "kind", "意见")


# --- what is refused ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "after", "message"),
    [
        ("issued_on", "2016-02-30", "no day"),
        ("issued_on", "20160203", "no day"),
        ("published_on", "2016年2月3日", "no day"),
        ("level", "市级", "none of nation"),
        ("disclosure", "公开", "none of 主动公开"),
        ("title", "  ", "must not be empty"),
        ("title", "第一行\n第二行", "one line"),
        ("title", "长" * 501, "501 characters"),
        ("kind", "意见", "says that already"),
        ("issuers", "澜川市人民政府", "list of names"),
        ("issuers", ("甲局", "甲局"), "twice"),
        ("issuers", ("甲局", ""), "empty name"),
        ("place", "澜川市", "must be a place"),
        ("kind", 3, "must be a text"),
        ("body", "x", "no such field"),
        ("units", (), "name the clause"),
    ],
)
def test_a_value_that_a_field_cannot_have_is_refused_in_one_line(
    small_archive: Path, index: Index, field: CorrectedField, after: FieldValue, message: str
) -> None:
    with pytest.raises(UsageError, match=message) as refused:
        fix(index, 2016, field, after)
    assert "\n" not in str(refused.value)
    assert (
        not (small_archive / "index" / CORRECTIONS).exists() or not (small_archive / "index" / CORRECTIONS).read_bytes()
    )


@pytest.mark.parametrize(
    ("units", "message"),
    [
        ((ClauseUnit("市海洋局", "", "lead"),), "市海洋局 does not stand in the notice"),
        ((ClauseUnit("市经信委", "", "boss"),), "none of lead"),  # type: ignore[arg-type]
        ((ClauseUnit("  ", "", "lead"),), "without a name"),
        ((ClauseUnit("市经信委"), ClauseUnit("市经信委")), "twice in one role"),
        (("市经信委",), "surface, name and role"),
    ],
)
def test_units_that_the_notice_does_not_name_are_refused(
    index: Index, units: tuple[ClauseUnit, ...], message: str
) -> None:
    clause = notice_of(index, 2016).clauses[0]
    with pytest.raises(UsageError, match=message):
        fix(index, 2016, "units", units, clause_id=clause.clause_id)


def test_unknown_notices_clauses_authors_and_ids_are_refused(small_archive: Path, index: Index) -> None:
    with pytest.raises(UsageError, match="no such notice"):
        correct(index, "0" * 12, field="kind", after="通知", by="李敏")
    with pytest.raises(UsageError, match="no such clause"):
        fix(index, 2016, "units", (), clause_id="0:1")
    with pytest.raises(UsageError, match="not of a clause"):
        fix(index, 2016, "kind", "通知", clause_id=notice_of(index, 2016).clauses[0].clause_id)
    with pytest.raises(UsageError, match="author: must not be empty"):
        fix(index, 2016, "kind", "通知", by=" ")
    with pytest.raises(UsageError, match="no such correction"):
        take_back(small_archive / "index", "ffffffffffff", by="李敏")
    fix(index, 2016, "kind", "通知")
    with pytest.raises(UsageError, match="corrected to that already, by 李敏"):
        fix(index, 2016, "kind", "通知")


# --- the file ----------------------------------------------------------------------------------


def test_a_torn_last_line_is_named_and_costs_no_other(small_archive: Path, index: Index) -> None:
    first = fix(index, 2016, "kind", "通知")
    path = small_archive / "index" / CORRECTIONS
    whole = path.read_bytes()
    path.write_bytes(whole + whole[: len(whole) // 2])
    assert len(read_corrections(small_archive / "index").damaged) == 1
    second = fix(index, 2023, "kind", "意见")
    on_file = read_corrections(small_archive / "index")
    assert on_file.corrections == (first, second)
    assert [line.split(": ")[0] for line in on_file.damaged] == [f"{path}:2"]
    report = build_small(small_archive)
    assert report.corrections_damaged == on_file.damaged
    assert [each.state for each in report.corrections] == ["applied", "applied"]


@pytest.mark.parametrize("line", ["{}", "3", "null", '{"field": "title"}', '{"taken_back": 3}', "\xff", "[" * 100_000])
def test_a_line_that_says_something_else_is_kept_out(tmp_path: Path, line: str) -> None:
    (tmp_path / CORRECTIONS).write_text(line + "\n", encoding="latin-1")
    on_file = read_corrections(tmp_path)
    assert (on_file.corrections, dict(on_file.taken_back), len(on_file.damaged)) == ((), {}, 1)


def _many(small_archive: str, name: str, n: int) -> None:
    notice = parse(raw_notice(YANHU))
    for number in range(n):
        made = units_of(notice, notice.clauses[0].clause_id, "区商务局" * 40)
        append(Path(small_archive), lambda _, made=made, number=number: replace(made, correction_id=f"{name}{number}"))  # type: ignore[misc]


def test_two_writers_lose_nothing_of_each_other(tmp_path: Path) -> None:
    start = multiprocessing.get_context("spawn")
    writers = [start.Process(target=_many, args=(str(tmp_path), name, 60)) for name in "ab"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
        assert writer.exitcode == 0
    on_file = read_corrections(tmp_path)
    assert on_file.damaged == ()
    ids = [each.correction_id for each in on_file.corrections]
    assert sorted(ids) == sorted(f"{name}{number}" for name in "ab" for number in range(60))


def test_a_writer_that_is_killed_loses_nothing_that_was_written_down(tmp_path: Path) -> None:
    program = (
        "import sys\nfrom tests.test_corrections import _many\n"
        "print('begun', flush=True)\n_many(sys.argv[1], 'k', 1_000_000)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    path = tmp_path / CORRECTIONS
    while not path.exists() or path.stat().st_size < 20_000:
        time.sleep(0.01)
    before = len(read_corrections(tmp_path).corrections)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    on_file = read_corrections(tmp_path)
    assert len(on_file.corrections) >= before > 0
    assert len(on_file.damaged) <= 1
    ids = [each.correction_id for each in on_file.corrections]
    assert ids == [f"k{number}" for number in range(len(ids))]
    _many(str(tmp_path), "z", 1)
    assert read_corrections(tmp_path).corrections[-1].correction_id == "z0"


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / CORRECTIONS).mkdir()
    with pytest.raises(UsageError, match="cannot be written"):
        _many(str(tmp_path), "a", 1)
    with pytest.raises(UsageError, match="cannot be read"):
        read_corrections(tmp_path)


# --- the command -------------------------------------------------------------------------------


def test_the_command_lists_who_when_what_and_what_became_of_it(
    small_archive: Path, index: Index, capsys: pytest.CaptureFixture[str]
) -> None:
    place = fix(index, 2016, "place", Place("江澜省", "望津市", None), note="属地写错")
    build_small(small_archive)
    fix(index, 2023, "kind", "意见", by="王芳")
    take_back(small_archive / "index", place.correction_id, by="王芳")
    with (small_archive / "index" / CORRECTIONS).open("a") as file:
        file.write('{"torn')
    capsys.readouterr()
    assert main(["corrections", "--index", str(small_archive / "index"), "--json"]) == 0
    written = capsys.readouterr()
    first, second = (json.loads(line) for line in written.out.splitlines())
    assert (first["made_by"], first["field"], first["after"]["city"], first["note"]) == (
        "李敏",
        "place",
        "望津市",
        "属地写错",
    )
    assert (first["state"], first["waits_for_build"], first["taken_back"]["made_by"]) == ("taken_back", True, "王芳")
    assert (second["before"], second["after"], second["state"]) == ("通知", "意见", "waiting")
    assert written.err.count("no whole correction") == 1


def test_the_command_says_where_there_is_no_index(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["corrections", "--index", str(tmp_path / "none")]) == 2
    assert "no such folder" in capsys.readouterr().err
    assert main(["corrections", "--index", str(tmp_path)]) == 0

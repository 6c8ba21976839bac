"""Tasks as a ledger: what passes, what has run past its day, whose tasks they are, and the sheet that says so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from indexer.build import build
from indexer.duties import (
    ArchiveLoad,
    LedgerFilter,
    by_month,
    due_of,
    duties_of_unit,
    endings,
    find_unit,
    listed,
    load_of_archive,
    load_of_tasks,
    narrowed_duties,
    seats_of,
    tasks_within,
    unit_choices,
)
from indexer.duties.names import years_of_name
from indexer.errors import UnitUnsettled
from indexer.exports import archive_sheets, csv_text, file_name, ledger_sheet, write_workbook
from indexer.index import Index, open_index
from indexer.records import Filters
from tests.duties_fixture import duties_index
from tests.hash_encoder import HashEncoder

TODAY = date(2023, 1, 31)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    with duties_index(tmp_path_factory.mktemp("ledger")) as opened:
        yield opened


@pytest.fixture(scope="module")
def load(index: Index) -> ArchiveLoad:
    return load_of_archive(index)


@pytest.fixture(scope="module")
def samples(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("samples")
    build([root / "corpus" / "samples"], folder, encoder=HashEncoder())
    with open_index(folder, HashEncoder()) as opened:
        yield opened


def names(load: ArchiveLoad, wanted: LedgerFilter, *, today: date = TODAY) -> set[str]:
    return {each.task.name for each in listed(load.tasks, wanted, today=today, ended={})}


# --- time limits -----------------------------------------------------------------------------------


def test_a_task_is_overdue_the_day_after_its_last_day(load: ArchiveLoad) -> None:
    task = next(each.task for each in load.tasks if each.task.name == "建设智慧景区")
    assert task.deadline is not None
    assert task.deadline.ends_on == "2023-06-30"
    assert due_of(task, date(2023, 6, 30)) == "ahead"
    assert due_of(task, date(2023, 7, 1)) == "overdue"


def test_a_limit_without_a_last_day_is_never_overdue(samples: Index) -> None:
    tasks = [each.task for each in load_of_archive(samples).tasks]
    open_ended = [task for task in tasks if task.deadline and not task.deadline.ends_on]
    assert open_ended
    assert {due_of(task, date(2999, 1, 1)) for task in open_ended} == {"open"}
    assert {due_of(task, date(2999, 1, 1)) for task in tasks if task.deadline is None} == {"undated"}


def test_months_count_past_and_coming_days_apart(load: ArchiveLoad) -> None:
    months = by_month(load.tasks, today=TODAY)
    assert [month.month for month in months] == sorted({month.month for month in months})
    assert sum(month.overdue + month.ahead for month in months) == len(load.deadlines())
    assert {month.month: (month.overdue, month.ahead) for month in months}["2023-06"] == (0, 1)
    assert {month.month: (month.overdue, month.ahead) for month in months}["2022-12"][1] == 0


# --- what passes -------------------------------------------------------------------------------------


def test_without_a_filter_everything_is_listed_in_its_order(load: ArchiveLoad) -> None:
    assert listed(load.tasks, LedgerFilter(), today=TODAY, ended={}) == list(load.tasks)


def test_words_are_looked_for_in_names_measures_units_and_titles(load: ArchiveLoad) -> None:
    assert "建设智慧景区" in names(load, LedgerFilter(words=("视频监控",)))
    assert "建设智慧景区" in names(load, LedgerFilter(words=("市公安局", "智慧")))
    assert "数字博物馆" in names(load, LedgerFilter(words=("王小川",)))
    assert names(load, LedgerFilter(words=("视频监控", "短片"))) == set()


def test_the_time_limit_the_field_and_a_missing_unit_restrict(load: ArchiveLoad) -> None:
    assert "推广电子门票" in names(load, LedgerFilter(dues=("overdue",)))
    assert "建设智慧景区" not in names(load, LedgerFilter(dues=("overdue",)))
    assert names(load, LedgerFilter(unassigned=True)) == {each.task.name for each in load.without_unit} != set()
    of_field = names(load, LedgerFilter(fields=("商贸、海关、旅游",)))
    assert of_field == {each.task.name for each in load.tasks if each.field == "商贸、海关、旅游"} != set()


def test_a_role_is_the_units_own_in_its_ledger_and_anybodys_in_the_archives(index: Index, load: ArchiveLoad) -> None:
    found = duties_of_unit(index, find_unit(index, "市公安局"))
    supported = LedgerFilter(roles=("support",))
    lead = LedgerFilter(roles=("lead",))
    assert "建设智慧景区" in {duty.task.name for duty in listed(found.duties, supported, today=TODAY, ended={})}
    assert "建设智慧景区" not in {duty.task.name for duty in listed(found.duties, lead, today=TODAY, ended={})}
    assert "建设智慧景区" in names(load, lead)


def test_tasks_of_repealed_notices_are_known_and_can_be_left_out(samples: Index) -> None:
    load, ended = load_of_archive(samples), endings(samples)
    assert ended
    assert {link.relation for link in ended.values()} <= {"repealed_by", "replaced_by"}
    kept = listed(load.tasks, LedgerFilter(in_force=True), today=TODAY, ended=ended)
    gone = [each for each in load.tasks if each.notice.doc_id in ended]
    assert gone
    assert len(kept) + len(gone) == len(load.tasks)


def test_corrected_notices_stay_in_force(samples: Index) -> None:
    corrected = {
        head.doc_id
        for head in samples.notices()
        if any(link.relation == "corrected_by" for link in samples.links_of(head.doc_id))
    }
    assert corrected
    assert corrected.isdisjoint(endings(samples))


# --- parts of a load and of a unit's duties ----------------------------------------------------------


def test_a_load_made_of_all_tasks_says_what_the_archives_says(load: ArchiveLoad) -> None:
    again = load_of_tasks(load.tasks)
    assert again.units == load.units
    assert again.tasks == load.tasks
    assert [(n.notice.doc_id, n.n_tasks, n.n_dated) for n in again.notices] == [
        (n.notice.doc_id, n.n_tasks, n.n_dated) for n in load.notices if n.n_tasks
    ]


def test_a_part_of_the_tasks_is_a_load_of_its_own(load: ArchiveLoad) -> None:
    part = load_of_tasks(listed(load.tasks, LedgerFilter(words=("视频监控",)), today=TODAY, ended={}))
    assert [each.task.name for each in part.tasks] == ["建设智慧景区"]
    assert {(unit.name, unit.n_tasks) for unit in part.units} == {
        ("市文化广电旅游局", 1), ("市公安局", 1), ("市大数据局", 1)
    }  # fmt: skip
    assert load_of_tasks([]).tasks == ()


def test_narrowed_duties_name_only_the_names_that_are_left(index: Index) -> None:
    found = duties_of_unit(index, find_unit(index, "市文化广电旅游局"))
    assert {used.relation for used in found.names} == {"same", "former"}
    part = narrowed_duties(found, [duty for duty in found.duties if duty.relation == "former"])
    assert [used.name for used in part.names] == ["市旅游局"]
    assert part.names[0].n_tasks == len(part.duties) == 3


# --- whose tasks -------------------------------------------------------------------------------------


def test_with_a_seat_only_the_unit_of_that_place_is_found(samples: Index) -> None:
    whole = duties_of_unit(samples, find_unit(samples, "市民政局"))
    parts = {
        choice.seat: duties_of_unit(samples, find_unit(samples, "市民政局", seat=choice.seat))
        for choice in seats_of(["市民政局"], load_of_archive(samples))
    }
    assert len(parts) > 2
    for seat, part in parts.items():
        assert {duty.notice.place.city for duty in part.duties} == {seat}
        assert 0 < len(part.duties) < len(whole.duties)


def test_a_seat_without_such_a_unit_has_no_tasks(samples: Index) -> None:
    assert duties_of_unit(samples, find_unit(samples, "市民政局", seat="枫林县")).duties == ()


def test_a_name_that_may_be_several_offers_them_and_an_unknown_one_the_nearest(samples: Index) -> None:
    with pytest.raises(UnitUnsettled) as several:
        find_unit(samples, "发改委")
    assert several.value.several
    assert "市发展改革委" in several.value.names
    with pytest.raises(UnitUnsettled) as unknown:
        find_unit(samples, "市民政居")
    assert not unknown.value.several
    assert "市民政局" in unknown.value.names


def test_choices_are_names_and_spellings_by_place_most_tasks_first(samples: Index) -> None:
    load = load_of_archive(samples)
    choices = unit_choices(load, samples.member_names())
    assert [choice.n_tasks for choice in choices] == sorted((choice.n_tasks for choice in choices), reverse=True)
    assert len({(choice.name, choice.seat) for choice in choices}) == len(choices)
    assert {unit.name for unit in load.units} | set(samples.member_names()) <= {choice.name for choice in choices}
    spellings = {surface for unit in load.units for surface in unit.surfaces}
    assert spellings <= {choice.name for choice in choices}


@pytest.mark.parametrize(
    ("name", "years"),
    [
        ("市旅游局", (None, 2018)),
        ("市文化广电旅游局", (2018, None)),
        ("市民政局", (None, None)),
        ("各区县政府", (None, None)),
    ],
)
def test_a_name_says_which_reforms_began_and_ended_it(name: str, years: tuple[int | None, int | None]) -> None:
    assert years_of_name(name) == years


# --- the sheet ---------------------------------------------------------------------------------------


def test_a_units_sheet_has_its_role_and_an_archives_has_none(index: Index, load: ArchiveLoad) -> None:
    duties = duties_of_unit(index, find_unit(index, "市大数据局")).duties
    sheet = ledger_sheet(duties, "台账", today=TODAY, ended={})
    heads = [column.name for column in sheet.columns]
    assert [row[heads.index("本单位角色")] for row in sheet.rows] == ["配合", "责任"]
    assert [row[heads.index("期限状态")] for row in sheet.rows] == ["未到期限", "已过期限"]
    archive = ledger_sheet(load.tasks, "台账", today=TODAY, ended={})
    assert "本单位角色" not in [column.name for column in archive.columns]
    assert {len(row) for row in archive.rows} == {len(archive.columns)}
    assert ledger_sheet([], "台账", today=TODAY, ended={}).rows == ()


def test_a_repealed_notices_tasks_are_marked_in_the_sheet(samples: Index) -> None:
    load, ended = load_of_archive(samples), endings(samples)
    sheet = ledger_sheet(load.tasks, "台账", today=TODAY, ended=ended)
    at = [column.name for column in sheet.columns].index("文件效力")
    marked = [bool(row[at]) for row in sheet.rows]
    assert marked == [each.notice.doc_id in ended for each in load.tasks]


def test_the_sheet_is_a_table_that_spreadsheets_open_without_formulas(load: ArchiveLoad) -> None:
    sheet = ledger_sheet(load.tasks, "台账", today=TODAY, ended={})
    assert "'=SUM(1)开展宣传推介" in csv_text(sheet)
    page = openpyxl.load_workbook(BytesIO(write_workbook([sheet])))["任务清单"]
    assert page.max_row == len(load.tasks) + 3
    assert "f" not in {cell.data_type for row in page.iter_rows() for cell in row}


def test_each_notice_of_an_archive_has_its_own_tasks_in_its_sheet(load: ArchiveLoad) -> None:
    _, _, _, _, _, *sheets = archive_sheets(load)
    assert [len(sheet.rows) for sheet in sheets] == [n.n_tasks for n in load.notices if n.n_tasks]


@pytest.mark.parametrize(
    ("subject", "name"),
    [
        ("市民政局", "市民政局任务清单.xlsx"),
        ("../../etc/passwd", "etc_passwd任务清单.xlsx"),
        ('关于"一件事"/<高效>办的通知', "关于_一件事_高效_办的通知任务清单.xlsx"),
        ("云泽\u202egnp.exe", "云泽_gnp.exe任务清单.xlsx"),
        ("", "任务清单.xlsx"),
        ("长" * 300, "长" * 56 + "任务清单.xlsx"),
    ],
)
def test_names_of_files_are_taken_by_every_system(subject: str, name: str) -> None:
    assert file_name(subject, "任务清单", "xlsx") == name


def test_a_loads_tasks_within_filters_are_those_of_the_archive_under_them(samples: Index) -> None:
    load = load_of_archive(samples)
    for filters in (
        Filters(places=("云泽市",)),
        Filters(years=(2020, 2023), levels=("city",)),
        Filters(units=("市财政局",)),
        Filters(places=("火星市",)),
    ):
        assert tasks_within(load, filters) == list(load_of_archive(samples, filters=filters).tasks)
    assert tasks_within(load, Filters()) == list(load.tasks)

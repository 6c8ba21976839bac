"""`python -m indexer duties` as other programs see it."""

from __future__ import annotations

import csv
import json
from io import StringIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.duties_fixture import duties_index
from tests.test_cli import Done, run


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("duties-command")
    duties_index(folder).close()
    return folder / "index"


def duties(index: Path, *arguments: str | Path) -> Done:
    return run("duties", *arguments, "--index", index)


def test_a_units_tasks_come_with_name_role_clause_and_citation(index: Path) -> None:
    done = duties(index, "--unit", "市文化广电旅游局", "--role", "牵头", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["unit"], found["n_tasks"]) == ("市文化广电旅游局", 2)
    assert found["names"] == [
        {"name": "市文化广电旅游局", "relation": "same", "n_tasks": 2, "first_year": 2022, "last_year": 2022}
    ]
    task = found["tasks"][0]
    assert (task["task"], task["role"], task["deadline_value"]["ends_on"]) == ("建设智慧景区", "lead", "2023-06-30")
    assert task["citation"].endswith("（云泽政办发〔2022〕12号），二、（一）")


@pytest.mark.parametrize(
    ("option", "value", "n"), [("--year", "2014", 3), ("--place", "澜川", 0), ("--level", "市级", 7)]
)
def test_filters_restrict_the_tasks(index: Path, option: str, value: str, n: int) -> None:
    done = duties(index, "--unit", "市文化广电旅游局", option, value)
    assert json.loads(done.stdout)["n_tasks"] == n


def test_several_notices_give_a_line_each_and_the_archive_one(index: Path) -> None:
    done = duties(index, "--notice", "云泽政办发〔2022〕12号", "--notice", "云泽政发〔2014〕9号")
    assert [json.loads(line)["n_tasks"] for line in done.stdout.splitlines()] == [7, 3]
    load = json.loads(duties(index, "--archive").stdout)
    assert load["n_tasks"] == sum(notice["n_tasks"] for notice in load["notices"])
    assert {"unit", "seat", "years", "fields", "lead"} <= set(load["units"][0])
    assert [month["month"] for month in load["deadlines"]] == sorted(month["month"] for month in load["deadlines"])


@pytest.mark.parametrize("asked", [("--unit", "市财政局"), ("--notice", "云泽政办发〔2022〕12号"), ("--archive",)])
@pytest.mark.parametrize("form", ["xlsx", "docx", "csv", "md", "ics", "bib"])
def test_each_file_is_written_whole_and_said_on_stderr(
    index: Path, tmp_path: Path, asked: tuple[str, ...], form: str
) -> None:
    target = tmp_path / f"out.{form}"
    done = duties(index, *asked, f"--{form}", target)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert f"tasks in {target}" in done.stderr
    assert target.stat().st_size > 100
    assert list(tmp_path.iterdir()) == [target]


def test_a_workbook_has_an_overview_and_a_sheet_a_notice(index: Path, tmp_path: Path) -> None:
    duties(index, "--notice", "云泽政办发〔2022〕12号", "--xlsx", tmp_path / "a.xlsx")
    assert load_workbook(tmp_path / "a.xlsx").sheetnames == ["总览", "1.云泽市数字文旅三年行动方案"]


def test_text_formats_may_go_to_stdout(index: Path) -> None:
    done = duties(index, "--notice", "云泽政办发〔2022〕12号", "--csv")
    rows = list(csv.reader(StringIO(done.stdout.removeprefix("\ufeff"))))
    assert rows[0][:4] == ["序号", "重点任务", "具体举措", "目标与时限"]
    assert duties(index, "--notice", "云泽政办发〔2022〕12号", "--md", "-").stdout.startswith("## ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--unit", "市外星人管理局"), "no unit 市外星人管理局 in the archive; nearest: "),
        (("--unit", "民政局"), "may be any of several units"),
        (("--notice", "没有的通知"), "no notice 没有的通知"),
        (("--notice", "云泽政发〔2014〕9号", "--year", "2014"), "go with --unit or --archive"),
        (("--archive", "--role", "牵头"), "--role goes with --unit"),
        (("--unit", "市财政局", "--role", "组长"), "unknown role 组长"),
        (("--unit", "市财政局", "--xlsx", "/nowhere/at/all.xlsx"), "there is no folder"),
        (("--unit", "市财政局", "--docx", "-"), "needs a file"),
        (("--unit", "市财政局", "--archive"), "not allowed with"),
        (("--unit", " "), "must not be empty"),
        ((), "is required"),
    ],
)  # fmt: skip
def test_a_mistake_gives_one_line_and_status_two(index: Path, arguments: tuple[str, ...], said: str) -> None:
    done = duties(index, *arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_file_that_is_there_stays_when_the_call_fails(index: Path, tmp_path: Path) -> None:
    target = tmp_path / "kept.xlsx"
    target.write_bytes(b"before")
    assert duties(index, "--unit", "市外星人管理局", "--xlsx", target).returncode == 2
    assert target.read_bytes() == b"before"

"""The draft check, rule by rule: what each must find, and what it must not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from indexer.build import build
from indexer.drafts import RULES, Finding, check_draft, cited_documents, read_draft
from indexer.index import Index, open_index
from tests.hash_encoder import HashEncoder
from tests.notice_files import write_docx, write_pdf
from tests.notice_writing import raw_notice
from tests.test_cli import run

TODAY = date(2024, 6, 1)
ARCHIVE = {
    "a": "云泽市人民政府关于促进物流业发展的意见\n云泽政发〔2016〕8号\n各区人民政府:\n一、建设园区。建成园区3个。(责任单位:市商务局)\n云泽市人民政府\n2016年3月1日",
    "b": "云泽市人民政府关于促进养老服务业发展的意见\n云泽政发〔2019〕5号\n各区人民政府:\n一、增加床位。新增床位300张。(责任单位:市民政局)\n云泽市人民政府\n2019年4月2日",
    "c": "云泽市人民政府关于推进物流业高质量发展的意见\n云泽政发〔2022〕3号\n各区人民政府:\n一、做强枢纽。建成枢纽2个。(责任单位:市商务局、市文化广电旅游局)\n"
    "二、《云泽市人民政府关于促进物流业发展的意见》(云泽政发〔2016〕8号)同时废止。\n云泽市人民政府\n2022年2月8日",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("drafts")
    (folder / "notices").mkdir()
    for name, text in ARCHIVE.items():
        (folder / "notices" / f"{name}.txt").write_text(text, encoding="utf-8")
    build([folder / "notices"], folder / "index", encoder=HashEncoder())
    return folder


@pytest.fixture(scope="module")
def index(folder: Path) -> Iterator[Index]:
    with open_index(folder / "index", HashEncoder()) as opened:
        yield opened


def draft_text(
    *items: str,
    preamble: str = "为做好工作,制定本方案。",
    day: str = "2024年5月6日",
    number: str = "云泽政办发〔2024〕9号",
) -> str:
    head = ["云泽市人民政府办公室关于做好有关工作的通知", number, "各县(市、区)人民政府,市政府各部门:", preamble]
    return "\n".join([*filter(None, head), *items, "云泽市人民政府办公室", *filter(None, [day])])


def found(index: Index, *items: str, **parts: str) -> list[Finding]:
    return check_draft(read_draft(raw_notice(draft_text(*items, **parts)), index, today=TODAY))


def rules(index: Index, *items: str, **parts: str) -> list[str]:
    return [each.rule for each in found(index, *items, **parts)]


def test_a_sound_draft_has_no_findings(index: Index) -> None:
    items = (
        "一、甲事。2024年12月底前完成。",
        "责任单位:市财政局",
        "二、乙事。按《云泽市人民政府关于促进养老服务业发展的意见》(云泽政发〔2019〕5号)办理。",
        "责任单位:市民政局",
    )
    assert found(index, *items) == []


def test_a_finding_has_place_line_quotation_and_advice(index: Index) -> None:
    text = draft_text("一、甲事。落实云泽政发[2019]5号文件。")
    draft = read_draft(raw_notice(text), index, today=TODAY)
    each = check_draft(draft)[0]
    assert draft.body[each.start : each.end] == each.quotation == "云泽政发[2019]5号"
    assert draft.body.split("\n")[each.line - 1].startswith("一、甲事")
    assert (each.severity, each.advice) == ("error", "改为“云泽政发〔2019〕5号”（GB/T 9704-2012 7.2.5）")
    assert each.rule in RULES


# --- citations -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cited", "rule"),
    [
        ("《云泽市人民政府关于促进物流业发展的意见》(云泽政发〔2016〕8号)", "cited_ended"),
        ("《云泽市人民政府关于促进养老服务业发展的意见》(云泽政发〔2016〕8号)", "cited_other_title"),
        ("《云泽市人民政府关于促进养老服务业发展的意见》(云泽政发〔2019〕15号)", "cited_other_number"),
        ("《云泽市人民政府关于加强防汛工作的意见》(云泽政发〔2020〕66号)", "cited_not_in_archive"),
    ],
)
def test_a_citation_that_is_ended_wrong_or_missing_is_found(index: Index, cited: str, rule: str) -> None:
    assert rules(index, f"一、甲事。根据{cited}推进。") == [rule]


@pytest.mark.parametrize(
    "cited",
    [
        "《云泽市人民政府关于推进物流业高质量发展的意见》(云泽政发〔2022〕3号)",
        "《关于推进物流业高质量发展的意见》(云泽政发〔2022〕3号)",
        "《中华人民共和国物权法》",
        "《青山市人民政府关于加强绿化的意见》(青政发〔2020〕6号)",
    ],
)
def test_citations_in_force_and_of_others_are_fine(index: Index, cited: str) -> None:
    assert rules(index, f"一、甲事。根据{cited}推进。") == []


def test_what_is_repealed_later_or_by_the_draft_itself_is_in_force(index: Index) -> None:
    cited = "《云泽市人民政府关于促进物流业发展的意见》(云泽政发〔2016〕8号)"
    assert rules(index, f"一、甲事。根据{cited}推进。", day="2018年5月6日", number="云泽政办发〔2018〕9号") == []
    assert rules(index, "一、甲事。做甲事。", f"二、{cited}同时废止。") == []


def test_every_citation_has_a_state(index: Index) -> None:
    text = draft_text("一、甲事。按《中华人民共和国物权法》和云泽政发〔2019〕5号文件办理。")
    draft = read_draft(raw_notice(text), index, today=TODAY)
    assert [(each.doc_number, each.state) for each in cited_documents(draft)] == [
        (None, "not_covered"),
        ("云泽政发〔2019〕5号", "in_force"),
    ]


# --- 文号 ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "rule"),
    [
        ("云泽政发[2019]5号", "number_brackets"),
        ("云泽政发（2019）5号", "number_brackets"),
        ("云泽政发〔19〕5号", "number_year"),
        ("云泽政发〔2019〕第5号", "number_ordinal"),
        ("云泽政发〔2019〕05号", "number_zero"),
    ],
)
def test_a_number_in_another_form_than_the_standards_is_found(index: Index, number: str, rule: str) -> None:
    assert rule in rules(index, f"一、甲事。落实{number}文件。")


@pytest.mark.parametrize(
    "text", ["云泽市人民政府令第12号", "2023年第5号公告", "项目（2023）8号楼", "（2019）第3期", "第〔3〕页"]
)
def test_orders_and_other_figures_in_brackets_are_no_numbers(index: Index, text: str) -> None:
    assert not [rule for rule in rules(index, f"一、甲事。见{text}。") if rule.startswith("number_")]


def test_the_drafts_own_number_has_the_year_of_its_date(index: Index) -> None:
    assert rules(index, "一、甲事。", number="云泽政办发〔2023〕9号") == ["number_other_year"]
    assert rules(index, "一、甲事。", number="云泽政办发〔2023〕99号", day="2024年1月8日") == []
    assert rules(index, "一、甲事。", number="", day="") == []


# --- numbering -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("items", "rule"),
    [
        (["一、甲。做甲。", "三、乙。做乙。"], "numbering_skipped"),
        (["一、总则", "（二）甲。做甲。"], "numbering_skipped"),
        (["一、甲。做甲。", "二、乙。做乙。", "二、丙。做丙。"], "numbering_repeated"),
        (["一、任务", "1.甲。做甲。", "2.乙。做乙。", "2.丙。做丙。"], "numbering_repeated"),
        (["一、任务", "（1）甲。做甲。"], "numbering_level"),
    ],
)
def test_numbers_out_of_order_are_found_once(index: Index, items: list[str], rule: str) -> None:
    assert rules(index, *items) == [rule]


@pytest.mark.parametrize(
    "items",
    [
        ["一、任务", "（一）甲", "1.做甲。", "2.做乙。", "（二）丙", "1.做丙。"],  # begins anew
        ["一、任务", "（一）甲", "1.做甲。", "2.做乙。", "（二）丙", "3.做丙。"],  # runs on
        ["一、任务", "1.做甲。", "2.做乙。", "二、保障", "1.做丙。"],  # two levels
        ["一、任务", "（一）甲", "1.做甲。", "（1）做乙。", "（2）做丙。"],
        ["第一条　为加强管理，制定本办法。", "第二条　有下列情形的：", "（一）甲；", "（二）乙。"],
        ["一、甲。9.5%以上。", "二、乙。增长1.2个百分点。"],
    ],
)
def test_regular_numbering_has_no_findings(index: Index, items: list[str]) -> None:
    assert not [rule for rule in rules(index, *items) if rule.startswith("numbering")]


def test_an_attachment_counts_anew(index: Index) -> None:
    body = draft_text("一、甲。做甲。", "二、乙。做乙。") + "\n附件\n任务安排\n一、丙。做丙。\n二、丁。做丁。"
    assert check_draft(read_draft(raw_notice(body), index, today=TODAY)) == []


# --- units, clauses, figures ---------------------------------------------------------------------


def test_a_unit_under_a_former_name_is_found_once_with_its_present_one(index: Index) -> None:
    items = ("一、甲事。做甲事。", "责任单位:市旅游局、市财政局", "二、乙事。做乙事。", "责任单位:市旅游局")
    each = found(index, *items)
    assert [(one.rule, one.quotation, one.advice) for one in each] == [
        ("former_unit_name", "市旅游局", "改用现名：市文化广电旅游局")
    ]


@pytest.mark.parametrize(
    ("unit", "day"),
    [
        ("市旅游局", "2015年5月6日"),
        ("市旅游局", "2020年5月6日"),
        ("市工信局", "2024年5月6日"),
        ("市规划局", "2024年5月6日"),
        ("原市旅游局", "2024年5月6日"),
    ],
)
def test_names_of_their_day_and_ambiguous_ones_are_fine(index: Index, unit: str, day: str) -> None:
    assert rules(index, "一、甲事。做甲事。", f"责任单位:{unit}", day=day, number="") == []


def test_an_item_without_unit_among_items_with_units_is_found(index: Index) -> None:
    items = [line for n in "一二三" for line in (f"（{n}）事项{n}。做好工作。", "责任单位:市财政局")]
    assert rules(index, "一、任务", *items, "（四）事项四。做好工作。") == ["task_without_unit"]
    assert rules(index, "一、任务", *items, "二、保障", "（一）领导。统筹推进。") == []


def test_a_deadline_before_the_drafts_own_date_is_found(index: Index) -> None:
    assert rules(index, "一、甲事。2023年12月底前完成甲事。") == ["deadline_past"]
    assert rules(index, "一、甲事。3月底前完成甲事。") == ["deadline_past"]
    assert rules(index, "一、甲事。2024年12月底前完成甲事。") == []


def test_without_a_date_today_decides_and_no_year_is_guessed(index: Index) -> None:
    assert rules(index, "一、甲事。2024年5月底前完成甲事。", day="", number="") == ["deadline_past"]
    assert rules(index, "一、甲事。2024年6月底前完成甲事。", day="", number="") == []
    assert rules(index, "一、甲事。3月底前完成甲事。", day="", number="") == []


def test_conditions_and_preambles_are_no_deadlines(index: Index) -> None:
    assert rules(index, "一、范围。2000年底前建成、设施不全的小区。") == []
    assert rules(index, "一、范围。2000年底前建成的小区全部改造。") == []
    assert rules(index, "一、甲事。2023年底前出台促进养老服务的意见。") == ["deadline_past"]
    assert rules(index, "一、甲事。做甲事。", preamble="截至2023年底,全市完成8项。为做好工作,制定本方案。") == []


TABLE = "附件\n任务清单\n序号 | 任务 | 具体措施 | 完成时限 | 责任单位\n1 | 老年食堂 | {said} | 2024年12月底 | 市民政局"


@pytest.mark.parametrize(
    ("text", "attached", "rules_found"),
    [
        ("全市新建社区老年食堂28家。", "全市新建社区老年食堂26家。", ["figure_differs"]),
        ("全市新建社区老年食堂28家。", "全市新建社区老年食堂28家。", []),
        ("三年新建社区老年食堂28家。", "新建社区老年食堂10家。", []),
        ("到2026年全市新建社区老年食堂28家。", "2024年全市新建社区老年食堂10家。", []),
        ("全市新建社区老年食堂28家。", "全市培训社区养老护理员900人。", []),
    ],
)
def test_figures_of_one_task_agree_between_text_and_attachment(
    index: Index, text: str, attached: str, rules_found: list[str]
) -> None:
    body = draft_text(f"一、老年食堂。{text}", "责任单位:市民政局") + "\n" + TABLE.format(said=attached)
    assert [each.rule for each in check_draft(read_draft(raw_notice(body), index, today=TODAY))] == rules_found


# --- the command ---------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["txt", "docx", "pdf"])
def test_the_command_checks_text_word_and_pdf(folder: Path, tmp_path: Path, form: str) -> None:
    lines = draft_text("一、甲事。落实云泽政发[2019]5号文件。", "三、乙事。做好乙事的各项工作。").split("\n")
    path = tmp_path / f"draft.{form}"
    if form == "txt":
        path.write_text("\n".join(lines), encoding="utf-8")
    elif form == "docx":
        write_docx(path, lines)
    else:
        write_pdf(path, lines)
    done = run("check-draft", path, "--index", folder / "index", "--json")
    shown = json.loads(done.stdout)
    assert done.returncode == 1
    assert [each["rule"] for each in shown["findings"]] == ["number_brackets", "numbering_skipped"]
    for each in shown["findings"]:
        assert shown["body"][each["start"] : each["end"]] == each["quotation"]
        assert {"rule", "severity", "line", "message", "advice"} <= set(each)
    assert form == "pdf" or (shown["day"], shown["dated"]) == ("2024-05-06", True)
    assert [each["state"] for each in shown["cites"]] == ["in_force"]


def test_a_draft_without_errors_gives_status_zero_and_today_may_be_given(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "draft.txt"
    path.write_text(draft_text("一、甲事。2024年5月底前完成甲事。", day="", number=""), encoding="utf-8")
    late = run("check-draft", path, "--index", folder / "index", "--today", "2024-06-01")
    assert (late.returncode, [each["rule"] for each in json.loads(late.stdout)["findings"]]) == (0, ["deadline_past"])
    early = run("check-draft", path, "--index", folder / "index", "--today", "2024-05-01")
    assert json.loads(early.stdout)["findings"] == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("missing.docx",), "there is no such file"),
        (("draft.txt", "--today", "2024-13-01"), "bad day 2024-13-01"),
        ((), "required"),
    ],
)
def test_a_mistake_gives_one_line_and_status_two(
    folder: Path, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    (tmp_path / "draft.txt").write_text(draft_text("一、甲事。"), encoding="utf-8")
    given = [str(tmp_path / argument) if argument.endswith(("txt", "docx")) else argument for argument in arguments]
    done = run("check-draft", *given, "--index", folder / "index")
    assert (done.returncode, len(done.stderr.strip().splitlines())) == (2, 1)
    assert said in done.stderr

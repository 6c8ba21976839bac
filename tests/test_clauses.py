"""Clauses and units of whole notices, one case a shape that notices come in."""

from __future__ import annotations

import pytest

from indexer.notices import parse
from indexer.records import Block, Cell, Clause, Notice, RawNotice, Source, Table
from tests.notice_writing import raw_notice

LETTER = (
    "云泽市人民政府办公室关于印发云泽市养老服务方案的通知\n各县（市、区）人民政府：\n"
    "《云泽市养老服务方案》已经市政府同意，现印发给你们，请认真执行。\n云泽市人民政府办公室\n2023年5月6日\n云泽市养老服务方案\n"
)


def read(text: str) -> Notice:
    return parse(raw_notice(text))


def number_of(clause: Clause) -> str:
    return clause.clause_id.split(":")[1]


def units(clause: Clause) -> list[tuple[str, str, bool]]:
    return [(u.surface, u.role, u.inherited) for u in clause.units]


def test_a_whole_notice_on_one_physical_line_is_cut_at_its_numbers() -> None:
    one_line = (
        "各县(市、区)人民政府: 《要点》已经市政府同意,现印发给你们。 云泽市人民政府办公室 2013年4月10日 2013年度工作要点 "
        "2013年是关键之年。 一、主要目标 服务业增长9.5%以上,占比提高1.2个百分点。 二、主要任务 (一)发展物流。 "
        "1.现代物流。加快园区建设。 责任单位:市商务局、市交通运输局 2.冷链物流。新建冷库5座。 责任部门:市商务局 作者: 来源: |"
    )
    notice = read("云泽市人民政府办公室关于印发2013年度工作要点的通知 | |\n发布日期:2022-12-12 10:28\n" + one_line)
    assert [number_of(c) for c in notice.clauses] == ["letter", "0", "1", "2.1.1", "2.1.2"]
    assert units(notice.clauses[3]) == [("市商务局", "responsible", False), ("市交通运输局", "responsible", False)]
    assert units(notice.clauses[4]) == [("市商务局", "responsible", False)]
    assert notice.clauses[2].text.endswith("提高1.2个百分点。")
    assert "来源" not in notice.body


def test_a_whole_notice_on_one_line_without_blanks_is_cut_where_its_numbers_count_on() -> None:
    notice = read(
        "云泽市人民政府关于加快养老服务发展的意见各县（市、区）人民政府：为加快养老服务发展，现提出以下意见。一、总体要求（一）指导思想。"
        "以满足需求为导向，按照规划第三条第（二）项的要求推进。（二）基本原则。1.坚持公益。保障基本，增长1.2个百分点。2.坚持创新。统筹一、二产业。"
        "二、重点任务（一）扩大供给。新建机构10家。责任单位：市民政局、市财政局。（二）培训队伍。每年培训1000人。责任单位：市人力社保局。"
        "三、保障措施。建立联席会议，纳入考核。云泽市人民政府2023年5月6日"
    )
    assert notice.title == "云泽市人民政府关于加快养老服务发展的意见"
    assert notice.issued_on == "2023-05-06"
    assert [number_of(c) for c in notice.clauses] == ["letter", "1.1", "1.2.1", "1.2.2", "2.1", "2.2", "3"]
    assert units(notice.clauses[4]) == [("市民政局", "responsible", False), ("市财政局", "responsible", False)]


def test_a_paragraph_that_enumerates_is_not_taken_for_a_whole_notice() -> None:
    inside = "重点抓好三件事：一、建机构；二、训队伍；三、强监管。"
    notice = read(LETTER + f"一、任务\n{inside}\n二、保障\n加强领导，{'统筹推进各项工作，' * 30}确保落实。")
    assert inside in [c.text for c in notice.clauses]


def test_several_brackets_in_one_item_each_close_a_clause() -> None:
    notice = read(
        LETTER + "一、重点任务\n1.培育企业。实施培育计划。（责任单位：市商务局，以下均需各区县政府落实，不再列出）"
        "支持制定标准。（责任单位：市市场监管局）\n2.引进人才。发放补贴。（责任单位：市人力社保局）\n3.加强宣传。"
    )
    found = {number_of(c): units(c) for c in notice.clauses}
    wide = ("各区县政府", "responsible", True)
    assert found["1.1"] == [("市商务局", "responsible", False), wide]
    assert found["1.1-2"] == [("市市场监管局", "responsible", False), wide]
    assert found["1.2"] == [("市人力社保局", "responsible", False), wide]
    assert found["1.3"] == []


def test_unit_lines_above_their_text_hold_for_it() -> None:
    notice = read(
        LETTER
        + "一、工作组\n（一）人才组\n牵头单位：市人力社保局、市教育局\n重点任务：组织招聘活动。\n（二）项目组\n牵头单位：市发展改革委\n重点任务：推进项目。"
    )
    assert [units(c) for c in notice.clauses[-2:]] == [
        [("市人力社保局", "lead", False), ("市教育局", "lead", False)],
        [("市发展改革委", "lead", False)],
    ]


def test_units_on_a_heading_are_inherited_below_it() -> None:
    notice = read(LETTER + "一、做强产业（责任单位：市经信局）\n1.建设园区。新建园区2个。\n2.培育企业。新增企业9家。")
    assert [units(c) for c in notice.clauses[-2:]] == [[("市经信局", "responsible", True)]] * 2


def test_a_table_flattened_to_pipes_keeps_its_rows_and_merged_cells() -> None:
    notice = read(
        "望津市人民政府办公室关于印发方案的通知\n各县人民政府：\n现印发给你们。\n二○一○年四月七日\n一、总体思路\n推动发展。\n附件：\n任务分解表\n"
        "总牵头单位：市发改委 2010.4\n工作目标\n| 主要内容\n| 完成时间\n| 责任单位\n| 责任人\n|\n编制规划\n| 物流规划\n| 10月\n| 经贸委\n| 许 澜\n|\n"
        "旅游规划\n| 9月\n| 旅游局\n| 丁 岚\n|\n培育品牌\n| 1. 申报名牌2个；\n2. 制定标准1项。\n| 6月\n| 质监局\n| 王晓明\n|"
    )
    rows = notice.clauses[-3:]
    assert [c.headings[-1] for c in rows] == ["编制规划", "编制规划", "培育品牌"]
    assert [c.persons for c in rows] == [("许澜",), ("丁岚",), ("王晓明",)]
    assert [c.deadline.text for c in rows if c.deadline] == ["10月", "9月", "6月"]
    assert units(rows[1]) == [("旅游局", "responsible", False), ("市发改委", "lead", True)]
    assert rows[2].text == "1. 申报名牌2个；\n2. 制定标准1项。"


def test_a_table_flattened_to_one_cell_a_paragraph_keeps_numbers_across_a_page_break() -> None:
    notice = read(
        LETTER
        + "一、目标\n提升服务。\n附件1\n2023年任务清单\n序号\n重点任务\n具体举措\n主要目标\n责任单位\n一、做强平台\n1\n建设园区\n新建园区。\n新建2个。\n市商务局\n"
        "扩建冷库。\n2023全年\n市发展改革委、市商务局\n1\n建设园区\n引进企业。\n引进9家。\n市投资促进局\n2\n培育人才\n开展培训。\n202312月底前完成。\n各街镇"
    )
    rows = [c for c in notice.clauses if c.headings and c.headings[0].startswith("附件1")]
    assert [number_of(c) for c in rows] == ["A1.1.1", "A1.1.1-2", "A1.1.1-3", "A1.1.2"]
    assert rows[2].headings == ("附件1 2023年任务清单", "一、做强平台", "1 建设园区")
    assert rows[1].text == "扩建冷库。\n2023全年"
    assert [u.surface for u in rows[1].units] == ["市发展改革委", "市商务局"]
    assert any("202312月底前" in w for w in notice.warnings)
    assert [(c.name, notice.body[c.start : c.end]) for c in rows[0].columns] == [
        ("序号", "1"),
        ("重点任务", "建设园区"),
        ("具体举措/主要目标", "新建园区。\n新建2个。"),
        ("责任单位", "市商务局"),
    ]


def test_a_real_grid_takes_roles_and_merged_cells_from_its_columns() -> None:
    def row(*cells: str | Cell) -> tuple[Cell, ...]:
        return tuple(c if isinstance(c, Cell) else Cell(c) for c in cells)

    table = Table(
        (
            row("序号", "重点任务", "工作举措", "牵头单位", "配合单位", "完成时限"),
            row("1", "优化审批", "推行一窗通办。", "区行政审批局", "区税务局、区公安分局", "2022年6月底"),
            row(Cell("1", True), Cell("优化审批", True), "压减材料。", "区司法局", "", "全年"),
        ),
        n_header_rows=1,
    )
    source = Source("t.html", None, "0" * 64, "text/html")
    notice = parse(RawNotice(source, (Block("南屏区人民政府关于印发分解表的通知"), Block(table=table))))
    first, second = notice.clauses
    assert units(first) == [
        ("区行政审批局", "lead", False),
        ("区税务局", "support", False),
        ("区公安分局", "support", False),
    ]
    assert first.headings == second.headings == ("1 优化审批",)
    assert second.deadline is not None
    assert second.deadline.text == "全年"
    assert second.text == "压减材料。"
    assert {c.name: notice.body[c.start : c.end] for c in second.columns} == {
        "序号": "1",
        "重点任务": "优化审批",
        "工作举措": "压减材料。",
        "牵头单位": "区司法局",
        "完成时限": "全年",
    }


def test_a_title_on_its_own_line_is_a_heading_and_a_run_in_title_names_its_clause() -> None:
    notice = read(LETTER + "一、总体要求\n坚持以人为本。\n二、主要任务\n（一）建设驿站。新建驿站3处。")
    assert [c.headings for c in notice.clauses[-2:]] == [("一、总体要求",), ("二、主要任务", "（一）建设驿站")]
    assert notice.clauses[-1].text == "建设驿站。新建驿站3处。"


def test_articles_with_their_lists_keep_the_laws_numbers() -> None:
    notice = read(
        "青砚市人才住房办法\n第一章 总则\n第一条 为保障人才安居，制定本办法。\n第二章 申请\n第二条 申请人应当符合下列条件：\n（一）在本市就业；\n（二）无自有住房。\n第三条 依照第二条第（一）项申请的，提交材料。"
    )
    assert [number_of(c) for c in notice.clauses] == ["1.1", "2.2", "2.2.1", "2.2.2", "2.3"]


def test_a_list_of_attachments_is_no_clause() -> None:
    notice = read(
        LETTER + "一、目标\n提升服务。\n附件：1.任务清单\n2.专班方案\n附件1\n任务清单\n一、第一项\n建设驿站。"
    )
    assert [number_of(c) for c in notice.clauses] == ["letter", "1", "A1.1"]


def test_lines_broken_mid_sentence_are_joined() -> None:
    lines = [
        "为促进全省房地产市场平稳健康发展，切实维护群众购房和",
        "住房保障权益，根据工作部署，经省政府同意，现就有关事",
        "项通知如下，请各地结合实际认真抓好贯彻落实，确保政策",
    ]
    text = (
        "一、规范交易\n"
        + "\n".join(lines * 3)
        + "\n落到实处。（责任单位：省住房城\n乡建设厅）\n- 3 -\n二、加强监管\n开展检查。"
    )
    notice = read(text)
    assert "经省政府同意，现就有关事项通知如下" in notice.clauses[0].text
    assert [u.surface for u in notice.clauses[0].units] == ["省住房城乡建设厅"]
    assert "- 3 -" not in notice.body


def test_a_page_of_plain_text_is_cut_by_paragraphs_with_a_warning() -> None:
    notice = read(
        "云泽市举行养老服务座谈会\n会议强调，要加快发展养老服务，满足群众的多样化需求。\n会议指出，要加强人才培养，提升服务质量。"
    )
    assert len(notice.clauses) == 2
    assert any("没有编号" in w for w in notice.warnings)


def test_a_short_form_names_what_the_notice_says_it_stands_for() -> None:
    notice = read(
        LETTER
        + "一、任务\n1.做一。\n责任单位：市民政局、市养老服务工作专班成员单位（以下简称专班成员单位）\n2.做二。\n责任单位：专班成员单位"
    )
    assert [(u.surface, u.name) for u in notice.clauses[-1].units] == [("专班成员单位", "市养老服务工作专班成员单位")]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        # brackets without a label: central and provincial style
        ("开展检查。（海关总署、商务部负责）", [("海关总署", "responsible"), ("商务部", "responsible")]),
        ("推进。（省民政厅等部门按职责分工负责）", [("省民政厅", "responsible")]),
        (
            "推进。（市住建局牵头，云泽国际铁路港按职责分工负责）",
            [("市住建局", "lead"), ("云泽国际铁路港", "responsible")],
        ),
        ("推进。（由市教育局牵头负责）", [("市教育局", "lead")]),
        ("推进。（市民政局负责，排在第一位的部门为牵头部门，下同）", [("市民政局", "lead")]),
        # labels as pages and people write them
        ("新建。\n责 任 单 位：市民政局", [("市民政局", "responsible")]),
        ("扩建。【责任单位】市财政局", [("市财政局", "responsible")]),
        ("完善。（责任单位 市公安局、市司法局）", [("市公安局", "responsible"), ("市司法局", "responsible")]),
        ("改建。（牵头：市民政局；配合：市财政局）", [("市民政局", "lead"), ("市财政局", "support")]),
        ("扩建。\n市级责任单位：市商务局", [("市商务局", "responsible")]),
        # brackets left open or doubled
        ("扩建。〔牵头单位：各区人民政府(管委会)", [("各区人民政府(管委会)", "lead")]),
        ("改建。((责任单位：市教育局)", [("市教育局", "responsible")]),
        # what stands behind the names is no part of them
        ("新建。（责任单位：市财政局依据各自职责分别组织实施）", [("市财政局", "responsible")]),
        ("新建。（责任单位：县、区政府）", [("县、区政府", "responsible")]),
        # prose beside a label, and prose that explains the document
        ("由市房管中心会同市商务局制定办法。（责任单位：市房管中心）", [("市房管中心", "responsible")]),
        ("本文件由市住建局会同有关部门负责解释。", []),
    ],
)
def test_units_are_read_from_every_form_that_notices_use(written: str, expected: list[tuple[str, str]]) -> None:
    notice = read(LETTER + "一、任务\n1.做好工作。" + written + "\n2.做好总结。")
    assert [(u.surface, u.role) for u in notice.clauses[-2].units] == expected
    assert number_of(notice.clauses[-1]) == "1.2"


def test_deadlines_and_persons_beside_the_units_belong_to_the_clause() -> None:
    notice = read(
        LETTER + "一、任务\n1.做一。\n责任单位：市民政局\n完成时限：2022年6月底前\n责任人：李四\n"
        "2.做二。（责任领导：张三；责任单位：市教育局；完成时限：2024年底）"
    )
    first, second = notice.clauses[-2:]
    assert first.deadline is not None
    assert second.deadline is not None
    assert (first.deadline.text, first.persons) == ("2022年6月底前", ("李四",))
    assert (second.deadline.text, second.persons) == ("2024年底", ("张三",))
    assert units(second) == [("市教育局", "responsible", False)]


def test_a_statement_in_a_bare_bracket_holds_for_later_clauses() -> None:
    notice = read(
        LETTER + "一、检查。开展检查。（省市场监管局牵头，各市政府负责落实。以下任务均需各市落实，不再列出）\n"
        "二、建设。推进建设。（省民政厅负责）"
    )
    assert units(notice.clauses[-1]) == [("省民政厅", "responsible", False), ("各市", "responsible", True)]


def test_a_unit_line_behind_each_section_speaks_for_the_section() -> None:
    section = "（一）做一。\n（二）做二。\n责任单位：{}\n"
    notice = read(LETTER + "一、甲\n" + section.format("市民政局") + "二、乙\n" + section.format("市商务局"))
    assert [units(c) for c in notice.clauses[-4:]] == [
        [("市民政局", "responsible", True)],
        [("市民政局", "responsible", False)],
        [("市商务局", "responsible", True)],
        [("市商务局", "responsible", False)],
    ]


def test_the_closing_statement_belongs_to_the_document() -> None:
    notice = read(
        LETTER
        + "一、任务\n1.做一。\n责任单位：市民政局\n以上政策措施自发布之日起施行，有效期3年。\n原有规定不一致的，以本措施为准。"
    )
    closing = notice.clauses[-1]
    assert (number_of(closing), closing.headings, closing.units) == ("end", (), ())


def test_a_second_document_begins_with_its_title() -> None:
    notice = read(
        "云泽市支持文化企业发展的规定\n为进一步深化改革，特制定以下规定：\n一、增加投入。\n二、减轻税负。\n"
        "云泽市养老服务扶持办法\n为促进养老服务发展，制定本办法。\n一、给予补贴。"
    )
    assert [number_of(c) for c in notice.clauses] == ["0", "1", "2", "P1", "P1.1"]


def test_a_title_broken_over_lines_is_whole() -> None:
    notice = read(
        "云泽市进一步促进房地产市场平稳健康\n发展若干措施\n为落实部署，制定如下措施。\n一、支持购房。发放补贴。"
    )
    assert notice.title == "云泽市进一步促进房地产市场平稳健康发展若干措施"


def test_a_row_whose_unit_no_rule_knows_ends_at_the_next_number() -> None:
    notice = read(
        LETTER
        + "一、任务\n序号\n工作任务\n牵头单位\n完成时限\n1\n建设驿站。\n云泽银龄服务联合体\n2\n开展培训。\n市民政局\n2022年6月\n3\n组织比赛。\n市教育局\n2022年9月"
    )
    rows = notice.clauses[-3:]
    assert [c.text for c in rows] == ["建设驿站。", "开展培训。", "组织比赛。"]
    assert [u.surface for u in rows[0].units] == ["云泽银龄服务联合体"]


def test_a_title_above_a_pipe_table_is_kept() -> None:
    notice = read(
        LETTER
        + "一、目标\n提升服务。\n附件\n2022年任务清单\n| 序号 | 工作任务 | 牵头单位 | 完成时限 |\n| --- | --- | --- | --- |\n"
        "| 1 | 建设驿站3处 | 市民政局 | 2022年6月 |\n| 2 | 开展培训 | 市教育局 | 2022年9月 |"
    )
    rows = notice.clauses[-2:]
    assert [c.headings[0] for c in rows] == ["附件 2022年任务清单"] * 2
    assert [(c.text, [u.surface for u in c.units]) for c in rows] == [
        ("建设驿站3处", ["市民政局"]),
        ("开展培训", ["市教育局"]),
    ]


def test_officials_on_lines_of_their_own_are_persons_of_the_clause() -> None:
    notice = read(LETTER + "一、任务\n1.建设驿站。新建3处。\n责任单位：市民政局\n牵头领导：张澜\n2.开展培训。")
    assert [(c.text, c.persons) for c in notice.clauses[-2:]] == [
        ("建设驿站。新建3处。", ("张澜",)),
        ("开展培训。", ()),
    ]


@pytest.mark.parametrize("written", ["２０２２年６月底前", "二〇二二年五月底前", "2022年十月底前"])
def test_dates_in_other_figures_are_deadlines_verbatim(written: str) -> None:
    notice = read(LETTER + f"一、任务\n1.建设驿站。{written}完成。")
    deadline = notice.clauses[-1].deadline
    assert deadline is not None
    assert deadline.text == written


def test_deadlines_and_persons_above_their_text_hold_for_it() -> None:
    notice = read(
        LETTER
        + "一、工作组\n（一）人才组\n牵头单位：市人力社保局\n完成时限：2023年6月\n责任人：许澜\n重点任务：组织招聘活动。"
    )
    clause = notice.clauses[-1]
    assert clause.deadline is not None
    assert (clause.deadline.text, clause.persons) == ("2023年6月", ("许澜",))
    assert units(clause) == [("市人力社保局", "lead", False)]


def test_a_statement_inside_a_bracket_on_its_own_line_stays_in_the_bracket() -> None:
    notice = read(
        LETTER
        + "一、任务\n1.建设驿站。\n（责任单位：市民政局。以下任务均需各区县政府落实，不再列出）\n2.开展培训。\n责任单位：市教育局"
    )
    wide = ("各区县政府", "responsible", True)
    assert [units(c) for c in notice.clauses[-2:]] == [
        [("市民政局", "responsible", False), wide],
        [("市教育局", "responsible", False), wide],
    ]


def _grid(*rows: tuple[str, ...]) -> Block:
    return Block(table=Table(tuple(tuple(Cell(c) for c in row) for row in rows)))


def test_a_table_cut_by_page_breaks_is_one_table_and_its_cut_rows_are_whole() -> None:
    header = ("序号", "工作任务", "责任单位", "完成时限")
    source = Source("t.pdf", None, "0" * 64, "application/pdf")
    blocks = (
        Block("南屏区人民政府关于印发任务清单的通知"),
        _grid(
            header,
            ("1", "建设社区食堂。", "区民政局", "6月底前"),
            ("2", "改造老旧小区，加装", "区住建局、区财", "年底前"),
        ),
        Block("- 2 -"),
        _grid(header, ("", "电梯40部。", "政局", ""), ("3", "开展培训。", "区人力社保局", "全年")),
        _grid(("4", "完善公交线路。", "区交通运输局", "全年")),
    )
    notice = parse(RawNotice(source, blocks))
    assert [(c.number, c.text) for c in notice.clauses] == [
        ("1", "建设社区食堂。"),
        ("2", "改造老旧小区，加装电梯40部。"),
        ("3", "开展培训。"),
        ("4", "完善公交线路。"),
    ]
    assert units(notice.clauses[1]) == [("区住建局", "responsible", False), ("区财政局", "responsible", False)]


def test_a_second_table_with_other_columns_stays_apart() -> None:
    source = Source("t.pdf", None, "0" * 64, "application/pdf")
    blocks = (
        _grid(("序号", "工作任务", "责任单位"), ("1", "建设社区食堂。", "区民政局")),
        _grid(("序号", "重点项目", "牵头单位"), ("1", "新建公园。", "区住建局")),
    )
    notice = parse(RawNotice(source, blocks))
    assert [(c.text, units(c)) for c in notice.clauses] == [
        ("建设社区食堂。", [("区民政局", "responsible", False)]),
        ("新建公园。", [("区住建局", "lead", False)]),
    ]


@pytest.mark.parametrize(
    "closing",
    [
        "本政策措施自2022年6月1日起实行，有效期3年。",
        "以上措施，自印发之日起执行。",
        "未尽事宜，按国家有关规定执行。",
        "各县（市、区）可参照执行。",
        "各县（市、区）、各部门要加强组织领导，确保各项措施落到实处。",
    ],
)
def test_what_closes_the_document_is_no_part_of_its_last_item(closing: str) -> None:
    notice = read(
        LETTER + f"一、优化供给。新建机构10家。（责任单位：市民政局）\n二、减免租金。（责任单位：市财政局）\n{closing}"
    )
    assert (number_of(notice.clauses[-1]), notice.clauses[-1].headings) == ("end", ())
    assert notice.clauses[-1].text == closing


@pytest.mark.parametrize(
    "text",
    [
        "一、优化供给。新建机构10家。（责任单位：市民政局）\n二、减免租金。减免3个月。\n具体办法另行制定。",  # the item names no units
        "一、优化供给。新建机构10家。（责任单位：市民政局）\n二、减免租金。（责任单位：市财政局）\n上述补贴不重复享受。",  # refers back
        "一、优化供给。新建机构10家。\n二、附则\n本办法自印发之日起施行。",  # what the heading stands over
    ],
)
def test_what_goes_on_with_the_last_item_stays_with_it(text: str) -> None:
    assert not any(number_of(c) == "end" for c in read(LETTER + text).clauses)


def test_the_repeal_of_earlier_documents_is_a_clause_of_its_own() -> None:
    notice = read(
        LETTER
        + "一、任务\n1.建机构。\n责任单位：市民政局\n本通知自印发之日起施行。\n原《云泽市养老服务办法》（云政办发〔2016〕8号）同时废止。"
    )
    assert [number_of(c) for c in notice.clauses[-2:]] == ["end", "end-2"]


def test_a_sentence_of_a_list_is_content_and_what_sums_the_list_up_belongs_above_it() -> None:
    notice = read(
        LETTER
        + "一、发放补贴\n（一）在县城购房的，每套补助1万元；\n（二）农村居民购房的，每套补助2万元。\n以上1—2项政策不重复享受。（责任单位：市财政局）\n二、保障"
    )
    first, second, both = notice.clauses[1:4]
    assert [c.text for c in (first, second)] == ["在县城购房的，每套补助1万元；", "农村居民购房的，每套补助2万元。"]
    assert (both.headings, both.text) == (("一、发放补贴",), "以上1—2项政策不重复享受。")
    assert units(both) == [("市财政局", "responsible", False)]
    assert units(second) == []


def test_paragraphs_that_open_with_a_unit_state_its_duty() -> None:
    notice = read(
        LETTER
        + "一、职责分工\n教育、卫生、人社部门：负责日常管理。\n市发展改革委：负责项目审批。\n市民政局、市财政局：配合做好资金管理。\n（一）市商务局。负责统筹消费促进工作。\n"
        "（二）市教育局\n负责学校管理。\n二、组织领导\n联系单位：市民政局，负责人另行通知。"
    )
    assert [units(c) for c in notice.clauses[1:6]] == [
        [("教育", "responsible", False), ("卫生", "responsible", False), ("人社部门", "responsible", False)],
        [("市发展改革委", "responsible", False)],
        [("市民政局", "support", False), ("市财政局", "support", False)],
        [("市商务局", "responsible", False)],
        [("市教育局", "responsible", True)],
    ]
    assert units(notice.clauses[-1]) == []


def test_a_colon_may_close_a_run_in_title_and_articles_may_have_titles() -> None:
    notice = read(
        LETTER
        + "一、发放券\n（一）消费券：政府组织企业提供服务，使用消费券抵扣。\n（二）主要包括：一是补贴，二是奖励。"
    )
    assert [c.headings[-1] for c in notice.clauses[1:]] == ["（一）消费券", "（二）"]
    articles = (
        "第一条优化审批流程。压减办理时限。\n第二条落实税收政策。依法办理缓缴。\n第三条加强监督检查。定期开展检查。"
    )
    assert [c.headings[-1] for c in read(LETTER + articles).clauses[1:]] == [
        "第一条优化审批流程",
        "第二条落实税收政策",
        "第三条加强监督检查",
    ]


def test_a_title_in_book_marks_broken_over_lines_is_one_cite() -> None:
    notice = read(
        LETTER + "一、依据\n根据《关于加快发展养老\n服务的意见》（云政发〔2019〕8号）推进工作。\n二、任务\n做好落实。"
    )
    assert ("关于加快发展养老服务的意见", "云政发〔2019〕8号") in [(c.title, c.doc_number) for c in notice.cites]


def test_a_converters_mark_beside_page_numbers_is_no_text() -> None:
    page = "一、延长期限。经批准后，" + "可以适当延长，" * 40 + "原则上期限最长"
    text = (
        f"{LETTER}{page}\n1\n来自免费用户转换\n不超过2年。\n二、减免租金。"
        + "落实减免政策，" * 40
        + "\n2\n来自免费用户转换\n加强监督。"
    )
    notice = read(text)
    assert "来自免费用户转换" not in notice.body
    assert [number_of(c) for c in notice.clauses] == ["letter", "1", "2"]


def test_a_preamble_without_addressees_is_kept() -> None:
    notice = read(
        "关于印发枫林县促进养老服务发展若干措施的通知\n为贯彻落实省委、省政府关于养老服务高质量发展的各项决策部署，\n结合枫林县实际，现将有关事项通知如下：\n"
        "一、优化供给。新建机构10家。"
    )
    assert notice.title == "关于印发枫林县促进养老服务发展若干措施的通知"
    assert notice.clauses[0].text.startswith("为贯彻落实")


@pytest.mark.parametrize(
    ("statement", "roles"),
    [
        ("列第一位者为牵头单位，下同", ["responsible", "lead", "responsible", "lead"]),
        ("排在首位的部门为牵头部门，下同", ["responsible", "lead", "responsible", "lead"]),
        ("以黑体字标注的为牵头部门，下同", ["responsible", "responsible", "responsible", "responsible"]),
    ],
)
def test_the_first_unit_leads_from_where_the_notice_says_so(statement: str, roles: list[str]) -> None:
    notice = read(
        LETTER
        + "一、任务\n（一）建机构。新建机构。（市教育局负责）\n"
        + f"（二）开发岗位。开发社区岗位。（市人力资源社会保障局、市民政局负责。{statement}）\n"
        + "（三）减免费用。减免摊位费。（市商务局负责）\n（四）做好宣传。（各有关部门按职责分工负责）"
    )
    assert [c.units[i].role for c, i in zip(notice.clauses[1:4], (0, 0, 0), strict=True)] == [
        roles[0],
        roles[1],
        roles[3],
    ]
    assert notice.clauses[2].units[1].role == roles[2]
    assert {u.role for u in notice.clauses[4].units} <= {"responsible"}


def _table_notice(*rows: tuple[str, ...], above: str = "") -> Notice:
    source = Source("t.html", None, "0" * 64, "text/html")
    head = [Block("南屏区人民政府关于印发标准表的通知"), *([Block(above)] if above else [])]
    return parse(RawNotice(source, (*head, _grid(*rows))))


def test_a_column_of_no_known_name_is_content_where_it_tells_something() -> None:
    notice = _table_notice(
        ("序号", "补贴类别", "补贴对象", "补贴标准", "投资（万元）", "对应条款", "兑现单位"),
        ("1", "契税补贴", "购买首套住房的购房人", "契税的80%", "860", "第（一）条", "市税务局"),
        ("2", "租房补贴", "新就业的大学毕业生", "每月1000元", "120", "第（二）条", "市住建局"),
    )
    assert [(c.headings[-1], c.text) for c in notice.clauses] == [
        ("1 契税补贴", "购买首套住房的购房人\n契税的80%"),
        ("2 租房补贴", "新就业的大学毕业生\n每月1000元"),
    ]
    assert [units(c) for c in notice.clauses] == [
        [("市税务局", "responsible", False)],
        [("市住建局", "responsible", False)],
    ]


def test_a_column_of_dates_that_says_what_is_done_by_them_is_content() -> None:
    notice = _table_notice(
        ("序号", "建设内容", "时序进度", "责任单位", "区领导"),
        ("1", "建设停车场，设泊位500个。", "2020年9月底前启用", "区城管局", "白 榆"),
        ("2", "修缮文物建筑14处。", "2021年9月底前全部竣工", "区文旅局", "秦望舒"),
    )
    first, second = notice.clauses
    assert first.text == "建设停车场，设泊位500个。\n2020年9月底前启用"
    assert [c.deadline.ends_on for c in (first, second) if c.deadline] == ["2020-09-30", "2021-09-30"]
    assert [c.persons for c in (first, second)] == [("白榆",), ("秦望舒",)]


def test_dashes_are_empty_cells_and_sums_are_no_tasks() -> None:
    notice = _table_notice(
        ("序号", "工作任务", "年度目标", "责任单位"),
        ("1", "开展周调度。", "—", "区工信局"),
        ("2", "改造老旧管网。", "改造12公里", "区住建局"),
        ("合计", "", "改造12公里", ""),
    )
    assert [c.text for c in notice.clauses] == ["开展周调度。", "改造老旧管网。\n改造12公里"]


def test_a_statement_above_a_table_holds_for_its_rows() -> None:
    notice = _table_notice(
        ("序号", "工作任务", "责任单位"),
        ("1", "开展周调度。", "区工信局"),
        above="（各街道办事处对以下全部任务均承担落实责任，不再逐行列出）",
    )
    assert units(notice.clauses[0]) == [("区工信局", "responsible", False), ("各街道办事处", "responsible", True)]


def test_a_statement_for_a_part_ends_with_it() -> None:
    notice = read(
        LETTER
        + "一、夯实基础\n（本部分各项任务均由各区县人民政府在辖区内同步推进，不再逐项列出。）\n1.建平台。\n责任单位：市大数据局\n"
        + "二、强化保障\n1.抓考核。\n责任单位：市财政局"
    )
    assert [u for u, _, inherited in units(notice.clauses[1]) if inherited] == ["各区县人民政府"]
    assert units(notice.clauses[2]) == [("市财政局", "responsible", False)]


def test_buttons_of_the_page_are_no_text() -> None:
    notice = read(
        LETTER
        + "一、任务\n做好落实。\n云泽市人民政府【打印】【关闭窗口】\n2023年5月16日\n[打印] [关闭] 主办：云泽市人民政府办公室"
    )
    assert "打印" not in notice.body
    assert notice.clauses[-1].text == "做好落实。"


def test_addressees_that_run_into_the_letter_are_parted_from_it() -> None:
    notice = read(
        "云泽市人民政府关于印发方案的通知\n各县（市、区）人民政府，市政府各部门：《方案》已经市政府同意，现印发给你们。\n一、任务\n做好落实。"
    )
    assert notice.addressees == ("各县（市、区）人民政府", "市政府各部门")
    assert notice.clauses[0].text == "《方案》已经市政府同意，现印发给你们。"


def test_letter_signature_and_plan_on_one_line_are_parted() -> None:
    notice = read(
        "青砚市人民政府办公室关于印发污染防治工作方案的通知青砚政办发〔2019〕22号各区、枫林县人民政府，市政府各部门：《污染防治工作方案》已经市政府同意，"
        "现印发给你们，请认真贯彻执行。青砚市人民政府办公室2019年4月22日污染防治工作方案为打赢蓝天保卫战，根据有关规定，制定本方案。一、总体要求"
        "（一）基本思路。坚持问题导向，突出工业源治理。（二）年度目标。2019年，优良天数比率达到82%。二、重点任务（一）治理工业源。完成改造40家。"
        "（牵头单位：市生态环境局）（二）治理扬尘。实施湿法作业。（责任单位：市住建局）附件：重点工程项目表（略）（此件公开发布）"
    )
    assert (notice.doc_number, notice.issued_on, notice.disclosure) == (
        "青砚政办发〔2019〕22号",
        "2019-04-22",
        "主动公开",
    )
    assert [number_of(c) for c in notice.clauses] == ["letter", "0", "1.1", "1.2", "2.1", "2.2"]


def test_units_of_a_cell_merged_across_two_columns_have_the_first_columns_role() -> None:
    header = tuple(map(Cell, ("序号", "工作任务", "牵头单位", "配合单位")))
    row = (Cell("1"), Cell("开展试点。"), Cell("市民政局"), Cell("市民政局", True))
    source = Source("t.docx", None, "0" * 64, "application/msword")
    notice = parse(RawNotice(source, (Block("南屏区人民政府关于印发清单的通知"), Block(table=Table((header, row))))))
    assert units(notice.clauses[0]) == [("市民政局", "lead", False)]

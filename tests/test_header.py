"""Recognisers for the elements of a notice, and the header that they add up to."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.notices.header import read_header
from indexer.notices.header.addressing import split_addressees
from indexer.notices.header.cites import find_cites
from indexer.notices.header.elements import (
    find_doc_numbers,
    is_addressees_line,
    is_classification_mark,
    is_date_line,
    is_doc_number_line,
    is_month_line,
    is_signature,
    is_title,
    names_in,
    parse_date,
    split_signature,
    split_title_and_rest,
)
from indexer.notices.header.titling import choose_title
from indexer.records import Block, Cite, Place, RawNotice, Source

SHARED = Path(__file__).resolve().parents[2] / "shared"


# --- recognisers ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2013年4月10日", "2013-04-10"),
        ("二○一○年四月七日", "2010-04-07"),
        ("二〇二三年十一月二十五日", "2023-11-25"),
        ("二O一二年十月三十日", "2012-10-30"),
        ("发布日期:2022-12-12 10:28", "2022-12-12"),
        ("发布日期:2022-05-1716:17编辑", "2022-05-17"),
        ("2023 年 4 月 3 日", "2023-04-03"),
        ("时间:2023.10.28", "2023-10-28"),
    ],
)
def test_date(text: str, date: str) -> None:
    assert parse_date(text) == date


@pytest.mark.parametrize(
    "text", ["2010年4月", "2023年13月1日", "1.2.3", "2023年2月30日", "2023.4", "001008/2023-46302", "四月七日", ""]
)
def test_no_date(text: str) -> None:
    assert parse_date(text) is None


@pytest.mark.parametrize("text", ["2013年4月10日", " 二○一○年四月七日 ", "2023年8月24日      ", "2023年 月 日"])
def test_date_line(text: str) -> None:
    assert is_date_line(text)


@pytest.mark.parametrize("text", ["2013年", "(2010年4月)", "3.1.2", "2013年4月10日起施行", "4月10日"])
def test_no_date_line(text: str) -> None:
    assert not is_date_line(text)


def test_month_line() -> None:
    assert is_month_line("(2010年4月)")
    assert is_month_line("二〇一〇年四月")
    assert not is_month_line("2010年4月7日")
    assert not is_month_line("2010年")


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("(云政办发〔2010〕57号)", ["云政办发〔2010〕57号"]),
        ("根据江政办发[2023]8号和江政发(2022)第12号", ["江政办发〔2023〕8号", "江政发〔2022〕第12号"]),
        ("云发改服务【 2021 】 3 号", ["云发改服务〔2021〕3号"]),
        ("发改服务[]475号", ["发改服务〔〕475号"]),
        ("云政发〔2019〕8号、9号", ["云政发〔2019〕8号", "云政发〔2019〕9号"]),
        ("云市监发〔２０２２〕３６号", ["云市监发〔2022〕36号"]),
    ],
)
def test_doc_numbers(text: str, numbers: list[str]) -> None:
    assert find_doc_numbers(text) == numbers


@pytest.mark.parametrize("text", ["(2023)第1期", "〔2023〕8号", "索引号 001008003001001/2023-46302", "2023年第8号"])
def test_no_doc_number(text: str) -> None:
    assert find_doc_numbers(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "(云泽政办发〔2010〕57号)",
        "砚湖政办〔2023〕5号",
        "文号 砚湖政办〔2023〕55号",
        "第12号",
        "云政发〔2012〕10号 签发人:王五",
        "云泽市人民政府令 第12号",
        "云泽市财政局公告2023年第5号",
        "2023年第5号",
    ],
)
def test_doc_number_line(text: str) -> None:
    assert is_doc_number_line(text)


@pytest.mark.parametrize(
    "text",
    ["根据江政发〔2010〕5号精神", "《养老服务办法》(江政发〔2010〕5号)", "附件1", "2023年8月24日", "一、总体要求"],
)
def test_no_doc_number_line(text: str) -> None:
    assert not is_doc_number_line(text)


@pytest.mark.parametrize(
    "text",
    [
        "各县(市、区)人民政府,市政府各部门、直属各单位:",
        "  各区县人民政府,市府各部门,市直各单位:",
        "各街道办事处、镇人民政府,区直各有关单位:",
        "各有关单位:",
        "砚湖新区联席会议各成员单位,新区创新发展局:",
        "周文代表：",
        "李一鸣副主席：",
        "各市、县（市、区）：",
    ],
)
def test_addressees_line(text: str) -> None:
    assert is_addressees_line(text)


@pytest.mark.parametrize(
    "text",
    [
        "责任单位:",
        "成员单位:",
        "现将有关事项通知如下:",
        "信息来源:",
        "抄送:各民主党派:",
        "各区县人民政府要加强领导。",
        "一、主要目标:",
        "各位代表：",
    ],
)
def test_no_addressees_line(text: str) -> None:
    assert not is_addressees_line(text)


@pytest.mark.parametrize(
    "text", ["云泽市人民政府办公室", "云泽市商务局 云泽市财政局", "云 泽 市 人 民 政 府", "中国人民银行云泽市分行"]
)
def test_signature(text: str) -> None:
    assert is_signature(text)


@pytest.mark.parametrize(
    "text",
    [
        "各区县人民政府",
        "责任单位:市商务局",
        "加快发展企业总部",
        "关于印发方案的通知",
        "市民生活更加便利。",
        "云泽市养老服务新闻发布会",
        "上述政策自发布之日起执行",
        "云泽市人民政府办公室2023年4月3日印发",
    ],
)
def test_no_signature(text: str) -> None:
    assert not is_signature(text)


def test_signature_with_date() -> None:
    assert split_signature("云泽市人民政府办公室 2023年4月3日") == ("云泽市人民政府办公室", "2023年4月3日")
    assert split_signature("2023年4月3日") is None
    assert split_signature("本措施施行至2023年4月3日") is None


@pytest.mark.parametrize(
    "text",
    [
        "云泽市人民政府办公室关于印发2013年度云泽市服务业工作要点及责任分解的通知 | |",
        "【江澜省云泽市】《云泽市促进养老服务若干措施(试行)》",
        "关于促进养老服务发展的十条措施",
        "区级服务产业革新试点方案",
        "云泽市服务业高质量发展实施方案(2023—2027年)",
        "云泽市人民政府关于印发<云泽市物流业办法(试行)>的通知",
    ],
)
def test_title(text: str) -> None:
    assert is_title(text)


@pytest.mark.parametrize(
    "text",
    [
        "一、工作方案",
        "云泽市人民政府办公室关于印发养老服务实施方案的通",
        "制定议案办理工作方案",
        "根据省里的意见,制定本方案。",
        "| 养老服务发展规划",
        "责任单位:市发展改革委",
        "附件1 任务清单",
        "完善政策",
    ],
)
def test_no_title(text: str) -> None:
    assert not is_title(text)


def test_title_and_the_rest_of_its_line() -> None:
    line = "云泽市人民政府关于印发养老服务办法的通知 各区人民政府: 现印发给你们。"
    assert split_title_and_rest(line) == ("云泽市人民政府关于印发养老服务办法的通知", "各区人民政府: 现印发给你们。")
    assert split_title_and_rest("现将有关事项通知 如下") is None


# --- the header ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        (
            ["云泽市人民政府办公室关于印发", "云泽市养老服务", "实施方案的通知"],
            "云泽市人民政府办公室关于印发云泽市养老服务实施方案的通知",
        ),
        (
            ["云泽市人民政府关于印发养老服务方案的通", "云泽市人民政府关于印发养老服务方案的通知"],
            "云泽市人民政府关于印发养老服务方案的通知",
        ),
        (["关于促进养老服务的若干措施", "(征求意见稿)"], "关于促进养老服务的若干措施(征求意见稿)"),
        (
            ["云泽市商务局 云泽市财政局", "关于做好物流补贴工作的通知"],
            "云泽市商务局 云泽市财政局关于做好物流补贴工作的通知",
        ),
        (["云泽市人民政府", "关于加快物流业发展的意见"], "云泽市人民政府关于加快物流业发展的意见"),
        (
            ["云泽市民政局 云泽市财政局", "云泽市教育局关于印发托幼补贴办法的通知"],
            "云泽市民政局 云泽市财政局 云泽市教育局关于印发托幼补贴办法的通知",
        ),
        (["云民发〔2023〕4号关于做好临时救助工作的通知"], "关于做好临时救助工作的通知"),
        (["云泽市民政局发布《云泽市助餐服务办法（试行）》"], "云泽市助餐服务办法（试行）"),
        (["关于规范夜市经营的办法（2023年修订）"], "关于规范夜市经营的办法（2023年修订）"),
        (
            ["【江澜省云泽市】养老服务若干措施", "云泽市人民政府关于印发养老服务若干措施的通知"],
            "云泽市人民政府关于印发养老服务若干措施的通知",
        ),
    ],
)
def test_full_title_among_lines(lines: list[str], title: str) -> None:
    assert choose_title(lines, None) == title


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("各县(市、区)人民政府,市政府各部门、直属各单位:", ("各县(市、区)人民政府", "市政府各部门", "直属各单位")),
        ("各街道办事处、镇人民政府,区直各有关单位:", ("各街道办事处、镇人民政府", "区直各有关单位")),
        ("各县(市)、区人民政府,市经济技术开发区管委会:", ("各县(市)、区人民政府", "市经济技术开发区管委会")),
        ("各园区管委会,市直各委、办、局(公司):", ("各园区管委会", "市直各委、办、局(公司)")),
        (
            "各市、县（市、区）人民政府，省政府各部门、直属各单位：",
            ("各市、县（市、区）人民政府", "省政府各部门", "直属各单位"),
        ),
        ("各区（开发区）管委会、市各有关单位：", ("各区（开发区）管委会", "市各有关单位")),
        (
            "云泽经济开发区、砚湖旅游度假区管委会，市政府各部门：",
            ("云泽经济开发区、砚湖旅游度假区管委会", "市政府各部门"),
        ),
        ("各县（区）水利局、财政局，青砚高新区社会事业局：", ("各县（区）水利局、财政局", "青砚高新区社会事业局")),
        ("市发展改革委、市财政局、市民政局：", ("市发展改革委", "市财政局", "市民政局")),
        ("各开发区、功能区管委会：", ("各开发区、功能区管委会",)),
        (
            "各省、自治区、直辖市人民政府，国务院各部委、各直属机构：",
            ("各省、自治区、直辖市人民政府", "国务院各部委", "各直属机构"),
        ),
    ],
)
def test_addressees_as_the_notice_groups_them(text: str, names: tuple[str, ...]) -> None:
    assert split_addressees(text) == names


BODY = """根据《江澜省养老服务条例》和《江澜省人民政府关于加快物流业发展的意见》(江政发[2022]8号),制定本方案。
制订出台《云泽市物流业扶持办法》、《云泽市会展业扶持办法》。修订完善《云泽市旅游业若干意见》。
签订《商品房买卖合同》。成立专班(以下简称《实施方案》)。"""

ELEMENTS = [
    ("meta", "索引号 001008/2023-46302 文号 云泽政办发〔2023〕55号"),
    ("meta", "发布日期:2023-09-01 10:28 信息来源:市政府办公室"),
    ("title", "云泽市人民政府办公室关于印发云泽市养老服务工作方案的通知"),
    ("addressees", "各区县人民政府,市政府各部门:"),
    ("letter", "《云泽市养老服务工作方案》已经市政府同意,现印发给你们。"),
    ("attachment_list", "附件:1.2023年任务清单 2.专班名单"),
    ("signature", "云泽市人民政府办公室"),
    ("date", "2023年8月24日"),
    ("part", "云泽市养老服务工作方案"),
    ("date", "2023年9月30日"),
]


def test_header_of_a_letter_that_issues_a_plan() -> None:
    header = read_header(ELEMENTS, [], ELEMENTS[4][1] + "\n" + BODY)
    assert header.title == "云泽市人民政府办公室关于印发云泽市养老服务工作方案的通知"
    assert header.kind == "通知"
    assert header.issuers == ("云泽市人民政府办公室",)
    assert header.doc_number == "云泽政办发〔2023〕55号"
    assert header.index_number == "001008/2023-46302"
    assert header.addressees == ("各区县人民政府", "市政府各部门")
    assert (header.issued_on, header.published_on) == ("2023-08-24", "2023-09-01")
    assert (header.place, header.level) == (Place(None, "云泽市"), "city")
    assert header.attachments == ("2023年任务清单", "专班名单")
    assert header.cites == (
        Cite("江澜省养老服务条例"),
        Cite("江澜省人民政府关于加快物流业发展的意见", "江政发〔2022〕8号"),
        Cite("云泽市旅游业若干意见"),
    )


def test_nothing_known_stays_unknown() -> None:
    header = read_header([("text", "一段话。")], [], "一段话。")
    assert (header.title, header.kind, header.issuers, header.doc_number) == ("", None, (), None)
    assert (header.issued_on, header.published_on, header.place, header.level) == (None, None, Place(), None)


def test_page_metadata_fill_what_the_text_leaves_out() -> None:
    page = [
        ("title", "关于促进养老服务的意见 - 云泽市人民政府"),
        ("published_on", "2024-01-02"),
        ("issuer", "云泽市民政局"),
    ]
    header = read_header([], page, "")
    assert (header.title, header.published_on, header.issuers) == (
        "关于促进养老服务的意见",
        "2024-01-02",
        ("云泽市民政局",),
    )
    assert header.issued_on is None


def test_a_cited_number_is_not_the_notices_own() -> None:
    header = read_header(
        [("title", "关于促进养老服务的若干措施"), ("letter", "根据《养老办法》(江政发〔2022〕8号)。")], [], ""
    )
    assert header.doc_number is None


def test_joint_issuers_glued_on_one_line() -> None:
    elements = [
        ("title", "关于促进养老服务的若干措施"),
        ("signature", "云泽市民政局云泽市财政局"),
        ("signature", "国家税务总局云泽市税务局 中国人民银行云泽市分行"),
        ("date", "2023年1月9日"),
    ]
    issuers = ("云泽市民政局", "云泽市财政局", "国家税务总局云泽市税务局", "中国人民银行云泽市分行")
    assert read_header(elements, [], "").issuers == issuers
    assert names_in("国家金融监督管理总局云泽监管局云泽市教育局") == ["国家金融监督管理总局云泽监管局", "云泽市教育局"]


@pytest.mark.parametrize(
    ("title", "issuers"),
    [
        (
            "【云泽市民政局、云泽市自然资源和规划局等四部门】关于做好救助工作的通知",
            ("云泽市民政局", "云泽市自然资源和规划局"),
        ),
        ("【云泽市民政局和云泽市财政局】关于做好救助工作的通知", ("云泽市民政局", "云泽市财政局")),
        ("财政部税务总局住房城乡建设部关于住房契税的公告", ("财政部", "税务总局", "住房城乡建设部")),
        ("云泽市财政局等14家单位关于做好救助工作的通知", ("云泽市财政局",)),
        ("云泽市民政局 云泽市财政局关于做好救助工作的通知", ("云泽市民政局", "云泽市财政局")),
        ("关于做好救助工作的通知", ()),
    ],
)
def test_issuers_named_by_the_title(title: str, issuers: tuple[str, ...]) -> None:
    assert read_header([("title", title)], [], "").issuers == issuers


def test_an_order_is_signed_by_a_person_and_issued_by_a_body() -> None:
    elements = [
        ("title", "江澜省人民政府令"),
        ("doc_number", "第31号"),
        ("signature", "省长　李一鸣"),
        ("date", "2018年12月18日"),
        ("part", "江澜省粮食储备办法"),
    ]
    header = read_header(elements, [], "")
    assert (header.issuers, header.doc_number) == (("江澜省人民政府",), "江澜省人民政府令第31号")


def test_a_plan_of_the_same_name_from_above_is_a_citation() -> None:
    elements = [
        ("title", "云泽市人民政府关于印发云泽市物流业“十百千”工程实施方案(2023-2027年)的通知"),
        ("part", "云泽市物流业“十百千”工程"),
        ("part", "实施方案(2023-2027年)"),
    ]
    body = "根据《江澜省物流业“百千万”工程实施方案(2023-2027年)》(江政发〔2023〕8号),印发《云泽市物流业“十百千”工程实施方案》。"
    cites = read_header(elements, [], body).cites
    assert cites == (Cite("江澜省物流业“百千万”工程实施方案(2023-2027年)", "江政发〔2023〕8号"),)


def test_nested_marks_are_one_title() -> None:
    body = "《〈关于加快物流业发展的议案〉办理工作方案》已经市政府同意,现印发。会议将《关于加快物流业发展的议案》列为1号议案。"
    cites = find_cites(body, own_titles=["云泽市人民政府关于印发物流业议案办理工作方案的通知"])
    assert cites == (Cite("关于加快物流业发展的议案"),)


@pytest.mark.parametrize(
    ("body", "cites"),
    [
        (
            "根据《江澜省托育条例》《江澜省托育标准》（江政发〔2019〕8号、江政发〔2019〕9号）执行。",
            [("江澜省托育条例", "江政发〔2019〕8号"), ("江澜省托育标准", "江政发〔2019〕9号")],
        ),
        (
            "按照江政发〔2019〕8号文件《关于发展托育服务的意见》办理。",
            [("关于发展托育服务的意见", "江政发〔2019〕8号")],
        ),
        ("落实《云泽市渣土规定》（云泽市人民政府令第12号）。", [("云泽市渣土规定", "云泽市人民政府令第12号")]),
        ("省政府印发了《江澜省夜间经济意见》。", [("江澜省夜间经济意见", None)]),
        (
            "落实《江澜省托育服务发展规划》（以下简称《托育规划》），各区要对照《托育规划》抓好落实。",
            [("江澜省托育服务发展规划", None)],
        ),
        (
            "依据《江澜省人民政府关于印发〈江澜省托育办法〉的通知》（江政发〔2020〕1号,以下简称《办法》）。",
            [("江澜省人民政府关于印发〈江澜省托育办法〉的通知", "江政发〔2020〕1号")],
        ),
        ("研究起草《云泽市托育条例》，编制《云泽市托育规划》，加快印发《云泽市托育方案》。", []),
        ("提交《缓缴申请报告》，凭《资格确认函》办理，下载《云泽通》APP。", []),
        ("收听《砚湖夜话》，按照《云泽日报》的报道。", []),
    ],
)
def test_documents_cited(body: str, cites: list[tuple[str, str | None]]) -> None:
    assert [(cite.title, cite.doc_number) for cite in find_cites(body)] == cites


def test_an_earlier_edition_of_the_notice_is_a_citation() -> None:
    body = "《云泽市助餐办法》（云政发〔2019〕8号）已经到期。"
    assert find_cites(body, own_titles=["云泽市助餐办法"], own_year=2023) == (
        Cite("云泽市助餐办法", "云政发〔2019〕8号"),
    )
    assert find_cites(body, own_titles=["云泽市助餐办法"], own_year=2019) == ()


@pytest.mark.parametrize(
    "text",
    [
        "机密★1年",
        "秘密★",
        "密级：秘密",
        "绝 密",
        "000123 机密★1年 特急",
        "索引号：A01/2023 密级：机密",
        "【秘密】",
        "秘密★启封前",
    ],
)
def test_classification_mark(text: str) -> None:
    assert is_classification_mark(text)


@pytest.mark.parametrize(
    "text",
    [
        "商业秘密",
        "非密",
        "密级：公开",
        "密级：无",
        "保密工作要点",
        "涉及国家秘密的事项",
        "密级：秘密□机密□绝密□",
        "密级：秘密、机密",
        "机密文件管理办法",
        "公开",
    ],
)
def test_no_classification_mark(text: str) -> None:
    assert not is_classification_mark(text)


@pytest.mark.parametrize(
    ("elements", "disclosure"),
    [
        ([("note", "（此件公开发布）")], "主动公开"),
        ([("note", "此件主动公开")], "主动公开"),
        ([("note", "(此件依申请公开)")], "依申请公开"),
        ([("note", "（此件不予公开）")], "不予公开"),
        ([("meta", "索引号：A01/2023-5 公开方式：主动公开 发布日期：2023-05-06")], "主动公开"),
        ([("date", "2023年9月9日（此件主动公开）")], "主动公开"),
        ([("furniture", "信息公开选项：依申请公开")], "依申请公开"),
        ([("numbered", "3.主动公开服务价格。")], None),
        ([("meta", "首页 > 政务公开 > 市政府文件")], None),
        ([("text", "以公开方式招标，择优确定运营单位。")], None),
        ([("text", "采取公开方式公开招租。")], None),
    ],
)
def test_disclosure(elements: list[tuple[str, str]], disclosure: str | None) -> None:
    assert read_header(elements, [], "").disclosure == disclosure


@pytest.mark.parametrize(
    "mark",
    [
        "内部资料 注意保存", "【内部文件】", "(内部文件，不得外传)", "内部资料，严禁外传", "仅供内部使用", "此件不得外传",
        "内 部 资 料", "本文为内部材料，请勿对外传播。",
    ],
)  # fmt: skip
def test_a_document_marked_as_internal_is_not_made_public(mark: str) -> None:
    elements = [("note", mark), ("title", "云泽市民政局关于开展检查的通知"), ("note", "(此件公开发布)")]
    assert read_header(elements, [], "").disclosure == "不予公开"


@pytest.mark.parametrize(
    "text",
    [
        "加强内部资料管理", "云泽市内部文件管理办法", "不得外传客户信息", "妥善保管", "内部审计结果不得公开发布", "请妥善保管公章。",
        "建立内部控制制度，不得泄露个人隐私。",
    ],
)  # fmt: skip
def test_what_speaks_of_internal_papers_is_no_mark(text: str) -> None:
    elements = [("title", "云泽市民政局关于开展检查的通知"), ("text", text), ("note", "(此件公开发布)")]
    assert read_header(elements, [], "").disclosure == "主动公开"


def test_fields_of_the_page_are_kept_apart() -> None:
    line = "统一编号：YZZC01-2023-0004 索 引 号：11330400MB0001/2023-00012 发文字号：云民发〔2023〕4号 印发日期：2023年5月9日"
    header = read_header([("meta", line), ("title", "关于做好临时救助工作的通知"), ("date", "2023年5月6日")], [], "")
    assert (header.index_number, header.doc_number) == ("11330400MB0001/2023-00012", "云民发〔2023〕4号")
    assert header.issued_on == "2023-05-06"
    assert read_header([("meta", "统一编号：YZZC01-2023-0004")], [], "").index_number is None


def test_who_printed_and_who_gets_a_copy_are_no_issuers() -> None:
    elements = [
        ("title", "关于做好临时救助工作的通知"),
        ("signature", "云泽市民政局      云泽市财政局"),
        ("signature", "云 泽 市 教 育 局"),
        ("date", "2023年5月6日"),
        ("note", "抄送：市委办公室，市人大办公室。"),
        ("note", "云泽市民政局办公室 2023年5月9日印发"),
    ]
    header = read_header(elements, [], "")
    assert header.issuers == ("云泽市民政局", "云泽市财政局", "云泽市教育局")
    assert header.issued_on == "2023-05-06"


@pytest.mark.parametrize(
    ("elements", "page", "body", "place", "level"),
    [
        ([("title", "财政部 税务总局关于住房契税的公告")], [], "", Place(), "nation"),
        ([("title", "省建设厅关于农房改造的通知")], [], "", Place(), "province"),
        ([("title", "【江澜省云泽市】市民政局关于做好救助工作的通知")], [], "", Place("江澜省", "云泽市"), "city"),
        (
            [("title", "关于做好救助工作的通知")],
            [("issuer", "枫林县民政局")],
            "",
            Place(None, None, "枫林县"),
            "county",
        ),
        (
            [("title", "关于做好救助工作的通知"), ("doc_number", "浙政发〔2023〕4号")],
            [],
            "",
            Place("浙江省"),
            "province",
        ),
        ([("title", "关于做好救助工作的通知")], [], "为提振市场信心，促进我市发展，制定本措施。", Place(), "city"),
        (
            [("title", "关于做好救助工作的通知")],
            [],
            "为促进我县发展，在绩溪县购房的可以申请。学习先进地区做法。",
            Place("安徽省", "宣城市", "绩溪县"),
            "county",
        ),
        # a district that no gazetteer knows, at the beginning of the title
        (
            [("title", "砚湖区文旅融合试点方案")],
            [],
            "砚湖区文旅融合试点方案\n结合我区实际，立足砚湖湿地，把砚湖建成目的地。组建砚湖服务中心。",
            Place(None, None, "砚湖区"),
            "district",
        ),
        ([("title", "砚湖区文旅融合试点方案")], [], "结合我区实际，制定本方案。", Place(), "district"),
        (
            [("title", "示范区建设试点方案")],
            [],
            "示范区建设试点方案\n结合我区实际，示范区内企业由示范区管委会负责，示范区定期总结。",
            Place(),
            "district",
        ),
    ],
)
def test_place_and_level(
    elements: list[tuple[str, str]], page: list[tuple[str, str]], body: str, place: Place, level: str | None
) -> None:
    header = read_header(elements, page, body)
    assert (header.place, header.level) == (place, level)


def test_a_body_without_its_place_gets_the_notices() -> None:
    header = read_header([("title", "【江澜省云泽市】市民政局关于做好救助工作的通知")], [], "")
    assert header.issuers == ("云泽市民政局",)


def test_attachments_over_several_lines() -> None:
    elements = [
        ("attachment_list", "附件：1.托育机构建设"),
        ("attachment_list", "任务清单"),
        ("attachment_list", "2.专班名单"),
    ]
    assert read_header(elements, [], "").attachments == ("托育机构建设任务清单", "专班名单")


_LABELS = st.sampled_from(
    ["title", "meta", "doc_number", "addressees", "signature", "date", "note", "attachment_list", "part", "text"]
)
_WORDS = st.sampled_from(
    [
        "云泽市",
        "民政局",
        "关于",
        "的通知",
        "《",
        "》",
        "〈",
        "〉",
        "（",
        "）",
        "〔2020〕3号",
        "2023年",
        "4月",
        "5日",
        "废止",
        "同时",
        "、",
        "，",
        "：",
        "各",
        " ",
        "\n",
        "附件1.",
        "【",
        "】",
    ]
)
_TEXTS = st.lists(_WORDS, max_size=12).map("".join)


@given(st.lists(st.tuples(_LABELS, _TEXTS), max_size=8), _TEXTS, st.text(max_size=60))
def test_any_paragraphs_give_a_header(elements: list[tuple[str, str]], page_title: str, body: str) -> None:
    header = read_header(elements, [("title", page_title)], body + "\n".join(text for _, text in elements))
    assert all(name.strip() for name in (*header.issuers, *header.addressees, *header.attachments))
    assert all(cite.title for cite in header.cites)


# --- real notices --------------------------------------------------------------------------------


@pytest.mark.shared
@pytest.mark.parametrize("name", ["000", "002", "004"])
def test_headers_of_the_seeds(name: str) -> None:
    gold_file = SHARED / "gold" / f"docmeta_{name}.json"
    if not gold_file.is_file():
        pytest.skip("../shared/gold is not here")
    from indexer.notices import parse

    gold = json.loads(gold_file.read_text("utf-8"))
    path = next((SHARED / "seeds").glob(f"{name}_*"))
    blocks = tuple(Block(line) for line in path.read_text("utf-8").splitlines() if line.strip())
    notice = parse(RawNotice(Source(str(path), None, "0" * 64, "text/plain"), blocks))
    assert notice.title == gold["title"]
    assert notice.issuers == (gold["issuer"],)
    assert notice.doc_number == gold["doc_number"]
    assert notice.index_number == gold.get("index_number")
    assert (notice.issued_on, notice.published_on) == (gold["written_date"], gold["published_date"])
    assert list(notice.addressees) == gold["addressees"]
    assert str(notice.place).endswith(gold["region"])
    assert {(cite.title, cite.doc_number) for cite in notice.cites} == {
        (cite["title"], cite["doc_number"]) for cite in gold["cites"]
    }


def test_long_lines_take_linear_time() -> None:
    began = time.perf_counter()
    for text in (
        "关于" * 100_000,
        "一" * 200_000,
        "2023年" * 60_000,
        "《" * 200_000,
        "〔2023〕1号" * 30_000,
        " " * 200_000,
    ):
        for recognise in (is_title, is_date_line, is_doc_number_line, is_signature, is_addressees_line):
            recognise(text)
        find_doc_numbers(text)
        parse_date(text)
        find_cites(text)
        split_title_and_rest(text)
        split_signature(text)
    assert time.perf_counter() - began < 8

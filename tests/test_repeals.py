"""Documents that a notice ends, or puts itself in the place of."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.notices.header.repeals import find_repeals
from indexer.records import Repeal


def ended(text: str, *, title: str = "") -> list[tuple[str, str | None]]:
    found = find_repeals(text, title=title)
    assert all(repeal.relation == "repeals" for repeal in found)
    return [(repeal.title, repeal.doc_number) for repeal in found]


@pytest.mark.parametrize(
    ("text", "repealed"),
    [
        (
            "本办法自2023年5月1日起施行。《云泽市人才公寓管理办法》（云泽政发〔2018〕5号）同时废止。",
            [("云泽市人才公寓管理办法", "云泽政发〔2018〕5号")],
        ),
        (
            "2014年印发的《青砚市物流补贴细则》自本通知印发之日起废止。",
            [("青砚市物流补贴细则", None)],
        ),
        ("原《望津市养犬管理规定》不再执行。", [("望津市养犬管理规定", None)]),
        (
            "《澜川市会展业扶持办法》（澜政发〔2015〕3号）、《澜川市夜市管理办法》（澜政发〔2016〕8号）和"
            "《澜川市旅馆业管理规定》同时废止。",
            [
                ("澜川市会展业扶持办法", "澜政发〔2015〕3号"),
                ("澜川市夜市管理办法", "澜政发〔2016〕8号"),
                ("澜川市旅馆业管理规定", None),
            ],
        ),
        (
            "2009年3月2日市人民政府发布的《云泽市公园管理办法》，2012年6月8日市人民政府发布的《云泽市绿化管理办法》同时废止。",
            [("云泽市公园管理办法", None), ("云泽市绿化管理办法", None)],
        ),
        (
            "《江澜省人民政府办公厅关于印发〈江澜省粮食储备规定〉的通知》(江政办发[2011]7号)即行废止。",
            [("江澜省人民政府办公厅关于印发〈江澜省粮食储备规定〉的通知", "江政办发〔2011〕7号")],
        ),
        (
            "三、废止《枫林县村级财务管理办法》（枫政办〔2010〕21号）。",
            [("枫林县村级财务管理办法", "枫政办〔2010〕21号")],
        ),
        ("即日起，停止执行《云泽市停车收费标准》。", [("云泽市停车收费标准", None)]),
        ("云泽政发〔2012〕9号文件同时废止。", [("", "云泽政发〔2012〕9号")]),
        (
            "《云泽市渣土管理规定》（云泽市人民政府令第12号）同时废止。",
            [("云泽市渣土管理规定", "云泽市人民政府令第12号")],
        ),
    ],
)
def test_documents_that_end(text: str, repealed: list[tuple[str, str | None]]) -> None:
    assert ended(text) == repealed


@pytest.mark.parametrize(
    "text",
    [
        "此前有关规定与本办法不一致的，以本办法为准。",
        "现行政策与本通知不一致的,以本通知为准。",
        "全面清理和废止妨碍统一市场的政策文件，修订《云泽市招标投标办法》。",
        "加快推动废止《云泽市招标投标办法》。",
        "鉴于《云泽市户籍管理办法》已完成使命，拟予以废止。",
        "本通知自2026年7月1日起施行，2027年6月30日废止。",
        "本《通知》有效期一年，至2023年6月30日自动废止。",
        "《云泽市商品房管理办法》第五条停止执行。",
        "《云泽市商品房管理办法》（云泽政发〔2018〕5号）中的限购规定同步停止执行。",
        "《云泽市停车办法》废止前已经备案的，按原规定办理。",
        "以银行保函代替《缴款凭证》。",
        "补贴金额以《商品房买卖合同》备案信息为准。",
        "依据《云泽市统计办法》制定本细则，自印发之日起施行，原办法同时废止。",
        "应当及时废止《云泽市农贸市场办法》。",
    ],
)
def test_nothing_ends(text: str) -> None:
    assert find_repeals(text) == ()


def test_the_basis_of_a_notice_does_not_end_with_the_document_behind_it() -> None:
    text = "本办法依据《江澜省养老服务条例》制定，自公布之日起施行，《云泽市养老机构管理办法》同时废止。"
    assert ended(text) == [("云泽市养老机构管理办法", None)]


@pytest.mark.parametrize(
    "text",
    [
        "此前发布的《望津市消费券发放办法》（望政办发〔2022〕6号）与本措施不一致的，以本措施为准。",
        "本办法取代《望津市消费券发放办法》（望政办发〔2022〕6号）。",
    ],
)
def test_documents_that_yield_are_replaced(text: str) -> None:
    assert find_repeals(text) == (Repeal("望津市消费券发放办法", "望政办发〔2022〕6号", "replaces"),)


def test_a_decision_ends_what_its_list_names_and_not_what_it_amends() -> None:
    body = "\n".join(
        [
            "经研究，决定对部分文件予以废止、修改。",
            "一、废止下列文件：",
            "1.《云泽市蚕桑生产扶持办法》（云泽政发〔2001〕4号）",
            "2.云泽市人民政府关于加强煤炭市场管理的通知（云泽政发〔2003〕11号）",
            "二、修改下列文件：",
            "1.《云泽市公共厕所管理办法》（云泽政发〔2015〕2号）",
        ]
    )
    assert ended(body, title="云泽市人民政府关于废止和修改部分文件的决定") == [
        ("云泽市蚕桑生产扶持办法", "云泽政发〔2001〕4号"),
        ("云泽市人民政府关于加强煤炭市场管理的通知", "云泽政发〔2003〕11号"),
    ]
    assert ended(body, title="云泽市2023年工作要点") == []


def test_a_decision_ends_what_its_title_names() -> None:
    title = "云泽市人民政府办公室关于废止《云泽市购房补贴办法》的通知"
    body = "《云泽市购房补贴办法》（云泽政办发〔2020〕3号）已完成使命。"
    assert ended(body, title=title) == [("云泽市购房补贴办法", "云泽政办发〔2020〕3号")]


_PIECES = st.sampled_from(
    [
        "《",
        "》",
        "〈",
        "〉",
        "办法",
        "废止",
        "同时",
        "取代",
        "（",
        "）",
        "〔2020〕3号",
        "以本通知为准",
        "与本通知不一致的，",
        "。",
        "、",
        "自",
        "起",
        "\n",
        "云泽",
    ]
)


@given(st.lists(_PIECES, max_size=60).map("".join), st.lists(_PIECES, max_size=8).map("关于废止".join))
def test_every_repeal_names_something_that_the_text_holds(body: str, title: str) -> None:
    for repeal in find_repeals(body, title=title):
        assert repeal.title or repeal.doc_number
        assert not repeal.title or repeal.title in (body + title).replace("\n", "")


@pytest.mark.parametrize(
    "piece",
    [
        "《办法》同时废止",
        "废止《",
        "《〈",
        "与本通知不一致的，以本通知为准",
        "《办法》、",
        "自1起同时",
        "云政发〔2023〕1号、",
    ],
)
def test_long_lines_take_linear_time(piece: str) -> None:
    began = time.process_time()
    find_repeals(piece * (100_000 // len(piece)) + "废止。", title="关于废止文件的决定")
    assert time.process_time() - began < 2

"""The precedents page without a browser: giving a draft, its clauses, a comparison, its lineage, the check, the basket."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest
from streamlit.testing.v1 import AppTest

from app.parts.basket import basket_document
from app.precedents.given_draft import ADDRESS_CHARACTERS, TEXT_CHARACTERS
from app.precedents.reading_pane import marked_draft
from app.precedents.timeline import chart
from app.texts import TEXTS, Texts
from indexer.build import build
from indexer.drafts import RULES, Finding
from indexer.index import open_index
from indexer.precedents import KINDS, Genealogy, Node
from tests.app_fixture import opened, shown
from tests.notice_files import write_docx
from tests.precedent_corpus import CITY, write_notices

ZH, EN = Texts("zh"), Texts("en")
SENTENCE = "每个街道至少建设一处社区食堂,与便民服务中心统一规划、统一装修、统一管理。"
DRAFT = """\
鹭洲区人民政府办公室关于推进社区食堂建设的实施意见
各街道办事处:
为解决老年人吃饭难题,根据《江澜省人民政府办公厅关于推进社区食堂建设的实施意见》(江澜政办发[2020]8号),提出如下意见。
一、布点建设。每个街道至少建设一处社区食堂,与便民服务中心统一规划、统一装修、统一管理。(责任单位:区民政局)
二、用餐补助。对为75周岁以上老年人供餐的食堂,按每人每餐5元给予补助,资金由区级财政统筹安排。(责任单位:区工商局)
四、阳台菜园。鼓励居民把露台改造成种植箱,轮椅可以<b>自由</b>进出。(责任单位:区民政局)
五、志愿服务。组织低龄老年人为行动不便的邻居送餐上门,按月公布名单。每学期请中学生到食堂帮厨一次,并由学校记入劳动课成绩;食堂每季度公布一次收支,\
接受用餐老年人代表查看账目,发现差错的在十个工作日内更正并说明原因,逾期不更正的由街道办事处约谈经营者。(责任单位:团区委)
鹭洲区人民政府办公室
2023年5月8日
"""
PLOTS, SUBSIDY, GARDEN = "2", "3", "4"  # places of clauses in the draft, after its preamble
assert len(DRAFT) > ADDRESS_CHARACTERS


@pytest.fixture(scope="module")
def notices(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of five short notices."""
    folder = tmp_path_factory.mktemp("precedents")
    build([write_notices(folder / "notices")], folder / "index")
    return folder / "index"


def with_draft(index: Path, patch: pytest.MonkeyPatch, text: str = DRAFT, **address: str | list[str]) -> AppTest:
    """The page with the draft pasted."""
    app = opened(index, patch, "precedents", **address)
    app.text_area(key="precedents text").set_value(text)
    press(app, ZH("precedents_look"))
    return app


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click().run()
    return app


def said(app: AppTest, name: str) -> str:
    """A part of the address; empty where it is not there."""
    values = app.query_params.get(name, [""])
    return values if isinstance(values, str) else values[0]


# --- giving a draft ------------------------------------------------------------------------------


def test_without_a_draft_there_are_three_ways_to_give_one(notices: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(notices, monkeypatch, "precedents")
    assert app.text_area(key="precedents text").label == ZH("precedents_paste")
    assert app.file_uploader[0].label == ZH("precedents_upload")
    assert ZH("precedents_example") in [button.label for button in app.button]
    assert ZH("precedents_gain_check") in shown(app)


def test_a_short_text_stands_in_the_address_and_a_link_opens_it_again(
    notices: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = with_draft(notices, monkeypatch, SENTENCE)
    assert said(app, "draft") == SENTENCE
    again = opened(notices, monkeypatch, "precedents", draft=SENTENCE)
    assert ZH("precedents_position", at=1, n=1) in shown(again)
    assert shown(again) == shown(app)


def test_a_long_text_is_known_to_its_session_alone_and_a_reload_says_so(
    notices: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = with_draft(notices, monkeypatch)
    assert (said(app, "draft"), said(app, "held")) == ("", "1")
    assert ZH("precedents_in_session") in shown(app)
    other = opened(notices, monkeypatch, "precedents", held="1", clause=PLOTS)
    assert [line.value for line in other.info] == [ZH("precedents_lost")]
    assert "阳台菜园" not in shown(other)


def test_the_example_is_one_click_and_a_link(notices: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = press(opened(notices, monkeypatch, "precedents"), ZH("precedents_example"))
    assert said(app, "example") == "1"
    assert "(征求意见稿)" in shown(opened(notices, monkeypatch, "precedents", example="1", show="check"))


def test_a_word_file_is_read_and_named(notices: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(notices, monkeypatch, "precedents")
    content = write_docx(tmp_path / "a.docx", DRAFT.splitlines()).read_bytes()
    app.file_uploader[0].set_value(("草稿.docx", content, "application/octet-stream")).run()
    assert "鹭洲区人民政府办公室关于推进社区食堂建设的实施意见" in shown(app)
    assert "一、布点建设" in shown(press(app, ZH("precedents_after")))
    press(app, ZH("precedents_other"))
    assert app.text_area(key="precedents text").value in (None, "")
    assert said(app, "held") == ""


@pytest.mark.parametrize(
    ("name", "content", "said_of_it"),
    [
        ("草稿.pdf", b"\x89PNG\r\n\x1a\n" + b"0" * 99, "is a picture"),
        ("空.txt", b"  \n", "is empty"),
        ("秘密.txt", "机密★一年\n关于某事的通知\n各单位：\n一、做好某事。".encode(), ""),
    ],
)
def test_a_file_that_cannot_be_read_is_said_in_a_line(
    notices: Path, monkeypatch: pytest.MonkeyPatch, name: str, content: bytes, said_of_it: str
) -> None:
    app = opened(notices, monkeypatch, "precedents")
    app.file_uploader[0].set_value((name, content, "application/octet-stream")).run()
    assert ZH("precedents_unreadable") in shown(app)
    if said_of_it:
        assert said_of_it in app.code[0].value
    else:
        assert [line.value for line in app.text] == [ZH("precedents_secret")]
    assert app.text_area(key="precedents text")  # the next draft can be given


@pytest.mark.parametrize("text", ["？！", "a" * (TEXT_CHARACTERS + 1)], ids=["no words", "too long"])
def test_a_link_with_a_text_that_is_no_draft_is_said_in_a_line(
    notices: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    app = opened(notices, monkeypatch, "precedents", draft=text)
    assert ZH("precedents_unreadable") in shown(app)
    assert said(app, "draft") == ""


def test_a_draft_that_the_archive_holds_is_no_precedent_of_itself(
    notices: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = with_draft(notices, monkeypatch, CITY)
    html = shown(app)
    assert ZH("precedents_own_notice") in html
    assert [link.proto.label for link in app.get("page_link") if "云泽市人民政府办公室" in link.proto.label]
    app.radio[0].set_value("3").run()  # 用餐补助: the province alone has it as well
    assert "云泽政办发〔2021〕15号" not in "".join(card for card in shown(app).split("<article")[1:])


# --- clause by clause ----------------------------------------------------------------------------


def test_every_clause_is_a_line_that_says_what_was_found(notices: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = with_draft(notices, monkeypatch)
    captions = list(app.radio[0].proto.captions)
    assert len(captions) == 5
    assert captions[1].startswith(f"{ZH('precedents_verbatim')} 2")
    assert ZH("precedents_adapted") in captions[2]
    assert captions[3].startswith(ZH("precedents_none"))
    assert ZH("precedents_n_none", n=1) in shown(app)
    assert not app.get("progress")


def test_precedents_stand_in_groups_and_the_same_wording_once(notices: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = with_draft(notices, monkeypatch, clause=PLOTS)
    app.radio[0].set_value(PLOTS).run()
    html = shown(app)
    assert html.count("江澜政办发〔2020〕8号") == 1
    assert ZH("precedents_verbatim_meaning") in html
    assert ZH("precedents_also_in", n=1) in [expander.label for expander in app.expander]
    assert 'tw-responsible">省民政厅' in html
    app.radio[0].set_value(SUBSIDY).run()
    assert '<ins class="tw-ins">' in shown(app)
    app.radio[0].set_value(GARDEN).run()
    assert ZH("precedents_none_found") in shown(app)


def test_the_clause_chosen_stands_in_the_address_and_the_ends_stop(
    notices: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = with_draft(notices, monkeypatch)
    assert next(button for button in app.button if button.label == ZH("precedents_before")).disabled
    press(app, ZH("precedents_after"))
    assert (said(app, "clause"), app.radio[0].value) == (PLOTS, PLOTS)
    app.radio[0].set_value("5").run()
    assert next(button for button in app.button if button.label == ZH("precedents_after")).disabled
    press(app, ZH("precedents_before"))
    assert said(app, "clause") == GARDEN
    assert "tw-clause" in shown(app)
    odd = opened(notices, monkeypatch, "precedents", draft=SENTENCE, clause="99", tab="none", show="all")
    assert ZH("precedents_position", at=1, n=1) in shown(odd)


def test_filters_choose_which_precedents_are_listed(notices: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    link = {"draft": SENTENCE}
    assert "江澜省" in shown(opened(notices, monkeypatch, "precedents", **link))
    cities = shown(opened(notices, monkeypatch, "precedents", level="city", **link))
    assert "云泽政办发〔2021〕15号" in cities
    assert "江澜政办发〔2020〕8号" not in cities
    nothing = opened(notices, monkeypatch, "precedents", place="青砚市", level="province", **link)
    assert ZH("filter_nothing") in shown(nothing)
    assert "云泽政办发〔2021〕15号" in shown(
        opened(notices, monkeypatch, "precedents", kind="意见", place="云泽市", **link)
    )


def test_a_hostile_draft_is_shown_as_text(notices: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = with_draft(notices, monkeypatch)
    app.radio[0].set_value(GARDEN).run()
    assert "&lt;b&gt;自由&lt;/b&gt;" in shown(app)
    assert "<b>自由" not in shown(app)
    app.segmented_control(key="precedents show").set_value("check").run()
    assert "&lt;b&gt;自由&lt;/b&gt;" in shown(app)


# --- comparing and tracing -----------------------------------------------------------------------


def test_any_wording_can_be_the_baseline_and_a_link_opens_the_same_comparison(
    notices: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened(notices, monkeypatch, "precedents", draft=SENTENCE.replace("统一装修", "统一改造"), tab="compare")
    assert '<del class="tw-del">改造</del>' in shown(app)
    assert '<ins class="tw-ins">装修</ins>' in shown(app)
    press(app, ZH("precedents_swap"))
    assert '<del class="tw-del">装修</del>' in shown(app)
    link = {name: said(app, name) for name in ("draft", "tab", "base", "with")}
    assert link["with"] == "draft"
    assert shown(opened(notices, monkeypatch, "precedents", **link)) == shown(app)


def test_a_card_leads_to_its_comparison(notices: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(notices, monkeypatch, "precedents", draft=SENTENCE)
    button = next(button for button in app.button if button.key and button.key.startswith("compare found"))
    wanted = button.key.removeprefix("compare found ") if button.key else ""
    button.click().run()
    assert (said(app, "tab"), said(app, "with")) == ("compare", wanted)
    assert app.selectbox(key="precedents with").value == wanted


def test_the_lineage_says_in_words_what_it_draws(notices: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(notices, monkeypatch, "precedents", draft=SENTENCE, tab="lineage")
    html = shown(app)
    assert ZH("precedents_first", day="2020-04-02", place="江澜省") in html
    assert html.index(ZH("precedents_is_first")) < html.index(f"← 江澜省 2020：{ZH('precedents_kind_handed_down')}")
    assert ZH("precedents_evidence_cites") in html
    assert 'alt="" width=' in html
    (drawn,) = app.get("vega_lite_chart") or app.get("arrow_vega_lite_chart")
    assert "2020 江澜省" in drawn.proto.alt
    none = opened(notices, monkeypatch, "precedents", draft="露台改造成种植箱,收成送给邻居", tab="lineage")
    assert ZH("precedents_no_lineage") in shown(none)


def node(clause_id: str, day: str | None, place: str = "云泽市") -> Node:
    return Node(clause_id, "d", "关于某事的通知", place, "city", day)


def test_the_chart_has_a_point_for_each_year_and_place_and_marks_the_first() -> None:
    tree = Genealogy((node("d:1", "2020-01-01"), node("d:2", "2020-05-01"), node("d:3", "2022-01-01", "望津市"), node("d:4", None)), ())  # fmt: skip
    points = chart(tree, ZH)["data"]["values"]
    assert [(point["year"], point["place"], point["use"]) for point in points] == [
        (2020, "云泽市", ZH("precedents_first_use")),
        (2022, "望津市", ZH("precedents_later_use")),
    ]


# --- the check -----------------------------------------------------------------------------------


def test_findings_are_marked_in_the_text_and_listed_with_advice(notices: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = with_draft(notices, monkeypatch)
    app.segmented_control(key="precedents show").set_value("check").run()
    html = shown(app)
    for rule in ("number_brackets", "numbering_skipped", "former_unit_name"):
        assert ZH(f"precedents_rule_{rule}") in html
    assert 'id="place-1" href="#finding-1"' in html
    assert 'id="finding-1"' in html
    assert html.count('id="place-') == html.count('<li id="finding-')
    app.pills(key="precedents severity").set_value(["error"]).run()
    assert said(app, "severity") == "error"
    assert ZH("precedents_rule_numbering_skipped") not in shown(app).split("tw-findings")[1]
    assert [button.proto.label for button in app.get("download_button")] == ["Markdown", "CSV", "Word"]


def test_a_draft_without_faults_is_said_to_have_none(notices: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(notices, monkeypatch, "precedents", draft="组织低龄老年人为行动不便的邻居送餐上门。", show="check")
    assert [line.value for line in app.success] == [ZH("precedents_check_clean", n=len(RULES))]


def test_findings_that_overlap_are_each_numbered_and_the_worst_is_seen() -> None:
    def finding(start: int, end: int, severity: str) -> Finding:
        return Finding("number_year", severity, start, end, 1, "", "", "")  # type: ignore[arg-type]

    html = marked_draft("甲乙<丙丁", [(1, finding(0, 3, "note")), (2, finding(1, 5, "error"))], ZH)
    assert html.count('class="tw-at ') == 2
    assert '<mark class="tw-finding tw-note">甲</mark>' in html
    assert '<mark class="tw-finding tw-error">乙&lt;</mark>' in html


def test_every_rule_severity_and_kind_has_a_name() -> None:
    names = [f"precedents_rule_{rule}" for rule in RULES]
    names += [f"precedents_kind_{kind}{ending}" for kind in KINDS for ending in ("", "_meaning")]
    assert [name for name in names if name not in TEXTS] == []


# --- the basket ----------------------------------------------------------------------------------


def ids_of(app: AppTest) -> list[str]:
    return [button.key.removeprefix("up ") for button in app.button if button.key and button.key.startswith("up ")]


def test_the_basket_is_put_in_order_and_noted_on(notices: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    subsidy = "对为75周岁以上老年人供餐的食堂,按每人每餐5元给予补助,资金由县级财政统筹安排。"
    app = opened(notices, monkeypatch, "precedents", draft=subsidy)
    for _ in range(2):
        press(app, ZH("basket_put_in"))
    app.segmented_control(key="precedents show").set_value("basket").run()
    first, second = ids_of(app)
    app.button(key=f"down {first}").click().run()
    assert ids_of(app) == [second, first]
    assert app.query_params["basket"] == [second, first]
    app.text_input(key=f"precedents note {first}").set_value("参照这一条").run()
    app.segmented_control(key="precedents show").set_value("clauses").run()
    app.segmented_control(key="precedents show").set_value("basket").run()
    assert app.text_input(key=f"precedents note {first}").value == "参照这一条"
    assert said(app, "show") == "basket"
    app.button(key=f"take out {second}").click().run()
    assert ids_of(app) == [first]


def test_a_note_stands_below_its_clause_in_the_word_document(notices: Path, tmp_path: Path) -> None:
    with open_index(notices) as index:
        heads = {notice.doc_id: notice for notice in index.notices()}
        first, second = index.notice(next(iter(heads))).clauses[:2]
        path = tmp_path / "basket.docx"
        path.write_bytes(basket_document([first, second], heads, {second.clause_id: "=参照这一条"}, ZH))
    texts = [paragraph.text for paragraph in docx.Document(str(path)).paragraphs]
    assert texts.index(first.text) < texts.index(second.text) < texts.index("=参照这一条")


def test_clauses_of_the_basket_become_precedents_of_the_draft(notices: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(notices, monkeypatch, "precedents", draft=SENTENCE)
    press(app, ZH("basket_put_in"))
    app.segmented_control(key="precedents show").set_value("basket").run()
    press(app, ZH("precedents_own_on"))
    assert (said(app, "own"), said(app, "show")) == ("1", "")
    assert ZH("precedents_from_basket") in shown(app)
    app.segmented_control(key="precedents show").set_value("basket").run()
    press(app, ZH("precedents_own_off"))
    app.segmented_control(key="precedents show").set_value("clauses").run()
    assert ZH("precedents_from_basket") not in shown(app)


def test_an_empty_basket_says_how_to_fill_it(notices: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ZH("precedents_basket_hint") in shown(opened(notices, monkeypatch, "precedents", show="basket"))


# --- the language --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address", [{"show": "check"}, {"tab": "compare"}, {"tab": "lineage"}, {"clause": "2"}], ids=str
)
def test_the_english_page_says_nothing_of_its_own_in_chinese(
    notices: Path, monkeypatch: pytest.MonkeyPatch, address: dict[str, str]
) -> None:
    app = opened(notices, monkeypatch, "precedents", example="1", lang="en", **address)
    html = shown(app)
    chinese = {text[0] for key, text in TEXTS.items() if key.startswith("precedents_") and len(text[0]) > 3}
    assert [text for text in chinese if text in html] == []
    labels = [button.label for button in app.button] + [choice.label for choice in app.selectbox]
    assert [label for label in labels if label in chinese] == []

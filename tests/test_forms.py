"""In which form something judged is written: told from the page, without the parser."""

from __future__ import annotations

from typing import Any

import pytest

from eval import forms, wordings
from eval.gold import GoldClause, _clause
from eval.pages import Page, Stretch, page_of, stretches
from indexer.records import Block, Cell, RawNotice, Source, Table

SOURCE = Source("950.txt", None, "0" * 64, "text/plain")


def page(*blocks: str | Table) -> Page:
    made = tuple(Block(table=block) if isinstance(block, Table) else Block(block) for block in blocks)
    return page_of(RawNotice(SOURCE, made))


def judged(quote: str, end: str, **more: Any) -> GoldClause:  # noqa: ANN401 - values of a record as they are
    return _clause({"doc": "950", "quote": quote, "end_quote": end, **more}, "test")


def unit_forms(written: Page, *gold: GoldClause) -> list[dict[tuple[str, str], str]]:
    places = stretches(written, gold)
    assert len(places) == len(gold)
    return forms.unit_forms(written, places)


FAIR = judged("举办年货节", "举办年货节。", path=["一、办节"], responsible=["市商务局"])
LIGHTS = judged("布置灯会", "布置灯会。", path=["二、张灯"], responsible=["市文旅局"])


class TestPages:
    def test_a_clause_over_several_lines_is_found_with_what_stands_around_it(self) -> None:
        written = page("一、办节", "举办年货", "节。", "责任单位：市商务局", "二、张灯", "布置灯会。")
        first, second = stretches(written, [FAIR, LIGHTS])
        assert written.text[first.start : first.end] == "举办年货节"
        assert written.text[first.end : first.after] == "。责任单位:市商务局二、张灯"
        assert second.before == first.end

    def test_a_merged_cell_is_said_by_every_row_and_stands_once_on_the_page(self) -> None:
        rows = ((Cell("举办年货节。"), Cell("市商务局")), (Cell("布置灯会。"), Cell("市商务局", merged=True)))
        written = page(Table(rows))
        assert written.text == "举办年货节。市商务局布置灯会。"
        assert [row.cells[1] for row in written.rows] == ["市商务局", "市商务局"]

    def test_a_quote_that_is_not_there_has_no_place(self) -> None:
        assert stretches(page("举办年货节。"), [LIGHTS]) == []


class TestUnits:
    @pytest.mark.parametrize(
        ("form", "lines"),
        [
            ("unit_line", ["一、办节", "举办年货节。", "责任单位：市商务局"]),
            ("unit_line", ["一、办节 举办年货节。 责任部门:市商务局 二、张灯 布置灯会。"]),
            ("unit_line", ["一、办节", "举办年货节。", "（责任单位：市商务局）"]),
            ("unit_line", ["一、办节", "牵头单位：市商务局", "举办年货节。"]),
            ("unit_bracket", ["一、办节", "举办年货节。（责任单位：市公安局、市商务局）"]),
            ("unit_bracket", ["一、办节", "举办年货节。（完成时限：年底前；责任单位：市商务局）"]),
            ("unit_bracket", ["一、办节", "举办年货节。【责任单位 市商务局】"]),
            ("plain_bracket", ["一、办节", "举办年货节。（市商务局牵头，市公安局配合）"]),
            ("plain_bracket", ["一、办节", "举办年货节。（市公安局、望津高新区（科学城）管委会、市商务局）"]),
            ("table_column", ["任务|责任单位", "举办年货节。|市商务局|年底前"]),
            ("table_column", ["一、办节", "举办年货节。", "市商务局", "年底前"]),
            ("misprint", ["一、办节", "举办年货节。", "贵任单位：市商务局"]),
            ("caption", ["总牵头单位：市商务局", "任务|时间", "举办年货节。|年底前"]),
            ("document_wide", ["以下任务均由市商务局负责落实，不再列出。", "一、办节", "举办年货节。"]),
            ("document_wide", ["市商务局对表中全部任务均承担责任。", "举办年货节。|年底前"]),
            ("section_wide", ["本部分以下工作均由市商务局落实。", "一、办节", "举办年货节。"]),
            ("heading", ["一、办节（责任单位：市商务局）", "（一）筹备", "先行筹备。", "举办年货节。"]),
            ("unclear", ["一、办节", "举办年货节。", "其他事项请市商务局另行通知。"]),
            ("unclear", ["一、办节", "举办年货节。"]),
        ],
    )
    def test_a_form_is_told_from_the_page(self, form: str, lines: list[str]) -> None:
        assert list(unit_forms(page(*lines), FAIR)[0].values()) == [form]

    def test_a_cell_of_a_table_is_a_column_also_where_it_is_merged(self) -> None:
        rows = ((Cell("举办年货节。"), Cell("市商务局")), (Cell("布置灯会。"), Cell("市商务局", merged=True)))
        second = judged("布置灯会", "布置灯会。", responsible=["市商务局"])
        assert unit_forms(page(Table(rows)), FAIR, second) == [{("市商务局", "responsible"): "table_column"}] * 2

    def test_units_behind_the_last_paragraph_hold_for_those_before_it(self) -> None:
        first = judged("广泛发动", "广泛发动。", path=["一、办节"], responsible=["市商务局"])
        written = page("一、办节", "广泛发动。", "举办年货节。", "责任单位：市商务局", "二、张灯")
        assert [set(found.values()) for found in unit_forms(written, first, FAIR)] == [{"section_end"}, {"unit_line"}]

    def test_the_clause_s_own_sentence_may_say_who_leads(self) -> None:
        gold = judged("由市商务局牵头", "举办年货节。", lead=["市商务局"])
        assert unit_forms(page("由市商务局牵头举办年货节。"), gold)[0] == {("市商务局", "lead"): "prose_lead"}

    def test_the_lead_in_prose_beats_the_list_that_names_no_leader(self) -> None:
        gold = judged("由市商务局牵头", "举办年货节。", lead=["市商务局"], responsible=["市商务局", "市公安局"])
        found = unit_forms(page("由市商务局牵头举办年货节。", "责任单位：市商务局、市公安局"), gold)[0]
        assert found["市商务局", "lead"] == "prose_lead"
        assert found["市商务局", "responsible"] == found["市公安局", "responsible"] == "unit_line"

    def test_prose_that_gives_the_work_without_a_lead_is_a_form_of_its_own(self) -> None:
        gold = judged("举办年货节", "由市商务局负责。", responsible=["市商务局"])
        assert unit_forms(page("举办年货节。由市商务局负责。"), gold)[0] == {("市商务局", "responsible"): "prose_by"}

    def test_an_inherited_unit_is_looked_for_in_the_statement_not_in_its_other_mentions(self) -> None:
        gold = judged("布置灯会", "布置灯会。", responsible=["市文旅局"], inherited=["各街道"])
        lines = ["举办年货节。（责任单位：市商务局，以下均需各街道落实，不再列出）", "布置灯会。（责任单位：市文旅局）"]
        found = unit_forms(page(*lines), FAIR, gold)
        assert found[0] == {("市商务局", "responsible"): "unit_bracket"}
        assert found[1] == {("市文旅局", "responsible"): "unit_bracket", ("各街道", "inherited"): "document_wide"}


class TestPersons:
    @pytest.mark.parametrize(
        ("form", "behind"),
        [
            ("person_label", ["责任单位：市商务局；责任人：陆遥"]),
            ("person_below", ["牵头人：宋岩（市商务局局长）", "陆遥（市公安局副局长）"]),
            ("person_column", ["市商务局", "陆遥", "年底前"]),
            ("unclear", ["请与陆遥同志衔接"]),
        ],
    )
    def test_a_form_is_told_from_the_page(self, form: str, behind: list[str]) -> None:
        written = page("举办年货节。", *behind)
        assert forms.person_form(written, stretches(written, [FAIR])[0], "陆遥") == form

    def test_who_is_appointed_in_the_text_is_prose(self) -> None:
        gold = judged("成立专班", "举办年货节。")
        written = page("成立专班，由副市长陆遥任组长，举办年货节。")
        assert forms.person_form(written, stretches(written, [gold])[0], "陆遥") == "person_prose"


def place_in(*lines: str, quote: str, **more: Any) -> tuple[Page, Stretch]:  # noqa: ANN401 - as above
    written = page(*lines)
    return written, stretches(written, [judged(quote, "。", **more)])[0]


class TestDeadlines:
    @pytest.mark.parametrize(
        ("form", "deadline"),
        [
            ("until", "到2027年"),
            ("before", "2023年12月底前"),
            ("yearly", "每年3月底前"),
            ("feast", "春节前"),
            ("end_of", "2025年底"),
            ("stretch", "2023年3月至10月"),
            ("from_now", "即日起至2024年底"),
            ("since_issue", "自本方案印发之日起三个月内"),
            ("plan_period", "“十四五”期间"),
            ("within_year", "年内"),
            ("within_years", "五年内"),
            ("whole_year", "2023年全年"),
            ("quarter_heads", "三季度"),
            ("month_heads", "2025年6月"),
            ("year_heads", "2023年"),
            ("unclear", "尽快"),
        ],
    )
    def test_words_in_the_text_have_their_shape(self, form: str, deadline: str) -> None:
        written, place = place_in(f"举办年货节，{deadline}完成。", quote="举办年货节")
        assert wordings.deadline_form(written, place, wordings.squeeze(deadline)) == form

    @pytest.mark.parametrize(
        "lines",
        [
            ["举办年货节。", "责任单位：市商务局；完成时限：12月底前"],
            ["举办年货节。|市商务局|12月底前"],
            ["举办年货节。", "市商务局", "12月底前"],
        ],
    )
    def test_a_value_behind_a_label_or_in_a_cell_is_a_cell(self, lines: list[str]) -> None:
        written, place = place_in(*lines, quote="举办年货节")
        assert wordings.deadline_form(written, place, "12月底前") == "cell"

    def test_a_heading_is_read_by_its_words(self) -> None:
        written, place = place_in(
            "一、启动（3月底前）", "举办年货节。", quote="举办年货节", path=["一、启动（3月底前）"]
        )
        assert wordings.deadline_form(written, place, "3月底前") == "before"

    def test_the_end_of_a_term_and_of_a_stretch_are_told_from_what_stands_before(self) -> None:
        written, place = place_in("举办年货节，政策执行至2025年12月31日。", quote="举办年货节")
        assert wordings.deadline_form(written, place, "2025年12月31日") == "valid_until"
        written, place = place_in("举办年货节，2024年6月1日至2024年8月31日。", quote="举办年货节")
        assert wordings.deadline_form(written, place, "2024年8月31日") == "stretch"

    def test_the_year_of_a_heading_over_tasks(self) -> None:
        path = ["二、2011年的主要任务"]
        written, place = place_in("二、2011年的主要任务", "举办年货节。", quote="举办年货节", path=path)
        assert wordings.deadline_form(written, place, "2011年") == "year_of_tasks"


@pytest.mark.parametrize(
    ("form", "target"),
    [
        ("quantity", "新增床位3万张"),
        ("quantity", "占比不低于2/3"),
        ("paid", "每人每餐补助5元"),
        ("bounded", "租赁期限不少于8年"),
        ("promised", "5个工作日内办结"),
        ("comparison", "增速高于全市平均"),
        ("coverage", "助餐服务覆盖全部社区"),
        ("written_figure", "建成夜市三处"),
    ],
)
def test_a_target_has_its_form(form: str, target: str) -> None:
    assert wordings.target_form(target) == form


class TestNumbering:
    @pytest.mark.parametrize(
        ("style", "label"),
        [
            ("part", "第一编 总则"),
            ("chapter", "第二章　资金"),
            ("section", "第一节"),
            ("article", "第三条"),
            ("paragraph", "第一款"),
            ("point", "第二项"),
            ("box", "专栏1"),
            ("cn", "十一、"),
            ("cn_paren", "（三）加快建设"),
            ("cn_paren", "㈢"),
            ("ar", "１．"),
            ("ar", "2.2023年任务"),
            ("ar", "⒉"),
            ("ar_paren", "(4)"),
            ("ar_half", "5)"),
            ("circled", "①"),
            ("unnumbered", ""),
            ("unnumbered", "1.2个百分点"),
            ("unnumbered", "2023年工作"),
        ],
    )
    def test_a_label_has_its_style(self, style: str, label: str) -> None:
        assert wordings.style_of_label(label) == style

    def test_the_number_of_a_heading_without_its_title(self) -> None:
        assert wordings.label_of("（三）加快建设") == "(三)"
        assert wordings.label_of("加快建设") == ""

    def test_a_row_is_known_by_pipes_by_cells_and_by_a_number_without_a_mark(self) -> None:
        for lines in (["|举办年货节。", "|年底"], ["举办年货节。|年底前"]):
            written, place = place_in(*lines, quote="举办年货节")
            assert forms.in_table(written, place)
        written, place = place_in("1", "举办年货节。", quote="举办年货节", path=["1 举办年货节"])
        assert forms.in_table(written, place)
        written, place = place_in("1.举办年货节。", quote="举办年货节", path=["1.举办年货节"])
        assert not forms.in_table(written, place)

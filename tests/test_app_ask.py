"""The Ask page beyond its answers: questions asked before, counts by facet, more clauses, copying, exports, addresses."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app.ask.asking import AT_FIRST, LISTED, STEPS
from app.ask.downloads import file_stem
from app.ask.facets import AT_FIRST as VALUES_AT_FIRST
from app.texts import Texts
from indexer.build import build
from indexer.exports.citations import quotation_of
from indexer.index import Index
from indexer.records import Filters, Query
from indexer.search import ask
from indexer.search.facets import Facet, facets, nearest
from tests.app_fixture import opened, shown
from tests.search_corpus import write_corpus

TRAINING = "养老护理员培训由谁负责？"
SUBSIDY = "云泽新开一条集装箱航线补贴多少？"
ZH, EN = Texts("zh"), Texts("en")


def ask_in(app: AppTest, question: str) -> AppTest:
    app.text_input(key="q").set_value(question)
    return next(button for button in app.button if button.label == ZH("ask")).click().run()


def addressed(app: AppTest, name: str) -> list[str]:
    """What the address says under a name."""
    value = app.query_params.get(name, [])
    return [value] if isinstance(value, str) else list(value)


def counted(index: Index, facet: Facet) -> dict[str, int]:
    query = Query(TRAINING)
    clauses = index.clauses([hit.clause_id for hit in nearest(index, query, k=LISTED)])
    return {each.value: each.n for each in facets(index, query, clauses)[facet]}


# --- questions asked before ----------------------------------------------------------------------


def test_questions_asked_before_are_listed_once_newest_first_and_asked_again(
    samples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened(samples, monkeypatch, q=TRAINING)
    assert not app.menu_button  # the question at hand is no earlier one
    ask_in(app, SUBSIDY)
    ask_in(app, "青砚人才房租金价格归谁来定？")
    ask_in(app, SUBSIDY)
    assert list(app.menu_button[0].options) == ["青砚人才房租金价格归谁来定？", TRAINING, ZH("ask_history_clear")]
    app.menu_button[0].click(TRAINING).run()
    assert app.text_input(key="q").value == TRAINING
    assert addressed(app, "q") == [TRAINING]
    assert ZH("answer_units") in shown(app)


def test_the_page_without_a_question_lists_what_was_asked_and_forgets_it_on_demand(
    samples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened(samples, monkeypatch, q="*补贴*多少？")
    ask_in(app, "")
    asked = app.button(key="asked 0")
    assert asked.label == r"\*补贴\*多少？"
    assert not {"history", "asked 0"} & set(app.query_params)
    app.button(key="clear history").click().run()
    assert ZH("ask_history") not in shown(app)
    assert ZH("try") in shown(app)


def test_what_is_no_question_is_not_remembered(samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(samples, monkeypatch, q="？？")
    ask_in(app, "")
    assert ZH("ask_history") not in shown(app)


# --- counts by facet -----------------------------------------------------------------------------


def test_without_a_question_the_filters_have_no_counts(samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(samples, monkeypatch)
    assert not [pills for pills in app.button_group if (pills.key or "").startswith("facet ")]
    assert all("·" not in option for option in app.button_group(key="level").options)


def test_the_counts_are_those_of_the_clauses_found_the_most_frequent_first(
    samples: Path, monkeypatch: pytest.MonkeyPatch, index: Index
) -> None:
    app = opened(samples, monkeypatch, q=TRAINING)
    for facet in ("places", "kinds", "units"):
        found = counted(index, facet)
        labels = [option for option in app.button_group(key=f"facet {facet}").options]
        assert labels == [f"{value} · {n}" for value, n in list(found.items())[:VALUES_AT_FIRST]]
    levels = counted(index, "levels")
    assert f"{ZH('level_city')} · {levels['city']}" in list(app.button_group(key="level").options)
    years = [option.split(" · ")[0] for option in app.button_group(key="facet years").options]
    assert years == sorted(years)


def test_more_values_of_a_facet_are_shown_on_demand(samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(samples, monkeypatch, q=TRAINING)
    assert len(app.button_group(key="facet units").options) == VALUES_AT_FIRST
    app.button(key="more units").click().run()
    assert len(app.button_group(key="facet units").options) > VALUES_AT_FIRST
    app.button(key="more units").click().run()
    assert len(app.button_group(key="facet units").options) == VALUES_AT_FIRST


def test_a_click_on_a_count_restricts_here_and_in_the_address_and_a_second_takes_it_back(
    samples: Path, monkeypatch: pytest.MonkeyPatch, index: Index
) -> None:
    app = opened(samples, monkeypatch, q=TRAINING)
    before = app.button_group(key="facet kinds").options
    kind = list(counted(index, "kinds"))[1]
    app.button_group(key="facet kinds").set_value([kind]).run()
    assert app.multiselect(key="kind").value == [kind]
    assert addressed(app, "kind") == [kind]
    assert f"<b>{kind}</b>" in shown(app)
    assert app.button_group(key="facet kinds").options == before  # its other values keep their counts
    app.button_group(key="facet kinds").set_value([]).run()
    assert app.multiselect(key="kind").value == []
    assert addressed(app, "kind") == []


def test_a_year_sets_the_range_and_gives_it_back(samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(samples, monkeypatch, q=TRAINING)
    app.button_group(key="facet years").set_value(["2023"]).run()
    assert app.slider[0].value == (2023, 2023)
    assert addressed(app, "years") == ["2023", "2023"]
    app.button_group(key="facet years").set_value(["2016", "2023"]).run()
    assert app.slider[0].value == (2016, 2016)
    app.button_group(key="facet years").set_value([]).run()
    assert app.slider[0].value == (app.slider[0].min, app.slider[0].max)


def test_a_link_with_a_kind_and_a_unit_opens_restricted_with_both_pressed(
    samples: Path, monkeypatch: pytest.MonkeyPatch, index: Index
) -> None:
    app = opened(samples, monkeypatch, q=TRAINING, kind="意见", unit="市民政局", level="city")
    assert "市级 · 意见 · 市民政局" in shown(app)
    assert app.button_group(key="facet kinds").value == ["意见"]
    assert app.button_group(key="facet units").value == ["市民政局"]
    found = ask(
        index, Query(TRAINING, filters=Filters(kinds=("意见",), units=("市民政局",), levels=("city",))), k=LISTED
    )
    assert shown(app).count("<article") == min(AT_FIRST, len(found.hits))


def test_values_chosen_beside_the_counts_stay_when_a_count_is_clicked(
    samples: Path, monkeypatch: pytest.MonkeyPatch, index: Index
) -> None:
    rare = next(name for name in index.unit_names() if name not in counted(index, "units"))
    app = opened(samples, monkeypatch, q=TRAINING, unit=rare)
    first = app.button_group(key="facet units").options[0].split(" · ")[0]
    app.button_group(key="facet units").set_value([first]).run()
    assert set(app.multiselect(key="unit").value) == {rare, first}


# --- the clauses ---------------------------------------------------------------------------------


def test_more_clauses_come_step_by_step_and_their_number_stands_in_the_address(
    samples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened(samples, monkeypatch, q=TRAINING)
    assert ZH("ask_shown", shown=AT_FIRST, n=LISTED) in shown(app)
    app.button(key="more clauses").click().run()
    assert addressed(app, "k") == [str(STEPS[1])]
    assert ZH("ask_shown", shown=STEPS[1], n=LISTED) in shown(app)
    again = opened(samples, monkeypatch, q=TRAINING, k=str(LISTED))
    assert ZH("ask_shown", shown=LISTED, n=LISTED) in shown(again)
    assert "more clauses" not in [button.key for button in again.button]


@pytest.mark.parametrize("k", ["x", "-5", "٣٠", "0", "9" * 5000, ""])
def test_a_number_of_clauses_that_makes_no_sense_is_ignored(
    samples: Path, monkeypatch: pytest.MonkeyPatch, k: str
) -> None:
    assert ZH("ask_shown", shown=AT_FIRST, n=LISTED) in shown(opened(samples, monkeypatch, q=TRAINING, k=k))


def test_another_question_begins_with_the_first_clauses_and_with_nothing_taken_back(
    samples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened(samples, monkeypatch, q=TRAINING, k="30", without="topic", place="江澜省")
    ask_in(app, SUBSIDY)
    assert (addressed(app, "k"), addressed(app, "without")) == ([], [])
    assert addressed(app, "place") == ["江澜省"]


def test_the_clause_is_there_to_copy_with_its_citation(
    samples: Path, monkeypatch: pytest.MonkeyPatch, index: Index
) -> None:
    clause = index.clause(ask(index, Query(SUBSIDY)).statements[0].clause_id)
    quotation = quotation_of(index.notice(clause.doc_id), clause)
    app = opened(samples, monkeypatch, q=SUBSIDY)
    copies = [code.value for code in app.code]
    assert copies.count(f"{quotation.text}\n——{quotation.source}") == 2  # in the answer and on its card
    assert len(copies) == 1 + AT_FIRST


def test_a_comparison_is_copied_and_put_into_the_basket_whole(
    samples: Path, monkeypatch: pytest.MonkeyPatch, index: Index
) -> None:
    question = "各地的养老护理员培训目标有什么不同？"
    cited = list(dict.fromkeys(one.clause_id for one in ask(index, Query(question)).statements))
    app = opened(samples, monkeypatch, q=question)
    assert app.code[0].value.count("——《") == len(cited)
    app.button(key="basket all answer").click().run()
    assert addressed(app, "basket") == cited
    assert app.button(key="basket all answer").disabled


def test_units_are_answered_with_the_clauses_deadline(samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    html = shown(opened(samples, monkeypatch, q="云泽市的算力券和算力平台归哪个局牵头，谁配合？"))
    answer = html[html.index(ZH("answer_units")) : html.index("<blockquote>")]
    assert "2026年6月底前" in answer


def test_all_clauses_found_are_exported_under_the_name_of_the_question(
    samples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened(samples, monkeypatch, q=TRAINING)
    offered = [button.label for button in app.download_button if (button.key or "").startswith("export ")]
    assert offered == [ZH("ask_excel"), ZH("basket_word"), ZH("ask_csv"), ZH("ask_markdown")]


@pytest.mark.parametrize(
    ("question", "stem"),
    [
        ("补贴多少？", "条文 补贴多少"),
        ('a/b\\c:d*"<>|', "条文 a b c d"),
        ("..", "条文"),
        ("长" * 99, "条文 " + "长" * 30),
    ],
)
def test_a_files_name_says_the_question_as_every_system_allows_it(question: str, stem: str) -> None:
    assert file_stem(question) == stem


def test_silence_says_what_to_do_next(samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    html = shown(opened(samples, monkeypatch, q="白沙市给冷库建设补多少钱？"))
    assert ZH("silence_advice") in html
    assert ZH("silence_see_below") in html


def test_english_changes_the_filters_the_counts_and_the_buttons(samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(samples, monkeypatch, q=TRAINING, lang="en")
    assert EN("ask_shown", shown=AT_FIRST, n=LISTED) in shown(app)
    assert app.multiselect(key="kind").label == EN("filter_kinds")
    assert {EN("basket_put_in"), EN("see_source"), EN("ask_more", n=LISTED - AT_FIRST)} <= {b.label for b in app.button}


# --- the index -----------------------------------------------------------------------------------


def test_the_next_question_finds_what_a_build_has_added_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_corpus(tmp_path / "notices")
    build([folder], tmp_path / "index")
    question = "湖心岛灯塔由谁修缮？"
    app = opened(tmp_path / "index", monkeypatch, q=question)
    assert "灯塔" not in "".join(code.value for code in app.code)
    (folder / "lighthouse.txt").write_text(
        "云泽市人民政府办公室关于修缮湖心岛灯塔的通知\n云泽政办发〔2024〕91号\n各区县政府:\n"
        "一、修缮湖心岛灯塔。2024年底前完成灯塔塔身加固。(责任单位:市文物局)\n云泽市人民政府办公室\n2024年2月1日\n",
        encoding="utf-8",
    )
    build([folder], tmp_path / "index")
    ask_in(app, question)  # the same question in the same session: what was kept of it must not be shown again
    assert "市文物局" in shown(app)
    assert "云泽政办发〔2024〕91号" in shown(app)

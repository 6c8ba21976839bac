"""The page Duties without a browser: a unit under its names, a notice, the archive; conditions, states, files, the address."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app.duties.counted import counted
from app.duties.downloads import archive_files, notice_files, unit_files
from app.duties.html_tables import heat_table, plain_table
from app.duties.table import AT_FIRST
from app.duties.today import today
from app.texts import Texts
from indexer.build import build
from indexer.duties import (
    ArchiveLoad,
    LedgerFilter,
    duties_of_unit,
    endings,
    find_unit,
    listed,
    load_of_archive,
    load_of_tasks,
    narrowed_duties,
)
from indexer.exports import csv_text, write_workbook
from indexer.index import Index, open_index
from tests.app_fixture import opened, shown

ZH, EN = Texts("zh"), Texts("en")
UNIT, SEAT = "市民政局", "云泽市"


@pytest.fixture(scope="module")
def load(index: Index) -> ArchiveLoad:
    return load_of_archive(index)


def said(app: AppTest) -> str:
    """The words that the page wrote itself, without its style sheet."""
    html = re.sub(r"<style>.*?</style>", "", shown(app), flags=re.DOTALL)
    return unescape(re.sub(r"<[^>]+>", " ", html))


def labels(app: AppTest) -> str:
    return "\n".join(button.label for button in app.button)


def heads(app: AppTest) -> list[str]:
    return [heading.value for heading in app.subheader]


def value(app: AppTest, name: str) -> str | None:
    found = app.query_params.get(name)
    return found[0] if isinstance(found, list) and found else found if isinstance(found, str) else None


# --- one unit --------------------------------------------------------------------------------------


def test_the_empty_page_offers_the_units_with_most_tasks(samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(samples, monkeypatch, "duties")
    assert ZH("duties_most_tasks") in heads(app)
    app.button(key=f"choose {UNIT} {SEAT}").click().run()
    assert (value(app, "of"), value(app, "at")) == (UNIT, SEAT)
    assert f"{UNIT} · {SEAT}" in said(app)


def test_a_unit_with_its_place_has_the_tasks_of_that_place(
    samples: Path, monkeypatch: pytest.MonkeyPatch, index: Index
) -> None:
    app = opened(samples, monkeypatch, "duties", of=UNIT, at=SEAT)
    found = duties_of_unit(index, find_unit(index, UNIT, seat=SEAT))
    table = app.dataframe[0].value
    assert ZH("duties_total", n=len(found.duties)) in said(app)
    assert len(table) == len(found.duties) <= AT_FIRST
    assert set(table[ZH("place")]) == {str(duty.notice.place) for duty in found.duties}
    assert list(table[ZH("duties_year")]) == sorted(table[ZH("duties_year")], reverse=True)
    for role in ("lead", "responsible", "support"):
        assert f"{ZH(f'role_{role}')} {found.in_role(role)}" in said(app)  # type: ignore[arg-type]


def test_a_name_of_several_places_is_a_choice_and_never_a_guess(samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(samples, monkeypatch, "duties", of=UNIT)
    assert ZH("duties_which_place", n=4, name=UNIT) in heads(app)
    assert len(app.dataframe) == 0
    app.button(key="all places").click().run()
    assert value(app, "at") == "*"
    places = set(app.dataframe[0].value[ZH("place")])
    assert {"云泽市", "青砚市", "澜川市", "望津市"} <= places


def test_a_short_name_of_several_units_is_a_choice(samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(samples, monkeypatch, "duties", of="发改委")
    assert ZH("duties_which_unit", name="发改委") in heads(app)
    assert "市发展改革委 · 云泽市" in labels(app)
    assert "省发展改革委 · 江澜省" in labels(app)
    assert len(app.dataframe) == 0


def test_an_unknown_unit_gets_the_nearest_names_or_advice(samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(samples, monkeypatch, "duties", of="市民政居")
    assert ZH("duties_no_unit", name="市民政居") in said(app)
    assert "市民政局" in labels(app)
    assert ZH("duties_no_unit_check") in said(opened(samples, monkeypatch, "duties", of="xyz"))


def test_a_unit_is_found_under_former_names_and_the_page_says_so(
    samples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    html = said(opened(samples, monkeypatch, "duties", of="市商务局", at="望津市"))
    names = html[html.index(ZH("duties_relation")) :]
    assert re.search(rf"市贸易局\s+{ZH('duties_former')}\s+24\s+2010—2011\s+{ZH('duties_until', year=2003)}", names)
    later = said(opened(samples, monkeypatch, "duties", of="市旅游局", at="云泽市"))
    assert re.search(rf"市文化广电旅游局\s+{ZH('duties_successor')}", later)


def test_a_former_name_that_no_notice_has_leads_to_the_present_unit(
    samples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened(samples, monkeypatch, "duties", of="云泽市计委")
    assert "市发展改革委" in said(app)
    assert set(app.dataframe[0].value[ZH("place")]) == {"云泽市"}


def test_what_is_typed_into_the_box_is_looked_up(samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(samples, monkeypatch, "duties", of=UNIT, at=SEAT, task="gone", role="lead")
    app.selectbox(key="unit chosen").set_value("市商务局 · 望津市").run()
    assert (value(app, "of"), value(app, "at"), value(app, "task"), value(app, "role")) == (
        "市商务局", "望津市", None, None
    )  # fmt: skip
    assert len(app.dataframe[0].value) == 55


def test_filters_at_the_side_restrict_and_may_leave_nothing(samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(samples, monkeypatch, "duties", of=UNIT, at=SEAT, years=["2023", "2025"])
    assert set(app.dataframe[0].value[ZH("duties_year")]) == {2023}
    assert ZH("duties_here_none") in said(opened(samples, monkeypatch, "duties", of=UNIT, at=SEAT, place="枫林县"))


# --- conditions ------------------------------------------------------------------------------------


def test_conditions_restrict_the_list_and_stand_in_the_address(
    samples: Path, monkeypatch: pytest.MonkeyPatch, index: Index
) -> None:
    app = opened(samples, monkeypatch, "duties", of=UNIT, at=SEAT, role="lead", due="overdue", find="养老", force="1")
    duties = duties_of_unit(index, find_unit(index, UNIT, seat=SEAT)).duties
    wanted = LedgerFilter(roles=("lead",), dues=("overdue",), words=("养老",), in_force=True)
    kept = listed(duties, wanted, today=today(), ended=endings(index))
    assert 0 < len(kept) < len(duties)
    assert len(app.dataframe[0].value) == len(kept)
    assert ZH("duties_shown", shown=len(kept), n=len(duties)) in said(app)
    assert app.segmented_control(key="duties show").value == "list"
    app.button(key="clear conditions").click().run()
    assert len(app.dataframe[0].value) == len(duties)
    assert all(not value(app, name) for name in ("role", "due", "find", "force"))


def test_choosing_a_role_writes_it_into_the_address(samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(samples, monkeypatch, "duties", of=UNIT, at=SEAT)
    app.button_group(key="duties role").set_value(["support"]).run()
    assert value(app, "role") == "support"
    assert set(app.dataframe[0].value[ZH("duties_role")]) <= {ZH("role_support"), ZH("role_support") + ZH("inherited")}


def test_conditions_that_nothing_passes_say_so_and_can_be_cleared(
    samples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened(samples, monkeypatch, "duties", of=UNIT, at=SEAT, find="火星")
    assert ZH("duties_nothing") in said(app)
    app.button(key="clear where nothing is").click().run()
    assert len(app.dataframe[0].value) == 66


def test_tasks_of_repealed_notices_are_marked_and_lead_to_the_other_notice(
    samples: Path, monkeypatch: pytest.MonkeyPatch, load: ArchiveLoad, index: Index
) -> None:
    ended = endings(index)
    task = next(each.task for each in load.tasks if each.notice.doc_id in ended)
    app = opened(samples, monkeypatch, "duties", view="archive", task=task.clause_id)
    assert {ZH("duties_repealed"), ZH("duties_replaced")} & set(app.dataframe[0].value[ZH("duties_validity")])
    links = [link.proto for link in app.get("page_link")]
    title = index.notice(ended[task.doc_id].other_doc_id).title
    assert any(re.sub(r"\\", "", link.label).endswith(f"《{title}》") for link in links)


def test_nonsense_in_the_address_is_passed_over(samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(
        samples, monkeypatch, "duties", of=UNIT, at=SEAT, view="x", show="y", role="boss", due="never", field="火星", task="z"
    )  # fmt: skip
    assert len(app.dataframe[0].value) == 66
    assert [info.value for info in app.info] == [ZH("duties_gone")]
    assert said(opened(samples, monkeypatch, "duties", of="长" * 5000))


# --- one task --------------------------------------------------------------------------------------


def test_a_task_of_the_address_shows_its_clause_and_its_neighbours(
    samples: Path, monkeypatch: pytest.MonkeyPatch, index: Index
) -> None:
    app = opened(samples, monkeypatch, "duties", of=UNIT, at=SEAT)
    app.button(key="first").click().run()
    first = value(app, "task")
    assert first is not None
    clause = index.clause(first)
    assert clause.text[:8] in unescape(re.sub(r"</?mark[^>]*>", "", shown(app)))
    assert ZH("duties_position", at=1, n=66) in said(app)
    assert app.button(key="duties_previous").disabled
    app.button(key="duties_next").click().run()
    assert ZH("duties_position", at=2, n=66) in said(app)
    app.button(key="basket duty").click().run()
    assert value(app, "basket") == value(app, "task") != first
    app.button(key="close").click().run()
    assert value(app, "task") is None


# --- one notice ------------------------------------------------------------------------------------


def test_a_notice_is_chosen_from_the_latest_and_has_its_breakdown(
    samples: Path, monkeypatch: pytest.MonkeyPatch, load: ArchiveLoad
) -> None:
    app = opened(samples, monkeypatch, "duties", view="notice")
    assert ZH("duties_latest") in heads(app)
    button = next(button for button in app.button if str(button.key).startswith("notice "))
    button.click().run()
    doc_id = value(app, "notice")
    expected = [each for each in load.tasks if each.notice.doc_id == doc_id]
    table = app.dataframe[0].value
    assert list(table[ZH("duties_number")]) == [each.task.serial for each in expected]
    assert list(table[ZH("duties_where")]) == [each.task.place for each in expected]


def test_a_part_of_a_title_or_a_number_finds_the_notice(samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(opened(samples, monkeypatch, "duties", view="notice", notice="云泽政办发〔2025〕8号").dataframe) == 1
    several = opened(samples, monkeypatch, "duties", view="notice", notice="营商环境")
    assert ZH("duties_several_notices", n=2, name="营商环境") in heads(several)
    none = opened(samples, monkeypatch, "duties", view="notice", notice="火星")
    assert ZH("duties_no_notice", name="火星") in said(none)


# --- the archive -----------------------------------------------------------------------------------


def test_the_archive_counts_tasks_units_and_what_names_no_unit(
    samples: Path, monkeypatch: pytest.MonkeyPatch, load: ArchiveLoad
) -> None:
    app = opened(samples, monkeypatch, "duties", view="archive")
    for text in (
        ZH("duties_total", n=len(load.tasks)),
        ZH("duties_units_total", n=len(load.units)),
        ZH("duties_without_unit", n=len(load.without_unit)),
    ):
        assert text in said(app)
    assert len(app.dataframe[0].value) == AT_FIRST
    app.button(key="more list").click().run()
    assert len(app.dataframe[0].value) > AT_FIRST
    bare = opened(samples, monkeypatch, "duties", view="archive", bare="1")
    assert len(bare.dataframe[0].value) == len(load.without_unit)


def test_time_limits_have_a_chart_in_words_a_table_and_a_list(
    samples: Path, monkeypatch: pytest.MonkeyPatch, load: ArchiveLoad
) -> None:
    app = opened(samples, monkeypatch, "duties", view="archive", show="time", place="云泽市")
    dated = [each for each in load.deadlines() if "云泽市" in str(each.notice.place)]
    chart = app.get("vega_lite_chart")[0].proto
    assert str(len(dated)) in chart.alt
    table = shown(app)[shown(app).index('<table class="tw-table">') :]
    sums = [int(n) for n in re.findall(rf'data-head="{ZH("duties_all")}">(\d+)<', table)]
    assert sum(sums) == len(dated)
    days = list(app.dataframe[0].value[ZH("duties_last_day")])
    coming = [day for day in days if day >= today()]
    assert days == sorted(coming) + sorted((day for day in days if day < today()), reverse=True)
    assert {day.isoformat() for day in days} <= {each.task.deadline.ends_on for each in dated if each.task.deadline}


def test_the_spread_shows_every_units_figures_and_leads_to_its_tasks(
    samples: Path, monkeypatch: pytest.MonkeyPatch, load: ArchiveLoad
) -> None:
    app = opened(samples, monkeypatch, "duties", view="archive", show="spread")
    first = load.units[0]
    figures = ZH("duties_load_row", **{role: first.roles[role] for role in ("lead", "responsible", "support")})
    assert f'role="img" aria-label="{figures}"' in shown(app)
    assert '<table class="tw-heat">' in shown(app)
    app.button(key=f"unit {first.name} {first.seat}").click().run()
    assert (value(app, "view"), value(app, "of"), value(app, "at")) == (None, first.name, first.seat)
    assert len(app.dataframe[0].value) >= first.n_tasks


# --- languages, hostile texts, other archives --------------------------------------------------------


def test_every_view_speaks_english(samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(samples, monkeypatch, "duties", of=UNIT, at=SEAT, show="time", lang="en")
    assert EN("duties_time_title") in heads(app)
    assert EN("duties_overdue") in said(app)
    assert EN("duties_task") in app.dataframe[0].value.columns
    assert ZH("duties_state") not in app.dataframe[0].value.columns
    app.segmented_control(key="language").set_value("zh").run()
    assert ZH("duties_time_title") in heads(app)


def test_what_a_notice_says_is_never_markup_nor_a_formula(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    notice = tmp_path / "notice.txt"
    notice.write_text(
        "云泽市人民政府办公室关于<b>夜间</b>照明的通知\n云泽政办发〔2024〕77号\n各区县政府:\n"
        "一、=SUM(1)更换路灯<img src=x onerror=alert(1)>。<script>alert(1)</script>2025年底前更换300盏。(责任单位:市城管局、市**财政**局)\n"
        "云泽市人民政府办公室\n2024年3月1日\n",
        encoding="utf-8",
    )
    build([notice], tmp_path / "index")
    for address in ({"view": "archive"}, {"view": "notice", "notice": "照明"}, {"view": "archive", "show": "spread"}):
        app = opened(tmp_path / "index", monkeypatch, "duties", **address)
        assert not re.search(r"<(?:script|img|b>夜间)", shown(app))
    with open_index(tmp_path / "index") as index:
        task = load_of_archive(index).tasks[0]
    html = shown(opened(tmp_path / "index", monkeypatch, "duties", view="archive", task=task.task.clause_id))
    assert "&lt;script&gt;" in html
    assert not re.search(r"<(?:script|img)", html)


def test_an_archive_without_any_task_is_said_to_have_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    notice = tmp_path / "notice.txt"
    notice.write_text(
        "云泽市人民政府关于成立协会的批复\n云泽政〔2024〕7号\n市协会:\n同意成立。\n云泽市人民政府\n2024年3月1日\n",
        encoding="utf-8",
    )
    build([notice], tmp_path / "index")
    for view in ("unit", "notice", "archive"):
        app = opened(tmp_path / "index", monkeypatch, "duties", view=view)
        assert len(app.dataframe) == 0
    assert ZH("duties_total", n=0) in said(app)
    named = opened(tmp_path / "index", monkeypatch, "duties", view="notice", notice="协会")
    assert ZH("duties_notice_empty") in said(named)


# --- files -------------------------------------------------------------------------------------------


def test_files_hold_exactly_what_is_listed(index: Index, load: ArchiveLoad) -> None:
    ended = endings(index)
    found = duties_of_unit(index, find_unit(index, UNIT, seat=SEAT))
    kept = listed(found.duties, LedgerFilter(roles=("lead",)), today=today(), ended=ended)
    some = load_of_tasks(listed(load.tasks, LedgerFilter(words=("养老",)), today=today(), ended=ended))
    of_notice = [each for each in load.tasks if each.notice.doc_id == load.tasks[0].notice.doc_id]
    for files, n in (
        (unit_files(narrowed_duties(found, kept), UNIT, ended=ended), len(kept)),
        (archive_files(some.tasks, lambda: some, "文件库", ended=ended), len(some.tasks)),
        (notice_files(of_notice, "通知"), len(of_notice)),
    ):
        assert len(files.table().rows) == n
        assert csv_text(files.table()).count("\r\n") == n + 1
        assert write_workbook(files.sheets())[:2] == files.document()[:2] == b"PK"


def test_every_format_is_offered_under_a_name_that_says_what_it_is(
    samples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened(samples, monkeypatch, "duties", of=UNIT, at=SEAT)
    offered = [button.proto for button in app.get("download_button")]
    assert [ZH(f"duties_{name}") for name in ("excel", "word", "csv", "markdown", "calendar")] == [
        button.label for button in offered
    ]


# --- tables of our own -------------------------------------------------------------------------------


def test_tables_have_heads_and_escape_what_they_hold() -> None:
    html = plain_table(["<i>", "n"], [["<b>甲</b>", 1]], caption="&")
    assert html.count('scope="col"') == 2
    assert '<th scope="row">&lt;b&gt;甲&lt;/b&gt;</th>' in html
    assert "<b>" not in html


def test_a_heat_map_writes_each_figure_and_tints_the_greatest_most() -> None:
    html = heat_table("单位", ["2023", "2024"], [("甲", [1, 4]), ("乙", [0, 2])], caption="热", total="合计")
    shares = {int(n): int(share) for share, n in re.findall(r"(\d+)%, transparent\)\">(\d+)</td>", html)}
    assert shares[1] < shares[2] < shares[4]
    assert re.findall(r'tw-sum">(\d+)', html) == ["5", "2"]
    assert "<td></td>" in html
    assert 'tabindex="0"' in html


def test_what_is_counted_is_kept_a_generation_long(samples: Path, index: Index) -> None:
    assert counted(index) is counted(index)
    with open_index(samples) as again:
        assert counted(again) is counted(index)

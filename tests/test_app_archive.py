"""The archive's page without a browser: its list, a notice as a document, corrections, uploads, builds, and what was left out."""

from __future__ import annotations

import re
import shutil
import time
from html.parser import HTMLParser
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app.archive.building import Building
from app.archive.remarks import explained
from app.parts.notice_text import notice_html, outline
from app.texts import Texts
from indexer.build import build
from indexer.catalogue import ORDERS, catalogue, found, sorted_by
from indexer.corrections import correct, list_corrections
from indexer.index import Index, open_index
from indexer.records import ClauseUnit, Filters, Notice
from indexer.uploads import admit, admitted, stage
from tests.app_fixture import SAMPLES, opened, shown

ZH, EN = Texts("zh"), Texts("en")
REPEALED = "e99c15f8d798"  # s17, repealed by s16
CORRECTED = "6e110ccdb1a8"  # s06, corrected by s48, found in two files
TABLE = "0ee7d867c91a"  # s32, a ledger
NEW = (
    "云泽市人民政府办公室关于夜间照明的通知\n云泽政办发〔2024〕77号\n各区县政府:\n"
    "一、更换路灯。202412月底前更换路灯<b>300</b>盏。(责任单位:市城管局、市财政局)\n"
    "二、巡查。每月巡查一次。(牵头单位:市城管局;配合单位:市交通运输局)\n"
    "云泽市人民政府办公室\n2024年3月1日\n"
)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """An index of three notices that a test may change, built from a folder of its own."""
    folder = tmp_path / "notices"
    folder.mkdir()
    for name in ("s06", "s16", "s48"):
        shutil.copy(next(SAMPLES.glob(f"{name}_*")), folder)
    build([folder], tmp_path / "index")
    return tmp_path / "index"


class Visible(HTMLParser):
    """The text of a page without what stands beside the body."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self._open: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open.append("tw-beside" in (dict(attrs).get("class") or "").split())

    def handle_endtag(self, tag: str) -> None:
        self._open.pop()

    def handle_data(self, data: str) -> None:
        if not any(self._open):
            self.text.append(data)


def squeezed(text: str) -> str:
    return "".join(text.split())


# --- the list ------------------------------------------------------------------------------------


def test_the_list_counts_all_notices_and_says_what_became_of_them(
    samples: Path, monkeypatch: pytest.MonkeyPatch, index: Index
) -> None:
    app = opened(samples, monkeypatch, "archive")
    html = shown(app)
    assert ZH("archive_all", n=index.manifest.n_notices) in html
    assert len(app.get("page_link")) == 20
    assert ZH("archive_counts", clauses=26, units=4) in html


def test_the_list_is_narrowed_by_title_kind_validity_and_remarks_in_the_address(
    samples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened(samples, monkeypatch, "archive", title="云泽政办发[2016]42号")
    assert ZH("archive_some", n=1, all=49) in shown(app)
    assert ZH("archive_repealed") in shown(app)
    app = opened(samples, monkeypatch, "archive", validity="repealed")
    assert ZH("archive_some", n=5, all=49) in shown(app)
    app = opened(samples, monkeypatch, "archive", warned="true")
    assert ZH("archive_some", n=2, all=49) in shown(app)
    app = opened(samples, monkeypatch, "archive", kind="决定")
    assert ZH("archive_some", n=1, all=49) in shown(app)


def test_a_list_that_nothing_passes_says_what_to_do(samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(samples, monkeypatch, "archive", title="没有这样的标题", place="青砚市")
    assert ZH("archive_nothing") in shown(app)
    app.button(key="clear in the list").click().run()
    assert ZH("archive_nothing") in shown(app)  # the words still restrict
    app.text_input(key="title").set_value("").run()
    assert ZH("archive_all", n=49) in shown(app)


def test_sorting_and_paging_are_kept_in_the_address(samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(samples, monkeypatch, "archive", sort="warnings", p="3")
    assert len(app.get("page_link")) == 9
    app.selectbox(key="archive sort").set_value("title").run()
    assert app.query_params["sort"] in ("title", ["title"])


def test_nonsense_in_the_address_is_ignored(samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(samples, monkeypatch, "archive", view="x", sort="x", p="-4", validity="x", kind="x", warned="x")
    assert ZH("archive_all", n=49) in shown(app)


def test_every_order_keeps_all_notices_and_undated_ones_last(index: Index) -> None:
    notices = catalogue(index)
    for order in ORDERS:
        assert {each.head.doc_id for each in sorted_by(notices, order)} == {each.head.doc_id for each in notices}
    dates = [each.head.issued_on or each.head.published_on or "" for each in sorted_by(notices, "newest")]
    known = [date for date in dates if date]
    assert known == sorted(known, reverse=True)
    assert dates == [*known, *[""] * (len(dates) - len(known))]


def test_a_unit_restricts_the_list_to_notices_that_name_it(index: Index) -> None:
    notices = catalogue(index)
    named = found(index, notices, text="", filters=Filters(units=("市残联",)))
    assert named
    for each in notices:
        names = {unit.name for clause in index.notice(each.head.doc_id).clauses for unit in clause.units}
        assert (each in named) == ("市残联" in names)
    assert found(index, notices, text="物流 2021", filters=Filters()) != []
    assert found(index, notices, text="物流 沙漠", filters=Filters()) == []


# --- reading -------------------------------------------------------------------------------------


def test_the_document_shows_every_character_of_every_sample_once(index: Index) -> None:
    for head in index.notices():
        notice = index.notice(head.doc_id)
        page = Visible()
        page.feed(notice_html(notice, ZH, chosen=True, here=notice.clauses[0].clause_id))
        text = squeezed("".join(page.text))
        # Cells of a table stand under their columns, which need not be the order of the body.
        assert sorted(text) == sorted(squeezed(notice.body)), head.title
        assert all(squeezed(line) in text for line in notice.body.split("\n")), head.title


def test_a_link_opens_the_notice_at_its_clause(samples: Path, monkeypatch: pytest.MonkeyPatch, index: Index) -> None:
    clause = index.notice(CORRECTED).clauses[3]
    app = opened(samples, monkeypatch, "archive", notice=CORRECTED, clause=clause.clause_id)
    html = shown(app)
    assert html.count("tw-set-clause tw-here") == 1
    assert squeezed(clause.text)[:20] in squeezed(re.sub("<[^>]+>", "", html[html.index("tw-set-clause tw-here") :]))
    assert app.button(key="correct units").label == ZH("archive_correct_units")
    app.button(key="close clause").click().run()
    assert "clause" not in app.query_params
    assert "tw-set-clause tw-here" not in shown(app)


def test_validity_sources_and_cited_notices_lead_on(samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    html = shown(opened(samples, monkeypatch, "archive", notice=REPEALED))
    assert ZH("archive_rel_repealed_by") in html
    app = opened(samples, monkeypatch, "archive", notice=CORRECTED)
    html = shown(app)
    assert ZH("archive_rel_corrected_by") in html
    assert "s06_" in html
    assert "s28_" in html
    assert ZH("archive_sources", n=2) in [expander.label for expander in app.expander]


def test_a_table_is_a_grid_with_heads_and_merged_cells(index: Index) -> None:
    html = notice_html(index.notice(TABLE), ZH)
    assert html.count('<th scope="col">') == 9
    assert 'rowspan="4"' in html
    assert html.count("<tr") == 1 + 31


def test_an_outline_has_headings_or_else_clauses(index: Index) -> None:
    assert [entry.text for entry in outline(index.notice("3f97b63a8125"))][1:3] == ["一、总体要求", "二、主要目标"]
    notice = index.notice(CORRECTED)
    assert len(outline(notice)) == len(notice.clauses)
    assert "2 项目审批" in [entry.text for entry in outline(index.notice(TABLE))]
    ids = set(re.findall(r'id="([^"]+)"', notice_html(notice, ZH)))
    assert {entry.anchor for entry in outline(notice)} <= ids


def test_what_is_not_in_the_archive_is_said(samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    html = shown(opened(samples, monkeypatch, "archive", notice="<script>alert(1)</script>"))
    assert ZH("archive_not_here") in html
    assert "<script>" not in html
    app = opened(samples, monkeypatch, "archive", notice=CORRECTED, clause="nothing")
    assert [line.value for line in app.info] == [ZH("archive_no_clause")]


def test_remarks_are_explained_and_kept(samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    html = shown(opened(samples, monkeypatch, "archive", notice="6f4d0d755959"))
    assert ZH("archive_remark_lost_year_sign") in html
    assert "202306月底前" in html
    assert explained("something nobody has heard of", ZH) == ZH("archive_remark_other")
    assert explained("declares gb2312, but is utf-8; read as utf-8", EN) == EN("archive_remark_encoding")


def test_a_long_notice_is_one_piece_of_html(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    items = "\n".join(
        f"{n}.办好第{n}件实事，{'持续改进服务，' * 40}年底前完成。(责任单位:市民政局)" for n in range(1, 301)
    )
    file = tmp_path / "long.txt"
    file.write_text(f"云泽市人民政府关于办好实事的通知\n一、任务\n{items}\n", encoding="utf-8")
    build([file], tmp_path / "index")
    with open_index(tmp_path / "index") as index:
        notice = index.notice(index.notices()[0].doc_id)
    assert len(notice.body) > 90_000
    assert len(notice.clauses) >= 300
    app = opened(tmp_path / "index", monkeypatch, "archive", notice=notice.doc_id)
    started = time.perf_counter()
    html = shown(app.run())
    assert time.perf_counter() - started < 3.0
    assert html.count('class="tw-set-clause"') == len(notice.clauses)
    assert len(app.button) < 12


def test_english_changes_every_text_but_the_notice(samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    html = shown(opened(samples, monkeypatch, "archive", notice=REPEALED, lang="en"))
    assert EN("archive_rel_repealed_by") in html
    assert EN("archive_choose_hint") in html
    assert ZH("archive_choose_hint") not in html
    for view, text in (("add", "archive_add_hint"), ("corrections", "archive_no_corrections"), ("build", "archive_wait_nothing"), ("left", "archive_skipped_none")):  # fmt: skip
        html = shown(opened(samples, monkeypatch, "archive", view=view, lang="en"))
        assert EN(text) in html
        assert ZH(text) not in html


# --- corrections ---------------------------------------------------------------------------------


def form(directory: Path, doc_id: str, clause_id: str = "") -> AppTest:
    """What a dialog shows; without a browser none can be filled in."""
    return AppTest.from_function(
        _form, default_timeout=60, kwargs={"directory": str(directory), "doc_id": doc_id, "clause_id": clause_id}
    ).run()


def _form(directory: str, doc_id: str, clause_id: str) -> None:
    from app.archive.correcting import correct_header, correct_units
    from app.texts import Texts
    from indexer.index import open_index

    with open_index(directory) as index:
        notice = index.notice(doc_id)
        if clause_id:
            correct_units(index, notice, index.clause(clause_id), Texts("zh"))
        else:
            correct_header(index, notice, Texts("zh"))


def test_a_header_field_is_corrected_with_name_and_waits_for_a_build(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = form(small, CORRECTED)
    app.selectbox(key="corrected field").set_value("doc_number").run()
    app.text_input(key="after doc_number").set_value("云泽政发〔2021〕81号").run()
    app.button(key="keep correction").click().run()
    assert [error.value for error in app.error] == [ZH("archive_who_missing")]
    app.text_input(key="editor correction").set_value("王敏").run()
    app.button(key="keep correction").click().run()
    (listed,) = list_corrections(small)
    assert (listed.correction.after, listed.correction.made_by, listed.state) == (
        "云泽政发〔2021〕81号",
        "王敏",
        "waiting",
    )
    html = shown(opened(small, monkeypatch, "archive", view="corrections"))
    assert ZH("archive_wait", what=ZH("archive_wait_corrections", n=1)) in html
    assert "云泽政发〔2021〕81号" in html


def test_units_are_corrected_by_role_and_only_as_the_notice_writes_them(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_index(small) as index:
        clause = next(clause for clause in index.notice(CORRECTED).clauses if clause.units)
    app = form(small, CORRECTED, clause.clause_id)
    app.text_input(key="editor correction").set_value("王敏").run()
    app.text_area(key=f"units support {clause.clause_id}").set_value("火星局").run()
    app.button(key="keep correction").click().run()
    assert [error.value for error in app.error] == [ZH("archive_unit_not_there", unit="火星局")]
    app.text_area(key=f"units support {clause.clause_id}").set_value("市公安局").run()
    app.button(key="keep correction").click().run()
    (listed,) = list_corrections(small)
    assert ClauseUnit("市公安局", "市公安局", "support") in listed.correction.after  # type: ignore[operator]


def test_what_is_corrected_is_marked_with_who_and_when_and_can_be_taken_back(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_index(small) as index:
        clause = next(clause for clause in index.notice(CORRECTED).clauses if clause.units)
        correct(index, CORRECTED, field="kind", after="办法", by="王敏")
        units = (ClauseUnit("市公安局", role="lead"),)
        made = correct(index, CORRECTED, field="units", clause_id=clause.clause_id, after=units, by="李<b>强")
    build([small.parent / "notices"], small)
    html = shown(opened(small, monkeypatch, "archive", notice=CORRECTED))
    assert ZH("archive_corrected_by", who="王敏", date=made.made_at[:10]) in html
    assert "李&lt;b&gt;强" in html
    app = opened(small, monkeypatch, "archive", view="corrections")
    assert shown(app).count(ZH("archive_cor_applied")) == 2
    app.text_input(key="editor list").set_value("赵静").run()
    app.button(key=f"take back {made.correction_id}").click().run()
    assert ZH("archive_cor_taken_back") in shown(app)
    assert next(each for each in list_corrections(small) if each.taken_back).taken_back.made_by == "赵静"  # type: ignore[union-attr]
    assert ZH("archive_wait", what=ZH("archive_wait_corrections", n=1)) in shown(app)


# --- uploads -------------------------------------------------------------------------------------


def test_a_file_is_shown_as_understood_and_enters_only_when_it_is_wanted(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened(small, monkeypatch, "archive", view="add")
    app.file_uploader[0].set_value(
        [("夜间照明.txt", NEW.encode(), "text/plain"), ("坏.pdf", b"%PDF-1.4 broken", "application/pdf")]
    ).run()
    html = shown(app)
    assert "关于夜间照明的通知" in html
    assert ZH("archive_understood", clauses=2, assigned=2, units=3) in html
    assert ZH("archive_remark_lost_year_sign") in html
    assert "&lt;b&gt;300" in html
    assert ZH("archive_is_new") in html
    assert len(app.error) == 1
    assert "坏.pdf" in app.error[0].value
    assert admitted(small) == []
    app.button(key="add and build").click().run()
    assert ZH("archive_who_missing") in [error.value for error in app.error]
    assert admitted(small) == []
    app.button(key=next(button.key for button in app.button if (button.key or "").startswith("discard"))).click().run()
    assert "关于夜间照明的通知" not in shown(app)


def test_a_file_that_is_held_already_is_not_chosen_by_itself(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = next(SAMPLES.glob("s06_*"))
    app = opened(small, monkeypatch, "archive", view="add")
    app.file_uploader[0].set_value([(file.name, file.read_bytes(), "text/html")]).run()
    assert [line.value for line in app.info] == [ZH("archive_held_text")]
    assert [box.value for box in app.checkbox] == [False]
    assert app.button(key="add and build").disabled


def test_addresses_inside_are_refused_in_one_line(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(small, monkeypatch, "archive", view="add")
    app.text_input(key="address given").set_value("http://127.0.0.1:9/notice.html")
    next(button for button in app.button if button.label == ZH("archive_fetch")).click().run()
    assert len(app.error) == 1
    assert len(app.error[0].value.splitlines()) == 1


def test_uploads_are_listed_and_taken_out_again(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    admit(stage("夜间照明.txt", NEW.encode()), small, by="王敏")
    app = opened(small, monkeypatch, "archive", view="left")
    assert ZH("archive_uploads", n=1) in shown(app)
    assert ZH("archive_up_waiting") in shown(app)
    assert ZH("archive_wait", what=ZH("archive_wait_uploads", n=1)) in shown(app)
    app.text_input(key="editor withdrawal").set_value("赵静").run()
    next(button for button in app.button if (button.key or "").startswith("withdraw ")).click().run()
    assert ZH("archive_withdrawn", n=1) in shown(app)
    assert admitted(small) == []


# --- builds --------------------------------------------------------------------------------------


def wait_for(building: Building) -> None:
    end = time.monotonic() + 60
    while building.progress().running:
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_build_runs_beside_the_page_and_its_end_is_seen(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    admit(stage("夜间照明.txt", NEW.encode()), small, by="王敏")
    app = opened(small, monkeypatch, "archive", view="build")
    app.button(key="build").click().run()
    end = time.monotonic() + 60
    while ZH("archive_fig_parsed") not in (html := shown(app.run())):
        assert time.monotonic() < end
        time.sleep(0.2)
    assert ZH("archive_wait_nothing") in html
    assert ZH("archive_size", notices=4, clauses=0).split("，")[0] in html
    assert ZH("archive_up_live") in shown(opened(small, monkeypatch, "archive", view="left"))


def test_a_second_build_is_refused_while_one_runs(small: Path) -> None:
    building = Building(small)
    assert building.start("王敏")
    assert not building.start("赵静")
    wait_for(building)
    progress = building.progress()
    assert (progress.number, progress.failure) == (1, None)
    assert progress.report is not None
    assert progress.report.unchanged


def test_a_folder_that_is_gone_is_named_with_what_to_do(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.rmtree(small.parent / "notices")
    app = opened(small, monkeypatch, "archive", view="build")
    app.button(key="build").click().run()
    end = time.monotonic() + 60
    while ZH("archive_gone_hint") not in shown(app.run()):
        assert time.monotonic() < end
        time.sleep(0.2)
    assert any("notices" in block.value for block in app.code)
    assert ZH("archive_size", notices=3, clauses=0).split("，")[0] in shown(app)


def test_skipped_files_and_duplicates_are_listed_with_their_reasons(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "notices"
    folder.mkdir()
    for name in ("s06", "s28"):
        shutil.copy(next(SAMPLES.glob(f"{name}_*")), folder)
    (folder / "空.txt").write_text("", encoding="utf-8")
    build([folder], tmp_path / "index")
    app = opened(tmp_path / "index", monkeypatch, "archive", view="left")
    html = shown(app)
    assert ZH("archive_skipped", n=1) in html
    assert "空.txt" in html
    assert "is empty" in html
    assert ZH("archive_duplicates", n=1) in html
    with open_index(tmp_path / "index") as index:
        assert index.skipped()[0].reason == "is empty"


def test_the_dialog_of_other_pages_shows_the_same_text(index: Index) -> None:
    notice: Notice = index.notice(CORRECTED)
    clause = notice.clauses[6]
    around = notice_html(notice, ZH, here=clause.clause_id, window=(clause.start - 10, clause.end + 10))
    assert squeezed(clause.text)[:15] in squeezed(re.sub("<[^>]+>", "", around))
    assert around.count("tw-here") == 1
    assert "data-clause" not in around
    assert len(around) < len(notice_html(notice, ZH)) / 3

"""The page Evaluate without a browser: measuring, comparing, judging and cases, by link and by hand."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app.evaluate.jobs import Jobs
from app.texts import Texts
from eval.judgements.kept import JudgementStore, KeptPool
from eval.judgements.settled import disputes, settlement
from indexer.build import build
from indexer.errors import UsageError
from indexer.index import Index, open_index
from indexer.records import Query
from indexer.search import search
from tests.app_fixture import opened, shown
from tests.search_corpus import write_corpus

ZH, EN = Texts("zh"), Texts("en")
QUESTIONS = {"u1": "养老护理员培训由谁负责？", "u2": "夜市街区改造归谁牵头？", "u3": "工业设计领军人才补助多少？"}


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """An index of three notices, other than the samples."""
    build([write_corpus(tmp_path / "notices")], tmp_path / "index")
    return tmp_path / "index"


@pytest.fixture
def index(small: Path) -> Iterator[Index]:
    with open_index(small) as found:
        yield found


def button(app: AppTest, key: str) -> AppTest:
    """The page after a click on the button of the key."""
    return app.button(key=key).click().run()


def own_questions(app: AppTest, index: Index, *, foreign: bool = False) -> AppTest:
    """The page with files of questions and judgements given: for each question the clause that words find is relevant."""
    grades = {
        query_id: "fff:1" if foreign else search(index, Query(text), k=1, mode="lexical")[0].clause_id
        for query_id, text in QUESTIONS.items()
    }
    questions = "".join(f"{query_id}\t{text}\n" for query_id, text in QUESTIONS.items())
    qrels = "".join(f"{query_id} 0 {clause_id} 2\n" for query_id, clause_id in grades.items())
    uploader = app.get("file_uploader")[0]
    return uploader.set_value(
        [
            ("questions.tsv", questions.encode(), "text/plain"),
            ("qrels.txt", qrels.encode(), "text/plain"),
        ]
    ).run()


def body(app: AppTest) -> str:
    """What the page wrote itself, without the style sheet."""
    return re.sub(r"<style>.*?</style>", "", shown(app), flags=re.DOTALL)


def measured(app: AppTest) -> AppTest:
    """The page after its questions were measured."""
    app = button(app, "evaluate measure")
    end = time.monotonic() + 120
    while "tw-interval" not in body(app) and time.monotonic() < end:
        time.sleep(0.2)
        app.run()
    return app


# --- figures and comparison ------------------------------------------------------------------------


def test_the_bundled_questions_are_offered_where_the_samples_are(
    samples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened(samples, monkeypatch, "evaluate")
    assert ZH("evaluate_not_measured") in shown(app)
    assert not app.button(key="evaluate measure").disabled
    assert [line.value for line in app.caption] == [ZH("evaluate_set_bundled_facts", n=418)]
    english = opened(samples, monkeypatch, "evaluate", lang="en")
    assert EN("evaluate_not_measured") in shown(english)
    assert ZH("evaluate_set") not in shown(english)


def test_another_archive_says_that_the_bundled_questions_do_not_fit(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened(small, monkeypatch, "evaluate", set="bundled")
    assert [line.value for line in app.info] == [ZH("evaluate_not_samples")]
    app = opened(small, monkeypatch, "evaluate", view="cases", cases="bundled")
    assert [line.value for line in app.info] == [ZH("evaluate_not_samples")]


def test_own_questions_are_measured_varied_compared_and_seen_by_another_session(
    small: Path, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = own_questions(opened(small, monkeypatch, "evaluate"), index)
    assert ZH("evaluate_set_own_facts", n=3, judged=3) in app.caption[0].value
    app = measured(app)
    html = shown(app)
    assert body(app).count('class="tw-interval"') >= 15
    assert ZH("evaluate_form_short") in html

    other = own_questions(opened(small, monkeypatch, "evaluate"), index)
    assert "tw-interval" in body(other)  # measured once, shown to whoever has the same questions

    linked = own_questions(opened(small, monkeypatch, "evaluate", run="lexical&depth=20"), index)
    assert ZH("evaluate_name_depth", n=20) not in body(linked)  # a link measures nothing by itself
    button(linked, "evaluate linked lexical&depth=20")
    end = time.monotonic() + 60
    while ZH("evaluate_name_depth", n=20) not in body(linked) and time.monotonic() < end:
        time.sleep(0.2)
        linked.run()
    assert ZH("evaluate_name_depth", n=20) in body(linked)

    app.run().slider[0].set_value(0.9)
    next(one for one in app.button if one.label == ZH("evaluate_run_measure")).click().run()
    end = time.monotonic() + 60
    while "0.9" not in body(app) and time.monotonic() < end:
        time.sleep(0.2)
        app.run()
    assert ZH("evaluate_name_weight", weight="0.9") in body(app)
    assert app.query_params["run"] in ("hybrid&dense_weight=0.9", ["hybrid&dense_weight=0.9"])

    app.segmented_control(key="evaluate view").set_value("compare").run()
    app.selectbox(key="evaluate a").set_value("lexical").run()
    app.selectbox(key="evaluate b").set_value("hybrid&dense_weight=0.9").run()
    html = body(app)
    assert "tw-grade-2" in html
    assert html.count('<ol class="tw-ranking">') == 2
    assert app.query_params["b"] in ("hybrid&dense_weight=0.9", ["hybrid&dense_weight=0.9"])
    asked = app.selectbox(key="evaluate question").value
    following = button(app, "evaluate_next").selectbox(key="evaluate question").value
    assert following != asked
    app.selectbox(key="evaluate a").set_value("hybrid&dense_weight=0.9").run()
    assert [line.value for line in app.info] == [ZH("evaluate_same_run")]


def test_questions_of_another_archive_are_refused_with_the_reason(
    small: Path, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = own_questions(opened(small, monkeypatch, "evaluate"), index, foreign=True)
    assert "judged clauses is in this archive" in app.warning[0].value.replace("\\", "")
    assert not [one for one in app.button if one.key == "evaluate measure"]


def test_a_file_that_cannot_be_read_is_named_without_the_servers_folders(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened(small, monkeypatch, "evaluate", set="own")
    app.get("file_uploader")[0].set_value([("bad.jsonl", b'{"query_id": 1', "text/plain")]).run()
    said = app.error[0].value.replace("\\", "")
    assert "bad.jsonl:1: not JSON" in said
    assert "/" not in said


def test_before_anything_is_measured_there_is_nothing_to_compare(
    samples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened(samples, monkeypatch, "evaluate", view="compare")
    assert ZH("evaluate_nothing_to_compare") in shown(app)
    app = button(app, "evaluate to figures")
    assert ZH("evaluate_not_measured") in shown(app)
    assert "view" not in app.query_params


def test_runs_from_files_are_compared(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(small, monkeypatch, "evaluate", view="compare", runs="files")
    run = "u1 Q0 fff:1 {} 2.0 t\nu1 Q0 fff:2 {} 1.0 t\n"
    runs, judged = app.get("file_uploader")
    runs.set_value(
        [(f"{n}.run", run.format(*ranks).encode(), "text/plain") for n, ranks in (("a", (1, 2)), ("b", (2, 1)))]
    )
    judged.set_value([("qrels.txt", b"u1 0 fff:1 1\n", "text/plain")]).run()
    html = shown(app)
    assert ZH("evaluate_by_measure_note", n=1) in html
    assert html.count(ZH("evaluate_not_here")) == 4


def test_only_one_thing_is_measured_at_a_time_and_a_failure_leaves_its_reason() -> None:
    import threading

    jobs, go_on = Jobs(), threading.Event()

    def slow(report: object) -> str:
        go_on.wait(30)
        return "done"

    def bad(report: object) -> str:
        raise UsageError("no question")

    assert jobs.start(("g", "s", "1"), slow, stages=("a",))
    assert not jobs.start(("g", "s", "2"), slow, stages=("a",))
    job = jobs.running
    assert job is not None
    go_on.set()
    assert job.thread is not None
    job.thread.join(30)
    assert (jobs.outcome(("g", "s", "1")), jobs.running) == ("done", None)
    assert not jobs.start(("g", "s", "1"), slow, stages=("a",))  # it is there already
    assert jobs.start(("g", "s", "3"), bad, stages=("a",))
    end = time.monotonic() + 30
    while jobs.running and time.monotonic() < end:
        time.sleep(0.01)
    assert jobs.failure(("g", "s", "3")) == "no question"
    assert jobs.outcome(("g", "s", "3")) is None


# --- judging ---------------------------------------------------------------------------------------


def pool_of(small: Path, app: AppTest) -> KeptPool:
    """The pool that the page makes of two pasted questions."""
    app.text_area(key="evaluate pasted").set_value("护理员培训归谁？\n夜市改造归谁？").run()
    app.number_input(key="evaluate depth").set_value(2)
    button(app, "evaluate make pool")
    [pool] = JudgementStore(small).pools().values()
    return pool


def named(app: AppTest, name: str) -> AppTest:
    """The page after a judge gave their name."""
    app.text_input(key="evaluate new name").set_value(name)
    return next(one for one in app.button if one.label == ZH("evaluate_begin")).click().run()


def test_two_judges_judge_by_button_blind_resume_and_are_settled(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(small, monkeypatch, "evaluate", view="judge")
    pool = pool_of(small, app)
    store, n = JudgementStore(small), len(pool.places)
    assert app.query_params["pool"] in (pool.pool_id, [pool.pool_id])
    assert len(pool.questions) == 2
    app = named(app, "张*三*")
    assert ZH("evaluate_hit_number", n=1, total=n) in shown(app)
    button(app, "evaluate grade 2")
    button(app, "evaluate skip")
    assert ZH("evaluate_hit_number", n=3, total=n) in shown(app)
    button(app, "evaluate grade 0")
    assert store.kept(pool).grades == {"张*三*": {pool.places[0]: 2, pool.places[2]: 0}}

    # After a reload the name is asked for, and judging goes on at the first open clause.
    again = opened(small, monkeypatch, "evaluate", view="judge", pool=pool.pool_id)
    assert ZH("evaluate_who") in shown(again)
    button(again, "evaluate as 0")
    assert ZH("evaluate_hit_number", n=2, total=n) in shown(again)
    button(again, "evaluate back")
    assert ZH("evaluate_own_grade", grade=2) in shown(again)

    other = named(opened(small, monkeypatch, "evaluate", view="judge", pool=pool.pool_id), "李四")
    assert ZH("evaluate_own_grade", grade=2) not in shown(other)
    for _ in range(n):
        button(other, "evaluate grade 1")
    assert ZH("evaluate_all_judged") in shown(other)

    other.segmented_control(key="evaluate step").set_value("agree").run()
    html = shown(other)
    assert ZH("evaluate_agreement_note", n=2) in html
    assert ZH("evaluate_disputes_note", n=2, all=2) in html
    button(other, "evaluate settle 0 2")
    kept = store.kept(pool)
    assert [dispute.settled for dispute in disputes(kept)] == [2, None]
    assert settlement(kept).undecided == 1
    assert ZH("evaluate_n_judgements", n=n - 1) in shown(other)


def test_opening_links_writes_nothing_and_an_unknown_pool_is_said(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = {path.name for path in small.iterdir()}
    for address in ({"pool": "none"}, {"step": "agree"}, {"judge": "张三", "pool": "none"}):
        app = opened(small, monkeypatch, "evaluate", view="judge", **address)
        shown(app)
    assert [line.value for line in app.info] == [ZH("evaluate_no_such_pool")]
    assert {path.name for path in small.iterdir()} == before


def test_judging_nothing_and_nameless_is_answered_by_a_line(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = button(opened(small, monkeypatch, "evaluate", view="judge"), "evaluate make pool")
    assert [line.value for line in app.info] == [ZH("evaluate_no_questions")]
    pool_of(small, app)
    app = named(app, "  ")
    assert [line.value for line in app.info] == [ZH("evaluate_name_needed")]


def test_judgements_stay_when_a_new_generation_is_built(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(small, monkeypatch, "evaluate", view="judge")
    pool = pool_of(small, app)
    button(named(app, "张三"), "evaluate grade 1")
    build([small.parent / "notices" / "云泽2021.txt"], small)
    app = opened(small, monkeypatch, "evaluate", view="judge", pool=pool.pool_id)
    button(app, "evaluate as 0")
    assert JudgementStore(small).kept(pool).grades == {"张三": {pool.places[0]: 1}}
    while not app.warning and ZH("evaluate_hit_number", n=1, total=len(pool.places)) not in shown(app):
        button(app, "evaluate skip")
    assert [line.value for line in app.warning] == [ZH("evaluate_clause_gone")]


# --- cases -----------------------------------------------------------------------------------------


def test_cases_are_checked_and_said_in_the_language_of_the_page(samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(samples, monkeypatch, "evaluate", view="cases")
    html = shown(app)
    assert html.count('class="tw-case"') == 33
    assert ZH("evaluate_cases_all_hold") in html
    assert "expected within" not in html
    gaps = shown(opened(samples, monkeypatch, "evaluate", view="cases", outcome="gap", lang="en"))
    assert gaps.count('class="tw-case"') == 4
    assert "expected within" in gaps
    assert "已知不足" not in gaps


def test_own_cases_that_fail_say_why(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(small, monkeypatch, "evaluate", view="cases")
    case = """
[[case]]
name = "<b>far</b>"
kind = "place"
holds = "All from there."
query = "养老"
least_hits = 10
every_place = "白沙市"
"""
    app.get("file_uploader")[0].set_value([("cases.toml", case.encode(), "text/plain")]).run()
    html = body(app)
    assert "&lt;b&gt;far&lt;/b&gt;" in html
    assert "tw-outcome-fails" in html
    assert "应为白沙市" in html

"""The view of figures: measure the open index on judged questions in the background, then show what came out."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, cast

import streamlit as st

from app.evaluate.asked import Asked, asked_questions
from app.evaluate.charts import coverage_chart, interval_chart
from app.evaluate.jobs import JobKey, Report, jobs
from app.evaluate.layout import empty, figure_table, section, value_with_interval
from app.evaluate.misses import misses
from app.evaluate.runs import download_run, linked_runs, measured_runs, run_form, run_name, system_key
from app.parts.audited import exported
from app.parts.plain_label import plain_label
from app.texts import Texts
from indexer.index import Index

if TYPE_CHECKING:
    from eval.measurement import Measurement

__all__ = ["measurement_of", "progress_of_the_job", "view"]

_EVERY_SECONDS = 1.0


def view(index: Index, texts: Texts) -> None:
    """Draw the view."""
    asked = asked_questions(index, texts)
    progress_of_the_job(asked, texts)
    if asked is None:
        return
    found = measurement_of(index, asked)
    if found is None:
        _offer(index, asked, texts)
        return
    _retrieval(index, asked, found, texts)
    _forms(found, texts)
    _answers(found, texts)
    _coverage(found, texts)
    misses(index, found, texts)


def measurement_of(index: Index, asked: Asked) -> Measurement | None:
    """What was measured of the system on the questions, by whichever session."""
    return cast("Measurement | None", jobs().outcome(system_key(index, asked)))


# --- measuring -----------------------------------------------------------------------------------


def _offer(index: Index, asked: Asked, texts: Texts) -> None:
    """The button that measures, or why it could not be done."""
    key = system_key(index, asked)
    _failed(key, texts)
    if jobs().running is None:
        empty(texts("evaluate_not_measured"), texts("evaluate_not_measured_hint"))
    st.button(
        texts("evaluate_measure"), key="evaluate measure", type="primary", icon=":material/play_arrow:",
        disabled=jobs().running is not None, on_click=_measure, args=(index, asked, key),
    )  # fmt: skip


def _failed(key: JobKey, texts: Texts) -> None:
    failure = jobs().failure(key)
    if failure:
        st.error(texts("evaluate_failed", reason=plain_label(failure)), icon=":material/error:")


def _measure(index: Index, asked: Asked, key: JobKey) -> None:
    from eval.measurement import measure_system

    def work(report: Report) -> object:
        report("encoder", 0, 1)
        index.dense("条文", 1)  # loads the model, which takes seconds
        return measure_system(index, asked.fitted, progress=report)

    jobs().start(key, work, stages=("encoder", "hybrid", "lexical", "dense", "answers", "coverage"))


def progress_of_the_job(asked: Asked | None, texts: Texts) -> None:
    """How far the job is that goes on, whoever began it; the page is drawn again when it is done."""
    running = jobs().running
    if running is None:
        return

    @st.fragment(run_every=_EVERY_SECONDS)
    def bar() -> None:
        job = jobs().running
        if job is None or job.key != running.key:
            st.rerun()
        else:
            ours = asked is not None and job.key[1] == asked.key
            what = texts("evaluate_running" if ours else "evaluate_running_other")
            stage = texts(f"evaluate_stage_{job.stage}") if job.stage else ""
            st.progress(job.share, f"{what} {stage}")
            st.caption(texts("evaluate_running_hint"))

    bar()


# --- retrieval -----------------------------------------------------------------------------------


def _retrieval(index: Index, asked: Asked, found: Measurement, texts: Texts) -> None:
    """Every run's measures with intervals, as a table and drawn; the form for another run; downloads."""
    from eval.charts import Interval
    from eval.retrieval import LEAST_JUDGED, MEASURES

    runs = measured_runs(index, asked, found)
    n = len(found.retrieval.queries)
    section(texts("evaluate_retrieval"), texts("evaluate_retrieval_note", n=n, seconds=f"{found.seconds:.0f}"))
    figure_table(
        (texts("evaluate_run"), *MEASURES),
        [
            (escape(run_name(key, texts)), *(value_with_interval(f.mean, f.low, f.high) for f in figures.values()))
            for key, (_, figures) in runs.items()
        ],
        caption=texts("evaluate_retrieval_caption"),
    )
    if any(figures["Judged@10"].mean < LEAST_JUDGED for _, figures in runs.values()):
        st.warning(texts("evaluate_few_judged", least=f"{LEAST_JUDGED:.0%}"), icon=":material/warning:")
    rows = [
        Interval(run_name(key, texts), f["nDCG@10"].mean, f["nDCG@10"].low, f["nDCG@10"].high)
        for key, (_, f) in runs.items()
    ]
    said = "; ".join(f"{row.label} {row.value:.3f} ({row.low:.3f}–{row.high:.3f})" for row in rows)
    interval_chart(rows, title="nDCG@10", alt=texts("evaluate_interval_alt", rows=said))
    linked_runs(index, asked, texts)
    with st.expander(texts("evaluate_measures_mean")):
        st.markdown(texts("evaluate_measures_text"))
    with st.expander(texts("evaluate_run_vary"), key="evaluate vary"):
        st.caption(texts("evaluate_run_vary_hint"))
        run_form(index, asked, texts)
    with st.expander(texts("evaluate_downloads"), key="evaluate downloads"):
        st.caption(texts("evaluate_downloads_hint"))
        with st.container(horizontal=True):
            for key, (run, _) in runs.items():
                download_run(key, run, texts)
            _download_qrels(found, texts)


def _download_qrels(found: Measurement, texts: Texts) -> None:
    from eval.trec import qrels_text

    grades = found.fitted.judged.grades
    st.download_button(
        texts("evaluate_qrels"), exported("qrels.txt", lambda: qrels_text(grades)), file_name="qrels.txt", mime="text/plain",
        key="evaluate qrels", icon=":material/download:", on_click="ignore",
    )  # fmt: skip


def _forms(found: Measurement, texts: Texts) -> None:
    """nDCG@10 by how a question is asked, and by what it asks."""
    from eval.measurement import SHORT
    from eval.retrieval import MODES

    section(texts("evaluate_forms"), texts("evaluate_forms_note", n=SHORT))
    figure_table(
        (texts("evaluate_form"), texts("evaluate_questions"), *(texts(f"evaluate_mode_{mode}") for mode in MODES)),
        [
            (
                escape(texts(f"evaluate_form_{form}")),
                str(rows["hybrid"].n),
                *(value_with_interval(rows[mode].mean, rows[mode].low, rows[mode].high) for mode in MODES),
            )
            for form, rows in found.forms.items()
        ],
        caption=texts("evaluate_forms_caption"),
    )


# --- answers -------------------------------------------------------------------------------------


def _answers(found: Measurement, texts: Texts) -> None:
    """Units named, silence and false silence, statements located; each with the number it is a share of."""
    from eval.intervals import bootstrap_interval

    section(texts("evaluate_answers"))
    answers, rows = found.answers, []
    if found.unit_f1.n:
        unit = found.unit_f1
        rows.append((texts("evaluate_units_score"), value_with_interval(unit.mean, unit.low, unit.high), str(unit.n)))
    shares = (
        ("evaluate_silent", [row.abstained is not None for row in answers.unanswerable]),
        ("evaluate_false_silence", [row.false_silence for row in answers.answerable]),
    )
    for key, said in shares:
        if said:
            values = [float(one) for one in said]
            low, high = bootstrap_interval(values)
            rows.append((texts(key), value_with_interval(sum(values) / len(values), low, high), str(len(values))))
    for key, (part, whole) in (
        ("evaluate_reasons", answers.reason_accuracy),
        ("evaluate_located", (answers.located.right, answers.located.said)),
        ("evaluate_verbatim", answers.texts),
    ):
        if whole:
            rows.append((texts(key), f"<b>{part / whole:.3f}</b>", str(whole)))
    figure_table(
        (texts("evaluate_what"), texts("evaluate_value"), texts("evaluate_of")),
        [(escape(name), value, of) for name, value, of in rows],
        caption=texts("evaluate_answers_caption"),
    )


def _coverage(found: Measurement, texts: Texts) -> None:
    """What is gained by answering only where the system is surest."""
    coverage = found.coverage
    if not coverage.curve:
        return
    section(texts("evaluate_coverage"), texts("evaluate_coverage_note", n=len(coverage.rows)))
    values = {
        "area": f"{coverage.area:.3f}",
        "chance": f"{coverage.error:.3f}",
        "best": f"{coverage.best_area:.3f}",
        "coverage": f"{coverage.system.coverage:.0%}",
        "error": f"{coverage.system.error:.0%}",
    }
    coverage_chart(
        coverage,
        x=texts("evaluate_coverage_x"),
        y=texts("evaluate_coverage_y"),
        system=texts("evaluate_coverage_system"),
        alt=texts("evaluate_coverage_alt", **values),
    )
    st.caption(texts("evaluate_coverage_text", **values))

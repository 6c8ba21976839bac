"""The view that compares two runs: by measure, question by question, and both rankings of one question side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import streamlit as st

from app.evaluate.address import go, picked
from app.evaluate.asked import Asked, asked_questions
from app.evaluate.charts import difference_chart, interval_chart
from app.evaluate.figures import measurement_of, progress_of_the_job
from app.evaluate.layout import empty, figure_table, section
from app.evaluate.rankings import rankings
from app.evaluate.runs import measured_runs, run_name
from app.evaluate.uploads import read_uploaded
from app.parts.audited import exported
from app.parts.plain_label import plain_label
from app.texts import Texts
from indexer.errors import UsageError
from indexer.index import Index

if TYPE_CHECKING:
    from eval.comparison import Compared, QueryDifference
    from eval.tables import Table
    from eval.trec import Grades, Run

__all__ = ["view"]

_FILES = "evaluate compared files"  # in the session
_LONGEST_NAME = 40
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class _Runs:
    """What can be compared: runs with their names in words, the judgements, the questions' texts as far as known."""

    runs: Mapping[str, Run]
    names: Mapping[str, str]
    grades: Grades
    questions: Mapping[str, str]


def view(index: Index, texts: Texts) -> None:
    """Draw the view."""
    source = picked(
        "runs", ("measured", "files"), texts("evaluate_runs_from"), lambda name: texts(f"evaluate_runs_{name}"),
        show_label=True,
    )  # fmt: skip
    found = _files(texts) if source == "files" else _measured(index, texts)
    if found is None:
        return
    keys = list(found.runs)
    left, right = st.columns(2)
    with left:
        base = picked("a", keys, texts("evaluate_baseline"), found.names.__getitem__, shape="list",
                      default=keys[1], show_label=True)  # fmt: skip
    with right:
        other = picked("b", keys, texts("evaluate_other"), found.names.__getitem__, shape="list",
                       default=keys[0], show_label=True)  # fmt: skip
    if base == other:
        st.info(texts("evaluate_same_run"), icon=":material/info:")
        return
    try:
        _comparison(index, found, base, other, texts)
    except UsageError as error:
        st.warning(texts("evaluate_set_unfit", reason=plain_label(str(error))), icon=":material/warning:")


# --- what is compared ----------------------------------------------------------------------------


def _measured(index: Index, texts: Texts) -> _Runs | None:
    """The runs measured here; None before anything is."""
    asked = asked_questions(index, texts)
    progress_of_the_job(asked, texts)
    if asked is None:
        return None
    found = measurement_of(index, asked)
    if found is None:
        empty(texts("evaluate_nothing_to_compare"), texts("evaluate_nothing_to_compare_hint"))
        st.button(
            texts("evaluate_to_figures"), key="evaluate to figures", icon=":material/arrow_back:",
            on_click=lambda: go(view=""),
        )  # fmt: skip
        return None
    runs = measured_runs(index, asked, found)
    return _Runs(
        {key: run for key, (run, _) in runs.items()},
        {key: run_name(key, texts) for key in runs},
        found.fitted.judged.grades,
        _texts_of(asked),
    )


def _texts_of(asked: Asked) -> Mapping[str, str]:
    return asked.texts_of_questions


def _files(texts: Texts) -> _Runs | None:
    """Runs and judgements from files of the reader's own, which stay in the session."""
    left, right = st.columns(2)
    runs = left.file_uploader(
        texts("evaluate_run_files"), accept_multiple_files=True, key="evaluate run files",
        help=texts("evaluate_run_files_help"),
    )  # fmt: skip
    judged = right.file_uploader(
        texts("evaluate_qrels_file"), accept_multiple_files=True, key="evaluate qrels file",
        help=texts("evaluate_qrels_file_help"),
    )  # fmt: skip
    if runs and judged:
        n = len(runs)
        read = read_uploaded([*runs, *judged], lambda paths: _read(paths[:n], paths[n:]), texts)
        if read is None:
            return None
        st.session_state[_FILES] = read
    kept: _Runs | None = st.session_state.get(_FILES)
    if kept is None:
        st.html(f'<div class="tw-hint">{escape(texts("evaluate_compare_files_hint"))}</div>')
    return kept


def _read(runs: Sequence[Path], judged: Sequence[Path]) -> _Runs:
    from eval.judgements.agreement import merged
    from eval.judgements.sheets import read_judgements
    from eval.trec import read_run

    if len(runs) < 2:
        raise UsageError("one run is nothing to compare; give two or more")
    names = [path.stem[:_LONGEST_NAME] for path in runs]
    if len(set(names)) < len(names):
        raise UsageError("two run files have one name; rename one")
    grades = merged([read_judgements(path) for path in judged])
    return _Runs(
        {name: read_run(path) for name, path in zip(names, runs, strict=True)},
        {name: name for name in names},
        grades,
        {},
    )


# --- the comparison ------------------------------------------------------------------------------


def _comparison(index: Index, found: _Runs, base: str, other: str, texts: Texts) -> None:
    from eval.retrieval import MEASURES

    compared = _compared(found, base, other)
    _by_measure(compared, found, base, other, texts)
    section(texts("evaluate_by_question"))
    measure = picked(
        "measure", [name for name in MEASURES if name != "Judged@10"], texts("evaluate_measure_name"), str,
        show_label=True,
    )  # fmt: skip
    rows = _differences(found, base, other, measure)
    differing = [row for row in rows if row.difference]
    better = sum(row.difference > 0 for row in differing)
    counts = {"better": better, "worse": len(differing) - better, "same": len(rows) - len(differing)}
    st.caption(texts("evaluate_question_counts", **counts))
    if differing:
        difference_chart(
            differing, x=texts("evaluate_questions"), y=texts("evaluate_difference"),
            alt=texts("evaluate_difference_alt", **counts),
        )  # fmt: skip
    _exports(compared, rows, found, base, other, measure, texts)
    _one_question(index, found, base, other, [*differing, *(row for row in rows if not row.difference)], texts)


def _compared(found: _Runs, base: str, other: str) -> Compared:
    """The comparison by measure."""
    from eval.comparison import compare

    def work() -> Compared:
        [one] = compare(found.grades, {base: found.runs[base], other: found.runs[other]})
        return one

    return _kept("evaluate comparison", (found.grades, found.runs[base], found.runs[other]), work)


def _differences(found: _Runs, base: str, other: str, measure: str) -> list[QueryDifference]:
    from eval.comparison import differences_by_query

    inputs = (found.grades, found.runs[base], found.runs[other], measure)
    return _kept("evaluate differences", inputs, lambda: differences_by_query(*inputs))


def _kept(name: str, inputs: tuple[object, ...], work: Callable[[], Made]) -> Made:
    """What the work gives, kept in the session for the very same inputs: the test draws ten thousand arrangements."""
    held = st.session_state.get(name)
    if held is None or any(one is not other for one, other in zip(held[0], inputs, strict=True)):
        with st.spinner():
            held = st.session_state[name] = (inputs, work())
    made: Made = held[1]
    return made


def _by_measure(compared: Compared, found: _Runs, base: str, other: str, texts: Texts) -> None:
    from eval.charts import Interval

    section(texts("evaluate_by_measure"), texts("evaluate_by_measure_note", n=compared.n_queries))
    rows = [
        (
            escape(name),
            f"{compared.baseline_means[name]:.3f}",
            f"{compared.means[name]:.3f}",
            f'<b>{d.mean:+.3f}</b><span class="tw-interval">{d.low:+.3f} – {d.high:+.3f}</span>',
            f"{d.p:.4f}",
            f"{d.better} / {d.worse}",
        )
        for name, d in compared.differences.items()
    ]
    columns = (
        texts("evaluate_measure_name"), found.names[base], found.names[other], texts("evaluate_difference"), "p",
        texts("evaluate_better_worse"),
    )  # fmt: skip
    figure_table(columns, rows, caption=texts("evaluate_by_measure_caption"))
    if compared.absent:
        st.warning(texts("evaluate_absent_queries", n=compared.absent, run=plain_label(found.names[base])))
    ndcg = compared.differences["nDCG@10"]
    verdict = "evaluate_surely" if ndcg.p < 0.05 else "evaluate_not_surely"
    st.html(f'<p class="tw-verdict">{escape(texts(verdict, d=f"{ndcg.mean:+.3f}", p=f"{ndcg.p:.4f}"))}</p>')
    drawn = [Interval(name, d.mean, d.low, d.high) for name, d in compared.differences.items() if name != "Judged@10"]
    said = "; ".join(f"{row.label} {row.value:+.3f} ({row.low:+.3f} – {row.high:+.3f})" for row in drawn)
    interval_chart(drawn, title=texts("evaluate_difference"), alt=texts("evaluate_interval_alt", rows=said), zero=True)


def _one_question(
    index: Index, found: _Runs, base: str, other: str, rows: Sequence[QueryDifference], texts: Texts
) -> None:
    """A question chosen among losses and wins, and what both runs put first."""
    section(texts("evaluate_one_question"))
    ids = [row.query_id for row in rows]
    by_id = {row.query_id: row for row in rows}

    def say(query_id: str) -> str:
        return f"{by_id[query_id].difference:+.3f}  {found.questions.get(query_id, query_id)}"

    chosen = picked("question", ids, texts("evaluate_question"), say, shape="list", show_label=True)
    at = ids.index(chosen)
    with st.container(horizontal=True, gap="small"):
        for step, key, icon in ((-1, "evaluate_previous", "arrow_back"), (1, "evaluate_next", "arrow_forward")):
            to = at + step
            st.button(
                texts(key), key=key, icon=f":material/{icon}:", disabled=not 0 <= to < len(ids),
                on_click=lambda to=to: go(question=ids[to]), shortcut="P" if step < 0 else "N",
            )  # fmt: skip
    rankings(
        index,
        [(found.names[key], found.runs[key].get(chosen, ())) for key in (base, other)],
        found.grades.get(chosen, {}),
        question=found.questions.get(chosen, ""),
        texts=texts,
    )


# --- exports -------------------------------------------------------------------------------------


def _exports(
    compared: Compared, rows: Sequence[QueryDifference], found: _Runs, base: str, other: str, measure: str, texts: Texts
) -> None:
    """The comparison as CSV, Markdown and HTML."""
    heading = f"{found.names[other]} / {found.names[base]}"

    def tables() -> list[Table]:
        from dataclasses import replace

        from eval.comparison import comparison_table, differences_table

        named = replace(compared, name=found.names[other], baseline=found.names[base])
        names = found.names[base], found.names[other]
        return [comparison_table(named), differences_table(rows, names, found.questions, measure_name=measure)]

    def sheet() -> str:
        from indexer.exports import Sheet, SheetColumn, csv_text

        table = tables()[1]
        return csv_text(Sheet(measure, heading, tuple(SheetColumn(name) for name in table.columns), table.rows))

    def page(*, html: bool) -> str:
        from eval.html_report import as_html
        from eval.tables import as_markdown

        return (as_html if html else as_markdown)(tables(), heading=heading, command=_command(base, other))

    with st.container(horizontal=True, gap="small"):
        for label, make, ending, mime in (
            ("CSV", sheet, "csv", "text/csv"),
            ("Markdown", lambda: page(html=False), "md", "text/markdown"),
            ("HTML", lambda: page(html=True), "html", "text/html"),
        ):
            st.download_button(
                texts("evaluate_export", form=label), exported(f"comparison.{ending}", make), file_name=f"comparison.{ending}", mime=mime,
                key=f"evaluate export {ending}", icon=":material/download:", on_click="ignore",
            )  # fmt: skip


def _command(base: str, other: str) -> str:
    """How the same comparison is made on the command line, with the files that the page gives."""
    return f"python -m eval compare --qrels qrels.txt '{base}.run' '{other}.run'"

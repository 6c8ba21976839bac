"""Runs of the reader's own numbers: the form for one, the names of runs, which ones the address lists, their download."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

import streamlit as st

from app.evaluate.asked import Asked
from app.evaluate.jobs import JobKey, Report, generation_of, jobs
from app.parts.audited import exported
from app.parts.plain_label import plain_label
from app.texts import Texts
from indexer.errors import UsageError
from indexer.index import Index
from indexer.records import LEVELS, Filters, Mode

if TYPE_CHECKING:
    from eval.configurations import Configuration
    from eval.measurement import MeanWithInterval, Measurement
    from eval.trec import Run

__all__ = [
    "linked_runs",
    "MeasuredRun",
    "download_run",
    "measured_runs",
    "run_form",
    "run_key",
    "run_name",
    "system_key",
    "varied_runs",
]

_RUNS = "run"  # in the address, once a run
MOST_RUNS = 12
MeasuredRun = tuple["Run", "Mapping[str, MeanWithInterval]"]


def system_key(index: Index, asked: Asked) -> JobKey:
    """The key of the measurement of the whole system."""
    return generation_of(index), asked.key, "system"


def run_key(index: Index, asked: Asked, configuration: str) -> JobKey:
    """The key of the run of one configuration."""
    return generation_of(index), asked.key, configuration


def run_name(key: str, texts: Texts) -> str:
    """A configuration in words: what it searches by, and what differs from search by itself."""
    from eval.configurations import Configuration

    configuration, usual = Configuration.parse(key), Configuration()
    parts = [texts(f"evaluate_mode_{configuration.mode}")]
    if configuration.mode == "hybrid" and configuration.dense_weight != usual.dense_weight:
        parts.append(texts("evaluate_name_weight", weight=f"{configuration.dense_weight:g}"))
    if configuration.depth != usual.depth:
        parts.append(texts("evaluate_name_depth", n=configuration.depth))
    filters = configuration.filters
    parts += filters.places
    if filters.years:
        parts.append("{}—{}".format(*filters.years))
    parts += [texts(f"level_{level}") for level in filters.levels]
    return " · ".join([*parts, *filters.units])


def varied_runs() -> list[str]:
    """The keys of the runs that the address lists, those alone that name a configuration."""
    from eval.configurations import Configuration

    keys: list[str] = []
    for said in st.query_params.get_all(_RUNS)[:MOST_RUNS]:
        try:
            keys.append(Configuration.parse(said).key)
        except UsageError:
            continue
    return [key for key in dict.fromkeys(keys) if key not in ("hybrid", "lexical", "dense")]


def measured_runs(index: Index, asked: Asked, found: Measurement) -> dict[str, MeasuredRun]:
    """Every run of this set that is measured, by key: the three of the system, then those that the address lists."""
    runs: dict[str, MeasuredRun] = {mode: (run, found.figures[mode]) for mode, run in found.runs.items()}
    for key in varied_runs():
        outcome = jobs().outcome(run_key(index, asked, key))
        if outcome is not None:
            runs[key] = cast("MeasuredRun", outcome)
    return runs


def run_form(index: Index, asked: Asked, texts: Texts) -> None:
    """The numbers of another run, and the button that measures it."""
    years = index.years()
    found = {notice.level for notice in index.notices()}
    with st.form("evaluate run", border=False):
        left, right = st.columns(2)
        mode = left.segmented_control(
            texts("evaluate_run_mode"), ("hybrid", "lexical", "dense"), default="hybrid", required=True,
            format_func=lambda name: texts(f"evaluate_mode_{name}"),
        )  # fmt: skip
        weight = left.slider(texts("evaluate_run_weight"), 0.0, 1.0, 0.3, 0.05, help=texts("evaluate_run_weight_help"))
        depth = left.number_input(texts("evaluate_run_depth"), 10, 100, 100, 10)
        places = right.multiselect(
            texts("filter_places"),
            index.places(),
            placeholder=texts("filter_any"),
            help=texts("evaluate_run_filter_help"),
        )
        span = (
            right.slider(texts("filter_years"), years[0], years[-1], (years[0], years[-1])) if len(years) > 1 else None
        )
        levels = right.multiselect(
            texts("filter_levels"), [level for level in LEVELS if level in found], placeholder=texts("filter_any"),
            format_func=lambda level: texts(f"level_{level}"),
        )  # fmt: skip
        asked_for = st.form_submit_button(
            texts("evaluate_run_measure"), icon=":material/play_arrow:", disabled=jobs().running is not None
        )
    if not asked_for:
        return
    from eval.configurations import Configuration

    restricted = span if span and (span[0], span[1]) != (years[0], years[-1]) else None
    _measure(
        index,
        asked,
        Configuration(
            mode=cast("Mode", mode),
            dense_weight=round(weight, 2) if mode == "hybrid" else Configuration().dense_weight,
            depth=int(depth),
            filters=Filters(places=tuple(places), years=restricted, levels=tuple(levels)),
        ),
        texts,
    )


def _measure(index: Index, asked: Asked, configuration: Configuration, texts: Texts) -> None:
    """Begin to measure a run and list it in the address."""
    if configuration.key in ("hybrid", "lexical", "dense"):
        st.info(texts("evaluate_run_usual"), icon=":material/info:")
        return

    _start(index, asked, configuration)
    st.query_params[_RUNS] = [*varied_runs(), configuration.key][-MOST_RUNS:]
    st.rerun()


def _start(index: Index, asked: Asked, configuration: Configuration) -> None:
    from eval.measurement import measure_run

    def work(report: Report) -> object:
        return measure_run(index, asked.fitted, configuration, progress=report)

    jobs().start(run_key(index, asked, configuration.key), work, stages=(configuration.mode,))


def linked_runs(index: Index, asked: Asked, texts: Texts) -> None:
    """For each run that the address lists and nobody measured here: why it failed, or a button that measures it."""
    from eval.configurations import Configuration

    for key in varied_runs():
        held = run_key(index, asked, key)
        running = jobs().running
        if jobs().outcome(held) is not None or (running and running.key == held):
            continue
        failure = jobs().failure(held)
        if failure:
            st.error(texts("evaluate_failed", reason=plain_label(failure)), icon=":material/error:")
        st.button(
            texts("evaluate_run_linked", name=plain_label(run_name(key, texts))), key=f"evaluate linked {key}",
            icon=":material/play_arrow:", disabled=running is not None, on_click=_start,
            args=(index, asked, Configuration.parse(key)),
        )  # fmt: skip


def download_run(key: str, run: Run, texts: Texts) -> None:
    """A button that gives the run as a TREC file."""
    from eval.trec import run_text

    tag = key.replace("&", "-").replace("=", "")
    name = "".join(letter if letter.isalnum() or letter in "-_." else "_" for letter in tag)
    st.download_button(
        plain_label(run_name(key, texts)), exported(f"{name}.run", lambda: run_text(run, tag=tag)), file_name=f"{name}.run", mime="text/plain",
        key=f"evaluate run {key}", icon=":material/download:", on_click="ignore",
    )  # fmt: skip

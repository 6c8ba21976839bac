"""The build: what waits for it, how far it is, and what came of it; every session sees the same."""

from __future__ import annotations

import time
from html import escape

import streamlit as st

from app.archive.building import Progress, builds_of
from app.archive.pending import pending, pending_text
from app.identity import part_of, who
from app.index_setup import STAGES
from app.texts import Texts
from indexer.build import BuildReport
from indexer.index import Index

__all__ = ["build_panel"]

# How often a page asks how far the build is, in seconds: while one runs, and while none does that it knows of.
_WATCHING, _IDLE = 1.0, 5.0
_SEEN = "build seen"  # in the session: the number of the build that it last drew the end of


def build_panel(index: Index, texts: Texts) -> None:
    """Draw what the index is built from, and the build."""
    builds = builds_of(index.address)
    if _SEEN not in st.session_state:
        now = builds.progress()
        st.session_state[_SEEN] = now.number - now.running
    st.html(f'<h2 class="tw-section">{escape(texts("archive_build"))}</h2>')
    manifest = index.manifest
    folder = manifest.folder
    paths = "".join(f"<li>{escape(path)}</li>" for path in manifest.paths)
    st.html(
        f'<div class="tw-meta">{escape(texts("archive_built_from", when=manifest.built_at[:16].replace("T", " ")))}</div>'
        f'<ul class="tw-plain-list tw-meta" title="{escape(folder)}">{paths}</ul>'
    )
    running = builds.progress().running
    st.fragment(run_every=_WATCHING if running else _IDLE)(_watched)(index, texts, drawn_running=running)


def _watched(index: Index, texts: Texts, *, drawn_running: bool) -> None:
    """How far the build is; draws the whole page anew where one began or ended meanwhile."""
    builds = builds_of(index.address)
    now = builds.progress()
    ended = not now.running and now.number > st.session_state[_SEEN]
    if ended:
        st.session_state[_SEEN] = now.number
    if ended or now.running != drawn_running:
        st.rerun()
    if now.running:
        _bar(now, texts)
        return
    if now.number:
        _outcome(index, now, texts)
    waiting = pending(index)
    st.html(
        f'<div class="tw-silence">{escape(pending_text(waiting, texts) if waiting else texts("archive_wait_nothing"))}</div>'
    )
    label = texts("archive_build_now") if waiting else texts("archive_build_again")
    if st.button(label, key="build", type="primary" if waiting else "secondary", icon=":material/sync:"):
        if not builds.start("", reader=who()):
            st.info(texts("archive_build_running"), icon=":material/info:")
            return
        st.rerun()
    st.html(f'<div class="tw-meta">{escape(texts("archive_build_hint"))}</div>')


def _bar(now: Progress, texts: Texts) -> None:
    """The stage, how much of it is done, and for how long it has been going on."""
    first, last = STAGES[now.stage]
    share = now.done / now.total if now.total else 0.0
    figures = f" {now.done}/{now.total}" if now.total else ""
    st.progress(min(first + (last - first) * share, 1.0), texts(f"stage_{now.stage}") + figures)
    st.html(f'<div class="tw-meta">{escape(texts("archive_build_going", seconds=round(now.seconds)))}</div>')


def _outcome(index: Index, now: Progress, texts: Texts) -> None:
    """What came of the latest build; to whoever sees a part of the archive only that it ended, and when."""
    ended = time.strftime("%H:%M", time.localtime(now.ended_at or 0))
    with st.container(border=True, key="build-failed" if now.failure else "build-done", gap="xsmall"):
        if now.failure is not None:
            st.html(f'<div class="tw-title">{escape(texts("archive_build_failed", when=ended))}</div>')
            if part_of(index) is None:
                st.code(now.failure, language=None, wrap_lines=True)
            hint = _advice(now.failure)
            if hint:
                st.html(f'<div class="tw-silence">{escape(texts(hint))}</div>')
        elif now.report is not None and part_of(index) is None:
            _report(now.report, ended, texts)
        elif now.report is not None:
            st.html(f'<div class="tw-title">{escape(texts("archive_build_done", when=ended))}</div>')


def _advice(failure: str) -> str | None:
    """What to do, for the failures that readers can do something about."""
    if "it is gone" in failure:
        return "archive_gone_hint"
    if "another build is writing" in failure:
        return "archive_elsewhere_hint"
    return None


def _report(report: BuildReport, ended: str, texts: Texts) -> None:
    title = texts("archive_build_unchanged" if report.unchanged else "archive_build_done", when=ended)
    st.html(f'<div class="tw-title">{escape(title)}</div>')
    figures = [
        (texts("archive_fig_notices"), report.n_notices),
        (texts("archive_fig_clauses"), report.n_clauses),
        (texts("archive_fig_parsed"), report.parsed),
        (texts("archive_fig_encoded"), report.encoded),
        (texts("archive_fig_skipped"), len(report.skipped)),
        (texts("archive_fig_duplicates"), len(report.duplicates)),
    ]
    cells = "".join(f"<div><dt>{escape(label)}</dt><dd>{value}</dd></div>" for label, value in figures)
    seconds = texts("archive_fig_seconds", seconds=f"{report.seconds:.1f}")
    st.html(f'<dl class="tw-figures">{cells}</dl><div class="tw-meta">{escape(seconds)}</div>')
    if report.skipped:
        rows = "".join(
            f"<li><b>{escape(file.path)}</b><br>{escape(file.reason)}</li>" for file in report.skipped[:_MOST]
        )
        more = texts("archive_more_left", n=len(report.skipped) - _MOST) if len(report.skipped) > _MOST else ""
        st.html(f'<ul class="tw-plain-list">{rows}</ul><div class="tw-meta">{escape(more)}</div>')


_MOST = 20

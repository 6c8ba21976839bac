"""Two judges beside each other: κ, where they differ and what was decided, and the judgements as files."""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from app.evaluate.address import picked
from app.evaluate.jobs import generation_of
from app.evaluate.judge_hit import write
from app.evaluate.layout import empty, figure_table, section
from app.parts.audited import exported
from app.parts.notice_view import notice_button
from app.parts.plain_label import plain_label
from app.parts.provenance import heading_path
from app.texts import Texts
from indexer.errors import UsageError
from indexer.index import Index

if TYPE_CHECKING:
    from eval.judgements.kept import JudgementStore, Kept
    from eval.judgements.settled import Dispute

__all__ = ["agreement_view"]

_AT_ONCE = 10
_MERGED = "merged"
_KAPPAS = {"κ": "evaluate_kappa", "κ, linear weights": "evaluate_kappa_linear"}


def agreement_view(index: Index, store: JudgementStore, kept: Kept, judge: str, texts: Texts) -> None:
    """Draw κ of two judges, disputes with buttons for whoever gave a name, and the downloads."""
    judges = list(kept.grades)
    if len(judges) < 2:
        empty(texts("evaluate_one_judge"), texts("evaluate_one_judge_hint"))
    else:
        left, right = st.columns(2)
        with left:
            first = picked("first", judges, texts("evaluate_first_judge"), str, shape="list", show_label=True)
        with right:
            second = picked("second", judges, texts("evaluate_second_judge"), str, shape="list",
                            default=judges[1], show_label=True)  # fmt: skip
        if first == second:
            st.info(texts("evaluate_same_judge"), icon=":material/info:")
        else:
            _agreement(kept, first, second, texts)
        _disputes(index, store, kept, judge, texts)
    if judges:
        _exports(index, kept, judges, texts)


def _agreement(kept: Kept, first: str, second: str, texts: Texts) -> None:
    """κ with what it is of, and how often each pair of grades was given."""
    from eval.judgements.agreement import agreement
    from eval.judgements.settled import sheet_of

    try:
        found = agreement(sheet_of(kept, first), sheet_of(kept, second))
    except UsageError:
        st.info(texts("evaluate_nothing_in_common"), icon=":material/info:")
        return
    section(texts("evaluate_agreement"), texts("evaluate_agreement_note", n=found.n_pairs))
    rows = [(escape(texts("evaluate_same_grade")), f"<b>{found.share:.3f}</b>")]
    for name, key in _KAPPAS.items():
        value = found.kappas[name]
        said = texts("evaluate_kappa_undefined") if math.isnan(value) else f"{value:.3f}"
        rows.append((escape(texts(key)), f"<b>{escape(said)}</b>"))
    left, right = st.columns(2)
    with left:
        figure_table(
            (texts("evaluate_what"), texts("evaluate_value")), rows, caption=texts("evaluate_agreement_caption")
        )
    with right:
        figure_table(
            (f"{first} ＼ {second}", *(texts("evaluate_graded", grade=grade) for grade in (2, 1, 0))),
            [
                (
                    escape(texts("evaluate_graded", grade=one)),
                    *(str(found.pairs.get((one, other), 0)) for other in (2, 1, 0)),
                )
                for one in (2, 1, 0)
            ],
            caption=texts("evaluate_pairs_caption"),
        )


# --- where they differ ---------------------------------------------------------------------------


def _disputes(index: Index, store: JudgementStore, kept: Kept, judge: str, texts: Texts) -> None:
    """Clauses graded differently, the undecided first; a third choice settles each."""
    from eval.judgements.settled import disputes

    found = disputes(kept)
    undecided = sum(dispute.settled is None for dispute in found)
    section(texts("evaluate_disputes"), texts("evaluate_disputes_note", n=undecided, all=len(found)))
    if not found:
        st.success(texts("evaluate_no_disputes"), icon=":material/check:")
    elif not judge:
        st.info(texts("evaluate_name_to_settle"), icon=":material/edit:")
    ordered = sorted(found, key=lambda dispute: dispute.settled is not None)
    for number, dispute in enumerate(ordered[:_AT_ONCE]):
        _dispute(index, store, kept, dispute, judge, number=number, texts=texts)
    if len(ordered) > _AT_ONCE:
        st.caption(texts("evaluate_more_disputes", n=len(ordered) - _AT_ONCE))


def _dispute(
    index: Index, store: JudgementStore, kept: Kept, dispute: Dispute, judge: str, *, number: int, texts: Texts
) -> None:
    grades = " · ".join(f"{name} {grade}" for name, grade in dispute.grades.items())
    generation = generation_of(index).partition("@")[2]
    try:
        clause = index.clause(dispute.place[1])
        said = f'<div class="tw-path">{heading_path(clause)}</div><div class="tw-text">{escape(clause.text)}</div>'
    except UsageError:
        clause, said = None, f"<p>{escape(texts('evaluate_clause_gone'))}</p>"
    with st.container(border=True, gap="xsmall"):
        st.html(
            f'<article><h3 class="tw-h3">{escape(kept.pool.texts[dispute.place[0]])}</h3>{said}'
            f'<div class="tw-why"><b>{escape(grades)}</b></div></article>'
        )
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            for grade in (2, 1, 0):
                st.button(
                    f"{grade} " + texts(f"evaluate_grade_{grade}"), key=f"evaluate settle {number} {grade}", disabled=not judge,
                    type="primary" if dispute.settled == grade else "secondary", on_click=_settle,
                    args=(store, kept, dispute, grade, judge, generation),
                )  # fmt: skip
            if clause:
                notice_button(index, clause, key=f"dispute {number}", texts=texts)


def _settle(store: JudgementStore, kept: Kept, dispute: Dispute, grade: int, judge: str, generation: str) -> None:
    """Decide, or with the same grade once more leave it open again."""
    chosen = None if dispute.settled == grade else grade
    write(store, kept.pool, dispute.place, chosen, judge=judge, generation=generation, settles=True)


# --- files ---------------------------------------------------------------------------------------


def _exports(index: Index, kept: Kept, judges: list[str], texts: Texts) -> None:
    """One judge's grades or everybody's, as qrels and as a sheet."""
    from eval.judgements.settled import judged_rows, settlement, sheet_of
    from eval.judgements.sheets import sheet_text
    from eval.trec import qrels_text

    section(texts("evaluate_export_title"))
    whose = picked(
        "whose", (_MERGED, *(f"judge {number}" for number in range(len(judges)))), texts("evaluate_whose"),
        lambda name: texts("evaluate_merged") if name == _MERGED else plain_label(judges[int(name.partition(" ")[2])]),
    )  # fmt: skip
    merged = settlement(kept)
    if whose == _MERGED:
        grades = merged.grades
        if merged.undecided:
            st.caption(texts("evaluate_undecided_left_out", n=merged.undecided))
    else:
        sheet = sheet_of(kept, judges[int(whose.partition(" ")[2])])
        grades = {query_id: dict(row) for query_id, row in sheet.grades.items()}
    n = sum(map(len, grades.values()))
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.download_button(
            texts("evaluate_qrels"), exported("qrels.txt", lambda: qrels_text(grades)), file_name="qrels.txt", mime="text/plain",
            key="evaluate judged qrels", icon=":material/download:", on_click="ignore", disabled=not n,
        )  # fmt: skip
        st.download_button(
            texts("evaluate_sheet"),
            exported("judgements.tsv", lambda: "\ufeff" + sheet_text(judged_rows(index, kept, grades))),
            file_name="judgements.tsv", mime="text/tab-separated-values", key="evaluate judged sheet",
            icon=":material/download:", on_click="ignore", disabled=not n,
        )  # fmt: skip
        st.html(f'<div class="tw-meta">{escape(texts("evaluate_n_judgements", n=n))}</div>', width="content")

"""The answer: units, figures or sentences, each beside the quotation it rests on; or why there is none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

from app.navigation import link_to
from app.parts.basket import basket_all_button
from app.parts.chips import fact_chips, has_inherited, role_tag, unit_chips
from app.parts.clause_actions import clause_actions, copy_button
from app.parts.marking import Mark, marked, matches
from app.parts.notice_view import notice_button
from app.parts.provenance import heading_path, last_heading, place_and_year
from app.texts import Texts
from indexer.exports.citations import quotation_of
from indexer.index import Index
from indexer.records import Answer, AnswerUnit, Clause, Notice, Statement, Target
from indexer.search.facts import find_facts
from indexer.search.questions import facts_asked

__all__ = ["answer_card", "clauses_to_read", "named_clauses"]

# A unit's tasks are listed up to this many at first.
DUTIES_AT_FIRST = 12
# A target is shown that shares at least this part of the characters that the best one shares with the question.
TARGET_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class _Passage:
    """What an answer takes from one clause."""

    clause: Clause
    notice: Notice
    statements: tuple[Statement, ...]
    units: tuple[AnswerUnit, ...]


def answer_card(
    index: Index, answer: Answer, *, clauses: Mapping[str, Clause], notices: Mapping[str, Notice], texts: Texts
) -> None:
    """The card that answers the question; `clauses` by clause_id holds every one that the answer names."""
    with st.container(border=True, key="answer", gap="xsmall"):
        if answer.abstained:
            _silence(answer, texts)
            _show_conflicts(answer, clauses, texts)
            return
        passages = _passages(answer, clauses, notices)
        if answer.kind == "duties":
            _duties(answer, passages, texts)
            return
        st.html(f'<h2 class="tw-answer-title">{escape(texts(f"answer_{answer.kind}"))}</h2>')
        _show_conflicts(answer, clauses, texts)
        if len(passages) > 1 and answer.compares:
            _comparison(index, answer, passages, texts)
            passages = []
        for number, passage in enumerate(passages):
            st.html(_passage(answer, passage, texts, first=number == 0))
            clause_actions(index, passage.clause, passage.notice, key=f"answer {passage.clause.clause_id}", texts=texts)
        _legend(answer.units, texts)


def named_clauses(answer: Answer) -> list[str]:
    """The ids of the clauses that an answer rests on, in the order of its quotations."""
    quoted = [statement.clause_id for statement in answer.statements]
    return list(dict.fromkeys([*quoted, *(unit.clause_id for unit in answer.units)]))


def clauses_to_read(answer: Answer) -> list[str]:
    """The ids of all clauses that the card shows: those it rests on, and those that contradict them."""
    told = [place.clause_id for conflict in answer.conflicts for place in (conflict.first, conflict.second)]
    return list(dict.fromkeys([*named_clauses(answer), *told]))


def _passages(answer: Answer, clauses: Mapping[str, Clause], notices: Mapping[str, Notice]) -> list[_Passage]:
    """The answer clause by clause, in the order of its quotations."""
    return [
        _Passage(
            clause=clauses[clause_id],
            notice=notices[clauses[clause_id].doc_id],
            statements=tuple(statement for statement in answer.statements if statement.clause_id == clause_id),
            units=tuple(unit for unit in answer.units if unit.clause_id == clause_id),
        )
        for clause_id in named_clauses(answer)
    ]


# --- answers -------------------------------------------------------------------------------------


def _passage(answer: Answer, passage: _Passage, texts: Texts, *, first: bool) -> str:
    """One clause's share of the answer as HTML: units or figures first, then the quotation and where it stands."""
    return (
        f'<div class="tw-passage{"" if first else " tw-next"}">'
        f'<div class="tw-where">{escape(place_and_year(passage.notice))}</div>'
        f"{_said(answer, passage, texts)}"
        f'<div class="tw-source">{_citation(passage)}</div>'
        "</div>"
    )


def _comparison(index: Index, answer: Answer, passages: Sequence[_Passage], texts: Texts) -> None:
    """What each place says, one row a notice; below the table a way to each, and all of them to take along."""
    rows = "".join(
        f'<tr><th scope="row">{escape(place_and_year(passage.notice)) or "—"}</th>'
        f"<td>{_said(answer, passage, texts)}</td>"
        f'<td class="tw-source">{_citation(passage)}</td></tr>'
        for passage in passages
    )
    heads = "".join(
        f'<th scope="col">{escape(texts(key))}</th>' for key in ("compare_place", "compare_says", "compare_source")
    )
    st.html(f'<table class="tw-compare"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>')
    with st.container(horizontal=True, gap="small", key="answer_sources"):
        for passage in passages:
            label = place_and_year(passage.notice) or None
            key = f"answer {passage.clause.clause_id}"
            notice_button(index, passage.clause, key=key, texts=texts, label=label)
    with st.container(horizontal=True, horizontal_alignment="right", gap="small"):
        basket_all_button([passage.clause for passage in passages], key="answer", texts=texts)
        copy_button([quotation_of(each.notice, each.clause) for each in passages], key="answer", texts=texts)


def _said(answer: Answer, passage: _Passage, texts: Texts) -> str:
    """What a clause adds to the answer as HTML: units or figures first, then the quotation."""
    quotations = "".join(
        f"<blockquote>{marked(statement.text, _quotation_marks(answer, passage.clause, statement))}</blockquote>"
        for statement in passage.statements
    )
    figures = _figures(answer, passage, texts) if answer.kind in ("targets", "comparison") else []
    return f"{unit_chips(passage.units, texts)}{_time_limit(answer, passage, texts)}{fact_chips(figures, large=True)}{quotations}"


def _time_limit(answer: Answer, passage: _Passage, texts: Texts) -> str:
    """By when the units named must have done it, as HTML; figures have theirs among them."""
    deadline = passage.clause.deadline
    return fact_chips([(texts("deadline"), deadline.text)]) if deadline and answer.kind == "units" else ""


def _citation(passage: _Passage) -> str:
    """The notice, its 文号 and the path to the clause, as HTML."""
    number = f" {escape(passage.notice.doc_number)}" if passage.notice.doc_number else ""
    return f"《{escape(passage.notice.title)}》{number}<div>{heading_path(passage.clause)}</div>"


def _figures(answer: Answer, passage: _Passage, texts: Texts) -> list[tuple[str, str]]:
    """The targets asked for that stand in the quotations, or the bare figures; then the clause's deadline."""
    figures: list[tuple[str, str]] = []
    for statement in passage.statements:
        targets = _targets(answer, passage.clause, statement)
        bare = [statement.text[start:end] for start, end in _facts(answer, statement)]
        figures += [(texts("target"), target.text) for target in targets] or [(texts("figure"), fact) for fact in bare]
    deadline = passage.clause.deadline
    return [*dict.fromkeys(figures), *([(texts("deadline"), deadline.text)] if deadline else [])]


def _quotation_marks(answer: Answer, clause: Clause, statement: Statement) -> Iterable[Mark]:
    """What is marked in a quotation: the targets or figures asked for, or the words shared with a draft."""
    if answer.kind == "wording":
        return [(start, end, "found") for start, end in matches(statement.text, answer.plan.topic)]
    if answer.kind not in ("targets", "comparison"):
        return []
    spans = [
        (target.start - statement.start, target.end - statement.start) for target in _targets(answer, clause, statement)
    ]
    return [(start, end, "figure") for start, end in spans or _facts(answer, statement)]


def _targets(answer: Answer, clause: Clause, statement: Statement) -> list[Target]:
    """The clause's targets inside a quotation that share most words with the question; all where none shares any.

    Of 护理型床位占比达到62% and 覆盖率达到100% in one sentence, a question for the share of beds is answered by the first.
    """
    inside = [target for target in clause.targets if statement.start <= target.start and target.end <= statement.end]
    shared = [sum(end - start for start, end in matches(target.text, answer.plan.topic)) for target in inside]
    return [target for target, n in zip(inside, shared, strict=True) if n >= TARGET_SHARE * max(shared)]


def _facts(answer: Answer, statement: Statement) -> list[tuple[int, int]]:
    """The spans of a quotation that state a fact of a kind asked for."""
    kinds = facts_asked(answer.plan.text)
    return [span for kind in kinds for span in find_facts(kind, statement.text, answer.plan.topic)]


# --- tasks of a unit -----------------------------------------------------------------------------


def _duties(answer: Answer, passages: list[_Passage], texts: Texts) -> None:
    """The tasks in the order of the notices, one line each."""
    # Names under which the tasks were found: a unit keeps its tasks when it is renamed.
    names = "、".join(dict.fromkeys(unit.name for unit in answer.units))
    title = texts("answer_duties", units=names, n=len(passages))
    st.html(f'<h2 class="tw-answer-title">{escape(title)}</h2>')
    st.html(_duty_list(passages[:DUTIES_AT_FIRST], texts))
    rest = passages[DUTIES_AT_FIRST:]
    if rest:
        with st.expander(texts("more_duties", n=len(rest))):
            st.html(_duty_list(rest, texts))
    link_to("duties", texts("ask_ledger"), texts, icon=":material/assignment_ind:", of=answer.units[0].name)
    _legend(answer.units, texts)


def _duty_list(passages: Iterable[_Passage], texts: Texts) -> str:
    parts: list[str] = []
    doc_id = ""
    for passage in passages:
        if passage.clause.doc_id != doc_id:
            doc_id = passage.clause.doc_id
            number = passage.notice.doc_number or ""
            where = " ".join(part for part in (place_and_year(passage.notice), number) if part)
            parts.append(
                f'<div class="tw-duty-notice">{escape(passage.notice.title)}<span>{escape(where)}</span></div>'
            )
        tags = "".join(role_tag(role, texts) for role in dict.fromkeys(unit.role for unit in passage.units))
        inherited = escape(texts("inherited")) if has_inherited(passage.units) else ""
        deadline = passage.clause.deadline
        facts = fact_chips([(texts("deadline"), deadline.text)]) if deadline else ""
        parts.append(
            f'<div class="tw-duty"><div class="tw-duty-roles">{tags}{inherited}</div>'
            f'<div><div class="tw-path">{last_heading(passage.clause)}</div>'
            f'<div class="tw-text">{escape(passage.clause.text)}</div>{facts}</div></div>'
        )
    return f'<div class="tw-duties">{"".join(parts)}</div>'


# --- contradictions ------------------------------------------------------------------------------


def _show_conflicts(answer: Answer, clauses: Mapping[str, Clause], texts: Texts) -> None:
    """Each contradiction: of what kind it is, and both places with the path to their clause."""
    for conflict in answer.conflicts:
        places = "".join(
            f"<blockquote>{escape(place.text)}</blockquote>"
            f'<div class="tw-source">{heading_path(clauses[place.clause_id])}</div>'
            for place in (conflict.first, conflict.second)
        )
        st.html(f'<div class="tw-conflict"><b>{escape(texts(f"conflict_{conflict.about}"))}</b>{places}</div>')


# --- silence and legend --------------------------------------------------------------------------


def _silence(answer: Answer, texts: Texts) -> None:
    """Why there is no answer, in a plain sentence."""
    if answer.abstained == "not_in_archive" and answer.plan.unknown_places:
        reason = texts("silence_unknown_place", places="、".join(answer.plan.unknown_places))
    else:
        reason = texts(f"silence_{answer.abstained}")
    st.html(
        f'<h2 class="tw-answer-title tw-silent">{escape(texts("answer_silent"))}</h2>'
        f'<div class="tw-silence">{escape(reason)}</div>'
        f'<div class="tw-legend">{escape(texts("silence_advice"))}</div>'
    )


def _legend(units: Iterable[AnswerUnit], texts: Texts) -> None:
    """What the mark for inherited units means, where it is used."""
    if has_inherited(units):
        st.html(f'<div class="tw-legend">{escape(texts("inherited_meaning"))}</div>')

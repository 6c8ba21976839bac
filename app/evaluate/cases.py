"""The view of behavioural cases: what anyone would expect of search, whether it holds, and why where it does not."""

from __future__ import annotations

from collections import Counter
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from app.evaluate.address import picked
from app.evaluate.asked import samples_are_here
from app.evaluate.jobs import generation_of
from app.evaluate.layout import section
from app.evaluate.uploads import read_uploaded
from app.navigation import link_to
from app.texts import Texts
from indexer.index import Index

if TYPE_CHECKING:
    from eval.behaviour.cases import Case
    from eval.behaviour.checks import Checked, Deviation

__all__ = ["view"]

_OWN = "evaluate own cases"  # in the session
_OUTCOMES = {"holds": "holds", "fails": "fails", "known gap": "gap", "holds now": "mended"}
_ICONS = {"holds": "✓", "fails": "✗", "gap": "△", "mended": "✓"}
_ASKABLE = 1000  # characters that the page for questions takes
_LONGEST = 120  # characters of a question that are shown


def view(index: Index, texts: Texts) -> None:
    """Draw the view."""
    here = samples_are_here(index)
    source = picked(
        "cases", ("bundled", "own"), texts("evaluate_cases_from"), lambda name: texts(f"evaluate_cases_{name}"),
        default="bundled" if here else "own", show_label=True,
    )  # fmt: skip
    if source == "own":
        cases = _own(texts)
    elif here:
        from eval.behaviour.cases import load_cases

        cases = load_cases()
    else:
        st.info(texts("evaluate_not_samples"), icon=":material/info:")
        return
    if not cases:
        return
    with st.spinner(texts("evaluate_cases_running", n=len(cases))):
        checked = _checked(generation_of(index), cases, index)
    _outcomes(index, checked, texts)


def _own(texts: Texts) -> tuple[Case, ...]:
    """Cases of a file of the reader's own."""
    from eval.behaviour.cases import load_cases

    file = st.file_uploader(texts("evaluate_cases_file"), type="toml", key="evaluate cases file")
    if file:
        read = read_uploaded([file], lambda paths: load_cases(paths[0]), texts)
        if read is None:
            return ()
        st.session_state[_OWN] = read
    kept: tuple[Case, ...] = st.session_state.get(_OWN, ())
    if not kept:
        st.html(f'<div class="tw-hint">{escape(texts("evaluate_cases_hint"))}</div>')
    return kept


@st.cache_resource(max_entries=8, show_spinner=False)
def _checked_once(generation: str, digest: str, _cases: tuple[Case, ...], _index: Index) -> list[Checked]:
    from eval.behaviour.checks import check_cases

    return check_cases(_index, _cases)


def _checked(generation: str, cases: tuple[Case, ...], index: Index) -> list[Checked]:
    """The cases asked of the index, once a generation."""
    return _checked_once(generation, repr(cases), cases, index)


def _outcomes(index: Index, checked: list[Checked], texts: Texts) -> None:
    """How many hold, and each with what it holds."""
    counts = Counter(_OUTCOMES[one.outcome] for one in checked)
    checks = sum(one.n_checks for one in checked)
    section(texts("evaluate_cases_title"), texts("evaluate_cases_note", n=len(checked), checks=checks))

    def say(name: str) -> str:
        return texts(f"evaluate_outcome_{name}") + f" {len(checked) if name == 'all' else counts[name]}"

    named = [name for name in _OUTCOMES.values() if counts[name]]
    shown = picked("outcome", ("all", *named), texts("evaluate_outcome"), say)
    if not counts["fails"]:
        st.html(f'<p class="tw-verdict">{escape(texts("evaluate_cases_all_hold"))}</p>')
    chosen = [one for one in checked if shown in ("all", _OUTCOMES[one.outcome])]
    kind = ""
    for number, one in enumerate(sorted(chosen, key=lambda one: not one.failed)):
        said = one.case.words(texts.language)
        if said.kind != kind:
            kind = said.kind
            st.html(f'<h3 class="tw-h3 tw-kind">{escape(kind)}</h3>')
        _case(one, number, texts)


def _case(one: Checked, number: int, texts: Texts) -> None:
    """One case: outcome, what it holds, the question, what does not hold."""
    outcome, said = _OUTCOMES[one.outcome], one.case.words(texts.language)
    named = f"{_ICONS[outcome]} " + texts(f"evaluate_outcome_{outcome}")
    lines = [_in_words(deviation, texts) for deviation in one.deviations]
    why = "".join(f"<li>{escape(line)}</li>" for line in lines)
    gap = f'<div class="tw-meta">{escape(texts("evaluate_gap", why=said.gap))}</div>' if said.gap else ""
    query = one.case.query if len(one.case.query) <= _LONGEST else one.case.query[:_LONGEST] + "…"
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", key=f"case_{number}"
    ):
        st.html(
            f'<div class="tw-case"><span class="tw-outcome tw-outcome-{outcome}">{escape(named)}</span>'
            f"<div><b>{escape(said.name)}</b> {escape(said.holds)}"
            f'<div class="tw-meta">{escape(texts("evaluate_case_query", query=query or "—"))}</div>'
            f"{f'<ul>{why}</ul>' if why else ''}{gap}</div></div>"
        )
        if len(one.case.query) <= _ASKABLE:
            link_to("ask", texts("evaluate_ask_this"), texts, icon=":material/search:", **_address(one.case))


def _in_words(deviation: Deviation, texts: Texts) -> str:
    """What does not hold, in the language of the page."""
    if deviation.code == "hit":
        reasons = "；".join(_in_words(part, texts) for part in deviation.parts)
        return texts("evaluate_deviation_hit", **deviation.values, reasons=reasons)
    values = {name: value or texts("evaluate_deviation_nothing") for name, value in deviation.values.items()}
    return texts(f"evaluate_deviation_{deviation.code}", **values)


def _address(case: Case) -> dict[str, str | list[str]]:
    """The question with its filters, as the page for questions has them in its address."""
    filters = case.filters
    address: dict[str, str | list[str]] = {
        "q": case.query,
        "place": list(filters.places),
        "years": [str(year) for year in filters.years or ()],
        "level": list(filters.levels),
        "unit": list(filters.units),
    }
    return {name: value for name, value in address.items() if value}

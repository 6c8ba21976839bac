"""The view of one unit: choosing it under any name, the names its tasks were found under, and the tasks."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from app.duties import address
from app.duties.conditions import conditions
from app.duties.counted import counted, duties
from app.duties.downloads import unit_files
from app.duties.html_tables import plain_table
from app.duties.listing import listing
from app.duties.pick import pick
from app.duties.spread import field_heat, unit_bars, unit_label
from app.duties.today import today
from app.parts.audited import shown_once
from app.parts.plain_label import plain_label
from app.texts import Texts
from indexer.duties import (
    ArchiveTask,
    UnitChoice,
    UnitDuties,
    find_unit,
    listed,
    load_of_tasks,
    narrowed_duties,
    newest_first,
    seats_of,
)
from indexer.duties.names import place_of_name, years_of_name
from indexer.errors import UnitUnsettled
from indexer.index import Index
from indexer.notices.agencies import function_of
from indexer.records import ROLES, Filters

__all__ = ["unit_view"]

_SEPARATOR = " · "
_MOST_OFFERED = 12
_RELATIONS = {
    "same": "duties_same",
    "former": "duties_former",
    "successor": "duties_successor",
    "possible": "duties_possible",
}


def unit_view(index: Index, filters: Filters, texts: Texts) -> None:
    """Choose a unit, then its tasks under the filters at the side."""
    choices = counted(index).choices
    name, seat = address.said(address.UNIT), address.said(address.SEAT)
    pick(
        texts("duties_unit"), [unit_label(choice.name, choice.seat) for choice in choices], key="unit chosen",
        chosen=unit_label(name, "" if seat == address.ANY_SEAT else seat) if name else "",
        hint=texts("duties_unit_hint"), choose=_choose, info=texts("duties_unit_help"),
    )  # fmt: skip
    if not name:
        _offer(texts("duties_most_tasks"), [choice for choice in choices if choice.seat][:_MOST_OFFERED], texts)
        return
    try:
        found = find_unit(index, name)
    except UnitUnsettled as unsettled:
        _unsettled(index, name, unsettled, texts)
        return
    same = [known.name for known in found.names if known.relation == "same"]
    seats = seats_of(same or [known.name for known in found.names], counted(index).load)
    if not seat and not place_of_name(name) and len({choice.seat for choice in seats if choice.seat}) > 1:
        _which_place(name, seats, texts)
        return
    of_unit = duties(index, name, "" if seat == address.ANY_SEAT else seat, filters)
    shown = [each.task.clause_id for each in of_unit.duties]
    shown_once(index, "asked", f"{name} {seat} {filters}", shown=shown, question=name, what="duties")
    _tasks(index, of_unit, texts)


def _choose(label: str) -> None:
    name, _, seat = label.partition(_SEPARATOR)
    address.open_unit(name, seat)


# --- which unit ----------------------------------------------------------------------------------


def _unsettled(index: Index, name: str, unsettled: UnitUnsettled, texts: Texts) -> None:
    """The units that the name may stand for, or those with names like it."""
    offered = seats_of(unsettled.names, counted(index).load)
    if unsettled.several:
        _offer(texts("duties_which_unit", name=name), offered, texts)
        return
    with st.container(border=True, key="no unit"):
        hint = "duties_no_unit_hint" if offered else "duties_no_unit_check"
        st.html(
            f'<h2 class="tw-answer-title tw-silent">{escape(texts("duties_no_unit", name=name))}</h2>'
            f'<div class="tw-silence">{escape(texts(hint))}</div>'
        )
        _buttons(offered[:_MOST_OFFERED], texts)


def _which_place(name: str, seats: Sequence[UnitChoice], texts: Texts) -> None:
    """The same name in several places; together only where the reader says so."""
    n_places = len({choice.seat for choice in seats if choice.seat})
    _offer(texts("duties_which_place", name=name, n=n_places), [choice for choice in seats if choice.seat], texts)
    st.button(
        texts("duties_all_places"), key="all places", icon=":material/select_all:", on_click=address.open_unit,
        args=(name, address.ANY_SEAT),
    )  # fmt: skip


def _offer(title: str, choices: Sequence[UnitChoice], texts: Texts) -> None:
    st.subheader(title, anchor=False)
    _buttons(choices, texts)


def _buttons(choices: Sequence[UnitChoice], texts: Texts) -> None:
    with st.container(key="units", horizontal=True, gap="small"):
        for choice in choices:
            count = texts("duties_n", n=choice.n_tasks)
            st.button(
                f"{plain_label(unit_label(choice.name, choice.seat))}  **{count}**",
                key=f"choose {choice.name} {choice.seat}", on_click=address.open_unit, args=(choice.name, choice.seat),
            )  # fmt: skip


# --- its tasks -----------------------------------------------------------------------------------


def _tasks(index: Index, found: UnitDuties, texts: Texts) -> None:
    title = unit_label(found.unit.asked, found.unit.seat)
    ended = counted(index).ended
    _head(found, title, texts, n_ended=sum(duty.notice.doc_id in ended for duty in found.duties))
    if not found.duties:
        st.html(f'<div class="tw-silence">{escape(texts("duties_here_none"))}</div>')
        return
    _names(found, texts)
    wanted = conditions(found.duties, texts, of_unit=True, ended=ended)
    shown = narrowed_duties(found, newest_first(listed(found.duties, wanted, today=today(), ended=ended)))
    listing(
        index, shown.duties, texts, form="unit", total=len(found.duties), wanted=wanted, ended=ended,
        files=lambda: unit_files(shown, title.replace(_SEPARATOR, "_"), ended=ended),
        spread=lambda: _spread(shown, texts),
    )  # fmt: skip


def _head(found: UnitDuties, title: str, texts: Texts, *, n_ended: int) -> None:
    """The unit, its function, and how many tasks it has in which role."""
    function = function_of(found.unit.asked)
    facts = [texts("duties_total", n=len(found.duties))]
    facts += [f"{texts(f'role_{role}')} {found.in_role(role)}" for role in ROLES if found.in_role(role)]
    if n_ended:
        facts.append(texts("duties_ended_total", n=n_ended))
    said = f'<span class="tw-tagline">{escape(texts("duties_function", function=function))}</span>' if function else ""
    st.html(
        f'<div class="tw-unit-head"><h2>{escape(title)}</h2>{said}</div>'
        f'<div class="tw-counts">{"".join(f"<span>{escape(fact)}</span>" for fact in facts)}</div>'
    )


def _names(found: UnitDuties, texts: Texts) -> None:
    """Under which names the tasks were found; open where there is another than the one asked for."""
    rows = [
        [
            used.name,
            texts(_RELATIONS[used.relation]),
            used.n_tasks,
            _span(used.first_year, used.last_year),
            _reform(used.name, texts),
        ]
        for used in found.names
    ]
    heads = [
        texts(key)
        for key in ("duties_name", "duties_relation", "duties_tasks_axis", "duties_notices_of", "duties_reform")
    ]
    several = [used.name for used in found.names] != [found.unit.asked]
    with st.expander(texts("duties_names"), expanded=several, key=f"names of {found.unit.asked}"):
        st.html(plain_table(heads, rows, caption=texts("duties_names")))


def _span(first: int | None, last: int | None) -> str:
    return "" if first is None else str(first) if first == last else f"{first}—{last}"


def _reform(name: str, texts: Texts) -> str:
    """The reforms that began and ended the name, as far as there were any."""
    since, until = years_of_name(name)
    began = [texts("duties_since", year=since)] if since else []
    return "，".join([*began, *([texts("duties_until", year=until)] if until else [])])


def _spread(found: UnitDuties, texts: Texts) -> None:
    """Fields by year, and who else bears the tasks."""
    field_heat(found.duties, texts)
    own = {used.name for used in found.names}
    load = load_of_tasks([ArchiveTask(duty.task, duty.notice, duty.field) for duty in found.duties])
    partners = [unit for unit in load.units if unit.name not in own]
    unit_bars(partners, texts, title=texts("duties_load_partners"))
